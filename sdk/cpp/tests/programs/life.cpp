// Life without a server: initialising twice, refusals, callbacks that end everything, exceptions, listeners.

#include <nim_chatroom_cpp.h>
#include <nim_cpp_api.h>
#include <parlor_codes.h>
#include <room_kit_interface.h>

#include <atomic>
#include <stdexcept>

#include "check.h"

namespace {

nim::SDKConfig nowhere() {
    nim::SDKConfig config;
    config.use_private_server_ = true;
    config.default_link_address_ = "127.0.0.1:1";
    return config;
}

void init_needs_an_address_and_one_key() {
    unsetenv("PARLOR_SERVER");
    CHECK(!nim::Client::Init("key", "", "", nim::SDKConfig()));
    CHECK(!nim::Client::Init("", "", "", nowhere()));
    setenv("PARLOR_SERVER", "http://127.0.0.1:1", 1);
    CHECK(nim::Client::Init("key", "", "", nim::SDKConfig()));
    CHECK(nim::Client::Init("key", "", "", nim::SDKConfig()));
    CHECK(!nim::Client::Init("another", "", "", nim::SDKConfig()));
    CHECK(nim::Client::GetLoginState() == nim::kNIMLoginStateUnLogin);
    CHECK(nim::Client::GetCurrentUserAccount().empty());
    CHECK(!nim::Client::Login("another", "a", "b", nim::Client::LoginCallback()));
    nim::Client::Cleanup2();
    CHECK(!nim::Client::Login("key", "a", "b", nim::Client::LoginCallback()));
    CHECK(nim::Client::Init("another", "", "", nowhere()));
    nim::Client::Cleanup2();
    nim::Client::Cleanup2();
}

int initialise(const neroom::NERoomKitOptions& options) {
    Signal done;
    int seen = 0;
    neroom::createNERoomKit()->initialize(options, [&](int code, const std::string& message) {
        CHECK(code == 0 || !message.empty());
        seen = code;
        done.raise();
    });
    CHECK(done.wait());
    return seen;
}

void room_kit_takes_the_key_of_im() {
    neroom::NERoomKitOptions reuse;
    reuse.reuseIM = true;
    CHECK(initialise(reuse) == parlor::room::kNotInitialized);
    CHECK(!neroom::createNERoomKit()->isInitialized());
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    CHECK(initialise(reuse) == 0);
    CHECK(neroom::createNERoomKit()->isInitialized());
    reuse.appKey = "another";
    CHECK(initialise(reuse) == parlor::room::kInitConflict);
    reuse.appKey = "key";
    CHECK(initialise(reuse) == 0);
    nim::Client::Cleanup2();
    // RoomKit still holds the key.
    CHECK(!nim::Client::Init("another", "", "", nowhere()));
    neroom::destroyNERoomKit();
    CHECK(!neroom::createNERoomKit()->isInitialized());
    CHECK(nim::Client::Init("another", "", "", nowhere()));
    nim::Client::Cleanup2();

    neroom::NERoomKitOptions own;
    own.serverUrl = "http://127.0.0.1:1";
    CHECK(initialise(own) == parlor::room::kInvalidParameter);
    own.appKey = "key";
    CHECK(initialise(own) == 0);
    neroom::destroyNERoomKit();
}

void room_kit_without_reuse_initialises_im() {
    neroom::NERoomKitOptions own;
    own.appKey = "key";
    CHECK(!nim::Client::Login("key", "a", "b", nim::Client::LoginCallback()));
    CHECK(initialise(own) == 0);
    CHECK(nim::Client::Login("key", "a", "b", nim::Client::LoginCallback()));
    CHECK(!nim::Client::Init("another", "", "", nowhere()));
    neroom::destroyNERoomKit();
    CHECK(!nim::Client::Login("key", "a", "b", nim::Client::LoginCallback()));

    // An app that initialises IM too keeps it.
    CHECK(initialise(own) == 0);
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    neroom::destroyNERoomKit();
    CHECK(nim::Client::Login("key", "a", "b", nim::Client::LoginCallback()));
    nim::Client::Cleanup2();
}

void login_without_im_is_answered_locally() {
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    neroom::NERoomKitOptions reuse;
    reuse.reuseIM = true;
    CHECK(initialise(reuse) == 0);
    Signal done;
    neroom::createNERoomKit()->getAuthService()->login("user", "token", [&](int code, const std::string&) {
        CHECK(code == 100004);
        done.raise();
    });
    CHECK(done.wait());
    CHECK(!neroom::createNERoomKit()->getAuthService()->isLoggedIn());
    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
}

void rooms_need_a_login() {
    neroom::INERoomKit* kit = neroom::createNERoomKit();
    Signal done;
    const auto expect = [&](int expected) {
        return [&done, expected](int code, const std::string& message) {
            CHECK(code == expected && !message.empty());
            done.raise();
        };
    };
    kit->getRoomService()->createRoom({}, {}, expect(parlor::room::kNotInitialized));
    CHECK(done.wait(1));
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    neroom::NERoomKitOptions reuse;
    reuse.reuseIM = true;
    CHECK(initialise(reuse) == 0);
    kit->getRoomService()->createRoom({}, {}, expect(parlor::room::kRoomNotLoggedIn));
    neroom::NEJoinRoomParams join;
    join.roomUuid = "room";
    kit->getRoomService()->joinRoom(join, {}, [&](int code, const std::string&, neroom::INERoomContext* context) {
        CHECK(code == parlor::room::kRoomNotLoggedIn && context == nullptr);
        done.raise();
    });
    auto* messages = kit->getMessageChannelService();
    messages->sendCustomMessageToRoom("room", 10000, "data", expect(parlor::room::kRoomNotFound));
    messages->sendCustomMessage("room", "", 10000, "data", expect(parlor::room::kInvalidParameter));
    CHECK(done.wait(5));
    CHECK(kit->getRoomService()->getRoomContext("room") == nullptr);
    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
}

void an_unreachable_server_is_reported_step_by_step() {
    nim::SDKConfig config = nowhere();
    config.login_max_retry_times_ = 1;
    CHECK(nim::Client::Init("key", "", "", config));
    Signal done;
    CHECK(nim::Client::Login("key", "a", "b", [&](const nim::LoginRes& result) {
        if (result.login_step_ != nim::kNIMLoginStepLogin) return;
        CHECK(result.res_code_ == nim::kNIMResConnectionError || result.res_code_ == nim::kNIMResTimeoutError);
        CHECK(!result.relogin_ && !result.retrying_);
        done.raise();
    }));
    CHECK(done.wait());
    nim::Client::Cleanup2();
}

void what_is_not_offered_says_so_on_the_sdk_thread() {
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    Signal done;
    std::thread::id sdk;
    nim::Client::SetMultiportPushConfigAsync(true, [&](int code, bool) {
        CHECK(code == parlor::im::kNotSupported);
        sdk = std::this_thread::get_id();
        done.raise();
    });
    CHECK(done.wait(1));
    CHECK(sdk != std::this_thread::get_id());
    const auto here = [&] {
        CHECK(std::this_thread::get_id() == sdk);
        done.raise();
    };
    nim::TeamInfo team("1");
    CHECK(nim::Team::CreateTeamAsync(team, {"a"}, "", [&](const nim::TeamEvent& event) {
        CHECK(static_cast<int>(event.res_code_) == parlor::im::kNotSupported);
        here();
    }));
    nim::Signaling::Join(nim::SignalingJoinParam(), [&](int code, std::shared_ptr<nim::SignalingResParam>) {
        CHECK(code == parlor::im::kNotSupported);
        here();
    });
    nim_chatroom::ChatRoom::QueueListAsync(1, [&](int64_t, int code, const nim_chatroom::ChatRoomQueue&) {
        CHECK(code == parlor::im::kNotSupported);
        here();
    });
    nim::Talk::RegSendMsgCb([&](const nim::SendMessageArc& ack) {
        CHECK(static_cast<int>(ack.rescode_) == parlor::im::kNotSupported && ack.msg_id_ == "7");
        here();
    });
    nim::Talk::SendMsg("{\"client_msg_id\":\"7\"}");
    CHECK(!nim::Friend::Delete("a", nim::Friend::FriendOptCallback()));
    CHECK(done.wait(5));
    nim::Talk::UnregTalkCb();

    neroom::NERoomKitOptions reuse;
    reuse.reuseIM = true;
    CHECK(initialise(reuse) == 0);
    auto* rooms = neroom::createNERoomKit()->getRoomService();
    rooms->rejectInvite("room", [&](int code, const std::string&, const std::string&) {
        CHECK(code == parlor::room::kNotSupported);
        here();
    });
    neroom::createNERoomKit()->getMessageChannelService()->clearUnreadCount(
        "someone", neroom::kNERoomSessionTypeP2P, [&](int code, const std::string&) {
            CHECK(code == parlor::room::kNotSupported);
            here();
        });
    CHECK(rooms->getPreviewRoomContext() == nullptr);
    rooms->previewRoom(neroom::NEPreviewRoomParams(), neroom::NEPreviewRoomOptions(),
                       [&](int code, const std::string&, const neroom::INEPreviewRoomContext&) {
                           CHECK(code == 0);
                           here();
                       });
    CHECK(done.wait(8));
    CHECK(rooms->getPreviewRoomContext()->getPreviewRoomRtcController()->startVideoPreview() ==
          parlor::room::kNotSupported);
    CHECK(neroom::createNERoomKit()->switchDomain("a") == parlor::room::kNotSupported);
    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
}

void callbacks_may_end_everything() {
    for (int round = 0; round < 20; ++round) {
        CHECK(nim::Client::Init("key", "", "", nowhere()));
        neroom::NERoomKitOptions reuse;
        reuse.reuseIM = true;
        Signal done;
        neroom::createNERoomKit()->initialize(reuse, [&](int code, const std::string&) {
            CHECK(code == 0);
            neroom::destroyNERoomKit();
            nim::Client::Cleanup2();
            CHECK(nim::Client::Init("another", "", "", nowhere()));
            nim::Client::Cleanup2();
            done.raise();
        });
        CHECK(done.wait());
    }
}

void exceptions_stop_at_the_boundary() {
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    Signal done;
    for (int i = 0; i < 3; ++i) {
        nim::Client::GetMultiportPushConfigAsync([&](int, bool) {
            done.raise();
            throw std::runtime_error("from the app");
        });
    }
    CHECK(done.wait(3));
    nim::Client::Cleanup2();
}

void a_closure_runs_callbacks_where_the_app_wants() {
    CHECK(nim::Client::Init("key", "", "", nowhere()));
    std::atomic<int> through{0};
    nim::Client::SetCallbackFunction([&](const std::function<void()>& run) {
        ++through;
        run();
    });
    Signal done;
    nim::Client::Logout(nim::kNIMLogoutAppExit, [&](nim::NIMResCode) { done.raise(); });
    CHECK(done.wait());
    CHECK(through == 1);
    nim::Client::Cleanup2();
}

void login_extensions_are_json() {
    nim::LoginParams params;
    params.custom_data_ = "a \"tag\"\n";
    params.auth_type_ = nim::kNIMAuthTypeByAppToken;
    params.login_ex_ = "\xe4\xb8\xad";
    std::string text;
    nim::Client::LoginCustomDataToJson(params, text);
    nim::Json read;
    CHECK(nim::Json::parse(text, read));
    CHECK(read.get("custom_tag").asString() == params.custom_data_);
    CHECK(read.get("auth_type").asInt() == 2);
    CHECK(read.get("login_ex").asString() == params.login_ex_);
    for (const char* bad : {"", "{", "[1,]", "{\"a\":}", "nul", "\"\\x\"", "\"\\ud800\"", "1e999", "{} x", "\"\n\""}) {
        CHECK(!nim::Json::parse(bad, read));
    }
    CHECK(!nim::Json::parse(std::string(100000, '['), read));
    CHECK(nim::Json::parse(" [1, -2.5, true, null, \"\\ud83d\\ude00\", {\"k\": []}] ", read));
    CHECK(read.dump() == "[1,-2.5,true,null,\"\xf0\x9f\x98\x80\",{\"k\":[]}]");
}

}  // namespace

int main() {
    init_needs_an_address_and_one_key();
    room_kit_takes_the_key_of_im();
    room_kit_without_reuse_initialises_im();
    what_is_not_offered_says_so_on_the_sdk_thread();
    callbacks_may_end_everything();
    exceptions_stop_at_the_boundary();
    a_closure_runs_callbacks_where_the_app_wants();
    login_extensions_are_json();
    login_without_im_is_answered_locally();
    rooms_need_a_login();
    an_unreachable_server_is_reported_step_by_step();
    std::puts("ok");
    return 0;
}
