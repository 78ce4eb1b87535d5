//! What a request brought, before anybody looks at its meaning: form, JSON object, query.

use super::family::Family;
use super::field::Arguments;
use super::json::{self, Broken};
use super::route::Carrier;
use crate::fault::Fault;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use parlor_protocol::codes::Code;
use parlor_protocol::limits;
use serde_json::Value;
use std::time::Duration;

/// Reads the whole body, within its limit and its time.
pub async fn read(body: Body, max_bytes: usize, within: Duration) -> Result<Vec<u8>, Fault> {
    match tokio::time::timeout(within, axum::body::to_bytes(body, max_bytes)).await {
        Err(_) => Err(Fault::of(Code::RequestTimeout)),
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(cause)) if is_limit(&cause) => {
            let message = format!("the body is too large: at most {max_bytes} bytes");
            Err(Fault::new(Code::BodyTooLarge, message))
        }
        Ok(Err(_)) => Err(Fault::new(Code::InvalidParameter, "the body ended early")),
    }
}

fn is_limit(cause: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The arguments in a query and a body.
pub fn parse(
    family: Family,
    carrier: Carrier,
    headers: &HeaderMap,
    query: &str,
    body: &[u8],
) -> Result<Arguments, Fault> {
    let mut arguments = Arguments::new(family.spelling());
    match carrier {
        Carrier::Query => arguments.add(pairs(query.as_bytes())?)?,
        _ if body.is_empty() => {}
        Carrier::Form => {
            expect_type(headers, "application/x-www-form-urlencoded")?;
            arguments.add(pairs(body)?)?;
        }
        Carrier::Json => {
            expect_type(headers, "application/json")?;
            arguments.add(json::object(body)?)?;
        }
    }
    Ok(arguments)
}

fn expect_type(headers: &HeaderMap, expected: &str) -> Result<(), Fault> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(Fault::new(Code::UnsupportedMediaType, format!("the Content-Type must be {expected}")))
    }
}

/// The pairs of a URL-encoded form or query. Bytes that are no UTF-8 are refused, not replaced.
pub fn pairs(text: &[u8]) -> Result<Vec<(String, Value)>, Fault> {
    let parts = || text.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    if parts().nth(limits::HTTP_VALUES_MAX).is_some() {
        return Err(Broken::TooMany.fault());
    }
    parts()
        .map(|part| {
            let middle = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            let value = part.get(middle + 1..).unwrap_or_default();
            Ok((decode(&part[..middle])?, Value::String(decode(value)?)))
        })
        .collect()
}

fn decode(part: &[u8]) -> Result<String, Fault> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_| Fault::new(Code::InvalidParameter, "the text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(body: &str) -> Result<Arguments, Fault> {
        let headers = [(CONTENT_TYPE, "Application/X-WWW-Form-URLEncoded; charset=utf-8".parse().unwrap())];
        parse(Family::ImV1, Carrier::Form, &headers.into_iter().collect(), "", body.as_bytes())
    }

    #[test]
    fn a_form_is_decoded_and_its_names_fold() {
        let arguments = form("AccId=a%40b&name=J%C3%B6+K&empty=&&alone").unwrap();
        assert_eq!(arguments.text("accid"), Some("a@b"));
        assert_eq!(arguments.text("name"), Some("Jö K"));
        assert_eq!(arguments.text("EMPTY"), Some(""));
        assert_eq!(arguments.text("alone"), Some(""));
    }

    #[test]
    fn what_is_no_text_or_comes_twice_is_refused() {
        assert_eq!(form("accid=%FF").unwrap_err().code, Code::InvalidParameter);
        assert_eq!(form("accid=a&Accid=b").unwrap_err().code, Code::InvalidParameter);
    }

    #[test]
    fn json_must_say_so_and_be_an_object() {
        let parse_as = |content_type: &str, body: Value| {
            let headers = [(CONTENT_TYPE, content_type.parse().unwrap())];
            let body = body.to_string();
            parse(Family::Room, Carrier::Json, &headers.into_iter().collect(), "", body.as_bytes())
                .map_err(|f| f.code)
        };
        assert!(parse_as("application/json;charset=utf-8", json!({})).is_ok());
        assert_eq!(parse_as("text/plain", json!({})).unwrap_err(), Code::UnsupportedMediaType);
        assert_eq!(parse_as("application/json", json!([])).unwrap_err(), Code::InvalidParameter);
        let none = parse(Family::Room, Carrier::Json, &HeaderMap::new(), "", b"");
        assert!(none.is_ok(), "no body needs no type");
    }
}
