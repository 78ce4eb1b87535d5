#include "nim_cpp_global.h"

#include "refuse.h"

namespace nim {

void Global::FreeStrBuf(char* /*str*/) {}

void Global::FreeBuf(void* /*data*/) {}

void Global::SetProxy(NIMProxyType /*type*/, const std::string& /*host*/, int /*port*/, const std::string& /*user*/,
                      const std::string& /*password*/) {}

void Global::DetectProxy(NIMProxyType /*type*/, const std::string& /*host*/, int /*port*/, const std::string& /*user*/,
                         const std::string& /*password*/, const Global::DetectProxyCallback& callback) {
    parlor::refuse(callback);
}

void Global::SetExceptionReportCallback(const std::string& /*json_extension*/, const ExceptionCallback& cb) {
    parlor::refuse(cb);
}

void Global::GetSDKCachedFileInfoAsync(const std::string& /*login_id*/, const std::string& /*file_type*/,
                                       int64_t /*end_timestamp*/, const std::string& /*json_extension*/,
                                       const GetCachedFileInfoCallback& cb) {
    parlor::refuse(cb);
}

void Global::DeleteSDKCachedFileAsync(const std::string& /*login_id*/, const std::string& /*file_type*/,
                                      int64_t /*end_timestamp*/, const std::string& /*json_extension*/,
                                      const DeleteCachedFileCallback& cb) {
    parlor::refuse(cb);
}

void Global::SDKFeedbackAsync(const std::string& /*url*/, const std::string& /*json_extension*/,
                              const SDKFeedbackCallback& cb) {
    parlor::refuse(cb);
}

void Global::RegSDKDBError(const SDKDBErrorCallback& /*cb*/) {}

void Global::UploadSDKLog(const std::string& /*feedback_message*/, const SDKFeedbackCallback& cb) {
    parlor::refuse(cb);
}

}  // namespace nim
