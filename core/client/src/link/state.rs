//! What the link remembers.

use crate::Config;
use crate::api::{CallId, ImLogin, RoomCredential, TransportId};
use parlor_protocol::v1;

/// Where the link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody needs it.
    Down,
    /// Between two attempts.
    Waiting { until_ms: u64 },
    /// A ticket or a token is being fetched for the attempt.
    Fetching { fetch: CallId, until_ms: u64 },
    /// A transport is being opened.
    Opening { transport: TransportId, until_ms: u64 },
    /// The login or resume is on its way.
    Entering { transport: TransportId, request: u64, until_ms: u64 },
    /// Everything can be sent.
    Up { transport: TransportId },
}

/// The link itself: transports, back-off, heart-beat.
#[derive(Debug)]
pub(crate) struct Link {
    pub(super) state: State,
    last_transport: u64,
    /// Attempts in a row that did not get in.
    pub(super) failures: u32,
    pub(super) ping_interval_ms: u64,
    /// The shorter interval that rooms ask for.
    room_ping_interval_ms: Option<u64>,
    heard_at_ms: u64,
    /// By then something must be heard, since the link is in doubt.
    answer_by_ms: Option<u64>,
    pub(super) sent_at_ms: u64,
    close_hint_ms: u64,
    /// The ticket of this attempt.
    pub(super) ticket: Option<String>,
    randomness: u64,
}

impl Link {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        let mut low = [0; 8];
        low.copy_from_slice(&seed[..8]);
        Self {
            state: State::Down,
            last_transport: 0,
            failures: 0,
            ping_interval_ms: 15_000,
            room_ping_interval_ms: None,
            heard_at_ms: 0,
            answer_by_ms: None,
            sent_at_ms: 0,
            close_hint_ms: 0,
            ticket: None,
            randomness: u64::from_le_bytes(low),
        }
    }

    pub(super) fn next_transport(&mut self) -> TransportId {
        self.last_transport += 1;
        self.answer_by_ms = None;
        TransportId(self.last_transport)
    }

    /// The transport that everything can be sent on.
    pub(crate) fn up(&self) -> Option<TransportId> {
        match self.state {
            State::Up { transport } => Some(transport),
            _ => None,
        }
    }

    /// The number of the login or resume request on its way.
    pub(crate) fn entering(&self) -> Option<u64> {
        match self.state {
            State::Entering { request, .. } => Some(request),
            _ => None,
        }
    }

    fn transport(&self) -> Option<TransportId> {
        match self.state {
            State::Opening { transport, .. }
            | State::Entering { transport, .. }
            | State::Up { transport } => Some(transport),
            _ => None,
        }
    }

    /// Notes a sign of life; false for a transport that no longer counts.
    pub(crate) fn heard(&mut self, now_ms: u64, transport: TransportId) -> bool {
        let current = self.transport() == Some(transport);
        if current {
            self.heard_at_ms = now_ms;
            self.answer_by_ms = None;
        }
        current
    }

    /// While this device is in a room, a dead link is noticed sooner.
    pub(crate) fn set_room_ping(&mut self, interval_ms: Option<u64>) {
        self.room_ping_interval_ms = interval_ms.map(|ms| ms.max(1_000));
    }

    pub(super) fn ping_interval_ms(&self) -> u64 {
        self.room_ping_interval_ms.map_or(self.ping_interval_ms, |ms| ms.min(self.ping_interval_ms))
    }

    /// When a link on which nothing is heard counts as dead: the answer to a ping is overdue.
    pub(super) fn silent_at_ms(&self, config: &Config) -> u64 {
        let silent_at_ms = self.heard_at_ms + self.ping_interval_ms() + config.enter_timeout_ms;
        self.answer_by_ms.map_or(silent_at_ms, |by_ms| by_ms.min(silent_at_ms))
    }

    /// From now on the link has to answer soon; false when it has to already.
    pub(super) fn doubt(&mut self, now_ms: u64, config: &Config) -> bool {
        let is_new = self.answer_by_ms.is_none();
        self.answer_by_ms.get_or_insert(now_ms + config.doubt_timeout_ms);
        is_new
    }

    /// The server is about to close, and says when to come back.
    pub(crate) fn server_closes(&mut self, reconnect_after_ms: u32) {
        self.close_hint_ms = u64::from(reconnect_after_ms);
    }

    pub(super) fn take_close_hint(&mut self) -> u64 {
        std::mem::take(&mut self.close_hint_ms)
    }

    /// Down for good; the transport to close, if there is one.
    pub(super) fn reset(&mut self) -> Option<TransportId> {
        let transport = self.transport();
        self.state = State::Down;
        self.failures = 0;
        self.ticket = None;
        transport
    }

    /// The pause before the next attempt: exponential up to 30 s, spread over its second half.
    pub(super) fn pause_ms(&mut self) -> u64 {
        let ceiling_ms = (500u64 << self.failures.min(6)).min(30_000);
        ceiling_ms / 2 + self.random_below(ceiling_ms / 2)
    }

    /// splitmix64: only spreads retries, protects nothing.
    pub(super) fn random_below(&mut self, bound: u64) -> u64 {
        self.randomness = self.randomness.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.randomness;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }

    pub(crate) fn deadline(&self, config: &Config) -> Option<u64> {
        match self.state {
            State::Down => None,
            State::Waiting { until_ms }
            | State::Fetching { until_ms, .. }
            | State::Opening { until_ms, .. }
            | State::Entering { until_ms, .. } => Some(until_ms),
            State::Up { .. } => {
                Some((self.sent_at_ms + self.ping_interval_ms()).min(self.silent_at_ms(config)))
            }
        }
    }
}

/// Who may end an IM login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The app logged IM in.
    App,
    /// RoomKit did, because reuse is off.
    Room,
}

#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// The IM account's own.
    Im { auth_type: v1::AuthType, token: String, extension: String },
    /// A room account's: each login fetches a ticket with it.
    Room(RoomCredential),
}

/// A login of the app that has not got in yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First {
    pub(crate) call: CallId,
    pub(super) attempts_left: u32,
    pub(super) until_ms: u64,
}

impl First {
    /// `attempts` 0 = 3, `timeout_ms` 0 = 60 s (the published defaults).
    pub(super) fn new(call: CallId, attempts: u32, timeout_ms: u64, now_ms: u64) -> Self {
        let attempts_left = if attempts == 0 { 3 } else { attempts };
        let timeout_ms = if timeout_ms == 0 { 60_000 } else { timeout_ms };
        Self { call, attempts_left, until_ms: now_ms + timeout_ms }
    }
}

/// A session, and what resumes it.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: u64,
    pub(super) resume_key: Vec<u8>,
}

/// The IM login, from the app's call until it is over.
#[derive(Debug)]
pub(crate) struct Login {
    pub(super) account: String,
    pub(crate) owner: Owner,
    pub(super) credential: Credential,
    pub(super) device: v1::Device,
    pub(super) force: bool,
    pub(super) has_token_provider: bool,
    pub(crate) first: Option<First>,
    pub(super) session: Option<Session>,
}

impl Login {
    pub(crate) fn by_app(login: ImLogin, first: First) -> Self {
        Self {
            account: login.account,
            owner: Owner::App,
            credential: Credential::Im {
                auth_type: login.auth_type,
                token: login.token,
                extension: login.login_extension,
            },
            device: login.device,
            force: login.force,
            has_token_provider: login.has_token_provider,
            first: Some(first),
            session: None,
        }
    }

    pub(crate) fn by_room(call: CallId, credential: RoomCredential, device: v1::Device, now_ms: u64) -> Self {
        Self {
            account: String::new(),
            owner: Owner::Room,
            credential: Credential::Room(credential),
            device,
            // A person logs in to rooms: the session limit gives way to them.
            force: true,
            has_token_provider: false,
            first: Some(First::new(call, 0, 0, now_ms)),
            session: None,
        }
    }

    /// Logged in, perhaps with the link down for the moment.
    pub(crate) fn is_in(&self) -> bool {
        self.first.is_none()
    }

    /// Whether a login that stands would come back as another account: nobody becomes another by a reconnect.
    pub(super) fn is_other(&self, account: &str) -> bool {
        self.is_in() && !self.account.eq_ignore_ascii_case(account)
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Replaces the room credential that later tickets are fetched with.
    pub(crate) fn renew_room(&mut self, dynamic: bool, token: &str) {
        if let Credential::Room(credential) = &mut self.credential {
            credential.dynamic = dynamic;
            token.clone_into(&mut credential.token);
        }
    }
}
