// Rooms without a server: the bytes that the library would bring are handed in, and getters and listeners must agree.

#include <parlor_codes.h>
#include <room_kit_interface.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "check.h"
#include "messages.h"
#include "room_services.h"

namespace {

using neroom::SharedMemberPtr;
using parlor::Writer;

constexpr int64_t kArchive = 4503599627370497;

Writer device(uint64_t rtc_uid, bool audio, bool in_chatroom = false, bool in_rtc = false) {
    Writer out;
    out.number(1, rtc_uid).text(2, "device" + std::to_string(rtc_uid)).number(3, neroom::kNEClientTypeLINUX);
    return out.number(4, 1).number(5, audio ? 1 : 0).number(9, in_chatroom ? 1 : 0).number(10, in_rtc ? 1 : 0);
}

Writer member(const std::string& uuid, const std::string& role, const std::vector<Writer>& devices,
              const std::string& name = "") {
    Writer out;
    out.text(1, uuid).text(2, name.empty() ? uuid + "'s name" : name).text(4, role).entries(5, {{"key", uuid}});
    for (const auto& one : devices) out.message(7, one);
    return out;
}

Writer room(bool locked = false, const std::string& value = "1") {
    Writer out;
    out.number(1, kArchive).text(2, "room").text(3, "The room").text(4, "secret").number(6, 9);
    return out.number(7, locked ? 1 : 0).number(10, 1).entries(11, {{"p", value}});
}

Writer rules() {
    Writer out;
    out.message(1, Writer().text(1, "host").number(2, 1).number(4, 1280));
    out.message(1, Writer().text(1, "observer").number(3, 1));
    out.message(2, Writer().number(1, 0).text(2, "p").text(3, "host"));
    return out.message(2, Writer().number(1, 2).text(2, "audio").text(3, "host").text(3, "member"));
}

void bring(parlor::RoomService& rooms, uint32_t field, const Writer& message) {
    const std::string bytes = Writer().message(field, message).bytes();
    // Fresh memory of the exact length, so that a sanitizer sees every byte read beyond it.
    const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
    rooms.take(parlor::read_event(exact.data(), exact.size()));
}

void enter(parlor::RoomService& rooms, uint64_t own_rtc_uid = 11) {
    Writer entered;
    entered.message(1, room()).message(2, rules()).text(4, "me").number(5, own_rtc_uid);
    entered.message(3, member("me", "host", {device(10, false), device(own_rtc_uid, false)}));
    entered.message(3, member("other", "member", {device(20, false)}));
    entered.message(3, member("ghost", "observer", {device(30, false)}));
    bring(rooms, 46, entered);
}

Writer change(parlor::ChangeKind kind) { return Writer().number(1, kArchive).number(2, static_cast<uint64_t>(kind)); }

/// Writes down what it is told.
class Notes : public neroom::INERoomListener {
public:
    void onMemberJoinRoom(const std::vector<SharedMemberPtr>& members) override {
        for (const auto& one : members) lines.push_back("join " + one->getUserUuid());
    }
    void onMemberLeaveRoom(const std::vector<SharedMemberPtr>& members) override {
        for (const auto& one : members) lines.push_back("leave " + one->getUserName());
    }
    void onMemberNameChanged(const SharedMemberPtr& member, const std::string& name) override {
        CHECK(member->getUserName() == name);
        lines.push_back("name " + name);
    }
    void onMemberRoleChanged(const std::string& uuid, const neroom::NERoomRole& before,
                             const neroom::NERoomRole& after) override {
        lines.push_back("role " + uuid + " " + before.name + " " + after.name + " " + std::to_string(after.limit));
    }
    void onMemberRoleChanged(const std::string& uuid, const std::string& before, const std::string& after) override {
        lines.push_back("older role " + uuid + " " + before + " " + after);
    }
    void onMemberAudioMuteChanged(const SharedMemberPtr& member, bool mute, const SharedMemberPtr& by) override {
        CHECK(member->getIsAudioOn() == !mute);
        lines.push_back((mute ? "mute " : "unmute ") + member->getUserUuid() + " by " + (by ? by->getUserUuid() : "-"));
    }
    void onMemberJoinChatroom(const std::vector<SharedMemberPtr>& members) override {
        lines.push_back("chat " + members.front()->getUserUuid());
    }
    void onMemberJoinRtcChannel(const std::vector<SharedMemberPtr>& members) override {
        lines.push_back("call " + members.front()->getUserUuid());
    }
    void onMemberLeaveRtcChannel(const std::vector<SharedMemberPtr>& members) override {
        lines.push_back("no call " + members.front()->getUserUuid());
    }
    void onMemberConnectedDeviceListChanged(const SharedMemberPtr& member) override {
        lines.push_back("devices " + std::to_string(member->getConnectedDeviceList().size()));
    }
    void onMemberChatBanStateChanged(const SharedMemberPtr& member, bool banned, int64_t duration,
                                     const std::string& ext, const SharedMemberPtr&) override {
        CHECK(member->isChatBanned() == banned);
        lines.push_back("ban " + std::to_string(duration) + " " + ext);
    }
    void onRoomPropertiesChanged(const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines.push_back("set " + one.first + "=" + one.second);
    }
    void onRoomPropertiesDeleted(const std::map<std::string, std::string>& properties) override {
        for (const auto& one : properties) lines.push_back("deleted " + one.first + "=" + one.second);
    }
    void onMemberPropertiesDeleted(const std::string& uuid,
                                   const std::map<std::string, std::string>& properties) override {
        lines.push_back("deleted of " + uuid + " " + properties.begin()->second);
    }
    void onRoomLockStateChanged(bool locked) override { lines.push_back(locked ? "locked" : "unlocked"); }
    void onRoomConnectStateChanged(neroom::NEConnectState state) override {
        lines.push_back(state == neroom::kNEStateConnected ? "connected" : "disconnected");
    }
    void onReceiveChatroomMessages(const std::vector<neroom::SharedChatMessagePtr>& messages) override {
        for (const auto& one : messages) lines.push_back("message " + std::to_string(one->messageType()));
        received = messages;
    }
    void onReceiveChatroomMessages(const std::list<neroom::NERoomMessage>& messages) override {
        for (const auto& one : messages) lines.push_back("older " + one.text);
    }
    void onChatroomMessageAttachmentProgress(const std::string& uuid, int64_t transferred, int64_t total) override {
        lines.push_back(uuid + " " + std::to_string(transferred) + "/" + std::to_string(total));
    }
    void onRoomEnded(neroom::NERoomEndReason reason, const std::string&) override {
        lines.push_back("ended " + std::to_string(reason));
    }

    /// What was written since the last time.
    std::vector<std::string> take() { return std::exchange(lines, {}); }

    std::vector<std::string> lines;
    std::vector<neroom::SharedChatMessagePtr> received;
};

using Lines = std::vector<std::string>;

void a_room_shows_what_came() {
    parlor::RoomService rooms;
    CHECK(rooms.getRoomContext("room") == nullptr);
    enter(rooms);
    neroom::INERoomContext* context = rooms.getRoomContext("room");
    CHECK(context != nullptr);
    CHECK(context->getRoomName() == "The room" && context->getPassword() == "secret");
    CHECK(context->getRoomArchiveID() == std::to_string(kArchive));
    CHECK(context->getMaxMembers() == 9 && !context->isRoomLocked());
    CHECK(context->getRoomProperties().at("p") == "1");
    CHECK(context->getRoomTemplate().roles.size() == 2);
    CHECK(context->getRoomTemplate().permissions.room.properties.front().roles.front() == "host");
    CHECK(context->getRoomTemplate().permissions.member.streams.audio.roles.size() == 2);
    // A hidden role is not shown.
    CHECK(context->getRemoteMembers().size() == 1);
    CHECK(context->getLocalMember()->getRtcUid() == 11);
    CHECK(context->getLocalMember()->getUserRole().params.video.width == 1280);
    CHECK(context->getChatController()->isSupported() && !context->getRtcController()->isSupported());
}

void each_change_is_told_with_its_state() {
    parlor::RoomService rooms;
    enter(rooms);
    neroom::INERoomContext* context = rooms.getRoomContext("room");
    Notes notes;
    context->addRoomListener(&notes);
    context->addRoomListener(&notes);
    const SharedMemberPtr other = context->getRemoteMembers().front();

    bring(rooms, 47, change(parlor::ChangeKind::Joined).message(4, member("new", "member", {device(40, true)})));
    bring(rooms, 47, change(parlor::ChangeKind::Joined).message(4, member("spy", "observer", {device(50, true)})));
    CHECK(notes.take() == Lines{"join new"});
    CHECK(context->getRemoteMembers().size() == 2);
    Writer shown = change(parlor::ChangeKind::Roles).message(4, member("spy", "host", {device(50, false)}));
    bring(rooms, 47, shown.message(9, Writer().text(1, "spy").text(2, "observer").text(3, "host")));
    CHECK(context->getRemoteMembers().size() == 3);
    Writer hidden = change(parlor::ChangeKind::Roles).message(4, member("spy", "observer", {device(50, false)}));
    bring(rooms, 47, hidden.message(9, Writer().text(1, "spy").text(2, "host").text(3, "observer")));
    const Lines passages = notes.take();
    CHECK(std::count(passages.begin(), passages.end(), "join spy") == 1);
    CHECK(std::count(passages.begin(), passages.end(), "leave spy's name") == 1);
    CHECK(context->getRemoteMembers().size() == 2);

    bring(rooms, 47, change(parlor::ChangeKind::Names).message(4, member("other", "member", {device(20, false)}, "N")));
    CHECK(notes.take() == Lines{"name N"});
    CHECK(other->getUserName() == "N");

    Writer roles = change(parlor::ChangeKind::Roles).message(4, member("other", "host", {device(20, false)}, "N"));
    bring(rooms, 47, roles.message(9, Writer().text(1, "other").text(2, "member").text(3, "host")));
    CHECK((notes.take() == Lines{"role other member host 1", "older role other member host"}));
    CHECK(other->getUserRole().limit == 1);

    // The second device's sound makes no difference to the member, its end neither while the first one's is on.
    const auto streams = [&](bool first, bool second) {
        Writer out = change(parlor::ChangeKind::Streams).text(6, "me");
        bring(rooms, 47, out.message(4, member("other", "host", {device(20, first), device(21, second)}, "N")));
        return notes.take();
    };
    CHECK(streams(true, false) == Lines{"unmute other by me"});
    CHECK(streams(true, true).empty());
    CHECK(streams(false, true).empty());
    CHECK(other->getConnectedDeviceList().size() == 2);
    Writer devices = change(parlor::ChangeKind::Devices);
    bring(rooms, 47, devices.message(4, member("other", "host", {device(20, false)}, "N")));
    CHECK((notes.take() == Lines{"devices 1", "mute other by -"}));
    Writer chat = change(parlor::ChangeKind::ChatPresence);
    bring(rooms, 47, chat.message(4, member("other", "host", {device(20, false, true)}, "N")));
    CHECK(notes.take() == Lines{"chat other"});
    CHECK(other->getIsInChatroom());

    const auto call = [&](bool present) {
        Writer out = change(parlor::ChangeKind::State);
        bring(rooms, 47, out.message(4, member("other", "host", {device(20, false, true, present)}, "N")));
        CHECK(other->getIsInRtcChannel() == present);
        return notes.take();
    };
    CHECK(call(true) == Lines{"call other"});
    CHECK(call(true).empty());
    CHECK(call(false) == Lines{"no call other"});

    Writer ban = change(parlor::ChangeKind::ChatBan).number(10, 1).number(11, 60).text(12, "why");
    bring(rooms, 47, ban.message(4, member("other", "host", {device(20, false, true)}, "N").number(6, 1)));
    CHECK(notes.take() == Lines{"ban 60 why"});

    bring(rooms, 47, change(parlor::ChangeKind::Lock).message(3, room(true)));
    CHECK(notes.take() == Lines{"locked"});
    CHECK(context->isRoomLocked());
    bring(rooms, 47, change(parlor::ChangeKind::Properties).message(3, room(true, "2")).entries(8, {{"p", "2"}}));
    CHECK(notes.take() == Lines{"set p=2"});
    CHECK(context->getRoomProperties().at("p") == "2");
    bring(rooms, 47, change(parlor::ChangeKind::PropertiesDeleted).message(3, room(true, "")).entries(8, {{"p", "2"}}));
    CHECK(notes.take() == Lines{"deleted p=2"});
    Writer deleted = change(parlor::ChangeKind::MemberPropertiesDeleted).text(7, "other").entries(8, {{"key", "v"}});
    bring(rooms, 47, deleted);
    CHECK(notes.take() == Lines{"deleted of other v"});

    bring(rooms, 49, Writer().number(1, kArchive));
    bring(rooms, 49, Writer().number(1, kArchive).number(2, 1));
    CHECK((notes.take() == Lines{"disconnected", "connected"}));

    bring(rooms, 47, change(parlor::ChangeKind::Left).message(5, member("other", "host", {}, "N")));
    CHECK(notes.take() == Lines{"leave N"});
    CHECK(context->getRemoteMembers().size() == 1);
    CHECK(other->getUserName() == "N" && !other->getIsInChatroom());
    context->removeRoomListener(&notes);
    bring(rooms, 47, change(parlor::ChangeKind::Lock).message(3, room(false)));
    CHECK(notes.take().empty());
}

void messages_come_in_every_form() {
    parlor::RoomService rooms;
    enter(rooms);
    Notes notes;
    rooms.getRoomContext("room")->addRoomListener(&notes);
    const Writer sender = Writer().text(1, "other").text(2, "Nick").text(3, "avatar");
    const auto message = [&] { return Writer().text(1, "uuid").number(2, 99).message(3, sender).text(4, "me"); };
    Writer file = Writer().text(1, "a.png").text(2, "png").text(4, "http://x").number(5, 7).number(7, 1).number(8, 3);
    Writer notice = Writer().number(1, 323).text(3, "gone").number(4, 42);
    Writer joined = Writer().number(1, 301).message(2, sender);
    Writer received;
    received.number(1, kArchive).message(2, message().choice(10, "hello")).message(2, message().choice(11, "{}"));
    received.message(2, message().message(12, file)).message(2, message().message(13, notice));
    received.message(2, message().message(13, joined)).message(2, message());
    bring(rooms, 60, received);
    CHECK((notes.take() == Lines{"message 0", "message 1", "message 3", "message 4", "message 4", "older hello",
                                 "older ", "older ", "older ", "older "}));
    CHECK(notes.received.front()->fromNick() == "Nick" && notes.received.front()->time() == 99);
    const auto image = std::dynamic_pointer_cast<neroom::INERoomChatImageMessage>(notes.received[2]);
    CHECK(image && image->extension() == "png" && image->size() == 7 && image->width() == 3);
    const auto recall = std::dynamic_pointer_cast<neroom::INERoomChatNotificationMessage>(notes.received[3]);
    const auto item =
        std::dynamic_pointer_cast<neroom::INERoomChatRoomNotificationItemMessageRecall>(recall->getNotificationItem());
    CHECK(item && item->getMessageUUID() == "gone" && item->getMessageTimetag() == 42);
    const auto join = std::dynamic_pointer_cast<neroom::INERoomChatNotificationMessage>(notes.received[4]);
    CHECK(join->getNotificationItem()->getNotificationType() == neroom::NERoomChatMessageNotificationTypeMemberJoin);
    bring(rooms, 80, Writer().number(1, kArchive).text(2, "uuid").number(3, 5).number(4, 7));
    CHECK(notes.take() == Lines{"uuid 5/7"});
}

/// Ends and frees itself at the room's end.
class Ender : public neroom::INERoomListener {
public:
    Ender(neroom::INERoomContext* context, bool& freed) : context_(context), freed_(freed) {}
    ~Ender() override { freed_ = true; }
    void onRoomEnded(neroom::NERoomEndReason, const std::string&) override {
        context_->removeRoomListener(this);
        delete this;
    }

private:
    neroom::INERoomContext* context_;
    bool& freed_;
};

void the_end_is_told_once_and_the_pointer_stays_harmless() {
    parlor::RoomService rooms;
    enter(rooms);
    neroom::INERoomContext* context = rooms.getRoomContext("room");
    const SharedMemberPtr me = context->getLocalMember();
    Notes notes;
    bool freed = false;
    context->addRoomListener(new Ender(context, freed));
    context->addRoomListener(&notes);
    bring(rooms, 48, Writer().number(1, kArchive).number(2, neroom::kNERoomEndReasonCloseByMember));
    CHECK(freed);
    rooms.end(kArchive, neroom::kNERoomEndReasonLeaveBySelf);
    bring(rooms, 47, change(parlor::ChangeKind::Lock).message(3, room(true)));
    CHECK(notes.take() == Lines{"ended 3"});
    CHECK(rooms.getRoomContext("room") == nullptr);
    // The app held on to it.
    CHECK(context->getRoomUuid() == "room" && me->getUserUuid() == "me");
    context->removeRoomListener(&notes);
}

void entering_anew_keeps_the_objects() {
    parlor::RoomService rooms;
    enter(rooms);
    neroom::INERoomContext* context = rooms.getRoomContext("room");
    const SharedMemberPtr me = context->getLocalMember();
    enter(rooms, 12);
    CHECK(rooms.getRoomContext("room") == context);
    CHECK(context->getLocalMember() == me && me->getRtcUid() == 12);
}

void reasons_and_kinds_of_a_newer_library_are_survived() {
    parlor::RoomService rooms;
    enter(rooms);
    Notes notes;
    rooms.getRoomContext("room")->addRoomListener(&notes);
    bring(rooms, 47, Writer().number(1, kArchive).number(2, 31));
    bring(rooms, 47, Writer().number(1, kArchive + 1).number(2, 1).message(4, member("x", "y", {})));
    CHECK(notes.take().empty());
    bring(rooms, 48, Writer().number(1, kArchive).number(2, 77));
    CHECK(notes.take() == Lines{"ended 11"});
}

}  // namespace

int main() {
    a_room_shows_what_came();
    each_change_is_told_with_its_state();
    messages_come_in_every_form();
    the_end_is_told_once_and_the_pointer_stays_harmless();
    entering_anew_keeps_the_objects();
    reasons_and_kinds_of_a_newer_library_are_survived();
    std::puts("ok");
    return 0;
}
