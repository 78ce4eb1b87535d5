//! Sound: who is in whose slots, who is heard, who speaks.

mod rig;

use parlor_media::{Codec, Grant, Input, Kind, Output};
use rig::{ALL, Call, MS, SECOND, Sender, audio, uid};

fn room(peers: u64, slots: usize) -> (Call, Vec<Sender>) {
    let mut call = Call::new();
    for number in 1..=peers {
        call.join(number, &[(Kind::Audio, slots)]);
        call.publish(audio(number), Codec::Opus, 1);
    }
    let senders = (1..=peers).map(|number| Sender::new(audio(number), 0, Codec::Opus)).collect();
    (call, senders)
}

/// Everybody sends this loud for a while; numbers are those of dBov without the sign.
fn talk(call: &mut Call, senders: &mut [Sender], levels: &[u8], us: u64) {
    for _ in 0..us / (20 * MS) {
        for (sender, level) in senders.iter_mut().zip(levels) {
            call.sound(sender, *level);
        }
        call.pass(20 * MS);
    }
}

#[test]
fn all_hear_all_others_when_there_are_slots_enough() {
    let (mut call, mut senders) = room(3, 6);
    for number in 1..=3 {
        let slots = call.slots(number);
        assert_eq!(slots.iter().filter(|slot| slot.source.is_some()).count(), 2, "{number}");
        assert_eq!(call.slot_of(number, audio(number)), None);
    }
    assert_eq!(call.sound(&mut senders[0], 20), 2);
    let to: Vec<_> = call.sent.iter().map(|sent| (sent.peer, Some(sent.slot))).collect();
    assert_eq!(to, [(2, call.slot_of(2, audio(1))), (3, call.slot_of(3, audio(1)))]);
}

#[test]
fn who_is_muted_is_not_forwarded_and_tells_no_volume() {
    let (mut call, mut senders) = room(2, 6);
    talk(&mut call, &mut senders, &[10, 127], SECOND);
    assert!(call.outputs.iter().any(|(_, output)| matches!(output, Output::Levels { levels, speaker }
        if levels.len() == 1 && levels[0].rtc_uid == uid(1) && levels[0].level > 50 && *speaker == Some(uid(1)))));
    call.tell(Input::Granted { peer: uid(1), grant: Grant { audio: false, ..ALL } });
    assert_eq!(call.slot_of(2, audio(1)), None);
    call.outputs.clear();
    call.pass(200 * MS);
    assert!(
        matches!(call.outputs.last(), Some((_, Output::Levels { speaker: None, .. }))),
        "nor is it the speaker"
    );
    let before = call.sent.iter().filter(|sent| sent.source == audio(1)).count();
    talk(&mut call, &mut senders, &[10, 127], 3 * SECOND);
    assert_eq!(call.sent.iter().filter(|sent| sent.source == audio(1)).count(), before);
    let mut levels = call.outputs.iter().filter_map(|(_, output)| match output {
        Output::Levels { levels, speaker } => Some((levels.len(), *speaker)),
        _ => None,
    });
    assert_eq!(levels.next_back(), Some((0, None)), "told once more that it is silent");
    assert!(
        call.outputs
            .iter()
            .all(|(_, output)| !matches!(output, Output::Levels { levels, .. } if !levels.is_empty()))
    );
}

#[test]
fn numbers_go_on_over_a_pause() {
    let (mut call, mut senders) = room(2, 1);
    talk(&mut call, &mut senders, &[10, 127], SECOND);
    call.tell(Input::Granted { peer: uid(1), grant: Grant { audio: false, ..ALL } });
    talk(&mut call, &mut senders, &[10, 127], SECOND);
    call.tell(Input::Granted { peer: uid(1), grant: ALL });
    talk(&mut call, &mut senders, &[10, 127], SECOND);
    let heard: Vec<_> = call.sent.iter().filter(|sent| sent.peer == 2).collect();
    assert_eq!(heard.len(), 100);
    for pair in heard.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let passed = (pair[1].at_us - pair[0].at_us) * 48 / 1000;
        assert_eq!(u64::from(pair[1].timestamp.wrapping_sub(pair[0].timestamp)), passed);
        assert_eq!(pair[1].marker, passed > 960, "the first after the pause is marked");
    }
}

#[test]
fn the_loudest_get_the_slots_and_keep_them_against_those_that_are_hardly_louder() {
    let (mut call, mut senders) = room(5, 2);
    talk(&mut call, &mut senders, &[20, 22, 90, 90, 90], SECOND);
    let heard = |call: &Call| [1, 2, 3, 4].map(|number| call.slot_of(5, audio(number)).is_some());
    assert_eq!(heard(&call), [true, true, false, false]);
    talk(&mut call, &mut senders, &[20, 22, 18, 90, 90], SECOND);
    assert_eq!(heard(&call), [true, true, false, false], "2 to 4 dB are not enough");
    talk(&mut call, &mut senders, &[20, 60, 18, 90, 90], 2 * SECOND);
    assert_eq!(heard(&call), [true, false, true, false]);
    assert!(call.slot_of(1, audio(3)).is_some(), "who is in a slot of others does not count for itself");
}

#[test]
fn a_new_voice_is_heard_at_once() {
    let (mut call, mut senders) = room(5, 2);
    talk(&mut call, &mut senders, &[20, 60, 127, 127, 127], 2 * SECOND);
    call.outputs.clear();
    let began_us = call.now_us;
    talk(&mut call, &mut senders, &[20, 60, 127, 15, 127], SECOND);
    let at_us = call.outputs.iter().find_map(|(at_us, output)| match output {
        Output::Slots { peer, slots } if *peer == uid(5) => {
            slots.iter().any(|slot| slot.source == Some(audio(4))).then_some(*at_us)
        }
        _ => None,
    });
    assert!(at_us.unwrap() - began_us <= 200 * MS, "{}", at_us.unwrap() - began_us);
}

#[test]
fn the_speaker_changes_with_the_voice_and_not_with_a_cough() {
    let (mut call, mut senders) = room(3, 6);
    let speakers = |call: &mut Call| -> Vec<_> {
        let speaker = |(_, output)| match output {
            Output::Levels { speaker, .. } => speaker,
            _ => None,
        };
        call.outputs.drain(..).filter_map(speaker).collect()
    };
    talk(&mut call, &mut senders, &[20, 127, 127], SECOND);
    talk(&mut call, &mut senders, &[22, 10, 127], 100 * MS);
    talk(&mut call, &mut senders, &[20, 127, 127], SECOND);
    assert!(speakers(&mut call).iter().all(|speaker| *speaker == uid(1)));
    talk(&mut call, &mut senders, &[127, 20, 127], 2 * SECOND);
    assert_eq!(speakers(&mut call).last(), Some(&uid(2)));
}

#[test]
fn a_sender_may_change_between_opus_and_red() {
    let (mut call, mut senders) = room(2, 2);
    talk(&mut call, &mut senders, &[20, 127], 100 * MS);
    let told = call.outputs.len();
    call.publish(audio(1), Codec::Red, 1);
    senders[0].codec = Codec::Red;
    assert_eq!(call.sound(&mut senders[0], 20), 1);
    assert_eq!(call.outputs.len(), told);
    let last: Vec<_> = call.sent.iter().filter(|sent| sent.peer == 2).map(|sent| sent.seq).collect();
    assert_eq!(last, [1, 2, 3, 4, 5, 6]);
}
