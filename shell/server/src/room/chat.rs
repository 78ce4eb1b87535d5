//! The chat of a room: written and recalled through the room's owner; pulled and looked up in the store.

mod history;
mod read;
mod send;

pub use history::history;
pub use read::{members, pull};
pub use send::{recall, send};

pub(super) use send::{plan_recall, plan_send, recalled, sent_before};
