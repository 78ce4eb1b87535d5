//! The HTTP API against a real node: store on disk, router without sockets.

mod accounts;
mod admission;
mod binding;
mod document;
mod sessions;
mod world;
