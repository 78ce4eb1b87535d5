//! Programs in calls: the Rust SDK's own WebRTC against the server as a process, over sockets of this machine.

#![allow(clippy::unwrap_used, reason = "a step that fails ends the test")]

#[allow(dead_code, reason = "the tests in trouble use the rest")]
#[path = "../chaos/api.rs"]
mod api;
mod bot;
mod detour;
mod frames;
mod reconnect;
mod rights;
#[allow(dead_code, reason = "the tests in trouble use the rest")]
#[path = "../chaos/server.rs"]
mod server;
