//! What is asked in the name of a room session is done while that lasts, and not after it.

use crate::world::{Device, World, creation};
use parlor_protocol::ids::SessionId;
use parlor_protocol::{Code, v1};
use parlor_store::rows::RoomSession;
use parlor_store::{Batch, Write};
use v1::request::Body;
use v1::room_act::Act;

/// Changes the room session of a device in the store alone, as another node does before anybody here has heard of it.
async fn change_room(world: &World, device: &Device, change: impl FnOnce(&mut Option<RoomSession>)) {
    let session_id = SessionId(device.session.session_id);
    let read = world.node.store.read(move |view| view.session(session_id));
    let mut row = read.await.unwrap().unwrap().row;
    change(&mut row.room);
    world.node.store.commit(Batch::new().write(Write::PutSession(row))).await.unwrap();
}

async fn does_nothing_any_more(bob: &mut Device, ann: &mut Device, room: i64) {
    let name =
        |name: &str| Act::ChangeName(v1::ActChangeName { user_uuid: String::new(), user_name: name.into() });
    let at = ann.mirror(room).at().seq;
    assert_eq!(bob.act(room, name("Robert")).await, Err(Code::RoomNotLoggedIn));
    let send = v1::ChatSend {
        archive_id: room,
        message_uuid: "late".into(),
        body: Some(v1::chat_send::Body::Text(v1::ChatText { text: "late".into() })),
        ..v1::ChatSend::default()
    };
    assert_eq!(bob.ask(Body::ChatSend(send)).await.err(), Some(Code::RoomNotLoggedIn));
    let recall = v1::ChatRecall { archive_id: room, message_uuid: "early".into() };
    assert_eq!(bob.ask(Body::ChatRecall(recall)).await.err(), Some(Code::RoomNotLoggedIn));
    ann.pull(room).await.unwrap();
    assert_eq!(ann.mirror(room).at().seq, at, "nothing happened");
    assert_eq!(ann.mirror(room).member("bob").unwrap().user_name, "BOB");
}

async fn with_a_message() -> (World, Device, Device, i64) {
    let mut world = World::new().await;
    let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
    let resources = Some(v1::RoomResources { chatroom: true, ..v1::RoomResources::default() });
    let room = ann.create(v1::RoomCreate { resources, ..creation("weekly") }).await.unwrap().archive_id;
    for device in [&mut ann, &mut bob] {
        device.join("weekly", "").await.unwrap();
        device.act(room, Act::ChatPresence(v1::ActChatPresence { present: true })).await.unwrap();
    }
    let send = v1::ChatSend {
        archive_id: room,
        message_uuid: "early".into(),
        body: Some(v1::chat_send::Body::Text(v1::ChatText { text: "early".into() })),
        ..v1::ChatSend::default()
    };
    bob.ask(Body::ChatSend(send)).await.unwrap();
    ann.listen().await;
    (world, ann, bob, room)
}

#[tokio::test(start_paused = true)]
async fn an_act_does_not_outlive_its_room_session() {
    let (world, mut ann, mut bob, room) = with_a_message().await;
    change_room(&world, &bob, |room| *room = None).await;
    does_nothing_any_more(&mut bob, &mut ann, room).await;
    assert_eq!(bob.create(creation("other")).await, Err(Code::RoomNotLoggedIn));
    assert_eq!(bob.join("weekly", "").await, Err(Code::RoomNotLoggedIn));
}

#[tokio::test(start_paused = true)]
async fn another_room_session_on_the_session_is_another() {
    let (world, mut ann, mut bob, room) = with_a_message().await;
    change_room(&world, &bob, |room| room.as_mut().unwrap().login_at_ms += 1).await;
    does_nothing_any_more(&mut bob, &mut ann, room).await;
}

#[tokio::test(start_paused = true)]
async fn an_op_id_stands_for_one_kind_of_request() {
    let (_world, mut ann, _bob, room) = World::two_in_a_meeting().await;
    let lock = v1::RoomAct { archive_id: room, act: Some(Act::SetLock(v1::ActSetLock { locked: true })) };
    let (user_uuid, data) = ("bob".to_owned(), "hello".to_owned());
    let command = v1::UserSend { user_uuid, data, command_id: 10_001, ..v1::UserSend::default() };
    let upload = v1::FileUpload { name: "a".into(), size_bytes: 3, ..v1::FileUpload::default() };
    let requests = [
        Body::RoomAct(lock),
        Body::RoomCreate(creation("another")),
        Body::UserSend(command),
        Body::FileUpload(upload),
        Body::KickDevices(v1::KickDevices { device_ids: vec!["nobody".into()] }),
    ];
    for (n, first) in requests.iter().enumerate() {
        let op_id = vec![n as u8 + 1; 16];
        let answer = ann.ask_as(op_id.clone(), first.clone()).await.unwrap();
        for other in requests.iter().filter(|other| *other != first) {
            let again = ann.ask_as(op_id.clone(), other.clone()).await;
            assert_eq!(again.err(), Some(Code::DuplicateRequest), "{first:?}, then {other:?}");
        }
        assert_eq!(ann.ask_as(op_id, first.clone()).await.unwrap(), answer, "the first answer");
    }
}
