import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { create, hears, initialise, inRoom, join, loggedIn, login, logout, PATIENCE_MS } from "./room.mjs";

/** An IM login in a page, and RoomKit that reuses it. */
async function imLoggedIn(world, person, page) {
  const { appKey, serverUrl } = world;
  const connected = await page.evaluate(
    async ([options]) => {
      window.nim = window.parlor.NERoom.reuseIM(window.parlor.NIM).getInstance(options);
      for (const name of ["onKickedOffline", "onLoginStatus", "onDisconnected"]) {
        window.nim.V2NIMLoginService.on(name, (...args) => window.heard.push(["nim", name, ...args]));
      }
      return window.outcome(() => window.nim.connect());
    },
    [{ appKey, serverUrl, account: person.accid, token: person.imToken }],
  );
  assert.deepEqual(connected, { code: 0 });
}

async function reusing(page, { appKey }) {
  return page.evaluate(
    async ([key]) => {
      window.kit = window.parlor.NERoom.getInstance();
      window.kit.authService.addAuthListener(window.recorder("auth"));
      return window.outcome(() => window.kit.initialize({ appKey: key, im: window.nim }));
    },
    [appKey],
  );
}

const auth = { KICK_OUT: 0, LOGGED_IN: 4, LOGGED_OUT: 5, NET_BROKEN: 6 };

async function reuseOff(world) {
  const [ann, bob] = [await world.api.person("ann"), await world.api.person("bob")];
  const page = await world.open();
  assert.deepEqual(await initialise(page, world), { code: 0 });
  assert.equal((await login(page, ann.userUuid, "not her token")).code, 1027);
  assert.deepEqual(await login(page, ann.userUuid, ann.userToken), { code: 0 });
  await hears(page, "auth", "onAuthEvent", auth.LOGGED_IN);
  assert.equal(await page.evaluate(() => window.kit.authService.isLoggedIn), true);
  assert.deepEqual(await login(page, ann.userUuid, ann.userToken), { code: 0 });
  assert.equal((await login(page, bob.userUuid, bob.userToken)).codeName, "RoomLoggedInOther");
  assert.deepEqual(await logout(page), { code: 0 });
  await hears(page, "auth", "onAuthEvent", auth.LOGGED_OUT);
  assert.deepEqual(await login(page, bob.userUuid, bob.userToken), { code: 0 });
}

async function reuseOffMeetsAnImLogin(world) {
  const ann = await world.api.person("ann");
  const page = await world.open();
  await imLoggedIn(world, ann, page);
  assert.deepEqual(await initialise(page, world), { code: 0 });
  assert.equal((await login(page, ann.userUuid, ann.userToken)).codeName, "ImAlreadyLoggedIn");
  assert.equal(await page.evaluate(() => window.nim.V2NIMLoginService.getLoginUser()), ann.accid);
}

async function reuseOn(world) {
  const [ann, bob] = [await world.api.person("ann"), await world.api.person("bob")];
  const page = await world.open();
  const options = { appKey: world.appKey, serverUrl: world.serverUrl, account: ann.accid, token: ann.imToken };
  await page.evaluate(
    ([given]) => {
      window.nim = window.parlor.NERoom.reuseIM(window.parlor.NIM).getInstance(given);
    },
    [options],
  );
  assert.deepEqual(await reusing(page, world), { code: 0 });
  assert.equal((await login(page, ann.userUuid, ann.userToken)).code, 100004);
  await imLoggedIn(world, ann, page);
  assert.equal((await login(page, bob.userUuid, bob.userToken)).code, 100005);
  assert.equal((await login(page, ann.userUuid, "not her token")).code, 1027);
  assert.deepEqual(await login(page, ann.userUuid, ann.userToken), { code: 0 });
  assert.deepEqual(await logout(page), { code: 0 });
  assert.equal(await page.evaluate(() => window.nim.V2NIMLoginService.getLoginUser()), ann.accid);
  assert.deepEqual(await page.evaluate(() => window.outcome(() => window.nim.disconnect())), { code: 0 });
  assert.equal((await login(page, ann.userUuid, ann.userToken)).code, 100004);
}

async function wrongImToken(world) {
  const ann = await world.api.person("ann");
  const page = await world.open();
  const outcome = await page.evaluate(
    ([given]) => window.outcome(() => window.parlor.NIM.getInstance(given).connect()),
    [{ appKey: world.appKey, serverUrl: world.serverUrl, account: ann.accid, token: "not her token" }],
  );
  assert.equal(outcome.code, 102302);
}

/** The policy of a new app: one desktop device at a time, of which a browser is one. */
async function kickedByAnotherLogin(world) {
  const ann = await world.api.person("ann");
  const [first, second] = [await world.open(), await world.open()];
  await imLoggedIn(world, ann, first);
  assert.deepEqual(await reusing(first, world), { code: 0 });
  assert.deepEqual(await login(first, ann.userUuid, ann.userToken), { code: 0 });
  await imLoggedIn(world, ann, second);
  await hears(first, "auth", "onAuthEvent", auth.KICK_OUT);
  await hears(first, "nim", "onKickedOffline");
  assert.equal(await first.evaluate(() => window.nim.V2NIMLoginService.getKickedOfflineDetail().reason), 1);
  assert.equal(await first.evaluate(() => window.kit.authService.isLoggedIn), false);
  assert.equal(await first.evaluate(() => window.nim.V2NIMLoginService.getLoginStatus()), 0);
}

async function linkCutAndResumed(world) {
  const ann = await world.api.person("ann");
  const page = await loggedIn(world, ann);
  world.network.down();
  await hears(page, "auth", "onAuthEvent", auth.NET_BROKEN);
  assert.equal(await page.evaluate(() => window.kit.authService.isLoggedIn), true);
  world.network.up();
  const list = await page.evaluate(() => window.outcome(() => window.kit.roomService.getMyInRoomDeviceList()));
  assert.deepEqual(list, { code: 0 });
}

async function eachTabIsADevice(world) {
  const ann = await world.api.person("ann");
  const [first, second] = [await loggedIn(world, ann), await loggedIn(world, ann)];
  const ids = await Promise.all([first, second].map((page) => page.evaluate(() => window.kit.deviceId)));
  assert.notEqual(ids[0], ids[1]);
  await first.reload();
  await first.waitForFunction(() => "parlor" in window);
  await initialise(first, world);
  assert.equal(await first.evaluate(() => window.kit.deviceId), ids[0]);
}

async function twoInARoom(world) {
  const [ann, bob] = [await world.api.person("ann"), await world.api.person("bob")];
  const [host, member] = [await loggedIn(world, ann), await loggedIn(world, bob)];
  const roomUuid = `tea-${ann.userUuid}`;
  assert.deepEqual(await create(host, roomUuid), { code: 0 });
  assert.equal((await create(host, roomUuid)).code, 409);
  assert.deepEqual(await join(host, roomUuid, "host"), { code: 0 });
  assert.deepEqual(await join(member, roomUuid, "member"), { code: 0 });
  return { ann, bob, host, member, roomUuid };
}

async function room(world) {
  const { bob, host, member, roomUuid } = await twoInARoom(world);
  await host.waitForFunction((uuid) => window.room.getMember(uuid) !== null, bob.userUuid);
  await hears(host, "room", "onMemberJoinRoom");
  assert.equal(await member.evaluate(() => window.room.localMember.role.name), "member");
  assert.equal(await member.evaluate(() => window.room.remoteMembers.length), 1);

  assert.deepEqual(await inRoom(host, "lockRoom"), { code: 0 });
  await hears(member, "room", "onRoomLockStateChanged", true);
  assert.equal(await member.evaluate(() => window.room.isRoomLocked), true);
  assert.equal((await inRoom(member, "lockRoom")).code, 403);

  assert.deepEqual(await inRoom(host, "changeMemberName", bob.userUuid, "Robert"), { code: 0 });
  assert.deepEqual(await inRoom(host, "changeRoomName", "Coffee"), { code: 0 });
  await hears(member, "room", "onRoomNameChanged", "Coffee");
  assert.equal(await member.evaluate(() => window.room.localMember.name), "Robert");

  const send = host.evaluate(
    ([uuid]) => window.outcome(() => window.kit.messageChannelService.sendCustomMessageToRoom(uuid, 10001, "ping")),
    [roomUuid],
  );
  assert.deepEqual(await send, { code: 0 });
  await hears(member, "channel", "onCustomMessageReceived");

  assert.deepEqual(await inRoom(host, "kickMemberOut", bob.userUuid), { code: 0 });
  await hears(member, "room", "onRoomEnded", "KICK_OUT");
  assert.equal(await member.evaluate(([uuid]) => window.kit.roomService.getRoomContext(uuid), [roomUuid]), null);
  assert.deepEqual(await inRoom(host, "endRoom", true), { code: 0 });
  await hears(host, "room", "onRoomEnded", "CLOSE_BY_MEMBER");
  assert.equal((await join(member, roomUuid, "member")).code, 1004);
}

async function chat(world) {
  const { bob, host, member } = await twoInARoom(world);
  assert.equal((await inRoom(host, "chat.sendBroadcastTextMessage", "too early")).code, -1);
  for (const page of [host, member]) assert.deepEqual(await inRoom(page, "chat.joinChatroom"), { code: 0 });
  assert.deepEqual(await inRoom(host, "chat.sendBroadcastTextMessage", "hello"), { code: 0 });
  assert.deepEqual(await inRoom(host, "chat.sendDirectTextMessage", bob.userUuid, "for you"), { code: 0 });
  const texts = (page) =>
    page.evaluate(() =>
      window.heard.flatMap(([, name, messages]) =>
        name === "onReceiveChatroomMessages" ? messages.flatMap((message) => message.text ?? []) : [],
      ),
    );
  await member.waitForFunction(() => JSON.stringify(window.heard).includes("for you"), null, { timeout: PATIENCE_MS });
  assert.deepEqual(await texts(member), ["hello", "for you"]);
  assert.deepEqual(await texts(host), []);
  const history = await member.evaluate(async () => {
    const { data } = await window.room.chatController.fetchChatroomHistoryMessages({ order: 1, limit: 10 });
    return data.filter((message) => message.messageType === "text").map((message) => message.text);
  });
  assert.deepEqual(history, ["hello", "for you"]);
}

async function nothingIsMissedWhileTheLinkIsDown(world) {
  const { host, member } = await twoInARoom(world);
  for (const page of [host, member]) assert.deepEqual(await inRoom(page, "chat.joinChatroom"), { code: 0 });
  world.network.down();
  await hears(member, "room", "onRoomConnectStateChanged", 0);
  world.network.up();
  assert.deepEqual(await inRoom(host, "changeRoomName", "While away"), { code: 0 });
  assert.deepEqual(await inRoom(host, "chat.sendBroadcastTextMessage", "while away"), { code: 0 });
  await hears(member, "room", "onRoomConnectStateChanged", 1);
  await hears(member, "room", "onRoomNameChanged", "While away");
  await member.waitForFunction(() => JSON.stringify(window.heard).includes('"while away"'), null, {
    timeout: PATIENCE_MS,
  });
}

async function reloadedAndBackInTheRoom(world) {
  const { bob, host, member, roomUuid } = await twoInARoom(world);
  for (const page of [host, member]) assert.deepEqual(await inRoom(page, "chat.joinChatroom"), { code: 0 });
  assert.deepEqual(await inRoom(host, "chat.sendBroadcastTextMessage", "before"), { code: 0 });
  await member.waitForFunction(() => JSON.stringify(window.heard).includes('"before"'), null, { timeout: PATIENCE_MS });
  const rtcUid = await member.evaluate(() => window.room.localMember.rtcUid);
  await member.waitForTimeout(500);
  await member.reload();
  assert.deepEqual(await inRoom(host, "chat.sendBroadcastTextMessage", "meanwhile"), { code: 0 });
  await member.waitForFunction(() => "parlor" in window);
  assert.deepEqual(await initialise(member, world), { code: 0 });
  // What came meanwhile is delivered once the app has had its turn to listen.
  const back = await member.evaluate(
    ([user, token, uuid]) =>
      window.outcome(async () => {
        const result = await window.kit.authService.login(user, token);
        window.room = window.kit.roomService.getRoomContext(uuid);
        window.room?.addRoomListener(window.recorder("room"));
        return result;
      }),
    [bob.userUuid, bob.userToken, roomUuid],
  );
  assert.deepEqual(back, { code: 0 });
  assert.equal(await member.evaluate(() => window.room?.localMember.rtcUid), rtcUid);
  assert.deepEqual(await inRoom(host, "changeRoomName", "After the reload"), { code: 0 });
  await hears(member, "room", "onRoomNameChanged", "After the reload");
  await member.waitForFunction(() => JSON.stringify(window.heard).includes('"meanwhile"'), null, {
    timeout: PATIENCE_MS,
  });
  assert.equal(await member.evaluate(() => JSON.stringify(window.heard).includes('"before"')), false);
  const left = await host.evaluate(() => window.heard.filter(([, name]) => name === "onMemberLeaveRoom").length);
  assert.equal(left, 0);
}

async function propertiesAndRoles(world) {
  const { ann, bob, host, member } = await twoInARoom(world);
  assert.deepEqual(await inRoom(host, "updateRoomProperty", "topic", "tea", bob.userUuid), { code: 0 });
  await hears(member, "room", "onRoomPropertiesChanged", { topic: "tea" });
  assert.equal(await member.evaluate(() => window.room.roomProperties.topic), "tea");
  assert.equal((await inRoom(member, "updateRoomProperty", "topic", "no")).code, 403);
  assert.deepEqual(await inRoom(host, "deleteRoomProperty", "topic"), { code: 0 });
  await hears(member, "room", "onRoomPropertiesDeleted", { topic: "tea" });

  assert.deepEqual(await inRoom(member, "updateMemberProperty", bob.userUuid, "hand", "up"), { code: 0 });
  await hears(host, "room", "onMemberPropertiesChanged");
  assert.equal(await host.evaluate(([uuid]) => window.room.getMember(uuid).properties.hand, [bob.userUuid]), "up");
  assert.deepEqual(await inRoom(member, "deleteMemberProperty", bob.userUuid, "hand"), { code: 0 });
  await hears(host, "room", "onMemberPropertiesDeleted", bob.userUuid, { hand: "up" });

  assert.deepEqual(await inRoom(member, "changeMyName", "Bobby"), { code: 0 });
  await hears(host, "room", "onMemberNameChanged");
  assert.deepEqual(await inRoom(member, "changeMyExt", "shy"), { code: 0 });
  await hears(host, "room", "onMemberExtChanged");
  assert.equal(await host.evaluate(() => window.room.remoteMembers[0].ext), "shy");
  assert.deepEqual(await inRoom(host, "changeRoomExt", "quiet"), { code: 0 });
  await hears(member, "room", "onRoomExtChanged", "quiet");
  assert.deepEqual(await inRoom(host, "enableRoomBlacklist", false), { code: 0 });
  await hears(member, "room", "onRoomBlacklistStateChanged", false);
  assert.deepEqual(await inRoom(host, "enableMultiDevice", false), { code: 0 });
  await hears(member, "room", "onRoomMultiDeviceEnableChanged", false);

  assert.equal((await inRoom(host, "changeMemberRole", bob.userUuid, "king")).code, 1003);
  assert.deepEqual(await inRoom(host, "changeMemberRole", bob.userUuid, "cohost"), { code: 0 });
  await hears(member, "room", "onMemberRoleChanged");
  assert.equal(await member.evaluate(() => window.room.localMember.role.name), "cohost");
  assert.deepEqual(await inRoom(host, "changeMembersRole", { [bob.userUuid]: "member" }), { code: 0 });
  assert.deepEqual(await inRoom(host, "handOverMyRole", bob.userUuid), { code: 0 });
  const roles = () =>
    member.evaluate(() => [window.room.localMember.role.name, window.room.remoteMembers[0].role.name]);
  await member.waitForFunction(() => window.room.localMember.role.name === "host");
  assert.deepEqual(await roles(), ["host", "member"]);
  assert.equal((await inRoom(member, "kickMyDeviceOut", "no such device")).code === 0, false);
  assert.deepEqual(await inRoom(member, "kickMemberOut", ann.userUuid), { code: 0 });
  await hears(host, "room", "onRoomEnded", "KICK_OUT");
}

async function leaving(world) {
  const { ann, bob, host, member, roomUuid } = await twoInARoom(world);
  assert.deepEqual(await inRoom(host, "lockRoom"), { code: 0 });
  assert.deepEqual(await inRoom(member, "leaveRoom", 0), { code: 0 });
  await hears(member, "room", "onRoomEnded", "LEAVE_BY_SELF");
  await hears(host, "room", "onMemberLeaveRoom");
  assert.equal((await join(member, roomUuid, "member")).code, 1019);
  assert.deepEqual(await inRoom(host, "unlockRoom"), { code: 0 });
  assert.deepEqual(await join(member, roomUuid, "member"), { code: 0 });
  const list = await host.evaluate(async () => (await window.kit.roomService.getMyInRoomDeviceList()).data);
  assert.deepEqual(
    list.map((entry) => [entry.roomUuid, entry.deviceList.length]),
    [[roomUuid, 1]],
  );
  // The IM session's end is the room's: the others see it.
  assert.deepEqual(await logout(member), { code: 0 });
  await hears(member, "room", "onRoomEnded", "LEAVE_BY_SELF");
  await host.waitForFunction(([uuid]) => window.room.getMember(uuid) === null, [bob.userUuid]);
  assert.ok(ann);
}

async function signalling(world) {
  const { ann, bob, host, member, roomUuid } = await twoInARoom(world);
  const send = (page, method, ...args) =>
    page.evaluate(
      ([name, given]) => window.outcome(() => window.kit.messageChannelService[name](...given)),
      [method, args],
    );
  const command = (commandId, data, from, room) => ({ roomUuid: room, senderUuid: from.userUuid, commandId, data });
  assert.deepEqual(await send(host, "sendCustomMessage", "", bob.userUuid, 10002, "to you"), { code: 0 });
  await hears(member, "channel", "onCustomMessageReceived", command(10002, "to you", ann, ""));
  assert.deepEqual(await send(host, "sendCustomMessage", roomUuid, bob.userUuid, 10003, "here"), { code: 0 });
  await hears(member, "channel", "onCustomMessageReceived", command(10003, "here", ann, roomUuid));
  assert.deepEqual(await send(member, "sendCustomMessageToRoles", roomUuid, 10004, ["host"], "host?"), { code: 0 });
  await hears(host, "channel", "onCustomMessageReceived", command(10004, "host?", bob, roomUuid));
  assert.notEqual((await send(host, "sendCustomMessage", "", bob.userUuid, 9, "not an app's number")).code, 0);
  assert.notEqual((await send(host, "sendCustomMessage", "", "nobody-at-all", 10002, "hello?")).code, 0);
}

async function chatAdministered(world) {
  const { bob, host, member, roomUuid } = await twoInARoom(world);
  for (const page of [host, member]) assert.deepEqual(await inRoom(page, "chat.joinChatroom"), { code: 0 });
  await hears(host, "room", "onMemberJoinChatroom");
  const uuid = "11111111111111111111111111111111";
  assert.deepEqual(await inRoom(host, "chat.sendTextMessage", uuid, "oops", [], 0, "ext"), { code: 0 });
  assert.deepEqual(await inRoom(host, "chat.recallChatroomMessage", uuid, Date.now()), { code: 0 });
  await member.waitForFunction(
    () =>
      window.heard.some(
        ([, name, messages]) =>
          name === "onReceiveChatroomMessages" && messages.some((m) => (m.attachStr ?? "").includes('"type":323')),
      ),
    null,
    { timeout: PATIENCE_MS },
  );
  assert.deepEqual(await inRoom(host, "chat.banMemberChat", bob.userUuid, 60, "shh"), { code: 0 });
  await hears(member, "room", "onMemberChatBanStateChanged");
  assert.notEqual((await inRoom(member, "chat.sendBroadcastTextMessage", "still here")).code, 0);
  assert.deepEqual(await inRoom(host, "chat.unbanMemberChat", bob.userUuid), { code: 0 });
  assert.deepEqual(await inRoom(member, "chat.sendBroadcastCustomMessage", "{}"), { code: 0 });
  assert.deepEqual(await inRoom(member, "chat.sendGroupTextMessage", [bob.userUuid], "to myself"), { code: 0 });
  const members = await host.evaluate(() => window.room.chatController.fetchChatRoomMembers(0, 10));
  assert.equal(members.length, 2);
  assert.deepEqual(await inRoom(member, "chat.leaveChatroom"), { code: 0 });
  await hears(host, "room", "onMemberLeaveChatroom");
  const archive = await host.evaluate(async () => {
    const { data } = await window.kit.roomService.exportChatroomHistoryMessages(window.room.roomArchiveId);
    return data.split("\r\n").length;
  });
  assert.ok(archive >= 2);
  assert.ok(roomUuid);
}

async function otherWaysToLogIn(world) {
  const ann = await world.api.person("ann");
  const page = await world.open();
  assert.deepEqual(await initialise(page, world), { code: 0 });
  const auths = (method, ...args) =>
    page.evaluate(([name, given]) => window.outcome(() => window.kit.authService[name](...given)), [method, args]);
  assert.equal((await auths("loginByIM", ann.accid, "", "not her token")).code, 402);
  assert.deepEqual(await auths("loginByIM", ann.accid, "", ann.imToken), { code: 0 });
  assert.equal(await page.evaluate(() => window.kit.authService.isLoggedIn), true);
  assert.deepEqual(await auths("logout"), { code: 0 });
  const token = world.api.dynamicToken(ann.userUuid);
  assert.deepEqual(await auths("loginByDynamicToken", ann.userUuid, token), { code: 0 });
  assert.deepEqual(await auths("renewToken", world.api.dynamicToken(ann.userUuid)), { code: 0 });
  assert.equal((await auths("renewToken", "not her token")).code, 1027);
  assert.deepEqual(await page.evaluate(() => window.kit.release().code), 0);
  assert.equal(await page.evaluate(() => window.kit.isInitialized), false);
}

async function files(world) {
  const { host, member } = await twoInARoom(world);
  for (const page of [host, member]) assert.deepEqual(await inRoom(page, "chat.joinChatroom"), { code: 0 });
  const sent = await host.evaluate(() =>
    window.outcome(() => window.room.chatController.sendFileMessage("", new File(["hello, file"], "hello.txt"))),
  );
  assert.deepEqual(sent, { code: 0 });
  await hears(host, "room", "onChatroomMessageAttachmentProgress");
  const isFile = () =>
    window.heard
      .flatMap(([, name, messages]) => (name === "onReceiveChatroomMessages" ? messages : []))
      .find((message) => message.messageType === "file");
  const message = await (await member.waitForFunction(isFile, null, { timeout: PATIENCE_MS })).jsonValue();
  assert.equal(message.displayName, "hello.txt");
  assert.equal(message.size, 11);
  assert.equal((await fetch(message.url)).headers.get("content-length"), "11", "its address is good as it is");
  const [download] = await Promise.all([
    member.waitForEvent("download"),
    inRoom(member, "chat.downloadAttachment", message.messageUuid, message.url, "copy.txt"),
  ]);
  assert.equal(download.suggestedFilename(), "copy.txt");
  const stored = await host.evaluate(async () => {
    const { data } = await window.kit.nosService.uploadResource({ blob: new Blob(["bytes"]), type: "file" });
    return (await fetch(data)).text();
  });
  assert.equal(stored, "bytes");
  const image = await host.evaluate(() =>
    window.outcome(() => window.room.chatController.sendImageMessage("", new File(["no real image"], "dot.png"), 1, 1)),
  );
  assert.deepEqual(image, { code: 0 });
}

async function notSupported(world) {
  const ann = await world.api.person("ann");
  const page = await loggedIn(world, ann);
  const roomUuid = `quiet-${ann.userUuid}`;
  assert.deepEqual(await create(page, roomUuid), { code: 0 });
  assert.deepEqual(await join(page, roomUuid, "host"), { code: 0 });
  const outcome = await page.evaluate(() => window.outcome(() => window.room.rtcController.joinRtcChannel("side")));
  assert.equal(outcome.codeName, "NotSupported");
}

/** The programs of the README, as they stand but for the names and secrets in them. */
async function programsOfTheReadme(world) {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);
  assert.equal(programs.length, 4);
  for (const program of programs) {
    const ann = await world.api.person("ann");
    const page = await world.open();
    const content = program
      .replaceAll("your AppKey", world.appKey)
      .replaceAll("http://127.0.0.1:8787", world.serverUrl)
      .replaceAll("ann's userToken", ann.userToken)
      .replaceAll("ann's imToken", ann.imToken)
      .replaceAll('"ann"', `"${ann.userUuid}"`);
    await page.addScriptTag({ type: "module", content: `${content}\nwindow.finished = true;` });
    await page.waitForFunction(() => window.finished, null, { timeout: PATIENCE_MS });
    assert.equal(await page.evaluate(() => window.parlor.NERoom.getInstance().authService.isLoggedIn), true);
  }
}

export const cases = {
  reuseOff,
  reuseOffMeetsAnImLogin,
  reuseOn,
  wrongImToken,
  kickedByAnotherLogin,
  linkCutAndResumed,
  eachTabIsADevice,
  room,
  chat,
  nothingIsMissedWhileTheLinkIsDown,
  reloadedAndBackInTheRoom,
  propertiesAndRoles,
  leaving,
  signalling,
  chatAdministered,
  otherWaysToLogIn,
  files,
  programsOfTheReadme,
  notSupported,
};
