#pragma once

/// @file
/// Devices tried out before a room is joined.

#include "controller/pre_rtc_ctrl_interface.h"
#include "preview_room_listener.h"

namespace neroom {

/// Devices tried out before a room is joined.
class INEPreviewRoomContext {
public:
    virtual ~INEPreviewRoomContext() = default;
    virtual void addPreviewRoomListener(INEPreviewRoomListener* listener) = 0;
    virtual void removePreviewRoomListener(INEPreviewRoomListener* listener) = 0;
    virtual INEPreviewRoomRtcController* getPreviewRoomRtcController() = 0;
};

}  // namespace neroom
