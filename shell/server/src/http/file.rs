//! The contents of files over HTTP: PUT brings one, GET and HEAD fetch it. Here HTTP's own status codes count.

mod range;

use crate::fault::Fault;
use crate::file;
use crate::metrics;
use crate::node::Node;
use crate::vault::{Address, Vault};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::stream;
use parlor_protocol::codes::Code;
use parlor_store::rows::FileRow;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use range::Asked;
use serde_json::json;
use std::ops::Range;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Bytes that are read at once for a download.
const PIECE_BYTES: u64 = 64 * 1024;
/// Pieces that may wait for one slow reader.
const PIECES: usize = 2;
/// What may stand in `filename*` as it is (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long browsers remember that they may ask.
const PREFLIGHT_AGE_S: &str = "86400";

/// `/files/...`, for whoever has an address.
pub(super) fn router(node: Node) -> Router {
    Router::new().route("/files/{app}/{file}", any(serve)).with_state(node)
}

async fn serve(
    State(node): State<Node>,
    Path((app, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let address = Address::read(&app, &name, query).ok_or_else(|| Fault::of(Code::FileNotFound));
    let (act, outcome) = match *request.method() {
        Method::GET => ("get", fetch(&node, address, request.headers(), false).await),
        Method::HEAD => ("get", fetch(&node, address, request.headers(), true).await),
        Method::PUT => ("put", take(&node, address, request).await),
        Method::OPTIONS => return for_browsers(preflight()),
        _ => ("other", Err(Fault::of(Code::MethodNotAllowed))),
    };
    let code = outcome.as_ref().map_or_else(|fault| fault.code, |_| Code::Ok);
    metrics::file(act, code);
    let mut response = outcome.unwrap_or_else(|fault| refusal(&fault));
    response.extensions_mut().insert(code);
    for_browsers(response)
}

async fn take(node: &Node, address: Result<Address, Fault>, request: Request) -> Result<Response, Fault> {
    let announced = number(request.headers(), header::CONTENT_LENGTH);
    let file = file::receive(node, &address?, announced, request.into_body()).await?;
    metrics::file_bytes("in", file.size_bytes);
    let file = json!({
        "file_id": file.file_id, "name": file.name, "size_bytes": file.size_bytes, "md5": file.md5,
        "url": file.url,
    });
    Ok(super::json(json!({"code": Code::Ok.link(), "file": file})))
}

async fn fetch(
    node: &Node,
    address: Result<Address, Fault>,
    asked: &HeaderMap,
    head_only: bool,
) -> Result<Response, Fault> {
    let address = address?;
    let row = file::open(node, &address).await?;
    let tag = format!("\"{}\"", row.md5);
    let left_s = ((address.until_ms - node.clock.now_ms()) / 1000).max(0);
    let mut response = Response::new(Body::empty());
    *response.headers_mut() = particulars(&row, &tag, left_s);
    if text(asked, header::IF_NONE_MATCH).is_some_and(|known| known == "*" || known.contains(&tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let is_current = text(asked, header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = text(asked, header::RANGE).filter(|_| is_current);
    let (status, range, shown) = match range::read(wanted, row.size_bytes) {
        Asked::Whole => (StatusCode::OK, 0..row.size_bytes, None),
        Asked::Part(part) => {
            let shown = format!("bytes {}-{}/{}", part.start, part.end - 1, row.size_bytes);
            (StatusCode::PARTIAL_CONTENT, part, Some(shown))
        }
        Asked::Nothing => {
            (StatusCode::RANGE_NOT_SATISFIABLE, 0..0, Some(format!("bytes */{}", row.size_bytes)))
        }
    };
    *response.status_mut() = status;
    if let Some(shown) = shown {
        set(response.headers_mut(), header::CONTENT_RANGE, &shown);
    }
    set(response.headers_mut(), header::CONTENT_LENGTH, &(range.end - range.start).to_string());
    if !head_only && !range.is_empty() {
        *response.body_mut() = content(node, row, range).await?;
    }
    Ok(response)
}

/// What is said of a file beside its content.
fn particulars(row: &FileRow, tag: &str, left_s: i64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::ETAG, tag);
    set(&mut headers, header::ACCEPT_RANGES, "bytes");
    set(&mut headers, header::CACHE_CONTROL, &format!("private, max-age={left_s}, immutable"));
    set(&mut headers, header::CONTENT_TYPE, &row.content_type);
    set(&mut headers, header::CONTENT_DISPOSITION, &disposition(&row.name));
    set(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Should somebody open it as a page after all: it may do nothing here.
    set(&mut headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    headers
}

/// What the fields' own checks let through fits into a header.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

/// The content as a body. A reader that takes nothing for `file.idle_timeout_ms` loses its place.
async fn content(node: &Node, row: FileRow, range: Range<u64>) -> Result<Body, Fault> {
    let place = node.vault.place()?;
    let idle = Duration::from_millis(node.config.file.idle_timeout_ms.into());
    let vault = node.vault.clone();
    let piece = move |at: u64, end: u64| at..end.min(at + PIECE_BYTES);
    // The first piece before the head of the answer: a content that is not there is told so.
    let first = read(&vault, &row, piece(range.start, range.end)).await?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES);
    let mut reading = JoinSet::new();
    reading.spawn(async move {
        let _place = place;
        let mut at = range.start + first.len() as u64;
        let mut next = Ok(first);
        loop {
            let sent = next.map_err(|fault: Fault| std::io::Error::other(fault));
            let is_over = at >= range.end || sent.is_err();
            let Ok(Ok(())) = tokio::time::timeout(idle, sender.send(sent)).await else { return };
            if is_over {
                return metrics::file_bytes("out", at - range.start);
            }
            next = read(&vault, &row, piece(at, range.end)).await;
            at += next.as_ref().map_or(0, |bytes| bytes.len() as u64);
        }
    });
    // The body owns the reading: who goes away ends it.
    let body = stream::unfold((receiver, reading), |(mut receiver, reading)| async move {
        receiver.recv().await.map(|piece| (piece, (receiver, reading)))
    });
    Ok(Body::from_stream(body))
}

async fn read(vault: &Vault, row: &FileRow, range: Range<u64>) -> Result<Bytes, Fault> {
    if range.is_empty() {
        return Ok(Bytes::new());
    }
    vault.read(row.app_id, &row.file_id, range).await
}

/// `attachment`, so that nothing that somebody uploaded is shown as a page of this server; images in a page show
/// nevertheless. Both forms of the name (RFC 6266).
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%;/".contains(c) || c == ' ' { c } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Range, If-Range, If-None-Match"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE_S),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Pages of any origin may use an address that they have: it is the permission.
fn for_browsers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let shown = "Content-Disposition, Content-Length, Content-Range, Accept-Ranges, ETag";
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(shown));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    response
}

fn refusal(fault: &Fault) -> Response {
    let status = match fault.code {
        Code::FileNotFound => StatusCode::NOT_FOUND,
        Code::FileAddressExpired => StatusCode::FORBIDDEN,
        Code::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::FileDamaged => StatusCode::UNPROCESSABLE_ENTITY,
        Code::DuplicateRequest => StatusCode::CONFLICT,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::ReadOnly => StatusCode::INSUFFICIENT_STORAGE,
        Code::ServerBusy | Code::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let body = json!({"code": fault.code.link(), "name": fault.code.name(), "message": fault.message});
    (status, super::json(body)).into_response()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_header() {
        assert_eq!(disposition("a.pdf"), "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf");
        assert_eq!(
            disposition("na\"me\r\n; x=é.txt"),
            "attachment; filename=\"na_me___ x=_.txt\"; filename*=UTF-8''na%22me%0D%0A%3B%20x%3D%C3%A9.txt"
        );
    }
}
