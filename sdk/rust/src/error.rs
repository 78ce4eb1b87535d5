//! What a call answers when it fails.

use parlor_client::Failure;
use parlor_protocol::{Code, Remedy};

/// A failed call. Match on `code`; act on `remedy`; show `code.user_en()` or `code.user_zh()`; log `message`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?} ({number}): {message}")]
pub struct Error {
    /// The entry of the code table; [`Code::Failure`] for a number newer than this SDK.
    pub code: Code,
    /// The number on the link.
    pub number: i32,
    /// What to do about it; the server's word counts.
    pub remedy: Remedy,
    /// A sentence for developers.
    pub message: String,
    /// How long to wait before trying again, 0 = not said.
    pub retry_after_ms: u32,
}

impl Error {
    pub(crate) fn local(code: Code) -> Self {
        Failure::local(code).into()
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::local(Code::InvalidParameter) }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let Failure { code, number, remedy, message, retry_after_ms } = failure;
        Self { code, number, remedy, message, retry_after_ms }
    }
}
