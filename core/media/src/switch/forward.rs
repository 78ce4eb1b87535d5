//! The way of a packet: from its source to each slot that it is in. Nothing here allocates.

use super::Switch;
use super::peer::Slot;
use super::track::Track;
use super::view::Verdict;
use crate::codec::{Numbers, Reading};
use crate::facts::{Codec, Forward, Packet, Payload, SlotIndex};
use crate::mutation::Mutation;

/// Clock of sound (RFC 7587 section 4.1) and of pictures, in ticks per second.
const SOUND_HZ: u32 = 48_000;
const PICTURE_HZ: u32 = 90_000;

impl Switch {
    /// Takes a packet in, at this time, and hands on what each receiver gets of it. Any packet may come: what is no source of this
    /// call, or may not be forwarded, goes nowhere.
    pub fn forward(&mut self, now_us: u64, packet: &Packet<'_>, send: &mut impl FnMut(Forward<'_>)) {
        self.now_us = self.now_us.max(now_us);
        let Some(&key) = self.by_source.get(&packet.source) else { return };
        let Some(track) = self.tracks.get_mut(key) else { return };
        if !track.is_open || packet.encoding >= track.encodings {
            return;
        }
        if track.is_picture() {
            self.forward_picture(key, packet, send);
        } else if matches!(packet.codec, Codec::Opus | Codec::Red) {
            track.hear(self.now_us, packet);
            self.forward_sound(key, packet, send);
        }
    }

    fn forward_sound(&mut self, key: usize, packet: &Packet<'_>, send: &mut impl FnMut(Forward<'_>)) {
        let Some(track) = self.tracks.get(key) else { return };
        for receiver in &track.receivers {
            let Some(peer) = self.peers.get_mut(receiver.peer) else { continue };
            let Some(slot) = peer.slots.get_mut(receiver.slot) else { continue };
            let placed = slot.writer.place(self.now_us, packet, &Numbers::default(), SOUND_HZ);
            let Some(placed) = placed else { continue };
            send(Forward {
                peer: peer.rtc_uid,
                slot: index(receiver.slot),
                seq: placed.seq,
                timestamp: placed.timestamp,
                marker: packet.marker || placed.first,
                payload: Payload::AsIs,
                frame: None,
            });
        }
    }

    fn forward_picture(&mut self, key: usize, packet: &Packet<'_>, send: &mut impl FnMut(Forward<'_>)) {
        let is_begun = self.has(Mutation::BeforeKeyFrame);
        let Some(track) = self.tracks.get_mut(key) else { return };
        let Some(mut reading) = track.read(self.now_us, packet) else {
            self.leave_out(key, packet);
            return;
        };
        reading.key |= is_begun;
        for receiver in &track.receivers {
            let Some(peer) = self.peers.get_mut(receiver.peer) else { continue };
            let Some(slot) = peer.slots.get_mut(receiver.slot) else { continue };
            let before = slot.view.current.unwrap_or(slot.view.target);
            let verdict = slot.judge(track, packet, &reading);
            let sent = slot.view.current.unwrap_or(slot.view.target);
            if before != sent && !peer.is_marked {
                peer.is_marked = true;
                self.changed.push(receiver.peer);
            }
            if !matches!(verdict, Verdict::Sent | Verdict::Begins) {
                continue;
            }
            let placed = slot.writer.place(self.now_us, packet, &reading.numbers, PICTURE_HZ);
            let Some(placed) = placed else { continue };
            let closes = !track.is_simulcast() && reading.ends && reading.spatial == sent;
            let patched = placed.numbers.map(|(picture, base)| {
                let (head, length) = reading.numbers.patch(packet.payload, picture, base);
                (head, length, u32::from(picture) << 8 | u32::from(base))
            });
            let payload = match &patched {
                Some((head, length, variant)) if *length > 0 => Payload::Patched {
                    variant: *variant,
                    head: head.get(..*length).unwrap_or(head),
                    replaces: *length,
                },
                _ => Payload::AsIs,
            };
            send(Forward {
                peer: peer.rtc_uid,
                slot: index(receiver.slot),
                seq: placed.seq,
                timestamp: placed.timestamp,
                marker: packet.marker || closes,
                payload,
                frame: placed.frame,
            });
        }
    }

    /// A packet that says nothing, such as one of padding alone, goes nowhere.
    fn leave_out(&mut self, key: usize, packet: &Packet<'_>) {
        if self.has(Mutation::NumbersWithHoles) {
            return;
        }
        let Some(track) = self.tracks.get(key) else { return };
        for receiver in &track.receivers {
            let slot = self.peers.get_mut(receiver.peer).and_then(|peer| peer.slots.get_mut(receiver.slot));
            if let Some(slot) = slot {
                slot.leave_out(track, packet);
            }
        }
    }
}

impl Slot {
    /// Closes the gap that a packet of the stream that is sent would leave.
    fn leave_out(&mut self, track: &Track, packet: &Packet<'_>) {
        let is_sent = match self.view.current {
            Some(current) => !track.is_simulcast() || current == packet.encoding,
            None => false,
        };
        if is_sent {
            self.writer.skip(packet.seq, None);
        }
    }

    /// What becomes of a packet here; the numbers of one that is left out are taken care of.
    fn judge(&mut self, track: &Track, packet: &Packet<'_>, reading: &Reading) -> Verdict {
        let is_new = self.writer.is_new(packet.seq);
        let verdict = if track.is_simulcast() {
            self.view.simulcast(packet, reading, is_new)
        } else {
            self.view.layered(packet, reading, is_new)
        };
        match verdict {
            Verdict::Begins => self.writer.restart(),
            Verdict::LeftOut => {
                // Who decodes VP8 waits for frames whose picture ids are missing.
                let picture = reading.numbers.picture.filter(|_| packet.codec == Codec::Vp8);
                self.writer.skip(packet.seq, picture.map(|id| id.value));
            }
            Verdict::Ignored | Verdict::Sent => {}
        }
        verdict
    }
}

fn index(slot: usize) -> SlotIndex {
    SlotIndex(u8::try_from(slot).unwrap_or(u8::MAX))
}
