#pragma once

/// @file
/// sdk.proto as C++ sees it: requests as they are written, replies and events as they are read.

#include <cstdint>
#include <list>
#include <string>

#include "chat_messages.h"
#include "nim_client_def.h"
#include "room_kit_interface.h"
#include "room_messages.h"
#include "wire.h"

namespace parlor {

/// Requests: each answers the bytes of an SdkRequest.
namespace request {

std::string defer();
std::string im_init(const std::string& app_key, const std::string& app_data_dir, const std::string& app_install_dir,
                    const nim::SDKConfig& config);
std::string im_cleanup();
std::string im_login(const std::string& account, const std::string& password, const std::string& json_extension);
std::string im_logout();
std::string im_relogin();
std::string im_kick_other(const std::list<std::string>& device_ids);
std::string im_supply_token(uint64_t wanted_id, const std::string& token, const std::string& login_extension);
std::string im_server_time();
std::string room_init(const neroom::NERoomKitOptions& options);
std::string room_release();
std::string room_login(const std::string& user_uuid, const std::string& token);
std::string room_login_by_dynamic_token(const std::string& user_uuid, const std::string& token,
                                        const std::string& auth_type);
std::string room_logout();

}  // namespace request

/// SdkReply.
struct Reply {
    int32_t code = 0;
    std::string message;
    std::string account;                                     ///< ImLoggedIn
    std::list<nim::OtherClientPres> others;                  ///< ImLoggedIn
    std::list<std::string> device_ids;                       ///< ImKickedOthers
    uint64_t server_time_ms = 0;                             ///< ImTime
    int64_t archive_id = 0;                                  ///< RoomJoined
    neroom::NERoomTemplate rules;                            ///< RoomTemplate
    std::list<neroom::NEInRoomDeviceListItem> device_lists;  ///< RoomDeviceLists
    ChatMessages messages;                                   ///< ChatMessages
    std::vector<neroom::NEChatRoomMember> people;            ///< ChatPeople
    std::string url;                                         ///< FileUploaded
};

/// What an SdkEvent reports.
enum class EventKind {
    Unknown,
    ImLoginStep,
    ImReloggedIn,
    ImKicked,
    ImDisconnected,
    ImDevicesChanged,
    ImTokenWanted,
    RoomAuth,
    RoomEntered,
    RoomChange,
    RoomEnded,
    RoomConnection,
    RoomCommand,
    ChatReceived,
    FileProgress,
};

/// SdkEvent; each kind fills its own fields.
struct Event {
    EventKind kind = EventKind::Unknown;
    uint64_t id = 0;       ///< ImLoginStep: the login; ImTokenWanted: what to answer with
    int32_t code = 0;      ///< ImReloggedIn
    int32_t step = 0;      ///< ImLoginStep, ImReloggedIn
    bool retrying = true;  ///< ImReloggedIn
    std::list<nim::OtherClientPres> others;
    nim::KickoutRes kick;     ///< ImKicked
    int32_t notify_type = 0;  ///< ImDevicesChanged
    int32_t auth_event = 0;   ///< RoomAuth
    int64_t archive_id = 0;   ///< which room
    RoomEntered entered;
    RoomChange change;
    int32_t end_reason = 0;  ///< RoomEnded
    bool connected = false;  ///< RoomConnection
    neroom::NECustomMessage command;
    ChatMessages messages;  ///< ChatReceived
    Progress progress;
};

/// Whether an event is of RoomKit's side.
inline bool is_of_room(EventKind kind) { return kind >= EventKind::RoomAuth; }

/// Reads an SdkReply; malformed bytes read as a general failure.
Reply read_reply(const uint8_t* bytes, size_t len);

/// Reads an SdkEvent; malformed bytes and kinds of a newer library read as Unknown.
Event read_event(const uint8_t* bytes, size_t len);

}  // namespace parlor
