#pragma once

/// @file
/// The app's listeners of one kind.

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "core.h"

namespace parlor {

/// Listeners that the app owns. After remove() has returned none of its calls runs any more.
template <class Listener>
class Listeners {
public:
    void add(Listener* listener) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (listener != nullptr && !has(listener)) listeners_.push_back(listener);
    }

    void remove(Listener* listener) {
        std::unique_lock<std::mutex> lock(mutex_);
        listeners_.remove(listener);
        // The app may free the listener as soon as this returns. Inside its own call there is nothing to wait for.
        const auto here = std::this_thread::get_id();
        told_.wait(lock, [&] { return being_told_ != listener || teller_ == here; });
    }

    void clear() {
        std::lock_guard<std::mutex> lock(mutex_);
        listeners_.clear();
    }

    /// Calls `call` with each; on the SDK thread.
    template <class Call>
    void tell(Call&& call) {
        std::unique_lock<std::mutex> lock(mutex_);
        const std::list<Listener*> known = listeners_;
        for (Listener* const listener : known) {
            // One before it may have removed it.
            if (!has(listener)) continue;
            Listener* const before = being_told_;
            being_told_ = listener;
            teller_ = std::this_thread::get_id();
            lock.unlock();
            shielded([&] { call(*listener); });
            lock.lock();
            being_told_ = before;
            told_.notify_all();
        }
    }

private:
    bool has(Listener* listener) const {
        return std::find(listeners_.begin(), listeners_.end(), listener) != listeners_.end();
    }

    std::mutex mutex_;
    std::condition_variable told_;
    std::list<Listener*> listeners_;
    Listener* being_told_ = nullptr;
    std::thread::id teller_;
};

}  // namespace parlor
