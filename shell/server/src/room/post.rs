//! Who is told what of a commit, and who is not in the room any more.

use super::load::Loaded;
use crate::chat;
use crate::node::Node;
use crate::outbox::push_frame;
use parlor_bus::{Address, Lane, Moves, Parcel, Post};
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::RtcUid;
use parlor_protocol::v1;
use parlor_store::rows::EndpointRow;
use std::collections::BTreeMap;

/// The devices that these events take out of the room, each with the reason.
pub(super) fn leaving(room: &Loaded, events: &[v1::RoomEvent]) -> Vec<(EndpointRow, String)> {
    use v1::room_event::Body;
    let mut leaving = BTreeMap::new();
    for event in events {
        let reason = |row: &EndpointRow| match &event.body {
            Some(Body::EndpointLeft(left)) if row.rtc_uid.wire() == left.rtc_uid => Some(&left.reason),
            Some(Body::MemberLeft(left)) if row.user_uuid.as_str() == left.user_uuid => Some(&left.reason),
            Some(Body::Ended(ended)) => Some(&ended.reason),
            _ => None,
        };
        for (row, reason) in room.endpoints.values().filter_map(|row| Some((row, reason(row)?))) {
            leaving.entry(row.rtc_uid).or_insert_with(|| (row.clone(), reason.clone()));
        }
    }
    leaving.into_values().collect()
}

/// The device of that row, on the link.
pub(super) fn address(row: &EndpointRow) -> Address {
    Address { account: (row.app_id, row.accid.clone()), session_id: row.session_id }
}

/// What those in the room are told of what happened, and those that left of why. `by` learns of its own leaving from its
/// answer; `entering` gets the mirror with all of it.
pub(super) fn tell(
    room: &mut Loaded,
    events: &[v1::RoomEvent],
    leaving: &[(EndpointRow, String)],
    by: Option<RtcUid>,
    entering: Option<EndpointRow>,
) -> Post {
    for (row, _) in leaving {
        room.endpoints.remove(&row.rtc_uid);
        if let Some(talk) = &mut room.talk {
            talk.forget(row.rtc_uid);
        }
    }
    let is_over = room.is_over();
    // Whoever left by itself, or is in again with the same commit, learns it from its answer.
    let again = entering.as_ref().map(|row| row.session_id);
    let is_told =
        |(row, _): &&(EndpointRow, String)| Some(row.rtc_uid) != by && Some(row.session_id) != again;
    let mut parcels = if is_over {
        let all = leaving.iter().map(|(row, _)| row);
        parcels(room, events, all)
    } else {
        parcels(room, events, room.endpoints.values())
    };
    if !is_over {
        parcels.extend(leaving.iter().filter(is_told).map(|(row, reason)| {
            let gone = v1::RoomGone { archive_id: room.archive_id().wire(), reason: reason.clone() };
            Parcel {
                frame: push_frame(v1::push::Body::RoomGone(gone)),
                lane: Lane::Signalling,
                to: [address(row)].into(),
            }
        }));
    }
    let entered = entering.iter().map(address).collect();
    if let Some(row) = entering {
        room.endpoints.insert(row.rtc_uid, row);
    }
    // A session that left on one device and came in again is in the room.
    let left = leaving.iter().map(|(row, _)| row);
    let left = left.filter(|row| room.endpoint_of(row.session_id).is_none()).map(address).collect();
    Post { parcels, moves: Some(Moves { archive_id: room.archive_id(), entered, left }) }
}

/// Tells those in the room what is not committed yet: only with the planted fault.
pub(super) async fn tell_early(node: &Node, room: &Loaded, events: &[v1::RoomEvent]) {
    let parcels = parcels(room, events, room.endpoints.values());
    node.bus.post(Post { parcels, moves: None }).await;
}

/// What those in the chat are told of what was written; the device that wrote it has it from its answer.
pub(super) fn tell_messages(
    node: &Node,
    room: &mut Loaded,
    messages: &[v1::ChatMessage],
    by: Option<RtcUid>,
    now_ms: i64,
) -> Option<Post> {
    let Loaded { talk: Some(talk), room: state, endpoints, .. } = room else { return None };
    if messages.is_empty() {
        return None;
    }
    for message in messages {
        talk.room.apply(message);
    }
    let is_notice =
        |message: &v1::ChatMessage| matches!(message.body, Some(v1::chat_message::Body::Notice(_)));
    let but = by.filter(|_| !messages.iter().any(is_notice));
    let receivers = endpoints.values().filter(|row| Some(row.rtc_uid) != but).filter(|row| {
        state.mirror().endpoint(row.rtc_uid.wire()).is_some_and(|(_, endpoint)| endpoint.in_chatroom)
    });
    let receivers: Vec<_> = receivers.collect();
    let parcels = chat::parcels(talk, messages, &receivers, now_ms, node.random.below(u64::MAX));
    (!parcels.is_empty()).then_some(Post { parcels, moves: None })
}

/// One frame for all who may know everything; others get their own.
fn parcels<'a>(
    room: &Loaded,
    events: &[v1::RoomEvent],
    to: impl Iterator<Item = &'a EndpointRow>,
) -> Vec<Parcel> {
    let frame = |events: Vec<v1::RoomEvent>| {
        let events = v1::RoomEvents { archive_id: room.archive_id().wire(), epoch: room.row.epoch, events };
        push_frame(v1::push::Body::RoomEvents(events))
    };
    let told = |event: &v1::RoomEvent, row: &EndpointRow| room.room.told(event, row.user_uuid.as_str());
    let (all, some): (Vec<_>, Vec<_>) = to.partition(|row| events.iter().all(|event| told(event, row)));
    let mut parcels = Vec::new();
    if !events.is_empty() && !all.is_empty() {
        let to = all.into_iter().map(address).collect();
        parcels.push(Parcel { frame: frame(events.to_vec()), lane: Lane::Signalling, to });
    }
    if !some.is_empty() {
        // Whoever is not told one of them is not told any: these come alone.
        let veiled = veil(events, |event| some.iter().all(|row| told(event, row)));
        let to = some.into_iter().map(address).collect();
        parcels.push(Parcel { frame: frame(veiled), lane: Lane::Signalling, to });
    }
    parcels
}

/// The events with the bodies of only those that are told.
pub(super) fn veil(events: &[v1::RoomEvent], told: impl Fn(&v1::RoomEvent) -> bool) -> Vec<v1::RoomEvent> {
    let veil = |event: &v1::RoomEvent| match told(event) {
        true => event.clone(),
        false => v1::RoomEvent { seq: event.seq, at_ms: event.at_ms, ..v1::RoomEvent::default() },
    };
    events.iter().map(veil).collect()
}

/// Why the device `rtc_uid` of `user_uuid` is not in the room any more, as far as these events say. The
/// first of them counts: later ones are of later stays.
pub(super) fn why_gone(events: &[v1::RoomEvent], user_uuid: &str, rtc_uid: i64) -> Option<EndReason> {
    use v1::room_event::Body;
    events.iter().find_map(|event| match &event.body {
        Some(Body::EndpointLeft(left)) if left.rtc_uid == rtc_uid => Some(EndReason::from_name(&left.reason)),
        Some(Body::MemberLeft(left)) if left.user_uuid == user_uuid => {
            Some(EndReason::from_name(&left.reason))
        }
        Some(Body::Ended(ended)) => Some(EndReason::from_name(&ended.reason)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::room_event::Body;

    #[test]
    fn who_is_gone_is_told_of_its_own_going_and_not_of_a_later_stay() {
        let event = |body| v1::RoomEvent { body: Some(body), ..v1::RoomEvent::default() };
        let kicked = EndReason::KickByOtherDevice.name().to_owned();
        let left = EndReason::LeaveBySelf.name().to_owned();
        let user_uuid = "ann".to_owned();
        let events = [
            event(Body::EndpointLeft(v1::RoomEndpointLeft {
                user_uuid: user_uuid.clone(),
                rtc_uid: 1,
                reason: kicked,
            })),
            event(Body::MemberLeft(v1::RoomMemberLeft { user_uuid, reason: left })),
        ];
        assert_eq!(why_gone(&events, "ann", 1), Some(EndReason::KickByOtherDevice));
        assert_eq!(why_gone(&events, "ann", 2), Some(EndReason::LeaveBySelf));
        assert_eq!(why_gone(&events, "bob", 3), None);
    }
}
