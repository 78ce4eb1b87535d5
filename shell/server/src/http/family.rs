//! The families of the HTTP API: how each writes names, success and failure. The HTTP status is always 200.

use super::field::{Spelling, fold};
use crate::fault::Fault;
use parlor_protocol::codes::Code;
use serde_json::{Map, Value, json};

/// A family of calls with one envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `/nimserver/...`: forms in; `{"code":200, ...}` or `{"code":414,"desc":"..."}` out.
    ImV1,
    /// `/im/v2...`: JSON in; `{"code","msg","data"}` out.
    ImV2,
    /// `/neroom/...`: JSON in; `{"code":0,"msg","ts","cost","request_id","data"}` out.
    Room,
    /// `/apps/...`, `/scene/...`: as [`Family::Room`], with names `likeThis`.
    RoomOld,
}

/// What an envelope shows of the request beside the outcome.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The id of this request in the log.
    pub request_id: String,
    /// When the answer was made.
    pub at_ms: i64,
    /// How long the request took.
    pub cost_ms: u128,
}

impl Family {
    /// The family that a path belongs to, known or not; `None` is no API path at all.
    pub fn of(path: &str) -> Option<Self> {
        let mut parts = path.split('/').skip(1);
        match (parts.next()?, parts.next()) {
            ("im" | "ai", _) | ("nimserver", Some("im" | "ai")) => Some(Self::ImV2),
            ("nimserver", _) => Some(Self::ImV1),
            ("neroom", _) => Some(Self::Room),
            ("apps" | "scene", _) => Some(Self::RoomOld),
            _ if path.ends_with(".action") => Some(Self::ImV1),
            _ => None,
        }
    }

    /// Where else a call is served. The vendor's server SDK puts one endpoint before the paths of both IM families:
    /// with `/nimserver` at its end by default, without it in the example for a private server.
    pub fn twin(path: &str) -> Option<String> {
        match (Self::of(path)?, path.strip_prefix("/nimserver")) {
            (Self::ImV1 | Self::ImV2, Some(rest)) => Some(rest.to_owned()),
            (Self::ImV1 | Self::ImV2, None) => Some(format!("/nimserver{path}")),
            (Self::Room | Self::RoomOld, _) => None,
        }
    }

    /// How it writes the names of fields.
    pub fn spelling(self) -> Spelling {
        match self {
            Self::ImV1 | Self::RoomOld => Spelling::Camel,
            Self::ImV2 | Self::Room => Spelling::Snake,
        }
    }

    /// Calls that need the room component.
    pub fn is_room(self) -> bool {
        matches!(self, Self::Room | Self::RoomOld)
    }

    /// The number of a code.
    pub fn number(self, code: Code) -> i32 {
        match self {
            Self::ImV1 => code.im_v1(),
            Self::ImV2 => code.im_v2(),
            Self::Room | Self::RoomOld => code.room(),
        }
    }

    /// The body of an answer. `answer` is the payload, in snake case for the room families.
    pub fn envelope(self, outcome: Result<Value, Fault>, receipt: &Receipt) -> Value {
        match self {
            Self::ImV1 => envelope_v1(outcome),
            Self::ImV2 => match outcome {
                Ok(data) => json!({"code": Code::Ok.im_v2(), "msg": "success", "data": data}),
                Err(fault) => json!({"code": fault.code.im_v2(), "msg": fault.message, "data": {}}),
            },
            Self::Room => envelope_room(outcome, receipt),
            Self::RoomOld => camel(envelope_room(outcome, receipt)),
        }
    }
}

fn envelope_v1(outcome: Result<Value, Fault>) -> Value {
    let mut body = Map::new();
    match outcome {
        Ok(payload) => {
            body.insert("code".to_owned(), Code::Ok.im_v1().into());
            if let Value::Object(payload) = payload {
                body.extend(payload);
            }
        }
        Err(fault) => {
            body.insert("code".to_owned(), fault.code.im_v1().into());
            body.insert("desc".to_owned(), fault.message.into());
        }
    }
    Value::Object(body)
}

fn envelope_room(outcome: Result<Value, Fault>, receipt: &Receipt) -> Value {
    let (code, msg, data) = match outcome {
        Ok(data) => (Code::Ok, "Operation succeeded.".to_owned(), data),
        Err(fault) => (fault.code, fault.message, Value::Null),
    };
    json!({
        "code": code.room(),
        "msg": msg,
        "ts": receipt.at_ms,
        "cost": format!("{}ms", receipt.cost_ms),
        "request_id": receipt.request_id,
        "data": data,
    })
}

/// The same with every name `likeThis`. The names of properties are an app's own.
fn camel(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(k, v)| if k == "properties" { (k, v) } else { (camel_name(&k), camel(v)) })
            .collect(),
        Value::Array(items) => items.into_iter().map(camel).collect(),
        other => other,
    }
}

/// `user_uuid` → `userUuid`.
pub fn camel_name(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    debug_assert_eq!(fold(&camel), fold(name), "spellings of one name must fold to the same");
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt { request_id: "r1".into(), at_ms: 7, cost_ms: 3 }
    }

    #[test]
    fn each_family_has_its_envelope() {
        let ok = |family: Family| family.envelope(Ok(json!({"user_uuid": "u"})), &receipt());
        assert_eq!(ok(Family::ImV1), json!({"code": 200, "user_uuid": "u"}));
        assert_eq!(ok(Family::ImV2), json!({"code": 200, "msg": "success", "data": {"user_uuid": "u"}}));
        assert_eq!(
            ok(Family::Room),
            json!({"code": 0, "msg": "Operation succeeded.", "ts": 7, "cost": "3ms", "request_id": "r1",
                   "data": {"user_uuid": "u"}})
        );
        assert_eq!(
            ok(Family::RoomOld),
            json!({"code": 0, "msg": "Operation succeeded.", "ts": 7, "cost": "3ms", "requestId": "r1",
                   "data": {"userUuid": "u"}})
        );
    }

    #[test]
    fn names_of_properties_stay_as_they_are() {
        let data = json!({"room_name": "n", "properties": {"the_board": {"value": "v"}}});
        let shown = Family::RoomOld.envelope(Ok(data), &receipt())["data"].clone();
        assert_eq!(shown, json!({"roomName": "n", "properties": {"the_board": {"value": "v"}}}));
    }

    #[test]
    fn a_failure_has_its_number_in_each_family() {
        let fail = |family: Family| {
            family.envelope(Err(Fault::of(Code::AccountExists)), &receipt())["code"].as_i64()
        };
        assert_eq!(fail(Family::ImV1), Some(414));
        assert_eq!(fail(Family::ImV2), Some(102_405));
        assert_eq!(fail(Family::Room), Some(703));
        assert_eq!(fail(Family::RoomOld), Some(703));
    }
}
