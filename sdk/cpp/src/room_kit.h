#pragma once

/// @file
/// RoomKit's objects. One of each per process, never freed: a pointer that outlives destroyNERoomKit() stays harmless.

#include <cstdint>
#include <mutex>
#include <string>

#include "core.h"
#include "listeners.h"
#include "room_kit_interface.h"
#include "room_services.h"

namespace parlor {

/// neroom::INEAuthService.
class AuthService final : public neroom::INEAuthService {
public:
    void login(const std::string& account, const std::string& token, const NEAuthCallback& callback) override;
    void loginByDynamicToken(const std::string& account, const std::string& token, std::string& authType,
                             const NEAuthCallback& callback) override;
    void logout(const NEAuthCallback& callback) override;
    bool isLoggedIn() override;
    void addAuthListener(neroom::INEAuthListener* listener) override;
    void removeAuthListener(neroom::INEAuthListener* listener) override;

    /// Tells every listener; on the SDK thread.
    void tell(int32_t auth_event);
    /// Forgets the login and, when the kit is destroyed, the listeners.
    void reset(bool listeners_too);

private:
    void submit_login(const std::string& request, const NEAuthCallback& callback);
    void set_logged_in(bool logged_in);

    std::mutex mutex_;
    bool logged_in_ = false;
    Listeners<neroom::INEAuthListener> listeners_;
};

/// neroom::INERoomKit.
class RoomKit final : public neroom::INERoomKit {
public:
    /// The one of this process.
    static RoomKit& get();

    void initialize(const neroom::NERoomKitOptions& options, const neroom::NECallback<>& callback) override;
    void release() override;
    bool isInitialized() const override;
    neroom::NESDKVersions getSdkVersions() const override;
    int switchLanguage(neroom::NERoomLanguage language) override;
    neroom::INEAuthService* getAuthService() override { return &auth_; }
    neroom::INERoomService* getRoomService() override { return &rooms_; }
    neroom::INEMessageChannelService* getMessageChannelService() override { return &messages_; }
    neroom::INENosService* getNosService() override { return &nos_; }
    neroom::INEExtensionService* getExtensionService() override { return &extensions_; }
    void uploadLog(const neroom::NECallback<std::string>& callback) override;
    std::string getCurrentLogPath() override;
    void addGlobalEventListener(neroom::INEGlobalEventListener* listener) override;
    void removeGlobalEventListener(neroom::INEGlobalEventListener* listener) override;
    void invokeMethod(const std::string& method, const std::string& parameters,
                      const neroom::NECallback<>& callback) override;
    std::string getDeviceId() override;
    neroom::NENetworkType getNetworkType() override;
    int switchDomain(const std::string& domain) override;
    neroom::NEDomainInfoResult getAvailableDomain(const std::string& appKey) override;
    void writeLog(const std::string& moduleName, int level, const std::string& content) override;

    /// Ends everything that was begun; the object stays, as new.
    void destroy();
    AuthService& auth() { return auth_; }
    RoomService& rooms() { return rooms_; }
    MessageChannelService& messages() { return messages_; }
    NosService& nos() { return nos_; }

private:
    RoomKit() = default;

    AuthService auth_;
    RoomService rooms_;
    MessageChannelService messages_;
    NosService nos_;
    ExtensionService extensions_;

    /// Orders initialize, release and destroy among each other.
    std::mutex life_;
    mutable std::mutex mutex_;
    bool initialised_ = false;
    std::string log_path_;
};

}  // namespace parlor
