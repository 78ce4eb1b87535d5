import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type Answer,
  type Call,
  type Event,
  type Failure,
  type Input,
  localFailure,
  type Output,
  type SavedSession,
} from "../core/api.js";
import { LinkMachine } from "../core/link.js";
import { defaultConfig } from "../core/state.js";
import type { Place } from "../core/stream.js";
import { RoomJoinSchema } from "../gen/room_pb.js";
import type { Address } from "./address.js";
import { openStorage, type Storage } from "./storage.js";
import { deviceIdOfTab } from "./tab.js";
import { fetchTicket } from "./ticket.js";
import { Timer } from "./timer.js";

/** Name and version, for the server's log. */
export const SDK_VERSION = "0.1.0";
/** How long a change may stay unwritten. */
const WRITE_DELAY_MS = 200;
/** What no page has come back to for so long is forgotten. */
const KEPT_MS = 24 * 3_600_000;

/** A call that failed. */
export class CallError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = "CallError";
  }
}

/** What is kept for the next page of this tab. */
interface Kept {
  /** Whose login it is: room account or IM account. */
  readonly login: string;
  /** Tells another token from the one that this login was made with. */
  readonly tokenMark: string;
  readonly session: SavedSession;
  readonly rooms: readonly KeptRoom[];
  readonly userAt: Place | null;
}

interface KeptRoom {
  readonly archiveId: bigint;
  readonly rtcUid: bigint;
  /** Its join, as the wire has it. */
  readonly join: Uint8Array;
  readonly chatAt: Place | null;
}

/** Who logs in, for what is kept. */
export interface LoginName {
  readonly login: string;
  readonly token: string;
}

/** Drives the machine in a browser: sockets, HTTP, time, storage, and the events of the page. */
export class Driver {
  readonly machine: LinkMachine;
  deviceId = "";
  /** Asked at each automatic login of IM. */
  tokenProvider: ((account: string) => Promise<string | null>) | null = null;
  private readonly calls = new Map<number, (answer: Answer | CallError) => void>();
  private readonly listeners = new Set<(event: Event) => void>();
  private readonly storage: Storage;
  private readonly ready: Promise<void>;
  private lastCall = 0;
  private socket: { readonly transport: number; readonly socket: WebSocket } | null = null;
  private readonly timer = new Timer(() => this.handle({ type: "tick" }));
  private writeTimer: ReturnType<typeof setTimeout> | undefined;
  private name: LoginName | null = null;
  private session: SavedSession | null = null;
  private kept: Kept | null = null;
  private readonly detach: () => void;

  constructor(
    readonly address: Address,
    readonly appKey: string,
    deviceId?: string,
  ) {
    const seed = crypto.getRandomValues(new Uint8Array(16));
    this.machine = new LinkMachine({ ...defaultConfig(appKey, seed), sdk: `parlor-web/${SDK_VERSION}` });
    this.storage = openStorage();
    this.ready = this.prepare(deviceId);
    this.detach = this.attach();
  }

  /** Called when the device id and what an earlier page left are known. */
  async prepared(): Promise<void> {
    await this.ready;
  }

  private async prepare(deviceId: string | undefined): Promise<void> {
    this.deviceId = deviceId ?? (await deviceIdOfTab());
    this.kept = ((await this.storage.read(this.key)) as Kept | undefined) ?? null;
    await this.storage.prune(Date.now() - KEPT_MS);
  }

  private get key(): string {
    return `${this.appKey}/${this.deviceId}`;
  }

  /** The session that an earlier page of this tab had for the same login, if it had one. */
  savedSession({ login, token }: LoginName): SavedSession | undefined {
    const { kept } = this;
    if (!kept || kept.login !== login || kept.tokenMark !== markOf(token)) return undefined;
    return kept.session;
  }

  /** Remembers whose login the session is, for the next page. */
  loggedInAs(name: LoginName): void {
    this.name = name;
    if (this.kept && this.session?.sessionId !== this.kept.session.sessionId) this.kept = null;
    this.keep();
  }

  /** The rooms that the session was in on an earlier page, if it is still that session: they are taken up again. */
  async takeUpRooms(): Promise<void> {
    const { kept } = this;
    this.kept = null;
    if (!kept || this.session?.sessionId !== kept.session.sessionId) return;
    if (kept.userAt) this.machine.chat.takeUpUser(kept.userAt);
    const taken = kept.rooms.map(async ({ archiveId, rtcUid, join, chatAt }) => {
      const room = fromBinary(RoomJoinSchema, join);
      try {
        await this.call({ type: "takeUp", archiveId, rtcUid, join: room });
        return { archiveId, chatAt };
      } catch {
        // The room is over, or this device is not in it any more.
        return null;
      }
    });
    // Chats go on when all rooms are there, so that the app has its listeners in place.
    for (const room of await Promise.all(taken)) if (room) this.takeUpChat(room.archiveId, room.chatAt);
    this.keep();
  }

  private takeUpChat(archiveId: bigint, at: Place | null): void {
    const room = this.machine.rooms.get(archiveId);
    if (room?.mirror.endpoint(room.rtcUid)?.endpoint.inChatroom) {
      this.machine.chat.takeUp(now(), archiveId, at);
      this.drain();
    }
  }

  /** Makes a call; rejects with a {@link CallError}. */
  async call(call: Call): Promise<Answer> {
    await this.ready;
    this.lastCall += 1;
    const id = this.lastCall;
    return new Promise((resolve, reject) => {
      this.calls.set(id, (answer) => (answer instanceof CallError ? reject(answer) : resolve(answer)));
      this.handle({ type: "call", id, call });
    });
  }

  /** Hears every event until the returned function is called. */
  listen(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Something else went silent: finds out soon whether the link did too. */
  doubt(): void {
    this.handle({ type: "doubt" });
  }

  /** The link is given up without a word: the session waits for a while, as after a reload. */
  dispose(): void {
    this.detach();
    this.timer.dispose();
    clearTimeout(this.writeTimer);
    this.listeners.clear();
    this.closeSocket();
    for (const settle of this.calls.values()) settle(new CallError(localFailure("NotInitialized")));
    this.calls.clear();
  }

  private handle(input: Input): void {
    this.machine.handle(now(), input);
    this.drain();
  }

  private drain(): void {
    for (let output = this.machine.poll(); output; output = this.machine.poll()) this.perform(output);
    const deadline = this.machine.deadline();
    this.timer.set(deadline === null ? null : Math.max(deadline - now(), 0));
  }

  private perform(output: Output): void {
    switch (output.type) {
      case "open":
        return this.open(output.transport);
      case "send":
        if (this.socket?.transport === output.transport) this.socket.socket.send(output.bytes as BufferSource);
        return;
      case "close":
        if (this.socket?.transport === output.transport) this.closeSocket();
        return;
      case "fetchTicket":
        void this.fetchTicket(output);
        return;
      case "fetchToken":
        void this.fetchToken(output.account);
        return;
      case "done": {
        const settle = this.calls.get(output.id);
        this.calls.delete(output.id);
        this.keep();
        return settle?.(output.outcome.ok ? output.outcome.value : new CallError(output.outcome.failure));
      }
      case "save":
        this.session = output.session;
        if (!output.session) this.name = null;
        return this.keep();
      case "event":
        this.keep();
        for (const listener of [...this.listeners]) notify(() => listener(output.event));
    }
  }

  private open(transport: number): void {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.address.link());
    } catch {
      queueMicrotask(() => this.handle({ type: "lost", transport }));
      return;
    }
    socket.binaryType = "arraybuffer";
    this.socket = { transport, socket };
    socket.onopen = () => this.handle({ type: "opened", transport });
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.handle({ type: "frame", transport, bytes: new Uint8Array(data) });
    };
    socket.onclose = () => {
      if (this.socket?.socket === socket) this.socket = null;
      this.handle({ type: "lost", transport });
    };
  }

  private closeSocket(): void {
    const socket = this.socket?.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private async fetchTicket({ id, credential }: Output & { type: "fetchTicket" }): Promise<void> {
    const timeoutMs = this.machine.config.enterTimeoutMs;
    const outcome = await fetchTicket(this.address, this.appKey, credential, timeoutMs);
    this.handle({ type: "ticket", id, outcome });
  }

  private async fetchToken(account: string): Promise<void> {
    let token: string | null = null;
    try {
      token = (await this.tokenProvider?.(account)) ?? null;
    } catch {
      // Without an answer the old token is tried.
    }
    this.handle({ type: "token", token });
  }

  /** Writes soon what the next page needs. */
  private keep(): void {
    if (this.writeTimer !== undefined) return;
    this.writeTimer = setTimeout(() => {
      this.writeTimer = undefined;
      void this.write();
    }, WRITE_DELAY_MS);
  }

  private async write(): Promise<void> {
    if (this.kept) return;
    await this.storage.write(this.key, this.snapshot());
  }

  private snapshot(): Kept | null {
    const { name, session, machine } = this;
    if (!name || !session) return null;
    const rooms = machine.rooms.all().map((room) => ({
      archiveId: room.archiveId,
      rtcUid: room.rtcUid,
      join: toBinary(RoomJoinSchema, room.joinAgain()),
      chatAt: room.chat.at,
    }));
    return { login: name.login, tokenMark: markOf(name.token), session, rooms, userAt: machine.chat.userPlace };
  }

  /** The page's own signs that the network may be back. */
  private attach(): () => void {
    if (typeof window === "undefined") return () => {};
    const changed = () => this.handle({ type: "networkChanged" });
    const online = () => this.doubt();
    const shown = () => {
      if (document.visibilityState === "visible") changed();
      else void this.write();
    };
    const restored = (event: PageTransitionEvent) => event.persisted && changed();
    window.addEventListener("online", online);
    window.addEventListener("pageshow", restored);
    document.addEventListener("visibilitychange", shown);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("pageshow", restored);
      document.removeEventListener("visibilitychange", shown);
    };
  }
}

/** Milliseconds of a clock that never goes back. */
function now(): number {
  return Math.floor(performance.now());
}

/** A listener of the app that throws does not stop the others. */
function notify(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** FNV-1a in two lanes: tells tokens apart, and is not one. */
function markOf(token: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const byte of new TextEncoder().encode(token)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b);
  }
  return `${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
