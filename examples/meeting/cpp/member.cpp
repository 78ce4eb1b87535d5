#include "member.h"

#include <nim_cpp_api.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <sstream>

#include "lines.h"

using namespace neroom;
using nim::Json;

namespace {

/// The built-in template of a meeting.
constexpr int kMeeting = 40;
/// What an app gives up after.
constexpr std::chrono::seconds kPatience(30);

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

/// The number of an IM outcome, 0 for success.
int number(int code) { return code == nim::kNIMResSuccess ? kNENoError : code; }

/// A callback that only passes the code on.
template <class Done>
NECallback<> only_code(const Done& done) {
    return [done](int code, const std::string&) { done(code, Json::object()); };
}

/// A callback that also passes on what was asked for, under a name.
template <class Asked, class Done>
NECallback<Asked> with(const std::string& name, const Done& done) {
    return [name, done](int code, const std::string&, const Asked& asked) {
        Json more = Json::object();
        more[name] = json_of(asked);
        done(code, more);
    };
}

}  // namespace

Member::Member(const std::string& app_key) : app_key_(app_key) {}

Member::~Member() {
    if (initialised_) destroyNERoomKit();
    if (reuse_im_) nim::Client::Cleanup2();
}

void Member::obey(const std::string& line) {
    std::istringstream words(line);
    const std::string command = word(words);
    // The callback may come after the waiting was given up.
    const auto promise = std::make_shared<std::promise<Json>>();
    auto answered = promise->get_future();
    const auto is_answered = std::make_shared<std::atomic_flag>();
    const Done done = [promise, is_answered](int code, const Json& more) {
        // A login tells its steps again when it reconnects.
        if (is_answered->test_and_set()) return;
        Json answer = more;
        answer["code"] = code;
        promise->set_value(answer);
    };
    const bool known = identity(command, words, done) || rooms(command, words, done) || files(command, words, done) ||
                       (room_ != nullptr && (in_room(command, words, done) || chat(command, words, done) ||
                                             commands(command, words, done) || of_members(command, words, done)));
    if (!known) done(kNEError, Json::object());
    const bool in_time = answered.wait_for(kPatience) == std::future_status::ready;
    Json answer = in_time ? answered.get() : Json::object();
    if (!in_time) answer["code"] = "none in time";
    answer["answer"] = command;
    print(answer);
}

bool Member::identity(const std::string& command, std::istream& words, const Done& done) {
    if (command == "ready") {
        done(kNENoError, Json::object());
    } else if (command == "im-log-in") {
        im_log_in(words, done);
    } else if (command == "im-log-out") {
        nim::Client::Logout(nim::kNIMLogoutChangeAccout,
                            [done](nim::NIMResCode code) { done(number(code), Json::object()); });
    } else if (command == "log-in") {
        log_in(words, done);
    } else if (command == "log-out") {
        kit()->getAuthService()->logout(only_code(done));
    } else {
        return false;
    }
    return true;
}

void Member::im_log_in(std::istream& words, const Done& done) {
    if (!initialised_) {
        reuse_im_ = true;
        nim::SDKConfig config;
        if (!nim::Client::Init(app_key_, "", "", config)) return done(kNEError, Json::object());
    }
    const std::string accid = word(words);
    const auto step = [done](const nim::LoginRes& result) {
        if (result.login_step_ == nim::kNIMLoginStepLogin) done(number(result.res_code_), Json::object());
    };
    if (!nim::Client::Login(app_key_, accid, word(words), step)) done(kNEError, Json::object());
}

void Member::log_in(std::istream& words, const Done& done) {
    const std::string user = word(words);
    const std::string token = word(words);
    const auto login = [this, user, token, done] { kit()->getAuthService()->login(user, token, only_code(done)); };
    if (initialised_) return login();
    NERoomKitOptions options;
    options.appKey = app_key_;
    options.reuseIM = reuse_im_;
    initialised_ = true;
    kit()->initialize(options, [this, login, done](int code, const std::string&) {
        if (code != kNENoError) return done(code, Json::object());
        kit()->getMessageChannelService()->addMessageChannelListener(&listener_);
        login();
    });
}

bool Member::rooms(const std::string& command, std::istream& words, const Done& done) {
    INERoomService* const service = kit()->getRoomService();
    if (command == "create") {
        create(words, done);
    } else if (command == "join" || command == "join-alone") {
        join(words, command == "join-alone", done);
    } else if (command == "devices") {
        using Lists = std::list<NEInRoomDeviceListItem>;
        service->getMyInRoomDeviceList(word(words), [done](int code, const std::string&, const Lists& lists) {
            Json more = Json::object();
            more["devices"] = lists.empty() ? Json::array() : json_of(lists.front().devices);
            done(code, more);
        });
    } else if (command == "archive") {
        NEHistoryMessageSearchOption option;
        option.limit = 100;
        option.order = kNEMessageSearchOrderAsc;
        service->fetchChatroomHistoryMessages(word(words), option,
                                              with<std::list<SharedChatMessagePtr>>("messages", done));
    } else {
        return false;
    }
    return true;
}

void Member::create(std::istream& words, const Done& done) {
    NECreateRoomParams params;
    params.roomUuid = word(words);
    params.password = word(words);
    params.roomName = rest(words);
    params.templateId = kMeeting;
    NECreateRoomOptions options;
    options.enableChatroom = true;
    kit()->getRoomService()->createRoom(params, options, only_code(done));
}

void Member::join(std::istream& words, bool alone, const Done& done) {
    NEJoinRoomParams params;
    params.roomUuid = word(words);
    const std::string password = word(words);
    params.password = password == "-" ? "" : password;
    params.role = word(words);
    params.userName = rest(words);
    params.kickOtherDevice = alone;
    const auto joined = [this, done](int code, const std::string&, INERoomContext* room) {
        if (room != nullptr) {
            room_ = room;
            // Here nothing can come between the room's state and its first event.
            room->addRoomListener(&listener_);
        }
        done(code, Json::object());
    };
    kit()->getRoomService()->joinRoom(params, NEJoinRoomOptions(), joined);
}

bool Member::in_room(const std::string& command, std::istream& words, const Done& done) {
    if (command == "mirror") {
        Json more;
        more["mirror"] = json_of(*room_);
        done(kNENoError, more);
    } else if (command == "lock") {
        room_->lockRoom(only_code(done));
    } else if (command == "unlock") {
        room_->unlockRoom(only_code(done));
    } else if (command == "set") {
        const std::string key = word(words);
        room_->updateRoomProperty(key, rest(words), "", only_code(done));
    } else if (command == "unset") {
        room_->deleteRoomProperty(word(words), only_code(done));
    } else if (command == "leave") {
        room_->leaveRoom(only_code(done));
    } else if (command == "end") {
        room_->endRoom(true, only_code(done));
    } else {
        return false;
    }
    return true;
}

bool Member::of_members(const std::string& command, std::istream& words, const Done& done) {
    const std::string user = word(words);
    if (command == "rename") {
        room_->changeMemberName(user, rest(words), only_code(done));
    } else if (command == "role") {
        room_->changeMemberRole(user, word(words), only_code(done));
    } else if (command == "hand-over") {
        room_->handOverMyRole(user, only_code(done));
    } else if (command == "set-of") {
        const std::string key = word(words);
        room_->updateMemberProperty(user, key, rest(words), only_code(done));
    } else if (command == "unset-of") {
        room_->deleteMemberProperty(user, word(words), only_code(done));
    } else if (command == "ban") {
        chat()->banMemberChat(user, std::stoi(word(words)), "", only_code(done));
    } else if (command == "unban") {
        chat()->unbanMemberChat(user, "", only_code(done));
    } else if (command == "kick") {
        room_->kickMemberOut(user, only_code(done));
    } else if (command == "kick-for-good") {
        room_->kickMemberOut(user, true, only_code(done));
    } else {
        return false;
    }
    return true;
}

bool Member::chat(const std::string& command, std::istream& words, const Done& done) {
    const NECallback<SharedChatMessagePtr> sent = [done](int code, const std::string&, const SharedChatMessagePtr& it) {
        Json more = Json::object();
        if (it) more["message"] = it->messageUuid();
        done(code, more);
    };
    if (command == "enter-chat") {
        chat()->joinChatroom(only_code(done));
    } else if (command == "leave-chat") {
        chat()->leaveChatroom(only_code(done));
    } else if (command == "say") {
        chat()->sendBroadcastTextMessage(rest(words), sent);
    } else if (command == "tell") {
        const std::string user = word(words);
        chat()->sendDirectTextMessage(user, rest(words), sent);
    } else if (command == "recall") {
        chat()->recallChatroomMessage(word(words), 0, only_code(done));
    } else if (command == "people") {
        using People = std::vector<NEChatRoomMember>;
        chat()->fetchChatRoomMembers(kOnlineNormal, 100, [done](int code, const std::string&, const People& people) {
            Json names = Json::array();
            for (const auto& person : people) names.append(person.nick);
            Json more;
            more["people"] = names;
            done(code, more);
        });
    } else if (command == "history") {
        NEHistoryMessageSearchOption option;
        option.limit = 100;
        option.order = kNEMessageSearchOrderAsc;
        chat()->fetchChatroomHistoryMessages(option, with<std::list<SharedChatMessagePtr>>("messages", done));
    } else {
        return false;
    }
    return true;
}

bool Member::files(const std::string& command, std::istream& words, const Done& done) {
    if (command == "upload") {
        kit()->getNosService()->uploadResource(rest(words),
                                               [done](int code, const std::string&, const std::string& url) {
                                                   Json more;
                                                   more["url"] = url;
                                                   done(code, more);
                                               });
        return true;
    }
    if (room_ == nullptr) return false;
    if (command == "send") {
        chat()->sendFileMessage("", rest(words), {}, only_code(done));
    } else if (command == "fetch") {
        chat()->downloadAttachment("fetch", listener_.file_url(), rest(words), only_code(done));
    } else if (command == "download") {
        const std::string url = word(words);
        chat()->downloadAttachment("download", url, rest(words), only_code(done));
    } else {
        return false;
    }
    return true;
}

bool Member::commands(const std::string& command, std::istream& words, const Done& done) {
    INEMessageChannelService* const messages = kit()->getMessageChannelService();
    const std::string room = room_->getRoomUuid();
    if (command == "command") {
        const int number = std::stoi(word(words));
        messages->sendCustomMessageToRoom(room, number, rest(words), only_code(done));
    } else if (command == "command-to") {
        const std::string user = word(words);
        const int number = std::stoi(word(words));
        messages->sendCustomMessage(room, user, number, rest(words), only_code(done));
    } else if (command == "command-to-role") {
        const std::list<std::string> roles{word(words)};
        const int number = std::stoi(word(words));
        messages->sendCustomMessageToRoles(room, number, roles, rest(words), only_code(done));
    } else {
        return false;
    }
    return true;
}
