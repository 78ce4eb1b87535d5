//! The shipping server and client in one thread: a bad network, a bad disk, one seed.

pub mod calls;
pub mod campaign;
pub mod dice;
pub mod disk;
pub mod gateway;
pub mod heap;
pub mod history;
pub mod judge;
pub mod media;
pub mod mutation;
pub mod network;
pub mod wire;
pub mod witness;
