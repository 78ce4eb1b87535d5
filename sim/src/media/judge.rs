//! What must not be in a call, told from the facts that went in and what came out, without a look inside.

use std::collections::{BTreeMap, BTreeSet};

use parlor_media::{Codec, Grant, Kind, Output, SlotState, Source, Stream, Wanted};
use parlor_protocol::ids::RtcUid;

use super::sender::begins;

/// Between two questions for a key frame of one layer.
const ASK_EVERY_US: u64 = 500_000;
/// After the last change of anything what is sent fits into what the way carries.
const SETTLED_US: u64 = 8_000_000;
/// What is sent is told anew when it has changed by a twentieth.
const TOLD_PERCENT: u64 = 106;
/// Numbers of a slot that are remembered, to tell a packet that came twice from two that have one number.
const REMEMBERED: usize = 64;

/// A device, by the facts alone.
#[derive(Debug)]
struct Member {
    grant: Grant,
    kinds: Vec<Kind>,
    wanted: Vec<Wanted>,
    told: Vec<SlotState>,
    estimate_bps: Option<u64>,
    current_bps: u64,
}

/// What came out in a slot so far.
#[derive(Debug)]
struct Trail {
    source: Source,
    encoding: u8,
    generation: u64,
    came: u64,
    went: u64,
    timestamp: u32,
    /// What comes next must be something to begin with.
    is_fresh: bool,
    at_us: u64,
    numbers: BTreeMap<u64, (Source, u8, u64, u64)>,
}

/// A packet that was forwarded.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) now_us: u64,
    pub(super) peer: RtcUid,
    pub(super) slot: usize,
    pub(super) source: Source,
    pub(super) encoding: u8,
    pub(super) codec: Codec,
    pub(super) generation: u64,
    pub(super) came: u64,
    pub(super) went: u64,
    pub(super) timestamp: u32,
    pub(super) payload: &'a [u8],
}

/// The judge of one call.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// Packets are lost, late and twice on their way in.
    is_lossy: bool,
    members: BTreeMap<RtcUid, Member>,
    published: BTreeSet<Source>,
    trails: BTreeMap<(RtcUid, usize), Trail>,
    asked: BTreeMap<(Source, u8), u64>,
    changed_us: u64,
    sound_bps: u64,
    verdict: Option<String>,
}

impl Judge {
    pub(super) fn new(is_lossy: bool) -> Judge {
        Judge { is_lossy, ..Judge::default() }
    }

    pub(super) fn verdict(&self) -> Option<&str> {
        self.verdict.as_deref()
    }

    pub(super) fn must(&mut self, is_so: bool, sentence: impl FnOnce() -> String) {
        if !is_so && self.verdict.is_none() {
            self.verdict = Some(sentence());
        }
    }

    pub(super) fn joined(&mut self, now_us: u64, peer: RtcUid, kinds: Vec<Kind>, grant: Grant) {
        self.left(now_us, peer);
        let told = Vec::new();
        let member = Member { grant, kinds, wanted: Vec::new(), told, estimate_bps: None, current_bps: 0 };
        self.members.insert(peer, member);
    }

    pub(super) fn granted(&mut self, now_us: u64, peer: RtcUid, grant: Grant) {
        self.changed_us = now_us;
        if let Some(member) = self.members.get_mut(&peer) {
            member.grant = grant;
        }
    }

    pub(super) fn left(&mut self, now_us: u64, peer: RtcUid) {
        self.changed_us = now_us;
        self.members.remove(&peer);
        self.published.retain(|source| source.rtc_uid != peer);
        self.asked.retain(|(source, _), _| source.rtc_uid != peer);
        self.trails.retain(|(of, _), _| *of != peer);
    }

    /// It is another stream than the one before, if there was one.
    pub(super) fn published(&mut self, now_us: u64, source: Source) {
        self.changed_us = now_us;
        self.asked.retain(|(of, _), _| *of != source);
        if self.members.contains_key(&source.rtc_uid) {
            self.published.insert(source);
        }
    }

    pub(super) fn unpublished(&mut self, now_us: u64, source: Source) {
        self.changed_us = now_us;
        self.published.remove(&source);
        self.asked.retain(|(of, _), _| *of != source);
    }

    pub(super) fn demanded(&mut self, now_us: u64, peer: RtcUid, wanted: Vec<Wanted>) {
        self.changed_us = now_us;
        if let Some(member) = self.members.get_mut(&peer) {
            member.wanted = wanted;
        }
    }

    pub(super) fn estimated(&mut self, now_us: u64, peer: RtcUid, bps: u64) {
        self.changed_us = now_us;
        if let Some(member) = self.members.get_mut(&peer) {
            member.estimate_bps = Some(bps);
        }
    }

    /// What each voice sends, in bits per second.
    pub(super) fn voices(&mut self, bps: u64) {
        self.sound_bps = bps;
    }

    /// Why a device may not get a stream; nothing if it may.
    fn forbids(&self, peer: RtcUid, source: Source) -> Option<&'static str> {
        let Some(member) = self.members.get(&peer) else { return Some("who is not in the call") };
        let sender = self.members.get(&source.rtc_uid);
        let is_sound = kind(source.stream) == Kind::Audio;
        if peer == source.rtc_uid {
            Some("whose own it is")
        } else if !self.published.contains(&source) || !sender.is_some_and(|one| may_send(one.grant, source))
        {
            Some("though its sender may not")
        } else if is_sound && !member.grant.hears || !is_sound && !member.grant.sees {
            Some("who may not get it")
        } else if !is_sound && !member.wanted.iter().any(|wanted| wanted.source == source) {
            Some("who does not want it")
        } else {
            None
        }
    }

    pub(super) fn told(&mut self, now_us: u64, output: &Output) {
        match output {
            Output::Slots { peer, slots } => self.slots(*peer, slots),
            Output::AskKeyFrame { source, layer } => {
                let before = self.asked.insert((*source, layer.0), now_us);
                let is_late = before.is_none_or(|before_us| now_us >= before_us + ASK_EVERY_US);
                self.must(is_late, || format!("{source:?} {layer:?}: asked for key frames too often"));
                let is_there = self.published.contains(source);
                self.must(is_there, || format!("{source:?} is asked for a key frame and is not there"));
            }
            Output::Needed { source, .. } => {
                let is_there = self.published.contains(source);
                self.must(is_there, || format!("{source:?} is told what is needed and is not there"));
            }
            Output::Desired { peer, current_bps, .. } => {
                if let Some(member) = self.members.get_mut(peer) {
                    member.current_bps = *current_bps;
                }
            }
            Output::Levels { levels, speaker } => {
                let all = levels.iter().map(|level| level.rtc_uid).chain(*speaker).collect::<Vec<_>>();
                let is_voice =
                    |rtc_uid: &RtcUid| self.members.get(rtc_uid).is_some_and(|member| member.grant.audio);
                let is_right = all.iter().all(is_voice);
                self.must(is_right, || {
                    format!("somebody is heard who may not speak: {levels:?} {speaker:?}")
                });
            }
        }
    }

    fn slots(&mut self, peer: RtcUid, slots: &[SlotState]) {
        let kinds = self.members.get(&peer).map(|member| member.kinds.clone()).unwrap_or_default();
        self.must(kinds.len() == slots.len(), || format!("{peer} is told of {} slots", slots.len()));
        let mut sources = BTreeSet::new();
        for (place, (slot, kind_there)) in slots.iter().zip(&kinds).enumerate() {
            if let Some(source) = slot.source {
                let is_right = sources.insert(source) && kind(source.stream) == *kind_there;
                self.must(is_right, || format!("{peer} has {source:?} twice or in a slot of another kind"));
                let forbids = self.forbids(peer, source);
                self.must(forbids.is_none(), || {
                    format!("{peer}, {}, is told it has {source:?}", forbids.unwrap_or(""))
                });
            }
            if let Some(trail) = self.trails.get_mut(&(peer, place)) {
                trail.is_fresh |= slot.paused || slot.source != Some(trail.source);
            }
        }
        if let Some(member) = self.members.get_mut(&peer) {
            member.told = slots.to_vec();
        }
    }

    /// After everything was told that follows from a fact: what everybody was told last is still so.
    pub(super) fn settled(&mut self, now_us: u64) {
        for (peer, member) in &self.members {
            for source in member.told.iter().filter_map(|slot| slot.source) {
                if let Some(why) = self.forbids(*peer, source) {
                    let sentence = format!("{peer}, {why}, was not told that {source:?} is gone");
                    return self.must(false, || sentence);
                }
            }
            let hears =
                member.told.iter().filter(|slot| slot.source.is_some_and(|s| kind(s.stream) == Kind::Audio));
            let sound_bps = hears.count() as u64 * self.sound_bps;
            let carries = member.estimate_bps.unwrap_or(u64::MAX / 1000).max(sound_bps);
            if now_us >= self.changed_us + SETTLED_US && member.current_bps > carries * TOLD_PERCENT / 100 {
                let sentence = format!("{peer} is sent {} where {carries} fit", member.current_bps);
                return self.must(false, || sentence);
            }
        }
    }

    /// Of what was told to be sent, something came since this time.
    pub(super) fn flows(&mut self, since_us: u64) {
        for (peer, member) in &self.members {
            for (place, slot) in member.told.iter().enumerate() {
                let Some(source) = slot.source.filter(|_| !slot.paused) else { continue };
                let trail = self.trails.get(&(*peer, place));
                if !trail.is_some_and(|trail| trail.source == source && trail.at_us >= since_us) {
                    let sentence = format!("{peer} gets nothing of {source:?} in slot {place}: {trail:?}");
                    return self.must(false, || sentence);
                }
            }
        }
    }

    pub(super) fn seen(&mut self, seen: &Seen<'_>) {
        let forbids = self.forbids(seen.peer, seen.source);
        self.must(forbids.is_none(), || format!("{}, {}, got {seen:?}", seen.peer, forbids.unwrap_or("")));
        let told = self.members.get(&seen.peer).and_then(|member| member.told.get(seen.slot));
        let is_told = told.is_some_and(|slot| slot.source == Some(seen.source) && !slot.paused);
        self.must(is_told, || format!("{} was not told what it got: {seen:?}", seen.peer));
        let begins = begins(seen.codec, seen.payload);
        let name = (seen.source, seen.encoding, seen.generation, seen.came);
        let key = (seen.peer, seen.slot);
        let Some(mut trail) = self.trails.remove(&key) else {
            self.must(begins, || format!("a slot does not begin with a key frame: {seen:?}"));
            self.trails.insert(key, Trail::of(seen, name));
            return;
        };
        let is_same = trail.source == seen.source
            && trail.encoding == seen.encoding
            && trail.generation == seen.generation;
        if !is_same || trail.is_fresh {
            self.must(begins, || format!("it goes on without a key frame: {seen:?} after {trail:?}"));
        }
        let is_dense = if is_same && self.is_lossy { trail.fits(seen) } else { seen.went == trail.went + 1 };
        self.must(is_dense, || format!("its number does not fit: {seen:?} after {trail:?}"));
        let ahead = seen.timestamp.wrapping_sub(trail.timestamp).cast_signed();
        let is_ahead = self.is_lossy && ahead > -90_000 || (0..90_000 * 120).contains(&ahead);
        self.must(is_ahead, || format!("its timestamp does not fit: {seen:?} after {trail:?}"));
        let other = trail.numbers.insert(seen.went, name).filter(|other| *other != name);
        self.must(other.is_none(), || format!("two packets have one number: {seen:?}, {other:?}"));
        while trail.numbers.len() > REMEMBERED {
            trail.numbers.pop_first();
        }
        trail.is_fresh = false;
        trail.at_us = seen.now_us;
        if !is_same || seen.came > trail.came {
            (trail.source, trail.encoding, trail.generation) = (seen.source, seen.encoding, seen.generation);
            (trail.came, trail.went, trail.timestamp) = (seen.came, seen.went, seen.timestamp);
        }
        self.trails.insert(key, trail);
    }
}

impl Trail {
    fn of(seen: &Seen<'_>, name: (Source, u8, u64, u64)) -> Trail {
        Trail {
            source: seen.source,
            encoding: seen.encoding,
            generation: seen.generation,
            came: seen.came,
            went: seen.went,
            timestamp: seen.timestamp,
            is_fresh: false,
            at_us: seen.now_us,
            numbers: BTreeMap::from([(seen.went, name)]),
        }
    }

    /// A number that leaves room for as much as may still come, and no more.
    fn fits(&self, seen: &Seen<'_>) -> bool {
        if seen.came > self.came {
            seen.went > self.went && seen.went - self.went <= seen.came - self.came
        } else {
            seen.went <= self.went && self.went - seen.went <= self.came - seen.came
        }
    }
}

pub(super) fn kind(stream: Stream) -> Kind {
    match stream {
        Stream::Audio | Stream::SystemAudio => Kind::Audio,
        Stream::Video => Kind::Video,
        Stream::SubVideo => Kind::SubVideo,
    }
}

fn may_send(grant: Grant, source: Source) -> bool {
    match source.stream {
        Stream::Audio => grant.audio,
        Stream::Video => grant.video,
        Stream::SubVideo => grant.sub_video,
        Stream::SystemAudio => grant.system_audio,
    }
}
