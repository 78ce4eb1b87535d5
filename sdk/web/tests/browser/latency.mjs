// How long a call takes to begin, and to come back: two browsers behind a path that does nothing but what is measured.
// `cargo xtask soak call` runs it; its argument is how often each is measured.

import assert from "node:assert/strict";
import { inCall, tile } from "./call.mjs";
import { median, p95 } from "./figures.mjs";
import { callOf, meet, sense, sleep, stage, verdicts } from "./stage.mjs";

/** A pause from which on pictures have been away. */
const PAUSE_MS = 250;

/** From asking to take part until the first picture of somebody who sends is shown. */
async function joins({ page }, { userUuid }) {
  return page.evaluate(
    async ([uuid]) => {
      const { rtcController } = window.room;
      await rtcController.leaveRtcChannel();
      const video = document.querySelector(`[id="video-${uuid}"] video`);
      // A picture of before may still be on its way to the screen.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const begun = performance.now();
      const shown = new Promise((resolve) => {
        const look = (now, { width }) => (width > 0 ? resolve(now - begun) : video.requestVideoFrameCallback(look));
        video.requestVideoFrameCallback(look);
      });
      await rtcController.joinRtcChannel();
      const joinedMs = performance.now() - begun;
      return { joinedMs, shownMs: await shown };
    },
    [userUuid],
  );
}

/** When pictures were there again after something happened, in milliseconds; 0 = they were never away. */
async function back({ page }, { userUuid }, sinceMs, patienceMs) {
  const name = `video-${userUuid}`;
  const frames = [];
  for (const begun = Date.now(); Date.now() - begun < patienceMs; await sleep(100)) {
    frames.push(...(await sense(page, "sensed")).seen[name].frames.filter((at) => at >= sinceMs - 1_000));
    if (Date.now() - sinceMs < 1_500) continue;
    const after = frames.filter((at) => at >= sinceMs);
    if (after.length < 10) continue;
    const all = [Math.max(sinceMs, ...frames.filter((at) => at < sinceMs)), ...after];
    let end = 0;
    for (const [at, time] of all.entries()) if (at > 0 && time - all[at - 1] > PAUSE_MS) end = time - sinceMs;
    return Math.max(0, end);
  }
  return Number.POSITIVE_INFINITY;
}

function print(name, values, limitMs) {
  const [mid, high] = [median(values), p95(values)].map(Math.round);
  console.log(`${name}: median ${mid} ms, p95 ${high} ms (limit ${limitMs}), ${values.length} times`);
  console.log(`       ${values.map(Math.round).join(" ")}`);
  return high;
}

const set = await stage(2);
const { wan } = set;
const { step, end } = verdicts();
const times = Number(process.argv[2] ?? 20);
const [ann, bob] = await callOf(set.world(), "ann", "bob");
await meet([ann, bob]);
await sleep(3_000);

await step("joinRtcChannel to the first picture", async () => {
  const all = [];
  for (let n = 0; n < times; n += 1) all.push(await joins(ann, bob));
  print(
    "joined",
    all.map(({ joinedMs }) => joinedMs),
    500,
  );
  const high = print(
    "first picture",
    all.map(({ shownMs }) => shownMs),
    500,
  );
  assert.ok(high <= 500, `${high} ms`);
});

for (const method of ["unmuteMyAudio", "unmuteMyVideo"]) await inCall(ann.page, method);

/** Measures how long pictures are away after each of so many times something is done. */
async function recovers(name, count, limitMs, happen) {
  const values = [];
  for (let n = 0; n < count; n += 1) {
    await sleep(2_000);
    const before = (await tile(ann.page, bob)).frames;
    await sense(ann.page, "sensed");
    const sinceMs = await happen();
    values.push(await back(ann, bob, sinceMs, 20_000));
    assert.ok((await tile(ann.page, bob)).frames !== before, "no picture");
  }
  const high = print(name, values, limitMs);
  assert.ok(high <= limitMs, `${high} ms`);
}

await step("a cut of three seconds", () =>
  recovers("back after a cut of 3 s", Math.ceil(times / 2), 800, async () => {
    await wan.order({ do: "cut" });
    await sleep(3_000);
    await wan.order({ do: "restore" });
    return Date.now();
  }),
);
const rebind = async () => {
  const { port } = await sense(ann.page, "way");
  await wan.order({ do: "rebind", client: port });
  return Date.now();
};
await step("a NAT that rebinds", () => recovers("back after a rebinding", Math.ceil(times / 2), 1_000, rebind));
await step("a NAT that rebinds a device that only receives", async () => {
  for (const method of ["muteMyAudio", "muteMyVideo"]) await inCall(ann.page, method);
  await recovers("back after a rebinding, receiving only", Math.ceil(times / 2), 1_000, rebind);
});
await set.end();
end(set.problems);
