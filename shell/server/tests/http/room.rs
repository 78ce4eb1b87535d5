//! Rooms through the API: made, changed, ended; their members, bans and blacklists; and every code of these calls.

use crate::world::{APP, OTHER, World, template};
use parlor_store::rows::TemplateRow;
use parlor_store::{Batch, Write};
use serde_json::{Value, json};

async fn create(world: &World, body: Value) -> Value {
    world.json(APP, "POST", "/neroom/v4/rooms", body).await
}

async fn patch(world: &World, path: &str, body: Value) -> Value {
    world.json(APP, "PATCH", path, body).await
}

async fn delete(world: &World, path: &str) -> Value {
    world.json(APP, "DELETE", path, Value::Null).await
}

fn assert_code(answer: &Value, code: i64) {
    assert_eq!(answer["code"], code, "{answer}");
}

/// The code, and the field that the message begins with.
fn assert_field(answer: &Value, code: i64, field: &str) {
    assert_code(answer, code);
    assert!(answer["msg"].as_str().unwrap().starts_with(field), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_room_is_made_in_each_form_of_the_call() {
    let world = World::new().await;
    let whole = json!({
        "template_id": 40, "room_uuid": "weekly.1~a_b-c", "room_name": "周会", "password": "pass word", "type": 2,
        "room_profile": 1, "config": {"whiteboard": false, "chatroom": true, "live": {"enable": true}},
    });
    let made = create(&world, whole).await;
    assert_code(&made, 0);
    assert_eq!(made["data"]["room_archive_id"], "1");
    assert_eq!(made["data"]["roomArchiveId"], "1", "the spelling of the vendor's sample server");
    assert!(made["data"]["room_resource_info"]["chat_room_id"].is_i64(), "{made}");
    let shown = world.get(APP, "/apps/v2/room?roomArchiveId=1").await["data"].clone();
    assert_eq!(
        json!([
            shown["roomUuid"],
            shown["roomName"],
            shown["templateId"],
            shown["roomProfile"],
            shown["type"]
        ]),
        json!(["weekly.1~a_b-c", "周会", 40, 1, 2])
    );
    assert_eq!(shown["expireTime"], 0, "a permanent room does not end by age");
    let old = json!({
        "templateId": 40, "roomName": "Old", "roomConfig": {"resource": {"chatroom": false, "seat": true}},
    });
    let old = world.json(APP, "PUT", "/apps/v2/room", old).await;
    assert_eq!(old["data"]["roomArchiveId"], "2");
    assert!(old["data"]["roomResourceInfo"]["chatRoomId"].is_null(), "{old}");
    assert!(!old["data"]["roomUuid"].as_str().unwrap().is_empty(), "a random name");
    let older = json!({"roomName": "Older", "configId": 40, "properties": {"my_topic": {"value": "tea"}}});
    let older = world.json(APP, "PUT", "/apps/appone/v1/rooms/older", older).await;
    assert_eq!(older["data"]["roomUuid"], "older");
    assert_eq!(older["data"]["properties"], json!({"my_topic": {"value": "tea"}}));
    let mirror = world.live_room("3").await;
    assert_eq!(mirror.head().properties[0].key, "my_topic");
    let day_ms = 24 * 3600 * 1000;
    assert_eq!(mirror.head().ends_at_ms, world.node.clock.now_ms() + day_ms);
}

#[tokio::test(start_paused = true)]
async fn what_a_room_cannot_be_made_with_is_said() {
    let world = World::new().await;
    assert_field(&create(&world, json!({"room_name": "n"})).await, 1001, "template_id");
    assert_code(&create(&world, json!({"template_id": 77})).await, 1001);
    let broken = TemplateRow {
        app_id: APP.id,
        template_id: 1000,
        name: "broken".into(),
        body: "{}".into(),
        created_at_ms: 0,
        updated_at_ms: 0,
    };
    world.commit(Batch::new().write(Write::PutTemplate(broken))).await;
    assert_code(&create(&world, json!({"template_id": 1000})).await, 1005);
    let with = |field: &str, value: Value| {
        let mut body = json!({"template_id": 40});
        body[field] = value;
        body
    };
    for (field, value) in [
        ("room_uuid", json!("a b")),
        ("room_uuid", json!("x".repeat(65))),
        ("room_name", json!("x".repeat(65))),
        ("password", json!("x".repeat(65))),
        ("type", json!(3)),
        ("room_profile", json!(2)),
        ("max_members", json!(2001)),
        ("template_id", json!("forty")),
        ("config", json!("all")),
        ("properties", json!({"key": 1})),
    ] {
        assert_field(&create(&world, with(field, value)).await, 400, field);
    }
    let answer = create(&world, with("config", json!({"live": {"enable": 3}}))).await;
    assert_field(&answer, 400, "enable");
    assert_field(&create(&world, with("host_user_uuid", json!("nobody"))).await, 404, "host_user_uuid");
    assert_code(&create(&world, with("role_bind", json!({"u": "king"}))).await, 1003);
    assert_field(&world.json(APP, "PUT", "/apps/v2/room", json!({"templateId": 40})).await, 400, "roomName");
    let older = world.json(APP, "PUT", "/apps/appone/v1/rooms/r", json!({"roomName": "n"})).await;
    assert_field(&older, 1001, "configId");
    assert_eq!(world.get(APP, "/apps/v2/active-room-list").await["data"]["totalCount"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_name_belongs_to_one_live_room_and_an_archive_id_to_one_for_ever() {
    let world = World::new().await;
    assert_eq!(world.room("standup", json!({})).await, "1");
    assert_code(&create(&world, json!({"template_id": 40, "room_uuid": "standup"})).await, 409);
    assert_code(&create(&world, json!({"template_id": 3, "room_uuid": "standup"})).await, 1017);
    let elsewhere = json!({"template_id": 3, "room_uuid": "standup"});
    assert_code(&world.json(OTHER, "POST", "/neroom/v4/rooms", elsewhere).await, 0);
    assert_code(&delete(&world, "/neroom/v3/rooms/1").await, 0);
    let again = world.room("standup", json!({})).await;
    assert!(again != "1" && again != "2", "{again}");
    let ended = world.get(APP, "/apps/v2/room?roomArchiveId=1").await["data"].clone();
    assert_eq!(
        json!([ended["closeReason"], ended["closeTime"]]),
        json!(["CLOSE_BY_BACKEND", world.node.clock.now_ms()])
    );
}

#[tokio::test(start_paused = true)]
async fn ending_a_room_puts_everybody_out_and_may_be_repeated() {
    let world = World::new().await;
    let one = world.room("one", json!({})).await;
    world.enter("u", "one", "").await;
    for path in ["/neroom/v3/rooms/1", "/neroom/v3/rooms/1", "/apps/v2/room?roomArchiveId=1"] {
        assert_code(&delete(&world, path).await, 0);
    }
    for path in ["/neroom/v3/rooms/77", "/neroom/v3/rooms/no-such-room", "/apps/v2/room?roomArchiveId=77"] {
        assert_code(&delete(&world, path).await, 1004);
    }
    assert_field(&delete(&world, "/apps/v2/room").await, 400, "roomArchiveId");
    let online = world.get(APP, &format!("/neroom/v3/rooms/{one}/online_user_list")).await;
    assert_code(&online, 1004);
    let rename = json!({"room_name": "late"});
    assert_code(&world.json(APP, "POST", "/neroom/v4/rooms/1", rename).await, 1004);
}

#[tokio::test(start_paused = true)]
async fn a_room_is_changed_whole_or_not_at_all() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    let update = |body: Value| {
        let world = &world;
        async move { world.json(APP, "POST", "/neroom/v4/rooms/1", body).await }
    };
    let body = json!({
        "room_name": "Two", "ext": "x", "max_members": 7, "locked": true, "life_seconds": 60,
        "properties": {"a": "1", "b": "2"},
    });
    assert_code(&update(body).await, 0);
    let mirror = world.live_room("1").await;
    let head = mirror.head();
    assert_eq!(
        (head.room_name.as_str(), head.ext.as_str(), head.max_members, head.locked),
        ("Two", "x", 7, true)
    );
    assert_eq!(head.ends_at_ms, world.node.clock.now_ms() + 60_000);
    assert_eq!(head.properties.len(), 2);
    let own = world.json(APP, "POST", "/neroom/v1/templates", json!({"template": template("Own")})).await;
    assert_eq!(own["data"]["template_id"], 1000, "{own}");
    let two = world.room("two", json!({"template_id": 1000})).await;
    let body = json!({"room_name": "Never", "properties": {"topic": "tea", "undeclared": "x"}});
    let answer = world.json(APP, "POST", &format!("/neroom/v4/rooms/{two}"), body).await;
    assert_code(&answer, 404);
    let mirror = world.live_room(&two).await;
    assert_eq!((mirror.head().room_name.as_str(), mirror.head().properties.len()), ("Room", 0));
    let list = world.get(APP, "/apps/v2/active-room-list").await;
    assert_eq!(list["data"]["rooms"][1]["roomName"], "Two", "{list}");
}

#[tokio::test(start_paused = true)]
async fn live_rooms_are_listed_newest_first_by_page() {
    let world = World::new().await;
    for number in 0..12 {
        world.room(&format!("r{number}"), json!({})).await;
    }
    delete(&world, "/neroom/v3/rooms/12").await;
    world.enter("u", "r0", "").await;
    world.enter("u", "r0", "").await;
    let first = world.get(APP, "/apps/v2/active-room-list").await["data"].clone();
    assert_eq!(json!([first["totalCount"], first["pageTotal"]]), json!([11, 2]));
    let ids = |page: &Value| -> Vec<String> {
        let rooms = page["rooms"].as_array().unwrap().iter();
        rooms.map(|room| room["roomArchiveId"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&first), ["11", "10", "9", "8", "7", "6", "5", "4", "3", "2"]);
    let second = world.get(APP, "/apps/v2/active-room-list?pageNumber=2").await["data"].clone();
    assert_eq!(
        second["rooms"],
        json!([{
            "roomArchiveId": "1", "roomUuid": "r0", "templateId": 40, "roomName": "Room",
            "uv": 1, "pv": 1, "onlineUserCount": 1,
        }])
    );
    let none = world.get(APP, "/apps/v2/active-room-list?pageNumber=3&pageSize=50").await["data"].clone();
    assert_eq!(none, json!({"totalCount": 11, "pageTotal": 1, "rooms": []}));
    let answer = world.get(APP, "/apps/v2/active-room-list?pageSize=51").await;
    assert_field(&answer, 400, "pageSize");
    assert_eq!(world.get(OTHER, "/apps/v2/active-room-list").await["data"]["totalCount"], 0);
}

#[tokio::test(start_paused = true)]
async fn members_are_shown_in_both_spellings() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("ann", "one", "host").await;
    let rtc_uid = world.enter("bob", "one", "").await;
    let online = world.get(APP, "/neroom/v3/rooms/1/online_user_list?page_size=1&page_number=2").await;
    assert_eq!(
        online["data"],
        json!({
            "total_count": 2, "page_total": 2,
            "users": [{"user_uuid": "bob", "name": "", "role": "member", "state": 2}],
        })
    );
    let online = world.get(APP, "/apps/v2/online-user-list?roomArchiveId=1").await;
    assert_eq!(online["data"]["totalCount"], 2);
    assert_eq!(online["data"]["users"][0]["userUuid"], "ann");
    let one = world.get(APP, "/apps/v2/room-user?roomArchiveId=1&userUuid=Ann").await;
    assert_eq!(one["data"], json!({"userUuid": "ann", "name": "", "role": "host", "state": 2}));
    let whose = world.get(APP, &format!("/apps/v2/user-info?rtcUid={rtc_uid}")).await;
    assert_eq!(whose["data"], json!({"userUuid": "bob", "roomArchiveId": "1"}));
    assert_code(&world.get(OTHER, &format!("/apps/v2/user-info?rtcUid={rtc_uid}")).await, 1021);
    assert_code(&world.get(APP, "/apps/v2/room-user?roomArchiveId=1&userUuid=zoe").await, 1021);
    assert_code(&world.get(APP, "/apps/v2/room-user?roomArchiveId=2&userUuid=ann").await, 1004);
    assert_code(&world.get(OTHER, "/apps/v2/room-user?roomArchiveId=1&userUuid=ann").await, 1004);
    assert_field(&world.get(APP, "/apps/v2/room-user?roomArchiveId=1").await, 400, "userUuid");
}

#[tokio::test(start_paused = true)]
async fn roles_change_within_the_template() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("ann", "one", "host").await;
    world.enter("bob", "one", "").await;
    let role = |user: &str, role: &str| {
        let path = format!("/neroom/v3/rooms/1/users/{user}/role");
        let (world, body) = (&world, json!({"role": role}));
        async move { patch(world, &path, body).await }
    };
    assert_code(&role("bob", "cohost").await, 0);
    assert_code(&role("bob", "").await, 0);
    assert_eq!(world.live_room("1").await.member("bob").unwrap().role, "cohost");
    assert_code(&role("bob", "king").await, 1003);
    assert_code(&role("bob", "host").await, 1002);
    assert_code(&role("zoe", "member").await, 1015);
    assert_field(&role("bob", &"x".repeat(33)).await, 400, "role");
    assert_code(&patch(&world, "/neroom/v3/rooms/1/users/bob/role", json!({})).await, 0);
    assert_code(&patch(&world, "/neroom/v3/rooms/2/users/bob/role", json!({"role": "member"})).await, 1004);
}

#[tokio::test(start_paused = true)]
async fn a_member_is_changed_whole_or_not_at_all() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("bob", "one", "").await;
    let put = |user: &str, body: Value| {
        let path = format!("/neroom/v4/rooms/1/members/{user}");
        let world = &world;
        async move { world.json(APP, "PUT", &path, body).await }
    };
    let body = json!({
        "user_name": "Bob", "role": "cohost", "properties": {"hand": "up"},
        "avatar": "https://example.org/b.png", "ext": "vip",
    });
    assert_code(&put("bob", body).await, 0);
    assert_code(&put("bob", json!({"user_name": "Robert", "avatar": "", "role": "king"})).await, 1003);
    assert_field(&put("bob", json!({"avatar": "x".repeat(1001)})).await, 400, "avatar");
    let mirror = world.live_room("1").await;
    let bob = mirror.member("bob").unwrap();
    assert_eq!((bob.user_name.as_str(), bob.role.as_str()), ("Bob", "cohost"));
    assert_eq!(bob.properties["hand"], "up");
    assert_eq!((bob.avatar.as_str(), bob.ext.as_str()), ("https://example.org/b.png", "vip"));
    assert_code(&put("zoe", json!({"user_name": "Zoe"})).await, 1015);
    assert_code(&put("zoe", json!({})).await, 1015);
}

#[tokio::test(start_paused = true)]
async fn a_kicked_member_is_out_and_may_come_back() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("bob", "one", "").await;
    assert_code(&delete(&world, "/neroom/v3/rooms/1/users/bob").await, 0);
    assert_code(&world.get(APP, "/apps/v2/room-user?roomArchiveId=1&userUuid=bob").await, 1021);
    assert_code(&delete(&world, "/neroom/v3/rooms/1/users/bob").await, 1015);
    world.enter("bob", "one", "").await;
    assert_code(&delete(&world, "/apps/v2/room-user?roomArchiveId=1&userUuid=bob").await, 0);
    assert_code(&delete(&world, "/apps/v2/room-user?roomArchiveId=5&userUuid=bob").await, 1004);
}

#[tokio::test(start_paused = true)]
async fn a_room_and_its_members_are_muted_for_a_while_or_for_good() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("ann", "one", "host").await;
    world.enter("bob", "one", "").await;
    let room = "/neroom/v1/rooms/1";
    assert_code(&patch(&world, &format!("{room}/mute"), json!({})).await, 0);
    assert_code(&patch(&world, &format!("{room}/mute"), json!({"kind": "video"})).await, 0);
    let bob = format!("{room}/users/bob/mute");
    assert_code(&patch(&world, &bob, json!({"kind": "audio", "duration": 60, "notify_ext": "why"})).await, 0);
    assert_code(&patch(&world, &format!("{room}/users/ann/mute"), json!({})).await, 0);
    let until = world.node.clock.now_ms() + 60_000;
    let list = world.get(APP, &format!("{room}/mute_list")).await["data"].clone();
    assert_eq!(
        list,
        json!({
            "room": ["chat", "video"], "total": 2,
            "mute_list": [
                {"user_uuid": "ann", "user_name": "", "kind": "chat", "until": 0},
                {"user_uuid": "bob", "user_name": "", "kind": "audio", "until": until},
            ],
        })
    );
    let second = world.get(APP, &format!("{room}/mute_list?page_size=1&page_number=2")).await;
    assert_eq!(second["data"]["mute_list"][0]["user_uuid"], "bob");
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    assert_code(&patch(&world, &format!("{room}/cancel_mute"), json!({"kind": "video"})).await, 0);
    assert_code(&patch(&world, &format!("{room}/users/ann/cancel_mute"), json!({"kind": "chat"})).await, 0);
    let list = world.get(APP, &format!("{room}/mute_list")).await["data"].clone();
    assert_eq!(list, json!({"room": ["chat"], "total": 0, "mute_list": []}));
    assert_field(&patch(&world, &bob, json!({"kind": "smell"})).await, 400, "kind");
    assert_field(&patch(&world, &bob, json!({"duration": -1})).await, 400, "duration");
    assert_code(&patch(&world, &format!("{room}/users/zoe/mute"), json!({})).await, 1015);
    for path in ["mute", "cancel_mute", "users/bob/mute", "users/bob/cancel_mute"] {
        assert_code(&patch(&world, &format!("/neroom/v1/rooms/9/{path}"), json!({})).await, 1004);
    }
    assert_code(&world.get(APP, "/neroom/v1/rooms/9/mute_list").await, 1004);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_on_the_blacklist_is_out() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("bob", "one", "").await;
    let room = "/neroom/v1/rooms/1";
    for user in ["bob", "zoe"] {
        let body = json!({"user_uuid": user, "notify_ext": "why"});
        assert_code(&patch(&world, &format!("{room}/add_blacklist"), body).await, 0);
    }
    let listed = world.get(APP, &format!("{room}/blacklist")).await["data"].clone();
    assert_eq!(listed["total"], 2);
    assert_eq!(listed["blacklist"][0], json!({"user_uuid": "bob", "user_name": ""}));
    assert_code(&world.get(APP, "/apps/v2/room-user?roomArchiveId=1&userUuid=bob").await, 1021);
    let refused = world.try_enter("bob", "one").await.unwrap_err();
    assert_eq!(refused, parlor_protocol::Code::RoomBlacklisted);
    let removed = patch(&world, &format!("{room}/remove_blacklist"), json!({"user_uuid": "bob"})).await;
    assert_code(&removed, 0);
    assert!(world.try_enter("bob", "one").await.is_ok());
    let rest = world.get(APP, &format!("{room}/blacklist?page_number=1&page_size=1000")).await;
    assert_eq!(rest["data"], json!({"total": 1, "blacklist": [{"user_uuid": "zoe", "user_name": ""}]}));
    assert_field(&world.get(APP, &format!("{room}/blacklist?page_size=1001")).await, 400, "page_size");
    assert_field(&patch(&world, &format!("{room}/add_blacklist"), json!({})).await, 400, "user_uuid");
    assert_code(&world.get(APP, "/neroom/v1/rooms/2/blacklist").await, 1004);
    assert_code(&patch(&world, "/neroom/v1/rooms/2/add_blacklist", json!({"user_uuid": "bob"})).await, 1004);
}

#[tokio::test(start_paused = true)]
async fn the_host_of_a_room_gets_its_first_super_role() {
    let world = World::new().await;
    world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "ann"})).await;
    let bound = json!({"host_user_uuid": "Ann", "role_bind": {"Bob": "cohost"}});
    world.room("one", bound).await;
    world.enter("ann", "one", "member").await;
    world.enter("bob", "one", "").await;
    let mirror = world.live_room("1").await;
    assert_eq!(mirror.head().owner, "ann");
    let role = |user: &str| mirror.member(user).unwrap().role.clone();
    assert_eq!((role("ann").as_str(), role("bob").as_str()), ("host", "cohost"));
}

#[tokio::test(start_paused = true)]
async fn each_administrative_act_on_a_room_leaves_an_audit_row() {
    let world = World::new().await;
    world.room("one", json!({})).await;
    world.enter("bob", "one", "").await;
    patch(&world, "/neroom/v1/rooms/1/mute", json!({})).await;
    // Nothing changes, and it is an act all the same.
    patch(&world, "/neroom/v1/rooms/1/mute", json!({})).await;
    delete(&world, "/neroom/v3/rooms/1/users/bob").await;
    delete(&world, "/neroom/v3/rooms/1/users/bob").await;
    delete(&world, "/neroom/v3/rooms/1").await;
    let rows = world.node.store.read(|view| view.audit(100)).await.unwrap();
    let of_rooms: Vec<_> = rows.iter().rev().filter(|row| row.act.starts_with("room.")).collect();
    let acts: Vec<_> = of_rooms.iter().map(|row| (row.act.as_str(), row.subject.as_str())).collect();
    let expected = [
        ("room.create", "one"),
        ("room.mute", "1"),
        ("room.mute", "1"),
        ("room.kick", "1"),
        ("room.end", "1"),
    ];
    assert_eq!(acts, expected);
    assert!(of_rooms.iter().all(|row| row.actor == "api:appone"));
}
