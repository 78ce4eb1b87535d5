//! May this be sent; timelines: order, duplicates, recall, bounded history. Pure.
//!
//! A [`Chatroom`] is the head of one conversation: it says what the next message is, checks it, and moves on when that
//! message is stored. What was said before lies in the store, where a repeated (sender, message uuid) is found.

pub mod chat;

pub use chat::content::check_send;
pub use chat::history::{History, history};
pub use chat::kind::Kind;
pub use chat::recall::{Recaller, recalled};
pub use chat::receive::{Delivery, ReceiveLimits, ReceiveRates};
pub use chat::sight::{veiled, visible};
pub use chat::{Allowance, Ban, Chatroom};
