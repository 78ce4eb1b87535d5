import { Timer } from "../timer.js";

/** Between two looks. */
const LOOK_MS = 300;
/** Sound alone comes every 400 ms, also when nobody says anything (RFC 6716 section 2.1.9): after this long nothing comes. */
const SILENT_MS = 1_000;
/** A silence that lasts is told again after this long. */
const AGAIN_MS = 4_000;

/**
 * Tells that nothing arrives any more, seconds before the browser does: its checks of a way (RFC 7675) take five seconds and more
 * to find out that the device's own address is gone.
 */
export class Pulse {
  private readonly timer = new Timer(() => this.look());
  private receivers: readonly RTCRtpReceiver[] = [];
  private newest = 0;
  /** When something arrived last, as far as is known; null = nothing was expected. */
  private aliveAtMs: number | null = null;
  private toldAtMs: number | null = null;

  constructor(private readonly tell: (state: "silent" | "connected") => void) {}

  /** Something has to arrive at these, if there are any. */
  watch(receivers: readonly RTCRtpReceiver[]): void {
    // What is new has to be heard once before its silence means anything.
    if (receivers.some((receiver) => !this.receivers.includes(receiver))) this.aliveAtMs = null;
    this.receivers = receivers;
    if (receivers.length === 0) this.aliveAtMs = this.toldAtMs = null;
    this.timer.set(receivers.length === 0 ? null : LOOK_MS);
  }

  dispose(): void {
    this.timer.dispose();
  }

  private look(): void {
    this.timer.set(LOOK_MS);
    const now = performance.now();
    const times = this.receivers.flatMap((receiver) =>
      receiver.getSynchronizationSources().map((one) => one.timestamp),
    );
    const newest = Math.max(0, ...times);
    if (newest !== this.newest) {
      this.newest = newest;
      this.aliveAtMs = now;
      if (this.toldAtMs !== null) {
        this.toldAtMs = null;
        this.tell("connected");
      }
      return;
    }
    if (this.aliveAtMs === null || now - this.aliveAtMs < SILENT_MS) return;
    if (this.toldAtMs !== null && now - this.toldAtMs < AGAIN_MS) return;
    this.toldAtMs = now;
    this.tell("silent");
  }
}
