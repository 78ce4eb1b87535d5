#pragma once

// What an app's own server does: signed calls of both families of the HTTP API. The secret belongs on a server, never
// into a client; this program plays both parts.

#include <nim_json.h>

#include <cstdint>
#include <map>
#include <string>

class Api {
public:
    /// `server` is http://host:port. Throws std::runtime_error when it is not.
    Api(const std::string& server, const std::string& app_key, const std::string& app_secret);

    const std::string& app_key() const { return app_key_; }

    /// An IM call, v1: a form. Throws unless the answer is 200.
    nim::Json im(const std::string& action, const std::map<std::string, std::string>& form) const;
    /// A call of the room component: JSON. Answers the whole envelope.
    nim::Json room(const std::string& method, const std::string& path, const nim::Json& body) const;

    /// Makes an IM account.
    void create_im_account(const std::string& accid, const std::string& token) const;
    /// Makes a room account bound to an IM account that exists; answers its token.
    std::string create_room_account(const std::string& user_uuid, const std::string& accid,
                                    const std::string& im_token) const;
    /// Binds a room account to another IM account; answers the code.
    int rebind(const std::string& user_uuid, const std::string& accid, const std::string& im_token) const;
    /// Devices of an account that are online.
    int online(const std::string& accid) const;
    /// A token signed by the app: for a room account over its user uuid, for IM over the accid.
    std::string dynamic_token(const std::string& account, int64_t cur_time_ms, int ttl_s) const;

private:
    std::string call(const std::string& method, const std::string& path, const std::string& type,
                     const std::string& body) const;

    std::string host_;
    std::string port_;
    std::string app_key_;
    std::string app_secret_;
};

/// Milliseconds since 1970.
int64_t now_ms();
