//! Ways that are lost and found.

use crate::bot::World;
use crate::frames::{hears, sees};
use parlor_sdk::{CallEvent, CallOptions, RoomStream};
use std::time::Duration;

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
    let before = speaker.call.stats().way.unwrap();
    speaker.call.network_changed();
    hears(&mut speaker, &mut listener, 150).await;
    let after = speaker.call.stats().way.unwrap();
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
    assert!(speaker.call.stats().way.unwrap().is_tcp);
    // A new way is one over TCP again.
    speaker.call.network_changed();
    hears(&mut speaker, &mut listener, 100).await;
}
