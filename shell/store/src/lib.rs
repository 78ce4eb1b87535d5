//! What is remembered: the embedded SQLite store behind one seam, [`Store::commit`] and typed reads.
//!
//! One writer groups all batches that wait into one durable commit and only then answers their callers; readers work on
//! snapshots. Secrets are sealed under keys that the database does not hold. A full disk makes the
//! store read-only until there is room, a disk that fails until it is opened anew: it never answers `Ok` for what may be
//! lost.

mod app;
mod apply;
mod audit;
mod backup;
mod batch;
mod callback;
mod chat;
mod drive;
mod expiry;
mod file;
mod identity;
mod link;
pub mod mutation;
mod numbers;
mod options;
mod reseal;
mod room;
pub mod rows;
mod schema;
mod seal;
mod sealed;
mod sequence;
mod statement;
mod stats;
mod store;
mod sweep;
mod view;
mod writer;

pub use backup::BackupError;
pub use batch::{Assigned, Batch, CommitError, Contended, Expect, Key, OnceKind, Taken, Write};
pub use chat::{HistoryQuery, USER_EVENTS_KEPT};
pub use numbers::Numbers;
pub use options::{Drive, StoreOptions};
pub use schema::{OpenError, SCHEMA};
pub use seal::{FillRandom, Keyring, KeyringError, SealError};
pub use sequence::{NUMBER_END, Sequence, TEMPLATE_FIRST};
pub use stats::{COMMIT_TIME_BOUNDS_US, StoreStats};
pub use store::{Pace, Store};
pub use sweep::{SweepLimits, Swept};
pub use view::{ReadError, View};
