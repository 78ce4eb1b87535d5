import type { Event } from "../core/api.js";
import type { Driver } from "../shell/driver.js";
import { SDK_VERSION } from "../shell/driver.js";
import { acquireDriver, ownServer, releaseDriver } from "../shell/drivers.js";
import { FileService } from "./file.js";
import { AuthService, webAuthEvent } from "./identity.js";
import {
  NEAuthEvent,
  type NEGlobalEventListener,
  type NEResult,
  type NERoomKitOptions,
  type NERoomLanguage,
  type NESDKVersions,
  type ReusableIm,
  type ReuseImEvent,
} from "./published/index.js";
import { done, refused } from "./result.js";
import { RoomService } from "./room.js";
import { MessageChannelService } from "./signalling.js";

/** An IM class of this package. */
interface ReusableImClass {
  readonly isReusable: true;
}

/** RoomKit: one per page, initialised once, then logged in. */
export class NERoom {
  private static instance: NERoom | null = null;
  /** The language of sentences for people; `AUTO` follows the browser. */
  language: NERoomLanguage | null = null;
  private driver: Driver | null = null;
  private isOwnDriver = false;
  private unlisten: () => void = () => {};
  private readonly auth = new AuthService(
    () => this.driver,
    () => !this.isOwnDriver,
  );
  private readonly rooms = new RoomService(() => this.driver);
  private readonly channel = new MessageChannelService(() => this.driver);
  private readonly files = new FileService(() => this.driver);

  /** The one instance of the page. */
  static getInstance(_options?: { debug?: boolean; eventTracking?: boolean }): NERoom {
    NERoom.instance ??= new NERoom();
    return NERoom.instance;
  }

  /** Whether this browser has what RoomKit needs. */
  static checkSystemRequirements(): boolean {
    return typeof WebSocket !== "undefined" && typeof crypto !== "undefined" && typeof BigInt !== "undefined";
  }

  /** The device id of this tab, once RoomKit is initialised. */
  static getDeviceId(): string {
    return NERoom.getInstance().deviceId;
  }

  /** Takes the IM class that the app uses, for reuse of its login; see {@link NERoom.reuseIM}. */
  static reuseIM<Im extends ReusableImClass>(im: Im): Im {
    return NERoom.getInstance().reuseIM(im);
  }

  get isInitialized(): boolean {
    return this.driver !== null;
  }

  get authService(): AuthService {
    return this.auth;
  }

  get roomService(): RoomService {
    return this.rooms;
  }

  get messageChannelService(): MessageChannelService {
    return this.channel;
  }

  get nosService(): FileService {
    return this.files;
  }

  get deviceId(): string {
    return this.driver?.deviceId ?? "";
  }

  get sdkVersions(): NESDKVersions {
    return { roomKitVersion: SDK_VERSION, imVersion: SDK_VERSION, rtcVersion: "", whiteboardVersion: "" };
  }

  getService(type: "authService"): AuthService;
  getService(type: "roomService"): RoomService;
  getService(type: "messageService"): MessageChannelService;
  getService(
    type: "authService" | "roomService" | "messageService",
  ): AuthService | RoomService | MessageChannelService {
    if (type === "authService") return this.auth;
    return type === "roomService" ? this.rooms : this.channel;
  }

  /**
   * With `im`, RoomKit reuses that IM login; without, it logs IM in itself. Again with the same AppKey it does nothing,
   * or takes another `im` while no room account is logged in; anything else fails.
   */
  async initialize(options: NERoomKitOptions): Promise<NEResult<null>> {
    const { appKey, im, extras } = options;
    if (!appKey) return refused("InvalidParameter", "lack of appKey");
    if (this.driver) {
      const same = this.driver.appKey === appKey && this.isOwnDriver === (im === undefined);
      if (same && (!im || driverOf(im) === this.driver)) return done(null);
      // Another IM instance, after the one of before has been destroyed: nobody is logged in on that one any more.
      if (!same || this.driver.machine.identity.identity) {
        return refused("InitConflict", "RoomKit is initialised with another AppKey or IM instance: release it first");
      }
      this.release();
    }
    const reused = im ? driverOf(im) : null;
    if (im && reused?.appKey !== appKey)
      return refused("InitConflict", "im was made for another AppKey, or is not ours");
    const server = options.serverConfig?.roomKitServerConfig?.roomServer ?? options.serverUrl ?? ownServer();
    const deviceId = typeof extras?.["deviceId"] === "string" ? extras["deviceId"] : undefined;
    const driver = reused ?? acquireDriver(server, appKey, deviceId);
    if (!driver) return refused("InvalidParameter", "serverUrl is not an address");
    this.driver = driver;
    this.isOwnDriver = reused === null;
    this.unlisten = driver.listen((event) => this.heard(driver, event));
    await driver.prepared();
    return done(null);
  }

  /** Logs out and forgets everything; RoomKit can be initialised anew. */
  release(): NEResult<null> {
    const { driver, isOwnDriver } = this;
    this.unlisten();
    this.driver = null;
    this.rooms.destroy();
    if (driver) {
      const over = driver.call({ type: "roomLogout" }).catch(() => {});
      void over.then(() => isOwnDriver && releaseDriver(driver));
    }
    return done(null);
  }

  /** IM of this package shares its link without more ado: the class comes back as it is. */
  reuseIM<Im extends ReusableImClass>(im: Im): Im {
    if (im?.isReusable !== true) throw new TypeError("this IM class cannot be reused: take NIM of this package");
    return im;
  }

  /** Sets the language of sentences for people. Answers 0. */
  switchLanguage(language?: NERoomLanguage): number {
    this.language = language ?? null;
    return 0;
  }

  /** Events of a foreign IM SDK: not needed where IM shares the link. */
  emit(_eventName: ReuseImEvent, _data?: unknown): void {}

  /** The media engine is the browser's: such a listener hears nothing. */
  addGlobalEventListener(_listener: NEGlobalEventListener): void {}

  removeGlobalEventListener(_listener?: NEGlobalEventListener): void {}

  private heard(driver: Driver, event: Event): void {
    switch (event.type) {
      case "roomAuth": {
        const shown = webAuthEvent(event.event);
        if (shown !== null) this.auth.changed(shown);
        return;
      }
      case "disconnected":
        if (this.auth.isLoggedIn) this.auth.changed(NEAuthEvent.NET_BROKEN);
        return;
      case "command":
        return this.channel.received(event.command);
      case "chat":
      case "media":
      case "roomEvent":
      case "roomEnded":
      case "roomConnection":
        return this.rooms.noticed(driver, event);
    }
  }
}

function driverOf(im: ReusableIm): Driver | null {
  return "driver" in im ? (im.driver as Driver) : null;
}
