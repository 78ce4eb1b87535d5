//! What clients were told, and whether it was true: kicks, lost logins, auth events, and the views of both sides at the
//! end.

use super::{Facts, Judge};
use std::collections::BTreeMap;

/// A ticket may be this old when it is used, ms.
const TICKET_MS: u64 = 70_000;

/// What one client did and was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Its device.
    pub device: String,
    /// The account that the app asked for, or that the server answered.
    account: Option<String>,
    /// When the app asked for the login that stands.
    login_since_ms: u64,
    /// When the app asked for the room login that stands.
    room_since_ms: u64,
    /// Its newest session.
    session: Option<u64>,
    /// How the login that stood ended.
    ending: Option<Ending>,
    /// The app asked to log out of IM, or RoomKit did.
    left_im: bool,
    /// The app asked to leave rooms.
    left_room: bool,
    /// The client reported the end of its room login, with which a login that RoomKit made goes too.
    room_over: bool,
    /// A login that was to bring IM and rooms was refused.
    refused: bool,
}

impl Told {
    /// The app asked to leave.
    pub(crate) fn left(&self) -> bool {
        self.left_im || self.left_room
    }
}

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client was told of a kick, with this reason.
    Kicked(i32),
    /// The client gave up, with this code.
    Lost(String),
}

/// When what was last changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// By what and by whom or which.
    at_ms: BTreeMap<(&'static str, String), u64>,
}

impl Changes {
    fn set(&mut self, what: &'static str, whose: &str, at_ms: u64) {
        self.at_ms.insert((what, whose.to_owned()), at_ms);
    }

    pub(super) fn note(&mut self, at_ms: u64, before: &Facts, now: &Facts) {
        for account in &now.accounts {
            let Some(earlier) = before.accounts.iter().find(|a| a.name == account.name) else { continue };
            if !account.enabled {
                self.set("blocked", &account.name, at_ms);
            }
            if earlier.token != account.token {
                self.set("token", &account.name, at_ms);
            }
        }
        for room in &now.rooms {
            let Some(earlier) = before.rooms.iter().find(|r| r.user == room.user) else { continue };
            if earlier.token != room.token {
                self.set("room token", &room.user, at_ms);
            }
            if earlier.account != room.account {
                self.set("bound", &room.user, at_ms);
                self.set("bound", &room.account, at_ms);
                self.set("bound", &earlier.account, at_ms);
            }
        }
        if !now.room_on {
            self.set("rooms off", "", at_ms);
        }
        if !now.im_on {
            self.set("im off", "", at_ms);
        }
        for session in now.live.iter().filter(|s| !before.live.iter().any(|b| b.id == s.id)) {
            self.set("login", &session.account, at_ms);
        }
    }

    fn any(&self, what: &'static str, since_ms: u64) -> bool {
        self.at_ms.iter().any(|((w, _), at)| *w == what && *at >= since_ms)
    }

    fn since(&self, what: &'static str, whose: &str, since_ms: u64) -> bool {
        self.at_ms.get(&(what, whose.to_owned())).is_some_and(|at| *at >= since_ms)
    }
}

/// A client as it sees itself, at the end.
#[derive(Clone, Debug)]
pub struct View {
    /// Which.
    pub client: usize,
    /// It holds itself for logged in.
    pub logged_in: bool,
    /// The room account that it holds for logged in.
    pub room: Option<String>,
}

/// Whether a client may log in by itself after this end of its session.
pub(super) fn may_come_back(cause: &str) -> bool {
    cause == "SessionExpired"
}

/// The reason with which a client is told of a kick.
fn kick_reason(cause: &str) -> Option<i32> {
    Some(match cause {
        "KickedByOtherDevice" => 1,
        "KickedByServer" | "Blocked" => 2,
        "KickedByOwnDevice" => 3,
        "ReplacedBySameDevice" => 4,
        _ => return None,
    })
}

/// The auth event that belongs to a cause.
fn event_of(cause: &str) -> &'static str {
    match cause {
        "KickedByOtherDevice"
        | "KickedByServer"
        | "KickedByOwnDevice"
        | "ReplacedBySameDevice"
        | "RoomReplaced" => "KickOut",
        "ImLogout" | "RoomLogout" => "LoggedOut",
        "Blocked" | "ComponentOff" => "Forbidden",
        "ImTokenChanged" => "AccountTokenError",
        "RoomTokenChanged" => "TokenIncorrect",
        "RoomTokenExpired" => "TokenExpired",
        _ => "Unauthorized",
    }
}

impl Judge {
    /// A client was started on a device.
    pub fn client(&mut self, client: usize, device: &str) {
        self.clients.insert(client, Told { device: device.to_owned(), ..Told::default() });
    }

    fn told(&mut self, client: usize) -> &mut Told {
        self.clients.entry(client).or_default()
    }

    /// The app asks for a room login on the IM login that stands.
    pub fn room_called(&mut self, client: usize, at_ms: u64) {
        let told = self.told(client);
        told.room_since_ms = at_ms;
        told.left_room = false;
        self.stream_of_client_begins(client);
    }

    /// The app asks to log out; of IM too, or of rooms only.
    pub fn logout_called(&mut self, client: usize, im_too: bool) {
        let told = self.told(client);
        told.left_im |= im_too;
        told.left_room = true;
    }

    /// A call that was to log in to IM and to rooms failed: IM goes too.
    pub fn login_refused(&mut self, client: usize) {
        self.told(client).refused = true;
    }

    /// A client was answered that it is logged in.
    pub fn client_entered(&mut self, client: usize, session: u64) {
        let account = self.sessions.get(&session).map(|known| known.fact.account.clone());
        let told = self.told(client);
        told.session = Some(session);
        told.account = account.or(told.account.take());
    }

    /// A client sends a login. Nobody who was told of a kick does that by itself.
    pub fn client_asks(&mut self, client: usize, at_ms: u64, account: &str, manual: bool) {
        if manual {
            let told = self.told(client);
            *told = Told {
                device: std::mem::take(&mut told.device),
                account: Some(account.to_owned()),
                login_since_ms: at_ms,
                room_since_ms: at_ms.saturating_sub(TICKET_MS),
                ..Told::default()
            };
            self.stream_of_client_begins(client);
        } else if let Some(Ending::Kicked(reason)) = self.told(client).ending.clone() {
            self.fault(format!("client {client} logs in by itself after a kick with reason {reason}"));
        }
    }

    /// A gateway tells a client of a kick.
    pub fn kick_pushed(&mut self, session: u64, reason: i32, cause: &str) {
        let truth = self.sessions.get(&session).and_then(|known| known.fact.ended.clone());
        if truth.as_deref() != Some(cause) || kick_reason(cause) != Some(reason) {
            self.fault(format!("session {session} was told {cause} with reason {reason}; it is {truth:?}"));
        }
    }

    /// The bus carried the end of a room session.
    pub fn room_ended(&mut self, session: u64, user: &str, cause: &str) {
        if let Some(known) = self.sessions.get_mut(&session) {
            known.rooms_ended.push((user.to_owned(), cause.to_owned()));
        }
    }

    /// A client reports a kick.
    pub fn client_kicked(&mut self, client: usize, reason: i32) {
        let told = self.told(client).clone();
        let truth = self.ended_by(told.session).and_then(|cause| kick_reason(&cause));
        if truth != Some(reason) && !(reason == 2 && self.is_blocked_since(&told)) {
            self.fault(format!(
                "client {client} reports a kick with reason {reason}; the truth is {truth:?}"
            ));
        }
        self.told(client).ending = Some(Ending::Kicked(reason));
    }

    /// How sessions of a device, and room sessions on them, ended.
    pub(super) fn ends_of(&self, device: &str) -> Vec<String> {
        let mut causes = Vec::new();
        for known in self.sessions.values().filter(|known| known.fact.device == device) {
            causes.extend(known.fact.ended.clone());
            causes.extend(known.rooms_ended.iter().map(|(_, cause)| cause.clone()));
        }
        causes
    }

    fn ended_by(&self, session: Option<u64>) -> Option<String> {
        self.sessions.get(&session?)?.fact.ended.clone()
    }

    /// The account was blocked, or a room account was bound to another one meanwhile, which may be blocked.
    fn is_blocked_since(&self, told: &Told) -> bool {
        let account = told.account.as_deref().unwrap_or_default();
        self.changes.since("blocked", account, told.login_since_ms)
            || self.changes.any("bound", told.login_since_ms) && self.changes.any("blocked", 0)
    }

    /// A client gives its login up.
    pub fn client_lost(&mut self, client: usize, code: &str) {
        let told = self.told(client).clone();
        if !self.may_lose(&told, code) {
            self.fault(format!(
                "client {client} gave its login up with {code}, for which there is no reason"
            ));
        }
        self.told(client).ending = Some(Ending::Lost(code.to_owned()));
    }

    fn may_lose(&self, told: &Told, code: &str) -> bool {
        let account = told.account.as_deref().unwrap_or_default();
        let since = |what| self.changes.since(what, account, told.login_since_ms);
        let anybody = |what| self.changes.since(what, "", told.login_since_ms);
        match code {
            "ReconnectRefused" | "DeviceLimit" => {
                since("login") || self.ended_by(told.session).is_some_and(|cause| !may_come_back(&cause))
            }
            "AccountDisabled" => since("blocked"),
            // The room component's login call has one number for a blocked account and one for either component.
            "Forbidden" => self.is_blocked_since(told),
            "ImTokenIncorrect" => since("token"),
            "ImDisabled" => anybody("im off"),
            "RoomComponentOff" => anybody("rooms off") || anybody("im off"),
            "ReuseImAccountMismatch" => self.changes.any("bound", told.login_since_ms),
            // RoomKit's own login fetches its ticket with the room credential.
            "RoomTokenIncorrect" => self.changes.at_ms.keys().any(|(what, _)| *what == "room token"),
            _ => false,
        }
    }

    /// A client reports an auth event about its room login.
    pub fn client_auth(&mut self, client: usize, event: &str, cause: Option<&str>) {
        self.told(client).room_over = !["LoggedIn", "Reconnected"].contains(&event);
        if !["NetBroken", "Reconnected"].contains(&event) {
            self.stream_of_client_begins(client);
        }
        let Some(cause) = cause else {
            if !["LoggedIn", "LoggedOut", "Reconnected", "NetBroken", "Unauthorized"].contains(&event) {
                self.fault(format!("client {client} reports {event} without a cause"));
            }
            return;
        };
        if event_of(cause) != event {
            self.fault(format!("client {client} reports {event} for {cause}"));
        }
        let told = self.told(client).clone();
        if !self.is_true_of(&told, cause) {
            let truth = told.session.and_then(|id| self.sessions.get(&id)).cloned();
            self.fault(format!("client {client} reports {event} for {cause}; the truth is {truth:?}"));
        }
    }

    fn is_true_of(&self, told: &Told, cause: &str) -> bool {
        let account = told.account.as_deref().unwrap_or_default();
        let known = told.session.and_then(|id| self.sessions.get(&id));
        let session_says = known.is_some_and(|known| {
            known.fact.ended.as_deref() == Some(cause)
                || known.rooms_ended.iter().any(|(_, ended_by)| ended_by == cause)
        });
        let any_user = |what| self.changes.any(what, told.room_since_ms);
        session_says
            || match cause {
                "ImLogout" => told.left_im,
                "RoomLogout" => told.left_room,
                "Blocked" => self.is_blocked_since(told),
                "ImTokenChanged" => self.changes.since("token", account, told.login_since_ms),
                "RoomTokenChanged" => any_user("room token"),
                "ComponentOff" => any_user("rooms off") || any_user("im off"),
                "Rebound" => any_user("bound"),
                "KickedByOtherDevice" => self.changes.since("login", account, told.login_since_ms),
                _ => false,
            }
    }

    /// Everything has been quiet for long enough: both sides must see the same.
    pub fn quiet(&mut self, views: &[View]) {
        let mut held = Vec::new();
        for view in views {
            self.commands_quiet(view);
            let told = self.told(view.client).clone();
            let Some(session) = told.session.filter(|_| view.logged_in) else {
                if view.logged_in {
                    self.fault(format!("client {} is logged in without a session", view.client));
                }
                self.stays_out(view, &told);
                continue;
            };
            held.push(session);
            match self.facts.live.iter().find(|s| s.id == session).map(|s| s.room.clone()) {
                None => {
                    let truth = self.ended_by(Some(session));
                    let client = view.client;
                    self.fault(format!("client {client} holds session {session}, which ended by {truth:?}"));
                }
                Some(room) if room != view.room => {
                    let (client, own) = (view.client, &view.room);
                    self.fault(format!("client {client} is in as {own:?}, and at the server as {room:?}"));
                }
                Some(_) => {}
            }
        }
        for session in self.live() {
            if !held.contains(&session) {
                self.fault(format!("session {session} lives on, and no client holds it"));
            }
        }
    }

    /// A client that is not logged in any more knows why.
    fn stays_out(&mut self, view: &View, told: &Told) {
        let client = view.client;
        if let Some(user) = &view.room {
            self.fault(format!("client {client} is in as {user}, without IM"));
        }
        if told.session.is_none() || told.left_im || told.refused {
            return;
        }
        let reason = self.ended_by(told.session).and_then(|cause| kick_reason(&cause));
        match (&told.ending, reason) {
            (None, _) if told.room_over => {}
            (None, _) => self.fault(format!("client {client} lost its login, and nobody said why")),
            (Some(Ending::Lost(code)), Some(reason)) if code == "ReconnectRefused" => {
                self.fault(format!("client {client} lost its login by {code}, and was kicked with {reason}"));
            }
            _ => {}
        }
    }
}
