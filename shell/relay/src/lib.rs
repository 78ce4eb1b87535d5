//! WebRTC: sockets, threads, encryption; carries packets as `parlor-media` decided.
//!
//! [`Relay`] is the whole of it: a device joins the call of a room with its offer and gets the answer; from there on its packets
//! go between it and one of the relay's threads. What the room allows and what a device wants to see come in as orders, what is
//! worth telling comes out of [`RelayEvents`]. Every queue is bounded; what is a state replaces the state before it.

mod allowance;
mod bare;
mod call;
mod carrier;
mod config;
mod counts;
mod directory;
mod error;
mod events;
mod join;
mod kept;
#[cfg(feature = "lens")]
pub mod lens;
mod line;
mod orders;
mod peer;
mod pin;
mod quality;
mod red;
mod relay;
mod route;
mod socket;
mod stream;
mod tcp;
mod thread;
mod timers;
mod wires;

pub use bare::{BareRelay, Sent};
pub use config::RelayConfig;
pub use counts::{Dropped, TURN_BOUNDS_US, ThreadCounts};
pub use error::RelayError;
pub use events::{DeviceQuality, LeftCause, RelayEvent, RelayEvents, SlotHeld};
pub use join::{JoinCall, JoinedCall};
pub use kept::Kept;
pub use line::{Line, LineUse};
pub use relay::Relay;
