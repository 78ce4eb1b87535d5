import type {
  AudioProfile,
  NEDeviceTransportType,
  NERoomAudioAINSMode,
  NERoomAudioScenarioType,
  NERoomBeautyEffectType,
  NERoomCaptionTranslationLanguage,
  NERoomVideoLowlightEnhanceLevel,
  NEVideoStreamType,
  NetworkStatus,
} from "./enums.js";
import type { NERoomLiveStreamTaskInfo } from "./live.js";
import type { NEResult } from "./room.js";

/** The call of a room. */
export interface NERoomRtcController {
  isSupported: boolean;
  addLiveStreamTask(taskInfo: NERoomLiveStreamTaskInfo): Promise<NEResult<null>>;
  adjustChannelPlaybackSignalVolume(channelName: string, volume: number): void;
  adjustPlaybackSignalVolume(volume: number): number;
  adjustRecordingSignalVolume(volume: number): number;
  disableAIDenoise?(): Promise<void>;
  disableAIhowling?(): void;
  disableAudioEffect?(): Promise<void>;
  disableBeauty?(): Promise<NEResult<void>>;
  disableEarBack(): Promise<NEResult<null>>;
  disableEncryption(): number;
  disableLocalSubStreamAudio(): Promise<NEResult<null>>;
  disconnectMyAudio(): Promise<NEResult<null>>;
  enableAIDenoise?(): Promise<void>;
  enableAIhowling?(): void;
  enableAudioEffect?(): Promise<void>;
  enableAudioVolumeIndication(enable: boolean, interval: number, enableVad: boolean, channelName?: string): void;
  enableBeauty?(enable: boolean): Promise<NEResult<null>>;
  enableCustomEncryption?(libPath: string): number;
  enableEarBack(): Promise<NEResult<null>>;
  enableEncryption(gmEncryptKey: string, encryptionMode: NEEncryptionMode): number;
  enableLocalAudio(channelName: string, enable: boolean): Promise<NEResult<null>>;
  enableLocalSubStreamAudio(): Promise<NEResult<null>>;
  enableMediaPub(channelName: string, mediaType: number, enable: boolean): Promise<NEResult<null>>;
  enableVideoLowlightEnhance?(enable: boolean, level: NERoomVideoLowlightEnhanceLevel): number;
  enableVirtualBackground(options: {
    blurDegree?: number;
    enable: boolean;
    force?: boolean;
    path?: string;
    type: number;
  }): Promise<NEResult<null>>;
  enumCameraDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumPlayoutDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumRecordDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  getEffectDuration(options: NERtcEffectDuration): Promise<NEResult<number>>;
  getLocalAudioLevel(channelName?: string): number;
  getNtpTimeOffset(): number;
  getRecordDeviceVolume?(): number;
  getScreenSharingUserUuid(): string;
  getSelectedCameraDevice(): string;
  getSelectedPlayoutDevice(): string;
  getSelectedRecordDevice(): string;
  joinRtcChannel(channelName?: string, mixRemoteAudioStream?: boolean): Promise<NEResult<null>>;
  leaveRtcChannel(channelName?: string): Promise<NEResult<null>>;
  muteMemberAudio(userUuid: string): Promise<NEResult<null>>;
  muteMemberVideo(userUuid: string): Promise<NEResult<null>>;
  muteMyAudio(): Promise<NEResult<null>>;
  muteMyVideo(): Promise<NEResult<null>>;
  pauseAllEffects(): Promise<NEResult<null>>;
  pauseEffect(effectId: number): Promise<NEResult<null>>;
  pauseLocalAudioRecording(): Promise<NEResult<null>>;
  pauseLocalVideoCapture(): Promise<NEResult<null>>;
  playEffect(effectId: number, option: NERoomCreateAudioEffectOption): Promise<NEResult<null>>;
  pushExternalScreenVideoFrame(videoSource: MediaStreamTrack): number;
  pushExternalVideoFrame(videoSource: MediaStreamTrack): number;
  reconnectMyAudio(): Promise<NEResult<null>>;
  removeLiveStreamTask(taskId: string): Promise<NEResult<null>>;
  replayRemoteStream(options: { type: NEMediaTypes; userUuid: string }): Promise<NEResult<null>>;
  resumeAllEffects(): Promise<NEResult<null>>;
  resumeEffect(effectId: number): Promise<NEResult<null>>;
  resumeLocalAudioRecording(): Promise<NEResult<null>>;
  resumeLocalVideoCapture(): Promise<NEResult<null>>;
  setAudioEffect?(type: number, value: number | number[] | Record<string, number>): void;
  setAudioMixingPlaybackVolume(volume: number): Promise<NEResult<null>>;
  setAudioProfile(profile: number | AudioProfile): void;
  setAudioScenario?(scenario: NERoomAudioScenarioType): number;
  setBeautyEffect?(type: NERoomBeautyEffectType, value: number): number;
  setCaptionTranslationConfig(config: NERoomCaptionTranslationConfig): Promise<number>;
  setChannelProfile(options: NERoomRtcChannelProfile): number;
  setEffectSendVolume(volume: number): Promise<NEResult<null>>;
  setEnableExternalScreenVideo(enable: boolean): number;
  setExternalVideoSource(enable: boolean): number;
  setLocalVideoConfig(profile: NERoomVideoConfig): void;
  setMixAudioStream?(need: boolean): void;
  setSelectedCameraDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>>;
  setSelectedPlayoutDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>>;
  setSelectedRecordDevice(deviceId: string): Promise<NEResult<NEDeviceSwitchInfo>>;
  setVoiceGate?(level: number): void;
  setupLocalVideoCanvas(videoView: NERoomVideoView): number;
  setupRemoteVideoCanvas(videoView: NERoomVideoView, userUuid: string): number;
  setupRemoteVideoCanvasByRtcUid(rtcUid: number, videoView: NERoomVideoView): Promise<NEResult<null>>;
  setupRemoteVideoSubStreamCanvas(videoView: NERoomVideoView, userUuid: string): number;
  setupRemoteVideoSubStreamCanvasByRtcUid(rtcUid: number, videoView: NERoomVideoView): Promise<NEResult<null>>;
  startAudioMixing(option: NERoomCreateAudioMixingOption): Promise<NEResult<null>>;
  startChannelMediaRelay?(roomUuid: string): Promise<NEResult<null>>;
  startRectShare?(screenConfig: NERoomRectShareConfig, stopCurrentShare?: boolean): Promise<NEResult<null>>;
  startScreenShare(screenConfig?: NERoomScreenConfig, stopCurrentShare?: boolean): Promise<NEResult<null>>;
  startShareSystemAudio?(stopCurrentShare?: boolean): Promise<NEResult<null>>;
  stopAllEffects(): Promise<NEResult<null>>;
  stopAudioMixing(): Promise<NEResult<null>>;
  stopChannelMediaRelay?(roomUuid: string): Promise<NEResult<null>>;
  stopEffect(effectId: number): Promise<NEResult<null>>;
  stopMemberScreenShare(userUuid: string): Promise<NEResult<null>>;
  stopMemberSystemAudioShare(userUuid: string): Promise<NEResult<null>>;
  stopScreenShare(screenConfig?: NERoomStopScreenConfig): Promise<NEResult<null>>;
  stopShareSystemAudio?(): Promise<NEResult<null>>;
  subscribeRemoteVideoStream(userUuid: string, streamType: NEVideoStreamType): Promise<NEResult<null>>;
  subscribeRemoteVideoStreamByRtcUid(
    rtcUid: number,
    streamType: NEVideoStreamType,
    subscribe: boolean,
  ): Promise<NEResult<null>>;
  subscribeRemoteVideoSubStream(userUuid: string): Promise<NEResult<null>>;
  subscribeRemoteVideoSubStreamByRtcUid(rtcUid: number, subscribe: boolean): Promise<NEResult<null>>;
  switchDevice(params: { deviceId: string; type: DeviceType }): Promise<NEResult<NEDeviceSwitchInfo>>;
  takeLocalSnapshot?(streamType: 0 | 1): Promise<NEResult<string | Uint8Array | undefined>>;
  unmuteMemberAudio(userUuid: string): Promise<NEResult<null>>;
  unmuteMemberVideo(userUuid: string): Promise<NEResult<null>>;
  unmuteMyAudio(enableMediaPub?: boolean): Promise<NEResult<null>>;
  unmuteMyVideo(enableMediaPub?: boolean, facingMode?: "user" | "environment"): Promise<NEResult<null>>;
  unsubscribeRemoteVideoStream(userUuid: string, streamType: NEVideoStreamType): Promise<NEResult<null>>;
  unsubscribeRemoteVideoSubStream(userUuid: string): Promise<NEResult<null>>;
  updateLiveStreamTask(taskInfo: NERoomLiveStreamTaskInfo): Promise<NEResult<null>>;
  enableCaption(enable: boolean): Promise<number>;
  setCaptionTranslationLanguage(language: NERoomCaptionTranslationLanguage): Promise<number>;
  setCloudProxy(transportType: NERoomRtcTransportType): number;
  setParameters(params: string): number;
  takeRemoteSnapshot(userUuid: string, streamType: 0 | 1): Promise<NEResult<string | Uint8Array | undefined>>;
}

export interface NEPreviewRoomContext {
  previewController: NEPreviewController;
  addPreviewRoomListener(listener: NEPreviewRoomListener): void;
  removePreviewRoomListener(listener: NEPreviewRoomListener): void;
}

/** Devices before a call. */
export interface NEPreviewController {
  isSupported: boolean;
  cancelVoiceprintRegistration?(): Promise<NEResult<null>>;
  checkSystemRequirements(): boolean;
  enableAudioAINS?(enable: boolean): number;
  enableAudioAINSMode?(mode: NERoomAudioAINSMode): number;
  enableBeauty?(enable: boolean): Promise<NEResult<null>>;
  enableVideoLowlightEnhance?(enable: boolean, level: NERoomVideoLowlightEnhanceLevel): number;
  enableVirtualBackground(options: {
    blurDegree?: number;
    enable: boolean;
    force?: boolean;
    path?: string;
    type: number;
  }): Promise<NEResult<null>>;
  enumCameraDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumPlayoutDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumRecordDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  getRecordDeviceVolume?(): number;
  getSelectedCameraDevice(): string;
  getSelectedPlayoutDevice(): string;
  getSelectedRecordDevice(): string;
  init(): Promise<void>;
  setAudioEffectPreset?(type: number): number;
  setBeautyEffect?(type: NERoomBeautyEffectType, value: number): number;
  setPlayoutDeviceVolume(value: number): number;
  setRecordDeviceVolume(volume: number): number;
  setVoiceBeautifierPreset?(type: number): number;
  setVoiceprintInfo?(voiceprintInfoList: NERoomVoiceprintInfo[]): Promise<NEResult<null>>;
  setupLocalVideoCanvas(videoView?: NERoomVideoView): number;
  startPlayoutDeviceTest(audioResource: string): Promise<NEResult<null>>;
  startRecordDeviceTest(callback?: NECallback<null>): Promise<NEResult<null>>;
  startVoiceprintRegistration?(): Promise<NEResult<null>>;
  stopPlayoutDeviceTest(): Promise<NEResult<null>>;
  stopPreview(): Promise<NEResult<null>>;
  stopRecordDeviceTest(): Promise<NEResult<null>>;
  stopVoiceprintRegistration?(): Promise<NEResult<null>>;
  switchDevice(params: { deviceId: string; type: DeviceType }): Promise<NEResult<NEDeviceSwitchInfo>>;
  setParameters(params: string): number;
  startPreview(videoView: NERoomVideoView): Promise<NEResult<null>>;
}

export interface NEPreviewRoomListener {
  onCameraDeviceChanged?(data: NEDeviceChangeInfo): void;
  onLocalAudioVolumeIndication?(volume: number): void;
  onPlayoutDeviceChanged?(data: NEDeviceChangeInfo): void;
  onRecordDeviceChanged?(data: NEDeviceChangeInfo): void;
  onRtcVirtualBackgroundSourceEnabled?(enabled: boolean, reason: number): void;
  onVideoFrameData?(
    uuid: string,
    bSubVideo: boolean,
    data: {
      bytes: Int32Array;
      uOffset: number;
      uStride: number;
      vOffset: number;
      vStride: number;
      yOffset: number;
      yStride: number;
    },
    type: number,
    width: number,
    height: number,
  ): void;
  onVoiceprintRegistrationResult?(code: number, info: NERoomVoiceprintInfo): void;
}

export interface NEStatsListener {
  onLocalAudioStats?(stats: NERoomRtcAudioSendStats): void;
  onLocalVideoStats?(stats: NERoomRtcVideoSendStats): void;
  onNetworkQuality?(statsArray: NERoomRtcNetworkQualityInfo[]): void;
  onRemoteAudioStats?(statsArray: NERoomRtcAudioRecvStats[]): void;
  onRemoteVideoStats?(statsArray: NERoomRtcVideoRecvStats[]): void;
  onRtcStats?(stats: NERoomRtcStats): void;
}

export interface NERoomRtcStats {
  NetworkType?: string;
  OutgoingAvailableBandwidth?: number;
  downRtt?: number;
  duration?: number;
  recvBitrate?: number;
  recvBytes?: number;
  rxAudioKBitRate?: number;
  rxAudioPacketLossRate?: number;
  rxVideoKBitRate?: number;
  rxVideoPacketLossRate?: number;
  sendBitrate?: number;
  sendBytes?: number;
  txAudioKBitRate?: number;
  txAudioPacketLossRate?: number;
  txVideoKBitRate?: number;
  txVideoPacketLossRate?: number;
  upRtt?: number;
  userCount?: number;
}

export interface NERoomRtcNetworkQualityInfo {
  downStatus: NetworkStatus;
  upStatus: NetworkStatus;
  userUuid: string;
}

export interface NERoomRtcAudioRecvStats {
  codecType: string;
  end2EndDelay: number;
  muteState: boolean;
  packetLossRate: number;
  recvBitrate: number;
  recvLevel: number;
  totalFreezeTime: number;
  totalPlayDuration: number;
  transportDelay: number;
  volume: number;
}

/** Published without its fields. */
export type NERoomRtcAudioSendStats = Record<string, number | string | boolean>;

export interface NERoomRtcVideoRecvStats {
  layerType: number;
  layers: NERoomRtcVideoLayerRecvStats[];
  receivedBitRate: number;
  userUuid: string;
}

export type NERoomRtcVideoSendStats = NERoomRtcVideoLayerSendStats[];

export interface NERoomRtcVideoLayerRecvStats {
  End2EndDelay: number;
  MuteState: boolean;
  PacketLossRate: number;
  RecvBitrate: number;
  RecvResolutionHeight: number;
  RecvResolutionWidth: number;
  RenderFrameRate: number;
  RenderResolutionHeight: number;
  RenderResolutionWidth: number;
  TotalFreezeTime: number;
  TotalPlayDuration: number;
  TransportDelay: number;
}

export interface NERoomRtcVideoLayerSendStats {
  captureFrameRate: number;
  captureResolutionHeight: number;
  captureResolutionWidth: number;
  encodeDelay: number;
  layerType: number;
  muteState: boolean;
  sendBitrate: number;
  sendFrameRate: number;
  sendResolutionHeight: number;
  sendResolutionWidth: number;
  sentBitRate: number;
  targetSendBitrate: number;
  totalDuration: number;
  totalFreezeTime: number;
}

export type NERoomVideoView = string | HTMLElement;

export interface NERoomVideoConfig {
  frameRate?: VideoFrameRate;
  resolution: VideoResolution;
}

export interface NERoomScreenConfig {
  bitrate?: number;
  degradationPreference?: number;
  forceDisplaySurface?: "default" | "browser" | "window" | "monitor";
  frameRate?: number;
  isApp?: boolean;
  limitFrameRate?: number;
  needRequestMeetingServerScreenShare?: boolean;
  resolution?: VideoResolution;
  sourceId?: string;
  videoProfile?: string;
}

export interface NERoomStopScreenConfig {
  needRequestMeetingServerScreenShare?: boolean;
}

export interface NERoomRectShareConfig {
  preferMotion?: boolean;
  regionRectangle: NERoomShareRectangle;
  sourceRectangle: NERoomShareRectangle;
}

export interface NERoomShareRectangle {
  height: number;
  width: number;
  x: number;
  y: number;
}

export interface NERoomCreateAudioEffectOption {
  loopCount: number;
  path: string;
  playbackVolume: number;
  sendEnabled?: boolean;
}

export interface NERoomCreateAudioMixingOption {
  loopCount?: number;
  loopback: boolean;
  path: string;
  playStartTime: number;
  playbackVolume: number;
  replace: boolean;
  audioMixingEnd(): void;
}

export interface NERoomCaptionTranslationConfig {
  dstLanguageArr: string[];
  needTranslateSameLanguage?: boolean;
  srcLanguage?: string;
  srcLanguageArr: string[];
}

export interface NERoomCaptionMessage {
  content: string;
  fromUserUuid: string;
  isFinal: boolean;
  timestamp: number;
  translationContent?: string;
  translationLanguage: string;
}

export interface NERoomRtcChannelProfile {
  mode: "rtc" | "live";
}

export type NERoomRtcTransportType = 0 | 10;

export interface NERtcEffectDuration {
  cycle: number;
  effectId: number;
  filePath: string;
}

export interface NEDeviceBaseInfo {
  default?: boolean;
  defaultDevice?: boolean;
  deviceId: string;
  deviceName: string;
  originDeviceId?: string;
  transportType?: NEDeviceTransportType;
  unavailable?: boolean;
}

export interface NEDeviceChangeInfo {
  device: { deviceId: string; label: string };
  state: "ACTIVE" | "INACTIVE" | "CHANGED";
}

export interface NEDeviceSwitchInfo {
  deviceId: string;
  type: DeviceType;
}

export type DeviceType = "camera" | "microphone" | "speaker";

export type NEMediaTypes = "audio" | "video" | "screen" | "audioSlave";

export interface NEMemberVolumeInfo {
  userUuid: string;
  volume: number;
}

export type NEEncryptionMode = "none" | "sm4-128-ecb";

export interface NERoomVoiceprintInfo {
  deviceId: string;
  voiceprint: string;
}

export type VideoFrameRate = 1 | 5 | 10 | 15 | 20 | 25 | 30;

export type VideoResolution = 180 | 480 | 720 | 1080;

export type NECallback<T> = (code: number, message: string, data?: T) => void;

export interface NEGlobalEventListener {
  afterRtcEngineInitialize(roomUuid: string, rtcWrapper: NERtcWrapper): void;
  beforeRtcEngineInitialize(roomUuid: string): void;
  beforeRtcEngineRelease(roomUuid: string, rtcWrapper: NERtcWrapper): void;
}

export interface NERtcWrapper {
  rtcEngine: unknown;
}
