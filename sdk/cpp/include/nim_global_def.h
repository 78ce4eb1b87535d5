#pragma once

/// @file
/// Values of nim_cpp_global.h.

#include "nim_sdk_def.h"

namespace nim {

/// Trouble that the SDK reports by itself.
enum NIMSDKException {
    kNIMSDKExceptionSpaceEmpty = 1,
};

/// Operation during which the local database failed.
enum NIMDBOperation {
    kNIMDBOperationInsert = 0x0001,
    kNIMDBOperationRead = 0x0002,
    kNIMDBOperationUpdate = 0x0004,
    kNIMDBOperationDelete = 0x0008,
};

/// Progress of a proxy test.
enum NIMProxyDetectStep {
    kNIMProxyDetectStepAllComplete = 5,
};

/// Kind of a proxy.
enum NIMProxyType {
    kNIMProxyNone = 0,
    kNIMProxyHttp11 = 1,
    kNIMProxySocks4 = 4,
    kNIMProxySocks4a = 5,
    kNIMProxySocks5 = 6,
    kNIMProxyNrtc = 10,
};

/// Files of one kind in the cache; size in bytes.
struct CachedFileInfo {
    std::string file_type_;
    std::string file_path_;
    int file_count_ = 0;
    int64_t file_total_size_ = 0;
};

/// Trouble with the local database.
struct SDKDBErrorInfo {
    std::string db_name_;
    NIMDBOperation operation_ = kNIMDBOperationInsert;
    int error_code_ = 0;
    std::string description_;
    std::string attach_;
};

}  // namespace nim
