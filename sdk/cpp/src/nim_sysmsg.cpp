#include "nim_cpp_sysmsg.h"

#include "refuse.h"

namespace nim {

namespace {

parlor::Registered<SystemMsg::SendCustomSysmsgCallback>& acks() {
    static auto* const acks = new parlor::Registered<SystemMsg::SendCustomSysmsgCallback>;
    return *acks;
}

/// The id that the app gave a message; empty when `json_msg` is no message.
std::string client_msg_id(const std::string& json_msg) {
    nim::Json message;
    nim::Json::parse(json_msg, message);
    return message.get("client_msg_id").asString();
}

}  // namespace

void SystemMsg::RegSysmsgCb(const ReceiveSysmsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void SystemMsg::RegSendCustomSysmsgCb(const SendCustomSysmsgCallback& cb, const std::string& /*json_extension*/) {
    acks().set(cb);
}

void SystemMsg::SendCustomNotificationMsg(const std::string& json_msg) {
    const SendCustomSysmsgCallback cb = acks().get();
    if (!cb) return;
    SendMessageArc ack;
    ack.msg_id_ = client_msg_id(json_msg);
    ack.rescode_ = static_cast<NIMResCode>(parlor::im::kNotSupported);
    parlor::run_refusal(parlor::Side::Im, [cb, ack] { cb(ack); });
}

std::string SystemMsg::CreateCustomNotificationMsg(const std::string& /*receiver_id*/, const NIMSysMsgType /*type*/,
                                                   const std::string& /*client_msg_id*/, const std::string& /*content*/,
                                                   const SysMessageSetting& /*msg_setting*/, int64_t /*timetag*/) {
    return std::string();
}

bool SystemMsg::QueryMsgAsync(int /*limit_count*/, int64_t /*last_time*/, const QueryMsgCallback& cb,
                              const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void SystemMsg::QueryUnreadCount(const QuerySysmsgUnreadCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool SystemMsg::SetStatusAsync(int64_t /*msg_id*/, NIMSysMsgStatus /*status*/, const SetStatusCallback& cb,
                               const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void SystemMsg::ReadAllAsync(const ReadAllCallback& cb, const std::string& /*json_extension*/) { parlor::refuse(cb); }

bool SystemMsg::DeleteAsync(int64_t /*msg_id*/, const DeleteCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void SystemMsg::DeleteAllAsync(const DeleteAllCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void SystemMsg::SetStatusByTypeAsync(NIMSysMsgType /*type*/, NIMSysMsgStatus /*status*/, const BatchSetCallback& cb,
                                     const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void SystemMsg::DeleteByTypeAsync(NIMSysMsgType /*type*/, const BatchSetCallback& cb,
                                  const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void SystemMsg::UnregSysmsgCb() { acks().set(SendCustomSysmsgCallback()); }

}  // namespace nim
