#include <utility>

#include "room_context.h"

namespace parlor {

using neroom::INERoomListener;
using neroom::SharedMemberPtr;

void RoomContext::apply(const RoomChange& change) {
    std::vector<Touched> touched;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (change.has_room) room_ = change.room;
        for (const auto& state : change.members) touched.push_back(put(state));
        for (const auto& state : change.gone) touched.push_back(remove(state));
    }
    tell(change, touched);
}

void RoomContext::tell(const RoomChange& change, const std::vector<Touched>& touched) {
    if (change.kind == ChangeKind::Joined || change.kind == ChangeKind::Left) {
        tell_passage(change.kind == ChangeKind::Joined, touched);
        return;
    }
    if (change.kind == ChangeKind::Roles) tell_roles(change);
    tell_room(change);
    const SharedMemberPtr operate_by = member(change.operate_by);
    for (const auto& one : touched) {
        tell_member(change, one.member, operate_by);
        // A member's streams are those of all its devices: any change of these may turn them on or off.
        tell_streams(one, operate_by);
        tell_presence(one);
    }
}

void RoomContext::tell_passage(bool joined, const std::vector<Touched>& touched) {
    std::vector<SharedMemberPtr> members;
    for (const auto& one : touched) {
        if (!is_hidden(one.member)) members.push_back(one.member);
    }
    if (members.empty()) return;
    listeners_.tell([&](INERoomListener& listener) {
        if (joined) {
            listener.onMemberJoinRoom(members);
        } else {
            listener.onMemberLeaveRoom(members);
        }
    });
}

void RoomContext::tell_member(const RoomChange& change, const SharedMemberPtr& member,
                              const SharedMemberPtr& operate_by) {
    listeners_.tell([&](INERoomListener& listener) {
        switch (change.kind) {
            case ChangeKind::Devices:
                listener.onMemberConnectedDeviceListChanged(member);
                break;
            case ChangeKind::Names:
                listener.onMemberNameChanged(member, member->getUserName());
                break;
            case ChangeKind::ChatBan:
                listener.onMemberChatBanStateChanged(member, change.on, change.number, change.text, operate_by);
                break;
            default:
                break;
        }
    });
}

void RoomContext::tell_streams(const Touched& touched, const SharedMemberPtr& operate_by) {
    const SharedMemberPtr member = touched.member;
    const auto changed = [&](auto flag, auto call) {
        const bool on = touched.now.any(flag);
        if (touched.before.any(flag) == on) return;
        listeners_.tell([&](INERoomListener& listener) { call(listener, on); });
    };
    changed(&DeviceState::isAudioOn,
            [&](INERoomListener& listener, bool on) { listener.onMemberAudioMuteChanged(member, !on, operate_by); });
    changed(&DeviceState::isVideoOn,
            [&](INERoomListener& listener, bool on) { listener.onMemberVideoMuteChanged(member, !on, operate_by); });
    changed(&DeviceState::isSharingScreen, [&](INERoomListener& listener, bool on) {
        listener.onMemberScreenShareStateChanged(member, on, operate_by);
    });
    changed(&DeviceState::isSharingSystemAudio, [&](INERoomListener& listener, bool on) {
        listener.onMemberSystemAudioShareStateChanged(member, on, operate_by);
    });
    changed(&DeviceState::isAudioConnected,
            [&](INERoomListener& listener, bool on) { listener.onMemberAudioConnectStateChanged(member, on); });
}

void RoomContext::tell_presence(const Touched& touched) {
    const std::vector<SharedMemberPtr> members{touched.member};
    const auto changed = [&](auto flag, auto came, auto went) {
        const bool present = touched.now.any(flag);
        if (touched.before.any(flag) == present) return;
        listeners_.tell([&](INERoomListener& listener) { (listener.*(present ? came : went))(members); });
    };
    changed(&DeviceState::in_chatroom, &INERoomListener::onMemberJoinChatroom, &INERoomListener::onMemberLeaveChatroom);
    changed(&DeviceState::in_rtc, &INERoomListener::onMemberJoinRtcChannel, &INERoomListener::onMemberLeaveRtcChannel);
}

void RoomContext::tell_border(const std::string& user_uuid, bool hides) {
    const std::vector<SharedMemberPtr> members{member(user_uuid)};
    if (!members.front()) return;
    listeners_.tell([&](INERoomListener& listener) {
        if (hides) {
            listener.onMemberLeaveRoom(members);
        } else {
            listener.onMemberJoinRoom(members);
        }
    });
}

void RoomContext::tell_roles(const RoomChange& change) {
    for (const auto& one : change.roles) {
        neroom::NERoomRole before;
        neroom::NERoomRole after;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            before = role(one.old_role);
            after = role(one.new_role);
        }
        if (before.hide != after.hide && one.user_uuid != own_uuid_) {
            tell_border(one.user_uuid, after.hide);
            continue;
        }
        // Here and below each form is a round of its own: a listener may remove and free itself in the first.
        listeners_.tell([&](INERoomListener& listener) { listener.onMemberRoleChanged(one.user_uuid, before, after); });
        listeners_.tell([&](INERoomListener& listener) {
            listener.onMemberRoleChanged(one.user_uuid, one.old_role, one.new_role);
        });
    }
}

void RoomContext::tell_room(const RoomChange& change) {
    listeners_.tell([&](INERoomListener& listener) {
        switch (change.kind) {
            case ChangeKind::MemberProperties:
                listener.onMemberPropertiesChanged(change.user_uuid, change.values);
                break;
            case ChangeKind::MemberPropertiesDeleted:
                listener.onMemberPropertiesDeleted(change.user_uuid, change.values);
                break;
            case ChangeKind::Properties:
                listener.onRoomPropertiesChanged(change.values);
                break;
            case ChangeKind::PropertiesDeleted:
                listener.onRoomPropertiesDeleted(change.values);
                break;
            case ChangeKind::Lock:
                listener.onRoomLockStateChanged(isRoomLocked());
                break;
            case ChangeKind::MaxMembers:
                listener.onRoomMaxMembersChanged(getMaxMembers());
                break;
            case ChangeKind::Blacklist:
                listener.onRoomBlacklistStateChanged(isRoomBlacklistEnabled());
                break;
            case ChangeKind::MultiDevice:
                listener.onRoomMultiDeviceEnableChanged(isRoomMultiDeviceEnabled());
                break;
            case ChangeKind::Lifetime:
                listener.onRoomRemainingSecondsRenewed(getRemainingSeconds());
                break;
            default:
                break;
        }
    });
}

void RoomContext::tell_connected(bool connected) {
    const auto state = connected ? neroom::kNEStateConnected : neroom::kNEStateDisConnected;
    listeners_.tell([&](INERoomListener& listener) { listener.onRoomConnectStateChanged(state); });
}

void RoomContext::tell_messages(const ChatMessages& messages) {
    std::list<neroom::NERoomMessage> older;
    for (const auto& message : messages) older.push_back(older_form(*message));
    listeners_.tell([&](INERoomListener& listener) { listener.onReceiveChatroomMessages(messages); });
    listeners_.tell(
        [&](INERoomListener& listener) { listener.onReceiveChatroomMessages(neroom::kMeetingRoom, messages); });
    listeners_.tell([&](INERoomListener& listener) { listener.onReceiveChatroomMessages(older); });
}

void RoomContext::tell_progress(const Progress& progress) {
    const std::string& uuid = progress.message_uuid;
    listeners_.tell([&](INERoomListener& listener) {
        listener.onChatroomMessageAttachmentProgress(uuid, progress.transferred, progress.total);
    });
    listeners_.tell([&](INERoomListener& listener) {
        listener.onChatroomMessageAttachmentProgress(neroom::kMeetingRoom, uuid, progress.transferred, progress.total);
    });
}

void RoomContext::end(int32_t reason) {
    const bool known = reason >= neroom::kNERoomEndReasonLeaveBySelf && reason < neroom::kNERoomEndReasonUnKnown;
    const auto end = known ? static_cast<neroom::NERoomEndReason>(reason) : neroom::kNERoomEndReasonUnKnown;
    listeners_.tell([&](INERoomListener& listener) { listener.onRoomEnded(end, std::string()); });
    listeners_.tell([&](INERoomListener& listener) { listener.onRoomEnded(end); });
    listeners_.clear();
}

}  // namespace parlor
