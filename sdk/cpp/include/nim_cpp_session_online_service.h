#pragma once

/// @file
/// The list of conversations kept by the server.

#include "nim_session_online_service_def.h"

namespace nim {

/// The list of conversations kept by the server.
class NIM_SDK_CPPWRAPPER_DLL_API SessionOnLineService {
public:
    typedef std::function<void(NIMResCode, const SessionOnLineServiceHelper::SessionInfo&)> QuerySessionInfoCallback;
    typedef std::function<void(const SessionOnLineServiceHelper::QuerySessionListResult&)> QuerySessionListCallabck;
    typedef std::function<void(NIMResCode)> UpdateSessionInfoCallback;
    typedef std::function<void(NIMResCode)> DeleteSessionInfoCallback;
    typedef std::function<void(const SessionOnLineServiceHelper::SessionInfo&)> SessionChangedCallback;

    static void QuerySessionList(uint64_t min_time, uint64_t max_time, bool need_last_msg, int limit,
                                 const QuerySessionListCallabck& cb);
    static void QuerySession(NIMSessionType to_type, const std::string& session_id, const QuerySessionInfoCallback& cb);
    static void UpdateSession(NIMSessionType to_type, const std::string& session_id, const std::string& ext,
                              const UpdateSessionInfoCallback& cb);
    static void DeleteSession(const SessionOnLineServiceHelper::DeleteSessionParam& param,
                              const DeleteSessionInfoCallback& cb);
    static void RegSessionChanged(const SessionChangedCallback& cb);
    static void UnregSessionOnLineServiceCb();
};

}  // namespace nim
