#pragma once

/// @file
/// Loadable extensions.

#include "base_service_interface.h"
#include "base_type_defines.h"

namespace neroom {

/// Loadable extensions.
class INEExtensionService : public INEBaseService {
public:
    virtual ~INEExtensionService() = default;
    virtual int loadExtension(NERoomExtensionType type, const std::string& path = "") = 0;
    virtual int enableExtension(NERoomExtensionType type, bool enable = true, void* value = nullptr) = 0;
};

}  // namespace neroom
