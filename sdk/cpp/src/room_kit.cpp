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
    const auto core = Process::get().core(Side::Room);
    if (!core) {
        if (callback) shielded([&] { callback(room::kNotInitialized, "initialize RoomKit first"); });
        return;
    }
    const auto answer = [this, callback](const Reply& reply) {
        if (reply.code == room::kOk) {
            show_im_account_of_room(reply.account);
            std::lock_guard<std::mutex> lock(mutex_);
            logged_in_ = true;
        }
        if (callback) callback(reply.code, reply.message);
    };
    const int32_t code = core->submit(Side::Room, request, answer);
    if (code != 0 && callback) {
        core->defer(Side::Room, [callback, code] { callback(code, "the request was refused"); });
    }
}

void AuthService::login(const std::string& account, const std::string& token, const NEAuthCallback& callback) {
    submit_login(request::room_login(account, token), callback);
}

void AuthService::loginByDynamicToken(const std::string& account, const std::string& token, std::string& authType,
                                      const NEAuthCallback& callback) {
    submit_login(request::room_login_by_dynamic_token(account, token, authType), callback);
}

void AuthService::logout(const NEAuthCallback& callback) {
    const auto core = Process::get().core(Side::Room);
    if (!core) {
        if (callback) shielded([&] { callback(room::kNotInitialized, "initialize RoomKit first"); });
        return;
    }
    const auto answer = [this, callback](const Reply& reply) {
        show_im_account_of_room(std::string());
        reset(false);
        if (callback) callback(reply.code, reply.message);
    };
    const int32_t code = core->submit(Side::Room, request::room_logout(), answer);
    if (code != 0 && callback) {
        core->defer(Side::Room, [callback, code] { callback(code, "the request was refused"); });
    }
}

bool AuthService::isLoggedIn() {
    std::lock_guard<std::mutex> lock(mutex_);
    return logged_in_;
}

void AuthService::addAuthListener(neroom::INEAuthListener* listener) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto* known : listeners_) {
        if (known == listener) return;
    }
    if (listener != nullptr) listeners_.push_back(listener);
}

void AuthService::removeAuthListener(neroom::INEAuthListener* listener) {
    std::unique_lock<std::mutex> lock(mutex_);
    listeners_.remove(listener);
    // The app may free the listener as soon as this returns.
    if (!Core::on_sdk_thread()) told_.wait(lock, [&] { return being_told_ != listener; });
}

void AuthService::tell(int32_t auth_event) {
    if (auth_event < 0 || auth_event > static_cast<int32_t>(neroom::NEAuthEvent::kAuthLoggedOut)) return;
    const auto event = static_cast<neroom::NEAuthEvent>(auth_event);
    if (event != neroom::NEAuthEvent::kAuthLoggedIn) show_im_account_of_room(std::string());
    std::unique_lock<std::mutex> lock(mutex_);
    logged_in_ = event == neroom::NEAuthEvent::kAuthLoggedIn;
    const std::list<neroom::INEAuthListener*> known = listeners_;
    for (auto* listener : known) {
        bool still = false;
        for (const auto* present : listeners_) still = still || present == listener;
        if (!still) continue;
        being_told_ = listener;
        lock.unlock();
        shielded([&] { listener->onAuthEvent(event); });
        lock.lock();
        being_told_ = nullptr;
        told_.notify_all();
    }
}

void AuthService::reset(bool listeners_too) {
    std::lock_guard<std::mutex> lock(mutex_);
    logged_in_ = false;
    if (listeners_too) listeners_.clear();
}

void on_room_event(const Event& event) { RoomKit::get().auth().tell(event.auth_event); }

}  // namespace parlor

namespace neroom {

extern "C" {

INERoomKit* createNERoomKit() { return &parlor::RoomKit::get(); }

void destroyNERoomKit() { parlor::RoomKit::get().destroy(); }

}  // extern "C"

}  // namespace neroom
