//! Who is heard: the order in which sound gets slots where there are too few, levels, and who speaks.

use std::collections::BTreeSet;

use parlor_protocol::ids::RtcUid;

use super::Switch;
use crate::facts::{Kind, Level, Output, Source, Stream};

/// How often levels are told.
const LEVELS_US: u64 = 200_000;
/// By how much somebody must be louder to take another's place, in thousandths of a decibel.
const RANK_MARGIN: i64 = 6_000;
/// By how much, and for how long, somebody must be louder to become the speaker.
const SPEAKER_MARGIN: i64 = 6_000;
const SPEAKER_AFTER_US: u64 = 300_000;
/// How long the speaker stays one in silence.
const SPEAKER_STAYS_US: u64 = 1_500_000;

/// Who speaks, and who is about to.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    now: Option<RtcUid>,
    heard_us: u64,
    /// Who is louder, and since when.
    next: Option<(RtcUid, u64)>,
    levels_us: u64,
    /// The last levels named somebody.
    is_told: bool,
}

impl Switch {
    /// Takes newly opened sound into the ranking and closed sound out. Shared sound goes before voices.
    pub(super) fn enrol(&mut self) {
        let is_open = |key: usize| {
            self.tracks.get(key).is_some_and(|track| track.is_open && track.kind() == Kind::Audio)
        };
        self.ranking.retain(|key| is_open(*key));
        let enrolled: BTreeSet<usize> = self.ranking.iter().copied().collect();
        for (key, track) in self.tracks.iter() {
            if is_open(key) && !enrolled.contains(&key) {
                let is_shared = track.source.stream == Stream::SystemAudio;
                self.ranking.insert(if is_shared { 0 } else { self.ranking.len() }, key);
            }
        }
    }

    /// Moves the loud up, past those that they clearly outdo; fills slots anew if somebody moved.
    pub(super) fn rank(&mut self) {
        let score = |key: usize| match self.tracks.get(key) {
            Some(track) if track.source.stream == Stream::SystemAudio => i64::MAX,
            Some(track) => track.loudness.score(self.now_us),
            None => 0,
        };
        let mut ranked: Vec<(usize, i64)> = self.ranking.iter().map(|key| (*key, score(*key))).collect();
        let mut is_moved = false;
        for start in 1..ranked.len() {
            let mut at = start;
            while at > 0 && ranked[at].1 > ranked[at - 1].1.saturating_add(RANK_MARGIN) {
                ranked.swap(at, at - 1);
                at -= 1;
                is_moved = true;
            }
        }
        if is_moved {
            self.ranking = ranked.into_iter().map(|(key, _)| key).collect();
            for key in self.peers.keys() {
                self.fill_sound(key);
            }
        }
    }

    /// Tells levels where it is time, and who speaks.
    pub(super) fn tell_levels(&mut self) {
        if self.now_us < self.speaker.levels_us + LEVELS_US {
            return;
        }
        self.speaker.levels_us = self.now_us;
        let voices = self.ranking.iter().filter_map(|key| self.tracks.get(*key));
        let voices = voices.filter(|track| track.source.stream == Stream::Audio);
        let mut heard: Vec<(i64, Level)> = voices
            .filter_map(|track| {
                let level = track.loudness.level(self.now_us)?;
                let score = track.loudness.score(self.now_us);
                Some((score, Level { rtc_uid: track.source.rtc_uid, level }))
            })
            .collect();
        heard.sort_by_key(|(score, level)| (-score, level.rtc_uid));
        let speaker = self.speaker.now.map(|rtc_uid| Source { rtc_uid, stream: Stream::Audio });
        let track = speaker.and_then(|source| self.tracks.get(*self.by_source.get(&source)?));
        if track.is_none_or(|track| !track.is_open) {
            self.speaker.now = None;
        }
        self.speaker.listen(self.now_us, &heard);
        let levels: Vec<Level> = heard.into_iter().map(|(_, level)| level).collect();
        let is_told = !levels.is_empty() || self.speaker.now.is_some();
        if is_told || self.speaker.is_told {
            self.speaker.is_told = is_told;
            self.outputs.push_back(Output::Levels { levels, speaker: self.speaker.now });
        }
    }
}

impl Speaker {
    /// Takes in who is heard, the loudest first.
    fn listen(&mut self, now_us: u64, heard: &[(i64, Level)]) {
        let own = heard.iter().find(|(_, level)| Some(level.rtc_uid) == self.now).map(|(score, _)| *score);
        if own.is_some() {
            self.heard_us = now_us;
        }
        if self.now.is_some() && now_us >= self.heard_us + SPEAKER_STAYS_US {
            self.now = None;
        }
        let louder = heard.first().filter(|(score, level)| {
            Some(level.rtc_uid) != self.now && own.is_none_or(|own| *score > own + SPEAKER_MARGIN)
        });
        let Some((_, level)) = louder else {
            self.next = None;
            return;
        };
        let since_us = match self.next {
            Some((next, since_us)) if next == level.rtc_uid => since_us,
            _ => now_us,
        };
        self.next = Some((level.rtc_uid, since_us));
        if self.now.is_none() || now_us >= since_us + SPEAKER_AFTER_US {
            self.now = Some(level.rtc_uid);
            self.heard_us = now_us;
            self.next = None;
        }
    }
}
