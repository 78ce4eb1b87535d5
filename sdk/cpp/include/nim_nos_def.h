#pragma once

/// @file
/// Values of nim_cpp_nos.h.

#include "nim_sdk_def.h"

namespace nim {

/// Which kinds of files are kept for how long.
struct InitNosConfigParam {
    std::map<std::string, uint64_t> init_scenes_;  ///< scene and its lifetime in seconds, 0 for ever
};

/// Outcome of setting the kinds of files; 0 all, 1 some, 2 none.
struct InitNosResult {
    int result_ = 0;
    std::list<std::string> success_scenes_;
    std::map<std::string, int> failure_scenes_;
    std::list<std::string> ignored_scenes_;
};

/// A finished download.
struct DownloadMediaResult {
    std::string file_path_;
    std::string download_id_;
    std::string res_ext_;
    std::string call_id_;
    std::string res_id_;
};

/// A finished upload.
struct UploadMediaResult {
    std::string url_;
    std::string upload_id_;
    std::string res_ext_;
    std::string call_id_;
    std::string res_id_;
    std::string file_path_;
};

/// Progress of a transfer; sizes in bytes.
struct ProgressData {
    int64_t file_size_ = 0;
    int64_t completed_size_ = 0;
    std::string url_;
    std::string file_path_;
    std::string task_id_;
    std::string res_ext_;
    std::string call_id_;
    std::string res_id_;
};

}  // namespace nim
