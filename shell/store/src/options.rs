//! Where and how a store runs.

use crate::seal::Keyring;
use std::path::PathBuf;

/// Where and how a store runs.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The database file; made if absent, readable by its owner alone.
    pub path: PathBuf,
    /// Own threads, or in place.
    pub drive: Drive,
    /// A registered SQLite VFS instead of the system's; the simulator's disk.
    pub vfs: Option<String>,
    /// Reader threads (at least 1). Only for [`Drive::Threads`].
    pub readers: usize,
    /// How many commits may wait; more are answered [`CommitError::Busy`](crate::CommitError::Busy).
    /// Reads beyond it wait for a place.
    pub queue: usize,
    /// Keys for what is sealed.
    pub keyring: Keyring,
}

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// One writer thread that groups commits, and reader threads.
    Threads,
    /// The calling thread, inside the call: for a simulation in one thread. Takes the file exclusively.
    Inline,
}
