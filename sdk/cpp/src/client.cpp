#include "nim_cpp_client.h"

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <utility>

#include "core.h"
#include "nim_json.h"
#include "parlor_codes.h"
#include "refuse.h"

namespace nim {

namespace {

using parlor::Core;
using parlor::Process;
using parlor::Reply;
using parlor::Side;

/// The callbacks that outlive a call.
struct Hooks {
    Client::LoginCallback relogin;
    Client::ReloginRequestTokenCallback token;
    Client::RequestLoginExtensionCallback extension;
    Client::KickoutCallback kickout;
    Client::DisconnectCallback disconnect;
    Client::MultiSpotLoginCallback devices;
    Client::KickOtherCallback kick_other;
    Client::SDKClosure closure;
};

/// What the IM side remembers. Guarded by `mutex`, which is never held while app code runs.
struct State {
    /// Init and Cleanup exclude each other.
    std::mutex life;
    std::mutex mutex;
    bool initialised = false;
    std::string app_key;
    SDKConfig config;
    NIMLoginState login_state = kNIMLoginStateUnLogin;
    std::string account;
    /// Whether only RoomKit has initialised IM.
    bool by_room = false;
    /// The account that RoomKit has logged in by itself.
    std::string room_account;
    /// Logins under way, by the id of their request.
    std::map<uint64_t, Client::LoginCallback> logins;
    Hooks hooks;
};

State& state() {
    // Never freed: callbacks and late calls may come while the process ends.
    static State* const state = new State;
    return *state;
}

template <class T>
T hook(T Hooks::* member) {
    std::lock_guard<std::mutex> lock(state().mutex);
    return state().hooks.*member;
}

template <class T>
void set_hook(T Hooks::* member, const T& value) {
    T before = value;
    std::lock_guard<std::mutex> lock(state().mutex);
    std::swap(state().hooks.*member, before);
}

/// Runs app code where the app wants it.
void deliver(std::function<void()> body) {
    const Client::SDKClosure closure = hook(&Hooks::closure);
    if (closure) {
        parlor::shielded([&] { closure([body] { parlor::shielded(body); }); });
    } else {
        parlor::shielded(body);
    }
}

void tell(const Client::LoginCallback& cb, const LoginRes& result) {
    if (cb) deliver([cb, result] { cb(result); });
}

/// The core, when IM is initialised.
std::shared_ptr<Core> core() {
    {
        std::lock_guard<std::mutex> lock(state().mutex);
        if (!state().initialised) return nullptr;
    }
    return Process::get().core(Side::Im);
}

void set_login(NIMLoginState login_state, const std::string& account) {
    std::lock_guard<std::mutex> lock(state().mutex);
    state().login_state = login_state;
    state().account = account;
}

void finish_login(uint64_t id, const Reply& reply) {
    Client::LoginCallback cb;
    {
        std::lock_guard<std::mutex> lock(state().mutex);
        const auto found = state().logins.find(id);
        if (found == state().logins.end()) return;
        cb = std::move(found->second);
        state().logins.erase(found);
        if (reply.code == kNIMResSuccess) {
            state().login_state = kNIMLoginStateLogin;
            state().account = reply.account;
        }
    }
    LoginRes result;
    result.res_code_ = static_cast<NIMResCode>(reply.code);
    result.login_step_ = kNIMLoginStepLogin;
    result.other_clients_ = reply.others;
    result.retrying_ = false;
    tell(cb, result);
}

void on_login_step(const parlor::Event& event) {
    Client::LoginCallback cb;
    {
        std::lock_guard<std::mutex> lock(state().mutex);
        const auto found = state().logins.find(event.id);
        if (found == state().logins.end()) return;
        cb = found->second;
    }
    LoginRes result;
    result.login_step_ = static_cast<NIMLoginStep>(event.step & 3);
    tell(cb, result);
}

void on_relogged_in(const parlor::Event& event) {
    LoginRes result;
    result.res_code_ = static_cast<NIMResCode>(event.code);
    result.relogin_ = true;
    result.login_step_ = static_cast<NIMLoginStep>(event.step & 3);
    result.other_clients_ = event.others;
    result.retrying_ = event.retrying;
    if (result.login_step_ == kNIMLoginStepLogin) {
        std::lock_guard<std::mutex> lock(state().mutex);
        const bool back = event.code == kNIMResSuccess;
        state().login_state = back ? kNIMLoginStateLogin : kNIMLoginStateUnLogin;
        if (!back && !event.retrying) state().account.clear();
    }
    tell(hook(&Hooks::relogin), result);
}

void on_token_wanted(Core& core, uint64_t wanted_id) {
    const auto token = hook(&Hooks::token);
    const auto extension = hook(&Hooks::extension);
    const std::weak_ptr<Core> weak = core.weak_from_this();
    deliver([token, extension, weak, wanted_id] {
        std::string fresh_token;
        std::string fresh_extension;
        if (token) parlor::shielded([&] { token(&fresh_token); });
        if (extension) parlor::shielded([&] { extension(&fresh_extension); });
        const std::shared_ptr<Core> alive = weak.lock();
        if (!alive) return;
        alive->submit(Side::Im, parlor::request::im_supply_token(wanted_id, fresh_token, fresh_extension), nullptr);
    });
}

}  // namespace

bool Client::Init(const std::string& app_key, const std::string& app_data_dir, const std::string& app_install_dir,
                  const SDKConfig& config) {
    State& im = state();
    // Let go of outside of the lock.
    std::shared_ptr<Core> core;
    std::lock_guard<std::mutex> life(im.life);
    {
        std::lock_guard<std::mutex> lock(im.mutex);
        if (im.initialised) {
            if (im.app_key != app_key) return false;
            im.by_room = false;
            return true;
        }
    }
    core = Process::get().enter(Side::Im);
    if (!core) return false;
    const std::string request = parlor::request::im_init(app_key, app_data_dir, app_install_dir, config);
    const int32_t code = core->submit(Side::Im, request, nullptr);
    if (code != 0) {
        std::fprintf(stderr, "parlor: nim::Client::Init: %s (%d)\n", parlor_last_error(), static_cast<int>(code));
        core = Process::get().leave(Side::Im, parlor::request::im_cleanup());
        return false;
    }
    std::lock_guard<std::mutex> lock(im.mutex);
    im.initialised = true;
    im.app_key = app_key;
    im.config = config;
    return true;
}

void Client::SetCallbackFunction(const SDKClosure& callback) { set_hook(&Hooks::closure, callback); }

const SDKConfig& Client::GetSDKConfig() { return state().config; }

void Client::Cleanup(const std::string& /*json_extension*/) {
    State& im = state();
    // Dropped last, and outside of the lock: app objects may die with them.
    Hooks hooks;
    std::map<uint64_t, LoginCallback> logins;
    std::shared_ptr<Core> left;
    {
        std::lock_guard<std::mutex> life(im.life);
        std::lock_guard<std::mutex> lock(im.mutex);
        if (!im.initialised) return;
        im.initialised = false;
        im.app_key.clear();
        im.login_state = kNIMLoginStateUnLogin;
        im.account.clear();
        im.room_account.clear();
        im.by_room = false;
        std::swap(hooks, im.hooks);
        std::swap(logins, im.logins);
        left = Process::get().leave(Side::Im, parlor::request::im_cleanup());
    }
    if (left) left->wait_for_callback();
}

void Client::Cleanup2(const std::string& json_extension) { Cleanup(json_extension); }

void Client::LoginCustomDataToJson(const LoginParams& params, std::string& loginParams) {
    Json json = Json::object();
    if (!params.custom_data_.empty()) json["custom_tag"] = params.custom_data_;
    json["auth_type"] = static_cast<int>(params.auth_type_);
    if (!params.login_ex_.empty()) json["login_ex"] = params.login_ex_;
    loginParams = json.dump();
}

void Client::LoginCustomDataToJson(const std::string& custom_data, std::string& strValue) {
    LoginParams params;
    params.custom_data_ = custom_data;
    LoginCustomDataToJson(params, strValue);
}

bool Client::Login(const std::string& app_key, const std::string& account, const std::string& password,
                   const LoginCallback& cb, const std::string& json_extension) {
    const std::shared_ptr<Core> running = core();
    if (!running) return false;
    const uint64_t id = running->next_id();
    {
        std::lock_guard<std::mutex> lock(state().mutex);
        if (app_key != state().app_key) return false;
        state().logins.emplace(id, cb);
    }
    const std::string request = parlor::request::im_login(account, password, json_extension);
    const int32_t code = running->submit(Side::Im, id, request, [id](const Reply& reply) { finish_login(id, reply); });
    if (code != 0) {
        Reply refused;
        refused.code = code;
        running->defer(Side::Im, [id, refused] { finish_login(id, refused); });
    }
    return true;
}

NIMLoginState Client::GetLoginState(const std::string& /*json_extension*/) {
    std::lock_guard<std::mutex> lock(state().mutex);
    return state().room_account.empty() ? state().login_state : kNIMLoginStateLogin;
}

void Client::Relogin(const std::string& /*json_extension*/) {
    if (const auto running = core()) running->submit(Side::Im, parlor::request::im_relogin(), nullptr);
}

void Client::Logout(NIMLogoutType /*logout_type*/, const LogoutCallback& cb, const std::string& /*json_extension*/) {
    const auto running = core();
    if (!running) {
        if (cb) deliver([cb] { cb(kNIMLocalResAPIErrorInitUndone); });
        return;
    }
    const auto answer = [cb](const Reply& reply) {
        set_login(kNIMLoginStateUnLogin, std::string());
        if (cb) deliver([cb, reply] { cb(static_cast<NIMResCode>(reply.code)); });
    };
    const int32_t code = running->submit(Side::Im, parlor::request::im_logout(), answer);
    if (code != 0 && cb) running->defer(Side::Im, [cb, code] { deliver([=] { cb(static_cast<NIMResCode>(code)); }); });
}

bool Client::KickOtherClient(const std::list<std::string>& client_ids) {
    const auto running = core();
    if (!running || client_ids.empty()) return false;
    const int32_t code = running->submit(Side::Im, parlor::request::im_kick_other(client_ids), [](const Reply& reply) {
        KickOtherRes result;
        result.res_code_ = static_cast<NIMResCode>(reply.code);
        result.device_ids_ = reply.device_ids;
        if (const auto cb = hook(&Hooks::kick_other)) deliver([cb, result] { cb(result); });
    });
    return code == 0;
}

void Client::RegReloginCb(const LoginCallback& cb, const std::string&) { set_hook(&Hooks::relogin, cb); }

void Client::RegReloginRequestToeknCb(const ReloginRequestTokenCallback& cb, const std::string&) {
    set_hook(&Hooks::token, cb);
}

void Client::RegRequestLoginExtensionCb(const RequestLoginExtensionCallback& cb, const std::string&) {
    set_hook(&Hooks::extension, cb);
}

void Client::RegKickoutCb(const KickoutCallback& cb, const std::string&) { set_hook(&Hooks::kickout, cb); }

void Client::RegDisconnectCb(const DisconnectCallback& cb, const std::string&) { set_hook(&Hooks::disconnect, cb); }

void Client::RegMultispotLoginCb(const MultiSpotLoginCallback& cb, const std::string&) {
    set_hook(&Hooks::devices, cb);
}

void Client::RegKickOtherClientCb(const KickOtherCallback& cb, const std::string&) { set_hook(&Hooks::kick_other, cb); }

void Client::RegSyncMultiportPushConfigCb(const MultiportPushConfigCallback& /*cb*/, const std::string&) {}

void Client::SetMultiportPushConfigAsync(bool /*switch_on*/, const MultiportPushConfigCallback& cb,
                                         const std::string&) {
    parlor::refuse_with_int(cb);
}

void Client::GetMultiportPushConfigAsync(const MultiportPushConfigCallback& cb, const std::string&) {
    parlor::refuse_with_int(cb);
}

std::string Client::GetSDKVersion() { return parlor_version(); }

std::string Client::GetCurrentUserAccount() {
    std::lock_guard<std::mutex> lock(state().mutex);
    return state().room_account.empty() ? state().account : state().room_account;
}

void Client::GetServerCurrentTime(const GetCurrentServerTimeCallback& cb, bool calc_local) {
    const auto running = core();
    if (!cb) return;
    if (!running) {
        deliver([cb, calc_local] { cb(kNIMLocalResAPIErrorInitUndone, calc_local, 0); });
        return;
    }
    running->submit(Side::Im, parlor::request::im_server_time(), [cb, calc_local](const Reply& reply) {
        deliver([cb, calc_local, reply] { cb(reply.code, calc_local, reply.server_time_ms); });
    });
}

void Client::UnregClientCb() {
    Hooks before;
    std::lock_guard<std::mutex> lock(state().mutex);
    std::swap(before, state().hooks);
    state().hooks.closure = before.closure;
}

}  // namespace nim

namespace parlor {

using nim::deliver;
using nim::hook;
using nim::Hooks;

void init_im_for_room(const std::string& app_key) {
    nim::State& im = nim::state();
    {
        std::lock_guard<std::mutex> lock(im.mutex);
        if (im.initialised) return;
    }
    if (!nim::Client::Init(app_key, "", "", nim::SDKConfig())) return;
    std::lock_guard<std::mutex> lock(im.mutex);
    im.by_room = im.initialised;
}

void cleanup_im_of_room() {
    show_im_account_of_room(std::string());
    {
        std::lock_guard<std::mutex> lock(nim::state().mutex);
        if (!nim::state().by_room) return;
    }
    nim::Client::Cleanup();
}

void show_im_account_of_room(const std::string& account) {
    std::lock_guard<std::mutex> lock(nim::state().mutex);
    nim::state().room_account = account;
}

void on_im_event(Core& core, const Event& event) {
    switch (event.kind) {
        case EventKind::ImLoginStep:
            nim::on_login_step(event);
            break;
        case EventKind::ImReloggedIn:
            nim::on_relogged_in(event);
            break;
        case EventKind::ImKicked:
            nim::set_login(nim::kNIMLoginStateUnLogin, std::string());
            if (const auto cb = hook(&Hooks::kickout)) deliver([cb, kick = event.kick] { cb(kick); });
            break;
        case EventKind::ImDisconnected: {
            std::lock_guard<std::mutex> lock(nim::state().mutex);
            nim::state().login_state = nim::kNIMLoginStateUnLogin;
        }
            if (const auto cb = hook(&Hooks::disconnect)) deliver(cb);
            break;
        case EventKind::ImDevicesChanged:
            if (const auto cb = hook(&Hooks::devices)) {
                nim::MultiSpotLoginRes result;
                result.notify_type_ = event.notify_type == nim::kNIMMultiSpotNotifyTypeImOut
                                          ? nim::kNIMMultiSpotNotifyTypeImOut
                                          : nim::kNIMMultiSpotNotifyTypeImIn;
                result.other_clients_ = event.others;
                deliver([cb, result] { cb(result); });
            }
            break;
        case EventKind::ImTokenWanted:
            nim::on_token_wanted(core, event.id);
            break;
        default:
            break;
    }
}

}  // namespace parlor
