#pragma once

/// @file
/// Creating, joining and previewing rooms.

#include "base_service_interface.h"
#include "preview_room_context_interface.h"
#include "room_context_interface.h"

namespace neroom {

/// Creating, joining and previewing rooms.
class INERoomService : public INEBaseService {
public:
    using NERoomCallback = NECallback<>;
    using NERoomTemplateCallback = NECallback<NERoomTemplate>;
    using NEJoinRoomCallback = NECallback<INERoomContext*>;
    using NEPreviewRoomCallback = NECallback<INEPreviewRoomContext>;
    using NEGetRecordsCallback = NECallback<std::list<NERoomRecord>>;
    using NERoomFetchChatRoomMessageCallback = NECallback<std::list<SharedChatMessagePtr>>;
    using NEInRoomDeviceListItemCallback = NECallback<std::list<NEInRoomDeviceListItem>>;

    virtual ~INERoomService() = default;
    virtual void createRoom(const NECreateRoomParams& params, const NECreateRoomOptions& options,
                            const NERoomCallback& callback) = 0;
    virtual void fetchRoomTemplate(const std::string& roomUuid, const NERoomTemplateCallback& callback) = 0;
    virtual void joinRoom(const NEJoinRoomParams& params, const NEJoinRoomOptions& options,
                          const NEJoinRoomCallback& callback) = 0;
    virtual void joinRoomByInvite(const NEJoinRoomParams& params, const NEJoinRoomOptions& options,
                                  const NEJoinRoomCallback& callback) = 0;
    virtual void previewRoom(const NEPreviewRoomParams& params, const NEPreviewRoomOptions& options,
                             const NEPreviewRoomCallback& callback) = 0;
    virtual INERoomContext* getRoomContext(const std::string& roomUuid) = 0;
    virtual INEPreviewRoomContext* getPreviewRoomContext() = 0;
    virtual void getRoomCloudRecordList(const std::string& roomArchiveId,
                                        const NEGetRecordsCallback& callback) = 0;  // since 1.22.0
    virtual void fetchChatroomHistoryMessages(const std::string& roomArchiveId, NEHistoryMessageSearchOption option,
                                              const NERoomFetchChatRoomMessageCallback& callback) = 0;
    virtual void exportChatroomHistoryMessages(const std::string& roomArchiveId,
                                               const NECallback<std::string>& callback) = 0;
    virtual void rejectInvite(const std::string& roomUuid,
                              const NECallback<std::string>& callback) = 0;  // since 1.28.0
    virtual void getMyInRoomDeviceList(const std::string& roomUuid,
                                       const NEInRoomDeviceListItemCallback& callback) = 0;  // since 1.43.0
};

}  // namespace neroom
