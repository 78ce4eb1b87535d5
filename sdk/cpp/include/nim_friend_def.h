#pragma once

/// @file
/// Values of nim_cpp_friend.h.

#include "nim_sdk_def.h"

namespace nim {

/// Whether two accounts are friends.
enum NIMFriendFlag {
    kNIMFriendFlagNotFriend = 0,
    kNIMFriendFlagNormal = 1,
};

/// How a friendship came about.
enum NIMFriendSource {
    kNIMFriendSourceDefault = 0,
};

/// Step of making friends.
enum NIMVerifyType {
    kNIMVerifyTypeAdd = 1,
    kNIMVerifyTypeAsk = 2,
    kNIMVerifyTypeAgree = 3,
    kNIMVerifyTypeReject = 4,
};

/// What happened to a friendship.
enum NIMFriendChangeType {
    kNIMFriendChangeTypeRequest = 1,
    kNIMFriendChangeTypeDel = 2,
    kNIMFriendChangeTypeUpdate = 3,
    kNIMFriendChangeTypeSyncList = 5,
};

/// By what friends are searched.
enum NIMFriendQueryType {
    kNIMFriendQueryDefault = 0,
    kNIMFriendQueryByAccId = 1,
    kNIMFriendQueryByAlias = 2,
};

/// Choices of ending a friendship.
struct DeleteFriendOption {
    bool delete_alias_ = false;
};

/// What this account keeps about a friend; times in milliseconds.
struct FriendProfile {
    std::string accid_;
    NIMFriendFlag relationship_ = kNIMFriendFlagNotFriend;
    NIMFriendFlag passive_relationship_ = kNIMFriendFlagNotFriend;
    NIMFriendSource source_ = kNIMFriendSourceDefault;
    std::string alias_;
    int64_t bits_ = 0;
    Json expand_;
    unsigned int value_available_flag_ = 0;
    std::string server_expand_;
    int64_t create_timetag_ = 0;
    int64_t update_timetag_ = 0;
};

/// Something that happened to a friendship, not parsed yet.
struct FriendChangeEvent {
    NIMFriendChangeType type_ = kNIMFriendChangeTypeRequest;
    std::string content_;
};

/// A step of making friends.
struct FriendAddEvent {
    std::string accid_;
    NIMVerifyType add_type_ = kNIMVerifyTypeAdd;
    std::string msg_;
    std::string server_ex_;
};

/// A friendship that ended.
struct FriendDelEvent {
    std::string accid_;
};

/// A friend's profile that changed.
struct FriendProfileUpdateEvent {
    FriendProfile profile_;
};

/// All friends, after a login.
struct FriendProfileSyncEvent {
    std::list<FriendProfile> profiles_;
};

}  // namespace nim
