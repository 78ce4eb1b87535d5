//! One call: who gets which stream in which slot and in which layer, renumbered so that a receiver sees one unbroken stream.
//!
//! Pure. Time is microseconds of a clock that never goes back. A shell tells a [`Switch`] facts with [`Switch::handle`], takes
//! what follows with [`Switch::poll`] until there is nothing more, and gives it packets with [`Switch::forward`].
#![forbid(unsafe_code)]

mod codec;
mod facts;
mod mutation;
mod slab;
mod switch;

pub use facts::{
    Codec, Forward, Grant, Input, Kind, Layer, Level, Output, Packet, Payload, SlotIndex, SlotState, Source,
    Stream, Wanted,
};
pub use mutation::Mutation;
pub use switch::Switch;
