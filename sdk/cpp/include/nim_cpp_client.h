#pragma once

/// @file
/// Life of the SDK and of a login: the heart of the IM headers.

#include "nim_client_def.h"

namespace nim {

/// Life of the SDK and of a login.
///
/// Calls may come from any thread. Every callback runs on the one SDK thread and may call back in, Cleanup2() included.
/// Register the `Reg…` callbacks before Login().
class NIM_SDK_CPPWRAPPER_DLL_API Client {
public:
    /// Asked for what Login() would carry as `LoginParams::login_ex_` before a reconnect.
    typedef std::function<void(std::string*)> RequestLoginExtensionCallback;
    typedef std::function<void(const std::function<void()>&)> SDKClosure;
    typedef std::function<void(const LoginRes&)> LoginCallback;
    typedef std::function<void(std::string*)> ReloginRequestTokenCallback;
    typedef std::function<void(NIMResCode)> LogoutCallback;
    typedef std::function<void(const KickoutRes&)> KickoutCallback;
    typedef std::function<void(void)> DisconnectCallback;
    typedef std::function<void(const MultiSpotLoginRes&)> MultiSpotLoginCallback;
    typedef std::function<void(const KickOtherRes&)> KickOtherCallback;
    typedef std::function<void(int, bool)> MultiportPushConfigCallback;
    typedef std::function<void(int, bool, uint64_t)> GetCurrentServerTimeCallback;

    // Life
    /// Sets IM up with the app's key; once per process. Again with the same key does nothing and answers true, with
    /// another key it answers false. `app_install_dir` is where the server configuration file lies when `config` names
    /// none.
    static bool Init(const std::string& app_key, const std::string& app_data_dir, const std::string& app_install_dir,
                     const SDKConfig& config);
    /// Hands every callback to `callback`, which runs it where it likes, instead of running it on the SDK thread.
    static void SetCallbackFunction(const SDKClosure& callback);
    /// The configuration given to Init().
    static const SDKConfig& GetSDKConfig();
    /// Ends IM: logs out, drops every callback. Legal from inside a callback.
    static void Cleanup(const std::string& json_extension = "");
    /// As Cleanup(); the published way to end since it also waits for the logout.
    static void Cleanup2(const std::string& json_extension = "");
    /// Writes the `json_extension` of Login().
    static void LoginCustomDataToJson(const LoginParams& params, std::string& loginParams);
    static void LoginCustomDataToJson(const std::string& custom_data, std::string& strValue);

    // Login
    /// Logs an account in. `cb` is told each step; the outcome comes with `kNIMLoginStepLogin`.
    ///
    /// Outcomes: 200, 302 (wrong account or token), 403 (this kind of token is not allowed), 408, 414, 415, 416 (too
    /// often), 417 (a device too many, or RoomKit holds the login), 422 (account disabled). False when not initialised
    /// or with another key.
    static bool Login(const std::string& app_key, const std::string& account, const std::string& password,
                      const LoginCallback& cb, const std::string& json_extension = "");
    /// Whether an account is logged in.
    static NIMLoginState GetLoginState(const std::string& json_extension = "");
    /// Tries again at once instead of waiting for the next reconnect.
    static void Relogin(const std::string& json_extension = "");
    /// Ends the login, then calls `cb`.
    static void Logout(NIMLogoutType logout_type, const LogoutCallback& cb, const std::string& json_extension = "");
    /// Logs out own other devices, named by their device ids.
    static bool KickOtherClient(const std::list<std::string>& client_ids);

    // Events
    /// Told each step of a reconnect.
    static void RegReloginCb(const LoginCallback& cb, const std::string& json_extension = "");
    /// Asked for a fresh token before a reconnect with a signed token.
    static void RegReloginRequestToeknCb(const ReloginRequestTokenCallback& cb, const std::string& json_extension = "");
    /// Told when this device was logged out. It must not come back by itself.
    static void RegKickoutCb(const KickoutCallback& cb, const std::string& json_extension = "");
    /// Told when the connection was lost; the SDK reconnects by itself.
    static void RegDisconnectCb(const DisconnectCallback& cb, const std::string& json_extension = "");
    /// Told which of the account's other devices are online.
    static void RegMultispotLoginCb(const MultiSpotLoginCallback& cb, const std::string& json_extension = "");
    /// Told which devices KickOtherClient() has logged out.
    static void RegKickOtherClientCb(const KickOtherCallback& cb, const std::string& json_extension = "");
    static void RegSyncMultiportPushConfigCb(const MultiportPushConfigCallback& cb,
                                             const std::string& json_extension = "");

    // Push while another device is online
    static void SetMultiportPushConfigAsync(bool switch_on, const MultiportPushConfigCallback& cb,
                                            const std::string& json_extension = "");
    static void GetMultiportPushConfigAsync(const MultiportPushConfigCallback& cb,
                                            const std::string& json_extension = "");

    // State
    /// Version of this SDK.
    static std::string GetSDKVersion();
    /// The account that is logged in, or empty.
    static std::string GetCurrentUserAccount();
    /// The server's time in milliseconds.
    static void GetServerCurrentTime(const Client::GetCurrentServerTimeCallback& cb, bool calc_local = false);
    /// Forgets every callback registered with `Reg…`.
    static void UnregClientCb();
    /// Asked for a fresh login extension before a reconnect.
    static void RegRequestLoginExtensionCb(const RequestLoginExtensionCallback& cb,
                                           const std::string& json_extension = "");
};

}  // namespace nim
