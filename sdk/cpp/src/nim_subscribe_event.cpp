#include "nim_cpp_subscribe_event.h"

#include "refuse.h"

namespace nim {

void SubscribeEvent::RegPushEventCb(const PushEventCallback& /*cb*/, const std::string& /*json_extension*/) {}

void SubscribeEvent::RegBatchPushEventCb(const BatchPushEventCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool SubscribeEvent::Publish(const EventData& /*event_data*/, const PublishEventCallback& cb,
                             const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SubscribeEvent::Subscribe(int /*event_type*/, int64_t /*ttl*/, NIMEventSubscribeSyncEventType /*sync_type*/,
                               const std::list<std::string>& /*accid_list*/, const SubscribeEventCallback& cb,
                               const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SubscribeEvent::UnSubscribe(int /*event_type*/, const std::list<std::string>& /*accid_list*/,
                                 const UnSubscribeEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SubscribeEvent::BatchUnSubscribe(int /*event_type*/, const BatchUnSubscribeEventCallback& cb,
                                      const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SubscribeEvent::QuerySubscribe(int /*event_type*/, const std::list<std::string>& /*accid_list*/,
                                    const QuerySubscribeEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

}  // namespace nim
