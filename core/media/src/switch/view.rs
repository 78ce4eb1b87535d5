//! What of a picture a slot is sent: which layer, and when it can change over.

use crate::codec::{Reading, TEMPORALS};
use crate::facts::Packet;

/// What of a picture is sent, and what is to be.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The layer that is sent; none before the first key frame.
    pub(super) current: Option<u8>,
    /// The layer that is to be sent.
    pub(super) target: u8,
    /// The layer that would be sent if it were there.
    pub(super) wish: u8,
    /// How many layers there are, as far as its receiver knows.
    pub(super) layers: u8,
    /// The highest temporal layer that is sent, and that is to be.
    temporal: u8,
    pub(super) temporal_target: u8,
    /// Not even the lowest fits.
    pub(super) paused: bool,
    /// What was allotted last, layer and temporal layer.
    pub(super) step: Option<(u8, u8)>,
    /// Until then nothing more is allotted.
    pub(super) held_until_us: u64,
    /// Since when not even the lowest fits, while it is still sent.
    pub(super) short_since_us: Option<u64>,
    /// Timestamp of the frame that is being sent.
    frame: Option<u32>,
}

impl Default for View {
    fn default() -> View {
        View {
            current: None,
            target: 0,
            wish: 0,
            layers: 1,
            temporal: 0,
            temporal_target: TEMPORALS as u8 - 1,
            paused: false,
            step: None,
            held_until_us: 0,
            short_since_us: None,
            frame: None,
        }
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is not of the stream that is sent.
    Ignored,
    /// It is, and is left out.
    LeftOut,
    /// It is sent.
    Sent,
    /// It is sent, and the stream begins with it.
    Begins,
}

impl View {
    /// Of a picture with so many layers.
    pub(super) fn new(layers: u8) -> View {
        View { layers, ..View::default() }
    }

    /// Nothing is sent until the next key frame.
    pub(super) fn stop(&mut self) {
        self.current = None;
        self.frame = None;
    }

    /// It waits for a key frame of its target. Where the layers are in one RTP stream, none is needed to go down.
    pub(super) fn waits(&self, is_simulcast: bool) -> bool {
        let is_there = |current| current == self.target || !is_simulcast && current > self.target;
        !self.paused && !self.current.is_some_and(is_there)
    }

    /// What becomes of a packet of a picture that is several RTP streams; `is_new` where none after it has come.
    pub(super) fn simulcast(&mut self, packet: &Packet<'_>, reading: &Reading, is_new: bool) -> Verdict {
        let layer = packet.encoding;
        if self.paused {
            return Verdict::Ignored;
        }
        if self.current != Some(layer) {
            let is_wanted = layer == self.target || layer == self.wish;
            if !reading.key || !(is_wanted || self.current.is_none() && layer <= self.wish) {
                return Verdict::Ignored;
            }
            self.current = Some(layer);
            self.temporal = self.temporal_target;
            self.frame = Some(packet.timestamp);
            return Verdict::Begins;
        }
        self.thin(packet, reading, is_new)
    }

    /// What becomes of a packet of a picture whose layers are in one RTP stream.
    pub(super) fn layered(&mut self, packet: &Packet<'_>, reading: &Reading, is_new: bool) -> Verdict {
        if self.paused {
            return Verdict::Ignored;
        }
        let Some(current) = self.current else {
            if !reading.key {
                return Verdict::Ignored;
            }
            self.current = Some(self.target);
            self.temporal = self.temporal_target;
            self.frame = Some(packet.timestamp);
            return Verdict::Begins;
        };
        if is_new {
            let begins = self.frame != Some(packet.timestamp);
            let joins = reading.joins && reading.spatial == current + 1 && reading.spatial <= self.target;
            if begins && (self.target < current || reading.key) {
                self.current = Some(self.target);
            } else if joins {
                self.current = Some(reading.spatial);
            }
        }
        if self.current.is_some_and(|current| reading.spatial > current) {
            return Verdict::LeftOut;
        }
        self.thin(packet, reading, is_new)
    }

    /// Leaves temporal layers out.
    fn thin(&mut self, packet: &Packet<'_>, reading: &Reading, is_new: bool) -> Verdict {
        if is_new {
            let begins = self.frame.replace(packet.timestamp) != Some(packet.timestamp);
            if reading.key {
                self.temporal = self.temporal_target;
            } else if begins {
                self.temporal = self.temporal.min(self.temporal_target);
            }
            if reading.sync && reading.temporal <= self.temporal_target {
                self.temporal = self.temporal.max(reading.temporal);
            }
        }
        if reading.temporal > self.temporal {
            return Verdict::LeftOut;
        }
        if let Some(onward) = reading.onward.filter(|_| is_new) {
            self.temporal = self.temporal.max(onward.min(self.temporal_target));
        }
        Verdict::Sent
    }
}
