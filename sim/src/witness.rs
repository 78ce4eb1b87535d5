//! The witness: reads what the wires carry, the store commits and the bus says, and tells the judge in plain words. It
//! also keeps the history as lines.

mod room;

use crate::judge::{AccountFact, Facts, Group, Judge, Policy, RoomFact, SessionFact};
use crate::wire::{Side, Tap};
use bytes::Bytes;
use parlor_bus::Event;
use parlor_identity::app::{ClientKind, LoginPolicy};
use parlor_protocol::ids::{Accid, AppId, SessionId, UserUuid};
use parlor_protocol::{Code, v1};
use parlor_store::rows::SessionRow;
use parlor_store::{ReadError, View};
use prost::Message;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// A handle on the witness; clones share it.
#[derive(Clone)]
pub struct Witness(Arc<Mutex<Seen>>);

struct Seen {
    judge: Judge,
    started: Instant,
    verbose: bool,
    lines: Vec<String>,
    hash: u64,
    wires: BTreeMap<u64, Carried>,
    app_id: AppId,
    accounts: Vec<Accid>,
    users: Vec<UserUuid>,
}

/// What a wire carries.
#[derive(Default)]
struct Carried {
    client: usize,
    /// The session that the gateway has let in on it, and its epoch.
    session: Option<(u64, u64)>,
    requests: BTreeMap<u64, Asked>,
}

/// A request that a gateway has taken up.
struct Asked {
    act: Act,
    stale: bool,
}

enum Act {
    Entry,
    Kick(Vec<u8>),
    Fenced(&'static str),
    /// In which room, under which op id.
    Room(i64, Vec<u8>),
    Other,
}

impl Witness {
    /// A witness of nothing so far. With `verbose` every line is printed as it happens.
    pub fn new(verbose: bool) -> Self {
        Self(Arc::new(Mutex::new(Seen {
            judge: Judge::default(),
            started: Instant::now(),
            verbose,
            lines: Vec::new(),
            hash: 0xcbf2_9ce4_8422_2325,
            wires: BTreeMap::new(),
            app_id: AppId(0),
            accounts: Vec::new(),
            users: Vec::new(),
        })))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom to look at.
    pub fn watch(&self, app_id: AppId, accounts: &[Accid], users: &[UserUuid]) {
        let mut seen = self.seen();
        (seen.app_id, seen.accounts, seen.users) = (app_id, accounts.to_vec(), users.to_vec());
    }

    /// A line of the history.
    pub fn line(&self, text: impl AsRef<str>) {
        self.seen().line(text.as_ref());
    }

    /// Milliseconds since the history began.
    pub fn now_ms(&self) -> u64 {
        self.seen().now_ms()
    }

    /// Asks or tells the judge.
    pub fn judge<T>(&self, f: impl FnOnce(&mut Judge) -> T) -> T {
        f(&mut self.seen().judge)
    }

    /// The verdict, the history, and its hash.
    pub fn close(&self) -> (Option<String>, Vec<String>, u64) {
        let mut seen = self.seen();
        (seen.judge.verdict().map(str::to_owned), std::mem::take(&mut seen.lines), seen.hash)
    }

    /// A wire belongs to this client.
    pub fn wire(&self, wire: u64, client: usize) {
        self.seen().wires.insert(wire, Carried { client, ..Carried::default() });
    }

    /// A commit happened.
    pub fn committed(&self, view: &View<'_>) {
        let mut seen = self.seen();
        match seen.look(view) {
            Ok((now, gone)) => {
                let at_ms = seen.now_ms();
                seen.changed(&now, &gone);
                seen.judge.committed(at_ms, now, gone);
                if let Err(cause) = seen.look_at_rooms(view) {
                    seen.judge.fault(format!("rooms could not be read: {cause}"));
                }
            }
            Err(cause) => seen.judge.fault(format!("the store could not be read: {cause}")),
        }
    }

    /// The store was opened again after a crash of its disk.
    pub fn restarted(&self, view: &View<'_>) -> Result<(), ReadError> {
        let mut seen = self.seen();
        let (now, gone) = seen.look(view)?;
        let at_ms = seen.now_ms();
        seen.changed(&now, &gone);
        seen.judge.restarted(at_ms, now, gone);
        let live = seen.live_rooms(view)?;
        seen.judge.rooms_restarted(&live);
        seen.look_at_rooms(view)
    }

    /// The bus carried an event.
    pub fn published(&self, event: &Event) {
        if let Event::RoomSessionEnded { session_id, user_uuid, cause, .. } = event {
            let mut seen = self.seen();
            seen.judge.room_ended(session_id.0, user_uuid.as_str(), cause);
        }
    }
}

impl Seen {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn line(&mut self, text: &str) {
        let line = format!("{:>9.3} {text}", self.started.elapsed().as_secs_f64());
        for byte in line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.verbose {
            println!("{line}");
        }
        self.lines.push(line);
    }

    /// What the store says now, and what became of the sessions that are no longer alive.
    fn look(&self, view: &View<'_>) -> Result<(Facts, Vec<SessionFact>), ReadError> {
        let Some(app) = view.app(self.app_id)? else { return Ok((Facts::default(), Vec::new())) };
        let settings = app.row.settings;
        let live: Vec<SessionFact> = view
            .live_sessions_of_app(self.app_id, None, 1000)?
            .into_iter()
            .map(|session| session_fact(session.row))
            .collect();
        let mut gone = Vec::new();
        for id in self.judge.live() {
            if !live.iter().any(|s| s.id == id) {
                let row = view.session(SessionId(id))?;
                let last = self.judge.facts().live.iter().find(|s| s.id == id).cloned();
                gone.extend(row.map(|row| session_fact(row.row)).or(last));
            }
        }
        let mut accounts = Vec::new();
        for accid in &self.accounts {
            let Some(account) = view.account(self.app_id, accid)? else { continue };
            let login = view.login(self.app_id, accid)?;
            accounts.push(AccountFact {
                name: accid.to_string(),
                enabled: account.row.enabled,
                token: account.row.token.expose().to_owned(),
                last_epoch: login.map_or(0, |l| l.row.last_epoch.0),
            });
        }
        let mut rooms = Vec::new();
        for user in &self.users {
            let Some(room) = view.room_account(self.app_id, user)? else { continue };
            rooms.push(RoomFact {
                user: user.to_string(),
                account: room.row.accid.to_string(),
                token: room.row.user_token.expose().to_owned(),
            });
        }
        let policy = policy_of(&settings.login_policy);
        let (im_on, room_on) = (settings.im_enabled, settings.room_enabled);
        Ok((Facts { policy, im_on, room_on, live, accounts, rooms }, gone))
    }

    /// Lines about what a commit changed.
    fn changed(&mut self, now: &Facts, gone: &[SessionFact]) {
        let before = self.judge.facts().clone();
        let mut text = String::new();
        for session in gone {
            let ended = session.ended.as_deref().unwrap_or("nothing at all");
            let _ = write!(text, " session {} ended by {ended};", session.id);
        }
        for session in &now.live {
            let SessionFact { id, account, device, epoch, node, room, .. } = session;
            match before.live.iter().find(|s| s.id == *id) {
                None => {
                    let _ = write!(
                        text,
                        " session {id} began: {account} on {device}, epoch {epoch}, {node}, room {room:?};"
                    );
                }
                Some(earlier) if earlier != session => {
                    let _ = write!(text, " session {id}: epoch {epoch}, {node}, room {room:?};");
                }
                Some(_) => {}
            }
        }
        let settings = |f: &Facts| (f.policy.clone(), f.im_on, f.room_on);
        if settings(&before) != settings(now) {
            let _ = write!(text, " {:?} im {} rooms {};", now.policy, now.im_on, now.room_on);
        }
        for account in now.accounts.iter().filter(|a| {
            before.accounts.iter().any(|b| b.name == a.name && (&b.token, b.enabled) != (&a.token, a.enabled))
        }) {
            let _ = write!(text, " {} token {} enabled {};", account.name, account.token, account.enabled);
        }
        for room in now.rooms.iter().filter(|r| before.rooms.iter().any(|b| b.user == r.user && b != *r)) {
            let _ = write!(text, " {} bound to {} token {};", room.user, room.account, room.token);
        }
        if !text.is_empty() {
            self.line(&format!("  store{text}"));
        }
    }

    /// A gateway takes up a request.
    fn taken_up(&mut self, wire: u64, request: v1::Request) {
        use v1::request::Body;
        let Some(carried) = self.wires.get_mut(&wire) else { return };
        let session = carried.session;
        let stale = session.is_some_and(|(id, epoch)| self.judge.is_stale(id, epoch));
        let act = match &request.body {
            Some(Body::Login(login)) => {
                let device = login.device.as_ref().map_or("", |d| d.device_id.as_str());
                self.judge.login_asked(wire, request.id, device, login.manual);
                Act::Entry
            }
            Some(Body::Resume(_)) => Act::Entry,
            Some(Body::KickDevices(_)) => Act::Kick(request.op_id.clone()),
            Some(Body::RoomLogin(_)) => Act::Fenced("a room login"),
            Some(Body::RenewRoomToken(_)) => Act::Fenced("a fresh room token"),
            Some(Body::RoomAct(act)) => Act::Room(act.archive_id, request.op_id.clone()),
            _ => Act::Other,
        };
        carried.requests.insert(request.id, Asked { act, stale });
        if let (Some((session, _)), Some(Body::RoomJoin(join))) = (session, &request.body) {
            self.room_asked(session, join);
        }
        self.line(&format!("  wire {wire} > {}", request_line(&request)));
    }

    /// A gateway answers.
    fn answered(&mut self, wire: u64, reply: v1::Reply) {
        use v1::reply::Body;
        self.line(&format!("  wire {wire} < {}", reply_line(&reply)));
        if let Some(body) = &reply.body {
            self.room_answered(body);
        }
        let Some(carried) = self.wires.get_mut(&wire) else { return };
        let Some(asked) = carried.requests.remove(&reply.id) else { return };
        if reply.error.is_some() {
            return;
        }
        match (asked.act, reply.body) {
            (Act::Entry, Some(Body::Login(done))) => {
                carried.session = Some((done.session_id, done.epoch));
                self.judge.entered(done.session_id, done.epoch);
            }
            (Act::Entry, Some(Body::Resume(done))) => {
                if let Some((session, epoch)) = carried.session.as_mut() {
                    *epoch = done.epoch;
                    self.judge.entered(*session, done.epoch);
                }
            }
            (Act::Kick(op_id), Some(Body::KickDevices(done))) => {
                if let Some((session, epoch)) = carried.session {
                    // A repeat is answered from the register, whatever became of the session.
                    let stale = asked.stale && !self.judge.knows(&op_id);
                    self.judge.acted(session, epoch, "a kick", stale);
                    self.judge.kick_answered(&op_id, done.device_ids);
                }
            }
            (Act::Room(archive_id, op_id), Some(Body::RoomAct(done))) => {
                self.judge.room_act_answered(archive_id, &op_id, done.at.map_or(0, |at| at.seq));
            }
            (Act::Fenced(what), _) => {
                if let Some((session, epoch)) = carried.session {
                    self.judge.acted(session, epoch, what, asked.stale);
                }
            }
            _ => {}
        }
    }

    fn pushed(&mut self, wire: u64, push: v1::Push) {
        let session = self.wires.get(&wire).and_then(|w| w.session);
        match push.body {
            Some(v1::push::Body::Kicked(kicked)) => {
                self.line(&format!("  wire {wire} < kicked: {}", kicked.cause));
                if let Some((session, _)) = session {
                    self.judge.kick_pushed(session, kicked.reason, &kicked.cause);
                }
            }
            Some(v1::push::Body::RoomSessionEnded(ended)) => {
                self.line(&format!("  wire {wire} < room of {} ended: {}", ended.user_uuid, ended.cause));
            }
            Some(v1::push::Body::Closing(closing)) => {
                let code = Code::from_link(closing.code);
                self.line(&format!("  wire {wire} < closing: {code:?}"));
            }
            Some(body) => self.room_pushed(wire, &body),
            None => {}
        }
    }
}

impl Tap for Witness {
    fn sent(&self, wire: u64, side: Side, message: &Bytes) {
        let Ok(frame) = v1::Frame::decode(message.clone()) else { return };
        let mut seen = self.seen();
        match (side, frame.kind) {
            (Side::Client, Some(v1::frame::Kind::Request(request))) => {
                let client = seen.wires.get(&wire).map(|w| w.client);
                if let (Some(client), Some(v1::request::Body::Login(login))) = (client, &request.body) {
                    let at_ms = seen.now_ms();
                    seen.judge.client_asks(client, at_ms, &login.account, login.manual);
                }
                if let Some(v1::request::Body::Resume(resume)) = &request.body
                    && let Some(carried) = seen.wires.get_mut(&wire)
                {
                    carried.session = Some((resume.session_id, 0));
                }
            }
            (Side::Server, Some(v1::frame::Kind::Reply(reply))) => seen.answered(wire, reply),
            (Side::Server, Some(v1::frame::Kind::Push(push))) => seen.pushed(wire, push),
            _ => {}
        }
    }

    fn heard(&self, wire: u64, side: Side, message: &Bytes) {
        let Ok(frame) = v1::Frame::decode(message.clone()) else { return };
        let mut seen = self.seen();
        match (side, frame.kind) {
            (Side::Server, Some(v1::frame::Kind::Request(request)))
                if !matches!(request.body, Some(v1::request::Body::Ping(_))) =>
            {
                seen.taken_up(wire, request);
            }
            (Side::Client, Some(v1::frame::Kind::Reply(v1::Reply { error: None, body: Some(body), .. }))) => {
                let client = seen.wires.get(&wire).map(|w| w.client);
                if let (Some(client), v1::reply::Body::Login(done)) = (client, body) {
                    seen.judge.client_entered(client, done.session_id);
                }
            }
            _ => {}
        }
    }
}

fn session_fact(row: SessionRow) -> SessionFact {
    SessionFact {
        id: row.session_id.0,
        account: row.accid.to_string(),
        device: row.device_id.to_string(),
        client_type: row.client_type,
        epoch: row.epoch.0,
        node: row.node.0.to_string(),
        room_since_ms: row.room.as_ref().map(|r| r.login_at_ms),
        room: row.room.map(|r| r.user_uuid.to_string()),
        ended: row.ended.map(|e| e.cause),
    }
}

fn policy_of(policy: &LoginPolicy) -> Policy {
    let number = |kind: &ClientKind| match kind {
        ClientKind::Android => 1,
        ClientKind::Ios => 2,
        ClientKind::Windows => 4,
        ClientKind::Web => 16,
        ClientKind::Macos => 64,
        ClientKind::Harmony => 65,
        ClientKind::Custom(_) => -1,
    };
    match policy {
        LoginPolicy::OneDevice => Policy::One,
        LoginPolicy::OnePerClass => Policy::OnePerClass,
        LoginPolicy::All => Policy::All,
        LoginPolicy::Custom(groups) => Policy::Groups(
            groups
                .iter()
                .map(|g| Group { client_types: g.kinds.iter().map(number).collect(), limit: g.limit.into() })
                .collect(),
        ),
    }
}

fn request_line(request: &v1::Request) -> String {
    use v1::request::Body;
    let id = request.id;
    match &request.body {
        Some(Body::Login(l)) => {
            let device = l.device.as_ref().map_or("", |d| d.device_id.as_str());
            let (account, manual, force) = (&l.account, l.manual, l.force);
            format!("#{id} login {account} {device} auth {} manual {manual} force {force}", l.auth_type)
        }
        Some(Body::Resume(r)) => format!("#{id} resume session {}", r.session_id),
        Some(Body::KickDevices(k)) => format!("#{id} kick {:?}", k.device_ids),
        Some(Body::RoomLogin(l)) => format!("#{id} room login {:?}", l.user_uuid),
        Some(Body::Logout(_)) => format!("#{id} logout"),
        Some(Body::RoomLogout(_)) => format!("#{id} room logout"),
        Some(Body::RenewRoomToken(_)) => format!("#{id} renew room token"),
        Some(Body::Ping(_)) | None => format!("#{id}"),
        Some(other) => format!("#{id} {other:?}"),
    }
}

fn reply_line(reply: &v1::Reply) -> String {
    use v1::reply::Body;
    let id = reply.id;
    if let Some(error) = &reply.error {
        let code = Code::from_link(error.code);
        return format!("#{id} refused: {code:?} after {}", error.retry_after_ms);
    }
    match &reply.body {
        Some(Body::Login(d)) => format!("#{id} logged in: session {} epoch {}", d.session_id, d.epoch),
        Some(Body::Resume(d)) => format!("#{id} resumed: epoch {} room {}", d.epoch, d.room.is_some()),
        Some(Body::KickDevices(d)) => format!("#{id} kicked {:?}", d.device_ids),
        Some(Body::Pong(_)) => format!("#{id} pong"),
        Some(Body::RoomLogin(_)) => format!("#{id} room logged in"),
        Some(Body::Logout(_)) => format!("#{id} logged out"),
        Some(Body::RoomLogout(_)) => format!("#{id} room logged out"),
        Some(Body::RenewRoomToken(_)) => format!("#{id} room token renewed"),
        Some(Body::RoomJoin(view)) => format!("#{id} room joined as {} at {:?}", view.rtc_uid, view.at),
        Some(Body::RoomPull(pulled)) => match &pulled.body {
            Some(v1::room_pulled::Body::View(view)) => format!("#{id} room pulled: view at {:?}", view.at),
            Some(v1::room_pulled::Body::Events(events)) => {
                let last = events.events.last().map(|event| event.seq);
                format!("#{id} room pulled: {} events, the last {last:?}", events.events.len())
            }
            other => format!("#{id} room pulled: {other:?}"),
        },
        Some(Body::ChatPull(pulled)) => {
            format!("#{id} chat pulled: {} messages, at {:?}", pulled.messages.len(), pulled.at)
        }
        Some(other) => format!("#{id} {other:?}"),
        None => format!("#{id}"),
    }
}
