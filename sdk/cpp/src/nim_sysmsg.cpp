#include "nim_cpp_sysmsg.h"

#include "refuse.h"

namespace nim {

void SystemMsg::RegSysmsgCb(const ReceiveSysmsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void SystemMsg::RegSendCustomSysmsgCb(const SendCustomSysmsgCallback& /*cb*/, const std::string& /*json_extension*/) {}

void SystemMsg::SendCustomNotificationMsg(const std::string& /*json_msg*/) {}

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

void SystemMsg::UnregSysmsgCb() {}

}  // namespace nim
