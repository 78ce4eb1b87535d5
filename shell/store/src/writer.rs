//! The one writer: whole groups of batches become one durable commit.

use crate::apply::{Change, Refusal};
use crate::batch::{Assigned, Batch, CommitError};
use crate::expiry::Slice;
use crate::mutation::{Mutation, Planted};
use crate::schema::BUSY_TIMEOUT;
use crate::seal::Keyring;
use crate::sealed::{Resealed, SealedRows};
use crate::sequence::Sequence;
use crate::stats::Counters;
use rusqlite::{Connection, ErrorCode};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Changes between two checkpoints. The log grows to a few pages per change.
const CHANGES_PER_CHECKPOINT: usize = 2_000;
/// A log of this many pages (256 MiB) is cut even if that makes readers wait for a moment.
const LOG_PAGES_MAX: i64 = 65_536;
/// How long commits may stand still for such a cut; a long read, such as a backup, would hold them up far longer.
const CUT_TIMEOUT: Duration = Duration::from_millis(200);

/// Something to do inside a group.
pub(crate) enum Work {
    Batch(Batch),
    Numbers(Sequence, u64),
    Sweep(Slice),
    Reseal(SealedRows),
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Done {
    Batch(Assigned),
    Numbers(Range<u64>),
    Swept(usize),
    Resealed(Resealed),
}

pub(crate) type Outcome = Result<Done, CommitError>;

/// Owns the writing connection. Both drives run this same code.
pub(crate) struct Writer {
    pub(crate) conn: Connection,
    pub(crate) keyring: Keyring,
    pub(crate) counters: Arc<Counters>,
    planted: Planted,
    state: State,
    changes: usize,
}

/// Whether the disk takes what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Writing,
    /// No room was left for the last group. Nothing of it is there, and every further group tries again.
    Full,
    /// Not to be trusted any more, until the store is opened anew.
    Stopped,
}

impl Writer {
    pub(crate) fn new(conn: Connection, keyring: Keyring, counters: Arc<Counters>, planted: Planted) -> Self {
        Self { conn, keyring, counters, planted, state: State::Writing, changes: 0 }
    }

    /// Does everything in one transaction, each part alone in a savepoint, and returns when it is durable. A full disk
    /// costs the group; a disk that fails, or a panic, ends all writing. What is left behind is rolled back, and nobody
    /// is told that it happened.
    pub(crate) fn run(&mut self, group: &[Work]) -> Vec<Outcome> {
        if self.state == State::Stopped {
            return refuse(group, &CommitError::ReadOnly);
        }
        let attempt = catch_unwind(AssertUnwindSafe(|| self.transact(group)));
        if !matches!(attempt, Ok(Ok(_))) && !self.conn.is_autocommit() {
            // The cause is reported below; a rollback that fails too adds nothing.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        match attempt {
            Ok(Ok(outcomes)) => {
                self.count(group, &outcomes);
                self.found_room();
                outcomes
            }
            Ok(Err(e)) if is_busy(&e) => {
                tracing::warn!(error = %e, "another process holds the database");
                refuse(group, &CommitError::Busy)
            }
            Ok(Err(e)) => {
                if is_full(&e) && self.conn.is_autocommit() {
                    self.found_no_room(&e);
                } else {
                    self.stop_writing(&e);
                }
                refuse(group, &CommitError::ReadOnly)
            }
            Err(_) => {
                self.stop_writing(&"the writer panicked");
                refuse(group, &CommitError::ReadOnly)
            }
        }
    }

    /// Housekeeping that may take its time: call it once the callers are answered.
    pub(crate) fn tend(&mut self) {
        if self.state == State::Stopped || self.changes < CHANGES_PER_CHECKPOINT {
            return;
        }
        self.changes = 0;
        match self.checkpoint() {
            // The log still has everything; there is another chance after the next changes.
            Err(e) if is_full(&e) => tracing::error!(error = %e, "no room to move the log into the database"),
            Err(e) => self.stop_writing(&e),
            Ok(()) => {}
        }
    }

    fn transact(&self, group: &[Work]) -> Result<Vec<Outcome>, rusqlite::Error> {
        if self.planted.is(Mutation::AckBeforeCommit) && !self.conn.is_autocommit() {
            self.sql("COMMIT")?;
        }
        self.sql("BEGIN IMMEDIATE")?;
        if self.state == State::Full {
            // So that also a group without changes, such as an idle sweep, tells whether there is room again.
            self.sql("INSERT OR REPLACE INTO meta (name, value) VALUES ('room', 1)")?;
        }
        let mut outcomes = Vec::with_capacity(group.len());
        for work in group {
            outcomes.push(self.attempt(work)?);
        }
        if !self.planted.is(Mutation::AckBeforeCommit) {
            let started = Instant::now();
            self.sql("COMMIT")?;
            self.counters.group_took(started.elapsed());
        }
        Ok(outcomes)
    }

    /// `Err` means that the group is lost; a refusal of this part alone is an outcome.
    fn attempt(&self, work: &Work) -> Result<Outcome, rusqlite::Error> {
        self.sql("SAVEPOINT part")?;
        let refusal = match self.perform(work) {
            Ok(done) => {
                self.sql("RELEASE part")?;
                return Ok(Ok(done));
            }
            Err(Refusal::Database(e)) if is_broken(&e) || self.conn.is_autocommit() => return Err(e),
            Err(Refusal::Database(e)) => {
                tracing::error!(error = %e, "the database refused a batch");
                CommitError::Refused
            }
            Err(Refusal::Rule(e)) => e,
        };
        self.sql("ROLLBACK TO part")?;
        self.sql("RELEASE part")?;
        Ok(Err(refusal))
    }

    fn perform(&self, work: &Work) -> Result<Done, Refusal> {
        let change = Change { conn: &self.conn, keyring: &self.keyring, planted: self.planted };
        match work {
            Work::Batch(batch) => change.apply(batch).map(Done::Batch),
            Work::Numbers(sequence, count) => change.take_numbers(*sequence, *count).map(Done::Numbers),
            Work::Sweep(slice) => change.sweep(slice).map(Done::Swept),
            Work::Reseal(rows) => change.reseal(rows).map(Done::Resealed),
        }
    }

    fn sql(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.conn.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Moves the log into the database file. Done here and not by SQLite itself, which ignores the errors of its
    /// automatic checkpoints: after a failed fsync nothing on this disk can be trusted any more.
    fn checkpoint(&self) -> Result<(), rusqlite::Error> {
        let log_pages: i64 = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
        if log_pages > LOG_PAGES_MAX {
            self.conn.busy_timeout(CUT_TIMEOUT)?;
            let cut = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            self.conn.busy_timeout(BUSY_TIMEOUT)?;
            cut?;
        }
        Ok(())
    }

    fn found_no_room(&mut self, cause: &dyn std::fmt::Display) {
        if self.state == State::Writing {
            self.state = State::Full;
            self.counters.read_only.store(1, Ordering::Relaxed);
            // Cutting the log may be all it takes.
            self.changes = CHANGES_PER_CHECKPOINT;
            tracing::error!(error = %cause, "the disk is full: changes are refused until there is room");
        }
    }

    fn found_room(&mut self) {
        if self.state == State::Full {
            self.state = State::Writing;
            self.counters.read_only.store(0, Ordering::Relaxed);
            tracing::warn!("the disk has room again: changes are taken");
        }
    }

    fn stop_writing(&mut self, cause: &dyn std::fmt::Display) {
        self.state = State::Stopped;
        self.counters.read_only.store(1, Ordering::Relaxed);
        tracing::error!(error = %cause, "the store cannot write any more: read-only until it is opened anew");
    }

    fn count(&mut self, group: &[Work], outcomes: &[Outcome]) {
        for (work, outcome) in group.iter().zip(outcomes) {
            match (work, outcome) {
                (Work::Batch(batch), Ok(_)) => {
                    Counters::add(&self.counters.commits);
                    self.changes += batch.writes.len() + batch.expects.len();
                }
                (Work::Batch(_), Err(_)) => Counters::add(&self.counters.refused),
                (_, Ok(Done::Swept(rows) | Done::Resealed(Resealed { rows, .. }))) => self.changes += rows,
                _ => self.changes += 1,
            }
        }
    }
}

fn refuse(group: &[Work], error: &CommitError) -> Vec<Outcome> {
    group.iter().map(|_| Err(error.clone())).collect()
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// A write found no room. A failing fsync is never reported like this.
fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

/// The disk has no room, or it or the file is not to be trusted any more, as opposed to a value that was refused.
fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::PermissionDenied
        )
    )
}
