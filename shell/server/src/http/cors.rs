//! Pages of other origins may make the calls that clients make themselves. Such a call brings its credential in the
//! request and never in a cookie, so any origin may (Fetch standard, "CORS protocol").

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// How long a browser may keep the answer to its preflight, in seconds: a day.
const MAX_AGE_S: &str = "86400";

/// Answers the question that a browser asks before the call.
pub async fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type, x-custom-traceid"),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE_S),
    ];
    let mut response = (StatusCode::NO_CONTENT, headers).into_response();
    allow(&mut response);
    response
}

/// Lets a page of any origin read the answer.
pub fn allow(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("content-length"));
}
