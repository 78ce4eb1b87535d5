//! Fuzz targets on the server's own code: a real node with its store on disk, without sockets, and a call through the relay,
//! likewise. Each target takes any bytes and panics where the server breaks its word; the seeds reach every handler, and a
//! test says so.

pub mod http;
pub mod link;
pub mod packet;
pub mod payload;
mod room;
pub mod seeds;
mod world;
