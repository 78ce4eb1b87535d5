#pragma once

/// @file
/// A joined room.

#include "base_type_defines.h"
#include "controller/annotation_ctrl_interface.h"
#include "controller/app_invite_ctrl_interface.h"
#include "controller/chat_ctrl_interface.h"
#include "controller/live_ctrl_interface.h"
#include "controller/rtc_ctrl_interface.h"
#include "controller/sip_ctrl_interface.h"
#include "controller/waiting_room_ctrl_interface.h"
#include "controller/whiteboard_ctrl_interface.h"
#include "room_listener.h"

namespace neroom {

/// A room that was joined.
class INERoomContext {
public:
    using NERoomContextCallback = NECallback<>;

    virtual ~INERoomContext() = default;

    // The room
    virtual std::string getRoomUuid() = 0;
    virtual std::string getRoomName() = 0;
    virtual std::string getRoomArchiveID() const = 0;
    virtual std::string getPassword() = 0;
    virtual std::string getSession() = 0;
    virtual std::string getSipCid() = 0;
    virtual std::uint64_t getRtcStartTime() = 0;
    virtual std::uint64_t getRemainingSeconds() = 0;
    virtual std::int64_t getMaxMembers() = 0;
    virtual NERoomTemplate getRoomTemplate() = 0;
    virtual std::map<std::string, std::string> getRoomProperties() const = 0;

    // Members
    virtual SharedMemberPtr getLocalMember() = 0;
    virtual std::list<SharedMemberPtr> getRemoteMembers() = 0;
    virtual std::list<SharedMemberPtr> getInSIPInvitingMembers() = 0;  // since 1.28.0
    virtual std::list<SharedMemberPtr> getInAppInvitingMembers() = 0;  // since 1.28.0

    // Controllers; the pointers live as long as the context
    virtual INERoomChatController* getChatController() = 0;
    virtual INEWaitingRoomController* getWaitingRoomController() = 0;   // since 1.25.0
    virtual INERoomSIPController* getSIPController() = 0;               // since 1.28.0
    virtual INERoomAppInviteController* getAppInviteController() = 0;   // since 1.28.0
    virtual INERoomChatController* getWaitingRoomChatController() = 0;  // since 1.25.0
    virtual INERoomRtcController* getRtcController() = 0;
    virtual INERoomWhiteboardController* getWhiteboardController() = 0;
    virtual INERoomAnnotationController* getAnnotationController() = 0;
    virtual INERoomLiveController* getLiveController() = 0;

    // Names and roles
    virtual void changeMyName(const std::string& name, const NERoomContextCallback& callback) = 0;
    virtual void changeMemberName(const std::string& userUuid, const std::string& name,
                                  const NERoomContextCallback& callback) = 0;  // since 1.26.0
    virtual void changeMemberRole(const std::string& userUuid, const std::string& role,
                                  const NERoomContextCallback& callback) = 0;
    virtual void changeMembersRole(const std::map<std::string, std::string>& userRoleMap,
                                   const NERoomContextCallback& callback) = 0;  // since 1.27.0
    virtual void handOverMyRole(const std::string& userUuid, const NERoomContextCallback& callback) = 0;
    virtual void handOverMyRole(const std::string& userUuid, bool resign, const NERoomContextCallback& callback) = 0;
    virtual void kickMemberOut(const std::string& userUuid, const NERoomContextCallback& callback) = 0;
    virtual void kickMemberOut(const std::string& userUuid, bool toBlacklist,
                               const NERoomContextCallback& callback) = 0;  // since 1.27.0

    // Listeners
    virtual void addRoomListener(INERoomListener* listener) = 0;
    virtual void removeRoomListener(INERoomListener* listener) = 0;
    virtual void addRtcStatsListener(INERoomRtcStatsListener* listener) = 0;
    virtual void removeRtcStatsListener(INERoomRtcStatsListener* listener) = 0;

    // Coming and going
    virtual void rejoinAfterAdmittedToRoom(const NECallback<>& callback) = 0;  // since 1.25.0
    virtual void leaveRoom(const NERoomContextCallback& callback) = 0;
    virtual void leaveRoom(NERoomLeaveRoomType leaveRoomType, const NERoomContextCallback& callback) = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void endRoom(const NERoomContextCallback& callback) = 0;
    virtual void endRoom(bool force, const NERoomContextCallback& callback) = 0;

    // Lock
    virtual void lockRoom(const NERoomContextCallback& callback) = 0;
    virtual void unlockRoom(const NERoomContextCallback& callback) = 0;
    virtual bool isRoomLocked() = 0;

    // Properties
    virtual void updateRoomProperty(const std::string& key, const std::string& value,
                                    const std::string& associatedUserUuid = "",
                                    const NERoomContextCallback& callback = NERoomContextCallback()) = 0;
    virtual void deleteRoomProperty(const std::string& key, const NERoomContextCallback& callback) = 0;
    virtual void updateMemberProperty(const std::string& userUuid, const std::string& key, const std::string& value,
                                      const NERoomContextCallback& callback) = 0;
    virtual void deleteMemberProperty(const std::string& userUuid, const std::string& key,
                                      const NERoomContextCallback& callback) = 0;

    // Cloud recording
    virtual void startCloudRecord(const NEEmptyCallback& callback) const = 0;  // since 1.22.0
    virtual void startCloudRecord(const NERoomRecordConfig& recordConfig,
                                  const NEEmptyCallback& callback) const = 0;  // since 1.34.0
    virtual void stopCloudRecord(const NEEmptyCallback& callback) const = 0;   // since 1.22.0
    virtual bool isCloudRecording() const = 0;                                 // since 1.22.0

    // Waiting room, blacklist, devices
    virtual bool isInWaitingRoom() const = 0;                                                // since 1.25.0
    virtual bool isRoomBlacklistEnabled() const = 0;                                         // since 1.26.0
    virtual void enableRoomBlacklist(bool enable, const NEEmptyCallback& callback) = 0;      // since 1.26.0
    virtual bool isRoomMultiDeviceEnabled() const = 0;                                       // since 1.43.0
    virtual void enableMultiDevice(bool enable, const NERoomContextCallback& callback) = 0;  // since 1.43.0

    // Forms of older releases, kept so that code written for them compiles.
    void addListener(INERoomListener* listener) { addRoomListener(listener); }
    void removeListener(INERoomListener* listener) { removeRoomListener(listener); }
    void registerListener(INERoomListener* listener) { addRoomListener(listener); }
    void unregisterListener(INERoomListener* listener) { removeRoomListener(listener); }
};

}  // namespace neroom
