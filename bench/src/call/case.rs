//! What the load does, in the words of its command line.

use super::contender::Contender;
use parlor_load::Report;

/// More lost than this is too much, 0 to 1.
pub(super) const LOSS_LIMIT: f64 = 0.001;
/// So late one packet in a hundred may be where streams are counted, ms.
pub(super) const P99_LIMIT_MS: f64 = 10.0;

/// One case.
pub(super) struct Case {
    pub(super) name: &'static str,
    steps: &'static [&'static str],
    kind: Kind,
}

#[derive(PartialEq)]
enum Kind {
    /// Every step is measured.
    Each,
    /// The steps are ours alone.
    Own,
    /// Each step is more than the one before, until it is too much.
    Ramp,
}

/// The step of `tracks` with few, and that with many.
pub(super) const TRACKS: [&str; 2] =
    ["webinar --publishers 5 --people 60 --seeing 5", "webinar --publishers 50 --people 60 --seeing 5"];

/// Of 200 receivers each gets one stream more at every step, of 1.3 Mbit/s.
const STREAMS: [&str; 10] = [
    "webinar --publishers 10 --people 200 --seeing 1",
    "webinar --publishers 10 --people 200 --seeing 2",
    "webinar --publishers 10 --people 200 --seeing 3",
    "webinar --publishers 10 --people 200 --seeing 4",
    "webinar --publishers 10 --people 200 --seeing 5",
    "webinar --publishers 10 --people 200 --seeing 6",
    "webinar --publishers 10 --people 200 --seeing 7",
    "webinar --publishers 10 --people 200 --seeing 8",
    "webinar --publishers 10 --people 200 --seeing 9",
    "webinar --publishers 10 --people 200 --seeing 10",
];

impl Case {
    /// All of them.
    pub(super) fn all() -> [Case; 6] {
        [
            Case { name: "audio", steps: &["webinar --media audio --people 500"], kind: Kind::Each },
            Case { name: "video", steps: &["webinar --people 200"], kind: Kind::Each },
            Case {
                name: "meeting",
                steps: &["meeting --people 10 --media both --simulcast --below-best 1"],
                kind: Kind::Each,
            },
            Case { name: "tracks", steps: &TRACKS, kind: Kind::Own },
            Case { name: "streams", steps: &STREAMS, kind: Kind::Ramp },
            Case {
                name: "rooms",
                steps: &["rooms --rooms 50 --people 4 --media both --publishers 3"],
                kind: Kind::Each,
            },
        ]
    }

    pub(super) fn is_for(&self, contender: Contender) -> bool {
        self.kind != Kind::Own || contender == Contender::Parlor
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &'static str> {
        self.steps.iter().copied()
    }

    /// Whether the steps after this one would be too much.
    pub(super) fn ends_with(&self, report: &Report) -> bool {
        self.kind == Kind::Ramp && !holds(report)
    }
}

/// Whether everything arrived, and in time.
pub(super) fn holds(report: &Report) -> bool {
    report.loss < LOSS_LIMIT && report.silent == 0 && report.latency.p99_ms < P99_LIMIT_MS
}
