#include "room_messages.h"

namespace parlor {

namespace request {

namespace {

std::string body(uint32_t field, const Writer& message) { return Writer().message(field, message).bytes(); }

uint64_t flag(bool value) { return value ? 1 : 0; }

/// A signed number, as protobuf's int32 and int64 write it.
uint64_t integer(int64_t value) { return static_cast<uint64_t>(value); }

}  // namespace

std::string room_create(const neroom::NECreateRoomParams& params, const neroom::NECreateRoomOptions& options) {
    Writer message;
    message.text(1, params.roomUuid).text(2, params.roomName).text(3, params.password);
    message.number(4, integer(params.maxMembers)).number(5, integer(params.templateId));
    message.entries(6, params.initialProperties).entries(7, options.roleBind);
    message.number(10, flag(options.enableRecord)).number(11, flag(options.enableLive));
    message.number(12, flag(options.enableRtc)).number(13, flag(options.enableChatroom));
    message.number(14, flag(options.enableWhiteboard)).number(15, flag(options.enableWaitingRoom));
    message.number(16, flag(options.enableSIPInvite)).number(17, flag(options.enableAPPInvite));
    return body(45, message);
}

std::string room_join(const neroom::NEJoinRoomParams& params) {
    Writer message;
    message.text(1, params.roomUuid).text(2, params.userName).text(3, params.avatar).text(4, params.role);
    message.text(5, params.password).number(6, flag(params.kickOtherDevice)).entries(7, params.initialProperties);
    return body(46, message);
}

std::string room_template_fetch(const std::string& room_uuid) { return body(47, Writer().text(1, room_uuid)); }

std::string room_my_devices(const std::string& room_uuid) { return body(48, Writer().text(1, room_uuid)); }

std::string room_command_send(const std::string& room_uuid, const std::string& user_uuid, int command_id,
                              const std::string& data, const std::list<std::string>& roles) {
    Writer message;
    message.text(1, room_uuid).text(2, user_uuid).number(3, integer(command_id)).text(4, data);
    for (const auto& role : roles) message.text(5, role);
    return body(50, message);
}

namespace act {

namespace {

std::string acted(int64_t archive_id, uint32_t field, const Writer& act) {
    return body(49, Writer().number(1, integer(archive_id)).message(field, act));
}

}  // namespace

std::string leave(int64_t archive_id, bool all_devices) {
    return acted(archive_id, 10, Writer().number(1, flag(all_devices)));
}

std::string end(int64_t archive_id) { return acted(archive_id, 11, Writer()); }

std::string set_lock(int64_t archive_id, bool locked) {
    return acted(archive_id, 12, Writer().number(1, flag(locked)));
}

std::string enable_blacklist(int64_t archive_id, bool enabled) {
    return acted(archive_id, 13, Writer().number(1, flag(enabled)));
}

std::string enable_multi_device(int64_t archive_id, bool enabled) {
    return acted(archive_id, 14, Writer().number(1, flag(enabled)));
}

std::string change_name(int64_t archive_id, const std::string& user_uuid, const std::string& user_name) {
    return acted(archive_id, 20, Writer().text(1, user_uuid).text(2, user_name));
}

std::string change_roles(int64_t archive_id, const TextMap& roles) {
    return acted(archive_id, 21, Writer().entries(1, roles));
}

std::string hand_over(int64_t archive_id, const std::string& user_uuid, bool keep) {
    return acted(archive_id, 22, Writer().text(1, user_uuid).number(2, flag(keep)));
}

std::string kick(int64_t archive_id, const std::string& user_uuid, bool to_blacklist) {
    return acted(archive_id, 23, Writer().text(1, user_uuid).number(2, flag(to_blacklist)));
}

std::string ban_chat(int64_t archive_id, const std::string& user_uuid, bool banned, int64_t duration_s,
                     const std::string& notify_ext) {
    Writer act;
    act.text(1, user_uuid).number(2, flag(banned)).number(3, integer(duration_s)).text(4, notify_ext);
    return acted(archive_id, 24, act);
}

std::string set_room_property(int64_t archive_id, const std::string& key, const std::string& value,
                              const std::string& associated_user_uuid) {
    return acted(archive_id, 30, Writer().text(1, key).text(2, value).text(3, associated_user_uuid));
}

std::string delete_room_property(int64_t archive_id, const std::string& key) {
    return acted(archive_id, 31, Writer().text(1, key));
}

std::string set_member_property(int64_t archive_id, const std::string& user_uuid, const std::string& key,
                                const std::string& value) {
    return acted(archive_id, 32, Writer().text(1, user_uuid).text(2, key).text(3, value));
}

std::string delete_member_property(int64_t archive_id, const std::string& user_uuid, const std::string& key) {
    return acted(archive_id, 33, Writer().text(1, user_uuid).text(2, key));
}

std::string chat_presence(int64_t archive_id, bool present) {
    return acted(archive_id, 40, Writer().number(1, flag(present)));
}

}  // namespace act

}  // namespace request

namespace {

neroom::NERoomRole read_role(Reader in) {
    neroom::NERoomRole role;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                role.name = in.text();
                break;
            case 2:
                role.limit = in.number32();
                break;
            case 3:
                role.hide = in.flag();
                break;
            case 4:
                role.params.video.width = in.number32();
                break;
            case 5:
                role.params.video.height = in.number32();
                break;
            case 6:
                role.params.video.fps = in.number32();
                break;
            case 7:
                role.params.audio.profile = in.text();
                break;
            case 8:
                role.params.audio.scenario = in.text();
                break;
            case 9:
                role.params.screen.videoProfile = in.text();
                break;
            case 10:
                role.params.screen.preferMotionFPS = static_cast<uint8_t>(in.number());
                break;
            case 11:
                role.params.screen.preferDetailsFPS = static_cast<uint8_t>(in.number());
                break;
            case 12:
                role.params.channelProfileV2 = in.text();
                break;
            default:
                break;
        }
    }
    return role;
}

void read_permission(Reader in, neroom::NETemplatePermissions& permissions) {
    enum : int32_t {
        kRoomProperty,
        kMemberProperty,
        kStream
    };
    int32_t scope = kRoomProperty;
    neroom::NERoomProperty property;
    while (in.next()) {
        if (in.field() == 1) scope = in.number32();
        if (in.field() == 2) property.name = in.text();
        if (in.field() == 3) property.roles.push_back(in.text());
    }
    if (scope == kRoomProperty) {
        permissions.room.properties.push_back(property);
    } else if (scope == kMemberProperty) {
        if (property.name == "whiteboard") permissions.member.properties.whiteboard = property.roles;
        if (property.name == "screenShare") permissions.member.properties.screenShare = property.roles;
    } else if (scope == kStream) {
        auto& streams = permissions.member.streams;
        if (property.name == "audio") streams.audio.roles = property.roles;
        if (property.name == "video") streams.video.roles = property.roles;
        if (property.name == "subVideo") streams.subVideo.roles = property.roles;
    }
}

DeviceState read_device(Reader in) {
    DeviceState device;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                device.rtcUid = in.number();
                break;
            case 2:
                device.deviceId = in.text();
                break;
            case 3:
                device.clientType = static_cast<neroom::NEClientType>(in.number32() & 0xf);
                break;
            case 4:
                device.isAudioConnected = in.flag();
                break;
            case 5:
                device.isAudioOn = in.flag();
                break;
            case 6:
                device.isVideoOn = in.flag();
                break;
            case 7:
                device.isSharingScreen = in.flag();
                break;
            case 8:
                device.isSharingSystemAudio = in.flag();
                break;
            case 9:
                device.in_chatroom = in.flag();
                break;
            case 10:
                device.in_rtc = in.flag();
                break;
            default:
                break;
        }
    }
    return device;
}

MemberState read_member(Reader in) {
    MemberState member;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                member.user_uuid = in.text();
                break;
            case 2:
                member.user_name = in.text();
                break;
            case 3:
                member.avatar = in.text();
                break;
            case 4:
                member.role = in.text();
                break;
            case 5:
                in.message().entry(member.properties);
                break;
            case 6:
                member.chat_banned = in.flag();
                break;
            case 7:
                member.devices.push_back(read_device(in.message()));
                break;
            default:
                break;
        }
    }
    return member;
}

RoomState read_room(Reader in) {
    RoomState room;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                room.archive_id = in.number64();
                break;
            case 2:
                room.room_uuid = in.text();
                break;
            case 3:
                room.room_name = in.text();
                break;
            case 4:
                room.password = in.text();
                break;
            case 5:
                room.ends_at_ms = in.number64();
                break;
            case 6:
                room.max_members = in.number64();
                break;
            case 7:
                room.locked = in.flag();
                break;
            case 8:
                room.blacklist_enabled = in.flag();
                break;
            case 9:
                room.multi_device = in.flag();
                break;
            case 10:
                room.chatroom = in.flag();
                break;
            case 11:
                in.message().entry(room.properties);
                break;
            default:
                break;
        }
    }
    return room;
}

RoleChange read_role_change(Reader in) {
    RoleChange change;
    while (in.next()) {
        if (in.field() == 1) change.user_uuid = in.text();
        if (in.field() == 2) change.old_role = in.text();
        if (in.field() == 3) change.new_role = in.text();
    }
    return change;
}

neroom::NEInRoomDeviceListItem read_device_list(Reader in) {
    neroom::NEInRoomDeviceListItem item;
    while (in.next()) {
        if (in.field() == 1) item.roomUuid = in.text();
        if (in.field() == 2) item.multiDeviceEnabled = in.flag();
        if (in.field() == 3) item.devices.push_back(read_device(in.message()));
    }
    return item;
}

}  // namespace

neroom::NERoomTemplate read_template(Reader in) {
    neroom::NERoomTemplate rules;
    while (in.next()) {
        if (in.field() == 1) rules.roles.push_back(read_role(in.message()));
        if (in.field() == 2) read_permission(in.message(), rules.permissions);
    }
    return rules;
}

std::list<neroom::NEInRoomDeviceListItem> read_device_lists(Reader in) {
    std::list<neroom::NEInRoomDeviceListItem> lists;
    while (in.next()) {
        if (in.field() == 1) lists.push_back(read_device_list(in.message()));
    }
    return lists;
}

RoomEntered read_entered(Reader in) {
    RoomEntered entered;
    while (in.next()) {
        if (in.field() == 1) entered.room = read_room(in.message());
        if (in.field() == 2) entered.rules = read_template(in.message());
        if (in.field() == 3) entered.members.push_back(read_member(in.message()));
        if (in.field() == 4) entered.user_uuid = in.text();
        if (in.field() == 5) entered.rtc_uid = in.number();
    }
    return entered;
}

RoomChange read_change(Reader in, int64_t& archive_id) {
    RoomChange change;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                archive_id = in.number64();
                break;
            case 2:
                change.kind = static_cast<ChangeKind>(in.number32() & 0x1f);
                break;
            case 3:
                change.has_room = true;
                change.room = read_room(in.message());
                break;
            case 4:
                change.members.push_back(read_member(in.message()));
                break;
            case 5:
                change.gone.push_back(read_member(in.message()));
                break;
            case 6:
                change.operate_by = in.text();
                break;
            case 7:
                change.user_uuid = in.text();
                break;
            case 8:
                in.message().entry(change.values);
                break;
            case 9:
                change.roles.push_back(read_role_change(in.message()));
                break;
            case 10:
                change.on = in.flag();
                break;
            case 11:
                change.number = in.number64();
                break;
            case 12:
                change.text = in.text();
                break;
            default:
                break;
        }
    }
    return change;
}

neroom::NECustomMessage read_command(Reader in) {
    neroom::NECustomMessage command;
    while (in.next()) {
        if (in.field() == 1) command.roomUuid = in.text();
        if (in.field() == 2) command.senderUuid = in.text();
        if (in.field() == 3) command.commandId = in.number32();
        if (in.field() == 4) command.data = in.text();
    }
    return command;
}

}  // namespace parlor
