#include "chat_messages.h"

#include <memory>

namespace parlor {

namespace request {

namespace {

std::string body(uint32_t field, const Writer& message) { return Writer().message(field, message).bytes(); }

uint64_t integer(int64_t value) { return static_cast<uint64_t>(value); }

uint64_t size(int pixels) { return pixels > 0 ? static_cast<uint64_t>(pixels) : 0; }

Writer attachment(const ChatBody& content) {
    Writer message;
    message.text(1, content.text).number(2, content.image ? 1 : 0);
    message.number(3, size(content.width)).number(4, size(content.height));
    return message;
}

}  // namespace

std::string chat_send(int64_t archive_id, const std::string& message_uuid, const std::list<std::string>& to,
                      const ChatBody& content) {
    Writer message;
    message.number(1, integer(archive_id)).text(2, message_uuid);
    for (const auto& user : to) message.text(3, user);
    switch (content.kind) {
        case ChatBody::Kind::Text:
            message.choice(10, content.text);
            break;
        case ChatBody::Kind::Custom:
            message.choice(11, content.text);
            break;
        case ChatBody::Kind::Attachment:
            message.message(12, attachment(content));
            break;
    }
    return body(60, message);
}

std::string chat_send_cancel(int64_t archive_id, const std::string& message_uuid) {
    return body(61, Writer().number(1, integer(archive_id)).text(2, message_uuid));
}

std::string chat_recall(int64_t archive_id, const std::string& message_uuid) {
    return body(62, Writer().number(1, integer(archive_id)).text(2, message_uuid));
}

std::string chat_history(int64_t archive_id, int64_t from_ms, int64_t to_ms, uint32_t limit, bool oldest_first) {
    Writer message;
    message.number(1, integer(archive_id)).number(2, integer(from_ms)).number(3, integer(to_ms));
    message.number(4, limit).number(5, oldest_first ? 1 : 0);
    return body(63, message);
}

std::string chat_members(int64_t archive_id, int type, int limit) {
    return body(64, Writer().number(1, integer(archive_id)).number(2, integer(type)).number(3, integer(limit)));
}

std::string file_upload(const std::string& path) { return body(80, Writer().text(1, path)); }

std::string file_download(int64_t archive_id, const std::string& message_uuid, const std::string& url,
                          const std::string& path) {
    return body(81, Writer().number(1, integer(archive_id)).text(2, message_uuid).text(3, url).text(4, path));
}

std::string file_download_cancel(int64_t archive_id, const std::string& message_uuid) {
    return body(82, Writer().number(1, integer(archive_id)).text(2, message_uuid));
}

}  // namespace request

namespace {

/// ChatMessage, whatever it carries.
struct Content {
    std::string message_uuid;
    int64_t at_ms = 0;
    std::string from_uuid;
    neroom::NEChatRoomMember from;
    std::vector<std::string> to;
    std::string text;  ///< text, custom

    // ChatFile
    std::string name, extension, md5, url, path;
    uint64_t size_bytes = 0;
    bool image = false;
    int width = 0;
    int height = 0;

    // ChatNotice
    neroom::NERoomChatMessageNotificationType notice = neroom::NERoomChatMessageNotificationTypeUnknown;
    std::string person_uuid;
    neroom::NEChatRoomMember person;
    std::string recalled_uuid;
    int64_t recalled_at_ms = 0;
};

/// What every kind of message answers.
template <class Interface, neroom::NERoomChatMessageType Type>
class Message : public Interface {
public:
    explicit Message(Content content) : content_(std::move(content)) {}

    neroom::NERoomChatMessageType messageType() override { return Type; }
    std::string fromUserUuid() override { return content_.from_uuid; }
    std::string fromNick() override { return content_.from.nick; }
    std::string fromAvatar() const override { return content_.from.avatar; }
    std::vector<std::string> toUserUuidList() override { return content_.to; }
    uint64_t time() override { return static_cast<uint64_t>(content_.at_ms); }
    std::string messageUuid() override { return content_.message_uuid; }
    neroom::NEChatroomType getChatRoomType() override { return neroom::kMeetingRoom; }

protected:
    const Content content_;
};

class TextMessage final : public Message<neroom::INERoomChatTextMessage, neroom::kNERoomMessageTypeText> {
public:
    using Message::Message;
    std::string text() override { return content_.text; }
};

class CustomMessage final : public Message<neroom::INERoomChatCustomMessage, neroom::kNERoomMessageTypeCustom> {
public:
    using Message::Message;
    std::string attachStr() override { return content_.text; }
};

template <class Interface, neroom::NERoomChatMessageType Type>
class Attached : public Message<Interface, Type> {
public:
    using Message<Interface, Type>::Message;
    std::string displayName() override { return this->content_.name; }
    std::string extension() override { return this->content_.extension; }
    std::string md5() override { return this->content_.md5; }
    std::string url() override { return this->content_.url; }
    uint64_t size() override { return this->content_.size_bytes; }
    std::string path() override { return this->content_.path; }
};

using FileMessage = Attached<neroom::INERoomChatFileMessage, neroom::kNERoomMessageTypeFile>;

class ImageMessage final : public Attached<neroom::INERoomChatImageMessage, neroom::kNERoomMessageTypeImage> {
public:
    using Attached::Attached;
    int width() override { return content_.width; }
    int height() override { return content_.height; }
};

class Presence final : public neroom::INERoomChatRoomNotificationItemMemberJoin {
public:
    explicit Presence(neroom::NEChatRoomMember member) : member_(std::move(member)) {}
    neroom::NEChatRoomMember getMemberInfo() const override { return member_; }

private:
    const neroom::NEChatRoomMember member_;
};

class Recall final : public neroom::INERoomChatRoomNotificationItemMessageRecall {
public:
    Recall(std::string uuid, int64_t at_ms) : uuid_(std::move(uuid)), at_ms_(at_ms) {}
    time_t getMessageTimetag() const override { return static_cast<time_t>(at_ms_); }
    std::string getMessageUUID() const override { return uuid_; }

private:
    const std::string uuid_;
    const int64_t at_ms_;
};

class NoticeMessage final
    : public Message<neroom::INERoomChatNotificationMessage, neroom::kNERoomMessageTypeNotification> {
public:
    explicit NoticeMessage(const Content& content) : Message(content), item_(item(content)) {}
    std::shared_ptr<neroom::INERoomChatRoomNotificationItem> getNotificationItem() const override { return item_; }

private:
    static std::shared_ptr<neroom::INERoomChatRoomNotificationItem> item(const Content& content) {
        std::shared_ptr<neroom::NERoomChatRoomNotificationItemBase> item;
        switch (content.notice) {
            case neroom::NERoomChatMessageNotificationTypeMemberJoin:
            case neroom::NERoomChatMessageNotificationTypeMemberLeave:
                item = std::make_shared<Presence>(content.person);
                break;
            case neroom::NERoomChatMessageNotificationTypeMessageRecall:
                item = std::make_shared<Recall>(content.recalled_uuid, content.recalled_at_ms);
                break;
            default:
                item = std::make_shared<neroom::NERoomChatRoomNotificationItemBase>();
        }
        item->setNotificationType(content.notice);
        item->setRawData(content.notice == neroom::NERoomChatMessageNotificationTypeMessageRecall
                             ? content.recalled_uuid
                             : content.person_uuid);
        return item;
    }

    const std::shared_ptr<neroom::INERoomChatRoomNotificationItem> item_;
};

neroom::NEChatRoomMember read_person(Reader in, std::string& user_uuid) {
    neroom::NEChatRoomMember person;
    while (in.next()) {
        if (in.field() == 1) user_uuid = in.text();
        if (in.field() == 2) person.nick = in.text();
        if (in.field() == 3) person.avatar = in.text();
    }
    return person;
}

void read_file(Reader in, Content& content) {
    while (in.next()) {
        switch (in.field()) {
            case 1:
                content.name = in.text();
                break;
            case 2:
                content.extension = in.text();
                break;
            case 3:
                content.md5 = in.text();
                break;
            case 4:
                content.url = in.text();
                break;
            case 5:
                content.size_bytes = in.number();
                break;
            case 6:
                content.path = in.text();
                break;
            case 7:
                content.image = in.flag();
                break;
            case 8:
                content.width = in.number32();
                break;
            case 9:
                content.height = in.number32();
                break;
            default:
                break;
        }
    }
}

neroom::NERoomChatMessageNotificationType notice_type(int32_t number) {
    switch (number) {
        case neroom::NERoomChatMessageNotificationTypeMemberJoin:
        case neroom::NERoomChatMessageNotificationTypeMemberLeave:
        case neroom::NERoomChatMessageNotificationTypeMessageRecall:
            return static_cast<neroom::NERoomChatMessageNotificationType>(number);
        default:
            return neroom::NERoomChatMessageNotificationTypeUnknown;
    }
}

void read_notice(Reader in, Content& content) {
    while (in.next()) {
        if (in.field() == 1) content.notice = notice_type(in.number32());
        if (in.field() == 2) content.person = read_person(in.message(), content.person_uuid);
        if (in.field() == 3) content.recalled_uuid = in.text();
        if (in.field() == 4) content.recalled_at_ms = in.number64();
    }
}

}  // namespace

neroom::SharedChatMessagePtr read_chat_message(Reader in) {
    Content content;
    uint32_t kind = 0;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                content.message_uuid = in.text();
                break;
            case 2:
                content.at_ms = in.number64();
                break;
            case 3:
                content.from = read_person(in.message(), content.from_uuid);
                break;
            case 4:
                content.to.push_back(in.text());
                break;
            case 10:
            case 11:
                content.text = in.text();
                kind = in.field();
                break;
            case 12:
                read_file(in.message(), content);
                kind = in.field();
                break;
            case 13:
                read_notice(in.message(), content);
                kind = in.field();
                break;
            default:
                break;
        }
    }
    switch (kind) {
        case 10:
            return std::make_shared<TextMessage>(content);
        case 11:
            return std::make_shared<CustomMessage>(content);
        case 12:
            if (content.image) return std::make_shared<ImageMessage>(content);
            return std::make_shared<FileMessage>(content);
        case 13:
            return std::make_shared<NoticeMessage>(content);
        default:
            return nullptr;
    }
}

ChatMessages read_chat_messages(Reader in, uint32_t field) {
    ChatMessages messages;
    while (in.next()) {
        if (in.field() != field) continue;
        if (auto message = read_chat_message(in.message())) messages.push_back(std::move(message));
    }
    return messages;
}

std::vector<neroom::NEChatRoomMember> read_chat_people(Reader in) {
    std::vector<neroom::NEChatRoomMember> people;
    std::string user_uuid;
    while (in.next()) {
        if (in.field() == 1) people.push_back(read_person(in.message(), user_uuid));
    }
    return people;
}

Progress read_progress(Reader in, int64_t& archive_id) {
    Progress progress;
    while (in.next()) {
        if (in.field() == 1) archive_id = in.number64();
        if (in.field() == 2) progress.message_uuid = in.text();
        if (in.field() == 3) progress.transferred = in.number64();
        if (in.field() == 4) progress.total = in.number64();
    }
    return progress;
}

neroom::NERoomMessage older_form(neroom::INERoomChatMessage& message) {
    neroom::NERoomMessage older;
    older.messageType = message.messageType();
    older.messageUuid = message.messageUuid();
    older.fromUserUuid = message.fromUserUuid();
    older.fromNick = message.fromNick();
    older.toUserUuidList = message.toUserUuidList();
    older.time = message.time();
    if (auto* text = dynamic_cast<neroom::INERoomChatTextMessage*>(&message)) older.text = text->text();
    return older;
}

}  // namespace parlor
