import { create } from "@bufbuild/protobuf";
import { type Reply, type Request, RequestSchema } from "../gen/frame_pb.js";
import {
  type CallId,
  failed,
  localFailure,
  type Outcome,
  type ReplyBody,
  type RequestBody,
  success,
  type TransportId,
  wireFailure,
} from "./api.js";
import { appendPart } from "./parts.js";
import { mayPass } from "./stream.js";

/** What an act means for the machine itself. */
export type ActKind = "leave" | "enterChat" | "leaveChat" | "other";

/** What a reply is for. */
export type Purpose =
  /** A call that needs nothing but its answer. */
  | { readonly kind: "plain"; readonly call: CallId }
  /** The app's room login. */
  | { readonly kind: "roomLogin"; readonly call: CallId }
  /** The room login of a new session, after the old one's time was over. */
  | { readonly kind: "roomAgain" }
  | { readonly kind: "roomLogout"; readonly call: CallId }
  /** A room logout that the server has yet to hear of. */
  | { readonly kind: "roomForgotten" }
  | { readonly kind: "imLogout"; readonly call: CallId }
  /** An IM logout that nobody waits for. */
  | { readonly kind: "loginForgotten" }
  /** A call of the room component that is answered with the reply as it is. */
  | { readonly kind: "reply"; readonly call: CallId }
  /** The app enters a room. */
  | { readonly kind: "join"; readonly call: CallId }
  /** A join that nobody waits for any more. */
  | { readonly kind: "joinUndone" }
  /** The way back into a room. */
  | { readonly kind: "joinAgain"; readonly archiveId: bigint }
  /** A room that an earlier page was in. */
  | { readonly kind: "takeUp"; readonly call: CallId; readonly archiveId: bigint }
  /** A message of the app in the chat of a room. */
  | { readonly kind: "send"; readonly call: CallId; readonly archiveId: bigint }
  | { readonly kind: "act"; readonly call: CallId; readonly archiveId: bigint; readonly act: ActKind }
  /** An act of the machine's own, without anybody who waits for it. */
  | { readonly kind: "ownAct"; readonly archiveId: bigint; readonly act: ActKind }
  | { readonly kind: "roomPull"; readonly archiveId: bigint }
  | { readonly kind: "chatPull"; readonly archiveId: bigint }
  /** Where the chat of a room is. */
  | { readonly kind: "chatBegin"; readonly archiveId: bigint }
  | { readonly kind: "userPull" }
  /** Where the user stream is. */
  | { readonly kind: "userBegin" };

/** The call that waits for the answer, of those that need a room login. */
export function roomCall(purpose: Purpose): CallId | null {
  switch (purpose.kind) {
    case "reply":
    case "join":
    case "takeUp":
    case "send":
    case "act":
      return purpose.call;
    default:
      return null;
  }
}

/** What is left of it when nobody waits for the answer any more: the server may have done it, or do it yet. */
function undoneOf(purpose: Purpose): Purpose | null {
  return purpose.kind === "join" ? { kind: "joinUndone" } : null;
}

/** What it asks for is undone when the session is over: on a new one it is another act, not a repeat. */
export function isUndoneWithSession(purpose: Purpose): boolean {
  return purpose.kind === "join" || (purpose.kind === "act" && purpose.act !== "other");
}

/** Nobody waits for it, and the server's view rests on it. */
function isForGood({ kind }: Purpose): boolean {
  return kind === "joinUndone" || kind === "ownAct";
}

/** Asked by the machine for that room. */
export function isOfRoom(purpose: Purpose, archiveId: bigint): boolean {
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

/** Asked by the machine for a room login that stands. */
export function isOfRoomLogin(purpose: Purpose): boolean {
  switch (purpose.kind) {
    case "joinAgain":
    case "ownAct":
    case "roomPull":
    case "chatPull":
    case "chatBegin":
    case "userPull":
    case "userBegin":
      return true;
    default:
      return false;
  }
}

/** What has to be there before a request may be sent: the IM session, the room login, this device in that room. */
export type Needs = "session" | "roomLogin" | bigint;

const OF_ROOM_LOGIN = new Set<RequestBody["case"]>([
  "roomPull",
  "chatPull",
  "roomCreate",
  "roomJoin",
  "roomTemplateFetch",
  "myRoomDevices",
  "roomBlacklistFetch",
  "chatHistory",
  "chatMembers",
  "userSend",
  "userPull",
  "fileUpload",
  "fileLink",
]);

/** Requests that change nothing which is kept, and so carry no op id. */
const READS = new Set<RequestBody["case"]>([
  "roomPull",
  "chatPull",
  "userPull",
  "roomTemplateFetch",
  "myRoomDevices",
  "roomBlacklistFetch",
  "chatHistory",
  "chatMembers",
  "fileLink",
  // Media sessions live in the server's memory: asked again, these do what they did, on what there is by then.
  "mediaJoin",
  "mediaOffer",
  "mediaResume",
  "mediaDemand",
  "mediaLeave",
]);

function needsOf(body: RequestBody): Needs {
  switch (body.case) {
    case "roomAct":
    case "chatSend":
    case "chatRecall":
    case "mediaJoin":
    case "mediaOffer":
    case "mediaResume":
    case "mediaDemand":
    case "mediaLeave":
      return body.value.archiveId;
    default:
      return OF_ROOM_LOGIN.has(body.case) ? "roomLogin" : "session";
  }
}

interface Asked {
  purpose: Purpose;
  readonly needs: Needs;
  readonly request: Request;
  untilMs: number;
  nextPart: number;
  whole: ReplyBody | null;
  sentOn: TransportId | null;
  /** It is asked again then, on the same connection too. */
  againAtMs: number | null;
}

const NEVER_MS = 0xffff_ffff;
/** The pause before what must be known is asked again. */
const AGAIN_MS = 2_000;

/** Requests on their way: numbered, named by an op id, sent again on every new connection until they are answered. */
export class Outbox {
  /** Requests that may be without a reply at once. */
  static readonly MAX = 1024;
  private lastId = 0n;
  private readonly asked = new Map<bigint, Asked>();

  constructor(private readonly seed: Uint8Array) {}

  get size(): number {
    return this.asked.size;
  }

  /** A number for a request that is sent at once and never again. */
  nextId(): bigint {
    this.lastId += 1n;
    return this.lastId;
  }

  /** The seed is unique among clients and the number within one: together they name an act for good. */
  private opId(id: bigint): Uint8Array {
    const opId = new Uint8Array(16);
    opId.set(this.seed.subarray(0, 8));
    new DataView(opId.buffer).setBigUint64(8, id);
    return opId;
  }

  /** Keeps a request until it is answered or its time is over; null = it has no end of its own. */
  ask(purpose: Purpose, body: RequestBody, nowMs: number, timeoutMs: number | null): void {
    const id = this.nextId();
    const opId = READS.has(body.case) ? new Uint8Array() : this.opId(id);
    const deadlineMs = timeoutMs ?? NEVER_MS;
    const request = create(RequestSchema, { id, opId, deadlineMs, body });
    const untilMs = nowMs + deadlineMs;
    const unsent = { nextPart: 0, whole: null, sentOn: null, againAtMs: null };
    this.asked.set(id, { purpose, needs: needsOf(body), request, untilMs, ...unsent });
  }

  /** The requests that were not yet sent on this connection and may be; they now count as sent. */
  unsent(transport: TransportId, may: (needs: Needs) => boolean): Request[] {
    const unsent = [...this.asked.values()].filter((asked) => asked.sentOn !== transport && may(asked.needs));
    for (const asked of unsent) {
      asked.sentOn = transport;
      asked.againAtMs = null;
    }
    return unsent.map((asked) => asked.request);
  }

  /** Takes a reply or a part of one; what it was for and the whole answer, once that is there. */
  answered(nowMs: number, reply: Reply): { purpose: Purpose; outcome: Outcome<ReplyBody> } | null {
    const asked = this.asked.get(reply.id);
    if (!asked) return null;
    const outcome = take(asked, reply);
    if (!outcome) return null;
    // "Not now" is no answer to what must be known: it is asked again.
    if (isForGood(asked.purpose) && !outcome.ok && mayPass(outcome.failure)) {
      asked.againAtMs = nowMs + Math.max(outcome.failure.retryAfterMs, AGAIN_MS);
      asked.nextPart = 0;
      asked.whole = null;
      return null;
    }
    const { purpose } = asked;
    const timedOut = !outcome.ok && outcome.failure.code === "RequestTimeout";
    if (timedOut && abandon(asked)) {
      asked.againAtMs = nowMs + AGAIN_MS;
      asked.nextPart = 0;
      asked.whole = null;
    } else {
      this.asked.delete(reply.id);
    }
    return { purpose, outcome };
  }

  /** Requests whose pause is over count as not sent. */
  wake(nowMs: number): void {
    for (const asked of this.asked.values()) {
      if (asked.againAtMs === null || asked.againAtMs > nowMs) continue;
      asked.againAtMs = null;
      asked.sentOn = null;
    }
  }

  /** Takes the requests whose time is over. What is left of some is asked on, under the same op id. */
  expired(nowMs: number): Purpose[] {
    const over: Purpose[] = [];
    for (const [id, asked] of this.asked) {
      if (asked.untilMs > nowMs) continue;
      over.push(asked.purpose);
      if (!abandon(asked)) this.asked.delete(id);
    }
    return over;
  }

  /** Takes everything: the session is over. */
  drain(): Purpose[] {
    return this.take(() => true);
  }

  /** Takes the requests of the room component: its login is over. */
  drainRooms(): Purpose[] {
    return this.take((asked) => asked.needs !== "session");
  }

  holds(such: (purpose: Purpose) => boolean): boolean {
    return [...this.asked.values()].some((asked) => such(asked.purpose));
  }

  /** Drops requests that have lost their point. */
  forget(pointless: (purpose: Purpose) => boolean): void {
    this.take((asked) => pointless(asked.purpose));
  }

  /** Makes requests new ones, to be carried out again: what the server may have done for them is undone. */
  renew(undone: (purpose: Purpose) => boolean): void {
    for (const [old, asked] of [...this.asked]) {
      if (!undone(asked.purpose)) continue;
      this.asked.delete(old);
      const id = this.nextId();
      const opId = asked.request.opId.length > 0 ? this.opId(id) : asked.request.opId;
      const request = create(RequestSchema, { ...asked.request, id, opId });
      this.asked.set(id, { ...asked, request, nextPart: 0, whole: null, sentOn: null, againAtMs: null });
    }
  }

  deadline(): number | null {
    let earliest: number | null = null;
    for (const { untilMs, againAtMs } of this.asked.values()) {
      const nextMs = Math.min(untilMs, againAtMs ?? untilMs);
      if (earliest === null || nextMs < earliest) earliest = nextMs;
    }
    return earliest;
  }

  private take(such: (asked: Asked) => boolean): Purpose[] {
    const taken: Purpose[] = [];
    for (const [id, asked] of this.asked) {
      if (such(asked)) {
        this.asked.delete(id);
        taken.push(asked.purpose);
      }
    }
    return taken;
  }
}

/** Nobody waits for it any more; false if nothing is left of it. */
function abandon(asked: Asked): boolean {
  const undone = undoneOf(asked.purpose);
  if (!undone) return false;
  asked.purpose = undone;
  asked.untilMs = Number.MAX_SAFE_INTEGER;
  return true;
}

/** Takes a part of an answer; a repeat on a new connection begins again with part 0. */
function take(asked: Asked, reply: Reply): Outcome<ReplyBody> | null {
  if (reply.error) return failed(wireFailure(reply.error));
  if (reply.body.case === undefined) return failed(localFailure("FrameUnknown"));
  if (reply.part === 0) {
    asked.nextPart = 1;
    asked.whole = reply.body;
  } else if (reply.part === asked.nextPart && asked.whole) {
    asked.nextPart += 1;
    asked.whole = appendPart(asked.whole, reply.body);
  } else {
    return null;
  }
  return reply.last && asked.whole ? success(asked.whole) : null;
}
