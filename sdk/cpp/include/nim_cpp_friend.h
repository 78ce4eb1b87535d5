#pragma once

/// @file
/// Friends.

#include "nim_friend_def.h"

namespace nim {

/// Friends.
class NIM_SDK_CPPWRAPPER_DLL_API Friend {
public:
    typedef std::function<void(const FriendChangeEvent&)> FriendChangeCallback;
    typedef std::function<void(NIMResCode res_code)> FriendOptCallback;
    typedef std::function<void(NIMResCode res_code, const std::list<FriendProfile>& user_profile_list)>
        GetFriendsListCallback;
    typedef std::function<void(const std::string& accid, const FriendProfile& user_profile)> GetFriendProfileCallback;

    static void RegChangeCb(const FriendChangeCallback& cb, const std::string& json_extension = "");
    static bool Request(const std::string& accid, NIMVerifyType verify_type, const std::string& msg,
                        const FriendOptCallback& cb, const std::string& json_extension = "");
    static bool Delete(const std::string& accid, const FriendOptCallback& cb, const std::string& json_extension = "");
    static bool DeleteEx(const std::string& accid, const DeleteFriendOption& option, const FriendOptCallback& cb);
    static bool Update(const FriendProfile& friend_profile, const FriendOptCallback& cb,
                       const std::string& json_extension = "");
    static void GetList(const GetFriendsListCallback& cb, const std::string& json_extension = "");
    static void GetFriendProfile(const std::string& accid, const GetFriendProfileCallback& cb,
                                 const std::string& json_extension = "");
    static bool ParseFriendAddEvent(const FriendChangeEvent& change_event, FriendAddEvent& out_event);
    static bool ParseFriendDelEvent(const FriendChangeEvent& change_event, FriendDelEvent& out_event);
    static bool ParseFriendProfileUpdateEvent(const FriendChangeEvent& change_event,
                                              FriendProfileUpdateEvent& out_event);
    static bool ParseFriendProfileSyncEvent(const FriendChangeEvent& change_event, FriendProfileSyncEvent& out_event);
    static void UnregFriendCb();
    static bool QueryFriendshipBlock(const std::string& accid, const std::string& json_extension = "");
    static bool QueryFriendListByKeyword(const std::string& keyword, const GetFriendsListCallback& cb,
                                         const std::string& json_extension = "");
};

}  // namespace nim
