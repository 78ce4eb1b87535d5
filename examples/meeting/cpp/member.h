#pragma once

// A member of a meeting: the published calls, each waited for, and the events as lines.

#include <room_kit_interface.h>

#include <atomic>
#include <istream>
#include <mutex>
#include <string>

/// One person in one room.
class Member : public neroom::INERoomListener, public neroom::INEMessageChannelListener {
public:
    /// Initialises RoomKit, which brings its own IM login.
    explicit Member(const std::string& app_key);
    ~Member() override;
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    // These throw when the answer is not 0.
    void log_in(const std::string& user_uuid, const std::string& token);
    /// Makes a meeting; one that is there is fine.
    void create(const std::string& room, const std::string& password);
    void join(const std::string& room, const std::string& password, const std::string& role);

    /// Does what a line says and prints the answer.
    void obey(const std::string& command, std::istream& words);
    /// Whether the room has ended for this member.
    bool is_over() const { return over_; }

    // Events
    void onMemberJoinRoom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberLeaveRoom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberNameChanged(const neroom::SharedMemberPtr& member, const std::string& name) override;
    void onMemberRoleChanged(const std::string& user, const neroom::NERoomRole& before,
                             const neroom::NERoomRole& after) override;
    void onMemberConnectedDeviceListChanged(const neroom::SharedMemberPtr& member) override;
    void onMemberChatBanStateChanged(const neroom::SharedMemberPtr& member, bool banned, int64_t duration,
                                     const std::string& ext, const neroom::SharedMemberPtr& by) override;
    void onRoomPropertiesChanged(const std::map<std::string, std::string>& properties) override;
    void onRoomLockStateChanged(bool locked) override;
    void onReceiveChatroomMessages(const std::vector<neroom::SharedChatMessagePtr>& messages) override;
    void onRoomEnded(neroom::NERoomEndReason reason, const std::string& extra) override;
    void onCustomMessageReceived(const neroom::NECustomMessage& message) override;

private:
    /// Calls in the room and of its chat; -1 for an unknown command.
    int in_room(const std::string& command, std::istream& words);
    int in_chat(const std::string& command, std::istream& words);
    int send_command(std::istream& words);
    void print(const std::string& line);

    neroom::INERoomKit* const kit_;
    neroom::INERoomContext* room_ = nullptr;
    std::string room_uuid_;
    std::atomic<bool> over_{false};
    std::mutex mutex_;
    /// Of the last message with a file.
    std::string file_url_;
};
