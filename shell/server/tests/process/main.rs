//! The program as operators run it: real processes, real sockets.

mod admin;
mod harness;
mod start;
mod stop;
mod tls;
