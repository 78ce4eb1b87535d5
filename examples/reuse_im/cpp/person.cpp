#include "person.h"

#include <stdexcept>

namespace {

constexpr int kNothing = -1000;

neroom::INEAuthService* auth() { return neroom::createNERoomKit()->getAuthService(); }

}  // namespace

Person Person::create(const Api& api, const std::string& name) {
    Person person;
    person.accid = name + std::to_string(now_ms());
    person.im_token = "im-token-of-" + name;
    person.user_uuid = "room." + person.accid;
    api.create_im_account(person.accid, person.im_token);
    person.user_token = api.create_room_account(person.user_uuid, person.accid, person.im_token);
    return person;
}

int Report::verdict() const {
    std::cout << seen_ - wrong_ << " of " << seen_ << " as expected" << std::endl;
    return wrong_ == 0 && seen_ > 0 ? 0 : 1;
}

void Inbox::put(int value) {
    std::lock_guard<std::mutex> lock(mutex_);
    values_.push_back(value);
    changed_.notify_all();
}

int Inbox::take() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !values_.empty(); })) return kNothing;
    const int value = values_.front();
    values_.erase(values_.begin());
    return value;
}

App::App(const Api& api) : app_key_(api.app_key()) {
    // The server's address comes from PARLOR_SERVER.
    if (!nim::Client::Init(app_key_, "", "", nim::SDKConfig())) throw std::runtime_error("nim::Client::Init");
    nim::Client::RegKickoutCb([this](const nim::KickoutRes& kick) { kicks_.put(kick.kick_reason_); });
    auth()->addAuthListener(this);
}

App::~App() {
    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
}

int App::initialize_room_kit(bool reuse_im) {
    const auto answer = std::make_shared<Inbox>();
    neroom::NERoomKitOptions options;
    options.reuseIM = reuse_im;
    // With reuse on RoomKit takes the key of IM.
    if (!reuse_im) options.appKey = app_key_;
    neroom::createNERoomKit()->initialize(options, [answer](int code, const std::string&) { answer->put(code); });
    return answer->take();
}

int App::login_im(const std::string& accid, const std::string& token, nim::NIMAuthType auth_type) {
    const auto answer = std::make_shared<Inbox>();
    nim::LoginParams params;
    params.auth_type_ = auth_type;
    std::string extension;
    nim::Client::LoginCustomDataToJson(params, extension);
    const auto step = [answer](const nim::LoginRes& result) {
        if (result.login_step_ == nim::kNIMLoginStepLogin) answer->put(result.res_code_);
    };
    if (!nim::Client::Login(app_key_, accid, token, step, extension)) return kNothing;
    return answer->take();
}

int App::logout_im() {
    const auto answer = std::make_shared<Inbox>();
    nim::Client::Logout(nim::kNIMLogoutChangeAccout, [answer](nim::NIMResCode code) { answer->put(code); });
    return answer->take();
}

int App::login_room(const std::string& user_uuid, const std::string& token) {
    const auto answer = std::make_shared<Inbox>();
    auth()->login(user_uuid, token, [answer](int code, const std::string&) { answer->put(code); });
    return answer->take();
}

int App::login_room_by_dynamic_token(const std::string& user_uuid, const std::string& token) {
    const auto answer = std::make_shared<Inbox>();
    std::string auth_type;
    auth()->loginByDynamicToken(user_uuid, token, auth_type,
                                [answer](int code, const std::string&) { answer->put(code); });
    return answer->take();
}

int App::logout_room() {
    const auto answer = std::make_shared<Inbox>();
    auth()->logout([answer](int code, const std::string&) { answer->put(code); });
    return answer->take();
}

void App::enter(const Person& person) {
    if (initialize_room_kit(true) != 0 || login_im(person.accid, person.im_token) != nim::kNIMResSuccess ||
        login_room(person.user_uuid, person.user_token) != 0) {
        throw std::runtime_error("cannot log " + person.accid + " in");
    }
}

int App::next_auth_event() {
    int event = static_cast<int>(neroom::NEAuthEvent::kAuthLoggedIn);
    while (event == static_cast<int>(neroom::NEAuthEvent::kAuthLoggedIn)) event = auth_events_.take();
    return event;
}

void App::onAuthEvent(neroom::NEAuthEvent event) { auth_events_.put(static_cast<int>(event)); }
