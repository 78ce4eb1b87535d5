#pragma once

/// @file
/// Values of nim_cpp_talk.h.

#include "nim_msglog_def.h"

namespace nim {

/// Choices that travel with a message.
struct MessageSetting {
    BoolStatus resend_flag_ = BS_NOT_INIT;
    BoolStatus server_history_saved_ = BS_NOT_INIT;
    BoolStatus roaming_ = BS_NOT_INIT;
    BoolStatus self_sync_ = BS_NOT_INIT;
    BoolStatus need_push_ = BS_NOT_INIT;
    BoolStatus push_need_badge_ = BS_NOT_INIT;
    BoolStatus push_need_prefix_ = BS_NOT_INIT;
    BoolStatus routable_ = BS_NOT_INIT;
    BoolStatus need_offline_ = BS_NOT_INIT;
    Json push_payload_;
    std::string push_content_;
    Json server_ext_;
    std::string local_ext_;
    BoolStatus is_force_push_ = BS_NOT_INIT;
    std::list<std::string> force_push_ids_list_;
    std::string force_push_content_;
    BoolStatus anti_spam_enable_ = BS_NOT_INIT;
    std::string anti_spam_content_;
    std::string anti_apam_biz_id_;
    int anti_apam_using_yidun_ = 0;
    BoolStatus client_anti_spam_hitting_ = BS_NOT_INIT;
    BoolStatus team_msg_need_ack_ = BS_NOT_INIT;
    BoolStatus team_msg_ack_sent_ = BS_NOT_INIT;
    int team_msg_unread_count_ = 0;
    BoolStatus is_update_session_ = BS_NOT_INIT;
    std::string yidun_anti_cheating_;
    std::string env_config_;
};

/// Which message is answered, and which began the thread; times in milliseconds.
struct IMMessageThreadInfo {
    std::string reply_msg_from_account_;
    std::string reply_msg_to_account_;
    uint64_t reply_msg_time_ = 0;
    uint64_t reply_msg_id_server_ = 0;
    std::string reply_msg_id_client_;
    std::string thread_msg_from_account_;
    std::string thread_msg_to_account_;
    uint64_t thread_msg_time_ = 0;
    uint64_t thread_msg_id_server_ = 0;
    std::string thread_msg_id_client_;
    int deleted_ = 0;
};

/// One message; times in milliseconds.
struct IMMessage {
    NIMResCode rescode_ = kNIMResSuccess;
    NIMMessageFeature feature_ = kNIMMessageFeatureDefault;
    NIMSessionType session_type_ = kNIMSessionTypeP2P;
    std::string receiver_accid_;
    std::string sender_accid_;
    int64_t timetag_ = 0;
    std::string content_;
    NIMMessageType type_ = kNIMMessageTypeText;
    std::string attach_;
    std::string client_msg_id_;
    MessageSetting msg_setting_;
    std::string third_party_callback_ext_;
    int32_t sub_type_ = 0;
    std::string local_res_path_;
    std::string local_talk_id_;
    std::string local_res_id_;
    NIMMsgLogStatus status_ = kNIMMsgLogStatusNone;
    NIMMsgLogSubStatus sub_status_ = kNIMMsgLogSubStatusNone;
    IMMessageThreadInfo thread_info_;
    NIMClientType readonly_sender_client_type_ = kNIMClientTypeDefault;
    std::string readonly_sender_device_id_;
    std::string readonly_sender_nickname_;
    int64_t readonly_server_id_ = 0;
};

/// Attachment of a file message; size in bytes.
struct IMFile {
    std::string md5_;
    int64_t size_ = 0;
    std::string url_;
    std::string display_name_;
    std::string file_extension_;
    std::string msg_attachment_tag_;
};

/// Attachment of a picture message.
struct IMImage : IMFile {
    int width_ = 0;
    int height_ = 0;
};

/// Attachment of a location message.
struct IMLocation {
    std::string description_;
    double latitude_ = 0;
    double longitude_ = 0;
};

/// Attachment of a voice message; duration in milliseconds.
struct IMAudio : IMFile {
    int duration_ = 0;
};

/// Attachment of a video message; duration in milliseconds.
struct IMVideo : IMFile {
    int duration_ = 0;
    int width_ = 0;
    int height_ = 0;
};

/// Attachment of a robot message.
struct IMBotRobot {
    std::string robot_accid_;
    Json robot_msg_;
    std::string sub_type_;
    std::string client_msg_id_;
    bool out_msg_ = false;
};

/// What a recall may carry for people who are offline.
struct nim_talk_recall_extra_params {
    std::string apns_text_;
    std::string push_payload_const_;
    std::string json_extension_;
    std::string env_config_;
};

/// A message to all users of the app; time in milliseconds.
struct BroadcastMessage {
    std::string body_;
    int64_t time_ = 0;
    int64_t id_ = 0;
    std::string from_id_;
};

/// Answer to a sent message.
struct SendMessageArc {
    std::string talk_id_;
    std::string msg_id_;
    NIMResCode rescode_ = kNIMResSuccess;
    int64_t msg_timetag_ = 0;
    std::string third_party_callback_ext_;
};

/// A message that was taken back.
struct RecallMsgNotify {
    std::string from_id_;
    std::string to_id_;
    std::string msg_id_;
    std::string notify_;
    std::string from_nick_;
    std::string operator_id_;
    NIMSessionType session_type_ = kNIMSessionTypeP2P;
    int64_t notify_timetag_ = 0;
    NIMMessageFeature notify_feature_ = kNIMMessageFeatureDefault;
    bool msglog_exist_ = false;
    int64_t msglog_timetag_ = 0;
    std::string attach_;
    std::string callback_ext_;
};

}  // namespace nim
