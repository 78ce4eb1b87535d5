#pragma once

/// @file
/// Large teams.

#include "nim_super_team_def.h"

namespace nim {

/// Large teams.
class NIM_SDK_CPPWRAPPER_DLL_API SuperTeam {
public:
    typedef std::function<void(const SuperTeamEvent& team_event)> SuperTeamEventCallback;
    typedef std::function<void(int team_count, const std::list<std::string>& team_id_list)>
        QueryAllMySuperTeamsCallback;
    typedef std::function<void(int team_count, const std::list<SuperTeamInfo>& team_info_list)>
        QueryAllMySuperTeamsInfoCallback;
    typedef std::function<void(int count, const std::list<SuperTeamMemberProperty>& all_my_member_info_list)>
        QueryMyAllMemberInfosCallback;
    typedef std::function<void(NIMResCode error_code, const std::string& tid, int member_count,
                               const std::list<SuperTeamMemberProperty>& props)>
        QuerySuperTeamMembersCallback;
    typedef std::function<void(const SuperTeamMemberProperty& team_member_property)> QuerySuperTeamMemberCallback;
    typedef std::function<void(const std::string& tid, const SuperTeamInfo& result)> QuerySuperTeamInfoCallback;
    typedef std::function<void(NIMResCode error_code, const std::string& tid,
                               const std::list<SuperTeamMemberProperty>& team_member_propertys)>
        QuerySuperTeamMembersOnlineCallback;

    static void RegSuperTeamEventCb(const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool InviteAsync(const std::string& tid, const std::list<std::string>& ids, const SuperTeamEventCallback& cb,
                            const std::string& json_extension = "");
    static bool InviteAsync2(const std::string& tid, const std::list<std::string>& ids,
                             const std::string& invitation_postscript, const std::string& invitation_attachment,
                             const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool KickAsync(const std::string& tid, const std::list<std::string>& ids, const SuperTeamEventCallback& cb,
                          const std::string& json_extension = "");
    static bool LeaveAsync(const std::string& tid, const SuperTeamEventCallback& cb,
                           const std::string& json_extension = "");
    static bool UpdateSuperTeamInfoAsync(const std::string& tid, const SuperTeamInfo& team_info,
                                         const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool UpdateMyPropertyAsync(const SuperTeamMemberProperty& prop, const SuperTeamEventCallback& cb,
                                      const std::string& json_extension = "");
    static bool ApplyJoinAsync(const std::string& tid, const std::string& reason, const SuperTeamEventCallback& cb,
                               const std::string& json_extension = "");
    static bool PassJoinApplyAsync(const std::string& tid, const std::string& applicant_id,
                                   const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool RejectJoinApplyAsync(const std::string& tid, const std::string& applicant_id, const std::string& reason,
                                     const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool AddManagersAsync(const std::string& tid, const std::list<std::string>& ids,
                                 const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool RemoveManagersAsync(const std::string& tid, const std::list<std::string>& ids,
                                    const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool TransferTeamAsync(const std::string& tid, const std::string& new_owner_id, bool is_leave,
                                  const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool UpdateOtherNickAsync(const SuperTeamMemberProperty& prop, const SuperTeamEventCallback& cb,
                                     const std::string& json_extension = "");
    static bool AcceptInvitationAsync(const std::string& tid, const std::string& invitor_id,
                                      const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool RejectInvitationAsync(const std::string& tid, const std::string& invitor_id, const std::string& reason,
                                      const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool MuteMemberAsync(const std::string& tid, const std::string& member_id, bool set_mute,
                                const SuperTeamEventCallback& cb, const std::string& json_extension = "");
    static bool QueryMuteListAsync(const std::string& tid, const QuerySuperTeamMembersCallback& cb,
                                   const std::string& json_extension = "");
    static bool MuteAsync(const std::string& tid, bool set_mute, const SuperTeamEventCallback& cb,
                          const std::string& json_extension = "");
    static void QueryAllMySuperTeamsAsync(const QueryAllMySuperTeamsCallback& cb,
                                          const std::string& json_extension = "");
    static void QueryAllMySuperTeamsInfoAsync(const QueryAllMySuperTeamsInfoCallback& cb,
                                              const std::string& json_extension = "");
    static bool QuerySuperTeamsInfoByKeywordAsync(const std::string& keyword,
                                                  const QueryAllMySuperTeamsInfoCallback& cb,
                                                  const std::string& json_extension = "");
    static void QueryMyAllMemberInfosAsync(const QueryMyAllMemberInfosCallback& cb,
                                           const std::string& json_extension = "");
    static bool QuerySuperTeamMembersAsync(const std::string& tid, const QuerySuperTeamMembersCallback& cb,
                                           const std::string& json_extension = "");
    static bool QuerySuperTeamMemberAsync(const std::string& tid, const std::string& id,
                                          const QuerySuperTeamMemberCallback& cb,
                                          const std::string& json_extension = "");
    static SuperTeamMemberProperty QuerySuperTeamMemberBlock(const std::string& tid, const std::string& id);
    static bool QuerySuperTeamInfoAsync(const std::string& tid, const QuerySuperTeamInfoCallback& cb,
                                        const std::string& json_extension = "");
    static SuperTeamInfo QuerySuperTeamInfoBlock(const std::string& tid);
    static bool QuerySuperTeamInfoOnlineAsync(const std::string& tid, const SuperTeamEventCallback& cb,
                                              const std::string& json_extension = "");
    static bool ParseSuperTeamInfo(const std::string& json_team_info, SuperTeamInfo& team_info);
    static void UnregSuperTeamCb();
};

}  // namespace nim
