//! Who is in a room, and who was.

use crate::apply::{Change, Put};
use crate::rows::EndpointRow;
use crate::view::{Read, View, parsed};
use parlor_protocol::ids::{AppId, ArchiveId, NodeId, RtcUid, SessionId, UserUuid};
use rusqlite::{Row, params};

macro_rules! select_endpoint {
    ($rest:literal) => {
        concat!(
            "SELECT e.archive_id, e.rtc_uid, e.app_id, e.user_uuid, e.accid, e.session_id, e.device_id, ",
            "e.joined_at_ms FROM ",
            $rest
        )
    };
}

fn endpoint_row(_: &View<'_>, row: &Row<'_>) -> Read<EndpointRow> {
    Ok(EndpointRow {
        archive_id: ArchiveId(row.get(0)?),
        rtc_uid: RtcUid(row.get(1)?),
        app_id: AppId(row.get(2)?),
        user_uuid: parsed(row, 3)?,
        accid: parsed(row, 4)?,
        session_id: SessionId(row.get(5)?),
        device_id: parsed(row, 6)?,
        joined_at_ms: row.get(7)?,
    })
}

impl View<'_> {
    /// The devices in a room, by rtc uid.
    pub fn endpoints_of_room(&self, archive_id: ArchiveId) -> Read<Vec<EndpointRow>> {
        let sql = select_endpoint!("room_endpoint e WHERE e.archive_id = ?1 ORDER BY e.rtc_uid");
        self.many(sql, params![archive_id.0], endpoint_row)
    }

    /// The devices of an account in rooms, by room.
    pub fn endpoints_of_user(&self, app_id: AppId, user_uuid: &UserUuid) -> Read<Vec<EndpointRow>> {
        let sql = select_endpoint!(
            "room_endpoint e INDEXED BY room_endpoint_of_user WHERE e.app_id = ?1 AND e.user_uuid = ?2
             ORDER BY e.archive_id, e.rtc_uid"
        );
        self.many(sql, params![app_id.0, user_uuid.as_str()], endpoint_row)
    }

    /// What a session carries: its devices in rooms, by room.
    pub fn endpoints_of_session(&self, session_id: SessionId) -> Read<Vec<EndpointRow>> {
        let sql = select_endpoint!(
            "room_endpoint e INDEXED BY room_endpoint_of_session
             WHERE e.session_id = ?1 ORDER BY e.archive_id, e.rtc_uid"
        );
        self.many(sql, params![session_id.0], endpoint_row)
    }

    /// The device in a room that has this number.
    pub fn room_endpoint_of_rtc_uid(&self, app_id: AppId, rtc_uid: RtcUid) -> Read<Option<EndpointRow>> {
        let sql = select_endpoint!("room_endpoint e WHERE e.app_id = ?1 AND e.rtc_uid = ?2");
        self.one(sql, params![app_id.0, rtc_uid.0], endpoint_row)
    }

    /// Devices in the rooms that a node holds whose session, or room session, does not live any more; at most `limit`.
    pub fn orphaned_endpoints(&self, node: &NodeId, limit: usize) -> Read<Vec<EndpointRow>> {
        let sql = select_endpoint!(
            "room_head h INDEXED BY room_head_of_node CROSS JOIN room_endpoint e ON e.archive_id = h.archive_id
             WHERE h.node = ?1 AND NOT EXISTS
                 (SELECT 1 FROM session s WHERE s.session_id = e.session_id AND s.ended_at_ms IS NULL
                  AND s.room_user_uuid = e.user_uuid AND s.room_login_at_ms <= e.joined_at_ms)
             ORDER BY h.archive_id, e.rtc_uid LIMIT ?2"
        );
        self.many(sql, params![node.0, limit], endpoint_row)
    }

    /// How many different people are in a room.
    pub fn online_users(&self, archive_id: ArchiveId) -> Read<u64> {
        let sql = "SELECT count(DISTINCT user_uuid) FROM room_endpoint WHERE archive_id = ?1";
        Ok(self.one(sql, params![archive_id.0], |_, row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// When somebody first came into a room, live or ended; none = never, or it is forgotten.
    pub fn room_visit(&self, archive_id: ArchiveId, user_uuid: &UserUuid) -> Read<Option<i64>> {
        let sql = "SELECT first_at_ms FROM room_visit WHERE archive_id = ?1 AND user_uuid = ?2";
        self.one(sql, params![archive_id.0, user_uuid.as_str()], |_, row| Ok(row.get(0)?))
    }
}

impl Change<'_> {
    pub(crate) fn put_endpoint(&self, endpoint: &EndpointRow) -> Put {
        self.run(
            "INSERT INTO room_endpoint (archive_id, rtc_uid, app_id, user_uuid, accid, session_id, device_id,
                 joined_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (archive_id, rtc_uid) DO UPDATE SET app_id = ?3, user_uuid = ?4, accid = ?5, session_id = ?6,
                 device_id = ?7, joined_at_ms = ?8",
            params![
                endpoint.archive_id.0,
                endpoint.rtc_uid.0,
                endpoint.app_id.0,
                endpoint.user_uuid.as_str(),
                endpoint.accid.as_str(),
                endpoint.session_id.0,
                endpoint.device_id.as_str(),
                endpoint.joined_at_ms,
            ],
        )
    }

    pub(crate) fn drop_endpoint(&self, archive_id: ArchiveId, rtc_uid: RtcUid) -> Put {
        self.run(
            "DELETE FROM room_endpoint WHERE archive_id = ?1 AND rtc_uid = ?2",
            params![archive_id.0, rtc_uid.0],
        )
    }

    pub(crate) fn drop_endpoints(&self, archive_id: ArchiveId) -> Put {
        self.run("DELETE FROM room_endpoint WHERE archive_id = ?1", params![archive_id.0])
    }

    pub(crate) fn count_visit(&self, archive_id: ArchiveId, user_uuid: &UserUuid, at_ms: i64) -> Put {
        let first = self.count(
            "INSERT OR IGNORE INTO room_visit (archive_id, user_uuid, first_at_ms) VALUES (?1, ?2, ?3)",
            params![archive_id.0, user_uuid.as_str(), at_ms],
        )?;
        self.run(
            "UPDATE room_head SET uv = uv + ?2, pv = pv + 1 WHERE archive_id = ?1",
            params![archive_id.0, first],
        )
    }
}
