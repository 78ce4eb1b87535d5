#include "nim_cpp_msglog.h"

#include "refuse.h"

namespace nim {

const AllMessageTypeList QueryMsgOnlineAsyncParam::AllMsgTypeList = {
    kNIMMessageTypeText,     kNIMMessageTypeImage,        kNIMMessageTypeAudio, kNIMMessageTypeVideo,
    kNIMMessageTypeLocation, kNIMMessageTypeNotification, kNIMMessageTypeFile,  kNIMMessageTypeTips,
    kNIMMessageTypeRobot,    kNIMMessageTypeG2NetCall,    kNIMMessageTypeCustom};

void MsgLog::UnregMsglogCb() {}

void MsgLog::RegDeleteMsglogSelfNotify(const DeleteMsglogSelfNotifyCallback& /*cb*/) {}

void MsgLog::RegDeleteHistoryMessagesNotify(const DeleteHistoryOnLineNotifyCallback& /*cb*/) {}

bool MsgLog::QueryMsgByIDAysnc(const std::string& /*client_msg_id*/, const QuerySingleMsgCallback& cb,
                               const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgAsync(const std::string& /*account_id*/, NIMSessionType /*to_type*/, int /*limit_count*/,
                           int64_t /*anchor_msg_time*/, const QueryMsgCallback& cb,
                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgOnlineAsync(const QueryMsgOnlineAsyncParam& /*param*/, const QueryMsgCallback& cb) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgOnlineAsync(const std::string& /*id*/, NIMSessionType /*to_type*/, int /*limit_count*/,
                                 int64_t /*from_time*/, int64_t /*end_time*/, int64_t /*end_msg_id*/, bool /*reverse*/,
                                 bool /*need_save_to_local*/, const QueryMsgCallback& cb,
                                 const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgByKeywordOnlineAsync(const MsgLog::QueryMsgByKeywordOnlineParam& /*param*/,
                                          const QueryMsgCallback& cb) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgOfSpecifiedTypeInASessionAsync(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                                    int /*limit_count*/, int64_t /*from_time*/, int64_t /*end_time*/,
                                                    const std::string& /*end_client_msg_id*/, bool /*reverse*/,
                                                    std::list<NIMMessageType> /*msg_type*/, const QueryMsgCallback& cb,
                                                    const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgByOptionsAsync(NIMMsgLogQueryRange /*query_range*/, const std::list<std::string>& /*ids*/,
                                    int /*limit_count*/, int64_t /*from_time*/, int64_t /*end_time*/,
                                    const std::string& /*end_client_msg_id*/, bool /*reverse*/,
                                    NIMMessageType /*msg_type*/, const std::string& /*search_content*/,
                                    const QueryMsgCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::QueryMsgByOptionsAsyncEx(const QueryMsgByOptionsAsyncParam& /*param*/, const QueryMsgCallback& cb) {
    return parlor::refuse(cb);
}

bool MsgLog::BatchStatusReadAsync(const std::string& /*account_id*/, NIMSessionType /*to_type*/,
                                  const BatchStatusReadCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::BatchStatusDeleteAsync(const std::string& /*account_id*/, NIMSessionType /*to_type*/,
                                    const BatchStatusDeleteCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::BatchStatusDeleteAsyncEx(const std::string& /*account_id*/, NIMSessionType /*to_type*/,
                                      bool /*revert_by_query_online*/, const BatchStatusDeleteCallback& cb,
                                      const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::SetStatusAsync(const std::string& /*msg_id*/, NIMMsgLogStatus /*msglog_status*/,
                            const SetStatusCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::SetSubStatusAsync(const std::string& /*msg_id*/, NIMMsgLogSubStatus /*msglog_sub_status*/,
                               const SetSubStatusCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::WriteMsglogToLocalAsync(const std::string& /*talk_id*/, const IMMessage& /*msg*/,
                                     bool /*need_update_session*/, const WriteMsglogCallback& cb,
                                     const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteBySessionTypeAsync(bool /*delete_sessions*/, NIMSessionType /*to_type*/,
                                      const DeleteBySessionTypeCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteBySessionTypeAsyncEx(bool /*delete_sessions*/, NIMSessionType /*to_type*/,
                                        bool /*revert_by_query_online*/, const DeleteBySessionTypeCallback& cb,
                                        const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteAsync(const std::string& /*session_id*/, NIMSessionType /*to_type*/, const std::string& /*msg_id*/,
                         const DeleteCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteAllAsync(bool /*delete_sessions*/, const DeleteAllCallback& cb,
                            const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteAllAsyncEx(bool /*delete_sessions*/, bool /*revert_by_query_online*/, const DeleteAllCallback& cb,
                              const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteMsgByTimeAsync(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                  uint64_t /*timestamp1*/, uint64_t /*timestamp2*/, const DeleteMsgByTimeCallback& cb,
                                  const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::DeleteMsgByTimeAsyncEx(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                    bool /*revert_by_query_online*/, uint64_t /*timestamp1*/, uint64_t /*timestamp2*/,
                                    const DeleteMsgByTimeCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::ExportDbAsync(const std::string& /*dst_path*/, const DBFunctionCallback& cb,
                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::ImportDbAsync(const std::string& /*src_path*/, const DBFunctionCallback& cb,
                           const ImportDbPrgCallback& /*prg_cb*/, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void MsgLog::SendReceiptAsync(const std::string& /*json_msg*/, const MessageStatusChangedCallback& cb) {
    parlor::refuse(cb);
}

bool MsgLog::QuerySentMessageBeReaded(const IMMessage& /*msg*/) { return false; }

bool MsgLog::QueryReceivedMsgReceiptSent(const IMMessage& /*msg*/) { return false; }

void MsgLog::RegMessageStatusChangedCb(const MessageStatusChangedCallback& /*cb*/,
                                       const std::string& /*json_extension*/) {}

bool MsgLog::UpdateLocalExtAsync(const std::string& /*msg_id*/, const std::string& /*local_ext*/,
                                 const UpdateLocalExtCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void MsgLog::UnregMsgologCb() {}

bool MsgLog::ReadAllAsync(const DBFunctionCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool MsgLog::ExportBackupToRemote(const LogsBackupExportInfo& /*export_info*/) { return false; }

bool MsgLog::ImportBackupFromRemote(const LogsBackupImportInfo& /*import_info*/) { return false; }

void MsgLog::CancelImportBackupFromRemote() {}

void MsgLog::CancelExportBackupToRemote() {}

void MsgLog::DeleteHistoryOnlineAsync(const std::string& /*accid*/, bool /*delete_roaming*/,
                                      const std::string& /*json_extension*/,
                                      const DeleteHistoryOnLineAsyncCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::DeleteHistoryOnlineAsync(const std::string& /*accid*/, NIMSessionType /*to_type*/, bool /*notify_self*/,
                                      const std::string& /*ext*/, const DeleteHistoryOnLineAsyncExCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::DeleteMessageSelfAsync(const IMMessage& /*msg*/, const std::string /*ext*/,
                                    const DeleteMsglogSelfCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::DeleteMessageSelfAsync(const std::list<std::tuple<IMMessage, std::string>>& /*msgs*/,
                                    const DeleteMsglogSelfCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::QueryMessageIsThreadRoot(const std::string /*msg_client_id*/,
                                      const QueryMessageIsThreadRootAsyncCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::QueryMessageOnline(const QueryMsgAsyncParam& /*param*/, const QueryMessageOnlineCallback& cb) {
    parlor::refuse(cb);
}

void MsgLog::QueryThreadHistoryMsg(const IMMessage& /*msg*/, const QueryThreadHistoryMsgAsyncParam& /*param*/,
                                   const QueryThreadHistoryMsgCallback& cb) {
    parlor::refuse(cb);
}

}  // namespace nim
