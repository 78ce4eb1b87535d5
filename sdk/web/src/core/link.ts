import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type CauseName, causes } from "../gen/causes.js";
import type { CodeName } from "../gen/codes.js";
import { type Frame, FrameSchema, type Push, type Reply, type Request, RequestSchema } from "../gen/frame_pb.js";
import {
  type Kicked,
  type LoginDone,
  LoginSchema,
  LogoutDoneSchema,
  LogoutSchema,
  PingSchema,
  ResumeSchema,
} from "../gen/link_pb.js";
import {
  type Answer,
  type Call,
  type CallId,
  type Event,
  type Failure,
  failed,
  type ImLogin,
  type Input,
  localFailure,
  type Outcome,
  type Output,
  type ReplyBody,
  type RequestBody,
  success,
  type TransportId,
} from "./api.js";
import { ChatMachine } from "./chat.js";
import { Entry } from "./entry.js";
import { RoomLogin } from "./identity.js";
import { isOfRoomLogin, Outbox, type Purpose } from "./outbox.js";
import { RoomMachine } from "./room.js";
import { type Config, firstLogin, Link, Login } from "./state.js";

/**
 * The link: opening, logging in, resuming, keeping alive, coming back; with the room login, the mirrors of rooms and
 * the chat streams on it.
 *
 * Pure: the driver opens sockets, asks HTTP and knows the time. `handle` takes one input, `poll` gives what to do about
 * it, `deadline` says when to call `handle` with a tick at the latest.
 */
export class LinkMachine {
  readonly link: Link;
  readonly outbox: Outbox;
  readonly entry: Entry;
  readonly identity: RoomLogin;
  readonly rooms: RoomMachine;
  readonly chat: ChatMachine;
  login: Login | null = null;
  private readonly outputs: Output[] = [];

  constructor(readonly config: Config) {
    this.link = new Link(config.seed, () => this.rooms.pingIntervalMs);
    this.outbox = new Outbox(config.seed);
    this.entry = new Entry(this);
    this.identity = new RoomLogin(this);
    this.rooms = new RoomMachine(this);
    this.chat = new ChatMachine(this);
  }

  /** Takes one input at `nowMs` of a clock that never goes back. */
  handle(nowMs: number, input: Input): void {
    switch (input.type) {
      case "call":
        this.call(nowMs, input.id, input.call);
        break;
      case "opened":
        this.entry.opened(nowMs, input.transport);
        break;
      case "lost":
        this.lost(nowMs, input.transport);
        break;
      case "frame":
        this.frame(nowMs, input.transport, input.bytes);
        break;
      case "ticket":
        this.entry.ticket(nowMs, input.id, input.outcome);
        break;
      case "token":
        this.entry.token(nowMs, input.token);
        break;
      case "networkChanged":
        this.networkChanged(nowMs);
        break;
      case "doubt":
        this.doubt(nowMs);
        break;
      case "tick":
        break;
    }
    this.tick(nowMs);
  }

  /** What to do next. */
  poll(): Output | undefined {
    return this.outputs.shift();
  }

  /** When to call `handle` with a tick at the latest. */
  deadline(): number | null {
    const all = [
      this.link.deadline(this.config),
      this.login?.first?.untilMs ?? null,
      this.outbox.deadline(),
      this.rooms.deadline(),
      this.chat.deadline(),
    ];
    const set = all.filter((at) => at !== null);
    return set.length > 0 ? Math.min(...set) : null;
  }

  /** IM is logged in, perhaps with its link down for the moment. */
  get imLoggedIn(): boolean {
    return this.login?.isIn ?? false;
  }

  /** The account that is logged in or logging in. */
  get account(): string | null {
    return this.login?.account ?? null;
  }

  private call(nowMs: number, id: CallId, call: Call): void {
    switch (call.type) {
      case "imLogin":
        return this.callImLogin(nowMs, id, call.login);
      case "imLogout":
        return this.callImLogout(nowMs, id);
      case "roomLogin":
        return this.identity.callRoomLogin(nowMs, id, call);
      case "loginByIm":
        return this.identity.callLoginByIm(nowMs, id, call.login);
      case "roomLogout":
        return this.identity.callRoomLogout(nowMs, id);
      case "renewRoomToken":
        return this.identity.callRenew(nowMs, id, call.dynamic, call.token);
      case "ask":
        return this.callAsk(nowMs, id, call.body);
      case "takeUp":
        return this.rooms.callTakeUp(nowMs, id, call);
    }
  }

  private callAsk(nowMs: number, id: CallId, body: RequestBody): void {
    if (body.case === "kickDevices") return this.callRequest(nowMs, id, body);
    if (!this.identity.identity) return this.fail(id, "RoomNotLoggedIn");
    if (this.outbox.size >= Outbox.MAX) return this.fail(id, "TooManyRequests");
    switch (body.case) {
      case "roomJoin":
        return this.rooms.callJoin(nowMs, id, body.value);
      case "roomAct":
        return this.rooms.callAct(nowMs, id, body);
      case "chatSend":
        return this.chat.callSend(nowMs, id, body);
      case "chatRecall":
      case "mediaJoin":
      case "mediaOffer":
      case "mediaResume":
      case "mediaDemand":
      case "mediaLeave":
        if (!this.rooms.get(body.value.archiveId)) return this.fail(id, "RoomNotFound");
        return this.askRoom(nowMs, { kind: "reply", call: id }, body);
      case "roomCreate":
      case "roomTemplateFetch":
      case "myRoomDevices":
      case "roomBlacklistFetch":
      case "chatHistory":
      case "chatMembers":
      case "userSend":
      case "fileUpload":
      case "fileLink":
        return this.askRoom(nowMs, { kind: "reply", call: id }, body);
      default:
        // The machine makes these itself.
        return this.fail(id, "InvalidParameter");
    }
  }

  private frame(nowMs: number, transport: TransportId, bytes: Uint8Array): void {
    if (!this.link.heard(nowMs, transport)) return;
    let frame: Frame;
    try {
      frame = fromBinary(FrameSchema, bytes);
    } catch {
      // A frame that cannot be read is a newer server's: skipped, as unknown bodies are.
      return;
    }
    if (frame.kind.case === "reply") this.reply(nowMs, frame.kind.value);
    else if (frame.kind.case === "push") this.push(nowMs, frame.kind.value.body);
  }

  private push(nowMs: number, body: Push["body"]): void {
    switch (body.case) {
      case "kicked":
        return this.kicked(nowMs, body.value);
      case "devicesChanged": {
        const { otherDevices, changed, cameIn } = body.value;
        return this.event({ type: "devicesChanged", otherDevices, changed, cameIn });
      }
      case "closing":
        return this.link.serverCloses(body.value.reconnectAfterMs);
      case "roomSessionEnded": {
        const { loginAtMs, cause } = body.value;
        return this.identity.roomEnded(nowMs, { loginAtMs, cause: causeOf(cause) });
      }
      case "roomEvents":
      case "roomNews":
      case "roomGone":
        return this.rooms.push(nowMs, body);
      case "chatMessages":
      case "chatNews":
      case "userEvents":
      case "userNews":
        return this.chat.push(nowMs, body);
      case "mediaSlots":
      case "mediaLevels":
      case "mediaQuality":
      case "mediaNeeded":
      case "mediaEnded":
        if (this.rooms.get(body.value.archiveId)) this.event({ type: "media", push: body });
        return;
    }
  }

  private reply(nowMs: number, reply: Reply): void {
    if (this.link.entering() === reply.id) return this.entry.entered(nowMs, reply);
    const answered = this.outbox.answered(nowMs, reply);
    if (answered) this.settle(nowMs, answered.purpose, answered.outcome);
  }

  /** What a reply, or the lack of one, means. */
  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    switch (purpose.kind) {
      case "plain":
      case "reply":
        return this.done(purpose.call, outcome.ok ? success({ type: "replied", body: outcome.value }) : outcome);
      case "imLogout":
        // Whatever became of the word to the server: here, IM is logged out.
        this.identity.endRoomWith("ImLogout");
        this.forgetLogin(nowMs, "SessionEnded");
        return this.done(purpose.call, success({ type: "done" }));
      case "loginForgotten":
        return this.forgetLogin(nowMs, "SessionEnded");
      case "roomLogin":
      case "roomAgain":
      case "roomLogout":
      case "roomForgotten":
        return this.identity.settle(nowMs, purpose, outcome);
      case "join":
      case "joinAgain":
      case "joinUndone":
      case "takeUp":
      case "act":
      case "ownAct":
      case "roomPull":
        return this.rooms.settle(nowMs, purpose, outcome);
      case "send":
      case "chatBegin":
      case "chatPull":
      case "userBegin":
      case "userPull":
        return this.chat.settle(nowMs, purpose, outcome);
    }
  }

  callImLogin(nowMs: number, id: CallId, login: ImLogin): void {
    if (this.login) return this.fail(id, "LoggedInAlready");
    this.login = Login.byApp(login, firstLogin(id, login.attempts, login.timeoutMs, nowMs));
    this.entry.enter(nowMs);
  }

  private callImLogout(nowMs: number, id: CallId): void {
    if (!this.login) return this.done(id, success({ type: "done" }));
    // RoomKit holds this login: its own logout ends it.
    if (this.login.owner === "room") return this.fail(id, "Forbidden");
    this.logOut(nowMs, { kind: "imLogout", call: id });
  }

  /** Ends the login: with a word to the server where there is a session. */
  logOut(nowMs: number, purpose: Purpose): void {
    const inSession = this.login?.session != null;
    this.abortFirst("SessionEnded");
    this.outbox.forget((asked) => asked.kind === "roomAgain");
    for (const asked of this.outbox.drain()) {
      // Their rooms end with the login, a moment later.
      if (isOfRoomLogin(asked)) continue;
      if (asked.kind === "roomLogin") {
        this.identity.entryFailed(asked.call);
        this.fail(asked.call, "SessionEnded");
      } else {
        this.settle(nowMs, asked, failed(localFailure("SessionEnded")));
      }
    }
    if (inSession && this.link.up() !== null) {
      const body: RequestBody = { case: "logout", value: create(LogoutSchema) };
      this.ask(nowMs, purpose, body, Math.min(this.config.requestTimeoutMs, 5_000));
    } else {
      // Nobody to tell: the session ends by itself when its window is over.
      this.settle(nowMs, purpose, success({ case: "logout", value: create(LogoutDoneSchema) }));
    }
  }

  /** The login is over: nothing of it remains. Calls on their way fail with `code`. */
  forgetLogin(nowMs: number, code: CodeName): void {
    this.abortFirst(code);
    const transport = this.link.reset();
    if (transport !== null) this.output({ type: "close", transport });
    if (this.login) this.output({ type: "save", session: null });
    this.login = null;
    this.rooms.endAll("LOGIN_STATE_ERROR", code);
    for (const asked of this.outbox.drain()) {
      this.settle(nowMs, asked, failed(localFailure(code)));
    }
  }

  private abortFirst(code: CodeName): void {
    const first = this.login?.first;
    if (!this.login || !first) return;
    this.login.first = null;
    this.identity.entryFailed(first.call);
    this.fail(first.call, code);
  }

  /** Sends a request of the app, if IM is logged in. */
  callRequest(nowMs: number, call: CallId, body: RequestBody): void {
    if (!this.imLoggedIn) return this.fail(call, "NotLoggedIn");
    this.ask(nowMs, { kind: "plain", call }, body, this.config.requestTimeoutMs);
  }

  askRoom(nowMs: number, purpose: Purpose, body: RequestBody): void {
    this.ask(nowMs, purpose, body, this.config.requestTimeoutMs);
  }

  /** Keeps a request until it is answered, and sends it as soon as the link is up; null = it waits for ever. */
  ask(nowMs: number, purpose: Purpose, body: RequestBody, timeoutMs: number | null): void {
    this.outbox.ask(purpose, body, nowMs, timeoutMs);
    this.flush(nowMs);
  }

  /** Sends what waits, if the link is up. */
  flush(nowMs: number): void {
    const transport = this.link.up();
    if (transport === null) return;
    for (const request of this.outbox.unsent(transport, (needs) => this.rooms.allow(needs)))
      this.send(nowMs, transport, request);
  }

  send(nowMs: number, transport: TransportId, request: Request): void {
    const frame = create(FrameSchema, { kind: { case: "request", value: request } });
    this.link.sentAtMs = nowMs;
    this.output({ type: "send", transport, bytes: toBinary(FrameSchema, frame) });
  }

  /** The session was ended on purpose: it must not come back by itself. */
  kicked(nowMs: number, kicked: Kicked): void {
    const cause = causeOf(kicked.cause) ?? "KickedByServer";
    this.identity.endRoomWith(cause);
    const { reason, clientType, customClientType, description } = kicked;
    this.event({ type: "kicked", reason, clientType, customClientType, description });
    this.forgetLogin(nowMs, causes[cause].code);
  }

  private networkChanged(nowMs: number): void {
    if (this.link.state.at === "waiting") {
      this.link.failures = 0;
      this.entry.enter(nowMs);
    }
  }

  private doubt(nowMs: number): void {
    const { state } = this.link;
    if (state.at !== "up" || !this.link.doubt(nowMs, this.config)) return this.networkChanged(nowMs);
    this.ping(nowMs, state.transport);
  }

  /** What time alone brings about. */
  private tick(nowMs: number): void {
    for (const purpose of this.outbox.expired(nowMs)) {
      this.settle(nowMs, purpose, failed(localFailure("RequestTimeout")));
    }
    this.outbox.wake(nowMs);
    this.flush(nowMs);
    const first = this.login?.first;
    if (first && first.untilMs <= nowMs) this.forgetLogin(nowMs, "LoginTimeout");
    this.rooms.tick(nowMs);
    this.chat.tick(nowMs);
    const state = this.link.state;
    if (state.at === "up") return this.keepAlive(nowMs, state.transport);
    if (state.at === "down" || state.untilMs > nowMs) return;
    if (state.at === "waiting") return this.entry.enter(nowMs);
    if (state.at === "fetching") return this.entry.failed(nowMs, localFailure("NetworkUnavailable"));
    this.output({ type: "close", transport: state.transport });
    this.lost(nowMs, state.transport);
  }

  private keepAlive(nowMs: number, transport: TransportId): void {
    if (nowMs >= this.link.silentAtMs(this.config)) {
      this.output({ type: "close", transport });
      this.lost(nowMs, transport);
    } else if (nowMs >= this.link.pingAtMs()) {
      this.ping(nowMs, transport);
    }
  }

  private ping(nowMs: number, transport: TransportId): void {
    const id = this.outbox.nextId();
    const body: RequestBody = { case: "ping", value: create(PingSchema) };
    this.send(nowMs, transport, create(RequestSchema, { id, body }));
  }

  /** A transport is gone. */
  private lost(nowMs: number, transport: TransportId): void {
    const state = this.link.state;
    if (state.at === "up" && state.transport === transport) {
      const hintMs = this.link.takeCloseHint();
      this.link.failures = 0;
      // Everybody lost the same server at the same moment: come back spread out.
      this.link.state = { at: "waiting", untilMs: nowMs + hintMs + this.link.randomBelow(300) };
      this.event({ type: "disconnected" });
      this.rooms.disconnected();
    } else if ((state.at === "opening" || state.at === "entering") && state.transport === transport) {
      this.entry.failed(nowMs, localFailure("NetworkUnavailable"));
    }
  }

  /** The first request on a link: a resume where there is a session, a login where there is none. */
  entryRequest(login: Login): RequestBody {
    const { appKey, sdk } = this.config;
    const { session, device, force, account, credential } = login;
    if (session) {
      const { sessionId, resumeKey } = session;
      return { case: "resume", value: create(ResumeSchema, { version: 1, appKey, sessionId, resumeKey }) };
    }
    const token = credential.of === "im" ? credential.token : (this.link.ticket ?? "");
    const loginExtension = credential.of === "im" ? credential.extension : "";
    const manual = login.first !== null;
    const { authType } = login;
    const value = create(LoginSchema, {
      version: 1,
      appKey,
      account,
      authType,
      token,
      loginExtension,
      device,
      manual,
      force,
      sdk,
    });
    return { case: "login", value };
  }

  /** A login got in with a new session. */
  sessionBegun(done: LoginDone): void {
    if (!this.login) return;
    this.login.account = done.account;
    this.login.session = { account: done.account, sessionId: done.sessionId, resumeKey: done.resumeKey };
    this.output({ type: "save", session: this.login.session });
  }

  event(event: Event): void {
    this.outputs.push({ type: "event", event });
  }

  done(id: CallId, outcome: Outcome<Answer>): void {
    this.outputs.push({ type: "done", id, outcome });
  }

  fail(id: CallId, code: CodeName): void {
    this.done(id, failed(localFailure(code)));
  }

  output(output: Output): void {
    this.outputs.push(output);
  }

  /** The login is over for this failure. */
  loginOver(nowMs: number, failure: Failure): void {
    const first = this.login?.first;
    if (this.login && first) {
      this.login.first = null;
      this.identity.entryFailed(first.call);
      this.done(first.call, failed(failure));
    } else {
      this.identity.loginLost(failure.code);
      this.event({ type: "loginLost", failure });
    }
    this.forgetLogin(nowMs, failure.code);
  }
}

/** The cause of that name; null is one newer than this SDK. */
export function causeOf(name: string): CauseName | null {
  return Object.hasOwn(causes, name) ? (name as CauseName) : null;
}
