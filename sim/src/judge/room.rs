//! Rooms, as a plain model: what is committed changes it, and each change is held against the rules of the room's
//! template, told once more in the judge's own words.

mod chat;
mod count;
mod door;
mod fold;
mod law;
mod rules;
mod seen;

pub(crate) use door::Knock;
pub(crate) use seen::Hearing;
pub use seen::{InRoom, Mirrored};

use super::Judge;
use chat::Chat;
use parlor_protocol::v1;
use std::collections::{BTreeMap, BTreeSet};

/// A device in a room, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its number in the room.
    pub rtc_uid: i64,
    /// Whose it is.
    pub user: String,
    /// The device.
    pub device: String,
    /// The session that carries it.
    pub session: u64,
    /// When it came in.
    pub joined_at_ms: i64,
}

/// What one commit, or a crash, left of a room.
#[derive(Clone, Debug, Default)]
pub struct RoomChange {
    /// The room, for ever.
    pub archive_id: i64,
    /// It has not ended.
    pub live: bool,
    /// For a room that nobody has heard of: what it was made as.
    pub made: Option<v1::RoomRecord>,
    /// Place of the last event.
    pub seq: u64,
    /// Events that were not known.
    pub events: Vec<v1::RoomEvent>,
    /// Place of the last chat message.
    pub chat_seq: u64,
    /// Chat messages that were not known, and known ones that are different now.
    pub messages: Vec<v1::ChatMessage>,
    /// The devices in it.
    pub endpoints: Vec<Endpoint>,
}

/// A room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    /// The rules that it keeps.
    law: law::Law,
    pub(crate) head: v1::RoomHead,
    /// What opens its door; `None`: nobody told.
    password: Option<String>,
    /// Who has which role, whatever they ask for.
    bound: BTreeMap<String, String>,
    /// How long it may be empty; 0 = for ever.
    grace_ms: i64,
    pub(crate) members: BTreeMap<String, v1::RoomMember>,
    /// Who is on the blacklist.
    listed: BTreeSet<String>,
    /// Who set a property that goes with nobody.
    setters: BTreeMap<String, String>,
    /// Bans that people took along.
    carried: BTreeMap<String, v1::RoomBans>,
    pub(crate) seq: u64,
    pub(crate) log: BTreeMap<u64, v1::RoomEvent>,
    pub(crate) ended: Option<String>,
    pub(crate) ended_at_ms: i64,
    /// The app's text at its making, another for each.
    made_as: String,
    entered: bool,
    empty_since_ms: i64,
    pub(crate) endpoints: Vec<Endpoint>,
    /// Devices that went, and why.
    pub(crate) departed: Vec<(String, String)>,
    pub(crate) chat: Chat,
    /// What the app's server has asked for here.
    asked: BTreeSet<&'static str>,
}

/// All rooms of the history.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    pub(crate) known: BTreeMap<i64, Room>,
    /// First answers to acts by op id.
    answers: BTreeMap<Vec<u8>, u64>,
    asked_early: BTreeSet<(i64, &'static str)>,
    claims: Vec<seen::Claim>,
    /// Clients that left a room.
    left: BTreeSet<(usize, i64)>,
    /// The passwords of rooms by their uuid.
    passwords: BTreeMap<String, String>,
    /// Who asked to come in.
    knocks: BTreeSet<Knock>,
}

impl Judge {
    /// How far a room and its chat are known: the places of the last event and of the last message.
    pub fn room_known(&self, archive_id: i64) -> Option<(u64, u64)> {
        self.rooms.known.get(&archive_id).map(|room| (room.seq, room.chat.seq))
    }

    /// The rooms that live.
    pub fn live_rooms(&self) -> Vec<i64> {
        let live = self.rooms.known.iter().filter(|(_, room)| room.ended.is_none());
        live.map(|(id, _)| *id).collect()
    }

    /// The template of a room.
    pub fn template_of_room(&self, archive_id: i64) -> Option<i64> {
        let template = self.rooms.known.get(&archive_id)?.head.template.as_ref()?;
        Some(template.template_id)
    }

    /// The template of the live room of this uuid.
    pub fn template_of(&self, room_uuid: &str) -> Option<i64> {
        self.template_of_room(self.room_named(room_uuid)?)
    }

    /// Which live room has this uuid.
    pub fn room_named(&self, room_uuid: &str) -> Option<i64> {
        let mut live = self.rooms.known.iter().filter(|(_, room)| room.ended.is_none());
        live.find(|(_, room)| room.head.room_uuid == room_uuid).map(|(id, _)| *id)
    }

    /// The uuids of the messages in a room's chat.
    pub fn messages_of(&self, archive_id: i64) -> Vec<String> {
        let room = self.rooms.known.get(&archive_id);
        room.map(|room| room.chat.uuids()).unwrap_or_default()
    }

    /// That message is known, and the same.
    pub fn knows_message(&self, archive_id: i64, message: &v1::ChatMessage) -> bool {
        let room = self.rooms.known.get(&archive_id);
        room.is_some_and(|room| room.chat.messages.get(&message.seq) == Some(message))
    }

    /// The app's server asks for something in a room.
    pub fn server_asks(&mut self, archive_id: i64, what: &'static str) {
        match self.rooms.known.get_mut(&archive_id) {
            Some(room) => {
                room.asked.insert(what);
            }
            None => {
                self.rooms.asked_early.insert((archive_id, what));
            }
        }
    }

    /// Rooms of that uuid have this password.
    pub fn room_password(&mut self, room_uuid: &str, password: &str) {
        self.rooms.passwords.insert(room_uuid.to_owned(), password.to_owned());
    }

    /// A session asks to come into a room.
    pub(crate) fn knocks(&mut self, knock: Knock) {
        self.rooms.knocks.insert(knock);
    }

    /// A commit changed a room.
    pub fn room_changed(&mut self, change: RoomChange) {
        let id = change.archive_id;
        let mut room = match self.rooms.known.remove(&id) {
            Some(room) => room,
            None => match self.room_made(&change) {
                Some(room) => room,
                None => return,
            },
        };
        if let Err(what) = self.follow(&mut room, &change) {
            self.fault(format!("room {id}: {what}"));
        }
        self.rooms.known.insert(id, room);
    }

    fn room_made(&mut self, change: &RoomChange) -> Option<Room> {
        let id = change.archive_id;
        let Some(record) = &change.made else {
            self.fault(format!("room {id} has no record"));
            return None;
        };
        let head = record.head.clone().unwrap_or_default();
        if let Some(other) = self.room_named(&head.room_uuid) {
            self.fault(format!("rooms {other} and {id} live under one name, {}", head.room_uuid));
        }
        let asked = self.rooms.asked_early.iter().filter(|(archive_id, _)| *archive_id == id);
        let asked = asked.map(|(_, what)| *what).collect();
        let made_twice =
            self.rooms.known.values().any(|room| !head.ext.is_empty() && room.made_as == head.ext);
        if made_twice {
            self.fault(format!("room {id} was made twice, as {}", head.ext));
        }
        Some(Room {
            law: law::Law::of(&head),
            password: self.rooms.passwords.get(&head.room_uuid).cloned(),
            bound: record.role_bind.clone(),
            grace_ms: record.empty_grace_ms,
            made_as: head.ext.clone(),
            head,
            asked,
            ..Room::default()
        })
    }

    /// Follows one commit.
    fn follow(&self, room: &mut Room, change: &RoomChange) -> Result<(), String> {
        if change.seq < room.seq {
            return Err(format!("its events went back from {} to {}", room.seq, change.seq));
        }
        if change.chat_seq < room.chat.seq {
            return Err(format!("its chat went back from {} to {}", room.chat.seq, change.chat_seq));
        }
        let before = room.clone();
        for event in &change.events {
            if event.seq != room.seq + 1 {
                return Err(format!("event {} follows event {}", event.seq, room.seq));
            }
            if room.ended.is_some() {
                return Err(format!("event {} comes after the end: {:?}", event.seq, event.body));
            }
            let batch = rules::Commit { before: &before, events: &change.events };
            room.allows(&batch, event).map_err(|what| format!("event {}: {what}: {event:?}", event.seq))?;
            self.session_allows(&before, change, event)?;
            if room.said(event) {
                return Err(format!("event {}: said once more: {event:?}", event.seq));
            }
            room.fold(event);
        }
        if room.seq != change.seq {
            return Err(format!("its head is at {}, its events end at {}", change.seq, room.seq));
        }
        if room.ended.is_none() != change.live {
            return Err(format!("ended by {:?}, and live is {}", room.ended, change.live));
        }
        room.holds(&before, change.events.last().map_or(i64::MAX, |event| event.at_ms))?;
        for message in &change.messages {
            room.talks(&before, &change.messages, message)
                .map_err(|what| format!("message {}: {what}", message.seq))?;
        }
        if room.chat.seq != change.chat_seq {
            return Err(format!("its chat is at {}, its messages end at {}", change.chat_seq, room.chat.seq));
        }
        self.entered_by_the_door(&before, room, change)?;
        room.endpoints.clone_from(&change.endpoints);
        self.placed(room)
    }

    /// Devices that are new in the room had asked to come in.
    fn entered_by_the_door(&self, before: &Room, room: &Room, change: &RoomChange) -> Result<(), String> {
        let is_new = |endpoint: &&Endpoint| before.endpoints.iter().all(|e| e.rtc_uid != endpoint.rtc_uid);
        change.endpoints.iter().filter(is_new).try_for_each(|endpoint| {
            let user = endpoint.user.as_str();
            let is_member = before.members.contains_key(user) || room.bound.contains_key(user);
            let came_as = (!is_member).then(|| room.role(user));
            match room.knocked(self.rooms.knocks.iter(), endpoint.session, came_as) {
                true => Ok(()),
                false => Err(format!("{endpoint:?} never asked in the right way to come in as {came_as:?}")),
            }
        })
    }

    /// The devices of the events are the devices of the rows, and whoever comes in has a session that lives.
    fn placed(&self, room: &Room) -> Result<(), String> {
        let mut by_events: Vec<(i64, &str, &str)> = Vec::new();
        for member in room.members.values() {
            let devices = member.endpoints.iter();
            by_events.extend(devices.map(|d| (d.rtc_uid, member.user_uuid.as_str(), d.device_id.as_str())));
        }
        by_events.sort_unstable();
        let mut by_rows: Vec<_> = room
            .endpoints
            .iter()
            .map(|endpoint| (endpoint.rtc_uid, endpoint.user.as_str(), endpoint.device.as_str()))
            .collect();
        by_rows.sort_unstable();
        if by_events != by_rows {
            return Err(format!("its events know the devices {by_events:?}, its rows {by_rows:?}"));
        }
        Ok(())
    }

    /// A member acts on a session that lives; a device is taken out by the server only when its session is over.
    fn session_allows(
        &self,
        before: &Room,
        change: &RoomChange,
        event: &v1::RoomEvent,
    ) -> Result<(), String> {
        use v1::room_event::Body;
        let carried = |endpoint: &Endpoint| {
            let mut live = self.facts.live.iter();
            live.any(|s| {
                s.id == endpoint.session
                    && s.room.as_deref() == Some(endpoint.user.as_str())
                    && s.room_since_ms.is_some_and(|since_ms| since_ms <= endpoint.joined_at_ms)
            })
        };
        let by = event.operate_by.as_str();
        if !by.is_empty() {
            // The fence is the session's. A room session that has just ended takes its devices out a moment later.
            let lives = |endpoint: &Endpoint| self.facts.live.iter().any(|s| s.id == endpoint.session);
            let mut endpoints = before.endpoints.iter().chain(&change.endpoints).filter(|e| e.user == by);
            return match endpoints.any(lives) {
                true => Ok(()),
                false => Err(format!("{by} acts, and no session of theirs lives: {event:?}")),
            };
        }
        let (gone, reason): (Vec<&Endpoint>, &str) = match &event.body {
            Some(Body::EndpointLeft(left)) => {
                let endpoints = before.endpoints.iter().filter(|endpoint| endpoint.rtc_uid == left.rtc_uid);
                (endpoints.collect(), &left.reason)
            }
            Some(Body::MemberLeft(left)) => {
                let endpoints = before.endpoints.iter().filter(|endpoint| endpoint.user == left.user_uuid);
                (endpoints.collect(), &left.reason)
            }
            _ => return Ok(()),
        };
        if before.asked.contains("kick") && reason == "KICK_OUT" {
            return Ok(());
        }
        match gone.iter().find(|endpoint| carried(endpoint)) {
            Some(endpoint) => Err(format!("{endpoint:?} is taken out, and its session lives: {event:?}")),
            None => Ok(()),
        }
    }

    /// Rooms after a crash: nothing that was acknowledged is lost.
    pub fn rooms_restarted(&mut self, live: &[i64]) {
        let lost = self.live_rooms().into_iter().find(|id| !live.contains(id));
        if let Some(id) = lost {
            self.fault(format!("the crash lost room {id}"));
        }
    }

    /// An act by op id was answered with the place of its event; the same op id always gets the same answer.
    pub fn room_act_answered(&mut self, archive_id: i64, op_id: &[u8], seq: u64) {
        let known = self.room_known(archive_id).map_or(0, |(known, _)| known);
        if seq > known {
            self.fault(format!("an act in room {archive_id} was answered with place {seq} of {known}"));
        }
        let first = *self.rooms.answers.entry(op_id.to_vec()).or_insert(seq);
        // An act that changed nothing is not kept: it is looked at anew each time.
        let changed = |place| self.rooms.known.get(&archive_id).is_some_and(|r| r.log.contains_key(&place));
        if first < seq && changed(seq) && self.is_by_same(archive_id, first, seq) {
            self.fault(format!("one act in room {archive_id} was done twice, at {first} and at {seq}"));
        }
    }

    /// Both events say the same of the same member.
    fn is_by_same(&self, archive_id: i64, first: u64, second: u64) -> bool {
        let Some(room) = self.rooms.known.get(&archive_id) else { return false };
        match (room.log.get(&first), room.log.get(&second)) {
            (Some(first), Some(second)) => {
                first.operate_by == second.operate_by && first.body == second.body && first.body.is_some()
            }
            _ => false,
        }
    }
}
