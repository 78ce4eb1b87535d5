#pragma once

/// @file
/// Teams.

#include "nim_talk_def.h"
#include "nim_team_def.h"

namespace nim {

/// Teams.
class NIM_SDK_CPPWRAPPER_DLL_API Team {
public:
    typedef std::function<void(const TeamEvent& team_event)> TeamEventCallback;
    typedef std::function<void(int team_count, const std::list<std::string>& team_id_list)> QueryAllMyTeamsCallback;
    typedef std::function<void(int team_count, const std::list<TeamInfo>& team_info_list)> QueryAllMyTeamsInfoCallback;
    typedef std::function<void(int count, const std::list<TeamMemberProperty>& all_my_member_info_list)>
        QueryMyAllMemberInfosCallback;
    typedef std::function<void(const std::string& tid, int member_count, const std::list<TeamMemberProperty>& props)>
        QueryTeamMembersCallback;
    typedef std::function<void(const TeamMemberProperty& team_member_property)> QueryTeamMemberCallback;
    typedef std::function<void(const std::string& tid, const TeamInfo& result)> QueryTeamInfoCallback;
    typedef std::function<void(NIMResCode error_code, const std::string& tid,
                               const std::list<TeamMemberProperty>& team_member_propertys)>
        QueryTeamMembersOnlineCallback;
    typedef std::function<void(NIMResCode error_code, const std::string& tid,
                               const std::map<std::string, std::string>& invitor_map)>
        QueryTeamMembersInvitorCallback;
    typedef QueryAllMyTeamsInfoCallback QueryTeamsInfoCallback;
    typedef QueryAllMyTeamsInfoCallback GetTeamInfoBatchSFTransCallback;
    typedef std::function<void(const std::list<std::string>& success_ids, const std::list<std::string>& failure_ids)>
        UpdateTInfoLocalCallback;
    typedef std::function<void(const std::string& tid, const std::list<std::string>& success_ids,
                               const std::list<std::string>& failure_ids, const std::list<std::string>& ignored_ids)>
        TeamMsgAckReadCallback;
    typedef std::function<void(NIMResCode error_code, const std::list<TeamInfo>& team_info_list,
                               const std::list<std::string>& fail_list)>
        GetTeamInfoListCallback;

    // Events
    static void RegTeamEventCb(const TeamEventCallback& cb, const std::string& json_extension = "");

    // Making and changing
    static bool CreateTeamAsync(const TeamInfo& team_info, const std::list<std::string>& ids,
                                const std::string& invitation_postscript, const TeamEventCallback& cb,
                                const std::string& json_extension = "");
    static bool InviteAsync(const std::string& tid, const std::list<std::string>& ids,
                            const std::string& invitation_postscript, const TeamEventCallback& cb,
                            const std::string& json_extension = "");
    static bool InviteAsync2(const std::string& tid, const std::list<std::string>& ids,
                             const std::string& invitation_postscript, const std::string& invitation_attachment,
                             const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool KickAsync(const std::string& tid, const std::list<std::string>& ids, const TeamEventCallback& cb,
                          const std::string& json_extension = "");
    static bool LeaveAsync(const std::string& tid, const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool DismissAsync(const std::string& tid, const TeamEventCallback& cb,
                             const std::string& json_extension = "");
    static bool UpdateTeamInfoAsync(const std::string& tid, const TeamInfo& team_info, const TeamEventCallback& cb,
                                    const std::string& json_extension = "");
    static bool ApplyJoinAsync(const std::string& tid, const std::string& reason, const TeamEventCallback& cb,
                               const std::string& json_extension = "");
    static bool PassJoinApplyAsync(const std::string& tid, const std::string& applicant_id, const TeamEventCallback& cb,
                                   const std::string& json_extension = "");
    static bool RejectJoinApplyAsync(const std::string& tid, const std::string& applicant_id, const std::string& reason,
                                     const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool AddManagersAsync(const std::string& tid, const std::list<std::string>& ids, const TeamEventCallback& cb,
                                 const std::string& json_extension = "");
    static bool RemoveManagersAsync(const std::string& tid, const std::list<std::string>& ids,
                                    const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool TransferTeamAsync(const std::string& tid, const std::string& new_owner_id, bool is_leave,
                                  const TeamEventCallback& cb, const std::string& json_extension = "");

    // Members
    static bool UpdateMyPropertyAsync(const TeamMemberProperty& prop, const TeamEventCallback& cb,
                                      const std::string& json_extension = "");
    static bool UpdateOtherNickAsync(const TeamMemberProperty& prop, const TeamEventCallback& cb,
                                     const std::string& json_extension = "");
    static bool AcceptInvitationAsync(const std::string& tid, const std::string& invitor_id,
                                      const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool RejectInvitationAsync(const std::string& tid, const std::string& invitor_id, const std::string& reason,
                                      const TeamEventCallback& cb, const std::string& json_extension = "");

    // Reading
    static void QueryAllMyTeamsAsync(const QueryAllMyTeamsCallback& cb, const std::string& json_extension = "");
    static void QueryAllMyTeamsInfoAsync(const QueryAllMyTeamsInfoCallback& cb, const std::string& json_extension = "");
    static void QueryMyAllMemberInfosAsync(const QueryMyAllMemberInfosCallback& cb,
                                           const std::string& json_extension = "");
    static bool QueryTeamMembersAsync(const std::string& tid, const QueryTeamMembersCallback& cb,
                                      const std::string& json_extension = "");
    static bool QueryTeamMemberAsync(const std::string& tid, const std::string& id, const QueryTeamMemberCallback& cb,
                                     const std::string& json_extension = "");
    static TeamMemberProperty QueryTeamMemberBlock(const std::string& tid, const std::string& id);
    static bool QueryTeamInfoAsync(const std::string& tid, const QueryTeamInfoCallback& cb,
                                   const std::string& json_extension = "");
    static TeamInfo QueryTeamInfoBlock(const std::string& tid);
    static bool QueryTeamInfoOnlineAsync(const std::string& tid, const TeamEventCallback& cb,
                                         const std::string& json_extension = "");
    static bool ParseTeamInfo(const std::string& json_team_info, TeamInfo& team_info);
    static void UnregTeamCb();

    // Muting
    static bool MuteMemberAsync(const std::string& tid, const std::string& member_id, bool set_mute,
                                const TeamEventCallback& cb, const std::string& json_extension = "");
    static bool QueryMuteListOnlineAsync(const std::string& tid, const QueryTeamMembersOnlineCallback& cb,
                                         const std::string& json_extension = "");
    static bool MuteAsync(const std::string& tid, bool set_mute, const TeamEventCallback& cb,
                          const std::string& json_extension = "");

    // Receipts
    static void TeamMsgAckRead(const std::string& tid, const std::list<IMMessage>& msgs, const TeamEventCallback& cb,
                               const std::string& json_extension = "");
    static void TeamMsgAckReadEx(const std::string& tid, const std::list<IMMessage>& msgs,
                                 const TeamMsgAckReadCallback& cb, const std::string& json_extension = "");
    static void TeamMsgQueryUnreadList(const std::string& tid, const IMMessage& msg, const TeamEventCallback& cb,
                                       const std::string& json_extension = "");

    // More queries
    static void QueryTeamMembersInvitor(const std::string& tid, const std::list<std::string>& members,
                                        const QueryTeamMembersInvitorCallback& cb);
    static bool QueryTeamInfoByKeywordAsync(const std::string& keyword, const QueryTeamsInfoCallback& cb,
                                            const std::string& json_extension = "");
    static void UpdateTInfoLocal(const std::list<TeamInfo>& team_infos, const UpdateTInfoLocalCallback& cb,
                                 const std::string& json_extension = "");
    static void GetTeamInfoBatchSFTrans(const GetTeamInfoBatchSFTransCallback& cb, uint64_t time_tag = 0,
                                        const std::string& json_extension = "");
    static void GetTeaminfoList(const std::list<std::string>& tid_list, const GetTeamInfoListCallback& cb);
};

}  // namespace nim
