#pragma once

/// @file
/// Sending and receiving messages.

#include "nim_talk_def.h"

namespace nim {

/// Sending and receiving messages.
class NIM_SDK_CPPWRAPPER_DLL_API Talk {
public:
    typedef std::function<void(const SendMessageArc&)> SendMsgAckCallback;
    typedef std::function<void(const IMMessage&)> ReceiveMsgCallback;
    typedef std::function<void(const std::list<IMMessage>&)> ReceiveMsgsCallback;
    typedef std::function<void(int64_t, int64_t)> FileUpPrgCallback;
    typedef std::function<bool(const IMMessage&)> TeamNotificationFilter;
    typedef std::function<void(NIMResCode, const std::list<RecallMsgNotify>&)> RecallMsgsCallback;
    typedef std::function<void(const BroadcastMessage&)> ReceiveBroadcastMsgCallback;
    typedef std::function<void(const std::list<BroadcastMessage>&)> ReceiveBroadcastMsgsCallback;
    typedef std::function<bool(const IMMessage&)> MessageFilter;
    typedef std::function<std::string(const IMMessage&)> AntiCheatingFieldFillCallback;

    // Sending and receiving
    static void RegSendMsgCb(const SendMsgAckCallback& cb, const std::string& json_extension = "");
    static void SendMsg(const std::string& json_msg, const std::string& json_extension = "",
                        FileUpPrgCallback* pcb = nullptr);
    static bool StopSendMsg(const std::string& client_msg_id, const NIMMessageType& type,
                            const std::string& json_extension = "");
    static void RegReceiveCb(const ReceiveMsgCallback& cb, const std::string& json_extension = "");
    static void RegReceiveMessagesCb(const ReceiveMsgsCallback& cb, const std::string& json_extension = "");

    // Making messages; the answer is JSON for SendMsg()
    static std::string CreateTextMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                         const std::string& client_msg_id, const std::string& content,
                                         const MessageSetting& msg_setting, int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateImageMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                          const std::string& client_msg_id, const IMImage& image,
                                          const std::string& file_path, const MessageSetting& msg_setting,
                                          int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateFileMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                         const std::string& client_msg_id, const IMFile& file,
                                         const std::string& file_path, const MessageSetting& msg_setting,
                                         int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateAudioMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                          const std::string& client_msg_id, const IMAudio& audio,
                                          const std::string& file_path, const MessageSetting& msg_setting,
                                          int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateVideoMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                          const std::string& client_msg_id, const IMVideo& video,
                                          const std::string& file_path, const MessageSetting& msg_setting,
                                          int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateLocationMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                             const std::string& client_msg_id, const IMLocation& location,
                                             const MessageSetting& msg_setting, int64_t timetag = 0,
                                             int32_t sub_type = 0);
    static std::string CreateTipMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                        const std::string& client_msg_id, const std::string& tip_content,
                                        const MessageSetting& msg_setting, int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateBotRobotMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                             const std::string& client_msg_id, const std::string& content,
                                             const IMBotRobot& bot_msg, const MessageSetting& msg_setting,
                                             int64_t timetag = 0, int32_t sub_type = 0);
    static std::string CreateG2NetCallMessage(const std::string& receiver_id, const NIMSessionType session_type,
                                              const std::string& client_msg_id, const std::string& msg_attach,
                                              const MessageSetting& msg_setting, int64_t timetag = 0,
                                              int32_t sub_type = 0);
    static std::string CreateRetweetMessage(const std::string& src_msg_json, const std::string& client_msg_id,
                                            const NIMSessionType retweet_to_session_type,
                                            const std::string& retweet_to_session_id, const MessageSetting& msg_setting,
                                            int64_t timetag = 0);

    // Reading messages
    static bool ParseIMMessage(const std::string& json_msg, IMMessage& msg);
    static bool ParseImageMessageAttach(const IMMessage& msg, IMImage& image);
    static bool ParseFileMessageAttach(const IMMessage& msg, IMFile& file);
    static bool ParseAudioMessageAttach(const IMMessage& msg, IMAudio& audio);
    static bool ParseVideoMessageAttach(const IMMessage& msg, IMVideo& video);
    static bool ParseLocationMessageAttach(const IMMessage& msg, IMLocation& location);
    static bool ParseBotRobotMessageAttach(const IMMessage& msg, IMBotRobot& robot_msg);

    // Filters, recall, broadcasts
    static void UnregTalkCb();
    static void RegTeamNotificationFilter(const TeamNotificationFilter& filter, const std::string& json_extension = "");
    static void RegMessageFilter(const MessageFilter& filter, const std::string& json_extension = "");
    static void RegRecallMsgsCallback(const RecallMsgsCallback& cb, const std::string& json_extension = "");
    static void RecallMsg(const IMMessage& msg, const std::string& notify, const RecallMsgsCallback& cb,
                          const std::string& json_extension = "");
    static void RecallMsg2(const IMMessage& msg, const std::string& notify, const RecallMsgsCallback& cb,
                           const std::string& apnstext = "", const std::string& pushpayloadconst = "",
                           const std::string& json_extension = "");
    static void RecallMsgEx(const IMMessage& msg, const std::string& notify, const RecallMsgsCallback& cb,
                            nim_talk_recall_extra_params& extra_param);
    static std::string GetAttachmentPathFromMsg(const IMMessage& msg);
    static void RegReceiveBroadcastMsgCb(const ReceiveBroadcastMsgCallback& cb, const std::string& json_extension = "");
    static void RegReceiveBroadcastMsgsCb(const ReceiveBroadcastMsgsCallback& cb,
                                          const std::string& json_extension = "");
    static void ReplyMessage(const IMMessage& msg, const std::string& json_reply_msg,
                             FileUpPrgCallback* prg_cb = nullptr);
};

}  // namespace nim
