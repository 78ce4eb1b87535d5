//! Every call once, as it is meant; and what a repeat of each is answered.

use crate::world::{APP, App, OTHER, World, encode, template};
use axum::body::Body;
use axum::http::Method;
use parlor_server::http::family::Family;
use parlor_server::http::routes;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A call that succeeds in [`world`], and whether it changes something.
struct Example {
    method: &'static str,
    /// As routed.
    template: &'static str,
    /// As sent.
    path: String,
    body: Value,
    changes: bool,
}

fn example(method: &'static str, template: &'static str, body: Value, changes: bool) -> Example {
    Example { method, template, path: filled(template, "u", "ann"), body, changes }
}

fn filled(template: &str, room: &str, im: &str) -> String {
    let path = template.replace("{appKey}", APP.key).replace("{account_id}", im);
    let path = path.replace("{room_archive_id}", "1").replace("{template_id}", "1000");
    let path = path.replace("{chatroomId}", "1");
    path.replace("{userUuid}", room).replace("{user_uuid}", room).replace("{roomUuid}", "fresh")
}

/// A v1 call; the values of its form are texts.
fn v1(name: &str, body: Value, changes: bool) -> Example {
    let routes = routes();
    let path = format!("/nimserver/user/{name}.action");
    let route = routes.iter().find(|route| route.path == path).unwrap();
    example("POST", route.path, body, changes)
}

fn asked(method: &'static str, template: &'static str, query: &str, changes: bool) -> Example {
    let mut asked = example(method, template, Value::Null, changes);
    asked.path += query;
    asked
}

/// Room 1 has the members u, whose rtcUid is 1, and k; the later calls take away what the earlier ones need.
fn examples_of_rooms() -> Vec<Example> {
    let patch = |template, body| example("PATCH", template, body, true);
    let template = || json!({"template": template("Own")});
    let recall = "/scene/apps/{appKey}/v2/rooms/{roomUuid}/chatrooms/{chatroomId}/recall";
    let mut recall = example("POST", recall, json!({"msgId": "m1"}), true);
    recall.path = recall.path.replace("fresh", "one");
    vec![
        example("POST", "/neroom/v4/rooms", json!({"template_id": 40}), true),
        example("POST", "/neroom/v3/rooms", json!({"template_id": 40, "type": 2}), true),
        example("PUT", "/apps/v2/room", json!({"templateId": 40, "roomName": "Old"}), true),
        example(
            "PUT",
            "/apps/{appKey}/v1/rooms/{roomUuid}",
            json!({"configId": 40, "roomName": "Older"}),
            true,
        ),
        example("POST", "/neroom/v4/rooms/{room_archive_id}", json!({"room_name": "New"}), true),
        asked("GET", "/apps/v2/room", "?roomArchiveId=1", false),
        example("GET", "/apps/v2/active-room-list", Value::Null, false),
        example("GET", "/neroom/v3/rooms/{room_archive_id}/online_user_list", Value::Null, false),
        asked("GET", "/apps/v2/online-user-list", "?roomArchiveId=1", false),
        asked("GET", "/apps/v2/room-user", "?roomArchiveId=1&userUuid=u", false),
        asked("GET", "/apps/v2/user-info", "?rtcUid=1", false),
        patch("/neroom/v1/rooms/{room_archive_id}/mute", json!({"kind": "audio"})),
        patch("/neroom/v1/rooms/{room_archive_id}/cancel_mute", json!({"kind": "audio"})),
        patch("/neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/mute", json!({"duration": 60})),
        patch("/neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/cancel_mute", json!({})),
        example("GET", "/neroom/v1/rooms/{room_archive_id}/mute_list", Value::Null, false),
        patch("/neroom/v1/rooms/{room_archive_id}/add_blacklist", json!({"user_uuid": "zoe"})),
        patch("/neroom/v1/rooms/{room_archive_id}/remove_blacklist", json!({"user_uuid": "zoe"})),
        example("GET", "/neroom/v1/rooms/{room_archive_id}/blacklist", Value::Null, false),
        patch("/neroom/v3/rooms/{room_archive_id}/users/{user_uuid}/role", json!({"role": "cohost"})),
        example(
            "PUT",
            "/neroom/v4/rooms/{room_archive_id}/members/{user_uuid}",
            json!({"user_name": "U"}),
            true,
        ),
        example("POST", "/neroom/v3/rooms/{room_archive_id}/messages", json!({"message": "m"}), true),
        example(
            "POST",
            "/apps/v2/sendChatRoomCustomMessage",
            json!({"roomUuid": "one", "message": "m"}),
            true,
        ),
        example(
            "POST",
            "/neroom/v3/rooms/{room_archive_id}/custom_messages",
            json!({"command_id": 10000, "data": "d"}),
            true,
        ),
        example(
            "POST",
            "/neroom/v1/broadcast",
            json!({"msg_id": "m1", "sender_user_uuid": "u", "msg_type": 0, "attach": "m"}),
            true,
        ),
        recall,
        asked("GET", "/scene/apps/{appKey}/v2/rooms/chatroom/msg/export", "?roomArchiveId=1", false),
        example("DELETE", "/neroom/v3/rooms/{room_archive_id}/users/{user_uuid}", Value::Null, true),
        asked("DELETE", "/apps/v2/room-user", "?roomArchiveId=1&userUuid=k", true),
        example("DELETE", "/neroom/v3/rooms/{room_archive_id}", Value::Null, true),
        // It is over already.
        asked("DELETE", "/apps/v2/room", "?roomArchiveId=1", true),
        example("GET", "/neroom/v1/templates", Value::Null, false),
        example("POST", "/neroom/v1/templates", template(), true),
        example("GET", "/neroom/v1/templates/{template_id}", Value::Null, false),
        example("PUT", "/neroom/v1/templates/{template_id}", template(), true),
        example("DELETE", "/neroom/v1/templates/{template_id}", Value::Null, true),
    ]
}

fn examples() -> Vec<Example> {
    let batch = |method, template, query| asked(method, template, query, false);
    let mut examples = vec![
        v1("create", json!({"accid": "new1"}), true),
        v1("update", json!({"accid": "ann", "token": "t2"}), true),
        v1("refreshToken", json!({"accid": "ann"}), true),
        v1("block", json!({"accid": "ann", "needkick": "true"}), true),
        v1("unblock", json!({"accid": "ann"}), true),
        v1("mute", json!({"accid": "ann", "mute": "true"}), true),
        v1("muteModule", json!({"accid": "ann", "muteP2P": "true"}), true),
        v1("setDonnop", json!({"accid": "ann", "donnopOpen": "true"}), true),
        v1("getUinfos", json!({"accids": "[\"ann\"]"}), false),
        v1("updateUinfo", json!({"accid": "ann", "name": "Ann"}), true),
        v1("userOnlineStatus", json!({"accids": "[\"ann\"]"}), false),
        example("POST", "/im/v2/accounts", json!({"account_id": "new2"}), true),
        batch("GET", "/im/v2/accounts", "?account_ids=ann"),
        example("GET", "/im/v2/accounts/{account_id}", Value::Null, false),
        example("PATCH", "/im/v2/accounts/{account_id}", json!({"token": "t3"}), true),
        example("PATCH", "/im/v2/accounts/{account_id}/actions/disable", json!({"enabled": true}), true),
        example(
            "PATCH",
            "/im/v2/accounts/{account_id}/actions/push_config",
            json!({"push_enabled_when_desktop_online": false}),
            true,
        ),
        example("PATCH", "/im/v2/accounts/{account_id}/actions/refresh_token", json!({}), true),
        example("POST", "/im/v2/accounts/{account_id}/actions/kick", json!({"type": 1}), true),
        example("PATCH", "/im/v2/users/{account_id}", json!({"sign": "s"}), true),
        example("GET", "/im/v2/users/{account_id}", Value::Null, false),
        batch("GET", "/im/v2/users", "?account_ids=ann"),
        example("POST", "/im/v2/users/actions/online_status", json!({"account_ids": ["ann"]}), false),
        example("POST", "/neroom/v3/users", json!({"user_uuid": "new3"}), true),
        example("PUT", "/apps/{appKey}/v1/users/{userUuid}", json!({"updateOnConflict": true}), true),
        example("PATCH", "/neroom/v3/users/{user_uuid}", json!({"user_name": "U"}), true),
        example("PUT", "/apps/{appKey}/v1/users/{userUuid}/update", json!({"icon": "i"}), true),
        example("GET", "/neroom/v3/users/{user_uuid}", Value::Null, false),
        batch("GET", "/neroom/v3/users", "?user_uuids=u"),
        example("POST", "/neroom/v4/rtc_uid", json!({}), true),
        example("POST", "/apps/v1/getToken", json!({"userUuid": "u"}), false),
        example("POST", "/apps/v1/refreshToken", json!({"userUuid": "u", "deviceId": "d-1"}), true),
        example("POST", "/scene/apps/{appKey}/v1/login", json!({"userUuid": "u", "userToken": "t"}), false),
    ];
    examples.extend(examples_of_rooms());
    examples
}

async fn world() -> World {
    let world = World::new().await;
    let made = world.form(APP, "/nimserver/user/create.action", &[("accid", "ann"), ("token", "t1")]).await;
    assert_eq!(made["code"], 200);
    let made =
        world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "u", "user_token": "t"})).await;
    assert_eq!(made["code"], 0);
    assert_eq!(world.room("one", json!({})).await, "1");
    assert_eq!(world.enter("u", "one", "").await, 1);
    world.enter("k", "one", "").await;
    let made = json!({"template": template("Own")});
    let made = world.json(APP, "POST", "/neroom/v1/templates", made).await;
    assert_eq!(made["data"]["template_id"], 1000, "{made}");
    world
}

async fn send(world: &World, app: App, example: &Example, request_id: &str) -> Value {
    let method: Method = example.method.parse().unwrap();
    let path = example.path.replace(APP.key, app.key);
    let request = world.signed(app, method, &path).header("RequestId", request_id);
    let request = match (Family::of(&example.path), &example.body) {
        (_, Value::Null) => request.body(Body::empty()),
        (Some(Family::ImV1), body) => {
            let pairs = body.as_object().unwrap().iter();
            let pairs: Vec<_> = pairs.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
            request.header("Content-Type", "application/x-www-form-urlencoded").body(encode(&pairs).into())
        }
        (_, body) => request.header("Content-Type", "application/json").body(body.to_string().into()),
    };
    world.send(request.unwrap()).await
}

fn success(example: &Example) -> i64 {
    if Family::of(&example.path).is_some_and(Family::is_room) { 0 } else { 200 }
}

#[tokio::test(start_paused = true)]
async fn every_call_succeeds_and_a_change_is_carried_out_once() {
    let examples = examples();
    let tried: BTreeSet<_> = examples.iter().map(|e| (e.method.to_owned(), e.template)).collect();
    let served: BTreeSet<_> = routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
    assert_eq!(tried, served, "each call has an example");
    let world = world().await;
    for (n, example) in examples.iter().enumerate() {
        let place = format!("{} {}", example.method, example.path);
        let id = format!("r{n}");
        let first = send(&world, APP, example, &id).await;
        assert_eq!(first["code"], success(example), "{place} {first}");
        let again = send(&world, APP, example, &id).await;
        let expected = if example.changes { 431 } else { success(example) };
        assert_eq!(again["code"], expected, "{place} {again}");
    }
    let world = world.restarted().await;
    tokio::time::advance(std::time::Duration::from_secs(599)).await;
    for (n, example) in examples.iter().enumerate().filter(|(_, example)| example.changes) {
        let again = send(&world, APP, example, &format!("r{n}")).await;
        assert_eq!(again["code"], 431, "{} {} {again}", example.method, example.path);
    }
}

/// A mark and what it guards are one commit: an act that is refused leaves none, whatever refuses it.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_may_come_again_under_its_id() {
    let world = world().await;
    for (n, example) in examples().iter().filter(|example| example.changes).enumerate() {
        let mut body = example.body.clone();
        for name in ["accid", "account_id", "user_uuid", "userUuid", "sender_user_uuid"] {
            if body.get(name).is_some() {
                body[name] = json!("no one");
            }
        }
        let path = filled(example.template, "no%20one", "no%20one");
        if (&path, &body) == (&example.path, &example.body) {
            continue; // It names nobody.
        }
        let id = format!("r{n}");
        let refused = send(&world, APP, &Example { path, body, ..*example }, &id).await;
        assert_ne!(refused["code"], success(example), "{} {} {refused}", example.method, example.path);
        let answer = send(&world, APP, example, &id).await;
        assert_eq!(answer["code"], success(example), "{} {} {answer}", example.method, example.path);
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_reaches_into_another_app() {
    let world = world().await;
    let before = (world.get(APP, "/im/v2/accounts/ann").await, world.get(APP, "/neroom/v3/users/u").await);
    let mut refused = 0;
    for (n, example) in examples().iter().enumerate() {
        let answer = send(&world, OTHER, example, &format!("r{n}")).await;
        refused += i32::from(answer["code"] != success(example));
    }
    assert!(refused > 15, "{refused}: the two accounts are not there for the other app");
    let after = (world.get(APP, "/im/v2/accounts/ann").await, world.get(APP, "/neroom/v3/users/u").await);
    assert_eq!(before.0["data"], after.0["data"]);
    assert_eq!(before.1["data"], after.1["data"]);
}

/// The vendor's pages and SDKs disagree about the case of names, so it does not count.
#[tokio::test(start_paused = true)]
async fn names_of_fields_match_in_any_case() {
    fn respelled(body: &Value, respell: fn(&str) -> String) -> Value {
        match body {
            Value::Object(fields) => {
                // The rules of a template are a document of their own.
                let rest =
                    |k: &str, v: &Value| if k == "template" { v.clone() } else { respelled(v, respell) };
                fields.iter().map(|(k, v)| (respell(k), rest(k, v))).collect()
            }
            other => other.clone(),
        }
    }
    let respellings: [fn(&str) -> String; 2] = [str::to_uppercase, str::to_lowercase];
    for respell in respellings {
        let world = world().await;
        for (n, example) in examples().iter().enumerate() {
            let mut path = example.path.clone();
            if let Some((start, query)) = example.path.split_once('?') {
                let (name, value) = query.split_once('=').unwrap();
                path = format!("{start}?{}={value}", respell(name));
            }
            let example = Example { path, body: respelled(&example.body, respell), ..*example };
            let answer = send(&world, APP, &example, &format!("r{n}")).await;
            let place = format!("{} {} {}", example.method, example.path, example.body);
            assert_eq!(answer["code"], success(&example), "{place} {answer}");
        }
    }
}
