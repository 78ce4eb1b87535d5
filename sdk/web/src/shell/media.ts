import type { Failure, MediaPush } from "../core/api.js";
import { localFailure } from "../core/api.js";
import { type MediaInput, MediaMachine, type MediaOutput, sameDemand, type Wanted } from "../core/media.js";
import type { MediaLayer } from "../gen/media_pb.js";
import type { RoomStream } from "../gen/room_pb.js";
import { CallError, type Driver } from "./driver.js";
import { Peer, SENT_STREAMS, type SentStream, type SlotCounts } from "./media/peer.js";
import { Pulse } from "./media/pulse.js";
import type { SoundProfile } from "./media/sdp.js";
import { Timer } from "./timer.js";

/** What is in a slot. */
export interface Held {
  readonly mid: string;
  readonly rtcUid: bigint;
  readonly stream: RoomStream;
  readonly layer: MediaLayer;
  readonly paused: boolean;
  readonly track: MediaStreamTrack;
  readonly receiver: RTCRtpReceiver;
}

/** Who hears what happens to a device's part in a call. */
export interface MediaEvents {
  connection(connected: boolean): void;
  /** Out of the call, for good. */
  over(failure: Failure): void;
  /** What is received, all of it. */
  holds(held: readonly Held[]): void;
}

/** Drives one device's part in the call of a room: the browser's connection for packets, time, and requests on the link. */
export class MediaSession {
  private readonly machine: MediaMachine;
  private readonly timer = new Timer(() => this.handle({ type: "tick" }));
  private readonly calls = new Map<number, (failure: Failure | null) => void>();
  private lastCall = 0;
  private peer: { readonly id: number; readonly peer: Peer } | null = null;
  private readonly sent = new Map<SentStream, MediaStreamTrack>();
  private wanted: readonly Wanted[] = [];
  private readonly pulse = new Pulse((state) => {
    if (this.peer) this.handle({ type: "way", peer: this.peer.id, state });
  });
  private readonly detach: () => void;

  constructor(
    private readonly driver: Driver,
    archiveId: bigint,
    private readonly counts: SlotCounts,
    private readonly sound: () => SoundProfile,
    private readonly events: MediaEvents,
  ) {
    this.machine = new MediaMachine(archiveId);
    this.detach = this.attach();
  }

  /** This device takes part, perhaps with its packets' way lost for the moment. */
  get isIn(): boolean {
    return this.machine.isIn;
  }

  /** The connection for packets, where there is one. */
  get current(): Peer | null {
    return this.peer?.peer ?? null;
  }

  /** Takes part; rejects with a {@link CallError}. */
  join(): Promise<void> {
    return this.call((call) => ({ type: "join", call }));
  }

  leave(): Promise<void> {
    return this.call((call) => ({ type: "leave", call }));
  }

  private call(input: (call: number) => MediaInput): Promise<void> {
    this.lastCall += 1;
    const call = this.lastCall;
    return new Promise((resolve, reject) => {
      this.calls.set(call, (failure) => (failure ? reject(new CallError(failure)) : resolve()));
      this.handle(input(call));
    });
  }

  /** Sends this track from now on, also after the way was lost; null = nothing. */
  async send(stream: SentStream, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.sent.set(stream, track);
    else this.sent.delete(stream);
    await this.current?.send(stream, track);
  }

  /** These pictures are wanted, and no others. */
  demand(wanted: readonly Wanted[]): void {
    if (sameDemand(this.wanted, wanted)) return;
    this.wanted = wanted;
    this.handle({ type: "demand", wanted });
  }

  push(push: MediaPush): void {
    this.handle({ type: "push", push });
  }

  /** The link that the room rests on went or came back. */
  link(up: boolean): void {
    this.handle({ type: "link", up });
  }

  /** The room is over: so is its call. */
  dispose(): void {
    this.handle({ type: "roomOver" });
    this.detach();
    this.timer.dispose();
    this.pulse.dispose();
    this.peer?.peer.close();
    this.peer = null;
  }

  private handle(input: MediaInput): void {
    this.machine.handle(now(), input);
    for (let output = this.machine.poll(); output; output = this.machine.poll()) this.perform(output);
    const deadline = this.machine.deadline();
    this.timer.set(deadline === null ? null : Math.max(deadline - now(), 0));
  }

  private perform(output: MediaOutput): void {
    switch (output.type) {
      case "open":
        return this.open(output.peer);
      case "offer":
        void this.offer(output.peer, output.iceRestart);
        return;
      case "apply":
        void this.apply(output.peer, output.sdp);
        return;
      case "close":
        if (this.peer?.id === output.peer) this.closePeer();
        return;
      case "ask":
        void this.ask(output);
        return;
      case "done": {
        const settle = this.calls.get(output.call);
        this.calls.delete(output.call);
        return settle?.(output.outcome.ok ? null : output.outcome.failure);
      }
      case "connection":
        return this.events.connection(output.connected);
      case "over":
        return this.events.over(output.failure);
      case "doubtLink":
        return this.driver.doubt();
      case "slots":
        return this.hold(
          output.slots.flatMap(({ mid, rtcUid, stream, layer, paused }) => {
            const slot = rtcUid === 0n ? undefined : this.current?.slot(mid);
            return slot ? { mid, rtcUid, stream, layer, paused, ...slot } : [];
          }),
        );
      case "needed":
        void this.current?.need(output.needed.stream, output.needed.layers);
    }
  }

  private open(id: number): void {
    this.closePeer();
    try {
      const peer = new Peer(this.counts, this.sound, (state) => this.handle({ type: "way", peer: id, state }));
      this.peer = { id, peer };
      for (const stream of SENT_STREAMS) void peer.send(stream, this.sent.get(stream) ?? null);
    } catch (error) {
      queueMicrotask(() => this.handle({ type: "broken", peer: id, message: String(error) }));
    }
  }

  private closePeer(): void {
    if (!this.peer) return;
    this.peer.peer.close();
    this.peer = null;
    this.hold([]);
  }

  private hold(held: readonly Held[]): void {
    this.pulse.watch(held.filter(({ paused }) => !paused).map(({ receiver }) => receiver));
    this.events.holds(held);
  }

  private async offer(id: number, iceRestart: boolean): Promise<void> {
    if (this.peer?.id !== id) return;
    try {
      const { sdp, lines } = await this.peer.peer.offer(iceRestart);
      this.handle({ type: "offered", peer: id, sdp, lines });
    } catch (error) {
      this.handle({ type: "broken", peer: id, message: String(error) });
    }
  }

  private async apply(id: number, sdp: string): Promise<void> {
    if (this.peer?.id !== id) return;
    try {
      await this.peer.peer.apply(sdp);
    } catch (error) {
      this.handle({ type: "broken", peer: id, message: String(error) });
    }
  }

  private async ask({ ask, body }: MediaOutput & { type: "ask" }): Promise<void> {
    try {
      const answer = await this.driver.call({ type: "ask", body });
      const value = answer.type === "replied" ? answer.body : { case: undefined };
      this.handle({ type: "replied", ask, outcome: { ok: true, value } });
    } catch (error) {
      const failure = error instanceof CallError ? error.failure : localFailure("Failure", String(error));
      this.handle({ type: "replied", ask, outcome: { ok: false, failure } });
    }
  }

  /** The page's own signs that this device has other addresses. */
  private attach(): () => void {
    if (typeof window === "undefined") return () => {};
    const changed = () => this.handle({ type: "networkChanged" });
    const { connection } = navigator as { connection?: EventTarget };
    window.addEventListener("online", changed);
    connection?.addEventListener("change", changed);
    return () => {
      window.removeEventListener("online", changed);
      connection?.removeEventListener("change", changed);
    };
  }
}

/** Milliseconds of a clock that never goes back. */
function now(): number {
  return Math.floor(performance.now());
}
