//! What the way to a receiver carries, shared out: sound first, then everybody's lowest layer, then more.

use std::cmp::Reverse;

use super::Switch;
use super::peer::Peer;
use super::track::Track;
use crate::codec::{LAYERS, TEMPORALS};
use crate::facts::{Kind, Output, Wanted};
use crate::mutation::Mutation;
use crate::slab::Slab;

/// What is raised must fit into this share of the estimate, in percent; what is held may use all of it.
const RAISE_PERCENT: u64 = 90;
/// After something had to be lowered nothing of that slot is raised for so long.
const HOLD_US: u64 = 4_000_000;
/// A picture is paused after not even the least of it fitted for so long: a burst passes, and a pause costs a key frame.
const PAUSE_AFTER_US: u64 = 3_000_000;
/// A layer is large enough if it has this share of the width or the height that it is shown in, in percent.
const ENOUGH_PERCENT: u32 = 85;
/// The highest temporal layer: all of them.
const ALL: u8 = TEMPORALS as u8 - 1;

/// One slot's part.
struct Part {
    slot: usize,
    track: usize,
    priority: u32,
    pixels: u64,
    steps: Vec<Step>,
    /// What it had before.
    held: Option<usize>,
    held_until_us: u64,
    short_since_us: Option<u64>,
    /// What it gets.
    taken: Option<usize>,
}

/// Something to send of a picture.
#[derive(Clone, Copy)]
struct Step {
    layer: u8,
    temporal: u8,
    bps: u64,
}

impl Switch {
    /// What the way to a device carries has been estimated anew.
    pub(super) fn estimate(&mut self, key: usize, bps: u64) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.estimate_bps = Some(bps);
            self.allocate(key);
        }
    }

    /// Shares out what the way to a device carries.
    pub(super) fn allocate(&mut self, key: usize) {
        let Some(peer) = self.peers.get(key) else { return };
        let sound = peer.slots.iter().filter(|slot| slot.kind == Kind::Audio);
        let sound = sound.filter_map(|slot| Some(self.tracks.get(slot.track?)?.sound_bps())).sum::<u64>();
        let mut parts = parts(peer, &self.tracks);
        parts.sort_by_key(|part| (Reverse(part.priority), Reverse(part.pixels), part.slot));
        let estimate_bps = peer.estimate_bps.filter(|_| !self.has(Mutation::BeyondEstimate));
        let current_bps = share(&mut parts, self.now_us, sound, estimate_bps.unwrap_or(u64::MAX));
        let most = |part: &Part| part.steps.last().map_or(0, |step| step.bps);
        let desired_bps = sound + parts.iter().map(most).sum::<u64>();
        for part in &parts {
            self.take(key, part);
        }
        self.tell_desired(key, current_bps, desired_bps);
    }

    /// Gives a slot its part.
    fn take(&mut self, key: usize, part: &Part) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let Some(track) = self.tracks.get_mut(part.track) else { return };
        let Some(view) = peer.slots.get_mut(part.slot).map(|slot| &mut slot.view) else { return };
        let told = (view.current.unwrap_or(view.target), view.layers, view.paused);
        let target = view.target;
        let was_stopped = view.paused || view.step.is_none();
        view.layers = track.layer_count();
        view.short_since_us = part.short_since_us;
        if part.taken < part.held {
            view.held_until_us = self.now_us + HOLD_US;
        }
        match part.taken.and_then(|taken| part.steps.get(taken)) {
            Some(step) => {
                view.paused = false;
                view.step = Some((step.layer, step.temporal));
                view.wish = step.layer;
                view.target = track.sent(self.now_us, step.layer);
                view.temporal_target = step.temporal;
            }
            None => {
                view.paused = true;
                view.step = None;
                (view.wish, view.target) = (0, 0);
                view.stop();
            }
        }
        if view.waits(track.is_simulcast()) && (was_stopped || view.target != target) {
            track.want_key(view.target);
        }
        if told != (view.current.unwrap_or(view.target), view.layers, view.paused) {
            Self::mark(peer, key, &mut self.changed);
        }
    }

    fn tell_desired(&mut self, key: usize, current_bps: u64, desired_bps: u64) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let near = |told: u64, now: u64| told.abs_diff(now) * 20 <= told;
        let is_told = peer.told_bps.is_some_and(|(c, d)| near(c, current_bps) && near(d, desired_bps));
        if !is_told {
            peer.told_bps = Some((current_bps, desired_bps));
            self.outputs.push_back(Output::Desired { peer: peer.rtc_uid, current_bps, desired_bps });
        }
    }
}

/// What each slot with a picture could be sent, and has been.
fn parts(peer: &Peer, tracks: &Slab<Track>) -> Vec<Part> {
    let slots = peer.slots.iter().enumerate().filter(|(_, slot)| slot.kind != Kind::Audio);
    let part = |(index, slot): (usize, &super::peer::Slot)| {
        let key = slot.track?;
        let track = tracks.get(key)?;
        let wanted = peer.wanted.iter().find(|wanted| wanted.source == track.source)?;
        let steps = steps(track, wanted);
        let before = slot.view.step;
        let held = before.and_then(|had| steps.iter().rposition(|step| (step.layer, step.temporal) <= had));
        Some(Part {
            slot: index,
            track: key,
            priority: wanted.priority,
            pixels: u64::from(wanted.width) * u64::from(wanted.height),
            steps,
            held,
            held_until_us: slot.view.held_until_us,
            short_since_us: slot.view.short_since_us,
            taken: None,
        })
    };
    slots.filter_map(part).collect()
}

/// What could be sent of a picture, from the least to all that is of use.
fn steps(track: &Track, wanted: &Wanted) -> Vec<Step> {
    let mut steps = Vec::with_capacity(LAYERS * TEMPORALS);
    for layer in 0..=best(track, wanted) {
        let most = track.temporal_max(layer);
        // A larger picture is not worth a jerky one.
        let least = if layer == 0 { 0 } else { most.saturating_sub(1) };
        for temporal in least..=most {
            let bps = track.bps(layer, temporal);
            steps.push(Step { layer, temporal: if temporal == most { ALL } else { temporal }, bps });
        }
    }
    steps
}

/// The highest layer that is of use: large enough for where it is shown, and allowed.
fn best(track: &Track, wanted: &Wanted) -> u8 {
    let top = track.layer_count() - 1;
    let allowed = top.saturating_sub(wanted.below_best);
    if wanted.width == 0 || wanted.height == 0 {
        return allowed;
    }
    let is_enough = |layer: &u8| {
        let (width, height) = track.size(*layer);
        let covers =
            |side: u32, shown: u32| u64::from(side) * 100 >= u64::from(shown) * u64::from(ENOUGH_PERCENT);
        covers(width, wanted.width) || covers(height, wanted.height)
    };
    (0..allowed).find(is_enough).unwrap_or(allowed)
}

/// Chooses a step for each part, which stand in the order of their importance. What is sent then, in bits per second.
fn share(parts: &mut [Part], now_us: u64, sound_bps: u64, estimate_bps: u64) -> u64 {
    let mut used = sound_bps;
    let raise_max = estimate_bps / 100 * RAISE_PERCENT;
    let mut raise = |part: &mut Part| {
        let next = part.taken.map_or(0, |taken| taken + 1);
        let Some(step) = part.steps.get(next) else { return false };
        let before = part.taken.and_then(|taken| part.steps.get(taken)).map_or(0, |step| step.bps);
        let after = (used - before).saturating_add(step.bps);
        let is_held = part.held.is_some_and(|held| next <= held);
        let max = if is_held { estimate_bps } else { raise_max };
        let fits = after <= max && (is_held || now_us >= part.held_until_us);
        let since_us = part.short_since_us.unwrap_or(now_us);
        let is_spared = next == 0 && is_held && now_us < since_us + PAUSE_AFTER_US;
        if fits || is_spared {
            part.taken = Some(next);
            used = after;
        }
        fits
    };
    for part in parts.iter_mut() {
        part.short_since_us = if raise(part) { None } else { part.short_since_us.or(Some(now_us)) };
    }
    for group in parts.chunk_by_mut(|one, other| one.priority == other.priority) {
        loop {
            let mut is_raised = false;
            for part in group.iter_mut().filter(|part| part.taken.is_some()) {
                is_raised |= raise(part);
            }
            if !is_raised {
                break;
            }
        }
    }
    used
}
