#pragma once

// One person in a room, as an app would be: logged in with reuse of the IM account, every call waited for, every event
// written down as a line.

#include <nim_cpp_api.h>
#include <parlor_codes.h>
#include <room_kit_interface.h>

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "check.h"

/// Lines that callbacks write and the script waits for, in whatever order they come.
class Lines {
public:
    void write(const std::string& line) {
        std::lock_guard<std::mutex> lock(mutex_);
        lines_.push_back(line);
        changed_.notify_all();
    }

    /// Waits for the line, and takes it away.
    void expect(const std::string& line, int seconds = 30) {
        std::unique_lock<std::mutex> lock(mutex_);
        const auto came = [&] { return std::find(lines_.begin(), lines_.end(), line) != lines_.end(); };
        if (!changed_.wait_for(lock, std::chrono::seconds(seconds), came)) {
            std::fprintf(stderr, "%d did not hear \"%s\", but:\n", static_cast<int>(getpid()), line.c_str());
            for (const auto& other : lines_) std::fprintf(stderr, "  %s\n", other.c_str());
            std::_Exit(1);
        }
        lines_.erase(std::find(lines_.begin(), lines_.end(), line));
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> lines_;
};

/// Answers of calls.
class Answers {
public:
    neroom::NECallback<> expect(int expected) {
        return [this, expected](int code, const std::string& message) { take(expected, code, message); };
    }
    template <class T>
    neroom::NECallback<T> into(T& out) {
        return [this, &out](int code, const std::string& message, const T& value) {
            out = value;
            take(0, code, message);
        };
    }
    void take(int expected, int code, const std::string& message) {
        if (code != expected) {
            std::fprintf(stderr, "answered %d (%s), not %d\n", code, message.c_str(), expected);
            std::_Exit(1);
        }
        CHECK(code == 0 || !message.empty());
        done_.raise();
    }
    /// Waits for the next answer.
    void wait() { CHECK(done_.wait(++waited_, 60)); }

private:
    Signal done_;
    int waited_ = 0;
};

/// Writes down what it is told of a room.
class RoomLines : public neroom::INERoomListener {
public:
    explicit RoomLines(Lines& lines) : lines_(lines) {}

    void onMemberJoinRoom(const std::vector<neroom::SharedMemberPtr>& members) override {
        for (const auto& one : members) lines_.write("join " + one->getUserUuid());
    }
    void onMemberLeaveRoom(const std::vector<neroom::SharedMemberPtr>& members) override {
        for (const auto& one : members) lines_.write("leave " + one->getUserUuid());
    }
    void onMemberJoinChatroom(const std::vector<neroom::SharedMemberPtr>& members) override {
        for (const auto& one : members) lines_.write("chat " + one->getUserUuid());
    }
    void onMemberLeaveChatroom(const std::vector<neroom::SharedMemberPtr>& members) override {
        for (const auto& one : members) lines_.write("no chat " + one->getUserUuid());
    }
    void onMemberNameChanged(const neroom::SharedMemberPtr& member, const std::string& name) override {
        CHECK(member->getUserName() == name);
        lines_.write("name " + name);
    }
    void onMemberRoleChanged(const std::string& uuid, const neroom::NERoomRole& before,
                             const neroom::NERoomRole& after) override {
        lines_.write("role " + uuid + " " + before.name + " " + after.name);
    }
    void onRoomPropertiesChanged(const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines_.write("set " + one.first + "=" + one.second);
    }
    void onRoomPropertiesDeleted(const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines_.write("deleted " + one.first + "=" + one.second);
    }
    void onMemberPropertiesChanged(const std::string& uuid,
                                   const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines_.write("set of " + uuid + " " + one.first + "=" + one.second);
    }
    void onMemberPropertiesDeleted(const std::string& uuid,
                                   const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines_.write("deleted of " + uuid + " " + one.first + "=" + one.second);
    }
    void onRoomLockStateChanged(bool locked) override { lines_.write(locked ? "locked" : "unlocked"); }
    void onRoomBlacklistStateChanged(bool enabled) override { lines_.write(enabled ? "blacklist" : "no blacklist"); }
    void onRoomMultiDeviceEnableChanged(bool enabled) override { lines_.write(enabled ? "devices" : "one device"); }
    void onMemberChatBanStateChanged(const neroom::SharedMemberPtr& member, bool banned, int64_t duration,
                                     const std::string& ext, const neroom::SharedMemberPtr& by) override {
        CHECK(member->isChatBanned() == banned && by);
        lines_.write((banned ? "banned " : "unbanned ") + std::to_string(duration) + " " + ext);
    }
    void onReceiveChatroomMessages(const std::vector<neroom::SharedChatMessagePtr>& messages) override {
        for (const auto& one : messages) write(one);
    }
    void onChatroomMessageAttachmentProgress(const std::string& uuid, int64_t transferred, int64_t total) override {
        lines_.write(uuid + " " + std::to_string(transferred) + "/" + std::to_string(total));
    }
    void onRoomEnded(neroom::NERoomEndReason reason, const std::string&) override {
        lines_.write("ended " + std::to_string(reason));
    }

    /// Where the last file is.
    std::string file_url() {
        std::lock_guard<std::mutex> lock(mutex_);
        return file_url_;
    }

private:
    void write(const neroom::SharedChatMessagePtr& message) {
        const std::string from = " from " + message->fromUserUuid();
        if (const auto text = std::dynamic_pointer_cast<neroom::INERoomChatTextMessage>(message)) {
            lines_.write("text " + text->text() + from);
        } else if (const auto custom = std::dynamic_pointer_cast<neroom::INERoomChatCustomMessage>(message)) {
            lines_.write("custom " + custom->attachStr() + from);
        } else if (const auto file = std::dynamic_pointer_cast<neroom::INERoomChatFileMessage>(message)) {
            {
                std::lock_guard<std::mutex> lock(mutex_);
                file_url_ = file->url();
            }
            lines_.write("file " + file->displayName() + " " + std::to_string(file->size()) + from);
        } else if (const auto notice = std::dynamic_pointer_cast<neroom::INERoomChatNotificationMessage>(message)) {
            const auto item = notice->getNotificationItem();
            lines_.write("notice " + std::to_string(item->getNotificationType()) + " " + item->getRawData());
        }
    }

    Lines& lines_;
    std::mutex mutex_;
    std::string file_url_;
};

/// An account of each family.
struct Account {
    std::string accid, im_token, user_uuid, user_token;
};

/// One person on one device.
class Person : public neroom::INEMessageChannelListener {
public:
    Person(const std::string& app_key, const Account& account) : uuid(account.user_uuid) {
        CHECK(nim::Client::Init(app_key, "", "", nim::SDKConfig()));
        neroom::NERoomKitOptions options;
        options.reuseIM = true;
        kit->initialize(options, answers.expect(0));
        answers.wait();
        Signal done;
        CHECK(nim::Client::Login(app_key, account.accid, account.im_token, [&](const nim::LoginRes& result) {
            if (result.login_step_ != nim::kNIMLoginStepLogin) return;
            CHECK(result.res_code_ == nim::kNIMResSuccess);
            done.raise();
        }));
        CHECK(done.wait());
        kit->getAuthService()->login(account.user_uuid, account.user_token, answers.expect(0));
        answers.wait();
        kit->getMessageChannelService()->addMessageChannelListener(this);
    }
    ~Person() override {
        neroom::destroyNERoomKit();
        nim::Client::Cleanup2();
    }
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;

    /// Joins and listens; answers the code.
    int join(const neroom::NEJoinRoomParams& params) {
        Signal done;
        int seen = 0;
        kit->getRoomService()->joinRoom(params, {}, [&](int code, const std::string&, neroom::INERoomContext* context) {
            seen = code;
            if (code == 0) {
                room = context;
                room->addRoomListener(&listener);
            }
            done.raise();
        });
        CHECK(done.wait());
        CHECK(seen != 0 || kit->getRoomService()->getRoomContext(params.roomUuid) == room);
        return seen;
    }

    void onCustomMessageReceived(const neroom::NECustomMessage& message) override {
        lines.write("command " + std::to_string(message.commandId) + " " + message.data + " from " +
                    message.senderUuid);
    }

    const std::string uuid;
    neroom::INERoomKit* const kit = neroom::createNERoomKit();
    neroom::INERoomContext* room = nullptr;
    Answers answers;
    Lines lines;
    RoomLines listener{lines};
};
