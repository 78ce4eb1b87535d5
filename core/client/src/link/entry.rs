//! Getting in: one attempt after another, by resume where there is a session and by login where there is none.

use super::state::{Credential, Session, State};
use crate::Client;
use crate::api::{Answer, CallId, Event, Failure, Output, Ticket, TransportId};
use crate::outbox::Purpose;
use parlor_protocol::causes::KickReason;
use parlor_protocol::{Cause, Code, Remedy, v1};

impl Client {
    /// Begins an attempt.
    pub(crate) fn enter(&mut self, now_ms: u64) {
        let until_ms = self.config.enter_until(now_ms);
        let Some(login) = &self.login else {
            self.link.state = State::Down;
            return;
        };
        let automatic = login.first.is_none();
        match &login.credential {
            Credential::Room(credential) if login.session.is_none() => {
                let (fetch, credential) = (CallId(self.outbox.next_id()), credential.clone());
                self.link.state = State::Fetching { fetch, until_ms };
                self.outputs.push_back(Output::FetchTicket(fetch, credential));
            }
            Credential::Im { .. } if login.session.is_none() && automatic && login.has_token_provider => {
                let (fetch, account) = (CallId(self.outbox.next_id()), login.account.clone());
                self.link.state = State::Fetching { fetch, until_ms };
                self.outputs.push_back(Output::FetchToken { account });
            }
            _ => self.open(now_ms),
        }
    }

    fn open(&mut self, now_ms: u64) {
        let transport = self.link.next_transport();
        self.link.state = State::Opening { transport, until_ms: self.config.enter_until(now_ms) };
        self.event(Event::Linking);
        self.outputs.push_back(Output::Open(transport));
    }

    pub(crate) fn ticket(&mut self, now_ms: u64, id: CallId, outcome: Result<Ticket, Failure>) {
        if !matches!(self.link.state, State::Fetching { fetch, .. } if fetch == id) {
            return;
        }
        match outcome {
            Ok(ticket) if self.login.as_ref().is_some_and(|login| login.is_other(&ticket.accid)) => {
                self.refused(now_ms, Failure::local(Code::ReuseImAccountMismatch));
            }
            Ok(ticket) => {
                self.link.ticket = Some(ticket.ticket);
                if let Some(login) = &mut self.login {
                    login.account = ticket.accid;
                }
                self.open(now_ms);
            }
            Err(failure) => self.refused(now_ms, failure),
        }
    }

    pub(crate) fn token(&mut self, now_ms: u64, fresh: Option<String>) {
        if !matches!(self.link.state, State::Fetching { .. }) {
            return;
        }
        let credential = self.login.as_mut().map(|l| &mut l.credential);
        if let (Some(Credential::Im { token, .. }), Some(fresh)) = (credential, fresh) {
            *token = fresh;
        }
        self.open(now_ms);
    }

    pub(crate) fn opened(&mut self, now_ms: u64, opened: TransportId) {
        let State::Opening { transport, .. } = self.link.state else { return };
        if transport != opened {
            return;
        }
        let ticket = self.link.ticket.take();
        let Some(login) = &self.login else { return };
        let id = self.outbox.next_id();
        let request =
            v1::Request { id, body: Some(login.request(&self.config, ticket)), ..Default::default() };
        self.link.state =
            State::Entering { transport, request: id, until_ms: self.config.enter_until(now_ms) };
        self.event(Event::Linked);
        self.event(Event::LoggingIn);
        self.send(now_ms, transport, request);
    }

    /// The reply to the login or the resume.
    pub(crate) fn entered(&mut self, now_ms: u64, reply: v1::Reply) {
        let State::Entering { transport, .. } = self.link.state else { return };
        if let Some(error) = &reply.error {
            self.outputs.push_back(Output::Close(transport));
            return self.refused(now_ms, Failure::from(error));
        }
        match reply.body {
            Some(v1::reply::Body::Login(done)) => {
                self.up(transport, done.ping_interval_ms);
                self.logged_in(now_ms, done);
            }
            Some(v1::reply::Body::Resume(done)) => {
                self.up(transport, done.ping_interval_ms);
                self.event(Event::Resumed);
                self.room_after_resume(now_ms, done.room);
            }
            _ => return self.refused(now_ms, Failure::local(Code::FrameUnknown)),
        }
        self.flush(now_ms);
    }

    fn up(&mut self, transport: TransportId, ping_interval_ms: u32) {
        self.link.state = State::Up { transport };
        self.link.failures = 0;
        self.link.ping_interval_ms = u64::from(ping_interval_ms.max(1_000));
    }

    fn logged_in(&mut self, now_ms: u64, done: v1::LoginDone) {
        let Some(login) = &mut self.login else { return };
        login.account = done.account.clone();
        login.session = Some(Session { id: done.session_id, resume_key: done.resume_key });
        let (first, other_devices) = (login.first.take(), done.other_devices);
        match first {
            Some(first) => {
                if !self.room_after_first_login(now_ms, first.call, done.room) {
                    let account = done.account;
                    self.done(first.call, Ok(Answer::LoggedIn { account, other_devices }));
                }
            }
            None => {
                self.rooms.hold();
                self.event(Event::LoggedInAgain { other_devices });
                self.room_after_new_session(now_ms, done.room);
            }
        }
    }

    /// The server said no, or the ticket's issuer did.
    fn refused(&mut self, now_ms: u64, failure: Failure) {
        let Some(login) = &mut self.login else { return };
        if login.session.is_some()
            && let Some(kicked) = kick_found_late(&failure)
        {
            return self.kicked(now_ms, &kicked);
        }
        if login.session.is_some()
            && matches!(failure.code, Code::SessionExpired | Code::SessionEnded)
            && self.outbox.holds(|purpose| matches!(purpose, Purpose::ImLogout(_) | Purpose::LoginForgotten))
        {
            // The logout was on its way: its session is gone, which is all it was for.
            return self.forget_login(now_ms, Code::SessionEnded);
        }
        if login.session.is_some() && failure.code == Code::SessionExpired {
            // The old session is gone: a new one, at once.
            login.session = None;
            self.link.state = State::Waiting { until_ms: now_ms };
            return self.enter(now_ms);
        }
        match failure.remedy {
            Remedy::Retry | Remedy::Reconnect => self.entry_failed(now_ms, failure),
            Remedy::Fix | Remedy::Ask | Remedy::Stop => self.login_over(now_ms, failure),
        }
    }

    /// An attempt came to nothing; another may.
    pub(crate) fn entry_failed(&mut self, now_ms: u64, failure: Failure) {
        self.link.failures += 1;
        self.link.ticket = None;
        let pause_ms = self.link.pause_ms().max(u64::from(failure.retry_after_ms));
        if let Some(first) = self.login.as_mut().and_then(|l| l.first.as_mut()) {
            // A server that says when to come back is there: such an attempt does not count.
            if failure.retry_after_ms == 0 {
                first.attempts_left -= 1;
            }
            if first.attempts_left == 0 {
                return self.login_over(now_ms, failure);
            }
        }
        self.link.state = State::Waiting { until_ms: now_ms + pause_ms };
    }

    /// The login has failed, or a login that stood has been lost for good.
    fn login_over(&mut self, now_ms: u64, failure: Failure) {
        let first = self.login.as_mut().and_then(|l| l.first.take());
        let code = failure.code;
        match first {
            Some(first) => {
                self.room_entry_failed(first.call);
                self.done(first.call, Err(failure));
            }
            None => {
                self.room_login_lost(code);
                self.event(Event::LoginLost(failure));
            }
        }
        self.forget_login(now_ms, code);
    }
}

/// A kick that happened while the link was down, found out by the resume.
fn kick_found_late(failure: &Failure) -> Option<v1::Kicked> {
    let cause = match failure.code {
        Code::KickedExclusive => Cause::KickedByOtherDevice,
        Code::KickedByServer => Cause::KickedByServer,
        Code::KickedByOwnDevice => Cause::KickedByOwnDevice,
        Code::SessionFenced => Cause::ReplacedBySameDevice,
        Code::AccountDisabled => Cause::Blocked,
        _ => return None,
    };
    let reason = cause.kick_reason().unwrap_or(KickReason::Server);
    Some(v1::Kicked {
        reason: reason.number(),
        client_type: 0,
        custom_client_type: 0,
        description: failure.message.clone(),
        cause: cause.name().to_owned(),
    })
}
