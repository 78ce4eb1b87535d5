//! The description of the API, made from the routes.

use super::family::{Family, camel_name};
use super::field::{Field, Kind, Spelling};
use super::probe::Probe;
use super::published::{self, Published};
use super::route::{Access, Carrier, Route};
use super::{probes, routes};
use parlor_protocol::limits::{self, TextRule};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The OpenAPI 3.1 document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in routes() {
        insert(&mut paths, route.path, route.method.as_str(), operation(&route));
    }
    for probe in probes() {
        insert(&mut paths, probe.path, "GET", probe_operation(&probe));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Parlor server API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP status is always 200; `code` tells the outcome (docs/errors.md). \
                            Field names match without regard to case and underscores. IM calls are served with and \
                            without /nimserver before their path. Published calls that are not here answer the code \
                            NotSupported: see x-parlor-published.",
        },
        "paths": paths,
        "x-parlor-published": published_calls(),
        "components": {
            "securitySchemes": {
                "AppKey": signature_header("AppKey", "The app that signs."),
                "Nonce": signature_header("Nonce", "A random text, at most 128 characters."),
                "CurTime": signature_header("CurTime", "Seconds since 1970, within five minutes of the server's clock."),
                "CheckSum": signature_header("CheckSum", "Lower-case hex of SHA-1 over AppSecret + Nonce + CurTime."),
            },
            "parameters": {
                "RequestId": header("RequestId", "A repeat within ten minutes answers 431.", limits::REQUEST_ID),
                "TraceId": header("X-custom-traceid", "Shown in the server's log.", limits::TRACE_ID),
            },
        },
    })
}

/// The published calls of each group: those under `paths`, and those that are no offer yet.
fn published_calls() -> Value {
    let routes = routes();
    let groups = published::groups().into_iter().map(|group| {
        let (mut supported, mut not_supported) = (Vec::new(), Vec::new());
        for Published { method, path } in group.calls {
            let is_supported = routes.iter().any(|route| route.method == method && route.path == path);
            if is_supported { &mut supported } else { &mut not_supported }.push(format!("{method} {path}"));
        }
        let mut by_reason = Map::new();
        if !not_supported.is_empty() {
            by_reason.insert(group.reason.to_owned(), not_supported.into());
        }
        (group.name.to_owned(), json!({"supported": supported, "not_supported": by_reason}))
    });
    groups.collect::<Map<_, _>>().into()
}

/// The document as it is committed.
pub fn text() -> String {
    format!("{:#}\n", document())
}

fn insert(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Value) {
    let item = paths.entry(path).or_insert_with(|| json!({}));
    item[method.to_ascii_lowercase()] = operation;
}

fn signature_header(name: &str, about: &str) -> Value {
    json!({"type": "apiKey", "in": "header", "name": name, "description": about})
}

fn header(name: &str, about: &str, rule: TextRule) -> Value {
    let rule = TextRule { min_chars: 0, ..rule };
    json!({"in": "header", "name": name, "description": about, "required": false, "schema": text_schema(rule)})
}

fn operation(route: &Route) -> Value {
    let spelling = route.family.spelling();
    let in_path = |field: &Field| route.path.contains(&format!("{{{}}}", field.name(spelling)));
    let mut parameters: Vec<Value> = Vec::new();
    if route.path.contains("{appKey}") {
        let schema = text_schema(limits::APP_KEY);
        parameters.push(json!({"in": "path", "name": "appKey", "required": true, "schema": schema}));
    }
    let (path_fields, fields): (Vec<Field>, Vec<Field>) = route.fields.iter().copied().partition(in_path);
    parameters.extend(path_fields.iter().map(|field| parameter(field, spelling, "path")));
    if route.carrier() == Carrier::Query {
        parameters.extend(fields.iter().map(|field| parameter(field, spelling, "query")));
    }
    if route.access == Access::Signed {
        parameters.push(json!({"$ref": "#/components/parameters/RequestId"}));
    }
    parameters.push(json!({"$ref": "#/components/parameters/TraceId"}));
    let security = match route.access {
        Access::Signed => json!([{"AppKey": [], "Nonce": [], "CurTime": [], "CheckSum": []}]),
        Access::Login => json!([]),
    };
    let mut operation = json!({
        "summary": route.summary,
        "tags": [tag(route.family)],
        "security": security,
        "parameters": parameters,
        "responses": {"200": {
            "description": "The outcome, in `code`.",
            "content": {"application/json": {"schema": answer_schema(route)}},
        }},
    });
    if route.carrier() != Carrier::Query && !fields.is_empty() {
        let media_type = match route.carrier() {
            Carrier::Form => "application/x-www-form-urlencoded",
            _ => "application/json",
        };
        let schema = object_schema(&fields, spelling, route.carrier());
        operation["requestBody"] = json!({"required": true, "content": {media_type: {"schema": schema}}});
    }
    operation
}

fn probe_operation(probe: &Probe) -> Value {
    json!({
        "summary": probe.summary,
        "tags": ["probe"],
        "security": [],
        "responses": {"200": {"description": "The answer."}},
    })
}

fn tag(family: Family) -> &'static str {
    match family {
        Family::ImV1 => "IM v1",
        Family::ImV2 => "IM v2",
        Family::Room => "room",
        Family::RoomOld => "room (older)",
    }
}

fn parameter(field: &Field, spelling: Spelling, place: &str) -> Value {
    let mut parameter = json!({
        "in": place,
        "name": field.name(spelling),
        "description": field.about.trim(),
        "required": field.required || place == "path",
        "schema": field_schema(field, spelling, Carrier::Query),
    });
    if matches!(field.kind, Kind::Texts { .. }) {
        parameter["style"] = json!("form");
        parameter["explode"] = json!(false);
    }
    parameter
}

fn object_schema(fields: &[Field], spelling: Spelling, carrier: Carrier) -> Value {
    let property = |field: &Field| {
        let mut schema = field_schema(field, spelling, carrier);
        schema["description"] = json!(field.about.trim());
        (field.name(spelling).to_owned(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<_> =
        fields.iter().filter(|field| field.required).map(|field| field.name(spelling)).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn field_schema(field: &Field, spelling: Spelling, carrier: Carrier) -> Value {
    match field.kind {
        // Where empty is no value, an empty optional text counts as absent.
        Kind::Text(rule) if !field.required => text_schema(TextRule { min_chars: 0, ..rule }),
        Kind::Text(rule) => text_schema(rule),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Number { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Texts { each, max } => {
            let least = usize::from(field.required);
            let list =
                json!({"type": "array", "items": text_schema(each), "minItems": least, "maxItems": max});
            match carrier {
                Carrier::Form => {
                    json!({"type": "string", "contentMediaType": "application/json", "contentSchema": list})
                }
                _ => list,
            }
        }
        Kind::Word(words) => json!({"type": "string", "enum": words}),
        Kind::TextMap { value, max, .. } => {
            json!({"type": "object", "additionalProperties": text_schema(value), "maxProperties": max})
        }
        Kind::Object(fields) => object_schema(fields, spelling, carrier),
        Kind::Free => json!({"type": "object"}),
    }
}

fn text_schema(rule: TextRule) -> Value {
    let mut schema = json!({"type": "string", "minLength": rule.min_chars, "maxLength": rule.max_chars});
    if let Some(one) = rule.charset.pattern() {
        schema["pattern"] = json!(format!("^{one}*$"));
    }
    schema
}

fn answer_schema(route: &Route) -> Value {
    let settings = SchemaSettings::openapi3().with(|settings| settings.inline_subschemas = true);
    let data = Value::from((route.answer)(&mut settings.into_generator()));
    let code = |success: i32| json!({"type": "integer", "description": format!("{success} is success.")});
    match route.family {
        Family::ImV1 => {
            let mut schema = data;
            schema["type"] = json!("object");
            schema["properties"]["code"] = code(200);
            schema["properties"]["desc"] = json!({"type": "string", "description": "What went wrong."});
            // A failure has no payload.
            schema["required"] = json!(["code"]);
            schema
        }
        Family::ImV2 => envelope(json!({"code": code(200), "msg": {"type": "string"}, "data": data})),
        Family::Room => envelope(room_properties(code(0), data)),
        Family::RoomOld => camel_properties(envelope(room_properties(code(0), data))),
    }
}

fn room_properties(code: Value, data: Value) -> Value {
    json!({
        "code": code,
        "msg": {"type": "string"},
        "ts": {"type": "integer", "description": "When the answer was made, in milliseconds since 1970."},
        "cost": {"type": "string", "description": "How long it took, as `3ms`."},
        "request_id": {"type": "string"},
        "data": data,
    })
}

fn envelope(properties: Value) -> Value {
    json!({"type": "object", "properties": properties, "required": ["code", "msg"]})
}

/// A schema with every property `likeThis`.
fn camel_properties(schema: Value) -> Value {
    match schema {
        Value::Object(object) => object
            .into_iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let properties = properties.into_iter();
                    let renamed: Map<_, _> =
                        properties.map(|(name, v)| (camel_name(&name), camel_properties(v))).collect();
                    (key, Value::Object(renamed))
                }
                ("required", Value::Array(names)) => {
                    (key, names.iter().filter_map(Value::as_str).map(camel_name).collect())
                }
                (_, value) => (key, camel_properties(value)),
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(camel_properties).collect(),
        other => other,
    }
}
