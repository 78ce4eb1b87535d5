#pragma once

/// @file
/// Proxies, log upload, cached files.

#include "nim_global_def.h"

namespace nim {

/// Proxies, log upload, cached files.
class NIM_SDK_CPPWRAPPER_DLL_API Global {
public:
    typedef std::function<void(bool conncet, NIMProxyDetectStep step, const std::string& json_extension)>
        DetectProxyCallback;
    typedef std::function<void(NIMSDKException exception, const std::string& log)> ExceptionCallback;
    typedef std::function<void(NIMResCode rescode, const CachedFileInfo& info)> GetCachedFileInfoCallback;
    typedef std::function<void(NIMResCode rescode)> DeleteCachedFileCallback;
    typedef DeleteCachedFileCallback SDKFeedbackCallback;
    typedef std::function<void(const SDKDBErrorInfo& error_info)> SDKDBErrorCallback;

    static void FreeStrBuf(char* str);
    static void FreeBuf(void* data);
    static void SetProxy(NIMProxyType type, const std::string& host, int port, const std::string& user,
                         const std::string& password);
    static void DetectProxy(NIMProxyType type, const std::string& host, int port, const std::string& user,
                            const std::string& password, const Global::DetectProxyCallback& callback);
    static void SetExceptionReportCallback(const std::string& json_extension, const ExceptionCallback& cb);
    static void GetSDKCachedFileInfoAsync(const std::string& login_id, const std::string& file_type,
                                          int64_t end_timestamp, const std::string& json_extension,
                                          const GetCachedFileInfoCallback& cb);
    static void DeleteSDKCachedFileAsync(const std::string& login_id, const std::string& file_type,
                                         int64_t end_timestamp, const std::string& json_extension,
                                         const DeleteCachedFileCallback& cb);
    static void SDKFeedbackAsync(const std::string& url, const std::string& json_extension,
                                 const SDKFeedbackCallback& cb);
    static void RegSDKDBError(const SDKDBErrorCallback& cb);
    static void UploadSDKLog(const std::string& feedback_message, const SDKFeedbackCallback& cb);
};

}  // namespace nim
