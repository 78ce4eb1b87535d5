//! An impaired path between two ends.
//!
//! [`Path`] is one direction of it and [`Wan`] both, behind a NAT: a model without clock, IO or chance of its own. Packets are
//! told it with their time and come out of it when they are due; the same seed and the same packets give the same fate of each. [`relay`]
//! puts it between real processes, over UDP and TCP.

mod chance;
mod conditions;
mod path;
pub mod relay;
mod wan;

pub use chance::Chance;
pub use conditions::{Conditions, ConditionsError};
pub use path::{Counters, Path, Transport};
pub use wan::{Mapping, Script, Step, Wan, Way};
