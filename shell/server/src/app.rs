//! Apps (tenants): made and changed by administrators, effective at once.

use crate::act::{Act, Decision};
use crate::callback;
use crate::fault::Fault;
use crate::link;
use crate::node::Node;
use crate::setting;
use parlor_identity::app::{AppSettings, AuthTypes, ClientKind, LoginCallback, LoginPolicy, RoomCallback};
use parlor_protocol::causes::Cause;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, AppId, AppKey, SessionId};
use parlor_protocol::limits::{self, Charset, DEVICES_MAX, TextRule};
use parlor_store::rows::{AppRow, Secret, Versioned};
use parlor_store::{Batch, Key, Sequence, Write};
use serde_json::{Value, json};

/// Sessions that one commit ends.
const PAGE: usize = 256;
/// Groups of a custom login policy.
const GROUPS_MAX: usize = 16;
/// Event types of a filter.
const EVENTS_MAX: usize = 64;
/// The name of an event, as `CREATE_ROOM`.
const EVENT_TYPE: TextRule = TextRule::required(64, Charset::Device);
/// Longest time that a replaced secret may go on counting.
const GRACE_MAX_S: u32 = 30 * 24 * 3600;

/// A part of an app that can be switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// Instant messaging.
    Im,
    /// Rooms.
    Room,
}

/// Who administers: the actor of audit rows.
pub fn act(node: &Node, app_id: AppId, actor: &str) -> Act {
    Act { app_id, actor: actor.to_owned(), now_ms: node.clock.now_ms(), once: None }
}

/// Creates an app with IM on, and the room component where it is asked for.
///
/// # Errors
/// The name is not valid or taken.
pub async fn create(node: &Node, actor: &str, name: &str, room_enabled: bool) -> Result<AppRow, Fault> {
    limits::APP_NAME.check("name", name)?;
    let number = node.store.take_numbers(Sequence::App, 1).await?;
    let app_id = AppId(u32::try_from(number.start).map_err(|_| Fault::of(Code::QuotaExceeded))?);
    let act = act(node, app_id, actor);
    act.perform(node, async || {
        let wanted = name.to_owned();
        if node.store.read(move |view| view.app_by_name(&wanted)).await?.is_some() {
            return Err(Fault::field(Code::InvalidParameter, "name", "an app of that name exists already"));
        }
        let app_key = AppKey::parse(&node.random.token())?;
        let row = AppRow {
            app_id,
            app_key,
            app_secret: Secret::new(node.random.token()),
            previous_secret: None,
            name: name.to_owned(),
            settings: AppSettings { room_enabled, ..AppSettings::default() },
            created_at_ms: act.now_ms,
        };
        let batch = Batch::new().expect_version(Key::App(app_id), 0).write(Write::PutApp(row.clone())).write(
            act.audit("app.create", row.app_key.as_str(), &json!({"name": name, "room": room_enabled})),
        );
        Ok(Decision { batch, events: Vec::new(), answer: row })
    })
    .await
}

/// Every app, by name.
///
/// # Errors
/// The store could not be read.
pub async fn all(node: &Node) -> Result<Vec<AppRow>, Fault> {
    let mut apps: Vec<AppRow> =
        node.store.read(|view| view.apps()).await?.into_iter().map(|app| app.row).collect();
    apps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(apps)
}

/// The app of that AppKey or name.
///
/// # Errors
/// There is none.
pub async fn find(node: &Node, key_or_name: &str) -> Result<Versioned<AppRow>, Fault> {
    let wanted = key_or_name.to_owned();
    let found = node
        .store
        .read(move |view| {
            let by_key = AppKey::parse(&wanted).ok().map(|key| view.app_by_key(&key)).transpose()?.flatten();
            Ok(match by_key {
                Some(app) => Some(app),
                None => view.app_by_name(&wanted)?,
            })
        })
        .await?;
    found.ok_or_else(|| {
        Fault::field(Code::AppUnknown, "app", format!("no app has the AppKey or name {key_or_name:?}"))
    })
}

/// Switches a component. Switching off ends the sessions that rest on it.
///
/// # Errors
/// There is no such app, or the store does not write.
pub async fn switch(
    node: &Node,
    actor: &str,
    app: &str,
    component: Component,
    on: bool,
) -> Result<AppRow, Fault> {
    let (name, cause) = match component {
        Component::Im => ("im", Cause::KickedByServer),
        Component::Room => ("room", Cause::ComponentOff),
    };
    let act_name = if on { format!("app.enable-{name}") } else { format!("app.disable-{name}") };
    let row = change(node, actor, app, &act_name, &json!({}), |row, _| match component {
        Component::Im => row.settings.im_enabled = on,
        Component::Room => row.settings.room_enabled = on,
    })
    .await?;
    if !on {
        end_sessions(node, &act(node, row.app_id, actor), component, cause).await?;
    }
    Ok(row)
}

/// Sets which sessions of one account may exist side by side; counts from the next login on.
///
/// # Errors
/// The policy's groups are outside their limits, or there is no such app.
pub async fn set_login_policy(
    node: &Node,
    actor: &str,
    app: &str,
    policy: LoginPolicy,
) -> Result<AppRow, Fault> {
    check_policy(&policy)?;
    let detail = json!({"policy": &policy});
    change(node, actor, app, "app.set-login-policy", &detail, |row, _| {
        row.settings.login_policy = policy.clone()
    })
    .await
}

fn check_policy(policy: &LoginPolicy) -> Result<(), Fault> {
    let LoginPolicy::Custom(groups) = policy else { return Ok(()) };
    limits::check_batch("groups", GROUPS_MAX, groups.len())?;
    let mut kinds: Vec<ClientKind> = Vec::new();
    for group in groups {
        limits::check_range("limit", 1, DEVICES_MAX as i64, group.limit.into())?;
        limits::check_batch("kinds", 64, group.kinds.len())?;
        kinds.extend_from_slice(&group.kinds);
    }
    let all = kinds.len();
    kinds.sort();
    kinds.dedup();
    if kinds.len() < all {
        return Err(Fault::field(Code::InvalidParameter, "kinds", "a kind of client is in one group only"));
    }
    Ok(())
}

/// Sets which credentials logins may use.
///
/// # Errors
/// None is left, or there is no such app.
pub async fn set_auth_types(node: &Node, actor: &str, app: &str, types: AuthTypes) -> Result<AppRow, Fault> {
    if !(types.fixed || types.dynamic || types.callback) {
        return Err(Fault::field(
            Code::InvalidParameter,
            "auth_types",
            "at least one of static, dynamic, callback",
        ));
    }
    let detail = json!({"auth_types": types});
    change(node, actor, app, "app.set-auth-types", &detail, |row, _| row.settings.auth_types = types).await
}

/// Sets where the app's own server is asked about logins; `None` asks nobody.
///
/// # Errors
/// The address may not be used, the timeout is outside its limits, or there is no such app.
pub async fn set_callback(
    node: &Node,
    actor: &str,
    app: &str,
    callback: Option<LoginCallback>,
) -> Result<AppRow, Fault> {
    let config = &node.config.callback;
    if let Some(callback) = &callback {
        callback::check_url(&callback.url, config.allow_private_addresses)
            .map_err(|error| Fault::field(Code::InvalidParameter, "url", error.to_string()))?;
        limits::check_range("timeout_ms", 1, config.max_timeout_ms.into(), callback.timeout_ms.into())?;
    }
    // An address may hold a secret in its query: the audit shows the part before it.
    let shown = callback.as_ref().map(|c| c.url.split(['?', '#']).next().unwrap_or_default().to_owned());
    let detail = json!({"url": shown, "timeout_ms": callback.as_ref().map(|c| c.timeout_ms)});
    change(node, actor, app, "app.set-callback", &detail, |row, _| {
        row.settings.login_callback = callback.clone()
    })
    .await
}

/// Sets where the app's own server is told what happens in rooms; `None` tells nobody. An address that is switched on
/// must answer the empty body `{}` with HTTP status 200 in time.
///
/// # Errors
/// The address may not be used or does not answer, an event type has not its form, or there is no such app.
pub async fn set_room_callback(
    node: &Node,
    actor: &str,
    app: &str,
    callback: Option<RoomCallback>,
) -> Result<AppRow, Fault> {
    if let Some(callback) = &callback {
        let wrong = |message: String| Fault::field(Code::InvalidParameter, "url", message);
        callback::check_url(&callback.url, node.config.callback.allow_private_addresses)
            .map_err(|error| wrong(error.to_string()))?;
        limits::check_count("events", EVENTS_MAX, callback.events.len())?;
        for event in &callback.events {
            EVENT_TYPE.check("events", event)?;
        }
        if callback.on {
            let row = find(node, app).await?.row;
            let tried = node.callbacks.try_out(&row, &callback.url, node.clock.now_ms()).await;
            tried.map_err(|cause| wrong(format!("url does not answer an empty event with 200: {cause}")))?;
        }
    }
    let shown = callback.as_ref().map(|c| c.url.split(['?', '#']).next().unwrap_or_default().to_owned());
    let detail = json!({
        "url": shown, "on": callback.as_ref().map(|c| c.on), "events": callback.as_ref().map(|c| &c.events),
    });
    change(node, actor, app, "app.set-room-callback", &detail, |row, _| {
        row.settings.room_callback = callback.clone()
    })
    .await
}

/// Refuses repeated (Nonce, CurTime) pairs, or accepts them.
///
/// # Errors
/// There is no such app.
pub async fn set_nonce_check(node: &Node, actor: &str, app: &str, on: bool) -> Result<AppRow, Fault> {
    let detail = json!({"on": on});
    change(node, actor, app, "app.set-nonce-check", &detail, |row, _| row.settings.nonce_check = on).await
}

/// Gives the app a new secret; the one before goes on counting for `grace_s` seconds.
///
/// # Errors
/// The grace is outside its limits, or there is no such app.
pub async fn rotate_secret(node: &Node, actor: &str, app: &str, grace_s: u32) -> Result<AppRow, Fault> {
    limits::check_range("grace_s", 0, GRACE_MAX_S.into(), grace_s.into())?;
    let detail = json!({"grace_s": grace_s});
    let secret = node.random.token();
    change(node, actor, app, "app.rotate-secret", &detail, |row, now_ms| {
        let replaced = std::mem::replace(&mut row.app_secret, Secret::new(secret.as_str()));
        let until_ms = now_ms + i64::from(grace_s) * 1000;
        row.previous_secret = (grace_s > 0).then_some((replaced, until_ms));
    })
    .await
}

async fn change(
    node: &Node,
    actor: &str,
    app: &str,
    name: &str,
    detail: &Value,
    mutate: impl Fn(&mut AppRow, i64),
) -> Result<AppRow, Fault> {
    let app_id = find(node, app).await?.row.app_id;
    let act = act(node, app_id, actor);
    let changed = act.perform(node, async || {
        let found = node.store.read(move |view| view.app(app_id)).await?;
        let Versioned { mut row, version } = found.ok_or_else(|| Fault::of(Code::AppUnknown))?;
        mutate(&mut row, act.now_ms);
        let batch = Batch::new()
            .expect_version(Key::App(app_id), version)
            .write(Write::PutApp(row.clone()))
            .write(act.audit(name, row.app_key.as_str(), detail));
        Ok(Decision { batch, events: Vec::new(), answer: row })
    });
    let changed = changed.await;
    // What came of a change that failed may be open.
    setting::changed(node);
    changed
}

/// Ends what rests on a component that was switched off, account by account.
async fn end_sessions(node: &Node, act: &Act, component: Component, cause: Cause) -> Result<(), Fault> {
    let app_id = act.app_id;
    let mut after: Option<(Accid, SessionId)> = None;
    loop {
        let from = after.clone();
        let page = node
            .store
            .read(move |view| {
                view.live_sessions_of_app(app_id, from.as_ref().map(|(accid, id)| (accid, *id)), PAGE)
            })
            .await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.row.accid.clone(), last.row.session_id));
        let ids: Vec<SessionId> = page.iter().map(|session| session.row.session_id).collect();
        act.perform(node, async || {
            let ids = ids.clone();
            let live = node
                .store
                .read(move |view| {
                    let mut live = Vec::new();
                    for id in ids {
                        live.extend(view.session(id)?.filter(|session| session.row.ended.is_none()));
                    }
                    Ok(live)
                })
                .await?;
            let expected = live.iter().fold(act.batch(), |batch, session| {
                batch.expect_version(Key::Session(session.row.session_id), session.version)
            });
            let (batch, events) = match component {
                Component::Im => link::end_sessions(expected, &live, &link::Ending::of(cause), act.now_ms),
                Component::Room => link::end_rooms(expected, &live, cause),
            };
            Ok(Decision { batch, events, answer: () })
        })
        .await?;
    }
}

/// What administrators see of an app. The secret only where it is asked for.
pub fn show(row: &AppRow, with_secret: bool) -> Value {
    let AppSettings {
        im_enabled,
        room_enabled,
        login_policy,
        auth_types,
        login_callback,
        room_callback,
        nonce_check,
    } = &row.settings;
    let mut shown = json!({
        "app_key": row.app_key,
        "name": row.name,
        "im_enabled": im_enabled,
        "room_enabled": room_enabled,
        "login_policy": login_policy,
        "auth_types": auth_types,
        "login_callback": login_callback,
        "room_callback": room_callback,
        "nonce_check": nonce_check,
        "previous_secret_until_ms": row.previous_secret.as_ref().map(|(_, until_ms)| until_ms),
        "created_at_ms": row.created_at_ms,
    });
    if with_secret {
        shown["app_secret"] = row.app_secret.expose().into();
    }
    shown
}

#[cfg(test)]
mod tests;
