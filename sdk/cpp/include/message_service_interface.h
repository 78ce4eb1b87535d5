#pragma once

/// @file
/// Custom commands and message sessions.

#include "base_service_interface.h"
#include "base_type_defines.h"

namespace neroom {

/// Kind of a message session.
enum NERoomSessionType {
    kNERoomSessionTypeNone = 0,
    kNERoomSessionTypeP2P = 1,
};

/// A message of a session; timestamp in milliseconds.
struct NECustomSessionMessage {
    std::string sessionID;
    NERoomSessionType sessionType{kNERoomSessionTypeNone};
    std::string messageID;
    std::string data;
    time_t timestamp = 0;
};

/// Which part of a session's history; times in milliseconds, limit 0 to 100.
struct NERoomGetSessionMessagesHistoryParam {
    std::string sessionID;
    NERoomSessionType sessionType{kNERoomSessionTypeNone};
    time_t fromTime{0};
    time_t toTime{0};
    uint32_t limit{10};
    NEMessageSearchOrder searchOrder{kNEMessageSearchOrderDesc};
};

/// A session with its last message.
struct NERoomRecentSession {
    std::string sessionID;
    NERoomSessionType sessionType{};
    std::string fromAccount;
    std::string fromNick;
    std::string recentMessageID;
    std::string content;
    time_t timestamp = 0;
    uint32_t unreadCount = 0;
};

/// Told of custom commands and session messages.
class INEMessageChannelListener {
public:
    virtual ~INEMessageChannelListener() = default;
    virtual void onCustomMessageReceived(const NECustomMessage& /*message*/) {}
    virtual void onSessionMessageReceived(const NECustomSessionMessage& /*message*/) {}
    virtual void onSessionMessageRecentChanged(const std::list<NERoomRecentSession>& /*sessions*/) {}
    virtual void onSessionMessageDeleted(const NECustomSessionMessage& /*message*/) {}
    virtual void onSessionMessageAllDeleted(const std::string& /*sessionID*/,
                                            const NERoomSessionType& /*sessionType*/) {}

    // Forms of older releases, kept so that code written for them compiles.
    virtual void onReceiveCustomMessage(const NECustomMessage& /*message*/) {}
};

/// Custom commands and message sessions.
class INEMessageChannelService : public INEBaseService {
public:
    using NEMessageCallback = NECallback<>;

    virtual ~INEMessageChannelService() = default;
    virtual void addMessageChannelListener(INEMessageChannelListener* listener) = 0;
    virtual void removeMessageChannelListener(INEMessageChannelListener* listener) = 0;

    // Custom commands; ids 10000 to 19999 are the app's
    virtual void sendCustomMessage(const std::string& roomUuid, const std::string& userUuid, int commandId,
                                   const std::string& data, const NEMessageCallback& callback) = 0;
    virtual void sendCustomMessageToRoom(const std::string& roomUuid, int commandId, const std::string& data,
                                         const NEMessageCallback& callback) = 0;  // since 1.32.0
    virtual void sendCustomMessageToRoles(const std::string& roomUuid, int commandId, std::list<std::string> roles,
                                          const std::string& data,
                                          const NEMessageCallback& callback) = 0;  // since 1.39.0

    // Sessions
    virtual void queryUnreadMessageList(
        const std::string& sessionID, NERoomSessionType sessionType,
        const NECallback<std::list<NECustomSessionMessage>>& callback) = 0;  // since 1.26.0
    virtual void clearUnreadCount(const std::string& sessionID, const NERoomSessionType& sessionType,
                                  const NEMessageCallback& callback) = 0;  // since 1.26.0
    virtual void deleteSessionMessage(const std::string& sessionID, const NERoomSessionType& sessionType,
                                      const std::string& messageID,
                                      const NEMessageCallback& callback) = 0;  // since 1.26.0
    virtual void deleteAllSessionMessage(const std::string& sessionID, const NERoomSessionType& sessionType,
                                         const NEMessageCallback& callback) = 0;  // since 1.26.0
    virtual void getSessionMessagesHistory(
        const NERoomGetSessionMessagesHistoryParam& parameter,
        const NECallback<std::list<NECustomSessionMessage>>& callback) = 0;  // since 1.26.0
};

}  // namespace neroom
