#pragma once

/// @file
/// The services of RoomKit. One of each per process, never freed.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "listeners.h"
#include "messages.h"
#include "room_context.h"
#include "room_kit_interface.h"

namespace parlor {

/// neroom::INEPreviewRoomContext; its devices are not offered yet.
class PreviewContext final : public neroom::INEPreviewRoomContext {
public:
    void addPreviewRoomListener(neroom::INEPreviewRoomListener* /*listener*/) override {}
    void removePreviewRoomListener(neroom::INEPreviewRoomListener* /*listener*/) override {}
    neroom::INEPreviewRoomRtcController* getPreviewRoomRtcController() override { return &rtc_; }

private:
    RtcController rtc_;
};

/// neroom::INERoomService.
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

    /// Takes an event of a room; on the SDK thread.
    void take(const Event& event);
    /// Tells the end of a room, unless it was told before; on the SDK thread.
    void end(int64_t archive_id, int32_t reason);
    /// Ends all rooms without a word.
    void close();

private:
    using Context = std::shared_ptr<RoomContext>;

    void enter(const RoomEntered& entered);
    Context find(int64_t archive_id);
    /// The context of a room that was left meanwhile too.
    Context find_any(int64_t archive_id);
    /// Takes a room out of the joined ones; nothing when it is not among them.
    Context retire(int64_t archive_id);

    std::mutex mutex_;
    std::list<Context> joined_;
    /// Kept for a while, so that a pointer that the app still holds meets an empty shell.
    std::list<Context> left_;
    bool previewed_ = false;
    PreviewContext preview_;
};

/// neroom::INEMessageChannelService; sessions are not offered yet.
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

    /// Tells every listener; on the SDK thread.
    void tell(const neroom::NECustomMessage& command);
    void close() { listeners_.clear(); }

private:
    Listeners<neroom::INEMessageChannelListener> listeners_;
};

/// neroom::INENosService.
class NosService final : public neroom::INENosService {
public:
    void setNosDownloadFilePath(const std::string& path) override;
    void uploadResource(const std::string& path, const NENosServiceCallback& cb) override;

    /// Where a download goes: a path without a folder is in the one that was set.
    std::string place(const std::string& path);

private:
    std::mutex mutex_;
    std::string folder_;
};

/// neroom::INEExtensionService; extensions are not offered yet.
class ExtensionService final : public neroom::INEExtensionService {
public:
    int loadExtension(neroom::NERoomExtensionType type, const std::string& path) override;
    int enableExtension(neroom::NERoomExtensionType type, bool enable, void* value) override;
};

}  // namespace parlor
