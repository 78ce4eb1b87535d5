//! A room in memory, read back from the store.

use crate::chat::Talk;
use crate::fault::Fault;
use crate::node::Node;
use parlor_protocol::ids::{AppId, ArchiveId, RtcUid, SessionId};
use parlor_protocol::{Code, v1};
use parlor_room::{Room, Template};
use parlor_store::rows::{AppRow, EndpointRow, MessageRow, RoomEnd, RoomHeadRow, RoomRow};
use parlor_store::{Batch, Expect, ReadError, View, Write};
use prost::Message;
use std::collections::BTreeMap;

/// For how long what is known of the app is good, where another node may have changed it.
const APP_FRESH_MS: i64 = 5_000;

/// More events than ever follow a record: a room is written down far more often, and a failure to do so is made good.
const EVENTS_MAX: usize = 1 << 20;

/// A room that this node may change for as long as its fence holds.
pub(super) struct Loaded {
    pub(super) row: RoomRow,
    /// Its app, as of not long ago.
    pub(super) app: AppRow,
    app_at_ms: i64,
    app_version: u64,
    pub(super) fence: u64,
    pub(super) room: Room,
    pub(super) endpoints: BTreeMap<RtcUid, EndpointRow>,
    /// The event that the written-down state is as of.
    pub(super) written_seq: u64,
    /// The room's chat, if it has one.
    pub(super) talk: Option<Talk>,
    /// When the store believes that something is due.
    pub(super) due_at_ms: Option<i64>,
    /// Then those in the call whose media session nobody here has are out of it.
    pub(super) call_due_at_ms: Option<i64>,
}

impl Loaded {
    /// When something is to be done here next.
    pub(super) fn deadline(&self) -> Option<i64> {
        [self.room.deadline(), self.call_due_at_ms].into_iter().flatten().min()
    }

    pub(super) fn archive_id(&self) -> ArchiveId {
        self.row.archive_id
    }

    /// Where the room's stream and its chat are.
    pub(super) fn places(&self) -> (u64, u64) {
        (self.room.mirror().at().seq, self.chat_at().map_or(0, |at| at.seq))
    }

    /// Looks at the app again, if its settings have changed or that was some time ago: its server may have moved.
    pub(super) async fn look_at_app(&mut self, node: &Node) -> Result<(), Fault> {
        let now_ms = node.clock.now_ms();
        let version = crate::setting::version(node);
        if version != self.app_version || now_ms - self.app_at_ms >= APP_FRESH_MS {
            let app_id = self.row.app_id;
            if let Some(app) = node.store.read(move |view| view.app(app_id)).await? {
                self.app = app.row;
            }
            self.app_at_ms = now_ms;
            self.app_version = version;
        }
        Ok(())
    }

    /// The device that this session carries.
    pub(super) fn endpoint_of(&self, session_id: SessionId) -> Option<&EndpointRow> {
        self.endpoints.values().find(|row| row.session_id == session_id)
    }

    /// The room has had its last event.
    pub(super) fn is_over(&self) -> bool {
        self.room.mirror().ended().is_some()
    }

    /// Roles of this name are above the others.
    pub(super) fn is_super(&self, role: &str) -> bool {
        self.room.template().role(role).is_some_and(|role| role.super_role)
    }

    /// The write that says when something is due here next, if that has changed. Call it when the events are applied.
    pub(super) fn due_write(&mut self) -> Option<Write> {
        let due_at_ms = self.room.deadline();
        if due_at_ms == self.due_at_ms {
            return None;
        }
        self.due_at_ms = due_at_ms;
        Some(Write::PutRoomDue { archive_id: self.archive_id(), due_at_ms })
    }

    /// The newest message of the room's chat.
    pub(super) fn chat_at(&self) -> Option<v1::Cursor> {
        self.talk.as_ref().map(|talk| talk.room.at())
    }

    /// Writes beside the events: what the store has to know of them without reading them.
    pub(super) fn consequences(&self, events: &[v1::RoomEvent]) -> Vec<Write> {
        let archive_id = self.archive_id();
        let mut writes = Vec::new();
        let mut row = None;
        for event in events {
            match &event.body {
                Some(v1::room_event::Body::MemberJoined(joined)) => {
                    let user_uuid = joined.member.as_ref().map_or("", |m| m.user_uuid.as_str());
                    if let Ok(user_uuid) = user_uuid.parse() {
                        writes.push(Write::RoomVisit { archive_id, user_uuid, at_ms: event.at_ms });
                    }
                }
                Some(v1::room_event::Body::Ended(ended)) => {
                    let end = RoomEnd { at_ms: event.at_ms, reason: ended.reason.clone() };
                    row.get_or_insert_with(|| self.row_now()).ended = Some(end);
                }
                Some(v1::room_event::Body::NameChanged(changed)) => {
                    row.get_or_insert_with(|| self.row_now()).room_name.clone_from(&changed.room_name);
                }
                _ => {}
            }
        }
        writes.extend(row.map(Write::PutRoom));
        writes
    }

    /// The row with the room's name of today.
    fn row_now(&self) -> RoomRow {
        RoomRow { room_name: self.room.mirror().head().room_name.clone(), ..self.row.clone() }
    }

    /// When something may be due here sooner than the store knows. It learns so with the events: when the time comes,
    /// perhaps nobody has the room in memory.
    pub(super) fn due_earlier(&self, events: &[v1::RoomEvent]) -> Option<i64> {
        let earliest_ms = self.room.earliest_after(events)?;
        self.due_at_ms.is_none_or(|known_ms| earliest_ms < known_ms).then_some(earliest_ms)
    }
}

/// What is stored of a room, in one snapshot.
pub(super) struct Stored {
    pub(super) row: RoomRow,
    pub(super) head: RoomHeadRow,
    app: AppRow,
    pub(super) endpoints: Vec<EndpointRow>,
    record: (u64, v1::RoomRecord),
    events: Vec<v1::RoomEvent>,
    last_message: Option<MessageRow>,
    due_at_ms: Option<i64>,
}

/// Reads a room. `None`: there is none of that id.
pub(super) fn read(view: &View<'_>, archive_id: ArchiveId) -> Result<Option<Stored>, ReadError> {
    let Some(row) = view.room(archive_id)? else { return Ok(None) };
    let (Some(head), Some(record), Some(app)) =
        (view.room_head(archive_id)?, view.room_record(archive_id)?, view.app(row.app_id)?)
    else {
        return Ok(None);
    };
    let damaged = |cause: prost::DecodeError| ReadError::Corrupt {
        column: format!("room {archive_id}"),
        problem: cause.to_string(),
    };
    let seq = record.seq;
    let record = v1::RoomRecord::decode(record.body.as_slice()).map_err(damaged)?;
    let mut events = Vec::new();
    for event in view.room_events_after(archive_id, seq, EVENTS_MAX)? {
        events.push(v1::RoomEvent::decode(event.body.as_slice()).map_err(damaged)?);
    }
    let endpoints = view.endpoints_of_room(archive_id)?;
    let last_message = match row.chat_room_id {
        Some(conversation_id) if head.chat_seq > 0 => {
            view.messages_after(conversation_id, head.chat_seq - 1, 1)?.pop()
        }
        _ => None,
    };
    let due_at_ms = view.room_due(archive_id)?;
    Ok(Some(Stored {
        row,
        head,
        app: app.row,
        endpoints,
        record: (seq, record),
        events,
        last_message,
        due_at_ms,
    }))
}

impl Stored {
    /// The room as of its last event.
    pub(super) fn room(&self) -> Result<Room, Fault> {
        let template = Template::parse(&self.row.template).map_err(|cause| {
            tracing::error!(archive_id = %self.row.archive_id, %cause, "a stored template does not read");
            Fault::of(Code::RoomConfigBad)
        })?;
        let (seq, record) = &self.record;
        let at = v1::Cursor { epoch: self.row.epoch, seq: *seq };
        let mut room = Room::load(template, record.clone(), at);
        for event in &self.events {
            room.apply(event).map_err(|cause| {
                tracing::error!(archive_id = %self.row.archive_id, %cause, "a stored room has a hole");
                Fault::of(Code::ServerError)
            })?;
        }
        Ok(room)
    }
}

/// Makes a live room this node's. `None`: somebody else was faster, try again.
pub(super) async fn take(node: &Node, archive_id: ArchiveId) -> Result<Option<Loaded>, Fault> {
    let app_version = crate::setting::version(node);
    let stored = node.store.read(move |view| read(view, archive_id)).await?;
    let stored = stored.ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    if stored.row.ended.is_some() {
        return Err(Fault::of(Code::RoomNotFound));
    }
    let RoomHeadRow { fence, seq, .. } = stored.head;
    let batch = Batch::new()
        .expect(Expect::Room { archive_id, fence, seq })
        .write(Write::TakeRoom { archive_id, node: node.id.clone() });
    let outcome = node.store.commit(batch).await;
    if crate::node::lost_race(&outcome) {
        return Ok(None);
    }
    outcome?;
    let room = stored.room()?;
    let Stored { row, head, app, endpoints, record, last_message, due_at_ms, .. } = stored;
    let at = v1::Cursor { epoch: row.epoch, seq: head.chat_seq };
    let talk = row.chat_room_id.map(|id| Talk::load(id, at, last_message.as_ref(), &node.config.chat));
    Ok(Some(Loaded {
        fence: fence + 1,
        room,
        endpoints: endpoints.into_iter().map(|row| (row.rtc_uid, row)).collect(),
        written_seq: record.0,
        talk,
        due_at_ms,
        call_due_at_ms: None,
        row,
        app,
        app_at_ms: node.clock.now_ms(),
        app_version,
    }))
}

/// Of these rooms, those that somebody is said to be in the call of.
pub(super) fn with_calls(view: &View<'_>, rooms: &[ArchiveId]) -> Result<Vec<ArchiveId>, ReadError> {
    let mut found = Vec::new();
    for archive_id in rooms {
        let Some(Ok(room)) = read(view, *archive_id)?.map(|stored| stored.room()) else { continue };
        let mut endpoints = room.mirror().members().flat_map(|member| &member.endpoints);
        if endpoints.any(|endpoint| endpoint.in_rtc) {
            found.push(*archive_id);
        }
    }
    Ok(found)
}

/// A room of the app as the store has it now, live or ended.
pub async fn snapshot(
    node: &Node,
    app_id: AppId,
    archive_id: ArchiveId,
) -> Result<Option<(RoomRow, Room)>, Fault> {
    let stored = node.store.read(move |view| read(view, archive_id)).await?;
    match stored.filter(|stored| stored.row.app_id == app_id) {
        Some(stored) => stored.room().map(|room| Some((stored.row, room))),
        None => Ok(None),
    }
}
