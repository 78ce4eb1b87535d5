#pragma once

/// @file
/// Media of a joined room.

#include "pre_rtc_ctrl_interface.h"

namespace neroom {

/// Media of a joined room. Calls returning int answer 0 or a code.
class INERoomRtcController : public INEPreviewRoomRtcController {
public:
    using NERtcCallback = NECallback<>;
    using NERoomTakeSnapshotCallback = NECallback<NERoomTakeSnapshotInfo>;  // since 1.29.0

    virtual ~INERoomRtcController() = default;

    // Channel
    virtual void joinRtcChannel(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void joinRtcChannel(const std::string& channelName, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void leaveRtcChannel(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void leaveRtcChannel(const std::string& channelName, const NERtcCallback& callback) = 0;

    // Own sound
    virtual void muteMyAudio(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void muteMyAudio(bool enableMediaPub, const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void muteMyAudio(Flag enableMediaPub) {
        muteMyAudio(enableMediaPub, NERtcCallback());
    }
    virtual void unmuteMyAudio(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void unmuteMyAudio(bool enableMediaPub, const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void unmuteMyAudio(Flag enableMediaPub) {
        unmuteMyAudio(enableMediaPub, NERtcCallback());
    }

    // Views and subscriptions
    virtual int setupRemoteVideoCanvas(const std::string& userUuid, const NERoomVideoView& videoView) = 0;
    virtual int setupLocalVideoSubStreamCanvas(const NERoomVideoView& videoView) = 0;
    virtual int setupRemoteVideoSubStreamCanvas(const std::string& userUuid, const NERoomVideoView& videoView) = 0;
    virtual int subscribeRemoteVideoStream(const std::string& userUuid, NEVideoStreamType streamType) = 0;
    virtual int unsubscribeRemoteVideoStream(const std::string& userUuid) = 0;
    virtual int subscribeRemoteVideoSubStream(const std::string& userUuid) = 0;
    virtual int unsubscribeRemoteVideoSubStream(const std::string& userUuid) = 0;
    virtual int subscribeRemoteVideoStreamByRtcUid(uint64_t rtcUid, NEVideoStreamType streamType, bool subscribe) = 0;
    virtual int subscribeRemoteVideoSubStreamByRtcUid(uint64_t rtcUid, bool subscribe) = 0;
    virtual int setupRemoteVideoCanvasByRtcUid(uint64_t rtcUid, const NERoomVideoView& videoView) = 0;
    virtual int setupRemoteVideoSubStreamCanvasByRtcUid(uint64_t rtcUid, const NERoomVideoView& videoView) = 0;

    // Own picture
    virtual void muteMyVideo(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void unmuteMyVideo(const NERtcCallback& callback = NERtcCallback()) = 0;

    // Sharing
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void startAppShare(void* hwnd, bool preferMotion = false,
                               const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void startAppShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option,
                               const NERtcCallback& callback = NERtcCallback()) = 0;  // since 1.21.0
    virtual void startAppShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option, bool stopCurrentShare,
                               const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startAppShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option, Flag stopCurrentShare) {
        startAppShare(sourceID, option, stopCurrentShare, NERtcCallback());
    }
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual int switchAppShare(void* hwnd, bool preferMotion = false) = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void startScreenShare(const uint32_t& monitorId,
                                  const std::list<void*>& excludedWindowList = std::list<void*>(),
                                  bool preferMotion = false, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void startScreenShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option,
                                  const std::list<void*>& excludedWindowList = std::list<void*>(),
                                  const NERtcCallback& callback = NERtcCallback()) = 0;  // since 1.21.0
    virtual void startScreenShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option,
                                  const std::list<void*>& excludedWindowList, bool stopCurrentShare,
                                  const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startScreenShare(NERoomSourceID sourceID, const NERoomScreenSharingOption& option,
                          const std::list<void*>& excludedWindowList, Flag stopCurrentShare) {
        startScreenShare(sourceID, option, excludedWindowList, stopCurrentShare, NERtcCallback());
    }
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual int switchScreenShare(const uint32_t& monitorId, const std::list<void*>& excludedWindowList,
                                  bool preferMotion = false) = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                                const std::list<void*>& excludedWindowList = std::list<void*>(),
                                bool preferMotion = false, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                                const std::list<void*>& excludedWindowList, bool preferMotion, bool stopCurrentShare,
                                const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                        const std::list<void*>& excludedWindowList, bool preferMotion, Flag stopCurrentShare) {
        startRectShare(sourceRectangle, regionRectangle, excludedWindowList, preferMotion, stopCurrentShare,
                       NERtcCallback());
    }
    virtual void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                                const NERoomScreenSharingOption& option,
                                const std::list<void*>& excludedWindowList = std::list<void*>(),
                                const NERtcCallback& callback = NERtcCallback()) = 0;  // since 1.21.0
    virtual void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                                const NERoomScreenSharingOption& option, const std::list<void*>& excludedWindowList,
                                bool stopCurrentShare, const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startRectShare(const NERectangle& sourceRectangle, const NERectangle& regionRectangle,
                        const NERoomScreenSharingOption& option, const std::list<void*>& excludedWindowList,
                        Flag stopCurrentShare) {
        startRectShare(sourceRectangle, regionRectangle, option, excludedWindowList, stopCurrentShare, NERtcCallback());
    }
    virtual void switchScreenCaptureSource(const NERoomScreenCaptureInfo& sourceInfo,
                                           const NERectangle& regionRectangle, const NERoomScreenSharingOption& option,
                                           const NERtcCallback& callback = NERtcCallback()) = 0;  // since 1.21.0
    virtual int setExcludeWindowList(const std::list<void*>& excludedWindowList) = 0;
    virtual void stopShare(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void pauseShare(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void resumeShare(const NERtcCallback& callback = NERtcCallback()) = 0;

    // System sound
    virtual int startSystemAudioLoopbackCapture() = 0;
    virtual int stopSystemAudioLoopbackCapture() = 0;

    // Other members
    virtual void muteMemberAudio(const std::string& userUuid, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void unmuteMemberAudio(const std::string& userUuid, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void muteMemberVideo(const std::string& userUuid, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void unmuteMemberVideo(const std::string& userUuid, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual int enableMediaPub(NEMediaPubType mediaType, bool enable) = 0;
    virtual int enableMediaPub(const std::string& channelName, NEMediaPubType mediaType, bool enable) = 0;
    virtual void stopMemberShare(const std::string& userUuid, const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void stopMemberSystemAudioShare(const std::string& userUuid,
                                            const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual std::string getScreenSharingUserUuid() const = 0;

    // The app's own sound
    virtual int setExternalAudioSource(bool enabled, int sampleRate, int channels) = 0;
    virtual int pushExternalAudioFrame(const NERoomAudioFrame& frame) = 0;
    virtual int adjustUserPlaybackSignalVolume(const std::string& userUuid, int volume) = 0;

    // Ear monitor and music
    virtual int enableEarBack(int volume) = 0;
    virtual int disableEarBack() = 0;
    virtual int startAudioMixing(const NERoomCreateAudioMixingOption& option) = 0;
    virtual int pauseAudioMixing() = 0;
    virtual int resumeAudioMixing() = 0;
    virtual int stopAudioMixing() = 0;
    virtual int setAudioMixingSendVolume(int volume) = 0;
    virtual int setAudioMixingPlaybackVolume(int volume) = 0;

    // Effects
    virtual int playEffect(uint32_t effectId, const NERoomCreateAudioEffectOption& option) = 0;
    virtual int stopEffect(uint32_t effectId) = 0;
    virtual int pauseEffect(uint32_t effectId) = 0;
    virtual int resumeEffect(uint32_t effectId) = 0;
    virtual int setEffectSendVolume(uint32_t effectId, int volume) = 0;
    virtual int setEffectPlaybackVolume(uint32_t effectId, int volume) = 0;
    virtual int stopAllEffects() = 0;
    virtual int pauseAllEffects() = 0;
    virtual int resumeAllEffects() = 0;

    // Relay to other rooms
    virtual void startChannelMediaRelay(const NERtcCallback& callback = NERtcCallback()) = 0;
    virtual void startChannelMediaRelay(const std::string& roomUuid, const NERtcCallback& callback) = 0;
    virtual int stopChannelMediaRelay() = 0;
    virtual int setAudioSubscribeOnlyBy(const std::vector<std::string>& userUuids) = 0;

    // Side data and second stream
    virtual int sendSEIMsg(const std::string& data, NERoomRtcVideoStreamType type) = 0;
    virtual int enableLocalAudioSubStream() = 0;
    virtual int disableLocalAudioSubStream() = 0;
    virtual int pauseLocalAudioRecording() = 0;
    virtual int resumeLocalAudioRecording() = 0;
    virtual int pauseLocalVideoCapture() = 0;
    virtual int resumeLocalVideoCapture() = 0;
    virtual int setClientRole(NERoomRTCClientRole clientRole) = 0;

    // Encryption
    virtual int enableCustomEncryption(const std::string& libPath) = 0;
    virtual int enableEncryption(const std::string& key, NEEncryptionType encryptionType) = 0;
    virtual int disableEncryption() = 0;

    // Audio device
    virtual void disconnectMyAudio(const NERtcCallback& callback) = 0;  // since 1.26.0
    virtual void reconnectMyAudio(const NERtcCallback& callback) = 0;   // since 1.26.0

    // Volumes and snapshots
    virtual int adjustChannelPlaybackSignalVolume(int volume) = 0;                                  // since 1.29.0
    virtual int adjustChannelPlaybackSignalVolume(const std::string& channelName, int volume) = 0;  // since 1.29.0
    virtual int enableLocalAudio(const std::string& channelName, bool enable) = 0;                  // since 1.29.0
    virtual int takeLocalSnapshot(NERoomRtcVideoStreamType stream_type,
                                  const NERoomTakeSnapshotCallback& callback) = 0;  // since 1.29.0
    virtual int takeRemoteSnapshot(const std::string& userUuid, NERoomRtcVideoStreamType stream_type,
                                   const NERoomTakeSnapshotCallback& callback) = 0;  // since 1.29.0

    // Captions
    virtual int enableCaption(bool enable) = 0;
    virtual int setCaptionTranslationLanguage(NERoomCaptionTranslationLanguage language) = 0;
    virtual int setCaptionTranslationConfig(const NERoomCaptionTranslationConfig& config) = 0;

    // Shared system sound
    virtual void startShareSystemAudio(const NERtcCallback& callback) = 0;  // since 1.31.0
    virtual void startShareSystemAudio(bool stopCurrentShare, const NERtcCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startShareSystemAudio(Flag stopCurrentShare) {
        startShareSystemAudio(stopCurrentShare, NERtcCallback());
    }
    void startShareSystemAudio() { startShareSystemAudio(false, NERtcCallback()); }
    virtual void stopShareSystemAudio(const NERtcCallback& callback) = 0;  // since 1.31.0
    virtual int enableLocalVideo(bool enable) = 0;                         // since 1.32.0

    // Transport
    virtual int setCloudProxy(NERoomRtcTransportType transportType) = 0;                  // since 1.36.0
    virtual int setVideoStreamLayerCount(NERoomRtcVideoStreamLayerCount layerCount) = 0;  // since 1.37.0

    // Forms of older releases, kept so that code written for them compiles.
    using INEPreviewRoomRtcController::setupLocalVideoCanvas;
    virtual int setupRemoteVideoCanvas(const std::string& userUuid, bool setup) = 0;
    virtual int setupLocalSubVideoCanvas(bool setup) = 0;
    virtual int setupRemoteSubVideoCanvas(const std::string& userUuid, bool setup) = 0;
    virtual int subscribeRemoteVideoStream(const std::string& userUuid, bool highStream) = 0;
    int subscribeRemoteVideoStream(const std::string& userUuid) {
        return subscribeRemoteVideoStream(userUuid, kStreamTypeHigh);
    }
    int subscribeRemoteSubVideoStream(const std::string& userUuid) { return subscribeRemoteVideoSubStream(userUuid); }
    int unsubscribeRemoteSubVideoStream(const std::string& userUuid) {
        return unsubscribeRemoteVideoSubStream(userUuid);
    }
};

}  // namespace neroom
