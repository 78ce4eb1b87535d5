//! Devices in a call, over real sockets of this machine.

mod admit;
mod device;
mod media;
mod path;
mod world;
