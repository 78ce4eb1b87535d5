#include "nim_cpp_talk.h"

#include "refuse.h"

namespace nim {

namespace {

parlor::Registered<Talk::SendMsgAckCallback>& acks() {
    static auto* const acks = new parlor::Registered<Talk::SendMsgAckCallback>;
    return *acks;
}

/// The id that the app gave a message; empty when `json_msg` is no message.
std::string client_msg_id(const std::string& json_msg) {
    nim::Json message;
    nim::Json::parse(json_msg, message);
    return message.get("client_msg_id").asString();
}

}  // namespace

void Talk::RegSendMsgCb(const SendMsgAckCallback& cb, const std::string& /*json_extension*/) { acks().set(cb); }

void Talk::SendMsg(const std::string& json_msg, const std::string& /*json_extension*/, FileUpPrgCallback* /*pcb*/) {
    const SendMsgAckCallback cb = acks().get();
    if (!cb) return;
    SendMessageArc ack;
    ack.msg_id_ = client_msg_id(json_msg);
    ack.rescode_ = static_cast<NIMResCode>(parlor::im::kNotSupported);
    parlor::run_refusal(parlor::Side::Im, [cb, ack] { cb(ack); });
}

bool Talk::StopSendMsg(const std::string& /*client_msg_id*/, const NIMMessageType& /*type*/,
                       const std::string& /*json_extension*/) {
    return false;
}

void Talk::RegReceiveCb(const ReceiveMsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void Talk::RegReceiveMessagesCb(const ReceiveMsgsCallback& /*cb*/, const std::string& /*json_extension*/) {}

std::string Talk::CreateTextMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                    const std::string& /*client_msg_id*/, const std::string& /*content*/,
                                    const MessageSetting& /*msg_setting*/, int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateImageMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                     const std::string& /*client_msg_id*/, const IMImage& /*image*/,
                                     const std::string& /*file_path*/, const MessageSetting& /*msg_setting*/,
                                     int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateFileMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                    const std::string& /*client_msg_id*/, const IMFile& /*file*/,
                                    const std::string& /*file_path*/, const MessageSetting& /*msg_setting*/,
                                    int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateAudioMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                     const std::string& /*client_msg_id*/, const IMAudio& /*audio*/,
                                     const std::string& /*file_path*/, const MessageSetting& /*msg_setting*/,
                                     int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateVideoMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                     const std::string& /*client_msg_id*/, const IMVideo& /*video*/,
                                     const std::string& /*file_path*/, const MessageSetting& /*msg_setting*/,
                                     int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateLocationMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                        const std::string& /*client_msg_id*/, const IMLocation& /*location*/,
                                        const MessageSetting& /*msg_setting*/, int64_t /*timetag*/,
                                        int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateTipMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                   const std::string& /*client_msg_id*/, const std::string& /*tip_content*/,
                                   const MessageSetting& /*msg_setting*/, int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateBotRobotMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                        const std::string& /*client_msg_id*/, const std::string& /*content*/,
                                        const IMBotRobot& /*bot_msg*/, const MessageSetting& /*msg_setting*/,
                                        int64_t /*timetag*/, int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateG2NetCallMessage(const std::string& /*receiver_id*/, const NIMSessionType /*session_type*/,
                                         const std::string& /*client_msg_id*/, const std::string& /*msg_attach*/,
                                         const MessageSetting& /*msg_setting*/, int64_t /*timetag*/,
                                         int32_t /*sub_type*/) {
    return std::string();
}

std::string Talk::CreateRetweetMessage(const std::string& /*src_msg_json*/, const std::string& /*client_msg_id*/,
                                       const NIMSessionType /*retweet_to_session_type*/,
                                       const std::string& /*retweet_to_session_id*/,
                                       const MessageSetting& /*msg_setting*/, int64_t /*timetag*/) {
    return std::string();
}

bool Talk::ParseIMMessage(const std::string& /*json_msg*/, IMMessage& /*msg*/) { return false; }

bool Talk::ParseImageMessageAttach(const IMMessage& /*msg*/, IMImage& /*image*/) { return false; }

bool Talk::ParseFileMessageAttach(const IMMessage& /*msg*/, IMFile& /*file*/) { return false; }

bool Talk::ParseAudioMessageAttach(const IMMessage& /*msg*/, IMAudio& /*audio*/) { return false; }

bool Talk::ParseVideoMessageAttach(const IMMessage& /*msg*/, IMVideo& /*video*/) { return false; }

bool Talk::ParseLocationMessageAttach(const IMMessage& /*msg*/, IMLocation& /*location*/) { return false; }

bool Talk::ParseBotRobotMessageAttach(const IMMessage& /*msg*/, IMBotRobot& /*robot_msg*/) { return false; }

void Talk::UnregTalkCb() { acks().set(SendMsgAckCallback()); }

void Talk::RegTeamNotificationFilter(const TeamNotificationFilter& /*filter*/, const std::string& /*json_extension*/) {}

void Talk::RegMessageFilter(const MessageFilter& /*filter*/, const std::string& /*json_extension*/) {}

void Talk::RegRecallMsgsCallback(const RecallMsgsCallback& /*cb*/, const std::string& /*json_extension*/) {}

void Talk::RecallMsg(const IMMessage& /*msg*/, const std::string& /*notify*/, const RecallMsgsCallback& cb,
                     const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Talk::RecallMsg2(const IMMessage& /*msg*/, const std::string& /*notify*/, const RecallMsgsCallback& cb,
                      const std::string& /*apnstext*/, const std::string& /*pushpayloadconst*/,
                      const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Talk::RecallMsgEx(const IMMessage& /*msg*/, const std::string& /*notify*/, const RecallMsgsCallback& cb,
                       nim_talk_recall_extra_params& /*extra_param*/) {
    parlor::refuse(cb);
}

std::string Talk::GetAttachmentPathFromMsg(const IMMessage& /*msg*/) { return std::string(); }

void Talk::RegReceiveBroadcastMsgCb(const ReceiveBroadcastMsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void Talk::RegReceiveBroadcastMsgsCb(const ReceiveBroadcastMsgsCallback& /*cb*/,
                                     const std::string& /*json_extension*/) {}

void Talk::ReplyMessage(const IMMessage& /*msg*/, const std::string& /*json_reply_msg*/,
                        FileUpPrgCallback* /*prg_cb*/) {}

}  // namespace nim
