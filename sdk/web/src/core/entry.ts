import { create } from "@bufbuild/protobuf";
import { type CauseName, causes } from "../gen/causes.js";
import type { CodeName } from "../gen/codes.js";
import { Remedy } from "../gen/codes.js";
import { type Reply, RequestSchema } from "../gen/frame_pb.js";
import { type Kicked, KickedSchema, type LoginDone, type ResumeDone } from "../gen/link_pb.js";
import {
  type CallId,
  type Failure,
  localFailure,
  type Outcome,
  success,
  type Ticket,
  type TransportId,
  wireFailure,
} from "./api.js";
import type { LinkMachine } from "./link.js";

/** Codes of a resume that came after a kick. */
const LATE_KICKS: Partial<Record<CodeName, CauseName>> = {
  KickedExclusive: "KickedByOtherDevice",
  KickedByServer: "KickedByServer",
  KickedByOwnDevice: "KickedByOwnDevice",
  SessionFenced: "ReplacedBySameDevice",
  AccountDisabled: "Blocked",
};

/** Getting in: one attempt after another, by resume where there is a session and by login where there is none. */
export class Entry {
  constructor(private readonly machine: LinkMachine) {}

  /** Begins an attempt. */
  enter(nowMs: number): void {
    const { login, link, outbox, config } = this.machine;
    const untilMs = nowMs + config.enterTimeoutMs;
    if (!login) {
      link.state = { at: "down" };
      return;
    }
    const { credential, session } = login;
    if (credential.of === "room" && !session) {
      const fetch = Number(outbox.nextId());
      link.state = { at: "fetching", fetch, untilMs };
      this.machine.output({ type: "fetchTicket", id: fetch, credential: credential.credential });
    } else if (credential.of === "im" && !session && login.isIn && login.hasTokenProvider) {
      const fetch = Number(outbox.nextId());
      link.state = { at: "fetching", fetch, untilMs };
      this.machine.output({ type: "fetchToken", account: login.account });
    } else {
      this.open(nowMs);
    }
  }

  private open(nowMs: number): void {
    const { link, config } = this.machine;
    const transport = link.nextTransport();
    link.state = { at: "opening", transport, untilMs: nowMs + config.enterTimeoutMs };
    this.machine.event({ type: "linking" });
    this.machine.output({ type: "open", transport });
  }

  ticket(nowMs: number, id: CallId, outcome: Outcome<Ticket>): void {
    const { link, login } = this.machine;
    if (link.state.at !== "fetching" || link.state.fetch !== id) return;
    if (!outcome.ok) return this.refused(nowMs, outcome.failure);
    const { accid, ticket } = outcome.value;
    if (login?.isOther(accid)) return this.refused(nowMs, localFailure("ReuseImAccountMismatch"));
    link.ticket = ticket;
    if (login) login.account = accid;
    this.open(nowMs);
  }

  token(nowMs: number, fresh: string | null): void {
    const { link, login } = this.machine;
    if (link.state.at !== "fetching") return;
    if (login?.credential.of === "im" && fresh !== null) login.credential.token = fresh;
    this.open(nowMs);
  }

  opened(nowMs: number, opened: TransportId): void {
    const { link, login, outbox, config } = this.machine;
    if (link.state.at !== "opening" || link.state.transport !== opened || !login) return;
    const body = this.machine.entryRequest(login);
    link.ticket = null;
    const id = outbox.nextId();
    link.state = { at: "entering", transport: opened, request: id, untilMs: nowMs + config.enterTimeoutMs };
    this.machine.event({ type: "linked" });
    this.machine.event({ type: "loggingIn" });
    this.machine.send(nowMs, opened, create(RequestSchema, { id, body }));
  }

  /** The reply to the login or the resume. */
  entered(nowMs: number, reply: Reply): void {
    const { link } = this.machine;
    if (link.state.at !== "entering") return;
    const { transport } = link.state;
    if (reply.error) {
      this.machine.output({ type: "close", transport });
      return this.refused(nowMs, wireFailure(reply.error));
    }
    if (reply.body.case === "login") {
      this.up(transport, reply.body.value.pingIntervalMs);
      this.loggedIn(nowMs, reply.body.value);
    } else if (reply.body.case === "resume") {
      this.up(transport, reply.body.value.pingIntervalMs);
      this.resumed(nowMs, reply.body.value);
    } else {
      return this.refused(nowMs, localFailure("FrameUnknown"));
    }
    this.machine.flush(nowMs);
  }

  private up(transport: TransportId, pingIntervalMs: number): void {
    const { link } = this.machine;
    link.state = { at: "up", transport };
    link.failures = 0;
    link.pingIntervalMs = Math.max(pingIntervalMs, 1_000);
  }

  private loggedIn(nowMs: number, done: LoginDone): void {
    const { machine } = this;
    if (!machine.login) return;
    machine.sessionBegun(done);
    const { first } = machine.login;
    const { account, otherDevices, room } = done;
    machine.login.first = null;
    if (first) {
      if (!machine.identity.afterFirstLogin(nowMs, first.call, room)) {
        machine.done(first.call, success({ type: "loggedIn", account, otherDevices }));
      }
    } else {
      machine.rooms.hold();
      machine.event({ type: "loggedInAgain", otherDevices });
      machine.identity.afterNewSession(nowMs, room);
    }
  }

  private resumed(nowMs: number, done: ResumeDone): void {
    const { machine } = this;
    if (!machine.login) return;
    const { first, account } = machine.login;
    if (first) {
      // The session of an earlier page: for the app this is its login.
      machine.login.first = null;
      machine.output({ type: "save", session: machine.login.session });
      if (!machine.identity.afterFirstLogin(nowMs, first.call, done.room)) {
        machine.done(first.call, success({ type: "loggedIn", account, otherDevices: done.otherDevices }));
      }
      return;
    }
    machine.event({ type: "resumed" });
    machine.identity.afterResume(nowMs, done.room);
  }

  /** The server said no, or the ticket's issuer did. */
  private refused(nowMs: number, failure: Failure): void {
    const { machine } = this;
    const { login, outbox, link } = machine;
    if (!login) return;
    const again = failure.remedy === Remedy.Retry || failure.remedy === Remedy.Reconnect;
    if (login.session && login.first) {
      // The saved session is over: the app's login begins anew, unless only the network is in the way.
      if (again && failure.code !== "SessionExpired") return this.failed(nowMs, failure);
      machine.output({ type: "save", session: null });
      return this.anew(nowMs);
    }
    if (login.session) {
      const kicked = kickFoundLate(failure);
      if (kicked) return machine.kicked(nowMs, kicked);
      const over = failure.code === "SessionExpired" || failure.code === "SessionEnded";
      if (over && outbox.holds(({ kind }) => kind === "imLogout" || kind === "loginForgotten")) {
        // The logout was on its way: its session is gone, which is all it was for.
        return machine.forgetLogin(nowMs, "SessionEnded");
      }
      if (failure.code === "SessionExpired") return this.anew(nowMs);
    }
    if (again) this.failed(nowMs, failure);
    else machine.loginOver(nowMs, failure);
    if (!machine.login) link.ticket = null;
  }

  /** The old session is gone: a new one, at once. */
  private anew(nowMs: number): void {
    const { login, link } = this.machine;
    if (login) login.session = null;
    link.state = { at: "waiting", untilMs: nowMs };
    this.enter(nowMs);
  }

  /** An attempt came to nothing; another may. */
  failed(nowMs: number, failure: Failure): void {
    const { link, login } = this.machine;
    link.failures += 1;
    link.ticket = null;
    const first = login?.first;
    const pauseMs = Math.max(first ? link.pauseMs() : link.reconnectPauseMs(), failure.retryAfterMs);
    this.machine.event({ type: "linkFailed", failure });
    if (first) {
      // A server that says when to come back is there: such an attempt does not count.
      if (failure.retryAfterMs === 0) first.attemptsLeft -= 1;
      if (first.attemptsLeft === 0) return this.machine.loginOver(nowMs, failure);
    }
    link.state = { at: "waiting", untilMs: nowMs + pauseMs };
  }
}

/** A kick that happened while the link was down, found out by the resume. */
function kickFoundLate(failure: Failure): Kicked | null {
  const cause = LATE_KICKS[failure.code];
  if (!cause) return null;
  const reason = causes[cause].kick ?? 2;
  return create(KickedSchema, { reason, description: failure.message, cause });
}
