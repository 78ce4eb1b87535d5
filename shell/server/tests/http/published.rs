//! Published calls that are not here yet: each says so, in the words of its family and not before its signature.

use crate::world::{APP, World};
use axum::body::Body;
use axum::http::{Method, Request};
use parlor_identity::app::AppSettings;
use parlor_protocol::Code;
use parlor_server::http::family::Family;
use parlor_server::http::published::{OWN, groups, not_supported};
use parlor_server::http::{openapi, routes};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A path with something in each place, `app` in that of the app.
fn filled(path: &str, app: &str) -> String {
    path.replace("{appKey}", app).replace(['{', '}'], "")
}

/// Asserts that an answer is in the family's envelope.
fn assert_envelope(family: Family, answer: &Value, place: &str) {
    let names: BTreeSet<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected: &[&str] = match family {
        Family::ImV1 => &["code", "desc"],
        Family::ImV2 => &["code", "data", "msg"],
        Family::Room => &["code", "cost", "data", "msg", "request_id", "ts"],
        Family::RoomOld => &["code", "cost", "data", "msg", "requestId", "ts"],
    };
    assert_eq!(names, expected.iter().copied().collect(), "{place}");
}

#[tokio::test(start_paused = true)]
async fn each_answers_not_supported_to_whoever_signs() {
    let world = World::new().await;
    let mut tried = 0;
    for route in not_supported(&routes()) {
        let path = filled(route.path, APP.key);
        for path in [Some(path.clone()), Family::twin(&path)].into_iter().flatten() {
            let place = format!("{} {path}", route.method);
            let expected = |code: Code| i64::from(route.family.number(code));
            let request = world.signed(APP, route.method.clone(), &path).header("Content-Type", "image/png");
            let answer = world.send(request.body(Body::from("any bytes")).unwrap()).await;
            assert_eq!(answer["code"], expected(Code::NotSupported), "{place} {answer}");
            assert_envelope(route.family, &answer, &place);
            let mut forged = world.signed(APP, route.method.clone(), &path).body(Body::empty()).unwrap();
            forged.headers_mut().insert("CheckSum", "00".parse().unwrap());
            let answer = world.send(forged).await;
            assert_eq!(answer["code"], expected(Code::CheckSumWrong), "{place} {answer}");
            let unsigned = Request::builder().method(route.method.clone()).uri(&path);
            let answer = world.send(unsigned.body(Body::empty()).unwrap()).await;
            assert_eq!(answer["code"], expected(Code::SignatureHeaderMissing), "{place} {answer}");
            assert_envelope(route.family, &answer, &place);
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[tokio::test(start_paused = true)]
async fn they_obey_what_every_call_obeys() {
    let world = World::new().await;
    let rooms = "/neroom/v3/rooms/1/seat_mode";
    let foreign = world.json(APP, "POST", "/scene/apps/apptwo/v2/rooms/r/record/state/1", json!({})).await;
    assert_eq!(foreign["code"], 403);
    let large = Body::from(vec![b' '; world.node.config.http.max_body_bytes + 1]);
    let large = world.send(world.signed(APP, Method::POST, rooms).body(large).unwrap()).await;
    assert_eq!(large["code"], 400);
    world.put_app(APP, AppSettings::default()).await;
    assert_eq!(world.json(APP, "POST", rooms, json!({})).await["code"], 600_420);
    let message = world.form(APP, "/nimserver/msg/sendMsg.action", &[("from", "a")]).await;
    assert_eq!(message["code"], 600_000_001);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_published_is_not_found() {
    let world = World::new().await;
    for (method, path, code) in [
        ("POST", "/nimserver/msg/sendMessage.action", 404),
        ("POST", "/msg/sendMessage.action", 404),
        ("POST", "/im/v3/teams", 404),
        ("POST", "/nimserver/im/v3/teams", 404),
        ("POST", "/neroom/v4/room", 404),
        ("GET", "/apps/v2/rooms", 404),
        ("GET", "/nimserver/msg/sendMsg.action", 403),
        ("DELETE", "/neroom/v4/rooms", 405),
    ] {
        let answer = world.json(APP, method, path, json!({})).await;
        assert_eq!(answer["code"], code, "{method} {path} {answer}");
    }
}

/// The description counts what the router does, and a route that nobody published would not be counted.
#[test]
fn the_description_counts_every_published_call_once() {
    let published: BTreeSet<_> = groups()
        .into_iter()
        .flat_map(|group| group.calls)
        .map(|call| format!("{} {}", call.method, call.path))
        .collect();
    let served: BTreeSet<_> = routes().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    let own: BTreeSet<_> = OWN.iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(served.difference(&published).cloned().collect::<BTreeSet<_>>(), own);
    let supported: BTreeSet<_> = served.intersection(&published).cloned().collect();
    let document = openapi::document();
    let groups = || document["x-parlor-published"].as_object().unwrap().values();
    let names = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|call| call.as_str().unwrap().to_owned()).collect()
    };
    let performed: Vec<_> = groups().flat_map(|group| names(&group["supported"])).collect();
    let reasons = || groups().flat_map(|group| group["not_supported"].as_object().unwrap());
    let refused: Vec<_> = reasons().flat_map(|(_, calls)| names(calls)).collect();
    assert!(
        reasons().all(|(reason, _)| !reason.is_empty()),
        "a group whose calls are refused without a reason"
    );
    assert_eq!(performed.iter().cloned().collect::<BTreeSet<_>>(), supported);
    let declined = not_supported(&routes());
    let declined: BTreeSet<_> = declined.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(refused.iter().cloned().collect::<BTreeSet<_>>(), declined);
    assert_eq!(performed.len() + refused.len(), published.len());
    for call in &declined {
        let (method, path) = call.split_once(' ').unwrap();
        assert!(
            document["paths"][path][method.to_lowercase()].is_null(),
            "{call} is described as if it worked"
        );
    }
}

/// The vendor's server SDK puts one endpoint before the paths of both IM families.
#[tokio::test(start_paused = true)]
async fn im_calls_are_served_under_either_endpoint() {
    let world = World::new().await;
    for (endpoint, accid) in [("", "ann"), ("/nimserver", "bob")] {
        let path = |rest: &str| format!("{endpoint}{rest}");
        let made = world.form(APP, &path("/user/create.action"), &[("accid", accid)]).await;
        assert_eq!(made["info"]["accid"], accid, "{made}");
        let got = world.get(APP, &path(&format!("/im/v2/accounts/{accid}"))).await;
        assert_eq!(got["data"]["account_id"], accid, "{got}");
        let named = json!({"name": "N"});
        let patched = world.json(APP, "PATCH", &path(&format!("/im/v2/users/{accid}")), named).await;
        assert_eq!(patched["data"]["name"], "N", "{patched}");
        let probe = Request::get(path("/health/liveness.action")).body(Body::empty()).unwrap();
        let reply = tower::ServiceExt::oneshot(world.router.clone(), probe).await.unwrap();
        assert_eq!(reply.status(), 200);
    }
}
