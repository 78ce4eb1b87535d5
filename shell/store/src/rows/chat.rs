//! Conversations and user streams.

use parlor_protocol::ids::{Accid, AppId, ConversationId, UserUuid};

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Which conversation.
    pub conversation_id: ConversationId,
    /// Its place there; dense.
    pub seq: u64,
    /// When it was sent; never decreases along a conversation.
    pub at_ms: i64,
    /// The account that sent it; empty = the server.
    pub sender: String,
    /// Chosen by the sender; unique per conversation and sender.
    pub message_uuid: String,
    /// Whom it is for; none = everyone.
    pub to: Option<Vec<UserUuid>>,
    /// What it is, as the chat numbers kinds; below 63.
    pub kind: u8,
    /// Encoded `v1::ChatMessage`.
    pub body: Vec<u8>,
}

/// One event of a user stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEventRow {
    /// Its place in the stream, given when it was committed; dense. The body does not repeat it.
    pub seq: u64,
    /// When it happened.
    pub at_ms: i64,
    /// Encoded `v1::UserEvent`, without its seq.
    pub body: Vec<u8>,
}

/// A person whose stream went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPlaceRow {
    /// Whose app.
    pub app_id: AppId,
    /// Who.
    pub user_uuid: UserUuid,
    /// The bound IM account.
    pub accid: Accid,
    /// Where the stream is.
    pub head: UserHead,
}

/// Where a user stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHead {
    /// Epoch of all user streams; a restore raises it.
    pub epoch: u64,
    /// The last event; 0 = none yet.
    pub seq: u64,
}
