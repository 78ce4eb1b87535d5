//! The handle that features hold: commit, read, take numbers.

use crate::batch::{Assigned, Batch, CommitError};
use crate::drive::Threads;
use crate::mutation::Planted;
use crate::options::{Drive, StoreOptions};
use crate::schema::{OpenError, open_writer};
use crate::sequence::Sequence;
use crate::stats::{Counters, StoreStats};
use crate::view::{ReadError, View};
use crate::writer::{Done, Outcome, Work, Writer};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// What is remembered. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Engine>);

struct Engine {
    drive: Driver,
    counters: Arc<Counters>,
}

enum Driver {
    Threads(Threads),
    Inline(Mutex<Option<Writer>>, Option<Arc<dyn Pace>>),
}

/// What a simulation does around the work of an inline store, to bring about what threads would.
pub trait Pace: Send + Sync {
    /// Waited for before each read and commit, and after each commit before its caller goes on.
    fn pause(&self) -> Pin<Box<dyn Future<Output = ()> + Send>>;
    /// Called in the instant of every commit, with what is true from then on.
    fn committed(&self, view: &View<'_>);
}

impl Store {
    /// Opens the database, making or migrating it if need be.
    pub fn open(options: StoreOptions) -> Result<Self, OpenError> {
        Self::open_paced(options, None)
    }

    /// The same with a pace, which only [`Drive::Inline`] follows.
    pub fn open_paced(options: StoreOptions, pace: Option<Arc<dyn Pace>>) -> Result<Self, OpenError> {
        let counters = Arc::new(Counters::default());
        let planted = Planted::here();
        let conn = open_writer(&options, planted)?;
        let writer = Writer::new(conn, options.keyring.clone(), counters.clone(), planted);
        let drive = match options.drive {
            Drive::Threads => Driver::Threads(Threads::start(&options, writer)?),
            Drive::Inline => Driver::Inline(Mutex::new(Some(writer)), pace),
        };
        Ok(Self(Arc::new(Engine { drive, counters })))
    }

    /// Makes a batch happen. `Ok` means that it is durable.
    pub async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.commit_assigned(batch).await.map(|_| ())
    }

    /// The same for a batch some of whose numbers are given by the commit itself.
    pub async fn commit_assigned(&self, batch: Batch) -> Result<Assigned, CommitError> {
        match self.write(Work::Batch(batch)).await? {
            Done::Batch(assigned) => Ok(assigned),
            _ => Err(CommitError::Refused),
        }
    }

    /// Makes batches happen, one after the other, with as few writes to the disk as may be. Each is all or nothing, and
    /// has an outcome of its own: one that is refused leaves those behind it to what they expect themselves.
    pub async fn commit_in_turn(&self, batches: Vec<Batch>) -> Vec<Result<(), CommitError>> {
        let outcomes = self.write_in_turn(batches.into_iter().map(Work::Batch).collect()).await;
        outcomes.into_iter().map(|outcome| outcome.map(|_| ())).collect()
    }

    /// Reads from one snapshot that holds everything acknowledged so far.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&View<'_>) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        Counters::add(&self.0.counters.reads);
        match &self.0.drive {
            Driver::Threads(threads) => threads.read(f).await,
            Driver::Inline(writer, pace) => {
                if let Some(pace) = pace {
                    pace.pause().await;
                }
                let writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let Writer { conn, keyring, .. } = writer.as_ref().ok_or(ReadError::Closed)?;
                catch_unwind(AssertUnwindSafe(|| f(&View { conn, keyring })))
                    .unwrap_or(Err(ReadError::Panicked))
            }
        }
    }

    /// Takes `count` (at least 1) numbers of a sequence, durably: they are positive, below 2^53 and never given again.
    pub async fn take_numbers(&self, sequence: Sequence, count: u64) -> Result<Range<u64>, CommitError> {
        match self.write(Work::Numbers(sequence, count.max(1))).await? {
            Done::Numbers(range) => Ok(range),
            _ => Err(CommitError::Refused),
        }
    }

    /// What it has done since it was opened.
    pub fn stats(&self) -> StoreStats {
        self.0.counters.snapshot()
    }

    /// Finishes what waits and closes the file. Every clone answers `Closed` from then on.
    pub async fn close(&self) {
        match &self.0.drive {
            Driver::Threads(threads) => threads.close().await,
            Driver::Inline(writer, _) => drop(writer.lock().unwrap_or_else(PoisonError::into_inner).take()),
        }
    }

    pub(crate) async fn write(&self, work: Work) -> Outcome {
        self.write_in_turn(vec![work]).await.pop().unwrap_or(Err(CommitError::ReadOnly))
    }

    async fn write_in_turn(&self, works: Vec<Work>) -> Vec<Outcome> {
        let outcomes = match &self.0.drive {
            Driver::Threads(threads) => threads.write_in_turn(works).await,
            Driver::Inline(writer, pace) => {
                let mut outcomes = Vec::with_capacity(works.len());
                for work in works {
                    outcomes.push(paced(writer, pace.as_deref(), work).await);
                }
                outcomes
            }
        };
        for _ in outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Busy))) {
            Counters::add(&self.0.counters.busy);
        }
        outcomes
    }
}

async fn paced(writer: &Mutex<Option<Writer>>, pace: Option<&dyn Pace>, work: Work) -> Outcome {
    let Some(pace) = pace else { return inline(writer, work, |_| ()) };
    pace.pause().await;
    let outcome = inline(writer, work, |view| pace.committed(view));
    pace.pause().await;
    outcome
}

fn inline(writer: &Mutex<Option<Writer>>, work: Work, committed: impl FnOnce(&View<'_>)) -> Outcome {
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    let writer = writer.as_mut().ok_or(CommitError::Closed)?;
    let outcome = writer.run(&[work]).pop().unwrap_or(Err(CommitError::ReadOnly));
    if outcome.is_ok() {
        let Writer { conn, keyring, .. } = &*writer;
        committed(&View { conn, keyring });
    }
    writer.tend();
    outcome
}
