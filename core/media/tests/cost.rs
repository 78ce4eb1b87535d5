//! A packet allocates nothing, and costs what its receivers cost.

mod rig;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use parlor_media::{Codec, Kind, Packet};
use rig::{Call, Sender, audio, video, wanted};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the rules of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the rules of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn packet<'a>(sender: &Sender, payload: &'a [u8]) -> Packet<'a> {
    Packet {
        source: sender.source,
        encoding: sender.encoding,
        codec: sender.codec,
        seq: sender.seq,
        timestamp: sender.timestamp,
        marker: true,
        audio_level: (sender.codec == Codec::Opus).then_some((20, true)),
        dependency: None,
        payload,
    }
}

#[test]
fn forwarding_allocates_nothing() {
    let mut call = Call::new();
    for number in 1..=30 {
        call.join(number, &[(Kind::Audio, 6), (Kind::Video, 9)]);
        call.publish(audio(number), Codec::Opus, 1);
        call.publish(video(number), Codec::Vp8, 3);
    }
    for number in 2..=30 {
        call.demand(number, vec![wanted(video(1), 320, 180), wanted(video(number % 7 + 1), 0, 0)]);
    }
    let mut senders = [0, 1, 2].map(|encoding| Sender::new(video(1), encoding, Codec::Vp8));
    let mut voice = Sender::new(audio(1), 0, Codec::Opus);
    let frames: Vec<Vec<Vec<u8>>> = (0..200)
        .map(|frame| {
            senders.iter_mut().map(|sender| sender.vp8(frame % 50 == 0, frame % 2, false, 900)).collect()
        })
        .collect();
    let mut forwarded = 0;
    let before = ALLOCATIONS.get();
    for frame in &frames {
        call.now_us += 20_000;
        for (sender, payload) in senders.iter_mut().zip(frame) {
            sender.seq += 1;
            sender.timestamp += 1800;
            call.switch.forward(call.now_us, &packet(sender, payload), &mut |_| forwarded += 1);
        }
        voice.seq += 1;
        voice.timestamp += 960;
        call.switch.forward(call.now_us, &packet(&voice, &[1; 80]), &mut |_| forwarded += 1);
    }
    assert_eq!(ALLOCATIONS.get(), before);
    assert!(forwarded > 200 * 29, "{forwarded}");
}
