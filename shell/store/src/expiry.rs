//! What expires, and forgetting one slice of it.

use crate::apply::{Change, Refusal};
use rusqlite::params;

/// Rows forgotten in one go.
pub(crate) const SLICE_ROWS: usize = 500;

/// One slice of a sweep.
#[derive(Clone, Copy)]
pub(crate) enum Slice {
    Marks { now_ms: i64 },
    Tickets { now_ms: i64 },
    Tokens { now_ms: i64 },
    Tombstones { ended_before_ms: i64 },
    Audit { keep: u64 },
    RoomStreams { ended_before_ms: i64 },
    RoomChats { ended_before_ms: i64 },
    Rooms { ended_before_ms: i64 },
    UserEvents { before_ms: i64 },
}

impl Change<'_> {
    /// Forgets at most one slice of rows and counts them.
    pub(crate) fn sweep(&self, slice: &Slice) -> Result<usize, Refusal> {
        match *slice {
            Slice::Marks { now_ms } => self.count(
                "DELETE FROM once WHERE (app_id, kind, id) IN
                     (SELECT app_id, kind, id FROM once WHERE expires_at_ms <= ?1 LIMIT ?2)",
                params![now_ms, SLICE_ROWS],
            ),
            Slice::Tickets { now_ms } => self.count(
                "DELETE FROM link_ticket WHERE (app_id, ticket_hash) IN
                     (SELECT app_id, ticket_hash FROM link_ticket WHERE expires_at_ms <= ?1 LIMIT ?2)",
                params![now_ms, SLICE_ROWS],
            ),
            Slice::Tokens { now_ms } => self.count(
                "DELETE FROM access_token WHERE (app_id, token_hash) IN
                     (SELECT app_id, token_hash FROM access_token WHERE expires_at_ms <= ?1 LIMIT ?2)",
                params![now_ms, SLICE_ROWS],
            ),
            Slice::Tombstones { ended_before_ms } => self.count(
                "DELETE FROM session WHERE session_id IN
                     (SELECT session_id FROM session INDEXED BY session_tombstone
                      WHERE ended_at_ms < ?1 ORDER BY ended_at_ms LIMIT ?2)",
                params![ended_before_ms, SLICE_ROWS],
            ),
            Slice::Audit { keep } => self.count(
                "DELETE FROM audit WHERE audit_id IN
                     (SELECT audit_id FROM audit WHERE audit_id <= (SELECT max(audit_id) FROM audit) - ?1
                      ORDER BY audit_id LIMIT ?2)",
                params![i64::try_from(keep).unwrap_or(i64::MAX), SLICE_ROWS],
            ),
            Slice::RoomStreams { ended_before_ms } => self.forget_room_streams(ended_before_ms),
            Slice::RoomChats { ended_before_ms } => self.forget_room_chats(ended_before_ms),
            Slice::Rooms { ended_before_ms } => self.forget_rooms(ended_before_ms),
            Slice::UserEvents { before_ms } => self.count(
                "DELETE FROM user_event WHERE (app_id, user_uuid, seq) IN
                     (SELECT app_id, user_uuid, seq FROM user_event INDEXED BY user_event_time
                      WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2)",
                params![before_ms, SLICE_ROWS],
            ),
        }
    }
}
