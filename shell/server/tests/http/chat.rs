//! The chat of rooms through the API, and custom signalling.

use crate::world::{APP, OTHER, World};
use parlor_protocol::ids::{ArchiveId, UserUuid};
use parlor_protocol::v1::{self, room_event::Body};
use prost::Message;
use serde_json::{Value, json};

async fn post(world: &World, path: &str, body: Value) -> Value {
    world.json(APP, "POST", path, body).await
}

/// What was said, oldest first.
async fn said(world: &World, archive_id: &str) -> Vec<Value> {
    let path = format!(
        "/scene/apps/appone/v2/rooms/chatroom/msg/export?roomArchiveId={archive_id}&order=asc&startTime=1"
    );
    let answer = world.get(APP, &path).await;
    assert_eq!(answer["code"], 0, "{answer}");
    answer["data"]["messages"].as_array().unwrap().clone()
}

async fn without_chat(world: &World) -> String {
    world.room("silent", json!({"config": {"chatroom": false}})).await
}

#[tokio::test(start_paused = true)]
async fn the_apps_server_writes_into_the_chat_of_a_room() {
    let world = World::new().await;
    let sender = json!({"user_uuid": "ann", "user_name": "Ann", "icon": "i"});
    world.json(APP, "POST", "/neroom/v3/users", sender).await;
    world.room("one", json!({})).await;
    let path = "/neroom/v3/rooms/1/messages";
    let body = json!({"message": "hello", "message_type": "text", "sender_user_uuid": "Ann", "ext": "e"});
    let sent = post(&world, path, body).await;
    assert_eq!(sent["code"], 0, "{sent}");
    let old = json!({"roomUuid": "one", "message": "{\"type\":1}"});
    assert_eq!(post(&world, "/apps/v2/sendChatRoomCustomMessage", old).await["code"], 0);
    let all = said(&world, "1").await;
    let shown: Vec<_> = all
        .iter()
        .map(|m| json!([m["seq"], m["fromUserUuid"], m["fromNick"], m["msgType"], m["attach"], m["ext"]]))
        .collect();
    assert_eq!(
        shown,
        [json!([1, "ann", "Ann", 0, "hello", "e"]), json!([2, "", "", 100, "{\"type\":1}", ""])]
    );
    assert_eq!(all[0]["msgId"], sent["data"]["msg_id"]);
    // Nobody forbids the app's server to speak, and what was said can be read when the room is over.
    world.json(APP, "PATCH", "/neroom/v1/rooms/1/mute", json!({})).await;
    assert_eq!(post(&world, path, json!({"message": "still"})).await["code"], 0);
    world.json(APP, "DELETE", "/neroom/v3/rooms/1", Value::Null).await;
    assert_eq!(said(&world, "1").await.len(), 3);
    assert_eq!(post(&world, path, json!({"message": "late"})).await["code"], 1004);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_said_is_refused() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    let silent = without_chat(&world).await;
    let path = "/neroom/v3/rooms/1/messages";
    let field = |answer: &Value, name: &str| {
        assert_eq!(answer["code"], 400, "{answer}");
        assert!(answer["msg"].as_str().unwrap().starts_with(name), "{answer}");
    };
    field(&post(&world, path, json!({})).await, "message");
    field(&post(&world, path, json!({"message": "x".repeat(501)})).await, "message");
    field(&post(&world, path, json!({"message": "m", "message_type": "song"})).await, "message_type");
    let foreign = post(&world, path, json!({"message": "m", "sender_user_uuid": "nobody"})).await;
    assert_eq!(foreign["code"], 404, "{foreign}");
    assert_eq!(post(&world, "/neroom/v3/rooms/9/messages", json!({"message": "m"})).await["code"], 1004);
    let into = format!("/neroom/v3/rooms/{silent}/messages");
    assert_eq!(post(&world, &into, json!({"message": "m"})).await["code"], 110_001);
    let old = json!({"roomUuid": "nowhere", "message": "m"});
    assert_eq!(post(&world, "/apps/v2/sendChatRoomCustomMessage", old).await["code"], 1004);
    let other = world.json(OTHER, "POST", path, json!({"message": "m"})).await;
    assert_eq!(other["code"], 1004);
    assert!(said(&world, "1").await.is_empty());
    let export = "/scene/apps/appone/v2/rooms/chatroom/msg/export";
    assert_eq!(world.get(APP, &format!("{export}?roomArchiveId={silent}")).await["code"], 110_001);
    assert_eq!(world.get(APP, &format!("{export}?roomArchiveId=9")).await["code"], 1004);
    field(&world.get(APP, &format!("{export}?roomArchiveId=1&limit=101")).await, "limit");
}

#[tokio::test(start_paused = true)]
async fn a_message_is_taken_back_once() {
    let world = World::new().await;
    let made = post(&world, "/neroom/v4/rooms", json!({"template_id": 40, "room_uuid": "one"})).await;
    let chat = made["data"]["room_resource_info"]["chat_room_id"].as_i64().unwrap();
    let sent = post(&world, "/neroom/v3/rooms/1/messages", json!({"message": "oops"})).await;
    let recall = |room: &str, chat: i64, id: &Value| {
        let path = format!("/scene/apps/appone/v2/rooms/{room}/chatrooms/{chat}/recall");
        let (world, body) = (&world, json!({"msgId": id}));
        async move { post(world, &path, body).await["code"].as_i64().unwrap() }
    };
    let id = &sent["data"]["msg_id"];
    assert_eq!(recall("one", chat + 1, id).await, 110_001);
    assert_eq!(recall("nowhere", chat, id).await, 1004);
    assert_eq!(recall("one", chat, id).await, 0);
    let all = said(&world, "1").await;
    assert_eq!((all.len(), &all[0]["recalled"], &all[0]["attach"]), (2, &json!(true), &json!("")));
    assert_eq!(all[1]["msgType"], 5, "a notice: {}", all[1]);
    let again = recall("one", chat, id).await;
    assert!(again != 0 && recall("one", chat, &json!("unknown")).await == again, "{again}");
}

#[tokio::test(start_paused = true)]
async fn a_broadcast_reaches_every_live_room_once() {
    let world = World::new().await;
    world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "ann"})).await;
    for name in ["one", "two", "over"] {
        world.room(name, json!({})).await;
    }
    without_chat(&world).await;
    world.json(APP, "DELETE", "/neroom/v3/rooms/3", Value::Null).await;
    world.json(OTHER, "POST", "/neroom/v4/rooms", json!({"template_id": 40})).await;
    let message = |kind: i64| json!({"msg_id": "b1", "sender_user_uuid": "ann", "msg_type": kind, "attach": "all", "high_priority": true});
    for _ in 0..2 {
        let answer = post(&world, "/neroom/v1/broadcast", message(100)).await;
        assert_eq!(answer["data"], json!({"rooms": 2}), "{answer}");
    }
    for room in ["1", "2"] {
        let all = said(&world, room).await;
        assert_eq!((all.len(), &all[0]["msgId"], &all[0]["attach"]), (1, &json!("b1"), &json!("all")));
    }
    assert!(said(&world, "3").await.is_empty());
    assert_eq!(post(&world, "/neroom/v1/broadcast", message(3)).await["code"], 600_000_001);
    let nobody = json!({"msg_id": "b2", "sender_user_uuid": "nobody", "msg_type": 0, "attach": "x"});
    assert_eq!(post(&world, "/neroom/v1/broadcast", nobody).await["code"], 404);
    let empty = json!({"msg_id": "b3", "sender_user_uuid": "ann", "msg_type": 0});
    assert_eq!(post(&world, "/neroom/v1/broadcast", empty).await["code"], 400);
}

#[tokio::test(start_paused = true)]
async fn signalling_is_for_the_room_for_people_in_it_or_for_roles() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("ann", "one", "host").await;
    let path = "/neroom/v3/rooms/1/custom_messages";
    for body in [
        json!({"command_id": 10000, "data": "all"}),
        json!({"command_id": 19999, "data": "ann", "user_uuids": ["Ann"]}),
        json!({"command_id": 12345, "data": "hosts", "roles": ["host"]}),
    ] {
        assert_eq!(post(&world, path, body).await["code"], 0);
    }
    let events = world.node.store.read(|view| view.room_events_after(ArchiveId(1), 0, 100)).await.unwrap();
    let commands: Vec<_> = events
        .iter()
        .filter_map(|row| match v1::RoomEvent::decode(row.body.as_slice()).unwrap().body {
            Some(Body::Command(command)) => Some((command.data, command.user_uuids, command.roles)),
            _ => None,
        })
        .collect();
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        commands,
        [
            ("all".to_owned(), texts(&[]), texts(&[])),
            ("ann".to_owned(), texts(&["ann"]), texts(&[])),
            ("hosts".to_owned(), texts(&[]), texts(&["host"])),
        ]
    );
    for (body, code) in [
        (json!({"command_id": 9999}), 400),
        (json!({"command_id": 20000}), 400),
        (json!({"data": "d"}), 400),
        (json!({"command_id": 10000, "data": "x".repeat(4097)}), 400),
        (json!({"command_id": 10000, "data": "名".repeat(4096)}), 400),
        (json!({"command_id": 10000, "user_uuids": ["zoe"]}), 1015),
        (json!({"command_id": 10000, "roles": ["king"]}), 1003),
    ] {
        let answer = post(&world, path, body.clone()).await;
        assert_eq!(answer["code"], code, "{body} {answer}");
    }
    assert_eq!(
        post(&world, "/neroom/v3/rooms/9/custom_messages", json!({"command_id": 10000})).await["code"],
        1004
    );
}

#[tokio::test(start_paused = true)]
async fn signalling_reaches_people_who_are_in_no_room() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    for user in ["ann", "bob"] {
        world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": user})).await;
    }
    let path = "/neroom/v3/rooms/1/custom_messages";
    let body =
        |people: Value| json!({"command_id": 10000, "data": "come", "channel": "user", "user_uuids": people});
    assert_eq!(post(&world, path, body(json!(["Bob", "ann", "bob"]))).await["code"], 0);
    for user in ["ann", "bob"] {
        let user_uuid = UserUuid::parse(user).unwrap();
        let read = world.node.store.read(move |view| view.user_events_after(APP.id, &user_uuid, 0, 10));
        let events = read.await.unwrap();
        assert_eq!(events.len(), 1, "{user}");
        let event = v1::UserEvent::decode(events[0].body.as_slice()).unwrap();
        let Some(v1::user_event::Body::Command(command)) = event.body else { panic!("{event:?}") };
        assert_eq!(
            (command.command_id, command.data.as_str(), command.sender_uuid.as_str()),
            (10000, "come", "")
        );
    }
    assert_eq!(post(&world, path, body(json!(["ann", "nobody"]))).await["code"], 404);
    assert_eq!(post(&world, path, body(json!([]))).await["code"], 400);
    let elsewhere = post(&world, "/neroom/v3/rooms/9/custom_messages", body(json!(["ann"]))).await;
    assert_eq!(elsewhere["code"], 1004);
}
