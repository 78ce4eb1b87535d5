#pragma once

/// @file
/// Codes that every RoomKit call shares.

namespace neroom {

/// The two codes every call shares; the other numbers are listed in parlor_codes.h.
typedef enum tagNEErrorCode {
    kNEError = -1,
    kNENoError = 0,
} NEErrorCode;

}  // namespace neroom
