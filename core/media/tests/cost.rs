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

/// Frames of one stream, each of one packet; the descriptors of AV1 are those of two spatial layers.
fn film(codec: Codec) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    // One template for each layer, 320 x 180 and 640 x 360: "RTP Payload Format For AV1" appendix A.8.
    const STRUCTURE: [u8; 12] = [0x80, 0x01, 0xba, 0x21, 0x01, 0x3f, 0x00, 0xb3, 0x02, 0x7f, 0x01, 0x67];
    let frame = |frame: u16| {
        let key = frame.is_multiple_of(50);
        let [high, low] = frame.to_be_bytes();
        let payload = match codec {
            Codec::Vp9 => {
                let predicted = if key { 0 } else { 0x40 };
                vec![0xac | predicted, 0x80 | high, low, 0x10, low]
            }
            Codec::H264 => vec![if key { 0x65 } else { 0x41 }, 0x88, 0x84, 0],
            _ => vec![if key { 0x18 } else { 0x10 }, 0x32, 0, 0],
        };
        let dependency = (codec == Codec::Av1).then(|| {
            let structure = if key { &STRUCTURE[..] } else { &[] };
            [&[0xc0, high, low], structure].concat()
        });
        (payload, dependency)
    };
    (0..200).map(frame).collect()
}

#[test]
fn heads_of_all_codecs_allocate_nothing() {
    for codec in [Codec::Vp9, Codec::H264, Codec::Av1] {
        let mut call = Call::new();
        call.join(1, &[]);
        call.publish(video(1), codec, 1);
        for number in 2..=20 {
            call.join(number, &[(Kind::Video, 4)]);
            call.demand(number, vec![wanted(video(1), 0, 0)]);
        }
        let mut sender = Sender::new(video(1), 0, codec);
        let frames = film(codec);
        let (mut forwarded, mut allocated) = (0, 0);
        for (place, (payload, dependency)) in frames.iter().enumerate() {
            call.now_us += 20_000;
            sender.seq += 1;
            sender.timestamp += 1800;
            let packet = Packet { dependency: dependency.as_deref(), ..packet(&sender, payload) };
            let before = ALLOCATIONS.get();
            call.switch.forward(call.now_us, &packet, &mut |_| forwarded += 1);
            // What describes the frames after it comes with a key frame of AV1, and is kept.
            allocated += if place.is_multiple_of(50) { 0 } else { ALLOCATIONS.get() - before };
        }
        assert_eq!(allocated, 0, "{codec:?}");
        assert!(forwarded > 190 * 19, "{codec:?} {forwarded}");
    }
}
