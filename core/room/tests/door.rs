//! Coming in and going out: password, lock, roles, limits, devices, kicks, blacklist, ends.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, RoomStream};
use parlor_room::{Create, Join, Life, Room, ServerAct, builtin};
use rig::{Rig, START_MS, acts, create, says};

const HOUR_MS: i64 = 3600 * 1000;

#[test]
fn the_first_device_brings_a_member_and_further_ones_do_not() {
    let mut rig = Rig::meeting();
    assert_eq!(rig.join("h", "phone", "host"), says(["joined h host"]));
    assert_eq!(rig.join("h", "laptop", "member"), says(["device joined h laptop"]));
    assert_eq!(rig.role("h"), "host");
    assert_eq!(rig.devices("h"), ["phone", "laptop"]);
    let h = rig.mirror.member("h").unwrap();
    assert_eq!((h.user_name.as_str(), h.joined_at_ms), ("H", START_MS));
    assert!(h.endpoints.iter().all(|e| e.audio_connected && !e.audio_on && !e.in_chatroom));
    assert_ne!(rig.rtc_uid("h", "phone"), rig.rtc_uid("h", "laptop"));
    let phone = rig.rtc_uid("h", "phone");
    assert_eq!(rig.mirror.endpoint(phone).unwrap().1.device_id, "phone");
}

#[test]
fn each_reason_to_stay_outside_has_its_code() {
    let mut rig = Rig::meeting();
    rig.join("h", "d", "host").unwrap();
    let wrong = Join { password_right: false, ..rig.a_join("m", "d", "") };
    assert_eq!(rig.join_as(&wrong), Err(Code::RoomPasswordWrong));
    assert_eq!(rig.join("m", "d", "king"), Err(Code::RoomRoleUndefined));
    assert_eq!(rig.join("m", "d", "host"), Err(Code::RoomRoleExceeded));
    let again =
        Join { endpoint: rig.mirror.member("h").unwrap().endpoints[0].clone(), ..rig.a_join("m", "d", "") };
    assert_eq!(rig.join_as(&again), Err(Code::InvalidParameter));
    let long = Join { user_name: "x".repeat(65), ..rig.a_join("m", "d", "") };
    assert_eq!(rig.join_as(&long), Err(Code::ParameterTooLong));

    rig.act("h", acts::lock(true)).unwrap();
    assert_eq!(rig.join("m", "d", ""), Err(Code::RoomLocked));
    assert_eq!(rig.join("h", "e", ""), says(["device joined h e"]), "somebody inside brings another device");
    assert_eq!(rig.join("owner", "d", ""), says(["joined owner member"]), "the owner is not locked out");
    rig.act("h", acts::lock(false)).unwrap();

    rig.server(ServerAct::SetMaxMembers(2)).unwrap();
    assert_eq!(rig.join("m", "d", ""), Err(Code::RoomMembersFull));
    assert_eq!(rig.join("o", "d", "observer"), says(["joined o observer"]), "hidden members do not count");
    assert_eq!(rig.act("h", acts::roles(&[("o", "member")])), Err(Code::RoomMembersFull));
    rig.server(ServerAct::SetMaxMembers(0)).unwrap();

    rig.act("h", acts::blacklist("m", true)).unwrap();
    assert_eq!(rig.join("m", "d", ""), Err(Code::RoomBlacklisted));
    rig.act("h", acts::enable_blacklist(false)).unwrap();
    assert_eq!(rig.join("m", "d", ""), says(["joined m member"]));

    rig.act("h", acts::end()).unwrap();
    assert_eq!(rig.join("n", "d", ""), Err(Code::RoomNotFound));
    assert_eq!(rig.act("h", acts::lock(true)), Err(Code::RoomNotFound));
}

#[test]
fn a_bound_role_comes_whatever_is_asked_for() {
    let role_bind = [("B".to_owned(), "cohost".to_owned())].into();
    let mut rig = Rig::new(builtin(40).unwrap(), Create { role_bind, ..create() });
    assert_eq!(rig.join("b", "d", "host"), says(["joined b cohost"]));
    let role_bind = [("b".to_owned(), "king".to_owned())].into();
    let refused = Room::create(builtin(40).unwrap(), Create { role_bind, ..create() }).unwrap_err();
    assert_eq!((refused.code, refused.field), (Code::RoomRoleUndefined, Some("role_bind")));
}

#[test]
fn a_role_that_is_only_given_is_not_taken() {
    let json = r#"{"name": "t", "roles": [{"name": "boss", "boundOnly": true}, {"name": "guest"}], "defaultRole": "guest",
        "permissions": {"actions": {"changeRole": {"roles": ["boss"]}}}}"#;
    let mut rig = Rig::of(json);
    assert_eq!(rig.join("m", "d", "boss"), Err(Code::Forbidden));
    assert_eq!(rig.join("owner", "d", "boss"), says(["joined owner boss"]));
    assert_eq!(rig.join("m", "d", ""), says(["joined m guest"]));
    assert_eq!(rig.act("owner", acts::roles(&[("m", "boss")])), says(["roles m:guest>boss"]));
}

#[test]
fn own_properties_come_along_within_the_rules() {
    let mut rig = Rig::meeting();
    let with = |join: Join, key: &str| Join { properties: [(key.into(), "1".into())].into(), ..join };
    let h = with(rig.a_join("h", "d", "host"), "screenShare");
    rig.join_as(&h).unwrap();
    assert_eq!(rig.mirror.member("h").unwrap().properties["screenShare"], "1");
    let m = with(rig.a_join("m", "d", ""), "screenShare");
    assert_eq!(rig.join_as(&m), Err(Code::ConcurrencyExceeded));
    let o = with(rig.a_join("o", "d", "observer"), "hand");
    assert_eq!(rig.join_as(&o), Err(Code::Forbidden));
    let m = with(rig.a_join("m", "d", ""), "hand");
    rig.join_as(&m).unwrap();
    let e = Join { ext: "x".into(), ..with(rig.a_join("m", "e", ""), "seen") };
    let seen = says(["device joined m e", "ext m x", "member props m {\"seen\": \"1\"}"]);
    assert_eq!(rig.join_as(&e), seen);
    assert_eq!(rig.mirror.member("m").unwrap().properties.len(), 2);
    let mut undeclared =
        Rig::of(r#"{"name": "t", "roles": [{"name": "r"}], "defaultRole": "r", "permissions": {}}"#);
    let join = with(undeclared.a_join("m", "d", ""), "hand");
    assert_eq!(undeclared.join_as(&join), Err(Code::NotFound));
}

#[test]
fn a_device_that_comes_again_replaces_itself() {
    let mut rig = Rig::meeting().fill();
    let old = rig.rtc_uid("m", "d");
    rig.act("m", acts::stream("", 0, RoomStream::Audio, true)).unwrap();
    assert_eq!(rig.join("m", "d", "host"), says(["device joined m d", "device left m KICK_BY_OTHER_DEVICE"]));
    assert_eq!((rig.devices("m"), rig.role("m")), (vec!["d"], "member"));
    assert_ne!(rig.rtc_uid("m", "d"), old);
    assert!(rig.mirror.endpoint(old).is_none() && !rig.mirror.member("m").unwrap().endpoints[0].audio_on);
}

#[test]
fn other_devices_are_kicked_on_request_and_refused_where_there_may_be_one() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    let kick = Join { kick_other_device: true, ..rig.a_join("m", "f", "") };
    let left = "device left m KICK_BY_OTHER_DEVICE";
    assert_eq!(rig.join_as(&kick), says(["device joined m f", left, left]));
    rig.join("m", "g", "").unwrap();
    rig.join("n", "g", "").unwrap();
    let seen = ["multi device false", "device left m KICK_BY_SELF", "device left n KICK_BY_SELF"];
    assert_eq!(rig.act("h", acts::multi_device(false)), says(seen));
    assert_eq!((rig.devices("m"), rig.devices("n")), (vec!["f"], vec!["d"]), "the longest present stays");
    assert_eq!(rig.join("m", "g", ""), Err(Code::RoomMemberExists));
    let kick = Join { kick_other_device: true, ..rig.a_join("m", "g", "") };
    assert_eq!(rig.join_as(&kick), says(["device joined m g", left]));
    assert_eq!(rig.join("m", "g", ""), says(["device joined m g", left]));
    rig.act("h", acts::multi_device(true)).unwrap();
    for n in 0..9 {
        rig.join("m", &format!("x{n}"), "").unwrap();
    }
    assert_eq!(rig.join("m", "x10", ""), Err(Code::QuotaExceeded));
}

#[test]
fn leaving_takes_one_device_or_all() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    assert_eq!(rig.act("m", acts::leave(false)), says(["device left m LEAVE_BY_SELF"]));
    assert_eq!(rig.devices("m"), ["e"]);
    assert_eq!(rig.act("m", acts::leave(false)), says(["left m LEAVE_BY_SELF"]));
    rig.join("n", "e", "").unwrap();
    assert_eq!(rig.act("n", acts::leave(true)), says(["left n LEAVE_BY_SELF"]));
    assert_eq!(rig.act("n", acts::leave(true)), Err(Code::RoomMemberNotFound));
    rig.join("c", "e", "").unwrap();
    assert_eq!(rig.act("c", acts::kick_device("d")), Err(Code::TargetMemberNotFound), "not the acting one");
    assert_eq!(rig.act("c", acts::kick_device("e")), says(["device left c KICK_BY_OTHER_DEVICE"]));
}

#[test]
fn a_session_that_is_over_takes_its_device_along() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    let (d, e) = (rig.rtc_uid("m", "d"), rig.rtc_uid("m", "e"));
    assert_eq!(rig.gone(d, EndReason::LoginStateError), says(["device left m LOGIN_STATE_ERROR"]));
    assert_eq!(rig.gone(e, EndReason::KickOut), says(["left m KICK_OUT"]));
    assert_eq!(rig.gone(e, EndReason::KickOut), says([]));
}

#[test]
fn what_is_associated_with_a_member_goes_with_the_last_device() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    rig.act("m", acts::prop("whiteboard", "1", "m")).unwrap();
    rig.act("h", acts::prop("title", "x", "M")).unwrap();
    rig.act("h", acts::prop("other", "x", "")).unwrap();
    assert_eq!(rig.act("h", acts::prop("lost", "x", "nobody")), Err(Code::TargetMemberNotFound));
    rig.act("m", acts::leave(false)).unwrap();
    assert_eq!(rig.mirror.head().properties.len(), 3);
    let decided = rig.room.act(rig.now_ms, &rig.actor("m"), &acts::leave(false)).unwrap();
    let applied = rig.commit(decided);
    assert_eq!(applied[0].gone[0].user_uuid, "m");
    let deleted = [("title".to_owned(), "x".to_owned()), ("whiteboard".to_owned(), "1".to_owned())];
    assert_eq!(applied[1].deleted, deleted.into());
    assert_eq!(rig.mirror.head().properties.len(), 1);
}

#[test]
fn kicks_follow_template_and_rank() {
    let mut rig = Rig::meeting().fill();
    rig.join("owner", "d", "").unwrap();
    for (by, whom, code) in [
        ("m", "n", Code::Forbidden),
        ("c", "h", Code::Forbidden),
        ("c", "owner", Code::Forbidden),
        ("o", "m", Code::Forbidden),
        ("h", "h", Code::InvalidParameter),
        ("h", "nobody", Code::TargetMemberNotFound),
        ("nobody", "m", Code::RoomMemberNotFound),
    ] {
        assert_eq!(rig.act(by, acts::kick(whom, false)), Err(code), "{by} {whom}");
    }
    assert_eq!(rig.act("c", acts::kick("M", false)), says(["left m KICK_OUT"]));
    assert_eq!(rig.join("m", "d", ""), says(["joined m member"]), "a kick is not a ban");
    assert_eq!(rig.act("h", acts::kick("m", true)), says(["listed m", "left m KICK_OUT"]));
    assert_eq!(rig.join("m", "d", ""), Err(Code::RoomBlacklisted));
    assert_eq!(rig.act("h", acts::kick("owner", true)), Err(Code::Forbidden), "the owner is never listed");
    assert_eq!(rig.act("h", acts::kick("owner", false)), says(["left owner KICK_OUT"]));
    assert_eq!(rig.act("", acts::kick("h", false)), says(["left h KICK_OUT"]));
}

#[test]
fn super_roles_kick_and_end_without_a_permission() {
    let json = r#"{"name": "t", "roles": [{"name": "boss", "superRole": true}, {"name": "guest"}],
        "defaultRole": "guest", "permissions": {}}"#;
    let mut rig = Rig::of(json);
    for (user_uuid, role) in [("a", "boss"), ("b", "boss"), ("g", "guest")] {
        rig.join(user_uuid, "d", role).unwrap();
    }
    assert_eq!(rig.act("g", acts::kick("a", false)), Err(Code::NotFound));
    assert_eq!(rig.act("a", acts::lock(true)), Err(Code::NotFound));
    assert_eq!(rig.act("a", acts::kick("g", true)), Err(Code::NotFound), "the list needs its permission");
    assert_eq!(rig.act("a", acts::kick("b", false)), says(["left b KICK_OUT"]));
    assert_eq!(rig.act("g", acts::end()), Err(Code::NotFound));
    assert_eq!(rig.act("a", acts::end()), says(["ended CLOSE_BY_MEMBER"]));
}

#[test]
fn the_blacklist_is_kept_in_its_own_bounds() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("m", acts::blacklist("n", true)), Err(Code::Forbidden));
    assert_eq!(rig.act("c", acts::blacklist("h", true)), Err(Code::Forbidden));
    assert_eq!(rig.act("c", acts::blacklist("owner", true)), Err(Code::Forbidden));
    assert_eq!(rig.act("h", acts::blacklist("h", true)), Err(Code::Forbidden));
    assert_eq!(rig.act("h", acts::blacklist("", true)), Err(Code::InvalidParameter));
    assert_eq!(rig.act("c", acts::blacklist("m", true)), says(["listed m", "left m KICK_OUT"]));
    assert_eq!(rig.act("c", acts::blacklist("M", true)), says([]));
    assert_eq!(rig.act("c", acts::blacklist("away", true)), says(["listed away"]));
    let listed = rig.room.blacklist().map(|listed| (listed.user_uuid, listed.user_name)).collect::<Vec<_>>();
    assert_eq!(listed, [("away".into(), String::new()), ("m".into(), "M".into())]);
    assert_eq!(rig.act("n", acts::blacklist("m", false)), Err(Code::Forbidden));
    assert_eq!(rig.act("c", acts::blacklist("m", false)), says(["unlisted m"]));
    assert_eq!(rig.act("c", acts::blacklist("m", false)), says([]));
    rig.join("m", "d", "").unwrap();
    for n in 0..999 {
        rig.act("", acts::blacklist(&format!("u{n}"), true)).unwrap();
    }
    assert_eq!(rig.act("", acts::blacklist("more", true)), Err(Code::QuotaExceeded));
}

#[test]
fn a_room_ends_for_its_documented_reasons() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("m", acts::end()), Err(Code::Forbidden));
    let decided = rig.room.act(rig.now_ms, &rig.actor("h"), &acts::end()).unwrap();
    assert_eq!(rig.commit(decided)[0].gone.len(), 5);
    assert_eq!(rig.mirror.ended(), Some("CLOSE_BY_MEMBER"));
    assert_eq!(rig.server(ServerAct::End(EndReason::CloseByBackend)), says([]), "ending twice is fine");
    assert_eq!(rig.room.deadline(), None);

    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("", acts::end()), says(["ended CLOSE_BY_BACKEND"]));
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.server(ServerAct::End(EndReason::CloseByBackend)), says(["ended CLOSE_BY_BACKEND"]));

    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.room.deadline(), Some(START_MS + 16 * HOUR_MS));
    rig.now_ms = START_MS + 16 * HOUR_MS - 1;
    assert_eq!(rig.due(), says([]));
    rig.now_ms += 1;
    assert_eq!(rig.due(), says(["ended END_OF_LIFE"]));
    assert_eq!(rig.due(), says([]));

    let long = Life::Ms(48 * HOUR_MS);
    let mut unused = Rig::new(builtin(40).unwrap(), Create { life: long, ..create() });
    unused.now_ms += 24 * HOUR_MS;
    assert_eq!(unused.room.deadline(), Some(unused.now_ms));
    assert_eq!(unused.due(), says(["ended ALL_MEMBERS_OUT"]));
    let endless = Rig::new(builtin(40).unwrap(), Create { life: Life::Endless, ..create() });
    assert_eq!((endless.mirror.head().ends_at_ms, endless.room.deadline()), (0, None));
}

#[test]
fn an_empty_room_ends_after_its_grace_if_it_has_one() {
    let mut rig = Rig::new(builtin(40).unwrap(), Create { empty_grace_ms: Some(60_000), ..create() });
    let by_age = rig.room.deadline();
    rig.join("m", "d", "").unwrap();
    rig.now_ms += 5;
    rig.act("m", acts::leave(true)).unwrap();
    assert_eq!(rig.room.deadline(), Some(rig.now_ms + 60_000));
    rig.now_ms += 59_999;
    assert_eq!(rig.due(), says([]));
    rig.join("m", "d", "").unwrap();
    assert_eq!(rig.room.deadline(), by_age);
    rig.act("m", acts::leave(true)).unwrap();
    rig.now_ms += 60_000;
    assert_eq!(rig.due(), says(["ended ALL_MEMBERS_OUT"]));

    let mut without = Rig::meeting();
    without.join("m", "d", "").unwrap();
    without.act("m", acts::leave(true)).unwrap();
    assert_eq!(without.room.deadline(), by_age, "a meeting waits for its people");
}

#[test]
fn what_a_room_is_made_of_is_checked() {
    let make = |create: Create| Room::create(builtin(40).unwrap(), create);
    let code = |create: Create| make(create).unwrap_err().code;
    assert_eq!(code(Create { room_uuid: String::new(), ..create() }), Code::InvalidParameter);
    assert_eq!(code(Create { room_uuid: "a b".into(), ..create() }), Code::InvalidParameter);
    assert_eq!(code(Create { room_name: "x".repeat(65), ..create() }), Code::ParameterTooLong);
    assert_eq!(code(Create { max_members: 2001, ..create() }), Code::InvalidParameter);
    assert_eq!(
        code(Create { properties: [("k".into(), "x".repeat(4097))].into(), ..create() }),
        Code::ParameterTooLong
    );
    let declares_none = r#"{"name": "t", "roles": [{"name": "r"}], "defaultRole": "r", "permissions": {}}"#;
    let bare = parlor_room::Template::parse(declares_none).unwrap();
    let refused = Room::create(bare, Create { properties: [("k".into(), "v".into())].into(), ..create() });
    assert_eq!(refused.unwrap_err().code, Code::NotFound);

    let quiet = v1::RoomResources { rtc: true, ..v1::RoomResources::default() };
    let room = make(Create { resources: Some(quiet), ..create() }).unwrap();
    assert_eq!(room.mirror().head().chat_room_id, 0);
    let room = make(create()).unwrap();
    assert_eq!(room.mirror().head().chat_room_id, 9);
    assert_eq!((room.mirror().at().epoch, room.mirror().at().seq), (3, 0));
}

#[test]
fn the_server_sets_what_nobody_else_may() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.server(ServerAct::SetMaxMembers(10)), says(["max 10"]));
    assert_eq!(rig.server(ServerAct::SetMaxMembers(10)), says([]));
    assert_eq!(rig.server(ServerAct::SetMaxMembers(2001)), Err(Code::InvalidParameter));
    let ends_at_ms = START_MS + 5;
    assert_eq!(rig.server(ServerAct::SetLifetime { ends_at_ms }), says(["ends 1000005"]));
    assert_eq!(rig.server(ServerAct::SetLifetime { ends_at_ms: 1 }), Err(Code::InvalidParameter));
    assert_eq!(rig.act("", acts::lock(true)), says(["locked true"]));
    assert_eq!(rig.act("", acts::leave(true)), Err(Code::InvalidParameter));
}
