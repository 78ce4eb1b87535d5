//! A question about what was said.

use super::kind::Kind;
use parlor_protocol::Refusal;
use parlor_protocol::limits::{self, LimitError};
use parlor_protocol::v1::ChatHistory;

/// A page of history, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// No message before this time, in ms since 1970.
    pub since_ms: i64,
    /// No message after this time.
    pub until_ms: i64,
    /// Messages of the page, 1 to 100.
    pub limit: u32,
    /// From the oldest on; otherwise from the newest back.
    pub oldest_first: bool,
    /// Only these kinds; empty = all.
    pub kinds: Vec<Kind>,
}

/// Checks a question. Times include their ends. `from_ms` is where the reader begins: the later end, or with
/// `oldest_first` the earlier one.
///
/// # Errors
/// Names the field and its limit.
pub fn history(asked: &ChatHistory) -> Result<History, Refusal> {
    limits::check_range("limit", 0, limits::CHAT_HISTORY_MAX.into(), asked.limit.into())?;
    limits::check_range("from_ms", 0, i64::MAX, asked.from_ms)?;
    limits::check_range("to_ms", 0, i64::MAX, asked.to_ms)?;
    let end_or = |at_ms, open| if at_ms == 0 { open } else { at_ms };
    let (since_ms, until_ms) = match asked.oldest_first {
        true => (asked.from_ms, end_or(asked.to_ms, i64::MAX)),
        false => (asked.to_ms, end_or(asked.from_ms, i64::MAX)),
    };
    if since_ms > until_ms {
        let (min, max) = if asked.oldest_first { (since_ms, i64::MAX) } else { (0, until_ms) };
        return Err(LimitError::OutOfRange { field: "to_ms", min, max, found: asked.to_ms }.into());
    }
    let mut kinds = Vec::new();
    for name in &asked.kinds {
        let kind = Kind::parse(name)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let limit = if asked.limit == 0 { limits::CHAT_HISTORY_MAX } else { asked.limit };
    Ok(History { since_ms, until_ms, limit, oldest_first: asked.oldest_first, kinds })
}
