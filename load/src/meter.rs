//! What arrived of what was sent: by receiver and stream, within one window of time.

use crate::histogram::Histogram;
use crate::payload::Stamp;
use std::sync::atomic::{AtomicU32, Ordering};

/// Encodings of a picture at most.
pub(crate) const LAYERS: u32 = 4;
/// No packet has this number.
const NEVER: u32 = u32::MAX;
/// A window begins and ends with packets that are yet to be sent: so many later, so that nobody has met them before.
const MARGIN: u32 = 2;

/// How far each stream is, and which of its packets count. Shared by all threads.
pub(crate) struct Counted {
    streams: Box<[Stream]>,
}

struct Stream {
    /// Packets sent.
    sent: AtomicU32,
    from: AtomicU32,
    until: AtomicU32,
}

impl Counted {
    /// For so many sources.
    pub(crate) fn new(sources: usize) -> Counted {
        let stream =
            || Stream { sent: AtomicU32::new(0), from: AtomicU32::new(NEVER), until: AtomicU32::new(NEVER) };
        Counted { streams: (0..sources * LAYERS as usize).map(|_| stream()).collect() }
    }

    /// The number of the stream's next packet.
    pub(crate) fn next(&self, stream: u32) -> u32 {
        self.streams.get(stream as usize).map_or(0, |stream| stream.sent.fetch_add(1, Ordering::Relaxed))
    }

    /// From here on packets count.
    pub(crate) fn begin(&self) {
        for stream in &self.streams {
            stream.until.store(NEVER, Ordering::Relaxed);
            stream.from.store(stream.sent.load(Ordering::Relaxed) + MARGIN, Ordering::Relaxed);
        }
    }

    /// Packets that are sent from here on do not count.
    pub(crate) fn end(&self) {
        for stream in &self.streams {
            stream.until.store(stream.sent.load(Ordering::Relaxed) + MARGIN, Ordering::Relaxed);
        }
    }

    /// Nothing counts.
    pub(crate) fn rest(&self) {
        for stream in &self.streams {
            stream.from.store(NEVER, Ordering::Relaxed);
        }
    }

    /// How many packets of a stream count that were sent.
    pub(crate) fn due(&self, stream: u32) -> u64 {
        let Some(stream) = self.streams.get(stream as usize) else { return 0 };
        let end = stream.until.load(Ordering::Relaxed).min(stream.sent.load(Ordering::Relaxed));
        u64::from(end.saturating_sub(stream.from.load(Ordering::Relaxed)))
    }

    fn counts(&self, stamp: &Stamp) -> bool {
        self.streams.get(stamp.stream as usize).is_some_and(|stream| {
            (stream.from.load(Ordering::Relaxed)..stream.until.load(Ordering::Relaxed))
                .contains(&stamp.number)
        })
    }
}

/// What one receiver has of one stream.
struct Track {
    stream: u32,
    /// The first of this run, and the highest.
    first: u32,
    highest: u32,
    /// Which of the highest and the 127 before it came.
    seen: u128,
    /// Packets that came, each once.
    unique: u64,
    /// Packets of runs that are over.
    due_before: u64,
    last_at_ns: u64,
}

/// What one receiver has got.
#[derive(Default)]
pub(crate) struct Ledger {
    tracks: Vec<Track>,
    /// The track of the packet before.
    last: usize,
    bytes: u64,
    again: u64,
}

/// Figures that all receivers of a thread share.
#[derive(Default, Clone)]
pub(crate) struct Latency {
    /// Of each packet.
    pub(crate) all: Histogram,
    /// Of the first packets of frames of pictures.
    pub(crate) first: Histogram,
    /// Of the last packets of frames of pictures.
    pub(crate) last: Histogram,
}

impl Latency {
    pub(crate) fn merge(&mut self, other: &Latency) {
        self.all.merge(&other.all);
        self.first.merge(&other.first);
        self.last.merge(&other.last);
    }

    fn add(&mut self, stamp: &Stamp, at_ns: u64) {
        let ns = at_ns.saturating_sub(stamp.sent_ns);
        self.all.add(ns);
        if stamp.is_first != stamp.is_last {
            if stamp.is_first { self.first.add(ns) } else { self.last.add(ns) }
        }
    }
}

/// What a receiver is due to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The source.
    pub(crate) source: u32,
    /// Its encodings; of more than one the server sends one at a time.
    pub(crate) layers: u32,
}

/// What one or many receivers got.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Got {
    /// Packets that were to come.
    pub(crate) due: u64,
    /// Packets that came, each once.
    pub(crate) came: u64,
    /// Packets that came again.
    pub(crate) again: u64,
    /// Bytes of payload.
    pub(crate) bytes: u64,
    /// Sources of which nothing came at all.
    pub(crate) silent: u64,
    /// The largest share lost by one receiver, 0 to 1.
    pub(crate) worst_loss: f64,
}

impl Got {
    pub(crate) fn merge(&mut self, other: &Got) {
        self.due += other.due;
        self.came += other.came;
        self.again += other.again;
        self.bytes += other.bytes;
        self.silent += other.silent;
        self.worst_loss = self.worst_loss.max(other.worst_loss);
    }

    /// The share that was lost, 0 to 1.
    pub(crate) fn loss(&self) -> f64 {
        if self.due == 0 { 0.0 } else { self.due.saturating_sub(self.came) as f64 / self.due as f64 }
    }
}

impl Ledger {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Ledger::default();
    }

    /// Takes a packet in.
    pub(crate) fn add(
        &mut self,
        stamp: &Stamp,
        at_ns: u64,
        bytes: usize,
        counted: &Counted,
        latency: &mut Latency,
    ) {
        if !counted.counts(stamp) {
            return;
        }
        let is_of = |track: &Track| track.stream == stamp.stream;
        let place = match self.tracks.get(self.last) {
            Some(track) if is_of(track) => self.last,
            _ => self.tracks.iter().position(is_of).unwrap_or_else(|| {
                self.tracks.push(Track::beginning(stamp));
                self.tracks.len() - 1
            }),
        };
        self.last = place;
        let source = stamp.stream / LAYERS;
        let others = self.tracks.iter().filter(|track| track.stream != stamp.stream);
        let other_at_ns =
            others.filter(|track| track.stream / LAYERS == source).map(|track| track.last_at_ns).max();
        let track = &mut self.tracks[place];
        // Another layer was sent meanwhile, so what is missing here was not meant to come.
        let is_new_run = stamp.number > track.highest.saturating_add(1)
            && other_at_ns.is_some_and(|at_ns| at_ns > track.last_at_ns);
        if is_new_run {
            track.due_before += u64::from(track.highest - track.first) + 1;
            (track.first, track.highest, track.seen) = (stamp.number, stamp.number, 0);
        }
        track.last_at_ns = at_ns;
        if track.take(stamp.number) {
            self.bytes += bytes as u64;
            latency.add(stamp, at_ns);
        } else {
            self.again += 1;
        }
    }

    /// What came of what was due.
    pub(crate) fn got(&self, due: &[Due], counted: &Counted) -> Got {
        let mut got = Got { again: self.again, bytes: self.bytes, ..Got::default() };
        for Due { source, layers } in due {
            let of_source = self.tracks.iter().filter(|track| track.stream / LAYERS == *source);
            let (mut of_runs, mut came) = (0, 0);
            for track in of_source {
                of_runs += track.due_before + u64::from(track.highest - track.first) + 1;
                came += track.unique;
            }
            let whole = counted.due(source * LAYERS);
            got.silent += u64::from(came == 0 && whole > 0);
            got.due += if *layers == 1 || came == 0 { whole } else { of_runs };
            got.came += came;
        }
        got.worst_loss = got.loss();
        got
    }
}

impl Track {
    fn beginning(stamp: &Stamp) -> Track {
        let Stamp { stream, number, .. } = *stamp;
        Track { stream, first: number, highest: number, seen: 0, unique: 0, due_before: 0, last_at_ns: 0 }
    }

    /// Notes a number; false when it came before, or so late that nobody knows.
    fn take(&mut self, number: u32) -> bool {
        if number > self.highest {
            let ahead = number - self.highest;
            self.seen = self.seen.checked_shl(ahead).unwrap_or(0);
            self.highest = number;
        }
        let behind = self.highest - number;
        let Some(bit) = 1_u128.checked_shl(behind) else { return false };
        if self.seen & bit != 0 {
            return false;
        }
        self.seen |= bit;
        self.first = self.first.min(number);
        self.unique += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(stream: u32, number: u32) -> Stamp {
        Stamp { stream, number, is_first: number.is_multiple_of(5), is_last: number % 5 == 4, sent_ns: 1000 }
    }

    /// Everything of a window of 100 packets for which `lost` is false; the second layer has numbers of its own.
    fn received(lost: impl Fn(u32) -> bool, twice: bool) -> Got {
        let counted = Counted::new(1);
        let mut ledger = Ledger::default();
        let mut latency = Latency::default();
        counted.begin();
        for number in 0..MARGIN + 100 {
            counted.next(0);
            if !lost(number) {
                for _ in 0..=usize::from(twice) {
                    ledger.add(&stamp(0, number), 3000, 100, &counted, &mut latency);
                }
            }
        }
        assert_eq!(latency.all.count(), ledger.bytes / 100);
        counted.end();
        ledger.got(&[Due { source: 0, layers: 1 }], &counted)
    }

    #[test]
    fn all_that_came_is_no_loss() {
        let got = received(|_| false, false);
        assert_eq!((got.due, got.came, got.again, got.bytes), (100, 100, 0, 10_000));
        assert_eq!((got.loss(), got.silent), (0.0, 0));
    }

    #[test]
    fn what_is_missing_counts_at_either_end_too() {
        let lost = |number| !(MARGIN + 10..=90).contains(&number) || number == 50;
        let got = received(lost, false);
        assert_eq!((got.due, got.came), (100, 78));
        assert!((got.loss() - 0.22).abs() < 1e-9);
    }

    #[test]
    fn what_comes_twice_counts_once() {
        let got = received(|_| false, true);
        assert_eq!((got.came, got.again), (100, 100));
    }

    #[test]
    fn a_source_of_which_nothing_comes_is_lost_and_silent() {
        let got = received(|_| true, false);
        assert_eq!((got.due, got.came, got.silent), (100, 0, 1));
    }

    #[test]
    fn a_change_of_layer_is_no_loss() {
        let counted = Counted::new(1);
        counted.begin();
        let (mut ledger, mut latency) = (Ledger::default(), Latency::default());
        for number in 0..200 {
            counted.next(0);
            counted.next(1);
            let layer = u32::from((50..100).contains(&number));
            ledger.add(&stamp(layer, number), 3000 + u64::from(number), 100, &counted, &mut latency);
        }
        let got = ledger.got(&[Due { source: 0, layers: 2 }], &counted);
        assert_eq!((got.came, got.due), (u64::from(200 - MARGIN), u64::from(200 - MARGIN)));
    }

    #[test]
    fn late_packets_find_their_place() {
        let counted = Counted::new(1);
        counted.begin();
        for _ in 0..40 {
            counted.next(0);
        }
        let (mut ledger, mut latency) = (Ledger::default(), Latency::default());
        for number in [10, 12, 11, 9, 30, 13] {
            ledger.add(&stamp(0, number), 3000, 100, &counted, &mut latency);
        }
        assert_eq!(ledger.got(&[Due { source: 0, layers: 1 }], &counted).came, 6);
    }
}
