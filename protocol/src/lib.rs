//! What is said: the wire contract, limits and the one table of codes.

pub mod causes;
pub mod codes;
pub mod ids;
pub mod limits;
mod refusal;
mod shown;

/// The messages of the link, generated from `protocol/proto` by `cargo xtask codegen`.
#[allow(missing_docs, clippy::large_enum_variant)]
#[path = "gen/parlor.v1.rs"]
pub mod v1;

pub use causes::Cause;
pub use codes::{Code, Remedy};
pub use refusal::Refusal;
