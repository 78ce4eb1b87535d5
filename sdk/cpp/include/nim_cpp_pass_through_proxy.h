#pragma once

/// @file
/// Requests to the app's own server through the link.

#include "nim_sdk_def.h"

namespace nim {

/// HTTP method of a passed-through request.
enum NIMSendHttpRequestMethods {
    kNIMHttpGet = 1,
    kNIMHttpPost,
    kNIMHttpPut,
    kNIMHttpDelete,
};

/// Requests to the app's own server through the link.
class NIM_SDK_CPPWRAPPER_DLL_API PassThroughProxy {
public:
    typedef std::function<void(int res_code, const std::string& header, const std::string& body,
                               const std::string& json_extension)>
        SendHttpRequestCallback;
    typedef std::function<void(const std::string& from_accid, const std::string& body, uint64_t timestamp)>
        ReceivedHttpMsgCb;

    static void RegReceivedHttpMsgCb(const ReceivedHttpMsgCb& cb, const std::string& json_extension);
    static void SendHttpRequest(const std::string& host, const std::string& path, NIMSendHttpRequestMethods method,
                                const std::string& headers, const std::string& body, const std::string& json_extension,
                                const SendHttpRequestCallback& callback);
};

}  // namespace nim
