//! What packets of pictures say, and how it is renumbered: payloads and dependency descriptors of every codec through the switch
//! of a call. The input is a byte for the codec and the number of encodings, then packets: a byte of flags, the length of the
//! payload, that of the descriptor, and both.

use std::collections::BTreeMap;

use parlor_media::{
    Codec, Forward, Grant, Input, Kind, Output, Packet, Payload, SlotIndex, Source, Stream, Switch, Wanted,
};
use parlor_protocol::ids::RtcUid;

/// The encoding that a packet is of, in the low two bits of its flags.
pub const ENCODING: u8 = 3;
/// The last of a frame.
pub const MARKER: u8 = 4;
/// A number before it is missing.
pub const GAP: u8 = 8;
/// It is late: its number is one that was left out before.
pub const LATE: u8 = 16;
/// Time passes before it.
pub const TIME: u8 = 32;
/// The receiver wants more or less before it.
pub const DEMAND: u8 = 64;
/// The receiver asks for a key frame before it.
pub const KEY: u8 = 128;

const CODECS: [Codec; 6] = [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1, Codec::Opus, Codec::Red];
const ALL: Grant =
    Grant { audio: true, video: true, sub_video: true, system_audio: true, sees: true, hears: true };
/// Packets of one input; the rest is left out.
const MAX_PACKETS: usize = 256;
/// What of a payload is replaced at most.
const HEAD_MAX: usize = 8;

/// Plays the input to a call; how many packets came out.
pub fn run(input: &[u8]) -> usize {
    let Some((&first, mut rest)) = input.split_first() else { return 0 };
    let mut scene = Scene::new(CODECS[usize::from(first & 7) % CODECS.len()], (first >> 3) % 3 + 1);
    for _ in 0..MAX_PACKETS {
        let [flags, payload_length, descriptor_length, after @ ..] = rest else { break };
        let (payload, after) = after.split_at(usize::from(*payload_length).min(after.len()));
        let (descriptor, after) = after.split_at(usize::from(*descriptor_length).min(after.len()));
        rest = after;
        scene.packet(*flags, payload, descriptor);
    }
    scene.sent
}

/// A packet as an input holds it.
pub fn packet(flags: u8, payload: &[u8], descriptor: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap_or(u8::MAX);
    [&[flags, length(payload), length(descriptor)][..], payload, descriptor].concat()
}

/// One sends, two receive: one everything, one as the input says.
struct Scene {
    switch: Switch,
    source: Source,
    codec: Codec,
    now_us: u64,
    seqs: [u64; 4],
    timestamp: u32,
    below_best: u8,
    /// Of each receiver, what came in under which number there.
    numbers: [BTreeMap<u64, (u8, u64)>; 2],
    sent: usize,
}

impl Scene {
    fn new(codec: Codec, encodings: u8) -> Scene {
        let is_sound = matches!(codec, Codec::Opus | Codec::Red);
        let stream = if is_sound { Stream::Audio } else { Stream::Video };
        let source = Source { rtc_uid: RtcUid(1), stream };
        let mut scene = Scene {
            switch: Switch::new(),
            source,
            codec,
            now_us: 1_000_000,
            seqs: [100, 200_000, 300_000, 400_000],
            timestamp: 0,
            below_best: 0,
            numbers: [BTreeMap::new(), BTreeMap::new()],
            sent: 0,
        };
        for peer in 1..=3 {
            let slots = vec![Kind::Audio, Kind::Video];
            scene.tell(Input::Joined { peer: RtcUid(peer), slots, grant: ALL });
        }
        scene.tell(Input::Published { source, codec, encodings });
        scene.demand(2, 0);
        scene.demand(3, 0);
        scene
    }

    fn demand(&mut self, peer: u64, below_best: u8) {
        let wanted = vec![Wanted { source: self.source, width: 0, height: 0, below_best, priority: 0 }];
        self.tell(Input::Demanded { peer: RtcUid(peer), wanted });
    }

    fn tell(&mut self, input: Input) {
        self.switch.handle(self.now_us, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.switch.poll() {
            if let Output::Slots { slots, .. } = output {
                assert!(slots.iter().all(|slot| slot.layers <= 3 && slot.layer.0 < 3), "{slots:?}");
            }
        }
    }

    fn packet(&mut self, flags: u8, payload: &[u8], descriptor: &[u8]) {
        if flags & TIME != 0 {
            self.now_us += 700_000;
            self.tell(Input::Tick);
        }
        if flags & DEMAND != 0 {
            self.below_best = (self.below_best + 1) % 3;
            self.demand(3, self.below_best);
        }
        if flags & KEY != 0 {
            self.tell(Input::KeyFrameAsked { peer: RtcUid(2), slot: SlotIndex(1) });
        }
        let encoding = flags & ENCODING;
        let newest = &mut self.seqs[usize::from(encoding)];
        *newest += 1 + u64::from(flags & GAP != 0);
        let seq = if flags & LATE != 0 { *newest - 5 } else { *newest };
        let packet = Packet {
            source: self.source,
            encoding,
            codec: self.codec,
            seq,
            timestamp: self.timestamp,
            marker: flags & MARKER != 0,
            audio_level: None,
            dependency: (!descriptor.is_empty()).then_some(descriptor),
            payload,
        };
        self.timestamp = self.timestamp.wrapping_add(if flags & MARKER != 0 { 3000 } else { 0 });
        self.now_us += 1000;
        let Scene { switch, numbers, sent, .. } = self;
        switch.forward(self.now_us, &packet, &mut |forward| {
            *sent += 1;
            check(&packet, &forward);
            let numbers = &mut numbers[usize::from(forward.peer.0 == 3)];
            let other = numbers.insert(forward.seq, (encoding, seq));
            assert!(other.is_none_or(|other| other == (encoding, seq)), "two packets have one number");
        });
        self.drain();
    }
}

/// A packet that was forwarded is the one that came, but for its first bytes.
fn check(packet: &Packet<'_>, forward: &Forward<'_>) {
    assert!(forward.peer == RtcUid(2) || forward.peer == RtcUid(3), "it comes back");
    if let Payload::Patched { head, replaces, .. } = forward.payload {
        assert!(
            head.len() == replaces && replaces <= packet.payload.len() && replaces <= HEAD_MAX,
            "{forward:?}"
        );
        let changed = head.iter().zip(packet.payload).filter(|(new, old)| new != old).count();
        assert!(changed <= 3, "more than a picture id and TL0PICIDX has changed: {forward:?}");
    }
    assert!(forward.frame.is_none() || packet.dependency.is_some_and(|one| one.len() >= 3), "{forward:?}");
}
