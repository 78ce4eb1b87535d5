//! The chat of a room: a dense stream that begins when this device enters the chat.

pub(crate) mod user;

use crate::Client;
use crate::api::{Answer, CallId, Event, Failure};
use crate::outbox::Purpose;
use crate::stream::{Inbox, Pull};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, reply, request};
use std::collections::VecDeque;

/// Own messages that have yet to come by in the stream.
const OWN_MAX: usize = 1024;
/// An answer this long may have been cut: what follows is asked for.
pub(crate) const LONG: usize = 100;
/// The pause before a pull that did not help is made again.
const PAUSE_MS: u64 = 1_000;

/// This device in the chat of a room.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    present: bool,
    /// What has been delivered.
    at: Option<v1::Cursor>,
    inbox: Inbox<v1::ChatMessage>,
    /// Messages that this device sent: their sender knows them already.
    own: VecDeque<String>,
}

impl Chat {
    pub(crate) fn is_present(&self) -> bool {
        self.present
    }

    pub(crate) fn pull(&self) -> Pull {
        self.inbox.pull
    }

    /// The request to enter is on its way. What came before belongs to an earlier stay.
    pub(crate) fn entering(&mut self) {
        if !self.present {
            self.inbox = Inbox::default();
        }
    }

    /// The session is over: nothing more comes of what was asked on it.
    pub(crate) fn interrupted(&mut self) {
        self.inbox.pull = Pull::Idle;
    }

    fn sends(&mut self, message_uuid: &str) {
        if self.own.len() >= OWN_MAX {
            self.own.pop_front();
        }
        self.own.push_back(message_uuid.to_owned());
    }

    /// Whether this device sent the message; asked once for each.
    fn is_own(&mut self, message: &v1::ChatMessage) -> bool {
        let place = self.own.iter().position(|own| *own == message.message_uuid);
        place.is_some_and(|place| self.own.remove(place).is_some())
    }
}

impl Client {
    pub(crate) fn call_chat_send(&mut self, now_ms: u64, id: CallId, send: v1::ChatSend) {
        if send.message_uuid.is_empty() {
            return self.fail(id, Code::InvalidParameter);
        }
        let Some(room) = self.rooms.get_mut(send.archive_id) else {
            return self.fail(id, Code::RoomNotFound);
        };
        room.chat.sends(&send.message_uuid);
        let purpose = Purpose::Send(id, send.archive_id);
        self.ask_room(now_ms, purpose, request::Body::ChatSend(send));
    }

    /// The answer is how the own message takes its place in the stream; those before it may still be on their way.
    pub(crate) fn chat_sent(
        &mut self,
        now_ms: u64,
        call: CallId,
        archive_id: i64,
        outcome: Result<reply::Body, Failure>,
    ) {
        let sent = match &outcome {
            Ok(reply::Body::ChatSend(v1::ChatSent { message: Some(message), at: Some(at) })) => {
                Some((at.epoch, message.clone()))
            }
            _ => None,
        };
        self.done(call, outcome.map(|body| Answer::Reply(Box::new(body))));
        let (Some((epoch, message)), Some(room)) = (sent, self.rooms.get_mut(archive_id)) else { return };
        let chat = &mut room.chat;
        if chat.present {
            chat.inbox.offer(epoch, message.seq, message);
            if chat.pull() == Pull::Idle {
                chat.inbox.pull = Pull::Due(now_ms + PAUSE_MS);
            }
            self.chat_pump(now_ms, archive_id);
        }
    }

    /// This device is in the chat: what it gets begins after `at`, or goes on where it was when it is back again.
    pub(crate) fn chat_entered(&mut self, now_ms: u64, archive_id: i64, at: v1::Cursor) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let chat = &mut room.chat;
        match chat.at {
            Some(_) if chat.present => self.ask_chat_pull(now_ms, archive_id),
            _ => {
                (chat.present, chat.at) = (true, Some(at));
                self.chat_pump(now_ms, archive_id);
            }
        }
    }

    pub(crate) fn chat_left(&mut self, archive_id: i64) {
        if let Some(room) = self.rooms.get_mut(archive_id) {
            room.chat = Chat::default();
        }
        self.outbox.forget(|purpose| purpose == Purpose::ChatPull(archive_id));
    }

    pub(crate) fn chat_messages(&mut self, now_ms: u64, push: v1::ChatMessages) {
        let Some(archive_id) = self.rooms.of_chat(push.conversation_id) else { return };
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        for message in push.messages {
            room.chat.inbox.offer(push.epoch, message.seq, message);
        }
        self.chat_pump(now_ms, archive_id);
    }

    pub(crate) fn chat_news(&mut self, now_ms: u64, news: &v1::ChatNews) {
        let Some(archive_id) = self.rooms.of_chat(news.conversation_id) else { return };
        let (Some(room), Some(at)) = (self.rooms.get_mut(archive_id), news.at) else { return };
        room.chat.inbox.heard(at.epoch, at.seq);
        self.chat_pump(now_ms, archive_id);
    }

    /// Delivers what follows, and pulls what is missing.
    fn chat_pump(&mut self, now_ms: u64, archive_id: i64) {
        let mut moved = false;
        loop {
            let Some(room) = self.rooms.get_mut(archive_id) else { return };
            let chat = &mut room.chat;
            let (true, Some(at)) = (chat.present, &mut chat.at) else { return };
            let Some(message) = chat.inbox.take(at) else { break };
            at.seq = message.seq;
            moved = true;
            self.deliver(archive_id, message);
        }
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let chat = &mut room.chat;
        let behind = chat.at.is_some_and(|at| chat.inbox.is_behind(&at));
        match chat.pull() {
            Pull::Idle if behind => self.ask_chat_pull(now_ms, archive_id),
            // What the pause was for has come by itself.
            Pull::Due(_) if moved && !behind => chat.inbox.pull = Pull::Idle,
            _ => {}
        }
    }

    fn deliver(&mut self, archive_id: i64, message: v1::ChatMessage) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        if message.body.is_some() && !room.chat.is_own(&message) {
            self.event(Event::Chat { archive_id, message: Box::new(message) });
        }
    }

    /// Asks for what follows in the chat, unless that is on its way.
    pub(crate) fn ask_chat_pull(&mut self, now_ms: u64, archive_id: i64) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let chat = &mut room.chat;
        if !chat.present || chat.pull() == Pull::UnderWay {
            return;
        }
        chat.inbox.pull = Pull::UnderWay;
        let pull = v1::ChatPull { archive_id, after: chat.at };
        self.ask_room(now_ms, Purpose::ChatPull(archive_id), request::Body::ChatPull(pull));
    }

    pub(crate) fn chat_pulled(
        &mut self,
        now_ms: u64,
        archive_id: i64,
        outcome: Result<reply::Body, Failure>,
    ) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let chat = &mut room.chat;
        chat.inbox.pull = Pull::Idle;
        let pulled = match outcome {
            Ok(reply::Body::ChatPull(pulled)) => pulled,
            Err(failure) if failure.may_pass() => {
                let pause_ms = u64::from(failure.retry_after_ms).max(PAUSE_MS);
                chat.inbox.pull = Pull::Due(now_ms + pause_ms);
                return;
            }
            // The room's own stream tells what has become of it.
            _ => return,
        };
        let end = pulled.at.unwrap_or_default();
        let was_cut = pulled.messages.len() >= LONG;
        let before = chat.at;
        match &mut chat.at {
            None => return,
            // Under another epoch nothing connects with what was delivered.
            Some(at) if at.epoch != end.epoch => *at = end,
            Some(at) => {
                let from = at.seq;
                // Whatever is older than what is kept is gone.
                at.seq = at.seq.max(end.seq);
                for message in pulled.messages.into_iter().filter(|message| message.seq > from) {
                    self.deliver(archive_id, message);
                }
            }
        }
        self.chat_up_to_date(now_ms, archive_id, before, was_cut);
    }

    fn chat_up_to_date(&mut self, now_ms: u64, archive_id: i64, before: Option<v1::Cursor>, was_cut: bool) {
        if let Some(room) = self.rooms.get_mut(archive_id)
            && let Some(at) = room.chat.at
        {
            let chat = &mut room.chat;
            chat.inbox.pulled(&at);
            // A pull that brought nothing will not bring more at once.
            if before == Some(at) && chat.inbox.is_behind(&at) {
                chat.inbox.pull = Pull::Due(now_ms + PAUSE_MS);
            }
        }
        self.chat_pump(now_ms, archive_id);
        if was_cut {
            self.ask_chat_pull(now_ms, archive_id);
        }
    }
}
