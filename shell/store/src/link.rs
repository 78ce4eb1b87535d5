//! Logins, sessions and link tickets.

use crate::apply::{Change, Put};
use crate::batch::{CommitError, Contended};
use crate::rows::{Ended, LinkTicketRow, LoginRow, RoomSession, SessionRow, Versioned};
use crate::statement::prepared;
use crate::view::{Read, ReadError, View, corrupt, parsed, parsed_option};
use parlor_protocol::ids::{Accid, AppId, DeviceId, Epoch, NodeId, SessionId};
use rusqlite::{OptionalExtension, Row, params};

/// The searches name their index: tombstones outnumber live sessions, and left alone SQLite would read through them.
macro_rules! select_session {
    ($rest:literal) => {
        concat!(
            "SELECT session_id, app_id, accid, device_id, client_type, custom_client_type, custom_tag, os, epoch, ",
            "node, resume_key_hash, login_at_ms, room_user_uuid, room_login_at_ms, ended_cause, ended_description, ",
            "ended_by_client_type, ended_by_custom_type, ended_at_ms, version FROM session ",
            $rest
        )
    };
}

fn session_row(_: &View<'_>, row: &Row<'_>) -> Read<Versioned<SessionRow>> {
    Ok(Versioned {
        row: SessionRow {
            session_id: SessionId(row.get(0)?),
            app_id: AppId(row.get(1)?),
            accid: parsed(row, 2)?,
            device_id: parsed(row, 3)?,
            client_type: row.get(4)?,
            custom_client_type: row.get(5)?,
            custom_tag: row.get(6)?,
            os: row.get(7)?,
            epoch: Epoch(row.get(8)?),
            node: NodeId(row.get(9)?),
            resume_key_hash: row.get(10)?,
            login_at_ms: row.get(11)?,
            room: room_session(row)?,
            ended: ended(row)?,
        },
        version: row.get(19)?,
    })
}

fn room_session(row: &Row<'_>) -> Read<Option<RoomSession>> {
    let Some(user_uuid) = parsed_option(row, 12)? else { return Ok(None) };
    Ok(Some(RoomSession { user_uuid, login_at_ms: row.get(13)? }))
}

fn ended(row: &Row<'_>) -> Read<Option<Ended>> {
    let Some(at_ms) = row.get(18)? else { return Ok(None) };
    let absent = |column| move |e: rusqlite::Error| -> ReadError { corrupt(row, column, &e) };
    Ok(Some(Ended {
        cause: row.get(14).map_err(absent(14))?,
        description: row.get(15).map_err(absent(15))?,
        by_client_type: row.get(16).map_err(absent(16))?,
        by_custom_client_type: row.get(17).map_err(absent(17))?,
        at_ms,
    }))
}

fn login_row(_: &View<'_>, row: &Row<'_>) -> Read<Versioned<LoginRow>> {
    Ok(Versioned {
        row: LoginRow {
            app_id: AppId(row.get(0)?),
            accid: parsed(row, 1)?,
            last_epoch: Epoch(row.get(2)?),
            last_device: parsed_option(row, 3)?,
            last_desktop: parsed_option(row, 4)?,
            last_mobile: parsed_option(row, 5)?,
        },
        version: row.get(6)?,
    })
}

fn link_ticket_row(_: &View<'_>, row: &Row<'_>) -> Read<LinkTicketRow> {
    Ok(LinkTicketRow {
        app_id: AppId(row.get(0)?),
        ticket_hash: row.get(1)?,
        accid: parsed(row, 2)?,
        user_uuid: parsed(row, 3)?,
        expires_at_ms: row.get(4)?,
    })
}

impl View<'_> {
    /// The durable part of an account's logins.
    pub fn login(&self, app_id: AppId, accid: &Accid) -> Read<Option<Versioned<LoginRow>>> {
        let sql = "SELECT app_id, accid, last_epoch, last_device, last_desktop, last_mobile, version
            FROM login WHERE app_id = ?1 AND accid = ?2";
        self.one(sql, params![app_id.0, accid.as_str()], login_row)
    }

    /// A session, live or ended.
    pub fn session(&self, session_id: SessionId) -> Read<Option<Versioned<SessionRow>>> {
        self.one(select_session!("WHERE session_id = ?1"), params![session_id.0], session_row)
    }

    /// The live sessions of an account, oldest login first.
    pub fn live_sessions(&self, app_id: AppId, accid: &Accid) -> Read<Vec<Versioned<SessionRow>>> {
        let sql = select_session!(
            "INDEXED BY session_live_of_account
             WHERE app_id = ?1 AND accid = ?2 AND ended_at_ms IS NULL ORDER BY login_at_ms, session_id"
        );
        self.many(sql, params![app_id.0, accid.as_str()], session_row)
    }

    /// The newest session of a device under an account, live or ended: the one with the highest epoch.
    pub fn last_session_of_device(
        &self,
        app_id: AppId,
        accid: &Accid,
        device_id: &DeviceId,
    ) -> Read<Option<Versioned<SessionRow>>> {
        let sql = select_session!(
            "INDEXED BY session_of_device
             WHERE app_id = ?1 AND accid = ?2 AND device_id = ?3 ORDER BY epoch DESC, session_id DESC LIMIT 1"
        );
        self.one(sql, params![app_id.0, accid.as_str(), device_id.as_str()], session_row)
    }

    /// A page of the live sessions that a node holds, ordered by session: at most `limit` after the given one.
    pub fn live_sessions_of_node(
        &self,
        node: &NodeId,
        after: SessionId,
        limit: usize,
    ) -> Read<Vec<Versioned<SessionRow>>> {
        let sql = select_session!(
            "INDEXED BY session_live_of_node
             WHERE node = ?1 AND ended_at_ms IS NULL AND session_id > ?2 ORDER BY session_id LIMIT ?3"
        );
        self.many(sql, params![node.0, after.0, limit], session_row)
    }

    /// A page of an app's live sessions, ordered by account and session: at most `limit` after the given one.
    pub fn live_sessions_of_app(
        &self,
        app_id: AppId,
        after: Option<(&Accid, SessionId)>,
        limit: usize,
    ) -> Read<Vec<Versioned<SessionRow>>> {
        let sql = select_session!(
            "INDEXED BY session_live_of_account
             WHERE app_id = ?1 AND ended_at_ms IS NULL AND (accid, session_id) > (?2, ?3)
             ORDER BY accid, session_id LIMIT ?4"
        );
        let (accid, session_id) = after.map_or(("", 0), |(accid, session_id)| (accid.as_str(), session_id.0));
        self.many(sql, params![app_id.0, accid, session_id, limit], session_row)
    }

    /// A link ticket by its SHA-256; the caller checks its expiry.
    pub fn link_ticket(&self, app_id: AppId, ticket_hash: &[u8; 32]) -> Read<Option<LinkTicketRow>> {
        let sql = "SELECT app_id, ticket_hash, accid, user_uuid, expires_at_ms FROM link_ticket
             WHERE app_id = ?1 AND ticket_hash = ?2";
        self.one(sql, params![app_id.0, ticket_hash], link_ticket_row)
    }
}

impl Change<'_> {
    pub(crate) fn put_login(&self, login: &LoginRow) -> Put {
        self.run(
            "INSERT INTO login (app_id, accid, last_epoch, last_device, last_desktop, last_mobile, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
             ON CONFLICT (app_id, accid) DO UPDATE SET last_epoch = ?3, last_device = ?4, last_desktop = ?5,
                 last_mobile = ?6, version = version + 1",
            params![
                login.app_id.0,
                login.accid.as_str(),
                login.last_epoch.0,
                login.last_device.as_ref().map(|d| d.as_str()),
                login.last_desktop.as_ref().map(|d| d.as_str()),
                login.last_mobile.as_ref().map(|d| d.as_str()),
            ],
        )
    }

    pub(crate) fn put_session(&self, session: &SessionRow) -> Put {
        let room = session.room.as_ref();
        let ended = session.ended.as_ref();
        self.run(
            "INSERT INTO session (session_id, app_id, accid, device_id, client_type, custom_client_type, custom_tag,
                 os, epoch, node, resume_key_hash, login_at_ms, room_user_uuid, room_login_at_ms, ended_cause,
                 ended_description, ended_by_client_type, ended_by_custom_type, ended_at_ms, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 1)
             ON CONFLICT (session_id) DO UPDATE SET app_id = ?2, accid = ?3, device_id = ?4, client_type = ?5,
                 custom_client_type = ?6, custom_tag = ?7, os = ?8, epoch = ?9, node = ?10, resume_key_hash = ?11,
                 login_at_ms = ?12, room_user_uuid = ?13, room_login_at_ms = ?14, ended_cause = ?15,
                 ended_description = ?16, ended_by_client_type = ?17, ended_by_custom_type = ?18,
                 ended_at_ms = ?19, version = version + 1",
            params![
                session.session_id.0,
                session.app_id.0,
                session.accid.as_str(),
                session.device_id.as_str(),
                session.client_type,
                session.custom_client_type,
                session.custom_tag,
                session.os,
                session.epoch.0,
                session.node.0,
                session.resume_key_hash,
                session.login_at_ms,
                room.map(|r| r.user_uuid.as_str()),
                room.map(|r| r.login_at_ms),
                ended.map(|e| &e.cause),
                ended.map(|e| &e.description),
                ended.map(|e| e.by_client_type),
                ended.map(|e| e.by_custom_client_type),
                ended.map(|e| e.at_ms),
            ],
        )
    }

    pub(crate) fn put_link_ticket(&self, ticket: &LinkTicketRow) -> Put {
        self.run(
            "INSERT OR REPLACE INTO link_ticket (app_id, ticket_hash, accid, user_uuid, expires_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                ticket.app_id.0,
                ticket.ticket_hash,
                ticket.accid.as_str(),
                ticket.user_uuid.as_str(),
                ticket.expires_at_ms,
            ],
        )
    }

    pub(crate) fn drop_link_tickets(&self, app_id: AppId, accid: &Accid) -> Put {
        let sql = "DELETE FROM link_ticket WHERE app_id = ?1 AND accid = ?2";
        self.run(sql, params![app_id.0, accid.as_str()])
    }

    pub(crate) fn take_link_ticket(&self, app_id: AppId, ticket_hash: &[u8; 32]) -> Put {
        let sql = "DELETE FROM link_ticket WHERE app_id = ?1 AND ticket_hash = ?2";
        match self.count(sql, params![app_id.0, ticket_hash])? {
            0 => Err(CommitError::Conflict(Contended::LinkTicket).into()),
            _ => Ok(()),
        }
    }

    /// When the room session began on the session (`None`: there is none), if the session lives and this is its latest
    /// attachment.
    pub(crate) fn attached(
        &self,
        session_id: SessionId,
        epoch: Epoch,
    ) -> Result<Option<Option<i64>>, rusqlite::Error> {
        let sql = "SELECT room_login_at_ms FROM session
            WHERE session_id = ?1 AND epoch = ?2 AND ended_at_ms IS NULL";
        prepared(self.conn, sql)?.query_row(params![session_id.0, epoch.0], |row| row.get(0)).optional()
    }
}
