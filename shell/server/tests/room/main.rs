//! Rooms through links: what one device does is in the mirrors of the others, and in the store after a crash.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

mod chat;
mod fence;
mod group;
mod lifecycle;
mod media;
mod members;
mod world;
