//! The server: sockets, HTTP API, tasks and configuration.

pub mod callback;
pub mod config;
