//! Every published call of the server APIs (neroom-server §2, nim §1.2 and §1.4), built here or not.
//!
//! A call that no route performs yet is admitted like any other of its family, signature first, and then answers the
//! coded "not supported". Giving it a route is all it takes to support it: nothing is removed here.

use super::route::Route;
use axum::http::Method;
use std::collections::BTreeSet;

/// Calls of one subject, in one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The family and the subject.
    pub name: &'static str,
    /// Why those of its calls are not supported that are not.
    pub reason: &'static str,
    /// Its calls, as published.
    pub calls: Vec<Published>,
}

/// One published call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// HTTP method.
    pub method: Method,
    /// Path, with `{name}` for what varies.
    pub path: &'static str,
}

/// The whole table, group by group.
pub fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in TABLE.lines() {
        match line.split_once(' ') {
            Some(("#", head)) => {
                let (name, reason) = head.split_once(" | ").unwrap_or((head, ""));
                groups.push(Group { name, reason, calls: Vec::new() });
            }
            Some((method, path)) => {
                let group = groups.last_mut();
                if let (Some(group), Ok(method)) = (group, method.parse()) {
                    group.calls.push(Published { method, path });
                }
            }
            None => {}
        }
    }
    groups
}

/// Calls of our own, which nobody published: they are no part of the coverage.
pub const OWN: [(&str, &str); 5] = [
    ("GET", "/neroom/v1/templates"),
    ("POST", "/neroom/v1/templates"),
    ("GET", "/neroom/v1/templates/{template_id}"),
    ("PUT", "/neroom/v1/templates/{template_id}"),
    ("DELETE", "/neroom/v1/templates/{template_id}"),
];

/// A route for each published call that none of `routes` performs; it answers "not supported".
pub fn not_supported(routes: &[Route]) -> Vec<Route> {
    let performed: BTreeSet<_> = routes.iter().map(|route| (route.method.as_str(), route.path)).collect();
    let calls = groups().into_iter().flat_map(|group| group.calls);
    calls
        .filter(|call| !performed.contains(&(call.method.as_str(), call.path)))
        .map(|call| Route::not_supported(call.method, call.path))
        .collect()
}

/// `# group | why some of its calls are not supported`, then its calls. "Earlier form" are the paths that stayed usable when v2.1 gave the same call more fields.
const TABLE: &str = "\
# room: accounts
POST /neroom/v3/users
PATCH /neroom/v3/users/{user_uuid}
GET /neroom/v3/users/{user_uuid}
GET /neroom/v3/users
POST /neroom/v4/rtc_uid
# room: rooms
POST /neroom/v4/rooms
POST /neroom/v3/rooms
POST /neroom/v4/rooms/{room_archive_id}
DELETE /neroom/v3/rooms/{room_archive_id}
PATCH /neroom/v1/rooms/{room_archive_id}/mute
PATCH /neroom/v1/rooms/{room_archive_id}/cancel_mute
GET /neroom/v1/rooms/{room_archive_id}/mute_list
PATCH /neroom/v1/rooms/{room_archive_id}/add_blacklist
PATCH /neroom/v1/rooms/{room_archive_id}/remove_blacklist
GET /neroom/v1/rooms/{room_archive_id}/blacklist
# room: members
GET /neroom/v3/rooms/{room_archive_id}/online_user_list
PATCH /neroom/v3/rooms/{room_archive_id}/users/{user_uuid}/role
DELETE /neroom/v3/rooms/{room_archive_id}/users/{user_uuid}
PUT /neroom/v4/rooms/{room_archive_id}/members/{user_uuid}
PATCH /neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/mute
PATCH /neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/cancel_mute
# room: messages
POST /neroom/v3/rooms/{room_archive_id}/messages
POST /neroom/v1/broadcast
POST /neroom/v3/rooms/{room_archive_id}/custom_messages
POST /scene/apps/{appKey}/v2/rooms/{roomUuid}/chatrooms/{chatroomId}/recall
GET /scene/apps/{appKey}/v2/rooms/chatroom/msg/export
# room: seats | seats are not here yet
GET /neroom/v3/rooms/{room_archive_id}/seats/slot_list
POST /neroom/v3/rooms/{room_archive_id}/seat_mode
POST /neroom/v3/rooms/{room_archive_id}/seats/kick_user/{user_uuid}
# room: recording and live | recordings and live streams are not here yet
POST /scene/apps/{appKey}/v2/rooms/{roomUuid}/record/state/{recordState}
GET /scene/apps/{appKey}/v2/rooms/record/list
GET /neroom/v3/rooms/{room_archive_id}/media_info
GET /neroom/v3/rooms/{room_archive_id}/live_stream_name
# room (older): accounts
PUT /apps/{appKey}/v1/users/{userUuid}
POST /apps/v1/getToken
POST /apps/v1/refreshToken
PUT /apps/{appKey}/v1/users/{userUuid}/update
POST /scene/apps/{appKey}/v1/login
# room (older): rooms | an observer is a member with a role: change the role
PUT /apps/v2/room
DELETE /apps/v2/room
GET /apps/v2/room
PUT /apps/{appKey}/v1/rooms/{roomUuid}
GET /apps/v2/active-room-list
PUT /apps/v2/room/bind/observer
POST /apps/v2/room/unbind/observer
# room (older): members
GET /apps/v2/online-user-list
GET /apps/v2/room-user
DELETE /apps/v2/room-user
GET /apps/v2/user-info
# room (older): messages and seats | seats are not here yet
POST /apps/v2/sendChatRoomCustomMessage
GET /neroom/v1/seats/slot_list/{roomArchiveId}
# room (older): recording and live | recordings and live streams are not here yet
GET /apps/v2/room-media
GET /apps/v2/live-stream-name
POST /apps/v2/live-start
POST /apps/v2/live-update
POST /apps/v2/live-end
GET /apps/v2/live-info/
PUT /apps/v2/live-layout
# IM v1: account
POST /nimserver/user/create.action
POST /nimserver/user/update.action
POST /nimserver/user/refreshToken.action
POST /nimserver/user/block.action
POST /nimserver/user/unblock.action
POST /nimserver/user/mute.action
POST /nimserver/user/muteModule.action
POST /nimserver/user/setDonnop.action
POST /nimserver/user/userOnlineStatus.action
POST /nimserver/user/getUinfos.action
POST /nimserver/user/updateUinfo.action
# IM v1: chatroom | chat rooms of IM, apart from a room, are not here yet
POST /nimserver/chatroom/create.action
POST /nimserver/chatroom/update.action
POST /nimserver/chatroom/requestAddr.action
POST /nimserver/chatroom/get.action
POST /nimserver/chatroom/getBatch.action
POST /nimserver/chatroom/toggleCloseStat.action
POST /nimserver/chatroom/updateDelayClosePolicy.action
POST /nimserver/chatroom/updateInOutNotification.action
POST /nimserver/chatroom/kickMember.action
POST /nimserver/chatroom/setMemberRole.action
POST /nimserver/chatroom/updateMyRoomRole.action
POST /nimserver/chatroom/membersByPage.action
POST /nimserver/chatroom/queryMembersByRole.action
POST /nimserver/chatroom/queryMembers.action
POST /nimserver/chatroom/addRobot.action
POST /nimserver/chatroom/removeRobot.action
POST /nimserver/chatroom/cleanRobot.action
POST /nimserver/chatroom/temporaryMute.action
POST /nimserver/chatroom/muteRoom.action
POST /nimserver/chatroom/tagTemporaryMute.action
POST /nimserver/chatroom/tagMembersCount.action
POST /nimserver/chatroom/tagMembersQuery.action
POST /nimserver/history/queryTagHistoryMsg.action
POST /nimserver/chatroom/updateChatRoomRoleTag.action
POST /nimserver/chatroom/queryUserRoomIds.action
POST /nimserver/chatroom/queueInit.action
POST /nimserver/chatroom/queueDrop.action
POST /nimserver/chatroom/queueOffer.action
POST /nimserver/chatroom/queueBatchOffer.action
POST /nimserver/chatroom/queueBatchUpdateElements.action
POST /nimserver/chatroom/queueList.action
POST /nimserver/chatroom/queuePoll.action
POST /nimserver/chatroom/queueMultiGet.action
# IM v1: chatroom message | chat rooms of IM, apart from a room, are not here yet
POST /nimserver/chatroom/sendMsg.action
POST /nimserver/chatroom/batchSendMsg.action
POST /nimserver/chatroom/recall.action
POST /nimserver/chatroom/sendMsgToSomeone.action
POST /nimserver/chatroom/batchSendMsgToSomeone.action
POST /nimserver/chatroom/broadcast.action
# IM v1: event subscribe | online states are not here yet
POST /nimserver/event/subscribe/add.action
POST /nimserver/event/subscribe/query.action
POST /nimserver/event/subscribe/delete.action
POST /nimserver/event/subscribe/batchdel.action
# IM v1: friend | friends are not here yet
POST /nimserver/friend/add.action
POST /nimserver/friend/update.action
POST /nimserver/friend/delete.action
POST /nimserver/friend/get.action
POST /nimserver/friend/getByAccid.action
# IM v1: history | IM messages are not here yet
POST /nimserver/history/querySessionMsg.action
POST /nimserver/history/queryTeamMsg.action
POST /nimserver/history/queryChatroomMsg.action
POST /nimserver/chatroom/deleteHistoryMessage.action
POST /nimserver/history/querySessionList.action
POST /nimserver/history/queryBroadcastMsgById.action
POST /nimserver/history/queryBroadcastMsg.action
POST /nimserver/history/queryUserEvents.action
# IM v1: message | IM messages are not here yet
POST /nimserver/msg/sendMsg.action
POST /nimserver/msg/sendBatchMsg.action
POST /nimserver/msg/markReadMsg.action
POST /nimserver/msg/markReadTeamMsg.action
POST /nimserver/msg/recall.action
POST /nimserver/msg/delMsgOneWay.action
POST /nimserver/msg/broadcastMsg.action
POST /nimserver/history/delBroadcastMsgById.action
POST /nimserver/msg/upload.action
POST /nimserver/job/nos/del.action
POST /nimserver/msg/delMsg.action
POST /nimserver/msg/delRoamSession.action
POST /nimserver/msg/fileUpload.action
# IM v1: signal | signalling of IM is not here yet; rooms have theirs
POST /nimserver/signal/createRoom.action
POST /nimserver/signal/delayRoom.action
POST /nimserver/signal/closeRoom.action
POST /nimserver/signal/getRoomInfo.action
POST /nimserver/signal/ctrlRoom.action
POST /nimserver/signal/invite.action
POST /nimserver/signal/cancelInvite.action
POST /nimserver/signal/kick.action
# IM v1: special relation | friends and block lists are not here yet
POST /nimserver/user/setSpecialRelation.action
POST /nimserver/user/listBlackAndMuteList.action
# IM v1: super team | teams are not here yet
POST /nimserver/superteam/create.action
POST /nimserver/superteam/invite.action
POST /nimserver/superteam/addManager.action
POST /nimserver/superteam/changeOwner.action
POST /nimserver/superteam/removeManager.action
POST /nimserver/superteam/mute.action
POST /nimserver/superteam/muteTlist.action
POST /nimserver/superteam/kick.action
POST /nimserver/superteam/leave.action
POST /nimserver/superteam/updateTeamNick.action
POST /nimserver/superteam/updateTinfo.action
POST /nimserver/superteam/updateTlist.action
POST /nimserver/superteam/dismiss.action
POST /nimserver/superteam/changeLevel.action
POST /nimserver/superteam/getTinfos.action
POST /nimserver/superteam/getTlists.action
POST /nimserver/superteam/getMuteTlists.action
POST /nimserver/superteam/joinTeams.action
POST /nimserver/superteam/queryHistoryMsg.action
POST /nimserver/superteam/queryHistoryMsgByIds.action
POST /nimserver/superteam/sendMsg.action
POST /nimserver/superteam/sendAttachMsg.action
POST /nimserver/superteam/recallMsg.action
# IM v1: system notification | system notifications are not here yet
POST /nimserver/msg/sendAttachMsg.action
POST /nimserver/msg/sendBatchAttachMsg.action
# IM v1: team | teams are not here yet
POST /nimserver/team/create.action
POST /nimserver/team/remove.action
POST /nimserver/team/add.action
POST /nimserver/team/kick.action
POST /nimserver/team/update.action
POST /nimserver/team/query.action
POST /nimserver/team/changeOwner.action
POST /nimserver/team/addManager.action
POST /nimserver/team/removeManager.action
POST /nimserver/team/joinTeams.action
POST /nimserver/team/updateTeamNick.action
POST /nimserver/team/leave.action
POST /nimserver/team/muteTeam.action
POST /nimserver/team/muteTlist.action
POST /nimserver/team/muteTlistAll.action
POST /nimserver/team/listTeamMute.action
POST /nimserver/team/queryDetail.action
POST /nimserver/team/getMarkReadInfo.action
POST /nimserver/team/listMemberInfo.action
POST /nimserver/team/listOnlineUsers.action
POST /nimserver/team/listOnlineUserCount.action
# IM v1: translations | there is no translation
POST /nimserver/translator/textMsg.action
# IM v2: account
POST /im/v2/accounts
PATCH /im/v2/accounts/{account_id}
GET /im/v2/accounts
PATCH /im/v2/accounts/{account_id}/actions/disable
PATCH /im/v2/accounts/{account_id}/actions/push_config
GET /im/v2/accounts/{account_id}
POST /im/v2/accounts/{account_id}/actions/kick
PATCH /im/v2/accounts/{account_id}/actions/refresh_token
# IM v2: ai | there is no language model behind it
POST /ai/chat_assistant/v1/chat_assist
# IM v2: block | friends and block lists are not here yet
POST /im/v2/block_contacts
DELETE /im/v2/block_contacts/{account_id}
GET /im/v2/block_contacts
# IM v2: broadcast | broadcasts of IM are not here yet
POST /im/v2/broadcast_notification
DELETE /im/v2/broadcast_notification/{broadcast_id}
GET /im/v2/broadcast_notification/{broadcast_id}
GET /im/v2/broadcast_notification
POST /im/v2.1/broadcast_notification/actions/chatroom
# IM v2: chatroom | chat rooms of IM, apart from a room, are not here yet
POST /im/v2/chatrooms
GET /im/v2/chatrooms/{room_id}/actions/address
GET /im/v2/chatrooms/{room_id}
PATCH /im/v2/chatrooms/{room_id}
PATCH /im/v2/chatrooms/{room_id}/actions/update_status
PATCH /im/v2/chatrooms/{room_id}/actions/chat_banned
PATCH /im/v2/chatrooms/{room_id}/actions/in_out_notification
GET /im/v2/chatrooms/actions/opend_chatrooms
GET /im/v2/chatrooms/{room_id}/actions/list_online_members
GET /im/v2/chatrooms/{room_id}/actions/list_members
# IM v2: chatroom member | chat rooms of IM, apart from a room, are not here yet
POST /im/v2/room_members/{account_id}
PATCH /im/v2/room_members/{account_id}
PATCH /im/v2/room_members/{account_id}/actions/chat_banned
PATCH /im/v2/room_members/{account_id}/actions/tags
GET /im/v2/room_members/{room_id}/actions/tagged_members_count
GET /im/v2/room_members/{room_id}/actions/list_tag_members
PATCH /im/v2/room_members/{account_id}/actions/temp_chat_banned
PATCH /im/v2/room_members/{account_id}/actions/blocked
GET /im/v2.1/room_members/{room_id}/actions/blocked
PATCH /im/v2/room_members/actions/chat_banned_tagged_members
GET /im/v2/room_members/{room_id}/actions/batch
POST /im/v2/room_members/actions/virtual_members
DELETE /im/v2/room_members/actions/virtual_members
DELETE /im/v2/room_members/actions/clear_virtual_members
GET /im/v2.1/room_members/actions/virtual_members
GET /im/v2.1/room_members/{room_id}/actions/chat_banned
PATCH /im/v2.1/room_members/{account_id}/actions/kicked
# IM v2: chatroom message | chat rooms of IM, apart from a room, are not here yet
POST /im/v2/chatrooms/{room_id}/messages
POST /im/v2/chatrooms/messages
DELETE /im/v2/chatrooms/{room_id}/messages/{message_client_id}
GET /im/v2.1/chatrooms/{room_id}/messages
# IM v2: chatroom queue | chat rooms of IM, apart from a room, are not here yet
POST /im/v2/room_queues/{room_id}
POST /im/v2/room_queues/{room_id}/actions/query
PATCH /im/v2/room_queues/{room_id}
DELETE /im/v2/room_queues/{room_id}
PATCH /im/v2/room_queues/{room_id}/actions/poll
# IM v2: conversation | conversations are not here yet
POST /im/v2.1/conversations
PATCH /im/v2/conversations/{conversation_id}
DELETE /im/v2/conversations/{conversation_id}
DELETE /im/v2/conversations/actions/conversation_ids
GET /im/v2.1/conversations/{conversation_id}
GET /im/v2.1/conversations/actions/conversation_ids
GET /im/v2.1/conversations
PATCH /im/v2/conversations/{conversation_id}/actions/stick_top_conversation
# IM v2: conversation group | conversations are not here yet
POST /im/v2/conversation_groups
PATCH /im/v2/conversation_groups/{group_id}
DELETE /im/v2/conversation_groups/{group_id}
GET /im/v2/conversation_groups/{group_id}
GET /im/v2/conversation_groups/actions/group_ids
GET /im/v2/conversation_groups
# IM v2: conversation unread | conversations are not here yet
GET /im/v2/conversation_overviews/{account_id}
PATCH /im/v2/conversations/{conversation_id}/actions/clear_conversation_unread
# IM v2: friend | friends are not here yet
POST /im/v2.1/friends
DELETE /im/v2/friends/{account_id}
PATCH /im/v2.1/friends/{account_id}
POST /im/v2.1/friends/actions/handle_friend_addition
GET /im/v2.1/friends/{account_id}
GET /im/v2.1/friends
# IM v2: message | IM messages are not here yet
POST /im/v2/conversations/{conversation_id}/messages/actions/stream_message
POST /im/v2/conversations/{conversation_id}/messages
POST /im/v2/conversations/messages
POST /im/v2/messages/actions/modifyMsg
DELETE /im/v2/conversations/{conversation_id}/messages/{message_server_id}
DELETE /im/v2/conversations/{conversation_id}/messages
POST /im/v2/messages/actions/p2p_read_receipt
POST /im/v2/messages/actions/team_read_receipt
GET /im/v2/messages/actions/team_read_receipt
GET /im/v2.1/conversations/{conversation_id}/messages/{message_server_id}
GET /im/v2.1/messages/actions/search_messages
GET /im/v2.1/conversations/{conversation_id}/messages
POST /im/v2.1/conversations/{conversation_id}/batch_messages
GET /im/v2.1/messages/actions/thread_messages
PATCH /im/v2/messages/actions/quick_comment
DELETE /im/v2/messages/actions/quick_comment
POST /im/v2/messages/actions/quick_comment
# IM v2: mute | friends and block lists are not here yet
POST /im/v2/mute_contacts
DELETE /im/v2/mute_contacts/{account_id}
GET /im/v2/mute_contacts
# IM v2: signal | signalling of IM is not here yet; rooms have theirs
POST /im/v2/signalling_room
PUT /im/v2/signalling_room
DELETE /im/v2/signalling_room
GET /im/v2/signalling_room
POST /im/v2/signalling_room/actions/control
POST /im/v2/signalling_room/actions/invite
POST /im/v2/signalling_room/actions/cancel_invite
POST /im/v2/signalling_room/actions/kick
# IM v2: subscription | online states are not here yet
POST /im/v2/subscription/{account_id}
DELETE /im/v2/subscription/{account_id}
PATCH /im/v2/subscription/{account_id}
# IM v2: system notification | system notifications are not here yet
POST /im/v2/custom_notification
POST /im/v2/custom_notification/batch
# IM v2: system push | nothing is pushed to devices that are off
POST /im/v2/push_notification
GET /im/v2/push_notification/{push_id}
GET /im/v2/push_notification
# IM v2: team | teams are not here yet
POST /im/v2.1/teams
PATCH /im/v2.1/teams/{team_id}
DELETE /im/v2.1/teams/{team_id}
GET /im/v2.1/teams
PATCH /im/v2/teams/{team_id}/actions/transfer_owner
POST /im/v2/teams/{team_id}/actions/add_manager
DELETE /im/v2/teams/{team_id}/actions/remove_manager
GET /im/v2.1/teams/{team_id}
GET /im/v2.1/teams/{team_id}/actions/list_members
GET /im/v2/teams/{team_id}/actions/list_online_members
GET /im/v2/teams/actions/online_members_count
# IM v2: team member | teams are not here yet
POST /im/v2/team_members
DELETE /im/v2/team_members/actions/kick_member
DELETE /im/v2/team_members/actions/leave
PATCH /im/v2.1/team_members/{account_id}
PATCH /im/v2/team_members/actions/batch_mute
GET /im/v2.1/team_members/{account_id}/actions/joined_teams
# IM v2: tool | there is no recognition of speech and no translation
POST /im/v2/tools/asr
POST /im/v2/translations
# IM v2: users
PATCH /im/v2/users/{account_id}
GET /im/v2/users/{account_id}
GET /im/v2/users
POST /im/v2/users/actions/online_status
# IM v2: earlier form of v2.1 calls | IM messages, teams, friends and chat rooms are not here yet
POST /im/v2/broadcast_notification/actions/chatroom
GET /im/v2/room_members/{room_id}/actions/blocked
GET /im/v2/room_members/actions/virtual_members
GET /im/v2/room_members/{room_id}/actions/chat_banned
GET /im/v2/chatrooms/{room_id}/messages
POST /im/v2/conversations
GET /im/v2/conversations/{conversation_id}
GET /im/v2/conversations/actions/conversation_ids
GET /im/v2/conversations
POST /im/v2/friends
PATCH /im/v2/friends/{account_id}
POST /im/v2/friends/actions/handle_friend_addition
GET /im/v2/friends/{account_id}
GET /im/v2/friends
GET /im/v2/conversations/{conversation_id}/messages/{message_server_id}
GET /im/v2/messages/actions/search_messages
GET /im/v2/conversations/{conversation_id}/messages
POST /im/v2/conversations/{conversation_id}/batch_messages
GET /im/v2/messages/actions/thread_messages
POST /im/v2/teams
PATCH /im/v2/teams/{team_id}
DELETE /im/v2/teams/{team_id}
GET /im/v2/teams
GET /im/v2/teams/{team_id}
GET /im/v2/teams/{team_id}/actions/list_members
PATCH /im/v2/team_members/{account_id}
GET /im/v2/team_members/{account_id}/actions/joined_teams";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::family::Family;

    #[test]
    fn every_line_is_a_call_of_a_family_and_none_comes_twice() {
        let calls: Vec<_> = groups().into_iter().flat_map(|group| group.calls).collect();
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(calls.len(), lines, "a line is neither a group nor a call");
        assert!(calls.iter().all(|call| Family::of(call.path).is_some()));
        let distinct: BTreeSet<_> = calls.iter().map(|call| (call.method.as_str(), call.path)).collect();
        assert_eq!(distinct.len(), calls.len());
    }
}
