//! The real server, as a process of its own, in trouble: killed at any moment, told to end under load, attacked.

mod api;
mod attack;
mod drain;
mod kill;
mod ledger;
mod server;
mod slow;
