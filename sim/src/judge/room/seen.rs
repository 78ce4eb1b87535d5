//! What clients see of rooms: never more than is committed, and in the end exactly that.

use super::Room;
use crate::judge::Judge;
use parlor_protocol::v1::{self, room_event};
use std::collections::{BTreeMap, BTreeSet};

/// What time brings is done no later than this.
const LATE_MS: i64 = 60_000;

/// What happened since then may still be on its way to clients.
const NEWS_MS: i64 = 10_000;

/// A room as a client shows it at the end.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// Which room.
    pub archive_id: i64,
    /// The own device there.
    pub rtc_uid: i64,
    /// Place of the last event in it.
    pub seq: u64,
    /// Everything but the members.
    pub head: v1::RoomHead,
    /// The members.
    pub members: Vec<v1::RoomMember>,
    /// The client holds itself for present in the chat.
    pub in_chat: bool,
    /// The client holds the mirror for up to date.
    pub connected: bool,
}

/// The rooms that a client holds itself to be in.
#[derive(Clone, Debug)]
pub struct InRoom {
    /// Which client.
    pub client: usize,
    /// Its device.
    pub device: String,
    /// The rooms.
    pub rooms: Vec<Mirrored>,
}

/// A client reports the end of a room.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    client: usize,
    device: String,
    archive_id: i64,
    reason: String,
    /// The app had asked to leave, or to log out.
    left: bool,
}

/// What a client heard in a chat since it came into the room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// The room, and the client's number in the order of joins.
    pub(crate) stay: (i64, u64),
    /// Places of the messages.
    seqs: BTreeSet<u64>,
}

/// What all clients heard.
pub(crate) type Hearing = BTreeMap<usize, Vec<Heard>>;

fn visible(message: &v1::ChatMessage, user: &str) -> bool {
    let sender = message.sender.as_ref().map_or("", |sender| sender.user_uuid.as_str());
    message.to.is_empty() || sender == user || message.to.iter().any(|to| to == user)
}

impl Judge {
    /// A gateway tells a client of events: they are committed, and the same.
    pub fn events_pushed(&mut self, archive_id: i64, events: &[v1::RoomEvent]) {
        for event in events {
            let room = self.rooms.known.get(&archive_id);
            let truth = room.and_then(|room| room.log.get(&event.seq));
            let hidden = |truth: &v1::RoomEvent| {
                event.body.is_none() && matches!(truth.body, Some(room_event::Body::Command(_)))
            };
            match truth {
                Some(truth) if truth == event || hidden(truth) => {}
                truth => {
                    let what =
                        format!("room {archive_id}: a client is told {event:?}; the truth is {truth:?}");
                    return self.fault(what);
                }
            }
        }
    }

    /// A gateway sends a client the mirror as of this event.
    pub fn view_sent(&mut self, archive_id: i64, seq: u64) {
        let known = self.room_known(archive_id).map(|(seq, _)| seq);
        if known.is_none_or(|known| known < seq) {
            self.fault(format!("room {archive_id}: a client is shown event {seq} of {known:?}"));
        }
    }

    /// A gateway tells a client of chat messages.
    pub fn messages_pushed(&mut self, conversation_id: i64, messages: &[v1::ChatMessage]) {
        let mut rooms = self.rooms.known.iter();
        let Some((id, room)) = rooms.find(|(_, room)| room.head.chat_room_id == conversation_id) else {
            return self.fault(format!("a client is told of the chat {conversation_id}, which no room has"));
        };
        let (id, known) = (*id, room.chat.seq);
        if let Some(early) = messages.iter().find(|message| message.seq > known) {
            self.fault(format!("room {id}: a client is told of message {} of {known}", early.seq));
        }
    }

    /// A client has come into a room: what it hears in the chat from now on belongs together.
    pub fn client_in_room(&mut self, client: usize, archive_id: i64, stay: u64) {
        let heard = Heard { stay: (archive_id, stay), seqs: BTreeSet::new() };
        self.hearing.entry(client).or_default().push(heard);
    }

    /// A client reports a chat message.
    pub fn client_hears(&mut self, client: usize, stay: (i64, u64), user: &str, message: &v1::ChatMessage) {
        let (id, seq) = (stay.0, message.seq);
        let truth = self.rooms.known.get(&id).and_then(|room| room.chat.messages.get(&seq));
        match truth {
            Some(truth) if truth.message_uuid == message.message_uuid && visible(truth, user) => {}
            truth => {
                return self.fault(format!(
                    "room {id}: client {client} of {user} hears {message:?}; the truth is {truth:?}"
                ));
            }
        }
        let heard = self.hearing.entry(client).or_default().iter_mut().find(|heard| heard.stay == stay);
        let Some(heard) = heard else { return };
        let last = heard.seqs.last().copied();
        heard.seqs.insert(seq);
        if last.is_some_and(|last| last >= seq) {
            self.fault(format!("room {id}: client {client} hears message {seq} after {last:?}"));
        }
    }

    /// A client reports the end of a room.
    pub fn client_room_ended(&mut self, client: usize, archive_id: i64, reason: &str) {
        let told = self.clients.get(&client);
        let device = told.map(|told| told.device.clone()).unwrap_or_default();
        let left = told.is_some_and(|told| told.left()) || self.rooms.left.contains(&(client, archive_id));
        self.rooms.claims.push(Claim { client, device, archive_id, reason: reason.to_owned(), left });
    }

    /// An app leaves a room.
    pub fn leave_called(&mut self, client: usize, archive_id: i64) {
        self.rooms.left.insert((client, archive_id));
    }

    /// Whatever is said from now on, everybody in a chat hears, and so does everybody to whom it is sent.
    pub fn last_words(&mut self) {
        for room in self.rooms.known.values_mut() {
            room.chat.last_words = Some(room.chat.seq + 1);
        }
        self.last_commands();
    }

    /// Everything has been quiet for long enough: clients show what is committed, and the servers too.
    pub fn rooms_quiet(&mut self, views: &[InRoom], now_ms: i64) {
        for id in self.live_rooms() {
            if let Some(what) = self.rooms.known.get(&id).and_then(|room| room.is_late(now_ms - LATE_MS)) {
                self.fault(format!("room {id}: {what}"));
            }
        }
        for view in views {
            for mirrored in &view.rooms {
                let room = self.rooms.known.get(&mirrored.archive_id);
                if room.is_some_and(|room| room.ended.is_some() && room.ended_at_ms > now_ms - NEWS_MS) {
                    continue;
                }
                if let Err(what) = self.mirrors(view, mirrored) {
                    self.fault(format!("room {}: client {}: {what}", mirrored.archive_id, view.client));
                }
            }
        }
        for id in self.live_rooms() {
            let endpoints = self.rooms.known.get(&id).map(|room| room.endpoints.clone()).unwrap_or_default();
            for endpoint in endpoints {
                let holds = |view: &InRoom| {
                    view.device == endpoint.device && view.rooms.iter().any(|r| r.rtc_uid == endpoint.rtc_uid)
                };
                if !views.iter().any(holds) {
                    self.fault(format!("room {id}: {endpoint:?} is in it, and no client knows"));
                }
                if !self.facts.live.iter().any(|s| s.id == endpoint.session) {
                    self.fault(format!("room {id}: {endpoint:?} outlives its session"));
                }
            }
        }
        for claim in std::mem::take(&mut self.rooms.claims) {
            self.check_claim(&claim);
        }
    }

    fn mirrors(&self, view: &InRoom, mirrored: &Mirrored) -> Result<(), String> {
        let room = self.rooms.known.get(&mirrored.archive_id).ok_or("there is no such room")?;
        if let Some(reason) = &room.ended {
            return Err(format!("holds itself to be in it, and it ended by {reason}"));
        }
        let own = room.endpoints.iter().find(|e| e.rtc_uid == mirrored.rtc_uid && e.device == view.device);
        let own = own.ok_or_else(|| {
            format!("holds itself to be in it as {}, and is not: {:?}", mirrored.rtc_uid, room.endpoints)
        })?;
        if !mirrored.connected {
            return Err("says that it is cut off".to_owned());
        }
        room.is_shown_by(mirrored.seq, &mirrored.head, &mirrored.members)?;
        let device = room
            .members
            .get(&own.user)
            .and_then(|member| member.endpoints.iter().find(|device| device.rtc_uid == mirrored.rtc_uid));
        let in_chat = device.is_some_and(|device| device.in_chatroom);
        if in_chat != mirrored.in_chat {
            return Err(format!("in the chat: {}; the truth is {in_chat}", mirrored.in_chat));
        }
        match in_chat {
            true => self.heard_all(room, view.client, mirrored, &own.user),
            false => Ok(()),
        }
    }

    /// Since the first message that it heard in this presence, a client heard each that it may see, but its own.
    fn heard_all(&self, room: &Room, client: usize, mirrored: &Mirrored, user: &str) -> Result<(), String> {
        let heard = self
            .hearing
            .get(&client)
            .and_then(|all| all.iter().rev().find(|heard| heard.stay.0 == mirrored.archive_id));
        let Some(since) = room.chat.present.get(&mirrored.rtc_uid) else { return Ok(()) };
        let heard = heard.map(|heard| heard.seqs.clone()).unwrap_or_default();
        let first = [heard.range(since + 1..).next().copied(), room.chat.last_words];
        let Some(first) = first.into_iter().flatten().min() else { return Ok(()) };
        let due = room.chat.messages.range(first..).filter(|(_, message)| {
            let own = message.sender.as_ref().is_some_and(|sender| sender.user_uuid == user);
            !own && !message.recalled && visible(message, user)
        });
        let missed: Vec<u64> = due.map(|(seq, _)| *seq).filter(|seq| !heard.contains(seq)).collect();
        match missed.is_empty() {
            true => Ok(()),
            false => Err(format!("never heard {missed:?} of the chat, and {heard:?}")),
        }
    }

    /// A server reads a room as this.
    pub fn room_read(&mut self, archive_id: i64, seq: u64, head: &v1::RoomHead, members: &[v1::RoomMember]) {
        let Some(room) = self.rooms.known.get(&archive_id) else { return };
        if let Err(what) = room.is_shown_by(seq, head, members) {
            self.fault(format!("room {archive_id}, as a server reads it: {what}"));
        }
    }

    fn check_claim(&mut self, claim: &Claim) {
        let Claim { client, device, archive_id, reason, left } = claim;
        let room = self.rooms.known.get(archive_id);
        let departed = room.map(|room| room.departed.clone()).unwrap_or_default();
        // Whoever was away when the room ended learns that at the door.
        let is_end = room.is_some_and(|room| room.ended.as_ref() == Some(reason));
        let is_true = is_end || departed.iter().any(|(who, why)| who == device && why == reason);
        let causes = self.ends_of(device);
        let by_session = match reason.as_str() {
            "KICK_OUT" => &["KickedByServer"][..],
            "KICK_BY_OTHER_DEVICE" => {
                &["KickedByOtherDevice", "KickedByOwnDevice", "ReplacedBySameDevice", "RoomReplaced"]
            }
            "CLOSE_BY_BACKEND" => &["ComponentOff"],
            "LEAVE_BY_SELF" => &["RoomLogout"],
            // The login that carries it is over, or the way back was closed: told apart elsewhere.
            "LOGIN_STATE_ERROR" | "UNKNOWN" => return,
            _ => &[],
        };
        let by_session = causes.iter().any(|cause| by_session.contains(&cause.as_str()));
        // On its way back after its session was over, somebody was not let in any more.
        let at_door = match reason.as_str() {
            "KICK_OUT" => departed.iter().any(|(who, _)| who == device),
            "KICK_BY_OTHER_DEVICE" | "CLOSE_BY_BACKEND" => true,
            "LEAVE_BY_SELF" => *left,
            _ => false,
        };
        if !is_true && !by_session && !at_door {
            self.fault(format!(
                "room {archive_id}: client {client} on {device} reports its end by {reason}; there were \
                 {departed:?} and {causes:?}"
            ));
        }
    }
}

impl Room {
    /// What should have happened by then.
    fn is_late(&self, due_ms: i64) -> Option<String> {
        if let Some(reason) =
            ["END_OF_LIFE", "ALL_MEMBERS_OUT"].into_iter().find(|r| self.ends_by_itself(r, due_ms))
        {
            return Some(format!("it lives on, and should have ended by {reason}"));
        }
        let of_members = self.members.values().map(|member| (member.user_uuid.as_str(), member.bans));
        let mut bans = of_members.chain([("everybody", self.head.bans)]).flat_map(|(who, bans)| {
            let bans = bans.unwrap_or_default();
            [bans.chat, bans.audio, bans.video].into_iter().flatten().map(move |ban| (who, ban))
        });
        let (who, ban) = bans.find(|(_, ban)| ban.until_ms != 0 && ban.until_ms <= due_ms)?;
        Some(format!("{who} is still banned: {ban:?}"))
    }

    /// Somebody shows the room as it is.
    fn is_shown_by(&self, seq: u64, head: &v1::RoomHead, members: &[v1::RoomMember]) -> Result<(), String> {
        if seq != self.seq {
            return Err(format!("it is at event {seq} of {}", self.seq));
        }
        if *head != self.head {
            return Err(format!("its head is {head:?}; the truth is {:?}", self.head));
        }
        let truth: Vec<_> = self.members.values().cloned().collect();
        if members != truth {
            return Err(format!("its members are {members:?}; the truth is {truth:?}"));
        }
        Ok(())
    }
}
