#pragma once

/// @file
/// Values of nim_cpp_session.h.

#include "nim_msglog_def.h"

namespace nim {

/// What happened to a conversation.
enum NIMSessionCommand {
    kNIMSessionCommandAdd = 0,
    kNIMSessionCommandRemove = 1,
    kNIMSessionCommandRemoveAll = 2,
    kNIMSessionCommandRemoveAllP2P = 3,
    kNIMSessionCommandRemoveAllTeam = 4,
    kNIMSessionCommandMsgDeleted = 5,
    kNIMSessionCommandAllMsgDeleted = 6,
    kNIMSessionCommandAllP2PMsgDeleted = 7,
    kNIMSessionCommandAllTeamMsgDeleted = 8,
    kNIMSessionCommandUpdate = 9,
    kNIMSessionCommandRemoveAllSuperTeam = 10,
    kNIMSessionCommandAllSuperTeamMsgDeleted = 11,
};

/// A conversation kept on top; times in milliseconds.
struct StickTopSessionInfo {
    bool top_ = false;
    std::string id_;
    NIMSessionType type_ = kNIMSessionTypeP2P;
    std::string ext_;
    int64_t create_time_ = 0;
    int64_t update_time_ = 0;
};

/// One conversation with its last message.
struct SessionData {
    std::string id_;
    NIMSessionType type_ = kNIMSessionTypeP2P;
    int unread_count_ = 0;
    NIMSessionCommand command_ = kNIMSessionCommandAdd;
    std::string msg_id_;
    std::string msg_sender_accid_;
    int64_t msg_timetag_ = 0;
    NIMMessageType msg_type_ = kNIMMessageTypeText;
    std::string msg_content_;
    std::string msg_attach_;
    NIMMsgLogStatus msg_status_ = kNIMMsgLogStatusNone;
    NIMMsgLogSubStatus msg_sub_status_ = kNIMMsgLogSubStatusNone;
    bool last_updated_msg_ = false;
    bool placed_on_top_ = false;
    std::string extend_data_;
    bool is_robot_session_ = false;
    StickTopSessionInfo stick_top_info_;
};

/// Conversations found.
struct SessionDataList {
    int count_ = 0;
    int unread_count_ = 0;
    std::list<SessionData> sessions_;
};

/// A conversation kept on top, with its last message.
struct StickTopSession {
    StickTopSessionInfo stick_top_info_;
    SessionData session_data_;
};

/// A conversation whose unread count is reset.
struct MultiUnreadCountZeroInfo {
    std::string id_;
    NIMSessionType type_ = kNIMSessionTypeP2P;
};

/// All conversations kept on top.
struct StickTopSessionList {
    std::list<StickTopSession> sessions_;
};

/// Whether the server has more of a conversation's history than this device; time in milliseconds.
struct SessionRoamMsgHasMoreTagInfo {
    std::string session_id_;
    NIMSessionType session_type_ = kNIMSessionTypeP2P;
    int64_t timetag_ = 0;
    int64_t server_msg_id_ = 0;
};

}  // namespace nim
