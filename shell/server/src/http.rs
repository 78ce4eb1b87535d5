//! The HTTP API: one table of routes makes the router, the checks and the description.

pub mod admission;
pub mod body;
pub mod chat;
pub mod cors;
pub mod declined;
pub mod family;
pub mod field;
mod file;
pub mod identity;
pub mod json;
pub mod limiter;
pub mod openapi;
pub mod probe;
pub mod published;
pub mod room;
pub mod route;
pub mod signature;
mod web;

use crate::fault::Fault;
use crate::node::Node;
use admission::PathParts;
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use declined::Lookup;
use family::{Family, Receipt};
use limiter::{AppRate, FailedLogins};
use parlor_protocol::codes::Code;
use parlor_protocol::limits;
use probe::Probe;
use route::{Access, Route};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument as _;

/// What every request shares.
#[derive(Clone)]
pub struct Api {
    node: Node,
    rate: Arc<AppRate>,
    login_rate: Arc<AppRate>,
    failed_logins: Arc<FailedLogins>,
}

/// Every call of the API.
pub fn routes() -> Vec<Route> {
    [identity::routes(), room::routes(), chat::routes()].into_iter().flatten().collect()
}

/// Every question that anyone may ask; the last is for the description of all the others.
pub fn probes() -> Vec<Probe> {
    let mut probes = probe::probes();
    probes.push(Probe {
        path: "/openapi.json",
        summary: "This description",
        answer: |_, _| json(openapi::document()),
    });
    probes
}

/// The API as a router. It holds the fallback for unknown paths: merge others into it that have none.
pub fn router(node: Node) -> Router {
    router_of(node, routes())
}

/// The same with these calls only, for whoever knows what will be asked.
pub fn router_of(node: Node, routes: Vec<Route>) -> Router {
    let http = &node.config.http;
    let api = Api {
        rate: Arc::new(AppRate::new(http.requests_per_s, 1000)),
        login_rate: Arc::new(AppRate::new(http.logins_per_s, 1000)),
        failed_logins: Arc::new(FailedLogins::new(node.config.link.failed_logins_per_minute, 60_000)),
        node,
    };
    let mut router = Router::new();
    let mut places = Places::default();
    for route in routes {
        let Ok(filter) = MethodFilter::try_from(route.method.clone()) else { continue };
        let open = route.access == Access::Login;
        let (api, route) = (api.clone(), Arc::new(route));
        for path in [Some(route.path.to_owned()), Family::twin(route.path)].into_iter().flatten() {
            let (api, route) = (api.clone(), route.clone());
            let serve = move |request: Request| serve_routed(api.clone(), route.clone(), request);
            let mut method = on(filter, serve);
            if open {
                method = method.options(cors::preflight);
            }
            router = router.route(&places.of(path), method);
        }
    }
    for probe in probes() {
        let node = api.node.clone();
        router = router
            .route(probe.path, get(move |request: Request| async move { (probe.answer)(&node, &request) }));
    }
    router = router.merge(file::router(api.node.clone())).merge(web::router(api.node.clone()));
    let wrong_method = api.clone();
    router
        .method_not_allowed_fallback(move |request: Request| {
            serve_other(wrong_method.clone(), request, Code::MethodNotAllowed)
        })
        .fallback(move |request: Request| serve_other(api.clone(), request, Code::NotFound))
}

/// The place of a request among those that figures are kept of: a template of paths, or `other`.
pub fn place(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    matched.or_else(|| declined::template(request.uri().path())).unwrap_or_else(|| "other".to_owned())
}

/// Templates by their shape. Calls of one shape and different methods are one place in the router, whose parts have the
/// names that the first of them gives.
#[derive(Default)]
struct Places(BTreeMap<Vec<String>, String>);

impl Places {
    fn of(&mut self, path: String) -> String {
        let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
        let shape = path.split('/').map(part).collect();
        self.0.entry(shape).or_insert(path).clone()
    }
}

/// Answers a request that the router found a route for.
async fn serve_routed(api: Api, route: Arc<Route>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = RawPathParams::from_request_parts(&mut parts, &()).await;
    let path = match path {
        Ok(path) => Ok(path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()),
        Err(_) => Err(Fault::new(Code::InvalidParameter, "the path is not UTF-8")),
    };
    serve(&api, &route, path, parts, body).await
}

/// Answers a request that the router found no route for: it may be of a published call all the same.
async fn serve_other(api: Api, request: Request, code: Code) -> Response {
    match declined::find(request.method(), request.uri().path()) {
        Lookup::Call(route, path) => {
            let (parts, body) = request.into_parts();
            serve(&api, &route, path, parts, body).await
        }
        Lookup::OtherMethod => refuse(&api.node, &request, Code::MethodNotAllowed),
        Lookup::Unknown => refuse(&api.node, &request, code),
    }
}

/// Answers one request of a known call.
async fn serve(
    api: &Api,
    route: &Route,
    path: Result<PathParts, Fault>,
    parts: Parts,
    body: Body,
) -> Response {
    let started = Instant::now();
    let request_id = api.node.random.token();
    let trace = trace_of(&parts.headers).unwrap_or_else(|| request_id.clone());
    let span = tracing::info_span!("api", %request_id, %trace, path = route.path);
    let outcome = async {
        let outcome = admission::answer(api, route, path?, &parts, body).await;
        match &outcome {
            Ok(_) => tracing::debug!("answered"),
            Err(fault) => tracing::info!(code = %fault.code, field = fault.field, "refused"),
        }
        outcome
    }
    .instrument(span)
    .await;
    let receipt =
        Receipt { request_id, at_ms: api.node.clock.now_ms(), cost_ms: started.elapsed().as_millis() };
    let code = outcome.as_ref().map_or_else(|fault| fault.code, |_| Code::Ok);
    let mut response = json(route.family.envelope(outcome, &receipt));
    // The HTTP status is always 200: who counts answers finds the code here.
    response.extensions_mut().insert(code);
    if route.access == Access::Login {
        cors::allow(&mut response);
    }
    response
}

/// Answers a request that no route takes, in the words of the family that its path belongs to.
fn refuse(node: &Node, request: &Request, code: Code) -> Response {
    let receipt = Receipt { request_id: node.random.token(), at_ms: node.clock.now_ms(), cost_ms: 0 };
    match Family::of(request.uri().path()) {
        Some(family) => json(family.envelope(Err(Fault::of(code)), &receipt)),
        None => (StatusCode::NOT_FOUND, json(Family::ImV2.envelope(Err(Fault::of(code)), &receipt)))
            .into_response(),
    }
}

/// The caller's trace id, when it has a form that a log can hold.
fn trace_of(headers: &HeaderMap) -> Option<String> {
    let trace = headers.get("X-custom-traceid")?.to_str().ok()?;
    (!trace.is_empty() && limits::TRACE_ID.check("X-custom-traceid", trace).is_ok()).then(|| trace.to_owned())
}

/// A JSON answer.
fn json(body: Value) -> Response {
    ([(CONTENT_TYPE, "application/json;charset=utf-8")], body.to_string()).into_response()
}
