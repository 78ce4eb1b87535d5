#pragma once

/// @file
/// The same header under the path of later releases.

#include "../../nim_cpp_api.h"
