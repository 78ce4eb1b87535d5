//! What time it is: the machine's, or the simulator's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The wall clock. Deadlines use tokio's monotonic clock, which the simulator pauses.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Starts at `base_ms` and follows tokio's clock.
    Virtual {
        /// Wall time at `since`.
        base_ms: i64,
        /// When the clock was made.
        since: Instant,
    },
}

impl Clock {
    /// A clock for a paused runtime, now at `base_ms`.
    pub fn virtual_at(base_ms: i64) -> Self {
        Self::Virtual { base_ms, since: Instant::now() }
    }

    /// Milliseconds since 1970, UTC.
    pub fn now_ms(&self) -> i64 {
        let (base_ms, elapsed) = match self {
            Self::System => (0, SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO)),
            Self::Virtual { base_ms, since } => (*base_ms, since.elapsed()),
        };
        base_ms.saturating_add(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}
