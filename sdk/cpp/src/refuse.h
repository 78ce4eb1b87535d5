#pragma once

/// @file
/// The answer of calls whose feature this build does not have: the code kNotSupported, through the callback or the
/// return value. sdk/cpp/coverage.toml lists every such call.

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core.h"
#include "nim_chatroom_def.h"
#include "nim_msglog_result_def.h"
#include "nim_session_online_service_def.h"
#include "nim_super_team_def.h"
#include "nim_talk_def.h"
#include "nim_team_def.h"
#include "parlor_codes.h"

namespace parlor {

/// What a refused call hands over in the place of a value: the code where a value has room for one, else nothing.
template <class T>
struct Refused {
    static T value() { return T(); }
};

template <>
struct Refused<nim::NIMResCode> {
    static nim::NIMResCode value() { return static_cast<nim::NIMResCode>(im::kNotSupported); }
};

template <class T, nim::NIMResCode T::* Code>
struct RefusedStruct {
    static T value() {
        T out;
        out.*Code = static_cast<nim::NIMResCode>(im::kNotSupported);
        return out;
    }
};

template <>
struct Refused<nim::TeamEvent> : RefusedStruct<nim::TeamEvent, &nim::TeamEvent::res_code_> {};
template <>
struct Refused<nim::SuperTeamEvent> : RefusedStruct<nim::SuperTeamEvent, &nim::SuperTeamEvent::res_code_> {};
template <>
struct Refused<nim::MessageStatusChangedResult>
    : RefusedStruct<nim::MessageStatusChangedResult, &nim::MessageStatusChangedResult::rescode_> {};
template <>
struct Refused<nim::SessionOnLineServiceHelper::QuerySessionListResult>
    : RefusedStruct<nim::SessionOnLineServiceHelper::QuerySessionListResult,
                    &nim::SessionOnLineServiceHelper::QuerySessionListResult::res_code> {};

/// A registered callback that answers calls which carry none of their own.
template <class Callback>
class Registered {
public:
    void set(const Callback& cb) {
        Callback before = cb;
        std::lock_guard<std::mutex> lock(mutex_);
        std::swap(cb_, before);
    }
    Callback get() const {
        std::lock_guard<std::mutex> lock(mutex_);
        return cb_;
    }

private:
    mutable std::mutex mutex_;
    Callback cb_;
};

/// Runs `body` on the SDK thread when there is a core, else at once.
inline void run_refusal(Side side, std::function<void()> body) {
    if (const auto core = Process::get().core(side)) {
        core->defer(side, [body = std::move(body)] { shielded(body); });
    } else {
        shielded(body);
    }
}

/// Answers with kNotSupported. True when there was a callback to answer.
template <class... A>
bool refuse(const std::function<void(A...)>& cb) {
    if (!cb) return false;
    run_refusal(Side::Im, [cb] {
        std::tuple<std::decay_t<A>...> values(Refused<std::decay_t<A>>::value()...);
        std::apply(cb, values);
    });
    return true;
}

/// The same where the code is the callback's first `int`.
template <class... A>
bool refuse_with_int(const std::function<void(A...)>& cb) {
    if (!cb) return false;
    run_refusal(Side::Im, [cb] {
        std::tuple<std::decay_t<A>...> values(Refused<std::decay_t<A>>::value()...);
        std::get<int>(values) = im::kNotSupported;
        std::apply(cb, values);
    });
    return true;
}

/// The same for a RoomKit answer.
template <class... A>
void refuse_room(const std::function<void(int, const std::string&, A...)>& cb) {
    if (!cb) return;
    run_refusal(Side::Room, [cb] {
        std::tuple<std::decay_t<A>...> values;
        std::apply([&](auto&... value) { cb(room::kNotSupported, "not supported by this server or SDK", value...); },
                   values);
    });
}

}  // namespace parlor
