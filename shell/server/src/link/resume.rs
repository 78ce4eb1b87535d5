//! A resume: the same session on a new connection, under a new epoch.

use super::login::WIRE_VERSION;
use super::other_devices;
use crate::fault::Fault;
use crate::mutation::{self, Mutation};
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use crate::random::hash;
use crate::room::rooms_of;
use crate::session::{Origin, Session, room_identity};
use parlor_bus::Event;
use parlor_identity::token::same_secret;
use parlor_protocol::ids::{AppKey, SessionId};
use parlor_protocol::{Cause, Code, v1};
use parlor_store::rows::{AccountRow, AppRow, LoginRow, RoomAccountRow, SessionRow, Versioned};
use parlor_store::{Batch, Key, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

struct Known {
    app: Versioned<AppRow>,
    account: Versioned<AccountRow>,
    login: Versioned<LoginRow>,
    session: Versioned<SessionRow>,
    live: Vec<Versioned<SessionRow>>,
    room: Option<Versioned<RoomAccountRow>>,
}

/// Takes up a session whose link was lost. A session that has ended says why, so that the client knows whether to
/// come back.
pub async fn resume(node: &Node, origin: &Origin, resume: v1::Resume) -> Result<v1::ResumeDone, Fault> {
    if resume.version < WIRE_VERSION {
        return Err(Fault::of(Code::ProtocolVersion));
    }
    let app_key = AppKey::parse(&resume.app_key)?;
    node.admissions.enter(node.clock.now_ms(), |bound| node.random.below(bound))?;
    for _ in 0..ATTEMPTS {
        let known = read(node, app_key.clone(), SessionId(resume.session_id)).await?;
        check(&known, &resume)?;
        if let Some(done) = attempt(node, origin, known).await? {
            return Ok(done);
        }
    }
    Err(gave_up())
}

async fn read(node: &Node, app_key: AppKey, session_id: SessionId) -> Result<Known, Fault> {
    let known = node.store.read(move |view| {
        let Some(app) = view.app_by_key(&app_key)? else { return Ok(None) };
        let app_id = app.row.app_id;
        let Some(session) = view.session(session_id)?.filter(|s| s.row.app_id == app_id) else {
            return Ok(None);
        };
        let accid = &session.row.accid;
        let (Some(account), Some(login)) = (view.account(app_id, accid)?, view.login(app_id, accid)?) else {
            return Ok(None);
        };
        let live = view.live_sessions(app_id, accid)?;
        let room = match &session.row.room {
            Some(room) => view.room_account(app_id, &room.user_uuid)?,
            None => None,
        };
        Ok(Some(Known { app, account, login, session, live, room }))
    });
    known.await?.ok_or_else(|| Fault::of(Code::SessionExpired))
}

fn check(known: &Known, resume: &v1::Resume) -> Result<(), Fault> {
    let session = &known.session.row;
    if !same_secret(&hash(&resume.resume_key), &session.resume_key_hash) {
        return Err(Fault::of(Code::SessionExpired));
    }
    if let Some(ended) = &session.ended
        && !mutation::on(Mutation::ResumeAfterKick)
    {
        let code = Cause::from_name(&ended.cause).map_or(Code::SessionExpired, Cause::code);
        return Err(match ended.description.as_str() {
            "" => Fault::of(code),
            description => Fault::new(code, description),
        });
    }
    if !known.account.row.enabled {
        return Err(Fault::of(Code::AccountDisabled));
    }
    if !known.app.row.settings.im_enabled {
        return Err(Fault::of(Code::ImDisabled));
    }
    Ok(())
}

/// One try; `None` when something it relied on has changed meanwhile.
async fn attempt(node: &Node, origin: &Origin, known: Known) -> Result<Option<v1::ResumeDone>, Fault> {
    let mut row = known.session.row.clone();
    row.epoch = known.login.row.last_epoch.next();
    row.node = node.id.clone();
    row.ended = None;
    let mut login = known.login.row.clone();
    login.last_epoch = row.epoch;
    let (app_id, accid) = (row.app_id, row.accid.clone());
    let batch = Batch::new()
        .expect_version(Key::Account(app_id, accid.clone()), known.account.version)
        .expect_version(Key::Login(app_id, accid.clone()), known.login.version)
        .expect_version(Key::Session(row.session_id), known.session.version)
        .write(Write::PutLogin(login))
        .write(Write::PutSession(row.clone()));
    let session = Arc::new(Session::of(&row));
    // On the hub before the commit: a kick that follows it at once must find the connection.
    if !node.hub.attach(&session.account, row.session_id, row.epoch, &origin.outbox) {
        return Ok(None);
    }
    origin.slot.fill(session.clone());
    let outcome = node.store.commit(batch).await;
    if outcome.is_err() {
        origin.slot.clear();
        if node.hub.remove(&session.account, row.session_id, &origin.outbox)
            && known.session.row.node == node.id
        {
            // Its earlier connection was closed for this one: the session waits for its client still.
            let until = Instant::now() + Duration::from_millis(node.config.link.resume_window_ms.into());
            node.hub.adopt(&session.account, row.session_id, known.session.row.epoch, until);
        }
    }
    if lost_race(&outcome) {
        return Ok(None);
    }
    outcome?;
    if let Some(room) = &row.room {
        node.hub.room_began(&session.account, row.session_id, room.login_at_ms);
        for archive_id in rooms_of(node, row.session_id).await? {
            node.hub.enter_room(&session.account, row.session_id, archive_id);
        }
    }
    node.publish(vec![Event::SessionResumed {
        app_id,
        accid,
        session_id: row.session_id,
        epoch: row.epoch,
        node: node.id.clone(),
    }])
    .await;
    let link = &node.config.link;
    Ok(Some(v1::ResumeDone {
        epoch: row.epoch.0,
        server_time_ms: node.clock.now_ms(),
        ping_interval_ms: link.ping_interval_ms,
        resume_window_ms: link.resume_window_ms,
        other_devices: other_devices(&known.live, row.session_id),
        room: known
            .room
            .zip(row.room)
            .map(|(account, room)| room_identity(&account.row, room.login_at_ms, None)),
    }))
}
