//! A login: who, whether, and whose session it ends; one commit.

use super::credential::{self, Candidate, Proof};
use super::{Ending, end_sessions, other_devices, session_device};
use crate::fault::Fault;
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use crate::random::hash;
use crate::room::user;
use crate::session::{Origin, Session, room_identity};
use parlor_bus::Event;
use parlor_identity::app::Class;
use parlor_identity::link::{Admission, LastLogin, Newcomer, Present, admit};
use parlor_protocol::ids::{Accid, AppKey, DeviceId, Epoch, SessionId};
use parlor_protocol::{Cause, Code, limits, v1};
use parlor_store::rows::{
    AccountRow, AppRow, LinkTicketRow, LoginRow, RoomAccountRow, RoomSession, SessionRow, Versioned,
};
use parlor_store::{Batch, Key, Write};
use std::sync::Arc;

/// The version of the wire protocol that this server speaks.
pub(super) const WIRE_VERSION: u32 = 1;

/// What one read finds about a login.
struct Known {
    app: Versioned<AppRow>,
    ticket: Option<LinkTicketRow>,
    account: Option<Versioned<AccountRow>>,
    login: Option<Versioned<LoginRow>>,
    live: Vec<Versioned<SessionRow>>,
    last_of_device: Option<Versioned<SessionRow>>,
    room_account: Option<Versioned<RoomAccountRow>>,
}

/// The request, checked.
struct Checked {
    app_key: AppKey,
    accid: Option<Accid>,
    newcomer: Newcomer,
    device: v1::Device,
    login: v1::Login,
}

/// Logs a device in (DESIGN 4). The new session replaces what the app's policy does not allow beside it.
pub async fn login(node: &Node, origin: &Origin, login: v1::Login) -> Result<v1::LoginDone, Fault> {
    let checked = check(login)?;
    node.admissions.enter(node.clock.now_ms(), |bound| node.random.below(bound))?;
    for _ in 0..ATTEMPTS {
        let known = read(node, &checked).await?;
        if let Some(done) = attempt(node, origin, &checked, known).await? {
            return Ok(done);
        }
    }
    Err(gave_up())
}

fn check(login: v1::Login) -> Result<Checked, Fault> {
    if login.version == 0 {
        return Err(Fault::of(Code::ProtocolVersion));
    }
    let app_key = AppKey::parse(&login.app_key)?;
    let accid = match login.auth_type() {
        v1::AuthType::Ticket => None,
        _ => Some(Accid::parse(&login.account)?),
    };
    limits::LOGIN_TOKEN.check("token", &login.token)?;
    limits::LOGIN_EXTENSION.check("login_extension", &login.login_extension)?;
    let device = login
        .device
        .clone()
        .ok_or_else(|| Fault::field(Code::InvalidParameter, "device", "device: must be given"))?;
    limits::CUSTOM_TAG.check("custom_tag", &device.custom_tag)?;
    limits::DEVICE_DESCRIPTION.check("os", &device.os)?;
    let newcomer = Newcomer {
        device_id: DeviceId::parse(&device.device_id)?,
        client_type: device.client_type,
        custom_client_type: device.custom_client_type.max(0),
        manual: login.manual,
        force: login.force,
    };
    Ok(Checked { app_key, accid, newcomer, device, login })
}

async fn read(node: &Node, checked: &Checked) -> Result<Known, Fault> {
    let (app_key, accid) = (checked.app_key.clone(), checked.accid.clone());
    let ticket_hash = credential::ticket_hash(&checked.login);
    let device_id = checked.newcomer.device_id.clone();
    let known = node.store.read(move |view| {
        let Some(app) = view.app_by_key(&app_key)? else { return Ok(None) };
        let app_id = app.row.app_id;
        let ticket = match ticket_hash {
            Some(hash) => view.link_ticket(app_id, &hash)?,
            None => None,
        };
        let room_account = match &ticket {
            Some(ticket) => view.room_account(app_id, &ticket.user_uuid)?,
            None => None,
        };
        let Some(accid) = accid.or_else(|| ticket.as_ref().map(|t| t.accid.clone())) else {
            return Ok(Some(Known {
                app,
                ticket,
                account: None,
                login: None,
                live: Vec::new(),
                last_of_device: None,
                room_account,
            }));
        };
        Ok(Some(Known {
            account: view.account(app_id, &accid)?,
            login: view.login(app_id, &accid)?,
            live: view.live_sessions(app_id, &accid)?,
            last_of_device: view.last_session_of_device(app_id, &accid, &device_id)?,
            app,
            ticket,
            room_account,
        }))
    });
    known.await?.ok_or_else(|| Fault::of(Code::AppUnknown))
}

/// One try; `None` when something it relied on has changed meanwhile.
async fn attempt(
    node: &Node,
    origin: &Origin,
    checked: &Checked,
    known: Known,
) -> Result<Option<v1::LoginDone>, Fault> {
    if !known.app.row.settings.im_enabled {
        return Err(Fault::of(Code::ImDisabled));
    }
    let accid = checked.accid.clone().or_else(|| known.ticket.as_ref().map(|t| t.accid.clone()));
    let accid = accid.ok_or_else(|| Fault::of(Code::LinkTicketInvalid))?;
    let candidate = Candidate {
        app: &known.app.row,
        account: known.account.as_ref().map(|a| &a.row),
        ticket: known.ticket.as_ref(),
    };
    let proof = credential::check(node, origin, &checked.login, &accid, candidate).await?;
    let account = known.account.as_ref().ok_or_else(|| Fault::of(Code::ImTokenIncorrect))?;
    let room = room_of(&proof, &known)?;
    let evictions = decide(&known, &checked.newcomer)?;

    let epoch = known.login.as_ref().map_or(Epoch(0), |l| l.row.last_epoch).next();
    let session_id = SessionId(node.session_numbers.next().await?);
    let resume_key: [u8; 32] = node.random.bytes();
    let now_ms = node.clock.now_ms();
    let row = SessionRow {
        app_id: known.app.row.app_id,
        session_id,
        accid: accid.clone(),
        device_id: checked.newcomer.device_id.clone(),
        client_type: checked.newcomer.client_type,
        custom_client_type: checked.newcomer.custom_client_type,
        custom_tag: checked.device.custom_tag.clone(),
        os: checked.device.os.clone(),
        epoch,
        node: node.id.clone(),
        resume_key_hash: hash(&resume_key),
        login_at_ms: now_ms,
        room: room.map(|r| RoomSession { user_uuid: r.row.user_uuid.clone(), login_at_ms: now_ms }),
        ended: None,
    };
    let (batch, mut events) = commit_of(&known, account, room, &row, &checked.newcomer, &evictions, now_ms);
    let batch = match &proof.ticket {
        Some(ticket) => batch.write(Write::TakeLinkTicket(ticket.app_id, ticket.ticket_hash)),
        None => batch,
    };
    let session = Arc::new(Session::of(&row));
    // On the hub before the commit: a kick that follows it at once must find the connection.
    let _ = node.hub.attach(&session.account, session_id, epoch, &origin.outbox);
    origin.slot.fill(session.clone());
    let outcome = node.store.commit(batch).await;
    if outcome.is_err() {
        origin.slot.clear();
        node.hub.remove(&session.account, session_id, &origin.outbox);
    }
    if lost_race(&outcome) {
        return Ok(None);
    }
    outcome?;
    if room.is_some() {
        node.hub.room_began(&session.account, session_id, now_ms);
    }
    events.push(Event::SessionBegan { app_id: row.app_id, accid, device: session_device(&row) });
    node.publish(events).await;
    let gone: Vec<SessionId> = evictions.iter().map(|(id, _)| *id).collect();
    let mut remaining = known.live.clone();
    remaining.retain(|s| !gone.contains(&s.row.session_id));
    let room = identity_of(node, room, row.login_at_ms).await?;
    Ok(Some(done(node, &row, resume_key, other_devices(&remaining, session_id), room)))
}

/// The room account that a ticket login brings along; it must still be the bound one.
fn room_of<'a>(proof: &Proof, known: &'a Known) -> Result<Option<&'a Versioned<RoomAccountRow>>, Fault> {
    let Some(ticket) = &proof.ticket else { return Ok(None) };
    if !known.app.row.settings.room_enabled {
        return Err(Fault::of(Code::RoomComponentOff));
    }
    let bound = known.room_account.as_ref().filter(|r| r.row.accid == ticket.accid);
    bound.map(Some).ok_or_else(|| Fault::of(Code::LinkTicketInvalid))
}

fn decide(known: &Known, newcomer: &Newcomer) -> Result<Vec<(SessionId, Cause)>, Fault> {
    let present: Vec<Present> = known
        .live
        .iter()
        .map(|s| Present {
            session_id: s.row.session_id,
            device_id: s.row.device_id.clone(),
            client_type: s.row.client_type,
            custom_client_type: s.row.custom_client_type,
            epoch: s.row.epoch,
        })
        .collect();
    let ended = known.last_of_device.as_ref().and_then(|s| s.row.ended.as_ref());
    let last = LastLogin {
        device_id: known.login.as_ref().and_then(|l| l.row.last_device.clone()),
        of_class: known.login.as_ref().and_then(|l| match Class::of(newcomer.client_type) {
            Class::Desktop => l.row.last_desktop.clone(),
            Class::Mobile => l.row.last_mobile.clone(),
        }),
        kicked: ended.and_then(|e| Cause::from_name(&e.cause)).is_some_and(|c| !c.may_come_back()),
    };
    match admit(&known.app.row.settings.login_policy, &present, newcomer, &last) {
        Admission::Admit(evictions) => Ok(evictions
            .into_iter()
            .map(|e| {
                let cause =
                    if e.same_device { Cause::ReplacedBySameDevice } else { Cause::KickedByOtherDevice };
                (e.session_id, cause)
            })
            .collect()),
        Admission::DeviceLimit => Err(Fault::of(Code::DeviceLimit)),
        Admission::ReconnectRefused => Err(Fault::of(Code::ReconnectRefused)),
    }
}

fn commit_of(
    known: &Known,
    account: &Versioned<AccountRow>,
    room: Option<&Versioned<RoomAccountRow>>,
    row: &SessionRow,
    newcomer: &Newcomer,
    evictions: &[(SessionId, Cause)],
    now_ms: i64,
) -> (Batch, Vec<Event>) {
    let (app_id, accid) = (row.app_id, row.accid.clone());
    let (before, device) = (known.login.as_ref().map(|l| &l.row), Some(newcomer.device_id.clone()));
    let (mut last_desktop, mut last_mobile) =
        before.map_or((None, None), |l| (l.last_desktop.clone(), l.last_mobile.clone()));
    match Class::of(newcomer.client_type) {
        Class::Desktop => last_desktop.clone_from(&device),
        Class::Mobile => last_mobile.clone_from(&device),
    }
    let login = LoginRow {
        app_id,
        accid: accid.clone(),
        last_epoch: row.epoch,
        last_device: device,
        last_desktop,
        last_mobile,
    };
    let mut batch = Batch::new()
        .expect_version(Key::App(app_id), known.app.version)
        .expect_version(Key::Account(app_id, accid.clone()), account.version)
        .expect_version(Key::Login(app_id, accid), known.login.as_ref().map_or(0, |l| l.version));
    if let Some(room) = room {
        batch = batch.expect_version(Key::RoomAccount(app_id, room.row.user_uuid.clone()), room.version);
    }
    let mut events = Vec::new();
    for (session_id, cause) in evictions {
        let evicted: Vec<_> =
            known.live.iter().filter(|s| s.row.session_id == *session_id).cloned().collect();
        let ending = Ending::of(*cause).by(newcomer.client_type, newcomer.custom_client_type);
        let ended;
        (batch, ended) = end_sessions(batch, &evicted, &ending, now_ms);
        events.extend(ended);
    }
    (batch.write(Write::PutLogin(login)).write(Write::PutSession(row.clone())), events)
}

async fn identity_of(
    node: &Node,
    room: Option<&Versioned<RoomAccountRow>>,
    login_at_ms: i64,
) -> Result<Option<v1::RoomIdentity>, Fault> {
    let Some(room) = room else { return Ok(None) };
    let user_at = user::place(node, &room.row).await?;
    Ok(Some(room_identity(&room.row, login_at_ms, Some(user_at))))
}

fn done(
    node: &Node,
    row: &SessionRow,
    resume_key: [u8; 32],
    other_devices: Vec<v1::Device>,
    room: Option<v1::RoomIdentity>,
) -> v1::LoginDone {
    let link = &node.config.link;
    v1::LoginDone {
        version: WIRE_VERSION,
        account: row.accid.to_string(),
        session_id: row.session_id.0,
        resume_key: resume_key.to_vec(),
        epoch: row.epoch.0,
        server_time_ms: node.clock.now_ms(),
        ping_interval_ms: link.ping_interval_ms,
        resume_window_ms: link.resume_window_ms,
        other_devices,
        capabilities: Vec::new(),
        room,
    }
}
