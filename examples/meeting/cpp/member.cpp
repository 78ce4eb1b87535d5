#include "member.h"

#include <parlor_codes.h>

#include <chrono>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>

using namespace neroom;

namespace {

/// The built-in template of a meeting.
constexpr int kMeeting = 40;
/// What an app gives up after.
constexpr std::chrono::seconds kPatience(30);

/// Makes a call with a callback and waits for its code.
template <class Call>
int code_of(Call&& call) {
    // The callback may come after the waiting was given up.
    const auto answer = std::make_shared<std::promise<int>>();
    auto answered = answer->get_future();
    call([answer](int code, const std::string&) { answer->set_value(code); });
    return answered.wait_for(kPatience) == std::future_status::ready ? answered.get() : kNEError;
}

void expect(const std::string& what, int code) {
    if (code != kNENoError) throw std::runtime_error(what + " was answered " + std::to_string(code));
}

std::string word(std::istream& words) {
    std::string word;
    words >> word;
    return word;
}

std::string rest(std::istream& words) {
    std::string rest;
    std::getline(words >> std::ws, rest);
    return rest;
}

}  // namespace

Member::Member(const std::string& app_key) : kit_(createNERoomKit()) {
    NERoomKitOptions options;
    options.appKey = app_key;
    expect("initialize", code_of([&](const NECallback<>& done) { kit_->initialize(options, done); }));
    kit_->getMessageChannelService()->addMessageChannelListener(this);
}

Member::~Member() { destroyNERoomKit(); }

void Member::log_in(const std::string& user_uuid, const std::string& token) {
    expect("login", code_of([&](const NECallback<>& done) { kit_->getAuthService()->login(user_uuid, token, done); }));
}

void Member::create(const std::string& room, const std::string& password) {
    NECreateRoomParams params;
    params.roomUuid = room;
    params.roomName = "Meeting";
    params.password = password;
    params.templateId = kMeeting;
    NECreateRoomOptions options;
    options.enableChatroom = true;
    const int code =
        code_of([&](const NECallback<>& done) { kit_->getRoomService()->createRoom(params, options, done); });
    if (code != parlor::room::kRoomExists) expect("createRoom", code);
}

void Member::join(const std::string& room, const std::string& password, const std::string& role) {
    NEJoinRoomParams params;
    params.roomUuid = room_uuid_ = room;
    params.password = password;
    params.role = role;
    params.userName = "C++ " + role;
    expect("joinRoom", code_of([&](const NECallback<>& done) {
               const auto joined = [this, done](int code, const std::string& message, INERoomContext* context) {
                   room_ = context;
                   // Here nothing can come between the room's state and its first event.
                   if (context != nullptr) context->addRoomListener(this);
                   done(code, message);
               };
               kit_->getRoomService()->joinRoom(params, NEJoinRoomOptions(), joined);
           }));
    expect("joinChatroom", code_of([&](const NECallback<>& done) { room_->getChatController()->joinChatroom(done); }));
    print("joined");
}

void Member::obey(const std::string& command, std::istream& words) {
    const int code = command == "command" ? send_command(words) : in_room(command, words);
    print("answer " + command + " " + std::to_string(code));
}

int Member::in_room(const std::string& command, std::istream& words) {
    return code_of([&](const NECallback<>& done) {
        if (command == "set") {
            const std::string key = word(words);
            room_->updateRoomProperty(key, rest(words), "", done);
        } else if (command == "rename") {
            const std::string user = word(words);
            room_->changeMemberName(user, rest(words), done);
        } else if (command == "role") {
            const std::string user = word(words);
            room_->changeMemberRole(user, word(words), done);
        } else if (command == "hand-over") {
            room_->handOverMyRole(word(words), done);
        } else if (command == "lock") {
            room_->lockRoom(done);
        } else if (command == "unlock") {
            room_->unlockRoom(done);
        } else if (command == "kick") {
            room_->kickMemberOut(word(words), done);
        } else if (command == "end") {
            room_->endRoom(true, done);
        } else if (command == "leave") {
            room_->leaveRoom(done);
        } else {
            done(in_chat(command, words), "");
        }
    });
}

int Member::in_chat(const std::string& command, std::istream& words) {
    INERoomChatController* const chat = room_->getChatController();
    return code_of([&](const NECallback<>& done) {
        if (command == "say") {
            chat->sendTextMessage("", rest(words), {}, done);
        } else if (command == "tell") {
            const std::string user = word(words);
            chat->sendTextMessage("", rest(words), {user}, done);
        } else if (command == "send") {
            chat->sendFileMessage("", rest(words), {}, done);
        } else if (command == "fetch") {
            std::unique_lock<std::mutex> lock(mutex_);
            const std::string url = file_url_;
            lock.unlock();
            chat->downloadAttachment("fetch", url, rest(words), done);
        } else if (command == "recall") {
            chat->recallChatroomMessage(word(words), 0, done);
        } else if (command == "ban") {
            const std::string user = word(words);
            chat->banMemberChat(user, std::stoi(word(words)), "", done);
        } else if (command == "unban") {
            chat->unbanMemberChat(word(words), "", done);
        } else {
            done(kNEError, "");
        }
    });
}

int Member::send_command(std::istream& words) {
    const int number = std::stoi(word(words));
    const std::string user = word(words);
    const std::string text = rest(words);
    INEMessageChannelService* const messages = kit_->getMessageChannelService();
    return code_of([&](const NECallback<>& done) {
        if (user == "*") {
            messages->sendCustomMessageToRoom(room_uuid_, number, text, done);
        } else {
            messages->sendCustomMessage(room_uuid_, user, number, text, done);
        }
    });
}

void Member::print(const std::string& line) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::cout << line << std::endl;
}

void Member::onMemberJoinRoom(const std::vector<SharedMemberPtr>& members) {
    for (const auto& member : members) print("join " + member->getUserUuid());
}

void Member::onMemberLeaveRoom(const std::vector<SharedMemberPtr>& members) {
    for (const auto& member : members) print("leave " + member->getUserUuid());
}

void Member::onMemberNameChanged(const SharedMemberPtr& member, const std::string& name) {
    print("name " + member->getUserUuid() + " " + name);
}

void Member::onMemberRoleChanged(const std::string& user, const NERoomRole&, const NERoomRole& after) {
    print("role " + user + " " + after.name);
}

void Member::onMemberConnectedDeviceListChanged(const SharedMemberPtr& member) {
    print("devices " + member->getUserUuid() + " " + std::to_string(member->getConnectedDeviceList().size()));
}

void Member::onMemberChatBanStateChanged(const SharedMemberPtr& member, bool banned, int64_t, const std::string&,
                                         const SharedMemberPtr&) {
    print((banned ? "banned " : "unbanned ") + member->getUserUuid());
}

void Member::onRoomPropertiesChanged(const std::map<std::string, std::string>& properties) {
    for (const auto& property : properties) print("set " + property.first + " " + property.second);
}

void Member::onRoomLockStateChanged(bool locked) { print(locked ? "locked" : "unlocked"); }

void Member::onReceiveChatroomMessages(const std::vector<SharedChatMessagePtr>& messages) {
    for (const auto& message : messages) {
        if (const auto text = std::dynamic_pointer_cast<INERoomChatTextMessage>(message)) {
            print("text " + message->fromUserUuid() + " " + text->text());
        } else if (const auto file = std::dynamic_pointer_cast<INERoomChatFileMessage>(message)) {
            {
                std::lock_guard<std::mutex> lock(mutex_);
                file_url_ = file->url();
            }
            print("file " + message->fromUserUuid() + " " + std::to_string(file->size()) + " " + file->displayName());
        } else if (const auto notice = std::dynamic_pointer_cast<INERoomChatNotificationMessage>(message)) {
            const auto item = notice->getNotificationItem();
            print("notice " + std::to_string(item->getNotificationType()) + " " + item->getRawData());
        }
    }
}

void Member::onRoomEnded(NERoomEndReason reason, const std::string&) {
    over_ = true;
    print("ended " + std::to_string(reason));
}

void Member::onCustomMessageReceived(const NECustomMessage& message) {
    print("command " + message.senderUuid + " " + std::to_string(message.commandId) + " " + message.data);
}
