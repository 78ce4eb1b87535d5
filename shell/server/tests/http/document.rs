//! The description of the API: nothing missing, nothing stale, and every limit in it holds.

use crate::world::{APP, World, encode};
use axum::body::Body;
use axum::http::Request;
use parlor_protocol::limits::TextRule;
use parlor_server::http::family::Family;
use parlor_server::http::field::{Field, Kind, Spelling};
use parlor_server::http::openapi;
use parlor_server::http::probes;
use parlor_server::http::route::{Access, Carrier, Route};
use parlor_server::http::routes;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn the_committed_document_is_fresh() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap();
    assert!(
        committed == openapi::text(),
        "docs/openapi.json is stale: `parlor openapi > docs/openapi.json` writes it"
    );
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = openapi::document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        described
            .extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let routed =
        routes().iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect::<Vec<_>>();
    let probed = probes().iter().map(|probe| ("GET".to_owned(), probe.path.to_owned())).collect::<Vec<_>>();
    let served: BTreeSet<_> = routed.iter().chain(&probed).cloned().collect();
    assert_eq!(described, served);
    assert_eq!(served.len(), routed.len() + probed.len(), "no route twice");
}

#[tokio::test(start_paused = true)]
async fn the_router_serves_every_described_path() {
    let world = World::new().await;
    for (path, item) in openapi::document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{appKey}", "nobody").replace(['{', '}'], "");
            let request =
                Request::builder().method(method.to_uppercase().as_str()).uri(&path).body(Body::empty());
            let reply = tower::ServiceExt::oneshot(world.router.clone(), request.unwrap()).await.unwrap();
            let body = axum::body::to_bytes(reply.into_body(), 1 << 20).await.unwrap();
            let code = serde_json::from_slice::<Value>(&body).ok().and_then(|answer| answer["code"].as_i64());
            // Unsigned calls fail by signature or unknown app, never as unknown routes (404) or methods (405).
            assert!(!matches!(code, Some(404 | 405)), "{method} {path}: {code:?}");
        }
    }
}

/// A value that a field takes.
fn plain(field: &Field) -> Value {
    match field.kind {
        Kind::Text(_) => json!("1"),
        Kind::Flag => json!(true),
        Kind::Number { min, .. } => json!(min),
        Kind::Texts { .. } => json!(["1"]),
        Kind::Word(words) => json!(words[0]),
        Kind::TextMap { .. } | Kind::Object(_) | Kind::Free => json!({}),
    }
}

fn of_length(rule: TextRule, length: usize) -> Value {
    // A digit is in every character set, and a number is what CurTime wants.
    debug_assert!(rule.charset.holds('1'));
    Value::String("1".repeat(length))
}

/// Values of a field at its limits, with whether each is within them.
fn cases(field: &Field) -> Vec<(Value, bool)> {
    match field.kind {
        Kind::Text(rule) => {
            let mut cases =
                vec![(of_length(rule, rule.max_chars), true), (of_length(rule, rule.max_chars + 1), false)];
            if field.required {
                cases.push((json!(""), false));
                cases.push((Value::Null, false));
            }
            let foreign = ['\u{0}', ' ', 'ä', '名'].into_iter().filter(|c| !rule.charset.holds(*c));
            cases.extend(foreign.map(|c| (json!(c.to_string()), false)));
            cases
        }
        Kind::Flag => {
            let mut cases = vec![(json!(true), true), (json!("false"), true), (json!("yes"), false)];
            if field.required {
                cases.push((json!(""), false));
            }
            cases
        }
        Kind::Number { min, max } => vec![
            (json!(min), true),
            (json!(max), true),
            (json!(min - 1), false),
            (json!(max + 1), false),
            (json!("x"), false),
        ],
        Kind::Texts { each, max } => {
            let mut cases = vec![
                (json!(vec![of_length(each, 1); max]), true),
                (json!(vec![of_length(each, 1); max + 1]), false),
                (json!([of_length(each, each.max_chars)]), true),
                (json!([of_length(each, each.max_chars + 1)]), false),
                (json!(["ä b"]), "ä b".chars().all(|c| each.charset.holds(c))),
            ];
            if field.required {
                cases.push((json!([]), false));
            }
            cases
        }
        Kind::Word(words) => {
            let mut cases: Vec<_> = words.iter().map(|word| (json!(word), true)).collect();
            cases.extend([(json!("other"), false), (json!(1), false)]);
            cases
        }
        Kind::TextMap { key, value, max } => {
            let one = |k: &str, v: Value| json!({k: v});
            let many = |count: usize| Value::Object((0..count).map(|n| (n.to_string(), json!(""))).collect());
            let text = |rule: TextRule, length| of_length(rule, length).as_str().unwrap().to_owned();
            let mut cases = vec![
                (one("1", of_length(value, value.max_chars)), true),
                (one("1", json!({"value": "1"})), true),
                (one("1", of_length(value, value.max_chars + 1)), false),
                (one("1", json!(1)), false),
                (one(&text(key, key.max_chars), json!("1")), true),
                (one(&text(key, key.max_chars + 1), json!("1")), false),
                (json!("x"), false),
            ];
            if value.min_chars == 0 {
                cases.extend([(many(max), true), (many(max + 1), false)]);
            }
            cases
        }
        Kind::Object(fields) => {
            let mut cases = vec![(json!({}), true), (json!("x"), false)];
            for inner in fields {
                cases.extend(
                    self::cases(inner).into_iter().map(|(value, ok)| (json!({inner.snake: value}), ok)),
                );
            }
            cases
        }
        Kind::Free => vec![(json!("x"), false), (json!([]), false)],
    }
}

async fn call(world: &World, route: &Route, values: &Map<String, Value>) -> Value {
    let mut path = route.path.replace("{appKey}", APP.key);
    let mut rest = Vec::new();
    for (name, value) in values {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let place = format!("{{{name}}}");
        if path.contains(&place) {
            path = path.replace(&place, &encode(&[("", &text)])[1..]);
        } else {
            rest.push((name.as_str(), text));
        }
    }
    let pairs: Vec<_> = rest.iter().map(|(name, text)| (*name, text.as_str())).collect();
    match route.carrier() {
        Carrier::Query => {
            let request = world.signed(APP, route.method.clone(), &format!("{path}?{}", encode(&pairs)));
            world.send(request.body(Body::empty()).unwrap()).await
        }
        Carrier::Form => world.form(APP, &path, &pairs).await,
        Carrier::Json => {
            let outside_path = values.iter().filter(|(name, _)| rest.iter().any(|(n, _)| n == name));
            let body = outside_path.map(|(name, value)| (name.clone(), value.clone())).collect();
            world.json(APP, route.method.as_str(), &path, Value::Object(body)).await
        }
    }
}

/// Whether an answer complains about the field: its code is that of a bad parameter and its text begins with the name.
fn complains(route: &Route, answer: &Value, name: &str) -> bool {
    let bad = [parlor_protocol::Code::InvalidParameter, parlor_protocol::Code::ParameterTooLong];
    let code = answer["code"].as_i64();
    let text = answer["desc"].as_str().or(answer["msg"].as_str()).unwrap_or_default();
    bad.into_iter().any(|bad| code == Some(route.family.number(bad).into())) && text.starts_with(name)
}

#[tokio::test(start_paused = true)]
async fn every_field_of_every_call_holds_at_its_limit_and_not_beyond() {
    let mut tried = 0;
    for route in routes() {
        let spelling = route.family.spelling();
        let required: Map<String, Value> = route
            .fields
            .iter()
            .filter(|field| field.required)
            .map(|field| (field.name(spelling).to_owned(), plain(field)))
            .collect();
        for field in route.fields {
            let world = World::new().await;
            let name = field.name(spelling);
            let in_path = route.path.contains(&format!("{{{name}}}"));
            for (value, ok) in cases(field) {
                let is_empty = value.as_str() == Some("") || value.is_null();
                if in_path && is_empty || route.carrier() != Carrier::Json && value.is_null() {
                    continue;
                }
                let mut values = required.clone();
                values.insert(name.to_owned(), value.clone());
                let answer = call(&world, &route, &values).await;
                let names = names_in(field, &value, spelling);
                assert_eq!(
                    complains(&route, &answer, names),
                    !ok,
                    "{} {} {name} = {value}: {answer}",
                    route.method,
                    route.path
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// The name that a complaint holds: of the field, or of the innermost field inside it.
fn names_in(field: &Field, value: &Value, spelling: Spelling) -> &'static str {
    let inner = match (field.kind, value.as_object().and_then(|inner| inner.iter().next())) {
        (Kind::Object(fields), Some((name, value))) => {
            fields.iter().find(|field| field.snake == name).map(|field| (field, value))
        }
        _ => None,
    };
    inner.map_or(field.name(spelling), |(field, value)| names_in(field, value, spelling))
}

/// The published lengths (neroom-server §3, §4, nim §1.3 and §1.4), apart from the table that the server checks with.
/// 128 for an IM token on the room side, where the page says 64, is a decision of ours, and so are those of `ext`, `role`
/// and `notify_ext`, of which no page says anything.
const ROOM: &[(&str, usize)] = &[
    ("user_uuid", 32),
    ("user_token", 64),
    ("user_name", 64),
    ("icon", 1000),
    ("avatar", 1000),
    ("im_accid", 32),
    ("im_token", 128),
    ("device_id", 64),
    ("user_uuids", 32),
    ("room_archive_id", 36),
    ("room_uuid", 64),
    ("room_name", 64),
    ("password", 64),
    ("host_user_uuid", 32),
    ("ext", 4096),
    ("role", 32),
    ("notify_ext", 1024),
    ("message", 500),
    ("sender_user_uuid", 32),
    ("msg_id", 64),
    ("attach", 4096),
    ("data", 4096),
    ("roles", 32),
];
const IM_V1: &[(&str, usize)] = &[
    ("accid", 32),
    ("token", 128),
    ("name", 64),
    ("icon", 1024),
    ("sign", 256),
    ("email", 64),
    ("birth", 16),
    ("mobile", 32),
    ("ex", 1024),
    ("kick_notify_ext", 1024),
    ("accids", 32),
];
const IM_V2: &[(&str, usize)] = &[
    ("account_id", 32),
    ("token", 128),
    ("name", 64),
    ("avatar", 1024),
    ("sign", 256),
    ("email", 64),
    ("birthday", 16),
    ("mobile", 32),
    ("extension", 1024),
    ("kick_notify_extension", 1024),
    ("account_ids", 32),
    ("device_id_list", 64),
];
/// The most items of a list.
const ITEMS: &[(&str, usize)] =
    &[("accids", 200), ("account_ids", 200), ("user_uuids", 100), ("device_id_list", 20), ("roles", 100)];

fn published(table: &[(&str, usize)], name: &str) -> usize {
    table
        .iter()
        .find(|(named, _)| *named == name)
        .unwrap_or_else(|| panic!("{name} has no published length"))
        .1
}

fn assert_lengths(table: &[(&str, usize)], fields: &[Field]) {
    for field in fields {
        match field.kind {
            Kind::Text(rule) => assert_eq!(rule.max_chars, published(table, field.snake), "{}", field.snake),
            Kind::Texts { each, max } => {
                assert_eq!(each.max_chars, published(table, field.snake), "{}", field.snake);
                assert_eq!(max, published(ITEMS, field.snake), "{}", field.snake);
            }
            Kind::Object(inner) => assert_lengths(table, inner),
            Kind::Flag | Kind::Number { .. } | Kind::Word(_) | Kind::TextMap { .. } | Kind::Free => {}
        }
    }
}

#[test]
fn lengths_are_the_published_ones() {
    for route in routes() {
        match route.family {
            // Its token may be a dynamic one, which is a signed JSON text.
            _ if route.access == Access::Login => {}
            Family::Room | Family::RoomOld => assert_lengths(ROOM, route.fields),
            Family::ImV1 => assert_lengths(IM_V1, route.fields),
            Family::ImV2 => assert_lengths(IM_V2, route.fields),
        }
    }
}
