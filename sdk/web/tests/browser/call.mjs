// Calls of people in pages: taking part, watching, and what arrives.

import assert from "node:assert/strict";
import { create, join, loggedIn, PATIENCE_MS } from "./room.mjs";

export const HIGH = 0;
export const LOW = 1;
/** What one page sends at most: a picture that has three layers, and that a shared machine can encode. */
const CAMERA = { resolution: 540, frameRate: 15 };

export const LARGE = [500, 540];
export const SMALL = [90, 200];

export const inCall = (page, method, ...args) =>
  page.evaluate(([name, given]) => window.outcome(() => window.room.rtcController[name](...given)), [method, args]);

/** People in a room, each in a page of their own, the first its host. */
export async function people(world, ...names) {
  const persons = await Promise.all(names.map((name) => world.api.person(name)));
  const pages = [];
  for (const person of persons) pages.push(await loggedIn(world, person));
  const roomUuid = `call-${persons[0].userUuid}`;
  assert.deepEqual(await create(pages[0], roomUuid), { code: 0 });
  for (const [index, page] of pages.entries()) {
    assert.deepEqual(await join(page, roomUuid, index === 0 ? "host" : "member"), { code: 0 });
  }
  return persons.map((person, index) => ({ ...person, page: pages[index] }));
}

/** Takes part, and listens to what the call says. */
export async function joinCall(page, camera = CAMERA) {
  await page.evaluate((given) => {
    window.room.addRtcStatsListener(window.recorder("stats"));
    window.room.rtcController.setLocalVideoConfig(given);
    window.room.rtcController.enableAudioVolumeIndication(true, 200, false);
  }, camera);
  assert.deepEqual(await inCall(page, "joinRtcChannel"), { code: 0 });
}

export async function speak(page) {
  assert.deepEqual(await inCall(page, "unmuteMyAudio"), { code: 0 });
  assert.deepEqual(await inCall(page, "unmuteMyVideo"), { code: 0 });
}

/** Shows a member's picture in a tile of the page. */
export const watch = (page, { userUuid }, { layer = HIGH, screen = false, width = 960, height = 540 } = {}) =>
  page.evaluate(
    async ([uuid, best, isScreen, style]) => {
      const id = `${isScreen ? "screen" : "video"}-${uuid}`;
      const tile = document.getElementById(id) ?? document.body.appendChild(document.createElement("div"));
      tile.id = id;
      tile.style.cssText = style;
      const { rtcController } = window.room;
      if (isScreen) {
        rtcController.setupRemoteVideoSubStreamCanvas(id, uuid);
        await rtcController.subscribeRemoteVideoSubStream(uuid);
      } else {
        rtcController.setupRemoteVideoCanvas(id, uuid);
        await rtcController.subscribeRemoteVideoStream(uuid, best);
      }
    },
    [userUuid, layer, screen, `width:${width}px;height:${height}px`],
  );

/** What a tile shows: decoded frames so far, and the picture's size. */
export const tile = (page, { userUuid }, kind = "video") =>
  page.evaluate(
    ([id]) => {
      const video = document.querySelector(`[id="${id}"] video`);
      const { totalVideoFrames: frames } = video.getVideoPlaybackQuality();
      return { frames, width: video.videoWidth, height: video.videoHeight, shown: video.srcObject !== null };
    },
    [`${kind}-${userUuid}`],
  );

/** Waits until so many new frames of a member have been decoded; how long it took. */
export async function sees(page, member, frames = 10, kind = "video") {
  const begun = Date.now();
  const { frames: before } = await tile(page, member, kind);
  for (;;) {
    const now = await tile(page, member, kind);
    // A picture that begins anew counts from nothing.
    if (now.frames - (now.frames < before ? 0 : before) >= frames) return Date.now() - begun;
    assert.ok(Date.now() - begun < PATIENCE_MS, `only ${now.frames - before} new frames, ${JSON.stringify(now)}`);
    await page.waitForTimeout(50);
  }
}

/** Waits until a member is heard: packets with sound in them, decoded. */
export async function hearsMember(page, { userUuid }) {
  await page.evaluate(() => window.heard.splice(0));
  await page.waitForFunction(
    ([uuid]) =>
      window.heard.some(
        ([who, name, stats]) =>
          who === "stats" &&
          name === "onRemoteAudioStats" &&
          stats.some((one) => one.userUuid === uuid && one.recvBitrate > 0 && one.totalPlayDuration > 0),
      ) &&
      window.heard.some(
        ([, name, volumes]) =>
          name === "onRtcRemoteAudioVolumeIndication" && volumes.some((one) => one.userUuid === uuid && one.volume > 0),
      ),
    [userUuid],
    { timeout: PATIENCE_MS },
  );
}

/** Waits until what a tile shows is that high. */
export const showsHeight = (page, { userUuid }, [least, most]) =>
  page.waitForFunction(
    ([id, from, to]) => {
      const { videoHeight } = document.querySelector(`[id="${id}"] video`);
      return videoHeight >= from && videoHeight <= to;
    },
    [`video-${userUuid}`, least, most],
    { timeout: PATIENCE_MS },
  );

/** Waits until no new frame has come for a second. */
export async function seesNothingNew(page, member) {
  const begun = Date.now();
  for (;;) {
    const { frames } = await tile(page, member);
    await page.waitForTimeout(1_000);
    if ((await tile(page, member)).frames === frames) return;
    assert.ok(Date.now() - begun < PATIENCE_MS, "frames keep coming");
  }
}
