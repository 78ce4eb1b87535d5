//! The web client as the server hands it out: its pages, and the files that they load.
//!
//! The files are those of `app/dist`: put into the program by a release build, read from the disk by a debug build. Text is
//! there in three forms, as it is and compressed twice, so that nothing is compressed while it is served.

use crate::config::TlsMode;
use crate::node::Node;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use rust_embed::Embed;
use std::borrow::Cow;

/// The paths that are pages of the client: the client itself reads which one it is on.
const PAGES: [&str; 3] = ["/", "/login", "/meet/{room}"];
/// Files beside the hashed ones.
const FILES: [&str; 1] = ["/favicon.svg"];
const INDEX: &str = "index.html";
/// Their names change with their content.
const HASHED: &str = "assets/";
const KEPT_FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASKED_ANEW: &str = "no-cache";
/// What can be asked for in a smaller form, best first.
const FORMS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// Said when the server was built without the client.
const MISSING: &str = include_str!("web/missing.html");

#[derive(Embed)]
#[folder = "../../app/dist"]
#[allow_missing = true]
struct Dist;

/// The client's pages and files.
pub(super) fn router(node: Node) -> Router {
    let mut router = Router::new();
    for path in PAGES.into_iter().chain(FILES).chain(["/assets/{file}"]) {
        router = router.route(path, get(serve));
    }
    router.with_state(node)
}

async fn serve(State(node): State<Node>, request: Request) -> Response {
    let find = |name: &str| Dist::get(name).map(|file| file.data);
    let secure = node.config.tls.mode != TlsMode::Off;
    answer(request.uri(), request.headers(), secure, &find)
}

/// Where the files are; tests have their own.
type Find<'a> = &'a dyn Fn(&str) -> Option<Cow<'static, [u8]>>;

fn answer(uri: &Uri, headers: &HeaderMap, secure: bool, find: Find<'_>) -> Response {
    let asked = uri.path().trim_start_matches('/');
    let is_file = asked.starts_with(HASHED) || FILES.iter().any(|file| &file[1..] == asked);
    let name = if is_file { asked } else { INDEX };
    let Some((content, form)) = best(name, headers, find) else {
        return match is_file {
            true => shown(StatusCode::NOT_FOUND, "text/plain;charset=utf-8", Cow::Borrowed(b"not found")),
            false => page(StatusCode::OK, Cow::Borrowed(MISSING.as_bytes()), headers, secure),
        };
    };
    let mut response = match is_file {
        true => shown(StatusCode::OK, content_type(name), content),
        false => page(StatusCode::OK, content, headers, secure),
    };
    let kept = if name.starts_with(HASHED) { KEPT_FOR_EVER } else { ASKED_ANEW };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(form) = form {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(form));
    }
    response
}

/// A file in the smallest form that the browser takes.
fn best(
    name: &str,
    headers: &HeaderMap,
    find: Find<'_>,
) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
    let taken =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |form: &str| {
        taken.split(',').any(|one| {
            let (name, quality) = one.split_once(';').unwrap_or((one, ""));
            name.trim() == form && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    };
    let smaller = FORMS.into_iter().filter(|(form, _)| takes(form));
    let found =
        smaller.filter_map(|(form, ending)| Some((find(&format!("{name}{ending}"))?, Some(form)))).next();
    found.or_else(|| Some((find(name)?, None)))
}

/// A page: it may load its own files, open the link, and use camera, microphone and screen; nothing else.
fn page(status: StatusCode, content: Cow<'static, [u8]>, headers: &HeaderMap, secure: bool) -> Response {
    let mut response = shown(status, "text/html;charset=utf-8", content);
    let out = response.headers_mut();
    let host =
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_authority(host));
    if let Ok(policy) = HeaderValue::from_str(&policy(host, secure)) {
        out.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    out.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), speaker-selection=(self), \
             geolocation=(), payment=(), usb=()",
        ),
    );
    out.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// Content security policy, level 3. Some browsers do not count the link among `'self'`, so it is named.
fn policy(host: Option<&str>, secure: bool) -> String {
    let scheme = if secure { "wss" } else { "ws" };
    let link = host.map(|host| format!(" {scheme}://{host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
         font-src 'self'; connect-src 'self'{link}; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// What can stand in the policy as it came: a name or an address, and a port.
fn is_authority(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
}

fn shown(status: StatusCode, content_type: &'static str, content: Cow<'static, [u8]>) -> Response {
    let mut response = Response::new(match content {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    });
    *response.status_mut() = status;
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    out.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript;charset=utf-8",
        Some("css") => "text/css;charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn files() -> BTreeMap<&'static str, &'static [u8]> {
        BTreeMap::from([
            ("index.html", &b"page"[..]),
            ("index.html.gz", b"page as gzip"),
            ("assets/a-1.js", b"script"),
            ("assets/a-1.js.br", b"script as br"),
            ("assets/a-1.js.gz", b"script as gzip"),
        ])
    }

    fn asked(path: &str, headers: &[(HeaderName, &str)], secure: bool) -> Response {
        let all = files();
        let find = |name: &str| all.get(name).copied().map(Cow::Borrowed);
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        answer(&path.parse().unwrap(), &headers, secure, &find)
    }

    fn head<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn every_page_is_the_client_and_is_asked_for_anew() {
        for path in ["/", "/login", "/meet/123456789?app=key"] {
            let response = asked(path, &[], false);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(head(&response, "cache-control"), "no-cache", "{path}");
            assert!(head(&response, "content-type").starts_with("text/html"), "{path}");
        }
    }

    #[test]
    fn hashed_files_are_kept_and_come_in_the_smallest_form() {
        for (accepted, form) in
            [("gzip, deflate, br", "br"), ("gzip;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("", "")]
        {
            let response = asked("/assets/a-1.js", &[(header::ACCEPT_ENCODING, accepted)], false);
            assert_eq!(head(&response, "content-encoding"), form, "{accepted}");
            assert_eq!(head(&response, "content-type"), "text/javascript;charset=utf-8");
            assert!(head(&response, "cache-control").contains("immutable"));
        }
        assert_eq!(asked("/assets/none.js", &[], false).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_policy_names_the_link_and_nothing_that_a_caller_writes() {
        let of = |host: &str, secure| {
            head(&asked("/", &[(header::HOST, host)], secure), "content-security-policy").to_owned()
        };
        assert!(of("example.com:8787", true).contains("connect-src 'self' wss://example.com:8787;"));
        assert!(of("[::1]:8787", false).contains("connect-src 'self' ws://[::1]:8787;"));
        let odd = of("x; script-src *", false);
        assert!(odd.contains("connect-src 'self';") && !odd.contains("script-src *"), "{odd}");
    }

    #[test]
    fn a_server_without_the_client_says_so() {
        let response = answer(&"/".parse().unwrap(), &HeaderMap::new(), false, &|_| None);
        assert_eq!(response.status(), StatusCode::OK);
        assert!(MISSING.contains("npm") && head(&response, "content-type").starts_with("text/html"));
    }
}
