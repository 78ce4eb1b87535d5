import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A camera that counts and a microphone that beeps; nobody is there to be asked for them, or to touch the page.
  "--use-fake-device-for-media-stream=display-media-type=browser",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** What the environment says; `cargo xtask test` sets it. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: cargo xtask test sets it`);
  return value;
}

/** A page's script and what it imports as one script, of the built package. */
export async function bundle(entry) {
  const folder = await mkdtemp(join(tmpdir(), "parlor-web-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: dirname(entry),
    resolve: { alias: { "parlor-web": fileURLToPath(new URL("../../dist/index.js", import.meta.url)) } },
    build: { outDir: folder, lib: { entry, formats: ["es"], fileName: () => "page.js" }, minify: false },
  });
  const script = await readFile(join(folder, "page.js"));
  await rm(folder, { recursive: true });
  return script;
}

/** Serves a page with a script. */
export async function serve(script, page) {
  const server = createServer((request, answer) => {
    const isScript = request.url?.endsWith(".js");
    answer.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    answer.end(isScript ? script : page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

export const CHROMIUM = process.env.PARLOR_CHROMIUM ?? "/usr/bin/chromium";

/** The Chromium of this machine. */
export function launch(more = [], executablePath = CHROMIUM) {
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}
