//! What the relay takes of a device, and in which form others get it.

use std::time::Duration;

use parlor_media::{Grant, Kind, Stream};
use parlor_relay::RelayConfig;

use crate::device::Shape;
use crate::world::{FREE, OPUS, World};

#[tokio::test]
async fn who_may_send_nothing_is_not_even_decrypted_and_is_heard_again_later() {
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
    world.relay.grant(whom, Grant::default());
    world.until("out of the slots", |world| !world.holds(listener, whom, Stream::Audio)).await;
    let before = heard(&world);
    for _ in 0..300 {
        world.speak(speaker);
        world.pass(Duration::from_millis(2)).await;
    }
    world.until("counted", |world| world.counts().dropped.not_granted >= 300).await;
    assert_eq!(heard(&world), before);
    world.relay.grant(whom, FREE);
    world
        .until("heard again", |world| {
            world.speak(speaker);
            heard(world) > before + 20
        })
        .await;
}

#[tokio::test]
async fn of_who_sends_more_than_it_may_the_best_is_kept() {
    let mut world = World::new(RelayConfig { max_up_bps: 1_000_000, ..RelayConfig::default() });
    let speaker = world.join(1, Shape { simulcast: true, ..Shape::default() }).await;
    let viewer = world.join(2, Shape::default()).await;
    world.want(viewer, speaker, 2);
    let (mut answered, mut low) = (0, 0);
    world
        .until("dropped", |world| {
            let asked = world.devices[speaker].key_frames_asked.len();
            world.show_sizes(speaker, [("q", 1), ("h", 4), ("f", 12)], asked > answered);
            world.speak(speaker);
            answered = asked;
            low = world.devices[viewer].got(Kind::Video).len();
            world.counts().dropped.over_limit > 500 && low > 50
        })
        .await;
    let device = &world.devices[viewer];
    let numbers = |kind| device.got(kind).iter().map(|packet| *packet.seq_no).collect::<Vec<_>>();
    for kind in [Kind::Audio, Kind::Video] {
        let numbers = numbers(kind);
        let lost = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
        // At 125 frames a second the lowest encoding alone is as much as is allowed, and may itself be cut.
        let most = if kind == Kind::Audio { 0 } else { numbers.len() / 2 };
        assert!(lost <= most, "{lost} holes in {} packets of {kind:?}", numbers.len());
    }
    assert_eq!(world.devices[speaker].held_bps.map(|bps| bps / 100_000), Some(10), "it was told");
    let counts = world.counts();
    assert!(counts.packets_in > 500 && counts.bytes_in > 500_000 && counts.forwarded > 50, "{counts:?}");
    assert!(counts.packets_out > counts.forwarded && counts.peers == 2, "{counts:?}");
    assert!(counts.turns.iter().sum::<u64>() > 50 && counts.turns_us > 0, "{counts:?}");
    assert!(counts.key_frames_asked > 0, "{counts:?}");
}

#[tokio::test]
async fn redundant_sound_goes_on_as_it_came_to_who_takes_it_and_plain_to_others() {
    let mut world = World::new(RelayConfig::default());
    let redundant = Shape { red: true, ..Shape::default() };
    let speaker = world.join(1, redundant).await;
    let (taker, other) = (world.join(2, redundant).await, world.join(3, Shape::default()).await);
    let heard = |world: &World, place: usize| world.devices[place].got(Kind::Audio).len();
    world
        .until("heard", |world| {
            world.speak_twice(speaker);
            heard(world, taker) > 20 && heard(world, other) > 20
        })
        .await;
    for packet in world.devices[taker].got(Kind::Audio) {
        assert_ne!(*packet.header.payload_type, OPUS);
        assert_eq!((packet.payload[0], packet.payload[4], packet.payload.len()), (0x80 | OPUS, OPUS, 18));
    }
    for packet in world.devices[other].got(Kind::Audio) {
        assert_eq!(*packet.header.payload_type, OPUS);
        assert!(packet.payload.starts_with(b"sound") && packet.payload.len() == 9);
    }
    // A sender may go over to plain sound at any time.
    let before = [heard(&world, taker), heard(&world, other)];
    world
        .until("heard on", |world| {
            world.speak(speaker);
            heard(world, taker) > before[0] + 20 && heard(world, other) > before[1] + 20
        })
        .await;
    let last =
        |place: usize| *world.devices[place].got(Kind::Audio).last().expect("sound").header.payload_type;
    assert_eq!([last(taker), last(other)], [OPUS, OPUS]);
}
