#pragma once

/// @file
/// History of messages.

#include "nim_msglog_result_def.h"

namespace nim {

/// History of messages, local and on the server.
class NIM_SDK_CPPWRAPPER_DLL_API MsgLog {
public:
    using QueryMsgOnlineAsyncParam = nim::QueryMsgOnlineAsyncParam;
    using QueryMsgByKeywordOnlineParam = nim::QueryMsgByKeywordOnlineParam;
    using QueryMsgAsyncParam = nim::QueryMsgAsyncParam;
    using QueryThreadHistoryMsgAsyncParam = nim::QueryThreadHistoryMsgAsyncParam;
    using QueryMsgByOptionsAsyncParam = nim::QueryMsgByOptionsAsyncParam;

    typedef std::function<void(NIMResCode res_code, const std::string& id, NIMSessionType to_type,
                               const QueryMsglogResult& result)>
        QueryMsgCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& msg_id, const IMMessage& msg)>
        QuerySingleMsgCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& uid, NIMSessionType to_type)>
        ModifyMultipleMsglogCallback;
    typedef ModifyMultipleMsglogCallback BatchStatusReadCallback;
    typedef ModifyMultipleMsglogCallback BatchStatusDeleteCallback;
    typedef ModifyMultipleMsglogCallback DeleteBySessionTypeCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& msg_id)> ModifySingleMsglogCallback;
    typedef ModifySingleMsglogCallback SetStatusCallback;
    typedef ModifySingleMsglogCallback SetSubStatusCallback;
    typedef ModifySingleMsglogCallback UpdateLocalExtCallback;
    typedef ModifySingleMsglogCallback WriteMsglogCallback;
    typedef ModifySingleMsglogCallback DeleteCallback;
    typedef std::function<void(const DeleteMsglogSelfNotifyParam&)> DeleteMsglogSelfNotifyCallback;
    typedef std::function<void(NIMResCode res_code)> DBFunctionCallback;
    typedef std::function<void(NIMResCode res_code)> DeleteMsglogSelfCallback;
    typedef DBFunctionCallback DeleteAllCallback;
    typedef DBFunctionCallback DeleteMsgByTimeCallback;
    typedef std::function<void(int64_t imported_count, int64_t total_count)> ImportDbPrgCallback;
    typedef std::function<void(const MessageStatusChangedResult&)> MessageStatusChangedCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& accid)> DeleteHistoryOnLineAsyncCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& accid, NIMSessionType to_type, uint64_t time,
                               const std::string& ext)>
        DeleteHistoryOnLineAsyncExCallback;
    typedef std::function<void(const std::list<NIMDeleteSessionHistoryMessagesNotifyInfo>& info_list)>
        DeleteHistoryOnLineNotifyCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& client_id, bool is_root, int reply_count)>
        QueryMessageIsThreadRootAsyncCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& client_id, const IMMessage& msg)>
        QueryMessageOnlineCallback;
    typedef std::function<void(NIMResCode res_code, const IMMessage& root_msg, int total, uint64_t last_msg_time,
                               const std::list<IMMessage>& msg_list)>
        QueryThreadHistoryMsgCallback;

    static void UnregMsglogCb();
    static void RegDeleteMsglogSelfNotify(const DeleteMsglogSelfNotifyCallback& cb);
    static void RegDeleteHistoryMessagesNotify(const DeleteHistoryOnLineNotifyCallback& cb);

    // Reading
    static bool QueryMsgByIDAysnc(const std::string& client_msg_id, const QuerySingleMsgCallback& cb,
                                  const std::string& json_extension = "");
    static bool QueryMsgAsync(const std::string& account_id, NIMSessionType to_type, int limit_count,
                              int64_t anchor_msg_time, const QueryMsgCallback& cb,
                              const std::string& json_extension = "");
    static bool QueryMsgOnlineAsync(const QueryMsgOnlineAsyncParam& param, const QueryMsgCallback& cb);
    static bool QueryMsgOnlineAsync(const std::string& id, NIMSessionType to_type, int limit_count, int64_t from_time,
                                    int64_t end_time, int64_t end_msg_id, bool reverse, bool need_save_to_local,
                                    const QueryMsgCallback& cb, const std::string& json_extension = "");
    static bool QueryMsgByKeywordOnlineAsync(const MsgLog::QueryMsgByKeywordOnlineParam& param,
                                             const QueryMsgCallback& cb);
    static bool QueryMsgOfSpecifiedTypeInASessionAsync(NIMSessionType to_type, const std::string& id, int limit_count,
                                                       int64_t from_time, int64_t end_time,
                                                       const std::string& end_client_msg_id, bool reverse,
                                                       std::list<NIMMessageType> msg_type, const QueryMsgCallback& cb,
                                                       const std::string& json_extension = "");
    static bool QueryMsgByOptionsAsync(NIMMsgLogQueryRange query_range, const std::list<std::string>& ids,
                                       int limit_count, int64_t from_time, int64_t end_time,
                                       const std::string& end_client_msg_id, bool reverse, NIMMessageType msg_type,
                                       const std::string& search_content, const QueryMsgCallback& cb,
                                       const std::string& json_extension = "");
    static bool QueryMsgByOptionsAsyncEx(const QueryMsgByOptionsAsyncParam& param, const QueryMsgCallback& cb);

    // Marking
    static bool BatchStatusReadAsync(const std::string& account_id, NIMSessionType to_type,
                                     const BatchStatusReadCallback& cb, const std::string& json_extension = "");
    static bool BatchStatusDeleteAsync(const std::string& account_id, NIMSessionType to_type,
                                       const BatchStatusDeleteCallback& cb, const std::string& json_extension = "");
    static bool BatchStatusDeleteAsyncEx(const std::string& account_id, NIMSessionType to_type,
                                         bool revert_by_query_online, const BatchStatusDeleteCallback& cb,
                                         const std::string& json_extension = "");
    static bool SetStatusAsync(const std::string& msg_id, NIMMsgLogStatus msglog_status, const SetStatusCallback& cb,
                               const std::string& json_extension = "");
    static bool SetSubStatusAsync(const std::string& msg_id, NIMMsgLogSubStatus msglog_sub_status,
                                  const SetSubStatusCallback& cb, const std::string& json_extension = "");

    // Writing and deleting
    static bool WriteMsglogToLocalAsync(const std::string& talk_id, const IMMessage& msg, bool need_update_session,
                                        const WriteMsglogCallback& cb, const std::string& json_extension = "");
    static bool DeleteBySessionTypeAsync(bool delete_sessions, NIMSessionType to_type,
                                         const DeleteBySessionTypeCallback& cb, const std::string& json_extension = "");
    static bool DeleteBySessionTypeAsyncEx(bool delete_sessions, NIMSessionType to_type, bool revert_by_query_online,
                                           const DeleteBySessionTypeCallback& cb,
                                           const std::string& json_extension = "");
    static bool DeleteAsync(const std::string& session_id, NIMSessionType to_type, const std::string& msg_id,
                            const DeleteCallback& cb, const std::string& json_extension = "");
    static bool DeleteAllAsync(bool delete_sessions, const DeleteAllCallback& cb,
                               const std::string& json_extension = "");
    static bool DeleteAllAsyncEx(bool delete_sessions, bool revert_by_query_online, const DeleteAllCallback& cb,
                                 const std::string& json_extension = "");
    static bool DeleteMsgByTimeAsync(const std::string& session_id, NIMSessionType to_type, uint64_t timestamp1,
                                     uint64_t timestamp2, const DeleteMsgByTimeCallback& cb,
                                     const std::string& json_extension = "");
    static bool DeleteMsgByTimeAsyncEx(const std::string& session_id, NIMSessionType to_type,
                                       bool revert_by_query_online, uint64_t timestamp1, uint64_t timestamp2,
                                       const DeleteMsgByTimeCallback& cb, const std::string& json_extension = "");

    // Moving the local store
    static bool ExportDbAsync(const std::string& dst_path, const DBFunctionCallback& cb,
                              const std::string& json_extension = "");
    static bool ImportDbAsync(const std::string& src_path, const DBFunctionCallback& cb,
                              const ImportDbPrgCallback& prg_cb, const std::string& json_extension = "");

    // Receipts
    static void SendReceiptAsync(const std::string& json_msg, const MessageStatusChangedCallback& cb);
    static bool QuerySentMessageBeReaded(const IMMessage& msg);
    static bool QueryReceivedMsgReceiptSent(const IMMessage& msg);
    static void RegMessageStatusChangedCb(const MessageStatusChangedCallback& cb,
                                          const std::string& json_extension = "");
    static bool UpdateLocalExtAsync(const std::string& msg_id, const std::string& local_ext,
                                    const UpdateLocalExtCallback& cb, const std::string& json_extension = "");
    static void UnregMsgologCb();
    static bool ReadAllAsync(const DBFunctionCallback& cb, const std::string& json_extension = "");

    // Backup on the server
    static bool ExportBackupToRemote(const LogsBackupExportInfo& export_info);
    static bool ImportBackupFromRemote(const LogsBackupImportInfo& import_info);
    static void CancelImportBackupFromRemote();
    static void CancelExportBackupToRemote();

    // Deleting on the server
    static void DeleteHistoryOnlineAsync(const std::string& accid, bool delete_roaming,
                                         const std::string& json_extension, const DeleteHistoryOnLineAsyncCallback& cb);
    static void DeleteHistoryOnlineAsync(const std::string& accid, NIMSessionType to_type, bool notify_self,
                                         const std::string& ext, const DeleteHistoryOnLineAsyncExCallback& cb);
    static void DeleteMessageSelfAsync(const IMMessage& msg, const std::string ext, const DeleteMsglogSelfCallback& cb);
    static void DeleteMessageSelfAsync(const std::list<std::tuple<IMMessage, std::string>>& msgs,
                                       const DeleteMsglogSelfCallback& cb);

    // Threads
    static void QueryMessageIsThreadRoot(const std::string msg_client_id,
                                         const QueryMessageIsThreadRootAsyncCallback& cb);
    static void QueryMessageOnline(const QueryMsgAsyncParam& param, const QueryMessageOnlineCallback& cb);
    static void QueryThreadHistoryMsg(const IMMessage& msg, const QueryThreadHistoryMsgAsyncParam& param,
                                      const QueryThreadHistoryMsgCallback& cb);
};

}  // namespace nim
