#pragma once

/// @file
/// The controllers of a room whose features come later: every call answers kNotSupported.

#include "refuse.h"
#include "room_context_interface.h"

namespace parlor {

/// neroom::INERoomWhiteboardController; whiteboards are not offered yet.
class WhiteboardController final : public neroom::INERoomWhiteboardController {
public:
    bool isSupported() const override { return false; }
    std::string getWhiteboardUrl() override { return {}; }
    int login() override { return room::kNotSupported; }
    int logout() override { return room::kNotSupported; }
    int auth() override { return room::kNotSupported; }
    int setEnableDraw(bool /*enable*/) override { return room::kNotSupported; }
    int setupWhiteboardCanvas(neroom::INEWhiteboardView* /*view*/) override { return room::kNotSupported; }
    int resetWhiteboardCanvas(neroom::INEWhiteboardView* /*view*/) override { return room::kNotSupported; }
    std::string getWhiteboardSharingUserUuid() override { return {}; }
    void startWhiteboardShare(const NEWhiteboardCallback& callback) override { refuse_room(callback); }
    void startWhiteboardShare(bool /*stopCurrentShare*/, const NEWhiteboardCallback& callback) override {
        refuse_room(callback);
    }
    void stopWhiteboardShare(const NEWhiteboardCallback& callback) override { refuse_room(callback); }
    void stopMemberWhiteboardShare(const std::string& /*userUuid*/, const NEWhiteboardCallback& callback) override {
        refuse_room(callback);
    }
};

/// neroom::INERoomAnnotationController; annotations are not offered yet.
class AnnotationController final : public neroom::INERoomAnnotationController {
public:
    bool isSupported() const override { return false; }
    std::string getAnnotationUrl() override { return {}; }
    int login() override { return room::kNotSupported; }
    int logout() override { return room::kNotSupported; }
    int auth() override { return room::kNotSupported; }
    int setEnableDraw(bool /*enable*/) override { return room::kNotSupported; }
    int setupAnnotationCanvas(neroom::INEAnnotationView* /*view*/) override { return room::kNotSupported; }
    int resetAnnotationCanvas(neroom::INEAnnotationView* /*view*/) override { return room::kNotSupported; }
    bool getIsAnnotationEnabled() override { return false; }
    void startAnnotationShare(const NEAnnotationCallback& callback) override { refuse_room(callback); }
    void stopAnnotationShare(const NEAnnotationCallback& callback) override { refuse_room(callback); }
};

/// neroom::INERoomLiveController; live streams are not offered yet.
class LiveController final : public neroom::INERoomLiveController {
public:
    bool isSupported() const override { return false; }
    neroom::NERoomLiveInfo getLiveInfo() override { return {}; }
    void startLive(const neroom::NERoomLiveRequest& /*live*/,
                   const neroom::NECallback<neroom::NERoomLiveInfo>& callback) override {
        refuse_room(callback);
    }
    void updateLive(const neroom::NERoomLiveRequest& /*live*/, const NEUpdateLiveCallback& callback) override {
        refuse_room(callback);
    }
    void stopLive(const NEStopLiveCallback& callback) override { refuse_room(callback); }
    void addLiveStreamTask(const neroom::NERoomLiveStreamTaskInfo& /*taskInfo*/,
                           const neroom::NEEmptyCallback& callback) override {
        refuse_room(callback);
    }
    void updateLiveStreamTask(const neroom::NERoomLiveStreamTaskInfo& /*taskInfo*/,
                              const neroom::NEEmptyCallback& callback) override {
        refuse_room(callback);
    }
    void removeLiveStreamTask(const std::string& /*taskId*/, const neroom::NEEmptyCallback& callback) override {
        refuse_room(callback);
    }
    void getBackgroundInfo(const NEGetLiveBackgroundInfoCallback& callback) const override { refuse_room(callback); }
    void updateBackgroundInfo(const neroom::NERoomLiveBackgroundParam& /*info*/,
                              const NEUpdateLiveBackgroundCallback& callback) override {
        refuse_room(callback);
    }
    void startLive(const neroom::NERoomLiveRequest& /*live*/, const NEStartLiveCallback& callback) override {
        refuse_room(callback);
    }
};

/// neroom::INERoomSIPController; phone lines are not offered yet.
class SipController final : public neroom::INERoomSIPController {
public:
    bool isSupported() const override { return false; }
    void callByNumber(const std::string& /*number*/, const std::string& /*countryCode*/, const std::string& /*name*/,
                      const GetSIPUserUuidCallback& callback) override {
        refuse_room(callback);
    }
    void callByUserUuids(const std::list<std::string>& /*userUuids*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void callByUserUuid(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void removeCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void cancelCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void hangUpCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void callOutRoomSystem(const neroom::NERoomSystemDevice& /*device*/,
                           const CallSIPUserUuidCallback& callback) override {
        refuse_room(callback);
    }
};

/// neroom::INERoomAppInviteController; calls into a room are not offered yet.
class AppInviteController final : public neroom::INERoomAppInviteController {
public:
    bool isSupported() const override { return false; }
    void callByUserUuids(const std::list<std::string>& /*userUuids*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void callByUserUuid(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void removeCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void cancelCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void hangUpCall(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
};

/// neroom::INEWaitingRoomController; waiting rooms are not offered yet.
class WaitingRoomController final : public neroom::INEWaitingRoomController {
public:
    bool isSupported() const override { return false; }
    neroom::NEWaitingRoomInfo getWaitingRoomInfo() const override { return {}; }
    void addListener(neroom::INEWaitingRoomListener* /*listener*/) override {}
    void removeListener(neroom::INEWaitingRoomListener* /*listener*/) override {}
    void changeMemberName(const std::string& /*userUuid*/, const std::string& /*userName*/,
                          const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void enableWaitingRoomOnEntry(const neroom::NECallback<>& callback) override { refuse_room(callback); }
    void disableWaitingRoomOnEntry(bool /*admitAll*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    bool isWaitingRoomEnabledOnEntry() const override { return false; }
    void getMemberList(time_t /*joinTime*/, uint32_t /*limit*/, neroom::GetMemberOrientation /*orderBy*/,
                       const GetMemberListCallback& callback) override {
        refuse_room(callback);
    }
    void admitMember(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void admitMember(const std::string& /*userUuid*/, bool /*autoAdmit*/,
                     const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void admitAllMembers(const neroom::NECallback<>& callback) override { refuse_room(callback); }
    void expelMember(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void expelMember(const std::string& /*userUuid*/, bool /*disallowRejoin*/,
                     const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void expelAllMembers(bool /*disallowRejoin*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void putInWaitingRoom(const std::string& /*userUuid*/, const neroom::NECallback<>& callback) override {
        refuse_room(callback);
    }
    void getWaitingRoomManagerList(const GetWaitingRoomManagerListCallback& callback) override {
        refuse_room(callback);
    }
};

/// neroom::INERoomChatController of the waiting room; the waiting room is not offered yet.
class WaitingRoomChatController final : public neroom::INERoomChatController {
    using Text = std::string;
    using People = std::list<std::string>;

public:
    bool isSupported() const override { return false; }
    neroom::NEChatroomType getChatroomType() const override { return neroom::kWaitingRoom; }
    void joinChatroom(const NERoomChatCallback& cb) override { refuse_room(cb); }
    void leaveChatroom(const NERoomChatCallback& cb) override { refuse_room(cb); }
    void sendBroadcastTextMessage(const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void sendBroadcastTextMessage(const Text&, const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void sendDirectTextMessage(const Text&, const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void sendDirectTextMessage(const Text&, const Text&, const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void sendGroupTextMessage(const People&, const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void sendGroupTextMessage(const People&, const Text&, const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void fetchChatRoomMembers(neroom::NEChatRoomMemberQueryType, int, const NERoomChatRoomMemberCallback& cb) override {
        refuse_room(cb);
    }
    void sendTextMessage(const Text&, const Text&, const People&, const NERoomChatCallback& cb) override {
        refuse_room(cb);
    }
    void sendTextMessage(const Text&, const Text&, const People&,
                         const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void sendFileMessage(const Text&, const Text&, const People&, const NERoomChatCallback& cb) override {
        refuse_room(cb);
    }
    void sendFileMessage(const Text&, const Text&, const People&,
                         const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void sendImageMessage(const Text&, const Text&, int, int, const People&, const NERoomChatCallback& cb) override {
        refuse_room(cb);
    }
    void sendImageMessage(const Text&, const Text&, int, int, const People&,
                          const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void cancelSendFileMessage(const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void downloadAttachment(const Text&, const Text&, const Text&, const NERoomChatCallback& cb) override {
        refuse_room(cb);
    }
    void cancelDownloadAttachment(const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void fetchChatroomHistoryMessages(neroom::NEHistoryMessageSearchOption,
                                      const NERoomFetchChatRoomMessageCallback& cb) override {
        refuse_room(cb);
    }
    void recallChatroomMessage(const Text&, time_t, const NERoomChatCallback& cb) override { refuse_room(cb); }
    void fetchChatroomHistoryMessagesByTags(const neroom::NEHistoryMessageSearchOptionByTags&,
                                            const NERoomFetchChatRoomMessageCallback& cb) override {
        refuse_room(cb);
    }
    void sendBroadcastCustomMessage(const Text&, const NERoomChatRoomSendMessageCallback& cb) override {
        refuse_room(cb);
    }
    void banMemberChat(const Text&, const int&, const Text&, const NERoomChatCallback& cb) override {
        refuse_room(cb);
    }
    void unbanMemberChat(const Text&, const Text&, const NERoomChatCallback& cb) override { refuse_room(cb); }
};

}  // namespace parlor
