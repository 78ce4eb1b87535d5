//! The shipping server and client in one thread: a bad network, a bad disk, one seed.

pub mod disk;
