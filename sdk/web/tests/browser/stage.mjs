// Calls of several Chromium, each its own process with a camera and a microphone of files, behind an impaired path to a
// server of the test's own.
//
// Pictures and sounds are told by what is in them (film.mjs, senses.ts): the film flashes as the tone begins. What lies
// between the two at the sender's own camera and microphone, measured in the same way, is taken off what lies between them
// at the receivers; so neither the devices nor the way of measuring count.

import { fileURLToPath } from "node:url";
import { Api } from "./api.mjs";
import { joinCall, people, sees, speak, watch } from "./call.mjs";
import { bundle, launch, serve } from "./chromium.mjs";
import { longestGap, median, offsets, p95 } from "./figures.mjs";
import { films, PERIOD_MS } from "./film.mjs";
import { ownServer } from "./server.mjs";
import { impaired } from "./wan.mjs";

const PAGE = `<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>`;
const TONES = [600, 1_000, 1_700];
const CAMERA = { resolution: 360, frameRate: 15 };

/** Pixels of a device in one of the page, as the page is told; in truth they are one, for want of graphics hardware. */
const DENSITY = 4;
const VIEWPORT = { width: 400, height: 300 };
/** A tile in which 640 by 360 are shown. */
export const TILE = { width: 640 / DENSITY, height: 360 / DENSITY };

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Browsers, a server, and the path between them. */
export async function stage(count = 3) {
  const film = await films(TONES.slice(0, count));
  const server = await ownServer({ environment: { PARLOR__MEDIA__ADVERTISED: '["127.0.0.2"]' } });
  const wan = await impaired(server.port);
  const pages = await serve(await bundle(fileURLToPath(new URL("page.ts", import.meta.url))), PAGE);
  const browsers = await Promise.all(film.flags.map((flags) => launch(flags)));
  const problems = [];
  const free = [];
  const open = async () => {
    const context = await free.shift().newContext({ permissions: ["camera", "microphone"], viewport: VIEWPORT });
    const page = await context.newPage();
    await page.addInitScript((value) => Object.defineProperty(window, "devicePixelRatio", { value }), DENSITY);
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(pages.url);
    await page.waitForFunction(() => "parlor" in window);
    return page;
  };
  const api = new Api(server.url, server.appKey, server.appSecret);
  return {
    server,
    wan,
    problems,
    /** Pages open in the browsers from the first on. */
    world() {
      free.splice(0, free.length, ...browsers);
      return { api, appKey: server.appKey, serverUrl: wan.url, open };
    },
    async end() {
      await Promise.all(browsers.map((browser) => browser.close()));
      pages.server.close();
      wan.end();
      await server.end();
      await film.end();
    },
  };
}

/** People who send and listen; they look at each other with `meet`. */
export async function callOf(world, ...names) {
  const all = await people(world, ...names);
  for (const [index, one] of all.entries()) {
    one.tone = TONES[index];
    await joinCall(one.page, CAMERA);
    await speak(one.page);
  }
  return all;
}

export const sense = (page, method, ...args) =>
  page.evaluate(([name, given]) => window.senses[name](...given), [method, args]);

export async function meet(all) {
  for (const one of all) {
    for (const other of all) if (one !== other) await watch(one.page, other, TILE);
  }
  for (const one of all) for (const other of all) if (one !== other) await sees(one.page, other, 5);
  for (const one of all) {
    await sense(one.page, "listen", TONES);
    await sense(one.page, "look", "own");
    for (const other of all) if (one !== other) await sense(one.page, "look", `video-${other.userUuid}`);
  }
}

/** What everybody saw and heard of everybody in a while. */
export async function watchFor(all, ms) {
  for (const { page } of all) await sense(page, "sensed");
  const fromMs = Date.now();
  await sleep(ms);
  const toMs = Date.now();
  const taken = await Promise.all(all.map(({ page }) => sense(page, "sensed")));
  const rows = [];
  for (const [at, one] of all.entries()) {
    for (const [sender, other] of all.entries()) {
      if (at === sender) continue;
      const { frames, flashes } = taken[at].seen[`video-${other.userUuid}`];
      const tones = taken[at].heard[other.tone];
      const own = taken[sender];
      const source = median(offsets(own.seen.own.flashes, own.heard[other.tone], PERIOD_MS));
      const skews = offsets(flashes, tones, PERIOD_MS).map((offset) => offset - source);
      const delays = offsets(own.seen.own.flashes, flashes, PERIOD_MS);
      rows.push({
        way: `${other.userUuid.slice(0, 3)}>${one.userUuid.slice(0, 3)}`,
        fps: Math.round((10_000 * frames.length) / (toMs - fromMs)) / 10,
        ownFps: Math.round((10_000 * own.seen.own.frames.length) / (toMs - fromMs)) / 10,
        gapMs: Math.round(longestGap(frames, fromMs, toMs)),
        tones: tones.length,
        flashes: flashes.length,
        skewMs: Math.round(median(skews)),
        skewP95Ms: Math.round(p95(skews.map(Math.abs))),
        delayMs: Math.round(median(delays)),
        sourceMs: Math.round(source),
      });
    }
  }
  console.table(rows);
  return rows;
}

export const longest = (rows) => Math.max(...rows.map(({ gapMs }) => gapMs));

/** Runs steps one after the other, each with its verdict. */
export function verdicts() {
  const failed = [];
  return {
    async step(name, work) {
      const begun = Date.now();
      try {
        const result = await work();
        console.log(`ok     ${name} (${Date.now() - begun} ms)`);
        return result;
      } catch (error) {
        failed.push(name);
        console.log(`FAILED ${name}: ${error.stack}`);
        return null;
      }
    },
    end(problems = []) {
      for (const problem of problems) console.log(`FAILED page: ${problem}`);
      process.exit(failed.length + problems.length > 0 ? 1 : 0);
    },
  };
}
