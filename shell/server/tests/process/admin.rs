use crate::harness::{App, Home, PATIENCE, Server, text};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

async fn create_room_account(app: &App, server: &Server, user_uuid: &str) -> Value {
    let client = reqwest::Client::new();
    app.post(&client, &format!("{}/neroom/v3/users", server.url), json!({"user_uuid": user_uuid}))
        .await
        .unwrap()
}

#[tokio::test]
async fn commands_are_effective_at_once_with_the_server_running_or_not() {
    let home = Home::new();
    // Without a server: the command makes the folder.
    let made = home.json(&["app", "create", "shop"]);
    let app = App::of(&made);
    assert_eq!((&made["name"], &made["room_enabled"]), (&"shop".into(), &false.into()));
    let server = home.serve(&[]);
    assert!(!home.data().join("first-app.json").exists(), "there is an app already");
    assert_eq!(create_room_account(&app, &server, "u1").await["code"], 600_420);
    home.json(&["app", "enable-room", "shop"]);
    assert_eq!(create_room_account(&app, &server, "u1").await["code"], 0);
    home.json(&["app", "disable-room", &app.key]);
    assert_eq!(create_room_account(&app, &server, "u2").await["code"], 600_420);
    assert!(server.stop().success());
    home.json(&["app", "enable-room", &app.key]);
    let server = home.serve(&[]);
    assert_eq!(create_room_account(&app, &server, "u2").await["code"], 0);
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_rotated_secret_leaves_the_one_before_its_grace() {
    let home = Home::new();
    let before = App::of(&home.json(&["app", "create", "shop", "--room"]));
    let server = home.serve(&[]);
    let after = App::of(&home.json(&["app", "rotate-secret", "shop"]));
    assert_eq!(before.key, after.key);
    assert_eq!(create_room_account(&before, &server, "u1").await["code"], 0);
    assert_eq!(create_room_account(&after, &server, "u2").await["code"], 0);
    let last = App::of(&home.json(&["app", "rotate-secret", "shop", "--grace-s", "0"]));
    assert_ne!(create_room_account(&after, &server, "u3").await["code"], 0);
    assert_eq!(create_room_account(&last, &server, "u3").await["code"], 0);
    assert!(server.stop().success());
}

#[test]
fn settings_are_kept_and_shown() {
    let home = Home::new();
    home.json(&["app", "create", "shop"]);
    let server = home.serve(&["--config", home.write("c.toml", "").to_str().unwrap()]);
    let custom = r#"[{"kinds":["ios","android"],"limit":1},{"kinds":["web"],"limit":2}]"#;
    home.json(&["app", "set-login-policy", "shop", custom]);
    home.json(&["app", "set-auth-types", "shop", "static,callback"]);
    home.json(&[
        "app",
        "set-callback",
        "shop",
        "https://example.org/hook?key=s3cret",
        "--on-failure",
        "allow",
    ]);
    home.json(&["app", "set-nonce-check", "shop", "on"]);
    home.json(&["app", "disable-im", "shop"]);
    assert!(server.stop().success());
    let shown = home.json(&["app", "show", "shop"]);
    assert_eq!(shown["login_policy"]["custom"][0], json!({"kinds": ["ios", "android"], "limit": 1}));
    assert_eq!(shown["auth_types"], json!({"static": true, "dynamic": false, "callback": true}));
    assert_eq!(shown["login_callback"]["on_failure"], "allow");
    assert_eq!((&shown["nonce_check"], &shown["im_enabled"]), (&true.into(), &false.into()));
    let audit = home.json(&["audit"]);
    let acts: Vec<&str> = audit.as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap()).collect();
    for act in
        ["app.create", "app.set-login-policy", "app.set-auth-types", "app.set-callback", "app.disable-im"]
    {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
    let secret = shown["app_secret"].as_str().unwrap();
    assert!(!audit.to_string().contains(secret) && !audit.to_string().contains("s3cret"));
    assert!(!home.json(&["app", "list"]).to_string().contains(secret));
    home.json(&["app", "set-callback", "shop"]);
    assert_eq!(home.json(&["app", "show", "shop"])["login_callback"], Value::Null);
}

#[test]
fn wrong_words_are_refused_with_field_and_limit() {
    let home = Home::new();
    home.json(&["app", "create", "shop"]);
    for (words, needle) in [
        (vec!["app", "create", "shop"], "exists already"),
        (vec!["app", "show", "none"], "no app has the AppKey or name \"none\""),
        (vec!["app", "set-callback", "shop", "http://127.0.0.1:9/"], "private network"),
        (vec!["app", "set-callback", "shop", "https://example.org/", "--timeout-ms", "60000"], "timeout_ms"),
        (vec!["app", "set-login-policy", "shop", r#"[{"kinds":["ios"],"limit":11}]"#], "1 to 10"),
        (vec!["account", "create", "--app", "shop", "with space"], "accid"),
        (vec!["account", "show", "--app", "shop", "nobody"], "No IM account"),
    ] {
        let output = home.run(&words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(text(&output.stderr).contains(needle), "{words:?}: {}", text(&output.stderr));
    }
    let output = home.run(&["app", "show", "none", "--json"]);
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((&error["code"], &error["field"]), (&"AppUnknown".into(), &"app".into()));
    assert_eq!(home.run(&["app", "set-login-policy", "shop", "some"]).status.code(), Some(2));
    assert_eq!(home.run(&["app", "list", "--data", "elsewhere"]).status.code(), Some(3));
}

#[test]
fn accounts_are_made_blocked_and_bound() {
    let home = Home::new();
    home.json(&["app", "create", "shop", "--room"]);
    let server = home.serve(&[]);
    let alice =
        home.json(&["account", "create", "--app", "shop", "Alice", "--token", "im-token", "--name", "A"]);
    assert_eq!((&alice["accid"], &alice["token"]), (&"alice".into(), &"im-token".into()));
    let random = home.json(&["account", "create", "--app", "shop", "bob"]);
    assert_eq!(random["token"].as_str().unwrap().len(), 32);
    let bound = home.json(&["account", "bind", "--app", "shop", "room-alice", "alice", "--user-token", "rt"]);
    assert_eq!((&bound["user_uuid"], &bound["accid"]), (&"room-alice".into(), &"alice".into()));
    home.json(&["account", "block", "--app", "shop", "alice"]);
    let shown = home.json(&["account", "show", "--app", "shop", "alice"]);
    assert_eq!((&shown["enabled"], &shown["room_account"]["user_token"]), (&false.into(), &"rt".into()));
    home.json(&["account", "unblock", "--app", "shop", "alice"]);
    assert_eq!(home.json(&["account", "token", "--app", "shop", "alice", "--token", "new"])["token"], "new");
    assert_eq!(home.json(&["account", "kick", "--app", "shop", "alice"])["ended_sessions"], json!([]));
    assert!(server.stop().success());
    let listed = home.json(&["account", "list", "--app", "shop", "--after", "alice"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["accid"], "bob");
    assert_eq!(home.json(&["account", "show", "--app", "shop", "alice"])["enabled"], true);
}

#[test]
fn the_socket_refuses_other_versions_and_long_lines() {
    let home = Home::new();
    home.write("parlor.toml", "[admin]\nmax_request_bytes = 2048\n");
    let server = home.serve(&["--config", "parlor.toml"]);
    let ask = |line: &str| {
        let mut stream = UnixStream::connect(home.data().join("admin.sock")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["failed"]["code"].clone()
    };
    assert_eq!(ask(r#"{"version":2,"command":"status"}"#), "ProtocolVersion");
    assert_eq!(ask(r#"{"version":1,"command":"dance"}"#), "InvalidParameter");
    assert_eq!(ask("dance"), "InvalidParameter");
    assert_eq!(ask(&format!("\"{}\"", "x".repeat(4096))), "BodyTooLarge");
    assert!(home.run(&["status"]).status.success());
    assert!(server.stop().success());
}

#[test]
fn a_folder_with_a_long_name_has_a_socket_too() {
    let home = Home::new();
    let data = home.path().join("d".repeat(120));
    let data = data.to_str().unwrap();
    let server = home.serve(&["--data", data]);
    assert_eq!(home.json(&["status", "--data", data])["running"], true);
    assert!(server.stop().success());
}

#[test]
fn a_backup_made_while_serving_comes_back() {
    let home = Home::new();
    let server = home.serve(&[]);
    home.json(&["account", "create", "--app", "first", "before", "--token", "t1"]);
    home.json(&["backup", "copy"]);
    assert_eq!(home.path().join("copy").metadata().unwrap().permissions().mode() & 0o777, 0o700);
    home.json(&["account", "create", "--app", "first", "after"]);
    let refused = home.run(&["restore", "copy"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("stop it first"), "{}", text(&refused.stderr));
    assert_eq!(home.run(&["backup", "copy"]).status.code(), Some(1), "a backup replaces nothing");
    assert!(server.stop().success());
    let restored = home.json(&["restore", "copy"]);
    let shown = home.json(&["account", "show", "--app", "first", "before"]);
    assert_eq!(shown["token"], "t1");
    assert_eq!(home.run(&["account", "show", "--app", "first", "after"]).status.code(), Some(1));
    let aside = restored["kept_aside"].as_str().unwrap();
    assert_eq!(home.json(&["account", "show", "--app", "first", "after", "--data", aside])["accid"], "after");
    assert_eq!(home.json(&["audit", "--limit", "1"])[0]["act"], "server.restore");
    assert!(home.serve(&[]).stop().success());
}

#[test]
fn a_backup_without_its_key_needs_the_folders_own() {
    let home = Home::new();
    home.json(&["app", "create", "shop"]);
    home.json(&["account", "create", "--app", "shop", "alice", "--token", "t1"]);
    home.json(&["backup", "copy", "--without-key"]);
    assert!(!home.path().join("copy/parlor.key").exists());
    let refused = home.run(&["restore", "copy", "--data", "other"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("parlor.key"), "{}", text(&refused.stderr));
    home.json(&["restore", "copy"]);
    assert_eq!(home.json(&["account", "show", "--app", "shop", "alice"])["token"], "t1");
}

#[test]
fn a_new_key_seals_everything_anew() {
    let home = Home::new();
    let app = home.json(&["app", "create", "shop"]);
    let server = home.serve(&[]);
    let rotated = home.json(&["key", "rotate"]);
    assert_eq!(rotated["key"], 2);
    assert!(rotated["resealed"].as_u64().unwrap() > 0);
    assert!(server.stop().success());
    assert_eq!(home.json(&["app", "show", "shop"])["app_secret"], app["app_secret"]);
}

#[test]
fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let home = Home::new();
    home.json(&["app", "create", "shop"]);
    let find = |subject: &str| {
        let output = home.run(&["doctor", "--json", "--config", "parlor.toml"]);
        let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let found = findings.into_iter().find(|finding| finding["subject"] == subject).unwrap();
        (output.status.code(), found["verdict"].as_str().unwrap().to_owned(), found["remedy"].clone())
    };
    home.write("parlor.toml", "[listen]\naddress = \"127.0.0.1:0\"\n");
    assert_eq!(find("store").1, "fine");
    assert_eq!(find("data folder"), (Some(0), "fine".into(), Value::Null));
    std::fs::set_permissions(home.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let (code, verdict, remedy) = find("data folder");
    assert_eq!((code, verdict.as_str()), (Some(1), "wrong"));
    assert!(remedy.as_str().unwrap().starts_with("chmod 700 "), "{remedy}");
    assert_eq!((find("media.advertised").1, find("media.udp").1), ("fine".into(), "fine".into()));
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let udp = taken.local_addr().unwrap();
    home.write("parlor.toml", &format!("[listen]\naddress = \"127.0.0.1:0\"\n[media]\nudp = \"{udp}\"\n"));
    let (_, verdict, remedy) = find("media.udp");
    assert_eq!(verdict, "wrong");
    assert!(remedy.as_str().unwrap().contains("media.udp"), "{remedy}");
    home.write("parlor.toml", "[listen]\naddress = \"127.0.0.1:0\"\n");
    let server = home.serve(&[]);
    assert_eq!(find("server").1, "fine");
    assert_eq!(find("store").1, "fine");
    assert!(server.stop().success());
    home.write("parlor.toml", "[listen]\naddress = \"0.0.0.0:0\"\n");
    assert_eq!(find("listen.address").1, "wrong");
    std::fs::rename(home.data().join("parlor.key"), home.path().join("moved")).unwrap();
    assert_eq!(find("key file").1, "wrong");
}

#[tokio::test]
async fn rooms_and_templates_are_administered_with_the_server_running_or_not() {
    let home = Home::new();
    let app = App::of(&home.json(&["app", "create", "shop", "--room"]));
    let built_in = home.json(&["template", "list", "--app", "shop"]);
    assert_eq!(built_in.as_array().unwrap().len(), 4, "{built_in}");
    let mut rules = home.json(&["template", "show", "--app", "shop", "40"]);
    rules["name"] = "Ours".into();
    let file = home.write("ours.json", &rules.to_string());
    let made = home.json(&["template", "put", "--app", "shop", file.to_str().unwrap()]);
    assert_eq!((&made["template_id"], &made["name"]), (&json!(1000), &json!("Ours")));
    rules["roles"][0]["limit"] = "none".into();
    let broken = home.write("broken.json", &rules.to_string());
    let refused = home.run(&["--json", "template", "put", "--app", "shop", broken.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("template: roles[0].limit"), "{}", text(&refused.stderr));
    let server = home.serve(&[]);
    let client = reqwest::Client::new();
    let body = json!({"template_id": 1000, "room_uuid": "standup", "room_name": "Standup"});
    let room = app.post(&client, &format!("{}/neroom/v4/rooms", server.url), body).await.unwrap();
    assert_eq!(room["code"], 0, "{room}");
    let archive_id = room["data"]["room_archive_id"].as_str().unwrap();
    let listed = home.json(&["room", "list", "--app", "shop"]);
    assert_eq!((&listed[0]["room_uuid"], &listed[0]["template_id"]), (&json!("standup"), &json!(1000)));
    rules["roles"][0]["limit"] = 2.into();
    let changed = home.write("changed.json", &rules.to_string());
    home.json(&["template", "put", "--app", "shop", "--replace", "1000", changed.to_str().unwrap()]);
    home.json(&["template", "drop", "--app", "shop", "1000"]);
    assert!(server.stop().success());
    let shown = home.json(&["room", "show", "--app", "shop", "standup"]);
    assert_eq!((&shown["archive_id"], &shown["end_reason"]), (&json!(archive_id), &Value::Null));
    let ended = home.json(&["room", "end", "--app", "shop", archive_id]);
    assert_eq!(ended["end_reason"], "CLOSE_BY_BACKEND");
    assert_eq!(home.json(&["room", "list", "--app", "shop"]), json!([]));
    let gone = home.run(&["--json", "room", "end", "--app", "shop", archive_id]);
    assert!(text(&gone.stderr).contains("RoomNotFound"), "{}", text(&gone.stderr));
}
