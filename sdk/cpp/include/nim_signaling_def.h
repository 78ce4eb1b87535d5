#pragma once

/// @file
/// Values of nim_cpp_signaling.h.

#include "nim_sdk_def.h"

namespace nim {

/// What a signalling channel is for.
enum NIMSignalingType {
    kNIMSignalingTypeAudio = 1,
    kNIMSignalingTypeVideo = 2,
    kNIMSignalingTypeCustom = 3,
};

/// What happened in a signalling channel.
enum NIMSignalingEventType {
    kNIMSignalingEventTypeClose = 1,
    kNIMSignalingEventTypeJoin = 2,
    kNIMSignalingEventTypeInvite = 3,
    kNIMSignalingEventTypeCancelInvite = 4,
    kNIMSignalingEventTypeReject = 5,
    kNIMSignalingEventTypeAccept = 6,
    kNIMSignalingEventTypeLeave = 7,
    kNIMSignalingEventTypeCtrl = 8,
};

/// A signalling channel; times in milliseconds.
struct SignalingChannelInfo {
    NIMSignalingType channel_type_ = kNIMSignalingTypeAudio;
    std::string channel_name_;
    std::string channel_id_;
    std::string channel_ext_;
    uint64_t create_timestamp_ = 0;
    uint64_t expire_timestamp_ = 0;
    std::string creator_id_;
    bool invalid_ = false;
};

/// A member of a signalling channel; times in milliseconds.
struct SignalingMemberInfo {
    std::string account_id_;
    int64_t uid_ = 0;
    uint64_t create_timestamp_ = 0;
    uint64_t expire_timestamp_ = 0;
};

/// A signalling channel with its members.
struct SignalingChannelDetailedinfo {
    SignalingChannelInfo channel_info_;
    std::list<SignalingMemberInfo> members_;
};

/// How an offline person is told of a call.
struct SignalingPushInfo {
    bool need_push_ = false;
    std::string push_title_;
    std::string push_content_;
    std::string push_payload_;
    bool need_badge_ = false;
};

/// Something that happened in a signalling channel; time in milliseconds.
struct SignalingNotifyInfo {
    NIMSignalingEventType event_type_ = kNIMSignalingEventTypeClose;
    SignalingChannelInfo channel_info_;
    std::string from_account_id_;
    std::string custom_info_;
    uint64_t timestamp_ = 0;

    virtual ~SignalingNotifyInfo() = default;
};

/// Somebody joined.
struct SignalingNotifyInfoJoin : SignalingNotifyInfo {
    SignalingMemberInfo member_;
};

/// Somebody is called.
struct SignalingNotifyInfoInvite : SignalingNotifyInfo {
    std::string to_account_id_;
    std::string request_id_;
    SignalingPushInfo push_info_;
};

/// A call was taken back.
struct SignalingNotifyInfoCancelInvite : SignalingNotifyInfo {
    std::string to_account_id_;
    std::string request_id_;
};

/// A call was refused.
struct SignalingNotifyInfoReject : SignalingNotifyInfo {
    std::string to_account_id_;
    std::string request_id_;
};

/// A call was accepted.
struct SignalingNotifyInfoAccept : SignalingNotifyInfo {
    std::string to_account_id_;
    std::string request_id_;
};

/// What all answers of signalling have in common; the request tells which one it is.
struct SignalingResParam {
    virtual ~SignalingResParam() = default;
};

/// What to create.
struct SignalingCreateParam {
    NIMSignalingType channel_type_ = kNIMSignalingTypeAudio;
    std::string channel_name_;
    std::string channel_ext_;
};

/// What was created.
struct SignalingCreateResParam : SignalingResParam {
    SignalingChannelInfo channel_info_;
};

/// What to close.
struct SignalingCloseParam {
    std::string channel_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
};

/// What was closed.
using SignalingCloseResParam = SignalingResParam;

/// What to join.
struct SignalingJoinParam {
    std::string channel_id_;
    std::string custom_info_;
    int64_t uid_ = 0;
    bool offline_enabled_ = false;
};

/// What was joined.
struct SignalingJoinResParam : SignalingResParam {
    SignalingChannelDetailedinfo info_;
};

/// What to leave.
struct SignalingLeaveParam {
    std::string channel_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
};

/// What to ask about.
struct SignalingQueryChannelInfoParam {
    std::string channel_name_;
};

/// What was asked about.
struct SignalingQueryChannelInfoResParam : SignalingResParam {
    SignalingChannelDetailedinfo info_;
};

/// Whom to call: create, join and invite in one.
struct SignalingCallParam {
    NIMSignalingType channel_type_ = kNIMSignalingTypeAudio;
    std::string channel_name_;
    std::string channel_ext_;
    int64_t uid_ = 0;
    std::string account_id_;
    std::string request_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
    SignalingPushInfo push_info_;
};

/// What was called.
using SignalingCallResParam = SignalingJoinResParam;

/// Whom to invite.
struct SignalingInviteParam {
    std::string channel_id_;
    std::string account_id_;
    std::string request_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
    SignalingPushInfo push_info_;
};

/// Which invitation to take back.
struct SignalingCancelInviteParam {
    std::string channel_id_;
    std::string account_id_;
    std::string request_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
};

/// Which invitation to refuse.
struct SignalingRejectParam {
    std::string channel_id_;
    std::string account_id_;
    std::string request_id_;
    std::string custom_info_;
    bool offline_enabled_ = false;
};

/// Which invitation to accept.
struct SignalingAcceptParam {
    std::string channel_id_;
    std::string account_id_;
    std::string request_id_;
    std::string accept_custom_info_;
    bool offline_enabled_ = false;
    bool auto_join_ = false;
    int64_t uid_ = 0;
    std::string join_custom_info_;
};

/// What was accepted.
using SignalingAcceptResParam = SignalingJoinResParam;

/// What to tell the members of a channel.
struct SignalingControlParam {
    std::string channel_id_;
    std::string account_id_;
    std::string custom_info_;
};

}  // namespace nim
