//! The login call that clients make themselves when IM is not reused: a room credential in, the bound IM account
//! and a one-time ticket for the link out.

use crate::fault::Fault;
use crate::http::field::Kind::{Number, Text};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::identity::check_room_token;
use crate::node::{ATTEMPTS, gave_up, lost_race};
use crate::random::hash;
use axum::http::Method;
use parlor_protocol::ids::{AppId, UserUuid};
use parlor_protocol::v1::RoomAuthType;
use parlor_protocol::{Code, limits};
use parlor_store::rows::{AccessTokenRow, AccountRow, LinkTicketRow, RoomAccountRow, Versioned};
use parlor_store::{Batch, Key, Write};
use schemars::JsonSchema;
use serde::Serialize;
use std::net::IpAddr;

/// The call.
pub fn routes() -> Vec<Route> {
    let path = "/scene/apps/{appKey}/v1/login";
    vec![Route::new(Method::POST, path, "Log a room account in and get a ticket for the link", login).login()]
}

fields! {
    /// A room account and its credential.
    pub struct Login {
        /// The account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Its token, an access token, or a dynamic token.
        user_token / "userToken": String = Text(limits::LOGIN_TOKEN);
        /// 0 a token as it was given out, 1 a dynamic token; 0 when absent.
        auth_type / "authType": Option<i64> = Number { min: 0, max: 1 };
    }
}

/// Who is logged in, and the way onto the link.
#[derive(Serialize, JsonSchema)]
pub struct LoggedIn {
    /// The room account.
    user_uuid: String,
    /// Its display name.
    user_name: String,
    /// Its avatar address.
    icon: String,
    /// Its number in calls.
    rtc_uid: i64,
    /// The IM account that it is bound to.
    im_accid: String,
    /// Logs that account in on the link, once.
    link_ticket: String,
    /// When the ticket stops, in milliseconds since 1970.
    link_ticket_expires_at: i64,
    /// The AppKey for IM.
    im_key: String,
    /// The AppKey for calls.
    rtc_key: String,
}

struct Known {
    room: Versioned<RoomAccountRow>,
    im: Versioned<AccountRow>,
    access_token: Option<AccessTokenRow>,
}

async fn login(call: Call, login: Login) -> Result<LoggedIn, Fault> {
    let attempt = (call.app.app_id, login.user_uuid.clone(), call.peer);
    if !call.failed_logins.ready(&attempt, call.act.now_ms) {
        return Err(Fault::of(Code::TooManyLogins).after(call.failed_logins.pause_ms()));
    }
    for _ in 0..ATTEMPTS {
        if let Some(done) = attempt_login(&call, &login, &attempt).await? {
            return Ok(done);
        }
    }
    Err(gave_up())
}

/// One try; `None` when something it relied on has changed meanwhile.
async fn attempt_login(
    call: &Call,
    login: &Login,
    attempt: &(AppId, UserUuid, Option<IpAddr>),
) -> Result<Option<LoggedIn>, Fault> {
    let known = read(call, login).await?;
    let (app_id, now_ms) = (call.app.app_id, call.act.now_ms);
    let known = check(call, login, known).inspect_err(|fault| {
        if fault.code == Code::RoomTokenIncorrect {
            call.failed_logins.take(attempt, now_ms);
        }
    })?;
    let Known { room, im, .. } = known;
    if !im.row.enabled {
        return Err(Fault::of(Code::AccountDisabled));
    }
    let ticket = hex::encode(call.node.random.bytes::<32>());
    let expires_at_ms = now_ms.saturating_add(limits::LINK_TICKET_TTL_S * 1000);
    let row = LinkTicketRow {
        app_id,
        ticket_hash: hash(ticket.as_bytes()),
        accid: im.row.accid.clone(),
        user_uuid: room.row.user_uuid.clone(),
        expires_at_ms,
    };
    // A token that changes at this moment takes its tickets along: they are made on what it was.
    let batch = Batch::new()
        .expect_version(Key::RoomAccount(app_id, row.user_uuid.clone()), room.version)
        .expect_version(Key::Account(app_id, row.accid.clone()), im.version)
        .write(Write::PutLinkTicket(row));
    let outcome = call.node.store.commit(batch).await;
    if lost_race(&outcome) {
        return Ok(None);
    }
    outcome?;
    let app_key = call.app.app_key.to_string();
    Ok(Some(LoggedIn {
        user_uuid: room.row.user_uuid.to_string(),
        user_name: room.row.user_name,
        icon: room.row.icon,
        rtc_uid: room.row.rtc_uid,
        im_accid: im.row.accid.to_string(),
        link_ticket: ticket,
        link_ticket_expires_at: expires_at_ms,
        im_key: app_key.clone(),
        rtc_key: app_key,
    }))
}

/// Proves the credential. An account that is not there answers as a wrong token does: it does not say which names exist.
fn check(call: &Call, login: &Login, known: Option<Known>) -> Result<Known, Fault> {
    let known = known.ok_or_else(|| Fault::of(Code::RoomTokenIncorrect))?;
    let auth_type = if login.auth_type == Some(1) { RoomAuthType::Dynamic } else { RoomAuthType::Static };
    let (access_token, now_ms) = (known.access_token.as_ref(), call.act.now_ms);
    check_room_token(&call.app, &known.room.row, access_token, auth_type, &login.user_token, now_ms)?;
    Ok(known)
}

async fn read(call: &Call, login: &Login) -> Result<Option<Known>, Fault> {
    let (app_id, user_uuid) = (call.app.app_id, login.user_uuid.clone());
    let token_hash = hash(login.user_token.as_bytes());
    let known = call.node.store.read(move |view| {
        let Some(room) = view.room_account(app_id, &user_uuid)? else { return Ok(None) };
        let Some(im) = view.account(app_id, &room.row.accid)? else { return Ok(None) };
        let access_token =
            view.access_token(app_id, &token_hash)?.filter(|token| token.user_uuid == user_uuid);
        Ok(Some(Known { room, im, access_token }))
    });
    Ok(known.await?)
}
