//! A device in the call, and its slots.

use parlor_protocol::ids::RtcUid;

use super::view::View;
use super::writer::Writer;
use crate::facts::{Grant, Kind, Layer, SlotState, Source, Wanted};

/// A device in the call.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) rtc_uid: RtcUid,
    pub(super) grant: Grant,
    pub(super) slots: Vec<Slot>,
    /// Pictures it wants, the most wanted first, each once.
    pub(super) wanted: Vec<Wanted>,
    /// What the way to it carries, in bits per second; unknown: everything.
    pub(super) estimate_bps: Option<u64>,
    /// What was told last of what it is sent and would be sent.
    pub(super) told_bps: Option<(u64, u64)>,
    /// Its slots are among those to be told.
    pub(super) is_marked: bool,
}

/// A place in which it receives one stream after the other.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) kind: Kind,
    /// What is in it.
    pub(super) track: Option<usize>,
    /// What is or was last in it.
    pub(super) source: Option<Source>,
    /// When it was freed, counted in slots; 0 = it was never used.
    pub(super) freed: u64,
    pub(super) writer: Writer,
    pub(super) view: View,
}

impl Peer {
    pub(super) fn new(rtc_uid: RtcUid, slots: &[Kind], grant: Grant) -> Peer {
        let slot = |kind: &Kind| Slot {
            kind: *kind,
            track: None,
            source: None,
            freed: 0,
            writer: Writer::default(),
            view: View::default(),
        };
        // A slot's index has 8 bits.
        let slots = slots.iter().take(256).map(slot).collect();
        Peer {
            rtc_uid,
            grant,
            slots,
            wanted: Vec::new(),
            estimate_bps: None,
            told_bps: None,
            is_marked: true,
        }
    }

    /// What is in its slots, which it is told now.
    pub(super) fn tell(&mut self) -> Vec<SlotState> {
        self.is_marked = false;
        self.slots.iter().map(Slot::state).collect()
    }
}

impl Slot {
    fn state(&self) -> SlotState {
        match self.track {
            None => SlotState { source: None, layer: Layer(0), layers: 0, paused: false },
            Some(_) => SlotState {
                source: self.source,
                layer: Layer(self.view.current.unwrap_or(self.view.target)),
                layers: self.view.layers,
                paused: self.view.paused,
            },
        }
    }
}
