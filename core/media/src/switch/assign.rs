//! What is in which slot: sound by itself, pictures as they are wanted.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::track::Receiver;
use super::view::View;
use super::{Moved, Switch};
use crate::facts::{Kind, Stream, Wanted};
use crate::mutation::Mutation;

/// Pictures that a device may want; more are not looked at.
const WANTED_MAX: usize = 1024;

impl Switch {
    /// Fills everybody's slots anew where there is something else to be heard or seen; what stays, stays where it is.
    pub(super) fn assign(&mut self) {
        let Moved { sound, pictures } = std::mem::take(&mut self.moved);
        if sound {
            self.enrol();
            for key in self.peers.keys() {
                self.fill_sound(key);
            }
        }
        if pictures {
            for key in self.peers.keys() {
                if self.fill_pictures(key) {
                    self.allocate(key);
                }
            }
            self.tell_needs();
        }
    }

    /// Fills the slots of one device.
    pub(super) fn fill_all(&mut self, key: usize) {
        self.fill_sound(key);
        if self.fill_pictures(key) {
            self.allocate(key);
            self.tell_needs();
        }
    }

    /// Which pictures a device wants from now on.
    pub(super) fn demand(&mut self, key: usize, mut wanted: Vec<Wanted>) {
        let mut seen = BTreeSet::new();
        wanted.truncate(WANTED_MAX);
        wanted.sort_by_key(|wanted| Reverse(wanted.priority));
        wanted.retain(|wanted| {
            matches!(wanted.source.stream, Stream::Video | Stream::SubVideo) && seen.insert(wanted.source)
        });
        if let Some(peer) = self.peers.get_mut(key) {
            peer.wanted = wanted;
        }
        self.fill_pictures(key);
        self.allocate(key);
        self.tell_needs();
    }

    /// Fills the slots for sound with the first of the ranking; never with the device's own.
    pub(super) fn fill_sound(&mut self, key: usize) {
        let Some(peer) = self.peers.get(key) else { return };
        let places = peer.slots.iter().filter(|slot| slot.kind == Kind::Audio).count();
        let hears = peer.grant.hears;
        let others = self
            .ranking
            .iter()
            .copied()
            .filter(|track| self.tracks.get(*track).is_some_and(|t| t.owner != key));
        let chosen: Vec<usize> = if hears { others.take(places).collect() } else { Vec::new() };
        self.fill(key, Kind::Audio, &chosen);
    }

    /// Fills the slots for pictures with what is wanted and there. Whether anything changed.
    fn fill_pictures(&mut self, key: usize) -> bool {
        let mut is_changed = false;
        for kind in [Kind::Video, Kind::SubVideo] {
            let Some(peer) = self.peers.get(key) else { return false };
            let places = peer.slots.iter().filter(|slot| slot.kind == kind).count();
            let wanted = peer.wanted.iter().filter_map(|wanted| self.by_source.get(&wanted.source)).copied();
            let is_there = |track: &usize| {
                let track = self.tracks.get(*track);
                peer.grant.sees && track.is_some_and(|t| t.kind() == kind && t.is_open && t.owner != key)
            };
            let chosen: Vec<usize> = wanted.filter(is_there).take(places).collect();
            is_changed |= self.fill(key, kind, &chosen);
        }
        is_changed
    }

    /// Puts these tracks into the slots of this kind, and nothing else. Whether anything changed.
    fn fill(&mut self, key: usize, kind: Kind, chosen: &[usize]) -> bool {
        let Some(peer) = self.peers.get(key) else { return false };
        let slots = peer.slots.iter().enumerate().filter(|(_, slot)| slot.kind == kind);
        let held: Vec<(usize, usize)> =
            slots.filter_map(|(index, slot)| Some((index, slot.track?))).collect();
        let mut is_changed = false;
        for (slot, track) in &held {
            if !chosen.contains(track) {
                self.vacate(key, *slot);
                is_changed = true;
            }
        }
        for track in chosen {
            if !held.iter().any(|(_, other)| other == track) {
                self.occupy(key, kind, *track);
                is_changed = true;
            }
        }
        is_changed
    }

    /// Frees a slot.
    pub(super) fn vacate(&mut self, key: usize, index: usize) {
        let is_told = !self.has(Mutation::SlotNotTold);
        let Some(peer) = self.peers.get_mut(key) else { return };
        let Some(slot) = peer.slots.get_mut(index) else { return };
        let Some(track) = slot.track.take() else { return };
        self.freed += 1;
        slot.freed = self.freed;
        if let Some(track) = self.tracks.get_mut(track) {
            track.receivers.retain(|receiver| *receiver != Receiver { peer: key, slot: index });
        }
        if is_told {
            Self::mark(peer, key, &mut self.changed);
        }
    }

    /// Puts a track into the slot that it was in last, otherwise into the one that has been free for longest: what is still on its
    /// way for a slot must not be shown as somebody else.
    fn occupy(&mut self, key: usize, kind: Kind, track_key: usize) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let Some(track) = self.tracks.get_mut(track_key) else { return };
        let free =
            peer.slots.iter().enumerate().filter(|(_, slot)| slot.kind == kind && slot.track.is_none());
        let best = free.min_by_key(|(_, slot)| (slot.source != Some(track.source), slot.freed));
        let Some(index) = best.map(|(index, _)| index) else { return };
        let slot = &mut peer.slots[index];
        slot.track = Some(track_key);
        slot.source = Some(track.source);
        slot.writer.restart();
        slot.view = View::new(track.layer_count());
        track.receivers.push(Receiver { peer: key, slot: index });
        Self::mark(peer, key, &mut self.changed);
    }
}
