//! Comparing what a scenario expects with what was said.

use serde_json::Value;

/// Where `actual` is not what `pattern` says, in words.
pub(crate) fn differs(path: &str, pattern: &Value, actual: Option<&Value>) -> Option<String> {
    let wrong = || Some(format!("{path}: expected {pattern}, was {}", actual.unwrap_or(&Value::Null)));
    let actual = actual.filter(|value| !is_default(value));
    if is_default(pattern) {
        return if actual.is_none() { None } else { wrong() };
    }
    match (pattern, actual) {
        (Value::Object(wanted), actual) => {
            if !matches!(actual, None | Some(Value::Object(_))) {
                return wrong();
            }
            wanted.iter().find_map(|(key, wanted)| {
                differs(&format!("{path}.{key}"), wanted, actual.and_then(|object| object.get(key)))
            })
        }
        (Value::Array(wanted), Some(Value::Array(list))) if wanted.len() == list.len() => {
            let pairs = wanted.iter().zip(list).enumerate();
            let mut found = pairs.filter_map(|(i, (w, a))| differs(&format!("{path}[{i}]"), w, Some(a)));
            found.next()
        }
        (Value::Array(_), _) | (_, None) => wrong(),
        (wanted, Some(actual)) => {
            if scalar(wanted) == scalar(actual) {
                None
            } else {
                wrong()
            }
        }
    }
}

/// What protobuf leaves out.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0",
        Value::Array(list) => list.is_empty(),
        Value::Object(_) => false,
    }
}

/// 64-bit numbers are strings in one place and numbers in another.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
