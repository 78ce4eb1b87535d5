//! What a decision says: the events that follow.

use parlor_protocol::v1;

/// The events of one decision, numbered from the room's next number and stamped. All of them happen, or none.
/// Empty: nothing changes, which is a success too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// In their order.
    pub events: Vec<v1::RoomEvent>,
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
