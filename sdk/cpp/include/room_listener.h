#pragma once

/// @file
/// Events of a joined room.

#include "preview_room_listener.h"

namespace neroom {

/// Told what happens in a room, on the SDK thread.
class INERoomListener : public INEPreviewRoomListener {
public:
    virtual ~INERoomListener() = default;

    // Members and the room
    virtual void onMemberRoleChanged(const std::string& /*userUuid*/, const NERoomRole& /*beforeRole*/,
                                     const NERoomRole& /*afterRole*/) {}
    virtual void onMemberJoinRoom(const std::vector<SharedMemberPtr>& /*members*/) {}
    virtual void onMemberLeaveRoom(const std::vector<SharedMemberPtr>& /*members*/) {}
    virtual void onRoomEnded(NERoomEndReason /*reason*/, const std::string& /*extra*/) {}
    virtual void onRoomLockStateChanged(bool /*locked*/) {}
    virtual void onRoomRemainingSecondsRenewed(uint64_t /*seconds*/) {}  // since 1.20.0

    // Channels
    virtual void onMemberJoinRtcChannel(const std::vector<SharedMemberPtr>& /*members*/) {}
    virtual void onMemberLeaveRtcChannel(const std::vector<SharedMemberPtr>& /*members*/) {}
    virtual void onMemberJoinChatroom(const std::vector<SharedMemberPtr>& /*members*/) {}
    virtual void onMemberLeaveChatroom(const std::vector<SharedMemberPtr>& /*members*/) {}

    // State of members
    virtual void onMemberAudioMuteChanged(const SharedMemberPtr& /*member*/, bool /*mute*/,
                                          const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberVideoMuteChanged(const SharedMemberPtr& /*member*/, bool /*mute*/,
                                          const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberScreenShareStateChanged(const SharedMemberPtr& /*member*/, bool /*isSharing*/,
                                                 const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberSystemAudioShareStateChanged(const SharedMemberPtr& /*member*/, bool /*isSharing*/,
                                                      const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberWhiteboardStateChanged(const SharedMemberPtr& /*member*/, bool /*isSharing*/,
                                                const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberChatBanStateChanged(const SharedMemberPtr& /*member*/, bool /*banned*/, int64_t /*duration*/,
                                             const std::string& /*notifyExt*/, const SharedMemberPtr& /*operateBy*/) {}
    virtual void onRoomAnnotationEnableChanged(bool /*enabled*/, const SharedMemberPtr& /*operateBy*/) {
    }  // since 1.29.0
    virtual void onRtcScreenCaptureSourceDataUpdate(const NERoomRtcScreenCaptureSourceData& /*data*/) {
    }  // since 1.29.0
    virtual void onMemberSIPInviteStateChanged(const SharedMemberPtr& /*member*/,
                                               const SharedMemberPtr& /*operateBy*/) {}
    virtual void onMemberAppInviteStateChanged(const SharedMemberPtr& /*member*/,
                                               const SharedMemberPtr& /*operateBy*/) {}

    // Chat
    virtual void onReceiveChatroomMessages(const std::vector<SharedChatMessagePtr>& /*messages*/) {}
    virtual void onReceiveChatroomMessages(NEChatroomType /*chatroomType*/,
                                           const std::vector<SharedChatMessagePtr>& /*messages*/) {}  // since 1.25.0
    virtual void onChatroomMessageAttachmentProgress(const std::string& /*messageUuid*/, int64_t /*transferred*/,
                                                     int64_t /*total*/) {}
    virtual void onChatroomMessageAttachmentProgress(NEChatroomType /*chatroomType*/,
                                                     const std::string& /*messageUuid*/, int64_t /*transferred*/,
                                                     int64_t /*total*/) {}  // since 1.25.0

    // Errors
    virtual void onRtcChannelError(int /*code*/, const std::string& /*msg*/) {}
    virtual void onRtcChannelError(const std::string /*channelName*/, int /*code*/) {}  // since 1.29.0

    // Properties
    virtual void onRoomPropertiesChanged(const std::map<std::string, std::string>& /*properties*/) {}
    virtual void onRoomPropertiesDeleted(const std::map<std::string, std::string>& /*properties*/) {}
    virtual void onMemberPropertiesChanged(const std::string& /*userUuid*/,
                                           const std::map<std::string, std::string>& /*properties*/) {}
    virtual void onMemberPropertiesDeleted(const std::string& /*userUuid*/,
                                           const std::map<std::string, std::string>& /*properties*/) {}

    // Live
    virtual void onRoomLiveStateChanged(NERoomLiveState /*state*/) {}
    virtual void onRoomLiveBackgroundInfoChanged(const time_t& /*updateBackgroundSequence*/) {}
    virtual void onMemberNameChanged(const SharedMemberPtr& /*member*/, const std::string& /*name*/) {}
    virtual void onMemberAudioConnectStateChanged(const SharedMemberPtr& /*member*/, bool /*isAudioConnected*/) {
    }  // since 1.26.0

    // Media
    virtual void onRtcVideoStats(const std::vector<NEVideoStats>& /*stats*/) {}
    virtual void onRtcRemoteAudioVolumeIndication(std::list<NEMemberVolumeInfo> /*volumes*/, int /*totalVolume*/) {}
    virtual void onRoomConnectStateChanged(NEConnectState /*state*/) {}
    virtual void onRtcDisconnect() {}
    virtual void onRtcUserVideoStart(const std::string& /*userUuid*/) {}
    virtual void onRtcUserVideoStop(const std::string& /*userUuid*/) {}
    virtual void onRtcScreenCaptureStatus(NERoomScreenCaptureStatus /*status*/) {}
    virtual void onRtcRecvSEIMsg(const std::string& /*userUuid*/, const std::string& /*data*/) {}
    virtual void onRtcUserAudioSubStreamStart(const std::string& /*userUuid*/) {}
    virtual void onRtcUserAudioSubStreamStop(const std::string& /*userUuid*/) {}

    // Recording, captions, devices
    virtual void onRoomCloudRecordStateChanged(NERoomCloudRecordState /*state*/,
                                               const SharedMemberPtr& /*operatorMember*/) {}  // since 1.22.0
    virtual void onRoomBlacklistStateChanged(bool /*isEnabled*/) {}                           // since 1.26.0
    virtual void onRoomMaxMembersChanged(int64_t /*maxMembers*/) {}                           // since 1.29.0
    virtual void onRtcRemoteAudioVolumeIndication(const std::string& /*channelName*/,
                                                  std::list<NEMemberVolumeInfo> /*volumes*/,
                                                  unsigned int /*speaker_number*/, int /*totalVolume*/) {
    }  // since 1.29.0
    virtual void onRtcLocalAudioVolumeIndication(const std::string& /*channelName*/, int /*volume*/, bool /*vadFlag*/) {
    }                                                                                                  // since 1.29.0
    virtual void onRtcChannelDisconnect(const std::string /*channelName*/, int /*reason*/) {}          // since 1.29.0
    virtual void onCaptionStateChanged(int /*state*/, int /*code*/, const std::string /*message*/) {}  // since 1.30.0
    virtual void onReceiveCaptionMessages(const std::string& /*channel*/,
                                          std::list<NERoomCaptionMessagePtr>& /*captionMessages*/) {}  // since 1.30.0
    void onLocalRecorderStatus(NERoomLocalRecorderStatus /*status*/, const std::string /*taskId*/) override {
    }  // since 1.33.0
    void onLocalRecorderError(NERoomLocalRecorderError /*error*/, const std::string /*taskId*/) override {
    }                                                                                                    // since 1.33.0
    virtual void onAudioHowling(bool /*howling*/) {}                                                     // since 1.34.0
    virtual void onCheckNECastAudioDriverResult(NERoomRtcInstallCastAudioDriverResult /*result*/) {}     // since 1.38.0
    virtual void onRoomMultiDeviceEnableChanged(bool /*isEnabled*/) {}                                   // since 1.43.0
    virtual void onMemberConnectedDeviceListChanged(const SharedMemberPtr& /*member*/) {}                // since 1.43.0
    void onVoiceprintRegistrationResult(int /*code*/, const NERoomVoiceprintInfo& /*info*/) override {}  // since 1.44.0

    // Forms of older releases, kept so that code written for them compiles.
    virtual void onMemberRoleChanged(const std::string& /*userUuid*/, const std::string& /*beforeRole*/,
                                     const std::string& /*afterRole*/) {}
    virtual void onRoomEnded(NERoomEndReason /*reason*/) {}
    virtual void onReceiveChatroomMessages(const std::list<NERoomMessage>& /*messages*/) {}
    virtual void onRtcAudioStats(const std::vector<NEAudioStats>& /*stats*/) {}
    virtual void onRtcNetworkQuality(const std::vector<NENetWorkQualityStats>& /*stats*/) {}
};

/// Told the figures of a call, every 2 s.
class INERoomRtcStatsListener {
public:
    virtual ~INERoomRtcStatsListener() = default;
    virtual void onRtcStats(const NERoomRtcStats& /*stats*/) {}
    virtual void onLocalAudioStats(const std::vector<NERoomRtcAudioSendStats>& /*stats*/) {}
    virtual void onRemoteAudioStats(const std::map<std::string, std::vector<NERoomRtcAudioRecvStats>>& /*stats*/) {}
    virtual void onLocalVideoStats(const std::vector<NERoomRtcVideoSendStats>& /*stats*/) {}
    virtual void onRemoteVideoStats(const std::map<std::string, std::vector<NERoomRtcVideoRecvStats>>& /*stats*/) {}
    virtual void onNetworkQuality(const std::vector<NERoomRtcNetworkQualityInfo>& /*stats*/) {}
};

}  // namespace neroom
