//! Rooms that this device is in: each a mirror of the server's state, kept by a dense stream of events.

mod act;
mod events;
mod join;

use crate::Client;
use crate::api::{Answer, CallId, Event, Failure};
use crate::chat::Chat;
use crate::outbox::{ASKED_MAX, Needs, Purpose};
use crate::stream::{Inbox, Pull};
use act::Waiting;
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, reply, request};
use parlor_room::Mirror;
use std::collections::BTreeMap;

/// Rooms whose pushes are kept while a join is under way.
const EARLY_MAX: usize = 64;
/// Rooms whose end is remembered.
const ENDED_MAX: usize = 256;
/// The pause before something that did not help is tried again, and how long the stream may take to tell what an act
/// has changed.
const PATIENCE_MS: u64 = 1_000;

/// How this device stands to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is in.
    In,
    /// Its session was over; it is on its way back.
    Back,
    /// The way back is closed since the room is not there; why is being asked.
    Gone,
}

/// A room that this device is in.
#[derive(Debug)]
pub(crate) struct Joined {
    join: v1::RoomJoin,
    mirror: Mirror,
    rtc_uid: i64,
    user_uuid: String,
    password: String,
    ping_interval_ms: u64,
    way: Way,
    /// On its way back, this device heard that it is out: perhaps of the stay before, perhaps of the new one.
    heard_gone: bool,
    connected: bool,
    inbox: Inbox<v1::RoomEvent>,
    waiting: Waiting,
    pub(crate) chat: Chat,
}

/// Pushes of a room whose view has yet to come.
#[derive(Debug, Default)]
struct Early {
    inbox: Inbox<v1::RoomEvent>,
    gone: bool,
}

/// All rooms of the room login.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    joined: BTreeMap<i64, Joined>,
    joining: BTreeMap<CallId, v1::RoomJoin>,
    early: BTreeMap<i64, Early>,
    ended: BTreeMap<i64, EndReason>,
    /// By room uuid: rooms that a join which nobody waited for let this device into, while another join is under way.
    unasked: BTreeMap<String, i64>,
    /// The session is a new one and its room login has yet to stand: nothing of rooms is sent until then.
    held: bool,
}

impl Rooms {
    pub(crate) fn get(&self, archive_id: i64) -> Option<&Joined> {
        self.joined.get(&archive_id)
    }

    pub(crate) fn get_mut(&mut self, archive_id: i64) -> Option<&mut Joined> {
        self.joined.get_mut(&archive_id)
    }

    /// The room whose chat is this conversation.
    pub(crate) fn of_chat(&self, conversation_id: i64) -> Option<i64> {
        let mut rooms = self.joined.iter().filter(|_| conversation_id != 0);
        rooms.find(|(_, room)| room.mirror.head().chat_room_id == conversation_id).map(|(id, _)| *id)
    }

    pub(crate) fn ids(&self) -> Vec<i64> {
        self.joined.keys().copied().collect()
    }

    fn named(&self, room_uuid: &str) -> Option<i64> {
        let mut rooms = self.joined.iter();
        rooms.find(|(_, room)| room.mirror.head().room_uuid == room_uuid).map(|(id, _)| *id)
    }

    /// Whether what a request needs is there.
    pub(crate) fn allow(&self, needs: Needs) -> bool {
        match needs {
            Needs::Session => true,
            Needs::RoomLogin => !self.held,
            Needs::Room(id) => !self.held && self.get(id).is_none_or(|room| room.way == Way::In),
        }
    }

    /// The session is a new one: its room login comes first.
    pub(crate) fn hold(&mut self) {
        self.held = true;
    }

    pub(crate) fn is_held(&self) -> bool {
        self.held
    }

    pub(crate) fn release(&mut self) {
        self.held = false;
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        self.joined.values().filter_map(Joined::deadline).min()
    }

    fn ping_interval_ms(&self) -> Option<u64> {
        self.joined.values().map(|room| room.ping_interval_ms).filter(|ms| *ms > 0).min()
    }

    fn remember_end(&mut self, archive_id: i64, reason: EndReason) {
        self.ended.insert(archive_id, reason);
        while self.ended.len() > ENDED_MAX {
            self.ended.pop_first();
        }
    }
}

impl Joined {
    fn deadline(&self) -> Option<u64> {
        let due = |pull| match pull {
            Pull::Due(at_ms) => Some(at_ms),
            _ => None,
        };
        let dues = [due(self.inbox.pull), due(self.chat.pull()), self.waiting.patience_until_ms()];
        dues.into_iter().flatten().min()
    }
}

/// The app's view of a room that this device is in.
#[derive(Clone, Copy, Debug)]
pub struct RoomView<'a> {
    /// What every member sees.
    pub mirror: &'a Mirror,
    /// The own account.
    pub user_uuid: &'a str,
    /// The own device.
    pub rtc_uid: i64,
    /// The room's password, empty = none.
    pub password: &'a str,
    /// The link is up and the mirror was brought up to date since it came back.
    pub connected: bool,
    /// This device takes part in the room's chat.
    pub in_chat: bool,
}

impl Client {
    /// A room that this device is in.
    pub fn room_view(&self, archive_id: i64) -> Option<RoomView<'_>> {
        self.rooms.get(archive_id).map(|room| RoomView {
            mirror: &room.mirror,
            user_uuid: &room.user_uuid,
            rtc_uid: room.rtc_uid,
            password: &room.password,
            connected: room.connected,
            in_chat: room.chat.is_present(),
        })
    }

    /// The archive ids of the rooms that this device is in.
    pub fn room_ids(&self) -> Vec<i64> {
        self.rooms.ids()
    }

    /// Why a room that this device was in is over for it; the latest few hundred are remembered.
    pub fn room_end(&self, archive_id: i64) -> Option<EndReason> {
        self.rooms.ended.get(&archive_id).copied()
    }

    /// A request of the room component.
    pub(crate) fn call_ask(&mut self, now_ms: u64, id: CallId, body: request::Body) {
        use request::Body as B;
        if self.room.identity().is_none() {
            return self.fail(id, Code::RoomNotLoggedIn);
        }
        if self.outbox.len() >= ASKED_MAX {
            return self.fail(id, Code::TooManyRequests);
        }
        match body {
            B::RoomJoin(join) => self.call_join(now_ms, id, join),
            B::RoomAct(act) => self.call_act(now_ms, id, act),
            B::ChatSend(send) => self.call_chat_send(now_ms, id, send),
            B::MediaJoin(_) | B::MediaOffer(_) | B::MediaResume(_) | B::MediaDemand(_) | B::MediaLeave(_) => {
                self.call_media(now_ms, id, body);
            }
            B::ChatRecall(recall) if self.rooms.get(recall.archive_id).is_none() => {
                self.fail(id, Code::RoomNotFound);
            }
            B::RoomCreate(_)
            | B::RoomTemplateFetch(_)
            | B::MyRoomDevices(_)
            | B::RoomBlacklistFetch(_)
            | B::ChatRecall(_)
            | B::ChatHistory(_)
            | B::ChatMembers(_)
            | B::UserSend(_)
            | B::FileUpload(_)
            | B::FileLink(_) => self.ask_room(now_ms, Purpose::Reply(id), body),
            // The machine makes these itself.
            _ => self.fail(id, Code::InvalidParameter),
        }
    }

    pub(crate) fn ask_room(&mut self, now_ms: u64, purpose: Purpose, body: request::Body) {
        self.outbox.ask(purpose, body, now_ms, self.config.request_timeout_ms);
        self.flush(now_ms);
    }

    /// Asks on every connection until there is an answer: nobody waits for it, and the server's view rests on it.
    pub(crate) fn ask_room_for_good(&mut self, now_ms: u64, purpose: Purpose, body: request::Body) {
        self.outbox.ask(purpose, body, now_ms, u64::from(u32::MAX));
        self.flush(now_ms);
    }

    /// What a reply, or the lack of one, means for rooms.
    pub(crate) fn settle_room(
        &mut self,
        now_ms: u64,
        purpose: Purpose,
        outcome: Result<reply::Body, Failure>,
    ) {
        match purpose {
            Purpose::Reply(call) => self.done(call, outcome.map(answer)),
            Purpose::Send(call, id) => self.chat_sent(now_ms, call, id, outcome),
            Purpose::Join(call) => self.join_answered(now_ms, call, outcome),
            Purpose::JoinUndone => self.join_undone(now_ms, outcome),
            Purpose::JoinAgain(id) => self.join_again_answered(now_ms, id, outcome),
            Purpose::Act(call, id, kind) => self.act_answered(now_ms, call, id, kind, outcome),
            Purpose::OwnAct(id, kind) => self.own_act_answered(now_ms, id, kind, outcome),
            Purpose::RoomPull(id) => self.room_pulled(now_ms, id, outcome),
            Purpose::ChatPull(id) => self.chat_pulled(now_ms, id, outcome),
            Purpose::UserPull | Purpose::UserBegin => self.user_pulled(now_ms, outcome),
            _ => {}
        }
    }

    /// This device is not in the room any more.
    pub(crate) fn end_joined(&mut self, archive_id: i64, reason: EndReason) {
        let Some(room) = self.rooms.joined.remove(&archive_id) else { return };
        self.outbox.forget(|purpose| purpose.is_of_room(archive_id));
        self.rooms.remember_end(archive_id, reason);
        self.link.set_room_ping(self.rooms.ping_interval_ms());
        self.event(Event::RoomEnded { archive_id, reason });
        for call in room.waiting.into_calls() {
            self.done(call, Ok(Answer::Done));
        }
    }

    /// The room login is over: its rooms are, and what was asked for them fails with `code`.
    pub(crate) fn end_rooms(&mut self, reason: EndReason, code: Code) {
        for id in self.rooms.ids() {
            self.end_joined(id, reason);
        }
        for call in self.outbox.drain_rooms().into_iter().filter_map(Purpose::room_call) {
            self.fail(call, code);
        }
        self.rooms.joining.clear();
        self.rooms.early.clear();
        self.rooms.release();
        self.user.reset();
    }

    /// The link was lost.
    pub(crate) fn rooms_disconnected(&mut self) {
        for archive_id in self.rooms.ids() {
            self.room_connection(archive_id, false);
        }
    }

    pub(crate) fn room_connection(&mut self, archive_id: i64, connected: bool) {
        if let Some(room) = self.rooms.get_mut(archive_id)
            && room.connected != connected
        {
            room.connected = connected;
            self.event(Event::RoomConnection { archive_id, connected });
        }
    }

    /// The room login stands again: as the same room session, so that streams go on, or as a new one, so that this
    /// device is in no room.
    pub(crate) fn rooms_back(&mut self, now_ms: u64, same_session: bool) {
        self.rooms.release();
        if same_session {
            for id in self.rooms.ids() {
                self.ask_room_pull(now_ms, id);
                self.ask_chat_pull(now_ms, id);
            }
        } else {
            self.rooms.unasked.clear();
            self.outbox.forget(|p| p.is_of_room_login() || p == Purpose::JoinUndone);
            self.outbox.renew(Purpose::is_undone_with_session);
            for id in self.rooms.ids() {
                self.join_again(now_ms, id);
            }
            self.user.interrupted();
        }
        self.ask_user_pull(now_ms);
        self.flush(now_ms);
    }

    /// What time alone brings about in rooms.
    pub(crate) fn tick_rooms(&mut self, now_ms: u64) {
        let is_due = |pull| matches!(pull, Pull::Due(at_ms) if at_ms <= now_ms);
        for id in self.rooms.ids() {
            let Some(room) = self.rooms.get_mut(id) else { continue };
            if room.waiting.is_out_of_patience(now_ms) {
                let at = room.waiting.furthest().unwrap_or_default();
                room.inbox.heard(at.epoch, at.seq);
                self.room_pump(now_ms, id);
            }
            let Some(room) = self.rooms.get(id) else { continue };
            let (room_due, chat_due) = (is_due(room.inbox.pull), is_due(room.chat.pull()));
            if room_due {
                match room.way {
                    Way::In | Way::Gone => self.ask_room_pull(now_ms, id),
                    Way::Back => self.join_again(now_ms, id),
                }
            }
            if chat_due {
                self.ask_chat_pull(now_ms, id);
            }
        }
        if is_due(self.user.pull()) {
            self.ask_user_pull(now_ms);
        }
    }
}

fn answer(body: reply::Body) -> Answer {
    match body {
        reply::Body::RoomAct(_) | reply::Body::ChatRecall(_) | reply::Body::UserSend(_) => Answer::Done,
        body => Answer::Reply(Box::new(body)),
    }
}
