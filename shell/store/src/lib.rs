//! What is remembered: the embedded SQLite store behind one seam, [`Store::commit`] and typed reads.

mod batch;
pub mod rows;

pub use batch::{Batch, Expect, Key, OnceKind, Write};
