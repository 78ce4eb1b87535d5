//! Acts in a room: done for the app when the mirror shows them.

use super::PATIENCE_MS;
use crate::Client;
use crate::api::{Answer, CallId, Failure};
use crate::outbox::{ActKind, Purpose};
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, reply, request, room_act::Act};

/// Acts that may wait for the mirror at once in one room.
const WAITING_MAX: usize = 1024;

/// Acts that are done at the server, and wait for the mirror to get there.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    acts: Vec<(v1::Cursor, CallId)>,
    /// Until then the stream has time to bring them by itself.
    patience_until_ms: Option<u64>,
}

impl Waiting {
    fn add(&mut self, now_ms: u64, at: v1::Cursor, call: CallId) {
        self.acts.push((at, call));
        self.patience_until_ms.get_or_insert(now_ms + PATIENCE_MS);
    }

    /// Takes the calls whose acts a mirror at this place shows; under another epoch that is all.
    fn shown(&mut self, mirror: &v1::Cursor) -> Vec<CallId> {
        let is_shown = |at: &v1::Cursor| at.epoch != mirror.epoch || at.seq <= mirror.seq;
        let shown = self.acts.iter().filter(|(at, _)| is_shown(at)).map(|(_, call)| *call).collect();
        self.acts.retain(|(at, _)| !is_shown(at));
        if self.acts.is_empty() {
            self.patience_until_ms = None;
        }
        shown
    }

    pub(super) fn patience_until_ms(&self) -> Option<u64> {
        self.patience_until_ms
    }

    /// The time of the stream is over; from now on there is a pull.
    pub(super) fn is_out_of_patience(&mut self, now_ms: u64) -> bool {
        let over = self.patience_until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        if over {
            self.patience_until_ms = None;
        }
        over
    }

    pub(super) fn furthest(&self) -> Option<v1::Cursor> {
        self.acts.iter().map(|(at, _)| *at).max_by_key(|at| (at.epoch, at.seq))
    }

    pub(super) fn into_calls(self) -> impl Iterator<Item = CallId> {
        self.acts.into_iter().map(|(_, call)| call)
    }
}

fn kind(act: Option<&Act>) -> ActKind {
    match act {
        Some(Act::Leave(_)) => ActKind::Leave,
        Some(Act::ChatPresence(presence)) => ActKind::ChatPresence(presence.present),
        _ => ActKind::Other,
    }
}

impl Client {
    pub(super) fn call_act(&mut self, now_ms: u64, id: CallId, act: v1::RoomAct) {
        let archive_id = act.archive_id;
        let Some(room) = self.rooms.get_mut(archive_id) else {
            return self.fail(id, Code::RoomNotFound);
        };
        let kind = kind(act.act.as_ref());
        if kind == ActKind::ChatPresence(true) {
            room.chat.entering();
        }
        self.ask_room(now_ms, Purpose::Act(id, archive_id, kind), request::Body::RoomAct(act));
    }

    pub(super) fn ask_own_act(&mut self, now_ms: u64, archive_id: i64, act: Act) {
        let kind = kind(Some(&act));
        let act = v1::RoomAct { archive_id, act: Some(act) };
        self.ask_room_for_good(now_ms, Purpose::OwnAct(archive_id, kind), request::Body::RoomAct(act));
    }

    pub(super) fn act_answered(
        &mut self,
        now_ms: u64,
        call: CallId,
        archive_id: i64,
        kind: ActKind,
        outcome: Result<reply::Body, Failure>,
    ) {
        let done = match outcome {
            Ok(reply::Body::RoomAct(done)) => done,
            Ok(_) => return self.fail(call, Code::FrameUnknown),
            // What was to end has ended on its own.
            Err(_) if kind == ActKind::Leave && self.rooms.get(archive_id).is_none() => {
                v1::RoomActDone::default()
            }
            Err(failure) => {
                if failure.code == Code::RequestTimeout {
                    self.presence_undone(now_ms, archive_id, kind);
                    self.leave_again(now_ms, archive_id, kind);
                }
                return self.done(call, Err(failure));
            }
        };
        self.act_took_effect(now_ms, archive_id, kind, &done);
        let Some(room) = self.rooms.get_mut(archive_id) else {
            return self.done(call, Ok(Answer::Done));
        };
        match done.at {
            Some(at) if room.waiting.acts.len() < WAITING_MAX => {
                room.waiting.add(now_ms, at, call);
                if at.epoch != room.mirror.at().epoch {
                    room.inbox.heard(at.epoch, at.seq);
                    self.room_pump(now_ms, archive_id);
                } else {
                    self.acts_shown(archive_id);
                }
            }
            _ => self.done(call, Ok(Answer::Done)),
        }
    }

    /// Whether the server did it is open: this device is out of the chat, and the server is told.
    fn presence_undone(&mut self, now_ms: u64, archive_id: i64, kind: ActKind) {
        let Some(room) = self.rooms.get(archive_id) else { return };
        let undone = match kind {
            ActKind::ChatPresence(true) => !room.chat.is_present(),
            ActKind::ChatPresence(false) => true,
            ActKind::Leave | ActKind::Other => false,
        };
        if undone {
            let absence = v1::ActChatPresence { present: false };
            self.ask_own_act(now_ms, archive_id, Act::ChatPresence(absence));
        }
    }

    /// Whether the server did it is open, and only its answer tells whoever leaves: it is asked until there is one.
    fn leave_again(&mut self, now_ms: u64, archive_id: i64, kind: ActKind) {
        let asked = self.outbox.holds(|purpose| purpose == Purpose::OwnAct(archive_id, ActKind::Leave));
        if kind == ActKind::Leave && !asked {
            self.ask_own_act(now_ms, archive_id, Act::Leave(v1::ActLeave::default()));
        }
    }

    pub(super) fn own_act_answered(
        &mut self,
        now_ms: u64,
        archive_id: i64,
        kind: ActKind,
        outcome: Result<reply::Body, Failure>,
    ) {
        match outcome {
            Ok(reply::Body::RoomAct(done)) => self.act_took_effect(now_ms, archive_id, kind, &done),
            // A chat that is closed to this device has nothing more to tell it.
            Err(_) if kind == ActKind::ChatPresence(true) => self.chat_left(archive_id),
            // Whoever cannot leave is out already.
            Err(_) if kind == ActKind::Leave => self.end_joined(archive_id, EndReason::LeaveBySelf),
            _ => {}
        }
    }

    /// What an act means for the machine itself.
    fn act_took_effect(&mut self, now_ms: u64, archive_id: i64, kind: ActKind, done: &v1::RoomActDone) {
        match kind {
            ActKind::Leave => self.end_joined(archive_id, EndReason::LeaveBySelf),
            ActKind::ChatPresence(true) => {
                self.chat_entered(now_ms, archive_id, done.chat_at.unwrap_or_default());
            }
            ActKind::ChatPresence(false) => self.chat_left(archive_id),
            ActKind::Other => {}
        }
    }

    /// This device takes part in the chat again, after its way back into the room.
    pub(super) fn enter_chat_again(&mut self, now_ms: u64, archive_id: i64) {
        let presence = v1::ActChatPresence { present: true };
        self.ask_own_act(now_ms, archive_id, Act::ChatPresence(presence));
    }

    /// Answers the acts that the mirror shows by now.
    pub(super) fn acts_shown(&mut self, archive_id: i64) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        for call in room.waiting.shown(room.mirror.at()) {
            self.done(call, Ok(Answer::Done));
        }
    }
}
