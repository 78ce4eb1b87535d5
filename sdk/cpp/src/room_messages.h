#pragma once

/// @file
/// sdk.proto's rooms as C++ sees them.

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "base_type_defines.h"
#include "wire.h"

namespace parlor {

using TextMap = std::map<std::string, std::string>;

/// Requests about rooms: each answers the bytes of an SdkRequest.
namespace request {

std::string room_create(const neroom::NECreateRoomParams& params, const neroom::NECreateRoomOptions& options);
std::string room_join(const neroom::NEJoinRoomParams& params);
std::string room_template_fetch(const std::string& room_uuid);
std::string room_my_devices(const std::string& room_uuid);
std::string room_command_send(const std::string& room_uuid, const std::string& user_uuid, int command_id,
                              const std::string& data, const std::list<std::string>& roles);

/// Requests that do something in the room with that archive id.
namespace act {

std::string leave(int64_t archive_id, bool all_devices);
std::string end(int64_t archive_id);
std::string set_lock(int64_t archive_id, bool locked);
std::string enable_blacklist(int64_t archive_id, bool enabled);
std::string enable_multi_device(int64_t archive_id, bool enabled);
std::string change_name(int64_t archive_id, const std::string& user_uuid, const std::string& user_name);
std::string change_roles(int64_t archive_id, const TextMap& roles);
std::string hand_over(int64_t archive_id, const std::string& user_uuid, bool keep);
std::string kick(int64_t archive_id, const std::string& user_uuid, bool to_blacklist);
std::string ban_chat(int64_t archive_id, const std::string& user_uuid, bool banned, int64_t duration_s,
                     const std::string& notify_ext);
std::string set_room_property(int64_t archive_id, const std::string& key, const std::string& value,
                              const std::string& associated_user_uuid);
std::string delete_room_property(int64_t archive_id, const std::string& key);
std::string set_member_property(int64_t archive_id, const std::string& user_uuid, const std::string& key,
                                const std::string& value);
std::string delete_member_property(int64_t archive_id, const std::string& user_uuid, const std::string& key);
std::string chat_presence(int64_t archive_id, bool present);

}  // namespace act

}  // namespace request

/// Room.
struct RoomState {
    int64_t archive_id = 0;
    std::string room_uuid;
    std::string room_name;
    std::string password;
    int64_t ends_at_ms = 0;
    int64_t max_members = 0;
    bool locked = false;
    bool blacklist_enabled = false;
    bool multi_device = false;
    bool chatroom = false;
    TextMap properties;
};

/// RoomDevice.
struct DeviceState : neroom::NEConnectedDevice {
    bool in_chatroom = false;
    bool in_rtc = false;
};

/// RoomMember.
struct MemberState {
    std::string user_uuid;
    std::string user_name;
    std::string avatar;
    std::string role;
    TextMap properties;
    bool chat_banned = false;
    std::vector<DeviceState> devices;

    /// Whether one of the devices is so.
    template <class Flag>
    bool any(Flag flag) const {
        for (const auto& device : devices) {
            if (device.*flag) return true;
        }
        return false;
    }
};

/// RoomEntered.
struct RoomEntered {
    RoomState room;
    neroom::NERoomTemplate rules;
    std::vector<MemberState> members;
    std::string user_uuid;
    uint64_t rtc_uid = 0;
};

/// RoomRoleChange.
struct RoleChange {
    std::string user_uuid;
    std::string old_role;
    std::string new_role;
};

/// RoomChange.Kind.
enum class ChangeKind {
    State = 0,
    Joined = 1,
    Left = 2,
    Devices = 3,
    Names = 4,
    Roles = 5,
    MemberProperties = 6,
    MemberPropertiesDeleted = 7,
    Streams = 8,
    ChatBan = 9,
    ChatPresence = 10,
    Properties = 11,
    PropertiesDeleted = 12,
    Lock = 13,
    MaxMembers = 14,
    Blacklist = 15,
    MultiDevice = 16,
    Lifetime = 17,
};

/// RoomChange.
struct RoomChange {
    ChangeKind kind = ChangeKind::State;
    bool has_room = false;
    RoomState room;
    std::vector<MemberState> members;
    std::vector<MemberState> gone;
    std::string operate_by;
    std::string user_uuid;
    TextMap values;
    std::vector<RoleChange> roles;
    bool on = false;
    int64_t number = 0;
    std::string text;
};

/// Reads the messages of the same names.
neroom::NERoomTemplate read_template(Reader in);
std::list<neroom::NEInRoomDeviceListItem> read_device_lists(Reader in);
RoomEntered read_entered(Reader in);
RoomChange read_change(Reader in, int64_t& archive_id);
neroom::NECustomMessage read_command(Reader in);

}  // namespace parlor
