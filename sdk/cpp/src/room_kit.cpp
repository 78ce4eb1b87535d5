#include "room_kit.h"

#include <utility>

#include "parlor_codes.h"
#include "refuse.h"

namespace parlor {

RoomKit& RoomKit::get() {
    static RoomKit* const kit = new RoomKit;
    return *kit;
}

void RoomKit::initialize(const neroom::NERoomKitOptions& options, const neroom::NECallback<>& callback) {
    std::lock_guard<std::mutex> life(life_);
    const std::shared_ptr<Core> core = Process::get().enter(Side::Room);
    if (!core) {
        if (callback) shielded([&] { callback(room::kFailure, "the SDK's threads cannot be started"); });
        return;
    }
    const std::string log_path = options.logPath;
    const std::string im_key = options.reuseIM ? std::string() : options.appKey;
    const auto answer = [this, callback, log_path, im_key](const Reply& reply) {
        if (reply.code == room::kOk) {
            if (!im_key.empty()) init_im_for_room(im_key);
            std::lock_guard<std::mutex> lock(mutex_);
            initialised_ = true;
            log_path_ = log_path;
        }
        if (callback) callback(reply.code, reply.message);
    };
    const int32_t code = core->submit(Side::Room, request::room_init(options), answer);
    if (code != 0 && callback) {
        core->defer(Side::Room, [callback, code] { callback(code, "the request was refused"); });
    }
}

void RoomKit::release() {
    {
        std::lock_guard<std::mutex> life(life_);
        const auto core = Process::get().core(Side::Room);
        if (!core) return;
        core->submit(Side::Room, request::room_release(), nullptr);
        std::lock_guard<std::mutex> lock(mutex_);
        initialised_ = false;
        auth_.reset(false);
        rooms_.close();
    }
    cleanup_im_of_room();
}

void RoomKit::destroy() {
    std::shared_ptr<Core> left;
    {
        std::lock_guard<std::mutex> life(life_);
        std::lock_guard<std::mutex> lock(mutex_);
        initialised_ = false;
        log_path_.clear();
        left = Process::get().leave(Side::Room, request::room_release());
        auth_.reset(true);
        rooms_.close();
        messages_.close();
    }
    if (left) left->wait_for_callback();
    cleanup_im_of_room();
}

bool RoomKit::isInitialized() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return initialised_;
}

neroom::NESDKVersions RoomKit::getSdkVersions() const {
    neroom::NESDKVersions versions;
    versions.imVersion = parlor_version();
    versions.roomKitVersion = parlor_version();
    return versions;
}

int RoomKit::switchLanguage(neroom::NERoomLanguage /*language*/) { return room::kNotSupported; }

void RoomKit::uploadLog(const neroom::NECallback<std::string>& callback) { refuse_room(callback); }

std::string RoomKit::getCurrentLogPath() {
    std::lock_guard<std::mutex> lock(mutex_);
    return log_path_;
}

void RoomKit::addGlobalEventListener(neroom::INEGlobalEventListener* /*listener*/) {}

void RoomKit::removeGlobalEventListener(neroom::INEGlobalEventListener* /*listener*/) {}

void RoomKit::invokeMethod(const std::string& /*method*/, const std::string& /*parameters*/,
                           const neroom::NECallback<>& callback) {
    refuse_room(callback);
}

std::string RoomKit::getDeviceId() { return std::string(); }

neroom::NENetworkType RoomKit::getNetworkType() { return neroom::kConnectionUnknown; }

int RoomKit::switchDomain(const std::string& /*domain*/) { return room::kNotSupported; }

neroom::NEDomainInfoResult RoomKit::getAvailableDomain(const std::string& /*appKey*/) {
    neroom::NEDomainInfoResult result;
    result.code = room::kNotSupported;
    result.msg = "not supported by this server or SDK";
    return result;
}

void RoomKit::writeLog(const std::string& /*moduleName*/, int /*level*/, const std::string& /*content*/) {}

void AuthService::submit_login(const std::string& request, const NEAuthCallback& callback) {
    ask(Side::Room, request, [this, callback](const Reply& reply) {
        if (reply.code == room::kOk) {
            show_im_account_of_room(reply.account);
            set_logged_in(true);
        }
        if (callback) callback(reply.code, reply.message);
    });
}

void AuthService::set_logged_in(bool logged_in) {
    std::lock_guard<std::mutex> lock(mutex_);
    logged_in_ = logged_in;
}

void AuthService::login(const std::string& account, const std::string& token, const NEAuthCallback& callback) {
    submit_login(request::room_login(account, token), callback);
}

void AuthService::loginByDynamicToken(const std::string& account, const std::string& token, std::string& authType,
                                      const NEAuthCallback& callback) {
    submit_login(request::room_login_by_dynamic_token(account, token, authType), callback);
}

void AuthService::logout(const NEAuthCallback& callback) {
    ask(Side::Room, request::room_logout(), [this, callback](const Reply& reply) {
        show_im_account_of_room(std::string());
        set_logged_in(false);
        if (callback) callback(reply.code, reply.message);
    });
}

bool AuthService::isLoggedIn() {
    std::lock_guard<std::mutex> lock(mutex_);
    return logged_in_;
}

void AuthService::addAuthListener(neroom::INEAuthListener* listener) { listeners_.add(listener); }

void AuthService::removeAuthListener(neroom::INEAuthListener* listener) { listeners_.remove(listener); }

void AuthService::tell(int32_t auth_event) {
    if (auth_event < 0 || auth_event > static_cast<int32_t>(neroom::NEAuthEvent::kAuthLoggedOut)) return;
    const auto event = static_cast<neroom::NEAuthEvent>(auth_event);
    if (event != neroom::NEAuthEvent::kAuthLoggedIn) show_im_account_of_room(std::string());
    set_logged_in(event == neroom::NEAuthEvent::kAuthLoggedIn);
    listeners_.tell([event](neroom::INEAuthListener& listener) { listener.onAuthEvent(event); });
}

void AuthService::reset(bool listeners_too) {
    set_logged_in(false);
    if (listeners_too) listeners_.clear();
}

void on_room_event(const Event& event) {
    RoomKit& kit = RoomKit::get();
    switch (event.kind) {
        case EventKind::RoomAuth:
            kit.auth().tell(event.auth_event);
            break;
        case EventKind::RoomCommand:
            kit.messages().tell(event.command);
            break;
        default:
            kit.rooms().take(event);
    }
}

}  // namespace parlor

namespace neroom {

extern "C" {

INERoomKit* createNERoomKit() { return &parlor::RoomKit::get(); }

void destroyNERoomKit() { parlor::RoomKit::get().destroy(); }

}  // extern "C"

}  // namespace neroom
