#pragma once

/// @file
/// Values of nim_chatroom_cpp.h.

#include "nim_sdk_def.h"

namespace nim_chatroom {

/// Kind of a chat room message.
enum NIMChatRoomMsgType {
    kNIMChatRoomMsgTypeText = 0,
    kNIMChatRoomMsgTypeImage = 1,
    kNIMChatRoomMsgTypeAudio = 2,
    kNIMChatRoomMsgTypeVideo = 3,
    kNIMChatRoomMsgTypeLocation = 4,
    kNIMChatRoomMsgTypeNotification = 5,
    kNIMChatRoomMsgTypeFile = 6,
    kNIMChatRoomMsgTypeRobot = 11,
    kNIMChatRoomMsgTypeTips = 10,
    kNIMChatRoomMsgTypeCustom = 100,
    kNIMChatRoomMsgTypeUnknown = 1000,
};

/// Kind of the client that sent a chat room message.
enum NIMChatRoomClientType {
    kNIMChatRoomClientTypeDefault = 0,
    kNIMChatRoomClientTypeAndroid = 1,
    kNIMChatRoomClientTypeiOS = 2,
    kNIMChatRoomClientTypePCWindows = 4,
    kNIMChatRoomClientTypeWindowsPhone = 8,
    kNIMChatRoomClientTypeWeb = 16,
    kNIMChatRoomClientTypeRestAPI = 32,
    kNIMChatRoomClientTypeMacOS = 64,
};

/// Why a chat room was left.
enum NIMChatRoomExitReason {
    kNIMChatRoomExitReasonExit = 0,
    kNIMChatRoomExitReasonRoomInvalid = 1,
    kNIMChatRoomExitReasonKickByManager = 2,
    kNIMChatRoomExitReasonKickByMultiSpot = 3,
    kNIMChatRoomExitReasonIllegalState = 4,
    kNIMChatRoomExitReasonBeBlacklisted = 5,
};

/// Whether this client is in a chat room.
enum NIMChatRoomLoginState {
    kNIMChatRoomLoginStateLogin = 1,
    kNIMChatRoomLoginStateUnLogin = 2,
};

/// Whether a member is in the room now.
enum NIMChatRoomOnlineState {
    kNIMChatRoomOnlineStateOffline = 0,
    kNIMChatRoomOnlineStateOnline = 1,
};

/// Whether a member is a guest.
enum NIMChatRoomGuestFlag {
    kNIMChatRoomGuestFlagNoGuest = 0,
    kNIMChatRoomGuestFlagGuest = 1,
};

/// Which members are listed.
enum NIMChatRoomGetMemberType {
    kNIMChatRoomGetMemberTypeSolid = 0,
    kNIMChatRoomGetMemberTypeTemp = 1,
    kNIMChatRoomGetMemberTypeSolidOL = 2,
    kNIMChatRoomGetMemberTypeTempOL = 3,
};

/// Which standing of a member is set.
enum NIMChatRoomMemberAttribute {
    kNIMChatRoomMemberAttributeAdminister = 1,
    kNIMChatRoomMemberAttributeNomalMember = 2,
    kNIMChatRoomMemberAttributeBlackList = -1,
    kNIMChatRoomMemberAttributeMuteList = -2,
};

/// What a chat room notification reports.
enum NIMChatRoomNotificationId {
    kNIMChatRoomNotificationIdMemberIn = 301,
    kNIMChatRoomNotificationIdMemberExit = 302,
    kNIMChatRoomNotificationIdAddBlack = 303,
    kNIMChatRoomNotificationIdRemoveBlack = 304,
    kNIMChatRoomNotificationIdAddMute = 305,
    kNIMChatRoomNotificationIdRemoveMute = 306,
    kNIMChatRoomNotificationIdAddManager = 307,
    kNIMChatRoomNotificationIdRemoveManager = 308,
    kNIMChatRoomNotificationIdAddFixed = 309,
    kNIMChatRoomNotificationIdRemoveFixed = 310,
    kNIMChatRoomNotificationIdClosed = 311,
    kNIMChatRoomNotificationIdInfoUpdated = 312,
    kNIMChatRoomNotificationIdMemberKicked = 313,
    kNIMChatRoomNotificationIdMemberTempMute = 314,
    kNIMChatRoomNotificationIdMemberTempUnMute = 315,
    kNIMChatRoomNotificationIdMyRoleUpdated = 316,
    kNIMChatRoomNotificationIdQueueChanged = 317,
    kNIMChatRoomNotificationIdRoomMuted = 318,
    kNIMChatRoomNotificationIdRoomDeMuted = 319,
    kNIMChatRoomNotificationIdQueueBatchChanged = 320,
};

/// State of the connection to a chat room.
enum NIMChatRoomLinkCondition {
    kNIMChatRoomLinkConditionAlive = 0,
    kNIMChatRoomLinkConditionDeadAndRetry = 1,
    kNIMChatRoomLinkConditionDead = 2,
};

/// How far entering has come.
enum NIMChatRoomEnterStep {
    kNIMChatRoomEnterStepInit = 1,
    kNIMChatRoomEnterStepServerConnecting = 2,
    kNIMChatRoomEnterStepServerConnectOver = 3,
    kNIMChatRoomEnterStepRoomAuthing = 4,
    kNIMChatRoomEnterStepRoomAuthOver = 5,
};

/// Kind of a proxy.
enum NIMChatRoomProxyType {
    kNIMChatRoomProxyNone = 0,
    kNIMChatRoomProxyHttp11 = 1,
    kNIMChatRoomProxySocks4 = 4,
    kNIMChatRoomProxySocks4a = 5,
    kNIMChatRoomProxySocks5 = 6,
};

/// Entering without an IM login.
struct ChatRoomIndependentEnterInfo {
    std::list<std::string> address_;
    std::string app_data_file_;
    int sdk_log_level_ = 0;
    std::string app_key_;
    std::string accid_;
    std::string token_;
};

/// Entering as nobody in particular.
struct ChatRoomAnoymityEnterInfo {
    std::list<std::string> address_;
    std::string app_data_file_;
    int sdk_log_level_ = 0;
    std::string app_key_;
    bool random_id_ = false;
};

/// A chat room.
struct ChatRoomInfo {
    int64_t id_ = 0;
    std::string name_;
    std::string announcement_;
    std::string broadcast_url_;
    std::string creator_id_;
    int valid_flag_ = 0;
    std::string ext_;
    int online_count_ = 0;
    int mute_all_ = 0;
    int queuelevel = 0;
};

/// Something that happened in a chat room; duration in seconds.
struct ChatRoomNotification {
    NIMChatRoomNotificationId id_ = kNIMChatRoomNotificationIdMemberIn;
    std::string ext_;
    std::string operator_id_;
    std::string operator_nick_;
    std::list<std::string> target_nick_;
    std::list<std::string> target_ids_;
    int64_t temp_mute_duration_ = 0;
    bool muted_ = false;
    bool temp_muted_ = false;
    std::string queue_change_;
};

/// One change of the queue.
struct ChatRoomQueueChangedNotification {
    std::string type_;
    std::string key_;
    std::string value_;
};

/// Several changes of the queue.
struct ChatRoomQueueBatchChangedNotification {
    std::string type_;
    std::string key_;
    std::string value_;
    std::map<std::string, std::string> changed_values_;
};

/// Choices that travel with a chat room message.
struct ChatRoomMessageSetting {
    bool resend_flag_ = false;
    std::string ext_;
    bool anti_spam_enable_ = false;
    std::string anti_spam_content_;
    bool history_save_ = false;
    std::string anti_spam_bizid_;
    int anti_spam_using_yidun_ = 0;
    int high_priority_ = 0;
    std::string yidun_anti_cheating_;
    std::string env_config_;
};

/// One chat room message; time in milliseconds.
struct ChatRoomMessage {
    int64_t room_id_ = 0;
    std::string from_id_;
    int64_t timetag_ = 0;
    NIMChatRoomClientType from_client_type_ = kNIMChatRoomClientTypeDefault;
    std::string from_nick_;
    std::string from_avatar_;
    std::string from_ext_;
    std::string third_party_callback_ext_;
    NIMChatRoomMsgType msg_type_ = kNIMChatRoomMsgTypeText;
    std::string msg_attach_;
    std::string client_msg_id_;
    std::string msg_body_;
    ChatRoomMessageSetting msg_setting_;
    int32_t sub_type_ = 0;
    std::string local_res_path_;
    std::string local_res_id_;
};

/// Which members to list.
struct ChatRoomGetMembersParameters {
    NIMChatRoomGetMemberType type_ = kNIMChatRoomGetMemberTypeSolid;
    int64_t timestamp_offset_ = 0;
    int limit_ = 0;
};

/// Which part of the history; time in milliseconds.
struct NIM_SDK_CPPWRAPPER_DLL_API ChatRoomGetMsgHistoryParameters {
    int64_t start_timetag_ = 0;
    int limit_ = 0;
    bool reverse_ = false;
    std::vector<NIMChatRoomMsgType> msg_types_;
    static std::vector<NIMChatRoomMsgType> kMsg_Types_List;
};

/// Which standing to set.
struct ChatRoomSetMemberAttributeParameters {
    std::string account_id_;
    NIMChatRoomMemberAttribute attribute_ = kNIMChatRoomMemberAttributeAdminister;
    bool opt_ = false;
    std::string notify_ext_;
    int level_ = 0;
};

/// A member of a chat room; times in milliseconds, durations in seconds.
struct ChatRoomMemberInfo {
    int64_t room_id_ = 0;
    std::string account_id_;
    int type_ = 0;
    int level_ = 0;
    std::string nick_;
    std::string avatar_;
    std::string ext_;
    NIMChatRoomOnlineState state_ = kNIMChatRoomOnlineStateOffline;
    NIMChatRoomGuestFlag guest_flag_ = kNIMChatRoomGuestFlagNoGuest;
    int64_t enter_timetag_ = 0;
    bool is_blacklist_ = false;
    bool is_muted_ = false;
    bool is_valid_ = false;
    int64_t update_timetag_ = 0;
    bool temp_muted_ = false;
    int64_t temp_muted_duration_ = 0;
};

/// One element of the queue.
struct ChatRoomQueueElement {
    std::string key_;
    std::string value_;
};

/// Why a chat room was left, with the words of whoever decided it.
struct NIMChatRoomExitReasonInfo {
    std::string notify_ext_;
    NIMChatRoomExitReason code_ = kNIMChatRoomExitReasonExit;
};

/// Elements of the queue to update.
struct ChatRoomBatchMembers {
    std::map<std::string, std::string> members_values_;
};

/// How one appears in a chat room. A field that was never set is left out of what is sent.
class ChatRoomEnterInfo {
public:
    void SetNick(const std::string& nick) { value_["nick"] = nick; }
    void SetAvatar(const std::string& avatar) { value_["avatar"] = avatar; }
    void SetExt(const nim::Json& ext) { value_["ext"] = ext; }
    void SetNotifyExt(const nim::Json& notify_ext) { value_["notify_ext"] = notify_ext; }
    std::string ToJsonString() const { return value_.dump(); }

private:
    nim::Json value_;
};

/// A robot; times in milliseconds.
struct RobotInfo {
    std::string accid_;
    std::string name_;
    std::string icon_;
    std::string intro_;
    std::string rid_;
    int64_t create_timetag_ = 0;
    int64_t update_timetag_ = 0;
};

/// Robots of a chat room.
using RobotInfos = std::list<RobotInfo>;

/// Asked for the configuration of a chat room, as JSON.
using NIMChatRoomConfigGetter = std::function<std::string()>;

/// The queue of a chat room, in order.
using ChatRoomQueue = std::list<ChatRoomQueueElement>;

}  // namespace nim_chatroom
