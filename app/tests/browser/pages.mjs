/** What a person does on the pages of the client, by what a person sees: names, not classes. */
import assert from "node:assert/strict";

export const PATIENCE_MS = 20_000;

/** A link that logs somebody in, as `cargo xtask run` prints it. */
export function tryLink(world, person, { path = "/", name = person.name, reuse = true } = {}) {
  const said = new URLSearchParams({ app: world.appKey, user: person.userUuid, token: person.userToken, name });
  if (reuse) {
    said.set("im", person.accid);
    said.set("imToken", person.imToken);
  }
  return `${world.url}${path}#login?${said}`;
}

/** Somebody new with a page of their own, logged in. */
export async function enter(world, name, options = {}) {
  const person = { ...(await world.api.person(name.toLowerCase())), name };
  const page = await world.open(options);
  await page.goto(tryLink(world, person, options));
  return { person, page };
}

/** Makes a room in the lobby and goes in; answers its address. */
export async function createRoom(page, { name = "Tea", number = "", words = en } = {}) {
  await page.getByRole("button", { name: words.newRoom }).click();
  await page.getByLabel(words.roomName).fill(name);
  if (number) await page.getByLabel(words.ownNumber).fill(number);
  await page.getByRole("button", { name: words.create, exact: true }).click();
  await page.getByRole("button", { name: words.joinNow }).click();
  await page.getByRole("toolbar").waitFor({ timeout: PATIENCE_MS });
  return page.url();
}

export async function joinRoom(page, words = en) {
  await page.getByRole("button", { name: words.joinNow }).click();
  await page.getByRole("toolbar").waitFor({ timeout: PATIENCE_MS });
}

/** Opens a panel, if it is not open. */
export async function openPanel(page, name) {
  const button = page.getByRole("toolbar").getByRole("button", { name });
  if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
  return page.getByRole("complementary");
}

export async function write(page, text) {
  const panel = await openPanel(page, /^Chat/);
  await panel.getByRole("textbox").fill(text);
  await panel.getByRole("textbox").press("Enter");
}

/** Waits until a text is there to be read. */
export async function reads(page, text) {
  await page.getByText(text).first().waitFor({ timeout: PATIENCE_MS });
}

/** The tiles on the stage, by the names on them. */
export async function tiles(page) {
  return page.locator("figure[data-user]").evaluateAll((all) => all.map((tile) => tile.getAttribute("aria-label")));
}

export async function seesTiles(page, expected) {
  await page
    .waitForFunction((count) => document.querySelectorAll("figure[data-user]").length === count, expected.length, {
      timeout: PATIENCE_MS,
    })
    .catch(() => {});
  assert.deepEqual((await tiles(page)).sort(), [...expected].sort());
}

export const en = {
  newRoom: /^New room/,
  roomName: "Name of the room",
  ownNumber: "Own number or name (optional)",
  create: "Create",
  joinNow: "Join now",
};

export const zh = {
  newRoom: /^新建房间/,
  roomName: "房间名称",
  ownNumber: "自定义房间号（可选）",
  create: "创建",
  joinNow: "立即加入",
};
