#include "nim_cpp_session.h"

#include "refuse.h"

namespace nim {

void Session::RegChangeCb(const ChangeCallback& /*cb*/, const std::string& /*json_extension*/) {}

void Session::RegBadgeCountCb(const BadgeCountCallback& /*cb*/, const std::string& /*json_extension*/) {}

void Session::QueryLastFewSessionAsync(int /*limit*/, const QuerySessionListCallabck& cb,
                                       const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Session::QueryAllRecentSessionAsync(const QuerySessionListCallabck& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Session::QueryAllRecentSessionAsync(NIMMessageType /*last_msg_excluded_type*/, const QuerySessionListCallabck& cb,
                                         const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Session::QueryAllRecentSessionAsyncEx(const std::list<NIMMessageType>& /*last_msg_excluded_type*/,
                                           const QuerySessionListCallabck& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool Session::DeleteRecentSession(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                  const DeleteRecentSessionCallabck& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Session::DeleteRecentSessionEx(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                    const DeleteRecentSessionCallabck& cb, bool /*delete_roaming*/) {
    return parlor::refuse(cb);
}

bool Session::DeleteSessionRoamingMessage(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                          const DeleteSessionRoammsgCallback& cb,
                                          const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Session::DeleteAllRecentSession(const DeleteAllRecentSessionCallabck& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool Session::SetUnreadCountZeroAsync(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                      const SetUnreadCountZeroCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Session::SetMultiUnreadCountZeroAsync(bool /*super_team*/,
                                           const std::list<MultiUnreadCountZeroInfo>& /*unread_zero_info_list*/,
                                           const SetMultiUnreadCountZeroCallback& cb) {
    return parlor::refuse(cb);
}

bool Session::SetSessionTop(enum NIMSessionType /*to_type*/, const std::string& /*id*/, bool /*top*/,
                            const ChangeCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Session::SetSessionExtendData(enum NIMSessionType /*to_type*/, const std::string& /*id*/,
                                   const std::string& /*data*/, const ChangeCallback& cb,
                                   const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Session::SetAllUnreadCountZeroAsync(const SetUnreadCountZeroCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Session::QuerySessionDataById(NIMSessionType /*to_type*/, const std::string& /*id*/,
                                   const QuerySessionDataCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Session::RegSetToStickTopSessionNotifyCB(const SetToStickTopSessionNotifyCallback& /*cb*/) {}

void Session::RegCancelStickTopSessionNotifyCB(const CancelStickTopSessionNotifyCallback& /*cb*/) {}

void Session::RegUpdateStickTopSessionNotifyCB(const UpdateStickTopSessionNotifyCallback& /*cb*/) {}

void Session::QueryStickTopSessionList(const QueryStickTopSessionListCallback& cb) { parlor::refuse(cb); }

void Session::SetToStickTopSession(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                   const std::string& /*ext*/, const SetToStickTopSessionCallback& cb) {
    parlor::refuse(cb);
}

void Session::UpdateToStickTopSession(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                      const std::string& /*ext*/, const UpdateStickTopSessionCallback& cb) {
    parlor::refuse(cb);
}

void Session::CancelToStickTopSession(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                      const CancelStickTopSessionCallback& cb) {
    parlor::refuse(cb);
}

void Session::QueryHasmoreRoammsg(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                  const QueryHasmoreRoammsgCallback& cb) {
    parlor::refuse(cb);
}

void Session::QueryAllHasmoreRoammsg(const QueryAllHasmoreRoammsgCallback& cb) { parlor::refuse(cb); }

void Session::UpdateHasmoreRoammsg(const IMMessage& /*msg*/, const UpdateHasmoreRoammsgCallback& cb) {
    parlor::refuse(cb);
}

void Session::DeleteHasmoreRoammsg(const std::string& /*session_id*/, NIMSessionType /*to_type*/,
                                   const DeleteHasmoreRoammsgCallback& cb) {
    parlor::refuse(cb);
}

void Session::UnregSessionCb() {}

}  // namespace nim
