// The acceptance of calls: what must be true of three browsers in one room. Prints what it measures, and fails where that is
// not what must be. `cargo xtask soak call` runs it; a number of seconds as its argument makes the long part shorter.

import assert from "node:assert/strict";
import { inCall, sees, tile, watch } from "./call.mjs";
import { PERIOD_MS } from "./film.mjs";
import { callOf, longest, meet, sense, sleep, stage, TILE, verdicts, watchFor } from "./stage.mjs";

/** Two, as a measure of the machine, and then three for as long as it takes. */
async function everybodySeesAndHears(set, seconds) {
  console.log("two in a call");
  const two = await callOf(set.world(), "ann", "bob");
  await meet(two);
  const floor = longest(await watchFor(two, 20_000));
  await inCall(two[1].page, "leaveRtcChannel");
  for (const { page } of two) await page.context().close();
  console.log("three in a call");
  const all = await callOf(set.world(), "ann", "bob", "cid");
  await meet(all);
  const rows = await watchFor(all, seconds * 1000);
  for (const { way, fps, tones, skewMs } of rows) {
    assert.ok(fps >= 12, `${way}: ${fps} pictures per second`);
    assert.ok(tones >= (seconds * 1000) / PERIOD_MS / 2, `${way}: ${tones} tones heard`);
    assert.ok(Math.abs(skewMs) <= 80, `${way}: sound ${skewMs} ms after its picture`);
  }
  assert.ok(longest(rows) <= Math.max(500, floor), `a freeze of ${longest(rows)} ms; ${floor} ms of two`);
  return all;
}

const heightOf = async (page, member) => (await tile(page, member)).height;

/** One receiver's way is narrow; the others' is not. */
async function theNarrowWayGetsTheLowLayer({ wan }, [ann, bob, cid]) {
  const unwatch = (page, { userUuid }) =>
    page.evaluate(([uuid]) => window.room.rtcController.unsubscribeRemoteVideoStream(uuid, 0), [userUuid]);
  const { port } = await sense(cid.page, "way");
  await unwatch(cid.page, bob);
  const begun = Date.now();
  await wan.order({ do: "set", client: port, way: "down", to: { rate_bps: 300_000 } });
  while ((await heightOf(cid.page, ann)) > 200) {
    assert.ok(Date.now() - begun < 20_000, "the low layer within 20 s");
    await sleep(100);
  }
  const lowMs = Date.now() - begun;
  await sleep(6_000);
  const heights = [await heightOf(bob.page, ann), await heightOf(cid.page, ann)];
  const frames = (await tile(cid.page, ann)).frames;
  await sleep(3_000);
  const fps = ((await tile(cid.page, ann)).frames - frames) / 3;
  console.log(`held to 300 kbit/s: low after ${lowMs} ms, then ${heights[1]} lines, ${fps.toFixed(1)} per second;`);
  console.log(`others see ${heights[0]} lines`);
  assert.ok(heights[0] >= 340, "others keep the high layer");
  assert.ok(heights[1] <= 200, "the narrow way stays low");
  assert.ok(fps >= 12, `${fps} pictures per second in the low layer`);
  await wan.order({ do: "set", client: port, way: "down", to: { rate_bps: 0 } });
  const wide = Date.now();
  while ((await heightOf(cid.page, ann)) < 340) {
    assert.ok(Date.now() - wide < 30_000, "the high layer again within 30 s");
    await sleep(100);
  }
  console.log(`the high layer again ${Date.now() - wide} ms after the way was wide`);
  await watch(cid.page, bob, TILE);
  await sees(cid.page, bob, 5);
}

/** No UDP any more, in the middle of the call. */
async function theCallGoesOnOverTcp({ wan }, all) {
  for (const { page } of all) assert.equal((await sense(page, "way")).protocol, "udp");
  const begun = Date.now();
  await wan.order({ do: "cut", what: "udp" });
  const onTcp = async (one) => {
    while ((await sense(one.page, "way"))?.protocol !== "tcp") await sleep(50);
    const switchedMs = Date.now() - begun;
    await Promise.all(all.filter((other) => other !== one).map((other) => sees(one.page, other, 3)));
    return [switchedMs, Date.now() - begun];
  };
  const took = await Promise.all(all.map(onTcp));
  console.log(
    `UDP cut: on TCP after ${took.map(([ms]) => ms)} ms, everybody seen after ${took.map(([, ms]) => ms)} ms`,
  );
  for (const [, ms] of took) assert.ok(ms <= 5_000, `${ms} ms until the call went on over TCP`);
  await wan.order({ do: "restore", what: "udp" });
}

/** The server is killed and comes back. */
async function theServerComesBack({ server }, all) {
  const sound = (page) => page.evaluate(() => window.heard.filter(([, name]) => name === "onRtcChannelDisconnect"));
  await server.restart();
  const begun = Date.now();
  // What was on its way before comes to its end first.
  await sleep(300);
  await Promise.all(
    all.flatMap((one) => all.filter((other) => other !== one).map((other) => sees(one.page, other, 3))),
  );
  const tookMs = Date.now() - begun;
  console.log(`server restarted: everybody sees everybody ${tookMs} ms after it listens`);
  assert.ok(tookMs <= 5_000, `${tookMs} ms until everybody was back`);
  for (const { page } of all) assert.deepEqual(await sound(page), []);
}

const set = await stage(3);
const { step, end } = verdicts();
const seconds = Number(process.argv[2] ?? 60);
let all = await step("everybody sees and hears everybody", () => everybodySeesAndHears(set, seconds));
if (!all) {
  all = await callOf(set.world(), "ann", "bob", "cid");
  await meet(all);
}
await step("the narrow way gets the low layer", () => theNarrowWayGetsTheLowLayer(set, all));
await step("the call goes on over TCP", () => theCallGoesOnOverTcp(set, all));
await step("the server comes back", () => theServerComesBack(set, all));
await set.end();
end(set.problems);
