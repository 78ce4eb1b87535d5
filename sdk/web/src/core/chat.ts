import { create } from "@bufbuild/protobuf";
import { type ChatMessage, ChatPullSchema, type UserEvent, UserPullSchema } from "../gen/chat_pb.js";
import type { Push } from "../gen/frame_pb.js";
import type { CallId, Outcome, ReplyBody, RequestBody } from "./api.js";
import type { LinkMachine } from "./link.js";
import type { Purpose } from "./outbox.js";
import { isPassing, type JoinedRoom } from "./room.js";
import { Inbox, type Place } from "./stream.js";

const PULL_PAUSE_MS = 1_000;
/** Own messages whose way through the stream is remembered. */
const OWN_MAX = 256;

/** The chat of one room, from the moment this device entered it. */
export class ChatStream {
  /** This device is in the chat. */
  entered = false;
  /** The last message that was delivered; null while it is asked for. */
  at: Place | null = null;
  readonly inbox = new Inbox<ChatMessage>();
  private readonly own = new Set<string>();

  leave(): void {
    this.entered = false;
    this.at = null;
  }

  /** A message of this device: its app has it already. */
  sent(messageUuid: string): void {
    this.own.add(messageUuid);
    const [oldest] = this.own;
    if (this.own.size > OWN_MAX && oldest !== undefined) this.own.delete(oldest);
  }

  isOwn(messageUuid: string): boolean {
    return this.own.has(messageUuid);
  }
}

/** The chat streams of rooms, and the own user stream: each message once and in order. */
export class ChatMachine {
  private userAt: Place | null = null;
  private readonly userInbox = new Inbox<UserEvent>();

  constructor(private readonly machine: LinkMachine) {}

  callSend(nowMs: number, id: CallId, body: RequestBody & { case: "chatSend" }): void {
    const { archiveId, messageUuid } = body.value;
    this.machine.rooms.get(archiveId)?.chat.sent(messageUuid);
    this.machine.askOfRoom(nowMs, { kind: "reply", call: id }, body);
  }

  push(nowMs: number, body: Push["body"]): void {
    if (body.case === "userEvents") {
      const { epoch, events } = body.value;
      for (const event of events) this.userInbox.offer(epoch, event.seq, event);
      return this.advanceUser(nowMs);
    }
    if (body.case === "userNews") {
      if (body.value.at) this.userInbox.heard(body.value.at.epoch, body.value.at.seq);
      return this.advanceUser(nowMs);
    }
    if (body.case !== "chatMessages" && body.case !== "chatNews") return;
    const room = this.machine.rooms.ofConversation(body.value.conversationId);
    if (!room) return;
    if (body.case === "chatMessages") {
      const { epoch, messages } = body.value;
      for (const message of messages) room.chat.inbox.offer(epoch, message.seq, message);
    } else if (body.value.at) {
      room.chat.inbox.heard(body.value.at.epoch, body.value.at.seq);
    }
    this.advance(nowMs, room);
  }

  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    switch (purpose.kind) {
      case "chatBegin":
      case "chatPull": {
        const room = this.machine.rooms.get(purpose.archiveId);
        if (room) this.pulled(nowMs, room, purpose.kind === "chatBegin", outcome);
        return;
      }
      case "userBegin":
      case "userPull":
        return this.userPulled(nowMs, purpose.kind === "userBegin", outcome);
    }
  }

  /** This device has entered the chat: from here on, messages are delivered. */
  entered(nowMs: number, room: JoinedRoom): void {
    const { chat } = room;
    chat.entered = true;
    if (chat.at) return this.pull(nowMs, room);
    this.begin(nowMs, room);
  }

  private begin(nowMs: number, room: JoinedRoom): void {
    const { archiveId } = room;
    room.chat.inbox.pull = "underWay";
    const value = create(ChatPullSchema, { archiveId });
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "chatBegin", archiveId }, { case: "chatPull", value }, timeoutMs);
  }

  private pull(nowMs: number, room: JoinedRoom): void {
    const { archiveId, chat } = room;
    if (!chat.at) return this.begin(nowMs, room);
    chat.inbox.pull = "underWay";
    const value = create(ChatPullSchema, { archiveId, after: { epoch: chat.at.epoch, seq: chat.at.seq } });
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "chatPull", archiveId }, { case: "chatPull", value }, timeoutMs);
  }

  private pulled(nowMs: number, room: JoinedRoom, begins: boolean, outcome: Outcome<ReplyBody>): void {
    const { chat } = room;
    chat.inbox.pull = "idle";
    if (!chat.entered) return;
    if (!outcome.ok) {
      if (isPassing(outcome.failure.code)) chat.inbox.pull = { dueAtMs: nowMs + PULL_PAUSE_MS };
      return;
    }
    if (outcome.value.case !== "chatPull" || !outcome.value.value.at) return;
    const { at, messages } = outcome.value.value;
    if (begins) {
      chat.at = chat.inbox.begin(at);
    } else {
      // Older ones than these are not kept any more.
      for (const message of messages) this.deliver(room, message, at.epoch);
      chat.at = { epoch: at.epoch, seq: at.seq };
      chat.inbox.pulled(chat.at);
    }
    this.advance(nowMs, room);
  }

  private deliver(room: JoinedRoom, message: ChatMessage, epoch: bigint): void {
    const { chat, archiveId } = room;
    if (chat.at && chat.at.epoch === epoch && message.seq <= chat.at.seq) return;
    chat.at = { epoch, seq: message.seq };
    const isFor = message.body.case !== undefined || message.recalled;
    if (isFor && !chat.isOwn(message.messageUuid)) {
      this.machine.event({ type: "chat", archiveId, message });
    }
  }

  private advance(nowMs: number, room: JoinedRoom): void {
    const { chat } = room;
    if (!chat.entered || !chat.at) return;
    for (;;) {
      const { at } = chat;
      const message = chat.inbox.take(at);
      if (!message) break;
      this.deliver(room, message, at.epoch);
    }
    if (chat.inbox.isBehind(chat.at) && chat.inbox.pull === "idle") this.pull(nowMs, room);
  }

  /** The room login stands: the user stream is delivered from where it is now. */
  loggedIn(nowMs: number): void {
    const value = create(UserPullSchema);
    this.userInbox.pull = "underWay";
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "userBegin" }, { case: "userPull", value }, timeoutMs);
  }

  loginEnded(): void {
    this.userAt = null;
    this.userInbox.pull = "idle";
  }

  /** The link is back: what was missed is pulled. */
  resumed(nowMs: number): void {
    if (!this.machine.identity.identity) return;
    if (this.userInbox.pull !== "underWay") this.pullUser(nowMs);
    for (const room of this.machine.rooms.all()) {
      if (room.chat.entered && room.chat.inbox.pull !== "underWay") this.pull(nowMs, room);
    }
  }

  tick(nowMs: number): void {
    for (const room of this.machine.rooms.all()) {
      const { dueAtMs } = room.chat.inbox;
      if (dueAtMs !== null && dueAtMs <= nowMs) this.pull(nowMs, room);
    }
    const { dueAtMs } = this.userInbox;
    if (dueAtMs !== null && dueAtMs <= nowMs) this.pullUser(nowMs);
  }

  deadline(): number | null {
    return this.userInbox.dueAtMs;
  }

  private pullUser(nowMs: number): void {
    if (!this.userAt) return this.loggedIn(nowMs);
    this.userInbox.pull = "underWay";
    const { epoch, seq } = this.userAt;
    const value = create(UserPullSchema, { after: { epoch, seq } });
    const timeoutMs = this.machine.config.requestTimeoutMs;
    this.machine.ask(nowMs, { kind: "userPull" }, { case: "userPull", value }, timeoutMs);
  }

  private userPulled(nowMs: number, begins: boolean, outcome: Outcome<ReplyBody>): void {
    this.userInbox.pull = "idle";
    if (!outcome.ok) {
      if (isPassing(outcome.failure.code)) this.userInbox.pull = { dueAtMs: nowMs + PULL_PAUSE_MS };
      return;
    }
    if (outcome.value.case !== "userPull" || !outcome.value.value.at) return;
    const { at, events } = outcome.value.value;
    if (begins) {
      this.userAt = this.userInbox.begin(at);
    } else {
      for (const event of events) this.deliverUser(event, at.epoch);
      this.userAt = { epoch: at.epoch, seq: at.seq };
      this.userInbox.pulled(this.userAt);
    }
    this.advanceUser(nowMs);
  }

  private deliverUser(event: UserEvent, epoch: bigint): void {
    if (this.userAt && this.userAt.epoch === epoch && event.seq <= this.userAt.seq) return;
    this.userAt = { epoch, seq: event.seq };
    if (event.body.case === "command") {
      this.machine.event({ type: "command", command: event.body.value });
    }
  }

  private advanceUser(nowMs: number): void {
    if (!this.userAt) return;
    for (;;) {
      const at: Place = this.userAt;
      const event = this.userInbox.take(at);
      if (!event) break;
      this.deliverUser(event, at.epoch);
    }
    if (this.userInbox.isBehind(this.userAt) && this.userInbox.pull === "idle") this.pullUser(nowMs);
  }
}
