//! What is answered, and how a request becomes a task of its own: it is carried out to its end when its caller goes
//! away, and a panic in it ends it alone.

use crate::conn;
use crate::fault::Fault;
use crate::http;
use crate::http::family::{Family, Receipt};
use crate::listener::Place;
use crate::media;
use crate::metrics::{self, CountedLink, Exposition};
use crate::node::Node;
use crate::websocket::{WebSocketTransport, sized};
use axum::extract::{ConnectInfo, Extension, Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use parlor_protocol::codes::Code;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The requests under way.
#[derive(Clone)]
pub struct Work {
    node: Node,
    tasks: TaskTracker,
    drain: CancellationToken,
    running: Arc<Semaphore>,
    exposition: Option<Exposition>,
}

impl Work {
    /// Requests run as tasks of `tasks`, as many at once as the configuration says. From `drain` on links end.
    pub fn new(node: &Node, tasks: TaskTracker, drain: CancellationToken) -> Self {
        let running = Arc::new(Semaphore::new(node.config.http.max_running.min(Semaphore::MAX_PERMITS)));
        let exposition = match metrics::start() {
            Ok(exposition) => Some(exposition),
            Err(cause) => {
                tracing::warn!(%cause, "there are no metrics");
                None
            }
        };
        Self { node: node.clone(), tasks, drain, running, exposition }
    }
}

/// Everything that the server answers: the API, the link, health and metrics.
pub fn routes(node: Node, work: &Work) -> Router {
    let api = http::router(node.clone()).layer(from_fn_with_state(work.clone(), carry_out));
    let own = Router::new()
        .route("/link", get(open_link))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_for_this_machine))
        .with_state(work.clone());
    api.merge(own)
}

/// `/metrics` alone, for whoever reaches it.
pub(super) fn metrics_for_all(work: &Work) -> Router {
    Router::new()
        .route("/metrics", get(async |State(work): State<Work>| render(&work)))
        .with_state(work.clone())
}

async fn open_link(
    State(work): State<Work>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(place): Extension<Place>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let alive = work.tasks.token();
    sized(upgrade).on_upgrade(move |socket| async move {
        let _counted = CountedLink::new();
        // Boxed: the task would keep a copy of it for every call that it passes through.
        let transport = Box::new(WebSocketTransport::new(socket, work.drain));
        conn::serve(work.node, transport, peer).await;
        drop((place, alive));
    })
}

/// 200 while new work is welcome: the store writes and the server is not draining.
async fn ready(State(work): State<Work>) -> Response {
    let reason = match work.drain.is_cancelled() {
        true => "draining\n",
        false if work.node.store.stats().read_only => "the store is read-only\n",
        false => return "ready\n".into_response(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, reason).into_response()
}

async fn metrics_for_this_machine(
    State(work): State<Work>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    // A proxy on this machine speaks for others.
    let is_forwarded =
        ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    if !peer.ip().to_canonical().is_loopback() || is_forwarded {
        return StatusCode::NOT_FOUND.into_response();
    }
    render(&work)
}

fn render(work: &Work) -> Response {
    let Some(exposition) = &work.exposition else { return StatusCode::NOT_FOUND.into_response() };
    metrics::sessions(work.node.hub.attached());
    metrics::media_sessions(media::sessions(&work.node).len());
    if let Ok(relay) = media::relay(&work.node) {
        metrics::media_threads(&relay.counts());
    }
    metrics::store(&work.node.store.stats());
    ([("content-type", "text/plain; version=0.0.4")], exposition.render()).into_response()
}

async fn carry_out(State(work): State<Work>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.uri().path().to_owned();
    let route = http::place(&request);
    let Ok(place) = work.running.clone().try_acquire_owned() else {
        metrics::http_call(&route, Code::ServerBusy.name(), begun.elapsed());
        return refusal(&work.node, &path, Code::ServerBusy);
    };
    let task = work.tasks.spawn(async move {
        let response = next.run(request).await;
        drop(place);
        response
    });
    let response = match task.await {
        Ok(response) => response,
        // The panic itself is in the log already.
        Err(_) => refusal(&work.node, &path, Code::ServerError),
    };
    let code = response.extensions().get::<Code>().copied().unwrap_or(Code::Ok);
    metrics::http_call(&route, code.name(), begun.elapsed());
    response
}

fn refusal(node: &Node, path: &str, code: Code) -> Response {
    let receipt = Receipt { request_id: node.random.token(), at_ms: node.clock.now_ms(), cost_ms: 0 };
    let family = Family::of(path).unwrap_or(Family::ImV2);
    let mut response = Json(family.envelope(Err(Fault::of(code)), &receipt)).into_response();
    response.extensions_mut().insert(code);
    response
}

#[cfg(test)]
mod tests;
