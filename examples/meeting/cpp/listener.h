#pragma once

#include <room_kit_interface.h>

#include <mutex>
#include <string>
#include <vector>

/// Prints what happens, each event as a line.
class Listener : public neroom::INERoomListener, public neroom::INEMessageChannelListener {
public:
    /// The address of the file that came last.
    std::string file_url();

    void onMemberJoinRoom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberLeaveRoom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberNameChanged(const neroom::SharedMemberPtr& member, const std::string& name) override;
    void onMemberRoleChanged(const std::string& user, const neroom::NERoomRole& before,
                             const neroom::NERoomRole& after) override;
    void onMemberConnectedDeviceListChanged(const neroom::SharedMemberPtr& member) override;
    void onMemberPropertiesChanged(const std::string& user, const std::map<std::string, std::string>& set) override;
    void onMemberPropertiesDeleted(const std::string& user, const std::map<std::string, std::string>& gone) override;
    void onMemberJoinChatroom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberLeaveChatroom(const std::vector<neroom::SharedMemberPtr>& members) override;
    void onMemberChatBanStateChanged(const neroom::SharedMemberPtr& member, bool banned, int64_t seconds,
                                     const std::string& ext, const neroom::SharedMemberPtr& by) override;
    void onRoomPropertiesChanged(const std::map<std::string, std::string>& set) override;
    void onRoomPropertiesDeleted(const std::map<std::string, std::string>& gone) override;
    void onRoomLockStateChanged(bool locked) override;
    void onReceiveChatroomMessages(const std::vector<neroom::SharedChatMessagePtr>& messages) override;
    void onRoomEnded(neroom::NERoomEndReason reason, const std::string& extra) override;
    void onCustomMessageReceived(const neroom::NECustomMessage& message) override;

private:
    std::mutex mutex_;
    std::string file_url_;
};
