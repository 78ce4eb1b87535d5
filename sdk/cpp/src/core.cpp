#include "core.h"

#include <utility>

#include "parlor_codes.h"

namespace parlor {

namespace {

thread_local bool on_sdk_thread_now = false;

/// Marks the thread while it is inside a callback.
class InCallback {
public:
    InCallback() : before_(on_sdk_thread_now) { on_sdk_thread_now = true; }
    ~InCallback() { on_sdk_thread_now = before_; }
    InCallback(const InCallback&) = delete;
    InCallback& operator=(const InCallback&) = delete;

private:
    bool before_;
};

}  // namespace

std::shared_ptr<Core> Core::start() {
    std::shared_ptr<Core> core(new Core);
    parlor_options options = {};
    options.size = sizeof(options);
    options.abi_version = PARLOR_ABI_VERSION;
    options.callback = &Core::receive;
    options.user = core.get();
    if (parlor_create(&options, &core->sdk_) != 0) return nullptr;
    return core;
}

Core::~Core() { parlor_destroy(sdk_); }

bool Core::on_sdk_thread() { return on_sdk_thread_now; }

int32_t Core::submit(Side side, const std::string& request, Answer answer) {
    return submit(side, next_id(), request, std::move(answer));
}

int32_t Core::submit(Side side, uint64_t id, const std::string& request, Answer answer) {
    {
        std::lock_guard<std::mutex> lock(waiting_mutex_);
        waiting_.emplace(id, Waiting{side, std::move(answer)});
    }
    const int32_t code = parlor_submit(sdk_, id, reinterpret_cast<const uint8_t*>(request.data()), request.size());
    if (code != 0) {
        Answer dropped;
        std::lock_guard<std::mutex> lock(waiting_mutex_);
        const auto found = waiting_.find(id);
        if (found != waiting_.end()) {
            dropped = std::move(found->second.answer);
            waiting_.erase(found);
        }
    }
    return code;
}

void Core::defer(Side side, std::function<void()> body) {
    submit(side, request::defer(), [body = std::move(body)](const Reply&) { body(); });
}

void Core::forget(Side side) {
    std::map<uint64_t, Waiting> dropped;
    {
        std::lock_guard<std::mutex> lock(waiting_mutex_);
        for (auto at = waiting_.begin(); at != waiting_.end();) {
            const auto here = at++;
            if (here->second.side == side) dropped.insert(waiting_.extract(here));
        }
    }
}

void ask(Side side, const std::string& request, Core::Answer answer) {
    const auto core = Process::get().core(side);
    if (!core) {
        Reply reply;
        reply.code = side == Side::Room ? static_cast<int32_t>(room::kNotInitialized) : im::kNotInitialized;
        reply.message = "initialize first";
        if (answer) shielded([&] { answer(reply); });
        return;
    }
    const int32_t code = core->submit(side, request, answer);
    if (code == 0 || !answer) return;
    Reply reply;
    reply.code = code;
    reply.message = parlor_last_error();
    core->defer(side, [answer, reply] { answer(reply); });
}

void Core::wait_for_callback() {
    if (!on_sdk_thread()) std::lock_guard<std::mutex> lock(calling_);
}

void Core::receive(void* user, uint64_t id, const uint8_t* bytes, size_t len) noexcept {
    InCallback here;
    // A core that is being ended has no owner left, and its callbacks are over.
    const std::shared_ptr<Core> core = static_cast<Core*>(user)->weak_from_this().lock();
    if (!core) return;
    std::lock_guard<std::mutex> lock(core->calling_);
    shielded([&] { core->dispatch(id, bytes, len); });
}

void Core::dispatch(uint64_t id, const uint8_t* bytes, size_t len) {
    if (id != 0) {
        Answer answer;
        {
            std::lock_guard<std::mutex> lock(waiting_mutex_);
            const auto found = waiting_.find(id);
            if (found == waiting_.end()) return;
            answer = std::move(found->second.answer);
            waiting_.erase(found);
        }
        if (answer) answer(read_reply(bytes, len));
        return;
    }
    const Event event = read_event(bytes, len);
    if (is_of_room(event.kind)) {
        on_room_event(event);
    } else if (event.kind != EventKind::Unknown) {
        on_im_event(*this, event);
    }
}

Process& Process::get() {
    // Never freed: callbacks and late calls may come while the process ends.
    static Process* const process = new Process;
    return *process;
}

std::shared_ptr<Core> Process::enter(Side side) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!core_) core_ = Core::start();
    if (core_) (side == Side::Im ? im_ : room_) = true;
    return core_;
}

std::shared_ptr<Core> Process::leave(Side side, const std::string& farewell) {
    std::shared_ptr<Core> left;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        bool& entered = side == Side::Im ? im_ : room_;
        if (!entered) return nullptr;
        entered = false;
        left = core_;
        if (!im_ && !room_) core_.reset();
    }
    left->forget(side);
    left->submit(side, farewell, nullptr);
    return left;
}

std::shared_ptr<Core> Process::core(Side side) {
    std::lock_guard<std::mutex> lock(mutex_);
    return (side == Side::Im ? im_ : room_) ? core_ : nullptr;
}

}  // namespace parlor
