//! The user stream: what concerns the room account wherever it is logged in.

use super::LONG;
use crate::Client;
use crate::api::{Event, Failure};
use crate::outbox::Purpose;
use crate::stream::{Inbox, Pull};
use parlor_protocol::v1::{self, reply, request, user_event};

/// The pause before a pull that did not help is made again.
const PAUSE_MS: u64 = 1_000;

/// Where this device is in the user stream.
#[derive(Debug, Default)]
pub(crate) struct UserStream {
    /// What has been delivered; absent until the server has said where the stream is.
    at: Option<v1::Cursor>,
    inbox: Inbox<v1::UserEvent>,
}

impl UserStream {
    pub(crate) fn pull(&self) -> Pull {
        self.inbox.pull
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        match self.pull() {
            Pull::Due(at_ms) => Some(at_ms),
            _ => None,
        }
    }

    /// The room login is over, and with it its stream.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The session is over: nothing more comes of what was asked on it.
    pub(crate) fn interrupted(&mut self) {
        self.inbox.pull = Pull::Idle;
    }
}

impl Client {
    pub(crate) fn user_events(&mut self, now_ms: u64, push: v1::UserEvents) {
        if !self.room.is_out() {
            for event in push.events {
                self.user.inbox.offer(push.epoch, event.seq, event);
            }
            self.user_pump(now_ms);
        }
    }

    pub(crate) fn user_news(&mut self, now_ms: u64, news: &v1::UserNews) {
        if let Some(at) = news.at.filter(|_| !self.room.is_out()) {
            self.user.inbox.heard(at.epoch, at.seq);
            self.user_pump(now_ms);
        }
    }

    fn user_pump(&mut self, now_ms: u64) {
        while let Some(at) = &mut self.user.at
            && let Some(event) = self.user.inbox.take(at)
        {
            at.seq = event.seq;
            self.deliver_user(event);
        }
        let behind = self.user.at.is_none_or(|at| self.user.inbox.is_behind(&at));
        if behind && self.user.pull() == Pull::Idle {
            self.ask_user_pull(now_ms);
        }
    }

    fn deliver_user(&mut self, event: v1::UserEvent) {
        if let Some(user_event::Body::Command(command)) = event.body {
            self.event(Event::Command(command));
        }
    }

    /// A room login stands; its stream begins where the login found it.
    pub(crate) fn begin_user(&mut self, now_ms: u64, found_at: Option<v1::Cursor>) {
        match found_at {
            Some(found_at) if self.user.at.is_none() => {
                let at = self.user.inbox.begin(found_at);
                self.user.at = Some(at);
                self.user.inbox.pulled(&at);
                self.user_pump(now_ms);
            }
            _ => self.ask_user_pull(now_ms),
        }
    }

    /// Asks for what follows in the user stream, or where it is, unless that is on its way.
    pub(crate) fn ask_user_pull(&mut self, now_ms: u64) {
        if self.room.identity().is_none() || self.user.pull() == Pull::UnderWay {
            return;
        }
        self.user.inbox.pull = Pull::UnderWay;
        let purpose = if self.user.at.is_some() { Purpose::UserPull } else { Purpose::UserBegin };
        let pull = v1::UserPull { after: self.user.at };
        self.ask_room(now_ms, purpose, request::Body::UserPull(pull));
    }

    pub(crate) fn user_pulled(&mut self, now_ms: u64, outcome: Result<reply::Body, Failure>) {
        self.user.inbox.pull = Pull::Idle;
        let pulled = match outcome {
            Ok(reply::Body::UserPull(pulled)) => pulled,
            Err(failure) if failure.may_pass() => {
                let pause_ms = u64::from(failure.retry_after_ms).max(PAUSE_MS);
                self.user.inbox.pull = Pull::Due(now_ms + pause_ms);
                return;
            }
            // The next push asks again.
            _ => return,
        };
        let end = pulled.at.unwrap_or_default();
        let was_cut = pulled.events.len() >= LONG;
        let before = self.user.at;
        match &mut self.user.at {
            None => self.user.at = Some(self.user.inbox.begin(end)),
            // Under another epoch nothing connects with what was delivered.
            Some(at) if at.epoch != end.epoch => *at = end,
            Some(at) => {
                let from = at.seq;
                at.seq = at.seq.max(end.seq);
                for event in pulled.events.into_iter().filter(|event| event.seq > from) {
                    self.deliver_user(event);
                }
            }
        }
        if let Some(at) = self.user.at {
            self.user.inbox.pulled(&at);
            // A pull that brought nothing will not bring more at once.
            if before == Some(at) && self.user.inbox.is_behind(&at) {
                self.user.inbox.pull = Pull::Due(now_ms + PAUSE_MS);
            }
        }
        self.user_pump(now_ms);
        if was_cut {
            self.ask_user_pull(now_ms);
        }
    }
}
