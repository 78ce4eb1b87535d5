import { describe, expect, it } from "vitest";
import { tunedAnswer } from "../src/shell/media/sdp.js";

const SPEECH = { bitrate: 32_000, stereo: false, dtx: true };
const ANSWER = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
  "a=mid:0",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1;cbr=1",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=mid:4",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10",
  "",
].join("\r\n");

describe("the answer that a browser is given", () => {
  it("tells its encoder of sound what to do, on the lines named and no others", () => {
    const tuned = tunedAnswer(ANSWER, [["0", SPEECH]]);
    const fmtp =
      "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000;stereo=0;sprop-stereo=0;cbr=1\r\n";
    expect(tuned).toBe(ANSWER.replace("a=fmtp:111 minptime=10;useinbandfec=1;cbr=1\r\n", fmtp));
  });

  it("gets parameters where it has none", () => {
    const bare = ANSWER.replace("a=fmtp:111 minptime=10;useinbandfec=1;cbr=1\r\n", "");
    const tuned = tunedAnswer(bare, [["0", { bitrate: 128_000, stereo: true, dtx: false }]]);
    expect(tuned).toContain(
      "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;usedtx=0;maxaveragebitrate=128000;stereo=1;",
    );
  });

  it("is left alone where there is no Opus", () => {
    const video = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=rtpmap:96 VP8/90000\r\n";
    expect(tunedAnswer(video, [["0", SPEECH]])).toBe(video);
  });
});
