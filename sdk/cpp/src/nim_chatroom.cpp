#include "nim_chatroom_cpp.h"

#include "refuse.h"

namespace nim_chatroom {

namespace {

parlor::Registered<ChatRoom::SendMsgAckCallback>& acks() {
    static auto* const acks = new parlor::Registered<ChatRoom::SendMsgAckCallback>;
    return *acks;
}

/// The id that the app gave a message; empty when `json_msg` is no message.
std::string client_msg_id(const std::string& json_msg) {
    nim::Json message;
    nim::Json::parse(json_msg, message);
    return message.get("client_msg_id").asString();
}

}  // namespace

std::vector<NIMChatRoomMsgType> ChatRoomGetMsgHistoryParameters::kMsg_Types_List = {
    kNIMChatRoomMsgTypeText,     kNIMChatRoomMsgTypeImage,        kNIMChatRoomMsgTypeAudio, kNIMChatRoomMsgTypeVideo,
    kNIMChatRoomMsgTypeLocation, kNIMChatRoomMsgTypeNotification, kNIMChatRoomMsgTypeFile,  kNIMChatRoomMsgTypeTips,
    kNIMChatRoomMsgTypeRobot,    kNIMChatRoomMsgTypeCustom};

void ChatRoom::RegEnterCb(const EnterCallback& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegExitCb(const ExitCallback& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegExitCb_2(const ExitCallback_2& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegSendMsgAckCb(const SendMsgAckCallback& cb, const std::string& /*json_extension*/) { acks().set(cb); }

void ChatRoom::RegReceiveMsgCb(const ReceiveMsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegReceiveMsgsCb(const ReceiveMsgsCallback& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegNotificationCb(const NotificationCallback& /*cb*/, const std::string& /*json_extension*/) {}

void ChatRoom::RegLinkConditionCb(const LinkConditionCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool ChatRoom::Init(const std::string& /*app_install_dir*/, const std::string& /*json_extension*/) { return false; }

void ChatRoom::SetCallbackFunction(const ChatRoom::SDKClosure& /*callback*/) {}

void ChatRoom::Cleanup(const std::string& /*json_extension*/) {}

bool ChatRoom::IndependentEnter(const int64_t /*room_id*/, const ChatRoomIndependentEnterInfo& /*info*/) {
    return false;
}

bool ChatRoom::IndependentEnter2(const int64_t /*room_id*/, const ChatRoomIndependentEnterInfo& /*info*/,
                                 const NIMChatRoomConfigGetter /*config_getter*/) {
    return false;
}

bool ChatRoom::AnonymousEnter(const int64_t /*room_id*/, const ChatRoomAnoymityEnterInfo& /*anonymity_info*/,
                              const ChatRoomEnterInfo& /*info*/, const std::string& /*json_extension*/) {
    return false;
}

bool ChatRoom::AnonymousEnter2(const int64_t /*room_id*/, const ChatRoomAnoymityEnterInfo& /*anonymity_info*/,
                               const ChatRoomEnterInfo& /*info*/, const NIMChatRoomConfigGetter /*config_getter*/) {
    return false;
}

bool ChatRoom::Enter(const int64_t /*room_id*/, const std::string& /*request_login_data*/,
                     const ChatRoomEnterInfo& /*info*/, const std::string& /*json_extension*/) {
    return false;
}

void ChatRoom::Exit(const int64_t /*room_id*/, const std::string& /*json_extension*/) {}

NIMChatRoomLoginState ChatRoom::GetLoginState(const int64_t /*room_id*/, const std::string& /*json_extension*/) {
    return kNIMChatRoomLoginStateUnLogin;
}

void ChatRoom::SetMsgsBatchReport(bool /*set_batch*/, const std::string& /*json_extension*/) {}

void ChatRoom::SendMsg(const int64_t room_id, const std::string& json_msg, const std::string& /*json_extension*/) {
    const SendMsgAckCallback cb = acks().get();
    if (!cb) return;
    ChatRoomMessage message;
    message.room_id_ = room_id;
    message.client_msg_id_ = client_msg_id(json_msg);
    parlor::run_refusal(parlor::Side::Im, [cb, room_id, message] { cb(room_id, parlor::im::kNotSupported, message); });
}

std::string ChatRoom::CreateRoomMessage(const NIMChatRoomMsgType /*msg_type*/, const std::string& /*client_msg_id*/,
                                        const std::string& /*attach*/, const std::string& /*msg_body*/,
                                        const ChatRoomMessageSetting& /*msg_setting*/, int64_t /*timetag*/,
                                        int32_t /*msg_sub_type*/) {
    return std::string();
}

void ChatRoom::GetMembersOnlineAsync(const int64_t /*room_id*/, const ChatRoomGetMembersParameters& /*parameters*/,
                                     const GetMembersCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::GetMessageHistoryOnlineAsync(const int64_t /*room_id*/,
                                            const ChatRoomGetMsgHistoryParameters& /*parameters*/,
                                            const GetMsgHistoryCallback& callback,
                                            const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::SetMemberAttributeOnlineAsync(const int64_t /*room_id*/,
                                             const ChatRoomSetMemberAttributeParameters& /*parameters*/,
                                             const SetMemberAttributeCallback& callback,
                                             const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::GetInfoAsync(const int64_t /*room_id*/, const GetChatRoomInfoCallback& callback,
                            const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::GetMemberInfoByIDsAsync(const int64_t /*room_id*/, const std::list<std::string>& /*ids*/,
                                       const GetMembersCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::KickMemberAsync(const int64_t /*room_id*/, const std::string& /*id*/, const std::string& /*notify_ext*/,
                               const KickMemberCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::SetProxy(NIMChatRoomProxyType /*type*/, const std::string& /*host*/, int /*port*/,
                        const std::string& /*user*/, const std::string& /*password*/) {}

void ChatRoom::TempMuteMemberAsync(const int64_t /*room_id*/, const std::string& /*accid*/, const int64_t /*duration*/,
                                   bool /*need_notify*/, const std::string& /*notify_ext*/,
                                   const TempMuteMemberCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::UpdateRoomInfoAsync(const int64_t /*room_id*/, const ChatRoomInfo& /*info*/, bool /*need_notify*/,
                                   const std::string& /*notify_ext*/, const UpdateRoomInfoCallback& callback,
                                   const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::UpdateMyRoomRoleAsync(const int64_t /*room_id*/, const ChatRoomMemberInfo& /*info*/,
                                     bool /*need_notify*/, const std::string& /*notify_ext*/,
                                     const UpdateMyRoomRoleCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueueOfferAsync(const int64_t /*room_id*/, const ChatRoomQueueElement& /*element*/,
                               const QueueOfferCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueuePollAsync(const int64_t /*room_id*/, const std::string& /*element_key*/,
                              const QueuePollCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueueListAsync(const int64_t /*room_id*/, const QueueListCallback& callback,
                              const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueueHeaderAsync(const int64_t /*room_id*/, const QueueHeaderCallback& callback,
                                const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueueDropAsync(const int64_t /*room_id*/, const QueueDropCallback& callback,
                              const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::UnregChatroomCb() { acks().set(SendMsgAckCallback()); }

RobotInfos ChatRoom::QueryAllRobotInfosBlock(const int64_t /*room_id*/, const std::string& /*json_extension*/) {
    return RobotInfos();
}

RobotInfo ChatRoom::QueryRobotInfoByAccidBlock(const int64_t /*room_id*/, const std::string& /*accid*/,
                                               const std::string& /*json_extension*/) {
    return RobotInfo();
}

void ChatRoom::GetRobotInfoAsync(const int64_t /*room_id*/, const int64_t /*timetag*/,
                                 const RobotQueryCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

void ChatRoom::QueueBatchUpdateAsync(const int64_t /*room_id*/, const ChatRoomBatchMembers& /*batch_elements*/,
                                     bool /*need_notify*/, const std::string& /*notify_ext*/,
                                     const QueueBatchUpdateCallback& callback, const std::string& /*json_extension*/) {
    parlor::refuse_with_int(callback);
}

}  // namespace nim_chatroom
