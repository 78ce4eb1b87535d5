import { create, equals, type MessageInitShape } from "@bufbuild/protobuf";
import {
  MediaDemandSchema,
  MediaJoinSchema,
  MediaLeaveSchema,
  type MediaLine,
  type MediaNeeded,
  MediaOfferSchema,
  MediaResumeSchema,
  type MediaSlot,
  type MediaSlots,
} from "../gen/media_pb.js";
import {
  type CallId,
  codeOf,
  type Failure,
  failed,
  localFailure,
  type MediaPush,
  type Outcome,
  type ReplyBody,
  type RequestBody,
  success,
} from "./api.js";
import { earliest } from "./joined.js";
import { mayPass } from "./stream.js";

/** A connection for packets; what concerns an older one is out of date. */
export type PeerId = number;
/** A request of this machine, answered by one `replied` input of the same number. */
export type AskId = number;

export interface MediaConfig {
  /** How long it may take from an offer until packets have a way. */
  readonly wayTimeoutMs: number;
  /** How long the app's join may take altogether. */
  readonly joinTimeoutMs: number;
  /** The longest pause between two attempts. */
  readonly pauseMaxMs: number;
  /** A way that holds for so long is a good one: the next loss begins without a pause. */
  readonly stableAfterMs: number;
}

export const defaultMediaConfig: MediaConfig = {
  wayTimeoutMs: 8_000,
  joinTimeoutMs: 20_000,
  pauseMaxMs: 8_000,
  stableAfterMs: 10_000,
};

/** What the server is told about a picture that is wanted. */
export type Wanted = NonNullable<MessageInitShape<typeof MediaDemandSchema>["wanted"]>[number];

/** What the driver tells the machine. */
export type MediaInput =
  /** The app takes part in the call. */
  | { readonly type: "join"; readonly call: CallId }
  | { readonly type: "leave"; readonly call: CallId }
  /** The room is over for this device. */
  | { readonly type: "roomOver" }
  /** The offer that was asked for. */
  | { readonly type: "offered"; readonly peer: PeerId; readonly sdp: string; readonly lines: MediaLine[] }
  /** An offer could not be made, or an answer not be applied. */
  | { readonly type: "broken"; readonly peer: PeerId; readonly message: string }
  | { readonly type: "replied"; readonly ask: AskId; readonly outcome: Outcome<ReplyBody> }
  | { readonly type: "push"; readonly push: MediaPush }
  /** How the packets' way is. */
  | { readonly type: "way"; readonly peer: PeerId; readonly state: WayState }
  | { readonly type: "link"; readonly up: boolean }
  /** This device has other addresses than before. */
  | { readonly type: "networkChanged" }
  /** All pictures that are wanted. */
  | { readonly type: "demand"; readonly wanted: readonly Wanted[] }
  | { readonly type: "tick" };

/** `silent` is what the driver sees before the browser says anything: what came all the time comes no more. */
export type WayState = "connected" | "silent" | "disconnected" | "failed";

/** What the driver has to do. */
export type MediaOutput =
  /** Packets have lost their way: the link may be gone with it. */
  | { readonly type: "doubtLink" }
  /** Make a connection for packets, in place of an older one. */
  | { readonly type: "open"; readonly peer: PeerId }
  | { readonly type: "offer"; readonly peer: PeerId; readonly iceRestart: boolean }
  | { readonly type: "apply"; readonly peer: PeerId; readonly sdp: string }
  | { readonly type: "close"; readonly peer: PeerId }
  | { readonly type: "ask"; readonly ask: AskId; readonly body: RequestBody }
  | { readonly type: "done"; readonly call: CallId; readonly outcome: Outcome<null> }
  /** The call's media come and go, or are away for a while. */
  | { readonly type: "connection"; readonly connected: boolean }
  /** This device is in the call no longer, and does not come back by itself. */
  | { readonly type: "over"; readonly failure: Failure }
  | { readonly type: "slots"; readonly slots: readonly MediaSlot[] }
  | { readonly type: "needed"; readonly needed: MediaNeeded };

/** Where the call is. */
export type MediaState =
  | { readonly at: "idle" }
  /** Between two attempts; null = until the link is back. */
  | { readonly at: "pausing"; readonly untilMs: number | null; readonly then: "join" | "restart" }
  /** A media session is being made, or another way for the one there is; by then there must be one. */
  | { readonly at: "joining" | "restarting"; readonly step: Step; readonly untilMs: number }
  /** Packets have a way. */
  | { readonly at: "in"; readonly stableAtMs: number };

/** An offer is being made, the server's answer is on its way, or the answer's way is being tried. */
type Step = "offer" | AskId | "way";

const IDLE: MediaState = { at: "idle" };

/**
 * One device's part in the call of one room: it joins, follows the way of its packets, and comes back by itself, by an
 * ICE restart (RFC 8445 section 9) while the server still knows the media session and by a new one when it does not.
 *
 * Pure, with the three verbs of every machine. The driver makes connections, offers and requests.
 */
export class MediaMachine {
  private now: MediaState = IDLE;
  private readonly outputs: MediaOutput[] = [];
  private peer: PeerId = 0;
  private lastAsk: AskId = 0;
  /** 0 = the server has not said yet. */
  private mediaId = 0n;
  private resumeWindowMs = 0;
  /** The app's join that has yet to be answered, and its end. */
  private joining: { readonly call: CallId; readonly untilMs: number } | null = null;
  private way: WayState | "none" = "none";
  /** What the app knows. */
  private told = true;
  /** Since when packets have no way. */
  private lostAtMs: number | null = null;
  private linkUp = true;
  /** Attempts in a row that did not hold. */
  private failures = 0;
  private resuming: AskId | null = null;
  private leaving: { readonly ask: AskId; readonly call: CallId } | null = null;
  private wanted: readonly Wanted[] = [];
  private demand: { readonly ask: AskId | null; readonly dueAtMs: number | null } = { ask: null, dueAtMs: null };
  /** Pushes of a media session whose beginning this side has yet to hear of. */
  private early: { slots: MediaSlots | null; needed: MediaNeeded[] } = { slots: null, needed: [] };

  constructor(
    readonly archiveId: bigint,
    private readonly config: MediaConfig = defaultMediaConfig,
  ) {}

  get state(): MediaState {
    return this.now;
  }

  /** This device takes part, perhaps with its packets' way lost for the moment. */
  get isIn(): boolean {
    return this.now.at !== "idle" && this.joining === null;
  }

  handle(nowMs: number, input: MediaInput): void {
    switch (input.type) {
      case "join":
        this.join(nowMs, input.call);
        break;
      case "leave":
        this.leave(input.call);
        break;
      case "roomOver":
        this.end(localFailure("RoomNotFound"), false);
        break;
      case "offered":
        this.offered(input);
        break;
      case "broken":
        if (input.peer === this.peer) this.attemptFailed(nowMs, localFailure("RtcServiceError", input.message));
        break;
      case "replied":
        this.replied(nowMs, input.ask, input.outcome);
        break;
      case "push":
        this.push(nowMs, input.push);
        break;
      case "way":
        if (input.peer === this.peer && this.now.at !== "idle") this.wayIs(nowMs, input.state);
        break;
      case "link":
        this.link(nowMs, input.up);
        break;
      case "networkChanged":
        if (this.now.at === "in" && this.linkUp) this.restart(nowMs);
        break;
      case "demand":
        this.wanted = input.wanted;
        this.demand = { ...this.demand, dueAtMs: nowMs };
        break;
      case "tick":
        break;
    }
    this.tick(nowMs);
  }

  poll(): MediaOutput | undefined {
    return this.outputs.shift();
  }

  deadline(): number | null {
    const { now } = this;
    const own = now.at === "idle" ? null : now.at === "in" ? (this.failures > 0 ? now.stableAtMs : null) : now.untilMs;
    const demand = this.mediaId !== 0n && this.demand.ask === null ? this.demand.dueAtMs : null;
    return earliest([own, demand, this.joining?.untilMs ?? null]);
  }

  private join(nowMs: number, call: CallId): void {
    if (this.joining || this.leaving) return this.done(call, failed(localFailure("DuplicateCall")));
    if (this.now.at !== "idle") return this.done(call, success(null));
    this.joining = { call, untilMs: nowMs + this.config.joinTimeoutMs };
    this.failures = 0;
    this.begin(nowMs);
  }

  private leave(call: CallId): void {
    if (this.now.at === "idle") return this.done(call, success(null));
    this.end(localFailure("RequestIgnored"), false);
    const { archiveId } = this;
    this.leaving = {
      ask: this.ask({ case: "mediaLeave", value: create(MediaLeaveSchema, { archiveId }) }),
      call,
    };
  }

  /** Begins a media session. */
  private begin(nowMs: number): void {
    this.peer += 1;
    this.mediaId = 0n;
    this.resuming = null;
    this.way = "none";
    this.early = { slots: null, needed: [] };
    this.demand = { ask: null, dueAtMs: this.wanted.length > 0 ? nowMs : null };
    this.now = { at: "joining", step: "offer", untilMs: nowMs + this.config.wayTimeoutMs };
    this.outputs.push({ type: "open", peer: this.peer });
    this.outputs.push({ type: "offer", peer: this.peer, iceRestart: false });
  }

  /** Another way for the media session there is. */
  private restart(nowMs: number): void {
    this.lost(nowMs);
    this.now = { at: "restarting", step: "offer", untilMs: nowMs + this.config.wayTimeoutMs };
    this.outputs.push({ type: "offer", peer: this.peer, iceRestart: true });
  }

  private lost(nowMs: number): void {
    if (this.lostAtMs !== null || this.joining) return;
    this.lostAtMs = nowMs;
  }

  private offered({ peer, sdp: offerSdp, lines }: MediaInput & { type: "offered" }): void {
    const { now, archiveId, mediaId } = this;
    if (peer !== this.peer || (now.at !== "joining" && now.at !== "restarting") || now.step !== "offer") return;
    const body: RequestBody =
      now.at === "joining"
        ? { case: "mediaJoin", value: create(MediaJoinSchema, { archiveId, offerSdp, lines }) }
        : { case: "mediaOffer", value: create(MediaOfferSchema, { archiveId, mediaId, offerSdp, lines }) };
    this.now = { ...now, step: this.ask(body) };
  }

  private replied(nowMs: number, ask: AskId, outcome: Outcome<ReplyBody>): void {
    const { now } = this;
    if (ask === this.leaving?.ask) {
      this.done(this.leaving.call, success(null));
      this.leaving = null;
    } else if (ask === this.resuming) {
      this.resuming = null;
      this.resumed(nowMs, outcome);
    } else if (ask === this.demand.ask) {
      this.demanded(nowMs, outcome);
    } else if ((now.at === "joining" || now.at === "restarting") && ask === now.step) {
      this.now = { ...now, step: "way" };
      this.answered(nowMs, now.at, outcome);
    }
  }

  private answered(nowMs: number, at: "joining" | "restarting", outcome: Outcome<ReplyBody>): void {
    if (!outcome.ok) return this.attemptFailed(nowMs, outcome.failure);
    const { value } = outcome;
    const { peer } = this;
    if (at === "joining" && value.case === "mediaJoin") {
      this.mediaId = value.value.mediaId;
      this.resumeWindowMs = value.value.resumeWindowMs;
      this.outputs.push({ type: "apply", peer, sdp: value.value.answerSdp });
      this.takeEarly();
    } else if (at === "restarting" && value.case === "mediaOffer") {
      this.outputs.push({ type: "apply", peer, sdp: value.value.answerSdp });
    } else {
      this.attemptFailed(nowMs, localFailure("FrameUnknown"));
    }
  }

  private resumed(nowMs: number, outcome: Outcome<ReplyBody>): void {
    if (this.now.at === "idle") return;
    if (!outcome.ok && isGone(outcome.failure)) this.joinAnew(nowMs);
    else if (this.now.at === "in" && this.way !== "connected") this.restart(nowMs);
  }

  private push(nowMs: number, push: MediaPush): void {
    if (this.now.at === "idle") return;
    switch (push.case) {
      case "mediaSlots":
        if (this.mediaId === 0n) this.early.slots = push.value;
        else if (push.value.mediaId === this.mediaId) this.outputs.push({ type: "slots", slots: push.value.slots });
        return;
      case "mediaNeeded":
        if (this.mediaId === 0n) this.early.needed = [...this.early.needed.slice(-3), push.value];
        else if (push.value.mediaId === this.mediaId) this.outputs.push({ type: "needed", needed: push.value });
        return;
      case "mediaEnded": {
        if (push.value.mediaId !== this.mediaId || this.mediaId === 0n) return;
        const failure = localFailure(codeOf(0, push.value.code));
        if (failure.code === "Ok" || mayPass(failure)) this.joinAnew(nowMs);
        else this.end(failure, true);
      }
    }
  }

  private takeEarly(): void {
    const { slots, needed } = this.early;
    this.early = { slots: null, needed: [] };
    if (slots?.mediaId === this.mediaId) this.outputs.push({ type: "slots", slots: slots.slots });
    for (const early of needed) {
      if (early.mediaId === this.mediaId) this.outputs.push({ type: "needed", needed: early });
    }
  }

  private wayIs(nowMs: number, state: WayState): void {
    const before = this.way;
    this.way = state;
    const { now } = this;
    if (state === "connected") {
      // An old way may come back while the answer for another one is on its way: that one counts.
      if ((now.at === "joining" || now.at === "restarting") && now.step === "way") this.wayFound(nowMs);
    } else if (now.at === "in") {
      // A short silence is not worth a word.
      if (state !== "silent") this.tell(false);
      this.lost(nowMs);
      if (!this.linkUp) return;
      this.outputs.push({ type: "doubtLink" });
      this.restart(nowMs);
    } else if (state === "failed" && before !== "failed" && now.at !== "pausing") {
      this.attemptFailed(nowMs, localFailure("NetworkUnavailable"));
    }
  }

  private wayFound(nowMs: number): void {
    this.lostAtMs = null;
    this.now = { at: "in", stableAtMs: nowMs + this.config.stableAfterMs };
    if (this.joining) this.done(this.joining.call, success(null));
    this.joining = null;
    this.tell(true);
  }

  private link(nowMs: number, up: boolean): void {
    this.linkUp = up;
    const { now } = this;
    if (!up || now.at === "idle") return;
    if (now.at === "pausing" && now.then === "join") {
      if (now.untilMs === null) this.begin(nowMs);
    } else if (now.at === "pausing" && now.untilMs === null) {
      this.restart(nowMs);
    } else if (this.mediaId !== 0n && this.resuming === null) {
      this.resume();
    }
  }

  private resume(): void {
    const { archiveId, mediaId } = this;
    const value = create(MediaResumeSchema, { archiveId, mediaId });
    this.resuming = this.ask({ case: "mediaResume", value });
  }

  /** The media session is over at the server: another one takes its place. */
  private joinAnew(nowMs: number): void {
    if (!this.joining) this.tell(false);
    this.lost(nowMs);
    this.mediaId = 0n;
    this.pause(nowMs, "join", 0);
  }

  /** An attempt came to nothing. The app hears of it when it is its own join and another one would not help. */
  private attemptFailed(nowMs: number, failure: Failure): void {
    const { at } = this.now;
    if (at !== "joining" && at !== "restarting") return;
    const over = this.lostAtMs !== null && this.resumeWindowMs > 0 && nowMs - this.lostAtMs >= this.resumeWindowMs;
    if (at === "restarting" && !isGone(failure) && !over) {
      // Another code than "gone" may mean anything: a new session finds out.
      const then = mayPass(failure) ? "restart" : "join";
      return this.pause(nowMs, then, failure.retryAfterMs);
    }
    if (at === "joining" && !mayPass(failure)) return this.end(failure, true);
    this.pause(nowMs, "join", failure.retryAfterMs);
  }

  private pause(nowMs: number, then: "join" | "restart", atLeastMs: number): void {
    const pauseMs = this.failures === 0 ? 0 : Math.min(500 * 2 ** (this.failures - 1), this.config.pauseMaxMs);
    this.failures += 1;
    this.now = { at: "pausing", untilMs: this.linkUp ? nowMs + Math.max(pauseMs, atLeastMs) : null, then };
  }

  /** Out of the call; `told` says whether the app hears of it when it was in. */
  private end(failure: Failure, told: boolean): void {
    if (this.now.at === "idle") return;
    this.now = IDLE;
    this.mediaId = 0n;
    this.lostAtMs = null;
    this.told = true;
    this.resuming = null;
    this.demand = { ask: null, dueAtMs: null };
    this.outputs.push({ type: "close", peer: this.peer });
    const { joining } = this;
    this.joining = null;
    if (joining) this.done(joining.call, failed(failure));
    else if (told) this.outputs.push({ type: "over", failure });
  }

  private tell(connected: boolean): void {
    if (this.told === connected) return;
    this.told = connected;
    this.outputs.push({ type: "connection", connected });
  }

  private demanded(nowMs: number, outcome: Outcome<ReplyBody>): void {
    const { dueAtMs } = this.demand;
    const again = !outcome.ok && mayPass(outcome.failure) && !isGone(outcome.failure);
    this.demand = { ask: null, dueAtMs: dueAtMs ?? (again ? nowMs + 1_000 : null) };
  }

  private tick(nowMs: number): void {
    if (this.joining && this.joining.untilMs <= nowMs) this.end(localFailure("RequestTimeout"), false);
    const { now } = this;
    if (now.at === "in" && now.stableAtMs <= nowMs) {
      this.failures = 0;
    } else if (now.at === "pausing" && now.untilMs !== null && now.untilMs <= nowMs) {
      if (!this.linkUp) this.now = { ...now, untilMs: null };
      else if (now.then === "restart") this.restart(nowMs);
      else this.begin(nowMs);
    } else if ((now.at === "joining" || now.at === "restarting") && now.untilMs <= nowMs) {
      this.attemptFailed(nowMs, localFailure("NetworkUnavailable"));
    }
    this.sendDemand(nowMs);
  }

  private sendDemand(nowMs: number): void {
    const { archiveId, mediaId, wanted } = this;
    const { ask, dueAtMs } = this.demand;
    if (mediaId === 0n || ask !== null || dueAtMs === null || dueAtMs > nowMs) return;
    const value = create(MediaDemandSchema, { archiveId, mediaId, wanted: [...wanted] });
    this.demand = { ask: this.ask({ case: "mediaDemand", value }), dueAtMs: null };
  }

  private ask(body: RequestBody): AskId {
    this.lastAsk += 1;
    this.outputs.push({ type: "ask", ask: this.lastAsk, body });
    return this.lastAsk;
  }

  private done(call: CallId, outcome: Outcome<null>): void {
    this.outputs.push({ type: "done", call, outcome });
  }
}

/** The server does not know the media session any more. */
function isGone({ code }: Failure): boolean {
  return code === "MediaSessionGone";
}

/** Whether two demands are for the same pictures. */
export function sameDemand(a: readonly Wanted[], b: readonly Wanted[]): boolean {
  const message = (wanted: readonly Wanted[]) => create(MediaDemandSchema, { wanted: [...wanted] });
  return equals(MediaDemandSchema, message(a), message(b));
}
