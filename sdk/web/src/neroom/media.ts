import type { Failure, MediaPush } from "../core/api.js";
import type { MediaQuality } from "../gen/media_pb.js";
import { type RoomEvent, RoomStream } from "../gen/room_pb.js";
import type { Driver } from "../shell/driver.js";
import { type DeviceChange, devices } from "../shell/media/devices.js";
import type { SentStream, SlotCounts } from "../shell/media/peer.js";
import type { SoundProfile } from "../shell/media/sdp.js";
import { Sounds } from "../shell/media/sounds.js";
import { type ShownSize, snapshot } from "../shell/media/views.js";
import { type Held, MediaSession } from "../shell/media.js";
import { Listeners } from "./listeners.js";
import { changeOf } from "./media/devices.js";
import { isOn, OwnStreams, type Scene } from "./media/own.js";
import { nameOf, type Picture, Pictures, type Whose } from "./media/pictures.js";
import { RtcSoundCalls } from "./media/sound.js";
import { Statistics } from "./media/stats.js";
import { Volumes } from "./media/volumes.js";
import {
  AudioProfile,
  type NEMediaTypes,
  type NEResult,
  NERoomAudioScenarioType,
  type NERoomRtcController,
  type NERoomRtcNetworkQualityInfo,
  type NERoomScreenConfig,
  type NERoomStopScreenConfig,
  type NERoomVideoConfig,
  type NERoomVideoView,
  type NEStatsListener,
  type NEVideoStreamType,
  type NetworkStatus,
} from "./published/index.js";
import { answering, done, NERoomError, notSupported, refused, webNumber } from "./result.js";

/** What a device receives at once: the loudest voices, the pictures of a page, two screens. */
const SLOTS: SlotCounts = { audio: 6, video: 9, screen: 2 };
const STATS_MS = 2_000;

/** Bits per second and channels, by the profile's published name. */
const PROFILES: Record<AudioProfile, SoundProfile & { readonly music: boolean }> = {
  [AudioProfile.speech_low_quality]: { bitrate: 24_000, stereo: false, dtx: true, music: false },
  [AudioProfile.speech_standard]: { bitrate: 32_000, stereo: false, dtx: true, music: false },
  [AudioProfile.music_standard]: { bitrate: 64_000, stereo: false, dtx: false, music: true },
  [AudioProfile.standard_stereo]: { bitrate: 64_000, stereo: true, dtx: false, music: true },
  [AudioProfile.high_quality]: { bitrate: 96_000, stereo: false, dtx: false, music: true },
  [AudioProfile.high_quality_stereo]: { bitrate: 128_000, stereo: true, dtx: false, music: true },
};
/** The same by the number that other platforms use. */
const PROFILE_NUMBERS: readonly AudioProfile[] = [
  AudioProfile.speech_standard,
  AudioProfile.speech_standard,
  AudioProfile.speech_standard,
  AudioProfile.music_standard,
  AudioProfile.standard_stereo,
  AudioProfile.high_quality,
  AudioProfile.high_quality_stereo,
];

/** The call of a room: what this device sends and receives, and where it is seen and heard. */
export class RtcController extends RtcSoundCalls implements NERoomRtcController {
  readonly isSupported = typeof RTCPeerConnection !== "undefined";
  private session: MediaSession | null = null;
  protected readonly own: OwnStreams;
  private readonly pictures: Pictures;
  protected readonly sounds: Sounds;
  private held: readonly Held[] = [];
  private profile = PROFILES[AudioProfile.speech_standard];
  private readonly statsListeners = new Listeners<NEStatsListener>();
  private statistics = new Statistics(0);
  private statsTimer: ReturnType<typeof setInterval> | undefined;
  private readonly volumes: Volumes;
  private unlisten: () => void = () => {};

  constructor(
    private readonly driver: Driver,
    private readonly scene: Scene,
    /** Hears whether packets have a way. */
    private readonly onConnection: (connected: boolean) => void,
  ) {
    super();
    this.own = new OwnStreams(
      scene,
      () => this.session,
      (stream, track) => this.ownTrack(stream, track),
    );
    this.volumes = new Volumes(scene, () => (this.session?.isIn ? this.own.track(RoomStream.AUDIO) : null));
    this.pictures = new Pictures(
      () => scene.room.mirror,
      (wanted) => this.session?.demand(wanted),
      (name, size) => this.resized(name, size),
    );
    this.sounds = new Sounds(
      (mid) =>
        this.aboutSound(mid, (userUuid, type) => {
          scene.tell((listener) => listener.onAutoPlayNotAllowed?.({ userUuid, type }));
        }),
      (mid) =>
        this.aboutSound(mid, (userUuid, type) => {
          scene.tell((listener) => listener.onStartPlayMedia?.({ userUuid, type }));
        }),
    );
  }

  // ---- the call ----

  /** Takes part in the room's call; done when packets have a way. Only the room's own channel is there. */
  async joinRtcChannel(channelName = "", _mixRemoteAudioStream?: boolean): Promise<NEResult<null>> {
    if (channelName !== "") return notSupported();
    if (!this.isSupported) {
      const code = webNumber("NotSupported");
      this.scene.tell((listener) => listener.onRtcAbilityNotSupport?.({ code, errMsg: "this browser has no WebRTC" }));
      return refused("NotSupported", "this browser has no WebRTC");
    }
    const { driver, scene } = this;
    this.session ??= new MediaSession(driver, scene.room.archiveId, SLOTS, () => this.profile, {
      connection: (connected) => this.connection(connected),
      over: (failure) => this.over(failure),
      holds: (held) => this.holds(held),
    });
    const { session } = this;
    const isNew = !session.isIn;
    this.pictures.settle();
    const joined = answering(session.join().then(() => null));
    await joined;
    if (isNew) {
      this.begun();
      await this.own.begin();
      this.pictures.changed();
    }
    return joined;
  }

  /** This device leaves the call and stays in the room. */
  leaveRtcChannel(channelName = ""): Promise<NEResult<null>> {
    if (channelName !== "") return notSupported();
    const { session } = this;
    this.ended();
    return answering((session?.leave() ?? Promise.resolve()).then(() => null));
  }

  private begun(): void {
    this.statistics = new Statistics(performance.now());
    this.unlisten();
    this.unlisten = devices.listen((change) => this.deviceChanged(change));
    clearInterval(this.statsTimer);
    this.statsTimer = setInterval(() => void this.report(), STATS_MS);
  }

  private ended(): void {
    this.unlisten();
    this.unlisten = () => {};
    clearInterval(this.statsTimer);
    this.own.end();
    this.holds([]);
    this.volumes.forget();
    this.onConnection(true);
  }

  private connection(connected: boolean): void {
    this.onConnection(connected);
    if (connected) void this.own.restore();
  }

  private over(failure: Failure): void {
    this.ended();
    const { code } = new NERoomError(failure);
    this.scene.tell((listener) => {
      listener.onRtcChannelError?.(code);
      listener.onRtcChannelDisconnect?.(code);
    });
  }

  /** Told by the room: something happened in it. */
  noticed(event: RoomEvent): void {
    this.own.noticed(event);
    const { body } = event;
    if (body.case === undefined || this.session === null) return;
    if (OF_DEVICES.has(body.case)) {
      this.holds(this.held);
      this.pictures.changed();
    }
    if (body.case !== "streamChanged" || body.value.stream !== RoomStream.SYSTEM_AUDIO) return;
    const { userUuid, on } = body.value;
    this.scene.tell((listener) => {
      if (on) listener.onRtcUserAudioSubStreamStart?.(userUuid);
      else listener.onRtcUserAudioSubStreamStop?.(userUuid);
    });
  }

  /** Told by the room: the link went or came back. */
  link(up: boolean): void {
    this.session?.link(up);
  }

  /** Told by the room: the server says something about its call. */
  pushed(push: MediaPush): void {
    if (push.case === "mediaLevels") this.volumes.heard(push.value);
    else if (push.case === "mediaQuality") this.quality(push.value);
    else this.session?.push(push);
  }

  /** Told by the room: it is over. */
  roomOver(): void {
    this.ended();
    this.volumes.end();
    this.pictures.end();
    this.session?.dispose();
    this.session = null;
  }

  // ---- what this device sends ----

  muteMyAudio(): Promise<NEResult<null>> {
    return this.own.mute(RoomStream.AUDIO);
  }

  unmuteMyAudio(_enableMediaPub?: boolean): Promise<NEResult<null>> {
    return this.own.unmute(RoomStream.AUDIO);
  }

  muteMyVideo(): Promise<NEResult<null>> {
    return this.own.mute(RoomStream.VIDEO);
  }

  unmuteMyVideo(_enableMediaPub?: boolean, facingMode?: "user" | "environment"): Promise<NEResult<null>> {
    if (facingMode) this.own.camera = { ...this.own.camera, facingMode };
    return this.own.unmute(RoomStream.VIDEO);
  }

  disconnectMyAudio(): Promise<NEResult<null>> {
    return this.connectAudio(false);
  }

  reconnectMyAudio(): Promise<NEResult<null>> {
    return this.connectAudio(true);
  }

  private connectAudio(on: boolean): Promise<NEResult<null>> {
    return this.scene.act({ case: "setStream", value: { stream: RoomStream.AUDIO_CONNECTION, on } });
  }

  async pauseLocalAudioRecording(): Promise<NEResult<null>> {
    this.own.pause(RoomStream.AUDIO, true);
    return done(null);
  }

  async resumeLocalAudioRecording(): Promise<NEResult<null>> {
    this.own.pause(RoomStream.AUDIO, false);
    return done(null);
  }

  async pauseLocalVideoCapture(): Promise<NEResult<null>> {
    this.own.pause(RoomStream.VIDEO, true);
    return done(null);
  }

  async resumeLocalVideoCapture(): Promise<NEResult<null>> {
    this.own.pause(RoomStream.VIDEO, false);
    return done(null);
  }

  setLocalVideoConfig({ resolution, frameRate }: NERoomVideoConfig): void {
    this.own.camera = { ...this.own.camera, height: resolution, frameRate: frameRate ?? this.own.camera.frameRate };
    void this.own.reopen(RoomStream.VIDEO).catch(() => {});
  }

  /** Holds for the next time the microphone is opened and the call is joined. */
  setAudioProfile(profile: number | AudioProfile): void {
    const name = typeof profile === "number" ? PROFILE_NUMBERS[profile] : profile;
    this.profile = PROFILES[name ?? AudioProfile.speech_standard] ?? this.profile;
    this.own.music = this.profile.music;
  }

  setAudioScenario(scenario: NERoomAudioScenarioType): number {
    this.own.music = scenario === NERoomAudioScenarioType.kNERtcAudioScenarioMusic;
    return 0;
  }

  setExternalVideoSource(enable: boolean): number {
    if (!enable) void this.own.replace(RoomStream.VIDEO, null).catch(() => {});
    return 0;
  }

  pushExternalVideoFrame(videoSource: MediaStreamTrack): number {
    void this.own.replace(RoomStream.VIDEO, videoSource).catch(() => {});
    return 0;
  }

  setEnableExternalScreenVideo(enable: boolean): number {
    if (!enable) void this.own.replace(RoomStream.SUB_VIDEO, null).catch(() => {});
    return 0;
  }

  pushExternalScreenVideoFrame(videoSource: MediaStreamTrack): number {
    void this.own.replace(RoomStream.SUB_VIDEO, videoSource).catch(() => {});
    return 0;
  }

  private ownTrack(stream: SentStream, track: MediaStreamTrack | null): void {
    if (stream === RoomStream.VIDEO || stream === RoomStream.SUB_VIDEO) this.pictures.showOwn(stream, track);
  }

  // ---- others ----

  private switchOf(userUuid: string, stream: RoomStream, on: boolean): Promise<NEResult<null>> {
    return this.scene.act({ case: "setStream", value: { userUuid, stream, on } });
  }

  muteMemberAudio(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.AUDIO, false);
  }

  unmuteMemberAudio(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.AUDIO, true);
  }

  muteMemberVideo(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.VIDEO, false);
  }

  unmuteMemberVideo(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.VIDEO, true);
  }

  stopMemberScreenShare(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.SUB_VIDEO, false);
  }

  stopMemberSystemAudioShare(userUuid: string): Promise<NEResult<null>> {
    return this.switchOf(userUuid, RoomStream.SYSTEM_AUDIO, false);
  }

  // ---- the screen ----

  getScreenSharingUserUuid(): string {
    return this.sharer(RoomStream.SUB_VIDEO) ?? "";
  }

  private sharer(stream: RoomStream): string | undefined {
    const { members } = this.scene.room.mirror;
    return members.find(({ endpoints }) => endpoints.some((endpoint) => isOn(endpoint, stream)))?.userUuid;
  }

  /** The person chooses what to show; with its sound where the browser offers that. */
  async startScreenShare(config: NERoomScreenConfig = {}, stopCurrentShare = false): Promise<NEResult<null>> {
    await this.clear(RoomStream.SUB_VIDEO, stopCurrentShare);
    const { resolution, frameRate, forceDisplaySurface } = config;
    const surface = forceDisplaySurface === "default" ? undefined : forceDisplaySurface;
    const result = await this.own.startScreen({ height: resolution, frameRate: frameRate ?? 15, surface });
    this.scene.tell((listener) => listener.onRtcScreenCaptureStatus?.(SCREEN_STARTED));
    return result;
  }

  /** One shares at a time: before the person is asked what to show, nobody else may be showing anything. */
  private async clear(stream: Picture | typeof RoomStream.SYSTEM_AUDIO, stopCurrentShare: boolean): Promise<void> {
    const sharer = this.sharer(stream);
    if (sharer === undefined || sharer === this.scene.room.userUuid) return;
    if (!stopCurrentShare) await refused("ConcurrencyExceeded");
    await this.switchOf(sharer, stream, false);
  }

  async stopScreenShare(_config?: NERoomStopScreenConfig): Promise<NEResult<null>> {
    const result = await this.own.stopScreen();
    this.scene.tell((listener) => listener.onRtcScreenCaptureStatus?.(SCREEN_STOPPED));
    return result;
  }

  async startShareSystemAudio(stopCurrentShare = false): Promise<NEResult<null>> {
    await this.clear(RoomStream.SYSTEM_AUDIO, stopCurrentShare);
    return this.own.startScreen({ frameRate: 1 }, true);
  }

  stopShareSystemAudio(): Promise<NEResult<null>> {
    return this.own.mute(RoomStream.SYSTEM_AUDIO);
  }

  private resized(name: string, size: ShownSize): void {
    if (!name.endsWith(`/${RoomStream.SUB_VIDEO}`) || name.startsWith("/")) return;
    this.scene.tell((listener) => listener.onRtcScreenShareVideoResize?.({ ...size }));
  }

  // ---- pictures ----

  /** An element, or the id of one, in which this device's own picture is shown. */
  setupLocalVideoCanvas(videoView: NERoomVideoView): number {
    return this.pictures.placeOwn(RoomStream.VIDEO, videoView, this.own.camera.facingMode !== "environment");
  }

  setupRemoteVideoCanvas(videoView: NERoomVideoView, userUuid: string): number {
    return this.pictures.place(userUuid, RoomStream.VIDEO, videoView);
  }

  setupRemoteVideoCanvasByRtcUid(rtcUid: number, videoView: NERoomVideoView): Promise<NEResult<null>> {
    return this.placed(rtcUid, RoomStream.VIDEO, videoView);
  }

  setupRemoteVideoSubStreamCanvas(videoView: NERoomVideoView, userUuid: string): number {
    if (userUuid === this.scene.room.userUuid) return this.pictures.placeOwn(RoomStream.SUB_VIDEO, videoView, false);
    return this.pictures.place(userUuid, RoomStream.SUB_VIDEO, videoView);
  }

  setupRemoteVideoSubStreamCanvasByRtcUid(rtcUid: number, videoView: NERoomVideoView): Promise<NEResult<null>> {
    return this.placed(rtcUid, RoomStream.SUB_VIDEO, videoView);
  }

  private placed(whose: Whose, picture: Picture, videoView: NERoomVideoView): Promise<NEResult<null>> {
    const isPlaced = this.pictures.place(whose, picture, videoView) === 0;
    return isPlaced ? Promise.resolve(done(null)) : refused("NotFound", "there is no such element");
  }

  async subscribeRemoteVideoStream(userUuid: string, streamType: NEVideoStreamType): Promise<NEResult<null>> {
    this.pictures.subscribe(userUuid, RoomStream.VIDEO, streamType);
    return done(null);
  }

  async unsubscribeRemoteVideoStream(userUuid: string, _streamType: NEVideoStreamType): Promise<NEResult<null>> {
    this.pictures.unsubscribe(userUuid, RoomStream.VIDEO);
    return done(null);
  }

  async subscribeRemoteVideoStreamByRtcUid(
    rtcUid: number,
    streamType: NEVideoStreamType,
    subscribe: boolean,
  ): Promise<NEResult<null>> {
    if (subscribe) this.pictures.subscribe(rtcUid, RoomStream.VIDEO, streamType);
    else this.pictures.unsubscribe(rtcUid, RoomStream.VIDEO);
    return done(null);
  }

  async subscribeRemoteVideoSubStream(userUuid: string): Promise<NEResult<null>> {
    this.pictures.subscribe(userUuid, RoomStream.SUB_VIDEO);
    return done(null);
  }

  async unsubscribeRemoteVideoSubStream(userUuid: string): Promise<NEResult<null>> {
    this.pictures.unsubscribe(userUuid, RoomStream.SUB_VIDEO);
    return done(null);
  }

  async subscribeRemoteVideoSubStreamByRtcUid(rtcUid: number, subscribe: boolean): Promise<NEResult<null>> {
    if (subscribe) this.pictures.subscribe(rtcUid, RoomStream.SUB_VIDEO);
    else this.pictures.unsubscribe(rtcUid, RoomStream.SUB_VIDEO);
    return done(null);
  }

  /** Plays what the browser has held back; to be called when the person has touched the page. */
  async replayRemoteStream({ type, userUuid }: { type: NEMediaTypes; userUuid: string }): Promise<NEResult<null>> {
    if (type === "audio" || type === "audioSlave") await this.sounds.replay();
    else
      await this.pictures.views.replay(nameOf(userUuid, type === "screen" ? RoomStream.SUB_VIDEO : RoomStream.VIDEO));
    return done(null);
  }

  /** A PNG image as the address of its bytes. `streamType` 0 is the camera, 1 the screen. */
  takeLocalSnapshot(streamType: 0 | 1): Promise<NEResult<string | Uint8Array | undefined>> {
    return shot(this.pictures.own(streamType === 1 ? RoomStream.SUB_VIDEO : RoomStream.VIDEO));
  }

  takeRemoteSnapshot(userUuid: string, streamType: 0 | 1): Promise<NEResult<string | Uint8Array | undefined>> {
    const picture = streamType === 1 ? RoomStream.SUB_VIDEO : RoomStream.VIDEO;
    return shot(this.pictures.views.video(nameOf(userUuid, picture)));
  }

  private holds(held: readonly Held[]): void {
    this.held = held;
    this.pictures.hold(held);
    const isSound = ({ stream }: Held) => stream === RoomStream.AUDIO || stream === RoomStream.SYSTEM_AUDIO;
    this.sounds.hold(held.filter(isSound));
  }

  private aboutSound(mid: string, tell: (userUuid: string, type: NEMediaTypes) => void): void {
    const held = this.held.find((slot) => slot.mid === mid);
    const userUuid = held && this.userOf(held.rtcUid);
    if (held && userUuid) tell(userUuid, held.stream === RoomStream.SYSTEM_AUDIO ? "audioSlave" : "audio");
  }

  private userOf(rtcUid: bigint): string | undefined {
    return this.scene.room.mirror.endpoint(rtcUid)?.member.userUuid;
  }

  // ---- how it goes ----

  addStatsListener(listener: NEStatsListener): void {
    this.statsListeners.add(listener);
  }

  removeStatsListener(listener: NEStatsListener): void {
    this.statsListeners.remove(listener);
  }

  private async report(): Promise<void> {
    const peer = this.session?.current;
    if (!peer || this.statsListeners.isEmpty) return;
    const entries: never[] = [];
    (await peer.connection.getStats()).forEach((entry) => {
      entries.push(entry as never);
    });
    const { members } = this.scene.room.mirror;
    const users = members.filter(({ endpoints }) => endpoints.some(({ inRtc }) => inRtc)).length;
    const userOf = (rtcUid: bigint) => this.userOf(rtcUid);
    const report = this.statistics.read(performance.now(), entries, this.held, peer.sentLines(), userOf, users);
    this.statsListeners.tell((listener) => {
      listener.onRtcStats?.(report.rtc);
      listener.onLocalAudioStats?.(report.localAudio);
      listener.onLocalVideoStats?.(report.localVideo);
      listener.onRemoteAudioStats?.(report.remoteAudio);
      listener.onRemoteVideoStats?.(report.remoteVideo);
    });
  }

  private quality({ devices: qualities }: MediaQuality): void {
    const known = qualities.flatMap(({ rtcUid, up, down }): NERoomRtcNetworkQualityInfo[] => {
      const userUuid = this.userOf(rtcUid);
      return userUuid ? [{ userUuid, upStatus: up as NetworkStatus, downStatus: down as NetworkStatus }] : [];
    });
    this.statsListeners.tell((listener) => listener.onNetworkQuality?.(known));
    this.scene.tell((listener) => listener.onRtcNetworkQuality?.(known));
  }

  /** `interval` in milliseconds, at least 200. */
  enableAudioVolumeIndication(enable: boolean, interval: number, _enableVad?: boolean, _channelName?: string): void {
    this.volumes.indicate(enable ? interval : null);
  }

  /** 0 to 100; 0 while the microphone is off. */
  getLocalAudioLevel(_channelName?: string): number {
    return this.volumes.own();
  }

  private deviceChanged(change: DeviceChange): void {
    const told = changeOf(change);
    this.scene.tell((listener) => {
      if (change.kind === "videoinput") listener.onCameraDeviceChanged?.(told);
      else if (change.kind === "audioinput") listener.onRecordDeviceChanged?.(told);
      else listener.onPlayoutDeviceChanged?.(told);
    });
    // The browser goes on with another one where the chosen one is gone.
    if (change.state !== "INACTIVE") return;
    if (change.kind === "audiooutput") void this.sounds.setSpeaker(devices.selected("audiooutput")).catch(() => {});
  }
}

/** NERoomScreenCaptureStatus. */
const SCREEN_STARTED = 1;
const SCREEN_STOPPED = 4;

/** Events that change whose device sends what. */
const OF_DEVICES = new Set<RoomEvent["body"]["case"]>([
  "memberJoined",
  "memberLeft",
  "endpointJoined",
  "endpointLeft",
  "streamChanged",
  "rtcPresenceChanged",
]);

function shot(video: HTMLVideoElement | null): Promise<NEResult<string | undefined>> {
  const image = video && snapshot(video);
  return image ? Promise.resolve(done(image)) : refused("NotFound", "there is no picture");
}
