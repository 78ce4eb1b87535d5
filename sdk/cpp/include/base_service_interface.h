#pragma once

/// @file
/// The base of all RoomKit services.

namespace neroom {

/// What all services have.
class INEBaseService {
public:
    virtual ~INEBaseService() = default;
};

}  // namespace neroom
