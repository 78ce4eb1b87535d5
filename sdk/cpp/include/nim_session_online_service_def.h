#pragma once

/// @file
/// Values of nim_cpp_session_online_service.h.

#include "nim_talk_def.h"

namespace nim {

/// The values of SessionOnLineService.
struct SessionOnLineServiceHelper {
    /// One conversation as the server keeps it; time in milliseconds.
    struct SessionInfo {
        NIMSessionType type_ = kNIMSessionTypeP2P;
        std::string id_;
        uint64_t update_time_ = 0;
        std::string ext_;
        std::string last_message_;
        int last_message_type_ = 0;
    };

    /// A page of conversations; times in milliseconds.
    struct QuerySessionListResult {
        NIMResCode res_code = kNIMResSuccess;
        uint64_t min_time_stamp_ = 0;
        uint64_t max_time_stamp_ = 0;
        bool need_last_msg_ = false;
        uint32_t limit_ = 0;
        bool has_more_ = false;
        std::list<SessionInfo> session_list_;
    };

    /// Which conversations to delete.
    struct DeleteSessionParam {
        /// Names one conversation to delete.
        void AddSession(NIMSessionType type, const std::string& session_id) {
            delete_list_.emplace_back(type, session_id);
        }
        std::list<std::pair<NIMSessionType, std::string>> delete_list_;
    };
};

}  // namespace nim
