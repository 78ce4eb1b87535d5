#pragma once

/// @file
/// Devices, local picture and local sound, in a room or before it.

#include "../preview_room_listener.h"
#include "base_ctrl_interface.h"

namespace neroom {

/// Devices, local picture and local sound.
class INEPreviewRoomRtcController : public INEBaseController {
public:
    typedef void (*VideoFrameOriginalDataCallback)(const std::string userUuid, void* data, NEVideoType type,
                                                   uint32_t width, uint32_t height, uint32_t count,
                                                   uint32_t offset[kNEMaxPlaneCount], uint32_t stride[kNEMaxPlaneCount],
                                                   NEVideoRotation rotation);
    using NERoomCaptureSourceCallback = NECallback<const std::list<NERoomScreenCaptureInfo>&>;  // since 1.21.0

    virtual ~INEPreviewRoomRtcController() = default;

    // Local picture
    virtual int startVideoPreview() = 0;
    virtual int stopVideoPreview() = 0;
    virtual int setupLocalVideoCanvas(const NERoomVideoView& videoView) = 0;
    virtual void setupVideoFrameOriginalDataCallback(const VideoFrameOriginalDataCallback& callback) = 0;

    // Cameras
    virtual int enumCameraDevices(std::vector<NEDeviceBaseInfo>& deviceList) = 0;
    virtual int getSelectedCameraDevice(std::string& deviceId) = 0;
    virtual int selectCameraDevice(const std::string& deviceId) = 0;

    // Loudspeakers
    virtual int enumPlayoutDevices(std::vector<NEDeviceBaseInfo>& deviceList) = 0;
    virtual int getDefaultPlayoutDevice(NEDeviceBaseInfo& deviceInfo) = 0;
    virtual int getSelectedPlayoutDevice(std::string& deviceId) = 0;
    virtual int selectPlayoutDevice(const std::string& deviceId) = 0;
    virtual uint32_t getPlayoutDeviceVolume() = 0;
    virtual int setPlayoutDeviceVolume(uint32_t volume) = 0;
    virtual int startPlayoutDeviceTest(const std::string& mediaFile) = 0;
    virtual int stopPlayoutDeviceTest() = 0;

    // Microphones
    virtual int enumRecordDevices(std::vector<NEDeviceBaseInfo>& deviceList) = 0;
    virtual int getDefaultRecordDevice(NEDeviceBaseInfo& deviceInfo) = 0;
    virtual int getSelectedRecordDevice(std::string& deviceId) = 0;
    virtual int selectRecordDevice(const std::string& deviceId) = 0;
    virtual uint32_t getRecordDeviceVolume() = 0;
    virtual int setRecordDeviceVolume(uint32_t volume) = 0;
    virtual int startRecordDeviceTest(uint64_t interval = 200) = 0;
    virtual int stopRecordDeviceTest() = 0;

    // Quality
    virtual int setLocalVideoResolution(NEVideoResolution videoResolution) = 0;
    virtual int setLocalVideoFramerate(NEVideoFramerate framerate) = 0;
    virtual int setAudioDeviceAutoSelectType(NEAudioDeviceAutoSelectType type) = 0;
    virtual int setAudioProfile(NERoomRtcAudioProfileType profile, NERoomRtcAudioScenarioType scenario) = 0;
    virtual int setAudioProfile(NERoomRtcAudioProfileType profile) = 0;
    virtual int setAudioScenario(NERoomRtcAudioScenarioType scenario) = 0;

    // Sound processing
    virtual int enableAudioEchoCancellation(bool enable) = 0;
    virtual int enableAudioVolumeIndication(bool enable, int interval) = 0;
    virtual int startAudioDump(NEAudioDumpType type) = 0;
    virtual int stopAudioDump() = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual int enableAudioAI(bool enable) = 0;
    virtual int enableAudioAINS(bool enable) = 0;
    virtual int enableAudioAINSMode(NERoomAudioAINSMode mode) = 0;
    virtual int enableAudioVolumeAutoAdjust(bool enable) = 0;

    // Virtual background
    virtual int enableVirtualBackground(bool enable, const NERoomVirtualBackgroundSource& backgroundSource) = 0;
    virtual int enableVirtualBackground(bool enable, const NERoomVirtualBackgroundSource& backgroundSource,
                                        bool force) = 0;  // since 1.32.0

    // What can be shared
    virtual void getScreenCaptureSourceList(const NERoomSize& thumbSize, const NERoomSize& iconSize, bool includeScreen,
                                            const NERoomCaptureSourceCallback& callback) = 0;  // since 1.21.0

    // Beauty
    virtual int startBeauty() = 0;
    virtual int startBeauty(const std::string& beautyResourcePath) = 0;
    virtual int stopBeauty() = 0;
    virtual int enableBeauty(bool isOpenBeauty) = 0;
    virtual int addBeautyFilter(const std::string& filterResourcePath) = 0;
    virtual int setBeautyFilterLevel(float level) = 0;
    virtual int removeBeautyFilter() = 0;
    virtual int addBeautySticker(const std::string& stickerResourcePath) = 0;
    virtual int removeBeautySticker() = 0;
    virtual int setBeautyEffect(NERoomBeautyEffectType beautyType, float level) = 0;

    // The app's own picture
    virtual int setExternalVideoSource(bool enabled) = 0;
    virtual int pushExternalVideoFrame(const NERoomVideoFrame& frame) = 0;

    // Volume and voice
    virtual int adjustRecordingSignalVolume(uint32_t volume) = 0;
    virtual int setAudioEffectPreset(NERoomVoiceChangerType type) = 0;
    virtual int setVoiceBeautifierPreset(NERoomVoiceBeautifierType type) = 0;
    virtual int setLocalVoicePitch(double pitch) = 0;
    virtual int setLocalVoiceReverbParam(const NERoomReverbParam& param) = 0;
    virtual int setLocalVoiceEqualization(NERoomAudioEqualizationBandFrequency bandFrequency, int bandGain) = 0;
    virtual int setRecordDeviceMute(bool mute) = 0;
    virtual int setPlayoutDeviceMute(bool mute) = 0;
    virtual int getPlayoutDeviceMute(bool& mute) = 0;  // since 1.28.0

    // Raw audio, parameters
    virtual void setStreamAlignmentProperty(bool enable) = 0;
    virtual int64_t getNtpTimeOffset() = 0;
    virtual int setAudioFrameObserver(INERoomRtcAudioFrameObserver* observer) = 0;
    virtual int setParameters(const std::string& params) = 0;
    virtual int setChannelProfile(NERoomRtcChannelProfileType profile) = 0;
    virtual int setMixedAudioFrameParameters(int sampleRate) = 0;
    virtual int setRecordingAudioFrameParameters(const NERoomRtcAudioFrameRequestFormat& format) = 0;
    virtual int adjustPlaybackSignalVolume(int volume) = 0;
    virtual int installAudioCaptureDriver() = 0;
    virtual int enableAudioVolumeIndication(const std::string& channelName, bool enable, int interval,
                                            bool enableVad) = 0;                           // since 1.29.0
    virtual NERoomVirtualBackgroundSupportedType getVirtualBackgroundSupportedType() = 0;  // since 1.32.0

    // Local recording
    virtual int startLocalRecord(const NERoomLocalRecordingConfig& config) = 0;  // since 1.33.0
    virtual int stopLocalRecord() = 0;                                           // since 1.33.0
    virtual int updateLocalRecordLayouts(
        const std::vector<NERoomLocalRecordingLayoutConfig> configs) = 0;  // since 1.33.0
    virtual int pushLocalRecorderVideoFrame(std::string uid, int streamLayer,
                                            const NERoomVideoFrame& frame) = 0;  // since 1.33.0
    virtual int stopLocalRecorderRemux() = 0;                                    // since 1.33.0
    virtual int remuxFlvToMp4(const std::string& flvPath, const std::string& mp4Path,
                              const bool saveOri) = 0;  // since 1.34.0
    virtual int stopRemuxFlvToMp4() = 0;                // since 1.34.0

    // Low light, voiceprints
    virtual int enableVideoLowlightEnhance(bool enable, NERoomVideoLowlightEnhanceLevel level) = 0;  // since 1.44.0
    virtual int startVoiceprintRegistration() = 0;                                                   // since 1.44.0
    virtual int cancelVoiceprintRegistration() = 0;                                                  // since 1.44.0
    virtual int stopVoiceprintRegistration() = 0;                                                    // since 1.44.0
    virtual int setVoiceprintInfo(const std::list<NERoomVoiceprintInfo>& voiceprintInfoList) = 0;    // since 1.44.0

    // Forms of older releases, kept so that code written for them compiles.
    virtual int setupLocalVideoCanvas(bool setup) = 0;
};

}  // namespace neroom
