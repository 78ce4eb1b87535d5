#include <cstdlib>

#include "answer.h"
#include "parlor_codes.h"
#include "refuse.h"
#include "room_kit.h"

namespace parlor {

namespace {

/// How many contexts of rooms that were left are kept.
constexpr size_t kLeftLimit = 64;

int64_t archive_id_of(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

}  // namespace

void RoomService::createRoom(const neroom::NECreateRoomParams& params, const neroom::NECreateRoomOptions& options,
                             const NERoomCallback& callback) {
    ask_and_answer(request::room_create(params, options), callback);
}

void RoomService::fetchRoomTemplate(const std::string& roomUuid, const NERoomTemplateCallback& callback) {
    ask(Side::Room, request::room_template_fetch(roomUuid), [callback](const Reply& reply) {
        if (callback) callback(reply.code, reply.message, reply.rules);
    });
}

void RoomService::joinRoom(const neroom::NEJoinRoomParams& params, const neroom::NEJoinRoomOptions&,
                           const NEJoinRoomCallback& callback) {
    ask(Side::Room, request::room_join(params), [this, callback](const Reply& reply) {
        const Context context = reply.code == room::kOk ? find_any(reply.archive_id) : nullptr;
        if (callback) callback(reply.code, reply.message, context.get());
    });
}

void RoomService::joinRoomByInvite(const neroom::NEJoinRoomParams&, const neroom::NEJoinRoomOptions&,
                                   const NEJoinRoomCallback& callback) {
    refuse_room(callback);
}

void RoomService::previewRoom(const neroom::NEPreviewRoomParams&, const neroom::NEPreviewRoomOptions&,
                              const NEPreviewRoomCallback& callback) {
    ask(Side::Room, request::defer(), [this, callback](const Reply& reply) {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            previewed_ = previewed_ || reply.code == room::kOk;
        }
        if (callback) callback(reply.code, reply.message, preview_);
    });
}

neroom::INERoomContext* RoomService::getRoomContext(const std::string& roomUuid) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& context : joined_) {
        if (context->room_uuid() == roomUuid) return context.get();
    }
    return nullptr;
}

neroom::INEPreviewRoomContext* RoomService::getPreviewRoomContext() {
    std::lock_guard<std::mutex> lock(mutex_);
    return previewed_ ? &preview_ : nullptr;
}

void RoomService::getRoomCloudRecordList(const std::string&, const NEGetRecordsCallback& callback) {
    refuse_room(callback);
}

void RoomService::fetchChatroomHistoryMessages(const std::string& roomArchiveId,
                                               neroom::NEHistoryMessageSearchOption option,
                                               const NERoomFetchChatRoomMessageCallback& callback) {
    fetch_history(archive_id_of(roomArchiveId), option, 0, callback);
}

void RoomService::exportChatroomHistoryMessages(const std::string&, const neroom::NECallback<std::string>& callback) {
    refuse_room(callback);
}

void RoomService::rejectInvite(const std::string&, const neroom::NECallback<std::string>& callback) {
    refuse_room(callback);
}

void RoomService::getMyInRoomDeviceList(const std::string& roomUuid, const NEInRoomDeviceListItemCallback& callback) {
    ask(Side::Room, request::room_my_devices(roomUuid), [callback](const Reply& reply) {
        if (callback) callback(reply.code, reply.message, reply.device_lists);
    });
}

void RoomService::take(const Event& event) {
    if (event.kind == EventKind::RoomEntered) {
        enter(event.entered);
        return;
    }
    if (event.kind == EventKind::RoomEnded) {
        end(event.archive_id, event.end_reason);
        return;
    }
    const Context context = find(event.archive_id);
    if (!context) return;
    switch (event.kind) {
        case EventKind::RoomChange:
            context->apply(event.change);
            break;
        case EventKind::RoomConnection:
            context->tell_connected(event.connected);
            break;
        case EventKind::ChatReceived:
            context->tell_messages(event.messages);
            break;
        case EventKind::FileProgress:
            context->tell_progress(event.progress);
            break;
        default:
            break;
    }
}

void RoomService::enter(const RoomEntered& entered) {
    if (const Context context = find(entered.room.archive_id)) {
        context->enter(entered);
        return;
    }
    const auto context = std::make_shared<RoomContext>(entered);
    std::lock_guard<std::mutex> lock(mutex_);
    joined_.push_back(context);
}

void RoomService::end(int64_t archive_id, int32_t reason) {
    if (const Context context = retire(archive_id)) context->end(reason);
}

void RoomService::close() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& context : joined_) context->close();
    left_.splice(left_.end(), joined_);
    while (left_.size() > kLeftLimit) left_.pop_front();
    previewed_ = false;
}

RoomService::Context RoomService::find(int64_t archive_id) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& context : joined_) {
        if (context->archive_id() == archive_id) return context;
    }
    return nullptr;
}

RoomService::Context RoomService::find_any(int64_t archive_id) {
    if (Context context = find(archive_id)) return context;
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto context = left_.rbegin(); context != left_.rend(); ++context) {
        if ((*context)->archive_id() == archive_id) return *context;
    }
    return nullptr;
}

RoomService::Context RoomService::retire(int64_t archive_id) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto at = joined_.begin(); at != joined_.end(); ++at) {
        if ((*at)->archive_id() != archive_id) continue;
        const Context context = *at;
        left_.splice(left_.end(), joined_, at);
        if (left_.size() > kLeftLimit) left_.pop_front();
        return context;
    }
    return nullptr;
}

void MessageChannelService::addMessageChannelListener(neroom::INEMessageChannelListener* listener) {
    listeners_.add(listener);
}

void MessageChannelService::removeMessageChannelListener(neroom::INEMessageChannelListener* listener) {
    listeners_.remove(listener);
}

void MessageChannelService::sendCustomMessage(const std::string& roomUuid, const std::string& userUuid, int commandId,
                                              const std::string& data, const NEMessageCallback& callback) {
    if (userUuid.empty()) {
        run_refusal(Side::Room, [callback] {
            if (callback) callback(room::kInvalidParameter, "userUuid is empty");
        });
        return;
    }
    ask_and_answer(request::room_command_send(roomUuid, userUuid, commandId, data, {}), callback);
}

void MessageChannelService::sendCustomMessageToRoom(const std::string& roomUuid, int commandId, const std::string& data,
                                                    const NEMessageCallback& callback) {
    ask_and_answer(request::room_command_send(roomUuid, std::string(), commandId, data, {}), callback);
}

void MessageChannelService::sendCustomMessageToRoles(const std::string& roomUuid, int commandId,
                                                     std::list<std::string> roles, const std::string& data,
                                                     const NEMessageCallback& callback) {
    ask_and_answer(request::room_command_send(roomUuid, std::string(), commandId, data, roles), callback);
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

void MessageChannelService::tell(const neroom::NECustomMessage& command) {
    listeners_.tell([&](neroom::INEMessageChannelListener& listener) { listener.onCustomMessageReceived(command); });
    listeners_.tell([&](neroom::INEMessageChannelListener& listener) { listener.onReceiveCustomMessage(command); });
}

void NosService::setNosDownloadFilePath(const std::string& path) {
    std::lock_guard<std::mutex> lock(mutex_);
    folder_ = path;
}

void NosService::uploadResource(const std::string& path, const NENosServiceCallback& cb) {
    ask(Side::Room, request::file_upload(path), [cb](const Reply& reply) {
        if (cb) cb(reply.code, reply.message, reply.url);
    });
}

std::string NosService::place(const std::string& path) {
    std::lock_guard<std::mutex> lock(mutex_);
    const bool has_folder = path.find_first_of("/\\") != std::string::npos;
    return has_folder || folder_.empty() ? path : folder_ + "/" + path;
}

std::string download_path(const std::string& path) { return RoomKit::get().nos().place(path); }

int ExtensionService::loadExtension(neroom::NERoomExtensionType, const std::string&) { return room::kNotSupported; }

int ExtensionService::enableExtension(neroom::NERoomExtensionType, bool, void*) { return room::kNotSupported; }

}  // namespace parlor
