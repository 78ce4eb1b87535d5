import { create } from "@bufbuild/protobuf";
import { type AuthEvent, type CauseName, causes } from "../gen/causes.js";
import type { CodeName } from "../gen/codes.js";
import { RenewRoomTokenSchema, RoomAuthType, RoomLoginSchema, RoomLogoutSchema } from "../gen/identity_pb.js";
import type { RoomIdentity } from "../gen/link_pb.js";
import {
  type Call,
  type CallId,
  type Failure,
  failed,
  type ImLogin,
  localFailure,
  type Outcome,
  type ReplyBody,
  type RequestBody,
  type RoomCredential,
  success,
} from "./api.js";
import type { LinkMachine } from "./link.js";
import type { Purpose } from "./outbox.js";
import { Login, sameName } from "./state.js";

/** What a room login is made with: its own token, or (null) the IM login, whose bound account is the one meant. */
type Proof = RoomCredential | null;

/** Where the room login is. */
type Room =
  | { readonly at: "out" }
  /** The app's call is on its way. */
  | { readonly at: "loggingIn"; readonly call: CallId; readonly proof: Proof }
  | { readonly at: "in"; readonly identity: RoomIdentity; readonly proof: Proof };

/** The end of a room session by the server. */
export interface RoomSessionEnd {
  /** Which room session. */
  readonly loginAtMs: bigint;
  readonly cause: CauseName | null;
}

const OUT: Room = { at: "out" };

/** What the loss of a room login means, by the code that its renewal failed with. */
const LOSSES: Partial<Record<CodeName, CauseName>> = {
  RoomTokenIncorrect: "RoomTokenChanged",
  RoomTokenExpired: "RoomTokenExpired",
  RoomComponentOff: "ComponentOff",
  ReuseImAccountMismatch: "Rebound",
  AccountDisabled: "Blocked",
  // The room component's login call says 403 of an account that is disabled.
  Forbidden: "Blocked",
  ImTokenIncorrect: "ImTokenChanged",
  ImTokenExpired: "ImTokenChanged",
  ReconnectRefused: "KickedByOtherDevice",
};

/** The room login and the rule of reuse: a room session is a child of the IM session and never outlives it. */
export class RoomLogin {
  private room: Room = OUT;
  /** The end of a room session whose beginning this side may have yet to hear of. */
  private earlyEnd: RoomSessionEnd | null = null;

  constructor(private readonly machine: LinkMachine) {}

  /** No room account is logged in or logging in. */
  get isOut(): boolean {
    return this.room.at === "out";
  }

  /** The room account that is logged in. */
  get identity(): RoomIdentity | null {
    return this.room.at === "in" ? this.room.identity : null;
  }

  /**
   * Reuse on: IM has to be logged in (100004, found here without any network), and the server checks the binding.
   * Reuse off: IM must not be logged in; the room credential fetches a ticket that logs the bound account in.
   */
  callRoomLogin(nowMs: number, id: CallId, call: Call & { type: "roomLogin" }): void {
    const { machine, room } = this;
    const { reuseIm, credential, device, saved } = call;
    if (reuseIm && (this.isByRoom || !machine.imLoggedIn)) return machine.fail(id, "ReuseImNotLoggedIn");
    if (!reuseIm && machine.login && !this.isByRoom) return machine.fail(id, "ImAlreadyLoggedIn");
    if (room.at === "loggingIn") return machine.fail(id, "DuplicateCall");
    if (room.at === "in") {
      const same = sameName(room.identity.userUuid, credential.userUuid);
      if (!same) return machine.fail(id, "RoomLoggedInOther");
      return machine.done(id, success({ type: "roomLoggedIn", room: room.identity }));
    }
    if (reuseIm) {
      this.askRoomLogin(nowMs, { kind: "roomLogin", call: id }, credential);
      this.room = { at: "loggingIn", call: id, proof: credential };
    } else if (machine.login) {
      // RoomKit's own logout is on its way.
      machine.fail(id, "DuplicateCall");
    } else {
      this.room = { at: "loggingIn", call: id, proof: credential };
      machine.login = Login.byRoom(id, credential, device, saved, nowMs);
      machine.entry.enter(nowMs);
    }
  }

  /** Logs IM in if it is not, then the bound room account on the strength of that. */
  callLoginByIm(nowMs: number, id: CallId, login: ImLogin): void {
    const { machine, room } = this;
    const current = machine.login;
    const same = current !== null && sameName(current.account, login.account);
    if (room.at === "loggingIn") return machine.fail(id, "DuplicateCall");
    if (room.at === "in") {
      if (!same) return machine.fail(id, "RoomLoggedInOther");
      return machine.done(id, success({ type: "roomLoggedIn", room: room.identity }));
    }
    if (current && !same) return machine.fail(id, "ReuseImAccountMismatch");
    if (current && !current.isIn) return machine.fail(id, "DuplicateCall");
    this.room = { at: "loggingIn", call: id, proof: null };
    if (current) return this.askRoomLogin(nowMs, { kind: "roomLogin", call: id }, null);
    machine.callImLogin(nowMs, id, login);
    const begun = machine.login as Login | null;
    if (begun) begun.owner = "room";
  }

  callRoomLogout(nowMs: number, id: CallId): void {
    const { machine, room } = this;
    if (room.at === "out") return machine.done(id, success({ type: "done" }));
    if (room.at === "loggingIn") {
      machine.outbox.forget((asked) => asked.kind === "roomLogin" && asked.call === room.call);
      this.room = OUT;
      if (machine.login?.isIn ?? true) machine.fail(room.call, "RoomNotLoggedIn");
    } else {
      this.endRoomWith("RoomLogout");
    }
    if (this.isByRoom) return machine.logOut(nowMs, { kind: "imLogout", call: id });
    if (machine.link.up() === null) {
      // The server hears of it when the link is back; the app need not wait for that.
      this.tellRoomIsOut(nowMs);
      return machine.done(id, success({ type: "done" }));
    }
    const body: RequestBody = { case: "roomLogout", value: create(RoomLogoutSchema) };
    machine.ask(nowMs, { kind: "roomLogout", call: id }, body, machine.config.requestTimeoutMs);
  }

  callRenew(nowMs: number, id: CallId, dynamic: boolean, token: string): void {
    const { machine, room } = this;
    if (room.at !== "in" || room.proof === null) return machine.fail(id, "RoomNotLoggedIn");
    this.room = { ...room, proof: { ...room.proof, dynamic, token } };
    machine.login?.renewRoom(dynamic, token);
    const value = create(RenewRoomTokenSchema, { authType: authType(dynamic), token });
    machine.callRequest(nowMs, id, { case: "renewRoomToken", value });
  }

  private askRoomLogin(nowMs: number, purpose: Purpose, proof: Proof): void {
    const value = create(RoomLoginSchema, {
      userUuid: proof?.userUuid ?? "",
      authType: proof ? authType(proof.dynamic) : RoomAuthType.IM,
      token: proof?.token ?? "",
    });
    this.machine.ask(nowMs, purpose, { case: "roomLogin", value }, this.machine.config.requestTimeoutMs);
  }

  /** What a reply, or the lack of one, means. */
  settle(nowMs: number, purpose: Purpose, outcome: Outcome<ReplyBody>): void {
    const { machine } = this;
    const body = outcome.ok ? outcome.value : undefined;
    const identity = body?.case === "roomLogin" ? body.value.room : undefined;
    switch (purpose.kind) {
      case "roomLogin":
        if (!outcome.ok) return this.loginFailed(nowMs, purpose.call, outcome.failure);
        if (!identity) return this.loginFailed(nowMs, purpose.call, localFailure("FrameUnknown"));
        return this.roomIn(nowMs, purpose.call, identity);
      case "roomAgain":
        if (identity) return this.roomIsBack(nowMs, identity);
        if (outcome.ok) return;
        if (isUndecided(outcome.failure.code)) return this.afterNewSession(nowMs, undefined);
        this.loginLost(outcome.failure.code);
        return this.endLoginOfRoom(nowMs);
      case "roomLogout":
        machine.done(purpose.call, success({ type: "done" }));
        return this.settle(nowMs, { kind: "roomForgotten" }, outcome);
      case "roomForgotten":
        if (!outcome.ok && isUndecided(outcome.failure.code)) this.tellRoomIsOut(nowMs);
        return;
    }
  }

  private loginFailed(nowMs: number, call: CallId, failure: Failure): void {
    this.entryFailed(call);
    this.machine.done(call, failed(failure));
    if (this.isByRoom) this.machine.logOut(nowMs, { kind: "loginForgotten" });
    else if (isUndecided(failure.code)) this.tellRoomIsOut(nowMs);
  }

  /** RoomKit made this login: it has no other point than the room login on it. */
  private get isByRoom(): boolean {
    return this.machine.login?.owner === "room";
  }

  /** Where RoomKit made the login, it goes with the room login. */
  private endLoginOfRoom(nowMs: number): void {
    if (this.isByRoom && this.machine.imLoggedIn) this.machine.logOut(nowMs, { kind: "loginForgotten" });
  }

  /** The server may hold a room login that this side does not. */
  private tellRoomIsOut(nowMs: number): void {
    if (this.room.at === "out" && this.machine.imLoggedIn) {
      const body: RequestBody = { case: "roomLogout", value: create(RoomLogoutSchema) };
      this.machine.ask(nowMs, { kind: "roomForgotten" }, body, null);
    }
  }

  private roomIn(nowMs: number, call: CallId, identity: RoomIdentity): void {
    if (this.room.at !== "loggingIn") return;
    this.room = { at: "in", identity, proof: this.room.proof };
    this.machine.event({ type: "roomAuth", event: "LoggedIn", cause: null });
    this.machine.done(call, success({ type: "roomLoggedIn", room: identity }));
    this.machine.rooms.release();
    this.machine.chat.beginUser(nowMs, identity.userAt);
    this.endedEarly(nowMs);
  }

  /** The room login that stood stands again, perhaps as another room session. */
  private roomIsBack(nowMs: number, atServer: RoomIdentity): void {
    if (this.room.at !== "in") return;
    const { rooms } = this.machine;
    const sameSession = !rooms.isHeld && this.room.identity.loginAtMs === atServer.loginAtMs;
    this.room = { ...this.room, identity: atServer };
    this.machine.event({ type: "roomAuth", event: "Reconnected", cause: null });
    rooms.back(nowMs, sameSession);
    this.endedEarly(nowMs);
  }

  /** The server's word that a room session is over may overtake its word that it began. */
  private endedEarly(nowMs: number): void {
    const end = this.earlyEnd;
    this.earlyEnd = null;
    if (end) this.roomEnded(nowMs, end);
  }

  /** The first login got in. True if the call goes on as, or ends as, a room login. */
  afterFirstLogin(nowMs: number, id: CallId, identity: RoomIdentity | undefined): boolean {
    const { room } = this;
    if (room.at !== "loggingIn" || room.call !== id) return false;
    if (identity) this.roomIn(nowMs, id, identity);
    else this.askRoomLogin(nowMs, { kind: "roomLogin", call: id }, room.proof);
    return true;
  }

  /** The link is back on the same session; the server says whether the room login still stands. */
  afterResume(nowMs: number, atServer: RoomIdentity | undefined): void {
    if (this.room.at === "in") {
      if (atServer) return this.roomIsBack(nowMs, atServer);
      // It ended while the link was down: the credential tells why, or logs in again.
      this.machine.rooms.hold();
      return this.afterNewSession(nowMs, undefined);
    }
    if (this.room.at === "out" && atServer) {
      this.machine.outbox.forget((asked) => asked.kind === "roomForgotten");
      this.tellRoomIsOut(nowMs);
    }
  }

  /** A new session has no room login yet: make one anew, unless its ticket brought it. */
  afterNewSession(nowMs: number, brought: RoomIdentity | undefined): void {
    this.machine.outbox.forget((asked) => asked.kind === "roomForgotten");
    if (this.room.at !== "in") return;
    if (brought) this.roomIsBack(nowMs, brought);
    else this.askRoomLogin(nowMs, { kind: "roomAgain" }, this.room.proof);
  }

  /** The app's room login came to nothing. */
  entryFailed(id: CallId): void {
    if (this.room.at === "loggingIn" && this.room.call === id) this.room = OUT;
  }

  /** A room login that stood could not be made again. */
  loginLost(code: CodeName): void {
    const cause = LOSSES[code];
    if (cause) this.endRoomWith(cause);
    else this.endRoom("Unauthorized", null);
  }

  /** The server ended the room session on its own. */
  roomEnded(nowMs: number, end: RoomSessionEnd): void {
    if (this.identity?.loginAtMs !== end.loginAtMs) {
      this.earlyEnd = end;
      return;
    }
    if (end.cause) this.endRoomWith(end.cause);
    else this.endRoom("Unauthorized", null);
    this.endLoginOfRoom(nowMs);
  }

  /** The room login is over, as the table of causes says. */
  endRoomWith(cause: CauseName): void {
    this.endRoom(causes[cause].authEvent, cause);
  }

  private endRoom(event: AuthEvent, cause: CauseName | null): void {
    this.machine.outbox.forget((asked) => asked.kind === "roomAgain");
    if (this.room.at !== "in") return;
    this.room = OUT;
    const endReason = cause ? causes[cause].endReason : "LOGIN_STATE_ERROR";
    const code = cause ? causes[cause].code : "RoomUnauthorized";
    this.machine.rooms.endAll(endReason, code);
    this.machine.event({ type: "roomAuth", event, cause });
  }
}

function authType(dynamic: boolean): RoomAuthType {
  return dynamic ? RoomAuthType.DYNAMIC : RoomAuthType.STATIC;
}

/** The request may have been carried out, or may be later: nobody can tell. */
function isUndecided(code: CodeName): boolean {
  return code === "RequestTimeout" || code === "ServerBusy";
}
