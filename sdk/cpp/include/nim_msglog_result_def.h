#pragma once

/// @file
/// Values of nim_cpp_msglog.h.

#include "nim_talk_def.h"

namespace nim {

/// Messages found in history.
struct QueryMsglogResult {
    int count_ = 0;
    NIMMsglogQuerySource source_ = kNIMMsglogQuerySourceLocal;
    std::list<IMMessage> msglogs_;
};

/// One message deleted by one of this account's other devices.
struct DeleteMsglogSelfNotifyItemInfo {
    std::string session_id_;
    std::string client_id_;
    std::string ext_;
};

/// Messages deleted by one of this account's other devices.
struct DeleteMsglogSelfNotifyParam {
    std::list<DeleteMsglogSelfNotifyItemInfo> item_list;
};

/// Up to when a conversation was read by the other side.
struct MessageStatusChanged {
    NIMMsgLogStatus status_ = kNIMMsgLogStatusNone;
    std::string talk_id_;
    int64_t msg_timetag_ = 0;
};

/// Read marks that changed.
struct MessageStatusChangedResult {
    NIMResCode rescode_ = kNIMResSuccess;
    std::list<MessageStatusChanged> results_;
};

/// A conversation whose history was deleted on the server; time in milliseconds.
struct NIMDeleteSessionHistoryMessagesNotifyInfo {
    std::string id_;
    NIMSessionType to_type_ = kNIMSessionTypeP2P;
    uint64_t time_ = 0;
    std::string ext_;
};

/// How a backup of the history is written to the server.
struct LogsBackupExportInfo {
    std::string remoteUrl;
    std::string encryptKey;
    std::function<bool(const IMMessage&)> pathFilter;  ///< false leaves a message out
    std::function<void(float)> progressCallback;       ///< 0 to 1
    std::function<void(NIMResCode, const std::string&)> completeCallback;
};

/// How a backup of the history is read from the server.
struct LogsBackupImportInfo {
    std::string encryptKey;
    std::function<void(float)> progressCallback;  ///< 0 to 1
    std::function<void(NIMResCode, const std::string&)> completeCallback;
};

/// A list of message kinds.
using AllMessageTypeList = std::vector<NIMMessageType>;

/// Which part of the history on the server; times in milliseconds.
struct NIM_SDK_CPPWRAPPER_DLL_API QueryMsgOnlineAsyncParam {
    std::string id_;
    NIMSessionType to_type_ = kNIMSessionTypeP2P;
    int limit_count_ = 0;
    int64_t from_time_ = 0;
    int64_t end_time_ = 0;
    int64_t end_msg_id_ = 0;
    bool reverse_ = false;
    bool need_save_to_local_ = false;
    bool auto_download_attachment_ = false;
    std::vector<NIMMessageType> msg_type_list_;
    bool is_exclusion_type_ = false;
    static const AllMessageTypeList AllMsgTypeList;
    std::string json_extension_;
};

/// What to search on the server; times in milliseconds.
struct QueryMsgByKeywordOnlineParam {
    std::string id_;
    std::string keyword_;
    NIMSessionType to_type_ = kNIMSessionTypeP2P;
    int limit_count_ = 0;
    int64_t from_time_ = 0;
    int64_t end_time_ = 0;
    bool reverse_ = false;
    std::string json_extension_;
};

/// Which single message.
struct QueryMsgAsyncParam {
    NIMSessionType to_type_ = kNIMSessionTypeP2P;
    std::string from_account;
    std::string to_account;
    int64_t server_id = 0;
    std::string client_id;
    int64_t time = 0;
};

/// Which part of a thread; times in milliseconds.
struct QueryThreadHistoryMsgAsyncParam {
    int64_t from_time = 0;
    int64_t to_time = 0;
    int64_t exclude_msg_id = 0;
    int32_t limit = 0;
    int32_t reverse = 0;
};

/// What to search in the local history; times in milliseconds.
struct QueryMsgByOptionsAsyncParam {
    NIMMsgLogQueryRange query_range_ = kNIMMsgLogQueryRangeP2P;
    std::list<std::string> ids_;
    int limit_count_ = 0;
    int64_t from_time_ = 0;
    int64_t end_time_ = 0;
    std::string end_client_msg_id_;
    bool reverse_ = false;
    NIMMessageType msg_type_ = kNIMMessageTypeText;
    int32_t msg_sub_type_ = 0;
    std::string search_content_;
};

}  // namespace nim
