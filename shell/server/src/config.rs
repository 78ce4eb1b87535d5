//! Everything an operator can set. Units are in the names.

use serde::{Deserialize, Serialize};

/// The whole configuration: TOML file, then `PARLOR__SECTION__KEY`, then flags.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Links and sessions.
    pub link: LinkConfig,
}

/// Links and sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkConfig {
    /// A connection that has not logged in by then is closed.
    pub login_timeout_ms: u32,
    /// Clients send something at least this often.
    pub ping_interval_ms: u32,
    /// A link silent for this long is dead.
    pub silence_ms: u32,
    /// The same while a room is joined.
    pub silence_in_room_ms: u32,
    /// A session waits this long for a resume, counted from the last byte received.
    pub resume_window_ms: u32,
    /// A frame that cannot be written within this time closes the link.
    pub write_timeout_ms: u32,
    /// Bytes that may wait for one slow receiver.
    pub outbox_bytes: usize,
    /// Longest a request may take when the client names no deadline.
    pub request_timeout_ms: u32,
    /// Logins and resumes per second this node admits; more are told to wait.
    pub logins_per_s: u32,
    /// Failed logins per minute from one account before it is told to wait.
    pub failed_logins_per_minute: u32,
    /// Requests per second of one link, and the burst it may save up.
    pub requests_per_s: u32,
    /// Links open at once on this node.
    pub max_links: u32,
}

impl Default for LinkConfig {
    fn default() -> Self {
        Self {
            login_timeout_ms: 10_000,
            ping_interval_ms: 15_000,
            silence_ms: 45_000,
            silence_in_room_ms: 15_000,
            resume_window_ms: 30_000,
            write_timeout_ms: 10_000,
            outbox_bytes: 1 << 20,
            request_timeout_ms: 10_000,
            logins_per_s: 2_000,
            failed_logins_per_minute: 10,
            requests_per_s: 100,
            max_links: 100_000,
        }
    }
}
