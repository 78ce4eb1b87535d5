//! The way between a device and the relay: found, lost, changed, attacked.

use std::net::{TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use parlor_media::Kind;
use parlor_protocol::ids::ArchiveId;
use parlor_relay::{JoinCall, LeftCause, LineUse, RelayConfig, RelayError, RelayEvent};
use str0m::ice::{StunMessage, TransId};

use crate::device::{Device, Shape};
use crate::world::{FREE, ROOM, World};

fn heard(world: &World, place: usize) -> usize {
    world.devices[place].got(Kind::Audio).len()
}

/// Until more sound of one reached the other.
async fn hears_on(world: &mut World, speaker: usize, listener: usize) {
    let before = heard(world, listener);
    world
        .until("heard", |world| {
            world.speak(speaker);
            heard(world, listener) > before + 20
        })
        .await;
}

#[tokio::test]
async fn an_ice_restart_keeps_the_media_session() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    for place in [speaker, listener] {
        let device = &mut world.devices[place];
        let offer = device.restart();
        let (rtc_uid, media_id, lines) = (device.rtc_uid, device.media_id, device.lines.clone());
        let other = world.relay.offer(rtc_uid, media_id + 1, offer.clone(), lines.clone()).await;
        assert!(matches!(other, Err(RelayError::Gone)));
        let answer = world.relay.offer(rtc_uid, media_id, offer, lines).await.expect("an answer");
        world.devices[place].move_away();
        world.devices[place].accept(&answer);
        world.until("on the way again", |world| world.devices[place].ice.is_connected()).await;
        hears_on(&mut world, speaker, listener).await;
    }
    assert!(!world.told.iter().any(|event| matches!(event, RelayEvent::Left { .. })));
    let numbers = world.devices[listener].got(Kind::Audio);
    assert!(numbers.windows(2).all(|pair| *pair[1].seq_no > *pair[0].seq_no));
}

#[tokio::test]
async fn a_device_whose_address_changes_is_found_again() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    world.devices[listener].move_away();
    hears_on(&mut world, speaker, listener).await;
    // Who sends is found at once, by what is sent; checks come every few seconds.
    world.devices[speaker].move_away();
    let moved = Instant::now();
    hears_on(&mut world, speaker, listener).await;
    assert!(moved.elapsed() < Duration::from_millis(1500), "{:?}", moved.elapsed());
}

#[tokio::test]
async fn a_join_that_nobody_waits_for_leaves_nothing() {
    let mut world = World::new(RelayConfig { max_peers: 1, ..RelayConfig::default() });
    let (device, offer_sdp) = Device::new(1, Shape::default());
    let (rtc_uid, lines) = (device.rtc_uid, device.lines.clone());
    let join = world.relay.join(JoinCall { room: ROOM, rtc_uid, offer_sdp, lines, grant: FREE });
    assert!(tokio::time::timeout(Duration::ZERO, join).await.is_err(), "no answer is there at once");
    let (device, offer_sdp) = Device::new(2, Shape::default());
    let mut last = None;
    for _ in 0..100 {
        let join = JoinCall {
            room: ROOM,
            rtc_uid: device.rtc_uid,
            offer_sdp: offer_sdp.clone(),
            lines: device.lines.clone(),
            grant: FREE,
        };
        last = Some(world.relay.join(join).await);
        if matches!(last, Some(Ok(_))) {
            break;
        }
        world.pass(Duration::from_millis(20)).await;
    }
    assert!(matches!(last, Some(Ok(_))), "{last:?}");
}

#[tokio::test]
async fn a_device_without_a_sign_of_life_is_out() {
    let resume_window = Duration::from_millis(1500);
    let mut world = World::new(RelayConfig { resume_window, ..RelayConfig::default() });
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    let gone = world.devices.remove(speaker);
    world
        .until("out", |world| {
            world.told.iter().any(|event| {
                matches!(event, RelayEvent::Left { rtc_uid, media_id, cause: LeftCause::Silent, .. }
                    if *rtc_uid == gone.rtc_uid && *media_id == gone.media_id)
            })
        })
        .await;
    let resumed = world.relay.resume(gone.rtc_uid, gone.media_id).await;
    assert!(matches!(resumed, Err(RelayError::Gone)));
    let stays = &world.devices[0];
    world.told.clear();
    world.relay.resume(stays.rtc_uid, stays.media_id).await.expect("it is still there");
    world.until("told of its slots again", |world| world.slots(0).len() == 4).await;
}

#[tokio::test]
async fn a_device_that_leaves_is_told_and_its_slots_are_empty() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    world.relay.leave(world.devices[speaker].rtc_uid);
    world.until("told", |world| world.devices[speaker].closed).await;
    world.until("empty", |world| world.slots(listener).iter().all(|slot| slot.source.is_none())).await;
    assert!(!world.told.iter().any(|event| matches!(event, RelayEvent::Left { .. })));
}

#[tokio::test]
async fn who_joins_again_has_another_media_session_and_the_first_is_gone() {
    let mut world = World::new(RelayConfig::default());
    let first = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    let again = world.join(1, Shape::default()).await;
    let (before, after) = (world.devices[first].media_id, world.devices[again].media_id);
    assert!(after > before);
    let whom = world.devices[first].rtc_uid;
    assert!(matches!(world.relay.resume(whom, before).await, Err(RelayError::Gone)));
    hears_on(&mut world, again, listener).await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_taken_is_refused_and_changes_nothing() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    let (device, offer) = Device::new(3, Shape::default());
    let join = |offer_sdp: String, lines| JoinCall {
        room: ROOM,
        rtc_uid: device.rtc_uid,
        offer_sdp,
        lines,
        grant: FREE,
    };
    for wrong in ["", "v=0", &offer.replace("a=fingerprint", "a=x"), &offer.replace("a=ice-ufrag", "a=x")] {
        let refused = world.relay.join(join(wrong.to_owned(), device.lines.clone())).await;
        assert!(matches!(refused, Err(RelayError::Offer(_) | RelayError::Line { .. })), "{refused:?}");
    }
    let mut lines = device.lines.clone();
    lines[0].usage = LineUse::Slot(Kind::Audio);
    let refused = world.relay.join(join(offer.clone(), lines)).await;
    assert!(matches!(refused, Err(RelayError::Line { .. })), "{refused:?}");
    hears_on(&mut world, speaker, listener).await;
}

#[tokio::test]
async fn garbage_changes_nothing() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    let relay = world.relay.local_udp();
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let mut packets =
        vec![vec![], vec![0; 20], vec![22; 100], vec![0x80; 12], vec![0x80, 200, 0, 1, 0, 0, 0, 0]];
    packets.push(vec![0xff; 1500]);
    packets.push(vec![0x90; 9000]);
    for username in ["00", "00abcdefabcdef:x", "ff:y", "63zzz:q"] {
        let message = StunMessage::binding_request(username, TransId::new(), true, 1, 1, true);
        let mut packet = vec![0; 200];
        let crypto = str0m::crypto::from_feature_flags();
        let hmac = |key: &[u8], parts: &[&[u8]]| crypto.sha1_hmac_provider.sha1_hmac(key, parts);
        let length = message.to_bytes(Some(b"not the password"), &mut packet, hmac).expect("it fits");
        packet.truncate(length);
        packets.push(packet);
    }
    for round in 0..2000 {
        for packet in &packets {
            let _ = stranger.send_to(packet, relay);
        }
        if round % 100 == 0 {
            hears_on(&mut world, speaker, listener).await;
        }
    }
    stranger.set_nonblocking(true).expect("not blocking");
    assert!(stranger.recv(&mut [0; 100]).is_err(), "nobody unknown is answered");
    assert!(!world.told.iter().any(|event| matches!(event, RelayEvent::Left { .. })));
}

#[tokio::test]
async fn a_call_goes_over_tcp() {
    let listening = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listening.local_addr().expect("an address");
    let mut world = World::new(RelayConfig { tcp_advertised: vec![address], ..RelayConfig::default() });
    let stream = std::net::TcpStream::connect(address).expect("a connection");
    let (accepted, _) = listening.accept().expect("a connection");
    world.relay.tcp(accepted, Vec::new());
    let (device, offer) = Device::over_tcp(1, Shape::default(), stream);
    let speaker = world.enter(ROOM, device, offer).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
    hears_on(&mut world, listener, speaker).await;
}

#[tokio::test]
async fn rooms_on_several_threads_are_reached_through_any_socket() {
    let mut world = World::new(RelayConfig { threads: 3, ..RelayConfig::default() });
    for room in 0..6 {
        let mut places = Vec::new();
        for rtc_uid in [10 + 2 * room, 11 + 2 * room] {
            let (device, offer) = Device::new(rtc_uid, Shape::default());
            places.push(world.enter(ArchiveId(room), device, offer).await);
        }
        hears_on(&mut world, places[0], places[1]).await;
    }
}

#[tokio::test]
async fn a_socket_for_both_families_takes_ipv4() {
    let udp = "[::]:0".parse().expect("an address");
    let advertised = vec!["127.0.0.1:0".parse().expect("an address")];
    let mut world = World::new(RelayConfig { udp, advertised, ..RelayConfig::default() });
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    hears_on(&mut world, speaker, listener).await;
}
