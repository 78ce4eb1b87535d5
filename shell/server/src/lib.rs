//! The server: sockets, HTTP API, tasks and configuration.

pub mod callback;
pub mod clock;
pub mod config;
pub mod conn;
pub mod dispatch;
pub mod fault;
pub mod http;
pub mod hub;
pub mod identity;
pub mod link;
pub mod mutation;
pub mod node;
pub mod outbox;
pub mod random;
