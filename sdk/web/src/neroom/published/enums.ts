export enum AspectRatio {
  adaption = 0,
  aspectRatio_16_9 = 1,
}

export enum AudioProfile {
  high_quality = "high_quality",
  high_quality_stereo = "high_quality_stereo",
  music_standard = "music_standard",
  speech_low_quality = "speech_low_quality",
  speech_standard = "speech_standard",
  standard_stereo = "standard_stereo",
}

export enum NEAudioDumpType {
  kNEAudioDumpTypePCM = 0,
  kNEAudioDumpTypeAll = 1,
  kNEAudioDumpTypeWAV = 2,
}

export enum NEAuthEvent {
  KICK_OUT = 0,
  UNAUTHORIZED = 1,
  FORBIDDEN = 2,
  ACCOUNT_TOKEN_ERROR = 3,
  LOGGED_IN = 4,
  LOGGED_OUT = 5,
  NET_BROKEN = 6,
  TOKEN_EXPIRED = 1026,
  TOKEN_INCORRECT = 1027,
}

export enum NEChatRoomMemberQueryType {
  NORMAL = 0,
  ONLINE_NORMAL = 1,
  GUEST_DESC = 2,
  GUEST_ASC = 3,
}

export enum NEChatroomType {
  COMMON = 0,
  WAITING_ROOM = 1,
}

export enum NEClientType {
  UNKNOWN = 0,
  IOS = 1,
  ANDROID = 2,
  PC = 3,
  WEB = 4,
  SIP = 5,
  MAC = 6,
  MINIAPP = 7,
  H323 = 8,
  LINUX = 9,
  OHOS = 10,
}

export enum NEDeviceTransportType {
  DeviceTransportTypeUnknown = 0,
  DeviceTransportTypeBluetooth = 1,
  DeviceTransportTypeBluetoothA2DP = 2,
  DeviceTransportTypeBluetoothLE = 3,
  DeviceTransportTypeUSB = 4,
  DeviceTransportTypeHDMI = 5,
  DeviceTransportTypeBuiltIn = 6,
  DeviceTransportTypeThunderbolt = 7,
  DeviceTransportTypeAirPlay = 8,
  DeviceTransportTypeVirtual = 9,
  DeviceTransportTypeOther = 10,
}

export enum NEErrorCode {
  FAILURE = -1,
  SUCCESS = 0,
  UNAUTHORIZED = 402,
  TOKEN_EXPIRED = 1026,
  TOKEN_INCORRECT = 1027,
  IM_REUSE_NOT_LOGIN = 100004,
  IM_REUSE_ACCOUNT_NOT_MATCH = 100005,
}

export enum NEErrorMessage {
  CHATROOM_JOIN_FAIL = "join chatroom fail",
  FAILURE = "failure",
  GET_REMOTE_MEMBER_FAILED_BY_UUID = "get remote member fail by uuid",
  MEMBER_IS_EMPTY = "Member is empty",
  NOT_INIT_CHATROOM = "not init chatroom",
  NOT_INIT_PREVIEW = "not init preview",
  NOT_INIT_RTC = "not init rtc",
  NOT_JOIN_CHATROOM = "not join chatroom",
  NOT_JOIN_ROOMKIT = "not join roomkit",
  NOT_JOIN_RTC = "not join rtc",
  NOT_JOIN_WHITEBOARD = "not join whiteboard",
  NOT_OPEN_VIDEO = "not open video",
  NOT_SHARING_SCREEN = "Member is not sharing screen",
  NOT_SUPPORT = "not support",
  NO_APPKEY = "lack of appKey",
  NO_DEVICEID = "no deviceId",
  NO_MESSAGE_CONTENT = "lack of message content",
  NO_UUID = "lack of uuid",
  PARAMS_IS_INCORRECT = "params is incorrect",
  SUCCESS = "success",
}

export enum NEExtensionType {
  VirtualBackground = 1,
}

export enum NELeaveRoomType {
  ALL = 0,
  ONLY_SELF = 1,
}

export enum NEMessageSearchOrder {
  FORWARD = 0,
  BACKWARD = 1,
}

export enum NENetworkType {
  kConnectionUnknown = 0,
  kConnectionEthernet = 1,
  kConnectionWifi = 2,
  kConnection2G = 3,
  kConnection3G = 4,
  kConnection4G = 5,
  kConnectionNone = 6,
}

export enum NERoomAudioAINSMode {
  NERTCAudioAINSModeOff = 0,
  NERTCAudioAINSModeNormal = 1,
  NERTCAudioAINSModeEnhanced = 2,
  NERoomAudioAINSModeVoiceprint = 3,
}

export enum NERoomAudioScenarioType {
  kNERtcAudioScenarioDefault = 0,
  kNERtcAudioScenarioSpeech = 1,
  kNERtcAudioScenarioMusic = 2,
}

export enum NERoomBeautyEffectType {
  NERoomBeautyWhiteTeeth = 0,
  NERoomBeautyLightEye = 1,
  NERoomBeautyWhiten = 2,
  NERoomBeautySmooth = 3,
  NERoomBeautySmallNose = 4,
  NERoomBeautyEyeDis = 5,
  NERoomBeautyEyeAngle = 6,
  NERoomBeautyMouth = 7,
  NERoomcBeautyBigEye = 8,
  NERoomBeautySmallFace = 9,
  NERoomBeautyJaw = 10,
  NERoomBeautyThinFace = 11,
  NERoomBeautyFaceRuddy = 12,
  NERoomBeautyLongNose = 13,
  NERoomBeautyRenZhong = 14,
  NERoomBeautyMouthAngle = 15,
  NERoomBeautyRoundEye = 16,
  NERoomBeautyOpenEyeAngle = 17,
  NERoomBeautyVFace = 18,
  NERoomBeautyThinUnderjaw = 19,
  NERoomBeautyNarrowFace = 20,
  NERoomBeautyCheekBone = 21,
  NERoomBeautyFaceSharpen = 22,
  NERoomBeautyMouthWidth = 23,
  NERoomBeautyShortenFace = 24,
  NERoomBeautyFadeHeadWrinkle = 25,
  NERoomBeautyFadeEyeRim = 26,
  NERoomBeautyFadeNoseLine = 27,
}

export enum NERoomCaptionErrorCode {
  CODE_SUCCESS = 200,
  CODE_INVALID_REQUEST = 400,
  CODE_NOT_LOGGED_IN = 402,
  CODE_INVALID_PARAMS = 601,
  CODE_NO_PERMISSION = 611,
  CODE_NO_BACKEND_SERVICE = 612,
}

export enum NERoomCaptionState {
  STATE_ENABLE_CAPTION_FAIL = 0,
  STATE_DISABLE_CAPTION_FAIL = 1,
  STATE_ENABLE_CAPTION_SUCCESS = 2,
  STATE_DISABLE_CAPTION_SUCCESS = 3,
}

export enum NERoomCaptionTranslationLanguage {
  NONE = 0,
  CHINESE = 1,
  ENGLISH = 2,
  JAPANESE = 3,
}

export enum NERoomChatMessageType {
  ATTACHSTR = "attachStr",
  AUDIO = "audio",
  CUSTOM = "custom",
  FILE = "file",
  GEO = "geo",
  IMAGE = "image",
  NOTIFICATION = "notification",
  TEXT = "text",
  TIP = "tip",
  VIDEO = "video",
}

export enum NERoomCloudRecordState {
  RecordingStart = 0,
  RecordingStop = 1,
}

export enum NERoomConnectType {
  Disconnect = 0,
  Reconnect = 1,
}

export enum NERoomEndReason {
  ALL_MEMBERS_OUT = "ALL_MEMBERS_OUT",
  CLOSE_BY_BACKEND = "CLOSE_BY_BACKEND",
  CLOSE_BY_MEMBER = "CLOSE_BY_MEMBER",
  END_OF_LIFE = "END_OF_LIFE",
  KICK_BY_OTHER_DEVICE = "KICK_BY_OTHER_DEVICE",
  KICK_BY_SELF = "kICK_BY_SELF",
  KICK_OUT = "KICK_OUT",
  LEAVE_BY_SELF = "LEAVE_BY_SELF",
  LOGIN_STATE_ERROR = "LOGIN_STATE_ERROR",
  MOVE_TO_WAITING_ROOM = "MOVE_TO_WAITING_ROOM",
  SYNC_DATA_ERROR = "SYNC_DATA_ERROR",
  UNKNOWN = "UNKNOWN",
}

export enum NERoomLanguage {
  CHINESE = "CHINESE",
  ENGLISH = "ENGLISH",
  JAPANESE = "JAPANESE",
}

export enum NERoomLiveLayout {
  NONE = 0,
  GALLERY = 1,
  FOCUS = 2,
  SCREEN_SHARE = 4,
}

export enum NERoomLiveState {
  INVALID = 0,
  INIT = 1,
  STARTED = 2,
  ENDED = 3,
}

/** Published without its values. */
export type NERoomLiveStreamAudioCodecProfile = string | number;

export enum NERoomLiveStreamAudioSampleRate {
  SAMPLE_RATE_32000 = 32000,
  SAMPLE_RATE_44100 = 44100,
  SAMPLE_RATE_48000 = 48000,
}

export enum NERoomLocalRecorderError {
  kNERoomLocalRecorderErrorNone = 0,
  kNERoomLocalRecorderFileOpenFailed = 1,
  kNERoomLocalRecorderWriteFailed = 2,
  kNERoomLocalRecorderWriteTrailerFailed = 3,
  kNERoomLocalRecorderFailed = 4,
  kNERoomLocalRecorderCallbackConflict = 5,
  kNERoomLocalRecorderTaskAlreadyExist = 6,
  kNERoomLocalRecorderTaskNotFound = 7,
  kNERoomLocalRecorderSourceNotFoundForTask = 8,
  kNERoomLocalRecorderInputOpenFailed = 9,
  kNERoomLocalRecorderVideoStreamCreateFailed = 10,
  kNERoomLocalRecorderAudioStreamCreateFailed = 11,
}

export enum NERoomMemberInviteState {
  unknown = 0,
  waitingCall = 1,
  calling = 2,
  rejected = 3,
  noAnswer = 4,
  error = 5,
  removed = 6,
  canceled = 7,
  waitingJoin = 8,
  busy = 9,
}

export enum NERoomMemberInviteType {
  unknown = 0,
  SIP = 1,
  APP = 2,
}

export enum NERoomMemberState {
  unknown = 0,
  init = 1,
  inRoom = 2,
  leave = 3,
  inviting = 4,
}

export enum NERoomSessionTypeEnum {
  None = -1,
  P2P = 0,
}

export enum NERoomSipDeviceInviteProtocolType {
  SIP = 1,
  H323 = 2,
}

export enum NERoomStreamLayer {
  low = 0,
  meddle = 1,
  high = 2,
  higher = 3,
}

export enum NERoomStreamType {
  main = 0,
  sub = 1,
}

export enum NERoomVideoLowlightEnhanceLevel {
  kNERoomVideoLowlightEnhanceLevelQuality = 1,
  kNERoomVideoLowlightEnhanceLevelBalance = 2,
  kNERoomVideoLowlightEnhanceLevelAuto = 3,
}

export enum NERoomVirtualBackgroundSupportedType {
  kNEVirtualBackgroundSupportFull = 0,
  kNEVirtualBackgroundSupportHardwareLimit = 1,
  kNEVirtualBackgroundSupportPerformanceLimit = 2,
}

export enum NERoomsCalingMode {
  fullFill = 0,
  CropFill = 1,
}

export enum NEVideoResolution {
  kNEVideoProfileUsingTemplate = -1,
  kNEVideoProfileLowest = 0,
  kNEVideoProfileLow = 1,
  kNEVideoProfileStandard = 2,
  kNEVideoProfileHD720P = 3,
  kNEVideoProfileHD1080P = 4,
  kNEVideoProfile4KUHD = 5,
  kNEVideoProfile8KUHD = 6,
  kNEVideoProfileMAX = kNEVideoProfile8KUHD,
  kNEVideoProfileNone = 7,
}

export enum NEVideoRotation {
  kNEVideoRotation_0 = 0,
  kNEVideoRotation_90 = 90,
  kNEVideoRotation_180 = 180,
  kNEVideoRotation_270 = 270,
}

export enum NEVideoStreamType {
  HIGH = 0,
  LOW = 1,
  MEDIUM = 2,
}

export enum NEVideoType {
  kNEVideoTypeI420 = 0,
  kNEVideoTypeNV12 = 1,
  kNEVideoTypeNV21 = 2,
  kNEVideoTypeBGRA = 3,
  kNEVideoTypeARGB = 4,
  kNEVideoTypeCVPixelBuffer = 5,
  kNEVideoTypeRGBA = 6,
}

export enum NetworkStatus {
  UNKNOWN = 0,
  EXCELLENT = 1,
  GOOD = 2,
  POOR = 3,
  BAD = 4,
  VERYBAD = 5,
  DOWN = 6,
}
