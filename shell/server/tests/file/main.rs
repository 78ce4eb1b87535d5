//! Files against a real server: a node on a folder, its listener on a socket.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

mod download;
mod sweep;
mod upload;
mod world;
