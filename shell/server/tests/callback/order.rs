//! Everything arrives, in order along each room, whatever the servers do.

use super::server::{Answer, Server};
use super::{Post, SECRET, all, app, config};
use md5::{Digest, Md5};
use sha1::Sha1;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[tokio::test]
async fn an_event_is_signed_and_wrapped_as_documented() {
    let server = Server::new(|_, _| Answer::Ok).await;
    let one = app(1, all(&server.url));
    let post = Post::new(config(), std::slice::from_ref(&one)).await;
    post.tell(&one, 9, 1).await;
    let task = post.start();
    post.until_empty().await;
    task.abort();
    let [seen] = &server.seen()[..] else { panic!("one request") };
    assert_eq!(seen.json["requestId"], "event-1");
    assert_eq!(seen.json["eventType"], "USER_JOIN_ROOM");
    assert_eq!(seen.json["body"], serde_json::json!({"room": 9, "number": 1}));
    assert!(seen.json["timestamp"].is_i64());
    let header = |name: &str| seen.headers[name].as_str();
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!((header("appkey"), header("type")), ("app1", "ROOM"));
    let md5 = hex::encode(Md5::digest(seen.text.as_bytes()));
    assert_eq!(header("md5"), md5);
    let sum = hex::encode(Sha1::digest(format!("{SECRET}{md5}{}", header("curtime")).as_bytes()));
    assert_eq!(header("checksum"), sum);
    assert_eq!(header("curtime").len(), 13, "milliseconds");
}

#[tokio::test]
async fn rooms_keep_their_order_while_every_other_attempt_fails() {
    let server = Server::new(|n, _| match n % 6 {
        1 => Answer::Status(500),
        2 => Answer::Hangup,
        4 => Answer::Status(302),
        _ => Answer::Ok,
    })
    .await;
    let one = app(1, all(&server.url));
    let post = Post::new(config(), std::slice::from_ref(&one)).await;
    let task = post.start();
    for number in 0..12 {
        for room in 1..=4 {
            post.tell(&one, room, number).await;
        }
    }
    post.until_empty().await;
    task.abort();
    let taken = server.taken();
    assert_eq!(taken.len(), 4);
    for (room, numbers) in taken {
        assert_eq!(numbers, (0..12).collect::<Vec<_>>(), "room {room}");
    }
}

#[tokio::test]
async fn nothing_is_lost_when_server_and_sender_die() {
    let up = Arc::new(AtomicBool::new(false));
    let is_up = up.clone();
    let server = Server::new(
        move |_, _| if is_up.load(Ordering::Relaxed) { Answer::Late(3) } else { Answer::Silence },
    )
    .await;
    let one = app(1, all(&server.url));
    let mut post = Post::new(config(), std::slice::from_ref(&one)).await;
    for number in 0..20 {
        post.tell(&one, 1 + number % 2, number / 2).await;
    }
    for life in 0..6 {
        let task = post.start();
        up.store(life > 1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(40)).await;
        task.abort();
        let _ = task.await;
        post = post.reopened().await;
    }
    let task = post.start();
    post.until_empty().await;
    task.abort();
    for (room, numbers) in server.taken() {
        // Shown twice where nobody could note that it was taken; never out of order, never left out.
        let mut once = numbers.clone();
        once.dedup();
        assert_eq!(once, (0..10).collect::<Vec<_>>(), "room {room}: {numbers:?}");
    }
}

#[tokio::test]
async fn a_dead_server_of_one_app_does_not_slow_another() {
    let dead = Server::new(|_, _| Answer::Silence).await;
    let alive = Server::new(|_, _| Answer::Ok).await;
    let (one, two) = (app(1, all(&dead.url)), app(2, all(&alive.url)));
    let config = parlor_server::config::CallbackConfig {
        event_timeout_ms: 2_000,
        events_running: 32,
        events_per_app: 4,
        ..config()
    };
    let post = Post::new(config, &[one.clone(), two.clone()]).await;
    // More rooms than one look into the store sees.
    for room in 0..700 {
        post.tell(&one, room, 0).await;
    }
    let begun = Instant::now();
    let task = post.start();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for number in 0..20 {
        post.tell(&two, 1, number).await;
    }
    while alive.seen().len() < 20 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(begun.elapsed() < Duration::from_secs(30), "{} of 20", alive.seen().len());
    }
    // Four at once until the first times out, then one at a time.
    let few = 5 + begun.elapsed().as_secs() as usize / 2;
    assert!(dead.seen().len() <= few, "a silent server is asked by few: {}", dead.seen().len());
    assert_eq!(alive.taken()[&1], (0..20).collect::<Vec<_>>());
    task.abort();
}

#[tokio::test]
async fn what_is_refused_again_and_again_holds_nobody_up() {
    let server = Server::new(|_, json| match json["body"]["number"].as_u64() {
        Some(1) => Answer::Body(r#"{"code":414}"#),
        _ => Answer::Ok,
    })
    .await;
    let one = app(1, all(&server.url));
    let post = Post::new(config(), std::slice::from_ref(&one)).await;
    for number in 0..4 {
        post.tell(&one, 1, number).await;
    }
    let task = post.start();
    post.until_empty().await;
    task.abort();
    assert_eq!(server.taken()[&1], [0, 2, 3]);
    assert_eq!(server.seen().iter().filter(|seen| !seen.taken).count(), 5);
}

#[tokio::test]
async fn what_is_too_old_is_dropped() {
    let server = Server::new(|_, _| Answer::Status(503)).await;
    let one = app(1, all(&server.url));
    let config = parlor_server::config::CallbackConfig { event_keep_s: 0, ..config() };
    let post = Post::new(config, std::slice::from_ref(&one)).await;
    post.tell(&one, 1, 0).await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    let task = post.start();
    post.until_empty().await;
    task.abort();
    assert!(!server.seen().is_empty(), "it is tried before it is given up");
}
