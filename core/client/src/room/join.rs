//! The way into a room, and back into it after the session was over.

use super::{Joined, PATIENCE_MS, Way};
use crate::Client;
use crate::api::{Answer, CallId, Failure, JoinedRoom};
use crate::chat::Chat;
use crate::outbox::{ActKind, Purpose};
use crate::stream::{Inbox, Pull};
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, reply, request, room_act::Act};
use parlor_room::Mirror;

impl Joined {
    fn answer(&self) -> Answer {
        let head = self.mirror.head();
        Answer::Joined(JoinedRoom {
            archive_id: head.archive_id,
            room_uuid: head.room_uuid.clone(),
            chat_room_id: head.chat_room_id,
            rtc_uid: self.rtc_uid,
            user_uuid: self.user_uuid.clone(),
        })
    }

    /// What the way back is asked for with: the role as last held, and no harm to the account's other devices.
    fn join_again(&self) -> v1::RoomJoin {
        let mut join = v1::RoomJoin { kick_other_device: false, ..self.join.clone() };
        join.password.clone_from(&self.password);
        if let Some(member) = self.mirror.member(&self.user_uuid) {
            join.role.clone_from(&member.role);
            join.user_name.clone_from(&member.user_name);
        }
        join
    }
}

impl Client {
    pub(super) fn call_join(&mut self, now_ms: u64, id: CallId, join: v1::RoomJoin) {
        let joined = self.rooms.named(&join.room_uuid).and_then(|id| self.rooms.get(id));
        if let Some(answer) = joined.map(Joined::answer) {
            return self.done(id, Ok(answer));
        }
        if self.rooms.joining.values().any(|other| other.room_uuid == join.room_uuid) {
            return self.fail(id, Code::DuplicateCall);
        }
        self.rooms.joining.insert(id, join.clone());
        self.ask_room(now_ms, Purpose::Join(id), request::Body::RoomJoin(join));
    }

    pub(super) fn join_answered(&mut self, now_ms: u64, call: CallId, outcome: Result<reply::Body, Failure>) {
        let Some(join) = self.rooms.joining.remove(&call) else { return };
        let unasked = self.rooms.unasked.remove(&join.room_uuid);
        match outcome {
            Ok(reply::Body::RoomJoin(view)) => self.join_done(now_ms, call, join, view),
            Ok(_) => self.fail(call, Code::FrameUnknown),
            Err(failure) => {
                if let Some(archive_id) = unasked {
                    self.ask_own_act(now_ms, archive_id, Act::Leave(v1::ActLeave::default()));
                }
                // After a timeout the server may have let this device in: the outbox asks on, and it is taken back.
                self.done(call, Err(failure));
            }
        }
        self.drop_early();
    }

    fn join_done(&mut self, now_ms: u64, call: CallId, join: v1::RoomJoin, view: v1::RoomView) {
        let Some((archive_id, room)) = joined(join, view) else {
            return self.fail(call, Code::FrameUnknown);
        };
        let answer = room.answer();
        // It was about the stay before.
        self.outbox.forget(|purpose| purpose == Purpose::OwnAct(archive_id, ActKind::Leave));
        self.rooms.joined.insert(archive_id, room);
        self.rooms.ended.remove(&archive_id);
        self.link.set_room_ping(self.rooms.ping_interval_ms());
        self.done(call, Ok(answer));
        self.take_early(now_ms, archive_id);
    }

    /// Pushes that overtook the view.
    fn take_early(&mut self, now_ms: u64, archive_id: i64) {
        let Some(early) = self.rooms.early.remove(&archive_id) else { return };
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        room.inbox = early.inbox;
        self.room_pump(now_ms, archive_id);
        if early.gone {
            // It may be about an earlier stay of this device: the server knows.
            self.ask_room_pull(now_ms, archive_id);
        }
    }

    fn drop_early(&mut self) {
        if !self.rooms.awaits_view() {
            self.rooms.early.clear();
        }
    }

    /// Nobody waits any more for this join: out again.
    pub(super) fn join_undone(&mut self, now_ms: u64, outcome: Result<reply::Body, Failure>) {
        let Ok(reply::Body::RoomJoin(v1::RoomView { head: Some(head), .. })) = outcome else { return };
        if self.rooms.get(head.archive_id).is_some() {
            return;
        }
        if self.rooms.joining.values().any(|join| join.room_uuid == head.room_uuid) {
            // The other join decides: refused, it leaves this device where the first one had brought it.
            self.rooms.unasked.insert(head.room_uuid, head.archive_id);
            return;
        }
        self.ask_own_act(now_ms, head.archive_id, Act::Leave(v1::ActLeave::default()));
    }

    /// The session that carried this device was over: back into the room.
    pub(super) fn join_again(&mut self, now_ms: u64, archive_id: i64) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        room.way = Way::Back;
        room.heard_gone = false;
        room.inbox = Inbox::default();
        room.inbox.pull = Pull::UnderWay;
        room.chat.interrupted();
        let join = room.join_again();
        self.room_connection(archive_id, false);
        self.ask_room(now_ms, Purpose::JoinAgain(archive_id), request::Body::RoomJoin(join));
    }

    pub(super) fn join_again_answered(
        &mut self,
        now_ms: u64,
        archive_id: i64,
        outcome: Result<reply::Body, Failure>,
    ) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        match outcome {
            Ok(reply::Body::RoomJoin(view)) => self.back_in(now_ms, archive_id, view),
            Err(failure) if failure.may_pass() => {
                let pause_ms = u64::from(failure.retry_after_ms).max(PATIENCE_MS);
                room.inbox.pull = Pull::Due(now_ms + pause_ms);
            }
            Err(failure) if failure.code == Code::RoomNotFound => {
                // The room ended in the meantime; a pull says why.
                room.way = Way::Gone;
                room.inbox.pull = Pull::Idle;
                self.ask_room_pull(now_ms, archive_id);
            }
            Err(failure) => self.end_joined(archive_id, refused_reason(failure.code)),
            Ok(_) => self.end_joined(archive_id, EndReason::SyncDataError),
        }
        self.drop_early();
    }

    fn back_in(&mut self, now_ms: u64, archive_id: i64, view: v1::RoomView) {
        let entered = view.head.as_ref().map_or(0, |head| head.archive_id);
        if entered != archive_id {
            // Another room of the same name: not the one this device was in.
            self.end_joined(archive_id, EndReason::Unknown);
            if self.rooms.get(entered).is_none() {
                self.ask_own_act(now_ms, entered, Act::Leave(v1::ActLeave::default()));
            }
            return;
        }
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        room.way = Way::In;
        room.inbox.pull = Pull::Idle;
        let heard_gone = std::mem::take(&mut room.heard_gone);
        let in_chat = room.chat.is_present();
        self.new_view(archive_id, view);
        self.room_connection(archive_id, true);
        self.room_pump(now_ms, archive_id);
        if heard_gone {
            self.ask_room_pull(now_ms, archive_id);
        }
        if in_chat {
            self.enter_chat_again(now_ms, archive_id);
        }
        self.flush(now_ms);
    }
}

/// The room of a complete view.
fn joined(join: v1::RoomJoin, view: v1::RoomView) -> Option<(i64, Joined)> {
    let head = view.head?;
    let room = Joined {
        join,
        rtc_uid: view.rtc_uid,
        user_uuid: view.user_uuid,
        password: view.password,
        ping_interval_ms: u64::from(view.ping_interval_ms),
        way: Way::In,
        heard_gone: false,
        connected: true,
        inbox: Inbox::default(),
        waiting: super::Waiting::default(),
        chat: Chat::default(),
        mirror: Mirror::new(head, view.members, view.at.unwrap_or_default()),
    };
    Some((room.mirror.head().archive_id, room))
}

/// Why a room is over for a member whom the server does not let back in.
fn refused_reason(code: Code) -> EndReason {
    match code {
        Code::RoomBlacklisted => EndReason::KickOut,
        Code::RoomMemberExists => EndReason::KickByOtherDevice,
        Code::RoomComponentOff => EndReason::CloseByBackend,
        _ => EndReason::LoginStateError,
    }
}
