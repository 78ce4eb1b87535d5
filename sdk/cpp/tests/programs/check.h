#pragma once

// What the test programs share: a check that ends the program, and waiting for a callback.

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            std::_Exit(1);                                                               \
        }                                                                                \
    } while (false)

/// Waits for something that a callback says.
class Signal {
public:
    void raise() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++raised_;
        changed_.notify_all();
    }
    bool wait(int times = 1, int seconds = 20) {
        std::unique_lock<std::mutex> lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(seconds), [&] { return raised_ >= times; });
    }
    int raised() {
        std::lock_guard<std::mutex> lock(mutex_);
        return raised_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int raised_ = 0;
};
