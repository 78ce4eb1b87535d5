#include "nim_cpp_super_team.h"

#include "refuse.h"

namespace nim {

void SuperTeam::RegSuperTeamEventCb(const SuperTeamEventCallback& /*cb*/, const std::string& /*json_extension*/) {}

bool SuperTeam::InviteAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                            const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::InviteAsync2(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                             const std::string& /*invitation_postscript*/, const std::string& /*invitation_attachment*/,
                             const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::KickAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                          const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::LeaveAsync(const std::string& /*tid*/, const SuperTeamEventCallback& cb,
                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::UpdateSuperTeamInfoAsync(const std::string& /*tid*/, const SuperTeamInfo& /*team_info*/,
                                         const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::UpdateMyPropertyAsync(const SuperTeamMemberProperty& /*prop*/, const SuperTeamEventCallback& cb,
                                      const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::ApplyJoinAsync(const std::string& /*tid*/, const std::string& /*reason*/,
                               const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::PassJoinApplyAsync(const std::string& /*tid*/, const std::string& /*applicant_id*/,
                                   const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::RejectJoinApplyAsync(const std::string& /*tid*/, const std::string& /*applicant_id*/,
                                     const std::string& /*reason*/, const SuperTeamEventCallback& cb,
                                     const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::AddManagersAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                                 const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::RemoveManagersAsync(const std::string& /*tid*/, const std::list<std::string>& /*ids*/,
                                    const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::TransferTeamAsync(const std::string& /*tid*/, const std::string& /*new_owner_id*/, bool /*is_leave*/,
                                  const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::UpdateOtherNickAsync(const SuperTeamMemberProperty& /*prop*/, const SuperTeamEventCallback& cb,
                                     const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::AcceptInvitationAsync(const std::string& /*tid*/, const std::string& /*invitor_id*/,
                                      const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::RejectInvitationAsync(const std::string& /*tid*/, const std::string& /*invitor_id*/,
                                      const std::string& /*reason*/, const SuperTeamEventCallback& cb,
                                      const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::MuteMemberAsync(const std::string& /*tid*/, const std::string& /*member_id*/, bool /*set_mute*/,
                                const SuperTeamEventCallback& cb, const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::QueryMuteListAsync(const std::string& /*tid*/, const QuerySuperTeamMembersCallback& cb,
                                   const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::MuteAsync(const std::string& /*tid*/, bool /*set_mute*/, const SuperTeamEventCallback& cb,
                          const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void SuperTeam::QueryAllMySuperTeamsAsync(const QueryAllMySuperTeamsCallback& cb,
                                          const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void SuperTeam::QueryAllMySuperTeamsInfoAsync(const QueryAllMySuperTeamsInfoCallback& cb,
                                              const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool SuperTeam::QuerySuperTeamsInfoByKeywordAsync(const std::string& /*keyword*/,
                                                  const QueryAllMySuperTeamsInfoCallback& cb,
                                                  const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

void SuperTeam::QueryMyAllMemberInfosAsync(const QueryMyAllMemberInfosCallback& cb,
                                           const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

bool SuperTeam::QuerySuperTeamMembersAsync(const std::string& /*tid*/, const QuerySuperTeamMembersCallback& cb,
                                           const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::QuerySuperTeamMemberAsync(const std::string& /*tid*/, const std::string& /*id*/,
                                          const QuerySuperTeamMemberCallback& cb,
                                          const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

SuperTeamMemberProperty SuperTeam::QuerySuperTeamMemberBlock(const std::string& /*tid*/, const std::string& /*id*/) {
    return SuperTeamMemberProperty();
}

bool SuperTeam::QuerySuperTeamInfoAsync(const std::string& /*tid*/, const QuerySuperTeamInfoCallback& cb,
                                        const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

SuperTeamInfo SuperTeam::QuerySuperTeamInfoBlock(const std::string& /*tid*/) { return SuperTeamInfo(); }

bool SuperTeam::QuerySuperTeamInfoOnlineAsync(const std::string& /*tid*/, const SuperTeamEventCallback& cb,
                                              const std::string& /*json_extension*/) {
    return parlor::refuse(cb);
}

bool SuperTeam::ParseSuperTeamInfo(const std::string& /*json_team_info*/, SuperTeamInfo& /*team_info*/) {
    return false;
}

void SuperTeam::UnregSuperTeamCb() {}

}  // namespace nim
