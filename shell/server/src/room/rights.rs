//! What the devices in a room's call may send follows from the room's state, after every commit.

use super::load::Loaded;
use crate::media::sessions;
use crate::node::Node;
use parlor_protocol::ids::RtcUid;
use parlor_protocol::v1::{self, room_event::Body};

/// Whose rights in the call a commit may have changed.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// Nobody's.
    #[default]
    Nobody,
    /// Those of one device.
    Device(RtcUid),
    /// Anybody's.
    Everybody,
}

impl Touched {
    /// By these events.
    pub(super) fn by(events: &[v1::RoomEvent]) -> Self {
        events.iter().map(Self::by_one).fold(Self::Nobody, Self::and)
    }

    fn by_one(event: &v1::RoomEvent) -> Self {
        let device = |rtc_uid: i64| Self::Device(RtcUid(rtc_uid.unsigned_abs()));
        match &event.body {
            Some(Body::StreamChanged(changed)) => device(changed.rtc_uid),
            Some(Body::RtcPresenceChanged(changed)) => device(changed.rtc_uid),
            Some(Body::EndpointLeft(left)) => device(left.rtc_uid),
            Some(Body::MemberLeft(_) | Body::RolesChanged(_) | Body::BanChanged(_) | Body::Ended(_)) => {
                Self::Everybody
            }
            _ => Self::Nobody,
        }
    }

    /// By both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nobody, one) | (one, Self::Nobody) => one,
            (one, other) if one == other => one,
            _ => Self::Everybody,
        }
    }
}

/// Tells the relay what the devices of a room may now. The room is as it was committed.
pub(super) fn follow(node: &Node, room: &Loaded, touched: &Touched, now_ms: i64) {
    let Some(relay) = &node.relay else { return };
    let sessions = sessions(node);
    if *touched == Touched::Nobody || !sessions.are_in(room.archive_id()) {
        return;
    }
    let devices = match touched {
        Touched::Device(rtc_uid) => vec![*rtc_uid],
        _ => sessions.devices(room.archive_id()),
    };
    for rtc_uid in devices {
        let is_here = room.endpoints.contains_key(&rtc_uid) && !room.is_over();
        let rights = room.room.call_rights(rtc_uid.wire(), now_ms).filter(|_| is_here);
        sessions.follow(relay, rtc_uid, rights);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(body: Body) -> v1::RoomEvent {
        v1::RoomEvent { body: Some(body), ..v1::RoomEvent::default() }
    }

    fn stream(rtc_uid: i64) -> v1::RoomEvent {
        event(Body::StreamChanged(v1::RoomStreamChanged { rtc_uid, ..v1::RoomStreamChanged::default() }))
    }

    #[test]
    fn a_commit_touches_those_whose_rights_it_can_change() {
        let name = event(Body::NameChanged(v1::RoomNameChanged::default()));
        let left = event(Body::MemberLeft(v1::RoomMemberLeft::default()));
        assert_eq!(Touched::by(&[]), Touched::Nobody);
        assert_eq!(Touched::by(std::slice::from_ref(&name)), Touched::Nobody);
        assert_eq!(Touched::by(&[name, stream(7), stream(7)]), Touched::Device(RtcUid(7)));
        assert_eq!(Touched::by(&[stream(7), stream(8)]), Touched::Everybody);
        assert_eq!(Touched::by(&[stream(7), left]), Touched::Everybody);
    }
}
