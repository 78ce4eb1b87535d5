#pragma once

/// @file
/// The waiting room before a room.

#include "../waiting_room_listener.h"
#include "base_ctrl_interface.h"

namespace neroom {

/// Order of the waiting list by joining time.
enum GetMemberOrientation {
    kNERoomGetMemberOriDesc = 0,
    kNERoomGetMemberOriAsc = 1,
};

/// The waiting room before a room.
class INEWaitingRoomController : public INEBaseController {
public:
    using GetMemberListCallback = NECallback<std::list<NEWaitingRoomMemberPtr>>;               // since 1.25.0
    using GetWaitingRoomManagerListCallback = NECallback<std::list<NEWaitingRoomManagerPtr>>;  // since 1.29.0
    using GetMyStateCallback = NECallback<NEMyWaitingRoomState>;                               // since 1.25.0

    virtual ~INEWaitingRoomController() = default;

    // State
    virtual NEWaitingRoomInfo getWaitingRoomInfo() const = 0;           // since 1.25.0
    virtual void addListener(INEWaitingRoomListener* listener) = 0;     // since 1.25.0
    virtual void removeListener(INEWaitingRoomListener* listener) = 0;  // since 1.25.0
    virtual void changeMemberName(const std::string& userUuid, const std::string& userName,
                                  const NECallback<>& callback) = 0;  // since 1.25.0

    // Switch
    virtual void enableWaitingRoomOnEntry(const NECallback<>& callback) = 0;                  // since 1.25.0
    virtual void disableWaitingRoomOnEntry(bool admitAll, const NECallback<>& callback) = 0;  // since 1.25.0
    virtual bool isWaitingRoomEnabledOnEntry() const = 0;                                     // since 1.25.0

    // Who waits
    virtual void getMemberList(time_t joinTime, uint32_t limit, GetMemberOrientation orderBy,
                               const GetMemberListCallback& callback) = 0;  // since 1.25.0

    // Decisions
    virtual void admitMember(const std::string& userUuid, const NECallback<>& callback) = 0;  // since 1.25.0
    virtual void admitMember(const std::string& userUuid, bool autoAdmit,
                             const NECallback<>& callback) = 0;                               // since 1.27.0
    virtual void admitAllMembers(const NECallback<>& callback) = 0;                           // since 1.27.0
    virtual void expelMember(const std::string& userUuid, const NECallback<>& callback) = 0;  // since 1.25.0
    virtual void expelMember(const std::string& userUuid, bool disallowRejoin,
                             const NECallback<>& callback) = 0;                                     // since 1.25.0
    virtual void expelAllMembers(bool disallowRejoin, const NECallback<>& callback) = 0;            // since 1.27.0
    virtual void putInWaitingRoom(const std::string& userUuid, const NECallback<>& callback) = 0;   // since 1.25.0
    virtual void getWaitingRoomManagerList(const GetWaitingRoomManagerListCallback& callback) = 0;  // since 1.29.0
};

}  // namespace neroom
