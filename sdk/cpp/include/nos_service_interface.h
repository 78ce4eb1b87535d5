#pragma once

/// @file
/// Uploading files.

#include "base_service_interface.h"
#include "base_type_defines.h"

namespace neroom {

/// Uploading files.
class INENosService : public INEBaseService {
public:
    using NENosServiceCallback = NECallback<const std::string&>;

    virtual ~INENosService() = default;
    virtual void setNosDownloadFilePath(const std::string& path) = 0;
    virtual void uploadResource(const std::string& path, const NENosServiceCallback& cb) = 0;
};

}  // namespace neroom
