// Three browsers in one room for long: ten minutes of a good path, then a path that loses 5 % of all packets and delays each by
// up to 100 ms. `cargo xtask soak call` runs it; its argument is how many minutes the first part takes.

import assert from "node:assert/strict";
import { callOf, longest, meet, stage, verdicts, watchFor } from "./stage.mjs";

const MINUTE_MS = 60_000;
/** Pictures per second at least, of the fifteen that are sent. */
const LEAST_FPS = 12;

const set = await stage(3);
const { step, end } = verdicts();
const minutes = Number(process.argv[2] ?? 10);
const all = await callOf(set.world(), "ann", "bob", "cid");
await meet(all);

const flows = (rows) => {
  for (const { way, fps } of rows) assert.ok(fps >= LEAST_FPS, `${way}: ${fps} pictures per second`);
};

await step(`${minutes} minutes`, async () => {
  let worst = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const rows = await watchFor(all, MINUTE_MS);
    flows(rows);
    worst = Math.max(worst, longest(rows));
  }
  console.log(`the longest pause of a picture: ${worst} ms`);
});
await step("5 % loss and 100 ms jitter", async () => {
  await set.wan.order({ do: "set", to: { loss: 0.05, jitter_ms: 100 } });
  // The first seconds are those in which everybody finds out.
  await watchFor(all, MINUTE_MS / 6);
  for (let minute = 0; minute < 2; minute += 1) flows(await watchFor(all, MINUTE_MS));
});
await set.end();
end(set.problems);
