#include "member.h"

#include <utility>

namespace parlor {

MemberState Member::update(const MemberState& state, const neroom::NERoomRole& role, uint64_t own_rtc_uid) {
    std::lock_guard<std::mutex> lock(mutex_);
    own_rtc_uid_ = own_rtc_uid;
    role_ = role;
    return std::exchange(state_, state);
}

DeviceState Member::first() const {
    for (const auto& device : state_.devices) {
        if (device.rtcUid == own_rtc_uid_) return device;
    }
    return state_.devices.empty() ? DeviceState() : state_.devices.front();
}

std::string Member::getUserUuid() { return read(&MemberState::user_uuid); }

std::string Member::getUserName() { return read(&MemberState::user_name); }

std::string Member::getAvatar() { return read(&MemberState::avatar); }

neroom::NERoomRole Member::getUserRole() {
    std::lock_guard<std::mutex> lock(mutex_);
    return role_;
}

uint64_t Member::getRtcUid() {
    std::lock_guard<std::mutex> lock(mutex_);
    return first().rtcUid;
}

bool Member::getIsAudioOn() { return any(&DeviceState::isAudioOn); }

bool Member::getIsVideoOn() { return any(&DeviceState::isVideoOn); }

bool Member::getIsInRtcChannel() { return any(&DeviceState::in_rtc); }

bool Member::getIsInChatroom() { return any(&DeviceState::in_chatroom); }

bool Member::getIsSharingScreen() { return any(&DeviceState::isSharingScreen); }

bool Member::getIsSharingSystemAudio() { return any(&DeviceState::isSharingSystemAudio); }

std::map<std::string, std::string> Member::getProperties() { return read(&MemberState::properties); }

neroom::NEClientType Member::getClientType() {
    std::lock_guard<std::mutex> lock(mutex_);
    return first().clientType;
}

bool Member::isAudioConnected() const { return any(&DeviceState::isAudioConnected); }

bool Member::isChatBanned() const { return read(&MemberState::chat_banned); }

std::list<neroom::NEConnectedDevice> Member::getConnectedDeviceList() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return {state_.devices.begin(), state_.devices.end()};
}

}  // namespace parlor
