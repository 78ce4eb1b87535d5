//! What is done inside: names, roles, properties, streams, bans, commands; each rule with its code.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{self, RoomBanKind, RoomStream};
use parlor_protocol::{Code, limits};
use parlor_room::{Actor, CallRights, Create, ServerAct, builtin};
use rig::{Rig, START_MS, acts, create, says};

use RoomBanKind::{Audio as BanAudio, Chat as BanChat, Video as BanVideo};
use RoomStream::{Audio, AudioConnection, SubVideo, SystemAudio, Video};

/// The table of who may do what in a meeting: act, then those who may.
#[test]
fn a_meeting_lets_each_role_do_what_its_template_says() {
    let table: [(Act, &[&str]); 22] = [
        (acts::end(), &["h"]),
        (acts::lock(true), &["h", "c"]),
        (acts::room_name("x"), &["h", "c"]),
        (acts::room_ext("x"), &["h", "c"]),
        (acts::enable_blacklist(false), &["h", "c"]),
        (acts::multi_device(false), &["h"]),
        (acts::name("n", "x"), &["h", "c", "n"]),
        (acts::roles(&[("n", "cohost")]), &["h"]),
        (acts::hand_over("n", false), &["h"]),
        (acts::kick("n", false), &["h", "c"]),
        (acts::kick("c", false), &["h"]),
        (acts::blacklist("n", true), &["h", "c"]),
        (acts::ban("n", BanChat, true, 0), &["h", "c"]),
        (acts::ban("c", BanAudio, true, 0), &["h"]),
        (acts::ban("", BanVideo, true, 0), &["h", "c"]),
        (acts::prop("title", "x", ""), &["h", "c"]),
        (acts::prop("whiteboard", "x", ""), &["h", "c", "m", "n"]),
        (acts::member_prop("n", "hand", "1"), &["h", "c", "n"]),
        (acts::stream("n", 0, Audio, false), &["h", "c", "n"]),
        (acts::stream("c", 0, SubVideo, false), &["h", "c"]),
        (acts::stream("n", 0, Video, true), &["n"]),
        (acts::command(10_000, "x", &[], &[]), &["h", "c", "m", "n"]),
    ];
    for (act, allowed) in table {
        for by in ["h", "c", "m", "n", "o"] {
            let mut rig = Rig::meeting().fill();
            let before = rig.room.clone();
            let seen = rig.act(by, act.clone());
            let oneself = [acts::hand_over(by, false), acts::kick(by, false)].contains(&act);
            let refused = if oneself { Code::InvalidParameter } else { Code::Forbidden };
            match seen {
                Ok(_) => assert!(allowed.contains(&by), "{by} {act:?}"),
                Err(code) => {
                    assert!(!allowed.contains(&by), "{by} {act:?} {code}");
                    assert_eq!(code, refused, "{by} {act:?}");
                    assert_eq!(rig.room, before);
                }
            }
        }
    }
}

#[test]
fn what_the_template_does_not_declare_is_not_found() {
    let mut rig =
        Rig::of(r#"{"name": "t", "roles": [{"name": "r"}], "defaultRole": "r", "permissions": {}}"#);
    for user_uuid in ["a", "b"] {
        rig.join(user_uuid, "d", "").unwrap();
    }
    for act in [
        acts::end(),
        acts::lock(true),
        acts::room_name("x"),
        acts::room_ext("x"),
        acts::enable_blacklist(false),
        acts::multi_device(false),
        acts::name("b", "x"),
        acts::roles(&[("b", "r")]),
        acts::hand_over("b", false),
        acts::kick("b", false),
        acts::blacklist("b", true),
        acts::blacklist("b", false),
        acts::ban("b", BanChat, true, 0),
        acts::ban("", BanChat, true, 0),
        acts::prop("k", "v", ""),
        acts::no_prop("k"),
        acts::member_prop("", "k", "v"),
        acts::no_member_prop("", "k"),
        acts::stream("", 0, Audio, true),
        acts::command(10_000, "x", &[], &[]),
    ] {
        assert_eq!(rig.act("a", act.clone()), Err(Code::NotFound), "{act:?}");
    }
    for act in [acts::prop("k", "v", ""), acts::member_prop("b", "k", "v")] {
        assert_eq!(rig.act("", act.clone()), Err(Code::NotFound), "the server too: {act:?}");
    }
    assert_eq!(rig.act("a", acts::name("", "x")), says(["name a x"]), "the own name needs no permission");
    assert_eq!(rig.act("a", acts::ext("x")), says(["ext a x"]));
    assert_eq!(rig.act("", acts::lock(true)), says(["locked true"]));
}

#[test]
fn a_profile_is_ones_own_or_the_servers_to_change() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("m", acts::profile("", Some("p"), Some("e"))), says(["avatar m p", "ext m e"]));
    assert_eq!(rig.act("m", acts::profile("M", Some("p"), None)), says([]), "it is so already");
    assert_eq!(
        rig.act("h", acts::profile("m", Some("q"), None)),
        Err(Code::Forbidden),
        "not even the host's"
    );
    assert_eq!(rig.act("", acts::profile("m", None, Some("f"))), says(["ext m f"]));
    assert_eq!(rig.act("", acts::profile("m", Some(""), None)), says(["avatar m "]));
    assert_eq!(rig.act("", acts::profile("x", None, None)), Err(Code::TargetMemberNotFound));
    assert_eq!(rig.act("m", acts::profile("", Some(&"x".repeat(1001)), None)), Err(Code::ParameterTooLong));
}

#[test]
fn the_same_again_is_a_success_without_an_event() {
    let mut rig = Rig::meeting().fill();
    for act in [
        acts::lock(true),
        acts::room_name("x"),
        acts::room_ext("x"),
        acts::enable_blacklist(false),
        acts::multi_device(false),
        acts::name("m", "x"),
        acts::ext("x"),
        acts::roles(&[("m", "cohost")]),
        acts::ban("n", BanChat, true, 0),
        acts::ban("", BanChat, true, 0),
        acts::prop("k", "v", ""),
        acts::prop("whiteboard", "v", ""),
        acts::member_prop("", "k", "v"),
        acts::stream("", 0, Audio, true),
        acts::chat(true),
    ] {
        assert_eq!(rig.act("h", act.clone()).unwrap().len(), 1, "{act:?}");
        assert_eq!(rig.act("h", act.clone()), says([]), "{act:?}");
    }
    for act in [
        acts::no_prop("none"),
        acts::no_member_prop("", "none"),
        acts::ban("m", BanAudio, false, 0),
        acts::blacklist("x", false),
        acts::roles(&[("n", "")]),
    ] {
        assert_eq!(rig.act("h", act.clone()), says([]), "{act:?}");
    }
}

#[test]
fn bad_values_name_their_field() {
    let mut rig = Rig::meeting().fill();
    let table = [
        (acts::room_name(&"x".repeat(65)), Code::ParameterTooLong, "room_name"),
        (acts::room_ext(&"x".repeat(4097)), Code::ParameterTooLong, "ext"),
        (acts::name("", &"x".repeat(65)), Code::ParameterTooLong, "user_name"),
        (acts::ext("\0"), Code::InvalidParameter, "ext"),
        (acts::roles(&[]), Code::InvalidParameter, "changes"),
        (acts::roles(&[("m", "cohost"), ("M", "member")]), Code::InvalidParameter, "changes"),
        (acts::roles(&[("m", "king")]), Code::RoomRoleUndefined, "role"),
        (acts::roles(&[("x", "member")]), Code::TargetMemberNotFound, "user_uuid"),
        (acts::hand_over("h", false), Code::InvalidParameter, "user_uuid"),
        (acts::kick_device(""), Code::InvalidParameter, "device_id"),
        (acts::ban("m", BanChat, true, -1), Code::InvalidParameter, "duration_s"),
        (acts::ban("m", RoomBanKind::Unspecified, true, 0), Code::InvalidParameter, "kind"),
        (acts::ban("x", BanChat, true, 0), Code::TargetMemberNotFound, "user_uuid"),
        (acts::prop("", "v", ""), Code::InvalidParameter, "key"),
        (acts::prop("k", &"x".repeat(4097), ""), Code::ParameterTooLong, "value"),
        (acts::no_prop(&"k".repeat(65)), Code::ParameterTooLong, "key"),
        (acts::member_prop("x", "k", "v"), Code::TargetMemberNotFound, "user_uuid"),
        (acts::member_prop("", "", "v"), Code::InvalidParameter, "key"),
        (acts::stream("", 0, RoomStream::Unspecified, true), Code::InvalidParameter, "stream"),
        (acts::stream("x", 0, Audio, false), Code::TargetMemberNotFound, "user_uuid"),
        (acts::stream("m", 5, Audio, false), Code::TargetMemberNotFound, "rtc_uid"),
        (acts::command(9_999, "", &[], &[]), Code::InvalidParameter, "command_id"),
        (acts::command(20_000, "", &[], &[]), Code::InvalidParameter, "command_id"),
        (acts::command(10_000, &"x".repeat(4097), &[], &[]), Code::ParameterTooLong, "data"),
        (acts::command(10_000, "", &["x"], &[]), Code::TargetMemberNotFound, "user_uuid"),
        (acts::command(10_000, "", &[], &["king"]), Code::RoomRoleUndefined, "roles"),
        (acts::command(10_000, "", &["m"; 101], &[]), Code::InvalidParameter, "user_uuids"),
    ];
    for (act, code, field) in table {
        let refusal = rig.room.act(START_MS, &rig.actor("h"), &act).unwrap_err();
        assert_eq!((refusal.code, refusal.field), (code, Some(field)), "{act:?}: {refusal}");
    }
    assert_eq!(rig.act("", acts::name("", "x")), Err(Code::TargetMemberNotFound));
    for act in [
        acts::leave(false),
        acts::hand_over("m", false),
        acts::kick_device("d"),
        acts::ext("x"),
        acts::chat(true),
    ] {
        assert_eq!(rig.act("", act.clone()), Err(Code::InvalidParameter), "{act:?}");
    }
}

#[test]
fn a_device_acts_only_for_its_own_member() {
    let mut rig = Rig::meeting().fill();
    let rtc_uid = rig.rtc_uid("h", "d");
    let stolen = Actor::Member { user_uuid: "m".into(), rtc_uid };
    let refusal = rig.room.act(START_MS, &stolen, &acts::lock(true)).unwrap_err();
    assert_eq!(refusal.code, Code::RoomMemberNotFound);
    rig.act("h", acts::leave(true)).unwrap();
    let gone = Actor::Member { user_uuid: "h".into(), rtc_uid };
    assert_eq!(rig.room.act(START_MS, &gone, &acts::lock(true)).unwrap_err().code, Code::RoomMemberNotFound);
}

#[test]
fn role_changes_are_judged_together() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("h", acts::roles(&[("m", "host")])), Err(Code::RoomRoleExceeded));
    assert_eq!(
        rig.act("", acts::roles(&[("m", "host")])),
        Err(Code::RoomRoleExceeded),
        "limits bind the server"
    );
    let swap = acts::roles(&[("m", "host"), ("h", "member"), ("c", "")]);
    assert_eq!(rig.act("h", swap), says(["roles h:host>member m:member>host"]));
    assert_eq!(rig.act("h", acts::roles(&[("n", "cohost")])), Err(Code::Forbidden));
    assert_eq!(rig.act("m", acts::hand_over("c", false)), says(["roles c:cohost>host m:host>member"]));
    assert_eq!(
        rig.act("c", acts::hand_over("n", true)),
        says(["roles c:host>member n:member>host"]),
        "a limit of one is not shared"
    );
    rig.act("n", acts::roles(&[("m", "cohost")])).unwrap();

    let json = r#"{"name": "t", "roles": [{"name": "boss", "limit": 2}, {"name": "guest"}], "defaultRole": "guest",
        "permissions": {"actions": {"handOver": {"roles": ["boss"]}, "changeRole": {"roles": ["boss.guest"]}}}}"#;
    let mut rig = Rig::of(json);
    for (user_uuid, role) in [("a", "boss"), ("b", ""), ("c", "")] {
        rig.join(user_uuid, "d", role).unwrap();
    }
    assert_eq!(
        rig.act("a", acts::roles(&[("b", "boss")])),
        Err(Code::Forbidden),
        "the new role is a target too"
    );
    assert_eq!(rig.act("a", acts::hand_over("b", true)), says(["roles b:guest>boss"]));
    assert_eq!(rig.act("a", acts::hand_over("c", true)), says(["roles a:boss>guest c:guest>boss"]));
}

#[test]
fn a_role_without_the_right_loses_its_open_streams() {
    let mut rig = Rig::meeting().fill();
    for stream in [Audio, Video, SubVideo, SystemAudio] {
        rig.act("m", acts::stream("", 0, stream, true)).unwrap();
    }
    let seen =
        ["roles m:member>observer", "Audio off m", "Video off m", "SubVideo off m", "SystemAudio off m"];
    assert_eq!(rig.act("h", acts::roles(&[("m", "observer")])), says(seen));
    assert_eq!(rig.act("m", acts::stream("", 0, Audio, true)), Err(Code::Forbidden));
    assert_eq!(rig.act("m", acts::stream("", 0, SubVideo, true)), Err(Code::ScreenShareForbidden));

    rig.act("h", acts::ban("", BanAudio, true, 0)).unwrap();
    rig.act("c", acts::stream("", 0, Audio, true)).unwrap();
    let seen = ["roles c:cohost>member", "Audio off c"];
    assert_eq!(rig.act("h", acts::roles(&[("c", "member")])), says(seen), "the room's ban binds it now");
}

#[test]
fn an_exclusive_room_property_has_one_holder() {
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("m", acts::prop("whiteboard", "1", "")), says(["props whiteboard=1"]));
    assert_eq!(rig.act("n", acts::prop("whiteboard", "2", "")), Err(Code::RoomPropertyExists));
    assert_eq!(rig.act("h", acts::prop("whiteboard", "2", "")), Err(Code::RoomPropertyExists));
    assert_eq!(rig.act("m", acts::prop("whiteboard", "2", "m")), says(["props whiteboard=2"]));
    assert_eq!(rig.act("m", acts::prop("whiteboard", "3", "n")), Err(Code::Forbidden), "held by another");
    assert_eq!(rig.act("n", acts::no_prop("whiteboard")), Err(Code::Forbidden));
    assert_eq!(rig.act("c", acts::no_prop("whiteboard")), says(["props gone whiteboard"]));
    assert_eq!(rig.act("n", acts::prop("whiteboard", "n", "")), says(["props whiteboard=n"]));
    rig.act("n", acts::leave(true)).unwrap();
    assert_eq!(
        rig.act("m", acts::prop("whiteboard", "m", "")),
        says(["props whiteboard=m"]),
        "its holder is gone"
    );
    assert_eq!(rig.act("", acts::prop("whiteboard", "s", "")), says(["props whiteboard=s"]));
    assert_eq!(
        rig.act("m", acts::prop("whiteboard", "m", "")),
        Err(Code::RoomPropertyExists),
        "the server's"
    );
}

#[test]
fn member_properties_keep_exclusive_and_concurrent_rules() {
    let json = r#"{"name": "t", "roles": [{"name": "r"}], "defaultRole": "r", "permissions": {"member": {"properties": {
        "crown": {"roles": ["*"], "exclusive": true},
        "hand": {"roles": ["*.self", "*#delete"], "concurrency": {"limit": 2, "valueMap": {"value": "up"}}}}}}}"#;
    let mut rig = Rig::of(json);
    for user_uuid in ["a", "b", "c"] {
        rig.join(user_uuid, "d", "").unwrap();
    }
    rig.act("a", acts::member_prop("b", "crown", "1")).unwrap();
    assert_eq!(
        rig.act("b", acts::member_prop("", "crown", "2")),
        says(["member props b {\"crown\": \"2\"}"])
    );
    assert_eq!(rig.act("a", acts::member_prop("", "crown", "1")), Err(Code::MemberPropertyExists));
    assert_eq!(rig.act("", acts::member_prop("a", "crown", "1")), Err(Code::MemberPropertyExists));
    assert_eq!(rig.act("c", acts::no_member_prop("b", "crown")), says(["member props gone b [\"crown\"]"]));
    rig.act("a", acts::member_prop("", "crown", "1")).unwrap();

    for user_uuid in ["a", "b"] {
        rig.act(user_uuid, acts::member_prop("", "hand", "up")).unwrap();
    }
    assert_eq!(rig.act("c", acts::member_prop("", "hand", "up")), Err(Code::ConcurrencyExceeded));
    rig.act("c", acts::member_prop("", "hand", "down")).unwrap();
    rig.act("a", acts::member_prop("", "hand", "down")).unwrap();
    rig.act("c", acts::member_prop("", "hand", "up")).unwrap();
    assert_eq!(rig.act("c", acts::member_prop("a", "hand", "up")), Err(Code::Forbidden));
    rig.act("a", acts::leave(true)).unwrap();
    rig.join("a", "d", "").unwrap();
    assert!(rig.mirror.member("a").unwrap().properties.is_empty(), "cleared when the member leaves");
}

#[test]
fn properties_are_counted() {
    let mut rig = Rig::meeting().fill();
    for n in 0..limits::ROOM_PROPERTIES_MAX {
        rig.act("h", acts::prop(&format!("k{n}"), "v", "")).unwrap();
    }
    assert_eq!(rig.act("h", acts::prop("more", "v", "")), Err(Code::QuotaExceeded));
    rig.act("h", acts::prop("k0", "w", "")).unwrap();
    for n in 0..limits::MEMBER_PROPERTIES_MAX {
        rig.act("m", acts::member_prop("", &format!("k{n}"), "v")).unwrap();
    }
    assert_eq!(rig.act("m", acts::member_prop("", "more", "v")), Err(Code::QuotaExceeded));
    rig.act("m", acts::member_prop("", "k0", "w")).unwrap();
    let keys = rig.mirror.head().properties.iter().map(|property| &property.key).collect::<Vec<_>>();
    assert!(keys.is_sorted());
}

#[test]
fn one_screen_is_shared_at_a_time() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    let e = rig.rtc_uid("m", "e");
    assert_eq!(rig.act("m", acts::stream("", e, SubVideo, true)), says(["SubVideo on m"]));
    assert_eq!(rig.act("n", acts::stream("", 0, SubVideo, true)), Err(Code::ConcurrencyExceeded));
    assert_eq!(
        rig.act("m", acts::stream("", 0, SubVideo, true)),
        Err(Code::ConcurrencyExceeded),
        "nor the own other device"
    );
    assert_eq!(rig.act("o", acts::stream("", 0, SubVideo, true)), Err(Code::ScreenShareForbidden));
    assert_eq!(rig.act("h", acts::stream("n", 0, SubVideo, true)), Err(Code::ScreenShareForbidden));
    assert_eq!(rig.act("n", acts::stream("m", 0, SubVideo, false)), Err(Code::Forbidden));
    assert_eq!(
        rig.act("h", acts::stream("m", 0, SubVideo, false)),
        says(["SubVideo off m"]),
        "on whichever device"
    );
    assert_eq!(rig.act("n", acts::stream("", 0, SubVideo, true)), says(["SubVideo on n"]));
}

#[test]
fn streams_belong_to_devices() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    let e = rig.rtc_uid("m", "e");
    rig.act("m", acts::stream("", 0, Audio, true)).unwrap();
    rig.act("m", acts::stream("m", e, Audio, true)).unwrap();
    assert_eq!(rig.act("c", acts::stream("m", e, Audio, false)), says(["Audio off m"]));
    assert!(rig.mirror.member("m").unwrap().endpoints[0].audio_on);
    assert_eq!(rig.act("m", acts::stream("", e, AudioConnection, false)), says(["AudioConnection off m"]));
    assert_eq!(rig.act("h", acts::stream("m", e, AudioConnection, true)), Err(Code::Forbidden));
    assert_eq!(
        rig.act("h", acts::stream("m", 0, Video, true)),
        Err(Code::Forbidden),
        "nobody opens another's camera"
    );
    let bare = v1::RoomResources { chatroom: false, ..v1::RoomResources::default() };
    let mut silent = Rig::new(builtin(40).unwrap(), Create { resources: Some(bare), ..create() }).fill();
    assert_eq!(silent.act("m", acts::stream("", 0, Audio, true)), Err(Code::NotSupported));
    assert_eq!(silent.act("m", acts::chat(true)), Err(Code::ChatroomNotFound));
}

#[test]
fn initial_streams_are_on_as_far_as_they_may() {
    let json = r#"{"name": "t", "roles": [{"name": "boss"}, {"name": "guest"}], "defaultRole": "guest",
        "permissions": {"member": {"streams": {"audio": {"roles": ["boss.self", "guest.self"]}, "video": {"roles": ["boss.self"]}}},
        "actions": {"banRoom": {"roles": ["boss"]}}},
        "initial": {"member": {"streams": {"audio": true, "video": true}, "properties": {}}}}"#;
    let mut rig = Rig::of(json);
    rig.join("a", "d", "boss").unwrap();
    rig.join("b", "d", "").unwrap();
    let on = |rig: &Rig, user_uuid: &str| {
        let endpoint = &rig.mirror.member(user_uuid).unwrap().endpoints[0];
        (endpoint.audio_on, endpoint.video_on)
    };
    assert_eq!((on(&rig, "a"), on(&rig, "b")), ((true, true), (true, false)));
    assert_eq!(rig.act("a", acts::ban("", BanAudio, true, 0)), says(["ban Audio room 0", "Audio off b"]));
    rig.join("c", "d", "").unwrap();
    assert_eq!(on(&rig, "c"), (false, false));
}

#[test]
fn bans_switch_off_and_keep_off_until_they_run_out() {
    let mut rig = Rig::meeting().fill();
    rig.join("m", "e", "").unwrap();
    let e = rig.rtc_uid("m", "e");
    rig.act("m", acts::stream("", 0, Audio, true)).unwrap();
    rig.act("m", acts::stream("", e, Audio, true)).unwrap();
    rig.act("m", acts::stream("", 0, Video, true)).unwrap();
    let seen = ["ban Audio m 1060000", "Audio off m", "Audio off m"];
    assert_eq!(rig.act("h", acts::ban("m", BanAudio, true, 60)), says(seen));
    assert_eq!(rig.act("m", acts::stream("", 0, Audio, true)), Err(Code::Forbidden));
    assert_eq!(rig.act("h", acts::ban("m", BanVideo, true, 0)), says(["ban Video m 0", "Video off m"]));
    assert_eq!(rig.room.deadline(), Some(START_MS + 60_000));

    rig.act("m", acts::leave(true)).unwrap();
    rig.join("m", "d", "").unwrap();
    assert_eq!(
        rig.act("m", acts::stream("", 0, Audio, true)),
        Err(Code::Forbidden),
        "leaving does not lift it"
    );
    rig.now_ms += 60_000;
    assert_eq!(rig.due(), says(["unban Audio m 0"]));
    assert_eq!(rig.act("m", acts::stream("", 0, Audio, true)), says(["Audio on m"]));
    assert_eq!(rig.act("h", acts::ban("m", BanVideo, false, 0)), says(["unban Video m 0"]));
    assert_eq!(rig.mirror.member("m").unwrap().bans, None);

    rig.act("h", acts::ban("n", BanChat, true, 10)).unwrap();
    rig.act("h", acts::ban("n", BanVideo, true, 0)).unwrap();
    rig.act("n", acts::leave(true)).unwrap();
    assert_eq!(rig.act("m", acts::ban("n", BanVideo, false, 0)), Err(Code::Forbidden));
    assert_eq!(rig.act("h", acts::ban("n", BanVideo, false, 0)), says(["unban Video n 0"]), "while outside");
    rig.now_ms += 10_000;
    rig.join("n", "d", "").unwrap();
    assert_eq!(rig.mirror.member("n").unwrap().bans, None, "ran out outside");
}

#[test]
fn the_whole_room_is_banned_apart_from_those_who_may_ban_it() {
    let mut rig = Rig::meeting().fill();
    for user_uuid in ["h", "c", "m", "n"] {
        rig.act(user_uuid, acts::stream("", 0, Audio, true)).unwrap();
    }
    assert_eq!(
        rig.act("c", acts::ban("", BanAudio, true, 0)),
        says(["ban Audio room 0", "Audio off m", "Audio off n"])
    );
    assert_eq!(rig.act("m", acts::stream("", 0, Audio, true)), Err(Code::Forbidden));
    assert_eq!(rig.act("c", acts::ban("", BanAudio, true, 5)), says(["ban Audio room 1005000"]));
    assert_eq!(rig.act("h", acts::ban("", BanAudio, false, 0)), says(["unban Audio room 0"]));
    assert_eq!(rig.act("m", acts::stream("", 0, Audio, true)), says(["Audio on m"]));
}

#[test]
fn chat_is_for_members_who_are_not_banned() {
    let mut rig = Rig::meeting().fill();
    let ask =
        |rig: &Rig, user_uuid: &str| rig.room.may_chat(user_uuid, rig.now_ms).map_err(|refusal| refusal.code);
    assert_eq!(ask(&rig, "m"), Ok(()));
    assert_eq!(ask(&rig, "x"), Err(Code::RoomMemberNotFound));
    rig.act("h", acts::ban("m", BanChat, true, 1)).unwrap();
    assert_eq!(ask(&rig, "m"), Err(Code::Forbidden));
    rig.now_ms += 1000;
    assert_eq!(ask(&rig, "m"), Ok(()), "over, whether or not anybody said so");
    rig.act("h", acts::ban("", BanChat, true, 0)).unwrap();
    assert_eq!((ask(&rig, "m"), ask(&rig, "o")), (Err(Code::Forbidden), Err(Code::Forbidden)));
    assert_eq!((ask(&rig, "h"), ask(&rig, "c")), (Ok(()), Ok(())));
    rig.act("h", acts::end()).unwrap();
    assert_eq!(ask(&rig, "h"), Err(Code::RoomNotFound));
    let mut rig = Rig::meeting().fill();
    assert_eq!(rig.act("m", acts::chat(true)), says(["chat m true"]));
    assert!(rig.mirror.member("m").unwrap().endpoints[0].in_chatroom);
}

#[test]
fn commands_are_told_to_those_they_are_for() {
    let mut rig = Rig::meeting().fill();
    let told = |rig: &mut Rig, act: Act| {
        let decided = rig.room.act(rig.now_ms, &rig.actor("m"), &act).unwrap();
        rig.commit(decided.clone());
        let all = ["h", "c", "m", "n", "o"];
        all.into_iter().filter(|user_uuid| rig.room.told(&decided.events[0], user_uuid)).collect::<String>()
    };
    assert_eq!(told(&mut rig, acts::command(10_000, "x", &[], &[])), "hcmno");
    assert_eq!(told(&mut rig, acts::command(19_999, "x", &["C"], &[])), "cm");
    assert_eq!(told(&mut rig, acts::command(10_000, "x", &[], &["host", "observer"])), "hmo");
    assert_eq!(told(&mut rig, acts::name("", "x")), "hcmno");
    let server = rig.room.act(rig.now_ms, &Actor::Server, &acts::command(10_000, "x", &["n"], &[])).unwrap();
    assert!(rig.room.told(&server.events[0], "n") && !rig.room.told(&server.events[0], "m"));
    let hidden = v1::RoomEvent { body: None, ..server.events[0].clone() };
    let before = rig.mirror.clone();
    rig.mirror.apply(&hidden).unwrap();
    assert_eq!(rig.mirror.at().seq, before.at().seq + 1);
    assert_eq!(rig.mirror.difference(&before), [], "it only counts");
}

fn presence(rig: &mut Rig, rtc_uid: i64, present: bool) -> rig::Seen {
    rig.server(ServerAct::SetRtcPresence { rtc_uid, present })
}

#[test]
fn a_device_is_in_the_call_until_it_goes_and_sends_nothing_then() {
    let mut rig = Rig::meeting().fill();
    let m = rig.rtc_uid("m", "d");
    assert_eq!(presence(&mut rig, m, true), says(["rtc m true"]));
    assert_eq!(presence(&mut rig, m, true), says([]), "once");
    assert!(rig.mirror.endpoint(m).unwrap().1.in_rtc);
    rig.act("m", acts::stream("", 0, Audio, true)).unwrap();
    rig.act("m", acts::stream("", 0, SubVideo, true)).unwrap();
    assert_eq!(presence(&mut rig, m, false), says(["Audio off m", "SubVideo off m", "rtc m false"]));
    assert_eq!(presence(&mut rig, m, false), says([]));
    assert_eq!(presence(&mut rig, 1, true), Err(Code::TargetMemberNotFound));
}

#[test]
fn a_room_without_calls_lets_nobody_into_one() {
    let resources = Some(v1::RoomResources { chatroom: true, ..v1::RoomResources::default() });
    let mut rig = Rig::new(builtin(40).unwrap(), Create { resources, ..create() }).fill();
    let m = rig.rtc_uid("m", "d");
    assert_eq!(presence(&mut rig, m, true), Err(Code::NotSupported));
    assert_eq!(presence(&mut rig, m, false), says([]));
}

#[test]
fn what_a_device_may_send_follows_from_what_is_on_and_from_bans() {
    let mut rig = Rig::meeting().fill();
    let m = rig.rtc_uid("m", "d");
    rig.act("m", acts::stream("", 0, Audio, true)).unwrap();
    let rights = |rig: &Rig| rig.room.call_rights(m, rig.now_ms);
    assert_eq!(rights(&rig), None, "not in the call");
    presence(&mut rig, m, true).unwrap();
    let hears = CallRights { hears: true, ..CallRights::default() };
    assert_eq!(rights(&rig), Some(CallRights { audio: true, ..hears }));
    rig.act("m", acts::stream("", 0, Video, true)).unwrap();
    rig.act("m", acts::stream("", 0, SubVideo, true)).unwrap();
    assert_eq!(rights(&rig), Some(CallRights { audio: true, video: true, sub_video: true, ..hears }));
    rig.act("m", acts::stream("", 0, AudioConnection, false)).unwrap();
    assert_eq!(rights(&rig), Some(CallRights { video: true, sub_video: true, ..CallRights::default() }));
    rig.act("m", acts::stream("", 0, AudioConnection, true)).unwrap();
    rig.act("h", acts::ban("m", BanAudio, true, 60)).unwrap();
    assert_eq!(rights(&rig), Some(CallRights { video: true, sub_video: true, ..hears }));
    rig.act("h", acts::ban("", BanVideo, true, 0)).unwrap();
    assert_eq!(rights(&rig), Some(CallRights { sub_video: true, ..hears }));
    rig.act("h", acts::kick("m", false)).unwrap();
    assert_eq!(rights(&rig), None);
}
