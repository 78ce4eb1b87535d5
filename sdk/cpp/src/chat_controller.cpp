#include "chat_controller.h"

#include "answer.h"
#include "refuse.h"

namespace parlor {

namespace {

ChatBody text(const std::string& message) { return {ChatBody::Kind::Text, message}; }

ChatBody file(const std::string& path) { return {ChatBody::Kind::Attachment, path}; }

ChatBody image(const std::string& path, int width, int height) {
    return {ChatBody::Kind::Attachment, path, true, width, height};
}

const std::list<std::string> kEveryone;

void answer_sent(const neroom::NECallback<>& callback, const Reply& reply) { callback(reply.code, reply.message); }

void answer_sent(const neroom::NECallback<neroom::SharedChatMessagePtr>& callback, const Reply& reply) {
    callback(reply.code, reply.message, reply.messages.empty() ? nullptr : reply.messages.front());
}

}  // namespace

void fetch_history(int64_t archive_id, const neroom::NEHistoryMessageSearchOption& option, int64_t to_ms,
                   const neroom::NECallback<std::list<neroom::SharedChatMessagePtr>>& callback) {
    const bool oldest_first = option.order == neroom::kNEMessageSearchOrderAsc;
    ask(Side::Room, request::chat_history(archive_id, option.startTime, to_ms, option.limit, oldest_first),
        [callback](const Reply& reply) {
            const std::list<neroom::SharedChatMessagePtr> messages(reply.messages.begin(), reply.messages.end());
            if (callback) callback(reply.code, reply.message, messages);
        });
}

template <class Callback>
void ChatController::send(const std::string& message_uuid, const std::list<std::string>& to, const ChatBody& content,
                          const Callback& callback) {
    ask(Side::Room, request::chat_send(archive_id_, message_uuid, to, content), [callback](const Reply& reply) {
        if (callback) answer_sent(callback, reply);
    });
}

void ChatController::joinChatroom(const NERoomChatCallback& callback) {
    ask_and_answer(request::act::chat_presence(archive_id_, true), callback);
}

void ChatController::leaveChatroom(const NERoomChatCallback& callback) {
    ask_and_answer(request::act::chat_presence(archive_id_, false), callback);
}

void ChatController::sendBroadcastTextMessage(const std::string& message, const NERoomChatCallback& callback) {
    send(std::string(), kEveryone, text(message), callback);
}

void ChatController::sendBroadcastTextMessage(const std::string& message,
                                              const NERoomChatRoomSendMessageCallback& callback) {
    send(std::string(), kEveryone, text(message), callback);
}

void ChatController::sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                                           const NERoomChatCallback& callback) {
    send(std::string(), {userUuid}, text(message), callback);
}

void ChatController::sendDirectTextMessage(const std::string& userUuid, const std::string& message,
                                           const NERoomChatRoomSendMessageCallback& callback) {
    send(std::string(), {userUuid}, text(message), callback);
}

void ChatController::sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                                          const NERoomChatCallback& callback) {
    send(std::string(), userUuids, text(message), callback);
}

void ChatController::sendGroupTextMessage(const std::list<std::string>& userUuids, const std::string& message,
                                          const NERoomChatRoomSendMessageCallback& callback) {
    send(std::string(), userUuids, text(message), callback);
}

void ChatController::fetchChatRoomMembers(neroom::NEChatRoomMemberQueryType type, int limit,
                                          const NERoomChatRoomMemberCallback& callback) {
    ask(Side::Room, request::chat_members(archive_id_, type, limit), [callback](const Reply& reply) {
        if (callback) callback(reply.code, reply.message, reply.people);
    });
}

void ChatController::sendTextMessage(const std::string& messageUuid, const std::string& message,
                                     const std::list<std::string>& userUuids, const NERoomChatCallback& callback) {
    send(messageUuid, userUuids, text(message), callback);
}

void ChatController::sendTextMessage(const std::string& messageUuid, const std::string& message,
                                     const std::list<std::string>& userUuids,
                                     const NERoomChatRoomSendMessageCallback& callback) {
    send(messageUuid, userUuids, text(message), callback);
}

void ChatController::sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                                     const std::list<std::string>& userUuids, const NERoomChatCallback& callback) {
    send(messageUuid, userUuids, file(filePath), callback);
}

void ChatController::sendFileMessage(const std::string& messageUuid, const std::string& filePath,
                                     const std::list<std::string>& userUuids,
                                     const NERoomChatRoomSendMessageCallback& callback) {
    send(messageUuid, userUuids, file(filePath), callback);
}

void ChatController::sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width,
                                      int height, const std::list<std::string>& userUuids,
                                      const NERoomChatCallback& callback) {
    send(messageUuid, userUuids, image(imagePath, width, height), callback);
}

void ChatController::sendImageMessage(const std::string& messageUuid, const std::string& imagePath, int width,
                                      int height, const std::list<std::string>& userUuids,
                                      const NERoomChatRoomSendMessageCallback& callback) {
    send(messageUuid, userUuids, image(imagePath, width, height), callback);
}

void ChatController::cancelSendFileMessage(const std::string& messageUuid, const NERoomChatCallback& callback) {
    ask_and_answer(request::chat_send_cancel(archive_id_, messageUuid), callback);
}

void ChatController::downloadAttachment(const std::string& messageUuid, const std::string& fileUrl,
                                        const std::string& filePath, const NERoomChatCallback& callback) {
    ask_and_answer(request::file_download(archive_id_, messageUuid, fileUrl, download_path(filePath)), callback);
}

void ChatController::cancelDownloadAttachment(const std::string& messageUuid, const NERoomChatCallback& callback) {
    ask_and_answer(request::file_download_cancel(archive_id_, messageUuid), callback);
}

void ChatController::fetchChatroomHistoryMessages(neroom::NEHistoryMessageSearchOption option,
                                                  const NERoomFetchChatRoomMessageCallback& callback) {
    fetch_history(archive_id_, option, 0, callback);
}

void ChatController::recallChatroomMessage(const std::string& messageUUID, time_t /*messageTime*/,
                                           const NERoomChatCallback& callback) {
    ask_and_answer(request::chat_recall(archive_id_, messageUUID), callback);
}

void ChatController::fetchChatroomHistoryMessagesByTags(const neroom::NEHistoryMessageSearchOptionByTags& option,
                                                        const NERoomFetchChatRoomMessageCallback& callback) {
    // No message has tags, so only a query without them has an answer.
    if (!option.tags.empty()) {
        refuse_room(callback);
        return;
    }
    neroom::NEHistoryMessageSearchOption by_time = option;
    if (option.reverse) by_time.order = neroom::kNEMessageSearchOrderAsc;
    fetch_history(archive_id_, by_time, option.endTime, callback);
}

void ChatController::sendBroadcastCustomMessage(const std::string& message,
                                                const NERoomChatRoomSendMessageCallback& callback) {
    send(std::string(), kEveryone, {ChatBody::Kind::Custom, message}, callback);
}

void ChatController::banMemberChat(const std::string& userUuid, const int& duration, const std::string& notifyExt,
                                   const NERoomChatCallback& callback) {
    ask_and_answer(request::act::ban_chat(archive_id_, userUuid, true, duration, notifyExt), callback);
}

void ChatController::unbanMemberChat(const std::string& userUuid, const std::string& notifyExt,
                                     const NERoomChatCallback& callback) {
    ask_and_answer(request::act::ban_chat(archive_id_, userUuid, false, 0, notifyExt), callback);
}

}  // namespace parlor
