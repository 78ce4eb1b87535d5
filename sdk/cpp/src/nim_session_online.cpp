#include "nim_cpp_session_online_service.h"

#include "refuse.h"

namespace nim {

void SessionOnLineService::QuerySessionList(uint64_t /*min_time*/, uint64_t /*max_time*/, bool /*need_last_msg*/,
                                            int /*limit*/, const QuerySessionListCallabck& cb) {
    parlor::refuse(cb);
}

void SessionOnLineService::QuerySession(NIMSessionType /*to_type*/, const std::string& /*session_id*/,
                                        const QuerySessionInfoCallback& cb) {
    parlor::refuse(cb);
}

void SessionOnLineService::UpdateSession(NIMSessionType /*to_type*/, const std::string& /*session_id*/,
                                         const std::string& /*ext*/, const UpdateSessionInfoCallback& cb) {
    parlor::refuse(cb);
}

void SessionOnLineService::DeleteSession(const SessionOnLineServiceHelper::DeleteSessionParam& /*param*/,
                                         const DeleteSessionInfoCallback& cb) {
    parlor::refuse(cb);
}

void SessionOnLineService::RegSessionChanged(const SessionChangedCallback& /*cb*/) {}

void SessionOnLineService::UnregSessionOnLineServiceCb() {}

}  // namespace nim
