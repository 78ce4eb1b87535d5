import { clone, create } from "@bufbuild/protobuf";
import type { EndReason } from "../gen/causes.js";
import type { CodeName } from "../gen/codes.js";
import type { Push } from "../gen/frame_pb.js";
import { type RoomEvent, type RoomJoin, RoomJoinSchema, RoomPullSchema, type RoomView } from "../gen/room_pb.js";
import { type CallId, type Failure, failed, type Outcome, type ReplyBody, type RequestBody, success } from "./api.js";
import { ChatStream } from "./chat.js";
import type { LinkMachine } from "./link.js";
import { RoomMirror } from "./mirror.js";
import type { ActKind, Purpose } from "./outbox.js";
import { Inbox, type Place } from "./stream.js";

/** How long the stream may take to tell of an act that is done before it is pulled. */
const ACT_PATIENCE_MS = 1_000;
/** How long to wait before a pull that failed is repeated. */
const PULL_PAUSE_MS = 1_000;
/** Rooms that may be heard of before the view of their join is there. */
const EARLY_MAX = 16;

/** A room that this device is in. */
export class JoinedRoom {
  mirror: RoomMirror;
  rtcUid: bigint;
  readonly userUuid: string;
  readonly password: string;
  readonly chat: ChatStream;
  readonly inbox: Inbox<RoomEvent>;
  /** Acts that are done, waiting for the mirror to show it. */
  readonly waits: { readonly call: CallId; readonly at: Place }[] = [];
  pingIntervalMs: number;
  /** The link is up and the mirror is up to date. */
  connected = true;
  /** The session that it was joined with is over: the way back in is under way. */
  rejoining = false;

  constructor(
    view: RoomView,
    readonly join: RoomJoin,
    inbox: Inbox<RoomEvent>,
  ) {
    this.mirror = mirrorOf(view);
    this.rtcUid = view.rtcUid;
    this.userUuid = view.userUuid;
    this.password = view.password;
    this.pingIntervalMs = view.pingIntervalMs;
    this.inbox = inbox;
    this.chat = new ChatStream();
  }

  get archiveId(): bigint {
    return this.mirror.head.archiveId;
  }

  get chatRoomId(): bigint {
    return this.mirror.head.chatRoomId;
  }

  /** This device is on the list of the room's members. */
  get isPresent(): boolean {
    return this.mirror.endpoint(this.rtcUid) !== undefined;
  }
}

interface Early {
  readonly inbox: Inbox<RoomEvent>;
  gone: string | null;
}

/** The rooms that this device is in: joins, mirrors kept up to date, acts, and the way back. */
export class RoomMachine {
  private readonly rooms = new Map<bigint, JoinedRoom>();
  /** What came of rooms whose join is not complete. */
  private readonly early = new Map<bigint, Early>();
  private readonly joins = new Map<CallId, RoomJoin>();

  constructor(private readonly machine: LinkMachine) {}

  get(archiveId: bigint): JoinedRoom | undefined {
    return this.rooms.get(archiveId);
  }

  ofConversation(conversationId: bigint): JoinedRoom | undefined {
    return [...this.rooms.values()].find((room) => room.chatRoomId === conversationId);
  }

  all(): JoinedRoom[] {
    return [...this.rooms.values()];
  }

  /** The shortest interval that a room asks for. */
  get pingIntervalMs(): number | null {
    const asked = this.all().flatMap(({ pingIntervalMs }) => (pingIntervalMs > 0 ? [pingIntervalMs] : []));
    return asked.length > 0 ? Math.min(...asked) : null;
  }

  callJoin(nowMs: number, id: CallId, join: RoomJoin): void {
    this.joins.set(id, join);
    this.machine.askOfRoom(nowMs, { kind: "join", call: id }, { case: "roomJoin", value: join });
  }

  /** Takes up a room that this session joined from an earlier page. */
  callTakeUp(nowMs: number, id: CallId, archiveId: bigint, join: RoomJoin): void {
    this.joins.set(id, join);
    const body: RequestBody = { case: "roomPull", value: create(RoomPullSchema, { archiveId }) };
    this.machine.askOfRoom(nowMs, { kind: "takeUp", call: id, archiveId }, body);
  }

  callAct(nowMs: number, id: CallId, body: RequestBody & { case: "roomAct" }): void {
    const { archiveId } = body.value;
    this.machine.askOfRoom(nowMs, { kind: "act", call: id, archiveId, act: actKind(body) }, body);
  }

  /** May a request of this room be sent? */
  isOpen(archiveId: bigint): boolean {
    return !(this.rooms.get(archiveId)?.rejoining ?? false);
  }

  push(nowMs: number, body: Push["body"]): void {
    if (body.case === "roomEvents") {
      const { archiveId, epoch, events } = body.value;
      const room = this.rooms.get(archiveId);
      const inbox = room?.inbox ?? this.earlyOf(archiveId)?.inbox;
      for (const event of events) inbox?.offer(epoch, event.seq, event);
      if (room) this.advance(nowMs, room);
    } else if (body.case === "roomNews") {
      const { archiveId, at } = body.value;
      const room = this.rooms.get(archiveId);
      if (at) (room?.inbox ?? this.earlyOf(archiveId)?.inbox)?.heard(at.epoch, at.seq);
      if (room) this.advance(nowMs, room);
    } else if (body.case === "roomGone") {
      const { archiveId, reason } = body.value;
      const room = this.rooms.get(archiveId);
      if (room && !room.rejoining) this.finish(room, reason);
      const early = room ? undefined : this.earlyOf(archiveId);
      if (early) early.gone = reason;
    }
  }

  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    switch (purpose.kind) {
      case "join":
      case "takeUp":
        return this.entered(nowMs, purpose.call, outcome);
      case "joinAgain":
        return this.enteredAgain(nowMs, purpose.archiveId, outcome);
      case "act":
        return this.acted(nowMs, purpose, outcome);
      case "ownAct":
        if (outcome.ok && purpose.act === "enterChat") this.chatEntered(nowMs, purpose.archiveId);
        return;
      case "roomPull":
        return this.pulled(nowMs, purpose.archiveId, outcome);
    }
  }

  private entered(nowMs: number, call: CallId, outcome: Outcome<ReplyBody>): void {
    const { machine } = this;
    const join = this.joins.get(call);
    this.joins.delete(call);
    if (!outcome.ok) {
      machine.done(call, outcome);
    } else {
      const view = viewOf(outcome.value);
      if (view?.head && join) this.began(nowMs, call, view, join);
      else machine.fail(call, outcome.value.case === "roomPull" ? "RoomMemberNotFound" : "FrameUnknown");
    }
    if (this.joins.size === 0) this.early.clear();
  }

  private began(nowMs: number, call: CallId, view: RoomView, join: RoomJoin): void {
    const archiveId = view.head?.archiveId ?? 0n;
    const early = this.early.get(archiveId);
    this.early.delete(archiveId);
    const before = this.rooms.get(archiveId);
    const room = new JoinedRoom(view, join, early?.inbox ?? new Inbox());
    this.rooms.set(archiveId, room);
    for (const wait of before?.waits ?? []) this.machine.done(wait.call, success({ type: "done" }));
    this.machine.done(call, success({ type: "joined", archiveId }));
    if (early?.gone != null) return this.finish(room, early.gone);
    this.advance(nowMs, room);
  }

  private enteredAgain(nowMs: number, archiveId: bigint, outcome: Outcome<ReplyBody>): void {
    const room = this.rooms.get(archiveId);
    if (!room) return;
    if (!outcome.ok) {
      if (isPassing(outcome.failure.code)) return this.joinAgain(nowMs, room);
      return this.finish(room, endOf(outcome.failure));
    }
    const view = viewOf(outcome.value);
    if (!view?.head) return this.finish(room, "SYNC_DATA_ERROR");
    room.rejoining = false;
    const { chat } = room;
    this.resync(nowMs, room, view);
    if (this.rooms.get(archiveId) !== room) return;
    if (chat.entered) {
      const act = { case: "chatPresence", value: { present: true } } as const;
      this.machine.askOwnAct(nowMs, archiveId, "enterChat", act);
    }
    this.machine.flush(nowMs);
  }

  private acted(nowMs: number, purpose: Purpose & { kind: "act" }, outcome: Outcome<ReplyBody>): void {
    const { machine } = this;
    const { call, archiveId, act } = purpose;
    if (!outcome.ok) return machine.done(call, outcome);
    const room = this.rooms.get(archiveId);
    const at = outcome.value.case === "roomAct" ? outcome.value.value.at : undefined;
    if (act === "enterChat") this.chatEntered(nowMs, archiveId);
    if (act === "leaveChat") room?.chat.leave();
    if (act === "leave" && room) {
      machine.done(call, success({ type: "done" }));
      return this.finish(room, "LEAVE_BY_SELF");
    }
    if (!room || !at || reached(room, at)) return machine.done(call, success({ type: "done" }));
    room.waits.push({ call, at });
    room.inbox.heard(at.epoch, at.seq);
    if (room.inbox.pull === "idle") room.inbox.pull = { dueAtMs: nowMs + ACT_PATIENCE_MS };
  }

  private chatEntered(nowMs: number, archiveId: bigint): void {
    const room = this.rooms.get(archiveId);
    if (room) this.machine.chat.entered(nowMs, room);
  }

  private pulled(nowMs: number, archiveId: bigint, outcome: Outcome<ReplyBody>): void {
    const room = this.rooms.get(archiveId);
    if (!room) return;
    if (!outcome.ok) {
      if (isPassing(outcome.failure.code)) room.inbox.pull = { dueAtMs: nowMs + PULL_PAUSE_MS };
      else this.finish(room, endOf(outcome.failure));
      return;
    }
    const body = outcome.value.case === "roomPull" ? outcome.value.value.body : undefined;
    if (body?.case === "gone") return this.finish(room, body.value.reason);
    if (body?.case === "view") return this.resync(nowMs, room, body.value);
    const { epoch, events } = body?.case === "events" ? body.value : { epoch: 0n, events: [] };
    for (const event of events) room.inbox.offer(epoch, event.seq, event);
    this.advance(nowMs, room, true);
    if (this.rooms.get(archiveId) === room) this.isBack(room);
  }

  /** The mirror starts anew; listeners hear what is different. */
  private resync(nowMs: number, room: JoinedRoom, view: RoomView): void {
    if (!view.head) return;
    const fresh = mirrorOf(view);
    if (view.rtcUid !== 0n) room.rtcUid = view.rtcUid;
    if (view.pingIntervalMs > 0) room.pingIntervalMs = view.pingIntervalMs;
    const changes = room.mirror.difference(fresh);
    const shown = room.mirror.copy();
    room.mirror = fresh;
    for (const event of changes) this.tell(room, event, shown.fold(event.body));
    if (!room.isPresent && room.mirror.ended === null) return this.finish(room, "SYNC_DATA_ERROR");
    this.advance(nowMs, room, true);
    if (this.rooms.get(room.archiveId) === room) this.isBack(room);
  }

  private isBack(room: JoinedRoom): void {
    if (room.connected || this.machine.link.up() === null) return;
    room.connected = true;
    this.machine.event({ type: "roomConnection", archiveId: room.archiveId, connected: true });
  }

  /** Applies what follows, and asks for what is missing. */
  private advance(nowMs: number, room: JoinedRoom, answered = false): void {
    if (room.rejoining) return;
    for (;;) {
      const event = room.inbox.take(room.mirror.at);
      if (!event) break;
      const before = room.mirror.apply(event);
      if (!before) break;
      this.tell(room, event, before);
      if (this.rooms.get(room.archiveId) !== room) return;
    }
    const { at } = room.mirror;
    if (answered) room.inbox.pulled(at);
    this.settleWaits(room);
    if (!room.inbox.isBehind(at)) {
      if (room.inbox.pull !== "underWay") room.inbox.pull = "idle";
    } else if (room.inbox.pull === "idle") {
      this.pull(nowMs, room);
    }
  }

  private settleWaits(room: JoinedRoom): void {
    for (const wait of room.waits.splice(0)) {
      if (reached(room, wait.at)) this.machine.done(wait.call, success({ type: "done" }));
      else room.waits.push(wait);
    }
  }

  /** Tells the app; the end of the room, or of this device in it, is told twice. */
  private tell(room: JoinedRoom, event: RoomEvent, before: import("./api.js").Before): void {
    const { archiveId } = room;
    const { body } = event;
    if (body.case !== undefined) this.machine.event({ type: "roomEvent", archiveId, event, before });
    if (body.case === "ended") this.finish(room, body.value.reason);
    else if (body.case === "memberLeft" && body.value.userUuid === room.userUuid && !room.isPresent) {
      this.finish(room, body.value.reason);
    } else if (body.case === "endpointLeft" && body.value.rtcUid === room.rtcUid && !room.isPresent) {
      this.finish(room, body.value.reason);
    }
  }

  private pull(nowMs: number, room: JoinedRoom): void {
    room.inbox.pull = "underWay";
    const { archiveId } = room;
    const { epoch, seq } = room.mirror.at;
    const value = create(RoomPullSchema, { archiveId, after: { epoch, seq } });
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "roomPull", archiveId }, { case: "roomPull", value }, timeoutMs);
  }

  /** The link is gone; the rooms wait for it. */
  disconnected(): void {
    for (const room of this.rooms.values()) {
      if (!room.connected) continue;
      room.connected = false;
      this.machine.event({ type: "roomConnection", archiveId: room.archiveId, connected: false });
    }
  }

  /** The link is back on the same session: what was missed is pulled. */
  resumed(nowMs: number): void {
    for (const room of this.rooms.values()) {
      if (!room.rejoining && room.inbox.pull !== "underWay") this.pull(nowMs, room);
    }
  }

  /** Another session: the server has seen this device leave its rooms. */
  sessionReplaced(nowMs: number): void {
    this.machine.outbox.renew(({ kind }) => kind === "join");
    for (const room of this.rooms.values()) this.joinAgain(nowMs, room);
  }

  private joinAgain(nowMs: number, room: JoinedRoom): void {
    const { archiveId } = room;
    const ofRoom = ({ kind }: Purpose) => kind === "roomPull" || kind === "joinAgain" || kind === "ownAct";
    this.machine.outbox.forget((asked) => ofRoom(asked) && "archiveId" in asked && asked.archiveId === archiveId);
    room.rejoining = true;
    room.inbox.pull = "idle";
    const join = clone(RoomJoinSchema, room.join);
    const own = room.mirror.member(room.userUuid);
    if (own) {
      join.role = own.role;
      join.userName = own.userName;
    }
    join.kickOtherDevice = false;
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "joinAgain", archiveId }, { case: "roomJoin", value: join }, timeoutMs);
  }

  /** This device is not in the room any more. */
  private finish(room: JoinedRoom, reason: string): void {
    const { archiveId } = room;
    if (!this.rooms.delete(archiveId)) return;
    this.machine.outbox.forget((asked) => isOwnOf(asked, archiveId));
    for (const { call } of room.waits.splice(0)) this.machine.done(call, success({ type: "done" }));
    this.machine.event({ type: "roomEnded", archiveId, roomUuid: room.mirror.head.roomUuid, reason });
  }

  /** The room login is over, and all rooms with it. */
  loginEnded(reason: EndReason, failure: Failure, nowMs: number): void {
    for (const room of this.rooms.values()) this.finish(room, reason);
    this.early.clear();
    for (const asked of this.machine.outbox.drainRooms()) this.machine.settle(nowMs, asked, failed(failure));
  }

  deadline(): number | null {
    const due = this.all().flatMap((room) => [room.inbox.dueAtMs, room.chat.inbox.dueAtMs]);
    const set = due.filter((at) => at !== null);
    return set.length > 0 ? Math.min(...set) : null;
  }

  tick(nowMs: number): void {
    for (const room of this.rooms.values()) {
      const { dueAtMs } = room.inbox;
      if (dueAtMs !== null && dueAtMs <= nowMs) this.pull(nowMs, room);
    }
  }

  private earlyOf(archiveId: bigint): Early | undefined {
    if (this.joins.size === 0) return undefined;
    const known = this.early.get(archiveId);
    if (known || this.early.size >= EARLY_MAX) return known;
    const early: Early = { inbox: new Inbox(), gone: null };
    this.early.set(archiveId, early);
    return early;
  }
}

function mirrorOf(view: RoomView): RoomMirror {
  const { head, members, at } = view;
  if (!head || !at) throw new TypeError("a view without a head");
  return new RoomMirror(head, members, at);
}

function viewOf(body: ReplyBody): RoomView | undefined {
  const view = body.case === "roomJoin" ? body.value : undefined;
  const pulled = body.case === "roomPull" && body.value.body.case === "view" ? body.value.body.value : undefined;
  const found = view ?? pulled;
  return found?.head && found.at ? found : undefined;
}

function reached(room: JoinedRoom, at: Place): boolean {
  const now = room.mirror.at;
  return now.epoch !== at.epoch || now.seq >= at.seq;
}

function actKind(body: RequestBody & { case: "roomAct" }): ActKind {
  const { act } = body.value;
  if (act.case === "leave") return "leave";
  if (act.case === "chatPresence") return act.value.present ? "enterChat" : "leaveChat";
  return "other";
}

/** Asked by the machine itself for that room. */
function isOwnOf(purpose: Purpose, archiveId: bigint): boolean {
  switch (purpose.kind) {
    case "joinAgain":
    case "ownAct":
    case "roomPull":
    case "chatPull":
    case "chatBegin":
      return purpose.archiveId === archiveId;
    default:
      return false;
  }
}

/** Later it may go better. */
export function isPassing(code: CodeName): boolean {
  return code === "RequestTimeout" || code === "ServerBusy" || code === "TooManyRequests" || code === "ReadOnly";
}

/** Why a room is over whose way back was refused. */
function endOf(failure: Failure): EndReason {
  switch (failure.code) {
    case "RoomNotFound":
      return "CLOSE_BY_BACKEND";
    case "RoomBlacklisted":
      return "KICK_OUT";
    default:
      return "SYNC_DATA_ERROR";
  }
}
