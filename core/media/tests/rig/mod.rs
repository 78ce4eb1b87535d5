//! A call to test: peers, packets with a clock, what came out.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;

use parlor_media::{
    Codec, Grant, Input, Kind, Layer, Output, Packet, Payload, SlotIndex, SlotState, Source, Stream, Switch,
    Wanted,
};
use parlor_protocol::ids::RtcUid;

pub(crate) const MS: u64 = 1000;
pub(crate) const SECOND: u64 = 1_000_000;

pub(crate) const ALL: Grant =
    Grant { audio: true, video: true, sub_video: true, system_audio: true, sees: true, hears: true };

pub(crate) fn uid(number: u64) -> RtcUid {
    RtcUid(number)
}

pub(crate) fn audio(number: u64) -> Source {
    Source { rtc_uid: uid(number), stream: Stream::Audio }
}

pub(crate) fn video(number: u64) -> Source {
    Source { rtc_uid: uid(number), stream: Stream::Video }
}

pub(crate) fn wanted(source: Source, width: u32, height: u32) -> Wanted {
    Wanted { source, width, height, below_best: 0, priority: 0 }
}

/// A packet that was forwarded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) at_us: u64,
    pub(crate) peer: u64,
    pub(crate) slot: usize,
    pub(crate) source: Source,
    pub(crate) encoding: u8,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
    pub(crate) variant: Option<u32>,
    /// What the peer had been told to be in the slot.
    pub(crate) told: Option<Source>,
}

/// A sender's RTP stream.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) source: Source,
    pub(crate) encoding: u8,
    pub(crate) codec: Codec,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) picture: u16,
    pub(crate) base: u8,
}

impl Sender {
    pub(crate) fn new(source: Source, encoding: u8, codec: Codec) -> Sender {
        let start = source.rtc_uid.0 * 1000 + u64::from(encoding) * 100;
        Sender { source, encoding, codec, seq: start, timestamp: start as u32 * 7919, picture: 0, base: 0 }
    }

    /// The payload of the first packet of a VP8 frame.
    pub(crate) fn vp8(&mut self, key: bool, temporal: u8, sync: bool, bytes: usize) -> Vec<u8> {
        self.picture = (self.picture + 1) & 0x7fff;
        self.base = self.base.wrapping_add(u8::from(temporal == 0));
        let [high, low] = self.picture.to_be_bytes();
        let layer = temporal << 6 | u8::from(sync) << 5;
        let mut payload = vec![0x90, 0xe0, 0x80 | high, low, self.base, layer, u8::from(!key)];
        if key {
            let (width, height) = [(320_u16, 180_u16), (640, 360), (1280, 720)][usize::from(self.encoding)];
            payload.extend([0, 0, 0x9d, 0x01, 0x2a]);
            payload.extend(width.to_le_bytes());
            payload.extend(height.to_le_bytes());
        }
        payload.resize(bytes.max(payload.len()), 0xaa);
        payload
    }
}

/// A call and what came out of it.
pub(crate) struct Call {
    pub(crate) switch: Switch,
    pub(crate) now_us: u64,
    pub(crate) outputs: Vec<(u64, Output)>,
    pub(crate) sent: Vec<Sent>,
    told: BTreeMap<u64, Vec<SlotState>>,
}

impl Call {
    pub(crate) fn new() -> Call {
        Call {
            switch: Switch::new(),
            now_us: 50 * SECOND,
            outputs: Vec::new(),
            sent: Vec::new(),
            told: BTreeMap::new(),
        }
    }

    pub(crate) fn tell(&mut self, input: Input) {
        self.switch.handle(self.now_us, input);
        self.drain();
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.switch.poll() {
            if let Output::Slots { peer, slots } = &output {
                self.told.insert(peer.0, slots.clone());
            }
            self.outputs.push((self.now_us, output));
        }
    }

    /// Lets time pass, with ticks when they are due.
    pub(crate) fn pass(&mut self, us: u64) {
        let end_us = self.now_us + us;
        while let Some(due_us) = self.switch.deadline().filter(|due_us| *due_us <= end_us) {
            self.now_us = self.now_us.max(due_us);
            self.tell(Input::Tick);
        }
        self.now_us = end_us;
    }

    pub(crate) fn join(&mut self, number: u64, kinds: &[(Kind, usize)]) {
        let slots = kinds.iter().flat_map(|(kind, count)| vec![*kind; *count]).collect();
        self.tell(Input::Joined { peer: uid(number), slots, grant: ALL });
    }

    pub(crate) fn publish(&mut self, source: Source, codec: Codec, encodings: u8) {
        self.tell(Input::Published { source, codec, encodings });
    }

    pub(crate) fn demand(&mut self, number: u64, wanted: Vec<Wanted>) {
        self.tell(Input::Demanded { peer: uid(number), wanted });
    }

    pub(crate) fn estimate(&mut self, number: u64, bps: u64) {
        self.tell(Input::Estimated { peer: uid(number), bps });
    }

    /// A packet arrives; it takes the next number, and the timestamp as it stands.
    pub(crate) fn packet(
        &mut self,
        sender: &mut Sender,
        payload: &[u8],
        marker: bool,
        level: Option<u8>,
    ) -> usize {
        sender.seq += 1;
        let packet = Packet {
            source: sender.source,
            encoding: sender.encoding,
            codec: sender.codec,
            seq: sender.seq,
            timestamp: sender.timestamp,
            marker,
            audio_level: level.map(|level| (level, true)),
            dependency: None,
            payload,
        };
        self.arrives(&packet)
    }

    /// A packet arrives as it is. To how many it went.
    pub(crate) fn arrives(&mut self, packet: &Packet<'_>) -> usize {
        let Call { switch, now_us, sent, told, .. } = self;
        let before = sent.len();
        switch.forward(*now_us, packet, &mut |forward| {
            let mut payload = packet.payload.to_vec();
            let mut named = None;
            if let Payload::Patched { variant, head, replaces } = forward.payload {
                payload.splice(..replaces, head.iter().copied());
                named = Some(variant);
            }
            sent.push(Sent {
                at_us: *now_us,
                peer: forward.peer.0,
                slot: usize::from(forward.slot.0),
                source: packet.source,
                encoding: packet.encoding,
                seq: forward.seq,
                timestamp: forward.timestamp,
                marker: forward.marker,
                payload,
                variant: named,
                told: told
                    .get(&forward.peer.0)
                    .and_then(|slots| slots.get(usize::from(forward.slot.0)))
                    .and_then(|slot| slot.source),
            });
        });
        let count = self.sent.len() - before;
        self.drain();
        count
    }

    /// One VP8 frame of one packet.
    pub(crate) fn frame(&mut self, sender: &mut Sender, key: bool) -> usize {
        self.frame_of(sender, key, 0, 1000)
    }

    pub(crate) fn frame_of(&mut self, sender: &mut Sender, key: bool, temporal: u8, bytes: usize) -> usize {
        sender.timestamp = sender.timestamp.wrapping_add(3000);
        let payload = sender.vp8(key, temporal, temporal > 0, bytes);
        self.packet(sender, &payload, true, None)
    }

    /// 20 ms of sound.
    pub(crate) fn sound(&mut self, sender: &mut Sender, level: u8) -> usize {
        sender.timestamp = sender.timestamp.wrapping_add(960);
        self.packet(sender, &[0x78; 80], false, Some(level))
    }

    /// The newest that a peer was told of its slots.
    pub(crate) fn slots(&self, number: u64) -> Vec<SlotState> {
        self.told.get(&number).cloned().unwrap_or_default()
    }

    /// In which slot of a peer a source is.
    pub(crate) fn slot_of(&self, number: u64, source: Source) -> Option<usize> {
        self.slots(number).iter().position(|slot| slot.source == Some(source))
    }

    /// When key frames of this layer were asked for.
    pub(crate) fn asked(&self, of: Source, at: u8) -> Vec<u64> {
        let asked = |(at_us, output): &(u64, Output)| match output {
            Output::AskKeyFrame { source, layer } if *source == of && *layer == Layer(at) => Some(*at_us),
            _ => None,
        };
        self.outputs.iter().filter_map(asked).collect()
    }

    /// What a sender was told last of what is needed of it.
    pub(crate) fn needed(&self, of: Source) -> Option<Vec<u8>> {
        self.outputs.iter().rev().find_map(|(_, output)| match output {
            Output::Needed { source, layers } if *source == of => Some(layers.iter().map(|l| l.0).collect()),
            _ => None,
        })
    }

    pub(crate) fn key_asked(&mut self, number: u64, slot: usize) {
        self.tell(Input::KeyFrameAsked { peer: uid(number), slot: SlotIndex(slot as u8) });
    }
}
