//! What of a device reaches the others.

use std::time::{Duration, Instant};

use parlor_media::{Grant, Kind, Layer, Stream};
use parlor_relay::{RelayConfig, RelayEvent};
use str0m::rtp::RtpPacket;

use crate::device::{PATIENCE, Shape};
use crate::world::{FRAME, FREE, World};

/// Bytes of a VP8 packet of ours that a receiver may get otherwise: the payload descriptor.
const DESCRIPTOR: usize = 6;

/// Consecutive numbers, also on the wire.
fn is_dense(packets: &[&RtpPacket]) -> bool {
    packets.windows(2).all(|pair| *pair[1].seq_no == *pair[0].seq_no + 1)
}

fn frames(packets: &[&RtpPacket]) -> Vec<Vec<u8>> {
    packets.iter().map(|packet| packet.payload[DESCRIPTOR..].to_vec()).collect()
}

#[tokio::test]
async fn sound_and_picture_reach_the_others_as_they_were_sent() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listeners = [world.join(2, Shape::default()).await, world.join(3, Shape::default()).await];
    let whom = world.devices[speaker].rtc_uid;
    world.speak(speaker);
    world.show(speaker, &[None], true);
    for listener in listeners {
        world.want(listener, speaker, 0);
    }
    world
        .until("in the slots", |world| {
            let both = |place: usize| {
                world.holds(place, whom, Stream::Audio) && world.holds(place, whom, Stream::Video)
            };
            listeners.iter().all(|place| both(*place))
        })
        .await;
    world.until("asked for a key frame", |world| !world.devices[speaker].key_frames_asked.is_empty()).await;
    for round in 0..100_u32 {
        world.speak(speaker);
        world.show(speaker, &[None], round == 0);
        world.pass(FRAME).await;
    }
    world
        .until("heard and seen", |world| {
            let all = |place: usize| {
                let device = &world.devices[place];
                device.got(Kind::Audio).len() >= 100 && device.got(Kind::Video).len() >= 100
            };
            listeners.iter().all(|place| all(*place))
        })
        .await;
    let [one, other] = listeners.map(|place| &world.devices[place]);
    for device in [one, other] {
        let (sound, picture) = (device.got(Kind::Audio), device.got(Kind::Video));
        assert!(is_dense(&sound) && is_dense(&picture));
        assert!(sound.iter().all(|packet| packet.payload.starts_with(b"sound")));
        assert!(sound.iter().all(|packet| packet.header.ext_vals.audio_level == Some(-20)));
        assert!(picture.iter().all(|packet| packet.header.marker));
        assert!(picture[0].payload[DESCRIPTOR] == 0x10, "it begins with a key frame");
    }
    assert_eq!(frames(&one.got(Kind::Video)), frames(&other.got(Kind::Video)));
    assert!(world.devices[speaker].received.is_empty(), "nobody hears themselves");
}

#[tokio::test]
async fn what_is_not_granted_is_not_carried() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let listener = world.join(2, Shape::default()).await;
    let heard = |world: &World| world.devices[listener].got(Kind::Audio).len();
    world
        .until("heard", |world| {
            world.speak(speaker);
            heard(world) > 20
        })
        .await;
    let whom = world.devices[speaker].rtc_uid;
    world.relay.grant(whom, Grant { audio: false, ..FREE });
    world.until("out of the slots", |world| !world.holds(listener, whom, Stream::Audio)).await;
    let before = heard(&world);
    for _ in 0..50 {
        world.speak(speaker);
        world.pass(Duration::from_millis(2)).await;
    }
    assert_eq!(heard(&world), before);
    world.relay.grant(whom, FREE);
    world
        .until("heard again", |world| {
            world.speak(speaker);
            heard(world) > before + 20
        })
        .await;
    assert!(is_dense(&world.devices[listener].got(Kind::Audio)));
    let deaf = world.devices[listener].rtc_uid;
    world.relay.grant(deaf, Grant { hears: false, ..FREE });
    world.until("out of the slots again", |world| !world.holds(listener, whom, Stream::Audio)).await;
}

#[tokio::test]
async fn a_picture_comes_when_it_is_wanted_and_begins_with_a_key_frame() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let mut viewers = Vec::new();
    for rtc_uid in 2..5 {
        viewers.push(world.join(rtc_uid, Shape::default()).await);
    }
    world.show(speaker, &[None], true);
    for _ in 0..20 {
        world.show(speaker, &[None], false);
        world.pass(FRAME).await;
    }
    assert!(viewers.iter().all(|place| world.devices[*place].received.is_empty()));
    for viewer in &viewers {
        world.want(*viewer, speaker, 0);
    }
    let mut answered = 0;
    world
        .until("seen by all", |world| {
            let asked = world.devices[speaker].key_frames_asked.len();
            world.show(speaker, &[None], asked > answered);
            answered = asked;
            viewers.iter().all(|place| world.devices[*place].got(Kind::Video).len() > 50)
        })
        .await;
    for viewer in &viewers {
        let seen = world.devices[*viewer].got(Kind::Video);
        assert!(is_dense(&seen) && seen[0].payload[DESCRIPTOR] == 0x10);
    }
    assert!(answered <= 3, "three viewers at once were {answered} requests");
    world.devices[viewers[0]].ask_key_frame();
    world
        .until("asked for another", |world| {
            world.show(speaker, &[None], false);
            world.devices[speaker].key_frames_asked.len() > answered
        })
        .await;
}

#[tokio::test]
async fn a_receiver_gets_the_layer_that_it_wants() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape { simulcast: true, ..Shape::default() }).await;
    let viewer = world.join(2, Shape::default()).await;
    let rids = [Some("q"), Some("h"), Some("f")];
    let layer_seen = |world: &World, rid: u8, count: usize| {
        let seen = world.devices[viewer].got(Kind::Video);
        let tails =
            seen.iter().rev().take(count).filter(|packet| packet.payload[packet.payload.len() - 105] == rid);
        tails.count() == count
    };
    for (below_best, rid) in [(2, b'q'), (0, b'f'), (1, b'h'), (0, b'f')] {
        let mut answered = 0;
        world.want(viewer, speaker, below_best);
        world
            .until("in the wanted layer", |world| {
                let asked = world.devices[speaker].key_frames_asked.len();
                world.show(speaker, &rids, asked > answered);
                answered = asked;
                layer_seen(world, rid, 10)
            })
            .await;
    }
    assert!(is_dense(&world.devices[viewer].got(Kind::Video)));
    world.want(viewer, speaker, 2);
    let mut answered = 0;
    world
        .until("only the lowest is needed", |world| {
            let asked = world.devices[speaker].key_frames_asked.len();
            world.show(speaker, &rids, asked > answered);
            answered = asked;
            let needed = |event: &RelayEvent| match event {
                RelayEvent::Needed { layers, encodings, .. } => Some((layers.clone(), *encodings)),
                _ => None,
            };
            world.told.iter().rev().find_map(needed) == Some((vec![Layer(0)], 3))
        })
        .await;
}

#[tokio::test]
async fn levels_and_quality_are_told() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    world.join(2, Shape::default()).await;
    let whom = world.devices[speaker].rtc_uid;
    world
        .until("told", |world| {
            world.speak(speaker);
            let is_heard = |event: &RelayEvent| {
                matches!(event, RelayEvent::Levels { levels, .. } if levels.iter().any(|level| level.rtc_uid == whom))
            };
            let is_good = |event: &RelayEvent| {
                matches!(event, RelayEvent::Quality { devices, .. }
                    if devices.iter().any(|device| device.rtc_uid == whom && device.up == 1))
            };
            world.told.iter().any(is_heard) && world.told.iter().any(is_good)
        })
        .await;
}

#[tokio::test]
async fn what_a_receiver_lost_of_a_picture_is_sent_again() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let viewer = world.join(2, Shape::default()).await;
    world.speak(speaker);
    world.show(speaker, &[None], true);
    world.want(viewer, speaker, 0);
    world.until("asked for a key frame", |world| !world.devices[speaker].key_frames_asked.is_empty()).await;
    world.show(speaker, &[None], true);
    world.until("seen", |world| !world.devices[viewer].got(Kind::Video).is_empty()).await;
    // Sound and pictures alternate: with an even number the same of the two would be lost each time.
    world.devices[viewer].loses_one_in = 7;
    for _ in 0..100_u32 {
        world.speak(speaker);
        world.show(speaker, &[None], false);
        world.pass(FRAME).await;
    }
    world.devices[viewer].loses_one_in = 0;
    // What was lost last shows when more comes.
    for _ in 0..20_u32 {
        world.show(speaker, &[None], false);
        world.pass(FRAME).await;
    }
    world
        .until("seen whole", |world| {
            let mut numbers = world.devices[viewer]
                .got(Kind::Video)
                .iter()
                .map(|packet| *packet.seq_no)
                .collect::<Vec<_>>();
            numbers.sort_unstable();
            numbers.len() > 110 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
        })
        .await;
    let sound = world.devices[viewer].got(Kind::Audio).len();
    assert!(sound > 80, "{sound} packets of sound");
    let is_counted = |world: &mut World| world.counts().nacks > 0 && world.counts().retransmitted > 0;
    world.until("counted", is_counted).await;
}

#[tokio::test]
async fn who_was_away_begins_again_with_a_key_frame() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape::default()).await;
    let viewer = world.join(2, Shape::default()).await;
    world.show(speaker, &[None], true);
    world.want(viewer, speaker, 0);
    world.until("asked for a key frame", |world| !world.devices[speaker].key_frames_asked.is_empty()).await;
    world.show(speaker, &[None], true);
    for _ in 0..200_u32 {
        world.show(speaker, &[None], false);
        world.pass(FRAME).await;
    }
    let asked = world.devices[speaker].key_frames_asked.len();
    world.devices[viewer].is_away = true;
    for _ in 0..200_u32 {
        world.show(speaker, &[None], false);
        world.pass(FRAME).await;
    }
    assert_eq!(world.devices[speaker].key_frames_asked.len(), asked, "nobody is there who wants one");
    world.devices[viewer].is_away = false;
    world
        .until("asked for another", |world| {
            world.show(speaker, &[None], false);
            world.devices[speaker].key_frames_asked.len() > asked
        })
        .await;
}

#[tokio::test]
async fn a_receiver_behind_a_narrow_way_gets_less_and_the_others_all() {
    let mut world = World::new(RelayConfig::default());
    let speaker = world.join(1, Shape { simulcast: true, ..Shape::default() }).await;
    let wide = world.join(2, Shape::default()).await;
    let narrow = world.join(3, Shape::default()).await;
    world.devices[narrow].narrow(300_000);
    world.want(wide, speaker, 0);
    world.want(narrow, speaker, 0);
    // 15 frames a second: 125, 380 and 750 kbit/s.
    let sizes = [("q", 1), ("h", 3), ("f", 6)];
    let layer = |world: &World, place: usize| {
        world.slots(place).iter().find(|slot| slot.source.is_some()).map(|slot| slot.layer.0)
    };
    let (mut answered, mut level_since) = (0, Instant::now());
    let limit = Instant::now() + 3 * PATIENCE;
    loop {
        assert!(Instant::now() < limit, "wide {:?}, narrow {:?}", layer(&world, wide), layer(&world, narrow));
        let asked = world.devices[speaker].key_frames_asked.len();
        world.show_sizes(speaker, sizes, asked > answered);
        answered = asked;
        world.pass(Duration::from_millis(66)).await;
        if (layer(&world, wide), layer(&world, narrow)) != (Some(2), Some(0)) {
            level_since = Instant::now();
        }
        if level_since.elapsed() > Duration::from_secs(4) {
            break;
        }
    }
}
