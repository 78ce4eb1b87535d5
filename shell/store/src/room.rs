//! Rooms: what they were made with, who holds them, and the list of those that live.

mod due;
mod endpoint;
mod retention;
mod stream;
mod template;

use crate::apply::{Change, Put, Refusal};
use crate::batch::{CommitError, Contended};
use crate::rows::{RoomEnd, RoomHeadRow, RoomPlaceRow, RoomRow, Secret};
use crate::seal::Place;
use crate::statement::prepared;
use crate::view::{Read, View, pair, parsed};
use parlor_protocol::ids::{AppId, ArchiveId, ConversationId, NodeId, RoomUuid};
use rusqlite::{Row, params};

/// The columns of a room; `$rest` names the table `r`.
macro_rules! select_room {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT r.archive_id, r.app_id, r.room_uuid, r.room_name, r.template_id, r.template, r.chat_room_id, ",
            "r.password, r.epoch, r.permanent, r.created_at_ms, r.ended_at_ms, r.ended_reason ",
            $more,
            " FROM room r ",
            $rest
        )
    };
}

const HEAD_COLUMN: usize = 13;
const PASSWORD: (&str, &str) = ("room", "password");

fn place(archive_id: ArchiveId) -> Place {
    Place::new(PASSWORD.0, PASSWORD.1).number(archive_id.0.cast_signed())
}

fn room_row(view: &View<'_>, row: &Row<'_>) -> Read<RoomRow> {
    let archive_id = ArchiveId(row.get(0)?);
    let password = match row.get::<_, Option<Vec<u8>>>(7)? {
        Some(sealed) => view.open(PASSWORD, &place(archive_id), &sealed)?,
        None => Secret::new(""),
    };
    Ok(RoomRow {
        archive_id,
        app_id: AppId(row.get(1)?),
        room_uuid: parsed(row, 2)?,
        room_name: row.get(3)?,
        template_id: row.get(4)?,
        template: row.get(5)?,
        chat_room_id: row.get::<_, Option<u64>>(6)?.map(ConversationId),
        password,
        epoch: row.get(8)?,
        permanent: row.get(9)?,
        created_at_ms: row.get(10)?,
        ended: pair(row, 11, 12)?.map(|(at_ms, reason)| RoomEnd { at_ms, reason }),
    })
}

fn head_at(row: &Row<'_>, first: usize) -> Read<RoomHeadRow> {
    Ok(RoomHeadRow {
        archive_id: ArchiveId(row.get(first)?),
        node: row.get::<_, Option<String>>(first + 1)?.map(|node| NodeId(node.into())),
        fence: row.get(first + 2)?,
        seq: row.get(first + 3)?,
        chat_seq: row.get(first + 4)?,
        uv: row.get(first + 5)?,
        pv: row.get(first + 6)?,
    })
}

impl View<'_> {
    /// A room, live or ended.
    pub fn room(&self, archive_id: ArchiveId) -> Read<Option<RoomRow>> {
        self.one(select_room!("", "WHERE r.archive_id = ?1"), params![archive_id.0], room_row)
    }

    /// The live room that has this uuid.
    pub fn live_room(&self, app_id: AppId, room_uuid: &RoomUuid) -> Read<Option<RoomRow>> {
        let sql = select_room!(
            "",
            "INDEXED BY room_live_uuid WHERE r.app_id = ?1 AND r.room_uuid = ?2 AND r.ended_at_ms IS NULL"
        );
        self.one(sql, params![app_id.0, room_uuid.as_str()], room_row)
    }

    /// Where a room's streams are and who holds it; ended rooms keep theirs.
    pub fn room_head(&self, archive_id: ArchiveId) -> Read<Option<RoomHeadRow>> {
        let sql =
            "SELECT archive_id, node, fence, seq, chat_seq, uv, pv FROM room_head WHERE archive_id = ?1";
        self.one(sql, params![archive_id.0], |_, row| head_at(row, 0))
    }

    /// Where a room's streams are, be it alive or over.
    pub fn room_place(&self, archive_id: ArchiveId) -> Read<Option<RoomPlaceRow>> {
        let sql = "SELECT r.epoch, r.chat_room_id, h.seq, h.chat_seq
             FROM room r CROSS JOIN room_head h ON h.archive_id = r.archive_id WHERE r.archive_id = ?1";
        self.one(sql, params![archive_id.0], |_, row| {
            Ok(RoomPlaceRow {
                archive_id,
                epoch: row.get(0)?,
                chat_room_id: row.get::<_, Option<u64>>(1)?.map(ConversationId),
                seq: row.get(2)?,
                chat_seq: row.get(3)?,
            })
        })
    }

    /// A page of the live rooms that a node holds, in the order of their archive ids: at most `limit` after the given one.
    pub fn live_rooms_of_node(
        &self,
        node: &NodeId,
        after: ArchiveId,
        limit: usize,
    ) -> Read<Vec<RoomHeadRow>> {
        let sql = "SELECT archive_id, node, fence, seq, chat_seq, uv, pv FROM room_head INDEXED BY room_head_of_node
             WHERE node = ?1 AND archive_id > ?2 ORDER BY archive_id LIMIT ?3";
        self.many(sql, params![node.0, after.0, limit], |_, row| head_at(row, 0))
    }

    /// The same for the live rooms that nobody holds, as after a restore.
    pub fn free_rooms(&self, after: ArchiveId, limit: usize) -> Read<Vec<RoomHeadRow>> {
        let sql = "SELECT h.archive_id, h.node, h.fence, h.seq, h.chat_seq, h.uv, h.pv
             FROM room r INDEXED BY room_live CROSS JOIN room_head h ON h.archive_id = r.archive_id
             WHERE r.ended_at_ms IS NULL AND r.archive_id > ?1 AND h.node IS NULL ORDER BY r.archive_id LIMIT ?2";
        self.many(sql, params![after.0, limit], |_, row| head_at(row, 0))
    }

    /// A page of an app's live rooms, newest archive id first.
    pub fn live_rooms(
        &self,
        app_id: AppId,
        offset: usize,
        limit: usize,
    ) -> Read<Vec<(RoomRow, RoomHeadRow)>> {
        let sql = select_room!(
            ", h.archive_id, h.node, h.fence, h.seq, h.chat_seq, h.uv, h.pv",
            "INDEXED BY room_live_of_app CROSS JOIN room_head h ON h.archive_id = r.archive_id
             WHERE r.app_id = ?1 AND r.ended_at_ms IS NULL ORDER BY r.archive_id DESC LIMIT ?3 OFFSET ?2"
        );
        self.many(sql, params![app_id.0, offset, limit], |view, row| {
            Ok((room_row(view, row)?, head_at(row, HEAD_COLUMN)?))
        })
    }

    /// How many live rooms an app has.
    pub fn live_room_count(&self, app_id: AppId) -> Read<u64> {
        let sql = "SELECT count(*) FROM room INDEXED BY room_live_of_app
             WHERE app_id = ?1 AND ended_at_ms IS NULL";
        Ok(self.one(sql, params![app_id.0], |_, row| Ok(row.get(0)?))?.unwrap_or(0))
    }
}

impl Change<'_> {
    pub(crate) fn put_room(&self, room: &RoomRow) -> Put {
        let password = room.password.expose();
        let ended = room.ended.as_ref();
        self.run(
            "INSERT INTO room (archive_id, app_id, room_uuid, room_name, template_id, template, chat_room_id,
                 password, epoch, permanent, created_at_ms, ended_at_ms, ended_reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (archive_id) DO UPDATE SET app_id = ?2, room_uuid = ?3, room_name = ?4, template_id = ?5,
                 template = ?6, chat_room_id = ?7, password = ?8, epoch = ?9, permanent = ?10, created_at_ms = ?11,
                 ended_at_ms = ?12, ended_reason = ?13",
            params![
                room.archive_id.0,
                room.app_id.0,
                room.room_uuid.as_str(),
                room.room_name,
                room.template_id,
                room.template,
                room.chat_room_id.map(|id| id.0),
                (!password.is_empty()).then(|| self.seal(&place(room.archive_id), password.as_bytes())),
                room.epoch,
                room.permanent,
                room.created_at_ms,
                ended.map(|e| e.at_ms),
                ended.map(|e| &e.reason),
            ],
        )?;
        self.run(
            "INSERT INTO room_head (archive_id, node, fence, seq, chat_seq, uv, pv) VALUES (?1, NULL, 0, 0, 0, 0, 0)
             ON CONFLICT (archive_id) DO UPDATE SET node = iif(?2, NULL, node)",
            params![room.archive_id.0, ended.is_some()],
        )?;
        if ended.is_some() { self.drop_endpoints(room.archive_id) } else { Ok(()) }
    }

    pub(crate) fn take_room(&self, archive_id: ArchiveId, node: &NodeId) -> Put {
        let taken = self.count(
            "UPDATE room_head SET node = ?2, fence = fence + 1 WHERE archive_id = ?1
                 AND EXISTS (SELECT 1 FROM room WHERE archive_id = ?1 AND ended_at_ms IS NULL)",
            params![archive_id.0, node.0],
        )?;
        one_room(archive_id, taken)
    }

    /// The room's lease and stream are exactly there.
    pub(crate) fn room_is_at(
        &self,
        archive_id: ArchiveId,
        fence: u64,
        seq: u64,
    ) -> Result<bool, rusqlite::Error> {
        let sql = "SELECT 1 FROM room_head WHERE archive_id = ?1 AND fence = ?2 AND seq = ?3";
        prepared(self.conn, sql)?.exists(params![archive_id.0, fence, seq])
    }
}

/// A change of a room's head that found none in the right place.
pub(crate) fn one_room(archive_id: ArchiveId, changed: usize) -> Put {
    match changed {
        0 => Err(Refusal::Rule(CommitError::Conflict(Contended::Room(archive_id)))),
        _ => Ok(()),
    }
}
