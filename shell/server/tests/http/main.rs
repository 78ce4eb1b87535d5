//! The HTTP API against a real node: store on disk, router without sockets.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

mod accounts;
mod admission;
mod binding;
mod calls;
mod chat;
mod document;
mod golden;
mod published;
mod reuse;
mod room;
mod sessions;
mod template;
mod world;
