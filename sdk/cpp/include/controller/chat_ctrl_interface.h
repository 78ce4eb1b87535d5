#pragma once

/// @file
/// Chat of a room.

#include "base_ctrl_interface.h"

namespace neroom {

/// Which members of a chat room are listed, and in which order.
typedef enum tagNEChatRoomMemberQueryType {
    kNormal = 0,
    kOnlineNormal = 1,
    kGuestDesc = 2,
    kGuestAsc = 3,
} NEChatRoomMemberQueryType;

/// Chat of a room or of its waiting room.
class INERoomChatController : public INEBaseController {
public:
    using NERoomChatCallback = NECallback<>;
    using NERoomChatRoomSendMessageCallback = NECallback<SharedChatMessagePtr>;
    using NERoomChatRoomMemberCallback = NECallback<std::vector<NEChatRoomMember>>;
    using NERoomFetchChatRoomMessageCallback = NECallback<std::list<SharedChatMessagePtr>>;

    virtual ~INERoomChatController() = default;

    // Entering
    virtual NEChatroomType getChatroomType() const = 0;
    virtual void joinChatroom(const NERoomChatCallback& callback = NERoomChatCallback()) = 0;
    virtual void leaveChatroom(const NERoomChatCallback& callback = NERoomChatCallback()) = 0;

    // Text
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void sendBroadcastTextMessage(const std::string& message, const NERoomChatCallback& callback) = 0;
    virtual void sendBroadcastTextMessage(const std::string& message,
                                          const NERoomChatRoomSendMessageCallback& callback) = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                                       const NERoomChatCallback& callback) = 0;
    virtual void sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                                       const NERoomChatRoomSendMessageCallback& callback) = 0;
    ROOMKIT_DEPRECATED("use the overload that takes the richer callback or option")
    virtual void sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                                      const NERoomChatCallback& callback) = 0;
    virtual void sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                                      const NERoomChatRoomSendMessageCallback& callback) = 0;

    // Members
    virtual void fetchChatRoomMembers(NEChatRoomMemberQueryType type, int limit,
                                      const NERoomChatRoomMemberCallback& callback) = 0;

    // Messages with an id chosen by the app
    virtual void sendTextMessage(const std::string& messageUuid, const std::string& message,
                                 const std::list<std::string>& userUuids, const NERoomChatCallback& callback) = 0;
    virtual void sendTextMessage(const std::string& messageUuid, const std::string& message,
                                 const std::list<std::string>& userUuids,
                                 const NERoomChatRoomSendMessageCallback& callback) = 0;
    virtual void sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                                 const std::list<std::string>& userUuids, const NERoomChatCallback& callback) = 0;
    virtual void sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                                 const std::list<std::string>& userUuids,
                                 const NERoomChatRoomSendMessageCallback& callback) = 0;
    virtual void sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width, int height,
                                  const std::list<std::string>& userUuids, const NERoomChatCallback& callback) = 0;
    virtual void sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width, int height,
                                  const std::list<std::string>& userUuids,
                                  const NERoomChatRoomSendMessageCallback& callback) = 0;
    virtual void cancelSendFileMessage(const std::string& messageUuid, const NERoomChatCallback& callback) = 0;

    // Attachments
    virtual void downloadAttachment(const std::string& messageUuid, const std::string& fileUrl,
                                    const std::string& filePath, const NERoomChatCallback& callback) = 0;
    virtual void cancelDownloadAttachment(const std::string& messageUuid, const NERoomChatCallback& callback) = 0;

    // History
    virtual void fetchChatroomHistoryMessages(NEHistoryMessageSearchOption option,
                                              const NERoomFetchChatRoomMessageCallback& callback) = 0;  // since 1.22.0
    virtual void recallChatroomMessage(const std::string& messageUUID, time_t messageTime,
                                       const NERoomChatCallback& callback) = 0;
    virtual void fetchChatroomHistoryMessagesByTags(const NEHistoryMessageSearchOptionByTags& option,
                                                    const NERoomFetchChatRoomMessageCallback& callback) = 0;
    virtual void sendBroadcastCustomMessage(const std::string& message,
                                            const NERoomChatRoomSendMessageCallback& callback) = 0;  // since 1.32.0

    // Bans; duration in seconds
    virtual void banMemberChat(const std::string& userUuid, const int& duration, const std::string& notifyExt,
                               const NERoomChatCallback& callback) = 0;  // since 1.41.0
    virtual void unbanMemberChat(const std::string& userUuid, const std::string& notifyExt,
                                 const NERoomChatCallback& callback) = 0;  // since 1.41.0
};

}  // namespace neroom
