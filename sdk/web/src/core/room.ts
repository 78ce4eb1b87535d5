import { create } from "@bufbuild/protobuf";
import type { CodeName } from "../gen/codes.js";
import type { Push } from "../gen/frame_pb.js";
import {
  type RoomActDone,
  RoomActSchema,
  type RoomEvent,
  type RoomJoin,
  RoomPullSchema,
  type RoomView,
} from "../gen/room_pb.js";
import {
  type Before,
  type Call,
  type CallId,
  type Failure,
  type Outcome,
  type ReplyBody,
  type RequestBody,
  success,
} from "./api.js";
import { ChatStream } from "./chat.js";
import { type CompleteView, earliest, isComplete, JoinedRoom, mirrorOf, refusedReason, removed } from "./joined.js";
import type { LinkMachine } from "./link.js";
import {
  type ActKind,
  isOfRoom,
  isOfRoomLogin,
  isUndoneWithSession,
  type Needs,
  type Purpose,
  roomCall,
} from "./outbox.js";
import { Inbox, mayPass, PATIENCE_MS, type Place, pauseAfter } from "./stream.js";

/** Rooms whose pushes are kept while a join is under way. */
const EARLY_MAX = 64;

type AnyPush = Push["body"];
type RoomActBody = RequestBody & { case: "roomAct" };

/** Pushes of a room whose view has yet to come. */
interface Early {
  inbox: Inbox<RoomEvent>;
  gone: boolean;
}

/** The rooms that this device is in: each a mirror of the server's state, kept by a dense stream of events. */
export class RoomMachine {
  private readonly joined = new Map<bigint, JoinedRoom>();
  private readonly joining = new Map<CallId, RoomJoin>();
  private readonly early = new Map<bigint, Early>();
  /** By room uuid: rooms that a join which nobody waited for let this device into, while another join is under way. */
  private readonly unasked = new Map<string, bigint>();
  /** The session is a new one and its room login has yet to stand: nothing of rooms is sent until then. */
  private held = false;

  constructor(private readonly machine: LinkMachine) {}

  get(archiveId: bigint): JoinedRoom | undefined {
    return this.joined.get(archiveId);
  }

  all(): JoinedRoom[] {
    return [...this.joined.values()];
  }

  named(roomUuid: string): JoinedRoom | undefined {
    return this.all().find(({ mirror }) => mirror.head.roomUuid === roomUuid);
  }

  /** The room whose chat is this conversation. */
  ofChat(conversationId: bigint): JoinedRoom | undefined {
    return conversationId === 0n ? undefined : this.all().find(({ chatRoomId }) => chatRoomId === conversationId);
  }

  /** Whether what a request needs is there. */
  allow(needs: Needs): boolean {
    if (needs === "session") return true;
    if (this.held || needs === "roomLogin") return !this.held;
    return (this.joined.get(needs)?.way ?? "in") === "in";
  }

  /** The session is a new one: its room login comes first. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** The shortest interval that a room asks for. */
  get pingIntervalMs(): number | null {
    const asked = this.all().map(({ pingIntervalMs }) => (pingIntervalMs > 0 ? Math.max(pingIntervalMs, 1_000) : null));
    return earliest(asked);
  }

  deadline(): number | null {
    return earliest(this.all().map((room) => room.deadline()));
  }

  callJoin(nowMs: number, id: CallId, join: RoomJoin): void {
    const joined = this.named(join.roomUuid);
    if (joined) return this.machine.done(id, success({ type: "joined", archiveId: joined.archiveId }));
    if ([...this.joining.values()].some(({ roomUuid }) => roomUuid === join.roomUuid)) {
      return this.machine.fail(id, "DuplicateCall");
    }
    this.joining.set(id, join);
    this.machine.askRoom(nowMs, { kind: "join", call: id }, { case: "roomJoin", value: join });
  }

  /** Takes up a room that this session joined from an earlier page. */
  callTakeUp(nowMs: number, id: CallId, { archiveId, rtcUid, join }: Call & { type: "takeUp" }): void {
    this.joining.set(id, join);
    const body: RequestBody = { case: "roomPull", value: create(RoomPullSchema, { archiveId, rtcUid }) };
    this.machine.askRoom(nowMs, { kind: "takeUp", call: id, archiveId }, body);
  }

  callAct(nowMs: number, id: CallId, body: RoomActBody): void {
    const { archiveId } = body.value;
    const room = this.joined.get(archiveId);
    if (!room) return this.machine.fail(id, "RoomNotFound");
    const act = actKind(body);
    if (act === "enterChat") room.chat.entering();
    this.machine.askRoom(nowMs, { kind: "act", call: id, archiveId, act }, body);
  }

  push(nowMs: number, body: AnyPush): void {
    switch (body.case) {
      case "roomEvents": {
        const { archiveId, epoch, events } = body.value;
        const inbox = this.inboxOf(archiveId);
        for (const event of events) inbox?.offer(epoch, event.seq, event);
        return this.pump(nowMs, archiveId);
      }
      case "roomNews": {
        const { archiveId, at } = body.value;
        if (at) this.inboxOf(archiveId)?.heard(at.epoch, at.seq);
        return this.pump(nowMs, archiveId);
      }
      case "roomGone": {
        const { archiveId, reason } = body.value;
        const room = this.joined.get(archiveId);
        if (room && room.way !== "back") return this.end(archiveId, reason);
        if (room) {
          // It may be about the stay before: once back, the server is asked.
          room.heardGone = true;
          return;
        }
        const early = this.earlyOf(archiveId);
        if (early) early.gone = true;
      }
    }
  }

  private inboxOf(archiveId: bigint): Inbox<RoomEvent> | undefined {
    return this.joined.get(archiveId)?.inbox ?? this.earlyOf(archiveId)?.inbox;
  }

  private earlyOf(archiveId: bigint): Early | undefined {
    if (this.joining.size === 0) return undefined;
    const known = this.early.get(archiveId);
    if (known || this.early.size >= EARLY_MAX) return known;
    const early: Early = { inbox: new Inbox(), gone: false };
    this.early.set(archiveId, early);
    return early;
  }

  /** What a reply, or the lack of one, means for rooms. */
  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    switch (purpose.kind) {
      case "join":
      case "takeUp":
        return this.joinAnswered(nowMs, purpose.call, outcome);
      case "joinUndone":
        return this.joinUndone(nowMs, outcome);
      case "joinAgain":
        return this.joinAgainAnswered(nowMs, purpose.archiveId, outcome);
      case "act":
        return this.actAnswered(nowMs, purpose, outcome);
      case "ownAct":
        return this.ownActAnswered(nowMs, purpose.archiveId, purpose.act, outcome);
      case "roomPull":
        return this.pulled(nowMs, purpose.archiveId, outcome);
    }
  }

  private joinAnswered(nowMs: number, call: CallId, outcome: Outcome<ReplyBody>): void {
    const join = this.joining.get(call);
    if (!join) return;
    this.joining.delete(call);
    const unasked = this.unasked.get(join.roomUuid);
    this.unasked.delete(join.roomUuid);
    if (outcome.ok) {
      const view = viewOf(outcome.value);
      if (view) this.joinDone(nowMs, call, join, view);
      else this.machine.fail(call, outcome.value.case === "roomPull" ? "RoomNotFound" : "FrameUnknown");
    } else {
      if (unasked !== undefined) this.askLeave(nowMs, unasked);
      // After a timeout the server may have let this device in: the outbox asks on, and it is taken back.
      this.machine.done(call, outcome);
    }
    this.dropEarly();
  }

  private joinDone(nowMs: number, call: CallId, join: RoomJoin, view: CompleteView): void {
    const room = new JoinedRoom(join, view);
    const { archiveId } = room;
    // It was about the stay before.
    this.machine.outbox.forget((asked) => isOwnLeave(asked, archiveId));
    this.joined.set(archiveId, room);
    this.machine.done(call, success({ type: "joined", archiveId }));
    const early = this.early.get(archiveId);
    this.early.delete(archiveId);
    if (!early) return;
    room.inbox = early.inbox;
    this.pump(nowMs, archiveId);
    // It may be about an earlier stay of this device: the server knows.
    if (early.gone) this.askPull(nowMs, archiveId);
  }

  private dropEarly(): void {
    if (this.joining.size === 0) this.early.clear();
  }

  /** Nobody waits any more for this join: out again. */
  private joinUndone(nowMs: number, outcome: Outcome<ReplyBody>): void {
    const head = outcome.ok && outcome.value.case === "roomJoin" ? outcome.value.value.head : undefined;
    if (!head || this.joined.has(head.archiveId)) return;
    if ([...this.joining.values()].some(({ roomUuid }) => roomUuid === head.roomUuid)) {
      // The other join decides: refused, it leaves this device where the first one had brought it.
      this.unasked.set(head.roomUuid, head.archiveId);
      return;
    }
    this.askLeave(nowMs, head.archiveId);
  }

  private askLeave(nowMs: number, archiveId: bigint): void {
    const value = create(RoomActSchema, { archiveId, act: { case: "leave", value: {} } });
    this.askOwnAct(nowMs, { case: "roomAct", value });
  }

  /** Asks on every connection until there is an answer: nobody waits for it, and the server's view rests on it. */
  private askOwnAct(nowMs: number, body: RoomActBody): void {
    this.machine.ask(nowMs, { kind: "ownAct", archiveId: body.value.archiveId, act: actKind(body) }, body, null);
  }

  /** The session that carried this device was over: back into the room. */
  private joinAgain(nowMs: number, room: JoinedRoom): void {
    const { archiveId } = room;
    room.way = "back";
    room.heardGone = false;
    room.inbox = new Inbox();
    room.inbox.pull = "underWay";
    room.chat.interrupted();
    const join = room.joinAgain();
    this.connection(room, false);
    this.machine.askRoom(nowMs, { kind: "joinAgain", archiveId }, { case: "roomJoin", value: join });
  }

  private joinAgainAnswered(nowMs: number, archiveId: bigint, outcome: Outcome<ReplyBody>): void {
    const room = this.joined.get(archiveId);
    if (!room) return;
    if (outcome.ok) {
      const view = viewOf(outcome.value);
      if (view) this.backIn(nowMs, room, view);
      else this.end(archiveId, "SYNC_DATA_ERROR");
    } else if (mayPass(outcome.failure)) {
      room.inbox.pull = pauseAfter(nowMs, outcome.failure);
    } else if (outcome.failure.code === "RoomNotFound") {
      // The room ended in the meantime; a pull says why.
      room.way = "gone";
      room.inbox.pull = "idle";
      this.askPull(nowMs, archiveId);
    } else {
      this.end(archiveId, refusedReason(outcome.failure.code));
    }
    this.dropEarly();
  }

  private backIn(nowMs: number, room: JoinedRoom, view: CompleteView): void {
    const { archiveId } = room;
    if (view.head.archiveId !== archiveId) {
      // Another room of the same name: not the one this device was in.
      this.end(archiveId, "UNKNOWN");
      if (!this.joined.has(view.head.archiveId)) this.askLeave(nowMs, view.head.archiveId);
      return;
    }
    room.way = "in";
    room.inbox.pull = "idle";
    const { present } = room.chat;
    const { heardGone } = room;
    room.heardGone = false;
    this.newView(room, view);
    this.connection(room, true);
    this.pump(nowMs, archiveId);
    if (heardGone) this.askPull(nowMs, archiveId);
    if (present) this.enterChatAgain(nowMs, archiveId);
    this.machine.flush(nowMs);
  }

  private actAnswered(nowMs: number, purpose: Purpose & { kind: "act" }, outcome: Outcome<ReplyBody>): void {
    const { machine } = this;
    const { call, archiveId, act } = purpose;
    let done: RoomActDone | undefined;
    if (outcome.ok) {
      if (outcome.value.case !== "roomAct") return machine.fail(call, "FrameUnknown");
      done = outcome.value.value;
    } else if (act !== "leave" || this.joined.has(archiveId)) {
      // What was to end has otherwise ended on its own.
      if (outcome.failure.code === "RequestTimeout") this.undone(nowMs, archiveId, act);
      return machine.done(call, outcome);
    }
    this.actTookEffect(nowMs, archiveId, act, done);
    const room = this.joined.get(archiveId);
    const at = done?.at;
    if (!room || !at || room.waiting.isFull) return machine.done(call, success({ type: "done" }));
    room.waiting.add(nowMs, at, call);
    if (at.epoch !== room.mirror.at.epoch) {
      room.inbox.heard(at.epoch, at.seq);
      this.pump(nowMs, archiveId);
    } else {
      this.actsShown(room);
    }
  }

  /**
   * Whether the server did it is open. Of the chat this device is out, and the server is told; whoever leaves learns it
   * from the answer alone, and it is asked until there is one.
   */
  private undone(nowMs: number, archiveId: bigint, act: ActKind): void {
    const room = this.joined.get(archiveId);
    if (!room) return;
    if (act === "leave") {
      if (!this.machine.outbox.holds((asked) => isOwnLeave(asked, archiveId))) this.askLeave(nowMs, archiveId);
    } else if (act === "leaveChat" || (act === "enterChat" && !room.chat.present)) {
      const value = create(RoomActSchema, { archiveId, act: { case: "chatPresence", value: { present: false } } });
      this.askOwnAct(nowMs, { case: "roomAct", value });
    }
  }

  private ownActAnswered(nowMs: number, archiveId: bigint, act: ActKind, outcome: Outcome<ReplyBody>): void {
    if (outcome.ok) {
      const done = outcome.value.case === "roomAct" ? outcome.value.value : undefined;
      return this.actTookEffect(nowMs, archiveId, act, done);
    }
    // A chat that is closed to this device has nothing more to tell it, and whoever cannot leave is out already.
    if (act === "enterChat") this.chatLeft(archiveId);
    else if (act === "leave") this.end(archiveId, "LEAVE_BY_SELF");
  }

  /** What an act means for the machine itself. */
  private actTookEffect(nowMs: number, archiveId: bigint, act: ActKind, done: RoomActDone | undefined): void {
    if (act === "leave") this.end(archiveId, "LEAVE_BY_SELF");
    else if (act === "enterChat") this.machine.chat.entered(nowMs, archiveId, done?.chatAt ?? null);
    else if (act === "leaveChat") this.chatLeft(archiveId);
  }

  private chatLeft(archiveId: bigint): void {
    const room = this.joined.get(archiveId);
    if (room) room.chat = new ChatStream();
    this.machine.outbox.forget(
      (asked) => (asked.kind === "chatPull" || asked.kind === "chatBegin") && asked.archiveId === archiveId,
    );
  }

  /** This device takes part in the chat again, after its way back into the room. */
  private enterChatAgain(nowMs: number, archiveId: bigint): void {
    const value = create(RoomActSchema, { archiveId, act: { case: "chatPresence", value: { present: true } } });
    this.askOwnAct(nowMs, { case: "roomAct", value });
  }

  /** Answers the acts that the mirror shows by now. */
  private actsShown(room: JoinedRoom): void {
    for (const call of room.waiting.shown(room.mirror.at)) this.machine.done(call, success({ type: "done" }));
  }

  /** Applies what follows, answers the acts that it shows, and pulls what is missing. */
  private pump(nowMs: number, archiveId: bigint): void {
    for (;;) {
      const room = this.joined.get(archiveId);
      if (room?.way !== "in") return;
      const event = room.inbox.take(room.mirror.at);
      if (!event) break;
      this.apply(room, event);
    }
    const room = this.joined.get(archiveId);
    if (!room) return;
    this.actsShown(room);
    if (room.inbox.pull === "idle" && room.inbox.isBehind(room.mirror.at)) this.askPull(nowMs, archiveId);
  }

  /** Applies the event that follows the mirror; one that does not is nothing. */
  private apply(room: JoinedRoom, event: RoomEvent): void {
    const before = room.mirror.apply(event);
    if (!before) return;
    const reason = room.overBy(event);
    if (reason !== null) this.end(room.archiveId, reason);
    else this.tell(room, event, before);
  }

  private tell(room: JoinedRoom, event: RoomEvent, before: Before): void {
    const { archiveId, userUuid } = room;
    const { body } = event;
    if (body.case === undefined) return;
    if (body.case !== "command") return this.machine.event({ type: "roomEvent", archiveId, event, before });
    const { senderUuid, commandId, data } = body.value;
    if (senderUuid === userUuid) return;
    const { roomUuid } = room.mirror.head;
    this.machine.event({ type: "command", command: { roomUuid, senderUuid, commandId, data } });
  }

  /** Asks for what follows the mirror, unless that is on its way. */
  private askPull(nowMs: number, archiveId: bigint): void {
    const room = this.joined.get(archiveId);
    if (!room || room.inbox.pull === "underWay" || room.way === "back") return;
    room.inbox.pull = "underWay";
    const { epoch, seq } = room.mirror.at;
    const value = create(RoomPullSchema, { archiveId, after: { epoch, seq }, rtcUid: room.rtcUid });
    this.machine.askRoom(nowMs, { kind: "roomPull", archiveId }, { case: "roomPull", value });
  }

  private pulled(nowMs: number, archiveId: bigint, outcome: Outcome<ReplyBody>): void {
    const room = this.joined.get(archiveId);
    if (!room) return;
    room.inbox.pull = "idle";
    const { epoch, seq } = room.mirror.at;
    if (!outcome.ok) return this.pullFailed(nowMs, room, outcome.failure);
    if (outcome.value.case !== "roomPull") return this.end(archiveId, "SYNC_DATA_ERROR");
    const { body } = outcome.value.value;
    if (body.case === "gone") return this.end(archiveId, body.value.reason);
    if (room.way === "gone") return this.end(archiveId, "UNKNOWN");
    if (body.case === "view") {
      // Events may have overtaken a view: then the mirror is newer.
      if (isComplete(body.value) && !room.isPast(body.value.at)) this.newView(room, body.value);
    } else if (body.case === "events" && body.value.epoch === epoch) {
      for (const event of body.value.events) if (this.joined.get(archiveId) === room) this.apply(room, event);
    }
    this.upToDate(nowMs, archiveId, { epoch, seq });
  }

  private pullFailed(nowMs: number, room: JoinedRoom, failure: Failure): void {
    if (mayPass(failure)) {
      room.inbox.pull = pauseAfter(nowMs, failure);
    } else {
      const known = room.way === "in" && failure.code !== "RoomNotFound";
      this.end(room.archiveId, known ? "SYNC_DATA_ERROR" : "UNKNOWN");
    }
  }

  /** A pull is complete. What is still missing came after its answer was made: asked for at once, if this one helped. */
  private upToDate(nowMs: number, archiveId: bigint, before: Place): void {
    const pulled = this.joined.get(archiveId);
    if (!pulled) return;
    pulled.inbox.pulled(pulled.mirror.at);
    pulled.inbox.pull = "underWay";
    this.pump(nowMs, archiveId);
    const room = this.joined.get(archiveId);
    if (!room) return;
    room.inbox.pull = "idle";
    const { at } = room.mirror;
    if (!room.inbox.isBehind(at)) this.connection(room, true);
    else if (at.epoch !== before.epoch || at.seq !== before.seq) this.askPull(nowMs, archiveId);
    else room.inbox.pull = { dueAtMs: nowMs + PATIENCE_MS };
  }

  /** The mirror begins anew; listeners hear what that changed. */
  private newView(room: JoinedRoom, view: CompleteView): void {
    if (view.head.archiveId !== room.archiveId) return;
    const before = room.mirror;
    const earlier = room.rtcUid;
    room.mirror = mirrorOf(view);
    if (view.rtcUid !== 0n) room.rtcUid = view.rtcUid;
    if (view.pingIntervalMs !== 0) room.pingIntervalMs = view.pingIntervalMs;
    room.password = view.password;
    for (const event of before.difference(room.mirror)) {
      if (!room.isOwnPassage(event, earlier)) this.tell(room, event, removed(before, event));
    }
    this.actsShown(room);
  }

  /** The link was lost. */
  disconnected(): void {
    for (const room of this.all()) this.connection(room, false);
  }

  private connection(room: JoinedRoom, connected: boolean): void {
    if (room.connected === connected) return;
    room.connected = connected;
    this.machine.event({ type: "roomConnection", archiveId: room.archiveId, connected });
  }

  /**
   * The room login stands again: as the same room session, so that streams go on, or as a new one, so that this device
   * is in no room.
   */
  back(nowMs: number, sameSession: boolean): void {
    const { machine } = this;
    this.held = false;
    if (sameSession) {
      for (const { archiveId } of this.all()) {
        this.askPull(nowMs, archiveId);
        machine.chat.askPull(nowMs, archiveId);
      }
    } else {
      this.unasked.clear();
      machine.outbox.forget((asked) => isOfRoomLogin(asked) || asked.kind === "joinUndone");
      machine.outbox.renew(isUndoneWithSession);
      for (const room of this.all()) this.joinAgain(nowMs, room);
      machine.chat.interrupted();
    }
    machine.chat.askUserPull(nowMs);
    machine.flush(nowMs);
  }

  /** This device is not in the room any more. */
  private end(archiveId: bigint, reason: string): void {
    const room = this.joined.get(archiveId);
    if (!room) return;
    this.joined.delete(archiveId);
    this.machine.outbox.forget((asked) => isOfRoom(asked, archiveId));
    const { roomUuid } = room.mirror.head;
    this.machine.event({ type: "roomEnded", archiveId, roomUuid, reason });
    for (const call of room.waiting.takeCalls()) this.machine.done(call, success({ type: "done" }));
  }

  /** The room login is over: its rooms are, and what was asked for them fails. */
  endAll(reason: string, code: CodeName): void {
    for (const { archiveId } of this.all()) this.end(archiveId, reason);
    for (const asked of this.machine.outbox.drainRooms()) {
      const call = roomCall(asked);
      if (call !== null) this.machine.fail(call, code);
    }
    this.joining.clear();
    this.unasked.clear();
    this.early.clear();
    this.held = false;
    this.machine.chat.reset();
  }

  /** What time alone brings about in rooms. */
  tick(nowMs: number): void {
    for (const { archiveId } of this.all()) {
      const furthest = this.joined.get(archiveId)?.waiting.outOfPatience(nowMs);
      if (furthest) {
        this.joined.get(archiveId)?.inbox.heard(furthest.epoch, furthest.seq);
        this.pump(nowMs, archiveId);
      }
      const room = this.joined.get(archiveId);
      if (!room) continue;
      const isDue = ({ dueAtMs }: { dueAtMs: number | null }) => dueAtMs !== null && dueAtMs <= nowMs;
      const [roomDue, chatDue] = [isDue(room.inbox), isDue(room.chat.inbox)];
      if (roomDue && room.way === "back") this.joinAgain(nowMs, room);
      else if (roomDue) this.askPull(nowMs, archiveId);
      if (chatDue) this.machine.chat.askPull(nowMs, archiveId);
    }
  }
}

function isOwnLeave(asked: Purpose, archiveId: bigint): boolean {
  return asked.kind === "ownAct" && asked.archiveId === archiveId && asked.act === "leave";
}

function viewOf(body: ReplyBody): CompleteView | undefined {
  let view: RoomView | undefined;
  if (body.case === "roomJoin") view = body.value;
  else if (body.case === "roomPull" && body.value.body.case === "view") view = body.value.body.value;
  return view && isComplete(view) ? view : undefined;
}

function actKind({ value: { act } }: RoomActBody): ActKind {
  if (act.case === "leave") return "leave";
  if (act.case === "chatPresence") return act.value.present ? "enterChat" : "leaveChat";
  return "other";
}
