import { MediaLayer } from "../../gen/media_pb.js";
import { RoomStream } from "../../gen/room_pb.js";
import type { Held } from "../../shell/media.js";
import type {
  NERoomRtcAudioRecvStats,
  NERoomRtcAudioSendStats,
  NERoomRtcStats,
  NERoomRtcVideoLayerSendStats,
  NERoomRtcVideoRecvStats,
} from "../published/index.js";

/** One entry of the browser's statistics (W3C webrtc-stats); what a kind does not have is absent. */
type Entry = { readonly id: string; readonly type: string; readonly timestamp: number } & {
  readonly [key: string]: unknown;
};

/** What all listeners are told of one moment. */
export interface Report {
  readonly rtc: NERoomRtcStats;
  readonly localAudio: NERoomRtcAudioSendStats;
  readonly localVideo: NERoomRtcVideoLayerSendStats[];
  readonly remoteAudio: (NERoomRtcAudioRecvStats & { userUuid: string })[];
  readonly remoteVideo: NERoomRtcVideoRecvStats[];
}

/** Who is in a slot, for the statistics. */
export type Holder = Pick<Held, "mid" | "rtcUid" | "stream" | "layer">;

const LAYER_OF_RID: Record<string, number> = { f: 0, h: 2, q: 1 };

/** Turns the browser's counters into what is published: rates are those since the report before. */
export class Statistics {
  private before = new Map<string, Entry>();
  private readonly begunAtMs: number;

  constructor(nowMs: number) {
    this.begunAtMs = nowMs;
  }

  read(
    nowMs: number,
    entries: Iterable<Entry>,
    held: readonly Holder[],
    lines: ReadonlyMap<string, RoomStream>,
    userOf: (rtcUid: bigint) => string | undefined,
    members: number,
  ): Report {
    const now = new Map<string, Entry>();
    for (const entry of entries) now.set(entry.id, entry);
    const all = [...now.values()];
    const out = all.filter(({ type }) => type === "outbound-rtp");
    const inbound = all.filter(({ type }) => type === "inbound-rtp");
    const report: Report = {
      rtc: { ...this.transport(all), ...this.totals(out, inbound, now), userCount: members },
      localAudio: this.localAudio(out, now, lines),
      localVideo: out
        .filter((entry) => isStream(entry, lines, RoomStream.VIDEO))
        .map((entry) => this.layer(entry, now)),
      remoteAudio: this.received(inbound, held, userOf, RoomStream.AUDIO).map(({ entry, userUuid }) => ({
        ...this.audio(entry, now),
        userUuid,
      })),
      remoteVideo: this.received(inbound, held, userOf, RoomStream.VIDEO).map(({ entry, userUuid, holder }) =>
        this.video(entry, userUuid, holder),
      ),
    };
    const duration = Math.round((nowMs - this.begunAtMs) / 1000);
    this.before = now;
    return { ...report, rtc: { ...report.rtc, duration } };
  }

  /** What a counter has grown by. */
  private grown(entry: Entry, key: string): number {
    return Math.max(0, num(entry, key) - num(this.before.get(entry.id), key));
  }

  /** Kilobits per second. */
  private kbps(entry: Entry, key: string): number {
    const before = this.before.get(entry.id);
    const ms = before ? entry.timestamp - before.timestamp : 0;
    return ms > 0 ? Math.round((this.grown(entry, key) * 8) / ms) : 0;
  }

  private lossOf(entry: Entry): number {
    const [lost, got] = [this.grown(entry, "packetsLost"), this.grown(entry, "packetsReceived")];
    return lost + got > 0 ? Math.round((100 * lost) / (lost + got)) : 0;
  }

  private transport(all: readonly Entry[]): NERoomRtcStats {
    const transport = all.find(({ type }) => type === "transport");
    const pair = all.find(({ id }) => id === transport?.["selectedCandidatePairId"]);
    const local = all.find(({ id }) => id === pair?.["localCandidateId"]);
    const rttMs = Math.round(num(pair, "currentRoundTripTime") * 1000);
    return {
      upRtt: rttMs,
      downRtt: rttMs,
      OutgoingAvailableBandwidth: Math.round(num(pair, "availableOutgoingBitrate") / 1000),
      NetworkType: typeof local?.["networkType"] === "string" ? local["networkType"] : "unknown",
      sendBytes: num(pair, "bytesSent"),
      recvBytes: num(pair, "bytesReceived"),
      sendBitrate: pair ? this.kbps(pair, "bytesSent") : 0,
      recvBitrate: pair ? this.kbps(pair, "bytesReceived") : 0,
    };
  }

  private totals(out: readonly Entry[], inbound: readonly Entry[], all: ReadonlyMap<string, Entry>): NERoomRtcStats {
    const sum = (entries: readonly Entry[], kind: string, key: string) =>
      entries.filter((entry) => entry["kind"] === kind).reduce((total, entry) => total + this.kbps(entry, key), 0);
    const loss = (kind: string) => {
      const entries = inbound.filter((entry) => entry["kind"] === kind);
      const [lost, got] = ["packetsLost", "packetsReceived"].map((key) =>
        entries.reduce((total, entry) => total + this.grown(entry, key), 0),
      ) as [number, number];
      return lost + got > 0 ? Math.round((100 * lost) / (lost + got)) : 0;
    };
    const lossUp = (kind: string) => {
      const fractions = [...all.values()].flatMap((entry) =>
        entry.type === "remote-inbound-rtp" && entry["kind"] === kind ? num(entry, "fractionLost") : [],
      );
      return Math.round(100 * Math.max(0, ...fractions));
    };
    return {
      txAudioKBitRate: sum(out, "audio", "bytesSent"),
      txVideoKBitRate: sum(out, "video", "bytesSent"),
      rxAudioKBitRate: sum(inbound, "audio", "bytesReceived"),
      rxVideoKBitRate: sum(inbound, "video", "bytesReceived"),
      rxAudioPacketLossRate: loss("audio"),
      rxVideoPacketLossRate: loss("video"),
      txAudioPacketLossRate: lossUp("audio"),
      txVideoPacketLossRate: lossUp("video"),
    };
  }

  private localAudio(
    out: readonly Entry[],
    all: ReadonlyMap<string, Entry>,
    lines: ReadonlyMap<string, RoomStream>,
  ): NERoomRtcAudioSendStats {
    const entry = out.find((sent) => isStream(sent, lines, RoomStream.AUDIO));
    if (!entry) return {};
    const source = all.get(String(entry["mediaSourceId"]));
    const remote = all.get(String(entry["remoteId"]));
    return {
      codecType: codecOf(entry, all),
      sendBitrate: this.kbps(entry, "bytesSent"),
      sendLevel: Math.round(num(source, "audioLevel") * 100),
      packetLossRate: Math.round(num(remote, "fractionLost") * 100),
      rtt: Math.round(num(remote, "roundTripTime") * 1000),
      muteState: source === undefined,
    };
  }

  private layer(entry: Entry, all: ReadonlyMap<string, Entry>): NERoomRtcVideoLayerSendStats {
    const source = all.get(String(entry["mediaSourceId"]));
    const sendBitrate = this.kbps(entry, "bytesSent");
    const encoded = this.grown(entry, "framesEncoded");
    return {
      layerType: LAYER_OF_RID[String(entry["rid"] ?? "f")] ?? 0,
      captureFrameRate: num(source, "framesPerSecond"),
      captureResolutionWidth: num(source, "width"),
      captureResolutionHeight: num(source, "height"),
      encodeDelay: encoded > 0 ? Math.round((this.grown(entry, "totalEncodeTime") * 1000) / encoded) : 0,
      muteState: entry["active"] === false,
      sendBitrate,
      sentBitRate: sendBitrate,
      sendFrameRate: num(entry, "framesPerSecond"),
      sendResolutionWidth: num(entry, "frameWidth"),
      sendResolutionHeight: num(entry, "frameHeight"),
      targetSendBitrate: Math.round(num(entry, "targetBitrate") / 1000),
      totalDuration: 0,
      totalFreezeTime: 0,
    };
  }

  /** What is received of one kind, with its sender. */
  private received(
    inbound: readonly Entry[],
    held: readonly Holder[],
    userOf: (rtcUid: bigint) => string | undefined,
    stream: RoomStream,
  ): { entry: Entry; userUuid: string; holder: Holder }[] {
    return inbound.flatMap((entry) => {
      const holder = held.find(({ mid }) => mid === entry["mid"]);
      const userUuid = holder && holder.stream === stream ? userOf(holder.rtcUid) : undefined;
      return holder && userUuid !== undefined ? { entry, userUuid, holder } : [];
    });
  }

  private audio(entry: Entry, all: ReadonlyMap<string, Entry>): NERoomRtcAudioRecvStats {
    const level = Math.round(num(entry, "audioLevel") * 100);
    return {
      codecType: codecOf(entry, all),
      end2EndDelay: this.bufferedMs(entry),
      transportDelay: this.bufferedMs(entry),
      muteState: this.grown(entry, "packetsReceived") === 0,
      packetLossRate: this.lossOf(entry),
      recvBitrate: this.kbps(entry, "bytesReceived"),
      recvLevel: level,
      volume: level,
      totalFreezeTime: Math.round(num(entry, "totalInterruptionDuration") * 1000),
      totalPlayDuration: Math.round(num(entry, "totalSamplesDuration") * 1000),
    };
  }

  private video(entry: Entry, userUuid: string, { layer }: Holder): NERoomRtcVideoRecvStats {
    const receivedBitRate = this.kbps(entry, "bytesReceived");
    const [width, height] = [num(entry, "frameWidth"), num(entry, "frameHeight")];
    const layers = [
      {
        End2EndDelay: this.bufferedMs(entry),
        TransportDelay: this.bufferedMs(entry),
        MuteState: this.grown(entry, "packetsReceived") === 0,
        PacketLossRate: this.lossOf(entry),
        RecvBitrate: receivedBitRate,
        RecvResolutionWidth: width,
        RecvResolutionHeight: height,
        RenderResolutionWidth: width,
        RenderResolutionHeight: height,
        RenderFrameRate: num(entry, "framesPerSecond"),
        TotalFreezeTime: Math.round(num(entry, "totalFreezesDuration") * 1000),
        TotalPlayDuration: Math.round(num(entry, "totalInterFrameDelay") * 1000),
      },
    ];
    const layerType = layer === MediaLayer.LOW ? 1 : layer === MediaLayer.MEDIUM ? 2 : 0;
    return { layerType, layers, receivedBitRate, userUuid };
  }

  /** What waits before it is played, on average since the report before. */
  private bufferedMs(entry: Entry): number {
    const emitted = this.grown(entry, "jitterBufferEmittedCount");
    return emitted > 0 ? Math.round((this.grown(entry, "jitterBufferDelay") * 1000) / emitted) : 0;
  }
}

function num(entry: Entry | undefined, key: string): number {
  const value = entry?.[key];
  return typeof value === "number" ? value : 0;
}

function isStream(entry: Entry, lines: ReadonlyMap<string, RoomStream>, stream: RoomStream): boolean {
  return lines.get(String(entry["mid"])) === stream;
}

function codecOf(entry: Entry, all: ReadonlyMap<string, Entry>): string {
  const mimeType = all.get(String(entry["codecId"]))?.["mimeType"];
  return typeof mimeType === "string" ? (mimeType.split("/")[1] ?? mimeType) : "";
}
