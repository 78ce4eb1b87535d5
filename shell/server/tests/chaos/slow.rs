//! Those who take their time: half a head, half a handshake, half a frame, and ten thousand who say nothing.

use crate::attack::{LIMIT, World};
use crate::server::Place;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Connections that say nothing at all.
const SILENT: usize = 10_000;
/// Memory that one of them may cost while it lasts, KiB.
const SILENT_KIB: u64 = 32;
/// What a lost connection takes at least, KiB.
const LOST_KIB: u64 = 10;
/// What slow ones are given here.
const TIMEOUT_MS: &str = "2000";
/// What the silent ones are given: all of them are there before the first is closed.
const SILENT_TIMEOUT_MS: &str = "10000";

fn place(timeout_ms: &str) -> Place {
    Place::new(&[
        ("PARLOR__LISTEN__HEAD_TIMEOUT_MS", timeout_ms),
        ("PARLOR__LINK__LOGIN_TIMEOUT_MS", timeout_ms),
        ("PARLOR__TLS__HANDSHAKE_TIMEOUT_MS", timeout_ms),
        ("PARLOR__HTTP__BODY_TIMEOUT_MS", timeout_ms),
    ])
}

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(("127.0.0.1", world.place.port)).await.unwrap()
}

/// Reads to the end of the connection.
async fn closed(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let ended = tokio::time::timeout(LIMIT, stream.read_to_end(&mut said)).await;
    // A reset is an end too.
    let _ = ended.expect("the connection is not closed");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_ones_are_closed() {
    let world = World::new(place(TIMEOUT_MS)).await;
    // Half a head, then a byte now and then.
    let mut slow = connect(&world).await;
    slow.write_all(b"GET /link HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let begun = Instant::now();
    while slow.write_all(b"a").await.is_ok() {
        assert!(begun.elapsed() < LIMIT, "a head without end is waited for");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A body that does not come.
    let mut slow = connect(&world).await;
    let head = "POST /neroom/v3/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
    slow.write_all(head.as_bytes()).await.unwrap();
    assert!(closed(slow).await.starts_with("HTTP/1.1 200"), "a refusal, then the end");
    // Half a WebSocket frame.
    let mut slow = upgraded(&world).await;
    slow.write_all(&[0x82, 0x85, 1, 2]).await.unwrap();
    closed(slow).await;
    // A frame that says it is as long as memory.
    let mut slow = upgraded(&world).await;
    slow.write_all(&[0x82, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]).await.unwrap();
    closed(slow).await;
    world.serves().await;
    world.is_lean();
}

/// A connection on which the WebSocket is open.
async fn upgraded(world: &World) -> TcpStream {
    let mut stream = connect(world).await;
    let head = "GET /link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tls_handshake_that_does_not_end_is_ended() {
    let world = World::new(place(TIMEOUT_MS).with_tls()).await;
    let mut half = connect(&world).await;
    // The head of a record that announces a ClientHello.
    half.write_all(&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]).await.unwrap();
    let nothing = connect(&world).await;
    let mut plain = connect(&world).await;
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    for stream in [half, nothing, plain] {
        closed(stream).await;
    }
    world.is_lean();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_who_say_nothing_cost_little_and_are_closed() {
    let world = World::new(place(SILENT_TIMEOUT_MS)).await;
    let before_kib = world.server.rss_kib();
    let first_kib = silent_ones(&world).await;
    let second_kib = silent_ones(&world).await;
    println!("{SILENT} silent connections, twice: {before_kib} -> {first_kib} -> {second_kib} KiB");
    // The allocator keeps what the first ones took, for the second ones to use, and is never still. One that was lost
    // with each connection would be seen.
    assert!(
        second_kib < first_kib + SILENT as u64 * LOST_KIB,
        "{first_kib} -> {second_kib} KiB: memory is lost"
    );
}

/// Opens them, sees all of them closed; answers the memory that the server then has.
async fn silent_ones(world: &World) -> u64 {
    let before_kib = world.server.rss_kib();
    let mut silent = Vec::with_capacity(SILENT);
    for number in 0..SILENT {
        let mut stream = connect(world).await;
        if number % 2 == 0 {
            // It may be closed already: the first are old when the last come.
            let _ = stream.write_all(b"GET /link HT").await;
        }
        silent.push(stream);
    }
    let most_kib = world.server.rss_kib();
    world.serves().await;
    let mut closing = JoinSet::new();
    for stream in silent {
        closing.spawn(closed(stream));
    }
    while let Some(said) = closing.join_next().await {
        said.unwrap();
    }
    assert!(most_kib < before_kib + SILENT as u64 * SILENT_KIB);
    world.serves().await;
    world.server.rss_kib()
}
