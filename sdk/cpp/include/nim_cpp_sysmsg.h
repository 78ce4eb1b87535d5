#pragma once

/// @file
/// System messages and custom notifications.

#include "nim_sysmsg_def.h"
#include "nim_talk_def.h"

namespace nim {

/// System messages and custom notifications.
class NIM_SDK_CPPWRAPPER_DLL_API SystemMsg {
public:
    typedef std::function<void(const SysMessage&)> ReceiveSysmsgCallback;
    typedef std::function<void(const SendMessageArc&)> SendCustomSysmsgCallback;
    typedef std::function<void(int count, int unread_count, const std::list<SysMessage>& result)> QueryMsgCallback;
    typedef std::function<void(NIMResCode res_code, int unread_count)> NotifySysmsgResCallback;
    typedef NotifySysmsgResCallback QuerySysmsgUnreadCallback;
    typedef NotifySysmsgResCallback ReadAllCallback;
    typedef NotifySysmsgResCallback DeleteAllCallback;
    typedef NotifySysmsgResCallback BatchSetCallback;
    typedef std::function<void(NIMResCode res_code, int64_t msg_id, int unread_count)> NotifySingleSysmsgCallback;
    typedef NotifySingleSysmsgCallback SetStatusCallback;
    typedef NotifySingleSysmsgCallback DeleteCallback;

    static void RegSysmsgCb(const ReceiveSysmsgCallback& cb, const std::string& json_extension = "");
    static void RegSendCustomSysmsgCb(const SendCustomSysmsgCallback& cb, const std::string& json_extension = "");
    static void SendCustomNotificationMsg(const std::string& json_msg);
    static std::string CreateCustomNotificationMsg(const std::string& receiver_id, const NIMSysMsgType type,
                                                   const std::string& client_msg_id, const std::string& content,
                                                   const SysMessageSetting& msg_setting, int64_t timetag = 0);
    static bool QueryMsgAsync(int limit_count, int64_t last_time, const QueryMsgCallback& cb,
                              const std::string& json_extension = "");
    static void QueryUnreadCount(const QuerySysmsgUnreadCallback& cb, const std::string& json_extension = "");
    static bool SetStatusAsync(int64_t msg_id, NIMSysMsgStatus status, const SetStatusCallback& cb,
                               const std::string& json_extension = "");
    static void ReadAllAsync(const ReadAllCallback& cb, const std::string& json_extension = "");
    static bool DeleteAsync(int64_t msg_id, const DeleteCallback& cb, const std::string& json_extension = "");
    static void DeleteAllAsync(const DeleteAllCallback& cb, const std::string& json_extension = "");
    static void SetStatusByTypeAsync(NIMSysMsgType type, NIMSysMsgStatus status, const BatchSetCallback& cb,
                                     const std::string& json_extension = "");
    static void DeleteByTypeAsync(NIMSysMsgType type, const BatchSetCallback& cb,
                                  const std::string& json_extension = "");
    static void UnregSysmsgCb();
};

}  // namespace nim
