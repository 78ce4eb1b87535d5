use crate::harness::{App, Home, PATIENCE};
use rustix::process::Signal;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CALLERS: usize = 8;
const BEFORE_THE_SIGNAL: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_sigterm_is_there_after_it() {
    let home = Home::new();
    let mut server = home.serve(&[]);
    let app = App::of(&home.json(&["app", "show", "first"]));
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (app, url, acknowledged) = (app.clone(), server.url.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut done = BTreeSet::new();
                for number in 0.. {
                    let accid = format!("load-{caller}-{number}");
                    let call = client
                        .post(format!("{url}/nimserver/user/create.action"))
                        .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
                        .body(format!("accid={accid}&token=t"));
                    let Ok(answer) = app.signed(call).send().await else { break };
                    let Ok(body) = answer.json::<serde_json::Value>().await else { break };
                    if body["code"] != 200 {
                        break;
                    }
                    done.insert(accid);
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                done
            })
        })
        .collect();
    while acknowledged.load(Ordering::Relaxed) < BEFORE_THE_SIGNAL {
        assert!(callers.iter().all(|caller| !caller.is_finished()), "a call failed before the signal");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.signal(Signal::TERM);
    let mut expected = BTreeSet::new();
    for caller in callers {
        expected.extend(caller.await.unwrap());
    }
    assert!(server.wait().success());
    let listed = home.json(&["account", "list", "--app", "first", "--limit", "10000"]);
    let found: BTreeSet<String> =
        listed.as_array().unwrap().iter().map(|row| row["accid"].as_str().unwrap().to_owned()).collect();
    let lost: Vec<_> = expected.difference(&found).collect();
    assert!(expected.len() >= BEFORE_THE_SIGNAL && lost.is_empty(), "lost {lost:?} of {}", expected.len());
}

#[tokio::test]
async fn a_request_that_runs_when_the_signal_comes_is_answered() {
    let home = Home::new();
    let mut server = home.serve(&[]);
    let app = App::of(&home.json(&["app", "show", "first"]));
    let client = reqwest::Client::new();
    let request =
        client.post(format!("{}/neroom/v3/users", server.url)).header("Content-Type", "application/json");
    let request = app.signed(request).build().unwrap();
    let body = json!({"user_uuid": "slow"}).to_string();
    let mut head = format!("POST /neroom/v3/users HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let (first, rest) = body.split_at(4);
    stream.write_all(format!("{head}\r\n{first}").as_bytes()).await.unwrap();
    // The server has the head once it answers on another connection what came later.
    client.get(format!("{}/healthz", server.url)).send().await.unwrap();
    server.signal(Signal::TERM);
    while TcpStream::connect(server.address()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.contains("\"code\":0"), "{answer}");
    assert!(server.wait().success());
}

#[tokio::test]
async fn a_slow_head_and_a_silent_connection_are_closed() {
    let home = Home::new();
    home.write("parlor.toml", "[listen]\nhead_timeout_ms = 300\n");
    let server = home.serve(&["--config", "parlor.toml"]);
    for start in ["", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "still open after {start:?}");
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_head_beyond_its_limit_is_refused() {
    let home = Home::new();
    let server = home.serve(&[]);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(64 * 1024));
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    assert!(server.stop().success());
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_and_places_come_back() {
    let home = Home::new();
    home.write("parlor.toml", "[listen]\nmax_connections = 2\n");
    let server = home.serve(&["--config", "parlor.toml"]);
    let held = [
        TcpStream::connect(server.address()).await.unwrap(),
        TcpStream::connect(server.address()).await.unwrap(),
    ];
    let mut third = TcpStream::connect(server.address()).await.unwrap();
    let mut byte = [0];
    let closed = tokio::time::timeout(PATIENCE, third.read(&mut byte)).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)));
    drop(held);
    let url = format!("{}/healthz", server.url);
    let begun = std::time::Instant::now();
    while reqwest::get(&url).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "places do not come back");
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn the_link_opens_at_its_path() {
    let home = Home::new();
    let server = home.serve(&[]);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let upgrade = "GET /link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut answer = vec![0; 512];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 101"));
    // The link is counted when its own task begins.
    let begun = std::time::Instant::now();
    let metrics = loop {
        let text = reqwest::get(format!("{}/metrics", server.url)).await.unwrap().text().await.unwrap();
        if text.contains("parlor_links 1") {
            break text;
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
    };
    assert!(metrics.contains("process_resident_memory_bytes"), "{metrics}");
    let begun = std::time::Instant::now();
    assert!(server.stop().success());
    // A link that never logged in does not hold the drain up; login_timeout_ms is 10 s.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn metrics_are_not_told_through_a_proxy() {
    let home = Home::new();
    let server = home.serve(&[]);
    let client = reqwest::Client::new();
    let url = format!("{}/metrics", server.url);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    let proxied = client.get(&url).header("X-Forwarded-For", "203.0.113.9").send().await.unwrap();
    assert_eq!(proxied.status(), 404);
    assert!(server.stop().success());
}
