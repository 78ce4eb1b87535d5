#pragma once

/// @file
/// Enumerations, structures and member views shared by all RoomKit headers.

#include <cstdint>
#include <ctime>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#if defined(_WIN32)
#if defined(NEROOMKIT_LIBRARY)
/// Marks what the library hands out.
#define NEROOMKIT_INTERFACE_EXPORT __declspec(dllexport)
#else
/// Marks what the library hands out.
#define NEROOMKIT_INTERFACE_EXPORT __declspec(dllimport)
#endif
#else
/// Marks what the library hands out.
#define NEROOMKIT_INTERFACE_EXPORT __attribute__((visibility("default")))
#endif

/// Marks a form that a richer one has replaced.
#define ROOMKIT_DEPRECATED(msg) [[deprecated(msg)]]

/// Most planes a raw video frame has.
#define kNEMaxPlaneCount 4

namespace neroom {

class INERoomMember;
class INERoomChatMessage;
class INEWaitingRoomMember;
class INEWaitRoomManager;
class NERoomCaptionMessage;

/// An answer: 0 or a code, a sentence about it, and what was asked for.
template <class... T>
using NECallback = std::function<void(int, const std::string&, const T&...)>;

/// An answer that carries nothing but its code.
using NEEmptyCallback = NECallback<>;

/// Keeps an overload that takes a flag from also taking a callback.
template <class Flag>
using NEOnlyIfBool = typename std::enable_if<std::is_same<Flag, bool>::value>::type;

/// Shared views of what the client mirrors.
using SharedMemberPtr = std::shared_ptr<INERoomMember>;
using SharedChatMessagePtr = std::shared_ptr<INERoomChatMessage>;
using NEWaitingRoomMemberPtr = std::shared_ptr<INEWaitingRoomMember>;
using NEWaitingRoomManagerPtr = std::shared_ptr<INEWaitRoomManager>;
using NERoomCaptionMessagePtr = std::shared_ptr<NERoomCaptionMessage>;

/// A window or screen as its platform names it.
using NERoomSourceID = void*;

/// Where a member stands between being invited and having left.
typedef enum tagNERoomMemberState {
    kInRoom = 1,
    kInRtc = 2,
    kLeaved = 3,
    kInviting = 4,
} NERoomMemberState;

/// Progress of a call-out to somebody who is not in the room yet.
typedef enum tagNERoomMemberInviteState {
    kInviteStateWaitingCall = 1,
    kInviteStateCalling = 2,
    kInviteStateRejected = 3,
    kInviteStateNotAnswer = 4,
    kInviteStateError = 5,
    kInviteStateRemoved = 6,
    kInviteStateCanceled = 7,
    kInviteStateWaitingJoin = 8,
    kInviteStateBusy = 9,
} NERoomMemberInviteState;

/// By which way a member was called: a phone line or the app.
typedef enum tagNERoomMemberInviteType {
    kRoomMemberInviteTypeUnknown = 0,
    kRoomMemberInviteTypeSIP = 1,
    kRoomMemberInviteTypeAPP = 2,
} NERoomMemberInviteType;

/// What kind of body a chat message carries.
enum NERoomChatMessageType {
    kNERoomMessageTypeText = 0,
    kNERoomMessageTypeCustom = 1,
    kNERoomMessageTypeFile = 2,
    kNERoomMessageTypeImage = 3,
    kNERoomMessageTypeNotification = 4,
};

/// What a chat notification reports; the numbers are those of the chat room service.
enum NERoomChatMessageNotificationType {
    NERoomChatMessageNotificationTypeUnknown = 0,
    NERoomChatMessageNotificationTypeMemberJoin = 301,
    NERoomChatMessageNotificationTypeMemberLeave = 302,
    NERoomChatMessageNotificationTypeMessageRecall = 323,
};

/// Pixel layout of a raw video frame.
typedef enum tagNEVideoType {
    kNEVideoTypeI420 = 0,
    kNEVideoTypeNV12 = 1,
    kNEVideoTypeNV21 = 2,
    kNEVideoTypeBGRA = 3,
    kNEVideoTypeARGB = 4,
    kNEVideoTypeCVPixelBuffer = 5,
    kNEVideoTypeRGBA = 6,
} NEVideoType;

/// Which kind of media a publish switch acts on.
typedef enum tagNEMediaPubType {
    kNEMediaPubTypeAudio = 0,
} NEMediaPubType;

/// Clockwise rotation of a frame, in degrees.
typedef enum tagNEVideoRotation {
    kNEVideoRotation_0 = 0,
    kNEVideoRotation_90 = 90,
    kNEVideoRotation_180 = 180,
    kNEVideoRotation_270 = 270,
} NEVideoRotation;

/// Value range of the colour components (ITU-T H.273).
enum NERoomVideoColorSpaceRange {
    kNERoomVideoColorSpaceRangeInvalid = 0,
    kNERoomVideoColorSpaceRangeLimited = 1,
    kNERoomVideoColorSpaceRangeFull = 2,
    kNERoomVideoColorSpaceRangeDerived = 3,
};

/// Matrix coefficients of a colour space (ITU-T H.273, table 4).
enum NERoomVideoColorSpaceMatrix {
    kNERoomVideoColorSpaceMatrixRGB = 0,
    kNERoomVideoColorSpaceMatrixBT709 = 1,
    kNERoomVideoColorSpaceMatrixUNSPECIFIED = 2,
    kNERoomVideoColorSpaceMatrixFCC = 4,
    kNERoomVideoColorSpaceMatrixBT470BG = 5,
    kNERoomVideoColorSpaceMatrixSMPTE170M = 6,
    kNERoomVideoColorSpaceMatrixSMPTE240M = 7,
    kNERoomVideoColorSpaceMatrixYCOCG = 8,
    kNERoomVideoColorSpaceMatrixBT2020NCL = 9,
    kNERoomVideoColorSpaceMatrixBT2020CL = 10,
    kNERoomVideoColorSpaceMatrixSMPTE2085 = 11,
    kNERoomVideoColorSpaceMatrixCDNCLS = 12,
    kNERoomVideoColorSpaceMatrixCDCLS = 13,
    kNERoomVideoColorSpaceMatrixBT2100ICTCP = 14,
    kNERoomVideoColorSpaceMatrixInvalid = 63,
};

/// Colour primaries (ITU-T H.273, table 2).
enum NERoomVideoColorSpacePrimary {
    kNERoomVideoColorSpacePrimaryInvalid = 0,
    kNERoomVideoColorSpacePrimaryBT709 = 1,
    kNERoomVideoColorSpacePrimaryUNSPECIFIED = 2,
    kNERoomVideoColorSpacePrimaryBT470M = 4,
    kNERoomVideoColorSpacePrimaryBT470BG = 5,
    kNERoomVideoColorSpacePrimarySMPTE170M = 6,
    kNERoomVideoColorSpacePrimarySMPTE240M = 7,
    kNERoomVideoColorSpacePrimaryFILM = 8,
    kNERoomVideoColorSpacePrimaryBT2020 = 9,
    kNERoomVideoColorSpacePrimarySMPTEST428 = 10,
    kNERoomVideoColorSpacePrimarySMPTEST431 = 11,
    kNERoomVideoColorSpacePrimarySMPTEST432 = 12,
    kNERoomVideoColorSpacePrimaryJEDECP22 = 22,
};

/// Transfer characteristics (ITU-T H.273, table 3).
enum NERoomVideoColorSpaceTransfer {
    kNERoomVideoColorSpaceTransferInvalid = 0,
    kNERoomVideoColorSpaceTransferBT709 = 1,
    kNERoomVideoColorSpaceTransferUNSPECIFIED = 2,
    kNERoomVideoColorSpaceTransferGAMMA22 = 4,
    kNERoomVideoColorSpaceTransferGAMMA28 = 5,
    kNERoomVideoColorSpaceTransferSMPTE170M = 6,
    kNERoomVideoColorSpaceTransferSMPTE240M = 7,
    kNERoomVideoColorSpaceTransferLINEAR = 8,
    kNERoomVideoColorSpaceTransferLOG = 9,
    kNERoomVideoColorSpaceTransferLOG_SQRT = 10,
    kNERoomVideoColorSpaceTransferIEC61966_2_4 = 11,
    kNERoomVideoColorSpaceTransferBT1361_ECG = 12,
    kNERoomVideoColorSpaceTransferIEC61966_2_1 = 13,
    kNERoomVideoColorSpaceTransferBT2020_10 = 14,
    kNERoomVideoColorSpaceTransferBT2020_12 = 15,
    kNERoomVideoColorSpaceTransferSMPTEST2084 = 16,
    kNERoomVideoColorSpaceTransferSMPTEST428 = 17,
    kNERoomVideoColorSpaceTransferARIB_STD_B67 = 18,
};

/// Which device is taken when one is plugged in.
typedef enum tagNEAudioDeviceAutoSelectType {
    kNEAudioDeviceAutoSelectTypeDefault = 0,
    kNEAudioDeviceAutoSelectTypeAvailable = 1,
} NEAudioDeviceAutoSelectType;

/// How an audio device is attached to the computer.
typedef enum tagNEAudioDeviceTransportType {
    kNEAudioDeviceTransportTypeUnknown = 0,
    kNEAudioDeviceTransportTypeBluetooth = 1,
    kNEAudioDeviceTransportTypeBluetoothA2DP = 2,
    kNEAudioDeviceTransportTypeBluetoothLE = 3,
    kNEAudioDeviceTransportTypeUSB = 4,
    kNEAudioDeviceTransportTypeHDMI = 5,
    kNEAudioDeviceTransportTypeBuiltIn = 6,
    kNEAudioDeviceTransportTypeThunderbolt = 7,
    kNEAudioDeviceTransportTypeAirPlay = 8,
    kNEAudioDeviceTransportTypeVirtual = 9,
    kNEAudioDeviceTransportTypeOther = 10,
} NEAudioDeviceTransportType;

/// How a camera is attached to the computer.
typedef enum tagNEVideoDeviceTransportType {
    kNEVideoDeviceTransportTypeUnknown = 0,
    kNEVideoDeviceTransportTypeUSB = 1,
    kNEVideoDeviceTransportTypeVirtual = 2,
    kNEVideoDeviceTransportTypeOther = 3,
} NEVideoDeviceTransportType;

/// Whether an endpoint may publish media.
typedef enum tagNERoomRTCClientRole {
    kRoomRTCClientRoleBroadcaster = 0,
    kRoomRTCClientRoleAudience = 1,
} NERoomRTCClientRole;

/// Why a room ended for this member.
typedef enum tagNERoomEndReason {
    kNERoomEndReasonLeaveBySelf = 0,
    kNERoomEndReasonSyncDataError = 1,
    kNERoomEndReasonKickSelf = 2,
    kNERoomEndReasonCloseByMember = 3,
    kNERoomEndReasonEndOfLife = 4,
    kNERoomEndReasonAllMembersOut = 5,
    kNERoomEndReasonByBackend = 6,
    kNERoomEndReasonKickOut = 7,
    kNERoomEndReasonLoginStateError = 8,
    kNERoomEndReasonDisconnectedFromRTC = 9,
    kNERoomEndReasonKickByOtherDevice = 10,
    kNERoomEndReasonUnKnown = 11,
} NERoomEndReason;

/// Which of the member's own devices leave.
typedef enum tagNERoomLeaveRoomType {
    kNERoomLeaveRoomTypeAll = 0,
    kNERoomLeaveRoomTypeOnlySelf = 1,
} NERoomLeaveRoomType;

/// Kind of client behind a member.
typedef enum tagNEClientType {
    kNEClientTypeUNKNOWN = 0,
    kNEClientTypeIOS = 1,
    kNEClientTypeANDROID = 2,
    kNEClientTypePC = 3,
    kNEClientTypeWEB = 4,
    kNEClientTypeSIP = 5,
    kNEClientTypeMAC = 6,
    kNEClientTypeMINIAPP = 7,
    kNEClientTypeH323 = 8,
    kNEClientTypeLINUX = 9,
    kNEClientTypeOHOS = 10,
} NEClientType;

/// Direction of a history query over time.
enum NEMessageSearchOrder {
    kNEMessageSearchOrderDesc = 0,
    kNEMessageSearchOrderAsc = 1,
};

/// Which of a room's two chat rooms is meant.
enum NEChatroomType {
    kUnknown = -1,
    kMeetingRoom = 0,
    kWaitingRoom = 1,
};

/// Resolution class of the local camera picture.
typedef enum tagNEVideoResolution {
    kNEVideoProfileUsingTemplate = -1,
    kNEVideoProfileLowest = 0,
    kNEVideoProfileLow = 1,
    kNEVideoProfileStandard = 2,
    kNEVideoProfileHD720P = 3,
    kNEVideoProfileHD1080P = 4,
    kNEVideoProfile4KUHD = 5,
    kNEVideoProfile8KUHD = 6,
    kNEVideoProfileNone = 7,
    kNEVideoProfileMAX = 6,
} NEVideoResolution;

/// Frame rate of the local camera picture, in frames per second.
typedef enum tagNEVideoFramerate {
    kNEVideoFramerateFpsDefault = 0,
    kNEVideoFramerateFps_7 = 7,
    kNEVideoFramerateFps_10 = 10,
    kNEVideoFramerateFps_15 = 15,
    kNEVideoFramerateFps_24 = 24,
    kNEVideoFramerateFps_30 = 30,
    kNEVideoFramerateFps_60 = 60,
} NEVideoFramerate;

/// Arrangement of the pictures in a live stream.
typedef enum tagNERoomLiveLayout {
    kNERoomLiveLayoutNone = 0,
    kNERoomLiveLayoutGallery = 1,
    kNERoomLiveLayoutFocus = 2,
    kNERoomLiveLayoutScreenShare = 3,
} NERoomLiveLayout;

/// Life of a live stream.
typedef enum tagNERoomLiveState {
    kNERoomLiveStateInvalid = 0,
    kNERoomLiveStateInit = 1,
    kNERoomLiveStateStarted = 2,
    kNERoomLiveStateEnded = 3,
} NERoomLiveState;

/// Network quality as one grade, 1 best to 6 down.
typedef enum tagNERoomRtcNetWorkQuality {
    kNERoomRtcNetworkQualityUnknown = 0,
    kNERoomRtcNetworkQualityExcellent = 1,
    kNERoomRtcNetworkQualityGood = 2,
    kNERoomRtcNetworkQualityPoor = 3,
    kNERoomRtcNetworkQualityBad = 4,
    kNERoomRtcNetworkQualityVeryBad = 5,
    kNERoomRtcNetworkQualityDown = 6,
} NERoomRtcNetWorkQuality;

/// Languages into which captions can be translated.
typedef enum tagNERoomCaptionTranslationLanguage {
    kNone = 0,
    kChinese = 1,
    kEnglish = 2,
    kJapanese = 3,
} NERoomCaptionTranslationLanguage;

/// Whether this machine can run a virtual background.
typedef enum tagVirtualBackgroundSupportedType {
    kNEVirtualBackgroundSupportFull = 0,
    kNEVirtualBackgroundSupportHardwareLimit = 1,
    kNEVirtualBackgroundSupportPerformanceLimit = 2,
} NERoomVirtualBackgroundSupportedType;

/// Outcome of switching captions on or off.
typedef enum tagNERoomCaptionState {
    STATE_ENABLE_CAPTION_FAIL = 0,
    STATE_DISABLE_CAPTION_FAIL = 1,
    STATE_ENABLE_CAPTION_SUCCESS = 2,
    STATE_DISABLE_CAPTION_SUCCESS = 3,
} NERoomCaptionState;

/// Codes of the caption service.
typedef enum tagNERoomCaptionErrorCode {
    CODE_SUCCESS = 200,
    CODE_INVALID_REQUEST = 400,
    CODE_NOT_LOGGED_IN = 402,
    CODE_INVALID_PARAMS = 601,
    CODE_NO_PERMISSION = 611,
    CODE_NO_BACKEND_SERVICE = 612,
} NERoomCaptionErrorCode;

/// Format of an audio dump for diagnosis.
typedef enum tagNEAudioDumpType {
    kNEAudioDumpTypePCM = 0,
    kNEAudioDumpTypeAll = 1,
    kNEAudioDumpTypeWAV = 2,
} NEAudioDumpType;

/// State of a room's connection; connected only when messaging and media both are.
typedef enum tagNEConnectState {
    kNEStateDisConnected = 0,
    kNEStateConnected = 1,
} NEConnectState;

/// What a virtual background shows.
typedef enum tagNEBackgroundSourceType {
    kNEBackgroundColor = 1,
    kNEBackgroundImage = 2,
    kNEBackgroundVideo = 4,
} NEBackgroundSourceType;

/// Why a virtual background could or could not be switched on.
typedef enum tagNERoomVirtualBackgroundSourceStateReason {
    kNERoomVirtualBackgroundSourceStateReasonSuccess = 0,
    kNERoomVirtualBackgroundSourceStateReasonImageNotExist = 1,
    kNERoomVirtualBackgroundSourceStateReasonImageFormatNotSupported = 2,
    kNERoomVirtualBackgroundSourceStateReasonColorFormatNotSupported = 3,
    kNERoomVirtualBackgroundSourceStateReasonDeviceNotSupported = 4,
    kNERoomVirtualBackgroundSourceStateReasonVideoDecodeFail = 5,
} NERoomVirtualBackgroundSourceStateReason;

/// Progress of a local recording.
typedef enum tagNERoomLocalRecorderStatus {
    kNERoomLocalRecorderStatusNone = 0,
    kNERoomLocalRecorderStatusFlvStart = 1,
    kNERoomLocalRecorderStatusFlvEnd = 2,
    kNERoomLocalRecorderStatusMp4Start = 3,
    kNERoomLocalRecorderStatusMp4End = 4,
    kNERoomLocalRecorderStatusRemuxStart = 5,
    kNERoomLocalRecorderStatusRemuxEnd = 6,
    kNERoomLocalRecorderStatusComplete = 7,
} NERoomLocalRecorderStatus;

/// What stopped a local recording.
typedef enum tagNERoomLocalRecorderError {
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
    kNERoomLocalRecorderCoverImageParseFailed = 12,
    kNERoomLocalRecorderPlaceholderImageParseFailed = 13,
    kNERoomLocalRecorderRemuxPrcocessRunning = 14,
    kNERoomLocalRecorderOutputOpenFailed = 15,
} NERoomLocalRecorderError;

/// One adjustable feature of the beauty filter.
typedef enum tagNERoomBeautyEffectType {
    kNERoomBeautyWhiteTeeth = 0,
    kNERoomBeautyLightEye = 1,
    kNERoomBeautyWhiten = 2,
    kNERoomBeautySmooth = 3,
    kNERoomBeautySmallNose = 4,
    kNERoomBeautyEyeDis = 5,
    kNERoomBeautyEyeAngle = 6,
    kNERoomBeautyMouth = 7,
    kNERoomcBeautyBigEye = 8,
    kNERoomBeautySmallFace = 9,
    kNERoomBeautyJaw = 10,
    kNERoomBeautyThinFace = 11,
    kNERoomBeautyFaceRuddy = 12,
    kNERoomBeautyLongNose = 13,
    kNERoomBeautyRenZhong = 14,
    kNERoomBeautyMouthAngle = 15,
    kNERoomBeautyRoundEye = 16,
    kNERoomBeautyOpenEyeAngle = 17,
    kNERoomBeautyVFace = 18,
    kNERoomBeautyThinUnderjaw = 19,
    kNERoomBeautyNarrowFace = 20,
    kNERoomBeautyCheekBone = 21,
    kNERoomBeautyFaceSharpen = 22,
} NERoomBeautyEffectType;

/// The main audio (microphone) or the second one (shared sound).
typedef enum tagNERoomRtcAudioStreamType {
    kNERoomRtcAudioStreamTypeMain = 0,
    kNERoomRtcAudioStreamTypeSub = 1,
} NERoomRtcAudioStreamType;

/// Sample format of raw audio.
typedef enum tagNEAudioType {
    kNEAudioTypePCM16 = 0,
} NEAudioType;

/// Progress of a screen capture.
typedef enum tagNERoomScreenCaptureStatus {
    kNERoomScreenCaptureStatusStart = 1,
    kNERoomScreenCaptureStatusPause = 2,
    kNERoomScreenCaptureStatusResume = 3,
    kNERoomScreenCaptureStatusStop = 4,
    kNERoomScreenCaptureStatusCovered = 5,
    kNERoomScreenCaptureExcludeWndError = 101,
} NERoomScreenCaptureStatus;

/// Which simulcast layer of a remote video is wanted.
typedef enum tagNEVideoStreamType {
    kStreamTypeHigh = 0,
    kStreamLow = 1,
    kStreamMid = 2,
} NEVideoStreamType;

/// How a picture is fitted into its view.
typedef enum tagNEVideoScalingMode {
    kVideoScaleFit = 0,
    kVideoScaleFullFill = 1,
    kVideoScaleCropFill = 2,
} NEVideoScalingMode;

/// Whether the local preview is mirrored.
typedef enum tagNEVideoMirrorMode {
    kVideoMirrorModeAuto = 0,
    kVideoMirrorModeEnabled = 1,
    kVideoMirrorModeDisabled = 2,
} NEVideoMirrorMode;

/// What a capture source is: a window, a screen or the app's own.
enum NERoomScreenCaptureSourceType {
    kNERoomScreenCaptureSourceTypeUnknown = -1,
    kNERoomScreenCaptureSourceTypeWindow = 0,
    kNERoomScreenCaptureSourceTypeScreen = 1,
    kNERoomScreenCaptureSourceTypeCustom = 2,
};

/// The same, as reported in capture updates.
typedef enum TagNERoomRtcScreenCaptureSourceType {
    kRtcScreenCaptureSourceTypeUnknown = -1,
    kRtcScreenCaptureSourceTypeWindow = 0,
    kRtcScreenCaptureSourceTypeScreen = 1,
    kRtcScreenCaptureSourceTypeCustom = 2,
} NERoomRtcScreenCaptureSourceType;

/// What to do with the highlight drawn around a captured area.
typedef enum TagNERtcScreenCaptureCustomHLBorderAction {
    kRtcScreenCaptureCustomHLBorderActionSetPos = 0,
    kRtcScreenCaptureCustomHLBorderActionSetAbove = 1,
    kRtcScreenCaptureCustomHLBorderActionSetBelow = 2,
    kRtcScreenCaptureCustomHLBorderActionHide = 3,
    kRtcScreenCaptureCustomHLBorderActionShow = 4,
} NERtcScreenCaptureCustomHLBorderAction;

/// What to give up first when the uplink is too narrow.
typedef enum tagNERoomDegradationPreference {
    kNERoomDegradationDefault = 0,
    kNERoomDegradationMaintainFramerate = 1,
    kNERoomDegradationMaintainQuality = 2,
    kNERoomDegradationBalanced = 3,
} NERoomDegradationPreference;

/// Preset voices of the voice changer.
enum NERoomVoiceChangerType {
    kNERoomVoiceChangerOff = 0,
    kNERoomVoiceChangerRobot = 1,
    kNERoomVoiceChangerGaint = 2,
    kNERoomVoiceChangerHorror = 3,
    kNERoomVoiceChangerMature = 4,
    kNERoomVoiceChangerManToWoman = 5,
    kNERoomVoiceChangerWomanToMan = 6,
    kNERoomVoiceChangerManToLoli = 7,
    kNERoomVoiceChangerWomanToLoli = 8,
};

/// Preset sounds of the voice beautifier.
enum NERoomVoiceBeautifierType {
    kNERoomVoiceBeautifierOff = 0,
    kNERoomVoiceBeautifierMuffled = 1,
    kNERoomVoiceBeautifierMellow = 2,
    kNERoomVoiceBeautifierClear = 3,
    kNERoomVoiceBeautifierMagnetic = 4,
    kNERoomVoiceBeautifierRecordingstudio = 5,
    kNERoomVoiceBeautifierNature = 6,
    kNERoomVoiceBeautifierKTV = 7,
    kNERoomVoiceBeautifierRemote = 8,
    kNERoomVoiceBeautifierChurch = 9,
    kNERoomVoiceBeautifierBedroom = 10,
    kNERoomVoiceBeautifierLive = 11,
};

/// Bands of the equaliser; the suffix is the centre in Hz.
typedef enum tagNERoomAudioEqualizationBandFrequency {
    kNEVoiceEqualizationBand_31 = 0,
    kNEVoiceEqualizationBand_62 = 1,
    kNEVoiceEqualizationBand_125 = 2,
    kNEVoiceEqualizationBand_250 = 3,
    kNEVoiceEqualizationBand_500 = 4,
    kNEVoiceEqualizationBand_1K = 5,
    kNEVoiceEqualizationBand_2K = 6,
    kNEVoiceEqualizationBand_4K = 7,
    kNEVoiceEqualizationBand_8K = 8,
    kNEVoiceEqualizationBand_16K = 9,
} NERoomAudioEqualizationBandFrequency;

/// The camera video or the screen video.
typedef enum tagNERoomRtcVideoStreamType {
    kNEVideoStreamMain = 0,
    kNEVideoStreamSub = 1,
    kNEVideoStreamCount = 2,
} NERoomRtcVideoStreamType;

/// Whether a raw audio callback may write the samples.
typedef enum tagNERoomRtcAudioFrameOpMode {
    kNERawAudioFrameOpModeReadOnly = 0,
    kNERawAudioFrameOpModeReadWrite = 1,
} NERoomRtcAudioFrameOpMode;

/// Quality class of the microphone stream.
typedef enum tagNERoomRtcAudioProfileType {
    kNEAudioProfileDefault = 0,
    kNEAudioProfileStandard = 1,
    kNEAudioProfileStandardExtend = 2,
    kNEAudioProfileMiddleQuality = 3,
    kNEAudioProfileMiddleQualityStereo = 4,
    kNEAudioProfileHighQuality = 5,
    kNEAudioProfileHighQualityStereo = 6,
} NERoomRtcAudioProfileType;

/// Strength of the noise suppression.
typedef enum tagNERoomAudioAINSMode {
    kNERoomAudioAINSModeOff = 0,
    kNERoomAudioAINSModeMormal = 1,
    kNERoomAudioAINSModeEnhanced = 2,
    kNERoomAudioAINSModeVoiceprint = 3,
} NERoomAudioAINSMode;

/// What the microphone stream is tuned for.
typedef enum tagNERoomRtcAudioScenarioType {
    kNEAudioScenarioDefault = 0,
    kNEAudioScenarioSpeech = 1,
    kNEAudioScenarioMusic = 2,
} NERoomRtcAudioScenarioType;

/// Whether a channel is a call or a broadcast.
typedef enum tagNERoomRtcChannelProfileType {
    kNEChannelProfileCommunication = 0,
    kNEChannelProfileLiveBroadcasting = 1,
} NERoomRtcChannelProfileType;

/// Language of the texts that the SDK hands out.
enum class NERoomLanguage {
    kNEAutomatic = 0,
    kNEChinese = 1,
    kNEEnglish = 2,
    kNEJapanese = 3,
};
/// The tag under which the enumeration is also known.
using tagNERoomLanguage = NERoomLanguage;

/// How this machine is connected to the network.
typedef enum tagNERoomNetworkType {
    kConnectionUnknown = 0,
    kConnectionEthernet = 1,
    kConnectionWifi = 2,
    kConnection2G = 3,
    kConnection3G = 4,
    kConnection4G = 5,
    kConnectionNone = 6,
} NENetworkType;

/// Cipher of the media encryption.
enum NEEncryptionType {
    kNEEncryptionTypeGMCryptoSM4ECB = 0,
};

/// Whether a cloud recording runs.
enum NERoomCloudRecordState {
    kNERoomRecordingStart = 0,
    kNERoomRecordingStop = 1,
};

/// Container of a recorded file.
enum NERecordFileType {
    kNERecordFileUnknown = 0,
    kNERecordFileTypeAAC = 1,
    kNERecordFileTypeMP4 = 2,
    kNERecordFileTypeFLV = 3,
};

/// Where this user stands in the waiting room.
enum NEWaitingRoomState {
    kStatusNone = 0,
    kStatusWaiting = 1,
    kStatusAdmitted = 2,
    kStatusLeft = 3,
};

/// Why somebody's waiting state changed.
enum NEWaitingRoomMemberStateChangeReason {
    kReasonBySelf = 0,
    kReasonPuttedIn = 1,
    kReasonSelfKicked = 2,
    kReasonExpelled = 3,
    kReasonTimeout = 4,
    kReasonPermit = 5,
    kReasonAllKicked = 6,
};

/// Protocol by which a room system is called.
enum class NERoomSipDeviceInviteProtocolType {
    kIp = 1,
    kH323 = 2,
};

/// Whether media takes the cloud proxy.
typedef enum tagNERoomRtcTransportType {
    kNERoomRtcTransportTypeNoneProxy = 0,
    kNERoomRtcTransportTypeUDPProxy = 1,
} NERoomRtcTransportType;

/// Number of simulcast layers that are published.
typedef enum tagNERoomRtcVideoStreamLayerCount {
    kNERoomRtcVideoStreamLayerCountOne = 1,
    kNERoomRtcVideoStreamLayerCountTwo = 2,
    kNERoomRtcVideoStreamLayerCountThree = 3,
} NERoomRtcVideoStreamLayerCount;

/// Outcome of installing the driver for shared system sound.
typedef enum tagNERoomRtcInstallCastAudioDriverResult {
    NERoomRtcInstallCastAudioDriverSuccess = 0,
    NERoomRtcInstallCastAudioDriverNotAuthorized = 2,
    NERoomRtcInstallCastAudioDriverFailed = 3,
} NERoomRtcInstallCastAudioDriverResult;

/// Loadable extensions.
typedef enum tagNERoomExtensionType {
    kNERoomExtensionTypeVirtualBackground = 1,
} NERoomExtensionType;

/// How low-light enhancement trades quality for load.
typedef enum tagNERoomVideoLowlightEnhanceLevel {
    kNERoomVideoLowlightEnhanceLevelQuality = 1,
    kNERoomVideoLowlightEnhanceLevelBalance = 2,
    kNERoomVideoLowlightEnhanceLevelAuto = 3,
} NERoomVideoLowlightEnhanceLevel;

/// A rectangle in pixels.
struct NERectangle {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/// A raw frame as handed to a callback, with its planes and colour space.
struct NERoomVideoCallbackFrame {
    void* data = nullptr;
    uint32_t type = 0;
    uint32_t width = 0;
    uint32_t height = 0;
    uint32_t count = 0;
    uint32_t offsets[4] = {};
    uint32_t strides[4] = {};
    uint32_t rotation = 0;
    NERoomVideoColorSpaceRange colorSpaceRange{};
    NERoomVideoColorSpaceMatrix colorSpaceMatrix{};
    NERoomVideoColorSpacePrimary colorSpacePrimary{};
    NERoomVideoColorSpaceTransfer colorSpaceTransfer{};
};

/// One camera, microphone or loudspeaker.
struct NEDeviceBaseInfo {
    std::string deviceName;
    std::string deviceId;
    bool unavailable = true;
    bool defaultDevice = false;
    int transportType = 0;
    bool selectPriorityDevice = false;
};

/// Video limits that a role carries.
struct NERoleVideoParams {
    int width{0};
    int height{0};
    int fps{0};
};

/// Audio defaults that a role carries.
struct NERoleAudioParams {
    std::string profile;
    std::string scenario;
};

/// Screen share defaults that a role carries.
struct NERoleScreenParams {
    std::string videoProfile;
    uint8_t preferMotionFPS{24};
    uint8_t preferDetailsFPS{5};
};

/// All media defaults that a role carries.
struct NERoleParams {
    NERoleVideoParams video;
    NERoleAudioParams audio;
    NERoleScreenParams screen;
    std::string channelProfileV2;
};

/// A role of the room template.
struct NERoomRole {
    std::string name;
    int limit = 0;
    bool hide = false;
    NERoleParams params;
};

/// Roles that may publish each stream.
struct NEPermissionStreams {
    std::list<std::string> audio;
    std::list<std::string> video;
    std::list<std::string> subVideo;
};

/// A room property and the roles that may write it.
struct NERoomProperty {
    std::string name;
    std::list<std::string> roles;
};

/// Roles that may write the properties of a member.
struct NEMemberProperty {
    std::list<std::string> whiteboard;
    std::list<std::string> screenShare;
};

/// Roles that may publish one stream.
struct NETemplateStream {
    std::list<std::string> roles;
};

/// Roles that may publish each stream of a member.
struct NETemplateStreams {
    NETemplateStream audio;
    NETemplateStream video;
    NETemplateStream subVideo;
};

/// Permissions about members.
struct NETemplateMember {
    NEMemberProperty properties;
    NETemplateStreams streams;
};

/// Permissions about the room.
struct NETemplateRoom {
    std::list<NERoomProperty> properties;
};

/// All permissions of a template.
struct NETemplatePermissions {
    NETemplateMember member;
    NETemplateRoom room;
};

/// What a room of this kind allows, and to whom.
struct NERoomTemplate {
    std::list<NERoomRole> roles;
    NETemplatePermissions permissions;
};

/// What a new room is.
struct NECreateRoomParams {
    std::string roomUuid;
    std::string roomName;
    std::string password;
    int maxMembers{-1};
    int templateId = 0;
    std::map<std::string, std::string> initialProperties;
};

/// Who enters which room, and as what.
struct NEJoinRoomParams {
    std::string roomUuid;
    std::string userName;
    std::string avatar;
    std::string role;
    std::string password;
    std::string session;
    bool kickOtherDevice = false;
    std::map<std::string, std::string> initialProperties;
};

/// Which services a new room has.
struct NECreateRoomOptions {
    bool enableRecord = false;
    bool enableLive = false;
    bool enableRtc = true;
    bool enableChatroom = false;
    bool enableWhiteboard = false;
    std::map<std::string, std::string> roleBind;
    bool enableWaitingRoom = false;
    bool enableSIPInvite = false;
    bool enableAPPInvite = false;
};

/// Choices made while joining.
struct NEJoinRoomOptions {
    bool enableMyAudioDeviceOnJoinRtc = false;
};

/// Choices of a preview; none so far.
struct NEPreviewRoomParams {};

/// Options of a preview; none so far.
struct NEPreviewRoomOptions {};

/// One device of a member that is in the room.
struct NEConnectedDevice {
    uint64_t rtcUid = 0;
    NEClientType clientType = kNEClientTypeUNKNOWN;
    std::string deviceId;
    bool isAudioConnected = false;
    bool isAudioOn = false;
    bool isVideoOn = false;
    bool isSharingScreen = false;
    bool isSharingSystemAudio = false;
};

/// The devices with which this user is in one room.
struct NEInRoomDeviceListItem {
    std::string roomUuid;
    bool multiDeviceEnabled = false;
    std::list<NEConnectedDevice> devices;
};

/// Range and order of a history query; times in milliseconds.
struct NEHistoryMessageSearchOption {
    time_t startTime{0};
    uint32_t limit{0};
    NEMessageSearchOrder order{kNEMessageSearchOrderDesc};
};

/// A history query limited to tags; times in milliseconds.
struct NEHistoryMessageSearchOptionByTags : public NEHistoryMessageSearchOption {
    std::list<std::string> tags;
    time_t endTime{0};
    bool reverse = false;
};

/// A member as the chat room shows it.
struct NEChatRoomMember {
    std::string nick;
    std::string avatar;
};

/// A custom command sent to a user or a room.
struct NECustomMessage {
    std::string roomUuid;
    std::string senderUuid;
    std::string data;
    int commandId = 0;
};

/// What a live stream shows.
struct NERoomLiveRequest {
    std::string title;
    std::string password;
    NERoomLiveLayout liveLayout = kNERoomLiveLayoutNone;
    std::vector<std::string> userUuidList;
    std::string extentionConfig;
    bool enableThirdParties = false;
};

/// Pictures behind a live stream.
struct NERoomLiveBackgroundParam {
    std::string backgroundUrl;
    std::string thumbnailBackgroundUrl;
    std::string coverUrl;
    std::string thumbnailCoverUrl;
};

/// Pictures behind a live stream, with the number of their last change.
struct NERoomLiveBackgroundInfo : public NERoomLiveBackgroundParam {
    time_t backgroundUpdatedSequence{0};
};

/// A live stream and the addresses to watch it.
struct NERoomLiveInfo : public NERoomLiveRequest {
    std::string taskId;
    std::string pushUrl;
    std::string pullHlsUrl;
    std::string pullHttpUrl;
    std::string pullRtmpUrl;
    std::string pullRtsUrl;
    NERoomLiveState state = kNERoomLiveStateInvalid;
};

/// Figures of one video stream.
struct NEVideoStats {
    std::string userUuid;
    uint32_t layerType = 1;
    uint32_t width = 0;
    uint32_t height = 0;
    uint32_t frameRate = 0;
    uint32_t bitRate = 0;
};

/// Up and down quality of one member.
struct NERoomRtcNetworkQualityInfo {
    std::string userUuid;
    NERoomRtcNetWorkQuality upStatus = kNERoomRtcNetworkQualityUnknown;
    NERoomRtcNetWorkQuality downStatus = kNERoomRtcNetworkQualityUnknown;
};

/// How loud one member is, 0 to 100.
struct NEMemberVolumeInfo {
    std::string userUuid;
    int volume = 0;
};

/// From and to which languages captions are translated.
struct NERoomCaptionTranslationConfig {
    std::string srcLanguage;
    std::list<std::string> srcLanguageArr;
    std::list<std::string> dstLanguageArr;
    bool needTranslateSameLanguage = false;
};

/// Versions of the parts of this SDK.
struct NESDKVersions {
    std::string imVersion;
    std::string rtcVersion;
    std::string whiteboardVersion;
    std::string roomKitVersion;
};

/// What to put behind the person: a colour, a picture or a film.
struct NERoomVirtualBackgroundSource {
    NEBackgroundSourceType sourceType = NEBackgroundSourceType::kNEBackgroundColor;
    unsigned int color = 0xffffff;
    std::string path;
};

/// Totals of a call: load, traffic, loss, round trip (ms).
struct NERoomRtcStats {
    uint32_t cpuAppUsageRatio = 0;
    uint32_t cpuIdleUsageRatio = 0;
    uint32_t cpuTotalUsageRatio = 0;
    uint32_t memoryAppUsageRatio = 0;
    uint32_t memoryTotalUsageRatio = 0;
    uint32_t memoryAppInKBytes = 0;
    int totalDuration = 0;
    uint64_t txBytes = 0;
    uint64_t rxBytes = 0;
    uint64_t txAudioBytes = 0;
    uint64_t txVideoBytes = 0;
    uint64_t rxAudioBytes = 0;
    uint64_t rxVideoBytes = 0;
    int txAudioKBitRate = 0;
    int rxAudioKBitRate = 0;
    int txVideoKBitRate = 0;
    int rxVideoKBitRate = 0;
    int upRtt = 0;
    int downRtt = 0;
    int txAudioPacketLossRate = 0;
    int txVideoPacketLossRate = 0;
    int txAudioPacketLossSum = 0;
    int txVideoPacketLossSum = 0;
    int txAudioJitter = 0;
    int txVideoJitter = 0;
    int rxAudioPacketLossRate = 0;
    int rxVideoPacketLossRate = 0;
    int rxAudioPacketLossSum = 0;
    int rxVideoPacketLossSum = 0;
    int rxAudioJitter = 0;
    int rxVideoJitter = 0;
};

/// Figures of an audio stream that is sent.
struct NERoomRtcAudioSendStats {
    NERoomRtcAudioStreamType streamType = kNERoomRtcAudioStreamTypeMain;
    int numChannels = 0;
    int sentSampleRate = 0;
    int sentBitRate = 0;
    int audioLossRate = 0;
    int64_t rtt = 0;
    unsigned int volume = 0;
    unsigned int capVolume = 0;
};

/// Figures of an audio stream that is received.
struct NERoomRtcAudioRecvStats {
    NERoomRtcAudioStreamType streamType = kNERoomRtcAudioStreamTypeMain;
    int receivedBitRate = 0;
    int totalFrozenTime = 0;
    int frozenRate = 0;
    int audioLossRate = 0;
    unsigned int volume = 0;
};

/// Figures of a video layer that is sent.
struct NERoomRtcVideoSendStats {
    int layerType = 1;
    int width = 0;
    int height = 0;
    int captureWidth = 0;
    int captureHeight = 0;
    int captureFrameRate = 0;
    int renderFrameRate = 0;
    int encoderFrameRate = 0;
    int sentFrameRate = 0;
    int sentBitRate = 0;
    int targetBitRate = 0;
    int encoderBitRate = 0;
    std::string encoderName;
    bool dropBandwidthStrategyEnabled = false;
};

/// Figures of a video layer that is received.
struct NERoomRtcVideoRecvStats {
    int layerType = 1;
    int width = 0;
    int height = 0;
    int receivedBitRate = 0;
    int receivedFrameRate = 0;
    int decoderFrameRate = 0;
    int renderFrameRate = 0;
    int packetLossRate = 0;
    int totalFrozenTime = 0;
    int frozenRate = 0;
    std::string encoderName;
};

/// A raw frame that the app pushes; timestamp in milliseconds.
struct NERoomVideoFrame {
    NEVideoType format = kNEVideoTypeI420;
    uint64_t timestamp = 0;
    uint32_t width = 0;
    uint32_t height = 0;
    NEVideoRotation rotation = kNEVideoRotation_0;
    void* buffer = nullptr;
};

/// Format of raw audio.
struct NEAudioFormat {
    NEAudioType type = kNEAudioTypePCM16;
    uint32_t channels = 2;
    uint32_t sampleRate = 0;
    uint32_t bytesPerSample = 16;
    uint32_t samplesPerChannel = 1;
};

/// A piece of raw audio.
struct NERoomAudioFrame {
    NEAudioFormat format;
    void* data = nullptr;
    int64_t syncTimestamp = 0;
};

/// A music file to mix in; volumes in percent.
struct NERoomCreateAudioMixingOption {
    std::string path;
    int loopCount = 1;
    bool sendEnabled = true;
    uint32_t sendVolume = 100;
    bool playbackEnabled = true;
    uint32_t playbackVolume = 100;
    uint64_t startTimestamp = 0;
    NERoomRtcAudioStreamType sendWithAudioType = kNERoomRtcAudioStreamTypeMain;
};

/// A short sound to play; volumes in percent.
struct NERoomCreateAudioEffectOption {
    std::string path;
    int loopCount = 1;
    bool sendEnabled = true;
    uint32_t sendVolume = 100;
    bool playbackEnabled = true;
    uint32_t playbackVolume = 100;
};

/// A native window and how pictures fill it.
struct NERoomVideoView {
    bool setup = false;
    void* window = nullptr;
    NEVideoScalingMode scalingMode = kVideoScaleFit;
    NEVideoMirrorMode mirrorMode = kVideoMirrorModeDisabled;
};

/// A size in pixels.
struct NERoomSize {
    int width{0};
    int height{0};
};

/// A small picture of a capture source.
struct NERoomThumbImage {
    char* data{nullptr};
    uint32_t length{0};
    NERoomSize size;
};

/// A window or screen that can be shared.
struct NERoomScreenCaptureInfo {
    NERoomScreenCaptureSourceType type{};
    NERoomSourceID sourceID = nullptr;
    std::string title;
    std::string sourceName;
    std::string processPath;
    NERoomThumbImage thumbImage;
    NERoomThumbImage icon;
    bool primaryMonitor = false;
};

/// The state of the source being captured.
struct NERoomRtcScreenCaptureSourceData {
    NERoomRtcScreenCaptureSourceType type{};
    NERoomSourceID sourceID = nullptr;
    NERoomScreenCaptureStatus status{};
    NERtcScreenCaptureCustomHLBorderAction action{};
    NERectangle captureRect;
    int level = 0;
};

/// The border drawn around what is shared.
struct NERoomScreenSharingHighlight {
    bool enable{true};
    int width{4};
    uint32_t color{0xFF7EDE00};
    int length{-1};
};

/// Choices of a screen share.
struct NERoomScreenSharingOption {
    bool enableHighPerformance{true};
    NERoomScreenSharingHighlight highlight;
    bool preferMotion{true};
    NERoomDegradationPreference degradationPreference{kNERoomDegradationDefault};
    int limitFrameRate{30};
    std::string videoProfile;
    int frameRate{0};
    int bitrate{0};
};

/// Shape of the reverberation.
struct NERoomReverbParam {
    float wetGain = 0.0f;
    float dryGain = 1.0f;
    float damping = 1.0f;
    float roomSize = 0.1f;
    float decayTime = 0.1f;
    float preDelay = 0.0f;
};

/// In which format raw audio is wanted.
struct NERoomRtcAudioFrameRequestFormat {
    uint32_t channels = 0;
    uint32_t sampleRate = 0;
    NERoomRtcAudioFrameOpMode mode = kNERawAudioFrameOpModeReadWrite;
};

/// One file of a cloud recording; size in bytes.
struct NERecordFileInfo {
    NERecordFileType type{kNERecordFileUnknown};
    bool mixing = false;
    std::string fileName;
    std::string md5;
    uint32_t size{0};
    std::string url;
    int64_t videoId{0};
    uint32_t pieceIndex{0};
    std::string userUuid;
    std::string nickname;
};

/// A cloud recording; times in milliseconds.
struct NERoomRecord {
    std::string recordId;
    time_t startTime = 0;
    time_t endTime = 0;
    std::list<NERecordFileInfo> infoList;
};

/// Where and with which covers a local recording is written.
struct NERoomLocalRecordingConfig {
    bool isShowTimestampCover = true;
    bool recordAudio = false;
    bool recordVideo = true;
    std::string filePath = "";
    std::string fileName = "";
    std::string coverConfigFilePath = "";
    std::string defaultCoverConfigFilePath = "";
    std::string coverTitle = "";
    std::string coverMeetingNumber = "";
    std::string coverCreateTime = "";
};

/// Place of one stream in a local recording.
struct NERoomLocalRecordingLayoutConfig {
    std::string uid;
    NERoomRtcVideoStreamType streamType = kNEVideoStreamMain;
    bool isShowNameCover = true;
    bool isShowStreamDefaultCover = false;
    bool isScreenShare = false;
    int streamLayer = 0;
    int offsetX = 0;
    int offsetY = 0;
    int width = 0;
    int height = 0;
    int scalingMode = 1;
    uint32_t bgColor = 0;
};

/// This user's place in the waiting room.
struct NEMyWaitingRoomState {
    std::string userUuid;
    std::string userName;
    std::string avatar;
    time_t joinTime{0};
    NEWaitingRoomState state{NEWaitingRoomState::kStatusWaiting};
    NEWaitingRoomMemberStateChangeReason reason{NEWaitingRoomMemberStateChangeReason::kReasonBySelf};
};

/// The waiting room itself.
struct NEWaitingRoomInfo {
    std::string roomUuid;
    std::string logo;
    std::string backgroundImage;
    uint32_t memberCount{0};
    uint64_t chatroomID{0};
    bool isEnabledOnEntry{false};
    bool operator==(const NEWaitingRoomInfo& other) const {
        return roomUuid == other.roomUuid && logo == other.logo && backgroundImage == other.backgroundImage &&
               memberCount == other.memberCount && chatroomID == other.chatroomID &&
               isEnabledOnEntry == other.isEnabledOnEntry;
    }
    bool operator!=(const NEWaitingRoomInfo& other) const { return !(*this == other); }
};

/// Outcome of a snapshot.
struct NERoomTakeSnapshotInfo {
    uint64_t errorCode{0};
    std::string image_path;
};

/// A person called by phone.
struct NERoomSIPCallInfo {
    std::string userUuid;
    std::string name;
    bool isRepeatedCall{false};
};

/// A room system that can be called.
struct NERoomSystemDevice {
    NERoomSipDeviceInviteProtocolType protocol{NERoomSipDeviceInviteProtocolType::kIp};
    std::string deviceAddress;
    std::string name;
};

/// A person called in the app.
struct NERoomAppInviteCallInfo {
    std::string userUuid;
    std::string name;
    bool isRepeatedCall{false};
};

/// One way of recording.
struct NERoomRecordMode {
    int mode = 0;
};

/// Which ways of recording run together.
struct NERoomRecordConfig {
    int rtcRecordType = 0;
    std::vector<NERoomRecordMode> modeList;
};

/// A voiceprint of a person at a device.
struct NERoomVoiceprintInfo {
    std::string deviceId;
    std::string voiceprint;
};

/// A chat message in the form of older releases; time in milliseconds.
struct NERoomMessage {
    NERoomChatMessageType messageType{};
    std::string messageUuid;
    std::string fromUserUuid;
    std::string fromNick;
    std::vector<std::string> toUserUuidList;
    std::string text;
    uint64_t time = 0;
};

/// Figures of one audio stream in the form of older releases.
struct NEAudioStats {
    std::string userUuid;
    int volume = 0;
    int bitRate = 0;
    int lossRate = 0;
    int64_t rtt = 0;
};

/// Network quality in the form of older releases.
using NENetWorkQualityStats = NERoomRtcNetworkQualityInfo;

/// What all chat messages have; time in milliseconds.
class INERoomChatMessage {
public:
    virtual ~INERoomChatMessage() = default;
    virtual NERoomChatMessageType messageType() = 0;
    virtual std::string fromUserUuid() = 0;
    virtual std::string fromNick() = 0;
    virtual std::string fromAvatar() const = 0;  // since 1.26.0
    virtual std::vector<std::string> toUserUuidList() = 0;
    virtual uint64_t time() = 0;
    virtual std::string messageUuid() = 0;
    virtual NEChatroomType getChatRoomType() = 0;  // since 1.25.0
};

/// A chat message of text.
class INERoomChatTextMessage : public INERoomChatMessage {
public:
    virtual ~INERoomChatTextMessage() = default;
    virtual std::string text() = 0;
};

/// A chat message whose body the app defines.
class INERoomChatCustomMessage : public INERoomChatMessage {
public:
    virtual ~INERoomChatCustomMessage() = default;
    virtual std::string attachStr() = 0;
};

/// A chat message with a file; size in bytes.
class INERoomChatFileMessage : public INERoomChatMessage {
public:
    virtual ~INERoomChatFileMessage() = default;
    virtual std::string displayName() = 0;
    virtual std::string extension() = 0;
    virtual std::string md5() = 0;
    virtual std::string url() = 0;
    virtual uint64_t size() = 0;
    virtual std::string path() = 0;
};

/// A chat message with a picture.
class INERoomChatImageMessage : public INERoomChatFileMessage {
public:
    virtual ~INERoomChatImageMessage() = default;
    virtual int width() = 0;
    virtual int height() = 0;
};

/// One thing that a chat notification reports.
class INERoomChatRoomNotificationItem {
public:
    virtual ~INERoomChatRoomNotificationItem() = default;
    virtual NERoomChatMessageNotificationType getNotificationType() const = 0;
    virtual std::string getRawData() const = 0;
};

/// Keeps the kind and the raw text of a notification.
class NERoomChatRoomNotificationItemBase : public INERoomChatRoomNotificationItem {
public:
    NERoomChatMessageNotificationType getNotificationType() const override { return type_; }
    void setNotificationType(NERoomChatMessageNotificationType type) { type_ = type; }
    std::string getRawData() const override { return rawData_; }
    void setRawData(const std::string& rawData) { rawData_ = rawData; }

private:
    NERoomChatMessageNotificationType type_{NERoomChatMessageNotificationTypeUnknown};
    std::string rawData_;
};

/// Somebody entered the chat room.
class INERoomChatRoomNotificationItemMemberJoin : public NERoomChatRoomNotificationItemBase {
public:
    virtual ~INERoomChatRoomNotificationItemMemberJoin() = default;
    virtual NEChatRoomMember getMemberInfo() const = 0;
};

/// Somebody left the chat room.
using INERoomChatRoomNotificationItemMemberLeave = INERoomChatRoomNotificationItemMemberJoin;

/// A message was taken back; its time is in milliseconds.
class INERoomChatRoomNotificationItemMessageRecall : public NERoomChatRoomNotificationItemBase {
public:
    virtual ~INERoomChatRoomNotificationItemMessageRecall() = default;
    virtual time_t getMessageTimetag() const = 0;
    virtual std::string getMessageUUID() const = 0;
};

/// A chat message that reports an event of the chat room.
class INERoomChatNotificationMessage : public INERoomChatMessage {
public:
    virtual ~INERoomChatNotificationMessage() = default;
    virtual std::shared_ptr<INERoomChatRoomNotificationItem> getNotificationItem() const = 0;
};

/// What everybody in or before a room has.
class INERoomMemberBase {
public:
    virtual ~INERoomMemberBase() = default;
    virtual std::string getUserUuid() = 0;
    virtual std::string getUserName() = 0;
    virtual std::string getAvatar() = 0;
    virtual NERoomRole getUserRole() = 0;
};

/// A member of a room, as this client mirrors it.
class INERoomMember : public INERoomMemberBase {
public:
    virtual ~INERoomMember() = default;
    virtual uint64_t getRtcUid() = 0;
    virtual bool getIsAudioOn() = 0;
    virtual bool getIsVideoOn() = 0;
    virtual bool getIsInRtcChannel() = 0;
    virtual bool getIsInChatroom() = 0;
    virtual bool getIsSharingScreen() = 0;
    virtual bool getIsSharingWhiteboard() = 0;
    virtual bool getIsAnnotationEnabled() = 0;
    virtual bool getIsInSipInviting() = 0;       // since 1.28.0
    virtual bool getIsInAppInviting() = 0;       // since 1.28.0
    virtual bool getIsInWaitingRoom() = 0;       // since 1.28.0
    virtual bool getIsSharingSystemAudio() = 0;  // since 1.31.0
    virtual std::map<std::string, std::string> getProperties() = 0;
    virtual NEClientType getClientType() = 0;
    virtual bool isAudioConnected() const = 0;               // since 1.26.0
    virtual NERoomMemberInviteType getUserInviteType() = 0;  // since 1.28.0
    virtual NERoomMemberInviteState getUserInviteState() = 0;
    virtual bool isChatBanned() const = 0;                                    // since 1.41.0
    virtual std::list<NEConnectedDevice> getConnectedDeviceList() const = 0;  // since 1.43.0
};

/// Names of the caption languages.
class NERoomCaptionTranslator {
public:
    /// The language tag of `language`, empty for kNone.
    static std::string translate(NERoomCaptionTranslationLanguage language) {
        switch (language) {
            case kChinese:
                return "zh";
            case kEnglish:
                return "en";
            case kJapanese:
                return "ja";
            case kNone:
                break;
        }
        return std::string();
    }
};

/// A piece of live caption; timestamp in milliseconds.
class NERoomCaptionMessage {
public:
    const std::string& getContent() const { return content_; }
    void setContent(const std::string& content) { content_ = content; }
    uint64_t getTimestamp() const { return timestamp_; }
    void setTimestamp(uint64_t timestamp) { timestamp_ = timestamp; }
    const std::string& getFromUserUuid() const { return fromUserUuid_; }
    void setFromUserUuid(const std::string& fromUserUuid) { fromUserUuid_ = fromUserUuid; }
    std::string getTranslationLanguage() const { return translationLanguage_; }
    void setTranslationLanguage(const std::string& translationLanguage) { translationLanguage_ = translationLanguage; }
    const std::string& getTranslationContent() const { return translationContent_; }
    void setTranslationContent(const std::string& translationContent) { translationContent_ = translationContent; }
    bool isFinal() const { return isFinal_; }
    void setIsFinal(bool isFinal) { isFinal_ = isFinal; }

private:
    std::string content_;
    uint64_t timestamp_ = 0;
    std::string fromUserUuid_;
    std::string translationLanguage_;
    std::string translationContent_;
    bool isFinal_ = false;
};

/// Somebody who waits to be let in; times in milliseconds.
class INEWaitingRoomMember : public INERoomMemberBase {
public:
    virtual ~INEWaitingRoomMember() = default;
    virtual time_t getJoinTime() const = 0;
    virtual NEWaitingRoomState getState() const = 0;
    virtual NERoomMemberInviteState getUserInviteState() = 0;
};

/// Somebody who may let others in.
class INEWaitRoomManager : public INERoomMemberBase {
public:
    virtual ~INEWaitRoomManager() = default;
};

}  // namespace neroom
