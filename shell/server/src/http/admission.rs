//! Who may call: the signature, the tenant, the component, the rate, and a request that comes twice.

use super::Api;
use super::body;
use super::family::Family;
use super::field::Arguments;
use super::route::{Access, Call, Route};
use super::signature::Signature;
use crate::act::Act;
use crate::config::HttpConfig;
use crate::fault::Fault;
use crate::node::Node;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{AppId, AppKey};
use parlor_protocol::limits;
use parlor_store::rows::AppRow;
use parlor_store::{Batch, Expect, OnceKind};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// What the path of a request holds: names and values.
pub type PathParts = Vec<(String, String)>;

/// Admits, reads and performs one request.
pub async fn answer(
    api: &Api,
    route: &Route,
    path: PathParts,
    parts: &Parts,
    body: Body,
) -> Result<Value, Fault> {
    let now_ms = api.node.clock.now_ms();
    let app = match route.access {
        Access::Signed => signed_app(&api.node, &parts.headers, &path, now_ms).await?,
        Access::Login => named_app(&api.node, &path).await?,
    };
    let rate = if route.access == Access::Login { &api.login_rate } else { &api.rate };
    if !rate.take(&app.app_id, now_ms) {
        return Err(Fault::of(Code::TooManyRequests).after(rate.pause_ms()));
    }
    component_is_on(route.family, &app)?;
    let within = Duration::from_millis(api.node.config.http.body_timeout_ms.into());
    let bytes = body::read(body, max_bytes(route.access, &api.node.config.http), within).await?;
    if !route.is_supported() {
        // In whatever form it came: a file upload is no form.
        return Err(Fault::of(Code::NotSupported));
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut arguments = body::parse(route.family, route.carrier(), &parts.headers, query, &bytes)?;
    // The rest may wait for the store, with many others.
    drop(bytes);
    let request_id = request_id(&parts.headers, &arguments)?;
    arguments.add(path.into_iter().map(|(name, value)| (name, Value::String(value))))?;
    let once = request_id.map(|id| mark(app.app_id, id, now_ms));
    let act = Act { app_id: app.app_id, actor: format!("api:{}", app.app_key), now_ms, once };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.ip());
    let call = Call { node: api.node.clone(), app, act, peer, failed_logins: api.failed_logins.clone() };
    route.perform(call, arguments).await
}

/// Strangers send little.
fn max_bytes(access: Access, http: &HttpConfig) -> usize {
    match access {
        Access::Signed => http.max_body_bytes,
        Access::Login => http.max_body_bytes.min(limits::HTTP_LOGIN_BODY_MAX_BYTES),
    }
}

async fn signed_app(
    node: &Node,
    headers: &HeaderMap,
    path: &PathParts,
    now_ms: i64,
) -> Result<AppRow, Fault> {
    let signature = Signature::read(headers)?;
    let app = app_of(node, signature.app_key.clone()).await?;
    signature.check(&app, now_ms)?;
    if path_app_key(path).is_some_and(|named| named != app.app_key.as_str()) {
        return Err(Fault::of(Code::AppKeyMismatch));
    }
    if app.settings.nonce_check {
        let mark = Expect::Once {
            kind: OnceKind::Nonce,
            app_id: app.app_id,
            id: signature.once_id(),
            // Older pairs are refused by their time.
            expires_at_ms: now_ms.saturating_add(2 * limits::CLOCK_SKEW_S * 1000),
            now_ms,
            answer: Vec::new(),
        };
        node.store.commit(Batch::new().expect(mark)).await.map_err(|cause| match Fault::from(cause) {
            fault if fault.code == Code::DuplicateRequest => Fault::of(Code::NonceRepeated),
            fault => fault,
        })?;
    }
    Ok(app)
}

async fn named_app(node: &Node, path: &PathParts) -> Result<AppRow, Fault> {
    let named = path_app_key(path).and_then(|key| AppKey::parse(key).ok());
    app_of(node, named.ok_or_else(|| Fault::of(Code::AppUnknown))?).await
}

async fn app_of(node: &Node, app_key: AppKey) -> Result<AppRow, Fault> {
    let found = node.store.read(move |view| view.app_by_key(&app_key)).await?;
    found.map(|app| app.row).ok_or_else(|| Fault::of(Code::AppUnknown))
}

fn path_app_key(path: &PathParts) -> Option<&str> {
    path.iter().find(|(name, _)| name == "appKey").map(|(_, value)| value.as_str())
}

fn component_is_on(family: Family, app: &AppRow) -> Result<(), Fault> {
    if family.is_room() && !app.settings.room_enabled {
        return Err(Fault::of(Code::RoomComponentOff));
    }
    if app.settings.im_enabled { Ok(()) } else { Err(Fault::of(Code::ImDisabled)) }
}

/// `RequestId`, in a header or among the fields.
fn request_id(headers: &HeaderMap, arguments: &Arguments) -> Result<Option<String>, Fault> {
    let id = match headers.get("RequestId") {
        Some(value) => Some(value.to_str().map_err(|_| {
            Fault::field(Code::InvalidParameter, "RequestId", "the header RequestId must be ASCII")
        })?),
        None => arguments.text("RequestId"),
    };
    let id = id.filter(|id| !id.is_empty());
    limits::REQUEST_ID.check_option("RequestId", id)?;
    Ok(id.map(str::to_owned))
}

/// The mark of a `RequestId`, committed with what it guards.
fn mark(app_id: AppId, id: String, now_ms: i64) -> Expect {
    Expect::Once {
        kind: OnceKind::RequestId,
        app_id,
        id: id.into_bytes(),
        expires_at_ms: now_ms.saturating_add(limits::REQUEST_ID_TTL_S * 1000),
        now_ms,
        answer: Vec::new(),
    }
}
