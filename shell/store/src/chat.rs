//! Conversations, and the streams of what concerns one account.

use crate::apply::{Change, Put, Refusal};
use crate::batch::CommitError;
use crate::room::one_room;
use crate::rows::{MessageRow, UserEventRow, UserHead, UserPlaceRow};
use crate::statement::prepared;
use crate::view::{Read, ReadError, View, json, parsed};
use parlor_protocol::ids::{AppId, ArchiveId, ConversationId, UserUuid};
use rusqlite::{Row, params};

/// Events that a user stream keeps, the latest.
pub const USER_EVENTS_KEPT: u64 = 1_000;

/// Which part of a conversation's history.
#[derive(Clone, Copy, Debug)]
pub struct HistoryQuery<'a> {
    /// Not before this.
    pub from_ms: i64,
    /// Not after this.
    pub to_ms: i64,
    /// From the earliest on, instead of from the latest back.
    pub oldest_first: bool,
    /// Only these kinds; empty = all.
    pub kinds: &'a [u8],
    /// Only what this account has sent or may see; none = everything.
    pub seen_by: Option<&'a UserUuid>,
    /// At most so many.
    pub limit: usize,
}

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "SELECT conversation_id, seq, at_ms, sender, message_uuid, receivers, kind, body FROM message ",
            $rest
        )
    };
}

/// Kinds are a set of bits, 0 = all. The index is in the order of time and place.
macro_rules! select_history {
    ($order:literal) => {
        concat!(
            "SELECT conversation_id, seq, at_ms, sender, message_uuid, receivers, kind, body FROM message ",
            "INDEXED BY message_time WHERE conversation_id = ?1 AND at_ms BETWEEN ?2 AND ?3 ",
            "AND (?4 = 0 OR (1 << kind) & ?4 != 0) AND (?5 IS NULL OR receivers IS NULL OR sender = ?5 ",
            "OR EXISTS (SELECT 1 FROM json_each(receivers) WHERE value = ?5)) ",
            $order
        )
    };
}

fn message_row(_: &View<'_>, row: &Row<'_>) -> Read<MessageRow> {
    let everyone = row.get_ref(5)? == rusqlite::types::ValueRef::Null;
    Ok(MessageRow {
        conversation_id: ConversationId(row.get(0)?),
        seq: row.get(1)?,
        at_ms: row.get(2)?,
        sender: row.get(3)?,
        message_uuid: row.get(4)?,
        to: if everyone { None } else { Some(json(row, 5)?) },
        kind: row.get(6)?,
        body: row.get(7)?,
    })
}

fn bits_of(kinds: &[u8]) -> i64 {
    kinds.iter().filter(|kind| **kind < 63).fold(0, |bits, kind| bits | 1 << kind)
}

impl View<'_> {
    /// The messages of a conversation that follow `seq`, as far as they are kept, at most `limit`.
    pub fn messages_after(
        &self,
        conversation_id: ConversationId,
        seq: u64,
        limit: usize,
    ) -> Read<Vec<MessageRow>> {
        let sql = select_message!("WHERE conversation_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
        self.many(sql, params![conversation_id.0, seq, limit], message_row)
    }

    /// The messages of a conversation by time, in the order asked for.
    pub fn messages_by_time(
        &self,
        conversation_id: ConversationId,
        query: &HistoryQuery<'_>,
    ) -> Read<Vec<MessageRow>> {
        let sql = if query.oldest_first {
            select_history!("ORDER BY at_ms, seq LIMIT ?6")
        } else {
            select_history!("ORDER BY at_ms DESC, seq DESC LIMIT ?6")
        };
        let params = params![
            conversation_id.0,
            query.from_ms,
            query.to_ms,
            bits_of(query.kinds),
            query.seen_by.map(UserUuid::as_str),
            query.limit,
        ];
        self.many(sql, params, message_row)
    }

    /// A message by the uuid that its sender gave it; without a sender the latest of anybody's.
    pub fn message_by_uuid(
        &self,
        conversation_id: ConversationId,
        sender: Option<&str>,
        message_uuid: &str,
    ) -> Read<Option<MessageRow>> {
        let sql = select_message!(
            "INDEXED BY message_uuid WHERE conversation_id = ?1 AND message_uuid = ?2
             AND (?3 IS NULL OR sender = ?3) ORDER BY seq DESC LIMIT 1"
        );
        self.one(sql, params![conversation_id.0, message_uuid, sender], message_row)
    }

    /// People to whose streams something was added after a moment, in the order of app and uuid: at most `limit` after the
    /// given one.
    pub fn users_told_since(
        &self,
        since_ms: i64,
        after: Option<(AppId, UserUuid)>,
        limit: usize,
    ) -> Read<Vec<UserPlaceRow>> {
        let sql = "SELECT DISTINCT e.app_id, e.user_uuid, a.accid
             FROM user_event e INDEXED BY user_event_time
             CROSS JOIN room_account a ON a.app_id = e.app_id AND a.user_uuid = e.user_uuid
             WHERE e.at_ms > ?1 AND (e.app_id, e.user_uuid) > (?2, ?3) ORDER BY 1, 2 LIMIT ?4";
        let (app_id, user_uuid) = after.map_or((0, String::new()), |(app, user)| (app.0, user.to_string()));
        self.many(sql, params![since_ms, app_id, user_uuid, limit], |view, row| {
            let (app_id, user_uuid) = (AppId(row.get(0)?), parsed::<UserUuid>(row, 1)?);
            let head = view.user_head(app_id, &user_uuid)?;
            Ok(UserPlaceRow { app_id, user_uuid, accid: parsed(row, 2)?, head })
        })
    }

    /// Where a user stream is.
    pub fn user_head(&self, app_id: AppId, user_uuid: &UserUuid) -> Read<UserHead> {
        let epoch = self
            .one("SELECT value FROM meta WHERE name = 'stream_epoch'", [], |_, row| Ok(row.get(0)?))?
            .ok_or_else(|| ReadError::Corrupt {
                column: "meta.stream_epoch".into(),
                problem: "absent".into(),
            })?;
        let sql = "SELECT seq FROM user_head WHERE app_id = ?1 AND user_uuid = ?2";
        let seq = self.one(sql, params![app_id.0, user_uuid.as_str()], |_, row| Ok(row.get(0)?))?;
        Ok(UserHead { epoch, seq: seq.unwrap_or(0) })
    }

    /// The events of a user stream that follow `seq`, as far as they are kept, at most `limit`.
    pub fn user_events_after(
        &self,
        app_id: AppId,
        user_uuid: &UserUuid,
        seq: u64,
        limit: usize,
    ) -> Read<Vec<UserEventRow>> {
        let sql = "SELECT seq, at_ms, body FROM user_event
             WHERE app_id = ?1 AND user_uuid = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4";
        self.many(sql, params![app_id.0, user_uuid.as_str(), seq, limit], |_, row| {
            Ok(UserEventRow { seq: row.get(0)?, at_ms: row.get(1)?, body: row.get(2)? })
        })
    }
}

impl Change<'_> {
    pub(crate) fn append_messages(
        &self,
        conversation_id: ConversationId,
        archive_id: ArchiveId,
        messages: &[MessageRow],
        keep_after_seq: u64,
    ) -> Put {
        let first = messages.first().map_or(0, |message| message.seq);
        let dense = (first..).zip(messages).all(|(seq, message)| {
            seq > 0 && (message.conversation_id, message.seq) == (conversation_id, seq)
        });
        if !dense {
            tracing::error!(%conversation_id, "messages out of their places");
            return Err(CommitError::Refused.into());
        }
        if !messages.is_empty() {
            let moved = self.count(
                "UPDATE room_head SET chat_seq = ?2 + ?3 WHERE archive_id = ?1 AND chat_seq = ?2",
                params![archive_id.0, first - 1, messages.len()],
            )?;
            one_room(archive_id, moved)?;
        }
        for message in messages {
            self.run(
                "INSERT INTO message (conversation_id, seq, at_ms, sender, message_uuid, receivers, kind, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    message.conversation_id.0,
                    message.seq,
                    message.at_ms,
                    message.sender,
                    message.message_uuid,
                    self.receivers(message)?,
                    message.kind,
                    message.body,
                ],
            )?;
        }
        self.run(
            "DELETE FROM message WHERE conversation_id = ?1 AND seq <= ?2",
            params![conversation_id.0, keep_after_seq],
        )
    }

    pub(crate) fn replace_message(&self, message: &MessageRow) -> Put {
        self.run(
            "UPDATE message SET at_ms = ?3, sender = ?4, message_uuid = ?5, receivers = ?6, kind = ?7, body = ?8
             WHERE conversation_id = ?1 AND seq = ?2",
            params![
                message.conversation_id.0,
                message.seq,
                message.at_ms,
                message.sender,
                message.message_uuid,
                self.receivers(message)?,
                message.kind,
                message.body,
            ],
        )
    }

    fn receivers(&self, message: &MessageRow) -> Result<Option<String>, Refusal> {
        message.to.as_ref().map(|to| self.json(to)).transpose()
    }

    /// Where the event came to stand.
    pub(crate) fn append_user_event(
        &self,
        app_id: AppId,
        user_uuid: &UserUuid,
        at_ms: i64,
        body: &[u8],
    ) -> Result<u64, Refusal> {
        let sql = "INSERT INTO user_head (app_id, user_uuid, seq) VALUES (?1, ?2, 1)
             ON CONFLICT (app_id, user_uuid) DO UPDATE SET seq = seq + 1 RETURNING seq";
        let seq: u64 =
            prepared(self.conn, sql)?.query_row(params![app_id.0, user_uuid.as_str()], |row| row.get(0))?;
        self.run(
            "INSERT INTO user_event (app_id, user_uuid, seq, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![app_id.0, user_uuid.as_str(), seq, at_ms, body],
        )?;
        self.run(
            "DELETE FROM user_event WHERE app_id = ?1 AND user_uuid = ?2 AND seq <= ?3",
            params![app_id.0, user_uuid.as_str(), seq.saturating_sub(USER_EVENTS_KEPT)],
        )?;
        Ok(seq)
    }
}
