// Eight threads initialise, log in, log out and destroy, from calls and from callbacks, for as long as the first
// argument says (seconds; 2 without one). The rest are accounts that exist: accid, IM token, user uuid, user token;
// without them every login fails, which it must survive as well. Meant for the sanitizers.

#include <nim_cpp_api.h>
#include <room_kit_interface.h>

#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "check.h"

namespace {

struct Account {
    std::string accid, im_token, user_uuid, user_token;
};

struct Count {
    std::atomic<uint64_t> calls{0}, answers{0}, logins{0}, joins{0};
};

Count count;
std::string app_key = "key";

class Listener : public neroom::INEAuthListener {
public:
    void onAuthEvent(neroom::NEAuthEvent event) override {
        CHECK(alive_ == kAlive);
        ++count.answers;
        (void)event;
    }
    ~Listener() override { alive_ = 0; }

private:
    static constexpr uint32_t kAlive = 0xa11fe;
    uint32_t alive_ = kAlive;
};

/// What a callback may do to everything, now and then.
void upset(unsigned dice) {
    if (dice % 64 == 0) neroom::destroyNERoomKit();
    if (dice % 64 == 1) nim::Client::Cleanup2();
    if (dice % 64 == 2) nim::Client::Logout(nim::kNIMLogoutRelogin, [](nim::NIMResCode) { ++count.answers; });
    if (dice % 64 == 3) throw dice;
}

void initialise(unsigned dice) {
    nim::SDKConfig config;
    config.login_max_retry_times_ = 1;
    if (dice % 8 != 0) {
        nim::Client::Init(dice % 32 == 1 ? "another" : app_key, "", "", config);
        return;
    }
    neroom::NERoomKitOptions options;
    options.reuseIM = dice % 16 == 0;
    options.appKey = app_key;
    neroom::createNERoomKit()->initialize(options, [dice](int, const std::string& message) {
        ++count.answers;
        upset(dice / 32 + static_cast<unsigned>(message.size()));
    });
}

/// Makes a room or enters one, from which a callback may leave, end or destroy.
void go_to_a_room(unsigned dice) {
    auto* rooms = neroom::createNERoomKit()->getRoomService();
    const std::string uuid = "stress" + std::to_string(dice % 3);
    neroom::NECreateRoomParams params;
    params.roomUuid = uuid;
    params.templateId = 40;
    neroom::NECreateRoomOptions options;
    options.enableChatroom = true;
    rooms->createRoom(params, options, [](int, const std::string&) { ++count.answers; });
    neroom::NEJoinRoomParams join;
    join.roomUuid = uuid;
    rooms->joinRoom(join, {}, [dice](int code, const std::string&, neroom::INERoomContext* context) {
        ++count.answers;
        if (code != 0) return;
        ++count.joins;
        static neroom::INERoomListener listener;
        context->addRoomListener(&listener);
        context->getChatController()->joinChatroom();
        context->getChatController()->sendBroadcastTextMessage(
            "hello", [](int, const std::string&, const neroom::SharedChatMessagePtr&) { ++count.answers; });
        context->updateRoomProperty("key", std::to_string(dice));
        if (dice % 4 == 0) context->leaveRoom([dice](int, const std::string&) { upset(dice / 4); });
        if (dice % 16 == 1) context->endRoom(true, [](int, const std::string&) { ++count.answers; });
        upset(dice / 2);
    });
}

void log_in(const Account& account, unsigned dice) {
    if (dice % 2 == 0) {
        nim::Client::Login(app_key, account.accid, account.im_token, [dice](const nim::LoginRes& result) {
            ++count.answers;
            if (result.login_step_ != nim::kNIMLoginStepLogin) return;
            if (result.res_code_ == nim::kNIMResSuccess) ++count.logins;
            upset(dice / 2);
        });
        return;
    }
    auto* auth = neroom::createNERoomKit()->getAuthService();
    auth->login(account.user_uuid, account.user_token, [dice](int code, const std::string&) {
        ++count.answers;
        if (code == 0) {
            ++count.logins;
            go_to_a_room(dice / 4);
        }
        upset(dice / 2);
    });
}

/// What any thread may ask of a room that others are leaving.
void look_at_a_room(unsigned dice) {
    auto* context = neroom::createNERoomKit()->getRoomService()->getRoomContext("stress" + std::to_string(dice % 3));
    if (context == nullptr) return;
    for (const auto& member : context->getRemoteMembers()) (void)member->getUserName();
    if (const auto me = context->getLocalMember()) (void)me->getConnectedDeviceList();
    (void)context->getRoomProperties();
    context->changeMyName("name" + std::to_string(dice), [](int, const std::string&) { ++count.answers; });
}

void log_out(unsigned dice) {
    if (dice % 2 == 0) {
        nim::Client::Logout(nim::kNIMLogoutChangeAccout, [](nim::NIMResCode) { ++count.answers; });
    } else {
        neroom::createNERoomKit()->getAuthService()->logout([](int, const std::string&) { ++count.answers; });
    }
}

void look() {
    (void)nim::Client::GetLoginState();
    (void)nim::Client::GetCurrentUserAccount();
    (void)neroom::createNERoomKit()->getAuthService()->isLoggedIn();
    (void)neroom::createNERoomKit()->isInitialized();
    nim::Client::KickOtherClient({"nobody"});
    nim::Client::GetMultiportPushConfigAsync([](int, bool) { ++count.answers; });
}

void listen_for_a_moment() {
    auto listener = std::make_unique<Listener>();
    auto* auth = neroom::createNERoomKit()->getAuthService();
    auth->addAuthListener(listener.get());
    nim::Client::RegKickoutCb([](const nim::KickoutRes&) { ++count.answers; });
    nim::Client::RegReloginCb([](const nim::LoginRes&) { ++count.answers; });
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    auth->removeAuthListener(listener.get());
}

void run(unsigned seed, std::chrono::steady_clock::time_point until, const std::vector<Account>& accounts) {
    std::mt19937 random(seed);
    const auto half = std::chrono::steady_clock::now() + (until - std::chrono::steady_clock::now()) / 2;
    while (std::chrono::steady_clock::now() < until) {
        const unsigned dice = random();
        // The second half ends less often, so that rooms are entered between two ends.
        const bool is_calm = std::chrono::steady_clock::now() > half && dice % 256 != 0;
        const Account& account = accounts[random() % accounts.size()];
        ++count.calls;
        switch (is_calm ? 6 + random() % 10 : random() % 16) {
            case 0:
                nim::Client::Cleanup2();
                break;
            case 1:
                neroom::destroyNERoomKit();
                break;
            case 2:
                neroom::createNERoomKit()->release();
                break;
            case 3:
                listen_for_a_moment();
                break;
            case 4:
            case 5:
                log_out(dice);
                break;
            case 6:
            case 7:
                look();
                break;
            case 8:
                std::this_thread::sleep_for(std::chrono::milliseconds(dice % 30));
                break;
            case 9:
            case 10:
            case 11:
                initialise(dice);
                break;
            case 12:
                go_to_a_room(dice);
                break;
            case 13:
                look_at_a_room(dice);
                break;
            default:
                log_in(account, dice);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    setenv("PARLOR_SERVER", "http://127.0.0.1:1", 0);
    if (const char* key = std::getenv("PARLOR_APP_KEY")) app_key = key;
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 2;
    std::vector<Account> accounts;
    for (int at = 2; at + 3 < argc; at += 4) accounts.push_back({argv[at], argv[at + 1], argv[at + 2], argv[at + 3]});
    if (accounts.empty()) accounts.push_back({"nobody", "no token", "nobody", "no token"});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 8; ++i) threads.emplace_back([=, &accounts] { run(i + 1, until, accounts); });
    for (auto& thread : threads) thread.join();
    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
    std::fprintf(stderr, "calls %llu, answers %llu, logins %llu, joins %llu\n",
                 static_cast<unsigned long long>(count.calls), static_cast<unsigned long long>(count.answers),
                 static_cast<unsigned long long>(count.logins), static_cast<unsigned long long>(count.joins));
    CHECK(count.answers > 0);
    if (argc > 2) CHECK(count.logins > 0 && count.joins > 0);
    std::puts("ok");
    return 0;
}
