import type { MediaLevels } from "../../gen/media_pb.js";
import { Meter } from "../../shell/media/meter.js";
import type { Scene } from "./own.js";

/** The shortest interval of volume indication. */
const INTERVAL_MIN_MS = 200;
/** Levels older than this are those of somebody who has stopped to speak. */
const LEVEL_AGE_MS = 1_000;

/** Who is heard, and how loud. */
export class Volumes {
  private timer: ReturnType<typeof setInterval> | undefined;
  private levels: { readonly atMs: number; readonly levels: MediaLevels } | null = null;
  private speaker = 0n;
  private meter: Meter | null = null;

  /** `microphone` is the own one while this device is in the call. */
  constructor(
    private readonly scene: Scene,
    private readonly microphone: () => MediaStreamTrack | null,
  ) {}

  /** Tells the listeners in this interval, in milliseconds; null = no longer. */
  indicate(intervalMs: number | null): void {
    clearInterval(this.timer);
    if (intervalMs !== null) this.timer = setInterval(() => this.tell(), Math.max(intervalMs, INTERVAL_MIN_MS));
  }

  private tell(): void {
    if (!this.microphone() && !this.levels) return;
    const own = this.own();
    const { levels, atMs } = this.levels ?? {};
    const fresh = atMs !== undefined && performance.now() - atMs < LEVEL_AGE_MS ? (levels?.levels ?? []) : [];
    const others = fresh.flatMap(({ rtcUid, level }) => {
      const userUuid = rtcUid === this.scene.room.rtcUid ? undefined : this.userOf(rtcUid);
      return userUuid ? [{ userUuid, volume: level }] : [];
    });
    this.scene.tell((listener) => {
      listener.onRtcLocalAudioVolumeIndication?.(own);
      listener.onRtcRemoteAudioVolumeIndication?.(others);
    });
  }

  /** The own microphone, 0 to 100; 0 while it is off. */
  own(): number {
    const track = this.microphone();
    if (this.meter && this.meter.track !== track) this.dropMeter();
    if (!track?.enabled) return 0;
    this.meter ??= new Meter(track);
    return this.meter.level();
  }

  /** The server's word. */
  heard(levels: MediaLevels): void {
    this.levels = { atMs: performance.now(), levels };
    const { speakerRtcUid } = levels;
    if (speakerRtcUid === this.speaker) return;
    this.speaker = speakerRtcUid;
    const userUuid = this.userOf(speakerRtcUid);
    const volume = levels.levels.find(({ rtcUid }) => rtcUid === speakerRtcUid)?.level ?? 0;
    if (userUuid) this.scene.tell((listener) => listener.onRtcActiveSpeakerChanged?.({ userUuid, volume }));
  }

  private userOf(rtcUid: bigint): string | undefined {
    return this.scene.room.mirror.endpoint(rtcUid)?.member.userUuid;
  }

  private dropMeter(): void {
    this.meter?.dispose();
    this.meter = null;
  }

  /** Out of the call. */
  forget(): void {
    this.levels = null;
    this.speaker = 0n;
    this.dropMeter();
  }

  end(): void {
    this.forget();
    clearInterval(this.timer);
  }
}
