//! How rooms begin, are entered and left, end, and survive.

use crate::world::{World, creation};
use parlor_identity::app::RoomCallback;
use parlor_protocol::{Code, v1};
use parlor_store::{Batch, Write};
use std::time::Duration;
use v1::request::Body;
use v1::room_act::Act;

#[tokio::test(start_paused = true)]
async fn what_one_device_does_is_in_the_mirrors_of_all() {
    let mut world = World::new().await;
    let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
    let room = world.meeting(&mut ann, "weekly").await;
    assert_eq!(ann.join("weekly", "host").await, Ok(room));
    assert_eq!(bob.join("weekly", "member").await, Ok(room));
    ann.act(room, Act::SetLock(v1::ActSetLock { locked: true })).await.unwrap();
    let name = v1::ActChangeName { user_uuid: String::new(), user_name: "Bobby".into() };
    bob.act(room, Act::ChangeName(name)).await.unwrap();
    ann.listen().await;
    bob.listen().await;
    assert_eq!(ann.mirror(room), bob.mirror(room));
    let mirror = ann.mirror(room);
    assert!(mirror.head().locked);
    assert_eq!(mirror.member("bob").unwrap().user_name, "Bobby");
    assert_eq!(mirror.members().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn joining_is_refused_with_the_documented_codes() {
    let mut world = World::new().await;
    for name in ["ann", "bob"] {
        world.person(name).await;
    }
    let mut ann = world.device("ann", "phone").await;
    let mut bob = world.device("bob", "phone").await;
    assert_eq!(bob.join("weekly", "member").await, Err(Code::RoomNotFound));
    let create = v1::RoomCreate { password: "s3cret".into(), ..creation("weekly") };
    let room = ann.create(create.clone()).await.unwrap().archive_id;
    assert_eq!(ann.create(create.clone()).await, Err(Code::RoomExists));
    assert_eq!(bob.join("weekly", "member").await, Err(Code::RoomPasswordWrong));
    let join = |role: &str| v1::RoomJoin {
        room_uuid: "weekly".into(),
        password: "s3cret".into(),
        role: role.into(),
        ..v1::RoomJoin::default()
    };
    assert_eq!(bob.join_with(join("emperor")).await, Err(Code::RoomRoleUndefined));
    assert_eq!(ann.join_with(join("host")).await, Ok(room));
    assert_eq!(bob.join_with(join("host")).await, Err(Code::RoomRoleExceeded));
    ann.act(room, Act::SetLock(v1::ActSetLock { locked: true })).await.unwrap();
    assert_eq!(bob.join_with(join("member")).await, Err(Code::RoomLocked));
    let unknown = v1::RoomCreate { template_id: 4_711, ..creation("other") };
    assert_eq!(ann.create(unknown).await, Err(Code::RoomNotPrepared));
}

#[tokio::test(start_paused = true)]
async fn a_room_uuid_is_free_again_after_the_end_and_the_archive_id_is_another_one() {
    let mut world = World::new().await;
    let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
    let first = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    bob.join("weekly", "member").await.unwrap();
    assert_eq!(bob.act(first, Act::End(v1::ActEnd {})).await, Err(Code::Forbidden));
    ann.act(first, Act::End(v1::ActEnd {})).await.unwrap();
    bob.listen().await;
    assert_eq!(bob.mirror(first).ended(), Some("CLOSE_BY_MEMBER"));
    assert_eq!(bob.join("weekly", "member").await, Err(Code::RoomNotFound));
    assert_eq!(bob.pull(first).await, Err("CLOSE_BY_MEMBER".to_owned()));
    let second = world.meeting(&mut ann, "weekly").await;
    assert!(second > first);
    assert_eq!(ann.join("weekly", "host").await, Ok(second));
}

#[tokio::test(start_paused = true)]
async fn a_link_silent_for_less_than_30_s_stays_in_the_room_and_misses_nothing() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    for second in 0..14 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let name = v1::ActSetRoomName { room_name: format!("second {second}") };
        ann.act(room, Act::SetRoomName(name)).await.unwrap();
    }
    let link = world.connect();
    bob.cut(link);
    bob.resume().await.unwrap();
    bob.pull(room).await.unwrap();
    ann.listen().await;
    assert_eq!(ann.mirror(room), bob.mirror(room));
    assert_eq!(bob.mirror(room).head().room_name, "second 13");
    assert!(ann.mirror(room).member("bob").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_link_silent_for_longer_leaves_and_the_others_see_it() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_secs(3)).await;
        ann.ask(v1::request::Body::Ping(v1::Ping {})).await.unwrap();
    }
    ann.listen().await;
    assert!(ann.mirror(room).member("bob").is_none());
    let link = world.connect();
    bob.cut(link);
    assert_eq!(bob.resume().await.map(drop), Err(Code::SessionExpired));
}

#[tokio::test(start_paused = true)]
async fn rooms_and_who_is_in_them_survive_a_crash() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    let roles = |role: &str| {
        let change = v1::ActChangeRole { user_uuid: "bob".into(), role: role.into() };
        Act::ChangeRoles(v1::ActChangeRoles { changes: vec![change] })
    };
    ann.act(room, roles("cohost")).await.unwrap();
    world.restart().await;
    let links = [world.connect(), world.connect()];
    for (device, link) in [&mut ann, &mut bob].into_iter().zip(links) {
        device.cut(link);
        device.resume().await.unwrap();
        device.pull(room).await.unwrap();
    }
    assert_eq!(ann.mirror(room).member("bob").unwrap().role, "cohost");
    assert_eq!(ann.mirror(room), bob.mirror(room));
    ann.act(room, roles("member")).await.unwrap();
    bob.listen().await;
    assert_eq!(bob.mirror(room).member("bob").unwrap().role, "member");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_act_is_done_once_and_gets_its_first_answer() {
    let mut world = World::new().await;
    world.person("ann").await;
    let mut ann = world.device("ann", "phone").await;
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    let op_id = vec![9; 16];
    let rename = |name: &str| Act::SetRoomName(v1::ActSetRoomName { room_name: name.into() });
    let first = ann.act_as(op_id.clone(), room, rename("one")).await.unwrap();
    ann.act(room, rename("two")).await.unwrap();
    assert_eq!(ann.act_as(op_id, room, rename("one")).await, Ok(first));
    ann.listen().await;
    assert_eq!(ann.mirror(room).head().room_name, "two");
    // A second "leave" would be refused, if the first were not known.
    let leave = || Act::Leave(v1::ActLeave { all_devices: false });
    let done = ann.act_as(vec![8; 16], room, leave()).await.unwrap();
    assert_eq!(ann.act_as(vec![8; 16], room, leave()).await, Ok(done));
    assert_eq!(ann.act(room, leave()).await, Err(Code::RoomMemberNotFound));
}

#[tokio::test(start_paused = true)]
async fn what_was_done_before_the_end_of_a_room_is_answered_after_it() {
    let mut world = World::new().await;
    let mut ann = world.newcomer("ann").await;
    let resources = Some(v1::RoomResources { chatroom: true, ..v1::RoomResources::default() });
    let room = ann.create(v1::RoomCreate { resources, ..creation("weekly") }).await.unwrap().archive_id;
    ann.join("weekly", "host").await.unwrap();
    ann.act(room, Act::ChatPresence(v1::ActChatPresence { present: true })).await.unwrap();
    let send = |message_uuid: &str| {
        Body::ChatSend(v1::ChatSend {
            archive_id: room,
            message_uuid: message_uuid.into(),
            body: Some(v1::chat_send::Body::Text(v1::ChatText { text: "bye".into() })),
            ..v1::ChatSend::default()
        })
    };
    let sent = ann.ask(send("m1")).await.unwrap();
    let end = || Act::End(v1::ActEnd {});
    let done = ann.act_as(vec![8; 16], room, end()).await.unwrap();
    assert_eq!(ann.act_as(vec![8; 16], room, end()).await, Ok(done));
    // As after a crash that took the answers along.
    world.restart().await;
    let link = world.connect();
    ann.cut(link);
    ann.resume().await.unwrap();
    assert_eq!(ann.act_as(vec![8; 16], room, end()).await, Ok(done));
    assert_eq!(ann.ask(send("m1")).await.as_ref(), Ok(&sent));
    assert_eq!(ann.act(room, end()).await, Err(Code::RoomNotFound));
    assert_eq!(ann.ask(send("m2")).await.err(), Some(Code::RoomNotFound));
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_is_far_behind_begins_anew() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    let link = world.connect();
    bob.cut(link);
    for n in 0..1_500 {
        let name = v1::ActSetRoomName { room_name: format!("name {n}") };
        ann.act(room, Act::SetRoomName(name)).await.unwrap();
    }
    bob.resume().await.unwrap();
    bob.pull(room).await.unwrap();
    ann.listen().await;
    assert_eq!(ann.mirror(room), bob.mirror(room));
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_open_obeys_another_callback_at_once() {
    let mut world = World::new().await;
    let mut app = world.app.clone();
    let callback = RoomCallback { url: "https://example.org/told".into(), on: true, events: Vec::new() };
    app.settings.room_callback = Some(callback.clone());
    world.node.store.commit(Batch::new().write(Write::PutApp(app))).await.unwrap();
    let mut ann = world.newcomer("ann").await;
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    let waiting = || world.node.store.read(|view| view.due_callbacks(i64::MAX, 10));
    let before = waiting().await.unwrap().len();
    let name =
        |name: &str| Act::ChangeName(v1::ActChangeName { user_uuid: String::new(), user_name: name.into() });
    let off = Some(RoomCallback { on: false, ..callback });
    let app_key = world.app.app_key.as_str();
    parlor_server::app::set_room_callback(&world.node, "test", app_key, off).await.unwrap();
    ann.act(room, name("Anna")).await.unwrap();
    assert_eq!(waiting().await.unwrap().len(), before);
}

#[tokio::test(start_paused = true)]
async fn the_apps_server_is_told_of_everything_in_order() {
    let mut world = World::new().await;
    let mut app = world.app.clone();
    app.settings.room_callback =
        Some(RoomCallback { url: "https://example.org/told".into(), on: true, events: Vec::new() });
    world.node.store.commit(Batch::new().write(Write::PutApp(app))).await.unwrap();
    let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    bob.join("weekly", "member").await.unwrap();
    let name = v1::ActChangeName { user_uuid: String::new(), user_name: "Bobby".into() };
    bob.act(room, Act::ChangeName(name)).await.unwrap();
    bob.act(room, Act::Leave(v1::ActLeave { all_devices: false })).await.unwrap();
    ann.act(room, Act::End(v1::ActEnd {})).await.unwrap();
    let told = [
        "CREATE_ROOM",
        "USER_JOIN_ROOM",
        "USER_JOIN_ROOM",
        "USER_NAME_CHANGE",
        "USER_LEAVE_ROOM",
        "CLOSE_ROOM",
    ];
    for expected in told {
        let waiting = world.node.store.read(|view| view.due_callbacks(i64::MAX, 10)).await.unwrap();
        let first = waiting.first().unwrap();
        assert_eq!((first.event_type.as_str(), waiting.len()), (expected, 1));
        assert!(first.body.contains("\"roomUuid\":\"weekly\""), "{}", first.body);
        let done = Batch::new().write(Write::DropCallback(first.callback_id));
        world.node.store.commit(done).await.unwrap();
    }
    assert_eq!(world.node.store.read(|view| view.due_callbacks(i64::MAX, 10)).await.unwrap().len(), 0);
}
