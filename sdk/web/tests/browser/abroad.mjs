// Calls over networks of all kinds: whoever is behind a NAT, whoever is let out over TCP 443 alone, and a server that is
// itself behind 1:1 NAT, with TLS. `cargo xtask test call` runs it where the machine lets it make network namespaces.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Api } from "./api.mjs";
import { hearsMember, joinCall, people, sees, speak, watch } from "./call.mjs";
import { bundle, CHROMIUM, launch } from "./chromium.mjs";
import { networks, refusal, SERVER } from "./networks.mjs";
import { ownServer } from "./server.mjs";
import { sense, sleep, verdicts } from "./stage.mjs";

/** How long pictures may be away after a real change of address. */
const CHANGE_MS = 4_000;
const CAMERA = { resolution: 360, frameRate: 15 };

const reason = await refusal();
if (reason) {
  console.log(`skipped: this machine makes no network namespaces (${reason})`);
  process.exit(0);
}

/** The API, called from where the server is. */
class LocalApi extends Api {
  async send(method, url, body, headers) {
    const lines = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    const words = ["--silent", "--insecure", "--request", method, "--data", body, ...lines, url];
    return JSON.parse((await nets.within("server", "curl", ...words)).stdout);
  }
}

const nets = await networks();
const { step, end } = verdicts();
const problems = [];
const server = await ownServer({
  environment: { PARLOR__MEDIA__ADVERTISED: `["${SERVER}"]` },
  within: ["ip", "netns", "exec", nets.named("server")],
  address: "10.77.1.2:443",
  serve: ["--tls", "self-signed"],
});
const script = await bundle(fileURLToPath(new URL("page.ts", import.meta.url)));
const browsers = [];

/** A page in one of the networks, at the server's own address, where a page may use the camera. */
async function pageIn(name) {
  const flags = ["--ignore-certificate-errors"];
  const executablePath = await nets.entrance(name, CHROMIUM);
  const browser = await launch(flags, executablePath);
  browsers.push(browser);
  const context = await browser.newContext({ permissions: ["camera", "microphone"], ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
  await page.route("**/abroad/*", (route) => {
    const isScript = route.request().url().endsWith(".js");
    const body = isScript ? script : `<!doctype html><script type="module" src="/abroad/page.js"></script>`;
    return route.fulfill({ body, contentType: isScript ? "text/javascript" : "text/html" });
  });
  await page.goto(`https://${SERVER}/abroad/page.html`);
  await page.waitForFunction(() => "parlor" in window);
  return page;
}

async function meet() {
  const places = ["home", "office"];
  const world = {
    api: new LocalApi("https://10.77.1.2", server.appKey, server.appSecret),
    appKey: server.appKey,
    serverUrl: `https://${SERVER}`,
    open: () => pageIn(places.shift()),
  };
  const all = await people(world, "home", "office");
  for (const { page } of all) await joinCall(page, CAMERA);
  for (const { page } of all) await speak(page);
  const [home, office] = all;
  await watch(home.page, office);
  await watch(office.page, home);
  await Promise.all([sees(home.page, office, 20), sees(office.page, home, 20)]);
  await Promise.all([hearsMember(home.page, office), hearsMember(office.page, home)]);
  const ways = await Promise.all(all.map(({ page }) => sense(page, "way")));
  console.log(`home over ${ways[0].protocol}, office over ${ways[1].protocol} to port ${ways[1].remote}`);
  assert.equal(ways[0].protocol, "udp");
  assert.deepEqual([ways[1].protocol, ways[1].remote], ["tcp", 443]);
  return all;
}

/** How long pictures were away since; 0 = never for longer than a quarter of a second. */
async function awayMs({ page }, member, sinceMs) {
  const name = `video-${member.userUuid}`;
  const frames = [];
  while (Date.now() - sinceMs < 20_000) {
    await sleep(100);
    frames.push(...(await sense(page, "sensed")).seen[name].frames.filter((at) => at >= sinceMs));
    const gaps = frames.map((at, index) => [at, at - (frames[index - 1] ?? sinceMs)]);
    const paused = gaps.findLast(([, gap]) => gap > 250);
    if (Date.now() - sinceMs > 6_000 && frames.at(-1) - (paused?.[0] ?? sinceMs) > 1_000) {
      return Math.round((paused?.[0] ?? sinceMs) - sinceMs);
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** A device that goes to another network gets another address, and its old one is gone. */
async function changeAddress([home, office], last) {
  await sense(home.page, "look", `video-${office.userUuid}`);
  await sleep(1_000);
  const sinceMs = Date.now();
  const [before, after] = last % 2 === 1 ? [2, 3] : [3, 2];
  await nets.within("home", "ip", "address", "delete", `10.77.2.${before}/24`, "dev", "eth0");
  await nets.within("home", "ip", "address", "add", `10.77.2.${after}/24`, "dev", "eth0");
  await nets.within("home", "ip", "route", "replace", "default", "via", "10.77.2.1", "src", `10.77.2.${after}`);
  const away = await awayMs(home, office, sinceMs);
  await sees(office.page, home, 10);
  return away;
}

const all = await step("behind a NAT, and over TCP 443 alone", meet);
const changes = Number(process.argv[2] ?? 3);
if (all && changes > 0) {
  await step("a real change of address", async () => {
    const took = [];
    for (let n = 1; n <= changes; n += 1) took.push(await changeAddress(all, n));
    console.log(`pictures back after a change of address: ${took.join(" ")} ms`);
    for (const ms of took) assert.ok(ms <= CHANGE_MS, `${ms} ms`);
  });
}
await Promise.all(browsers.map((browser) => browser.close()));
await server.end();
nets.end();
end(problems);
