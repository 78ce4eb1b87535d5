#pragma once

/// @file
/// The one core of this process, which serves `nim::` and `neroom::`.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "messages.h"
#include "parlor.h"

namespace parlor {

/// Who asks: the IM side or RoomKit. Each comes and goes by itself.
enum class Side {
    Im,
    Room,
};

/// Runs app code; an exception ends there.
template <class F>
void shielded(F&& body) noexcept {
    try {
        body();
    } catch (...) {
        // The app's exception must not cross into the library, and there is nobody to hand it to.
    }
}

/// A running core. Made and ended by Process; every call is safe from any thread.
class Core : public std::enable_shared_from_this<Core> {
public:
    /// Told the reply to a request, on the SDK thread.
    using Answer = std::function<void(const Reply&)>;

    /// A core, or nothing when its threads cannot be started.
    static std::shared_ptr<Core> start();
    ~Core();

    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    /// A number for a request that its maker has to know before it is handed in.
    uint64_t next_id() { return next_id_.fetch_add(1); }

    /// Hands a request in. 0: `answer` follows. Otherwise a code, and nothing follows.
    int32_t submit(Side side, const std::string& request, Answer answer);
    int32_t submit(Side side, uint64_t id, const std::string& request, Answer answer);

    /// Runs `body` on the SDK thread, after what was answered before.
    void defer(Side side, std::function<void()> body);

    /// Drops the answers that a side waits for.
    void forget(Side side);

    /// Waits until the callback that runs now, if any, has returned; not on the SDK thread itself.
    void wait_for_callback();

    /// Whether the caller is inside a callback.
    static bool on_sdk_thread();

private:
    struct Waiting {
        Side side;
        Answer answer;
    };

    Core() = default;
    static void receive(void* user, uint64_t id, const uint8_t* bytes, size_t len) noexcept;
    void dispatch(uint64_t id, const uint8_t* bytes, size_t len);

    parlor_sdk* sdk_ = nullptr;
    std::atomic<uint64_t> next_id_{1};
    std::mutex waiting_mutex_;
    std::map<uint64_t, Waiting> waiting_;
    std::mutex calling_;
};

/// Which sides use the core of this process.
class Process {
public:
    static Process& get();

    /// The core, started when there is none, and kept until the side leaves.
    std::shared_ptr<Core> enter(Side side);
    /// Tells the core `farewell` and drops the side's answers. Nothing when the side was out already.
    ///
    /// The caller, holding no lock, waits for the running callback and then lets go of the core: that ends it when the
    /// other side is out too.
    [[nodiscard]] std::shared_ptr<Core> leave(Side side, const std::string& farewell);
    /// The core, when the side has entered.
    std::shared_ptr<Core> core(Side side);

private:
    Process() = default;

    std::mutex mutex_;
    std::shared_ptr<Core> core_;
    bool im_ = false;
    bool room_ = false;
};

/// Hands a request in; `answer` is told the outcome in every case, at once when the side has not entered.
void ask(Side side, const std::string& request, Core::Answer answer);

/// Events, handed to the side they belong to; on the SDK thread.
void on_im_event(Core& core, const Event& event);
void on_room_event(const Event& event);

/// RoomKit with reuse off initialises IM by itself, as the app could have done.
void init_im_for_room(const std::string& app_key);
/// Ends what init_im_for_room() began, unless the app has initialised IM as well. Waits as Client::Cleanup() does.
void cleanup_im_of_room();
/// The account that RoomKit has logged in to IM by itself; empty when it has not.
void show_im_account_of_room(const std::string& account);

}  // namespace parlor
