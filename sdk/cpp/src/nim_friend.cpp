#include "nim_cpp_friend.h"

#include "refuse.h"

namespace nim {

void Friend::RegChangeCb(const FriendChangeCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool Friend::Request(const std::string& /*accid*/, NIMVerifyType /*verify_type*/, const std::string& /*msg*/,
                     const FriendOptCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Friend::Delete(const std::string& /*accid*/, const FriendOptCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Friend::DeleteEx(const std::string& /*accid*/, const DeleteFriendOption& /*option*/, const FriendOptCallback& cb) {
    return parlor::refuse(cb);
}

bool Friend::Update(const FriendProfile& /*friend_profile*/, const FriendOptCallback& cb,
                    const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Friend::GetList(const GetFriendsListCallback& cb, const std::string& /*json_extension*/) { parlor::refuse(cb); }

void Friend::GetFriendProfile(const std::string& /*accid*/, const GetFriendProfileCallback& cb,
                              const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool Friend::ParseFriendAddEvent(const FriendChangeEvent& /*change_event*/, FriendAddEvent& /*out_event*/) {
    return false;
}

bool Friend::ParseFriendDelEvent(const FriendChangeEvent& /*change_event*/, FriendDelEvent& /*out_event*/) {
    return false;
}

bool Friend::ParseFriendProfileUpdateEvent(const FriendChangeEvent& /*change_event*/,
                                           FriendProfileUpdateEvent& /*out_event*/) {
    return false;
}

bool Friend::ParseFriendProfileSyncEvent(const FriendChangeEvent& /*change_event*/,
                                         FriendProfileSyncEvent& /*out_event*/) {
    return false;
}

void Friend::UnregFriendCb() {}

bool Friend::QueryFriendshipBlock(const std::string& /*accid*/, const std::string& /*json_extension*/) { return false; }

bool Friend::QueryFriendListByKeyword(const std::string& /*keyword*/, const GetFriendsListCallback& cb,
                                      const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

}  // namespace nim
