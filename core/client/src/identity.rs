//! The room login and the rule of reuse: a room session is a child of the IM session and never outlives it.

use crate::Client;
use crate::api::{Answer, CallId, Event, Failure, ImLogin, RoomCredential};
use crate::link::{Login, Owner};
use crate::outbox::Purpose;
use parlor_protocol::causes::{AuthEvent, EndReason};
use parlor_protocol::{Cause, Code, v1};

/// What a room login is made with.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    /// Its own token.
    Token(RoomCredential),
    /// The IM login: the bound account is the one meant.
    ImLogin,
}

impl Proof {
    fn request(&self) -> v1::request::Body {
        let (user_uuid, auth_type, token) = match self {
            Self::Token(c) => (c.user_uuid.clone(), auth_type(c.dynamic), c.token.clone()),
            Self::ImLogin => (String::new(), v1::RoomAuthType::Im, String::new()),
        };
        v1::request::Body::RoomLogin(v1::RoomLogin { user_uuid, auth_type: auth_type.into(), token })
    }
}

fn auth_type(dynamic: bool) -> v1::RoomAuthType {
    if dynamic { v1::RoomAuthType::Dynamic } else { v1::RoomAuthType::Static }
}

/// Where the room login is.
#[derive(Debug, Default)]
pub(crate) enum Room {
    #[default]
    Out,
    /// The app's call is on its way.
    LoggingIn {
        call: CallId,
        proof: Proof,
    },
    In {
        identity: v1::RoomIdentity,
        proof: Proof,
    },
}

impl Room {
    pub(crate) fn identity(&self) -> Option<&v1::RoomIdentity> {
        match self {
            Self::In { identity, .. } => Some(identity),
            _ => None,
        }
    }

    pub(crate) fn is_out(&self) -> bool {
        matches!(self, Self::Out)
    }
}

/// The end of a room session by the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomEnd {
    /// Which room session.
    login_at_ms: i64,
    cause: Option<Cause>,
}

impl From<&v1::RoomSessionEnded> for RoomEnd {
    fn from(ended: &v1::RoomSessionEnded) -> Self {
        Self { login_at_ms: ended.login_at_ms, cause: Cause::from_name(&ended.cause) }
    }
}

impl Client {
    /// Reuse on: IM has to be logged in (100004, found here without any network), and the server checks the binding.
    /// Reuse off: IM must not be logged in; the room credential fetches a ticket that logs the bound account in.
    pub(crate) fn call_room_login(
        &mut self,
        now_ms: u64,
        id: CallId,
        reuse_im: bool,
        credential: RoomCredential,
        device: v1::Device,
    ) {
        let by_room = self.is_by_room();
        if reuse_im && (by_room || !self.im_logged_in()) {
            return self.fail(id, Code::ReuseImNotLoggedIn);
        }
        if !reuse_im && self.login.is_some() && !by_room {
            return self.fail(id, Code::ImAlreadyLoggedIn);
        }
        match &self.room {
            Room::LoggingIn { .. } => return self.fail(id, Code::DuplicateCall),
            Room::In { identity, .. } => {
                let same = identity.user_uuid.eq_ignore_ascii_case(&credential.user_uuid);
                let identity = identity.clone();
                return match same {
                    true => self.done(id, Ok(Answer::RoomLoggedIn(identity))),
                    false => self.fail(id, Code::RoomLoggedInOther),
                };
            }
            Room::Out => {}
        }
        let proof = Proof::Token(credential.clone());
        if reuse_im {
            self.ask_room_login(now_ms, Purpose::RoomLogin(id), &proof);
            self.room = Room::LoggingIn { call: id, proof };
        } else if self.login.is_some() {
            // RoomKit's own logout is on its way.
            self.fail(id, Code::DuplicateCall);
        } else {
            self.room = Room::LoggingIn { call: id, proof };
            self.login = Some(Login::by_room(id, credential, device, now_ms));
            self.enter(now_ms);
        }
    }

    /// Logs IM in if it is not, then the bound room account on the strength of that.
    pub(crate) fn call_login_by_im(&mut self, now_ms: u64, id: CallId, login: ImLogin) {
        match (&self.login, &self.room) {
            (_, Room::LoggingIn { .. }) => return self.fail(id, Code::DuplicateCall),
            (Some(current), Room::In { identity, .. })
                if current.account().eq_ignore_ascii_case(&login.account) =>
            {
                let identity = identity.clone();
                return self.done(id, Ok(Answer::RoomLoggedIn(identity)));
            }
            (_, Room::In { .. }) => return self.fail(id, Code::RoomLoggedInOther),
            (Some(current), Room::Out) if !current.account().eq_ignore_ascii_case(&login.account) => {
                return self.fail(id, Code::ReuseImAccountMismatch);
            }
            (Some(current), Room::Out) if !current.is_in() => return self.fail(id, Code::DuplicateCall),
            (_, Room::Out) => {}
        }
        self.room = Room::LoggingIn { call: id, proof: Proof::ImLogin };
        if self.login.is_some() {
            self.ask_room_login(now_ms, Purpose::RoomLogin(id), &Proof::ImLogin);
        } else {
            self.call_im_login(now_ms, id, login);
            if let Some(login) = &mut self.login {
                login.owner = Owner::Room;
            }
        }
    }

    pub(crate) fn call_room_logout(&mut self, now_ms: u64, id: CallId) {
        match self.room {
            Room::Out => return self.done(id, Ok(Answer::Done)),
            Room::LoggingIn { call, .. } => {
                self.outbox.forget(|purpose| purpose == Purpose::RoomLogin(call));
                self.room = Room::Out;
                if self.login.as_ref().is_none_or(Login::is_in) {
                    self.fail(call, Code::RoomNotLoggedIn);
                }
            }
            Room::In { .. } => self.end_room_with(Cause::RoomLogout),
        }
        if self.is_by_room() {
            return self.log_out(now_ms, Purpose::ImLogout(id));
        }
        let body = v1::request::Body::RoomLogout(v1::RoomLogout {});
        if self.link.up().is_none() {
            // The server hears of it when the link is back; the app need not wait for that.
            self.tell_room_is_out(now_ms);
            return self.done(id, Ok(Answer::Done));
        }
        self.outbox.ask(Purpose::RoomLogout(id), body, now_ms, self.config.request_timeout_ms);
        self.flush(now_ms);
    }

    pub(crate) fn call_renew(&mut self, now_ms: u64, id: CallId, dynamic: bool, fresh: String) {
        let Room::In { proof: Proof::Token(credential), .. } = &mut self.room else {
            return self.fail(id, Code::RoomNotLoggedIn);
        };
        (credential.dynamic, credential.token) = (dynamic, fresh.clone());
        if let Some(login) = &mut self.login {
            login.renew_room(dynamic, &fresh);
        }
        let auth_type = auth_type(dynamic).into();
        let body = v1::request::Body::RenewRoomToken(v1::RenewRoomToken { auth_type, token: fresh });
        self.call_request(now_ms, id, body);
    }

    fn ask_room_login(&mut self, now_ms: u64, purpose: Purpose, proof: &Proof) {
        self.outbox.ask(purpose, proof.request(), now_ms, self.config.request_timeout_ms);
        self.flush(now_ms);
    }

    /// What a reply, or the lack of one, means.
    pub(crate) fn settle(
        &mut self,
        now_ms: u64,
        purpose: Purpose,
        outcome: Result<v1::reply::Body, Failure>,
    ) {
        match purpose {
            Purpose::Plain(call) => self.done(call, outcome.map(answer)),
            Purpose::RoomLogin(call) => match outcome {
                Ok(v1::reply::Body::RoomLogin(done)) => {
                    self.room_in(now_ms, call, done.room.unwrap_or_default());
                }
                Ok(_) => self.room_login_failed(now_ms, call, Failure::local(Code::FrameUnknown)),
                Err(failure) => self.room_login_failed(now_ms, call, failure),
            },
            Purpose::RoomAgain => match outcome {
                Ok(v1::reply::Body::RoomLogin(v1::RoomLoginDone { room: Some(room) })) => {
                    self.room_is_back(now_ms, room);
                }
                Ok(_) => {}
                Err(failure) if is_undecided(failure.code) => self.room_after_new_session(now_ms, None),
                Err(failure) => {
                    self.room_login_lost(failure.code);
                    self.end_login_of_room(now_ms);
                }
            },
            Purpose::RoomLogout(call) => {
                self.done(call, Ok(Answer::Done));
                self.settle(now_ms, Purpose::RoomForgotten, outcome);
            }
            Purpose::RoomForgotten => match outcome {
                Err(failure) if is_undecided(failure.code) => self.tell_room_is_out(now_ms),
                _ => {}
            },
            Purpose::LoginForgotten => self.forget_login(now_ms, Code::SessionEnded),
            Purpose::ImLogout(call) => {
                // Whatever became of the word to the server: here, IM is logged out.
                self.end_room_with(Cause::ImLogout);
                self.forget_login(now_ms, Code::SessionEnded);
                self.done(call, Ok(Answer::Done));
            }
            purpose => self.settle_room(now_ms, purpose, outcome),
        }
    }

    fn room_login_failed(&mut self, now_ms: u64, call: CallId, failure: Failure) {
        self.room_entry_failed(call);
        let undecided = is_undecided(failure.code);
        self.done(call, Err(failure));
        if self.is_by_room() {
            self.log_out(now_ms, Purpose::LoginForgotten);
        } else if undecided {
            self.tell_room_is_out(now_ms);
        }
    }

    /// RoomKit made this login: it has no other point than the room login on it.
    fn is_by_room(&self) -> bool {
        self.login.as_ref().is_some_and(|l| l.owner == Owner::Room)
    }

    /// Where RoomKit made the login, it goes with the room login.
    fn end_login_of_room(&mut self, now_ms: u64) {
        if self.is_by_room() && self.im_logged_in() {
            self.log_out(now_ms, Purpose::LoginForgotten);
        }
    }

    /// The server may hold a room login that this side does not.
    fn tell_room_is_out(&mut self, now_ms: u64) {
        if matches!(self.room, Room::Out) && self.im_logged_in() {
            let body = v1::request::Body::RoomLogout(v1::RoomLogout {});
            self.outbox.ask(Purpose::RoomForgotten, body, now_ms, u64::from(u32::MAX));
            self.flush(now_ms);
        }
    }

    fn room_in(&mut self, now_ms: u64, call: CallId, identity: v1::RoomIdentity) {
        let room = std::mem::take(&mut self.room);
        if let Room::LoggingIn { proof, .. } = room {
            self.room = Room::In { identity: identity.clone(), proof };
            self.event(Event::RoomAuth { event: AuthEvent::LoggedIn, cause: None });
            let user_at = identity.user_at;
            self.done(call, Ok(Answer::RoomLoggedIn(identity)));
            self.rooms.release();
            self.begin_user(now_ms, user_at);
            self.room_ended_early(now_ms);
        }
    }

    /// The room login that stood stands again, perhaps as another room session.
    fn room_is_back(&mut self, now_ms: u64, at_server: v1::RoomIdentity) {
        if let Room::In { identity, .. } = &mut self.room {
            let same_session = !self.rooms.is_held() && identity.login_at_ms == at_server.login_at_ms;
            *identity = at_server;
            self.event(Event::RoomAuth { event: AuthEvent::Reconnected, cause: None });
            self.rooms_back(now_ms, same_session);
            self.room_ended_early(now_ms);
        }
    }

    /// The server's word that a room session is over may overtake its word that it began.
    fn room_ended_early(&mut self, now_ms: u64) {
        if let Some(end) = self.early_room_end.take() {
            self.room_ended(now_ms, end);
        }
    }

    /// The first login got in. True if the call goes on as, or ends as, a room login.
    pub(crate) fn room_after_first_login(
        &mut self,
        now_ms: u64,
        id: CallId,
        identity: Option<v1::RoomIdentity>,
    ) -> bool {
        match (&self.room, identity) {
            (Room::LoggingIn { call, .. }, Some(identity)) if *call == id => {
                self.room_in(now_ms, id, identity);
                true
            }
            (Room::LoggingIn { call, proof }, None) if *call == id => {
                let proof = proof.clone();
                self.ask_room_login(now_ms, Purpose::RoomLogin(id), &proof);
                true
            }
            _ => false,
        }
    }

    /// The link is back on the same session; the server says whether the room login still stands.
    pub(crate) fn room_after_resume(&mut self, now_ms: u64, at_server: Option<v1::RoomIdentity>) {
        match (&self.room, at_server) {
            (Room::In { .. }, Some(at_server)) => self.room_is_back(now_ms, at_server),
            // It ended while the link was down: the credential tells why, or logs in again.
            (Room::In { .. }, None) => {
                self.rooms.hold();
                self.room_after_new_session(now_ms, None);
            }
            (Room::Out, Some(_)) => {
                self.outbox.forget(|purpose| purpose == Purpose::RoomForgotten);
                self.tell_room_is_out(now_ms);
            }
            _ => {}
        }
    }

    /// A new session has no room login yet: make one anew, unless its ticket brought it.
    pub(crate) fn room_after_new_session(&mut self, now_ms: u64, brought: Option<v1::RoomIdentity>) {
        self.outbox.forget(|purpose| purpose == Purpose::RoomForgotten);
        let Room::In { proof, .. } = &self.room else { return };
        match brought {
            Some(brought) => self.room_is_back(now_ms, brought),
            None => {
                let proof = proof.clone();
                self.ask_room_login(now_ms, Purpose::RoomAgain, &proof);
            }
        }
    }

    /// The app's room login came to nothing.
    pub(crate) fn room_entry_failed(&mut self, id: CallId) {
        if matches!(self.room, Room::LoggingIn { call, .. } if call == id) {
            self.room = Room::Out;
        }
    }

    /// A room login that stood could not be made again.
    pub(crate) fn room_login_lost(&mut self, code: Code) {
        let cause = match code {
            Code::RoomTokenIncorrect => Some(Cause::RoomTokenChanged),
            Code::RoomTokenExpired => Some(Cause::RoomTokenExpired),
            Code::RoomComponentOff => Some(Cause::ComponentOff),
            Code::ReuseImAccountMismatch => Some(Cause::Rebound),
            // The room component's login call says 403 of an account that is disabled.
            Code::AccountDisabled | Code::Forbidden => Some(Cause::Blocked),
            Code::ImTokenIncorrect | Code::ImTokenExpired => Some(Cause::ImTokenChanged),
            Code::ReconnectRefused => Some(Cause::KickedByOtherDevice),
            _ => None,
        };
        match cause {
            Some(cause) => self.end_room_with(cause),
            None => self.end_room(AuthEvent::Unauthorized, None),
        }
    }

    /// The server ended the room session on its own.
    pub(crate) fn room_ended(&mut self, now_ms: u64, end: RoomEnd) {
        if self.room.identity().is_none_or(|room| room.login_at_ms != end.login_at_ms) {
            self.early_room_end = Some(end);
            return;
        }
        match end.cause {
            Some(cause) => self.end_room_with(cause),
            None => self.end_room(AuthEvent::Unauthorized, None),
        }
        self.end_login_of_room(now_ms);
    }

    /// The room login is over, as the table of causes says.
    pub(crate) fn end_room_with(&mut self, cause: Cause) {
        self.end_room(cause.auth_event(), Some(cause));
    }

    fn end_room(&mut self, event: AuthEvent, cause: Option<Cause>) {
        self.outbox.forget(|purpose| purpose == Purpose::RoomAgain);
        if matches!(self.room, Room::In { .. }) {
            self.room = Room::Out;
            self.end_rooms(
                cause.map_or(EndReason::LoginStateError, Cause::end_reason),
                cause.map_or(Code::RoomUnauthorized, Cause::code),
            );
            self.event(Event::RoomAuth { event, cause });
        }
    }
}

/// The request may have been carried out, or may be later: nobody can tell.
fn is_undecided(code: Code) -> bool {
    matches!(code, Code::RequestTimeout | Code::ServerBusy)
}

fn answer(body: v1::reply::Body) -> Answer {
    match body {
        v1::reply::Body::KickDevices(done) => Answer::Kicked(done.device_ids),
        _ => Answer::Done,
    }
}
