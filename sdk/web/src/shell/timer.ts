/** One timeout at a time, in a worker: browsers let the timers of a hidden page wait for up to a minute. */
const SOURCE = "let t;onmessage=({data})=>{clearTimeout(t);if(data!==null)t=setTimeout(()=>postMessage(data),data)}";

/**
 * Calls `fire` once after the time that was set last. A link is pinged every few seconds and has to be back within half a
 * minute, also in a tab that nobody looks at. Where no worker can be made (the page's content security policy, Node), the
 * page's own timers serve.
 */
export class Timer {
  private worker: Worker | null = null;
  private timeout: ReturnType<typeof setTimeout> | undefined;
  private dueAtMs: number | null = null;

  constructor(private readonly fire: () => void) {
    if (typeof Worker === "undefined" || typeof URL.createObjectURL === "undefined") return;
    const url = URL.createObjectURL(new Blob([SOURCE], { type: "text/javascript" }));
    try {
      const worker = new Worker(url);
      worker.onmessage = () => this.due();
      worker.onerror = () => this.giveUp();
      this.worker = worker;
    } catch {
      // The page's own timers, then.
    }
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** Fires after `ms`, and not when it was set before; null = not at all. */
  set(ms: number | null): void {
    this.dueAtMs = ms === null ? null : performance.now() + ms;
    clearTimeout(this.timeout);
    if (this.worker) this.worker.postMessage(ms);
    else if (ms !== null) this.timeout = setTimeout(() => this.due(), ms);
  }

  dispose(): void {
    this.set(null);
    this.worker?.terminate();
    this.worker = null;
  }

  /** A message of the worker may cross with another time being set. */
  private due(): void {
    if (this.dueAtMs === null) return;
    const leftMs = this.dueAtMs - performance.now();
    if (leftMs > 1) return;
    this.dueAtMs = null;
    this.fire();
  }

  private giveUp(): void {
    this.worker = null;
    if (this.dueAtMs !== null) this.set(Math.max(0, this.dueAtMs - performance.now()));
  }
}
