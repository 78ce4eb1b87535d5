//! Carries out commands on a node, in the running server or in a command that has the folder to itself.

use super::{AccountAct, AccountCommand, AppCommand, Command, room};
use crate::act::Act;
use crate::app::{self, Component};
use crate::backup;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::identity::{im_account, room_account};
use crate::node::Node;
use parlor_identity::identity::Profile;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, AppId, UserUuid};
use parlor_protocol::limits;
use parlor_store::rows::{AccountRow, AuditRow, SessionRow};
use parlor_store::{Batch, Keyring, Write};
use serde_json::{Value, json};

/// Who the audit says it was.
const ACTOR: &str = "cli";
/// The most rows one answer shows.
const ROWS_MAX: usize = 10_000;

/// What commands work on.
pub struct Desk {
    /// The node.
    pub node: Node,
    /// Its folder.
    pub folder: Folder,
    /// The keys of its store.
    pub keyring: Keyring,
}

/// Carries out a command and answers what there is to show.
///
/// # Errors
/// The command's own; see the functions that it names.
pub async fn perform(desk: &Desk, command: Command) -> Result<Value, Fault> {
    let node = &desk.node;
    match command {
        Command::Status => Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "node": node.id,
            "process": std::process::id(),
            "sessions": node.hub.attached(),
        })),
        Command::App(command) => perform_app(node, command).await,
        Command::Account(command) => perform_account(node, command).await,
        Command::Room(command) => room::perform_room(node, ACTOR, command).await,
        Command::Template(command) => room::perform_template(node, ACTOR, command).await,
        Command::Audit { limit } => {
            let limit = limit.min(ROWS_MAX);
            let rows = node.store.read(move |view| view.audit(limit)).await?;
            Ok(rows.iter().map(audit_row).collect())
        }
        Command::Backup { path, with_keys } => {
            let copied = backup::copy(node, &desk.folder, &path, with_keys).await?;
            audit(node, "server.backup", &path.display().to_string(), &json!({"keys": with_keys})).await?;
            Ok(copied)
        }
        Command::Check => Ok(json!(node.store.check().await?)),
        Command::RotateKey => {
            let number = desk.keyring.rotate().map_err(|cause| {
                tracing::error!(%cause, "the key was not rotated");
                Fault::new(Code::ServerError, format!("the key was not rotated: {cause}"))
            })?;
            let resealed = node.store.reseal().await?;
            audit(node, "server.rotate-key", &number.to_string(), &json!({"resealed": resealed})).await?;
            Ok(json!({"key": number, "resealed": resealed}))
        }
    }
}

async fn perform_app(node: &Node, command: AppCommand) -> Result<Value, Fault> {
    let row = match command {
        AppCommand::Create { name, room } => {
            return Ok(app::show(&app::create(node, ACTOR, &name, room).await?, true));
        }
        AppCommand::List => {
            return Ok(app::all(node).await?.iter().map(|row| app::show(row, false)).collect());
        }
        AppCommand::Show { app } => return Ok(app::show(&app::find(node, &app).await?.row, true)),
        AppCommand::RotateSecret { app, grace_s } => {
            return Ok(app::show(&app::rotate_secret(node, ACTOR, &app, grace_s).await?, true));
        }
        AppCommand::SwitchRoom { app, on } => app::switch(node, ACTOR, &app, Component::Room, on).await?,
        AppCommand::SwitchIm { app, on } => app::switch(node, ACTOR, &app, Component::Im, on).await?,
        AppCommand::SetLoginPolicy { app, policy } => {
            app::set_login_policy(node, ACTOR, &app, policy).await?
        }
        AppCommand::SetAuthTypes { app, types } => app::set_auth_types(node, ACTOR, &app, types).await?,
        AppCommand::SetCallback { app, callback } => app::set_callback(node, ACTOR, &app, callback).await?,
        AppCommand::SetRoomCallback { app, callback } => {
            app::set_room_callback(node, ACTOR, &app, callback).await?
        }
        AppCommand::SetNonceCheck { app, on } => app::set_nonce_check(node, ACTOR, &app, on).await?,
    };
    Ok(app::show(&row, false))
}

async fn perform_account(node: &Node, AccountCommand { app, act }: AccountCommand) -> Result<Value, Fault> {
    let app_id = app::find(node, &app).await?.row.app_id;
    let acting = app::act(node, app_id, ACTOR);
    match act {
        AccountAct::Create { accid, token, name } => {
            check_token("token", token.as_deref())?;
            limits::NAME.check("name", &name)?;
            let mut new = im_account::NewAccount::named(Accid::parse(&accid)?, token);
            new.profile = Profile { name, ..Profile::default() };
            Ok(account(&im_account::create(node, &acting, &new).await?, true))
        }
        AccountAct::Show { accid } => show(node, app_id, &Accid::parse(&accid)?).await,
        AccountAct::List { after, limit } => {
            let after = after.map(|accid| Accid::parse_field("after", &accid)).transpose()?;
            let limit = limit.min(ROWS_MAX);
            let rows =
                node.store.read(move |view| view.accounts_after(app_id, after.as_ref(), limit)).await?;
            Ok(rows.iter().map(|found| account(&found.row, false)).collect())
        }
        AccountAct::Block { accid } => {
            let change = im_account::AccountChange {
                enabled: Some(false),
                kick: Some(String::new()),
                ..im_account::AccountChange::default()
            };
            change_account(node, &acting, "account.block", &accid, change).await
        }
        AccountAct::Unblock { accid } => {
            let change =
                im_account::AccountChange { enabled: Some(true), ..im_account::AccountChange::default() };
            change_account(node, &acting, "account.unblock", &accid, change).await
        }
        AccountAct::Kick { accid, text } => {
            limits::KICK_NOTIFY_EXT.check("text", &text)?;
            let accid = Accid::parse(&accid)?;
            let ended = im_account::kick(node, &acting, &accid, &im_account::Which::All, &text).await?;
            Ok(json!({"accid": accid, "ended_sessions": ended.iter().map(session).collect::<Value>()}))
        }
        AccountAct::Token { accid, token } => {
            check_token("token", token.as_deref())?;
            let token = Some(token.unwrap_or_else(|| node.random.token()));
            let change = im_account::AccountChange { token, ..im_account::AccountChange::default() };
            change_account(node, &acting, "account.token", &accid, change).await
        }
        AccountAct::Bind { user_uuid, user_token, accid } => {
            if let Some(token) = &user_token {
                limits::USER_TOKEN.check("user_token", token)?;
            }
            bind(node, &acting, &user_uuid, user_token, &accid).await
        }
    }
}

async fn change_account(
    node: &Node,
    act: &Act,
    name: &str,
    accid: &str,
    change: im_account::AccountChange,
) -> Result<Value, Fault> {
    let with_token = change.token.is_some();
    let row = im_account::change(node, act, name, &Accid::parse(accid)?, &change).await?;
    Ok(account(&row, with_token))
}

async fn bind(
    node: &Node,
    act: &Act,
    user_uuid: &str,
    user_token: Option<String>,
    accid: &str,
) -> Result<Value, Fault> {
    let (user_uuid, accid) = (UserUuid::parse(user_uuid)?, Accid::parse(accid)?);
    let found = im_account::find(node, act.app_id, &accid).await?;
    let im_token = found.ok_or_else(|| Fault::of(Code::AccountNotFound))?.row.token;
    let new = room_account::NewRoomAccount {
        user_uuid,
        user_token,
        user_name: None,
        icon: None,
        im_accid: Some(accid),
        im_token: Some(im_token.expose().to_owned()),
        existing: room_account::OnExisting::Update,
    };
    let bound = room_account::create(node, act, &new).await?;
    Ok(json!({
        "user_uuid": bound.room.user_uuid,
        "user_token": bound.room.user_token.expose(),
        "rtc_uid": bound.room.rtc_uid,
        "accid": bound.room.accid,
    }))
}

async fn show(node: &Node, app_id: AppId, accid: &Accid) -> Result<Value, Fault> {
    let wanted = accid.clone();
    let (found, room, sessions) = node
        .store
        .read(move |view| {
            Ok((
                view.account(app_id, &wanted)?,
                view.room_account_by_accid(app_id, &wanted)?,
                view.live_sessions(app_id, &wanted)?,
            ))
        })
        .await?;
    let mut shown = account(&found.ok_or_else(|| Fault::of(Code::AccountNotFound))?.row, true);
    shown["room_account"] = room.map_or(Value::Null, |room| {
        json!({
            "user_uuid": room.row.user_uuid,
            "user_token": room.row.user_token.expose(),
            "user_name": room.row.user_name,
            "rtc_uid": room.row.rtc_uid,
        })
    });
    shown["sessions"] = sessions.iter().map(|found| session(&found.row)).collect();
    Ok(shown)
}

fn check_token(field: &'static str, token: Option<&str>) -> Result<(), Fault> {
    Ok(limits::IM_TOKEN.check_option(field, token)?)
}

fn account(row: &AccountRow, with_token: bool) -> Value {
    let mut shown = json!({
        "accid": row.accid,
        "name": row.profile.name,
        "enabled": row.enabled,
        "created_at_ms": row.created_at_ms,
        "updated_at_ms": row.updated_at_ms,
    });
    if with_token {
        shown["token"] = row.token.expose().into();
    }
    shown
}

fn session(row: &SessionRow) -> Value {
    json!({
        "session_id": row.session_id.to_string(),
        "device_id": row.device_id,
        "client_type": row.client_type,
        "login_at_ms": row.login_at_ms,
        "user_uuid": row.room.as_ref().map(|room| &room.user_uuid),
    })
}

fn audit_row(row: &AuditRow) -> Value {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_else(|_| row.detail.clone().into());
    json!({"at_ms": row.at_ms, "actor": row.actor, "act": row.act, "subject": row.subject, "detail": detail})
}

async fn audit(node: &Node, act: &str, subject: &str, detail: &Value) -> Result<(), Fault> {
    let row = AuditRow {
        at_ms: node.clock.now_ms(),
        actor: ACTOR.to_owned(),
        act: act.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
    };
    Ok(node.store.commit(Batch::new().write(Write::Audit(row))).await?)
}
