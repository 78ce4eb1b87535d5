//! IM accounts in both versions of the API.

use crate::world::{APP, OTHER, World};
use serde_json::{Value, json};

async fn v1(world: &World, call: &str, pairs: &[(&str, &str)]) -> Value {
    world.form(APP, &format!("/nimserver/user/{call}.action"), pairs).await
}

#[tokio::test(start_paused = true)]
async fn an_account_is_made_once() {
    let world = World::new().await;
    let made =
        v1(&world, "create", &[("accid", "Ann"), ("NAME", "Ann Ä"), ("gender", "2"), ("props", "{}")]).await;
    assert_eq!(made["code"], 200, "{made}");
    assert_eq!([&made["info"]["accid"], &made["info"]["name"]], ["ann", "Ann Ä"]);
    assert_eq!(made["info"]["token"].as_str().unwrap().len(), 32);
    let again = v1(&world, "create", &[("accid", "ANN"), ("token", "t")]).await;
    assert_eq!(again["code"], 414);
    assert!(again["desc"].as_str().unwrap().starts_with("already register"), "{again}");
    let v2 = world.json(APP, "POST", "/im/v2/accounts", json!({"account_id": "ann"})).await;
    assert_eq!(v2["code"], 102_405);
}

#[tokio::test(start_paused = true)]
async fn profiles_and_mutes_are_shown_as_they_were_set() {
    let world = World::new().await;
    v1(&world, "create", &[("accid", "ann"), ("name", "Ann"), ("ex", "{\"a\":1}")]).await;
    v1(&world, "create", &[("accid", "bob")]).await;
    assert_eq!(
        v1(&world, "updateUinfo", &[("accid", "ann"), ("name", ""), ("sign", "hi\nyou")]).await["code"],
        200
    );
    let muted =
        v1(&world, "muteModule", &[("accid", "ann"), ("muteP2P", "true"), ("muteTeam", "TRUE")]).await;
    let mutes = json!({"muteP2P": true, "muteTeam": true, "muteRoom": false, "muteQChat": false});
    assert_eq!(muted, json!({"code": 200, "data": mutes}));
    assert_eq!(v1(&world, "mute", &[("accid", "ann"), ("mute", "true")]).await["code"], 200);
    let pairs = [("accids", r#"["ann","nobody","bob"]"#), ("mutestatus", "true")];
    let infos = v1(&world, "getUinfos", &pairs).await;
    let infos = infos["uinfos"].as_array().unwrap();
    assert_eq!(infos.len(), 2);
    assert_eq!(
        infos[0],
        json!({"accid": "ann", "sign": "hi\nyou", "ex": "{\"a\":1}", "gender": 0, "valid": true, "mute": true,
               "muteP2P": true, "muteTeam": true, "muteRoom": false, "muteQChat": false})
    );
    assert_eq!(v1(&world, "setDonnop", &[("accid", "bob"), ("donnopOpen", "true")]).await["code"], 200);
    let got = world.get(APP, "/im/v2/accounts/bob").await;
    assert_eq!(got["data"]["configuration"]["push_enabled_when_desktop_online"], false);
}

#[tokio::test(start_paused = true)]
async fn the_second_version_shows_the_same_accounts() {
    let world = World::new().await;
    let body = json!({"account_id": "Ann", "token": "t", "configuration": {"team_chat_banned": true},
                      "user_information": {"name": "Ann", "avatar": "http://a", "gender": 1}});
    let made = world.json(APP, "POST", "/im/v2/accounts", body).await;
    assert_eq!(made["code"], 200, "{made}");
    assert_eq!(made["data"]["account_id"], "ann");
    assert_eq!(made["data"]["configuration"]["team_chat_banned"], true);
    assert_eq!(made["data"]["user_information"]["avatar"], "http://a");
    let patch =
        json!({"token": "t2", "configuration": {"enabled": false}, "user_information": {"sign": "s"}});
    let patched = world.json(APP, "PATCH", "/im/v2/accounts/ann", patch).await;
    assert_eq!(
        [&patched["data"]["token"], &patched["data"]["configuration"]["enabled"]],
        [&json!("t2"), &json!(false)]
    );
    let shown = v1(&world, "getUinfos", &[("accids", r#"["ann"]"#)]).await;
    assert_eq!(shown["uinfos"][0]["valid"], false);
    assert_eq!(shown["uinfos"][0]["sign"], "s");
    let user = world.json(APP, "PATCH", "/im/v2/users/ann", json!({"birthday": "1990-01-01"})).await;
    assert_eq!(
        [&user["data"]["birthday"], &user["data"]["sign"], &user["data"]["name"]],
        ["1990-01-01", "s", "Ann"]
    );
    assert_eq!(world.get(APP, "/im/v2/users/ann").await["data"], user["data"]);
    let users = world.get(APP, "/im/v2/users?account_ids=ann,bob").await;
    assert_eq!(users["data"]["success_list"][0], user["data"]);
    assert_eq!(users["data"]["failed_list"][0]["account_id"], "bob");
    let token = world
        .json(APP, "PATCH", "/im/v2/accounts/ann/actions/refresh_token", json!({"accountId": "x"}))
        .await;
    assert_eq!(token["data"]["account_id"], "ann", "the path says whom it is about");
    assert_eq!(token["data"]["token"].as_str().unwrap().len(), 32);
    let missing = world.get(APP, "/im/v2/accounts/nobody").await;
    assert_eq!(missing["code"], 102_404);
}

#[tokio::test(start_paused = true)]
async fn an_account_is_out_of_reach_of_other_apps() {
    let world = World::new().await;
    v1(&world, "create", &[("accid", "ann"), ("token", "t")]).await;
    for (call, pairs) in [
        ("update", vec![("accid", "ann"), ("token", "x")]),
        ("refreshToken", vec![("accid", "ann")]),
        ("block", vec![("accid", "ann"), ("needkick", "true")]),
        ("unblock", vec![("accid", "ann")]),
        ("mute", vec![("accid", "ann"), ("mute", "true")]),
        ("muteModule", vec![("accid", "ann"), ("muteP2P", "true")]),
        ("setDonnop", vec![("accid", "ann"), ("donnopOpen", "true")]),
        ("updateUinfo", vec![("accid", "ann"), ("name", "x")]),
    ] {
        let answer = world.form(OTHER, &format!("/nimserver/user/{call}.action"), &pairs).await;
        assert_eq!(answer["code"], 404, "{call} {answer}");
    }
    let infos = world.form(OTHER, "/nimserver/user/getUinfos.action", &[("accids", r#"["ann"]"#)]).await;
    assert_eq!(infos["uinfos"], json!([]));
    let online =
        world.form(OTHER, "/nimserver/user/userOnlineStatus.action", &[("accids", r#"["ann"]"#)]).await;
    assert_eq!(online["data"]["invalidAccids"], json!(["ann"]));
    for (method, path) in [
        ("PATCH", "/im/v2/accounts/ann"),
        ("PATCH", "/im/v2/accounts/ann/actions/disable"),
        ("PATCH", "/im/v2/accounts/ann/actions/push_config"),
        ("PATCH", "/im/v2/accounts/ann/actions/refresh_token"),
        ("PATCH", "/im/v2/users/ann"),
    ] {
        let body = json!({"enabled": true, "push_enabled_when_desktop_online": true});
        assert_eq!(world.json(OTHER, method, path, body).await["code"], 102_404, "{path}");
    }
    let kick = world.json(OTHER, "POST", "/im/v2/accounts/ann/actions/kick", json!({"type": 1})).await;
    assert_eq!(kick["code"], 102_404);
    let bind = json!({"user_uuid": "u", "im_accid": "ann", "im_token": "t"});
    assert_eq!(world.json(OTHER, "POST", "/neroom/v3/users", bind).await["code"], 701);
    // The name is free there, and nothing of the first app's account has changed.
    assert_eq!(world.form(OTHER, "/nimserver/user/create.action", &[("accid", "ann")]).await["code"], 200);
    let bind = json!({"user_uuid": "ann", "im_token": "t"});
    assert_eq!(world.json(APP, "POST", "/neroom/v3/users", bind).await["code"], 0);
}

#[tokio::test(start_paused = true)]
async fn names_fold_in_lists_and_mutes_can_be_lifted() {
    let world = World::new().await;
    v1(&world, "create", &[("accid", "Ann")]).await;
    world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "Bob"})).await;
    let infos = v1(&world, "getUinfos", &[("accids", r#"["ANN","ann"]"#)]).await;
    assert_eq!(infos["uinfos"].as_array().unwrap().len(), 1, "{infos}");
    let online = v1(&world, "userOnlineStatus", &[("accids", r#"["ANN","Nobody"]"#)]).await;
    assert_eq!(online["data"]["invalidAccids"], json!(["nobody"]));
    let users = world.get(APP, "/im/v2/users?account_ids=ANN,Nobody").await;
    assert_eq!(users["data"]["success_list"][0]["account_id"], "ann");
    assert_eq!(users["data"]["failed_list"][0]["account_id"], "nobody");
    let rooms = world.get(APP, "/neroom/v3/users?user_uuids=BOB").await;
    assert_eq!(rooms["data"][0]["user_uuid"], "bob");
    for muted in [true, false] {
        let flag = muted.to_string();
        v1(&world, "mute", &[("accid", "ann"), ("mute", &flag)]).await;
        v1(&world, "muteModule", &[("accid", "ann"), ("muteRoom", &flag)]).await;
        let shown = v1(&world, "getUinfos", &[("accids", r#"["ann"]"#), ("muteStatus", "true")]).await;
        assert_eq!([&shown["uinfos"][0]["mute"], &shown["uinfos"][0]["muteRoom"]], [muted, muted]);
        let got = world.get(APP, "/im/v2/accounts/ann").await;
        assert_eq!(got["data"]["configuration"]["chatroom_chat_banned"], muted);
    }
    let hidden = v1(&world, "getUinfos", &[("accids", r#"["ann"]"#)]).await;
    assert!(hidden["uinfos"][0]["mute"].is_null(), "{hidden}");
}
