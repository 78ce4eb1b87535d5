#pragma once

/// @file
/// The media of a room: every call answers kNotSupported.

#include "refuse.h"
#include "room_context_interface.h"

namespace parlor {

/// neroom::INERoomRtcController, and with it INEPreviewRoomRtcController; calls are not offered yet.
class RtcController final : public neroom::INERoomRtcController {
public:
    bool isSupported() const override { return false; }
    int startVideoPreview() override { return room::kNotSupported; }
    int stopVideoPreview() override { return room::kNotSupported; }
    int setupLocalVideoCanvas(const neroom::NERoomVideoView& /*videoView*/) override { return room::kNotSupported; }
    void setupVideoFrameOriginalDataCallback(const VideoFrameOriginalDataCallback& /*callback*/) override {}
    int enumCameraDevices(std::vector<neroom::NEDeviceBaseInfo>& /*deviceList*/) override {
        return room::kNotSupported;
    }
    int getSelectedCameraDevice(std::string& /*deviceId*/) override { return room::kNotSupported; }
    int selectCameraDevice(const std::string& /*deviceId*/) override { return room::kNotSupported; }
    int enumPlayoutDevices(std::vector<neroom::NEDeviceBaseInfo>& /*deviceList*/) override {
        return room::kNotSupported;
    }
    int getDefaultPlayoutDevice(neroom::NEDeviceBaseInfo& /*deviceInfo*/) override { return room::kNotSupported; }
    int getSelectedPlayoutDevice(std::string& /*deviceId*/) override { return room::kNotSupported; }
    int selectPlayoutDevice(const std::string& /*deviceId*/) override { return room::kNotSupported; }
    uint32_t getPlayoutDeviceVolume() override { return 0; }
    int setPlayoutDeviceVolume(uint32_t /*volume*/) override { return room::kNotSupported; }
    int startPlayoutDeviceTest(const std::string& /*mediaFile*/) override { return room::kNotSupported; }
    int stopPlayoutDeviceTest() override { return room::kNotSupported; }
    int enumRecordDevices(std::vector<neroom::NEDeviceBaseInfo>& /*deviceList*/) override {
        return room::kNotSupported;
    }
    int getDefaultRecordDevice(neroom::NEDeviceBaseInfo& /*deviceInfo*/) override { return room::kNotSupported; }
    int getSelectedRecordDevice(std::string& /*deviceId*/) override { return room::kNotSupported; }
    int selectRecordDevice(const std::string& /*deviceId*/) override { return room::kNotSupported; }
    uint32_t getRecordDeviceVolume() override { return 0; }
    int setRecordDeviceVolume(uint32_t /*volume*/) override { return room::kNotSupported; }
    int startRecordDeviceTest(uint64_t /*interval*/) override { return room::kNotSupported; }
    int stopRecordDeviceTest() override { return room::kNotSupported; }
    int setLocalVideoResolution(neroom::NEVideoResolution /*videoResolution*/) override { return room::kNotSupported; }
    int setLocalVideoFramerate(neroom::NEVideoFramerate /*framerate*/) override { return room::kNotSupported; }
    int setAudioDeviceAutoSelectType(neroom::NEAudioDeviceAutoSelectType /*type*/) override {
        return room::kNotSupported;
    }
    int setAudioProfile(neroom::NERoomRtcAudioProfileType /*profile*/,
                        neroom::NERoomRtcAudioScenarioType /*scenario*/) override {
        return room::kNotSupported;
    }
    int setAudioProfile(neroom::NERoomRtcAudioProfileType /*profile*/) override { return room::kNotSupported; }
    int setAudioScenario(neroom::NERoomRtcAudioScenarioType /*scenario*/) override { return room::kNotSupported; }
    int enableAudioEchoCancellation(bool /*enable*/) override { return room::kNotSupported; }
    int enableAudioVolumeIndication(bool /*enable*/, int /*interval*/) override { return room::kNotSupported; }
    int startAudioDump(neroom::NEAudioDumpType /*type*/) override { return room::kNotSupported; }
    int stopAudioDump() override { return room::kNotSupported; }
    int enableAudioAI(bool /*enable*/) override { return room::kNotSupported; }
    int enableAudioAINS(bool /*enable*/) override { return room::kNotSupported; }
    int enableAudioAINSMode(neroom::NERoomAudioAINSMode /*mode*/) override { return room::kNotSupported; }
    int enableAudioVolumeAutoAdjust(bool /*enable*/) override { return room::kNotSupported; }
    int enableVirtualBackground(bool /*enable*/,
                                const neroom::NERoomVirtualBackgroundSource& /*backgroundSource*/) override {
        return room::kNotSupported;
    }
    int enableVirtualBackground(bool /*enable*/, const neroom::NERoomVirtualBackgroundSource& /*backgroundSource*/,
                                bool /*force*/) override {
        return room::kNotSupported;
    }
    void getScreenCaptureSourceList(const neroom::NERoomSize& /*thumbSize*/, const neroom::NERoomSize& /*iconSize*/,
                                    bool /*includeScreen*/, const NERoomCaptureSourceCallback& callback) override {
        refuse_room(callback);
    }
    int startBeauty() override { return room::kNotSupported; }
    int startBeauty(const std::string& /*beautyResourcePath*/) override { return room::kNotSupported; }
    int stopBeauty() override { return room::kNotSupported; }
    int enableBeauty(bool /*isOpenBeauty*/) override { return room::kNotSupported; }
    int addBeautyFilter(const std::string& /*filterResourcePath*/) override { return room::kNotSupported; }
    int setBeautyFilterLevel(float /*level*/) override { return room::kNotSupported; }
    int removeBeautyFilter() override { return room::kNotSupported; }
    int addBeautySticker(const std::string& /*stickerResourcePath*/) override { return room::kNotSupported; }
    int removeBeautySticker() override { return room::kNotSupported; }
    int setBeautyEffect(neroom::NERoomBeautyEffectType /*beautyType*/, float /*level*/) override {
        return room::kNotSupported;
    }
    int setExternalVideoSource(bool /*enabled*/) override { return room::kNotSupported; }
    int pushExternalVideoFrame(const neroom::NERoomVideoFrame& /*frame*/) override { return room::kNotSupported; }
    int adjustRecordingSignalVolume(uint32_t /*volume*/) override { return room::kNotSupported; }
    int setAudioEffectPreset(neroom::NERoomVoiceChangerType /*type*/) override { return room::kNotSupported; }
    int setVoiceBeautifierPreset(neroom::NERoomVoiceBeautifierType /*type*/) override { return room::kNotSupported; }
    int setLocalVoicePitch(double /*pitch*/) override { return room::kNotSupported; }
    int setLocalVoiceReverbParam(const neroom::NERoomReverbParam& /*param*/) override { return room::kNotSupported; }
    int setLocalVoiceEqualization(neroom::NERoomAudioEqualizationBandFrequency /*bandFrequency*/,
                                  int /*bandGain*/) override {
        return room::kNotSupported;
    }
    int setRecordDeviceMute(bool /*mute*/) override { return room::kNotSupported; }
    int setPlayoutDeviceMute(bool /*mute*/) override { return room::kNotSupported; }
    int getPlayoutDeviceMute(bool& /*mute*/) override { return room::kNotSupported; }
    void setStreamAlignmentProperty(bool /*enable*/) override {}
    int64_t getNtpTimeOffset() override { return 0; }
    int setAudioFrameObserver(neroom::INERoomRtcAudioFrameObserver* /*observer*/) override {
        return room::kNotSupported;
    }
    int setParameters(const std::string& /*params*/) override { return room::kNotSupported; }
    int setChannelProfile(neroom::NERoomRtcChannelProfileType /*profile*/) override { return room::kNotSupported; }
    int setMixedAudioFrameParameters(int /*sampleRate*/) override { return room::kNotSupported; }
    int setRecordingAudioFrameParameters(const neroom::NERoomRtcAudioFrameRequestFormat& /*format*/) override {
        return room::kNotSupported;
    }
    int adjustPlaybackSignalVolume(int /*volume*/) override { return room::kNotSupported; }
    int installAudioCaptureDriver() override { return room::kNotSupported; }
    int enableAudioVolumeIndication(const std::string& /*channelName*/, bool /*enable*/, int /*interval*/,
                                    bool /*enableVad*/) override {
        return room::kNotSupported;
    }
    neroom::NERoomVirtualBackgroundSupportedType getVirtualBackgroundSupportedType() override {
        return neroom::kNEVirtualBackgroundSupportHardwareLimit;
    }
    int startLocalRecord(const neroom::NERoomLocalRecordingConfig& /*config*/) override { return room::kNotSupported; }
    int stopLocalRecord() override { return room::kNotSupported; }
    int updateLocalRecordLayouts(const std::vector<neroom::NERoomLocalRecordingLayoutConfig> /*configs*/) override {
        return room::kNotSupported;
    }
    int pushLocalRecorderVideoFrame(std::string /*uid*/, int /*streamLayer*/,
                                    const neroom::NERoomVideoFrame& /*frame*/) override {
        return room::kNotSupported;
    }
    int stopLocalRecorderRemux() override { return room::kNotSupported; }
    int remuxFlvToMp4(const std::string& /*flvPath*/, const std::string& /*mp4Path*/, const bool /*saveOri*/) override {
        return room::kNotSupported;
    }
    int stopRemuxFlvToMp4() override { return room::kNotSupported; }
    int enableVideoLowlightEnhance(bool /*enable*/, neroom::NERoomVideoLowlightEnhanceLevel /*level*/) override {
        return room::kNotSupported;
    }
    int startVoiceprintRegistration() override { return room::kNotSupported; }
    int cancelVoiceprintRegistration() override { return room::kNotSupported; }
    int stopVoiceprintRegistration() override { return room::kNotSupported; }
    int setVoiceprintInfo(const std::list<neroom::NERoomVoiceprintInfo>& /*voiceprintInfoList*/) override {
        return room::kNotSupported;
    }
    int setupLocalVideoCanvas(bool /*setup*/) override { return room::kNotSupported; }
    void joinRtcChannel(const NERtcCallback& callback) override { refuse_room(callback); }
    void joinRtcChannel(const std::string& /*channelName*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void leaveRtcChannel(const NERtcCallback& callback) override { refuse_room(callback); }
    void leaveRtcChannel(const std::string& /*channelName*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void muteMyAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    void muteMyAudio(bool /*enableMediaPub*/, const NERtcCallback& callback) override { refuse_room(callback); }
    void unmuteMyAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    void unmuteMyAudio(bool /*enableMediaPub*/, const NERtcCallback& callback) override { refuse_room(callback); }
    int setupRemoteVideoCanvas(const std::string& /*userUuid*/, const neroom::NERoomVideoView& /*videoView*/) override {
        return room::kNotSupported;
    }
    int setupLocalVideoSubStreamCanvas(const neroom::NERoomVideoView& /*videoView*/) override {
        return room::kNotSupported;
    }
    int setupRemoteVideoSubStreamCanvas(const std::string& /*userUuid*/,
                                        const neroom::NERoomVideoView& /*videoView*/) override {
        return room::kNotSupported;
    }
    int subscribeRemoteVideoStream(const std::string& /*userUuid*/, neroom::NEVideoStreamType /*streamType*/) override {
        return room::kNotSupported;
    }
    int unsubscribeRemoteVideoStream(const std::string& /*userUuid*/) override { return room::kNotSupported; }
    int subscribeRemoteVideoSubStream(const std::string& /*userUuid*/) override { return room::kNotSupported; }
    int unsubscribeRemoteVideoSubStream(const std::string& /*userUuid*/) override { return room::kNotSupported; }
    int subscribeRemoteVideoStreamByRtcUid(uint64_t /*rtcUid*/, neroom::NEVideoStreamType /*streamType*/,
                                           bool /*subscribe*/) override {
        return room::kNotSupported;
    }
    int subscribeRemoteVideoSubStreamByRtcUid(uint64_t /*rtcUid*/, bool /*subscribe*/) override {
        return room::kNotSupported;
    }
    int setupRemoteVideoCanvasByRtcUid(uint64_t /*rtcUid*/, const neroom::NERoomVideoView& /*videoView*/) override {
        return room::kNotSupported;
    }
    int setupRemoteVideoSubStreamCanvasByRtcUid(uint64_t /*rtcUid*/,
                                                const neroom::NERoomVideoView& /*videoView*/) override {
        return room::kNotSupported;
    }
    void muteMyVideo(const NERtcCallback& callback) override { refuse_room(callback); }
    void unmuteMyVideo(const NERtcCallback& callback) override { refuse_room(callback); }
    void startAppShare(void* /*hwnd*/, bool /*preferMotion*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startAppShare(neroom::NERoomSourceID /*sourceID*/, const neroom::NERoomScreenSharingOption& /*option*/,
                       const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startAppShare(neroom::NERoomSourceID /*sourceID*/, const neroom::NERoomScreenSharingOption& /*option*/,
                       bool /*stopCurrentShare*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    int switchAppShare(void* /*hwnd*/, bool /*preferMotion*/) override { return room::kNotSupported; }
    void startScreenShare(const uint32_t& /*monitorId*/, const std::list<void*>& /*excludedWindowList*/,
                          bool /*preferMotion*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startScreenShare(neroom::NERoomSourceID /*sourceID*/, const neroom::NERoomScreenSharingOption& /*option*/,
                          const std::list<void*>& /*excludedWindowList*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startScreenShare(neroom::NERoomSourceID /*sourceID*/, const neroom::NERoomScreenSharingOption& /*option*/,
                          const std::list<void*>& /*excludedWindowList*/, bool /*stopCurrentShare*/,
                          const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    int switchScreenShare(const uint32_t& /*monitorId*/, const std::list<void*>& /*excludedWindowList*/,
                          bool /*preferMotion*/) override {
        return room::kNotSupported;
    }
    void startRectShare(const neroom::NERectangle& /*sourceRectangle*/, const neroom::NERectangle& /*regionRectangle*/,
                        const std::list<void*>& /*excludedWindowList*/, bool /*preferMotion*/,
                        const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startRectShare(const neroom::NERectangle& /*sourceRectangle*/, const neroom::NERectangle& /*regionRectangle*/,
                        const std::list<void*>& /*excludedWindowList*/, bool /*preferMotion*/,
                        bool /*stopCurrentShare*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startRectShare(const neroom::NERectangle& /*sourceRectangle*/, const neroom::NERectangle& /*regionRectangle*/,
                        const neroom::NERoomScreenSharingOption& /*option*/,
                        const std::list<void*>& /*excludedWindowList*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void startRectShare(const neroom::NERectangle& /*sourceRectangle*/, const neroom::NERectangle& /*regionRectangle*/,
                        const neroom::NERoomScreenSharingOption& /*option*/,
                        const std::list<void*>& /*excludedWindowList*/, bool /*stopCurrentShare*/,
                        const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void switchScreenCaptureSource(const neroom::NERoomScreenCaptureInfo& /*sourceInfo*/,
                                   const neroom::NERectangle& /*regionRectangle*/,
                                   const neroom::NERoomScreenSharingOption& /*option*/,
                                   const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    int setExcludeWindowList(const std::list<void*>& /*excludedWindowList*/) override { return room::kNotSupported; }
    void stopShare(const NERtcCallback& callback) override { refuse_room(callback); }
    void pauseShare(const NERtcCallback& callback) override { refuse_room(callback); }
    void resumeShare(const NERtcCallback& callback) override { refuse_room(callback); }
    int startSystemAudioLoopbackCapture() override { return room::kNotSupported; }
    int stopSystemAudioLoopbackCapture() override { return room::kNotSupported; }
    void muteMemberAudio(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void unmuteMemberAudio(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void muteMemberVideo(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void unmuteMemberVideo(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    int enableMediaPub(neroom::NEMediaPubType /*mediaType*/, bool /*enable*/) override { return room::kNotSupported; }
    int enableMediaPub(const std::string& /*channelName*/, neroom::NEMediaPubType /*mediaType*/,
                       bool /*enable*/) override {
        return room::kNotSupported;
    }
    void stopMemberShare(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void stopMemberSystemAudioShare(const std::string& /*userUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    std::string getScreenSharingUserUuid() const override { return {}; }
    int setExternalAudioSource(bool /*enabled*/, int /*sampleRate*/, int /*channels*/) override {
        return room::kNotSupported;
    }
    int pushExternalAudioFrame(const neroom::NERoomAudioFrame& /*frame*/) override { return room::kNotSupported; }
    int adjustUserPlaybackSignalVolume(const std::string& /*userUuid*/, int /*volume*/) override {
        return room::kNotSupported;
    }
    int enableEarBack(int /*volume*/) override { return room::kNotSupported; }
    int disableEarBack() override { return room::kNotSupported; }
    int startAudioMixing(const neroom::NERoomCreateAudioMixingOption& /*option*/) override {
        return room::kNotSupported;
    }
    int pauseAudioMixing() override { return room::kNotSupported; }
    int resumeAudioMixing() override { return room::kNotSupported; }
    int stopAudioMixing() override { return room::kNotSupported; }
    int setAudioMixingSendVolume(int /*volume*/) override { return room::kNotSupported; }
    int setAudioMixingPlaybackVolume(int /*volume*/) override { return room::kNotSupported; }
    int playEffect(uint32_t /*effectId*/, const neroom::NERoomCreateAudioEffectOption& /*option*/) override {
        return room::kNotSupported;
    }
    int stopEffect(uint32_t /*effectId*/) override { return room::kNotSupported; }
    int pauseEffect(uint32_t /*effectId*/) override { return room::kNotSupported; }
    int resumeEffect(uint32_t /*effectId*/) override { return room::kNotSupported; }
    int setEffectSendVolume(uint32_t /*effectId*/, int /*volume*/) override { return room::kNotSupported; }
    int setEffectPlaybackVolume(uint32_t /*effectId*/, int /*volume*/) override { return room::kNotSupported; }
    int stopAllEffects() override { return room::kNotSupported; }
    int pauseAllEffects() override { return room::kNotSupported; }
    int resumeAllEffects() override { return room::kNotSupported; }
    void startChannelMediaRelay(const NERtcCallback& callback) override { refuse_room(callback); }
    void startChannelMediaRelay(const std::string& /*roomUuid*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    int stopChannelMediaRelay() override { return room::kNotSupported; }
    int setAudioSubscribeOnlyBy(const std::vector<std::string>& /*userUuids*/) override { return room::kNotSupported; }
    int sendSEIMsg(const std::string& /*data*/, neroom::NERoomRtcVideoStreamType /*type*/) override {
        return room::kNotSupported;
    }
    int enableLocalAudioSubStream() override { return room::kNotSupported; }
    int disableLocalAudioSubStream() override { return room::kNotSupported; }
    int pauseLocalAudioRecording() override { return room::kNotSupported; }
    int resumeLocalAudioRecording() override { return room::kNotSupported; }
    int pauseLocalVideoCapture() override { return room::kNotSupported; }
    int resumeLocalVideoCapture() override { return room::kNotSupported; }
    int setClientRole(neroom::NERoomRTCClientRole /*clientRole*/) override { return room::kNotSupported; }
    int enableCustomEncryption(const std::string& /*libPath*/) override { return room::kNotSupported; }
    int enableEncryption(const std::string& /*key*/, neroom::NEEncryptionType /*encryptionType*/) override {
        return room::kNotSupported;
    }
    int disableEncryption() override { return room::kNotSupported; }
    void disconnectMyAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    void reconnectMyAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    int adjustChannelPlaybackSignalVolume(int /*volume*/) override { return room::kNotSupported; }
    int adjustChannelPlaybackSignalVolume(const std::string& /*channelName*/, int /*volume*/) override {
        return room::kNotSupported;
    }
    int enableLocalAudio(const std::string& /*channelName*/, bool /*enable*/) override { return room::kNotSupported; }
    int takeLocalSnapshot(neroom::NERoomRtcVideoStreamType /*stream_type*/,
                          const NERoomTakeSnapshotCallback& callback) override {
        refuse_room(callback);
        return room::kNotSupported;
    }
    int takeRemoteSnapshot(const std::string& /*userUuid*/, neroom::NERoomRtcVideoStreamType /*stream_type*/,
                           const NERoomTakeSnapshotCallback& callback) override {
        refuse_room(callback);
        return room::kNotSupported;
    }
    int enableCaption(bool /*enable*/) override { return room::kNotSupported; }
    int setCaptionTranslationLanguage(neroom::NERoomCaptionTranslationLanguage /*language*/) override {
        return room::kNotSupported;
    }
    int setCaptionTranslationConfig(const neroom::NERoomCaptionTranslationConfig& /*config*/) override {
        return room::kNotSupported;
    }
    void startShareSystemAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    void startShareSystemAudio(bool /*stopCurrentShare*/, const NERtcCallback& callback) override {
        refuse_room(callback);
    }
    void stopShareSystemAudio(const NERtcCallback& callback) override { refuse_room(callback); }
    int enableLocalVideo(bool /*enable*/) override { return room::kNotSupported; }
    int setCloudProxy(neroom::NERoomRtcTransportType /*transportType*/) override { return room::kNotSupported; }
    int setVideoStreamLayerCount(neroom::NERoomRtcVideoStreamLayerCount /*layerCount*/) override {
        return room::kNotSupported;
    }
    int setupRemoteVideoCanvas(const std::string& /*userUuid*/, bool /*setup*/) override { return room::kNotSupported; }
    int setupLocalSubVideoCanvas(bool /*setup*/) override { return room::kNotSupported; }
    int setupRemoteSubVideoCanvas(const std::string& /*userUuid*/, bool /*setup*/) override {
        return room::kNotSupported;
    }
    int subscribeRemoteVideoStream(const std::string& /*userUuid*/, bool /*highStream*/) override {
        return room::kNotSupported;
    }
};

}  // namespace parlor
