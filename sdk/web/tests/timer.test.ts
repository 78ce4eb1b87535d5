import { expect, it, vi } from "vitest";
import { Timer } from "../src/shell/timer.js";

it("fires once, at the time that was set last", () => {
  vi.useFakeTimers();
  const fired = vi.fn();
  const timer = new Timer(fired);
  timer.set(10);
  timer.set(50);
  vi.advanceTimersByTime(49);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledTimes(1);
  timer.set(10);
  timer.set(null);
  vi.advanceTimersByTime(100);
  expect(fired).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});
