import { openCamera, openMicrophone } from "../../shell/media/capture.js";
import { type DeviceChange, devices } from "../../shell/media/devices.js";
import { Meter } from "../../shell/media/meter.js";
import { Views } from "../../shell/media/views.js";
import { Listeners } from "../listeners.js";
import type {
  DeviceType,
  NECallback,
  NEDeviceSwitchInfo,
  NEPreviewController,
  NEPreviewRoomContext,
  NEPreviewRoomListener,
  NEResult,
  NERoomVideoView,
} from "../published/index.js";
import { done, NERoomError, notSupported, webNumber } from "../result.js";
import { changeOf, DeviceLists, kindOf, openError } from "./devices.js";

const CAMERA = { height: 720, frameRate: 30 };
const PICTURE = "preview";
const INDICATION_MS = 100;
const number = (): number => webNumber("NotSupported");

/** Devices before a call: the own picture, how loud the microphone is, whether the loudspeaker plays. */
export class PreviewController extends DeviceLists implements NEPreviewController {
  readonly isSupported = typeof navigator !== "undefined" && navigator.mediaDevices !== undefined;
  private readonly views = new Views(() => {});
  private camera: MediaStreamTrack | null = null;
  private microphone: { readonly track: MediaStreamTrack; readonly meter: Meter } | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private player: HTMLAudioElement | null = null;
  private volume = 1;

  constructor(private readonly tell: (call: (listener: NEPreviewRoomListener) => void) => void) {
    super();
  }

  /** Asks for nothing yet: the browser asks the person when a device is opened. */
  async init(): Promise<void> {}

  /** Whether this browser can take part in calls. */
  checkSystemRequirements(): boolean {
    return this.isSupported && typeof RTCPeerConnection !== "undefined";
  }

  /** The call uses what was chosen here. */
  async switchDevice(params: { deviceId: string; type: DeviceType }): Promise<NEResult<NEDeviceSwitchInfo>> {
    const { deviceId, type } = params;
    const before = devices.selected(kindOf(type));
    if (!devices.select(kindOf(type), deviceId)) return done({ deviceId, type });
    try {
      if (type === "camera" && this.camera) await this.openCamera();
      else if (type === "microphone" && this.microphone) await this.openMicrophone();
      else if (type === "speaker" && this.player) await sink(this.player);
    } catch (error) {
      devices.select(kindOf(type), before);
      throw error instanceof NERoomError ? error : openError(error);
    }
    return done({ deviceId, type });
  }

  setupLocalVideoCanvas(videoView?: NERoomVideoView): number {
    return this.views.place(PICTURE, videoView, true) ? 0 : -1;
  }

  async startPreview(videoView: NERoomVideoView): Promise<NEResult<null>> {
    this.setupLocalVideoCanvas(videoView);
    try {
      await this.openCamera();
    } catch (error) {
      throw openError(error);
    }
    return done(null);
  }

  private async openCamera(): Promise<void> {
    this.camera?.stop();
    this.camera = await openCamera(devices.selected("videoinput"), CAMERA);
    this.views.show(PICTURE, this.camera);
  }

  async stopPreview(): Promise<NEResult<null>> {
    this.camera?.stop();
    this.camera = null;
    this.views.show(PICTURE, null);
    return done(null);
  }

  /** `onLocalAudioVolumeIndication` tells how loud it is, ten times a second, until it is stopped. */
  async startRecordDeviceTest(callback?: NECallback<null>): Promise<NEResult<null>> {
    try {
      await this.openMicrophone();
    } catch (error) {
      const failure = openError(error);
      callback?.(failure.code, failure.message);
      throw failure;
    }
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      const volume = this.getRecordDeviceVolume();
      this.tell((listener) => listener.onLocalAudioVolumeIndication?.(volume));
    }, INDICATION_MS);
    callback?.(0, "success", null);
    return done(null);
  }

  private async openMicrophone(): Promise<void> {
    this.closeMicrophone();
    const track = await openMicrophone(devices.selected("audioinput"), false);
    this.microphone = { track, meter: new Meter(track) };
  }

  private closeMicrophone(): void {
    this.microphone?.meter.dispose();
    this.microphone?.track.stop();
    this.microphone = null;
  }

  async stopRecordDeviceTest(): Promise<NEResult<null>> {
    clearInterval(this.timer);
    this.closeMicrophone();
    return done(null);
  }

  /** How loud the microphone that is being tested is, 0 to 100. */
  getRecordDeviceVolume(): number {
    return this.microphone?.meter.level() ?? 0;
  }

  /** Plays a sound, again and again, until it is stopped. */
  async startPlayoutDeviceTest(audioResource: string): Promise<NEResult<null>> {
    await this.stopPlayoutDeviceTest();
    const player = new Audio(audioResource);
    player.loop = true;
    player.volume = this.volume;
    this.player = player;
    try {
      await sink(player);
      await player.play();
    } catch (error) {
      throw openError(error);
    }
    return done(null);
  }

  async stopPlayoutDeviceTest(): Promise<NEResult<null>> {
    this.player?.pause();
    this.player = null;
    return done(null);
  }

  /** 0 to 255, as other platforms have it; of the test's sound. */
  setPlayoutDeviceVolume(value: number): number {
    this.volume = Math.min(Math.max(value, 0), 255) / 255;
    if (this.player) this.player.volume = this.volume;
    return 0;
  }

  readonly setRecordDeviceVolume = number;
  readonly enableAudioAINS = number;
  readonly enableAudioAINSMode = number;
  readonly enableVideoLowlightEnhance = number;
  readonly setAudioEffectPreset = number;
  readonly setVoiceBeautifierPreset = number;
  readonly setBeautyEffect = number;
  readonly setParameters = number;
  readonly enableBeauty = notSupported;
  readonly enableVirtualBackground = notSupported;
  readonly setVoiceprintInfo = notSupported;
  readonly startVoiceprintRegistration = notSupported;
  readonly stopVoiceprintRegistration = notSupported;
  readonly cancelVoiceprintRegistration = notSupported;
}

/** Where a person looks at themselves before they go in. */
export class PreviewRoomContext implements NEPreviewRoomContext {
  private readonly listeners = new Listeners<NEPreviewRoomListener>();
  readonly previewController = new PreviewController((call) => this.listeners.tell(call));
  private unlisten: () => void = () => {};

  addPreviewRoomListener(listener: NEPreviewRoomListener): void {
    if (this.listeners.isEmpty) this.unlisten = devices.listen((change) => this.changed(change));
    this.listeners.add(listener);
  }

  removePreviewRoomListener(listener: NEPreviewRoomListener): void {
    this.listeners.remove(listener);
    if (this.listeners.isEmpty) this.unlisten();
  }

  private changed(change: DeviceChange): void {
    const told = changeOf(change);
    this.listeners.tell((listener) => {
      if (change.kind === "videoinput") listener.onCameraDeviceChanged?.(told);
      else if (change.kind === "audioinput") listener.onRecordDeviceChanged?.(told);
      else listener.onPlayoutDeviceChanged?.(told);
    });
  }
}

async function sink(player: HTMLAudioElement): Promise<void> {
  await (player as { setSinkId?: (id: string) => Promise<void> }).setSinkId?.(devices.selected("audiooutput"));
}
