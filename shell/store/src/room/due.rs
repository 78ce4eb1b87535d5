//! Rooms in which something happens at a time by itself: a ban runs out, a life ends.

use crate::apply::{Change, Put};
use crate::view::{Read, View};
use parlor_protocol::ids::ArchiveId;
use rusqlite::params;

impl View<'_> {
    /// Rooms in which something is due at `now_ms`, the longest overdue first; at most `limit`.
    pub fn rooms_due(&self, now_ms: i64, limit: usize) -> Read<Vec<ArchiveId>> {
        let sql = "SELECT archive_id FROM room_due INDEXED BY room_due_time WHERE due_at_ms <= ?1
             ORDER BY due_at_ms LIMIT ?2";
        self.many(sql, params![now_ms, limit], |_, row| Ok(ArchiveId(row.get(0)?)))
    }

    /// When something is due in a room next.
    pub fn room_due(&self, archive_id: ArchiveId) -> Read<Option<i64>> {
        let sql = "SELECT due_at_ms FROM room_due WHERE archive_id = ?1";
        self.one(sql, params![archive_id.0], |_, row| Ok(row.get(0)?))
    }
}

impl Change<'_> {
    pub(crate) fn put_room_due(&self, archive_id: ArchiveId, due_at_ms: Option<i64>) -> Put {
        match due_at_ms {
            Some(due_at_ms) => self.run(
                "INSERT OR REPLACE INTO room_due (archive_id, due_at_ms) VALUES (?1, ?2)",
                params![archive_id.0, due_at_ms],
            ),
            None => self.run("DELETE FROM room_due WHERE archive_id = ?1", params![archive_id.0]),
        }
    }
}
