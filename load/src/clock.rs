//! The two clocks: the wall's, which packets carry and the kernel tells, and the one that only goes forward.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// ns since 1970.
pub(crate) fn wall_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// One moment on both clocks.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: Instant,
    pub(crate) wall_ns: u64,
}

impl Moment {
    pub(crate) fn now() -> Moment {
        Moment { now: Instant::now(), wall_ns: wall_ns() }
    }

    /// A time of the wall clock that lies before this moment, on the other clock.
    pub(crate) fn instant_of(self, at_ns: u64) -> Instant {
        let ago = Duration::from_nanos(self.wall_ns.saturating_sub(at_ns));
        self.now.checked_sub(ago).unwrap_or(self.now)
    }
}
