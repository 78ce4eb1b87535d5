#pragma once

/// @file
/// Profiles, black list and mute list.

#include "nim_user_def.h"

namespace nim {

/// Profiles, black list and mute list.
class NIM_SDK_CPPWRAPPER_DLL_API User {
public:
    typedef std::function<void(const SpecialRelationshipChangeEvent&)> SpecialRelationshipChangedCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& accid, bool set_opt)> SetRelationCallback;
    typedef SetRelationCallback SetBlackCallback;
    typedef SetRelationCallback SetMuteCallback;
    typedef std::function<void(NIMResCode res_code, const std::list<BlackMuteListInfo>&)> GetMuteListCallback;
    typedef std::function<void(NIMResCode res_code, const std::list<BlackMuteListInfo>&)> GetBlackListCallback;
    typedef std::function<void(const std::list<UserNameCard>&)> UserNameCardChangedCallback;
    typedef std::function<void(const std::list<UserNameCard>&)> GetUserNameCardCallback;
    typedef std::function<void(NIMResCode res_code)> UpdateMyUserNameCardCallback;

    static void RegSpecialRelationshipChangedCb(const SpecialRelationshipChangedCallback& cb,
                                                const std::string& json_extension = "");
    static bool SetBlack(const std::string& accid, bool set_black, const SetBlackCallback& cb,
                         const std::string& json_extension = "");
    static bool SetMute(const std::string& accid, bool set_mute, const SetMuteCallback& cb,
                        const std::string& json_extension = "");
    static void GetMutelist(const GetMuteListCallback& cb, const std::string& json_extension = "");
    static void GetBlacklist(const GetBlackListCallback& cb, const std::string& json_extension = "");
    static void RegUserNameCardChangedCb(const UserNameCardChangedCallback& cb, const std::string& json_extension = "");
    static bool GetUserNameCard(const std::list<std::string>& accids, const GetUserNameCardCallback& cb,
                                const std::string& json_extension = "");
    static bool GetUserNameCardOnline(const std::list<std::string>& accids, const GetUserNameCardCallback& cb,
                                      const std::string& json_extension = "");
    static bool UpdateMyUserNameCard(const UserNameCard& namecard, const UpdateMyUserNameCardCallback& cb,
                                     const std::string& json_extension = "");
    static bool QueryUserListByKeyword(const std::string& keyword, const GetUserNameCardCallback& cb,
                                       const std::string& json_extension = "");
    static bool ParseBlackListInfoChange(const SpecialRelationshipChangeEvent& change_event, BlackMuteListInfo& info);
    static bool ParseMuteListInfoChange(const SpecialRelationshipChangeEvent& change_event, BlackMuteListInfo& info);
    static bool ParseSyncSpecialRelationshipChange(const SpecialRelationshipChangeEvent& change_event,
                                                   std::list<BlackMuteListInfo>& black_mute_list);
    static void UpdatePushToken(const std::string& cer_name, const std::string& token, int type);
    static void UnregUserCb();
};

}  // namespace nim
