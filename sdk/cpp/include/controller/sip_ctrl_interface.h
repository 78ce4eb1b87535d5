#pragma once

/// @file
/// Calling people and room systems by phone line.

#include "base_ctrl_interface.h"

namespace neroom {

/// Calling people and room systems by phone line.
class INERoomSIPController : public INEBaseController {
public:
    using GetSIPUserUuidCallback = NECallback<NERoomSIPCallInfo>;
    using CallSIPUserUuidCallback = NECallback<NERoomSIPCallInfo>;

    virtual ~INERoomSIPController() = default;
    virtual void callByNumber(const std::string& number, const std::string& countryCode, const std::string& name,
                              const GetSIPUserUuidCallback& callback) = 0;  // since 1.28.0
    virtual void callByUserUuids(const std::list<std::string>& userUuids,
                                 const NECallback<>& callback) = 0;                              // since 1.28.0
    virtual void callByUserUuid(const std::string& userUuid, const NECallback<>& callback) = 0;  // since 1.28.0
    virtual void removeCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
    virtual void cancelCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
    virtual void hangUpCall(const std::string& userUuid, const NECallback<>& callback) = 0;      // since 1.28.0
    virtual void callOutRoomSystem(const NERoomSystemDevice& device,
                                   const CallSIPUserUuidCallback& callback) = 0;  // since 1.32.0
};

}  // namespace neroom
