//! Numbers that are given once only: a durable allocator of blocks, and a cache that hands them out one by one.

use crate::apply::{Change, Refusal};
use crate::batch::CommitError;
use crate::store::Store;
use rusqlite::{OptionalExtension, params};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Every number given is below this, so that it is exact in JavaScript.
pub const NUMBER_END: u64 = 1 << 53;

/// A series of numbers, each given once in the life of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sequence {
    /// Internal numbers of apps.
    App,
    /// Numbers of members in calls (rtcUid).
    RtcUid,
    /// Sessions.
    Session,
}

impl Sequence {
    pub(crate) const ALL: [Self; 3] = [Self::App, Self::RtcUid, Self::Session];

    /// Its name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::RtcUid => "rtc_uid",
            Self::Session => "session",
        }
    }

    /// How far a restore skips ahead: more than may have been given since any backup, little beside the whole range.
    pub(crate) const fn restore_gap(self) -> u64 {
        match self {
            Self::App => 1 << 16,
            Self::RtcUid | Self::Session => 1 << 40,
        }
    }
}

impl Change<'_> {
    /// Takes the next `count` numbers for good.
    pub(crate) fn take_numbers(&self, sequence: Sequence, count: u64) -> Result<Range<u64>, Refusal> {
        let next: Option<u64> = self
            .conn
            .prepare_cached("SELECT next FROM sequence WHERE name = ?1")?
            .query_row(params![sequence.name()], |row| row.get(0))
            .optional()?;
        let start = next.unwrap_or(1);
        let end = start.checked_add(count).filter(|end| *end <= NUMBER_END).ok_or_else(|| {
            tracing::error!(sequence = sequence.name(), "no numbers are left");
            CommitError::Refused
        })?;
        self.run(
            "INSERT INTO sequence (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = ?2",
            params![sequence.name(), end],
        )?;
        Ok(start..end)
    }
}

/// Single numbers out of durable blocks. Numbers of a block that is not used up before the process ends are skipped
/// for ever. Callers that find the cache empty at the same moment each take a block, and nothing of these is lost.
pub struct Numbers {
    store: Store,
    sequence: Sequence,
    block: u64,
    left: Mutex<VecDeque<Range<u64>>>,
}

impl Numbers {
    /// A cache over `sequence` that takes `block` numbers at a time (at least 1).
    pub fn new(store: Store, sequence: Sequence, block: u64) -> Self {
        Self { store, sequence, block: block.max(1), left: Mutex::default() }
    }

    /// The next number. Fails as [`Store::take_numbers`] does.
    pub async fn next(&self) -> Result<u64, CommitError> {
        if let Some(number) = self.pop() {
            return Ok(number);
        }
        let mut fresh = self.store.take_numbers(self.sequence, self.block).await?;
        let number = fresh.next().ok_or(CommitError::Refused)?;
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push_back(fresh);
        Ok(number)
    }

    fn pop(&self) -> Option<u64> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(number) = left.front_mut()?.next() {
                return Some(number);
            }
            left.pop_front();
        }
    }
}
