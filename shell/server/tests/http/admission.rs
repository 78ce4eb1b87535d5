//! Who may call, and what an answer looks like when they may not.

use crate::world::{APP, App, OTHER, World, encode};
use axum::body::Body;
use axum::http::{Method, Request};
use parlor_identity::app::AppSettings;
use parlor_server::config::{Config, HttpConfig};
use serde_json::{Value, json};
use std::time::Duration;

const CREATE: &str = "/nimserver/user/create.action";
const FORM: &str = "application/x-www-form-urlencoded";

async fn with_header(world: &World, name: &str, value: Option<&str>) -> [Value; 3] {
    let mut answers = Vec::new();
    for path in ["/nimserver/user/getUinfos.action", "/im/v2/accounts/ann", "/neroom/v3/users/ann"] {
        let method = if path.starts_with("/nim") { Method::POST } else { Method::GET };
        let mut request = world.signed(APP, method, path).body(Body::empty()).unwrap();
        match value {
            Some(value) => request
                .headers_mut()
                .insert(axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap()),
            None => request.headers_mut().remove(name),
        };
        answers.push(world.send(request).await);
    }
    answers.try_into().unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_failure_of_the_signature_has_its_code_and_sentence() {
    let world = World::new().await;
    let cases = [
        ("CheckSum", None, [414, 414, 401], "CheckSum is missing"),
        ("Nonce", None, [414, 414, 401], "Nonce is missing"),
        ("CurTime", None, [414, 414, 401], "CurTime is missing"),
        ("AppKey", None, [414, 414, 401], "AppKey is missing"),
        ("AppKey", Some("nobody"), [403, 101_303, 401], "AppKey"),
        ("CurTime", Some("1"), [414, 414, 401], "bad time"),
        ("CheckSum", Some("00"), [414, 414, 401], "CheckSum is not"),
        ("Nonce", Some("another"), [414, 414, 401], "CheckSum is not"),
    ];
    for (name, value, codes, sentence) in cases {
        let answers = with_header(&world, name, value).await;
        for (answer, code) in answers.iter().zip(codes) {
            assert_eq!(answer["code"], code, "{name} {value:?} {answer}");
            let text = answer["desc"].as_str().or(answer["msg"].as_str()).unwrap();
            assert!(text.contains(sentence), "{name} {value:?}: {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_path_names_the_app_that_signs() {
    let world = World::new().await;
    let answer = world.json(OTHER, "PUT", "/apps/appone/v1/users/u", json!({})).await;
    assert_eq!((&answer["code"], &answer["data"]), (&json!(403), &Value::Null));
    assert!(answer["requestId"].is_string());
}

#[tokio::test(start_paused = true)]
async fn a_component_that_is_off_says_so_on_every_call() {
    let world = World::new().await;
    world.put_app(APP, AppSettings::default()).await;
    for route in parlor_server::http::routes() {
        let path =
            route.path.replace("{appKey}", APP.key).replace("{userUuid}", "u").replace("{user_uuid}", "u");
        let request = world.signed(APP, route.method.clone(), &path.replace("{account_id}", "a"));
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer["code"] == 600_420, route.family.is_room(), "{path} {answer}");
    }
    world.put_app(APP, AppSettings { im_enabled: false, room_enabled: true, ..AppSettings::default() }).await;
    assert_eq!(world.form(APP, CREATE, &[("accid", "a")]).await["code"], 403);
    assert_eq!(world.get(APP, "/im/v2/accounts/a").await["code"], 101_301);
    assert_eq!(world.get(APP, "/neroom/v3/users/u").await["code"], 600_420);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_is_carried_out_once_in_ten_minutes() {
    let world = World::new().await;
    let send = async |app: App, accid: &str, request_id: &str| {
        let request = world.signed(app, Method::POST, CREATE).header("Content-Type", FORM);
        let request = request.header("requestid", request_id);
        world.send(request.body(encode(&[("accid", accid)]).into()).unwrap()).await["code"].as_i64().unwrap()
    };
    assert_eq!(send(APP, "ann", "r1").await, 200);
    assert_eq!(send(APP, "ann", "r1").await, 431, "also where the account exists by now");
    assert_eq!(send(APP, "bob", "r1").await, 431);
    assert_eq!(send(OTHER, "ann", "r1").await, 200);
    assert_eq!(send(APP, "b b", "r2").await, 414);
    assert_eq!(send(APP, "bb", "r2").await, 200, "what was refused may come again");
    tokio::time::advance(Duration::from_secs(599)).await;
    assert_eq!(send(APP, "cc", "r1").await, 431);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(send(APP, "cc", "r1").await, 200);
    let inside = [("accid", "dd"), ("RequestId", "r3")];
    assert_eq!(world.form(APP, CREATE, &inside).await["code"], 200);
    assert_eq!(world.form(APP, CREATE, &inside).await["code"], 431);
    assert_eq!(send(APP, "ee", &"r".repeat(129)).await, 405);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_is_remembered_over_a_restart() {
    let world = World::new().await;
    let pairs = [("accid", "ann"), ("RequestId", "r1")];
    assert_eq!(world.form(APP, CREATE, &pairs).await["code"], 200);
    let world = world.restarted().await;
    assert_eq!(world.form(APP, CREATE, &pairs).await["code"], 431);
}

#[tokio::test]
async fn of_many_repeats_at_once_one_is_carried_out() {
    let world = World::threaded().await;
    let pairs = [("accid", "ann"), ("RequestId", "r1")];
    world.form(APP, CREATE, &[("accid", "ann")]).await;
    let repeats = (0..12).map(async |n| {
        let name = format!("name{n}");
        let pairs = [pairs[0], pairs[1], ("name", name.as_str())];
        world.form(APP, "/nimserver/user/updateUinfo.action", &pairs).await["code"].as_i64().unwrap()
    });
    let mut codes = futures_util::future::join_all(repeats).await;
    codes.sort_unstable();
    assert_eq!(codes[0], 200);
    assert!(codes[1..].iter().all(|code| *code == 431), "{codes:?}");
}

#[tokio::test]
async fn a_repeat_of_a_create_that_is_under_way_is_told_so() {
    let world = World::threaded().await;
    let pairs = [("accid", "ann"), ("RequestId", "r1")];
    let tries = (0..12).map(async |_| world.form(APP, CREATE, &pairs).await["code"].as_i64().unwrap());
    let mut codes = futures_util::future::join_all(tries).await;
    codes.sort_unstable();
    assert_eq!(codes[0], 200);
    assert!(codes[1..].iter().all(|code| *code == 431), "{codes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_nonce_is_refused_where_the_app_asks_for_it() {
    let world = World::new().await;
    let codes = async || [world.get(APP, "/im/v2/users/a").await, world.get(APP, "/im/v2/users/a").await];
    assert_eq!(codes().await.map(|answer| answer["code"].clone()), [json!(102_404), json!(102_404)]);
    world.put_app(APP, AppSettings { nonce_check: true, ..AppSettings::default() }).await;
    let [first, second] = codes().await;
    assert_eq!([&first["code"], &second["code"]], [&json!(102_404), &json!(414)]);
    assert!(second["msg"].as_str().unwrap().contains("Nonce"), "{second}");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(world.get(APP, "/im/v2/users/a").await["code"], 102_404, "another second is another pair");
}

/// The signature binds only the concatenation: a seen pair with digits moved over its border is the same pair.
#[tokio::test(start_paused = true)]
async fn a_repeated_nonce_cannot_pass_for_another_pair() {
    let world = World::new().await;
    world.put_app(APP, AppSettings { nonce_check: true, ..AppSettings::default() }).await;
    let cur_time = (world.node.clock.now_ms() / 1000).to_string();
    let sum = parlor_identity::token::check_sum(APP.secret, "n0", &cur_time);
    let send = async |nonce: &str, cur_time: &str| {
        let request = Request::get("/im/v2/users/a").header("AppKey", APP.key).header("CheckSum", &sum);
        let request = request.header("Nonce", nonce).header("CurTime", cur_time).body(Body::empty());
        world.send(request.unwrap()).await["code"].clone()
    };
    assert_eq!(send("n0", &cur_time).await, 102_404);
    assert_eq!(send("n0", &cur_time).await, 414);
    assert_eq!(send("n", &format!("0{cur_time}")).await, 414);
}

#[tokio::test(start_paused = true)]
async fn an_app_that_calls_too_often_is_told_to_wait() {
    let http = HttpConfig { requests_per_s: 2, logins_per_s: 1, ..HttpConfig::default() };
    let world = World::with(Config { http, ..Config::default() }).await;
    let code = async |app: App| {
        world.form(app, "/nimserver/user/unblock.action", &[("accid", "a")]).await["code"].clone()
    };
    assert_eq!([code(APP).await, code(APP).await, code(APP).await], [404, 404, 416]);
    assert_eq!(code(OTHER).await, 404);
    tokio::time::advance(Duration::from_millis(500)).await;
    assert_eq!([code(APP).await, code(APP).await], [404, 416]);
    let login =
        async || world.json(APP, "POST", "/scene/apps/appone/v1/login", json!({})).await["code"].clone();
    assert_eq!([login().await, login().await], [400, 503]);
}

#[tokio::test(start_paused = true)]
async fn what_no_route_takes_is_answered_by_its_family() {
    let world = World::new().await;
    let send = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        world.send(request).await
    };
    assert_eq!(send("POST", "/nimserver/user/nothing.action").await["code"], 404);
    assert_eq!(send("GET", CREATE).await["code"], 403);
    assert_eq!(send("GET", "/im/v2/nothing").await["code"], 404);
    assert_eq!(send("DELETE", "/im/v2/accounts").await["code"], 403);
    let room = send("GET", "/neroom/v9/nothing").await;
    assert_eq!(room["code"], 404);
    assert!(room["request_id"].is_string() && room["data"].is_null());
    assert_eq!(send("DELETE", "/neroom/v3/users").await["code"], 405);
    assert!(send("GET", "/apps/v1/nothing").await["requestId"].is_string());
}

#[tokio::test(start_paused = true)]
async fn whatever_is_asked_of_the_api_the_status_is_200() {
    let world = World::new().await;
    let paths = [
        CREATE,
        "/user/create.action",
        "/nimserver/",
        "/im/v2/accounts/%FF",
        "/im/v2/accounts/%2e%2e%2f",
        "/im/v2/accounts/a/b/c",
        "/neroom/v3/users/",
        "/neroom//v3/users",
        "/neroom/v3/users/%FF",
        "/neroom/v3/users?user_uuids=%FF&user_uuids",
        "/apps/appone/v1/users/%00",
        "/scene/apps/%FF/v1/login",
        "/scene/apps//v1/login",
        "/neroom/v4/rooms",
    ];
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        for path in paths {
            for signed in [true, false] {
                let method: Method = method.parse().unwrap();
                let request = match signed {
                    true => world.signed(APP, method.clone(), path),
                    false => Request::builder().method(method.clone()).uri(path),
                };
                let request = request.body(Body::empty()).unwrap();
                let reply = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
                // A browser asks whether a page may log in; that is no call.
                if method == Method::OPTIONS && path.ends_with("/v1/login") {
                    assert_eq!(reply.status(), 204);
                    continue;
                }
                assert_eq!(reply.status(), 200, "{method} {path} signed {signed}");
                let body = axum::body::to_bytes(reply.into_body(), 1 << 20).await.unwrap();
                if method != Method::HEAD {
                    let answer: Value = serde_json::from_slice(&body).unwrap();
                    assert!(answer["code"].is_i64(), "{method} {path} {answer}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_that_cannot_be_read_have_their_code() {
    let http = HttpConfig { max_body_bytes: 100, body_timeout_ms: 1000, ..HttpConfig::default() };
    let world = World::with(Config { http, ..Config::default() }).await;
    let send = async |path: &str, content_type: &str, body: Body| {
        let request = world.signed(APP, Method::POST, path).header("Content-Type", content_type);
        world.send(request.body(body).unwrap()).await["code"].clone()
    };
    let users = "/neroom/v3/users";
    assert_eq!(send(users, "text/plain", "{}".into()).await, 415);
    assert_eq!(send(users, FORM, "user_uuid=u".into()).await, 415);
    assert_eq!(send(CREATE, "application/json", "{}".into()).await, 414);
    assert_eq!(send(users, "application/json", "{\"user_uuid\":".into()).await, 400);
    assert_eq!(send(users, "application/json", "[]".into()).await, 400);
    for twice in [
        r#"{"user_uuid":"a","userUuid":"b"}"#,
        r#"{"user_uuid":"a","user_uuid":"b"}"#,
        r#"{"user_uuid":"a","more":[{"x":1,"x":1}]}"#,
    ] {
        assert_eq!(send(users, "application/json", twice.into()).await, 400, "{twice}");
    }
    assert_eq!(
        send(users, "application/json", r#"{"user_uuid":"a","more":[1,-1,0.5,null]}"#.into()).await,
        0
    );
    assert_eq!(send(users, "application/json", "[".repeat(100).into()).await, 400);
    assert_eq!(send(users, "application/json", vec![b' '; 101].into()).await, 400);
    assert_eq!(send(CREATE, FORM, vec![b'a'; 101].into()).await, 405);
    assert_eq!(send(CREATE, FORM, "accid=%ff".into()).await, 414);
    let never = Body::from_stream(futures_util::stream::pending::<Result<String, std::io::Error>>());
    assert_eq!(send(CREATE, FORM, never).await, 408);
}

#[tokio::test(start_paused = true)]
async fn probes_need_no_signature() {
    let world = World::new().await;
    let get = |path: &str| Request::get(path).header("Host", "parlor.test:1").body(Body::empty()).unwrap();
    let allocated = world.send(get("/srv-sdk/allocate?k=appone&biz=1&p=java")).await;
    assert_eq!(allocated["data"]["default.endpoint"], "http://parlor.test:1", "{allocated}");
    let md5 = allocated["data"]["md5"].as_str().unwrap();
    assert_eq!(world.send(get(&format!("/srv-sdk/allocate?md5={md5}"))).await["code"], 304);
    assert_eq!(world.send(get("/lbs/conf.jsp?k=appone")).await["link"][0], "parlor.test:1");
}

/// Small values take far more memory than they have bytes, so their number has a limit of its own.
#[tokio::test(start_paused = true)]
async fn bodies_of_many_small_values_are_refused() {
    let world = World::new().await;
    let many = parlor_protocol::limits::HTTP_VALUES_MAX + 1;
    let send = async |path: &str, content_type: &str, body: String| {
        let request = world.signed(APP, Method::POST, path).header("Content-Type", content_type);
        world.send(request.body(body.into()).unwrap()).await
    };
    let form: String = (0..many).map(|n| format!("{n}&")).collect();
    let answers = [
        send(CREATE, FORM, form).await,
        send("/neroom/v3/users", "application/json", json!({"a": vec![0; many]}).to_string()).await,
        send("/im/v2/accounts", "application/json", json!({"a": {"b": vec![[0]; many / 2]}}).to_string())
            .await,
    ];
    for (answer, code) in answers.iter().zip([414, 400, 414]) {
        assert_eq!(answer["code"], code, "{answer}");
        let text = answer["desc"].as_str().or(answer["msg"].as_str()).unwrap();
        assert!(text.starts_with("too many values"), "{text}");
    }
    // Whoever does not sign may send less still.
    let login = "/scene/apps/appone/v1/login";
    let padded = |bytes: usize| {
        let body = json!({"userUuid": "u", "userToken": "t", "more": ""}).to_string();
        body.replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - body.len())))
    };
    let most = parlor_protocol::limits::HTTP_LOGIN_BODY_MAX_BYTES;
    assert_eq!(send(login, "application/json", padded(most)).await["code"], 1027);
    assert_eq!(send(login, "application/json", padded(most + 1)).await["code"], 400);
}
