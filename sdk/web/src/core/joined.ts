import { clone, create } from "@bufbuild/protobuf";
import type { CodeName } from "../gen/codes.js";
import { CursorSchema, type RoomEvent, type RoomJoin, RoomJoinSchema, type RoomView } from "../gen/room_pb.js";
import type { Before, CallId } from "./api.js";
import { ChatStream } from "./chat.js";
import { RoomMirror } from "./mirror.js";
import { Inbox, PATIENCE_MS, type Place } from "./stream.js";

/** Acts that may wait for the mirror at once in one room. */
const WAITING_MAX = 1024;

/** How this device stands to a room: in, on its way back in, or the room is not there and why is being asked. */
export type Way = "in" | "back" | "gone";

/** A room that this device is in. */
export class JoinedRoom {
  mirror: RoomMirror;
  rtcUid: bigint;
  password: string;
  pingIntervalMs: number;
  way: Way = "in";
  /** On its way back, this device heard that it is out: perhaps of the stay before, perhaps of the new one. */
  heardGone = false;
  /** The link is up and the mirror was brought up to date since it came back. */
  connected = true;
  inbox = new Inbox<RoomEvent>();
  chat = new ChatStream();
  readonly waiting = new Waiting();
  readonly userUuid: string;

  constructor(
    readonly join: RoomJoin,
    view: CompleteView,
  ) {
    this.mirror = mirrorOf(view);
    this.rtcUid = view.rtcUid;
    this.userUuid = view.userUuid;
    this.password = view.password;
    this.pingIntervalMs = view.pingIntervalMs;
  }

  get archiveId(): bigint {
    return this.mirror.head.archiveId;
  }

  get chatRoomId(): bigint {
    return this.mirror.head.chatRoomId;
  }

  /** What the way back is asked for with: the role as last held, and no harm to the account's other devices. */
  joinAgain(): RoomJoin {
    const join = clone(RoomJoinSchema, this.join);
    join.kickOtherDevice = false;
    join.password = this.password;
    const own = this.mirror.member(this.userUuid);
    if (own) {
      join.role = own.role;
      join.userName = own.userName;
    }
    return join;
  }

  /** Why the room is over for this device, where the event says so. */
  overBy({ body }: RoomEvent): string | null {
    if (body.case === "ended") return body.value.reason;
    if (body.case === "endpointLeft" && body.value.rtcUid === this.rtcUid) return body.value.reason;
    if (body.case === "memberLeft" && body.value.userUuid === this.userUuid) return body.value.reason;
    return null;
  }

  /** Whether the mirror is as new as that place of the same epoch. */
  isPast(place: Place | undefined): boolean {
    const { at } = this.mirror;
    return place !== undefined && place.epoch === at.epoch && place.seq <= at.seq;
  }

  /** Whether a difference is only about how this device itself came and went. */
  isOwnPassage({ body }: RoomEvent, earlier: bigint): boolean {
    const isOwn = (rtcUid: bigint | undefined) => rtcUid === this.rtcUid || rtcUid === earlier;
    switch (body.case) {
      case "endpointJoined":
        return isOwn(body.value.endpoint?.rtcUid);
      case "endpointLeft":
        return isOwn(body.value.rtcUid);
      case "memberJoined":
        return body.value.member?.userUuid === this.userUuid;
      case "memberLeft":
        return body.value.userUuid === this.userUuid;
      default:
        return false;
    }
  }

  deadline(): number | null {
    const dues = [this.inbox.dueAtMs, this.chat.inbox.dueAtMs, this.waiting.patienceUntilMs];
    return earliest(dues);
  }
}

/** Acts that are done at the server, and wait for the mirror to get there. */
export class Waiting {
  /** Until then the stream has time to bring them by itself. */
  patienceUntilMs: number | null = null;
  private acts: { readonly at: Place; readonly call: CallId }[] = [];

  get isFull(): boolean {
    return this.acts.length >= WAITING_MAX;
  }

  add(nowMs: number, at: Place, call: CallId): void {
    this.acts.push({ at, call });
    this.patienceUntilMs ??= nowMs + PATIENCE_MS;
  }

  /** Takes the calls whose acts a mirror at this place shows; under another epoch that is all. */
  shown(mirror: Place): CallId[] {
    const isShown = ({ at }: { at: Place }) => at.epoch !== mirror.epoch || at.seq <= mirror.seq;
    const shown = this.acts.filter(isShown).map(({ call }) => call);
    this.acts = this.acts.filter((act) => !isShown(act));
    if (this.acts.length === 0) this.patienceUntilMs = null;
    return shown;
  }

  /** The furthest place, once the time of the stream is over: from now on there is a pull. */
  outOfPatience(nowMs: number): Place | null {
    if (this.patienceUntilMs === null || this.patienceUntilMs > nowMs) return null;
    this.patienceUntilMs = null;
    let furthest: Place | null = null;
    for (const { at } of this.acts) {
      const later = !furthest || at.epoch > furthest.epoch || (at.epoch === furthest.epoch && at.seq > furthest.seq);
      if (later) furthest = at;
    }
    return furthest;
  }

  takeCalls(): CallId[] {
    return this.acts.splice(0).map(({ call }) => call);
  }
}

export type CompleteView = RoomView & Required<Pick<RoomView, "head">>;

export function isComplete(view: RoomView): view is CompleteView {
  return view.head !== undefined;
}

export function mirrorOf({ head, members, at }: CompleteView): RoomMirror {
  return new RoomMirror(head, members, at ?? create(CursorSchema));
}

/** Why a room is over for a member whom the server does not let back in. */
export function refusedReason(code: CodeName): string {
  switch (code) {
    case "RoomBlacklisted":
      return "KICK_OUT";
    case "RoomMemberExists":
      return "KICK_BY_OTHER_DEVICE";
    case "RoomComponentOff":
      return "CLOSE_BY_BACKEND";
    default:
      return "LOGIN_STATE_ERROR";
  }
}

/** What an event takes away from a mirror. */
export function removed(before: RoomMirror, { body }: RoomEvent): Before {
  const deleted: Record<string, string> = {};
  if (body.case === "memberLeft") {
    const member = before.member(body.value.userUuid);
    return { gone: member ? [member] : [], deleted };
  }
  if (body.case === "propertiesDeleted") {
    for (const { key, value } of before.head.properties) if (body.value.keys.includes(key)) deleted[key] = value;
  } else if (body.case === "memberPropertiesDeleted") {
    const properties = before.member(body.value.userUuid)?.properties ?? {};
    for (const key of body.value.keys) {
      const value = properties[key];
      if (value !== undefined) deleted[key] = value;
    }
  }
  return { gone: [], deleted };
}

export function earliest(times: readonly (number | null)[]): number | null {
  let first: number | null = null;
  for (const at of times) if (at !== null && (first === null || at < first)) first = at;
  return first;
}
