import { notSupported, webNumber } from "../result.js";
import { DeviceLists } from "./devices.js";

const number = (): number => webNumber("NotSupported");
const nothing = (): void => {};

/** Published calls that a browser, or this server, has nothing for; coverage.json says why of each. */
export abstract class UnsupportedRtcCalls extends DeviceLists {
  readonly addLiveStreamTask = notSupported;
  readonly removeLiveStreamTask = notSupported;
  readonly updateLiveStreamTask = notSupported;
  readonly enableCaption = notSupported;
  readonly setCaptionTranslationConfig = notSupported;
  readonly setCaptionTranslationLanguage = notSupported;
  readonly enableBeauty = notSupported;
  readonly disableBeauty = notSupported;
  readonly setBeautyEffect = number;
  readonly enableVirtualBackground = notSupported;
  readonly enableVideoLowlightEnhance = number;
  readonly enableAIDenoise = notSupported;
  readonly disableAIDenoise = notSupported;
  readonly enableAIhowling = nothing;
  readonly disableAIhowling = nothing;
  readonly enableAudioEffect = notSupported;
  readonly disableAudioEffect = notSupported;
  readonly setAudioEffect = nothing;
  readonly setVoiceGate = nothing;
  readonly setMixAudioStream = nothing;
  readonly enableEncryption = number;
  readonly disableEncryption = number;
  readonly enableCustomEncryption = number;
  readonly enableLocalAudio = notSupported;
  readonly enableMediaPub = notSupported;
  readonly enableLocalSubStreamAudio = notSupported;
  readonly disableLocalSubStreamAudio = notSupported;
  readonly startChannelMediaRelay = notSupported;
  readonly stopChannelMediaRelay = notSupported;
  readonly startRectShare = notSupported;
  readonly setChannelProfile = number;
  readonly setCloudProxy = number;
  readonly setParameters = number;
  readonly getNtpTimeOffset = number;
  readonly getRecordDeviceVolume = number;
}
