//! Who sees what.

use parlor_protocol::v1::ChatMessage;

/// Whether that room account may see the content: it is for everyone, for them, or from them.
pub fn visible(message: &ChatMessage, user_uuid: &str) -> bool {
    message.to.is_empty()
        || message.to.iter().any(|to| to == user_uuid)
        || message.sender.as_ref().is_some_and(|sender| sender.user_uuid == user_uuid)
}

/// What others get of a message: its place, so that the order stays dense, and nothing else.
pub fn veiled(message: &ChatMessage) -> ChatMessage {
    ChatMessage { seq: message.seq, ..ChatMessage::default() }
}
