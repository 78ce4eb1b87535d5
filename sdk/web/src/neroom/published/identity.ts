import type { NEAuthEvent } from "./enums.js";
import type { NEResult } from "./room.js";

/** Hears how the room login changes. */
export interface NEAuthListener {
  onAuthEvent(evt: NEAuthEvent): void;
}

/** Logs a room account in and out. */
export interface NEAuthService {
  isLoggedIn: boolean;
  addAuthListener(listener: NEAuthListener): void;
  login(account: string, token: string, authType?: string): Promise<NEResult<null>>;
  loginByDynamicToken(account: string, token: string, authType?: string): Promise<NEResult<null>>;
  loginByIM(account: string, dynamicToken: string, imToken: string): Promise<NEResult<null>>;
  logout(): Promise<NEResult<null>>;
  removeAuthListener(listener: NEAuthListener): void;
  renewToken(token: string): Promise<NEResult<null>>;
}
