//! The room account on the link: a child of the IM session that carries it, and the rule of reuse.

pub mod im_account;
pub mod room_account;

use crate::fault::Fault;
use crate::link::credential_of_app;
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use crate::random::hash;
use crate::room::user;
use crate::session::{Session, room_identity};
use parlor_identity::identity::check_binding;
use parlor_identity::token::{TokenError, same_secret};
use parlor_protocol::ids::UserUuid;
use parlor_protocol::{Cause, Code, limits, v1};
use parlor_store::rows::{
    AccessTokenRow, AccountRow, AppRow, RoomAccountRow, RoomSession, SessionRow, Versioned,
};
use parlor_store::{Batch, Key, Write};

/// What one read finds about a room login.
struct Known {
    app: Versioned<AppRow>,
    account: Versioned<AccountRow>,
    session: Versioned<SessionRow>,
    room_account: Option<Versioned<RoomAccountRow>>,
    access_token: Option<AccessTokenRow>,
}

/// Logs a room account in on the session: token (1027, 1026), then binding (100005), then whether the account and the
/// component are on. For the account that is logged in already it succeeds again.
pub async fn room_login(
    node: &Node,
    session: &Session,
    login: v1::RoomLogin,
) -> Result<v1::RoomLoginDone, Fault> {
    let user_uuid = match login.auth_type() {
        v1::RoomAuthType::Im => None,
        _ => Some(UserUuid::parse_field("user_uuid", &login.user_uuid)?),
    };
    if user_uuid.is_some() {
        limits::LOGIN_TOKEN.check("token", &login.token)?;
    }
    for _ in 0..ATTEMPTS {
        let known = read(node, session, user_uuid.as_ref(), &login.token).await?;
        let now_ms = node.clock.now_ms();
        node.admissions.check_room(&session.account, now_ms)?;
        let room_account = check_credential(&known, login.auth_type(), &login.token, now_ms)
            .inspect_err(|fault| count_guess(node, session, fault, now_ms))?;
        check_binding(session.account.1.as_str(), room_account.row.accid.as_str())
            .map_err(|_| Fault::of(Code::ReuseImAccountMismatch))?;
        if !known.account.row.enabled {
            return Err(Fault::of(Code::AccountDisabled));
        }
        if !known.app.row.settings.room_enabled {
            return Err(Fault::of(Code::RoomComponentOff));
        }
        let user_uuid = room_account.row.user_uuid.clone();
        match &known.session.row.room {
            Some(room) if room.user_uuid == user_uuid => {
                return done(node, &room_account.row, room.login_at_ms).await;
            }
            Some(_) => return Err(Fault::of(Code::RoomLoggedInOther)),
            None => {}
        }
        let mut row = known.session.row.clone();
        row.room = Some(RoomSession { user_uuid: user_uuid.clone(), login_at_ms: now_ms });
        let app_id = session.app_id;
        let batch = Batch::new()
            .expect(session.fence())
            .expect_version(Key::App(app_id), known.app.version)
            .expect_version(Key::Account(app_id, row.accid.clone()), known.account.version)
            .expect_version(Key::RoomAccount(app_id, user_uuid.clone()), room_account.version)
            .write(Write::PutSession(row));
        let outcome = node.store.commit(batch).await;
        if lost_race(&outcome) {
            continue;
        }
        outcome?;
        node.hub.room_began(&session.account, session.session_id, now_ms);
        return done(node, &room_account.row, now_ms).await;
    }
    Err(gave_up())
}

async fn done(node: &Node, row: &RoomAccountRow, login_at_ms: i64) -> Result<v1::RoomLoginDone, Fault> {
    let user_at = user::place(node, row).await?;
    Ok(v1::RoomLoginDone { room: Some(room_identity(row, login_at_ms, Some(user_at))) })
}

/// Guessing room tokens on the link is slowed down as it is on the login call over HTTP.
fn count_guess(node: &Node, session: &Session, fault: &Fault, now_ms: i64) {
    if fault.code == Code::RoomTokenIncorrect {
        node.admissions.room_failed(&session.account, now_ms);
    }
}

/// Ends the room session; the IM session goes on. Repeating it is no error.
pub async fn room_logout(node: &Node, session: &Session) -> Result<v1::RoomLogoutDone, Fault> {
    for _ in 0..ATTEMPTS {
        let session_id = session.session_id;
        let row = node.store.read(move |view| view.session(session_id)).await?;
        let Some(mut row) = row.map(|r| r.row) else { break };
        let Some(room) = row.room.take() else { break };
        let outcome =
            node.store.commit(Batch::new().expect(session.fence()).write(Write::PutSession(row))).await;
        if lost_race(&outcome) {
            continue;
        }
        outcome?;
        node.hub.room_ended(&session.account, session_id, room.login_at_ms);
        break;
    }
    Ok(v1::RoomLogoutDone {})
}

/// Proves the room account that is logged in here anew, without leaving.
pub async fn renew_room_token(
    node: &Node,
    session: &Session,
    renew: v1::RenewRoomToken,
) -> Result<v1::RenewRoomTokenDone, Fault> {
    limits::LOGIN_TOKEN.check("token", &renew.token)?;
    let session_id = session.session_id;
    let row = node.store.read(move |view| view.session(session_id)).await?;
    let room = row.and_then(|r| r.row.room).ok_or_else(|| Fault::of(Code::RoomNotLoggedIn))?;
    if renew.auth_type() == v1::RoomAuthType::Im {
        return Err(Fault::field(Code::InvalidParameter, "auth_type", "auth_type: a token has to be given"));
    }
    let known = read(node, session, Some(&room.user_uuid), &renew.token).await?;
    check_credential(&known, renew.auth_type(), &renew.token, node.clock.now_ms())?;
    Ok(v1::RenewRoomTokenDone {})
}

async fn read(
    node: &Node,
    session: &Session,
    user_uuid: Option<&UserUuid>,
    token: &str,
) -> Result<Known, Fault> {
    let (app_id, accid) = session.account.clone();
    let (session_id, user_uuid, token_hash) =
        (session.session_id, user_uuid.cloned(), hash(token.as_bytes()));
    let known = node.store.read(move |view| {
        let (Some(app), Some(account), Some(session)) =
            (view.app(app_id)?, view.account(app_id, &accid)?, view.session(session_id)?)
        else {
            return Ok(None);
        };
        let room_account = match &user_uuid {
            Some(user_uuid) => view.room_account(app_id, user_uuid)?,
            None => view.room_account_by_accid(app_id, &accid)?,
        };
        let access_token =
            view.access_token(app_id, &token_hash)?.filter(|t| Some(&t.user_uuid) == user_uuid.as_ref());
        Ok(Some(Known { app, account, session, room_account, access_token }))
    });
    let known = known.await?.ok_or_else(|| Fault::of(Code::SessionEnded))?;
    match &known.session.row.ended {
        Some(ended) => {
            let code = Cause::from_name(&ended.cause).map_or(Code::SessionEnded, Cause::code);
            Err(Fault::of(code))
        }
        None => Ok(known),
    }
}

/// The room account that the credential proves.
fn check_credential<'a>(
    known: &'a Known,
    auth_type: v1::RoomAuthType,
    token: &str,
    now_ms: i64,
) -> Result<&'a Versioned<RoomAccountRow>, Fault> {
    let incorrect = || Fault::of(Code::RoomTokenIncorrect);
    if auth_type == v1::RoomAuthType::Im {
        return known.room_account.as_ref().ok_or_else(|| Fault::of(Code::RoomAccountNotFound));
    }
    let account = known.room_account.as_ref().ok_or_else(incorrect)?;
    check_room_token(&known.app.row, &account.row, known.access_token.as_ref(), auth_type, token, now_ms)?;
    Ok(account)
}

/// Checks a room credential: the account's user token, an access token with a lifetime (`access_token` is its row, if
/// there is one for this account), or a dynamic token signed over the user uuid.
pub fn check_room_token(
    app: &AppRow,
    account: &RoomAccountRow,
    access_token: Option<&AccessTokenRow>,
    auth_type: v1::RoomAuthType,
    token: &str,
    now_ms: i64,
) -> Result<(), Fault> {
    let incorrect = || Fault::of(Code::RoomTokenIncorrect);
    match auth_type {
        v1::RoomAuthType::Dynamic => {
            if !app.settings.auth_types.dynamic {
                return Err(Fault::of(Code::AuthTypeNotEnabled));
            }
            credential_of_app(app, account.user_uuid.as_str(), token, now_ms).map_err(|cause| match cause {
                TokenError::Incorrect => incorrect(),
                TokenError::Expired => Fault::of(Code::RoomTokenExpired),
            })
        }
        // Only the link itself can vouch for an IM login.
        v1::RoomAuthType::Im => Err(incorrect()),
        v1::RoomAuthType::Static => {
            if same_secret(account.user_token.expose().as_bytes(), token.as_bytes()) {
                return Ok(());
            }
            match access_token {
                Some(row) if row.expires_at_ms > now_ms => Ok(()),
                Some(_) => Err(Fault::of(Code::RoomTokenExpired)),
                None => Err(incorrect()),
            }
        }
    }
}
