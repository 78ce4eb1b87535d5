#include "nim_cpp_team.h"

#include "refuse.h"

namespace nim {

void Team::RegTeamEventCb(const TeamEventCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool Team::CreateTeamAsync(const TeamInfo& /*team_info*/, const std::list<std::string>& /*ids*/,
                           const std::string& /*invitation_postscript*/, const TeamEventCallback& cb,
                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::InviteAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                       const std::string& /*invitation_postscript*/, const TeamEventCallback& cb,
                       const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::InviteAsync2(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                        const std::string& /*invitation_postscript*/, const std::string& /*invitation_attachment*/,
                        const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::KickAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/, const TeamEventCallback& cb,
                     const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::LeaveAsync(const std::string& /*tid*/, const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::DismissAsync(const std::string& /*tid*/, const TeamEventCallback& cb,
                        const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::UpdateTeamInfoAsync(const std::string& /*tid*/, const TeamInfo& /*team_info*/, const TeamEventCallback& cb,
                               const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::ApplyJoinAsync(const std::string& /*tid*/, const std::string& /*reason*/, const TeamEventCallback& cb,
                          const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::PassJoinApplyAsync(const std::string& /*tid*/, const std::string& /*applicant_id*/,
                              const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::RejectJoinApplyAsync(const std::string& /*tid*/, const std::string& /*applicant_id*/,
                                const std::string& /*reason*/, const TeamEventCallback& cb,
                                const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::AddManagersAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                            const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::RemoveManagersAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                               const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::TransferTeamAsync(const std::string& /*tid*/, const std::string& /*new_owner_id*/, bool /*is_leave*/,
                             const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::UpdateMyPropertyAsync(const TeamMemberProperty& /*prop*/, const TeamEventCallback& cb,
                                 const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::UpdateOtherNickAsync(const TeamMemberProperty& /*prop*/, const TeamEventCallback& cb,
                                const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::AcceptInvitationAsync(const std::string& /*tid*/, const std::string& /*invitor_id*/,
                                 const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::RejectInvitationAsync(const std::string& /*tid*/, const std::string& /*invitor_id*/,
                                 const std::string& /*reason*/, const TeamEventCallback& cb,
                                 const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Team::QueryAllMyTeamsAsync(const QueryAllMyTeamsCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::QueryAllMyTeamsInfoAsync(const QueryAllMyTeamsInfoCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::QueryMyAllMemberInfosAsync(const QueryMyAllMemberInfosCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool Team::QueryTeamMembersAsync(const std::string& /*tid*/, const QueryTeamMembersCallback& cb,
                                 const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::QueryTeamMemberAsync(const std::string& /*tid*/, const std::string& /*id*/,
                                const QueryTeamMemberCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

TeamMemberProperty Team::QueryTeamMemberBlock(const std::string& /*tid*/, const std::string& /*id*/) {
    return TeamMemberProperty();
}

bool Team::QueryTeamInfoAsync(const std::string& /*tid*/, const QueryTeamInfoCallback& cb,
                              const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

TeamInfo Team::QueryTeamInfoBlock(const std::string& /*tid*/) { return TeamInfo(); }

bool Team::QueryTeamInfoOnlineAsync(const std::string& /*tid*/, const TeamEventCallback& cb,
                                    const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::ParseTeamInfo(const std::string& /*json_team_info*/, TeamInfo& /*team_info*/) { return false; }

void Team::UnregTeamCb() {}

bool Team::MuteMemberAsync(const std::string& /*tid*/, const std::string& /*member_id*/, bool /*set_mute*/,
                           const TeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::QueryMuteListOnlineAsync(const std::string& /*tid*/, const QueryTeamMembersOnlineCallback& cb,
                                    const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool Team::MuteAsync(const std::string& /*tid*/, bool /*set_mute*/, const TeamEventCallback& cb,
                     const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Team::TeamMsgAckRead(const std::string& /*tid*/, const std::list<IMMessage>& /*msgs*/, const TeamEventCallback& cb,
                          const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::TeamMsgAckReadEx(const std::string& /*tid*/, const std::list<IMMessage>& /*msgs*/,
                            const TeamMsgAckReadCallback& cb, const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::TeamMsgQueryUnreadList(const std::string& /*tid*/, const IMMessage& /*msg*/, const TeamEventCallback& cb,
                                  const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::QueryTeamMembersInvitor(const std::string& /*tid*/, const std::list<std::string>& /*members*/,
                                   const QueryTeamMembersInvitorCallback& cb) {
    parlor::refuse(cb);
}

bool Team::QueryTeamInfoByKeywordAsync(const std::string& /*keyword*/, const QueryTeamsInfoCallback& cb,
                                       const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void Team::UpdateTInfoLocal(const std::list<TeamInfo>& /*team_infos*/, const UpdateTInfoLocalCallback& cb,
                            const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::GetTeamInfoBatchSFTrans(const GetTeamInfoBatchSFTransCallback& cb, uint64_t /*time_tag*/,
                                   const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void Team::GetTeaminfoList(const std::list<std::string>& /*tid_list*/, const GetTeamInfoListCallback& cb) {
    parlor::refuse(cb);
}

}  // namespace nim
