#pragma once

/// @file
/// The whiteboard of a room.

#include "base_ctrl_interface.h"

namespace neroom {

/// A view that shows the whiteboard.
class INEWhiteboardView : public INEWhiteboardBaseView {
public:
    virtual ~INEWhiteboardView() = default;
};

/// The whiteboard of a room.
class INERoomWhiteboardController : public INEBaseController {
public:
    using NEWhiteboardCallback = NECallback<>;

    virtual ~INERoomWhiteboardController() = default;
    virtual std::string getWhiteboardUrl() = 0;
    virtual int login() = 0;
    virtual int logout() = 0;
    virtual int auth() = 0;
    virtual int setEnableDraw(bool enable) = 0;
    virtual int setupWhiteboardCanvas(INEWhiteboardView* view) = 0;
    virtual int resetWhiteboardCanvas(INEWhiteboardView* view) = 0;
    virtual std::string getWhiteboardSharingUserUuid() = 0;
    virtual void startWhiteboardShare(const NEWhiteboardCallback& callback = NEWhiteboardCallback()) = 0;
    virtual void startWhiteboardShare(bool stopCurrentShare, const NEWhiteboardCallback& callback) = 0;
    template <class Flag, class = NEOnlyIfBool<Flag>>
    void startWhiteboardShare(Flag stopCurrentShare) {
        startWhiteboardShare(stopCurrentShare, NEWhiteboardCallback());
    }
    virtual void stopWhiteboardShare(const NEWhiteboardCallback& callback = NEWhiteboardCallback()) = 0;
    virtual void stopMemberWhiteboardShare(const std::string& userUuid,
                                           const NEWhiteboardCallback& callback = NEWhiteboardCallback()) = 0;
};

}  // namespace neroom
