#include "lines.h"

#include <algorithm>
#include <iostream>
#include <mutex>

using namespace neroom;
using nim::Json;

namespace {

Json member_json(const SharedMemberPtr& member) {
    Json json;
    json["user"] = member->getUserUuid();
    json["name"] = member->getUserName();
    json["role"] = member->getUserRole().name;
    json["properties"] = json_of(member->getProperties());
    json["chat_banned"] = member->isChatBanned();
    json["in_chat"] = member->getIsInChatroom();
    json["devices"] = json_of(member->getConnectedDeviceList());
    return json;
}

Json words_json(const std::vector<std::string>& words) {
    Json json = Json::array();
    for (const auto& word : words) json.append(word);
    return json;
}

void describe(Json& json, INERoomChatFileMessage& file) {
    json["event"] = "file";
    json["file"] = file.displayName();
    json["size"] = static_cast<int64_t>(file.size());
    json["md5"] = file.md5();
}

void describe(Json& json, INERoomChatNotificationMessage& notice) {
    const auto item = notice.getNotificationItem();
    json["event"] = "notice";
    json["type"] = static_cast<int>(item->getNotificationType());
    // Who came or went, or which message was taken back.
    json["about"] = item->getRawData();
}

}  // namespace

void print(const Json& line) {
    static std::mutex mutex;
    std::lock_guard<std::mutex> lock(mutex);
    std::cout << line.dump() << std::endl;
}

Json event_line(const std::string& name) {
    Json json;
    json["event"] = name;
    return json;
}

Json json_of(const std::map<std::string, std::string>& values) {
    Json json = Json::object();
    for (const auto& value : values) json[value.first] = value.second;
    return json;
}

Json json_of(const SharedChatMessagePtr& message) {
    Json json;
    if (const auto file = std::dynamic_pointer_cast<INERoomChatFileMessage>(message)) {
        describe(json, *file);
    } else if (const auto notice = std::dynamic_pointer_cast<INERoomChatNotificationMessage>(message)) {
        describe(json, *notice);
        return json;
    } else if (const auto text = std::dynamic_pointer_cast<INERoomChatTextMessage>(message)) {
        json["event"] = "text";
        json["text"] = text->text();
    } else {
        json["event"] = "message";
    }
    json["from"] = message->fromUserUuid();
    json["nick"] = message->fromNick();
    json["to"] = words_json(message->toUserUuidList());
    json["message"] = message->messageUuid();
    json["at_ms"] = static_cast<int64_t>(message->time());
    return json;
}

Json json_of(const std::list<SharedChatMessagePtr>& messages) {
    Json json = Json::array();
    for (const auto& message : messages) json.append(json_of(message));
    return json;
}

Json json_of(const std::list<NEConnectedDevice>& devices) {
    Json json = Json::array();
    for (const auto& device : devices) {
        Json one;
        one["rtc_uid"] = static_cast<int64_t>(device.rtcUid);
        one["device"] = device.deviceId;
        one["type"] = static_cast<int>(device.clientType);
        json.append(one);
    }
    return json;
}

Json json_of(INERoomContext& room) {
    std::list<SharedMemberPtr> members = room.getRemoteMembers();
    if (const auto local = room.getLocalMember()) members.push_back(local);
    members.sort([](const auto& one, const auto& other) { return one->getUserUuid() < other->getUserUuid(); });
    Json shown = Json::array();
    for (const auto& member : members) shown.append(member_json(member));
    Json json;
    json["room"] = room.getRoomUuid();
    json["archive"] = room.getRoomArchiveID();
    json["name"] = room.getRoomName();
    json["password"] = room.getPassword();
    json["locked"] = room.isRoomLocked();
    json["blacklist"] = room.isRoomBlacklistEnabled();
    json["multi_device"] = room.isRoomMultiDeviceEnabled();
    json["properties"] = json_of(room.getRoomProperties());
    json["members"] = shown;
    return json;
}
