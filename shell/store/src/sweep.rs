//! Forgetting what has expired, in slices small enough that commits do not wait long.

use crate::batch::CommitError;
use crate::expiry::{SLICE_ROWS, Slice};
use crate::store::Store;
use crate::writer::{Done, Work};

/// A tombstone answers resumes with its reason for at least a day.
const TOMBSTONES_MIN_MS: i64 = 24 * 60 * 60 * 1_000;

/// How much is kept of what does not expire by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepLimits {
    /// How long ended sessions are kept, in ms; never less than 24 h.
    pub tombstones_ms: i64,
    /// How many administrative acts are kept, the latest.
    pub audit_rows: u64,
}

impl Default for SweepLimits {
    fn default() -> Self {
        Self { tombstones_ms: TOMBSTONES_MIN_MS, audit_rows: 100_000 }
    }
}

/// How many rows a sweep forgot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Marks of acts done once.
    pub marks: usize,
    /// Link tickets.
    pub tickets: usize,
    /// Access tokens.
    pub tokens: usize,
    /// Ended sessions.
    pub tombstones: usize,
    /// Administrative acts.
    pub audit: usize,
}

impl Store {
    /// Forgets expired marks, tickets and access tokens, and what `keep` does not keep.
    pub async fn sweep(&self, now_ms: i64, keep: SweepLimits) -> Result<Swept, CommitError> {
        let ended_before_ms = now_ms.saturating_sub(keep.tombstones_ms.max(TOMBSTONES_MIN_MS));
        Ok(Swept {
            marks: self.sweep_all(Slice::Marks { now_ms }).await?,
            tickets: self.sweep_all(Slice::Tickets { now_ms }).await?,
            tokens: self.sweep_all(Slice::Tokens { now_ms }).await?,
            tombstones: self.sweep_all(Slice::Tombstones { ended_before_ms }).await?,
            audit: self.sweep_all(Slice::Audit { keep: keep.audit_rows }).await?,
        })
    }

    async fn sweep_all(&self, slice: Slice) -> Result<usize, CommitError> {
        let mut swept = 0;
        loop {
            let Done::Swept(rows) = self.write(Work::Sweep(slice)).await? else {
                return Err(CommitError::Refused);
            };
            swept += rows;
            if rows < SLICE_ROWS {
                return Ok(swept);
            }
        }
    }
}
