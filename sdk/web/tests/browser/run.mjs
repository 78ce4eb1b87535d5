// A real Chromium with the built package against a real server, named by the environment that `cargo xtask test web` sets.

import { fileURLToPath } from "node:url";
import { Api } from "./api.mjs";
import { calls } from "./calls.mjs";
import { cases } from "./cases.mjs";
import { bundle, launch, serve, setting } from "./chromium.mjs";
import { relay } from "./relay.mjs";

const PAGE = `<!doctype html>
<script type="importmap">{ "imports": { "parlor-web": "/page.js" } }</script>
<script type="module" src="/page.js"></script>`;

const server = setting("PARLOR_SERVER");
const api = new Api(server, setting("PARLOR_APP_KEY"), setting("PARLOR_APP_SECRET"));
const pages = await serve(await bundle(fileURLToPath(new URL("page.ts", import.meta.url))), PAGE);
const browser = await launch();
const only = process.argv.slice(2);
let failed = 0;

for (const [name, run] of Object.entries({ ...cases, ...calls })) {
  if (only.length > 0 && !only.includes(name)) continue;
  const network = await relay(server);
  const context = await browser.newContext({ permissions: ["camera", "microphone"] });
  const problems = [];
  const open = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
    await page.goto(pages.url);
    await page.waitForFunction(() => "parlor" in window);
    return page;
  };
  const begun = Date.now();
  try {
    await run({ api, appKey: api.appKey, serverUrl: network.url, network, open });
  } catch (error) {
    problems.push(error.stack);
  }
  await context.close();
  network.close();
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${name} (${Date.now() - begun} ms)`);
  for (const problem of problems) console.log(`       ${problem}`);
  failed += problems.length > 0 ? 1 : 0;
}

await browser.close();
pages.server.close();
console.log(failed === 0 ? "browser: all passed" : `browser: ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
