//! Callbacks that wait to be delivered.

use parlor_protocol::ids::AppId;

/// A callback as it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCallback {
    /// Whose.
    pub app_id: AppId,
    /// Those of one lane of an app are delivered in order, as `room:ARCHIVE`.
    pub lane: String,
    /// Number or name of the event, as the app gets it.
    pub event_type: String,
    /// What the app gets.
    pub body: String,
    /// When it happened; it is due at once.
    pub created_at_ms: i64,
}

/// A callback that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRow {
    /// Given when it was committed; rises along a lane, and never given again.
    pub callback_id: i64,
    /// Whose.
    pub app_id: AppId,
    /// Those of one lane of an app are delivered in order.
    pub lane: String,
    /// Number or name of the event, as the app gets it.
    pub event_type: String,
    /// What the app gets.
    pub body: String,
    /// When it happened.
    pub created_at_ms: i64,
    /// How often its delivery has failed.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at_ms: i64,
}

/// How many callbacks wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallbacksWaiting {
    /// All of them.
    pub count: u64,
    /// When the oldest happened.
    pub oldest_at_ms: Option<i64>,
}
