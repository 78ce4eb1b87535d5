#pragma once

/// @file
/// The base of all controllers, and of the views of a board.

#include "../base_type_defines.h"

namespace neroom {

/// What all controllers of a room have.
class INEBaseController {
public:
    virtual ~INEBaseController() = default;
    virtual bool isSupported() const = 0;
};

/// A web view that shows a board; each call brings a script to run in it.
class INEWhiteboardBaseView {
public:
    virtual ~INEWhiteboardBaseView() = default;
    virtual void onAuth(const std::string& /*webScript*/) {}
    virtual void onLogout(const std::string& /*webScript*/) {}
    virtual void onDrawEnableChanged(const std::string& /*webScript*/) {}
    virtual void onToolConfigChanged(const std::string& /*webScript*/) {}
    virtual void onLogin(const std::string& /*webScript*/) {}
};

}  // namespace neroom
