// The client in a real Chromium against a real server that serves it, named by the environment that `cargo xtask test app` sets.

import { Api } from "../../../sdk/web/tests/browser/api.mjs";
import { relay } from "../../../sdk/web/tests/browser/relay.mjs";
import { cases } from "./cases.mjs";
import { launch, setting } from "./chromium.mjs";

const api = new Api(setting("PARLOR_SERVER"), setting("PARLOR_APP_KEY"), setting("PARLOR_APP_SECRET"));
const browser = await launch();
const only = process.argv.slice(2);
let failed = 0;

for (const [name, run] of Object.entries(cases)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const network = await relay(api.server);
  const problems = [];
  const contexts = [];
  const open = async ({ locale = "en-US", colorScheme = "light", viewport = { width: 1280, height: 800 } } = {}) => {
    const context = await browser.newContext({ locale, colorScheme, viewport, acceptDownloads: true });
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(`page: ${error.stack}`));
    page.on("console", (message) => {
      // What the policy forbids shows here and nowhere else.
      if (message.type() === "error" && message.text().includes("Content Security Policy"))
        problems.push(message.text());
    });
    return page;
  };
  const begun = Date.now();
  try {
    await run({ api, appKey: api.appKey, url: network.url, network, open });
  } catch (error) {
    problems.push(error.stack);
    for (const [at, context] of contexts.entries()) {
      const folder = process.env.PARLOR_FAILED;
      const page = context.pages()[0];
      if (folder && page) await page.screenshot({ path: `${folder}/${name}-${at}.png` });
    }
  }
  for (const context of contexts) await context.close();
  network.close();
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${name} (${Date.now() - begun} ms)`);
  for (const problem of problems) console.log(`       ${problem}`);
  failed += problems.length > 0 ? 1 : 0;
}

await browser.close();
console.log(failed === 0 ? "app: all passed" : `app: ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
