//! What the store has done so far, for the server's metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the commit time histogram, in microseconds; a last bucket without a bound follows.
pub const COMMIT_TIME_BOUNDS_US: [u64; 12] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000];

const BUCKETS: usize = COMMIT_TIME_BOUNDS_US.len() + 1;

/// Counters since the store was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Batches that happened.
    pub commits: u64,
    /// Batches that were refused by a rule (conflict, fence, repeat, taken).
    pub refused: u64,
    /// Batches turned away because the queue was full.
    pub busy: u64,
    /// Durable commits: groups of batches.
    pub groups: u64,
    /// Reads.
    pub reads: u64,
    /// Durable commits by the time COMMIT took, fsync included; not cumulative. See [`COMMIT_TIME_BOUNDS_US`].
    pub commit_time: [u64; BUCKETS],
    /// The sum of those times, in microseconds.
    pub commit_time_sum_us: u64,
    /// No commits are taken: the disk is full, or it has failed and the store must be opened anew.
    pub read_only: bool,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) groups: AtomicU64,
    pub(crate) reads: AtomicU64,
    pub(crate) read_only: AtomicU64,
    commit_time: [AtomicU64; BUCKETS],
    commit_time_sum_us: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn group_took(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = COMMIT_TIME_BOUNDS_US.partition_point(|bound| *bound < us);
        Self::add(&self.groups);
        Self::add(&self.commit_time[bucket]);
        self.commit_time_sum_us.fetch_add(us, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> StoreStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StoreStats {
            commits: read(&self.commits),
            refused: read(&self.refused),
            busy: read(&self.busy),
            groups: read(&self.groups),
            reads: read(&self.reads),
            commit_time: std::array::from_fn(|i| read(&self.commit_time[i])),
            commit_time_sum_us: read(&self.commit_time_sum_us),
            read_only: read(&self.read_only) != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_the_bucket_that_bounds_them() {
        let counters = Counters::default();
        for us in [50, 51, 500_000, 500_001] {
            counters.group_took(Duration::from_micros(us));
        }
        let stats = counters.snapshot();
        assert_eq!((stats.commit_time[0], stats.commit_time[1]), (1, 1));
        assert_eq!((stats.commit_time[BUCKETS - 2], stats.commit_time[BUCKETS - 1]), (1, 1));
        assert_eq!((stats.groups, stats.commit_time_sum_us), (4, 1_000_102));
    }
}
