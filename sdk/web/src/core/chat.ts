import { create } from "@bufbuild/protobuf";
import { type ChatMessage, ChatPullSchema, type UserEvent, UserPullSchema } from "../gen/chat_pb.js";
import type { Push } from "../gen/frame_pb.js";
import { type CallId, type Outcome, type ReplyBody, type RequestBody, success } from "./api.js";
import type { LinkMachine } from "./link.js";
import type { Purpose } from "./outbox.js";
import { Inbox, mayPass, PATIENCE_MS, type Place, pauseAfter } from "./stream.js";

/** An answer this long may have been cut: what follows is asked for. */
const LONG = 100;
/** Own messages that have yet to come by in the stream. */
const OWN_MAX = 1024;

/** This device in the chat of a room: a dense stream that begins when the device enters. */
export class ChatStream {
  /** This device is in the chat. */
  present = false;
  /** What has been delivered; null until the server has said where the chat is. */
  at: Place | null = null;
  inbox = new Inbox<ChatMessage>();
  /** Messages that this device sent: their sender knows them already. */
  private readonly own = new Set<string>();

  /** The request to enter is on its way. What came before belongs to an earlier stay. */
  entering(): void {
    if (!this.present) this.inbox = new Inbox();
  }

  /** The session is over: nothing more comes of what was asked on it. */
  interrupted(): void {
    this.inbox.pull = "idle";
  }

  sends(messageUuid: string): void {
    const [oldest] = this.own;
    if (this.own.size >= OWN_MAX && oldest !== undefined) this.own.delete(oldest);
    this.own.add(messageUuid);
  }

  /** Whether this device sent the message; asked once for each. */
  isOwn({ messageUuid }: ChatMessage): boolean {
    return this.own.delete(messageUuid);
  }
}

/** The chats of rooms, and the user stream: each message once and in order. */
export class ChatMachine {
  /** What has been delivered of the user stream; null until the server has said where it is. */
  private userAt: Place | null = null;
  private userInbox = new Inbox<UserEvent>();

  constructor(private readonly machine: LinkMachine) {}

  callSend(nowMs: number, id: CallId, body: RequestBody & { case: "chatSend" }): void {
    const { archiveId, messageUuid } = body.value;
    if (messageUuid === "") return this.machine.fail(id, "InvalidParameter");
    const room = this.machine.rooms.get(archiveId);
    if (!room) return this.machine.fail(id, "RoomNotFound");
    room.chat.sends(messageUuid);
    this.machine.askRoom(nowMs, { kind: "send", call: id, archiveId }, body);
  }

  /** The answer is how the own message takes its place in the stream; those before it may still be on their way. */
  private sent(nowMs: number, purpose: Purpose & { kind: "send" }, outcome: Outcome<ReplyBody>): void {
    const { call, archiveId } = purpose;
    this.machine.done(call, outcome.ok ? success({ type: "replied", body: outcome.value }) : outcome);
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!outcome.ok || outcome.value.case !== "chatSend" || !chat?.present) return;
    const { message, at } = outcome.value.value;
    if (!message || !at) return;
    chat.inbox.offer(at.epoch, message.seq, message);
    if (chat.inbox.pull === "idle") chat.inbox.pull = { dueAtMs: nowMs + PATIENCE_MS };
    this.pump(nowMs, archiveId);
  }

  push(nowMs: number, body: Push["body"]): void {
    const { rooms } = this.machine;
    switch (body.case) {
      case "chatMessages": {
        const { conversationId, epoch, messages } = body.value;
        const room = rooms.ofChat(conversationId);
        if (!room) return;
        for (const message of messages) room.chat.inbox.offer(epoch, message.seq, message);
        return this.pump(nowMs, room.archiveId);
      }
      case "chatNews": {
        const { conversationId, at } = body.value;
        const room = rooms.ofChat(conversationId);
        if (!room || !at) return;
        room.chat.inbox.heard(at.epoch, at.seq);
        return this.pump(nowMs, room.archiveId);
      }
      case "userEvents":
        if (!this.machine.identity.isOut) {
          for (const event of body.value.events) this.userInbox.offer(body.value.epoch, event.seq, event);
          this.userPump(nowMs);
        }
        return;
      case "userNews":
        if (!this.machine.identity.isOut && body.value.at) {
          this.userInbox.heard(body.value.at.epoch, body.value.at.seq);
          this.userPump(nowMs);
        }
    }
  }

  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    if (purpose.kind === "send") {
      this.sent(nowMs, purpose, outcome);
    } else if (purpose.kind === "chatBegin" || purpose.kind === "chatPull") {
      this.pulled(nowMs, purpose.archiveId, outcome);
    } else {
      this.userPulled(nowMs, outcome);
    }
  }

  /**
   * This device is in the chat: what it gets begins after `at`, or goes on where it was when it is back again. Where the
   * place is not known, it is asked for.
   */
  entered(nowMs: number, archiveId: bigint, at: Place | null): void {
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!chat) return;
    if (chat.present && chat.at) return this.askPull(nowMs, archiveId);
    chat.present = true;
    chat.at = at;
    if (at) this.pump(nowMs, archiveId);
    else this.askPull(nowMs, archiveId);
  }

  /** Takes up a chat that an earlier page was in. */
  takeUp(nowMs: number, archiveId: bigint, at: Place | null): void {
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!chat || chat.present) return;
    chat.present = true;
    chat.at = at;
    this.askPull(nowMs, archiveId);
  }

  /** Delivers what follows, and pulls what is missing. */
  private pump(nowMs: number, archiveId: bigint): void {
    let moved = false;
    for (;;) {
      const chat = this.machine.rooms.get(archiveId)?.chat;
      if (!chat?.present || !chat.at) return;
      const message = chat.inbox.take(chat.at);
      if (!message) break;
      chat.at = { epoch: chat.at.epoch, seq: message.seq };
      moved = true;
      this.deliver(archiveId, message);
    }
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!chat?.at) return;
    const behind = chat.inbox.isBehind(chat.at);
    if (behind && chat.inbox.pull === "idle") this.askPull(nowMs, archiveId);
    // What the pause was for has come by itself.
    else if (!behind && moved && chat.inbox.dueAtMs !== null) chat.inbox.pull = "idle";
  }

  private deliver(archiveId: bigint, message: ChatMessage): void {
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (chat && message.body.case !== undefined && !chat.isOwn(message)) {
      this.machine.event({ type: "chat", archiveId, message });
    }
  }

  /** Asks for what follows in the chat, or where it is, unless that is on its way. */
  askPull(nowMs: number, archiveId: bigint): void {
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!chat?.present || chat.inbox.pull === "underWay") return;
    chat.inbox.pull = "underWay";
    const value = create(ChatPullSchema, { archiveId, after: chat.at ?? undefined });
    const kind = chat.at ? "chatPull" : "chatBegin";
    this.machine.askRoom(nowMs, { kind, archiveId }, { case: "chatPull", value });
  }

  private pulled(nowMs: number, archiveId: bigint, outcome: Outcome<ReplyBody>): void {
    const chat = this.machine.rooms.get(archiveId)?.chat;
    if (!chat) return;
    chat.inbox.pull = "idle";
    if (!outcome.ok) {
      // Where it cannot pass, the room's own stream tells what has become of it.
      if (mayPass(outcome.failure)) chat.inbox.pull = pauseAfter(nowMs, outcome.failure);
      return;
    }
    if (outcome.value.case !== "chatPull") return;
    const { at, messages } = outcome.value.value;
    const end: Place = { epoch: at?.epoch ?? 0n, seq: at?.seq ?? 0n };
    const before = chat.at;
    if (!before) {
      chat.at = chat.inbox.begin(end);
    } else if (before.epoch !== end.epoch) {
      // Under another epoch nothing connects with what was delivered.
      chat.at = end;
    } else {
      // Whatever is older than what is kept is gone.
      chat.at = { epoch: end.epoch, seq: end.seq > before.seq ? end.seq : before.seq };
      for (const message of messages) if (message.seq > before.seq) this.deliver(archiveId, message);
    }
    chat.inbox.pulled(chat.at);
    // A pull that brought nothing will not bring more at once.
    if (isSame(before, chat.at) && chat.inbox.isBehind(chat.at)) chat.inbox.pull = { dueAtMs: nowMs + PATIENCE_MS };
    this.pump(nowMs, archiveId);
    if (before && messages.length >= LONG) this.askPull(nowMs, archiveId);
  }

  /** The user stream as far as it was delivered. */
  get userPlace(): Place | null {
    return this.userAt;
  }

  /** The user stream goes on where an earlier page was. */
  takeUpUser(at: Place): void {
    this.userAt ??= at;
  }

  /** The room login is over, and with it its stream. */
  reset(): void {
    this.userAt = null;
    this.userInbox = new Inbox();
  }

  /** The session is over: nothing more comes of what was asked on it. */
  interrupted(): void {
    this.userInbox.pull = "idle";
  }

  deadline(): number | null {
    return this.userInbox.dueAtMs;
  }

  tick(nowMs: number): void {
    const { dueAtMs } = this.userInbox;
    if (dueAtMs !== null && dueAtMs <= nowMs) this.askUserPull(nowMs);
  }

  /** A room login stands; its stream begins where the login found it. */
  beginUser(nowMs: number, foundAt: Place | undefined): void {
    if (!foundAt || this.userAt) {
      this.askUserPull(nowMs);
      return;
    }
    this.userAt = this.userInbox.begin({ epoch: foundAt.epoch, seq: foundAt.seq });
    this.userInbox.pulled(this.userAt);
    this.userPump(nowMs);
  }

  /** Asks for what follows in the user stream, or where it is, unless that is on its way. */
  askUserPull(nowMs: number): void {
    if (!this.machine.identity.identity || this.userInbox.pull === "underWay") return;
    this.userInbox.pull = "underWay";
    const kind = this.userAt ? "userPull" : "userBegin";
    const value = create(UserPullSchema, { after: this.userAt ?? undefined });
    this.machine.askRoom(nowMs, { kind }, { case: "userPull", value });
  }

  private userPump(nowMs: number): void {
    while (this.userAt) {
      const event = this.userInbox.take(this.userAt);
      if (!event) break;
      this.userAt = { epoch: this.userAt.epoch, seq: event.seq };
      this.deliverUser(event);
    }
    const behind = !this.userAt || this.userInbox.isBehind(this.userAt);
    if (behind && this.userInbox.pull === "idle") this.askUserPull(nowMs);
  }

  private deliverUser({ body }: UserEvent): void {
    if (body.case !== "command") return;
    const { roomUuid, senderUuid, commandId, data } = body.value;
    this.machine.event({ type: "command", command: { roomUuid, senderUuid, commandId, data } });
  }

  private userPulled(nowMs: number, outcome: Outcome<ReplyBody>): void {
    const inbox = this.userInbox;
    inbox.pull = "idle";
    if (!outcome.ok) {
      // Where it cannot pass, the next push asks again.
      if (mayPass(outcome.failure)) inbox.pull = pauseAfter(nowMs, outcome.failure);
      return;
    }
    if (outcome.value.case !== "userPull") return;
    const { at, events } = outcome.value.value;
    const end: Place = { epoch: at?.epoch ?? 0n, seq: at?.seq ?? 0n };
    const before = this.userAt;
    if (!before) {
      this.userAt = inbox.begin(end);
    } else if (before.epoch !== end.epoch) {
      // Under another epoch nothing connects with what was delivered.
      this.userAt = end;
    } else {
      this.userAt = { epoch: end.epoch, seq: end.seq > before.seq ? end.seq : before.seq };
      for (const event of events) if (event.seq > before.seq) this.deliverUser(event);
    }
    inbox.pulled(this.userAt);
    // A pull that brought nothing will not bring more at once.
    if (isSame(before, this.userAt) && inbox.isBehind(this.userAt)) inbox.pull = { dueAtMs: nowMs + PATIENCE_MS };
    this.userPump(nowMs);
    if (events.length >= LONG) this.askUserPull(nowMs);
  }
}

function isSame(a: Place | null, b: Place): boolean {
  return a !== null && a.epoch === b.epoch && a.seq === b.seq;
}
