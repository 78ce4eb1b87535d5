//! Changing: one batch against the open transaction, all of it or an error.

use crate::batch::{Assigned, Batch, CommitError, Contended, Expect, Key, OnceKind, Taken, Write};
use crate::mutation::{Mutation, Planted};
use crate::seal::{Keyring, Place};
use crate::statement::prepared;
use parlor_protocol::ids::AppId;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, params};

/// The writer's side of the open transaction.
pub(crate) struct Change<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) keyring: &'a Keyring,
    pub(crate) planted: Planted,
}

pub(crate) type Put = Result<(), Refusal>;

/// Why a batch is rolled back.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// By the rules of the seam.
    Rule(CommitError),
    /// By the database.
    Database(rusqlite::Error),
}

impl From<CommitError> for Refusal {
    fn from(e: CommitError) -> Self {
        Self::Rule(e)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(e: rusqlite::Error) -> Self {
        match taken(&e) {
            Some(what) => Self::Rule(CommitError::Taken(what)),
            None => Self::Database(e),
        }
    }
}

/// SQLite names the columns of a violated unique index in its message, and nowhere else.
fn taken(error: &rusqlite::Error) -> Option<Taken> {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = error else { return None };
    if failure.code != ErrorCode::ConstraintViolation {
        return None;
    }
    UNIQUE.iter().find_map(|(column, what)| message.ends_with(column).then_some(*what))
}

/// The last column of each unique index, and what a second row with the same values means.
const UNIQUE: &[(&str, Taken)] = &[
    ("app.app_key", Taken::AppKey),
    ("app.name", Taken::AppName),
    ("room_account.accid", Taken::Binding),
    ("room.room_uuid", Taken::RoomUuid),
    ("room_endpoint.rtc_uid", Taken::RtcUid),
    ("message.sender", Taken::Message),
];

impl Change<'_> {
    pub(crate) fn apply(&self, batch: &Batch) -> Result<Assigned, Refusal> {
        for expect in &batch.expects {
            self.check(expect)?;
        }
        let mut assigned = Assigned::default();
        for write in &batch.writes {
            self.write(write, &mut assigned)?;
        }
        Ok(assigned)
    }

    fn check(&self, expect: &Expect) -> Put {
        match expect {
            Expect::Version { key, version } => {
                if self.version(key)? == *version {
                    Ok(())
                } else {
                    Err(CommitError::Conflict(Contended::Row(key.clone())).into())
                }
            }
            Expect::Fence { session_id, epoch, room_since_ms } => {
                if self.planted.is(Mutation::NoFence) {
                    return Ok(());
                }
                match self.attached(*session_id, *epoch)? {
                    None => Err(CommitError::Fenced.into()),
                    Some(since_ms) if room_since_ms.is_some() && since_ms != *room_since_ms => {
                        Err(CommitError::RoomFenced.into())
                    }
                    Some(_) => Ok(()),
                }
            }
            Expect::Once { kind, app_id, id, expires_at_ms, now_ms, answer } => {
                if !self.planted.is(Mutation::NoDuplicateCheck) {
                    self.first_time(*kind, *app_id, id, *now_ms)?;
                }
                self.mark(*kind, *app_id, id, *expires_at_ms, answer)
            }
            Expect::Room { archive_id, fence, seq } => {
                if self.planted.is(Mutation::NoRoomFence) || self.room_is_at(*archive_id, *fence, *seq)? {
                    Ok(())
                } else {
                    Err(CommitError::Conflict(Contended::Room(*archive_id)).into())
                }
            }
        }
    }

    fn write(&self, write: &Write, assigned: &mut Assigned) -> Put {
        match write {
            Write::PutApp(row) => self.put_app(row),
            Write::PutAccount(row) => self.put_account(row),
            Write::PutLogin(row) => self.put_login(row),
            Write::PutRoomAccount(row) => self.put_room_account(row),
            Write::PutSession(row) => self.put_session(row),
            Write::PutAccessToken(row) => self.put_access_token(row),
            Write::DropAccessTokens(app_id, user_uuid) => self.drop_access_tokens(*app_id, user_uuid),
            Write::PutLinkTicket(row) => self.put_link_ticket(row),
            Write::DropLinkTickets(app_id, accid) => self.drop_link_tickets(*app_id, accid),
            Write::TakeLinkTicket(app_id, ticket_hash) => self.take_link_ticket(*app_id, ticket_hash),
            Write::Audit(row) => self.put_audit(row),
            Write::PutTemplate(row) => self.put_template(row),
            Write::DropTemplate(app_id, template_id) => self.drop_template(*app_id, *template_id),
            Write::PutRoom(row) => self.put_room(row),
            Write::PutRoomDue { archive_id, due_at_ms } => self.put_room_due(*archive_id, *due_at_ms),
            Write::TakeRoom { archive_id, node } => self.take_room(*archive_id, node),
            Write::AppendRoomEvents { archive_id, first_seq, events } => {
                self.append_room_events(*archive_id, *first_seq, events)
            }
            Write::PutRoomRecord { archive_id, seq, body, keep_events_after } => {
                self.put_room_record(*archive_id, *seq, body, *keep_events_after)
            }
            Write::PutEndpoint(row) => self.put_endpoint(row),
            Write::DropEndpoint { archive_id, rtc_uid } => self.drop_endpoint(*archive_id, *rtc_uid),
            Write::DropEndpoints { archive_id } => self.drop_endpoints(*archive_id),
            Write::RoomVisit { archive_id, user_uuid, at_ms } => {
                self.count_visit(*archive_id, user_uuid, *at_ms)
            }
            Write::AppendMessages { conversation_id, archive_id, messages, keep_after_seq } => {
                self.append_messages(*conversation_id, *archive_id, messages, *keep_after_seq)
            }
            Write::PutMessage(row) => self.replace_message(row),
            Write::AppendUserEvent { app_id, user_uuid, at_ms, body } => {
                assigned.user_seqs.push(self.append_user_event(*app_id, user_uuid, *at_ms, body)?);
                Ok(())
            }
            Write::PutFile(row) => self.put_file(row),
            Write::DropFile(app_id, file_id) => self.drop_file(*app_id, file_id),
            Write::Callback(row) => {
                assigned.callback_ids.push(self.put_callback(row)?);
                Ok(())
            }
            Write::DropCallback(callback_id) => self.drop_callback(*callback_id),
            Write::DelayCallback { callback_id, attempts, next_at_ms } => {
                self.delay_callback(*callback_id, *attempts, *next_at_ms)
            }
        }
    }

    /// The version of a row; 0 = absent.
    fn version(&self, key: &Key) -> Result<u64, rusqlite::Error> {
        match key {
            Key::App(app_id) => self.number("SELECT version FROM app WHERE app_id = ?1", params![app_id.0]),
            Key::Account(app_id, accid) => self.number(
                "SELECT version FROM account WHERE app_id = ?1 AND accid = ?2",
                params![app_id.0, accid.as_str()],
            ),
            Key::Login(app_id, accid) => self.number(
                "SELECT version FROM login WHERE app_id = ?1 AND accid = ?2",
                params![app_id.0, accid.as_str()],
            ),
            Key::RoomAccount(app_id, user_uuid) => self.number(
                "SELECT version FROM room_account WHERE app_id = ?1 AND user_uuid = ?2",
                params![app_id.0, user_uuid.as_str()],
            ),
            Key::Session(session_id) => {
                self.number("SELECT version FROM session WHERE session_id = ?1", params![session_id.0])
            }
            Key::Template(app_id, template_id) => self.number(
                "SELECT version FROM template WHERE app_id = ?1 AND template_id = ?2",
                params![app_id.0, template_id],
            ),
        }
    }

    fn number(&self, sql: &str, params: impl Params) -> Result<u64, rusqlite::Error> {
        let found = prepared(self.conn, sql)?.query_row(params, |row| row.get(0)).optional()?;
        Ok(found.unwrap_or(0))
    }

    fn first_time(&self, kind: OnceKind, app_id: AppId, id: &[u8], now_ms: i64) -> Put {
        let sql =
            "SELECT answer FROM once WHERE app_id = ?1 AND kind = ?2 AND id = ?3 AND expires_at_ms > ?4";
        let mark: Option<Option<Vec<u8>>> = prepared(self.conn, sql)?
            .query_row(params![app_id.0, kind as u8, id, now_ms], |row| row.get(0))
            .optional()?;
        let Some(sealed) = mark else { return Ok(()) };
        let answer = match sealed {
            None => Vec::new(),
            Some(sealed) => match self.keyring.open(&once_place(kind, app_id, id), &sealed) {
                Ok(answer) => answer.to_vec(),
                Err(e) => {
                    tracing::error!(error = %e, "the answer of an earlier act does not open");
                    return Err(CommitError::Refused.into());
                }
            },
        };
        Err(CommitError::Repeated { answer }.into())
    }

    fn mark(&self, kind: OnceKind, app_id: AppId, id: &[u8], expires_at_ms: i64, answer: &[u8]) -> Put {
        let sealed = (!answer.is_empty()).then(|| self.seal(&once_place(kind, app_id, id), answer));
        self.run(
            "INSERT OR REPLACE INTO once (app_id, kind, id, expires_at_ms, answer) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![app_id.0, kind as u8, id, expires_at_ms, sealed],
        )
    }

    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Put {
        self.count(sql, params).map(|_| ())
    }

    /// Runs a change and counts the rows it touched.
    pub(crate) fn count(&self, sql: &str, params: impl Params) -> Result<usize, Refusal> {
        Ok(prepared(self.conn, sql)?.execute(params)?)
    }

    pub(crate) fn seal(&self, place: &Place, plain: &[u8]) -> Vec<u8> {
        self.keyring.seal(place, plain)
    }

    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<String, Refusal> {
        serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()).into())
    }
}

/// An answer may repeat a token, so it is sealed like one.
pub(crate) fn once_place(kind: OnceKind, app_id: AppId, id: &[u8]) -> Place {
    Place::new("once", "answer").number(app_id.0.into()).number(kind as i64).bytes(id)
}
