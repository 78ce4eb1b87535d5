#pragma once

/// @file
/// A joined room.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chat_controller.h"
#include "later_controllers.h"
#include "listeners.h"
#include "member.h"
#include "room_messages.h"
#include "rtc_controller.h"

namespace parlor {

/// neroom::INERoomContext: what getters answer, as of the event that is being told.
class RoomContext final : public neroom::INERoomContext {
public:
    explicit RoomContext(const RoomEntered& entered);

    int64_t archive_id() const { return archive_id_; }
    const std::string& room_uuid() const { return room_uuid_; }

    /// The room was entered anew: another device number, another state.
    void enter(const RoomEntered& entered);
    /// Takes what has changed and tells the listeners; on the SDK thread, as the others below.
    void apply(const RoomChange& change);
    void tell_connected(bool connected);
    void tell_messages(const ChatMessages& messages);
    void tell_progress(const Progress& progress);
    /// Tells the end and lets go of the listeners.
    void end(int32_t reason);
    /// Ends without a word.
    void close() { listeners_.clear(); }

    // The room
    std::string getRoomUuid() override { return room_uuid_; }
    std::string getRoomName() override { return read(&RoomState::room_name); }
    std::string getRoomArchiveID() const override { return std::to_string(archive_id_); }
    std::string getPassword() override { return read(&RoomState::password); }
    std::string getSession() override { return {}; }
    std::string getSipCid() override { return {}; }
    std::uint64_t getRtcStartTime() override { return 0; }
    std::uint64_t getRemainingSeconds() override;
    std::int64_t getMaxMembers() override;
    neroom::NERoomTemplate getRoomTemplate() override;
    std::map<std::string, std::string> getRoomProperties() const override { return read(&RoomState::properties); }

    // Members
    neroom::SharedMemberPtr getLocalMember() override;
    std::list<neroom::SharedMemberPtr> getRemoteMembers() override;
    std::list<neroom::SharedMemberPtr> getInSIPInvitingMembers() override { return {}; }
    std::list<neroom::SharedMemberPtr> getInAppInvitingMembers() override { return {}; }

    // Controllers
    neroom::INERoomChatController* getChatController() override { return &chat_; }
    neroom::INEWaitingRoomController* getWaitingRoomController() override { return &waiting_room_; }
    neroom::INERoomSIPController* getSIPController() override { return &sip_; }
    neroom::INERoomAppInviteController* getAppInviteController() override { return &app_invite_; }
    neroom::INERoomChatController* getWaitingRoomChatController() override { return &waiting_room_chat_; }
    neroom::INERoomRtcController* getRtcController() override { return &rtc_; }
    neroom::INERoomWhiteboardController* getWhiteboardController() override { return &whiteboard_; }
    neroom::INERoomAnnotationController* getAnnotationController() override { return &annotation_; }
    neroom::INERoomLiveController* getLiveController() override { return &live_; }

    // Names and roles
    void changeMyName(const std::string& name, const NERoomContextCallback& callback) override;
    void changeMemberName(const std::string& userUuid, const std::string& name,
                          const NERoomContextCallback& callback) override;
    void changeMemberRole(const std::string& userUuid, const std::string& role,
                          const NERoomContextCallback& callback) override;
    void changeMembersRole(const std::map<std::string, std::string>& userRoleMap,
                           const NERoomContextCallback& callback) override;
    void handOverMyRole(const std::string& userUuid, const NERoomContextCallback& callback) override;
    void handOverMyRole(const std::string& userUuid, bool resign, const NERoomContextCallback& callback) override;
    void kickMemberOut(const std::string& userUuid, const NERoomContextCallback& callback) override;
    void kickMemberOut(const std::string& userUuid, bool toBlacklist, const NERoomContextCallback& callback) override;

    // Listeners
    void addRoomListener(neroom::INERoomListener* listener) override { listeners_.add(listener); }
    void removeRoomListener(neroom::INERoomListener* listener) override { listeners_.remove(listener); }
    void addRtcStatsListener(neroom::INERoomRtcStatsListener* /*listener*/) override {}
    void removeRtcStatsListener(neroom::INERoomRtcStatsListener* /*listener*/) override {}

    // Coming and going
    void rejoinAfterAdmittedToRoom(const neroom::NECallback<>& callback) override { refuse_room(callback); }
    void leaveRoom(const NERoomContextCallback& callback) override;
    void leaveRoom(neroom::NERoomLeaveRoomType leaveRoomType, const NERoomContextCallback& callback) override;
    void endRoom(const NERoomContextCallback& callback) override;
    void endRoom(bool force, const NERoomContextCallback& callback) override;

    // Lock
    void lockRoom(const NERoomContextCallback& callback) override;
    void unlockRoom(const NERoomContextCallback& callback) override;
    bool isRoomLocked() override { return read(&RoomState::locked); }

    // Properties
    void updateRoomProperty(const std::string& key, const std::string& value, const std::string& associatedUserUuid,
                            const NERoomContextCallback& callback) override;
    void deleteRoomProperty(const std::string& key, const NERoomContextCallback& callback) override;
    void updateMemberProperty(const std::string& userUuid, const std::string& key, const std::string& value,
                              const NERoomContextCallback& callback) override;
    void deleteMemberProperty(const std::string& userUuid, const std::string& key,
                              const NERoomContextCallback& callback) override;

    // Cloud recording
    void startCloudRecord(const neroom::NEEmptyCallback& callback) const override { refuse_room(callback); }
    void startCloudRecord(const neroom::NERoomRecordConfig& /*recordConfig*/,
                          const neroom::NEEmptyCallback& callback) const override {
        refuse_room(callback);
    }
    void stopCloudRecord(const neroom::NEEmptyCallback& callback) const override { refuse_room(callback); }
    bool isCloudRecording() const override { return false; }

    // Waiting room, blacklist, devices
    bool isInWaitingRoom() const override { return false; }
    bool isRoomBlacklistEnabled() const override { return read(&RoomState::blacklist_enabled); }
    void enableRoomBlacklist(bool enable, const neroom::NEEmptyCallback& callback) override;
    bool isRoomMultiDeviceEnabled() const override { return read(&RoomState::multi_device); }
    void enableMultiDevice(bool enable, const NERoomContextCallback& callback) override;

private:
    using MemberPtr = std::shared_ptr<Member>;

    /// A member and what it was before the change.
    struct Touched {
        MemberPtr member;
        MemberState before;
        MemberState now;
    };

    template <class T>
    T read(T RoomState::* field) const {
        std::lock_guard<std::mutex> lock(mutex_);
        return room_.*field;
    }
    // Need the lock.
    neroom::NERoomRole role(const std::string& name) const;
    MemberPtr find(const std::string& user_uuid) const;
    Touched put(const MemberState& state);
    Touched remove(const MemberState& state);
    /// Whether a member is not shown to others: its role says so.
    bool is_hidden(const MemberPtr& member) const;

    neroom::SharedMemberPtr member(const std::string& user_uuid) const;
    void tell(const RoomChange& change, const std::vector<Touched>& touched);
    void tell_passage(bool joined, const std::vector<Touched>& touched);
    void tell_member(const RoomChange& change, const neroom::SharedMemberPtr& member,
                     const neroom::SharedMemberPtr& operate_by);
    void tell_streams(const Touched& touched, const neroom::SharedMemberPtr& operate_by);
    void tell_presence(const Touched& touched);
    void tell_roles(const RoomChange& change);
    /// Somebody else got a hidden role, or one that is shown: for the others that is leaving, or joining.
    void tell_border(const std::string& user_uuid, bool hides);
    void tell_room(const RoomChange& change);

    const int64_t archive_id_;
    const std::string room_uuid_;

    mutable std::mutex mutex_;
    RoomState room_;
    neroom::NERoomTemplate rules_;
    std::string own_uuid_;
    uint64_t own_rtc_uid_ = 0;
    /// In the order of their coming.
    std::list<MemberPtr> members_;

    Listeners<neroom::INERoomListener> listeners_;

    ChatController chat_;
    RtcController rtc_;
    WhiteboardController whiteboard_;
    AnnotationController annotation_;
    LiveController live_;
    SipController sip_;
    AppInviteController app_invite_;
    WaitingRoomController waiting_room_;
    WaitingRoomChatController waiting_room_chat_;
};

}  // namespace parlor
