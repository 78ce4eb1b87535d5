import type { JoinedRoom } from "../../core/joined.js";
import { type RoomEndpoint, type RoomEvent, RoomStream } from "../../gen/room_pb.js";
import {
  type CameraConfig,
  isDenied,
  openCamera,
  openMicrophone,
  openScreen,
  type ScreenConfig,
} from "../../shell/media/capture.js";
import { devices } from "../../shell/media/devices.js";
import { Mixer } from "../../shell/media/mixer.js";
import { SENT_STREAMS, type SentStream } from "../../shell/media/peer.js";
import type { MediaSession } from "../../shell/media.js";
import type { ActInit } from "../context.js";
import type { NEResult, NERoomListener } from "../published/index.js";
import { refused } from "../result.js";
import { openError } from "./devices.js";

/** What a call knows of its room. */
export interface Scene {
  readonly room: JoinedRoom;
  act(act: ActInit): Promise<NEResult<null>>;
  tell(call: (listener: NERoomListener) => void): void;
}

/** A device's switch for a stream, by the stream. */
export function isOn(endpoint: RoomEndpoint | undefined, stream: RoomStream): boolean {
  switch (stream) {
    case RoomStream.AUDIO:
      return endpoint?.audioOn ?? false;
    case RoomStream.VIDEO:
      return endpoint?.videoOn ?? false;
    case RoomStream.SUB_VIDEO:
      return endpoint?.sharingScreen ?? false;
    case RoomStream.SYSTEM_AUDIO:
      return endpoint?.sharingSystemAudio ?? false;
    default:
      return false;
  }
}

/** A person's name for a stream that a browser was not allowed to open. */
const DENIED = { [RoomStream.AUDIO]: "audio", [RoomStream.VIDEO]: "video", [RoomStream.SUB_VIDEO]: "screen" } as const;

/**
 * What this device sends. The room's word decides whether a stream is on; what the app has switched on comes on again after
 * the room or the call was lost, and what somebody else has switched off does not.
 */
export class OwnStreams {
  camera: CameraConfig = { height: 720, frameRate: 30 };
  /** Music instead of speech. */
  music = false;
  readonly mixer = new Mixer((track) => {
    if (this.sends(RoomStream.AUDIO)) void this.session()?.send(RoomStream.AUDIO, track);
  });
  private readonly tracks = new Map<SentStream, MediaStreamTrack>();
  private readonly wanted = new Set<SentStream>();
  private readonly foreign = new Map<RoomStream, MediaStreamTrack>();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly scene: Scene,
    private readonly session: () => MediaSession | null,
    private readonly onTrack: (stream: SentStream, track: MediaStreamTrack | null) => void,
  ) {}

  private get endpoint(): RoomEndpoint | undefined {
    const { mirror, rtcUid } = this.scene.room;
    return mirror.endpoint(rtcUid)?.endpoint;
  }

  track(stream: SentStream): MediaStreamTrack | null {
    return this.tracks.get(stream) ?? null;
  }

  private sends(stream: SentStream): boolean {
    return this.wanted.has(stream) && isOn(this.endpoint, stream);
  }

  /** Opens the device and switches the stream on. */
  async unmute(stream: typeof RoomStream.AUDIO | typeof RoomStream.VIDEO): Promise<NEResult<null>> {
    if (!this.session()?.isIn) return refused("Failure", "not join rtc");
    await this.open(stream);
    return this.on(stream);
  }

  private async on(stream: SentStream): Promise<NEResult<null>> {
    this.wanted.add(stream);
    try {
      const result = await this.switchTo(stream, true);
      await this.follow();
      return result;
    } catch (error) {
      this.wanted.delete(stream);
      this.close(stream);
      throw error;
    }
  }

  /** Nothing of it goes out from this moment, whatever the server says to that. */
  async mute(stream: SentStream): Promise<NEResult<null>> {
    this.wanted.delete(stream);
    await this.follow();
    return this.switchTo(stream, false);
  }

  private switchTo(stream: RoomStream, on: boolean): Promise<NEResult<null>> {
    return this.scene.act({ case: "setStream", value: { stream, on } });
  }

  /** Something about this device's streams happened in the room. */
  noticed({ body, operateBy }: RoomEvent): void {
    const { rtcUid } = this.scene.room;
    if (body.case === "streamChanged" && body.value.rtcUid === rtcUid) {
      const stream = SENT_STREAMS.find((sent) => sent === body.value.stream);
      if (stream === undefined || !this.session()?.isIn) return;
      const opens = stream === RoomStream.AUDIO || stream === RoomStream.VIDEO;
      if (body.value.on && opens) this.wanted.add(stream);
      // Switched off without a person behind it, it comes back with the call.
      else if (!body.value.on && operateBy !== "") this.wanted.delete(stream);
      void this.follow();
    } else if (body.case === "rtcPresenceChanged" && body.value.rtcUid === rtcUid && body.value.present) {
      void this.restore();
    }
  }

  /** In the call for the first time: what an earlier page left on is off. */
  async begin(): Promise<void> {
    for (const stream of SENT_STREAMS) {
      if (isOn(this.endpoint, stream) && !this.wanted.has(stream)) await this.switchTo(stream, false).catch(() => {});
    }
    await this.follow();
  }

  /** Back in the call: what was on comes on again. */
  async restore(): Promise<void> {
    for (const stream of [...this.wanted]) {
      if (isOn(this.endpoint, stream) || !this.session()?.isIn) continue;
      await this.switchTo(stream, true).catch(() => this.wanted.delete(stream));
    }
    await this.follow();
  }

  /** Brings what is sent level with what the room says. */
  follow(): Promise<void> {
    this.work = this.work.then(() => this.level()).catch(() => {});
    return this.work;
  }

  private async level(): Promise<void> {
    for (const stream of SENT_STREAMS) {
      if (this.sends(stream)) {
        const track = this.tracks.get(stream) ?? (await this.opened(stream));
        if (!track) continue;
        track.enabled = true;
        await this.session()?.send(stream, stream === RoomStream.AUDIO ? this.mixer.output : track);
      } else {
        await this.session()?.send(stream, null);
        if (!this.wanted.has(stream)) this.close(stream);
      }
    }
  }

  /** Somebody else switched it on: the device is opened if the person has allowed it. */
  private async opened(stream: SentStream): Promise<MediaStreamTrack | null> {
    if (stream !== RoomStream.AUDIO && stream !== RoomStream.VIDEO) return null;
    try {
      return await this.open(stream);
    } catch {
      this.wanted.delete(stream);
      void this.switchTo(stream, false).catch(() => {});
      return null;
    }
  }

  private async open(stream: typeof RoomStream.AUDIO | typeof RoomStream.VIDEO): Promise<MediaStreamTrack> {
    const known = this.tracks.get(stream);
    if (known?.readyState === "live") return known;
    try {
      const foreign = this.foreign.get(stream);
      const track =
        stream === RoomStream.AUDIO
          ? await openMicrophone(devices.selected("audioinput"), this.music)
          : (foreign?.clone() ?? (await openCamera(devices.selected("videoinput"), this.camera)));
      this.take(stream, track);
      return track;
    } catch (error) {
      if (isDenied(error)) this.scene.tell((listener) => listener.onAccessDenied?.(DENIED[stream]));
      throw openError(error);
    }
  }

  private take(stream: SentStream, track: MediaStreamTrack): void {
    const before = this.tracks.get(stream);
    if (before) this.drop(stream, before);
    this.tracks.set(stream, track);
    track.onended = () => void this.ended(stream, track);
    if (stream === RoomStream.AUDIO) this.mixer.setMicrophone(track);
    this.onTrack(stream, track);
  }

  private close(stream: SentStream): void {
    const track = this.tracks.get(stream);
    if (!track) return;
    // The microphone stays open, unheard: it is back without a moment's delay.
    if (stream === RoomStream.AUDIO && track.readyState === "live" && this.session()?.isIn) {
      track.enabled = false;
      return;
    }
    this.drop(stream, track);
  }

  private drop(stream: SentStream, track: MediaStreamTrack): void {
    track.onended = null;
    track.stop();
    this.tracks.delete(stream);
    if (stream === RoomStream.AUDIO) this.mixer.setMicrophone(null);
    this.onTrack(stream, null);
  }

  /** The device was pulled out, or the person stopped the share in the browser's own bar. */
  private async ended(stream: SentStream, track: MediaStreamTrack): Promise<void> {
    if (this.tracks.get(stream) !== track) return;
    this.drop(stream, track);
    if (stream !== RoomStream.AUDIO) this.scene.tell((listener) => listener.onRtcVideoTrackEnded?.());
    if (stream === RoomStream.SUB_VIDEO) await this.stopScreen().catch(() => {});
    else if (this.wanted.has(stream)) await this.mute(stream).catch(() => {});
  }

  /** Another device of a kind was chosen, or how it is opened has changed. */
  async reopen(stream: typeof RoomStream.AUDIO | typeof RoomStream.VIDEO): Promise<void> {
    const track = this.tracks.get(stream);
    if (!track) return;
    this.drop(stream, track);
    if (!this.wanted.has(stream)) return;
    await this.open(stream);
    await this.follow();
  }

  /** This track goes out in place of the camera's or the screen's picture; null = the device's own again. */
  async replace(
    stream: typeof RoomStream.VIDEO | typeof RoomStream.SUB_VIDEO,
    track: MediaStreamTrack | null,
  ): Promise<void> {
    if (track) this.foreign.set(stream, track);
    else this.foreign.delete(stream);
    if (stream === RoomStream.VIDEO) await this.reopen(stream);
    else if (track && this.wanted.has(stream)) {
      this.take(stream, track.clone());
      await this.follow();
    }
  }

  pause(stream: typeof RoomStream.AUDIO | typeof RoomStream.VIDEO, paused: boolean): void {
    const track = this.tracks.get(stream);
    if (track) track.enabled = !paused;
  }

  /** Shows the screen, and its sound where the person gives that too. */
  async startScreen(config: ScreenConfig, onlySound = false): Promise<NEResult<null>> {
    if (!this.session()?.isIn) return refused("Failure", "not join rtc");
    const foreign = this.foreign.get(RoomStream.SUB_VIDEO);
    let picture: MediaStreamTrack;
    let sound: MediaStreamTrack | null = null;
    try {
      if (foreign) picture = foreign.clone();
      else ({ picture, sound } = await openScreen(config));
    } catch (error) {
      if (isDenied(error)) this.scene.tell((listener) => listener.onAccessDenied?.("screen"));
      throw openError(error);
    }
    if (onlySound) picture.stop();
    else {
      this.take(RoomStream.SUB_VIDEO, picture);
      if (!sound) return this.on(RoomStream.SUB_VIDEO);
    }
    if (!sound) return refused("NotFound", "what was chosen has no sound");
    this.take(RoomStream.SYSTEM_AUDIO, sound);
    if (onlySound) return this.on(RoomStream.SYSTEM_AUDIO);
    const shown = await this.on(RoomStream.SUB_VIDEO).catch((error) => {
      this.close(RoomStream.SYSTEM_AUDIO);
      throw error;
    });
    // A picture without its sound is better than neither.
    await this.on(RoomStream.SYSTEM_AUDIO).catch(() => {});
    return shown;
  }

  async stopScreen(): Promise<NEResult<null>> {
    if (this.wanted.has(RoomStream.SYSTEM_AUDIO)) await this.mute(RoomStream.SYSTEM_AUDIO).catch(() => {});
    return this.mute(RoomStream.SUB_VIDEO);
  }

  /** Out of the call: every device is closed. */
  end(): void {
    this.wanted.clear();
    for (const [stream, track] of [...this.tracks]) this.drop(stream, track);
    this.mixer.dispose();
  }
}
