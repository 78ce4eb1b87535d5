import { create } from "@bufbuild/protobuf";
import type { WayState } from "../../core/media.js";
import { MediaLayer, type MediaLine, MediaLineSchema } from "../../gen/media_pb.js";
import { RoomStream } from "../../gen/room_pb.js";
import { type SoundProfile, tunedAnswer } from "./sdp.js";

/** How many streams of each kind a device receives at once. */
export interface SlotCounts {
  readonly audio: number;
  readonly video: number;
  readonly screen: number;
}

/** What a device sends, in the order of the offer's lines. */
export const SENT_STREAMS = [
  RoomStream.AUDIO,
  RoomStream.VIDEO,
  RoomStream.SUB_VIDEO,
  RoomStream.SYSTEM_AUDIO,
] as const;
export type SentStream = (typeof SENT_STREAMS)[number];

/** Encodings of the camera, the smallest first. */
const RIDS = ["q", "h", "f"] as const;
/** What a picture of at most that height is sent with at most. */
const BITRATES = [
  [180, 150_000],
  [270, 300_000],
  [360, 500_000],
  [540, 900_000],
  [720, 1_500_000],
  [1080, 3_000_000],
] as const;
const SCREEN_BITRATE = 2_500_000;
/** Below these heights browsers leave out the upper of three encodings, then the middle one. */
const THREE_ENCODINGS_FROM = 540;
const TWO_ENCODINGS_FROM = 270;

/** One connection for packets: its lines are the same from beginning to end, so that nobody's coming renegotiates. */
export class Peer {
  readonly connection: RTCPeerConnection;
  private readonly sends = new Map<SentStream, RTCRtpTransceiver>();
  private readonly slots: { readonly kind: RoomStream; readonly transceiver: RTCRtpTransceiver }[] = [];
  private needed = new Map<RoomStream, readonly MediaLayer[]>();
  private closed = false;

  constructor(
    counts: SlotCounts,
    private readonly sound: () => SoundProfile,
    private readonly onWay: (state: WayState) => void,
  ) {
    this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    this.connection.onconnectionstatechange = () => this.tellWay();
    for (const stream of SENT_STREAMS) this.sends.set(stream, this.sendLine(stream));
    const slots = [
      [RoomStream.AUDIO, counts.audio],
      [RoomStream.VIDEO, counts.video],
      [RoomStream.SUB_VIDEO, counts.screen],
    ] as const;
    for (const [kind, count] of slots) for (let n = 0; n < count; n += 1) this.slots.push(this.slotLine(kind));
  }

  private sendLine(stream: SentStream): RTCRtpTransceiver {
    const isSound = stream === RoomStream.AUDIO || stream === RoomStream.SYSTEM_AUDIO;
    const sendEncodings: RTCRtpEncodingParameters[] =
      stream === RoomStream.VIDEO
        ? RIDS.map((rid, index) => ({ rid, scaleResolutionDownBy: 2 ** (RIDS.length - 1 - index) }))
        : [stream === RoomStream.SUB_VIDEO ? { maxBitrate: SCREEN_BITRATE } : {}];
    const transceiver = this.connection.addTransceiver(isSound ? "audio" : "video", {
      direction: "sendonly",
      sendEncodings,
    });
    // Simulcast is at its best with VP8; a picture of another codec would come as one size.
    prefer(transceiver, isSound ? SOUND_CODECS : ["video/VP8"]);
    return transceiver;
  }

  private slotLine(kind: RoomStream): { kind: RoomStream; transceiver: RTCRtpTransceiver } {
    const isSound = kind === RoomStream.AUDIO;
    const transceiver = this.connection.addTransceiver(isSound ? "audio" : "video", { direction: "recvonly" });
    prefer(transceiver, isSound ? SOUND_CODECS : ["video/VP8", "video/H264", "video/VP9"]);
    return { kind, transceiver };
  }

  async offer(iceRestart: boolean): Promise<{ sdp: string; lines: MediaLine[] }> {
    const { connection } = this;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
    return { sdp: connection.localDescription?.sdp ?? "", lines: this.lines() };
  }

  private lines(): MediaLine[] {
    const sends = [...this.sends].map(([stream, { mid }]) =>
      create(MediaLineSchema, { mid: mid ?? "", use: { case: "sends", value: stream } }),
    );
    const slots = this.slots.map(({ kind, transceiver: { mid } }) =>
      create(MediaLineSchema, { mid: mid ?? "", use: { case: "slot", value: kind } }),
    );
    return [...sends, ...slots];
  }

  async apply(sdp: string): Promise<void> {
    const { connection } = this;
    const sound = this.sends.get(RoomStream.AUDIO)?.mid ?? "";
    const shared = this.sends.get(RoomStream.SYSTEM_AUDIO)?.mid ?? "";
    const tuned = tunedAnswer(sdp, [
      [sound, this.sound()],
      [shared, { bitrate: 128_000, stereo: true, dtx: false }],
    ]);
    await connection.setRemoteDescription({ type: "answer", sdp: tuned });
    for (const stream of SENT_STREAMS) await this.encode(stream);
    // Another way may be found without any change of state.
    if (connection.connectionState === "connected") this.onWay("connected");
  }

  private tellWay(): void {
    const { connectionState } = this.connection;
    if (this.closed) return;
    if (connectionState === "connected" || connectionState === "disconnected" || connectionState === "failed") {
      this.onWay(connectionState);
    }
  }

  /** Sends this track on the stream's line from now on; null = nothing. */
  async send(stream: SentStream, track: MediaStreamTrack | null): Promise<void> {
    const sender = this.sends.get(stream)?.sender;
    if (!sender || this.closed) return;
    await sender.replaceTrack(track);
    await this.encode(stream);
  }

  /** What goes over the lines that this device sends on, by their mids. */
  sentLines(): Map<string, SentStream> {
    return new Map([...this.sends].map(([stream, { mid }]) => [mid ?? "", stream]));
  }

  /** What is received in a slot. */
  slot(mid: string): { readonly track: MediaStreamTrack; readonly receiver: RTCRtpReceiver } | undefined {
    const receiver = this.slots.find(({ transceiver }) => transceiver.mid === mid)?.transceiver.receiver;
    return receiver && { track: receiver.track, receiver };
  }

  /** Only these layers of an own picture are of use to somebody. */
  async need(stream: RoomStream, layers: readonly MediaLayer[]): Promise<void> {
    this.needed.set(stream, layers);
    const sent = SENT_STREAMS.find((known) => known === stream);
    if (sent) await this.encode(sent);
  }

  /** Brings the encodings of a picture level with its size and with what is needed of it. */
  private async encode(stream: SentStream): Promise<void> {
    if (stream !== RoomStream.VIDEO && stream !== RoomStream.SUB_VIDEO) return;
    const sender = this.sends.get(stream)?.sender;
    const track = sender?.track;
    if (!sender || !track) return;
    const parameters = sender.getParameters();
    const { encodings } = parameters;
    if (!encodings || encodings.length === 0) return;
    const needed = this.needed.get(stream);
    if (stream === RoomStream.VIDEO && encodings.length > 1) {
      const { width = 1280, height = 720, frameRate } = track.getSettings();
      camera(encodings, Math.min(width, height), needed);
      for (const encoding of encodings) if (frameRate) encoding.maxFramerate = Math.ceil(frameRate);
    } else {
      for (const encoding of encodings) encoding.active = needed === undefined || needed.length > 0;
    }
    try {
      await sender.setParameters(parameters);
    } catch {
      // Overtaken by another change: that one brings it level.
    }
  }

  close(): void {
    this.closed = true;
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }
}

/** Sizes, rates and use of a camera's encodings. */
function camera(
  encodings: RTCRtpEncodingParameters[],
  height: number,
  needed: readonly MediaLayer[] | undefined,
): void {
  const used = height >= THREE_ENCODINGS_FROM ? 3 : height >= TWO_ENCODINGS_FROM ? 2 : 1;
  const top = Math.min(used, encodings.length) - 1;
  const places = needed?.map((layer) => {
    if (layer === MediaLayer.LOW) return 0;
    return layer === MediaLayer.MEDIUM ? Math.min(1, top) : top;
  });
  encodings.forEach((encoding, index) => {
    const scale = 2 ** Math.max(top - index, 0);
    encoding.scaleResolutionDownBy = scale;
    encoding.maxBitrate = bitrateOf(height / scale);
    encoding.active = index <= top && (places === undefined || places.includes(index));
  });
}

function bitrateOf(height: number): number {
  return BITRATES.find(([upTo]) => height <= upTo)?.[1] ?? 3_000_000;
}

/** Offers these codecs alone, the first being preferred, with retransmission; one profile of each. */
function prefer(transceiver: RTCRtpTransceiver, mimeTypes: readonly string[]): void {
  const kind = transceiver.receiver.track.kind;
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const named = (name: string) => known.filter(({ mimeType }) => mimeType.toLowerCase() === name.toLowerCase());
  const chosen = mimeTypes.flatMap((mimeType) => {
    const of = named(mimeType);
    const usual = of.find(({ sdpFmtpLine = "" }) => USUAL_PROFILES.some((profile) => sdpFmtpLine.includes(profile)));
    return usual ?? of[0] ?? [];
  });
  if (chosen.length > 0) transceiver.setCodecPreferences([...chosen, ...named(`${kind}/rtx`)]);
  keepShort(transceiver);
}

interface NegotiatesHeaders {
  getHeaderExtensionsToNegotiate?(): { uri: string; direction: string }[];
  setHeaderExtensionsToNegotiate?(extensions: { uri: string; direction: string }[]): void;
}

/** Header extensions that a switch has no use for would make an offer of many lines a third longer. */
function keepShort(transceiver: RTCRtpTransceiver): void {
  const headers: NegotiatesHeaders = transceiver as NegotiatesHeaders;
  const offered = headers.getHeaderExtensionsToNegotiate?.();
  headers.setHeaderExtensionsToNegotiate?.(
    (offered ?? []).map(({ uri, direction }) => ({
      uri,
      direction: UNUSED_HEADERS.some((end) => uri.endsWith(end)) ? "stopped" : direction,
    })),
  );
}

const UNUSED_HEADERS = [
  "rtp-hdrext:toffset",
  "/video-content-type",
  "/video-timing",
  "/color-space",
  "/playout-delay",
  "#dependency-descriptor-rtp-header-extension",
];

const SOUND_CODECS = ["audio/opus", "audio/red"];
/** H264 constrained baseline in whole packets, VP9 with 8 bits. */
const USUAL_PROFILES = ["packetization-mode=1;profile-level-id=42e01f", "profile-id=0"];
