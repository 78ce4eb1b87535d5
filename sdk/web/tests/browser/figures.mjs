// What is made of times.

export const median = (values) => quantile(values, 0.5);
export const p95 = (values) => quantile(values, 0.95);

export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** The longest time between two of these, and from and to the ends of the span. */
export function longestGap(times, fromMs, toMs) {
  let [longest, before] = [0, fromMs];
  for (const time of [...times.filter((one) => one >= fromMs && one <= toMs), toMs]) {
    longest = Math.max(longest, time - before);
    before = time;
  }
  return longest;
}

/** How much later the sound of each flash came than its picture; negative is earlier. */
export function offsets(flashes, tones, periodMs) {
  return flashes.flatMap((flash) => {
    const nearest = tones.reduce((best, tone) => (Math.abs(tone - flash) < Math.abs(best - flash) ? tone : best), 1e18);
    return Math.abs(nearest - flash) < periodMs / 2 ? [nearest - flash] : [];
  });
}
