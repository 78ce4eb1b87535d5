//! The switch of one call: its state and its `match`. What follows from a fact is in the files beside.

mod allocate;
mod assign;
mod forward;
mod loudness;
mod meter;
mod needs;
mod peer;
mod speak;
mod track;
mod view;
mod writer;

use std::collections::{BTreeMap, VecDeque};

use parlor_protocol::ids::RtcUid;

use crate::codec::LAYERS;
use crate::facts::{Codec, Grant, Input, Kind, Output, SlotIndex, Source, Stream};
use crate::mutation::Mutation;
use crate::slab::Slab;
use peer::Peer;
use speak::Speaker;
use track::Track;

/// How often what changes with time alone is looked at.
const TICK_US: u64 = 100_000;
/// In how many ticks each receiver's share is looked at again, some of them in each.
const ALLOCATE_TICKS: u64 = 5;

/// What has changed of what there is.
#[derive(Debug, Default)]
struct Moved {
    sound: bool,
    pictures: bool,
}

impl Moved {
    fn of(&mut self, track: &Track) {
        if track.is_picture() {
            self.pictures = true;
        } else {
            self.sound = true;
        }
    }
}

/// Who gets what in one call. Its cost per packet is that of the receivers of the packet, whatever else is in the call; a packet
/// allocates nothing.
#[derive(Debug, Default)]
pub struct Switch {
    now_us: u64,
    peers: Slab<Peer>,
    tracks: Slab<Track>,
    by_uid: BTreeMap<RtcUid, usize>,
    by_source: BTreeMap<Source, usize>,
    /// Tracks of sound that may be heard, the most important first.
    ranking: Vec<usize>,
    speaker: Speaker,
    /// Slots of how many have been freed: the order in which they are used again.
    freed: u64,
    outputs: VecDeque<Output>,
    /// Peers whose slots are to be told.
    changed: Vec<usize>,
    /// What there is to be heard and seen has changed since slots were filled.
    moved: Moved,
    next_tick_us: u64,
    ticks: u64,
    #[cfg(feature = "mutations")]
    planted: Option<Mutation>,
}

impl Switch {
    /// A call without anybody.
    pub fn new() -> Switch {
        Switch::default()
    }

    /// Takes a fact in, at this time. Facts about what is not there (a peer that has left, a slot beyond the last) say nothing.
    pub fn handle(&mut self, now_us: u64, input: Input) {
        self.now_us = self.now_us.max(now_us);
        match input {
            Input::Joined { peer, slots, grant } => self.join(peer, &slots, grant),
            Input::Granted { peer, grant } => self.grant(peer, grant),
            Input::Left { peer } => self.leave(peer),
            Input::Published { source, codec, encodings } => self.publish(source, codec, encodings),
            Input::Unpublished { source } => self.unpublish(source),
            Input::Demanded { peer, wanted } => {
                if let Some(&key) = self.by_uid.get(&peer) {
                    self.demand(key, wanted);
                }
            }
            Input::Estimated { peer, bps } => {
                if let Some(&key) = self.by_uid.get(&peer) {
                    self.estimate(key, bps);
                }
            }
            Input::KeyFrameAsked { peer, slot } => self.ask_for(peer, slot),
            Input::Tick => {}
        }
        self.assign();
        if self.now_us >= self.next_tick_us {
            self.next_tick_us = self.now_us + TICK_US;
            self.tick();
        }
        self.ask();
    }

    /// What follows from the facts so far, one after the other; nothing when all is told. To be emptied after each fact, before
    /// the next packet.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(key) = self.changed.pop() {
            let peer = self.peers.get_mut(key)?;
            return Some(Output::Slots { peer: peer.rtc_uid, slots: peer.tell() });
        }
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is due, in microseconds; never while nobody takes part.
    pub fn deadline(&self) -> Option<u64> {
        (!self.peers.is_empty()).then_some(self.next_tick_us)
    }

    /// Nothing is kept of anybody, which is so when nobody takes part and everything is told.
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
            && self.tracks.is_empty()
            && self.by_uid.is_empty()
            && self.by_source.is_empty()
            && self.ranking.is_empty()
            && self.changed.is_empty()
            && self.outputs.is_empty()
    }

    /// Plants a fault, or none.
    #[cfg(feature = "mutations")]
    pub fn plant(&mut self, mutation: Option<Mutation>) {
        self.planted = mutation;
    }

    /// True while this fault is planted.
    fn has(&self, mutation: Mutation) -> bool {
        #[cfg(feature = "mutations")]
        return self.planted == Some(mutation);
        #[cfg(not(feature = "mutations"))]
        {
            let _ = mutation;
            false
        }
    }

    /// What a device may send.
    fn may_send(&self, grant: Grant) -> Grant {
        match self.has(Mutation::NoGrant) {
            true => Grant { audio: true, video: true, sub_video: true, system_audio: true, ..grant },
            false => grant,
        }
    }

    fn join(&mut self, rtc_uid: RtcUid, slots: &[Kind], grant: Grant) {
        self.leave(rtc_uid);
        if self.peers.is_empty() {
            self.next_tick_us = self.now_us + TICK_US;
        }
        let key = self.peers.insert(Peer::new(rtc_uid, slots, grant));
        self.by_uid.insert(rtc_uid, key);
        self.changed.push(key);
        // Forwarding a packet may find that a peer's slots are to be told, and must not allocate for it.
        self.changed.reserve(self.by_uid.len());
        self.fill_all(key);
    }

    fn leave(&mut self, rtc_uid: RtcUid) {
        for stream in [Stream::Audio, Stream::Video, Stream::SubVideo, Stream::SystemAudio] {
            self.unpublish(Source { rtc_uid, stream });
        }
        let Some(key) = self.by_uid.remove(&rtc_uid) else { return };
        self.peers.remove(key);
        self.changed.retain(|changed| *changed != key);
        for (_, track) in self.tracks.iter_mut() {
            track.receivers.retain(|receiver| receiver.peer != key);
        }
    }

    fn grant(&mut self, rtc_uid: RtcUid, grant: Grant) {
        let Some(&key) = self.by_uid.get(&rtc_uid) else { return };
        let Some(peer) = self.peers.get_mut(key).filter(|peer| peer.grant != grant) else { return };
        peer.grant = grant;
        let grant = self.may_send(grant);
        for stream in [Stream::Audio, Stream::Video, Stream::SubVideo, Stream::SystemAudio] {
            let key = self.by_source.get(&Source { rtc_uid, stream });
            if let Some(track) = key.and_then(|key| self.tracks.get_mut(*key))
                && track.open(self.now_us, grant)
            {
                self.moved.of(track);
            }
        }
        self.fill_all(key);
    }

    fn publish(&mut self, source: Source, codec: Codec, encodings: u8) {
        let encodings = encodings.clamp(1, LAYERS as u8);
        let known = self.by_source.get(&source).and_then(|key| self.tracks.get(*key));
        if known.is_some_and(|track| track.is_same(codec, encodings)) {
            return;
        }
        self.unpublish(source);
        let Some(&owner) = self.by_uid.get(&source.rtc_uid) else { return };
        let Some(peer) = self.peers.get(owner) else { return };
        let mut track = Track::new(source, owner, codec, encodings);
        track.open(self.now_us, self.may_send(peer.grant));
        self.moved.of(&track);
        let key = self.tracks.insert(track);
        self.by_source.insert(source, key);
    }

    fn unpublish(&mut self, source: Source) {
        let Some(key) = self.by_source.remove(&source) else { return };
        let Some(track) = self.tracks.remove(key) else { return };
        self.moved.of(&track);
        for receiver in track.receivers {
            self.vacate(receiver.peer, receiver.slot);
        }
        self.ranking.retain(|ranked| *ranked != key);
    }

    fn ask_for(&mut self, rtc_uid: RtcUid, slot: SlotIndex) {
        let Some(peer) = self.by_uid.get(&rtc_uid).and_then(|key| self.peers.get(*key)) else { return };
        let Some(slot) = peer.slots.get(usize::from(slot.0)) else { return };
        let layer = slot.view.current.unwrap_or(slot.view.target);
        let track = slot.track.and_then(|key| self.tracks.get_mut(key));
        if let Some(track) = track
            && track.is_picture()
            && !slot.view.paused
        {
            track.want_key(layer);
        }
    }

    fn tick(&mut self) {
        self.rank();
        self.measure();
        self.ticks = self.ticks.wrapping_add(1);
        for key in self.peers.keys() {
            if (key as u64).wrapping_add(self.ticks).is_multiple_of(ALLOCATE_TICKS) {
                self.allocate(key);
            }
        }
        self.tell_needs();
        self.tell_levels();
    }

    /// Has the slots of a peer told if they differ from what it knows. Allocates nothing.
    fn mark(peer: &mut Peer, key: usize, changed: &mut Vec<usize>) {
        if !peer.is_marked {
            peer.is_marked = true;
            changed.push(key);
        }
    }
}
