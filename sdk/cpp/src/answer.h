#pragma once

/// @file
/// RoomKit calls that are one request and answer nothing but their outcome.

#include <string>

#include "base_type_defines.h"
#include "core.h"

namespace parlor {

/// Hands a request of RoomKit in and tells the callback its outcome.
inline void ask_and_answer(const std::string& request, const neroom::NECallback<>& callback) {
    ask(Side::Room, request, [callback](const Reply& reply) {
        if (callback) callback(reply.code, reply.message);
    });
}

/// Where a download goes: a path without a folder is in the one of setNosDownloadFilePath().
std::string download_path(const std::string& path);

}  // namespace parlor
