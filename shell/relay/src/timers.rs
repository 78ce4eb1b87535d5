use std::collections::BTreeSet;
use std::time::Instant;

use parlor_protocol::ids::ArchiveId;

use crate::route::PeerKey;

/// Who is to be told that time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Peer(PeerKey),
    Call(ArchiveId),
}

/// When who is to be told; each has at most one time, which it keeps.
#[derive(Default)]
pub(crate) struct Timers {
    times: BTreeSet<(Instant, Who)>,
}

impl Timers {
    pub(crate) fn set(&mut self, who: Who, kept: &mut Option<Instant>, at: Option<Instant>) {
        if *kept == at {
            return;
        }
        if let Some(before) = kept.take() {
            self.times.remove(&(before, who));
        }
        if let Some(at) = at {
            self.times.insert((at, who));
        }
        *kept = at;
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.times.first().map(|(at, _)| *at)
    }

    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }

    /// Whose time has come; it stands until it is set anew.
    pub(crate) fn due(&self, now: Instant, due: &mut Vec<Who>) {
        due.clear();
        due.extend(self.times.iter().take_while(|(at, _)| *at <= now).map(|(_, who)| *who));
    }
}
