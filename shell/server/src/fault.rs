//! Why the server could not do what it was asked: one code for outside, one sentence, and the cause for the log.

use parlor_protocol::Refusal;
use parlor_protocol::codes::Code;
use parlor_protocol::limits::LimitError;
use parlor_store::{CommitError, ReadError};

/// A failed act, ready to be answered in any family of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}: {message}")]
pub struct Fault {
    /// The entry of the code table.
    pub code: Code,
    /// A sentence for developers: names the field and the limit; no secrets.
    pub message: String,
    /// The request field at fault.
    pub field: Option<&'static str>,
    /// How long to wait before trying again.
    pub retry_after_ms: u32,
}

impl Fault {
    /// A fault with the table's own sentence.
    pub fn of(code: Code) -> Self {
        Self { code, message: code.developer().to_owned(), field: None, retry_after_ms: 0 }
    }

    /// A fault with its own sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after_ms: 0 }
    }

    /// A bad field.
    pub fn field(code: Code, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: Some(field), retry_after_ms: 0 }
    }

    /// Asks the caller to wait.
    pub fn after(mut self, retry_after_ms: u32) -> Self {
        self.retry_after_ms = retry_after_ms;
        self
    }
}

impl From<LimitError> for Fault {
    fn from(broken: LimitError) -> Self {
        Self::field(broken.code(), broken.field(), broken.to_string())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self { field: refusal.field, ..Self::new(refusal.code, refusal.message) }
    }
}

impl From<ReadError> for Fault {
    fn from(cause: ReadError) -> Self {
        tracing::error!(%cause, "the store could not be read");
        Self::of(Code::ServerError)
    }
}

impl From<CommitError> for Fault {
    fn from(cause: CommitError) -> Self {
        match cause {
            CommitError::ReadOnly => Self::of(Code::ReadOnly),
            CommitError::Busy => Self::of(Code::ServerBusy).after(500),
            CommitError::Closed => Self::of(Code::ShuttingDown).after(1000),
            CommitError::Fenced => Self::of(Code::SessionFenced),
            CommitError::RoomFenced => Self::of(Code::RoomNotLoggedIn),
            CommitError::Repeated { .. } => Self::of(Code::DuplicateRequest),
            cause => {
                tracing::error!(%cause, "a commit failed");
                Self::of(Code::ServerError)
            }
        }
    }
}
