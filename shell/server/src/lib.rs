//! The server: sockets, HTTP API, tasks and configuration.
