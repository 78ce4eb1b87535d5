//! Forgetting ended rooms bit by bit: their streams, their chat, themselves.

use crate::apply::{Change, Put, Refusal};
use crate::expiry::SLICE_ROWS;
use crate::statement::prepared;
use parlor_protocol::ids::{ArchiveId, ConversationId};
use rusqlite::params;

/// How much of an ended room is still there, by what `room.swept` says.
#[derive(Clone, Copy)]
enum Left {
    Everything = 0,
    ChatAndRow = 1,
    Row = 2,
}

struct EndedRoom {
    archive_id: ArchiveId,
    chat_room_id: Option<ConversationId>,
}

impl Change<'_> {
    /// Events, records and devices of rooms that ended before then. Counts what it forgot, a room as one more.
    pub(crate) fn forget_room_streams(&self, ended_before_ms: i64) -> Result<usize, Refusal> {
        self.forget(Left::Everything, ended_before_ms, |room, budget| {
            let events = self.count(
                "DELETE FROM room_event WHERE archive_id = ?1 AND seq IN
                     (SELECT seq FROM room_event WHERE archive_id = ?1 ORDER BY seq LIMIT ?2)",
                params![room.archive_id.0, budget],
            )?;
            if events < budget {
                self.drop_endpoints(room.archive_id)?;
                self.run("DELETE FROM room_record WHERE archive_id = ?1", params![room.archive_id.0])?;
                self.mark_swept(room, Left::ChatAndRow)?;
            }
            Ok(events)
        })
    }

    /// Messages and visits of such rooms.
    pub(crate) fn forget_room_chats(&self, ended_before_ms: i64) -> Result<usize, Refusal> {
        self.forget(Left::ChatAndRow, ended_before_ms, |room, budget| {
            let messages = self.count(
                "DELETE FROM message WHERE conversation_id = ?1 AND seq IN
                     (SELECT seq FROM message WHERE conversation_id = ?1 ORDER BY seq LIMIT ?2)",
                params![room.chat_room_id.map(|id| id.0), budget],
            )?;
            let visits = self.count(
                "DELETE FROM room_visit WHERE archive_id = ?1 AND user_uuid IN
                     (SELECT user_uuid FROM room_visit WHERE archive_id = ?1 ORDER BY user_uuid LIMIT ?2)",
                params![room.archive_id.0, budget - messages],
            )?;
            if messages + visits < budget {
                self.mark_swept(room, Left::Row)?;
            }
            Ok(messages + visits)
        })
    }

    /// What is left of such rooms.
    pub(crate) fn forget_rooms(&self, ended_before_ms: i64) -> Result<usize, Refusal> {
        self.forget(Left::Row, ended_before_ms, |room, _| {
            self.run("DELETE FROM room_head WHERE archive_id = ?1", params![room.archive_id.0])?;
            self.run("DELETE FROM room WHERE archive_id = ?1", params![room.archive_id.0])?;
            Ok(0)
        })
    }

    /// `forget` says how many rows it forgot; as many as its budget means that the room may have more.
    fn forget(
        &self,
        left: Left,
        ended_before_ms: i64,
        forget: impl Fn(&EndedRoom, usize) -> Result<usize, Refusal>,
    ) -> Result<usize, Refusal> {
        let mut budget = SLICE_ROWS;
        for room in self.ended_rooms(left, ended_before_ms)? {
            if budget == 0 {
                break;
            }
            budget -= forget(&room, budget)?;
            budget = budget.saturating_sub(1);
        }
        Ok(SLICE_ROWS - budget)
    }

    fn ended_rooms(&self, left: Left, ended_before_ms: i64) -> Result<Vec<EndedRoom>, rusqlite::Error> {
        let sql = "SELECT archive_id, chat_room_id FROM room INDEXED BY room_ended
             WHERE swept = ?1 AND ended_at_ms < ?2 ORDER BY ended_at_ms LIMIT ?3";
        let mut statement = prepared(self.conn, sql)?;
        let rows = statement.query_map(params![left as u8, ended_before_ms, SLICE_ROWS], |row| {
            Ok(EndedRoom {
                archive_id: ArchiveId(row.get(0)?),
                chat_room_id: row.get::<_, Option<u64>>(1)?.map(ConversationId),
            })
        })?;
        rows.collect()
    }

    fn mark_swept(&self, room: &EndedRoom, left: Left) -> Put {
        self.run("UPDATE room SET swept = ?2 WHERE archive_id = ?1", params![room.archive_id.0, left as u8])
    }
}
