//! What account changes do to live sessions, in the same commit.

use crate::world::{APP, World};
use parlor_protocol::ids::SessionId;
use serde_json::{Value, json};

struct Seen {
    ended: Option<String>,
    told: String,
    in_room: bool,
}

async fn seen(world: &World, session_id: SessionId) -> Seen {
    let row = world.session(session_id).await;
    let told = row.ended.as_ref().map(|ended| ended.description.clone()).unwrap_or_default();
    Seen { ended: row.ended.map(|ended| ended.cause), told, in_room: row.room.is_some() }
}

async fn ann_in_a_room(world: &World) -> SessionId {
    world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "ann"})).await;
    world.put_session(APP, "ann", "phone", Some("ann")).await
}

async fn v1(world: &World, call: &str, pairs: &[(&str, &str)]) -> Value {
    let answer = world.form(APP, &format!("/nimserver/user/{call}.action"), pairs).await;
    assert_eq!(answer["code"], 200, "{answer}");
    answer
}

#[tokio::test(start_paused = true)]
async fn a_block_ends_sessions_only_when_it_is_told_to() {
    let world = World::new().await;
    let session = ann_in_a_room(&world).await;
    v1(&world, "block", &[("accid", "ann")]).await;
    assert!(seen(&world, session).await.ended.is_none());
    assert_eq!(world.causes(), Vec::<String>::new());
    v1(&world, "block", &[("accid", "ann"), ("needKick", "true"), ("kickNotifyExt", "bye")]).await;
    let seen = seen(&world, session).await;
    assert_eq!((seen.ended.as_deref(), seen.told.as_str(), seen.in_room), (Some("Blocked"), "bye", false));
    assert_eq!(world.causes(), ["Blocked"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_im_token_ends_the_room_session_and_leaves_the_im_session() {
    let world = World::new().await;
    let session = ann_in_a_room(&world).await;
    v1(&world, "update", &[("accid", "ann"), ("token", "new")]).await;
    let first = seen(&world, session).await;
    assert_eq!((first.ended, first.in_room), (None, false));
    assert_eq!(world.causes(), ["ImTokenChanged"]);
    let second = world.put_session(APP, "ann", "pad", Some("ann")).await;
    v1(&world, "update", &[("accid", "ann"), ("token", "new")]).await;
    assert!(seen(&world, second).await.in_room, "the same token is no change");
    v1(&world, "refreshToken", &[("accid", "ann")]).await;
    assert!(!seen(&world, second).await.in_room);
    let patch = json!({"token": "t", "need_kick": true, "kick_notify_extension": "x"});
    world.json(APP, "PATCH", "/im/v2/accounts/ann", patch).await;
    for session in [session, second] {
        let seen = seen(&world, session).await;
        assert_eq!((seen.ended.as_deref(), seen.told.as_str()), (Some("KickedByServer"), "x"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_kick_ends_the_sessions_it_names() {
    let world = World::new().await;
    let phone = ann_in_a_room(&world).await;
    let pad = world.put_session(APP, "ann", "pad", None).await;
    let desk = world.put_session(APP, "ann", "desk", None).await;
    let path = "/im/v2/accounts/ann/actions/kick";
    let kicked = world.json(APP, "POST", path, json!({"type": 2, "device_id_list": ["pad", "gone"]})).await;
    assert_eq!(kicked["data"]["success_list"][0]["device_id"], "pad", "{kicked}");
    assert_eq!(kicked["data"]["failed_list"][0]["device_id"], "gone");
    assert!(seen(&world, pad).await.ended.is_some() && seen(&world, phone).await.ended.is_none());
    let but = json!({"type": 3, "device_id_list": ["phone"], "kick_notify_extension": "why"});
    let kicked = world.json(APP, "POST", path, but).await;
    assert_eq!(kicked["data"]["success_list"].as_array().unwrap().len(), 1);
    assert_eq!(seen(&world, desk).await.told, "why");
    world.json(APP, "POST", path, json!({"type": 1})).await;
    assert_eq!(seen(&world, phone).await.ended.as_deref(), Some("KickedByServer"));
    assert_eq!(world.causes(), ["KickedByServer"; 3]);
    let nothing = world.json(APP, "POST", path, json!({"type": 2})).await;
    assert_eq!(nothing["code"], 414);
}

#[tokio::test(start_paused = true)]
async fn who_is_online_where() {
    let world = World::new().await;
    ann_in_a_room(&world).await;
    world.put_session(APP, "ann", "pad", None).await;
    v1(&world, "create", &[("accid", "bob")]).await;
    let online = v1(&world, "userOnlineStatus", &[("accids", r#"["ann","bob","nobody"]"#)]).await;
    assert_eq!(online["data"]["invalidAccids"], json!(["nobody"]));
    let status = online["data"]["status"].as_object().unwrap();
    assert_eq!(status.keys().collect::<Vec<_>>(), ["ann"]);
    assert_eq!(status["ann"].as_array().unwrap().len(), 2);
    assert_eq!(status["ann"][0], json!({"clientType": 4, "loginTime": crate::world::START_MS}));
    let body = json!({"account_ids": ["ann", "bob", "nobody"]});
    let online = world.json(APP, "POST", "/im/v2/users/actions/online_status", body).await;
    assert_eq!(online["data"]["success_list"][1], json!({"account_id": "bob", "online_status": []}));
    assert_eq!(online["data"]["failed_list"][0]["account_id"], "nobody");
    world.json(APP, "POST", "/im/v2/accounts/ann/actions/kick", json!({"type": 1})).await;
    let online = v1(&world, "userOnlineStatus", &[("accids", r#"["ann"]"#)]).await;
    assert_eq!(online["data"]["status"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn each_act_leaves_an_audit_row_without_secrets() {
    let world = World::new().await;
    ann_in_a_room(&world).await;
    v1(&world, "block", &[("accid", "ann"), ("needkick", "true")]).await;
    v1(&world, "update", &[("accid", "ann"), ("token", "verysecret")]).await;
    let rows = world.node.store.read(|view| view.audit(100)).await.unwrap();
    let acts: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.subject.as_str())).collect();
    for act in ["account.create", "room_account.create", "account.block", "account.update_token"] {
        assert!(acts.contains(&(act, "ann")), "{act} {acts:?}");
    }
    assert!(rows.iter().all(|row| row.actor == "api:appone" && !row.detail.contains("verysecret")));
}

#[tokio::test(start_paused = true)]
async fn more_sessions_than_events_fit_in_a_queue_expire_in_one_moment() {
    let world = World::new().await;
    world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "ann"})).await;
    let mut sessions = Vec::new();
    for device in 0..300 {
        sessions.push(world.put_session(APP, "ann", &format!("device{device}"), None).await);
    }
    assert_eq!(parlor_server::link::adopt_sessions(&world.node).await.unwrap(), sessions.len());
    let watch = world.watch();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    for session in sessions {
        assert_eq!(seen(&world, session).await.ended.as_deref(), Some("SessionExpired"));
    }
    watch.abort();
}
