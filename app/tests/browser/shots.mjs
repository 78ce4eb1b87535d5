// Pictures of the client for the docs: node tests/browser/shots.mjs FOLDER, with the environment of `npm run browser`.

import { Api } from "../../../sdk/web/tests/browser/api.mjs";
import { launch, setting } from "./chromium.mjs";
import { createRoom, en, enter, joinRoom, openPanel, reads, write, zh } from "./pages.mjs";
import { portrait } from "./portrait.mjs";

const folder = process.argv[2] ?? "../docs/images";
const api = new Api(setting("PARLOR_SERVER"), setting("PARLOR_APP_KEY"), setting("PARLOR_APP_SECRET"));
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NAMES = ["Ann", "Wei", "Maria"];

const painter = await launch();
const browsers = [];
for (const [at] of NAMES.entries()) browsers.push(await launch({ camera: await portrait(painter, at) }));
await painter.close();

const opened = [];
const world = {
  api,
  appKey: api.appKey,
  url: api.server,
  open: async ({ at = 0, locale = "en-US", colorScheme = "light", viewport = DESKTOP } = {}) => {
    const isPhone = viewport.width < 500;
    const context = await browsers[at].newContext({
      locale,
      colorScheme,
      viewport,
      reducedMotion: "reduce",
      hasTouch: isPhone,
    });
    opened.push(context);
    return context.newPage();
  },
};

async function shoot(page, name) {
  // Pictures that are still coming, and tiles that still move.
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${folder}/${name}.png` });
  console.log(name);
}

async function closeAll() {
  for (const context of opened.splice(0)) await context.close();
}

/** Waits until everybody's picture moves, where the server has calls. */
async function pictures(page, count) {
  const areThere = (wanted) =>
    [...document.querySelectorAll("figure video")].filter((video) => video.videoWidth > 0).length >= wanted;
  await page.waitForFunction(areThere, count, { timeout: 15_000 }).catch(() => console.log("without pictures"));
}

async function doors() {
  const login = await world.open();
  await login.goto(`${world.url}/?app=${world.appKey}`);
  await login.getByText("How this login works").click();
  await shoot(login, "login-desktop-light");
  const { page } = await enter(world, "Ann", { colorScheme: "dark" });
  await reads(page, "Hello, Ann");
  await createRoom(page, { name: "Design review" });
  await page.goto(`${world.url}/`);
  await reads(page, "Design review");
  await shoot(page, "lobby-desktop-dark");
  const phone = await enter(world, "Ann", { viewport: PHONE });
  await phone.page.getByRole("button", { name: en.newRoom }).click();
  await phone.page.getByLabel(en.roomName).fill("Design review");
  await phone.page.getByRole("button", { name: en.create, exact: true }).click();
  await phone.page.getByRole("button", { name: en.joinNow }).waitFor();
  await shoot(phone.page, "check-phone-light");
  await closeAll();
}

async function meeting() {
  const host = await enter(world, "Ann", { colorScheme: "dark" });
  const address = await createRoom(host.page, { name: "Design review" });
  const path = new URL(address).pathname;
  const others = [];
  for (const [at, name] of NAMES.entries()) {
    if (at === 0) continue;
    const isPhone = at === 2;
    const look = isPhone ? { viewport: PHONE, colorScheme: "light" } : at === 1 ? { locale: "zh-CN" } : {};
    const other = await enter(world, name, { path, at, ...look });
    await joinRoom(other.page, at === 1 ? zh : en);
    others.push(other.page);
  }
  const [wei, maria] = others;
  await pictures(host.page, NAMES.length);
  await pictures(maria, NAMES.length);
  await shoot(host.page, "meeting-desktop-dark");
  await shoot(maria, "meeting-phone-light");
  await write(host.page, "Morning! The new flow is in the room's files.");
  await wei.getByRole("button", { name: /^聊天/ }).first().click();
  await wei.getByRole("textbox").fill("看过了，第二步可以再短一些");
  await wei.getByRole("textbox").press("Enter");
  await maria.getByRole("button", { name: /^Chat/ }).first().click();
  await maria.locator("input[type=file]").setInputFiles({
    name: "flow-v3.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.alloc(184_320),
  });
  await write(host.page, "Agreed. Maria, can you share it?");
  await write(maria, "In a minute, https://example.com/flow");
  await reads(host.page, "In a minute");
  await shoot(host.page, "chat-desktop-dark");
  await shoot(wei, "chat-desktop-light-zh");
  await maria.getByRole("complementary").getByRole("button", { name: "Close" }).click();
  await openPanel(maria, /^Members/);
  await shoot(maria, "members-phone-light");
  await closeAll();
}

if (!process.argv.includes("meeting")) await doors();
await meeting();
for (const browser of browsers) await browser.close();
