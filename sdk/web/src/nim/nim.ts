import { create } from "@bufbuild/protobuf";
import { type Event, type Failure, type ImLogin, localFailure } from "../core/api.js";
import { AuthType, type Device, KickDevicesSchema } from "../gen/link_pb.js";
import { thisDevice } from "../neroom/identity.js";
import { CallError, type Driver } from "../shell/driver.js";
import { acquireDriver, ownServer, releaseDriver } from "../shell/drivers.js";
import { Emitter } from "./emitter.js";
import {
  type NIMOptions,
  V2NIMConnectStatus,
  V2NIMError,
  type V2NIMKickedOfflineDetail,
  V2NIMLoginAuthType,
  type V2NIMLoginClient,
  V2NIMLoginClientChange,
  type V2NIMLoginListener,
  type V2NIMLoginOption,
  V2NIMLoginStatus,
  type V2NIMReconnectDelayProvider,
} from "./link.js";

const AUTH_TYPES: Record<V2NIMLoginAuthType, AuthType> = {
  [V2NIMLoginAuthType.V2NIM_LOGIN_AUTH_TYPE_DEFAULT]: AuthType.STATIC,
  [V2NIMLoginAuthType.V2NIM_LOGIN_AUTH_TYPE_DYNAMIC_TOKEN]: AuthType.DYNAMIC,
  [V2NIMLoginAuthType.V2NIM_LOGIN_AUTH_TYPE_THIRD_PARTY]: AuthType.CALLBACK,
};

/** The login of IM in the shape of V2: calls that reject with a {@link V2NIMError}, and events. */
export class V2NIMLoginService extends Emitter<V2NIMLoginListener> {
  private others: readonly Device[] = [];
  private loginAtMs = 0;
  private kicked: V2NIMKickedOfflineDetail | null = null;
  private connectStatus = V2NIMConnectStatus.V2NIM_CONNECT_STATUS_DISCONNECTED;

  constructor(
    private readonly driver: Driver,
    private readonly options: NIMOptions,
  ) {
    super();
    driver.listen((event) => this.heard(event));
  }

  /** Logs in; the login then lasts until a logout, a kick, or the end of the account. */
  async login(accountId: string, token: string, loginOption: V2NIMLoginOption = {}): Promise<void> {
    const { driver } = this;
    await driver.prepared();
    const authType = loginOption.authType ?? V2NIMLoginAuthType.V2NIM_LOGIN_AUTH_TYPE_DEFAULT;
    const { tokenProvider, loginExtensionProvider } = loginOption;
    driver.tokenProvider = tokenProvider ? (account) => tokenProvider(account) : null;
    const credential = token || ((await tokenProvider?.(accountId)) ?? "");
    const name = { login: `im:${accountId.toLowerCase()}`, token: credential };
    const login: ImLogin = {
      account: accountId,
      authType: AUTH_TYPES[authType],
      token: credential,
      loginExtension: (await loginExtensionProvider?.(accountId)) ?? "",
      device: thisDevice(driver, this.options.customClientType, this.options.customTag),
      force: loginOption.forceMode ?? false,
      attempts: loginOption.retryCount ?? 0,
      timeoutMs: loginOption.timeout ?? 0,
      hasTokenProvider: tokenProvider !== undefined,
      saved: driver.savedSession(name),
    };
    this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINING);
    try {
      const answer = await driver.call({ type: "imLogin", login });
      if (answer.type === "loggedIn") this.others = answer.otherDevices;
    } catch (error) {
      const shown = errorOf(error);
      this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGOUT);
      this.emit("onLoginFailed", shown);
      throw shown;
    }
    this.kicked = null;
    this.loginAtMs = Date.now();
    driver.loggedInAs(name);
    this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINED);
    this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_CONNECTED);
    this.clients(V2NIMLoginClientChange.V2NIM_LOGIN_CLIENT_CHANGE_LIST, this.others);
  }

  /** Logs out; a room login on this one ends first. */
  async logout(): Promise<void> {
    try {
      await this.driver.call({ type: "imLogout" });
    } catch (error) {
      throw errorOf(error);
    }
    this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGOUT);
    this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_DISCONNECTED);
  }

  /** The account that is logged in, "" when none is. */
  getLoginUser(): string {
    return this.driver.machine.imLoggedIn ? (this.driver.machine.account ?? "") : "";
  }

  getLoginStatus(): V2NIMLoginStatus {
    const { machine } = this.driver;
    if (machine.imLoggedIn) {
      const isUp = machine.link.up() !== null;
      return isUp ? V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINED : V2NIMLoginStatus.V2NIM_LOGIN_STATUS_UNLOGIN;
    }
    const isOut = machine.account === null;
    return isOut ? V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGOUT : V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINING;
  }

  getConnectStatus(): V2NIMConnectStatus {
    return this.connectStatus;
  }

  /** The account's other sessions. */
  getLoginClients(): V2NIMLoginClient[] {
    return this.others.map(clientOf);
  }

  /** This device's session; `timestamp` is this device's clock. */
  getCurrentLoginClient(): V2NIMLoginClient | undefined {
    if (!this.driver.machine.imLoggedIn) return undefined;
    const { customClientType, customTag } = this.options;
    return { ...clientOf(thisDevice(this.driver, customClientType, customTag)), timestamp: this.loginAtMs };
  }

  /**
   * Asks the app how long to wait before each attempt to reconnect. An answer below 1000 ms gets 200 to 500 ms on top, so
   * that not everybody comes at once; one that is no length of time is not heeded; a server that says when to come is.
   */
  setReconnectDelayProvider(provider: V2NIMReconnectDelayProvider): void {
    this.driver.machine.link.reconnectDelay = provider;
  }

  getKickedOfflineDetail(): V2NIMKickedOfflineDetail | null {
    return this.kicked;
  }

  /** Ends an own session on another device. */
  async kickOffline(client: V2NIMLoginClient): Promise<void> {
    const value = create(KickDevicesSchema, { deviceIds: [client.clientId] });
    try {
      await this.driver.call({ type: "ask", body: { case: "kickDevices", value } });
    } catch (error) {
      throw errorOf(error);
    }
  }

  private status(status: V2NIMLoginStatus): void {
    this.emit("onLoginStatus", status);
  }

  private connect(status: V2NIMConnectStatus): void {
    if (status === this.connectStatus) return;
    this.connectStatus = status;
    this.emit("onConnectStatus", status);
  }

  private clients(change: V2NIMLoginClientChange, devices: readonly Device[]): void {
    this.emit("onLoginClientChanged", change, devices.map(clientOf));
  }

  private heard(event: Event): void {
    switch (event.type) {
      case "linking":
        return this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_CONNECTING);
      case "linked":
        return this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_CONNECTED);
      case "linkFailed":
        return this.emit("onConnectFailed", new V2NIMError(event.failure));
      case "disconnected":
        this.emit("onDisconnected", new V2NIMError(localFailure("NetworkUnavailable")));
        this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_UNLOGIN);
        return this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_WAITING);
      case "resumed":
        return this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINED);
      case "loggedInAgain":
        this.loginAtMs = Date.now();
        this.others = event.otherDevices;
        this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGINED);
        return this.clients(V2NIMLoginClientChange.V2NIM_LOGIN_CLIENT_CHANGE_LIST, this.others);
      case "loginLost":
        this.emit("onLoginFailed", new V2NIMError(event.failure));
        return this.isOut();
      case "kicked": {
        const { reason, description: reasonDesc, clientType, customClientType } = event;
        this.kicked = { reason, reasonDesc, clientType, customClientType };
        this.emit("onKickedOffline", this.kicked);
        return this.isOut();
      }
      case "devicesChanged": {
        this.others = event.otherDevices;
        const { LOGIN, LOGOUT } = CHANGES;
        return this.clients(event.cameIn ? LOGIN : LOGOUT, event.changed);
      }
    }
  }

  private isOut(): void {
    this.others = [];
    this.status(V2NIMLoginStatus.V2NIM_LOGIN_STATUS_LOGOUT);
    this.connect(V2NIMConnectStatus.V2NIM_CONNECT_STATUS_DISCONNECTED);
  }
}

const CHANGES = {
  LOGIN: V2NIMLoginClientChange.V2NIM_LOGIN_CLIENT_CHANGE_LOGIN,
  LOGOUT: V2NIMLoginClientChange.V2NIM_LOGIN_CLIENT_CHANGE_LOGOUT,
};

/** IM: one per AppKey and server on a page. RoomKit takes it as `im` to reuse its login. */
export class NIM {
  /** RoomKit can share the login of this class. */
  static readonly isReusable = true;
  private static readonly instances = new Map<string, NIM>();
  readonly V2NIMLoginService: V2NIMLoginService;

  private constructor(
    /** Shared with RoomKit. */
    readonly driver: Driver,
    readonly options: NIMOptions,
    private readonly key: string,
  ) {
    this.V2NIMLoginService = new V2NIMLoginService(driver, options);
  }

  /** The instance for this AppKey and server, made when it is first asked for; it logs in with `connect`. */
  static getInstance(options: NIMOptions): NIM {
    const server = options.linkUrl ?? options.serverUrl ?? ownServer();
    const key = `${server} ${options.appKey}`;
    const known = NIM.instances.get(key);
    if (known) {
      Object.assign(known.options, options);
      return known;
    }
    const driver = options.appKey ? acquireDriver(server, options.appKey, options.deviceId) : null;
    if (!driver) throw new V2NIMError(localFailure("InvalidParameter", "appKey and a server address are required"));
    const nim = new NIM(driver, { ...options }, key);
    NIM.instances.set(key, nim);
    return nim;
  }

  /** The account that is logged in, otherwise the one of the options. */
  get account(): string {
    return this.V2NIMLoginService.getLoginUser() || (this.options.account ?? "");
  }

  /** Logs in with the account and token of the options. */
  connect(loginOption?: V2NIMLoginOption): Promise<void> {
    const { account = "", token = "" } = this.options;
    return this.V2NIMLoginService.login(account, token, loginOption);
  }

  /** Logs out. */
  disconnect(): Promise<void> {
    return this.V2NIMLoginService.logout();
  }

  /** Logs out and forgets the instance. */
  async destroy(): Promise<void> {
    NIM.instances.delete(this.key);
    try {
      await this.disconnect();
    } finally {
      this.V2NIMLoginService.removeAllListeners();
      releaseDriver(this.driver);
    }
  }
}

function clientOf(device: Device): V2NIMLoginClient {
  return {
    type: device.clientType,
    os: device.os,
    timestamp: Number(device.loginAtMs),
    customTag: device.customTag,
    customClientType: device.customClientType,
    clientId: device.deviceId,
  };
}

function errorOf(error: unknown): V2NIMError {
  const failure: Failure = error instanceof CallError ? error.failure : localFailure("Failure", String(error));
  return new V2NIMError(failure);
}
