// A member of a meeting in a real Chromium: opens the page of examples/meeting/web with the built package and passes
// lines on, in by standard input and out by standard output; see examples/meeting/README.md.
//
//   PARLOR_SERVER=http://127.0.0.1:8787 PARLOR_APP_KEY=… node tests/browser/member.mjs

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { bundle, launch, serve, setting } from "./chromium.mjs";

const PAGE = "<!doctype html><script type='module' src='/page.js'></script>";
const DOWNLOAD_MS = 20_000;

/** Where the download of the command under way goes. */
let saved;

async function print(line) {
  if ("answer" in line && line.code === 0) await saved;
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const entry = fileURLToPath(new URL("../../../../examples/meeting/web/member.ts", import.meta.url));
const pages = await serve(await bundle(entry), PAGE);
const browser = await launch();
const page = await browser.newPage();
page.on("pageerror", (error) => process.stderr.write(`page: ${error.stack}\n`));
await page.exposeFunction("print", print);
// A page cannot read a path; this is the person who chooses the file.
await page.exposeFunction("read", async (path) => (await readFile(path)).toString("base64"));
await page.goto(pages.url);
await page.waitForFunction(() => "meet" in window);
await page.evaluate(
  ([serverUrl, appKey]) => {
    const choose = async (path) => {
      const bytes = Uint8Array.from(atob(await window.read(path)), (character) => character.charCodeAt(0));
      return new File([bytes], path.split("/").pop());
    };
    window.member = window.meet({ serverUrl, appKey, choose, print: window.print });
  },
  [setting("PARLOR_SERVER"), setting("PARLOR_APP_KEY")],
);

/** A page cannot write to a path either: its downloads are taken from the browser. */
async function obey(line) {
  const words = line.split(" ");
  const path = { fetch: words[1], download: words[2] }[words[0]];
  const coming = path && page.waitForEvent("download", { timeout: DOWNLOAD_MS });
  // Whoever looks for the file finds it wrong, or not at all.
  saved = coming?.then((file) => file.suggestedFilename() === basename(path) && file.saveAs(path)).catch(() => {});
  await page.evaluate((text) => window.member.obey(text), line);
}

for await (const line of createInterface({ input: process.stdin })) await obey(line);
await browser.close();
pages.server.close();
