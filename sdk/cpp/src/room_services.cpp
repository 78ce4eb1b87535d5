#include "parlor_codes.h"
#include "refuse.h"
#include "room_kit.h"

namespace parlor {

namespace {

/// What a refused preview answers with: the published callback passes a context by reference, so there must be one.
class NoPreview final : public neroom::INEPreviewRoomContext {
public:
    void addPreviewRoomListener(neroom::INEPreviewRoomListener* /*listener*/) override {}
    void removePreviewRoomListener(neroom::INEPreviewRoomListener* /*listener*/) override {}
    neroom::INEPreviewRoomRtcController* getPreviewRoomRtcController() override { return nullptr; }
};

}  // namespace

void RoomService::createRoom(const neroom::NECreateRoomParams&, const neroom::NECreateRoomOptions&,
                             const NERoomCallback& callback) {
    refuse_room(callback);
}

void RoomService::fetchRoomTemplate(const std::string&, const NERoomTemplateCallback& callback) {
    refuse_room(callback);
}

void RoomService::joinRoom(const neroom::NEJoinRoomParams&, const neroom::NEJoinRoomOptions&,
                           const NEJoinRoomCallback& callback) {
    refuse_room(callback);
}

void RoomService::joinRoomByInvite(const neroom::NEJoinRoomParams&, const neroom::NEJoinRoomOptions&,
                                   const NEJoinRoomCallback& callback) {
    refuse_room(callback);
}

void RoomService::previewRoom(const neroom::NEPreviewRoomParams&, const neroom::NEPreviewRoomOptions&,
                              const NEPreviewRoomCallback& callback) {
    if (!callback) return;
    run_refusal(Side::Room,
                [callback] { callback(room::kNotSupported, "not supported by this server or SDK", NoPreview()); });
}

neroom::INERoomContext* RoomService::getRoomContext(const std::string&) { return nullptr; }

neroom::INEPreviewRoomContext* RoomService::getPreviewRoomContext() { return nullptr; }

void RoomService::getRoomCloudRecordList(const std::string&, const NEGetRecordsCallback& callback) {
    refuse_room(callback);
}

void RoomService::fetchChatroomHistoryMessages(const std::string&, neroom::NEHistoryMessageSearchOption,
                                               const NERoomFetchChatRoomMessageCallback& callback) {
    refuse_room(callback);
}

void RoomService::exportChatroomHistoryMessages(const std::string&, const neroom::NECallback<std::string>& callback) {
    refuse_room(callback);
}

void RoomService::rejectInvite(const std::string&, const neroom::NECallback<std::string>& callback) {
    refuse_room(callback);
}

void RoomService::getMyInRoomDeviceList(const std::string&, const NEInRoomDeviceListItemCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::addMessageChannelListener(neroom::INEMessageChannelListener*) {}

void MessageChannelService::removeMessageChannelListener(neroom::INEMessageChannelListener*) {}

void MessageChannelService::sendCustomMessage(const std::string&, const std::string&, int, const std::string&,
                                              const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::sendCustomMessageToRoom(const std::string&, int, const std::string&,
                                                    const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::sendCustomMessageToRoles(const std::string&, int, std::list<std::string>,
                                                     const std::string&, const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::queryUnreadMessageList(const std::string&, neroom::NERoomSessionType,
                                                   const neroom::NECallback<Messages>& callback) {
    refuse_room(callback);
}

void MessageChannelService::clearUnreadCount(const std::string&, const neroom::NERoomSessionType&,
                                             const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::deleteSessionMessage(const std::string&, const neroom::NERoomSessionType&,
                                                 const std::string&, const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::deleteAllSessionMessage(const std::string&, const neroom::NERoomSessionType&,
                                                    const NEMessageCallback& callback) {
    refuse_room(callback);
}

void MessageChannelService::getSessionMessagesHistory(const neroom::NERoomGetSessionMessagesHistoryParam&,
                                                      const neroom::NECallback<Messages>& callback) {
    refuse_room(callback);
}

void NosService::setNosDownloadFilePath(const std::string&) {}

void NosService::uploadResource(const std::string&, const NENosServiceCallback& cb) { refuse_room(cb); }

int ExtensionService::loadExtension(neroom::NERoomExtensionType, const std::string&) { return room::kNotSupported; }

int ExtensionService::enableExtension(neroom::NERoomExtensionType, bool, void*) { return room::kNotSupported; }

}  // namespace parlor
