import assert from "node:assert/strict";
import {
  createRoom,
  en,
  enter,
  joinRoom,
  openPanel,
  PATIENCE_MS,
  reads,
  seesTiles,
  tryLink,
  write,
  zh,
} from "./pages.mjs";

async function loginByHand(world) {
  const person = await world.api.person("ann");
  const page = await world.open();
  await page.goto(`${world.url}/`);
  await page.getByLabel("AppKey").fill(world.appKey);
  await page.getByLabel("IM account").fill(person.accid);
  await page.getByLabel("IM token").fill(person.imToken);
  await page.getByLabel("Room account", { exact: true }).fill(person.userUuid);
  await page.getByLabel("Room token").fill("not her token");
  await page.getByRole("button", { name: "Log in" }).click();
  await reads(page, "The account or the password is wrong. (1027)");
  await page.getByLabel("IM account").fill(person.accid);
  await page.getByLabel("IM token").fill(person.imToken);
  await page.getByLabel("Room account", { exact: true }).fill(person.userUuid);
  await page.getByLabel("Room token").fill(person.userToken);
  await page.getByRole("button", { name: "Log in" }).click();
  await reads(page, `Hello, ${person.userUuid}`);
  await page.reload();
  await reads(page, `Hello, ${person.userUuid}`);
  await page.getByRole("button", { name: person.userUuid }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByText("How this login works").click();
  for (const text of ["NERoom.reuseIM(NIM)", "100004", "100005"]) await reads(page, text);
}

async function theOtherAccountIsTold(world) {
  const [ann, bob] = [await world.api.person("ann"), await world.api.person("bob")];
  const page = await world.open();
  await page.goto(tryLink(world, { ...ann, name: "Ann", accid: bob.accid, imToken: bob.imToken }));
  await reads(page, "This room account belongs to another account. (100005)");
  assert.equal(await page.evaluate(() => location.hash), "", "a token stays in no address");
}

/** The meeting of the issue: two people, what each does reaches the other. */
async function meeting(world) {
  const ann = await enter(world, "Ann");
  const address = await createRoom(ann.page);
  const bob = await enter(world, "Bob", { path: new URL(address).pathname, reuse: false });
  await joinRoom(bob.page);
  await seesTiles(ann.page, ["Ann (you)", "Bob"]);
  await seesTiles(bob.page, ["Bob (you)", "Ann"]);

  await write(ann.page, "hello **bob** https://example.com/a.");
  await bob.page.getByRole("button", { name: /^Chat, 1 unread/ }).waitFor({ timeout: PATIENCE_MS });
  await write(bob.page, "hello ann");
  await reads(ann.page, "hello ann");
  assert.equal(
    await bob.page.getByRole("link", { name: "https://example.com/a" }).getAttribute("href"),
    "https://example.com/a",
  );
  await files(ann.page, bob.page);

  const people = await openPanel(ann.page, /^Members/);
  await people.getByRole("button", { name: "Lock the room" }).click();
  await reads(bob.page, "Locked");
  const eve = await enter(world, "Eve", { path: new URL(address).pathname });
  await eve.page.getByRole("button", { name: en.joinNow }).click();
  await reads(eve.page, "The room is locked. (1019)");
  await people.getByRole("button", { name: "Unlock the room" }).click();

  await moderation(ann.page, bob.page);
  await ann.page
    .getByRole("button", { name: "Leave (Q)" })
    .or(ann.page.getByRole("button", { name: "Leave", exact: true }))
    .click();
  await ann.page.getByRole("button", { name: "End for everybody" }).click();
  for (const { page } of [ann, bob]) await reads(page, "The host ended it for everybody.");
}

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

async function files(sender, receiver) {
  const choose = sender.locator("input[type=file]");
  await choose.setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("the plan") });
  const download = receiver.waitForEvent("download");
  await receiver.getByRole("button", { name: "Download plan.txt" }).click({ timeout: PATIENCE_MS });
  assert.equal((await download).suggestedFilename(), "plan.txt");
  await choose.setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") });
  await receiver.waitForFunction(() => document.querySelector("img[alt='dot.png']")?.naturalWidth === 1, null, {
    timeout: PATIENCE_MS,
  });
  await write(sender, "not meant so");
  await reads(receiver, "not meant so");
  await sender.getByText("not meant so").hover();
  await sender.getByRole("button", { name: "Recall" }).last().click();
  await reads(receiver, "Ann recalled a message");
  assert.equal(await receiver.getByText("not meant so").count(), 0);
}

async function moderation(host, member) {
  const act = async (name) => {
    await host.getByRole("complementary").getByRole("button", { name: "What to do with Bob" }).click();
    await host.getByRole("menuitem", { name }).click();
  };
  await act("Make co-host");
  await reads(member, "You are a co-host now.");
  await act("Make member");
  await reads(member, "You are a member now.");
  await act("Forbid chat");
  await reads(member, "You may not write here at the moment.");
  await act("Allow chat");
  await member.getByRole("textbox", { name: "Write a message" }).waitFor({ timeout: PATIENCE_MS });
}

/** Waits until somebody's picture moves on a page. */
async function sees(page, name) {
  const moves = (label) => {
    const video = document.querySelector(`figure[aria-label="${label}"] video`);
    return video !== null && video.videoWidth > 0 && video.currentTime > 0.3;
  };
  await page.waitForFunction(moves, name, { timeout: PATIENCE_MS });
}

/** Camera and microphone of one reach the other; a host mutes; who is back after a loss of the network sees again. */
async function theySeeEachOther(world) {
  const ann = await enter(world, "Ann");
  const address = await createRoom(ann.page);
  const bob = await enter(world, "Bob", { path: new URL(address).pathname });
  await joinRoom(bob.page);
  await sees(ann.page, "Bob");
  await sees(bob.page, "Ann");
  await sees(bob.page, "Bob (you)");
  // The fake microphone beeps.
  await ann.page.locator("figure.tile-speaks[aria-label='Bob']").waitFor({ timeout: PATIENCE_MS });
  await bob.page.keyboard.press("v");
  await ann.page.locator("figure[aria-label='Bob'] video").waitFor({ state: "detached", timeout: PATIENCE_MS });
  await bob.page.keyboard.press("v");
  await sees(ann.page, "Bob");
  const people = await openPanel(ann.page, /^Members/);
  await people.getByRole("button", { name: "What to do with Bob" }).click();
  await ann.page.getByRole("menuitem", { name: "Mute" }).click();
  await reads(bob.page, "Ann muted you.");
  await bob.page.getByRole("toolbar").getByRole("button", { name: "Unmute microphone" }).click();
  await ann.page.locator("figure.tile-speaks[aria-label='Bob']").waitFor({ timeout: PATIENCE_MS });
  await bob.page.reload();
  await bob.page.getByRole("toolbar").waitFor({ timeout: PATIENCE_MS });
  await sees(bob.page, "Ann");
  await sees(ann.page, "Bob");
}

async function removedAndBack(world) {
  const ann = await enter(world, "Ann");
  const address = await createRoom(ann.page);
  const bob = await enter(world, "Bob", { path: new URL(address).pathname });
  await joinRoom(bob.page);
  const people = await openPanel(ann.page, /^Members/);
  await people.getByRole("button", { name: "What to do with Bob" }).click();
  await ann.page.getByRole("menuitem", { name: "Remove from the room" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Remove from the room" }).click();
  await reads(bob.page, "You were removed from the room.");
  await bob.page.getByRole("button", { name: "Join again" }).click();
  await joinRoom(bob.page);
  await people.getByRole("button", { name: "What to do with Bob" }).click();
  await ann.page.getByRole("menuitem", { name: "Hand over as host" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Hand over as host" }).click();
  await reads(bob.page, "You are the host now.");
}

async function passwordIsAskedFor(world) {
  const ann = await enter(world, "Ann");
  await ann.page.getByRole("button", { name: en.newRoom }).click();
  await ann.page.getByLabel("Password (optional)").fill("secret");
  await ann.page.getByRole("button", { name: "Create", exact: true }).click();
  await joinRoom(ann.page);
  const bob = await enter(world, "Bob", { path: new URL(ann.page.url()).pathname });
  await bob.page.getByRole("button", { name: en.joinNow }).click();
  await bob.page.getByLabel("Password").fill("wrong");
  await bob.page.getByRole("button", { name: en.joinNow }).click();
  await reads(bob.page, "The room's password is wrong.");
  await bob.page.getByLabel("Password").fill("secret");
  await joinRoom(bob.page);
  await seesTiles(bob.page, ["Bob (you)", "Ann"]);
}

/** The network goes and comes: one is told, and nothing is missed. A reload brings one back into the room. */
async function connectionLostAndFound(world) {
  const ann = await enter(world, "Ann");
  const address = await createRoom(ann.page);
  const bob = await enter(world, "Bob", { path: new URL(address).pathname });
  await joinRoom(bob.page);
  await openPanel(bob.page, /^Chat/);
  world.network.down();
  await reads(bob.page, "Connection lost. Reconnecting…");
  world.network.up();
  await reads(bob.page, "You are back.");
  await write(ann.page, "after the storm");
  await reads(bob.page, "after the storm");
  await bob.page.reload();
  await bob.page.getByRole("toolbar").waitFor({ timeout: PATIENCE_MS });
  await seesTiles(bob.page, ["Bob (you)", "Ann"]);
  await write(bob.page, "here again");
  await openPanel(ann.page, /^Chat/);
  await reads(ann.page, "here again");
}

/** From the login to the end without a mouse. */
async function keyboardOnly(world) {
  const ann = await enter(world, "Ann");
  const { page } = ann;
  const tabTo = async (name) => {
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press("Tab");
      const isThere = await page.evaluate((wanted) => {
        const element = document.activeElement;
        const label = element?.getAttribute("aria-label") ?? element?.textContent ?? "";
        return label.startsWith(wanted);
      }, name);
      if (isThere) return;
    }
    assert.fail(`Tab never comes to ${name}`);
  };
  await reads(page, "Hello, Ann");
  await tabTo("New room");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByLabel("Name of the room").press("Enter");
  await page.getByRole("button", { name: en.joinNow }).waitFor({ timeout: PATIENCE_MS });
  await tabTo("Join now");
  await page.keyboard.press("Enter");
  await page.getByRole("toolbar").waitFor({ timeout: PATIENCE_MS });
  await page.keyboard.press("c");
  await page.keyboard.type("typed c and q");
  await page.keyboard.press("Enter");
  await reads(page, "typed c and q");
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await page.keyboard.press("p");
  await page.getByRole("complementary").waitFor();
  await page.keyboard.press("Escape");
  await tabTo("More");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("q");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await reads(page, "You left the room");
}

async function inChinese(world) {
  const ann = await enter(world, "Ann", { locale: "zh-CN", colorScheme: "dark" });
  await createRoom(ann.page, { name: "茶话会", words: zh });
  assert.equal(await ann.page.evaluate(() => document.documentElement.lang), "zh-CN");
  await reads(ann.page, "还没有其他人");
  await ann.page.getByRole("button", { name: "更多" }).click();
  await ann.page.getByRole("menuitemradio", { name: "English" }).click();
  await reads(ann.page, "Nobody else is here yet");
}

export const cases = {
  loginByHand,
  theOtherAccountIsTold,
  meeting,
  theySeeEachOther,
  removedAndBack,
  passwordIsAskedFor,
  connectionLostAndFound,
  keyboardOnly,
  inChinese,
};
