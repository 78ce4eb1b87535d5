#pragma once

/// @file
/// Published events.

#include "nim_subscribe_event_def.h"

namespace nim {

/// Published events, such as who is online.
class NIM_SDK_CPPWRAPPER_DLL_API SubscribeEvent {
public:
    typedef std::function<void(NIMResCode res_code, const EventData& event_data)> PushEventCallback;
    typedef std::function<void(NIMResCode res_code, const std::list<EventData>& event_list)> BatchPushEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type, const EventData& event_data)> PublishEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type, const std::list<std::string>& faild_list)>
        SubscribeEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type, const std::list<std::string>& faild_list)>
        UnSubscribeEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type)> BatchUnSubscribeEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type,
                               const std::list<EventSubscribeData>& subscribe_list)>
        QuerySubscribeEventCallback;
    typedef std::function<void(NIMResCode res_code, int event_type,
                               const std::list<EventSubscribeData>& subscribe_list)>
        BatchQuerySubscribeEventCallback;

    static void RegPushEventCb(const PushEventCallback& cb, const std::string& json_extension = "");
    static void RegBatchPushEventCb(const BatchPushEventCallback& cb, const std::string& json_extension = "");
    static bool Publish(const EventData& event_data, const PublishEventCallback& cb,
                        const std::string& json_extension = "");
    static bool Subscribe(int event_type, int64_t ttl, NIMEventSubscribeSyncEventType sync_type,
                          const std::list<std::string>& accid_list, const SubscribeEventCallback& cb,
                          const std::string& json_extension = "");
    static bool UnSubscribe(int event_type, const std::list<std::string>& accid_list,
                            const UnSubscribeEventCallback& cb, const std::string& json_extension = "");
    static bool BatchUnSubscribe(int event_type, const BatchUnSubscribeEventCallback& cb,
                                 const std::string& json_extension = "");
    static bool QuerySubscribe(int event_type, const std::list<std::string>& accid_list,
                               const QuerySubscribeEventCallback& cb, const std::string& json_extension = "");
};

}  // namespace nim
