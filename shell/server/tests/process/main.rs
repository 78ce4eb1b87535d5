//! The program as operators run it: real processes, real sockets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod admin;
mod harness;
mod start;
mod stop;
mod tls;
