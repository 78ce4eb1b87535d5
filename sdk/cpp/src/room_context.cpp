#include "room_context.h"

#include <algorithm>
#include <chrono>

#include "answer.h"
#include "room_kit.h"

namespace parlor {

namespace {

int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

RoomContext::RoomContext(const RoomEntered& entered)
    : archive_id_(entered.room.archive_id), room_uuid_(entered.room.room_uuid), chat_(archive_id_) {
    enter(entered);
}

void RoomContext::enter(const RoomEntered& entered) {
    chat_.set_supported(entered.room.chatroom);
    std::lock_guard<std::mutex> lock(mutex_);
    room_ = entered.room;
    rules_ = entered.rules;
    own_uuid_ = entered.user_uuid;
    own_rtc_uid_ = entered.rtc_uid;
    std::list<MemberPtr> present;
    for (const auto& state : entered.members) present.push_back(put(state).member);
    // Those who went meanwhile keep their last state.
    members_ = present;
}

neroom::NERoomRole RoomContext::role(const std::string& name) const {
    for (const auto& role : rules_.roles) {
        if (role.name == name) return role;
    }
    neroom::NERoomRole unknown;
    unknown.name = name;
    return unknown;
}

RoomContext::MemberPtr RoomContext::find(const std::string& user_uuid) const {
    for (const auto& member : members_) {
        if (member->getUserUuid() == user_uuid) return member;
    }
    return nullptr;
}

RoomContext::Touched RoomContext::put(const MemberState& state) {
    MemberPtr member = find(state.user_uuid);
    if (!member) {
        member = std::make_shared<Member>();
        members_.push_back(member);
    }
    const uint64_t own_rtc_uid = state.user_uuid == own_uuid_ ? own_rtc_uid_ : 0;
    return {member, member->update(state, role(state.role), own_rtc_uid), state};
}

RoomContext::Touched RoomContext::remove(const MemberState& state) {
    Touched touched = put(state);
    members_.remove(touched.member);
    return touched;
}

bool RoomContext::is_hidden(const MemberPtr& member) const { return member->getUserRole().hide; }

neroom::SharedMemberPtr RoomContext::member(const std::string& user_uuid) const {
    std::lock_guard<std::mutex> lock(mutex_);
    return find(user_uuid);
}

std::uint64_t RoomContext::getRemainingSeconds() {
    const int64_t ends_at_ms = read(&RoomState::ends_at_ms);
    const int64_t left_ms = ends_at_ms == 0 ? 0 : ends_at_ms - now_ms();
    return left_ms > 0 ? static_cast<std::uint64_t>(left_ms / 1000) : 0;
}

std::int64_t RoomContext::getMaxMembers() {
    const int64_t max_members = read(&RoomState::max_members);
    return max_members == 0 ? -1 : max_members;
}

neroom::NERoomTemplate RoomContext::getRoomTemplate() {
    std::lock_guard<std::mutex> lock(mutex_);
    return rules_;
}

neroom::SharedMemberPtr RoomContext::getLocalMember() {
    std::lock_guard<std::mutex> lock(mutex_);
    return find(own_uuid_);
}

std::list<neroom::SharedMemberPtr> RoomContext::getRemoteMembers() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::list<neroom::SharedMemberPtr> remote;
    for (const auto& member : members_) {
        if (member->getUserUuid() != own_uuid_ && !is_hidden(member)) remote.push_back(member);
    }
    return remote;
}

void RoomContext::changeMyName(const std::string& name, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::change_name(archive_id_, std::string(), name), callback);
}

void RoomContext::changeMemberName(const std::string& userUuid, const std::string& name,
                                   const NERoomContextCallback& callback) {
    ask_and_answer(request::act::change_name(archive_id_, userUuid, name), callback);
}

void RoomContext::changeMemberRole(const std::string& userUuid, const std::string& role,
                                   const NERoomContextCallback& callback) {
    ask_and_answer(request::act::change_roles(archive_id_, {{userUuid, role}}), callback);
}

void RoomContext::changeMembersRole(const std::map<std::string, std::string>& userRoleMap,
                                    const NERoomContextCallback& callback) {
    ask_and_answer(request::act::change_roles(archive_id_, userRoleMap), callback);
}

void RoomContext::handOverMyRole(const std::string& userUuid, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::hand_over(archive_id_, userUuid, false), callback);
}

void RoomContext::handOverMyRole(const std::string& userUuid, bool resign, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::hand_over(archive_id_, userUuid, !resign), callback);
}

void RoomContext::kickMemberOut(const std::string& userUuid, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::kick(archive_id_, userUuid, false), callback);
}

void RoomContext::kickMemberOut(const std::string& userUuid, bool toBlacklist, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::kick(archive_id_, userUuid, toBlacklist), callback);
}

void RoomContext::leaveRoom(const NERoomContextCallback& callback) {
    leaveRoom(neroom::kNERoomLeaveRoomTypeOnlySelf, callback);
}

void RoomContext::leaveRoom(neroom::NERoomLeaveRoomType leaveRoomType, const NERoomContextCallback& callback) {
    const int64_t archive_id = archive_id_;
    const bool all_devices = leaveRoomType == neroom::kNERoomLeaveRoomTypeAll;
    ask(Side::Room, request::act::leave(archive_id, all_devices), [archive_id, callback](const Reply& reply) {
        // The end is told before the answer, and once.
        if (reply.code == room::kOk) RoomKit::get().rooms().end(archive_id, neroom::kNERoomEndReasonLeaveBySelf);
        if (callback) callback(reply.code, reply.message);
    });
}

void RoomContext::endRoom(const NERoomContextCallback& callback) {
    ask_and_answer(request::act::end(archive_id_), callback);
}

void RoomContext::endRoom(bool /*force*/, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::end(archive_id_), callback);
}

void RoomContext::lockRoom(const NERoomContextCallback& callback) {
    ask_and_answer(request::act::set_lock(archive_id_, true), callback);
}

void RoomContext::unlockRoom(const NERoomContextCallback& callback) {
    ask_and_answer(request::act::set_lock(archive_id_, false), callback);
}

void RoomContext::updateRoomProperty(const std::string& key, const std::string& value,
                                     const std::string& associatedUserUuid, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::set_room_property(archive_id_, key, value, associatedUserUuid), callback);
}

void RoomContext::deleteRoomProperty(const std::string& key, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::delete_room_property(archive_id_, key), callback);
}

void RoomContext::updateMemberProperty(const std::string& userUuid, const std::string& key, const std::string& value,
                                       const NERoomContextCallback& callback) {
    ask_and_answer(request::act::set_member_property(archive_id_, userUuid, key, value), callback);
}

void RoomContext::deleteMemberProperty(const std::string& userUuid, const std::string& key,
                                       const NERoomContextCallback& callback) {
    ask_and_answer(request::act::delete_member_property(archive_id_, userUuid, key), callback);
}

void RoomContext::enableRoomBlacklist(bool enable, const neroom::NEEmptyCallback& callback) {
    ask_and_answer(request::act::enable_blacklist(archive_id_, enable), callback);
}

void RoomContext::enableMultiDevice(bool enable, const NERoomContextCallback& callback) {
    ask_and_answer(request::act::enable_multi_device(archive_id_, enable), callback);
}

}  // namespace parlor
