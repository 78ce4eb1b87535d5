// People in pages: logging in, rooms, and what their listeners hear.

import assert from "node:assert/strict";

export const PATIENCE_MS = 20_000;

/** Initialises RoomKit in a page and records what it hears. */
export async function initialise(page, { appKey, serverUrl }, extras = {}) {
  return page.evaluate(
    async ([options]) => {
      window.kit = window.parlor.NERoom.getInstance();
      window.kit.authService.addAuthListener(window.recorder("auth"));
      window.kit.messageChannelService.addMessageChannelListener(window.recorder("channel"));
      return window.outcome(() => window.kit.initialize(options));
    },
    [{ appKey, serverUrl, ...extras }],
  );
}

export const login = (page, userUuid, token) =>
  page.evaluate(([user, proof]) => window.outcome(() => window.kit.authService.login(user, proof)), [userUuid, token]);

export const logout = (page) => page.evaluate(() => window.outcome(() => window.kit.authService.logout()));

/** A page whose RoomKit has logged a person in. */
export async function loggedIn(world, person) {
  const page = await world.open();
  assert.deepEqual(await initialise(page, world), { code: 0 });
  assert.deepEqual(await login(page, person.userUuid, person.userToken), { code: 0 });
  return page;
}

/** Waits until the page has heard something whose beginning is `expected`. */
export async function hears(page, ...expected) {
  const isHeard = ([words]) =>
    window.heard.some((entry) => words.every((word, i) => JSON.stringify(entry[i]) === JSON.stringify(word)));
  try {
    await page.waitForFunction(isHeard, [expected], { timeout: PATIENCE_MS });
  } catch {
    const heard = await page.evaluate(() => JSON.stringify(window.heard));
    assert.fail(`never heard ${JSON.stringify(expected)}, only ${heard}`);
  }
}

export const create = (page, roomUuid) =>
  page.evaluate(
    ([uuid]) =>
      window.outcome(() =>
        window.kit.roomService.createRoom(
          { roomUuid: uuid, roomName: "Tea", templateId: 40, initialProperties: {} },
          { enableChatroom: true },
        ),
      ),
    [roomUuid],
  );

export const join = (page, roomUuid, role, more = {}) =>
  page.evaluate(
    ([uuid, as, given]) =>
      window.outcome(async () => {
        const params = { roomUuid: uuid, userName: as, role: as, initialProperties: {}, ...given };
        const joined = await window.kit.roomService.joinRoom(params, {});
        window.room = joined.data;
        window.room.addRoomListener(window.recorder("room"));
        return joined;
      }),
    [roomUuid, role, more],
  );

/** Calls a method of the room, or of its chat. */
export const inRoom = (page, method, ...args) =>
  page.evaluate(
    ([name, given]) => {
      const [owner, call] = name.includes(".") ? [window.room.chatController, name.split(".")[1]] : [window.room, name];
      return window.outcome(() => owner[call](...given));
    },
    [method, args],
  );
