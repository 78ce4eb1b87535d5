#pragma once

/// @file
/// RoomKit's objects. One of each per process, never freed: a pointer that outlives destroyNERoomKit() stays harmless.

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "core.h"
#include "room_kit_interface.h"

namespace parlor {

/// neroom::INEAuthService.
class AuthService final : public neroom::INEAuthService {
public:
    void login(const std::string& account, const std::string& token, const NEAuthCallback& callback) override;
    void loginByDynamicToken(const std::string& account, const std::string& token, std::string& authType,
                             const NEAuthCallback& callback) override;
    void logout(const NEAuthCallback& callback) override;
    bool isLoggedIn() override;
    void addAuthListener(neroom::INEAuthListener* listener) override;
    void removeAuthListener(neroom::INEAuthListener* listener) override;

    /// Tells every listener; on the SDK thread.
    void tell(int32_t auth_event);
    /// Forgets the login and, when the kit is destroyed, the listeners.
    void reset(bool listeners_too);

private:
    void submit_login(const std::string& request, const NEAuthCallback& callback);

    std::mutex mutex_;
    std::condition_variable told_;
    bool logged_in_ = false;
    std::list<neroom::INEAuthListener*> listeners_;
    neroom::INEAuthListener* being_told_ = nullptr;
};

/// neroom::INERoomService; rooms are not offered yet.
class RoomService final : public neroom::INERoomService {
public:
    void createRoom(const neroom::NECreateRoomParams& params, const neroom::NECreateRoomOptions& options,
                    const NERoomCallback& callback) override;
    void fetchRoomTemplate(const std::string& roomUuid, const NERoomTemplateCallback& callback) override;
    void joinRoom(const neroom::NEJoinRoomParams& params, const neroom::NEJoinRoomOptions& options,
                  const NEJoinRoomCallback& callback) override;
    void joinRoomByInvite(const neroom::NEJoinRoomParams& params, const neroom::NEJoinRoomOptions& options,
                          const NEJoinRoomCallback& callback) override;
    void previewRoom(const neroom::NEPreviewRoomParams& params, const neroom::NEPreviewRoomOptions& options,
                     const NEPreviewRoomCallback& callback) override;
    neroom::INERoomContext* getRoomContext(const std::string& roomUuid) override;
    neroom::INEPreviewRoomContext* getPreviewRoomContext() override;
    void getRoomCloudRecordList(const std::string& roomArchiveId, const NEGetRecordsCallback& callback) override;
    void fetchChatroomHistoryMessages(const std::string& roomArchiveId, neroom::NEHistoryMessageSearchOption option,
                                      const NERoomFetchChatRoomMessageCallback& callback) override;
    void exportChatroomHistoryMessages(const std::string& roomArchiveId,
                                       const neroom::NECallback<std::string>& callback) override;
    void rejectInvite(const std::string& roomUuid, const neroom::NECallback<std::string>& callback) override;
    void getMyInRoomDeviceList(const std::string& roomUuid, const NEInRoomDeviceListItemCallback& callback) override;
};

/// neroom::INEMessageChannelService; messages are not offered yet.
class MessageChannelService final : public neroom::INEMessageChannelService {
public:
    using Messages = std::list<neroom::NECustomSessionMessage>;

    void addMessageChannelListener(neroom::INEMessageChannelListener* listener) override;
    void removeMessageChannelListener(neroom::INEMessageChannelListener* listener) override;
    void sendCustomMessage(const std::string& roomUuid, const std::string& userUuid, int commandId,
                           const std::string& data, const NEMessageCallback& callback) override;
    void sendCustomMessageToRoom(const std::string& roomUuid, int commandId, const std::string& data,
                                 const NEMessageCallback& callback) override;
    void sendCustomMessageToRoles(const std::string& roomUuid, int commandId, std::list<std::string> roles,
                                  const std::string& data, const NEMessageCallback& callback) override;
    void queryUnreadMessageList(const std::string& sessionID, neroom::NERoomSessionType sessionType,
                                const neroom::NECallback<Messages>& callback) override;
    void clearUnreadCount(const std::string& sessionID, const neroom::NERoomSessionType& sessionType,
                          const NEMessageCallback& callback) override;
    void deleteSessionMessage(const std::string& sessionID, const neroom::NERoomSessionType& sessionType,
                              const std::string& messageID, const NEMessageCallback& callback) override;
    void deleteAllSessionMessage(const std::string& sessionID, const neroom::NERoomSessionType& sessionType,
                                 const NEMessageCallback& callback) override;
    void getSessionMessagesHistory(const neroom::NERoomGetSessionMessagesHistoryParam& parameter,
                                   const neroom::NECallback<Messages>& callback) override;
};

/// neroom::INENosService; files are not offered yet.
class NosService final : public neroom::INENosService {
public:
    void setNosDownloadFilePath(const std::string& path) override;
    void uploadResource(const std::string& path, const NENosServiceCallback& cb) override;
};

/// neroom::INEExtensionService; extensions are not offered yet.
class ExtensionService final : public neroom::INEExtensionService {
public:
    int loadExtension(neroom::NERoomExtensionType type, const std::string& path) override;
    int enableExtension(neroom::NERoomExtensionType type, bool enable, void* value) override;
};

/// neroom::INERoomKit.
class RoomKit final : public neroom::INERoomKit {
public:
    /// The one of this process.
    static RoomKit& get();

    void initialize(const neroom::NERoomKitOptions& options, const neroom::NECallback<>& callback) override;
    void release() override;
    bool isInitialized() const override;
    neroom::NESDKVersions getSdkVersions() const override;
    int switchLanguage(neroom::NERoomLanguage language) override;
    neroom::INEAuthService* getAuthService() override { return &auth_; }
    neroom::INERoomService* getRoomService() override { return &rooms_; }
    neroom::INEMessageChannelService* getMessageChannelService() override { return &messages_; }
    neroom::INENosService* getNosService() override { return &nos_; }
    neroom::INEExtensionService* getExtensionService() override { return &extensions_; }
    void uploadLog(const neroom::NECallback<std::string>& callback) override;
    std::string getCurrentLogPath() override;
    void addGlobalEventListener(neroom::INEGlobalEventListener* listener) override;
    void removeGlobalEventListener(neroom::INEGlobalEventListener* listener) override;
    void invokeMethod(const std::string& method, const std::string& parameters,
                      const neroom::NECallback<>& callback) override;
    std::string getDeviceId() override;
    neroom::NENetworkType getNetworkType() override;
    int switchDomain(const std::string& domain) override;
    neroom::NEDomainInfoResult getAvailableDomain(const std::string& appKey) override;
    void writeLog(const std::string& moduleName, int level, const std::string& content) override;

    /// Ends everything that was begun; the object stays, as new.
    void destroy();
    AuthService& auth() { return auth_; }

private:
    RoomKit() = default;

    AuthService auth_;
    RoomService rooms_;
    MessageChannelService messages_;
    NosService nos_;
    ExtensionService extensions_;

    /// Orders initialize, release and destroy among each other.
    std::mutex life_;
    mutable std::mutex mutex_;
    bool initialised_ = false;
    std::string log_path_;
};

}  // namespace parlor
