//! Ways that are lost and found.

use crate::bot::World;
use crate::detour::Detour;
use crate::frames::{hears, sees};
use parlor_sdk::{CallEvent, CallOptions, RoomStream};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_server_restart_they_are_back_by_themselves() {
    let mut world = World::new(&[]).await;
    let mut speaker = world.bot("host", CallOptions::default()).await;
    let mut listener = world.bot("listener", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    speaker.call.publish(RoomStream::Video).await.unwrap();
    listener.want(&speaker);
    hears(&mut speaker, &mut listener, 10).await;
    sees(&mut speaker, &mut listener, 10).await;
    world.server.take().unwrap().kill().await;
    world.server = Some(world.place.start_ready().await);
    for bot in [&mut speaker, &mut listener] {
        bot.until("told that the way is lost", |event| *event == CallEvent::Reconnecting).await;
        bot.until("back", |event| *event == CallEvent::Connected).await;
        assert_eq!(bot.call.stats().reconnects, 1);
    }
    hears(&mut speaker, &mut listener, 10).await;
    sees(&mut speaker, &mut listener, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_network_is_another_way_in_the_same_media_session() {
    let world = World::new(&[]).await;
    let mut speaker = world.bot("host", CallOptions::default()).await;
    let mut listener = world.bot("listener", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut listener, 60).await;
    let before = speaker.way().await;
    speaker.call.network_changed();
    hears(&mut speaker, &mut listener, 150).await;
    let after = speaker.way().await;
    assert_ne!(before.local, after.local, "a new socket");
    assert_eq!(before.remote, after.remote);
    assert!(speaker.told.iter().all(|event| !matches!(event, CallEvent::Reconnecting)));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_udp_finds_no_way_packets_go_over_tcp() {
    // Nobody answers there; the TCP port stays the API's.
    let world = World::new(&[("PARLOR__MEDIA__ADVERTISED", "[\"127.0.0.1:9\"]")]).await;
    let options = CallOptions { tcp_after: Duration::from_millis(100), ..CallOptions::default() };
    let mut speaker = world.bot("host", options.clone()).await;
    let mut listener = world.bot("listener", options).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    speaker.call.publish(RoomStream::Video).await.unwrap();
    listener.want(&speaker);
    hears(&mut speaker, &mut listener, 100).await;
    sees(&mut speaker, &mut listener, 100).await;
    assert!(speaker.way().await.is_tcp);
    // A new way is one over TCP again.
    speaker.call.network_changed();
    hears(&mut speaker, &mut listener, 100).await;
}

/// A UDP port that is free.
fn free_port() -> SocketAddr {
    std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_udp_dies_in_a_call_tcp_takes_over() {
    let udp = free_port();
    let (detour, front) = Detour::to(udp).await;
    let (udp, advertised) = (format!("\"{udp}\""), format!("[\"{front}\"]"));
    let world = World::new(&[("PARLOR__MEDIA__UDP", &udp), ("PARLOR__MEDIA__ADVERTISED", &advertised)]).await;
    let mut speaker = world.bot("host", CallOptions::default()).await;
    let mut listener = world.bot("listener", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut listener, 60).await;
    assert!(!speaker.way().await.is_tcp);
    drop(detour);
    let died = Instant::now();
    for bot in [&mut speaker, &mut listener] {
        bot.until("told that the way is lost", |event| *event == CallEvent::Reconnecting).await;
        bot.until("back", |event| *event == CallEvent::Connected).await;
    }
    let away = died.elapsed();
    assert!(away < Duration::from_secs(15), "{away:?}");
    hears(&mut speaker, &mut listener, 100).await;
    assert!(speaker.way().await.is_tcp);
    assert!(listener.way().await.is_tcp);
}
