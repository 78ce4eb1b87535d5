//! How much one receiver of a chat gets in a second.
//!
//! Published (neroom-server §6.1): at most 20 ordinary messages and 10 of high priority each second; the excess is
//! dropped at random. Dropped for the receiver: it is stored, and history has it.

use parlor_protocol::v1::chat_message::Body;
use parlor_protocol::v1::{ChatMessage, ChatNoticeType};

/// A second, in ms.
const WINDOW_MS: i64 = 1000;

/// What a receiver gets of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// All of it.
    Deliver,
    /// Its place only.
    Veil,
}

/// The most messages in a second for one receiver; 0 = no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiveRates {
    /// Ordinary messages.
    pub ordinary_per_s: u32,
    /// Messages of high priority.
    pub high_priority_per_s: u32,
}

impl ReceiveRates {
    /// Nothing of this class is dropped, and it need not be counted.
    pub fn are_unlimited(self, high_priority: bool) -> bool {
        let limit = if high_priority { self.high_priority_per_s } else { self.ordinary_per_s };
        limit == 0
    }
}

impl Default for ReceiveRates {
    fn default() -> Self {
        Self { ordinary_per_s: 20, high_priority_per_s: 10 }
    }
}

/// The count of one receiver in one chat.
#[derive(Clone, Copy, Debug)]
pub struct ReceiveLimits {
    ordinary: Window,
    high_priority: Window,
}

impl ReceiveLimits {
    /// A receiver that has got nothing yet.
    pub fn new(rates: ReceiveRates) -> Self {
        Self {
            ordinary: Window::new(rates.ordinary_per_s),
            high_priority: Window::new(rates.high_priority_per_s),
        }
    }

    /// Whether the receiver gets this message; counts it. `random` is evenly distributed. The notice of a recall always
    /// arrives: without it the receiver would keep what was taken back.
    pub fn decide(&mut self, now_ms: i64, random: u64, message: &ChatMessage) -> Delivery {
        if matches!(&message.body, Some(Body::Notice(notice)) if notice.r#type() == ChatNoticeType::Recall) {
            return Delivery::Deliver;
        }
        let window = if message.high_priority { &mut self.high_priority } else { &mut self.ordinary };
        if window.admit(now_ms, random) { Delivery::Deliver } else { Delivery::Veil }
    }
}

/// One second of one class, counted from the first message after a rest.
#[derive(Clone, Copy, Debug)]
struct Window {
    limit: u32,
    since_ms: Option<i64>,
    seen: u32,
    delivered: u32,
    /// Seen in the second before: what to expect of this one.
    expected: u32,
}

impl Window {
    fn new(limit: u32) -> Self {
        Self { limit, since_ms: None, seen: 0, delivered: 0, expected: 0 }
    }

    /// Takes as many as the limit, spread over as many as the second before had: each of them is as likely to arrive
    /// as any other, where tail drop would let only the first of each second through.
    fn admit(&mut self, now_ms: i64, random: u64) -> bool {
        if self.limit == 0 {
            return true;
        }
        self.turn(now_ms);
        let left = u64::from(self.limit.saturating_sub(self.delivered));
        let to_come = u64::from(self.expected.saturating_sub(self.seen).max(1));
        self.seen = self.seen.saturating_add(1);
        let admitted = left > 0 && random % to_come < left;
        self.delivered += u32::from(admitted);
        admitted
    }

    fn turn(&mut self, now_ms: i64) {
        let since_ms = *self.since_ms.get_or_insert(now_ms);
        let elapsed_ms = now_ms.saturating_sub(since_ms);
        if (0..WINDOW_MS).contains(&elapsed_ms) {
            return;
        }
        let is_neighbour = (WINDOW_MS..2 * WINDOW_MS).contains(&elapsed_ms);
        self.expected = if is_neighbour { self.seen } else { 0 };
        self.since_ms = Some(if is_neighbour { since_ms + WINDOW_MS } else { now_ms });
        (self.seen, self.delivered) = (0, 0);
    }
}
