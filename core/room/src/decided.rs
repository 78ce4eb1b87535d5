//! What a decision says: the events that follow, or why not.

use parlor_protocol::limits::LimitError;
use parlor_protocol::{Code, v1};

/// The events of one decision, numbered from the room's next number and stamped. All of them happen, or none.
/// Empty: nothing changes, which is a success too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// In their order.
    pub events: Vec<v1::RoomEvent>,
}

/// Why something is not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// What the caller is answered.
    pub code: Code,
    /// The field that is wrong, where it is one.
    pub field: Option<&'static str>,
    /// For developers: the rule that was broken, never a value.
    pub message: String,
}

impl Refusal {
    /// A rule that is about no single field.
    pub fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, field: None, message: message.into() }
    }

    /// A field that is wrong.
    pub fn of_field(code: Code, field: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { code, field: Some(field), message: message.into() }
    }
}

impl From<LimitError> for Refusal {
    fn from(error: LimitError) -> Refusal {
        Refusal { code: error.code(), field: Some(error.field()), message: error.to_string() }
    }
}

/// Events being collected.
#[derive(Debug)]
pub(crate) struct Draft {
    next_seq: u64,
    now_ms: i64,
    operate_by: String,
    events: Vec<v1::RoomEvent>,
}

impl Draft {
    /// After `at`; `operate_by` is the acting member, empty for the server.
    pub(crate) fn new(at: &v1::Cursor, now_ms: i64, operate_by: &str) -> Draft {
        Draft { next_seq: at.seq + 1, now_ms, operate_by: operate_by.to_owned(), events: Vec::new() }
    }

    pub(crate) fn push(&mut self, body: v1::room_event::Body) {
        let (at_ms, operate_by) = (self.now_ms, self.operate_by.clone());
        self.events.push(v1::RoomEvent { seq: self.next_seq, at_ms, operate_by, body: Some(body) });
        self.next_seq += 1;
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    pub(crate) fn decided(self) -> Decided {
        Decided { events: self.events }
    }
}
