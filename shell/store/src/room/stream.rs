//! A room's stream: its events, and the record that stands for those before it.

use super::one_room;
use crate::apply::{Change, Put, Refusal};
use crate::batch::CommitError;
use crate::mutation::Mutation;
use crate::rows::{RoomEventRow, RoomRecordRow};
use crate::statement::prepared;
use crate::view::{Read, View};
use parlor_protocol::ids::ArchiveId;
use rusqlite::params;

impl View<'_> {
    /// The state of a room as it was recorded last.
    pub fn room_record(&self, archive_id: ArchiveId) -> Read<Option<RoomRecordRow>> {
        let sql = "SELECT seq, body FROM room_record WHERE archive_id = ?1";
        self.one(sql, params![archive_id.0], |_, row| {
            Ok(RoomRecordRow { seq: row.get(0)?, body: row.get(1)? })
        })
    }

    /// The events of a room that follow `seq`, as far as they are kept, at most `limit`.
    pub fn room_events_after(
        &self,
        archive_id: ArchiveId,
        seq: u64,
        limit: usize,
    ) -> Read<Vec<RoomEventRow>> {
        let sql = "SELECT seq, body FROM room_event WHERE archive_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
        self.many(sql, params![archive_id.0, seq, limit], |_, row| {
            Ok(RoomEventRow { seq: row.get(0)?, body: row.get(1)? })
        })
    }
}

impl Change<'_> {
    pub(crate) fn append_room_events(
        &self,
        archive_id: ArchiveId,
        first_seq: u64,
        events: &[Vec<u8>],
    ) -> Put {
        let before = first_seq.checked_sub(1).ok_or(Refusal::Rule(CommitError::Refused))?;
        let unfenced = self.planted.is(Mutation::NoRoomFence);
        let moved = self.count(
            "UPDATE room_head SET seq = ?2 + ?3 WHERE archive_id = ?1 AND (seq = ?2 OR ?4)",
            params![archive_id.0, before, events.len(), unfenced],
        )?;
        one_room(archive_id, moved)?;
        let insert = match unfenced {
            true => "INSERT OR REPLACE INTO room_event (archive_id, seq, body) VALUES (?1, ?2, ?3)",
            false => "INSERT INTO room_event (archive_id, seq, body) VALUES (?1, ?2, ?3)",
        };
        let mut insert = prepared(self.conn, insert)?;
        for (seq, body) in (first_seq..).zip(events) {
            insert.execute(params![archive_id.0, seq, body])?;
        }
        Ok(())
    }

    pub(crate) fn put_room_record(
        &self,
        archive_id: ArchiveId,
        seq: u64,
        body: &[u8],
        keep_events_after: u64,
    ) -> Put {
        self.run(
            "INSERT OR REPLACE INTO room_record (archive_id, seq, body) VALUES (?1, ?2, ?3)",
            params![archive_id.0, seq, body],
        )?;
        self.run(
            "DELETE FROM room_event WHERE archive_id = ?1 AND seq <= ?2",
            params![archive_id.0, keep_events_after.min(seq)],
        )
    }
}
