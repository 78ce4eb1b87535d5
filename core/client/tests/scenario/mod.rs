//! What plays a scenario file against the machine.

pub(crate) mod json;
pub(crate) mod media;
pub(crate) mod pattern;
pub(crate) mod player;
