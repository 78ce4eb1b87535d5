//! The mirror by itself: gaps, what is untold, and what a listener is told after a resync.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_protocol::v1::room_event::Body;
use parlor_protocol::v1::{self, RoomBanKind, RoomStream};
use parlor_room::{Gap, Mirror};
use rig::{Rig, acts};

#[test]
fn an_event_that_does_not_follow_changes_nothing() {
    let mut rig = Rig::meeting().fill();
    let before = rig.mirror.clone();
    let seq = before.at().seq;
    for found in [0, seq, seq + 2] {
        let event = v1::RoomEvent {
            seq: found,
            body: Some(Body::LockChanged(v1::RoomLockChanged { locked: true })),
            ..v1::RoomEvent::default()
        };
        assert_eq!(rig.mirror.apply(&event), Err(Gap { expected: seq + 1, found }));
        assert_eq!(rig.mirror, before);
    }
}

#[test]
fn a_view_in_any_order_is_the_same_mirror() {
    let mut rig = Rig::meeting().fill();
    for key in ["b", "c", "a"] {
        rig.act("h", acts::prop(key, "1", "")).unwrap();
    }
    rig.act("h", acts::ban("m", RoomBanKind::Chat, true, 0)).unwrap();
    rig.act("h", acts::ban("m", RoomBanKind::Chat, false, 0)).unwrap();
    let mut head = rig.mirror.head().clone();
    head.properties.reverse();
    head.bans = Some(v1::RoomBans::default());
    let mut members = rig.mirror.members().cloned().collect::<Vec<_>>();
    members.reverse();
    members[0].bans = Some(v1::RoomBans { chat: Some(v1::RoomBan::default()), ..v1::RoomBans::default() });
    assert_eq!(Mirror::new(head, members, *rig.mirror.at()), rig.mirror);
}

#[test]
fn after_the_end_events_only_count() {
    let mut rig = Rig::meeting().fill();
    rig.act("h", acts::end()).unwrap();
    assert_eq!((rig.mirror.member_count(), rig.mirror.ended()), (0, Some("CLOSE_BY_MEMBER")));
    let mut mirror = rig.mirror.clone();
    let body = Some(Body::NameChanged(v1::RoomNameChanged { room_name: "late".into() }));
    let late = v1::RoomEvent { seq: mirror.at().seq + 1, body, ..v1::RoomEvent::default() };
    mirror.apply(&late).unwrap();
    assert_eq!(mirror.head(), rig.mirror.head());
}

#[test]
fn a_resync_tells_what_changed_and_nothing_else() {
    let mut rig = Rig::meeting().fill();
    rig.join("n", "e", "").unwrap();
    let before = rig.mirror.clone();
    assert_eq!(before.difference(&before), []);
    rig.now_ms += 1000;
    rig.act("m", acts::leave(true)).unwrap();
    rig.join("m", "d", "").unwrap();
    rig.act("c", acts::leave(true)).unwrap();
    rig.act("n", acts::leave(false)).unwrap();
    rig.act("n", acts::stream("", 0, RoomStream::Audio, true)).unwrap();
    rig.act("h", acts::prop("a", "1", "")).unwrap();
    rig.act("h", acts::lock(true)).unwrap();
    rig.act("h", acts::lock(false)).unwrap();
    let kinds = before.difference(&rig.mirror).into_iter().map(|event| match event.body.unwrap() {
        Body::MemberLeft(left) => format!("left {} {}", left.user_uuid, left.reason),
        Body::MemberJoined(joined) => format!("joined {}", joined.member.unwrap().user_uuid),
        Body::EndpointLeft(left) => format!("device left {}", left.user_uuid),
        Body::StreamChanged(change) => format!("{:?} {}", change.stream(), change.user_uuid),
        Body::PropertiesChanged(changed) => format!("props {}", changed.properties.len()),
        other => format!("{other:?}"),
    });
    let expected = ["left c UNKNOWN", "props 1", "left m UNKNOWN", "joined m", "Audio n", "device left n"];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
}
