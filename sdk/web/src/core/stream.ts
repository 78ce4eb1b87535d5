import { Remedy } from "../gen/codes.js";
import type { Failure } from "./api.js";

/**
 * The pause before something that did not help is tried again, and how long a stream may take to tell what an act has
 * changed.
 */
export const PATIENCE_MS = 1_000;

/** Whether the same may succeed a little later. */
export function mayPass({ remedy }: Failure): boolean {
  return remedy === Remedy.Retry || remedy === Remedy.Reconnect;
}

/** When something that did not help is tried again. */
export function pauseAfter(nowMs: number, { retryAfterMs }: Failure): { readonly dueAtMs: number } {
  return { dueAtMs: nowMs + Math.max(retryAfterMs, PATIENCE_MS) };
}

/** A position in a stream, as far as this side has come. */
export interface Place {
  readonly epoch: bigint;
  readonly seq: bigint;
}

/** Items of one stream that may wait for those before them. What comes beyond is pulled later. */
const AHEAD_MAX = 1024;

/** Whether the stream is being pulled: not, a request is on its way, or at the latest then. */
export type Pull = "idle" | "underWay" | { readonly dueAtMs: number };

/** The receiving end of a dense stream: each item once and in order, and what is missing is pulled. */
export class Inbox<T> {
  pull: Pull = "idle";
  private readonly ahead = new Map<bigint, T>();
  private epoch = 0n;
  /** The highest place of `epoch` that is known to exist. */
  private heardOf = 0n;

  /** The stream reaches this far. */
  heard(epoch: bigint, seq: bigint): void {
    if (epoch !== this.epoch) {
      this.ahead.clear();
      this.epoch = epoch;
      this.heardOf = 0n;
    }
    if (seq > this.heardOf) this.heardOf = seq;
  }

  /** Takes an item that came. */
  offer(epoch: bigint, seq: bigint, item: T): void {
    this.heard(epoch, seq);
    if (this.ahead.size < AHEAD_MAX) this.ahead.set(seq, item);
  }

  /** The item that follows `at`. */
  take(at: Place): T | undefined {
    if (at.epoch !== this.epoch) return undefined;
    for (const seq of this.ahead.keys()) if (seq <= at.seq) this.ahead.delete(seq);
    const next = at.seq + 1n;
    const item = this.ahead.get(next);
    this.ahead.delete(next);
    return item;
  }

  /** Something after `at`, or of another epoch, has not come. */
  isBehind(at: Place): boolean {
    return at.epoch === this.epoch ? this.heardOf > at.seq : this.heardOf > 0n;
  }

  /** A pull is complete: what was heard of another epoch is older than its answer. */
  pulled(at: Place): void {
    this.pull = "idle";
    if (at.epoch !== this.epoch) this.heard(at.epoch, at.seq);
  }

  /** Where a stream begins whose place is asked for while its items come already: before the first of them. */
  begin(at: Place): Place {
    let { seq } = at;
    if (this.epoch === at.epoch) for (const first of this.ahead.keys()) if (first - 1n < seq) seq = first - 1n;
    return { epoch: at.epoch, seq };
  }

  /** When the next pull is due. */
  get dueAtMs(): number | null {
    return typeof this.pull === "object" ? this.pull.dueAtMs : null;
  }
}
