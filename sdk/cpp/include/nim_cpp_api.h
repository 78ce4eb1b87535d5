#pragma once

/// @file
/// All IM headers at once.

#include "nim_cpp_client.h"
#include "nim_cpp_data_sync.h"
#include "nim_cpp_friend.h"
#include "nim_cpp_global.h"
#include "nim_cpp_msglog.h"
#include "nim_cpp_nos.h"
#include "nim_cpp_pass_through_proxy.h"
#include "nim_cpp_session.h"
#include "nim_cpp_session_online_service.h"
#include "nim_cpp_signaling.h"
#include "nim_cpp_subscribe_event.h"
#include "nim_cpp_super_team.h"
#include "nim_cpp_sysmsg.h"
#include "nim_cpp_talk.h"
#include "nim_cpp_team.h"
#include "nim_cpp_user.h"
