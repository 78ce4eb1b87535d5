#pragma once

/// @file
/// The chat of a room.

#include <atomic>
#include <cstdint>

#include "chat_messages.h"
#include "room_context_interface.h"

namespace parlor {

/// neroom::INERoomChatController.
class ChatController final : public neroom::INERoomChatController {
public:
    explicit ChatController(int64_t archive_id) : archive_id_(archive_id) {}

    /// Whether the room was made with a chat.
    void set_supported(bool supported) { supported_ = supported; }

    bool isSupported() const override { return supported_; }
    neroom::NEChatroomType getChatroomType() const override { return neroom::kMeetingRoom; }
    void joinChatroom(const NERoomChatCallback& callback) override;
    void leaveChatroom(const NERoomChatCallback& callback) override;
    void sendBroadcastTextMessage(const std::string& message, const NERoomChatCallback& callback) override;
    void sendBroadcastTextMessage(const std::string& message,
                                  const NERoomChatRoomSendMessageCallback& callback) override;
    void sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                               const NERoomChatCallback& callback) override;
    void sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                               const NERoomChatRoomSendMessageCallback& callback) override;
    void sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                              const NERoomChatCallback& callback) override;
    void sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                              const NERoomChatRoomSendMessageCallback& callback) override;
    void fetchChatRoomMembers(neroom::NEChatRoomMemberQueryType type, int limit,
                              const NERoomChatRoomMemberCallback& callback) override;
    void sendTextMessage(const std::string& messageUuid, const std::string& message,
                         const std::list<std::string>& userUuids, const NERoomChatCallback& callback) override;
    void sendTextMessage(const std::string& messageUuid, const std::string& message,
                         const std::list<std::string>& userUuids,
                         const NERoomChatRoomSendMessageCallback& callback) override;
    void sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                         const std::list<std::string>& userUuids, const NERoomChatCallback& callback) override;
    void sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                         const std::list<std::string>& userUuids,
                         const NERoomChatRoomSendMessageCallback& callback) override;
    void sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width, int height,
                          const std::list<std::string>& userUuids, const NERoomChatCallback& callback) override;
    void sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width, int height,
                          const std::list<std::string>& userUuids,
                          const NERoomChatRoomSendMessageCallback& callback) override;
    void cancelSendFileMessage(const std::string& messageUuid, const NERoomChatCallback& callback) override;
    void downloadAttachment(const std::string& messageUuid, const std::string& fileUrl, const std::string& filePath,
                            const NERoomChatCallback& callback) override;
    void cancelDownloadAttachment(const std::string& messageUuid, const NERoomChatCallback& callback) override;
    void fetchChatroomHistoryMessages(neroom::NEHistoryMessageSearchOption option,
                                      const NERoomFetchChatRoomMessageCallback& callback) override;
    void recallChatroomMessage(const std::string& messageUUID, time_t messageTime,
                               const NERoomChatCallback& callback) override;
    void fetchChatroomHistoryMessagesByTags(const neroom::NEHistoryMessageSearchOptionByTags& option,
                                            const NERoomFetchChatRoomMessageCallback& callback) override;
    void sendBroadcastCustomMessage(const std::string& message,
                                    const NERoomChatRoomSendMessageCallback& callback) override;
    void banMemberChat(const std::string& userUuid, const int& duration, const std::string& notifyExt,
                       const NERoomChatCallback& callback) override;
    void unbanMemberChat(const std::string& userUuid, const std::string& notifyExt,
                         const NERoomChatCallback& callback) override;

private:
    template <class Callback>
    void send(const std::string& message_uuid, const std::list<std::string>& to, const ChatBody& content,
              const Callback& callback);

    const int64_t archive_id_;
    std::atomic<bool> supported_{false};
};

/// Asks for messages by time, of any room that this account was in.
void fetch_history(int64_t archive_id, const neroom::NEHistoryMessageSearchOption& option, int64_t to_ms,
                   const neroom::NECallback<std::list<neroom::SharedChatMessagePtr>>& callback);

}  // namespace parlor
