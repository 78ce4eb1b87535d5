#include "nim_cpp_user.h"

#include "refuse.h"

namespace nim {

void User::RegSpecialRelationshipChangedCb(const SpecialRelationshipChangedCallback& /*cb*/,
                                           const std::string& /*json_extension*/) {}

bool User::SetBlack(const std::string& /*accid*/, bool /*set_black*/, const SetBlackCallback& cb,
                    const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool User::SetMute(const std::string& /*accid*/, bool /*set_mute*/, const SetMuteCallback& cb,
                   const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void User::GetMutelist(const GetMuteListCallback& cb, const std::string& /*json_extension*/) { parlor::refuse(cb); }

void User::GetBlacklist(const GetBlackListCallback& cb, const std::string& /*json_extension*/) { parlor::refuse(cb); }

void User::RegUserNameCardChangedCb(const UserNameCardChangedCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool User::GetUserNameCard(const std::list<std::string>& /*accids*/, const GetUserNameCardCallback& cb,
                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool User::GetUserNameCardOnline(const std::list<std::string>& /*accids*/, const GetUserNameCardCallback& cb,
                                 const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool User::UpdateMyUserNameCard(const UserNameCard& /*namecard*/, const UpdateMyUserNameCardCallback& cb,
                                const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool User::QueryUserListByKeyword(const std::string& /*keyword*/, const GetUserNameCardCallback& cb,
                                  const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool User::ParseBlackListInfoChange(const SpecialRelationshipChangeEvent& /*change_event*/,
                                    BlackMuteListInfo& /*info*/) {
    return false;
}

bool User::ParseMuteListInfoChange(const SpecialRelationshipChangeEvent& /*change_event*/,
                                   BlackMuteListInfo& /*info*/) {
    return false;
}

bool User::ParseSyncSpecialRelationshipChange(const SpecialRelationshipChangeEvent& /*change_event*/,
                                              std::list<BlackMuteListInfo>& /*black_mute_list*/) {
    return false;
}

void User::UpdatePushToken(const std::string& /*cer_name*/, const std::string& /*token*/, int /*type*/) {}

void User::UnregUserCb() {}

}  // namespace nim
