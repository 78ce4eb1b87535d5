#pragma once

/// @file
/// The list of conversations.

#include "nim_session_def.h"
#include "nim_talk_def.h"

namespace nim {

/// The list of conversations.
class NIM_SDK_CPPWRAPPER_DLL_API Session {
public:
    typedef std::function<int32_t(const std::string&)> BadgeCountCallback;
    typedef std::function<void(NIMResCode, const SessionData&, int)> ChangeCallback;
    typedef std::function<void(int, const SessionDataList&)> QuerySessionListCallabck;
    typedef ChangeCallback DeleteRecentSessionCallabck;
    typedef ChangeCallback DeleteAllRecentSessionCallabck;
    typedef ChangeCallback SetUnreadCountZeroCallback;
    typedef std::function<void(NIMResCode, const std::list<SessionData>& session_data_list, int unread_count)>
        SetMultiUnreadCountZeroCallback;
    typedef std::function<void(NIMResCode, const SessionData&)> QuerySessionDataCallback;
    typedef std::function<void(const StickTopSession&)> SetToStickTopSessionNotifyCallback;
    typedef std::function<void(const std::string& session_id, NIMSessionType)> CancelStickTopSessionNotifyCallback;
    typedef std::function<void(const StickTopSession&)> UpdateStickTopSessionNotifyCallback;
    typedef std::function<void(NIMResCode, const StickTopSession&)> SetToStickTopSessionCallback;
    typedef std::function<void(NIMResCode, const std::string& session_id, NIMSessionType)>
        CancelStickTopSessionCallback;
    typedef std::function<void(NIMResCode, const StickTopSession&)> UpdateStickTopSessionCallback;
    typedef std::function<void(NIMResCode, const StickTopSessionList&)> QueryStickTopSessionListCallback;
    typedef std::function<void(NIMResCode, const SessionRoamMsgHasMoreTagInfo& info)> QueryHasmoreRoammsgCallback;
    typedef std::function<void(NIMResCode, const std::list<SessionRoamMsgHasMoreTagInfo>& info_list)>
        QueryAllHasmoreRoammsgCallback;
    typedef std::function<void(NIMResCode)> UpdateHasmoreRoammsgCallback;
    typedef std::function<void(NIMResCode)> DeleteHasmoreRoammsgCallback;
    typedef std::function<void(NIMResCode, NIMSessionType, const std::string& session_id)> DeleteSessionRoammsgCallback;

    // The list
    static void RegChangeCb(const ChangeCallback& cb, const std::string& json_extension = "");
    static void RegBadgeCountCb(const BadgeCountCallback& cb, const std::string& json_extension = "");
    static void QueryLastFewSessionAsync(int limit, const QuerySessionListCallabck& cb,
                                         const std::string& json_extension = "");
    static void QueryAllRecentSessionAsync(const QuerySessionListCallabck& cb, const std::string& json_extension = "");
    static void QueryAllRecentSessionAsync(NIMMessageType last_msg_excluded_type, const QuerySessionListCallabck& cb,
                                           const std::string& json_extension = "");
    static void QueryAllRecentSessionAsyncEx(const std::list<NIMMessageType>& last_msg_excluded_type,
                                             const QuerySessionListCallabck& cb,
                                             const std::string& json_extension = "");
    static bool DeleteRecentSession(NIMSessionType to_type, const std::string& id,
                                    const DeleteRecentSessionCallabck& cb, const std::string& json_extension = "");
    static bool DeleteRecentSessionEx(NIMSessionType to_type, const std::string& id,
                                      const DeleteRecentSessionCallabck& cb, bool delete_roaming);
    static bool DeleteSessionRoamingMessage(NIMSessionType to_type, const std::string& id,
                                            const DeleteSessionRoammsgCallback& cb,
                                            const std::string& json_extension = "");
    static void DeleteAllRecentSession(const DeleteAllRecentSessionCallabck& cb,
                                       const std::string& json_extension = "");
    static bool SetUnreadCountZeroAsync(NIMSessionType to_type, const std::string& id,
                                        const SetUnreadCountZeroCallback& cb, const std::string& json_extension = "");
    static bool SetMultiUnreadCountZeroAsync(bool super_team,
                                             const std::list<MultiUnreadCountZeroInfo>& unread_zero_info_list,
                                             const SetMultiUnreadCountZeroCallback& cb);
    static bool SetSessionTop(enum NIMSessionType to_type, const std::string& id, bool top, const ChangeCallback& cb,
                              const std::string& json_extension = "");
    static bool SetSessionExtendData(enum NIMSessionType to_type, const std::string& id, const std::string& data,
                                     const ChangeCallback& cb, const std::string& json_extension = "");
    static bool SetAllUnreadCountZeroAsync(const SetUnreadCountZeroCallback& cb,
                                           const std::string& json_extension = "");

    // Kept on top
    static void QuerySessionDataById(NIMSessionType to_type, const std::string& id, const QuerySessionDataCallback& cb,
                                     const std::string& json_extension = "");
    static void RegSetToStickTopSessionNotifyCB(const SetToStickTopSessionNotifyCallback& cb);
    static void RegCancelStickTopSessionNotifyCB(const CancelStickTopSessionNotifyCallback& cb);
    static void RegUpdateStickTopSessionNotifyCB(const UpdateStickTopSessionNotifyCallback& cb);
    static void QueryStickTopSessionList(const QueryStickTopSessionListCallback& cb);
    static void SetToStickTopSession(const std::string& session_id, NIMSessionType to_type, const std::string& ext,
                                     const SetToStickTopSessionCallback& cb);
    static void UpdateToStickTopSession(const std::string& session_id, NIMSessionType to_type, const std::string& ext,
                                        const UpdateStickTopSessionCallback& cb);
    static void CancelToStickTopSession(const std::string& session_id, NIMSessionType to_type,
                                        const CancelStickTopSessionCallback& cb);

    // More history on the server
    static void QueryHasmoreRoammsg(const std::string& session_id, NIMSessionType to_type,
                                    const QueryHasmoreRoammsgCallback& cb);
    static void QueryAllHasmoreRoammsg(const QueryAllHasmoreRoammsgCallback& cb);
    static void UpdateHasmoreRoammsg(const IMMessage& msg, const UpdateHasmoreRoammsgCallback& cb);
    static void DeleteHasmoreRoammsg(const std::string& session_id, NIMSessionType to_type,
                                     const DeleteHasmoreRoammsgCallback& cb);
    static void UnregSessionCb();
};

}  // namespace nim
