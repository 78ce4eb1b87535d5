// Calls: real Chromium with fake devices, pictures and sound through the real server.

import assert from "node:assert/strict";
import { Api } from "./api.mjs";
import {
  HIGH,
  hearsMember,
  inCall,
  joinCall,
  LARGE,
  LOW,
  people,
  SMALL,
  sees,
  seesNothingNew,
  showsHeight,
  speak,
  watch,
} from "./call.mjs";
import { hears, inRoom, loggedIn, PATIENCE_MS } from "./room.mjs";
import { ownServer } from "./server.mjs";

async function twoSeeAndHearEachOther(world) {
  const [ann, bob] = await people(world, "ann", "bob");
  assert.equal((await inCall(ann.page, "unmuteMyAudio")).message, "not join rtc");
  for (const { page } of [ann, bob]) await joinCall(page);
  await hears(ann.page, "room", "onMemberJoinRtcChannel");
  assert.equal(await ann.page.evaluate(() => window.room.remoteMembers[0].isInRtcChannel), true);
  // A place for the picture, before there is one.
  await watch(ann.page, bob);
  await watch(bob.page, ann);
  for (const { page } of [ann, bob]) await speak(page);
  await hears(ann.page, "room", "onMemberAudioMuteChanged");
  await hears(ann.page, "room", "onMemberVideoMuteChanged");
  await sees(ann.page, bob, 30);
  await sees(bob.page, ann, 30);
  await hearsMember(ann.page, bob);
  await hearsMember(bob.page, ann);
  await hears(ann.page, "stats", "onRtcStats");
  await hears(ann.page, "stats", "onLocalVideoStats");

  assert.deepEqual(await inCall(bob.page, "muteMyVideo"), { code: 0 });
  await seesNothingNew(ann.page, bob);
  await sees(bob.page, ann);
  assert.deepEqual(await inCall(bob.page, "unmuteMyVideo"), { code: 0 });
  await sees(ann.page, bob);

  assert.deepEqual(await inCall(bob.page, "leaveRtcChannel"), { code: 0 });
  await hears(ann.page, "room", "onMemberLeaveRtcChannel");
  await seesNothingNew(ann.page, bob);
  assert.equal(await bob.page.evaluate(() => window.room.localMember.isVideoOn), false);
  await joinCall(bob.page);
  await speak(bob.page);
  await sees(ann.page, bob);
  await sees(bob.page, ann);
}

async function threeInACall(world) {
  const all = await people(world, "ann", "bob", "cid");
  const [ann, bob, cid] = all;
  for (const { page } of all) await joinCall(page);
  for (const { page } of all) await speak(page);
  for (const one of all) for (const other of all) if (one !== other) await watch(one.page, other);
  for (const one of all) for (const other of all) if (one !== other) await sees(one.page, other, 20);
  for (const one of all) for (const other of all) if (one !== other) await hearsMember(one.page, other);

  // The host switches a microphone off, and on again.
  assert.deepEqual(await inCall(ann.page, "muteMemberAudio", bob.userUuid), { code: 0 });
  await bob.page.waitForFunction(() => !window.room.localMember.isAudioOn, null, { timeout: PATIENCE_MS });
  assert.equal(await bob.page.evaluate(() => window.room.rtcController.getLocalAudioLevel()), 0);
  assert.equal((await inCall(cid.page, "muteMemberAudio", ann.userUuid)).code, 403);
  assert.deepEqual(await inCall(bob.page, "unmuteMyAudio"), { code: 0 });
  await hearsMember(cid.page, bob);
}

async function layersFollowTheDemand(world) {
  const [ann, bob] = await people(world, "ann", "bob");
  for (const { page } of [ann, bob]) await joinCall(page);
  await speak(bob.page);
  await watch(ann.page, bob);
  await sees(ann.page, bob);
  await showsHeight(ann.page, bob, LARGE);
  await watch(ann.page, bob, { layer: LOW });
  await showsHeight(ann.page, bob, SMALL);
  await watch(ann.page, bob, { layer: HIGH });
  await showsHeight(ann.page, bob, LARGE);
  // A small tile takes a small layer by itself, and one that nobody can see takes none.
  await watch(ann.page, bob, { width: 160, height: 90 });
  await showsHeight(ann.page, bob, SMALL);
  await ann.page.evaluate(([id]) => (document.getElementById(id).style.display = "none"), [`video-${bob.userUuid}`]);
  await seesNothingNew(ann.page, bob);
  await watch(ann.page, bob);
  await sees(ann.page, bob);
  await ann.page.evaluate(([uuid]) => window.room.rtcController.unsubscribeRemoteVideoStream(uuid, 0), [bob.userUuid]);
  await seesNothingNew(ann.page, bob);
}

async function screenShare(world) {
  const [ann, bob] = await people(world, "ann", "bob");
  for (const { page } of [ann, bob]) await joinCall(page);
  await watch(bob.page, ann, { screen: true });
  assert.deepEqual(await inCall(ann.page, "startScreenShare"), { code: 0 });
  await hears(bob.page, "room", "onMemberScreenShareStateChanged");
  assert.equal(await bob.page.evaluate(() => window.room.rtcController.getScreenSharingUserUuid()), ann.userUuid);
  await sees(bob.page, ann, 5, "screen");
  assert.equal((await inCall(bob.page, "startScreenShare")).code, 1012);
  assert.deepEqual(await inCall(ann.page, "stopScreenShare"), { code: 0 });
  await bob.page.waitForFunction(() => window.room.rtcController.getScreenSharingUserUuid() === "", null, {
    timeout: PATIENCE_MS,
  });
}

/** The link is cut; packets do not go over it. Afterwards another way for them is looked for. */
async function callOutlivesTheLink(world) {
  const [ann, bob] = await people(world, "ann", "bob");
  for (const { page } of [ann, bob]) await joinCall(page);
  await speak(bob.page);
  await watch(ann.page, bob);
  await sees(ann.page, bob);
  world.network.down();
  await hears(ann.page, "room", "onRoomConnectStateChanged", 0);
  await sees(ann.page, bob, 20);
  world.network.up();
  await hears(ann.page, "room", "onRoomConnectStateChanged", 1);
  await sees(ann.page, bob, 20);
  for (const { page } of [ann, bob]) await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await ann.page.waitForTimeout(500);
  await sees(ann.page, bob, 20);
  const over = await ann.page.evaluate(() => window.heard.filter(([, name]) => name === "onRtcChannelDisconnect"));
  assert.deepEqual(over, []);
}

/** The server is killed and comes back: everybody is in the call again, without a click. */
async function serverRestart(world) {
  const server = await ownServer();
  const { url, appKey, appSecret } = server;
  try {
    const [ann, bob] = await people(
      { ...world, api: new Api(url, appKey, appSecret), appKey, serverUrl: url },
      "ann",
      "bob",
    );
    for (const { page } of [ann, bob]) await joinCall(page);
    for (const { page } of [ann, bob]) await speak(page);
    await watch(ann.page, bob);
    await watch(bob.page, ann);
    await sees(ann.page, bob);
    await sees(bob.page, ann);
    await server.restart();
    const begun = Date.now();
    // What was on its way before comes to its end first.
    await ann.page.waitForTimeout(300);
    await Promise.all([sees(ann.page, bob, 3), sees(bob.page, ann, 3)]);
    const backMs = Date.now() - begun;
    assert.ok(backMs < 5_000, `back in the call after ${backMs} ms`);
    console.log(`       back in the call ${backMs} ms after the server`);
    await hearsMember(ann.page, bob);
  } finally {
    await server.end();
  }
}

async function preview(world) {
  const ann = await world.api.person("ann");
  const page = await loggedIn(world, ann);
  const outcome = await page.evaluate(async () => {
    const context = window.kit.roomService.getPreviewRoomContext();
    const { previewController } = context;
    context.addPreviewRoomListener(window.recorder("preview"));
    const place = document.body.appendChild(document.createElement("div"));
    place.style.cssText = "width:320px;height:180px";
    await previewController.init();
    await previewController.startPreview(place);
    await previewController.startRecordDeviceTest();
    const { data: cameras } = await previewController.enumCameraDevices();
    const { data: microphones } = await previewController.enumRecordDevices();
    const last = cameras[cameras.length - 1];
    await previewController.switchDevice({ deviceId: last.deviceId, type: "camera" });
    return {
      usable: previewController.checkSystemRequirements(),
      cameras: cameras.length,
      microphones: microphones.length,
      selected: previewController.getSelectedCameraDevice() === last.deviceId,
    };
  });
  assert.equal(outcome.usable, true);
  assert.ok(outcome.cameras > 0 && outcome.microphones > 0);
  assert.equal(outcome.selected, true);
  await hears(page, "preview", "onCameraDeviceChanged");
  await page.waitForFunction(
    () =>
      document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames > 5 &&
      window.heard.some(([, name, volume]) => name === "onLocalAudioVolumeIndication" && volume > 0),
    null,
    { timeout: PATIENCE_MS },
  );
  await page.evaluate(async () => {
    const { previewController } = window.kit.roomService.getPreviewRoomContext();
    await previewController.stopPreview();
    await previewController.stopRecordDeviceTest();
  });
  assert.equal(await page.evaluate(() => document.querySelector("video").srcObject), null);
}

/** Music and effects go into what is sent; the devices may change meanwhile. */
async function soundAndDevices(world) {
  const [ann, bob] = await people(world, "ann", "bob");
  for (const { page } of [ann, bob]) await joinCall(page);
  await speak(ann.page);
  await hearsMember(bob.page, ann);
  await ann.page.evaluate(() => {
    window.tone = window.toneOf(2);
  });
  const option = { loopCount: 1, loopback: false, playStartTime: 0, playbackVolume: 80, replace: true };
  const mixed = await ann.page.evaluate(
    ([given]) =>
      window.outcome(() =>
        window.room.rtcController.startAudioMixing({
          ...given,
          path: window.tone,
          audioMixingEnd: () => window.heard.push(["mixing", "end"]),
        }),
      ),
    [option],
  );
  assert.deepEqual(mixed, { code: 0 });
  await hearsMember(bob.page, ann);
  await hears(ann.page, "mixing", "end");
  await hearsMember(bob.page, ann);
  const effects = await ann.page.evaluate(async () => {
    const { rtcController } = window.room;
    await rtcController.playEffect(1, { path: window.tone, loopCount: 1, playbackVolume: 50 });
    await rtcController.pauseAllEffects();
    await rtcController.resumeEffect(1);
    await rtcController.stopAllEffects();
    return (await rtcController.getEffectDuration({ cycle: 2, effectId: 1, filePath: window.tone })).data;
  });
  assert.ok(effects >= 3_900 && effects <= 4_100, `${effects} ms`);
  const switched = await ann.page.evaluate(async () => {
    const { rtcController } = window.room;
    const { data: microphones } = await rtcController.enumRecordDevices();
    return window.outcome(() =>
      rtcController.switchDevice({ deviceId: microphones.at(-1).deviceId, type: "microphone" }),
    );
  });
  assert.deepEqual(switched, { code: 0 });
  assert.equal((await inCall(ann.page, "setSelectedCameraDevice", "no such camera")).code, 404);
  await hearsMember(bob.page, ann);
  assert.deepEqual(await inRoom(ann.page, "leaveRoom", 1), { code: 0 });
}

export const calls = {
  twoSeeAndHearEachOther,
  threeInACall,
  layersFollowTheDemand,
  screenShare,
  callOutlivesTheLink,
  serverRestart,
  preview,
  soundAndDevices,
};
