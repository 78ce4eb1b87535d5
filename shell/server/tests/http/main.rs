//! The HTTP API against a real node: store on disk, router without sockets.

mod accounts;
mod admission;
mod binding;
mod document;
mod golden;
mod sessions;
mod world;
