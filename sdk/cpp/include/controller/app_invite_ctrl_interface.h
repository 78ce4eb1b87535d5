#pragma once

/// @file
/// Calling people in the app.

#include "base_ctrl_interface.h"

namespace neroom {

/// Calling people in the app.
class INERoomAppInviteController : public INEBaseController {
public:
    using GetAppInviteUserUuidCallback = NECallback<NERoomAppInviteCallInfo>;

    virtual ~INERoomAppInviteController() = default;
    virtual void callByUserUuids(const std::list<std::string>& userUuids,
                                 const NECallback<>& callback) = 0;                              // since 1.28.0
    virtual void callByUserUuid(const std::string& userUuid, const NECallback<>& callback) = 0;  // since 1.28.0
    virtual void removeCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
    virtual void cancelCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
    virtual void hangUpCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
};

}  // namespace neroom
