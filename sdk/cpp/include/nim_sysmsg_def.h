#pragma once

/// @file
/// Values of nim_cpp_sysmsg.h.

#include "nim_msglog_def.h"

namespace nim {

/// State of a system message.
enum NIMSysMsgStatus {
    kNIMSysMsgStatusNone = 0,
    kNIMSysMsgStatusPass = 1,
    kNIMSysMsgStatusDecline = 2,
    kNIMSysMsgStatusRead = 3,
    kNIMSysMsgStatusDeleted = 4,
    kNIMSysMsgStatusInvalid = 5,
};

/// Kind of a system message.
enum NIMSysMsgType {
    kNIMSysMsgTypeTeamApply = 0,
    kNIMSysMsgTypeTeamReject = 1,
    kNIMSysMsgTypeTeamInvite = 2,
    kNIMSysMsgTypeTeamInviteReject = 3,
    kNIMSysMsgTypeFriendAdd = 5,
    kNIMSysMsgTypeFriendDel = 6,
    kNIMSysMsgTypeCustomP2PMsg = 100,
    kNIMSysMsgTypeCustomTeamMsg = 101,
    kNIMSysMsgTypeCustomSuperTeamMsg = 103,
    kNIMSysMsgTypeUnknown = 1000,
};

/// Choices that travel with a system message.
struct SysMessageSetting {
    BoolStatus need_push_ = BS_NOT_INIT;
    BoolStatus push_need_badge_ = BS_NOT_INIT;
    BoolStatus push_need_prefix_ = BS_NOT_INIT;
    BoolStatus need_offline_ = BS_NOT_INIT;
    Json push_payload_;
    std::string push_content_;
    BoolStatus anti_spam_enable_ = BS_NOT_INIT;
    std::string anti_spam_content_;
    std::string env_config_;
};

/// One system message; time in milliseconds.
struct SysMessage {
    int64_t timetag_ = 0;
    NIMSysMsgType type_ = kNIMSysMsgTypeTeamApply;
    std::string receiver_accid_;
    std::string sender_accid_;
    std::string content_;
    std::string attach_;
    int64_t id_ = 0;
    NIMSysMsgStatus status_ = kNIMSysMsgStatusNone;
    SysMessageSetting msg_setting_;
    NIMResCode rescode_ = kNIMResSuccess;
    NIMMessageFeature feature_ = kNIMMessageFeatureDefault;
    int total_unread_count_ = 0;
    std::string client_msg_id_;
    std::string callbac_ext_;
};

}  // namespace nim
