//! Requests as the vendor's server SDK and apps send them, replayed over a socket; the answers must be the recorded
//! ones. In `tests/golden/*.http`, `>` is a request, `<` its answer (`"*"` is any value), and `~` a request whose
//! answer is lost on the way. The signature is added when a request is sent.

use crate::world::{APP, World};
use parlor_identity::token::check_sum;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Exchange {
    request: Vec<String>,
    answer: String,
}

fn exchanges(text: &str) -> Vec<Exchange> {
    let mut all = vec![Exchange::default()];
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let last = all.len() - 1;
        match line.split_at_checked(1) {
            Some((">" | "~", rest)) => all[last].request.push(rest.trim().to_owned()),
            Some(("<", rest)) => all[last].answer.push_str(rest),
            Some(_) => panic!("not a line of a golden file: {line}"),
            None if all[last].request.is_empty() => {}
            None => all.push(Exchange::default()),
        }
    }
    all.retain(|exchange| !exchange.request.is_empty());
    all
}

async fn send(address: SocketAddr, world: &World, nonce: &str, request: &[String]) -> Value {
    let head_end = request.iter().position(String::is_empty).unwrap();
    let (head, body) = (&request[..head_end], request.get(head_end + 1).cloned().unwrap_or_default());
    let cur_time = (world.node.clock.now_ms() / 1000).to_string();
    let mut text = format!("{} HTTP/1.1\r\n", head[0].replace("{appKey}", APP.key));
    for line in &head[1..] {
        text += &format!("{line}\r\n");
    }
    let sum = check_sum(APP.secret, nonce, &cur_time);
    text += &format!("AppKey: {}\r\nCurTime: {cur_time}\r\nNonce: {nonce}\r\nCheckSum: {sum}\r\n", APP.key);
    text += &format!("Content-Length: {}\r\nHost: {address}\r\nConnection: close\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

/// Whether an answer is the recorded one.
fn matches(found: &Value, recorded: &Value) -> bool {
    match (found, recorded) {
        (found, Value::String(any)) if any == "*" => !found.is_null(),
        (Value::Object(found), Value::Object(recorded)) => {
            found.len() == recorded.len()
                && recorded.iter().all(|(name, value)| found.get(name).is_some_and(|f| matches(f, value)))
        }
        (Value::Array(found), Value::Array(recorded)) => {
            found.len() == recorded.len() && found.iter().zip(recorded).all(|(f, r)| matches(f, r))
        }
        (found, recorded) => found == recorded,
    }
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let world = World::threaded().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = world.router.clone();
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        for exchange in exchanges(&std::fs::read_to_string(&path).unwrap()) {
            count += 1;
            let found = send(address, &world, &format!("nonce{count}"), &exchange.request).await;
            if exchange.answer.is_empty() {
                continue;
            }
            let recorded: Value = serde_json::from_str(&exchange.answer).unwrap();
            let place = format!("{}: {}", path.display(), exchange.request[0]);
            assert!(matches(&found, &recorded), "{place}\n   found {found}\nrecorded {recorded}");
        }
        server.abort();
    }
    assert!(count > 25, "{count}");
}
