#pragma once

/// @file
/// Hooks around the life of the media engine.

#include "base_type_defines.h"

namespace nertc {

class IRtcEngineEventHandlerEx;
class IRtcEngineEx;

}  // namespace nertc

namespace neroom {

/// Lends the media engine to the app.
class INERtcWrapper {
public:
    virtual ~INERtcWrapper() = default;
    virtual nertc::IRtcEngineEx* getRtcEngine() const = 0;
    virtual void addRtcCallback(nertc::IRtcEngineEventHandlerEx* callback) = 0;
    virtual void removeRtcCallback(nertc::IRtcEngineEventHandlerEx* callback) = 0;
};

/// Told around the life of the media engine.
class INEGlobalEventListener {
public:
    virtual ~INEGlobalEventListener() = default;
    virtual void beforeRtcEngineInitialize(const std::string& /*roomUuid*/, const INERtcWrapper& /*rtcWrapper*/) {}
    virtual void afterRtcEngineInitialize(const std::string& /*roomUuid*/, const INERtcWrapper& /*rtcWrapper*/) {}
    virtual void beforeRtcEngineRelease(const std::string& /*roomUuid*/, const INERtcWrapper& /*rtcWrapper*/) {}
};

}  // namespace neroom
