import { AuthType as Auth, type AuthType, type Device } from "../gen/link_pb.js";
import type { CallId, ImLogin, RoomCredential, SavedSession, TransportId } from "./api.js";

/** What a client is made with. */
export interface Config {
  readonly appKey: string;
  /** Name and version of the SDK, for the server's log. */
  readonly sdk: string;
  /** 16 random bytes, different for every client ever made: names its requests and spreads its retries. */
  readonly seed: Uint8Array;
  /** How long one attempt to open a transport and enter may take. */
  readonly enterTimeoutMs: number;
  /** How long a link that is in doubt may take to answer a ping. */
  readonly doubtTimeoutMs: number;
  /** How long a request waits for its reply, over all reconnects. */
  readonly requestTimeoutMs: number;
}

export function defaultConfig(appKey: string, seed: Uint8Array): Config {
  return { appKey, sdk: "", seed, enterTimeoutMs: 10_000, doubtTimeoutMs: 1_000, requestTimeoutMs: 15_000 };
}

/** Where the link is. */
export type State =
  /** Nobody needs it. */
  | { readonly at: "down" }
  /** Between two attempts. */
  | { readonly at: "waiting"; readonly untilMs: number }
  /** A ticket or a token is being fetched for the attempt. */
  | { readonly at: "fetching"; readonly fetch: CallId; readonly untilMs: number }
  | { readonly at: "opening"; readonly transport: TransportId; readonly untilMs: number }
  /** The login or resume is on its way. */
  | { readonly at: "entering"; readonly transport: TransportId; readonly request: bigint; readonly untilMs: number }
  /** Everything can be sent. */
  | { readonly at: "up"; readonly transport: TransportId };

const MASK = (1n << 64n) - 1n;

/** The link itself: transports, back-off, heart-beat. */
export class Link {
  state: State = { at: "down" };
  /** Attempts in a row that did not get in. */
  failures = 0;
  pingIntervalMs = 15_000;
  sentAtMs = 0;
  /** The ticket of this attempt. */
  ticket: string | null = null;
  /** The app's word on the pause before the next attempt, in milliseconds, given the one that is meant. */
  reconnectDelay: ((pauseMs: number) => number) | null = null;
  private lastTransport = 0;
  private heardAtMs = 0;
  /** By then something must be heard, since the link is in doubt; null = it is not. */
  private answerByMs: number | null = null;
  private closeHintMs = 0;
  private randomness: bigint;

  /** `roomsAsk` is the shortest interval that a room asks for. */
  constructor(
    seed: Uint8Array,
    private readonly roomsAsk: () => number | null,
  ) {
    this.randomness = new DataView(seed.buffer, seed.byteOffset).getBigUint64(0, true);
  }

  private get intervalMs(): number {
    return Math.min(this.pingIntervalMs, this.roomsAsk() ?? Number.POSITIVE_INFINITY);
  }

  /** When a ping is due. */
  pingAtMs(): number {
    return this.sentAtMs + this.intervalMs;
  }

  nextTransport(): TransportId {
    this.lastTransport += 1;
    this.answerByMs = null;
    return this.lastTransport;
  }

  /** The transport that everything can be sent on. */
  up(): TransportId | null {
    return this.state.at === "up" ? this.state.transport : null;
  }

  /** The number of the login or resume request on its way. */
  entering(): bigint | null {
    return this.state.at === "entering" ? this.state.request : null;
  }

  private transport(): TransportId | null {
    return "transport" in this.state ? this.state.transport : null;
  }

  /** Notes a sign of life; false for a transport that no longer counts. */
  heard(nowMs: number, transport: TransportId): boolean {
    const current = this.transport() === transport;
    if (current) {
      this.heardAtMs = nowMs;
      this.answerByMs = null;
    }
    return current;
  }

  /** When a link on which nothing is heard counts as dead: the answer to a ping is overdue. */
  silentAtMs(config: Config): number {
    const silentAtMs = this.heardAtMs + this.intervalMs + config.enterTimeoutMs;
    return Math.min(silentAtMs, this.answerByMs ?? silentAtMs);
  }

  /** From now on the link has to answer soon; false when it has to already. */
  doubt(nowMs: number, config: Config): boolean {
    if (this.answerByMs !== null) return false;
    this.answerByMs = nowMs + config.doubtTimeoutMs;
    return true;
  }

  /** The server is about to close, and says when to come back. */
  serverCloses(reconnectAfterMs: number): void {
    this.closeHintMs = reconnectAfterMs;
  }

  takeCloseHint(): number {
    const hint = this.closeHintMs;
    this.closeHintMs = 0;
    return hint;
  }

  /** Down for good; the transport to close, if there is one. */
  reset(): TransportId | null {
    const transport = this.transport();
    this.state = { at: "down" };
    this.failures = 0;
    this.ticket = null;
    return transport;
  }

  /** The pause before the next attempt: exponential up to 30 s, spread over its second half. */
  pauseMs(): number {
    const ceilingMs = Math.min(500 * 2 ** Math.min(this.failures, 6), 30_000);
    return ceilingMs / 2 + this.randomBelow(ceilingMs / 2);
  }

  /** The same for a login that stands, as the app would have it; one that says less than a second gets some more. */
  reconnectPauseMs(): number {
    const pauseMs = this.pauseMs();
    const chosenMs = this.reconnectDelay?.(pauseMs);
    if (chosenMs === undefined || !Number.isFinite(chosenMs) || chosenMs < 0) return pauseMs;
    return chosenMs < 1000 ? chosenMs + 200 + this.randomBelow(301) : chosenMs;
  }

  /** splitmix64: only spreads retries, protects nothing. */
  randomBelow(bound: number): number {
    this.randomness = (this.randomness + 0x9e3779b97f4a7c15n) & MASK;
    let z = this.randomness;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return Number((z ^ (z >> 31n)) % BigInt(Math.max(bound, 1)));
  }

  deadline(config: Config): number | null {
    switch (this.state.at) {
      case "down":
        return null;
      case "up":
        return Math.min(this.pingAtMs(), this.silentAtMs(config));
      default:
        return this.state.untilMs;
    }
  }
}

export type Credential =
  /** The IM account's own. */
  | { readonly of: "im"; readonly authType: AuthType; token: string; readonly extension: string }
  /** A room account's: each login fetches a ticket with it. */
  | { readonly of: "room"; credential: RoomCredential };

/** A login of the app that has not got in yet. */
export interface First {
  readonly call: CallId;
  attemptsLeft: number;
  readonly untilMs: number;
}

/** `attempts` 0 = 3, `timeoutMs` 0 = 60 s (the published defaults). */
export function firstLogin(call: CallId, attempts: number, timeoutMs: number, nowMs: number): First {
  return { call, attemptsLeft: attempts || 3, untilMs: nowMs + (timeoutMs || 60_000) };
}

/** The IM login, from the app's call until it is over. */
export class Login {
  session: SavedSession | null;

  private constructor(
    public account: string,
    /** Who may end it: the app, or RoomKit because reuse is off. */
    public owner: "app" | "room",
    readonly credential: Credential,
    readonly device: Device,
    readonly force: boolean,
    readonly hasTokenProvider: boolean,
    public first: First | null,
    saved: SavedSession | null,
  ) {
    this.session = saved;
  }

  static byApp(login: ImLogin, first: First): Login {
    const { authType, token, loginExtension: extension } = login;
    const credential: Credential = { of: "im", authType, token, extension };
    const { account, device, force, hasTokenProvider, saved } = login;
    return new Login(account, "app", credential, device, force, hasTokenProvider, first, saved ?? null);
  }

  static byRoom(
    call: CallId,
    credential: RoomCredential,
    device: Device,
    saved: SavedSession | undefined,
    nowMs: number,
  ): Login {
    const first = firstLogin(call, 0, 0, nowMs);
    // A person logs in to rooms: the session limit gives way to them.
    const account = saved?.account ?? "";
    return new Login(account, "room", { of: "room", credential }, device, true, false, first, saved ?? null);
  }

  /** Logged in, perhaps with the link down for the moment. */
  get isIn(): boolean {
    return this.first === null;
  }

  /** Whether a login that stands would come back as another account: nobody becomes another by a reconnect. */
  isOther(account: string): boolean {
    return this.isIn && !sameName(this.account, account);
  }

  /** Replaces the room credential that later tickets are fetched with. */
  renewRoom(dynamic: boolean, token: string): void {
    if (this.credential.of === "room") {
      this.credential.credential = { ...this.credential.credential, dynamic, token };
    }
  }

  get authType(): AuthType {
    return this.credential.of === "im" ? this.credential.authType : Auth.TICKET;
  }
}

/** Account names fold to lower case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
