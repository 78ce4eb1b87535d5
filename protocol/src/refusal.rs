//! Why a core machine says no.

use crate::codes::Code;
use crate::limits::LimitError;

/// Why something is not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// What the caller is answered.
    pub code: Code,
    /// The field that is wrong, where it is one.
    pub field: Option<&'static str>,
    /// For developers: the rule that was broken, never a value.
    pub message: String,
}

impl Refusal {
    /// With the table's own sentence.
    pub fn of(code: Code) -> Refusal {
        Refusal::new(code, code.developer())
    }

    /// A rule that is about no single field.
    pub fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, field: None, message: message.into() }
    }

    /// A field that is wrong.
    pub fn of_field(code: Code, field: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { code, field: Some(field), message: message.into() }
    }
}

impl From<LimitError> for Refusal {
    fn from(broken: LimitError) -> Refusal {
        Refusal::of_field(broken.code(), broken.field(), broken.to_string())
    }
}
