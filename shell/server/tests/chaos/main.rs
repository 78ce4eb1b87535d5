//! The real server, as a process of its own, in trouble: killed at any moment, told to end under load, attacked.

#![allow(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod api;
mod attack;
mod drain;
mod judge;
mod kill;
mod ledger;
mod meeting;
mod room;
mod server;
mod slow;
