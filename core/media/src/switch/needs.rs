//! What senders are asked for: key frames, and only the layers that somebody takes.

use super::Switch;
use super::peer::Peer;
use super::track::{Receiver, Track};
use crate::facts::{Layer, Output};
use crate::mutation::Mutation;
use crate::slab::Slab;

/// Between two questions for a key frame of one layer, whoever asks.
const ASK_EVERY_US: u64 = 500_000;
/// After this time without one the question is repeated.
const ASK_AGAIN_US: u64 = 1_000_000;
/// How long a layer is still called needed after nobody takes it any more.
const NEEDED_STAYS_US: u64 = 5_000_000;

impl Switch {
    /// Asks for the key frames that are wanted, where the last question is long enough ago.
    pub(super) fn ask(&mut self) {
        let is_free = self.has(Mutation::NoAskLimit);
        for (_, track) in self.tracks.iter_mut() {
            let Track { source, receivers, layers, is_open, .. } = track;
            for (layer, state) in (0..).zip(layers.iter_mut()) {
                state.is_key_wanted &= *is_open && !receivers.is_empty();
                let is_due = state.asked_us.is_none_or(|asked_us| self.now_us >= asked_us + ASK_EVERY_US);
                let is_due = is_due || is_free;
                if state.is_key_wanted && is_due {
                    state.is_key_wanted = false;
                    state.asked_us = Some(self.now_us);
                    self.outputs.push_back(Output::AskKeyFrame { source: *source, layer: Layer(layer) });
                }
            }
        }
    }

    /// Keeps what was measured, and wants key frames again for those that still wait.
    pub(super) fn measure(&mut self) {
        for (_, track) in self.tracks.iter_mut() {
            track.measure(self.now_us);
            if !track.is_picture() {
                continue;
            }
            let slot = |receiver: &Receiver| self.peers.get(receiver.peer)?.slots.get(receiver.slot);
            let views = track.receivers.iter().filter_map(slot).map(|slot| &slot.view);
            let is_simulcast = track.is_simulcast();
            let waited =
                views.filter(|view| view.waits(is_simulcast)).fold(0, |all, view| all | 1 << view.target);
            for layer in (0..track.layer_count()).filter(|layer| waited & 1 << layer != 0) {
                track.want_key_again(self.now_us, layer, ASK_AGAIN_US);
            }
        }
    }

    /// Tells senders which layers somebody takes, if that has changed.
    pub(super) fn tell_needs(&mut self) {
        for (_, track) in self.tracks.iter_mut() {
            if !track.is_picture() || !track.is_open {
                continue;
            }
            let taken = taken(track, &self.peers);
            let mut needed = 0;
            for (layer, state) in (0..track.layer_count()).zip(&mut track.layers) {
                if taken & 1 << layer != 0 {
                    state.taken_us = self.now_us;
                }
                if taken & 1 << layer != 0 || self.now_us < state.taken_us + NEEDED_STAYS_US {
                    needed |= 1 << layer;
                }
            }
            if track.told_needs != Some(needed) {
                track.told_needs = Some(needed);
                let layers = (0..track.layer_count()).filter(|layer| needed & 1 << layer != 0).map(Layer);
                self.outputs.push_back(Output::Needed { source: track.source, layers: layers.collect() });
            }
        }
    }
}

/// The layers of a track that somebody takes, a bit for each.
fn taken(track: &Track, peers: &Slab<Peer>) -> u8 {
    let mut taken = 0;
    for receiver in &track.receivers {
        let slot = peers.get(receiver.peer).and_then(|peer| peer.slots.get(receiver.slot));
        let Some(view) = slot.map(|slot| &slot.view) else { continue };
        let layers = if view.paused {
            [Some(0), None, None]
        } else {
            [Some(view.wish), Some(view.target), view.current]
        };
        for layer in layers.into_iter().flatten() {
            taken |= if track.is_simulcast() { 1 << layer } else { (2 << layer) - 1 };
        }
    }
    taken
}
