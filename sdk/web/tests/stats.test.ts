import { describe, expect, it } from "vitest";
import { MediaLayer } from "../src/gen/media_pb.js";
import { RoomStream } from "../src/gen/room_pb.js";
import { Statistics } from "../src/neroom/media/stats.js";

const LINES = new Map([
  ["0", RoomStream.AUDIO],
  ["1", RoomStream.VIDEO],
]);
const HELD = [
  { mid: "4", rtcUid: 5n, stream: RoomStream.AUDIO, layer: MediaLayer.HIGH },
  { mid: "10", rtcUid: 5n, stream: RoomStream.VIDEO, layer: MediaLayer.LOW },
  { mid: "11", rtcUid: 9n, stream: RoomStream.VIDEO, layer: MediaLayer.HIGH },
];
const userOf = (rtcUid: bigint) => (rtcUid === 5n ? "bob" : undefined);

/** What a browser says after so many seconds of a steady call. */
function counters(s: number) {
  const timestamp = s * 1_000;
  const rtp = (id: string, type: string, mid: string, kind: string, more: object) => ({
    ...{ id, type, mid, kind, timestamp, ...more },
  });
  return [
    { id: "T", type: "transport", timestamp, selectedCandidatePairId: "P" },
    {
      ...{ id: "P", type: "candidate-pair", timestamp, currentRoundTripTime: 0.02, availableOutgoingBitrate: 900_000 },
      ...{ bytesSent: s * 125_000, bytesReceived: s * 250_000 },
    },
    rtp("oq", "outbound-rtp", "1", "video", { rid: "q", bytesSent: s * 12_500, framesPerSecond: 15, frameHeight: 135 }),
    rtp("of", "outbound-rtp", "1", "video", { rid: "f", bytesSent: s * 100_000, active: false }),
    rtp("oa", "outbound-rtp", "0", "audio", { bytesSent: s * 4_000, mediaSourceId: "M" }),
    { id: "M", type: "media-source", timestamp, audioLevel: 0.5 },
    rtp("ia", "inbound-rtp", "4", "audio", { bytesReceived: s * 4_000, packetsReceived: s * 45, packetsLost: s * 5 }),
    rtp("iv", "inbound-rtp", "10", "video", { bytesReceived: s * 20_000, packetsReceived: s * 20, frameHeight: 180 }),
    rtp("ix", "inbound-rtp", "11", "video", { bytesReceived: s }),
  ];
}

describe("statistics", () => {
  it("are those since the report before, of the people who are there", () => {
    const statistics = new Statistics(0);
    statistics.read(2_000, counters(2), HELD, LINES, userOf, 2);
    const report = statistics.read(4_000, counters(4), HELD, LINES, userOf, 2);
    expect(report.rtc).toMatchObject({ upRtt: 20, duration: 4, userCount: 2, sendBitrate: 1_000, recvBitrate: 2_000 });
    expect(report.rtc).toMatchObject({ txAudioKBitRate: 32, txVideoKBitRate: 900, rxAudioPacketLossRate: 10 });
    expect(report.localAudio).toMatchObject({ sendBitrate: 32, sendLevel: 50 });
    expect(report.localVideo).toMatchObject([
      { layerType: 1, sendBitrate: 100, sendFrameRate: 15, sendResolutionHeight: 135, muteState: false },
      { layerType: 0, sendBitrate: 800, muteState: true },
    ]);
    expect(report.remoteAudio).toMatchObject([{ userUuid: "bob", recvBitrate: 32, packetLossRate: 10 }]);
    expect(report.remoteVideo).toMatchObject([
      { userUuid: "bob", layerType: 1, receivedBitRate: 160, layers: [{ RecvResolutionHeight: 180 }] },
    ]);
  });

  it("begin at nothing", () => {
    const report = new Statistics(0).read(0, counters(2), HELD, LINES, userOf, 1);
    expect(report.rtc).toMatchObject({ sendBitrate: 0, rxVideoKBitRate: 0 });
    expect(new Statistics(0).read(0, [], [], LINES, userOf, 1).localAudio).toEqual({});
  });
});
