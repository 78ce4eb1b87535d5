//! Notices 301 and 302: who came into the chat, and who left it.

use super::Talk;
use parlor_protocol::v1::{self, room_event::Body};
use parlor_room::Mirror;

/// The notices that follow from these events, in order. `before` is the room before them. A member counts as present
/// while one of its devices is.
pub(crate) fn notices(
    talk: &Talk,
    before: &Mirror,
    events: &[v1::RoomEvent],
    now_ms: i64,
) -> Vec<v1::ChatMessage> {
    let mut head = talk.room.clone();
    let mut mirror = before.clone();
    let mut notices = Vec::new();
    for event in events.iter().filter(|event| concerns_presence(event)) {
        let who = match &event.body {
            Some(Body::ChatPresenceChanged(changed)) => changed.user_uuid.as_str(),
            Some(Body::EndpointLeft(left)) => left.user_uuid.as_str(),
            Some(Body::MemberLeft(left)) => left.user_uuid.as_str(),
            _ => continue,
        };
        let member = mirror.member(who).cloned();
        let was_present = member.as_ref().is_some_and(is_present);
        // Events that change nobody's presence are left out: the place has to fit.
        let fitting = v1::RoomEvent { seq: mirror.at().seq + 1, ..event.clone() };
        if mirror.apply(&fitting).is_err() {
            continue;
        }
        let is_there = mirror.member(who).is_some_and(is_present);
        let Some(member) = member.filter(|_| was_present != is_there) else { continue };
        let sender = sender_of(&member);
        let notice = if is_there { head.joined(now_ms, &sender) } else { head.left(now_ms, &sender) };
        head.apply(&notice);
        notices.push(notice);
    }
    notices
}

fn concerns_presence(event: &v1::RoomEvent) -> bool {
    matches!(event.body, Some(Body::ChatPresenceChanged(_) | Body::EndpointLeft(_) | Body::MemberLeft(_)))
}

fn is_present(member: &v1::RoomMember) -> bool {
    member.endpoints.iter().any(|endpoint| endpoint.in_chatroom)
}

/// A member as messages name it.
pub(crate) fn sender_of(member: &v1::RoomMember) -> v1::ChatSender {
    v1::ChatSender {
        user_uuid: member.user_uuid.clone(),
        nick: member.user_name.clone(),
        avatar: member.avatar.clone(),
        client_type: member.endpoints.first().map_or(0, |endpoint| endpoint.client_type),
    }
}
