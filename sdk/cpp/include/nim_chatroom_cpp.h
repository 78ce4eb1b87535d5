#pragma once

/// @file
/// Chat rooms.

#include "nim_chatroom_def.h"

namespace nim_chatroom {

/// Chat rooms.
class NIM_SDK_CPPWRAPPER_DLL_API ChatRoom {
public:
    typedef std::function<void(const std::function<void()>&)> SDKClosure;
    typedef std::function<void(int64_t room_id, const NIMChatRoomEnterStep step, int error_code,
                               const ChatRoomInfo& info, const ChatRoomMemberInfo& my_info)>
        EnterCallback;
    typedef std::function<void(int64_t room_id, int error_code, NIMChatRoomExitReason exit_reason)> ExitCallback;
    typedef std::function<void(int64_t room_id, int error_code, const NIMChatRoomExitReasonInfo& exit_info)>
        ExitCallback_2;
    typedef std::function<void(int64_t room_id, int error_code, const ChatRoomMessage& result)> SendMsgAckCallback;
    typedef std::function<void(int64_t room_id, const ChatRoomMessage& result)> ReceiveMsgCallback;
    typedef std::function<void(int64_t room_id, const std::list<ChatRoomMessage>& result)> ReceiveMsgsCallback;
    typedef std::function<void(int64_t room_id, const ChatRoomNotification& notification)> NotificationCallback;
    typedef std::function<void(int64_t room_id, int error_code, const std::list<ChatRoomMemberInfo>& infos)>
        GetMembersCallback;
    typedef std::function<void(int64_t room_id, int error_code, const std::list<ChatRoomMessage>& msgs)>
        GetMsgHistoryCallback;
    typedef std::function<void(int64_t room_id, int error_code, const ChatRoomMemberInfo& info)>
        SetMemberAttributeCallback;
    typedef std::function<void(int64_t room_id, int error_code, const ChatRoomInfo& info)> GetChatRoomInfoCallback;
    typedef std::function<void(int64_t room_id, int error_code)> KickMemberCallback;
    typedef std::function<void(int64_t room_id, const NIMChatRoomLinkCondition condition)> LinkConditionCallback;
    typedef SetMemberAttributeCallback TempMuteMemberCallback;
    typedef KickMemberCallback UpdateRoomInfoCallback;
    typedef KickMemberCallback UpdateMyRoomRoleCallback;
    typedef KickMemberCallback QueueOfferCallback;
    typedef std::function<void(int64_t room_id, int error_code, const ChatRoomQueueElement& element)> QueuePollCallback;
    typedef std::function<void(int64_t room_id, int error_code, const ChatRoomQueue& queue)> QueueListCallback;
    typedef KickMemberCallback QueueDropCallback;
    typedef QueuePollCallback QueueHeaderCallback;
    typedef std::function<void(int rescode, const RobotInfos& infos)> RobotQueryCallback;
    typedef std::function<void(int64_t room_id, int error_code, const std::list<std::string>& not_in_queue)>
        QueueBatchUpdateCallback;

    // Events
    static void RegEnterCb(const EnterCallback& cb, const std::string& json_extension = "");
    static void RegExitCb(const ExitCallback& cb, const std::string& json_extension = "");
    static void RegExitCb_2(const ExitCallback_2& cb, const std::string& json_extension = "");
    static void RegSendMsgAckCb(const SendMsgAckCallback& cb, const std::string& json_extension = "");
    static void RegReceiveMsgCb(const ReceiveMsgCallback& cb, const std::string& json_extension = "");
    static void RegReceiveMsgsCb(const ReceiveMsgsCallback& cb, const std::string& json_extension = "");
    static void RegNotificationCb(const NotificationCallback& cb, const std::string& json_extension = "");
    static void RegLinkConditionCb(const LinkConditionCallback& cb, const std::string& json_extension = "");

    // Life
    static bool Init(const std::string& app_install_dir, const std::string& json_extension = "");
    static void SetCallbackFunction(const ChatRoom::SDKClosure& callback);
    static void Cleanup(const std::string& json_extension = "");

    // Entering
    static bool IndependentEnter(const int64_t room_id, const ChatRoomIndependentEnterInfo& info);
    static bool IndependentEnter2(const int64_t room_id, const ChatRoomIndependentEnterInfo& info,
                                  const NIMChatRoomConfigGetter config_getter);
    static bool AnonymousEnter(const int64_t room_id, const ChatRoomAnoymityEnterInfo& anonymity_info,
                               const ChatRoomEnterInfo& info, const std::string& json_extension = "");
    static bool AnonymousEnter2(const int64_t room_id, const ChatRoomAnoymityEnterInfo& anonymity_info,
                                const ChatRoomEnterInfo& info, const NIMChatRoomConfigGetter config_getter);
    static bool Enter(const int64_t room_id, const std::string& request_login_data,
                      const ChatRoomEnterInfo& info = ChatRoomEnterInfo(), const std::string& json_extension = "");
    static void Exit(const int64_t room_id, const std::string& json_extension = "");
    static NIMChatRoomLoginState GetLoginState(const int64_t room_id, const std::string& json_extension = "");

    // Messages
    static void SetMsgsBatchReport(bool set_batch, const std::string& json_extension = "");
    static void SendMsg(const int64_t room_id, const std::string& json_msg, const std::string& json_extension = "");
    static std::string CreateRoomMessage(const NIMChatRoomMsgType msg_type, const std::string& client_msg_id,
                                         const std::string& attach, const std::string& msg_body,
                                         const ChatRoomMessageSetting& msg_setting, int64_t timetag = 0,
                                         int32_t msg_sub_type = 0);

    // Members and the room
    static void GetMembersOnlineAsync(const int64_t room_id, const ChatRoomGetMembersParameters& parameters,
                                      const GetMembersCallback& callback, const std::string& json_extension = "");
    static void GetMessageHistoryOnlineAsync(const int64_t room_id, const ChatRoomGetMsgHistoryParameters& parameters,
                                             const GetMsgHistoryCallback& callback,
                                             const std::string& json_extension = "");
    static void SetMemberAttributeOnlineAsync(const int64_t room_id,
                                              const ChatRoomSetMemberAttributeParameters& parameters,
                                              const SetMemberAttributeCallback& callback,
                                              const std::string& json_extension = "");
    static void GetInfoAsync(const int64_t room_id, const GetChatRoomInfoCallback& callback,
                             const std::string& json_extension = "");
    static void GetMemberInfoByIDsAsync(const int64_t room_id, const std::list<std::string>& ids,
                                        const GetMembersCallback& callback, const std::string& json_extension = "");
    static void KickMemberAsync(const int64_t room_id, const std::string& id, const std::string& notify_ext,
                                const KickMemberCallback& callback, const std::string& json_extension = "");
    static void SetProxy(NIMChatRoomProxyType type, const std::string& host, int port, const std::string& user,
                         const std::string& password);
    static void TempMuteMemberAsync(const int64_t room_id, const std::string& accid, const int64_t duration,
                                    bool need_notify, const std::string& notify_ext,
                                    const TempMuteMemberCallback& callback, const std::string& json_extension = "");
    static void UpdateRoomInfoAsync(const int64_t room_id, const ChatRoomInfo& info, bool need_notify,
                                    const std::string& notify_ext, const UpdateRoomInfoCallback& callback,
                                    const std::string& json_extension = "");
    static void UpdateMyRoomRoleAsync(const int64_t room_id, const ChatRoomMemberInfo& info, bool need_notify,
                                      const std::string& notify_ext, const UpdateMyRoomRoleCallback& callback,
                                      const std::string& json_extension = "");

    // Queue
    static void QueueOfferAsync(const int64_t room_id, const ChatRoomQueueElement& element,
                                const QueueOfferCallback& callback,
                                const std::string& json_extension = "{\"transient\":true}");
    static void QueuePollAsync(const int64_t room_id, const std::string& element_key, const QueuePollCallback& callback,
                               const std::string& json_extension = "");
    static void QueueListAsync(const int64_t room_id, const QueueListCallback& callback,
                               const std::string& json_extension = "");
    static void QueueHeaderAsync(const int64_t room_id, const QueueHeaderCallback& callback,
                                 const std::string& json_extension = "");
    static void QueueDropAsync(const int64_t room_id, const QueueDropCallback& callback,
                               const std::string& json_extension = "");
    static void UnregChatroomCb();

    // Robots
    static RobotInfos QueryAllRobotInfosBlock(const int64_t room_id, const std::string& json_extension = "");
    static RobotInfo QueryRobotInfoByAccidBlock(const int64_t room_id, const std::string& accid,
                                                const std::string& json_extension = "");
    static void GetRobotInfoAsync(const int64_t room_id, const int64_t timetag, const RobotQueryCallback& callback,
                                  const std::string& json_extension = "");
    static void QueueBatchUpdateAsync(const int64_t room_id, const ChatRoomBatchMembers& batch_elements,
                                      bool need_notify, const std::string& notify_ext,
                                      const QueueBatchUpdateCallback& callback, const std::string& json_extension = "");
};

}  // namespace nim_chatroom
