import type { AuthEvent, CauseName } from "../gen/causes.js";
import type { ChatMessage } from "../gen/chat_pb.js";
import { type CodeName, codes, type Remedy } from "../gen/codes.js";
import type { Push, Reply, Request, Error as WireError } from "../gen/frame_pb.js";
import type { AuthType, Device, RoomIdentity } from "../gen/link_pb.js";
import type { RoomEvent, RoomJoin, RoomMember } from "../gen/room_pb.js";

/** One connection attempt; frames of an older one are ignored. */
export type TransportId = number;

/** A call of the app, answered by one `done` output of the same number. */
export type CallId = number;

export type RequestBody = Request["body"];
export type ReplyBody = Reply["body"];

/** A failed call. */
export interface Failure {
  /** The entry of the code table; `Failure` for a number that this client does not know. */
  readonly code: CodeName;
  /** The number on the link. */
  readonly number: number;
  /** What to do; the server's word counts. */
  readonly remedy: Remedy;
  /** A sentence for developers. */
  readonly message: string;
  /** How long to wait before trying again, 0 = not said. */
  readonly retryAfterMs: number;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failed = (failure: Failure): Outcome<never> => ({ ok: false, failure });

/** A failure found here, without the server. */
export function localFailure(code: CodeName, message?: string): Failure {
  const [number, , , remedy, developer] = codes[code];
  return { code, number, remedy, message: message ?? developer, retryAfterMs: 0 };
}

/** The entry of the table with this number in a column: 0 the link, 1 RoomKit for browsers. */
export function codeOf(column: 0 | 1, number: number): CodeName {
  const names = Object.keys(codes) as CodeName[];
  const shown = names.filter((name) => codes[name][column] === number);
  return shown.find((name) => codes[name][0] === number) ?? shown[0] ?? "Failure";
}

/** What the server said. */
export function wireFailure(error: WireError): Failure {
  const code = codeOf(0, error.code);
  return {
    code,
    number: error.code,
    remedy: error.remedy === 0 ? codes[code][3] : (error.remedy as number as Remedy),
    message: error.message,
    retryAfterMs: error.retryAfterMs,
  };
}

/** A room account's credential. */
export interface RoomCredential {
  readonly userUuid: string;
  /** Whether `token` is a dynamic one. */
  readonly dynamic: boolean;
  readonly token: string;
}

/** What the room component's login call answers. */
export interface Ticket {
  /** The bound IM account. */
  readonly accid: string;
  /** One-time pass for the link. */
  readonly ticket: string;
}

/** An IM login. */
export interface ImLogin {
  readonly account: string;
  readonly authType: AuthType;
  readonly token: string;
  /** Handed to the app's login callback. */
  readonly loginExtension: string;
  readonly device: Device;
  /** Over the device limit: end the oldest session instead of failing. */
  readonly force: boolean;
  /** Attempts before the login fails; 0 = 3. */
  readonly attempts: number;
  /** All attempts together; 0 = 60 s. */
  readonly timeoutMs: number;
  /** Ask the token provider again at every automatic login. */
  readonly hasTokenProvider: boolean;
  /** A session of this account that an earlier page began. */
  readonly saved?: SavedSession;
}

/** What takes a session up again after the page was loaded anew. */
export interface SavedSession {
  readonly account: string;
  readonly sessionId: bigint;
  readonly resumeKey: Uint8Array;
}

/** What an app can ask for. */
export type Call =
  | { readonly type: "imLogin"; readonly login: ImLogin }
  | { readonly type: "imLogout" }
  | {
      readonly type: "roomLogin";
      /** IM is the app's: check the binding instead of logging IM in. */
      readonly reuseIm: boolean;
      readonly credential: RoomCredential;
      readonly device: Device;
      readonly saved?: SavedSession;
    }
  /** Log IM in with its own credential, if it is not, and its bound room account with it. */
  | { readonly type: "loginByIm"; readonly login: ImLogin }
  | { readonly type: "roomLogout" }
  | { readonly type: "renewRoomToken"; readonly dynamic: boolean; readonly token: string }
  /** Whatever is one request of the wire. */
  | { readonly type: "ask"; readonly body: RequestBody }
  /** Take up a room that this session joined from an earlier page. */
  | { readonly type: "takeUp"; readonly archiveId: bigint; readonly rtcUid: bigint; readonly join: RoomJoin };

/** What the driver tells the machine. */
export type Input =
  | { readonly type: "call"; readonly id: CallId; readonly call: Call }
  | { readonly type: "opened"; readonly transport: TransportId }
  | { readonly type: "lost"; readonly transport: TransportId }
  | { readonly type: "frame"; readonly transport: TransportId; readonly bytes: Uint8Array }
  | { readonly type: "ticket"; readonly id: CallId; readonly outcome: Outcome<Ticket> }
  /** The app's token provider answered; null when it has none. */
  | { readonly type: "token"; readonly token: string | null }
  /** The network came back: try now instead of waiting. */
  | { readonly type: "networkChanged" }
  /** Something else went silent: is the link still there? It has to answer soon. */
  | { readonly type: "doubt" }
  /** Nothing but time. */
  | { readonly type: "tick" };

/** What the driver has to do. */
export type Output =
  | { readonly type: "open"; readonly transport: TransportId }
  | { readonly type: "send"; readonly transport: TransportId; readonly bytes: Uint8Array }
  | { readonly type: "close"; readonly transport: TransportId }
  | { readonly type: "fetchTicket"; readonly id: CallId; readonly credential: RoomCredential }
  | { readonly type: "fetchToken"; readonly account: string }
  | { readonly type: "done"; readonly id: CallId; readonly outcome: Outcome<Answer> }
  /** Keep this for the next page, or forget it. */
  | { readonly type: "save"; readonly session: SavedSession | null }
  | { readonly type: "event"; readonly event: Event };

/** A successful answer. */
export type Answer =
  | { readonly type: "done" }
  | { readonly type: "loggedIn"; readonly account: string; readonly otherDevices: readonly Device[] }
  | { readonly type: "roomLoggedIn"; readonly room: RoomIdentity }
  | { readonly type: "joined"; readonly archiveId: bigint }
  | { readonly type: "replied"; readonly body: ReplyBody };

/** What an app is told unasked. */
export type Event =
  | { readonly type: "linking" }
  /** An attempt to connect came to nothing. */
  | { readonly type: "linkFailed"; readonly failure: Failure }
  | { readonly type: "linked" }
  | { readonly type: "loggingIn" }
  | { readonly type: "disconnected" }
  | { readonly type: "resumed" }
  | { readonly type: "loggedInAgain"; readonly otherDevices: readonly Device[] }
  | { readonly type: "loginLost"; readonly failure: Failure }
  | {
      readonly type: "kicked";
      /** 1 exclusive login, 2 server, 3 own other device, 4 the same device again. */
      readonly reason: number;
      readonly clientType: number;
      readonly customClientType: number;
      readonly description: string;
    }
  | {
      readonly type: "devicesChanged";
      readonly otherDevices: readonly Device[];
      readonly changed: readonly Device[];
      readonly cameIn: boolean;
    }
  | { readonly type: "roomAuth"; readonly event: AuthEvent; readonly cause: CauseName | null }
  | RoomNotice
  | ChatNotice
  | MediaNotice;

/** What happened in a room. */
export type RoomNotice =
  /** An event of the room's stream, applied to the mirror before the app hears of it. */
  | { readonly type: "roomEvent"; readonly archiveId: bigint; readonly event: RoomEvent; readonly before: Before }
  /** This device is not in the room any more. */
  | { readonly type: "roomEnded"; readonly archiveId: bigint; readonly roomUuid: string; readonly reason: string }
  /** The link that the room rests on went or came back, the mirror up to date again. */
  | { readonly type: "roomConnection"; readonly archiveId: bigint; readonly connected: boolean };

/** What an event took away: members as they were, properties with their last values. */
export interface Before {
  readonly gone: readonly RoomMember[];
  readonly deleted: Readonly<Record<string, string>>;
}

/** What came in a room's chat or in the own user stream. */
export type ChatNotice =
  | { readonly type: "chat"; readonly archiveId: bigint; readonly message: ChatMessage }
  | { readonly type: "command"; readonly command: Command };

/** Custom signalling of another member or person, in a room (with its uuid) or to the account. */
export interface Command {
  readonly roomUuid: string;
  readonly senderUuid: string;
  readonly commandId: number;
  readonly data: string;
}

/** A push about the call of a room. */
export type MediaPush = Extract<
  Push["body"],
  { case: "mediaSlots" | "mediaLevels" | "mediaQuality" | "mediaNeeded" | "mediaEnded" }
>;

/** What the server says about the call of a room that this device is in. */
export interface MediaNotice {
  readonly type: "media";
  readonly push: MediaPush;
}
