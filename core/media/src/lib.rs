//! One call: who gets which stream in which slot and in which layer, renumbered so that a receiver sees one unbroken stream.
//!
//! Pure. Time is microseconds of a clock that never goes back.

mod facts;

pub use facts::{
    Codec, Forward, Grant, Input, Kind, Layer, Level, Output, Packet, Payload, SlotIndex, SlotState, Source,
    Stream, Wanted,
};
