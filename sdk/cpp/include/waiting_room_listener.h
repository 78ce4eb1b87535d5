#pragma once

/// @file
/// Events of the waiting room.

#include "base_type_defines.h"

namespace neroom {

/// Told what happens in the waiting room.
class INEWaitingRoomListener {
public:
    virtual ~INEWaitingRoomListener() = default;
    virtual void onWaitingRoomInfoUpdated(const NEWaitingRoomInfo& /*info*/) {}
    virtual void onMemberJoin(const NEWaitingRoomMemberPtr& /*member*/,
                              NEWaitingRoomMemberStateChangeReason /*reason*/) {}
    virtual void onMemberLeave(const std::string& /*userUuid*/, NEWaitingRoomMemberStateChangeReason /*reason*/) {}
    virtual void onMemberAdmitted(const std::string& /*userUuid*/) {}
    virtual void onAllMembersKicked() {}                                                    // since 1.27.0
    virtual void onManagersUpdated(const std::list<NEWaitingRoomManagerPtr> /*member*/) {}  // since 1.29.0
    virtual void onMemberNameChanged(const std::string& /*userUuid*/, const std::string& /*newName*/) {}
    virtual void onMyWaitingRoomStatusChanged(NEWaitingRoomState /*state*/,
                                              NEWaitingRoomMemberStateChangeReason /*reason*/) {}
};

}  // namespace neroom
