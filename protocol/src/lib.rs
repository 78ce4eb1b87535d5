//! What is said: the wire contract, limits and the one table of codes.

pub mod codes;
pub mod ids;
pub mod limits;

pub use codes::{Code, Remedy};
