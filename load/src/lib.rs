//! Publishers and subscribers at scale, with real sessions of WebRTC: what of their packets arrives, how late, and what it
//! costs the server.
//!
//! [`run`] is the whole of it: [`Args`] say what is to be done, a [`Report`] says what came of it. The program `parlor-load` is
//! this with a command line.

pub mod accounts;
mod clock;
mod engine;
mod histogram;
mod janus;
mod meter;
mod parlor;
mod payload;
mod peer;
mod plan;
mod process;
mod profile;
mod report;
mod run;
mod socket;
mod source;

pub use process::{Machine, cpu_ns, rss_kib};
pub use report::{Report, ServerUse, Spread};
pub use run::{Args, Media, Pattern, Target, run};
