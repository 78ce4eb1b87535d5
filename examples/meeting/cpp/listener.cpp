#include "listener.h"

#include "lines.h"

using namespace neroom;
using nim::Json;

namespace {

Json about(const std::string& name, const std::string& user) {
    Json event = event_line(name);
    event["user"] = user;
    return event;
}

void print_properties(Json event, const std::map<std::string, std::string>& properties) {
    event["properties"] = json_of(properties);
    print(event);
}

void print_presence(const std::vector<SharedMemberPtr>& members, bool present) {
    for (const auto& member : members) {
        Json event = about("chat-presence", member->getUserUuid());
        event["present"] = present;
        print(event);
    }
}

}  // namespace

std::string Listener::file_url() {
    std::lock_guard<std::mutex> lock(mutex_);
    return file_url_;
}

void Listener::onMemberJoinRoom(const std::vector<SharedMemberPtr>& members) {
    for (const auto& member : members) {
        Json event = about("joined", member->getUserUuid());
        event["name"] = member->getUserName();
        event["role"] = member->getUserRole().name;
        print(event);
    }
}

void Listener::onMemberLeaveRoom(const std::vector<SharedMemberPtr>& members) {
    for (const auto& member : members) print(about("left", member->getUserUuid()));
}

void Listener::onMemberNameChanged(const SharedMemberPtr& member, const std::string& name) {
    Json event = about("name", member->getUserUuid());
    event["name"] = name;
    print(event);
}

void Listener::onMemberRoleChanged(const std::string& user, const NERoomRole& before, const NERoomRole& after) {
    Json event = about("role", user);
    event["before"] = before.name;
    event["after"] = after.name;
    print(event);
}

void Listener::onMemberConnectedDeviceListChanged(const SharedMemberPtr& member) {
    Json event = about("devices", member->getUserUuid());
    event["count"] = static_cast<int64_t>(member->getConnectedDeviceList().size());
    print(event);
}

void Listener::onMemberPropertiesChanged(const std::string& user, const std::map<std::string, std::string>& set) {
    print_properties(about("member-set", user), set);
}

void Listener::onMemberPropertiesDeleted(const std::string& user, const std::map<std::string, std::string>& gone) {
    print_properties(about("member-unset", user), gone);
}

void Listener::onMemberJoinChatroom(const std::vector<SharedMemberPtr>& members) { print_presence(members, true); }

void Listener::onMemberLeaveChatroom(const std::vector<SharedMemberPtr>& members) { print_presence(members, false); }

void Listener::onMemberChatBanStateChanged(const SharedMemberPtr& member, bool banned, int64_t seconds,
                                           const std::string&, const SharedMemberPtr& by) {
    Json event = about("chat-ban", member->getUserUuid());
    event["banned"] = banned;
    event["seconds"] = seconds;
    event["by"] = by ? by->getUserUuid() : "";
    print(event);
}

void Listener::onRoomPropertiesChanged(const std::map<std::string, std::string>& set) {
    print_properties(event_line("set"), set);
}

void Listener::onRoomPropertiesDeleted(const std::map<std::string, std::string>& gone) {
    print_properties(event_line("unset"), gone);
}

void Listener::onRoomLockStateChanged(bool locked) {
    Json event = event_line("lock");
    event["locked"] = locked;
    print(event);
}

void Listener::onReceiveChatroomMessages(const std::vector<SharedChatMessagePtr>& messages) {
    for (const auto& message : messages) {
        if (const auto file = std::dynamic_pointer_cast<INERoomChatFileMessage>(message)) {
            std::lock_guard<std::mutex> lock(mutex_);
            file_url_ = file->url();
        }
        print(json_of(message));
    }
}

void Listener::onRoomEnded(NERoomEndReason reason, const std::string&) {
    Json event = event_line("ended");
    event["reason"] = static_cast<int>(reason);
    print(event);
}

void Listener::onCustomMessageReceived(const NECustomMessage& message) {
    Json event = event_line("command");
    event["from"] = message.senderUuid;
    event["room"] = message.roomUuid;
    event["number"] = message.commandId;
    event["data"] = message.data;
    print(event);
}
