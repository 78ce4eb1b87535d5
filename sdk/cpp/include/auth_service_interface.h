#pragma once

/// @file
/// Login and logout of a room account.

#include "base_service_interface.h"
#include "base_type_defines.h"

namespace neroom {

/// What happened to the room session.
enum class NEAuthEvent {
    kAuthKickOut = 0,
    kAuthUnauthorized = 1,
    kAuthForbidden = 2,
    kAuthAccountTokenError = 3,
    kAuthLoggedIn = 4,
    kAuthLoggedOut = 5,
};
/// The tag under which the enumeration is also known.
using tagNEAuthEvent = NEAuthEvent;

/// Told what happens to the room session, on the SDK thread.
class INEAuthListener {
public:
    virtual ~INEAuthListener() = default;
    virtual void onAuthEvent(NEAuthEvent /*authEvent*/) {}
};

/// Login and logout of a room account.
class INEAuthService : public INEBaseService {
public:
    using NEAuthCallback = NECallback<>;

    virtual ~INEAuthService() = default;
    /// Logs a room account in with its user token.
    ///
    /// Answers 0, or 100004 (reuse on and IM not logged in; answered locally), 100005 (reuse on and IM has another
    /// account than the bound one), 1027 (token incorrect), 1026 (token expired).
    virtual void login(const std::string& account, const std::string& token, const NEAuthCallback& callback) = 0;
    /// Logs in with a token that the app's own server has signed. `authType` is read only.
    virtual void loginByDynamicToken(const std::string& account, const std::string& token, std::string& authType,
                                     const NEAuthCallback& callback) = 0;
    /// Ends the room session. With reuse on, IM stays logged in.
    virtual void logout(const NEAuthCallback& callback) = 0;
    /// True while the room session lives.
    virtual bool isLoggedIn() = 0;
    /// Adds a listener, once. The app keeps it alive until it has been removed.
    virtual void addAuthListener(INEAuthListener* listener) = 0;
    virtual void removeAuthListener(INEAuthListener* listener) = 0;
};

}  // namespace neroom
