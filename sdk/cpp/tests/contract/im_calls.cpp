// IM calls as guides write them.

#include <nim_chatroom_cpp.h>
#include <nim_cpp_api.h>

using namespace nim;

void client() {
    Client::RegKickoutCb([](const KickoutRes& kick) {
        if (kick.kick_reason_ == kNIMKickReasonServerKick) Client::Logout(kNIMLogoutKickout, [](NIMResCode) {});
    });
    Client::RegDisconnectCb([]() {});
    Client::RegReloginCb([](const LoginRes& result) { (void)result.retrying_; });
    Client::RegReloginRequestToeknCb([](std::string* token) { *token = "fresh"; });
    Client::RegMultispotLoginCb([](const MultiSpotLoginRes& result) {
        std::list<std::string> ids;
        for (const auto& device : result.other_clients_) ids.push_back(device.device_id_);
        Client::KickOtherClient(ids);
    });
    Client::RegKickOtherClientCb([](const KickOtherRes& result) { (void)result.device_ids_.size(); });
    Client::GetServerCurrentTime([](int, bool, uint64_t) {});
    Client::Logout(kNIMLogoutAppExit, [](NIMResCode) { Client::Cleanup2(); });
}

void talk() {
    MessageSetting setting;
    setting.need_push_ = BS_TRUE;
    setting.server_ext_["key"] = "value";
    Talk::RegSendMsgCb([](const SendMessageArc& arc) { (void)arc.rescode_; });
    Talk::RegReceiveCb([](const IMMessage& message) { (void)message.content_; });
    Talk::SendMsg(Talk::CreateTextMessage("peer", kNIMSessionTypeP2P, "id", "hello", setting));
    MsgLog::QueryMsgOnlineAsyncParam param;
    param.msg_type_list_ = QueryMsgOnlineAsyncParam::AllMsgTypeList;
    MsgLog::QueryMsgOnlineAsync(param, [](NIMResCode, const std::string&, NIMSessionType, const QueryMsglogResult&) {});
}

void teams() {
    TeamInfo info("1");
    info.SetName("name");
    info.SetJoinMode(kNIMTeamJoinModeNeedAuth);
    Team::CreateTeamAsync(info, std::list<std::string>{"a"}, "", [](const TeamEvent& event) { (void)event.res_code_; });
    SuperTeamMemberProperty property("1", "a", kNIMTeamUserTypeManager);
    SuperTeam::UpdateMyPropertyAsync(property, SuperTeam::SuperTeamEventCallback());
}

void rooms() {
    using nim_chatroom::ChatRoom;
    ChatRoom::RegEnterCb([](int64_t, const nim_chatroom::NIMChatRoomEnterStep, int, const nim_chatroom::ChatRoomInfo&,
                            const nim_chatroom::ChatRoomMemberInfo&) {});
    ChatRoom::Enter(1, "", nim_chatroom::ChatRoomEnterInfo());
    ChatRoom::QueueOfferAsync(1, nim_chatroom::ChatRoomQueueElement(), [](int64_t, int) {});
}
