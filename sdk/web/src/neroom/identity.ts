import { create } from "@bufbuild/protobuf";
import type { Call } from "../core/api.js";
import { authEvents } from "../gen/causes.js";
import { AuthType, type Device, DeviceSchema } from "../gen/link_pb.js";
import type { Driver } from "../shell/driver.js";
import { Listeners } from "./listeners.js";
import type { NEAuthEvent, NEAuthListener, NEAuthService, NEResult } from "./published/index.js";
import { answering, refused } from "./result.js";

/** The platform number of browsers, `V2NIMLoginClientType.WEB`. */
const WEB = 16;

/** This browser tab as a device. */
export function thisDevice(driver: Driver, customClientType = 0, customTag = ""): Device {
  const os = typeof navigator === "undefined" ? "" : navigator.platform;
  return create(DeviceSchema, { deviceId: driver.deviceId, clientType: WEB, customClientType, customTag, os });
}

/** Logs a room account in and out, by the rule of IM reuse that RoomKit was initialised with. */
export class AuthService implements NEAuthService {
  private readonly listeners = new Listeners<NEAuthListener>();

  /** `driver` is null before initialisation. */
  constructor(
    private readonly driver: () => Driver | null,
    private readonly reusesIm: () => boolean,
  ) {}

  get isLoggedIn(): boolean {
    return this.driver()?.machine.identity.identity != null;
  }

  /** The room account that is logged in, "" when none is. */
  get userUuid(): string {
    return this.driver()?.machine.identity.identity?.userUuid ?? "";
  }

  addAuthListener(listener: NEAuthListener): void {
    this.listeners.add(listener);
  }

  removeAuthListener(listener: NEAuthListener): void {
    this.listeners.remove(listener);
  }

  /** Logs in with the account's user token; `authType` "1" reads it as a dynamic one. */
  login(account: string, token: string, authType?: string): Promise<NEResult<null>> {
    return this.loginWith(account, token, authType === "1");
  }

  /** Logs in with a dynamic token, which the app's own server signs. */
  loginByDynamicToken(account: string, token: string, _authType?: string): Promise<NEResult<null>> {
    return this.loginWith(account, token, true);
  }

  /** Logs IM in with its own token, if it is not, and the room account that is bound to it. */
  loginByIM(account: string, dynamicToken: string, imToken: string): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    return answering(this.enterByIm(driver, account, dynamicToken, imToken));
  }

  logout(): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    return answering(driver.call({ type: "roomLogout" }).then(() => null));
  }

  /** Replaces the token before or after it has expired, without leaving rooms. */
  renewToken(token: string): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    return answering(driver.call({ type: "renewRoomToken", dynamic: isDynamic(token), token }).then(() => null));
  }

  /** Told by RoomKit when the link or the room login changes. */
  changed(event: NEAuthEvent): void {
    this.listeners.tell((listener) => listener.onAuthEvent(event));
  }

  private loginWith(userUuid: string, token: string, dynamic: boolean): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    if (!userUuid || !token) return refused("InvalidParameter", "account and token are required");
    return answering(this.enter(driver, userUuid, token, dynamic));
  }

  private async enter(driver: Driver, userUuid: string, token: string, dynamic: boolean): Promise<null> {
    await driver.prepared();
    const reuseIm = this.reusesIm();
    const name = { login: `room:${userUuid.toLowerCase()}`, token };
    const saved = reuseIm ? undefined : driver.savedSession(name);
    const credential = { userUuid, token, dynamic };
    const call: Call = { type: "roomLogin", reuseIm, credential, device: thisDevice(driver), saved };
    await driver.call(call);
    if (!reuseIm) driver.loggedInAs(name);
    await driver.takeUpRooms();
    return null;
  }

  private async enterByIm(driver: Driver, account: string, dynamicToken: string, imToken: string): Promise<null> {
    await driver.prepared();
    const token = dynamicToken || imToken;
    const name = { login: `room-by-im:${account.toLowerCase()}`, token };
    const saved = driver.savedSession(name);
    const authType = dynamicToken ? AuthType.DYNAMIC : AuthType.STATIC;
    const device = thisDevice(driver);
    const common = { loginExtension: "", force: true, attempts: 0, timeoutMs: 0, hasTokenProvider: false };
    await driver.call({ type: "loginByIm", login: { account, authType, token, device, saved, ...common } });
    if (driver.machine.login?.owner === "room") driver.loggedInAs(name);
    await driver.takeUpRooms();
    return null;
  }
}

/** The number of a machine's auth event on this platform; null where browsers are not told. */
export function webAuthEvent(event: keyof typeof authEvents): NEAuthEvent | null {
  return authEvents[event];
}

/** A dynamic token is base64 of a JSON object. */
function isDynamic(token: string): boolean {
  try {
    const read: unknown = JSON.parse(atob(token));
    return typeof read === "object" && read !== null && "signature" in read;
  } catch {
    return false;
  }
}
