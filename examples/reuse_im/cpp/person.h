#pragma once

// The published calls, each made and waited for; and what was expected of them.

#include <nim_cpp_api.h>
#include <room_kit_interface.h>

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api.h"

/// An IM account and the room account bound to it.
struct Person {
    std::string accid;
    std::string im_token;
    std::string user_uuid;
    std::string user_token;

    /// Makes both accounts; the name gets a suffix that no earlier run had.
    static Person create(const Api& api, const std::string& name);
};

/// Prints each comparison and remembers the failures.
class Report {
public:
    template <class T>
    void expect(const std::string& what, const T& expected, const T& observed) {
        ++seen_;
        if (expected == observed) {
            std::cout << "ok    " << what << ": " << observed << std::endl;
        } else {
            ++wrong_;
            std::cout << "WRONG " << what << ": " << observed << ", expected " << expected << std::endl;
        }
    }
    /// The exit code.
    int verdict() const;

private:
    int seen_ = 0;
    int wrong_ = 0;
};

/// Values that callbacks bring, for a thread that waits for them.
class Inbox {
public:
    void put(int value);
    /// The next value; -1000 when none has come within 20 s.
    int take();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<int> values_;
};

/// IM and RoomKit, initialised for one case, as the guide does it.
class App : public neroom::INEAuthListener {
public:
    explicit App(const Api& api);
    ~App() override;
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Initialises RoomKit; answers the code.
    int initialize_room_kit(bool reuse_im);
    /// Logs IM in; answers the code of the last step. `auth` names the kind of token.
    int login_im(const std::string& accid, const std::string& token, nim::NIMAuthType auth = nim::kNIMAuthTypeDefault);
    int logout_im();
    /// Logs a room account in; answers the code.
    int login_room(const std::string& user_uuid, const std::string& token);
    int login_room_by_dynamic_token(const std::string& user_uuid, const std::string& token);
    int logout_room();
    /// IM, RoomKit with reuse, both logged in. Throws when a step fails.
    void enter(const Person& person);

    /// The next auth event, but the logins.
    int next_auth_event();
    /// The reason of the next kick.
    int next_kick() { return kicks_.take(); }

    void onAuthEvent(neroom::NEAuthEvent event) override;

private:
    std::string app_key_;
    Inbox auth_events_;
    Inbox kicks_;
};
