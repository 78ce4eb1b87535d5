//! What clients and balancers ask without a signature: where to go, and whether anybody is there.

use super::json;
use crate::config::TlsMode;
use crate::node::Node;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use md5::{Digest, Md5};
use serde_json::json;

/// A question that anyone may ask with GET.
pub struct Probe {
    /// Where.
    pub path: &'static str,
    /// What for.
    pub summary: &'static str,
    /// The answer.
    pub answer: fn(&Node, &Request) -> Response,
}

/// Those about the server.
pub fn probes() -> Vec<Probe> {
    vec![
        Probe {
            path: "/health/liveness.action",
            summary: "The IM API is there; what the vendor's server SDK asks",
            answer: |_, _| "OK".into_response(),
        },
        Probe {
            path: "/nimserver/health/liveness.action",
            summary: "The same under an endpoint that ends with /nimserver",
            answer: |_, _| "OK".into_response(),
        },
        Probe {
            path: "/status.html",
            summary: "The room API is there; what the vendor's server SDK asks",
            answer: |_, _| "OK".into_response(),
        },
        Probe {
            path: "/srv-sdk/allocate",
            summary: "Which address a server SDK uses: this one",
            answer: |node, request| allocate(node, request),
        },
        Probe {
            path: "/lbs/conf.jsp",
            summary: "Which addresses a client uses: this one",
            answer: |node, request| client_addresses(node, request),
        },
    ]
}

/// The address of this server as the asker sees it, unless the configuration names one.
fn address(node: &Node, request: &Request) -> String {
    let configured = &node.config.http.public_url;
    if !configured.is_empty() {
        return configured.trim_end_matches('/').to_owned();
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let scheme = if node.config.tls.mode == TlsMode::Off { "http" } else { "https" };
    format!("{scheme}://{host}")
}

/// nim §1.1: `{code, data: {default.endpoint, backup.endpoints, ttl, md5}}`, 304 when the asker has it already.
fn allocate(node: &Node, request: &Request) -> Response {
    let endpoint = address(node, request);
    let md5 = hex::encode(Md5::digest(endpoint.as_bytes()));
    let query = super::body::pairs(request.uri().query().unwrap_or_default().as_bytes()).unwrap_or_default();
    if query.iter().any(|(name, value)| name == "md5" && value == md5.as_str()) {
        return json(json!({"code": 304}));
    }
    let data = json!({"default.endpoint": endpoint, "backup.endpoints": [], "ttl": 3600, "md5": md5});
    json(json!({"code": 200, "data": data}))
}

/// The fields of `V2NIMLbsResponse` (nim §6).
fn client_addresses(node: &Node, request: &Request) -> Response {
    let endpoint = address(node, request);
    let host = endpoint.split("://").nth(1).unwrap_or(&endpoint).to_owned();
    json(json!({
        "code": 200,
        "name": "parlor",
        "lbs": format!("{endpoint}/lbs/conf.jsp"),
        "link": [host],
        "weblink": [host],
        "defaultLink": [host],
        "nos": endpoint,
        "nosdl": [endpoint],
    }))
}
