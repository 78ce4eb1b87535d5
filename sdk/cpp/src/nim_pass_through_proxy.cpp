#include "nim_cpp_pass_through_proxy.h"

#include "refuse.h"

namespace nim {

void PassThroughProxy::RegReceivedHttpMsgCb(const ReceivedHttpMsgCb& /*cb*/, const std::string& /*json_extension*/) {}

void PassThroughProxy::SendHttpRequest(const std::string& /*host*/, const std::string& /*path*/,
                                       NIMSendHttpRequestMethods /*method*/, const std::string& /*headers*/,
                                       const std::string& /*body*/, const std::string& /*json_extension*/,
                                       const SendHttpRequestCallback& callback) {
    parlor::refuse_with_int(callback);
}

}  // namespace nim
