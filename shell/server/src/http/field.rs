//! Fields of a request: read, checked and described from one declaration.
//!
//! `fields!` declares a request as a struct. The same lines give the reading of it from a form, a query, a path
//! or JSON, the check against `parlor_protocol::limits`, and its part of the API description.

use crate::fault::Fault;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, ArchiveId, DeviceId, RoomUuid, UserUuid};
use parlor_protocol::limits::{self, LimitError, TextRule};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One field of a request.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name where names are written `like_this`.
    pub snake: &'static str,
    /// Its name where names are written `likeThis`.
    pub camel: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Its absence is an error.
    pub required: bool,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text(TextRule),
    /// True or false.
    Flag,
    /// A whole number between two ends, both included.
    Number {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A list of texts.
    Texts {
        /// The rule of each.
        each: TextRule,
        /// How many there may be.
        max: usize,
    },
    /// One of some words.
    Word(&'static [&'static str]),
    /// Texts by key.
    TextMap {
        /// The rule of each key.
        key: TextRule,
        /// The rule of each text.
        value: TextRule,
        /// How many there may be.
        max: usize,
    },
    /// Fields of its own.
    Object(&'static [Field]),
    /// An object whose form is described elsewhere.
    Free,
}

/// How a family writes the names of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `user_uuid`.
    Snake,
    /// `userUuid`.
    Camel,
}

impl Field {
    /// The name in a family.
    pub fn name(&self, spelling: Spelling) -> &'static str {
        match spelling {
            Spelling::Snake => self.snake,
            Spelling::Camel => self.camel,
        }
    }
}

/// What a request brought, by folded name: the vendor's own SDKs and pages disagree about case and underscores.
#[derive(Clone, Debug)]
pub struct Arguments {
    spelling: Spelling,
    values: BTreeMap<String, Value>,
}

/// Two spellings of one name fold to the same text.
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

impl Arguments {
    /// None yet; errors name the fields in this spelling.
    pub fn new(spelling: Spelling) -> Self {
        Self { spelling, values: BTreeMap::new() }
    }

    /// Adds what a source brought. A name that occurs twice within it is an error.
    pub fn add(&mut self, pairs: impl IntoIterator<Item = (String, Value)>) -> Result<(), Fault> {
        let mut fresh = BTreeMap::new();
        for (name, value) in pairs {
            if fresh.insert(fold(&name), value).is_some() {
                return Err(super::json::Broken::Twice.fault());
            }
        }
        // A later source wins: the path says whom a request is about.
        self.values.extend(fresh);
        Ok(())
    }

    /// The text of a name, when it is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(&fold(name)).and_then(Value::as_str)
    }

    /// Reads one field.
    pub fn take<T: Take>(&self, field: &'static Field) -> Result<T, Fault> {
        let value = self.values.get(&fold(field.snake)).or_else(|| self.values.get(&fold(field.camel)));
        let name = field.name(self.spelling);
        T::read_from(
            &Slot { name, kind: field.kind, spelling: self.spelling },
            value.filter(|v| !v.is_null()),
        )
    }
}

/// A request that is declared by `fields!`.
pub trait Fields: Sized {
    /// Its fields.
    const FIELDS: &'static [Field];
    /// Reads and checks it.
    fn read(arguments: &Arguments) -> Result<Self, Fault>;
}

/// A request without fields.
pub struct Nothing;

impl Fields for Nothing {
    const FIELDS: &'static [Field] = &[];
    fn read(_: &Arguments) -> Result<Self, Fault> {
        Ok(Self)
    }
}

/// The place that a value is read into.
pub struct Slot {
    name: &'static str,
    kind: Kind,
    spelling: Spelling,
}

impl Slot {
    fn is_not(&self, what: &str) -> Fault {
        Fault::field(Code::InvalidParameter, self.name, format!("{} must be {what}", self.name))
    }

    fn missing(&self) -> Fault {
        LimitError::Required { field: self.name }.into()
    }

    fn rule(&self) -> TextRule {
        match self.kind {
            Kind::Text(rule) | Kind::Texts { each: rule, .. } => rule,
            _ => TextRule::optional(0, limits::Charset::Text),
        }
    }

    fn text<'a>(&self, value: &'a Value) -> Result<&'a str, Fault> {
        let text = value.as_str().ok_or_else(|| self.is_not("text"))?;
        self.rule().check(self.name, text)?;
        Ok(text)
    }
}

/// A type that a field can have.
pub trait Take: Sized {
    /// Its absence is an error.
    const REQUIRED: bool;
    /// Reads and checks it.
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault>;
}

impl Take for String {
    const REQUIRED: bool = true;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        Ok(slot.text(value.ok_or_else(|| slot.missing())?)?.to_owned())
    }
}

impl Take for Option<String> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        // Where empty is no value, it means absent.
        let value = value.filter(|v| !(slot.rule().min_chars > 0 && v.as_str() == Some("")));
        value.map(|v| slot.text(v).map(str::to_owned)).transpose()
    }
}

macro_rules! take_id {
    ($($id:ty),*) => {$(
        impl Take for $id {
            const REQUIRED: bool = true;
            fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
                Ok(<$id>::parse_field(slot.name, slot.text(value.ok_or_else(|| slot.missing())?)?)?)
            }
        }

        impl Take for Option<$id> {
            const REQUIRED: bool = false;
            fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
                let text = Option::<String>::read_from(slot, value)?;
                Ok(text.map(|t| <$id>::parse_field(slot.name, &t)).transpose()?)
            }
        }

        impl Take for Option<Vec<$id>> {
            const REQUIRED: bool = false;
            fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
                let Some(texts) = Option::<Vec<String>>::read_from(slot, value)? else { return Ok(None) };
                let ids: Result<Vec<$id>, _> = texts.iter().map(|t| <$id>::parse_field(slot.name, t)).collect();
                Ok(Some(ids?))
            }
        }

        impl Take for Vec<$id> {
            const REQUIRED: bool = true;
            fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
                let list = Option::<Vec<$id>>::read_from(slot, value)?;
                list.filter(|l| !l.is_empty()).ok_or_else(|| slot.missing())
            }
        }
    )*};
}
take_id!(Accid, UserUuid, DeviceId, RoomUuid);

/// Written as a number or as a text. What can be no room's id names no room.
impl Take for ArchiveId {
    const REQUIRED: bool = true;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let number = match value.ok_or_else(|| slot.missing())? {
            Value::Number(number) => number.as_u64(),
            text => slot.text(text)?.parse().ok(),
        };
        let number = number.filter(|number| *number > 0 && i64::try_from(*number).is_ok());
        number.map(ArchiveId).ok_or_else(|| Fault::of(Code::RoomNotFound))
    }
}

impl Take for Option<&'static str> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let Kind::Word(words) = slot.kind else { return Ok(None) };
        let Some(value) = value.filter(|value| value.as_str() != Some("")) else { return Ok(None) };
        let word = words.iter().find(|word| value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(word)));
        word.copied().map(Some).ok_or_else(|| slot.is_not(&format!("one of {}", words.join(", "))))
    }
}

/// The older calls wrap each text: `{"key": {"value": "text"}}`.
impl Take for Option<BTreeMap<String, String>> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let Some(value) = value else { return Ok(None) };
        let Kind::TextMap { key: key_rule, value: rule, max } = slot.kind else { return Ok(None) };
        let object = value.as_object().ok_or_else(|| slot.is_not("an object"))?;
        limits::check_count(slot.name, max, object.len())?;
        let read = |(key, value): (&String, &Value)| {
            key_rule.check(slot.name, key)?;
            let text = value.as_object().map_or(Some(value), |wrapped| wrapped.get("value"));
            let text = text.and_then(Value::as_str).ok_or_else(|| slot.is_not("an object of texts"))?;
            rule.check(slot.name, text)?;
            Ok((key.clone(), text.to_owned()))
        };
        object.iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}

impl Take for Map<String, Value> {
    const REQUIRED: bool = true;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let object = value.ok_or_else(|| slot.missing())?.as_object();
        object.cloned().ok_or_else(|| slot.is_not("an object"))
    }
}

impl Take for Option<bool> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        match value {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(slot.is_not("true or false")),
        }
    }
}

impl Take for bool {
    const REQUIRED: bool = true;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        Option::<bool>::read_from(slot, value)?.ok_or_else(|| slot.missing())
    }
}

impl Take for Option<i64> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let number = match value {
            None => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_i64(),
        };
        let number = number.ok_or_else(|| slot.is_not("a whole number"))?;
        if let Kind::Number { min, max } = slot.kind {
            limits::check_range(slot.name, min, max, number)?;
        }
        Ok(Some(number))
    }
}

impl Take for i64 {
    const REQUIRED: bool = true;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        Option::<i64>::read_from(slot, value)?.ok_or_else(|| slot.missing())
    }
}

impl Take for Option<Vec<String>> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let parsed;
        let items = match value {
            None => return Ok(None),
            Some(Value::String(text)) => {
                parsed = listed(text).ok_or_else(|| slot.is_not("a JSON array of texts"))?;
                &parsed
            }
            Some(Value::Array(items)) => items,
            Some(_) => return Err(slot.is_not("a list of texts")),
        };
        if let Kind::Texts { max, .. } = slot.kind {
            limits::check_count(slot.name, max, items.len())?;
        }
        items.iter().map(|item| slot.text(item).map(str::to_owned)).collect::<Result<_, _>>().map(Some)
    }
}

/// A list inside a text: JSON in a form, comma-joined in a query.
fn listed(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    match text.chars().next() {
        None => Some(Vec::new()),
        Some('[') => serde_json::from_str(text).ok(),
        Some(_) => Some(text.split(',').map(|item| item.trim().into()).collect()),
    }
}

impl<T: Fields> Take for Option<T> {
    const REQUIRED: bool = false;
    fn read_from(slot: &Slot, value: Option<&Value>) -> Result<Self, Fault> {
        let Some(value) = value else { return Ok(None) };
        let object = value.as_object().ok_or_else(|| slot.is_not("an object"))?;
        let mut inner = Arguments::new(slot.spelling);
        inner.add(object.iter().map(|(name, value)| (name.clone(), value.clone())))?;
        T::read(&inner).map(Some)
    }
}

/// Declares a request. `field / "camelName": Type = Kind;` gives the second spelling where it differs;
/// `field as "name": ...` gives the only one.
macro_rules! fields {
    ($(#[doc = $about:literal])+ $vis:vis struct $name:ident {
        $(
            $(#[doc = $field_about:literal])+
            $field:ident $(/ $camel:literal)? $(as $only:literal)?: $type:ty = $kind:expr;
        )*
    }) => {
        $(#[doc = $about])+
        $vis struct $name {
            $($(#[doc = $field_about])+ pub $field: $type,)*
        }

        impl $crate::http::field::Fields for $name {
            const FIELDS: &'static [$crate::http::field::Field] = &[$(
                $crate::http::field::field!($field [$($camel)?] [$($only)?], $type, $kind, $($field_about)+)
            ),*];

            fn read(arguments: &$crate::http::field::Arguments) -> Result<Self, $crate::fault::Fault> {
                Ok(Self {$(
                    $field: arguments.take(const {
                        &$crate::http::field::field!($field [$($camel)?] [$($only)?], $type, $kind, $($field_about)+)
                    })?,
                )*})
            }
        }
    };
}

macro_rules! field {
    ($field:ident [] [], $($rest:tt)+) => {
        $crate::http::field::field!(stringify!($field), stringify!($field), $($rest)+)
    };
    ($field:ident [$camel:literal] [], $($rest:tt)+) => {
        $crate::http::field::field!(stringify!($field), $camel, $($rest)+)
    };
    ($field:ident [] [$only:literal], $($rest:tt)+) => {
        $crate::http::field::field!($only, $only, $($rest)+)
    };
    ($snake:expr, $camel:expr, $type:ty, $kind:expr, $($about:literal)+) => {
        $crate::http::field::Field {
            snake: $snake,
            camel: $camel,
            about: concat!($($about),+),
            kind: $kind,
            required: <$type as $crate::http::field::Take>::REQUIRED,
        }
    };
}

pub(crate) use {field, fields};
