#pragma once

/// @file
/// A member of a room.

#include <mutex>

#include "room_messages.h"

namespace parlor {

/// neroom::INERoomMember: one object per member and room, which follows the member's state until the member or this
/// device leaves, and keeps the last one.
class Member final : public neroom::INERoomMember {
public:
    /// Takes the new state and answers the old one. `own_rtc_uid` is that of this device for the own member, 0 for
    /// another.
    MemberState update(const MemberState& state, const neroom::NERoomRole& role, uint64_t own_rtc_uid);

    std::string getUserUuid() override;
    std::string getUserName() override;
    std::string getAvatar() override;
    neroom::NERoomRole getUserRole() override;
    uint64_t getRtcUid() override;
    bool getIsAudioOn() override;
    bool getIsVideoOn() override;
    bool getIsInRtcChannel() override;
    bool getIsInChatroom() override;
    bool getIsSharingScreen() override;
    bool getIsSharingWhiteboard() override { return false; }
    bool getIsAnnotationEnabled() override { return false; }
    bool getIsInSipInviting() override { return false; }
    bool getIsInAppInviting() override { return false; }
    bool getIsInWaitingRoom() override { return false; }
    bool getIsSharingSystemAudio() override;
    std::map<std::string, std::string> getProperties() override;
    neroom::NEClientType getClientType() override;
    bool isAudioConnected() const override;
    neroom::NERoomMemberInviteType getUserInviteType() override { return neroom::kRoomMemberInviteTypeUnknown; }
    neroom::NERoomMemberInviteState getUserInviteState() override { return {}; }
    bool isChatBanned() const override;
    std::list<neroom::NEConnectedDevice> getConnectedDeviceList() const override;

private:
    template <class T>
    T read(T MemberState::* field) const {
        std::lock_guard<std::mutex> lock(mutex_);
        return state_.*field;
    }
    /// Whether one of the devices is so.
    template <class Flag>
    bool any(Flag flag) const {
        std::lock_guard<std::mutex> lock(mutex_);
        return state_.any(flag);
    }
    /// The device that stands for the member: this one, or the longest present. Needs the lock.
    DeviceState first() const;

    mutable std::mutex mutex_;
    uint64_t own_rtc_uid_ = 0;
    MemberState state_;
    neroom::NERoomRole role_;
};

}  // namespace parlor
