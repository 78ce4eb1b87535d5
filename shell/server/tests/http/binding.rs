//! The heart over HTTP: one room account, one IM account.

use crate::world::{APP, OTHER, START_MS, World};
use parlor_protocol::ids::{AppId, UserUuid};
use parlor_protocol::{Code, v1};
use parlor_server::identity::room_login;
use parlor_server::session::Session;
use serde_json::{Value, json};

async fn im_account(world: &World, accid: &str, token: &str) {
    let made = world.form(APP, "/nimserver/user/create.action", &[("accid", accid), ("token", token)]).await;
    assert_eq!(made["code"], 200, "{made}");
}

async fn room_account(world: &World, body: Value) -> Value {
    world.json(APP, "POST", "/neroom/v3/users", body).await
}

async fn bound_to(world: &World, user_uuid: &str) -> String {
    let got = world.get(APP, &format!("/neroom/v3/users/{user_uuid}")).await;
    assert_eq!(got["code"], 0, "{got}");
    got["data"]["im_accid"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_existing_im_account_is_bound_by_its_token() {
    let world = World::new().await;
    im_account(&world, "MyAccid", "myToken").await;
    let made = room_account(
        &world,
        json!({"user_uuid": "User.1", "user_token": "t1", "user_name": "Ann", "icon": "http://i",
               "im_accid": "myaccid", "im_token": "myToken"}),
    )
    .await;
    assert_eq!(made["code"], 0, "{made}");
    assert_eq!(made["msg"], "Operation succeeded.");
    assert!(made["ts"].as_i64().unwrap() >= START_MS && made["request_id"].is_string());
    let rtc_uid = made["data"]["rtc_uid"].as_i64().unwrap();
    assert!(rtc_uid > 0);
    assert_eq!(
        made["data"],
        json!({"user_uuid": "user.1", "user_token": "t1", "user_name": "Ann", "icon": "http://i",
               "im_accid": "myaccid", "im_token": "myToken", "rtc_uid": rtc_uid})
    );
    assert_eq!(world.get(APP, "/neroom/v3/users/USER.1").await["data"], made["data"]);
}

#[tokio::test(start_paused = true)]
async fn the_older_call_makes_the_same_account() {
    let world = World::new().await;
    im_account(&world, "myaccid", "myToken").await;
    let path = "/apps/appone/v1/users/myAccid";
    let made = world.json(APP, "PUT", path, json!({"userToken": "t", "imToken": "myToken"})).await;
    assert_eq!(made["code"], 0, "{made}");
    assert!(made["requestId"].is_string());
    let data = &made["data"];
    assert_eq!([&data["userUuid"], &data["imAccid"], &data["imToken"]], ["myaccid", "myaccid", "myToken"]);
    assert_eq!([&data["imKey"], &data["rtcKey"]], ["appone", "appone"]);
    assert!(data["rtcUid"].is_i64());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_bound_has_its_code() {
    let world = World::new().await;
    im_account(&world, "ann", "tokenA").await;
    im_account(&world, "bob", "tokenB").await;
    for (body, code) in [
        (json!({"user_uuid": "ann"}), 703),
        (json!({"user_uuid": "u", "im_accid": "ann"}), 703),
        (json!({"user_uuid": "u", "im_accid": "nobody", "im_token": "x"}), 701),
        (json!({"user_uuid": "nobody", "im_token": "x"}), 701),
        (json!({"user_uuid": "u", "im_accid": "ann", "im_token": "tokenB"}), 704),
        (json!({"user_uuid": "u", "im_accid": "ann", "im_token": "tokenA"}), 0),
        (json!({"user_uuid": "u2", "im_accid": "ann", "im_token": "tokenA"}), 600_005_005),
        (json!({"user_uuid": "u"}), 409),
        (json!({"user_uuid": "u", "im_accid": "bob", "im_token": "tokenB"}), 409),
        (json!({"user_uuid": "u", "update_on_conflict": true, "assert_not_exist": true}), 409),
    ] {
        let made = room_account(&world, body.clone()).await;
        assert_eq!(made["code"], code, "{body} {made}");
        assert_eq!(made["data"].is_null(), code != 0);
    }
    assert_eq!(bound_to(&world, "u").await, "ann");
}

#[tokio::test(start_paused = true)]
async fn without_a_token_an_im_account_is_made() {
    let world = World::new().await;
    let made = room_account(&world, json!({"user_uuid": "u", "im_accid": "other.name"})).await;
    assert_eq!(made["code"], 0, "{made}");
    assert_eq!(made["data"]["im_accid"], "other.name");
    assert_eq!(made["data"]["user_token"].as_str().unwrap().len(), 32);
    let im_token = made["data"]["im_token"].as_str().unwrap();
    let accounts = world.get(APP, "/im/v2/accounts?account_ids=other.name,u").await;
    assert_eq!(accounts["data"]["success_list"][0]["account_id"], "other.name");
    assert_eq!(accounts["data"]["failed_list"][0]["error_code"], 102_404);
    let renewed = world
        .form(APP, "/nimserver/user/update.action", &[("accid", "other.name"), ("token", "renewed")])
        .await;
    assert_eq!(renewed["code"], 200);
    // The room side has no copy: it shows the IM account's token, and compares with it.
    assert_ne!(im_token, "renewed");
    assert_eq!(world.get(APP, "/neroom/v3/users/u").await["data"]["im_token"], "renewed");
    let patch = |token: &str| world.json(APP, "PATCH", "/neroom/v3/users/u", json!({"im_token": token}));
    assert_eq!(patch(im_token).await["code"], 704);
    let patched = patch("renewed").await;
    assert_eq!((&patched["code"], &patched["data"]), (&json!(0), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_with_another_valid_pair_rebinds_and_ends_the_old_room_sessions() {
    let world = World::new().await;
    im_account(&world, "ann", "tokenA").await;
    im_account(&world, "bob", "tokenB").await;
    room_account(
        &world,
        json!({"user_uuid": "u", "user_token": "t", "im_accid": "ann", "im_token": "tokenA"}),
    )
    .await;
    let session = world.put_session(APP, "ann", "phone", Some("u")).await;
    let rebind = |token: &str| {
        let body =
            json!({"user_uuid": "u", "im_accid": "bob", "im_token": token, "update_on_conflict": true});
        room_account(&world, body)
    };
    assert_eq!(rebind("wrong").await["code"], 704);
    assert_eq!(bound_to(&world, "u").await, "ann");
    assert!(world.session(session).await.room.is_some());
    let rebound = rebind("tokenB").await;
    assert_eq!(rebound["code"], 0, "{rebound}");
    assert_eq!([&rebound["data"]["im_accid"], &rebound["data"]["user_token"]], ["bob", "t"]);
    let session = world.session(session).await;
    assert!(session.room.is_none() && session.ended.is_none(), "the IM session goes on");
    assert_eq!(world.causes(), ["Rebound"]);
    // The old IM account is free again.
    let other =
        room_account(&world, json!({"user_uuid": "v", "im_accid": "ann", "im_token": "tokenA"})).await;
    assert_eq!(other["code"], 0, "{other}");
    assert_eq!(rebind("tokenB").await["code"], 0, "the same pair again changes nothing");
    assert_eq!(world.causes(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_conflict_without_a_pair_updates_and_keeps_the_binding() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t", "user_name": "Ann"})).await;
    world.put_session(APP, "u", "phone", Some("u")).await;
    let body = json!({"user_uuid": "u", "user_name": "Bea", "update_on_conflict": true});
    let updated = room_account(&world, body).await;
    assert_eq!([&updated["data"]["user_name"], &updated["data"]["user_token"]], ["Bea", "t"]);
    assert_eq!(updated["data"]["im_accid"], "u");
    assert_eq!(world.causes(), Vec::<String>::new());
    let body = json!({"userUuid": "u", "userToken": "t2", "updateOnConflict": true});
    assert_eq!(room_account(&world, body).await["data"]["user_token"], "t2", "both spellings are read");
    assert_eq!(world.causes(), ["RoomTokenChanged"]);
}

#[tokio::test]
async fn of_many_calls_at_once_one_binds() {
    let world = World::threaded().await;
    im_account(&world, "ann", "tokenA").await;
    let claims = (0..12).map(async |n| {
        let body = json!({"user_uuid": format!("u{n}"), "im_accid": "ann", "im_token": "tokenA"});
        room_account(&world, body).await["code"].as_i64().unwrap()
    });
    let mut codes = futures_util::future::join_all(claims).await;
    codes.sort_unstable();
    assert_eq!(codes[0], 0);
    assert!(codes[1..].iter().all(|code| *code == 600_005_005), "{codes:?}");
    let makes = (0..12)
        .map(async |_| room_account(&world, json!({"user_uuid": "u"})).await["code"].as_i64().unwrap());
    let mut codes = futures_util::future::join_all(makes).await;
    codes.sort_unstable();
    assert_eq!(codes[0], 0);
    assert!(codes[1..].iter().all(|code| *code == 409), "{codes:?}");
}

#[tokio::test(start_paused = true)]
async fn accounts_are_read_in_batches_of_their_own_app() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "a"})).await;
    room_account(&world, json!({"user_uuid": "b"})).await;
    let batch = world.get(APP, "/neroom/v3/users?user_uuids=b%2Cnobody%2Ca").await;
    let names: Vec<_> =
        batch["data"].as_array().unwrap().iter().map(|account| account["user_uuid"].clone()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(world.get(OTHER, "/neroom/v3/users?user_uuids=a").await["data"], json!([]));
    assert_eq!(world.get(OTHER, "/neroom/v3/users/a").await["code"], 404);
    let patched = world.json(OTHER, "PATCH", "/neroom/v3/users/a", json!({"user_name": "x"})).await;
    assert_eq!(patched["code"], 404);
    let uid = |answer: Value| answer["data"]["uid"].as_i64().unwrap();
    let first = uid(world.json(APP, "POST", "/neroom/v4/rtc_uid", json!({})).await);
    assert!(uid(world.json(APP, "POST", "/neroom/v4/rtc_uid", json!({})).await) > first);
}

#[tokio::test(start_paused = true)]
async fn an_update_leaves_what_is_empty_and_ends_what_rests_on_the_old_token() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t", "user_name": "Ann", "icon": "i"})).await;
    let refreshed = world.json(APP, "POST", "/apps/v1/refreshToken", json!({"userUuid": "u"})).await;
    assert!(refreshed["data"]["accessToken"].is_string(), "{refreshed}");
    let old =
        world.json(APP, "PUT", "/apps/appone/v1/users/u/update", json!({"userName": "", "icon": "i2"})).await;
    assert_eq!((&old["code"], &old["data"]), (&json!(0), &Value::Null));
    let got = world.get(APP, "/neroom/v3/users/u").await;
    assert_eq!([&got["data"]["user_name"], &got["data"]["icon"]], ["Ann", "i2"]);
    world.put_session(APP, "u", "phone", Some("u")).await;
    let changed = world.json(APP, "PATCH", "/neroom/v3/users/u", json!({"user_token": "t2"})).await;
    assert_eq!(changed["code"], 0);
    assert_eq!(world.causes(), ["RoomTokenChanged"]);
    let login = |token: &Value| {
        world.json(APP, "POST", "/scene/apps/appone/v1/login", json!({"userUuid": "u", "userToken": token}))
    };
    assert_eq!(login(&refreshed["data"]["accessToken"]).await["code"], 1027, "it went with the token");
    assert_eq!(login(&json!("t2")).await["code"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_logs_in_with_its_token_and_gets_one_ticket() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t", "user_name": "Ann", "im_accid": "ann"}))
        .await;
    let body = json!({"userUuid": "U", "userToken": "t"}).to_string();
    let login =
        axum::http::Request::post("/scene/apps/appone/v1/login").header("Content-Type", "application/json");
    let answer = world.send(login.body(body.into()).unwrap()).await;
    let data = &answer["data"];
    assert_eq!(answer["code"], 0, "{answer}");
    assert_eq!([&data["userUuid"], &data["imAccid"], &data["userName"]], ["u", "ann", "Ann"]);
    assert_eq!(data["linkTicketExpiresAt"], START_MS + 60_000);
    assert!(
        data["imToken"].is_null() && data["userToken"].is_null(),
        "no secret leaves that did not come in"
    );
    let hash = parlor_server::random::hash(data["linkTicket"].as_str().unwrap().as_bytes());
    let ticket = world.node.store.read(move |view| view.link_ticket(AppId(1), &hash)).await.unwrap().unwrap();
    assert_eq!((ticket.accid.as_str(), ticket.user_uuid), ("ann", UserUuid::parse("u").unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_ticket_falls_with_the_tokens_that_it_rests_on() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t", "im_accid": "ann"})).await;
    let ticket_of = async |token: &str| {
        let login = json!({"userUuid": "u", "userToken": token});
        let answer = world.json(APP, "POST", "/scene/apps/appone/v1/login", login).await;
        let hash = parlor_server::random::hash(answer["data"]["linkTicket"].as_str().unwrap().as_bytes());
        let store = world.node.store.clone();
        async move || store.read(move |view| view.link_ticket(AppId(1), &hash)).await.unwrap().is_some()
    };
    let is_there = ticket_of("t").await;
    assert!(is_there().await);
    let changed = world.json(APP, "PATCH", "/neroom/v3/users/u", json!({"user_token": "t2"})).await;
    assert_eq!(changed["code"], 0, "{changed}");
    assert!(!is_there().await, "earned with a token that is not valid any more");
    let is_there = ticket_of("t2").await;
    assert!(is_there().await);
    let changed =
        world.form(APP, "/nimserver/user/update.action", &[("accid", "ann"), ("token", "it2")]).await;
    assert_eq!(changed["code"], 200, "{changed}");
    assert!(!is_there().await, "it would log an account in whose token has changed");
}

#[tokio::test(start_paused = true)]
async fn a_login_is_refused_in_the_order_token_account() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t"})).await;
    let login = |body: Value| world.json(APP, "POST", "/scene/apps/appone/v1/login", body);
    let with = |token: &str| login(json!({"userUuid": "u", "userToken": token}));
    assert_eq!(with("wrong").await["code"], 1027);
    assert_eq!(login(json!({"userUuid": "nobody", "userToken": "t"})).await["code"], 1027);
    let refreshed = world.json(APP, "POST", "/apps/v1/refreshToken", json!({"userUuid": "u"})).await;
    let access_token = refreshed["data"]["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(with(&access_token).await["code"], 0);
    tokio::time::advance(std::time::Duration::from_secs(24 * 3600)).await;
    assert_eq!(with(&access_token).await["code"], 1026);
    let now_ms = world.node.clock.now_ms();
    let dynamic = |account: &str, ttl_s: i64| {
        let token = parlor_identity::token::make_dynamic(APP.key, account, APP.secret, now_ms - 5_000, ttl_s);
        login(json!({"userUuid": "u", "userToken": token, "authType": 1}))
    };
    assert_eq!(dynamic("u", 60).await["code"], 0);
    assert_eq!(dynamic("u", 1).await["code"], 1026);
    assert_eq!(dynamic("v", 60).await["code"], 1027);
    world.form(APP, "/nimserver/user/block.action", &[("accid", "u")]).await;
    assert_eq!(with("t").await["code"], 403);
    assert_eq!(with("wrong").await["code"], 1027);
}

#[tokio::test(start_paused = true)]
async fn guessing_a_token_is_slowed_down() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t"})).await;
    let login = |token: &str| {
        world.json(APP, "POST", "/scene/apps/appone/v1/login", json!({"userUuid": "u", "userToken": token}))
    };
    for _ in 0..world.node.config.link.failed_logins_per_minute {
        assert_eq!(login("wrong").await["code"], 1027);
    }
    assert_eq!(login("t").await["code"], 503);
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    assert_eq!(login("t").await["code"], 0);
}

/// A create call in its newer or older form.
async fn create(world: &World, older: bool, user_uuid: &str, body: Value) -> Value {
    if older {
        return world.json(APP, "PUT", &format!("/apps/appone/v1/users/{user_uuid}"), body).await;
    }
    let mut body = body;
    body["user_uuid"] = json!(user_uuid);
    room_account(world, body).await
}

#[tokio::test(start_paused = true)]
async fn both_create_calls_mean_the_same_by_their_flags() {
    for older in [false, true] {
        let world = World::new().await;
        im_account(&world, "ann", "tokenA").await;
        im_account(&world, "bob", "tokenB").await;
        let ann = json!({"imAccid": "ann", "imToken": "tokenA"});
        let bob = json!({"imAccid": "bob", "imToken": "tokenB"});
        let with = |pair: &Value, flags: Value| {
            let mut body = pair.clone();
            body.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
            body
        };
        let (none, update) = (json!({}), json!({"updateOnConflict": true}));
        let (fresh, both) =
            (json!({"assertNotExist": true}), json!({"assertNotExist": true, "updateOnConflict": true}));
        let steps = [
            // Nobody is there yet: the flags change nothing.
            ("u", with(&ann, fresh.clone()), 0, "ann"),
            ("v", with(&bob, both.clone()), 0, "bob"),
            // Somebody is there.
            ("u", with(&none, none.clone()), 409, "ann"),
            ("u", with(&none, fresh), 409, "ann"),
            ("u", with(&ann, json!({"updateOnConflict": false})), 409, "ann"),
            ("u", with(&ann, both), 409, "ann"),
            ("U", with(&none, update.clone()), 0, "ann"),
            ("u", with(&ann, update.clone()), 0, "ann"),
            ("u", with(&json!({"imToken": "tokenA"}), update.clone()), 701, "ann"),
            ("u", with(&json!({"imAccid": "bob"}), update.clone()), 703, "ann"),
            ("u", with(&json!({"imAccid": "ann", "imToken": "tokenB"}), update.clone()), 704, "ann"),
            ("u", with(&bob, update.clone()), 600_005_005, "ann"),
            // The other lets go, to an account that is made for it.
            ("v", with(&json!({"imAccid": "carl"}), update.clone()), 0, "carl"),
            ("u", with(&bob, update.clone()), 0, "bob"),
            ("w", with(&ann, update), 0, "ann"),
        ];
        for (user_uuid, body, code, bound) in steps {
            let answer = create(&world, older, user_uuid, body.clone()).await;
            assert_eq!(answer["code"], code, "older {older} {user_uuid} {body} {answer}");
            assert_eq!(bound_to(&world, user_uuid).await, bound, "older {older} {user_uuid} {body}");
        }
    }
}

#[tokio::test]
async fn a_binding_stays_one_to_one_when_many_rebind_at_once() {
    let world = World::threaded().await;
    let uuids: Vec<_> = (0..4).map(|n| format!("u{n}")).collect();
    let accids: Vec<_> = (0..6).map(|n| format!("a{n}")).collect();
    for accid in &accids {
        im_account(&world, accid, "token").await;
    }
    for (uuid, accid) in uuids.iter().zip(&accids) {
        let made = room_account(&world, json!({"user_uuid": uuid, "im_accid": accid, "im_token": "token"}));
        assert_eq!(made.await["code"], 0);
    }
    let tries = (0..48).map(async |n: usize| {
        let (uuid, accid) = (&uuids[n % 4], &accids[(n * 5 + n / 4) % 6]);
        let body = json!({"imAccid": accid, "imToken": "token", "updateOnConflict": true});
        (accid, create(&world, n.is_multiple_of(2), uuid, body).await)
    });
    let mut rebound = 0;
    for (accid, answer) in futures_util::future::join_all(tries).await {
        // A call that lost every race is told to come again; it has changed nothing.
        let code = answer["code"].as_i64().unwrap();
        assert!([0, 600_005_005, 503].contains(&code), "{answer}");
        let bound = answer["data"].get("imAccid").or(answer["data"].get("im_accid"));
        assert_eq!(bound.is_some_and(|bound| bound == accid), code == 0, "{answer}");
        rebound += i32::from(code == 0);
    }
    assert!(rebound > 0);
    let mut bound = Vec::new();
    for uuid in &uuids {
        bound.push(bound_to(&world, uuid).await);
    }
    bound.sort();
    let count = bound.len();
    bound.dedup();
    assert_eq!(bound.len(), count, "two room accounts on one IM account");
}

#[tokio::test]
async fn an_im_account_is_made_by_one_side_only() {
    let world = World::threaded().await;
    for n in 0..8 {
        let accid = format!("a{n}");
        let pairs = [("accid", accid.as_str()), ("token", "t")];
        let (by_im, by_room) = tokio::join!(
            world.form(APP, "/nimserver/user/create.action", &pairs),
            room_account(&world, json!({"user_uuid": accid})),
        );
        let codes = (by_im["code"].as_i64().unwrap(), by_room["code"].as_i64().unwrap());
        assert!([(200, 703), (414, 0)].contains(&codes), "{codes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_im_token_may_be_as_long_as_im_allows() {
    let world = World::new().await;
    let token = "t".repeat(128);
    im_account(&world, "ann", &token).await;
    for (body, code) in [
        (json!({"user_uuid": "u", "im_accid": "ann", "im_token": format!("{token}t")}), 400),
        (json!({"user_uuid": "u", "im_accid": "ann", "im_token": token}), 0),
        (json!({"user_uuid": "u2", "user_token": "t".repeat(65)}), 400),
        (json!({"user_uuid": "u2", "user_token": "t".repeat(64)}), 0),
    ] {
        assert_eq!(room_account(&world, body.clone()).await["code"], code, "{body}");
    }
    let patch = |token: &str| world.json(APP, "PATCH", "/neroom/v3/users/u", json!({"im_token": token}));
    assert_eq!(patch(&token).await["code"], 0);
    assert_eq!(patch(&token[1..]).await["code"], 704);
    let older = json!({"imAccid": "ann", "imToken": token, "updateOnConflict": true});
    assert_eq!(create(&world, true, "u", older).await["data"]["imToken"], json!(token));
}

#[tokio::test(start_paused = true)]
async fn guessing_does_not_tell_which_names_exist() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t"})).await;
    let guess = async |user_uuid: &str, peer: &str| {
        let body = json!({"userUuid": user_uuid, "userToken": "wrong"}).to_string();
        let mut request = axum::http::Request::post("/scene/apps/appone/v1/login")
            .header("Content-Type", "application/json")
            .body(body.into())
            .unwrap();
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        world.send(request).await["code"].as_i64().unwrap()
    };
    let mut answers = Vec::new();
    for _ in 0..world.node.config.link.failed_logins_per_minute + 1 {
        answers.push((guess("u", "192.0.2.1:1").await, guess("nobody", "192.0.2.1:2").await));
    }
    assert!(answers.iter().all(|(there, not_there)| there == not_there), "{answers:?}");
    assert_eq!(answers.last(), Some(&(503, 503)));
    assert_eq!(guess("u", "192.0.2.9:1").await, 1027, "a stranger does not lock the owner out");
}

#[tokio::test(start_paused = true)]
async fn an_unblocked_account_logs_in_again() {
    let world = World::new().await;
    room_account(&world, json!({"user_uuid": "u", "user_token": "t"})).await;
    let login = async || {
        let body = json!({"userUuid": "u", "userToken": "t"});
        world.json(APP, "POST", "/scene/apps/appone/v1/login", body).await["code"].clone()
    };
    let disable = async |enabled: bool| {
        let path = "/im/v2/accounts/u/actions/disable";
        world.json(APP, "PATCH", path, json!({"enabled": enabled, "need_kick": !enabled})).await
    };
    for blocked in [true, false] {
        let call = if blocked { "block" } else { "unblock" };
        world.form(APP, &format!("/nimserver/user/{call}.action"), &[("accid", "U")]).await;
        assert_eq!(login().await, if blocked { 403 } else { 0 });
    }
    let session = world.put_session(APP, "u", "phone", Some("u")).await;
    assert_eq!(disable(false).await["data"]["configuration"]["enabled"], false);
    assert_eq!(world.session(session).await.ended.unwrap().cause, "Blocked");
    assert_eq!(login().await, 403);
    assert_eq!(disable(true).await["data"]["configuration"]["enabled"], true);
    assert_eq!(login().await, 0);
}

#[tokio::test(start_paused = true)]
async fn guessing_on_the_link_is_slowed_down_too() {
    let world = World::new().await;
    for user_uuid in ["ann", "bob"] {
        room_account(&world, json!({"user_uuid": user_uuid, "user_token": "t"})).await;
    }
    let mut sessions = Vec::new();
    for accid in ["ann", "bob"] {
        let session_id = world.put_session(APP, accid, "phone", None).await;
        sessions.push(Session::of(&world.session(session_id).await));
    }
    let login = async |session: &Session, user_uuid: &str, token: &str| {
        let login = v1::RoomLogin { user_uuid: user_uuid.into(), token: token.into(), auth_type: 0 };
        room_login(&world.node, session, login).await.map(|_| ()).map_err(|fault| fault.code)
    };
    for _ in 0..world.node.config.link.failed_logins_per_minute {
        assert_eq!(login(&sessions[0], "bob", "wrong").await, Err(Code::RoomTokenIncorrect));
    }
    assert_eq!(login(&sessions[0], "nobody", "wrong").await, Err(Code::TooManyLogins));
    assert_eq!(login(&sessions[0], "bob", "t").await, Err(Code::TooManyLogins));
    assert_eq!(login(&sessions[1], "bob", "t").await, Ok(()), "the owner is not locked out");
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    assert_eq!(login(&sessions[0], "bob", "t").await, Err(Code::ReuseImAccountMismatch));
    assert_eq!(login(&sessions[0], "ann", "t").await, Ok(()));
}
