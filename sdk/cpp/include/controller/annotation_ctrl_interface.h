#pragma once

/// @file
/// Annotations over a screen share.

#include "base_ctrl_interface.h"

namespace neroom {

/// A view that shows annotations over a share.
class INEAnnotationView : public INEWhiteboardBaseView {
public:
    virtual ~INEAnnotationView() = default;
};

/// Annotations over a screen share.
class INERoomAnnotationController : public INEBaseController {
public:
    using NEAnnotationCallback = NECallback<>;

    virtual ~INERoomAnnotationController() = default;
    virtual std::string getAnnotationUrl() = 0;
    virtual int login() = 0;
    virtual int logout() = 0;
    virtual int auth() = 0;
    virtual int setEnableDraw(bool enable) = 0;
    virtual int setupAnnotationCanvas(INEAnnotationView* view) = 0;
    virtual int resetAnnotationCanvas(INEAnnotationView* view) = 0;
    virtual bool getIsAnnotationEnabled() = 0;
    virtual void startAnnotationShare(const NEAnnotationCallback& callback) = 0;
    virtual void stopAnnotationShare(const NEAnnotationCallback& callback) = 0;
};

}  // namespace neroom
