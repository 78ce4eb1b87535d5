//! The two ways to run the store: on threads of its own, or in place.

use crate::batch::CommitError;
use crate::options::StoreOptions;
use crate::schema::{OpenError, open_reader};
use crate::seal::Keyring;
use crate::view::{ReadError, View};
use crate::writer::{Outcome, Work, Writer};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// The most batches in one durable commit.
const GROUP_MAX: usize = 1_024;

/// Work on its way to the writer.
pub(crate) struct Job {
    work: Work,
    reply: oneshot::Sender<Outcome>,
}

/// A read on its way to a reader.
pub(crate) type ReadJob = Box<dyn FnOnce(Result<&View<'_>, ReadError>) + Send>;

/// Threads that end when their queue does.
pub(crate) struct Threads {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    reads: Mutex<Option<mpsc::Sender<ReadJob>>>,
    /// Closed once the last reader, and then the writer, has gone.
    gone: Mutex<Option<(mpsc::Receiver<()>, mpsc::Receiver<()>)>>,
}

impl Threads {
    pub(crate) fn start(options: &StoreOptions, writer: Writer) -> Result<Self, OpenError> {
        let queue = options.queue.max(1);
        let (jobs, job_queue) = mpsc::channel(queue);
        let (reads, read_queue) = mpsc::channel(queue);
        let (writer_alive, writer_gone) = mpsc::channel(1);
        let (reader_alive, readers_gone) = mpsc::channel(1);
        let read_queue = Arc::new(Mutex::new(read_queue));
        for number in 0..options.readers.max(1) {
            let conn = open_reader(options)?;
            let (queue, keyring, alive) = (read_queue.clone(), options.keyring.clone(), reader_alive.clone());
            thread::Builder::new().name(format!("store-read-{number}")).spawn(move || {
                read_all(&conn, &keyring, &queue);
                drop(conn);
                drop(alive);
            })?;
        }
        thread::Builder::new().name("store-write".into()).spawn(move || {
            let counters = writer.counters.clone();
            // Dropped by the panic, the queue answers everybody who waits in it.
            if catch_unwind(AssertUnwindSafe(|| write_all(writer, job_queue))).is_err() {
                counters.read_only.store(1, Ordering::Relaxed);
                tracing::error!("the writer has gone: read-only until the store is opened anew");
            }
            drop(writer_alive);
        })?;
        let gone = Mutex::new(Some((readers_gone, writer_gone)));
        Ok(Self { jobs: Mutex::new(Some(jobs)), reads: Mutex::new(Some(reads)), gone })
    }

    /// Hands all of it to the writer before it waits, so that one durable commit can hold it.
    pub(crate) async fn write_in_turn(&self, works: Vec<Work>) -> Vec<Outcome> {
        let Some(jobs) = held(&self.jobs) else {
            return works.iter().map(|_| Err(CommitError::Closed)).collect();
        };
        let hand_over = |work| {
            let (reply, outcome) = oneshot::channel();
            jobs.try_send(Job { work, reply }).map(|()| outcome).map_err(|e| match e {
                mpsc::error::TrySendError::Full(_) => CommitError::Busy,
                // Its thread has gone with a panic: while the store is open it lives as long as its queue.
                mpsc::error::TrySendError::Closed(_) => CommitError::ReadOnly,
            })
        };
        let waiting: Vec<_> = works.into_iter().map(hand_over).collect();
        drop(jobs);
        let mut outcomes = Vec::with_capacity(waiting.len());
        for outcome in waiting {
            outcomes.push(match outcome {
                Ok(outcome) => outcome.await.unwrap_or(Err(CommitError::ReadOnly)),
                Err(refused) => Err(refused),
            });
        }
        outcomes
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&View<'_>) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let reads = held(&self.reads).ok_or(ReadError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |view: Result<&View<'_>, ReadError>| {
            // A caller that has gone away is no error.
            let _ = reply.send(view.and_then(f));
        });
        reads.send(job).await.map_err(|_| ReadError::Closed)?;
        drop(reads);
        answer.await.unwrap_or(Err(ReadError::Panicked))
    }

    /// Lets everything that waits finish, then ends the threads; the writer last, so that it can tidy up the log.
    pub(crate) async fn close(&self) {
        take(&self.reads);
        let gone = take(&self.gone);
        if let Some((mut readers, mut writer)) = gone {
            readers.recv().await;
            take(&self.jobs);
            writer.recv().await;
        }
    }
}

fn held<T: Clone>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn write_all(mut writer: Writer, mut queue: mpsc::Receiver<Job>) {
    let (mut works, mut replies) = (Vec::new(), Vec::new());
    while let Some(first) = queue.blocking_recv() {
        let mut next = Some(first);
        while let Some(Job { work, reply }) = next.take() {
            works.push(work);
            replies.push(reply);
            if works.len() < GROUP_MAX {
                next = queue.try_recv().ok();
            }
        }
        for (reply, outcome) in replies.drain(..).zip(writer.run(&works)) {
            // A caller that has gone away is no error.
            let _ = reply.send(outcome);
        }
        works.clear();
        writer.tend();
    }
}

fn read_all(conn: &Connection, keyring: &Keyring, queue: &Mutex<mpsc::Receiver<ReadJob>>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| in_snapshot(conn, keyring, job))).is_err() {
            tracing::error!("a read panicked");
        }
        if !conn.is_autocommit() {
            // Left by a panic; a snapshot that never ends would keep the log from being cut.
            let _ = conn.execute_batch("ROLLBACK");
        }
    }
}

fn in_snapshot(conn: &Connection, keyring: &Keyring, job: ReadJob) {
    let view = View { conn, keyring };
    let begun = conn.prepare_cached("BEGIN").and_then(|mut s| s.execute([]));
    if let Err(e) = begun {
        return job(Err(e.into()));
    }
    job(Ok(&view));
    if let Err(e) = conn.prepare_cached("COMMIT").and_then(|mut s| s.execute([])) {
        tracing::error!(error = %e, "a snapshot could not be closed");
    }
}
