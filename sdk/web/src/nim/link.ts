import type { Failure } from "../core/api.js";
import { codes } from "../gen/codes.js";

/** What an IM instance is made with. */
export interface NIMOptions {
  appKey: string;
  /** For `connect`. */
  account?: string;
  /** For `connect`. */
  token?: string;
  /** `[http(s)://]host[:port]` of the server; by default where the page comes from. */
  serverUrl?: string;
  /** The same in the published name. */
  linkUrl?: string;
  /** By default each tab is a device of its own. */
  deviceId?: string;
  /** The app's own kind of client, above 0 when set. */
  customClientType?: number;
  /** Shown to the account's other devices, at most 32 characters. */
  customTag?: string;
  debugLevel?: string;
}

export enum V2NIMLoginAuthType {
  V2NIM_LOGIN_AUTH_TYPE_DEFAULT = 0,
  V2NIM_LOGIN_AUTH_TYPE_DYNAMIC_TOKEN = 1,
  V2NIM_LOGIN_AUTH_TYPE_THIRD_PARTY = 2,
}

export enum V2NIMLoginStatus {
  V2NIM_LOGIN_STATUS_LOGOUT = 0,
  V2NIM_LOGIN_STATUS_LOGINED = 1,
  V2NIM_LOGIN_STATUS_LOGINING = 2,
  V2NIM_LOGIN_STATUS_UNLOGIN = 3,
}

export enum V2NIMConnectStatus {
  V2NIM_CONNECT_STATUS_DISCONNECTED = 0,
  V2NIM_CONNECT_STATUS_CONNECTED = 1,
  V2NIM_CONNECT_STATUS_CONNECTING = 2,
  V2NIM_CONNECT_STATUS_WAITING = 3,
}

export enum V2NIMLoginClientChange {
  V2NIM_LOGIN_CLIENT_CHANGE_LIST = 1,
  V2NIM_LOGIN_CLIENT_CHANGE_LOGIN = 2,
  V2NIM_LOGIN_CLIENT_CHANGE_LOGOUT = 3,
}

export enum V2NIMKickedOfflineReason {
  V2NIM_KICKED_OFFLINE_REASON_CLIENT_EXCLUSIVE = 1,
  V2NIM_KICKED_OFFLINE_REASON_SERVER = 2,
  V2NIM_KICKED_OFFLINE_REASON_CLIENT = 3,
  V2NIM_KICKED_OFFLINE_REASON_CLIENT_QUIETLY = 4,
}

export interface V2NIMLoginOption {
  /** Attempts before the login fails; 3 by default. */
  retryCount?: number;
  /** All attempts together, in milliseconds; 60 000 by default. */
  timeout?: number;
  /** Over the device limit: end the oldest session instead of failing with 417. */
  forceMode?: boolean;
  authType?: V2NIMLoginAuthType;
  /** Gives a fresh token for each automatic login. */
  tokenProvider?: (accountId: string) => Promise<string>;
  /** Text for the app's own login callback. */
  loginExtensionProvider?: (accountId: string) => Promise<string>;
}

/** A session of the account. */
export interface V2NIMLoginClient {
  type: number;
  os: string;
  timestamp: number;
  customTag?: string;
  customClientType?: number;
  clientId: string;
}

export interface V2NIMKickedOfflineDetail {
  reason: V2NIMKickedOfflineReason;
  reasonDesc: string;
  clientType: number;
  customClientType: number;
}

/** The pause before the next attempt to reconnect, in milliseconds, from the one that the SDK would make. */
export type V2NIMReconnectDelayProvider = (delay: number) => number;

/** Events of the login service, with their arguments. */
export type V2NIMLoginListener = {
  onLoginStatus: [status: V2NIMLoginStatus];
  onLoginFailed: [error: V2NIMError];
  onKickedOffline: [detail: V2NIMKickedOfflineDetail];
  onLoginClientChanged: [change: V2NIMLoginClientChange, clients: V2NIMLoginClient[]];
  onConnectStatus: [status: V2NIMConnectStatus];
  onDisconnected: [error: V2NIMError];
  onConnectFailed: [error: V2NIMError];
};

/** What a call of IM rejects with. */
export class V2NIMError extends Error {
  /** The number of `V2NIMErrorCode`. */
  readonly code: number;
  readonly desc: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "V2NIMError";
    this.code = codes[failure.code][2];
    this.desc = failure.message;
  }
}
