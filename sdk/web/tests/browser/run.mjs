// A real Chromium with the built package against a real server, named by the environment that `cargo xtask test web` sets.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { Api } from "./api.mjs";
import { cases } from "./cases.mjs";
import { relay } from "./relay.mjs";

const CHROMIUM = process.env.PARLOR_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const PAGE = `<!doctype html>
<script type="importmap">{ "imports": { "parlor-web": "/page.js" } }</script>
<script type="module" src="/page.js"></script>`;

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test web\``);
  return value;
}

/** The page as one script, of the built package. */
async function bundle() {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "parlor-web-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: here,
    resolve: { alias: { "parlor-web": join(here, "../../dist/index.js") } },
    build: { outDir: folder, lib: { entry: join(here, "page.ts"), formats: ["es"], fileName: "page" }, minify: false },
  });
  const script = await readFile(join(folder, "page.js"));
  await rm(folder, { recursive: true });
  return script;
}

async function serve(script) {
  const server = createServer((request, answer) => {
    const isScript = request.url?.endsWith(".js");
    answer.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    answer.end(isScript ? script : PAGE);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

const server = setting("PARLOR_SERVER");
const api = new Api(server, setting("PARLOR_APP_KEY"), setting("PARLOR_APP_SECRET"));
const pages = await serve(await bundle());
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const only = process.argv.slice(2);
let failed = 0;

for (const [name, run] of Object.entries(cases)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const network = await relay(server);
  const context = await browser.newContext();
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
