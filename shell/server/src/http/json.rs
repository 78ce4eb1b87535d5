//! JSON bodies: an object in which no name comes twice, of no more values than their memory allows.

use crate::fault::Fault;
use parlor_protocol::codes::Code;
use parlor_protocol::limits;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// The names and values of the object that a body is.
pub fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    let reading = Reading { values: Cell::new(0), broken: Cell::new(None) };
    let mut source = serde_json::Deserializer::from_slice(body);
    let value = reading.deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    match (value, reading.broken.get()) {
        (Ok(Value::Object(object)), _) => Ok(object),
        (Ok(_), _) => Err(Fault::new(Code::InvalidParameter, "the body must be a JSON object")),
        (Err(_), Some(broken)) => Err(broken.fault()),
        (Err(cause), None) => {
            // Where, not what: the body may hold secrets.
            let place = format!("line {} column {}", cause.line(), cause.column());
            Err(Fault::new(Code::InvalidParameter, format!("the body is not JSON: {place}")))
        }
    }
}

/// A rule that a body breaks, whatever its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A name comes twice.
    Twice,
    /// There are too many values.
    TooMany,
}

impl Broken {
    /// The answer to it.
    pub fn fault(self) -> Fault {
        match self {
            Self::Twice => Fault::new(Code::InvalidParameter, "a field is given twice"),
            Self::TooMany => {
                let message = format!("too many values: at most {}", limits::HTTP_VALUES_MAX);
                Fault::new(Code::InvalidParameter, message)
            }
        }
    }
}

/// One body under way.
struct Reading {
    values: Cell<usize>,
    broken: Cell<Option<Broken>>,
}

impl Reading {
    fn breaks<E: Error>(&self, rule: Broken) -> E {
        self.broken.set(Some(rule));
        E::custom("a rule of the body")
    }
}

impl<'de> DeserializeSeed<'de> for &Reading {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > limits::HTTP_VALUES_MAX {
            return Err(self.breaks(Broken::TooMany));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Reading {
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
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if object.insert(name, entries.next_value_seed(self)?).is_some() {
                return Err(self.breaks(Broken::Twice));
            }
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(body: &str) -> String {
        object(body.as_bytes()).unwrap_err().message
    }

    #[test]
    fn a_body_is_read_as_it_is_written() {
        let body =
            r#"{"text":"\u00e4\n","list":[1,-2,0.5,true,null,{"inner":{}}],"large":18446744073709551615}"#;
        assert_eq!(object(body.as_bytes()).unwrap(), serde_json::from_str::<Map<_, _>>(body).unwrap());
    }

    #[test]
    fn a_name_that_comes_twice_is_refused_at_any_depth() {
        assert_eq!(broken(r#"{"a":1,"a":2}"#), "a field is given twice");
        assert_eq!(broken(r#"{"a":[{"b":1,"c":2,"b":1}]}"#), "a field is given twice");
    }

    #[test]
    fn more_values_than_the_limit_are_refused() {
        let body = |items: usize| format!("{{\"a\":[{}]}}", vec!["0"; items].join(","));
        // The object and the list are values too.
        assert!(object(body(limits::HTTP_VALUES_MAX - 2).as_bytes()).is_ok());
        assert_eq!(broken(&body(limits::HTTP_VALUES_MAX - 1)), Broken::TooMany.fault().message);
    }

    #[test]
    fn what_is_no_object_says_where_and_not_what() {
        assert_eq!(broken("[]"), "the body must be a JSON object");
        assert_eq!(broken("{\"secret\":\n  x}"), "the body is not JSON: line 2 column 3");
        assert_eq!(broken("{} {}"), "the body is not JSON: line 1 column 4");
        assert!(broken(&"{\"a\":".repeat(1000)).starts_with("the body is not JSON"));
    }
}
