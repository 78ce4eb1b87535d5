//! Pictures: demand, slots, key frames, layers.

mod rig;

use parlor_media::{Codec, Grant, Input, Kind, Output, SlotState, Wanted};
use rig::{ALL, Call, MS, SECOND, Sender, uid, video, wanted};

/// 1 to `senders` send, 100 receives.
fn room(senders: u64, slots: usize, encodings: u8) -> Call {
    let mut call = Call::new();
    for number in 1..=senders {
        call.join(number, &[]);
        call.publish(video(number), Codec::Vp8, encodings);
    }
    call.join(100, &[(Kind::Video, slots)]);
    call
}

fn simulcast(number: u64) -> [Sender; 3] {
    [0, 1, 2].map(|encoding| Sender::new(video(number), encoding, Codec::Vp8))
}

/// 30 pictures a second in all layers, of about 100, 400 and 1500 kbit/s.
fn film(call: &mut Call, senders: &mut [Sender], us: u64) {
    for frame in 0..us / (33 * MS) {
        for (sender, bytes) in senders.iter_mut().zip([400, 1600, 6000].into_iter().cycle()) {
            let due = call.asked(sender.source, sender.encoding).last().copied();
            let is_key = due.is_some_and(|at_us| at_us + 33 * MS > call.now_us) || frame == 0;
            call.frame_of(sender, is_key, 0, bytes);
        }
        call.pass(33 * MS);
    }
}

fn encodings(call: &Call, peer: u64) -> Vec<u8> {
    let mut seen: Vec<u8> = call.sent.iter().filter(|s| s.peer == peer).map(|s| s.encoding).collect();
    seen.dedup();
    seen
}

#[test]
fn a_picture_begins_with_a_key_frame_which_is_asked_for() {
    let mut call = room(1, 2, 1);
    let mut sender = Sender::new(video(1), 0, Codec::Vp8);
    assert_eq!(call.frame(&mut sender, true), 0, "nobody wants it");
    call.demand(100, vec![wanted(video(1), 640, 360)]);
    assert_eq!(call.asked(video(1), 0).len(), 1);
    assert_eq!(call.slot_of(100, video(1)), Some(0));
    assert_eq!(call.frame(&mut sender, false), 0);
    assert_eq!(call.frame(&mut sender, true), 1);
    assert_eq!(call.frame(&mut sender, false), 1);
    assert_eq!(call.sent[0].seq, 1);
    assert_eq!(call.sent[1].seq, 2);
}

#[test]
fn key_frames_are_asked_for_twice_a_second_whatever_the_number_of_receivers() {
    let mut call = room(1, 1, 1);
    let mut sender = Sender::new(video(1), 0, Codec::Vp8);
    for number in 200..240 {
        call.join(number, &[(Kind::Video, 1)]);
        call.demand(number, vec![wanted(video(1), 0, 0)]);
    }
    call.frame(&mut sender, true);
    for _ in 0..50 {
        for number in 200..240 {
            call.key_asked(number, 0);
        }
        call.pass(100 * MS);
    }
    let asked = call.asked(video(1), 0);
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] >= 500 * MS));
    assert!(asked.len() >= 9, "{}", asked.len());
    call.tell(Input::Left { peer: uid(1) });
    call.outputs.clear();
    call.pass(3 * SECOND);
    assert!(call.asked(video(1), 0).is_empty());
}

#[test]
fn a_key_frame_answers_all_that_asked_before_it() {
    let mut call = room(1, 1, 1);
    let mut sender = Sender::new(video(1), 0, Codec::Vp8);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    call.pass(100 * MS);
    call.key_asked(100, 0);
    call.frame(&mut sender, true);
    call.pass(3 * SECOND);
    assert_eq!(call.asked(video(1), 0).len(), 1);
}

#[test]
fn an_old_key_frame_is_no_beginning() {
    let mut call = room(1, 1, 1);
    let mut sender = Sender::new(video(1), 0, Codec::Vp8);
    let mut late = sender.clone();
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    sender.seq += 1;
    call.frame(&mut sender, false);
    assert_eq!(call.frame(&mut late, true), 0, "it came after what followed it");
    assert_eq!(call.frame(&mut sender, true), 1);
}

#[test]
fn after_a_fall_nothing_rises_for_a_while() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    film(&mut call, &mut senders, 2 * SECOND);
    call.estimate(100, 700_000);
    film(&mut call, &mut senders, SECOND);
    call.estimate(100, 3_000_000);
    film(&mut call, &mut senders, 2 * SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 1);
    film(&mut call, &mut senders, 3 * SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 2);
}

#[test]
fn a_question_without_an_answer_is_repeated() {
    let mut call = room(1, 1, 1);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    call.pass(5 * SECOND);
    let asked = call.asked(video(1), 0).len();
    assert!((5..=6).contains(&asked), "{asked}");
}

#[test]
fn a_freed_slot_is_used_again_as_late_as_possible_and_by_the_same_source_at_once() {
    let mut call = room(5, 3, 1);
    let want = |numbers: &[u64]| numbers.iter().map(|number| wanted(video(*number), 0, 0)).collect();
    call.demand(100, want(&[1, 2]));
    assert_eq!((call.slot_of(100, video(1)), call.slot_of(100, video(2))), (Some(0), Some(1)));
    call.demand(100, want(&[2]));
    call.demand(100, want(&[2, 3]));
    assert_eq!(call.slot_of(100, video(3)), Some(2), "the one that was never used goes first");
    call.demand(100, want(&[3]));
    call.demand(100, want(&[3, 4]));
    assert_eq!(call.slot_of(100, video(4)), Some(0), "then the one that has been free for longest");
    call.demand(100, want(&[4]));
    call.demand(100, want(&[4, 3]));
    assert_eq!(call.slot_of(100, video(3)), Some(2), "who comes back gets the own one");
    call.demand(100, want(&[1, 2, 3, 4, 5]));
    assert_eq!(call.slots(100).iter().filter(|slot| slot.source.is_some()).count(), 3);
}

#[test]
fn more_wanted_ones_get_the_slots() {
    let mut call = room(3, 1, 1);
    let of = |number, priority| Wanted { priority, ..wanted(video(number), 0, 0) };
    call.demand(100, vec![of(1, 0), of(2, 7), of(3, 3)]);
    assert_eq!(call.slot_of(100, video(2)), Some(0));
    call.tell(Input::Granted { peer: uid(2), grant: Grant { video: false, ..ALL } });
    assert_eq!(call.slot_of(100, video(3)), Some(0));
    call.tell(Input::Granted { peer: uid(100), grant: Grant { sees: false, ..ALL } });
    assert_eq!(
        call.slots(100)[0],
        SlotState { source: None, layer: parlor_media::Layer(0), layers: 0, paused: false }
    );
}

#[test]
fn numbers_times_and_picture_ids_go_on_when_the_source_changes() {
    let mut call = room(2, 1, 1);
    let mut one = Sender::new(video(1), 0, Codec::Vp8);
    let mut two = Sender::new(video(2), 0, Codec::Vp8);
    two.picture = 20_000;
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    for frame in 0..30 {
        call.frame(&mut one, frame == 0);
        call.pass(33 * MS);
    }
    call.demand(100, vec![wanted(video(2), 0, 0)]);
    for frame in 0..30 {
        call.frame(&mut one, false);
        call.frame(&mut two, frame == 5);
        call.pass(33 * MS);
    }
    assert_eq!(call.sent.len(), 30 + 25);
    for pair in call.sent.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let passed = (pair[1].at_us - pair[0].at_us) * 9 / 100;
        let told = u64::from(pair[1].timestamp.wrapping_sub(pair[0].timestamp));
        assert!(told.abs_diff(passed) <= 30, "{told} ticks in {passed}");
        let number = |payload: &[u8]| u16::from_be_bytes([payload[2] & 0x7f, payload[3]]);
        assert_eq!(number(&pair[1].payload), number(&pair[0].payload) + 1);
        assert_eq!(pair[1].payload[4], pair[0].payload[4].wrapping_add(1), "TL0PICIDX");
    }
    assert!(call.sent.iter().all(|sent| sent.variant.is_some() == (sent.source == video(2))));
}

#[test]
fn receivers_with_equal_numbers_share_a_variant() {
    let mut call = room(2, 1, 1);
    let mut one = Sender::new(video(1), 0, Codec::Vp8);
    let mut two = Sender::new(video(2), 0, Codec::Vp8);
    for number in [200, 201] {
        call.join(number, &[(Kind::Video, 1)]);
    }
    for number in [200, 201] {
        call.demand(number, vec![wanted(video(1), 0, 0)]);
    }
    call.frame(&mut one, true);
    for number in [200, 201, 100] {
        call.demand(number, vec![wanted(video(2), 0, 0)]);
    }
    two.picture = 900;
    call.sent.clear();
    assert_eq!(call.frame(&mut two, true), 3);
    let variants: Vec<_> = call.sent.iter().map(|sent| (sent.peer, sent.variant)).collect();
    assert_eq!(variants[0].1, variants[1].1);
    assert!(variants[0].1.is_some());
    assert_eq!(variants[2], (100, None));
}

#[test]
fn the_layer_that_fits_where_it_is_shown_is_sent() {
    for (width, height, layer) in
        [(160, 90, 0), (320, 180, 0), (480, 270, 1), (640, 360, 1), (1920, 1080, 2), (0, 0, 2)]
    {
        let mut call = room(1, 1, 3);
        call.demand(100, vec![wanted(video(1), width, height)]);
        film(&mut call, &mut simulcast(1), SECOND);
        assert_eq!(call.slots(100)[0].layer.0, layer, "{width}x{height}");
        assert_eq!(encodings(&call, 100).last(), Some(&layer), "{width}x{height}");
    }
    let mut call = room(1, 1, 3);
    call.demand(100, vec![Wanted { below_best: 1, ..wanted(video(1), 0, 0) }]);
    film(&mut call, &mut simulcast(1), SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 1);
}

#[test]
fn layers_change_at_key_frames_and_nothing_is_missing() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    call.demand(100, vec![wanted(video(1), 320, 180)]);
    film(&mut call, &mut senders, SECOND);
    call.demand(100, vec![wanted(video(1), 1280, 720)]);
    film(&mut call, &mut senders, SECOND);
    call.demand(100, vec![wanted(video(1), 640, 360)]);
    film(&mut call, &mut senders, SECOND);
    assert_eq!(encodings(&call, 100), [0, 2, 1]);
    for pair in call.sent.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let told = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!((1..=3200).contains(&told), "{told}");
        if pair[0].encoding != pair[1].encoding {
            assert_eq!(pair[1].payload[6] & 1, 0, "a key frame");
        }
    }
}

#[test]
fn what_the_way_carries_decides_and_does_not_flap() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    call.estimate(100, 3_000_000);
    film(&mut call, &mut senders, 2 * SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 2);
    call.estimate(100, 700_000);
    film(&mut call, &mut senders, SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 1);
    let before = encodings(&call, 100).len();
    for step in 0..20 {
        call.estimate(100, if step % 2 == 0 { 1_500_000 } else { 1_550_000 });
        film(&mut call, &mut senders, SECOND);
    }
    assert_eq!(encodings(&call, 100).len(), before, "1.45 Mbit/s do not fit with room to spare");
    call.estimate(100, 60_000);
    film(&mut call, &mut senders, 2 * SECOND);
    assert_eq!(call.slots(100)[0].layer.0, 0);
    assert!(!call.slots(100)[0].paused, "it may be a burst");
    film(&mut call, &mut senders, 2 * SECOND);
    let sent = call.sent.len();
    film(&mut call, &mut senders, SECOND);
    assert_eq!(call.sent.len(), sent);
    assert!(call.slots(100)[0].paused);
    call.estimate(100, 3_000_000);
    film(&mut call, &mut senders, 6 * SECOND);
    assert!(!call.slots(100)[0].paused);
    assert_eq!(call.slots(100)[0].layer.0, 2);
}

#[test]
fn a_burst_lowers_nothing() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    film(&mut call, &mut senders, 3 * SECOND);
    call.estimate(100, 1_800_000);
    for _ in 0..4 {
        film(&mut call, &mut senders, 4 * SECOND);
        call.frame_of(&mut senders[2], true, 0, 100_000);
    }
    film(&mut call, &mut senders, SECOND);
    let mut seen = encodings(&call, 100);
    assert_eq!(seen.pop(), Some(2));
    assert!(seen.iter().all(|encoding| *encoding == 0), "{seen:?}");
}

#[test]
fn everybody_gets_the_lowest_before_anybody_gets_more() {
    let mut call = room(3, 3, 3);
    let mut senders: Vec<Sender> = (1..=3).flat_map(simulcast).collect();
    let mut wants: Vec<_> = (1..=3).map(|number| wanted(video(number), 0, 0)).collect();
    wants[1].priority = 9;
    call.estimate(100, 900_000);
    call.demand(100, wants);
    film(&mut call, &mut senders, 4 * SECOND);
    let layer = |call: &Call, number| call.slots(100)[call.slot_of(100, video(number)).unwrap()].layer.0;
    assert_eq!([1, 2, 3].map(|number| layer(&call, number)), [0, 1, 0]);
    let desired = call.outputs.iter().rev().find_map(|(_, output)| match output {
        Output::Desired { current_bps, desired_bps, .. } => Some((*current_bps, *desired_bps)),
        _ => None,
    });
    let (current_bps, desired_bps) = desired.unwrap();
    assert!(current_bps <= 900_000 && desired_bps > 3_000_000, "{current_bps} of {desired_bps}");
}

#[test]
fn senders_are_told_which_layers_somebody_takes() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    assert_eq!(
        call.needed(video(1)),
        Some(vec![0, 1, 2]),
        "at first all, so that somebody who comes sees at once"
    );
    film(&mut call, &mut senders, 6 * SECOND);
    assert_eq!(call.needed(video(1)), Some(vec![]));
    call.demand(100, vec![wanted(video(1), 320, 180)]);
    assert_eq!(call.needed(video(1)), Some(vec![0]));
    film(&mut call, &mut senders, SECOND);
    call.demand(100, vec![wanted(video(1), 1280, 720)]);
    assert_eq!(call.needed(video(1)), Some(vec![0, 2]));
    film(&mut call, &mut senders, 3 * SECOND);
    assert_eq!(call.needed(video(1)), Some(vec![0, 2]), "it may come back soon");
    film(&mut call, &mut senders, 4 * SECOND);
    assert_eq!(call.needed(video(1)), Some(vec![2]));
}

#[test]
fn a_layer_that_is_not_sent_is_made_up_for_by_the_next_lower() {
    let mut call = room(1, 1, 3);
    let mut senders = simulcast(1);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    film(&mut call, &mut senders, 2 * SECOND);
    assert_eq!(encodings(&call, 100).last(), Some(&2));
    film(&mut call, &mut senders[..2], 4 * SECOND);
    assert_eq!(encodings(&call, 100).last(), Some(&1));
    assert_eq!(call.needed(video(1)).unwrap().last(), Some(&2), "it is still wanted");
    film(&mut call, &mut senders, SECOND);
    assert_eq!(encodings(&call, 100).last(), Some(&2));
}

#[test]
fn temporal_layers_are_left_out_without_a_hole() {
    let mut call = room(1, 1, 1);
    let mut sender = Sender::new(video(1), 0, Codec::Vp8);
    call.demand(100, vec![wanted(video(1), 0, 0)]);
    let mut film = |call: &mut Call, us: u64| {
        for frame in 0..us / (33 * MS) {
            let asked = call.asked(video(1), 0).last().is_some_and(|at_us| at_us + 33 * MS > call.now_us);
            let temporal = if asked { 0 } else { [0, 2, 1, 2][(frame % 4) as usize] };
            call.frame_of(&mut sender, asked, temporal, 2000);
            call.pass(33 * MS);
        }
    };
    film(&mut call, 2 * SECOND);
    call.estimate(100, 300_000);
    call.sent.clear();
    film(&mut call, 2 * SECOND);
    assert!((28..=34).contains(&call.sent.len()), "half the pictures: {}", call.sent.len());
    for pair in call.sent[2..].windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let number = |payload: &[u8]| u16::from_be_bytes([payload[2] & 0x7f, payload[3]]);
        assert_eq!(number(&pair[1].payload), number(&pair[0].payload) + 1);
        assert!(pair[1].payload[5] >> 6 <= 1);
    }
    call.estimate(100, 3_000_000);
    film(&mut call, 5 * SECOND);
    call.sent.clear();
    film(&mut call, SECOND);
    assert_eq!(call.sent.len(), 30);
}
