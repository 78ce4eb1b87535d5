import { RoomStream } from "../../gen/room_pb.js";
import { devices } from "../../shell/media/devices.js";
import { durationOf } from "../../shell/media/mixer.js";
import type { Sounds } from "../../shell/media/sounds.js";
import type {
  DeviceType,
  NEDeviceSwitchInfo,
  NEResult,
  NERoomCreateAudioEffectOption,
  NERoomCreateAudioMixingOption,
  NERtcEffectDuration,
} from "../published/index.js";
import { done, NERoomError } from "../result.js";
import { kindOf, openError } from "./devices.js";
import type { OwnStreams } from "./own.js";
import { UnsupportedRtcCalls } from "./unsupported.js";

const MIXING = "mixing";
const EFFECT = "effect ";
const effect = (id: number): string => `${EFFECT}${id}`;

/** Devices, volumes, music and effects of a call. */
export abstract class RtcSoundCalls extends UnsupportedRtcCalls {
  protected abstract readonly own: OwnStreams;
  protected abstract readonly sounds: Sounds;

  setSelectedCameraDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>> {
    return this.switchDevice({ deviceId, type: "camera" });
  }

  setSelectedPlayoutDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>> {
    return this.switchDevice({ deviceId, type: "speaker" });
  }

  setSelectedRecordDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>> {
    return this.switchDevice({ deviceId, type: "microphone" });
  }

  /** Chooses a device; what is open goes on with it. A device that cannot be opened is not chosen. */
  async switchDevice(params: { deviceId: string; type: DeviceType }): Promise<NEResult<NEDeviceSwitchInfo>> {
    const { deviceId, type } = params;
    const kind = kindOf(type);
    const before = devices.selected(kind);
    if (type === "camera") this.own.camera = { ...this.own.camera, facingMode: undefined };
    if (!devices.select(kind, deviceId)) return done({ deviceId, type });
    try {
      if (type === "speaker") await this.sounds.setSpeaker(deviceId);
      else await this.own.reopen(type === "camera" ? RoomStream.VIDEO : RoomStream.AUDIO);
    } catch (error) {
      devices.select(kind, before);
      throw error instanceof NERoomError ? error : openError(error);
    }
    return done({ deviceId, type });
  }

  /** 0 to 400, 100 as the microphone gives it. */
  adjustRecordingSignalVolume(volume: number): number {
    this.own.mixer.setGain(Math.min(Math.max(volume, 0), 400) / 100);
    return 0;
  }

  /** 0 to 100; a page plays nothing louder than it comes, so that more counts as 100. */
  adjustPlaybackSignalVolume(volume: number): number {
    this.sounds.setVolume(volume / 100);
    return 0;
  }

  /** Of the room's own channel, which is the only one. */
  adjustChannelPlaybackSignalVolume(_channelName: string, volume: number): void {
    this.adjustPlaybackSignalVolume(volume);
  }

  /** The own voice in the own loudspeakers; for headphones. */
  async enableEarBack(): Promise<NEResult<null>> {
    this.own.mixer.earBack(true);
    return done(null);
  }

  async disableEarBack(): Promise<NEResult<null>> {
    this.own.mixer.earBack(false);
    return done(null);
  }

  /** Music for everybody. `loopCount` 0 plays it without end, as `loopback` does where no count is given. */
  startAudioMixing(option: NERoomCreateAudioMixingOption): Promise<NEResult<null>> {
    const { path, loopback, loopCount, playStartTime, playbackVolume, replace, audioMixingEnd } = option;
    const piece = {
      path,
      times: loopCount ?? (loopback ? 0 : 1),
      from: playStartTime ?? 0,
      volume: (playbackVolume ?? 100) / 100,
      sent: true,
      onEnd: () => audioMixingEnd?.(),
    };
    return playing(this.own.mixer.play(MIXING, piece, replace));
  }

  async stopAudioMixing(): Promise<NEResult<null>> {
    this.own.mixer.stop(MIXING);
    return done(null);
  }

  /** 0 to 200. */
  async setAudioMixingPlaybackVolume(volume: number): Promise<NEResult<null>> {
    this.own.mixer.setVolume(MIXING, Math.min(Math.max(volume, 0), 200) / 100);
    return done(null);
  }

  playEffect(effectId: number, option: NERoomCreateAudioEffectOption): Promise<NEResult<null>> {
    const { path, loopCount, playbackVolume, sendEnabled } = option;
    const piece = {
      path,
      times: loopCount ?? 1,
      from: 0,
      volume: (playbackVolume ?? 100) / 100,
      sent: sendEnabled ?? true,
    };
    return playing(this.own.mixer.play(effect(effectId), piece));
  }

  async stopEffect(effectId: number): Promise<NEResult<null>> {
    this.own.mixer.stop(effect(effectId));
    return done(null);
  }

  async stopAllEffects(): Promise<NEResult<null>> {
    for (const name of this.effects()) this.own.mixer.stop(name);
    return done(null);
  }

  async pauseEffect(effectId: number): Promise<NEResult<null>> {
    this.own.mixer.pause(effect(effectId));
    return done(null);
  }

  async pauseAllEffects(): Promise<NEResult<null>> {
    for (const name of this.effects()) this.own.mixer.pause(name);
    return done(null);
  }

  resumeEffect(effectId: number): Promise<NEResult<null>> {
    return playing(this.own.mixer.resume(effect(effectId)));
  }

  resumeAllEffects(): Promise<NEResult<null>> {
    return playing(Promise.all(this.effects().map((name) => this.own.mixer.resume(name))));
  }

  /** 0 to 100, of all effects. */
  async setEffectSendVolume(volume: number): Promise<NEResult<null>> {
    for (const name of this.effects()) this.own.mixer.setSendVolume(name, Math.min(Math.max(volume, 0), 100) / 100);
    return done(null);
  }

  /** In milliseconds, all rounds together. */
  async getEffectDuration({ filePath, cycle }: NERtcEffectDuration): Promise<NEResult<number>> {
    try {
      return done((await durationOf(filePath)) * Math.max(cycle, 1));
    } catch (error) {
      throw openError(error);
    }
  }

  private effects(): string[] {
    return this.own.mixer.names().filter((name) => name.startsWith(EFFECT));
  }
}

async function playing(work: Promise<unknown>): Promise<NEResult<null>> {
  try {
    await work;
    return done(null);
  } catch (error) {
    throw openError(error);
  }
}
