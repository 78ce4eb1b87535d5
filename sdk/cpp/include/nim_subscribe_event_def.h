#pragma once

/// @file
/// Values of nim_cpp_subscribe_event.h.

#include "nim_sdk_def.h"

namespace nim {

/// Who is told of a published event.
enum NIMEventBroadcastType {
    kNIMEventBroadcastTypeOnline = 1,
    kNIMEventBroadcastTypeAll = 2,
};

/// Whether one's own other devices are told.
enum NIMEventSyncType {
    kNIMEventSyncTypeNoSelf = 0,
    kNIMEventSyncTypeSelf = 1,
};

/// Whether the present value is delivered on subscribing.
enum NIMEventSubscribeSyncEventType {
    kNIMEventSubscribeSyncTypeUnSync = 0,
    kNIMEventSubscribeSyncTypeSync = 1,
};

/// Kinds of events that can be subscribed to.
enum NIMEventType {
    kNIMEventTypeOnlineState = 1,
    kNIMEventTypeSyncEvent = 2,
    kNIMEventTypeCustom = 100000,
};

/// Values of the online state event.
enum NIMEventOnlineStateValue {
    kNIMEventOnlineStateValueLogin = 1,
    kNIMEventOnlineStateValueLogout = 2,
    kNIMEventOnlineStateValueDisconnect = 3,
    kNIMEventOnlineStateValueCustom = 10000,
    kNIMEventOnlineStateValueUpdateConfig = kNIMEventOnlineStateValueCustom + 1,
};

/// A published event; times in milliseconds, lifetimes in seconds.
struct EventData {
    int event_type_ = 0;
    int event_value_ = 0;
    std::string client_msg_id_;
    std::string config_;
    int64_t ttl_ = 0;
    NIMEventBroadcastType broadcast_type_ = kNIMEventBroadcastTypeOnline;
    NIMEventSyncType sync_self_ = kNIMEventSyncTypeNoSelf;
    int readonly_ttl_type = 0;
    int readonly_durable_ = 0;
    int64_t readonly_event_time_ = 0;
    std::string readonly_server_msg_id_;
    int readonly_client_type_ = 0;
    std::string readonly_nim_config_;
    std::string readonly_multi_config_;
    std::string readonly_publisher_accid_;
    std::string readonly_consid_;
};

/// Which kinds of clients of an account are online.
struct EventOnlineClientType {
    std::set<NIMClientType> online_client_type_;
};

/// A subscription; lifetime in seconds.
struct EventSubscribeData {
    int event_type_ = 0;
    int64_t ttl_ = 0;
    NIMEventSubscribeSyncEventType sync_event_ = kNIMEventSubscribeSyncTypeUnSync;
    std::string publisher_accid_;
    std::string subscribe_accid_;
    int64_t subscribe_time_ = 0;
};

}  // namespace nim
