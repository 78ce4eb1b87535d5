//! Accounts: what an IM account and a room account are, and the one-to-one binding between them.

use serde::{Deserialize, Serialize};

/// What an IM account shows of its owner (v1 `updateUinfo`, v2 `user_information`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Display name.
    pub name: String,
    /// Avatar address (v1 `icon`, v2 `avatar`).
    pub icon: String,
    /// Signature line.
    pub sign: String,
    /// E-mail address, as text.
    pub email: String,
    /// Birthday, as text (v1 `birth`, v2 `birthday`).
    pub birth: String,
    /// Phone number, as text.
    pub mobile: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// The app's own JSON (v1 `ex`, v2 `extension`).
    pub ex: String,
}

/// What an IM account may not do (v1 `mute`, `muteModule`; v2 `*_chat_banned`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutes {
    /// No messages at all.
    pub all: bool,
    /// No messages to one person.
    pub p2p: bool,
    /// No messages to teams.
    pub team: bool,
    /// No messages to chatrooms.
    pub room: bool,
    /// No messages to QChat channels.
    pub qchat: bool,
}

/// What a room login has to satisfy, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// 100005: the room account is bound to another IM account than the one logged in here.
    #[error("the room account is bound to another IM account")]
    OtherAccount,
}

/// The rule of reuse, on the server: the session's account must be the bound one. Both names are folded.
pub fn check_binding(session_accid: &str, bound_accid: &str) -> Result<(), BindingError> {
    if session_accid == bound_accid { Ok(()) } else { Err(BindingError::OtherAccount) }
}
