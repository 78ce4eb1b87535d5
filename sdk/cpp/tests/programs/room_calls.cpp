// Two people in one room, through the published calls, against a real server: what one does the other is told.
//
// Takes two accounts that exist: accid, IM token, user uuid, user token, twice. The second one runs in a process of its
// own. PARLOR_SERVER and PARLOR_APP_KEY say where.

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "person.h"

namespace {

using namespace neroom;

std::string content(size_t size) {
    std::string text;
    for (size_t at = 0; at < size; ++at) text.push_back(static_cast<char>(at * 31 % 251));
    return text;
}

constexpr size_t kFileBytes = 200000;

SharedMemberPtr member(INERoomContext* room, const std::string& uuid) {
    for (const auto& one : room->getRemoteMembers()) {
        if (one->getUserUuid() == uuid) return one;
    }
    return nullptr;
}

void create_and_join(Person& me, const std::string& uuid, const std::string& other) {
    NECreateRoomParams params;
    params.roomUuid = uuid;
    params.roomName = "Calls";
    params.templateId = 40;
    params.password = "secret";
    params.maxMembers = 7;
    params.initialProperties = {{"topic", "none"}};
    NECreateRoomOptions options;
    options.enableChatroom = true;
    options.roleBind = {{other, "member"}};
    INERoomService* rooms = me.kit->getRoomService();
    rooms->createRoom(params, options, me.answers.expect(0));
    me.answers.wait();
    rooms->createRoom(params, options, me.answers.expect(parlor::room::kRoomExists));
    me.answers.wait();
    NERoomTemplate rules;
    rooms->fetchRoomTemplate(uuid, me.answers.into(rules));
    me.answers.wait();
    CHECK(rules.roles.size() >= 3);

    NEJoinRoomParams join;
    join.roomUuid = uuid;
    join.userName = "Host";
    join.role = "host";
    join.password = "wrong";
    CHECK(me.join(join) == parlor::room::kRoomPasswordWrong);
    join.password = "secret";
    join.roomUuid = uuid + "x";
    CHECK(me.join(join) == parlor::room::kRoomNotFound);
    join.roomUuid = uuid;
    join.initialProperties = {{"mood", "good"}};
    CHECK(me.join(join) == 0);
    INERoomContext* const room = me.room;
    CHECK(room->getRoomName() == "Calls" && room->getRoomUuid() == uuid && room->getPassword() == "secret");
    CHECK(room->getMaxMembers() == 7 && room->getRemainingSeconds() > 0);
    CHECK(room->getRoomProperties().at("topic") == "none");
    CHECK(room->getRemoteMembers().empty());
    const SharedMemberPtr self = room->getLocalMember();
    CHECK(self->getUserName() == "Host" && self->getUserRole().name == "host" && self->getUserRole().limit == 1);
    CHECK(self->getProperties().at("mood") == "good" && self->getRtcUid() != 0);
    CHECK(self->getConnectedDeviceList().size() == 1);
    // A second call for a room that this device is in answers the same context.
    CHECK(me.join(join) == 0 && me.room == room);
    std::list<NEInRoomDeviceListItem> devices;
    rooms->getMyInRoomDeviceList(uuid, me.answers.into(devices));
    me.answers.wait();
    CHECK(devices.size() == 1 && devices.front().devices.size() == 1);
    room->getChatController()->joinChatroom(me.answers.expect(0));
    me.answers.wait();
    CHECK(self->getIsInChatroom());
}

void names_roles_properties(Person& me, const std::string& other) {
    INERoomContext* const room = me.room;
    room->changeMemberName(other, "Renamed", me.answers.expect(0));
    me.answers.wait();
    CHECK(member(room, other)->getUserName() == "Renamed");
    room->changeMemberRole(other, "cohost", me.answers.expect(0));
    me.answers.wait();
    CHECK(member(room, other)->getUserRole().name == "cohost");
    me.lines.expect("role " + other + " member cohost");
    room->changeMemberRole(other, "king", me.answers.expect(parlor::room::kRoomRoleUndefined));
    me.answers.wait();
    room->changeMembersRole({{other, "member"}}, me.answers.expect(0));
    me.answers.wait();
    room->changeMemberName("nobody", "x", me.answers.expect(parlor::room::kTargetMemberNotFound));
    me.answers.wait();

    room->updateRoomProperty("topic", "all", "", me.answers.expect(0));
    me.answers.wait();
    CHECK(room->getRoomProperties().at("topic") == "all");
    room->deleteRoomProperty("topic", me.answers.expect(0));
    me.answers.wait();
    CHECK(room->getRoomProperties().count("topic") == 0);
    me.lines.expect("deleted topic=all");
    room->updateRoomProperty("guest", "here", other, me.answers.expect(0));
    me.answers.wait();
    room->updateMemberProperty(other, "hand", "up", me.answers.expect(0));
    me.answers.wait();
    CHECK(member(room, other)->getProperties().at("hand") == "up");
    room->deleteMemberProperty(other, "hand", me.answers.expect(0));
    me.answers.wait();
    room->lockRoom(me.answers.expect(0));
    me.answers.wait();
    CHECK(room->isRoomLocked());
    room->unlockRoom(me.answers.expect(0));
    me.answers.wait();
    room->enableRoomBlacklist(false, me.answers.expect(0));
    me.answers.wait();
    CHECK(!room->isRoomBlacklistEnabled());
    room->enableMultiDevice(false, me.answers.expect(0));
    me.answers.wait();
    CHECK(!room->isRoomMultiDeviceEnabled());
}

void chat(Person& me, const std::string& other) {
    INERoomChatController* const chat = me.room->getChatController();
    SharedChatMessagePtr sent;
    chat->sendTextMessage("the-first", "hello", {}, me.answers.into(sent));
    me.answers.wait();
    CHECK(sent->messageUuid() == "the-first");
    CHECK(sent->messageType() == kNERoomMessageTypeText && sent->fromUserUuid() == me.uuid && sent->time() > 0);
    me.lines.expect("text hi from " + other);
    chat->sendBroadcastTextMessage("again", me.answers.into(sent));
    me.answers.wait();
    chat->recallChatroomMessage("the-first", static_cast<time_t>(sent->time()), me.answers.expect(0));
    me.answers.wait();
    chat->sendBroadcastCustomMessage("{\"a\":1}", me.answers.into(sent));
    me.answers.wait();
    chat->sendGroupTextMessage({other}, "group", me.answers.into(sent));
    me.answers.wait();
    CHECK(sent->toUserUuidList() == std::vector<std::string>{other});
    chat->banMemberChat(other, 60, "be quiet", me.answers.expect(0));
    me.answers.wait();
    CHECK(member(me.room, other)->isChatBanned());
    me.lines.expect("command 10001 refused from " + other);
    chat->unbanMemberChat(other, "speak", me.answers.expect(0));
    me.answers.wait();
    std::vector<NEChatRoomMember> people;
    chat->fetchChatRoomMembers(kNormal, 10, me.answers.into(people));
    me.answers.wait();
    CHECK(people.size() == 2);
    std::list<SharedChatMessagePtr> found;
    NEHistoryMessageSearchOption option;
    option.limit = 50;
    chat->fetchChatroomHistoryMessages(option, me.answers.into(found));
    me.answers.wait();
    CHECK(found.size() >= 3);
    NEHistoryMessageSearchOptionByTags by_tags;
    by_tags.tags = {"none"};
    chat->fetchChatroomHistoryMessagesByTags(by_tags, [&](int code, const std::string& message, const auto&) {
        me.answers.take(parlor::room::kNotSupported, code, message);
    });
    me.answers.wait();
}

void files(Person& me, const std::string& other) {
    const std::string path = "room_calls_" + std::to_string(getpid()) + ".bin";
    std::ofstream(path, std::ios::binary) << content(kFileBytes);
    INERoomChatController* const chat = me.room->getChatController();
    SharedChatMessagePtr sent;
    chat->sendFileMessage("file-one", path, {}, me.answers.into(sent));
    me.answers.wait();
    const auto file = std::dynamic_pointer_cast<INERoomChatFileMessage>(sent);
    CHECK(file && file->size() == kFileBytes && file->path() == path && file->extension() == "bin");
    const std::string all = std::to_string(kFileBytes);
    me.lines.expect("file-one " + all + "/" + all);
    me.lines.expect("command 10001 downloaded from " + other);
    chat->sendFileMessage("none", path + ".none", {}, me.answers.expect(parlor::room::kInvalidParameter));
    me.answers.wait();
    chat->cancelSendFileMessage("none", me.answers.expect(parlor::room::kNotFound));
    me.answers.wait();
    // A transfer is under way as soon as it was asked for.
    chat->sendFileMessage("given-up", path, {}, me.answers.expect(parlor::room::kRequestIgnored));
    chat->cancelSendFileMessage("given-up", me.answers.expect(0));
    me.answers.wait();
    me.answers.wait();
    chat->sendImageMessage("picture", path, 640, 480, {other}, me.answers.into(sent));
    me.answers.wait();
    const auto image = std::dynamic_pointer_cast<INERoomChatImageMessage>(sent);
    CHECK(image && image->width() == 640 && image->height() == 480 && !image->md5().empty());
    me.kit->getNosService()->uploadResource(path, [&](int code, const std::string& message, const std::string& url) {
        CHECK(code != 0 || !url.empty());
        me.answers.take(0, code, message);
    });
    me.answers.wait();
    std::remove(path.c_str());
}

void commands(Person& me, const std::string& uuid, const std::string& other) {
    INEMessageChannelService* const messages = me.kit->getMessageChannelService();
    messages->sendCustomMessage(uuid, other, 10000, "to one", me.answers.expect(0));
    me.answers.wait();
    messages->sendCustomMessageToRoom(uuid, 10002, "to all", me.answers.expect(0));
    me.answers.wait();
    messages->sendCustomMessageToRoles(uuid, 10003, {"host"}, "to hosts", me.answers.expect(0));
    me.answers.wait();
    messages->sendCustomMessageToRoles(uuid, 10004, {"member"}, "to members", me.answers.expect(0));
    me.answers.wait();
    messages->sendCustomMessageToRoom(uuid, 9, "out of range", me.answers.expect(parlor::room::kInvalidParameter));
    me.answers.wait();
}

/// The first person, who has the say until the role is handed over.
void host(Person& me, const std::string& uuid, const std::string& other) {
    me.lines.expect("join " + other);
    me.lines.expect("chat " + other);
    CHECK(member(me.room, other)->getUserName() == "Guest");
    names_roles_properties(me, other);
    chat(me, other);
    files(me, other);
    commands(me, uuid, other);
    const std::string archive_id = me.room->getRoomArchiveID();
    me.lines.expect("no chat " + other);
    me.lines.expect("leave " + other);
    me.lines.expect("deleted guest=here");
    me.lines.expect("join " + other);
    me.room->changeMyName("The host", me.answers.expect(0));
    me.answers.wait();
    CHECK(me.room->getLocalMember()->getUserName() == "The host");
    me.room->kickMemberOut(other, me.answers.expect(0));
    me.answers.wait();
    CHECK(me.room->getRemoteMembers().empty());
    me.lines.expect("leave " + other);
    me.lines.expect("join " + other);
    me.room->handOverMyRole(other, me.answers.expect(0));
    me.answers.wait();
    CHECK(member(me.room, other)->getUserRole().name == "host");
    CHECK(me.room->getLocalMember()->getUserRole().name == "member");
    me.room->endRoom(true, me.answers.expect(parlor::room::kForbidden));
    me.answers.wait();
    me.kit->getMessageChannelService()->sendCustomMessage(uuid, other, 10005, "end it", me.answers.expect(0));
    me.answers.wait();
    me.lines.expect("ended " + std::to_string(kNERoomEndReasonCloseByMember));
    INERoomService* const rooms = me.kit->getRoomService();
    CHECK(rooms->getRoomContext(uuid) == nullptr);
    // What was said is there for those who were in the room.
    std::list<SharedChatMessagePtr> found;
    rooms->fetchChatroomHistoryMessages(archive_id, NEHistoryMessageSearchOption(), me.answers.into(found));
    me.answers.wait();
    CHECK(found.size() >= 3);
    // The pointer stays harmless.
    CHECK(me.room->getRoomUuid() == uuid);
    me.room->lockRoom(me.answers.expect(parlor::room::kRoomNotFound));
    me.answers.wait();
    me.room->removeRoomListener(&me.listener);
}

void guest(Person& me, const std::string& uuid, const std::string& other) {
    NEJoinRoomParams join;
    join.roomUuid = uuid;
    join.userName = "Guest";
    join.role = "cohost";
    join.password = "secret";
    CHECK(me.join(join) == 0);
    // Bound at the creation of the room.
    CHECK(me.room->getLocalMember()->getUserRole().name == "member");
    INERoomChatController* const chat = me.room->getChatController();
    chat->joinChatroom(me.answers.expect(0));
    me.answers.wait();
    INEMessageChannelService* const messages = me.kit->getMessageChannelService();

    me.lines.expect("name Renamed");
    me.lines.expect("role " + me.uuid + " member cohost");
    me.lines.expect("role " + me.uuid + " cohost member");
    me.lines.expect("set topic=all");
    me.lines.expect("deleted topic=all");
    me.lines.expect("set guest=here");
    me.lines.expect("set of " + me.uuid + " hand=up");
    me.lines.expect("deleted of " + me.uuid + " hand=up");
    me.lines.expect("locked");
    me.lines.expect("unlocked");
    me.lines.expect("no blacklist");
    me.lines.expect("one device");
    me.room->lockRoom(me.answers.expect(parlor::room::kForbidden));
    me.answers.wait();

    me.lines.expect("text hello from " + other);
    SharedChatMessagePtr sent;
    chat->sendDirectTextMessage(other, "hi", me.answers.into(sent));
    me.answers.wait();
    me.lines.expect("text again from " + other);
    me.lines.expect("notice 323 the-first");
    me.lines.expect("custom {\"a\":1} from " + other);
    me.lines.expect("text group from " + other);
    me.lines.expect("banned 60 be quiet");
    chat->sendTextMessage("no", "no", {}, me.answers.expect(parlor::room::kChatMuted));
    me.answers.wait();
    messages->sendCustomMessage(uuid, other, 10001, "refused", me.answers.expect(0));
    me.answers.wait();
    me.lines.expect("unbanned 0 speak");

    const std::string name = "room_calls_" + std::to_string(getpid()) + ".copy";
    const std::string path = "./" + name;
    me.kit->getNosService()->setNosDownloadFilePath(".");
    me.lines.expect("file room_calls_" + std::to_string(getppid()) + ".bin " + std::to_string(kFileBytes) + " from " +
                    other);
    chat->downloadAttachment("file-one", me.listener.file_url(), name, me.answers.expect(0));
    me.answers.wait();
    const std::string all = std::to_string(kFileBytes);
    me.lines.expect("file-one " + all + "/" + all);
    chat->downloadAttachment("given-up", me.listener.file_url(), name + "x",
                             me.answers.expect(parlor::room::kRequestIgnored));
    chat->cancelDownloadAttachment("given-up", me.answers.expect(0));
    me.answers.wait();
    me.answers.wait();
    std::remove((path + "x").c_str());
    std::ifstream in(path, std::ios::binary);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == content(kFileBytes));
    std::remove(path.c_str());
    messages->sendCustomMessage(uuid, other, 10001, "downloaded", me.answers.expect(0));
    me.answers.wait();

    me.lines.expect("command 10000 to one from " + other);
    me.lines.expect("command 10002 to all from " + other);
    me.lines.expect("command 10004 to members from " + other);
    chat->leaveChatroom(me.answers.expect(0));
    me.answers.wait();
    chat->sendTextMessage("late", "late", {}, me.answers.expect(parlor::room::kForbidden));
    me.answers.wait();
    me.room->leaveRoom(kNERoomLeaveRoomTypeAll, me.answers.expect(0));
    me.answers.wait();
    me.lines.expect("ended " + std::to_string(kNERoomEndReasonLeaveBySelf));
    CHECK(me.kit->getRoomService()->getRoomContext(uuid) == nullptr);
    CHECK(me.join(join) == 0);
    me.lines.expect("ended " + std::to_string(kNERoomEndReasonKickOut));
    CHECK(me.join(join) == 0);
    me.lines.expect("role " + other + " host member");
    CHECK(me.room->getLocalMember()->getUserRole().name == "host");
    me.lines.expect("command 10005 end it from " + other);
    me.room->endRoom(true, me.answers.expect(0));
    me.answers.wait();
    me.lines.expect("ended " + std::to_string(kNERoomEndReasonCloseByMember));
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

}  // namespace

int main(int argc, char** argv) {
    CHECK(argc >= 9);
    const Account first{argv[1], argv[2], argv[3], argv[4]};
    const Account second{argv[5], argv[6], argv[7], argv[8]};
    const std::string app_key = variable("PARLOR_APP_KEY");
    if (argc > 9) {
        Person me(app_key, second);
        guest(me, argv[9], first.user_uuid);
        return 0;
    }
    const std::string uuid = "calls" + std::to_string(getpid());
    Person me(app_key, first);
    create_and_join(me, uuid, second.user_uuid);
    std::vector<char*> words(argv, argv + 9);
    std::string room = uuid;
    words.push_back(room.data());
    words.push_back(nullptr);
    const pid_t other = fork();
    if (other == 0) {
        execv(argv[0], words.data());
        std::_Exit(127);
    }
    host(me, uuid, second.user_uuid);
    int status = 0;
    CHECK(waitpid(other, &status, 0) == other && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    std::puts("ok");
    return 0;
}
