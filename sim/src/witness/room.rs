//! Rooms, as the store has them and as the wires carry them.

use super::{Seen, Witness};
use crate::judge::{Endpoint, Knock, RoomChange};
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::v1;
use parlor_store::rows::{EndpointRow, RoomHeadRow, RoomRow, UserEventRow};
use parlor_store::{ReadError, View};
use prost::Message;
use std::collections::BTreeSet;

/// More rooms, events and messages than a history has.
const MANY: usize = 10_000;
/// Messages before the newest that are looked at again: they may have been recalled.
const AGAIN: u64 = 30;

impl Seen {
    /// What a commit did to rooms.
    pub(super) fn look_at_rooms(&mut self, view: &View<'_>) -> Result<(), ReadError> {
        for change in self.room_changes(view)? {
            for event in &change.events {
                self.line(&format!("  room {} event {} {}", change.archive_id, event.seq, event_line(event)));
            }
            for message in &change.messages {
                let (id, seq, uuid) = (change.archive_id, message.seq, &message.message_uuid);
                self.line(&format!("  room {id} message {seq} {uuid} recalled {}", message.recalled));
            }
            self.judge.room_changed(change);
        }
        for user in self.users.clone() {
            let known = self.judge.stream_known(user.as_str());
            let head = view.user_head(self.app_id, &user)?;
            if head.seq == known {
                continue;
            }
            let rows = view.user_events_after(self.app_id, &user, known, MANY)?;
            let event = |row: &UserEventRow| {
                let event = v1::UserEvent::decode(row.body.as_slice()).ok()?;
                Some(v1::UserEvent { seq: row.seq, ..event })
            };
            let events: Vec<_> = rows.iter().filter_map(event).collect();
            self.line(&format!("  stream of {user} up to command {}", head.seq));
            self.judge.stream_changed(user.as_str(), head.seq, &events);
        }
        Ok(())
    }

    /// The rooms that live now.
    pub(super) fn live_rooms(&self, view: &View<'_>) -> Result<Vec<i64>, ReadError> {
        let live = view.live_rooms(self.app_id, 0, MANY)?;
        Ok(live.into_iter().map(|(row, _)| row.archive_id.wire()).collect())
    }

    fn room_changes(&self, view: &View<'_>) -> Result<Vec<RoomChange>, ReadError> {
        let mut rows = view.live_rooms(self.app_id, 0, MANY)?;
        let live: BTreeSet<i64> = rows.iter().map(|(row, _)| row.archive_id.wire()).collect();
        for id in self.judge.live_rooms().into_iter().filter(|id| !live.contains(id)) {
            let archive_id = ArchiveId(id.unsigned_abs());
            if let (Some(row), Some(head)) = (view.room(archive_id)?, view.room_head(archive_id)?) {
                rows.push((row, head));
            }
        }
        rows.sort_by_key(|(row, _)| row.archive_id.0);
        rows.iter().map(|(row, head)| self.room_change(view, row, head)).collect()
    }

    fn room_change(
        &self,
        view: &View<'_>,
        row: &RoomRow,
        head: &RoomHeadRow,
    ) -> Result<RoomChange, ReadError> {
        let archive_id = row.archive_id;
        let known = self.judge.room_known(archive_id.wire());
        let (seq, chat_seq) = known.unwrap_or_default();
        let mut change = RoomChange {
            archive_id: archive_id.wire(),
            live: row.ended.is_none(),
            seq: head.seq,
            chat_seq: head.chat_seq,
            ..RoomChange::default()
        };
        if known.is_none() {
            let record = view.room_record(archive_id)?;
            change.made = record.and_then(|record| v1::RoomRecord::decode(record.body.as_slice()).ok());
        }
        if head.seq > seq {
            let rows = view.room_events_after(archive_id, seq, MANY)?;
            change
                .events
                .extend(rows.iter().filter_map(|row| v1::RoomEvent::decode(row.body.as_slice()).ok()));
        }
        if let Some(conversation_id) = row.chat_room_id {
            let rows = view.messages_after(conversation_id, chat_seq.saturating_sub(AGAIN), MANY)?;
            let messages = rows.iter().filter_map(|row| v1::ChatMessage::decode(row.body.as_slice()).ok());
            let is_news = |message: &v1::ChatMessage| !self.judge.knows_message(archive_id.wire(), message);
            change.messages.extend(messages.filter(is_news));
        }
        change.endpoints = view.endpoints_of_room(archive_id)?.iter().map(endpoint).collect();
        Ok(change)
    }

    /// A push about rooms leaves a gateway.
    pub(super) fn room_pushed(&mut self, wire: u64, push: &v1::push::Body) {
        use v1::push::Body;
        match push {
            Body::RoomEvents(pushed) => {
                let last = pushed.events.last().map_or(0, |event| event.seq);
                self.line(&format!("  wire {wire} < room {} up to event {last}", pushed.archive_id));
                self.judge.events_pushed(pushed.archive_id, &pushed.events);
            }
            Body::ChatMessages(pushed) => {
                let last = pushed.messages.last().map_or(0, |message| message.seq);
                let chat = pushed.conversation_id;
                self.line(&format!("  wire {wire} < chat {chat} up to message {last}"));
                self.judge.messages_pushed(chat, &pushed.messages);
            }
            Body::UserEvents(pushed) => {
                let last = pushed.events.last().map_or(0, |event| event.seq);
                self.line(&format!("  wire {wire} < commands up to {last}"));
                self.judge.commands_pushed(&pushed.events);
            }
            Body::RoomGone(gone) => {
                self.line(&format!("  wire {wire} < gone from room {}: {}", gone.archive_id, gone.reason));
            }
            _ => {}
        }
    }

    /// A gateway takes up a join.
    pub(super) fn room_asked(&mut self, session: u64, join: &v1::RoomJoin) {
        self.judge.knocks(Knock {
            session,
            room_uuid: join.room_uuid.clone(),
            role: join.role.clone(),
            password: join.password.clone(),
        });
    }

    /// An answer about rooms leaves a gateway.
    pub(super) fn room_answered(&mut self, body: &v1::reply::Body) {
        use v1::reply::Body;
        if let Body::UserPull(pulled) = body {
            self.judge.commands_pushed(&pulled.events);
        }
        let view = match body {
            Body::RoomJoin(view) => Some(view),
            Body::RoomPull(pulled) => match &pulled.body {
                Some(v1::room_pulled::Body::View(view)) => Some(view),
                Some(v1::room_pulled::Body::Events(events)) => {
                    self.judge.events_pushed(events.archive_id, &events.events);
                    None
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(v1::RoomView { head: Some(head), at: Some(at), .. }) = view {
            self.judge.view_sent(head.archive_id, at.seq);
        }
    }
}

impl Witness {
    /// A gateway reads a room.
    pub fn room_read(&self, archive_id: i64, mirror: &parlor_sdk::Mirror) {
        let members: Vec<_> = mirror.members().cloned().collect();
        self.judge(|judge| judge.room_read(archive_id, mirror.at().seq, mirror.head(), &members));
    }
}

fn endpoint(row: &EndpointRow) -> Endpoint {
    Endpoint {
        rtc_uid: row.rtc_uid.wire(),
        user: row.user_uuid.to_string(),
        device: row.device_id.to_string(),
        session: row.session_id.0,
        joined_at_ms: row.joined_at_ms,
    }
}

fn event_line(event: &v1::RoomEvent) -> String {
    let by = if event.operate_by.is_empty() { "the server" } else { &event.operate_by };
    let body = event.body.as_ref().map_or_else(String::new, |body| format!("{body:?}"));
    format!("by {by}: {body}")
}
