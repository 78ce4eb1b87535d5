//! The link: opening, logging in, resuming, keeping alive, coming back.

mod entry;
mod state;

pub(crate) use state::{Link, Login, Owner};

use crate::api::{Answer, CallId, Event, Failure, ImLogin, Output, TransportId};
use crate::outbox::Purpose;
use crate::{Client, Config};
use parlor_protocol::causes::EndReason;
use parlor_protocol::{Code, v1};
use prost::Message;
use state::{Credential, First, State};

impl Client {
    pub(crate) fn call_im_login(&mut self, now_ms: u64, id: CallId, login: ImLogin) {
        if self.login.is_some() {
            return self.fail(id, Code::LoggedInAlready);
        }
        let first = First::new(id, login.attempts, login.timeout_ms, now_ms);
        self.login = Some(Login::by_app(login, first));
        self.enter(now_ms);
    }

    pub(crate) fn call_im_logout(&mut self, now_ms: u64, id: CallId) {
        let Some(login) = &self.login else {
            return self.done(id, Ok(Answer::Done));
        };
        if login.owner == Owner::Room {
            // RoomKit holds this login: its own logout ends it.
            return self.fail(id, Code::Forbidden);
        }
        self.log_out(now_ms, Purpose::ImLogout(id));
    }

    /// Ends the login: with a word to the server where there is a session.
    pub(crate) fn log_out(&mut self, now_ms: u64, call: Purpose) {
        let in_session = self.login.as_ref().is_some_and(|l| l.session.is_some());
        self.abort_first(Code::SessionEnded);
        self.outbox.forget(|purpose| purpose == Purpose::RoomAgain);
        for purpose in self.outbox.drain() {
            match purpose {
                // Their rooms end with the login, a moment later.
                purpose if purpose.is_of_room_login() => {}
                Purpose::RoomLogin(call) => {
                    self.room_entry_failed(call);
                    self.fail(call, Code::SessionEnded);
                }
                purpose => self.settle(now_ms, purpose, Err(Failure::local(Code::SessionEnded))),
            }
        }
        if in_session && self.link.up().is_some() {
            let body = v1::request::Body::Logout(v1::Logout {});
            self.outbox.ask(call, body, now_ms, self.config.request_timeout_ms.min(5_000));
            self.flush(now_ms);
        } else {
            // Nobody to tell: the session ends by itself when its window is over.
            self.settle(now_ms, call, Ok(v1::reply::Body::Logout(v1::LogoutDone {})));
        }
    }

    /// The login is over: nothing of it remains. Calls on their way fail with `code`.
    pub(crate) fn forget_login(&mut self, now_ms: u64, code: Code) {
        self.abort_first(code);
        if let Some(transport) = self.link.reset() {
            self.outputs.push_back(Output::Close(transport));
        }
        self.login = None;
        self.end_rooms(EndReason::LoginStateError, code);
        for purpose in self.outbox.drain() {
            self.settle(now_ms, purpose, Err(Failure::local(code)));
        }
    }

    fn abort_first(&mut self, code: Code) {
        let first = self.login.as_mut().and_then(|l| l.first.take());
        if let Some(first) = first {
            self.room_entry_failed(first.call);
            self.fail(first.call, code);
        }
    }

    pub(crate) fn call_request(&mut self, now_ms: u64, id: CallId, body: v1::request::Body) {
        if !self.im_logged_in() {
            return self.fail(id, Code::NotLoggedIn);
        }
        self.outbox.ask(Purpose::Plain(id), body, now_ms, self.config.request_timeout_ms);
        self.flush(now_ms);
    }

    /// Sends what waits, if the link is up.
    pub(crate) fn flush(&mut self, now_ms: u64) {
        let Some(transport) = self.link.up() else { return };
        for request in self.outbox.unsent(transport, |needs| self.rooms.allow(needs)) {
            self.send(now_ms, transport, request);
        }
    }

    fn send(&mut self, now_ms: u64, transport: TransportId, request: v1::Request) {
        let frame = v1::Frame { kind: Some(v1::frame::Kind::Request(request)) };
        self.link.sent_at_ms = now_ms;
        self.outputs.push_back(Output::Send(transport, frame.encode_to_vec().into()));
    }

    pub(crate) fn kicked(&mut self, now_ms: u64, kicked: &v1::Kicked) {
        let cause = parlor_protocol::Cause::from_name(&kicked.cause);
        self.end_room_with(cause.unwrap_or(parlor_protocol::Cause::KickedByServer));
        self.event(Event::Kicked {
            reason: kicked.reason,
            client_type: kicked.client_type,
            custom_client_type: kicked.custom_client_type,
            description: kicked.description.clone(),
        });
        self.forget_login(now_ms, cause.map_or(Code::KickedByServer, parlor_protocol::Cause::code));
    }

    pub(crate) fn first_login_deadline(&self) -> Option<u64> {
        self.login.as_ref()?.first.as_ref().map(|f| f.until_ms)
    }

    pub(crate) fn network_changed(&mut self, now_ms: u64) {
        if matches!(self.link.state, State::Waiting { .. }) {
            self.link.failures = 0;
            self.enter(now_ms);
        }
    }

    /// Something beside the link went silent: it has to answer soon, or come back.
    pub(crate) fn doubt_link(&mut self, now_ms: u64) {
        match self.link.state {
            State::Up { transport } => {
                if self.link.doubt(now_ms, &self.config) {
                    self.ping(now_ms, transport);
                }
            }
            _ => self.network_changed(now_ms),
        }
    }

    /// What time alone brings about.
    pub(crate) fn tick(&mut self, now_ms: u64) {
        for purpose in self.outbox.expired(now_ms) {
            self.settle(now_ms, purpose, Err(Failure::local(Code::RequestTimeout)));
        }
        self.outbox.wake(now_ms);
        self.flush(now_ms);
        self.tick_rooms(now_ms);
        if self.first_login_deadline().is_some_and(|until_ms| until_ms <= now_ms) {
            self.forget_login(now_ms, Code::LoginTimeout);
        }
        match self.link.state {
            State::Waiting { until_ms } if until_ms <= now_ms => self.enter(now_ms),
            State::Fetching { until_ms, .. } if until_ms <= now_ms => {
                self.entry_failed(now_ms, Failure::local(Code::NetworkUnavailable));
            }
            State::Opening { transport, until_ms } | State::Entering { transport, until_ms, .. }
                if until_ms <= now_ms =>
            {
                self.outputs.push_back(Output::Close(transport));
                self.lost(now_ms, transport);
            }
            State::Up { transport } => self.keep_alive(now_ms, transport),
            _ => {}
        }
    }

    fn keep_alive(&mut self, now_ms: u64, transport: TransportId) {
        if now_ms >= self.link.silent_at_ms(&self.config) {
            self.outputs.push_back(Output::Close(transport));
            self.lost(now_ms, transport);
        } else if now_ms >= self.link.sent_at_ms + self.link.ping_interval_ms() {
            self.ping(now_ms, transport);
        }
    }

    fn ping(&mut self, now_ms: u64, transport: TransportId) {
        let id = self.outbox.next_id();
        let body = Some(v1::request::Body::Ping(v1::Ping {}));
        self.send(now_ms, transport, v1::Request { id, body, ..Default::default() });
    }

    /// A transport is gone.
    pub(crate) fn lost(&mut self, now_ms: u64, transport: TransportId) {
        match self.link.state {
            State::Up { transport: up } if up == transport => {
                let hint_ms = self.link.take_close_hint();
                self.link.failures = 0;
                // Everybody lost the same server at the same moment: come back spread out.
                let pause_ms = hint_ms + self.link.random_below(300);
                self.link.state = State::Waiting { until_ms: now_ms + pause_ms };
                self.event(Event::Disconnected);
                self.rooms_disconnected();
            }
            State::Opening { transport: gone, .. } | State::Entering { transport: gone, .. }
                if gone == transport =>
            {
                self.entry_failed(now_ms, Failure::local(Code::NetworkUnavailable));
            }
            _ => {}
        }
    }
}

impl Config {
    fn enter_until(&self, now_ms: u64) -> u64 {
        now_ms + self.enter_timeout_ms
    }
}

impl Login {
    fn request(&self, config: &Config, ticket: Option<String>) -> v1::request::Body {
        let resume = self.session.as_ref().map(|session| {
            v1::request::Body::Resume(v1::Resume {
                version: 1,
                app_key: config.app_key.clone(),
                session_id: session.id,
                resume_key: session.resume_key.clone(),
                capabilities: Vec::new(),
            })
        });
        resume.unwrap_or_else(|| {
            let (auth_type, token, login_extension) = match (&self.credential, ticket) {
                (Credential::Im { auth_type, token, extension }, _) => {
                    (*auth_type, token.clone(), extension.clone())
                }
                (Credential::Room(_), ticket) => {
                    (v1::AuthType::Ticket, ticket.unwrap_or_default(), String::new())
                }
            };
            v1::request::Body::Login(v1::Login {
                version: 1,
                app_key: config.app_key.clone(),
                account: self.account.clone(),
                auth_type: auth_type.into(),
                token,
                login_extension,
                device: Some(self.device.clone()),
                manual: self.first.is_some(),
                force: self.force,
                capabilities: Vec::new(),
                sdk: config.sdk.clone(),
            })
        })
    }
}
