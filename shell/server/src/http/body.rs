//! What a request brought, before anybody looks at its meaning: form, JSON object, query.

use super::family::Family;
use super::field::Arguments;
use super::route::Carrier;
use crate::config::HttpConfig;
use crate::fault::Fault;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use parlor_protocol::codes::Code;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;

/// Reads the whole body, within its limit and its time.
pub async fn read(body: Body, limits: &HttpConfig) -> Result<Vec<u8>, Fault> {
    let within = Duration::from_millis(limits.body_timeout_ms.into());
    match tokio::time::timeout(within, axum::body::to_bytes(body, limits.max_body_bytes)).await {
        Err(_) => Err(Fault::of(Code::RequestTimeout)),
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(cause)) if is_limit(&cause) => {
            let message = format!("the body is too large: at most {} bytes", limits.max_body_bytes);
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
            match serde_json::from_slice(body) {
                Ok(Unambiguous(Value::Object(object))) => arguments.add(object)?,
                Ok(_) => return Err(Fault::new(Code::InvalidParameter, "the body must be a JSON object")),
                Err(cause) if cause.is_data() => {
                    return Err(Fault::new(Code::InvalidParameter, "a field is given twice"));
                }
                Err(cause) => {
                    // Where, not what: the body may hold secrets.
                    let place = format!("line {} column {}", cause.line(), cause.column());
                    return Err(Fault::new(Code::InvalidParameter, format!("the body is not JSON: {place}")));
                }
            }
        }
    }
    Ok(arguments)
}

/// A JSON value in which no object holds a name twice.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnambiguousVisitor).map(Self)
    }
}

struct UnambiguousVisitor;

impl<'de> Visitor<'de> for UnambiguousVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unambiguous(value))) = entries.next_entry::<String, _>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name comes twice"));
            }
        }
        Ok(object.into())
    }
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
    let parts = text.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts
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
