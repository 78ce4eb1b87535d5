//! The chat of a room: one dense stream, each message once, from somebody who may write.

use super::Room;
use parlor_protocol::v1::{self, chat_message::Body};
use std::collections::BTreeMap;

/// The chat of a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chat {
    pub(crate) seq: u64,
    pub(crate) messages: BTreeMap<u64, v1::ChatMessage>,
    last_at_ms: i64,
    /// Since when a device is in the chat: the last message before.
    pub(crate) present: BTreeMap<i64, u64>,
    /// From this message on nothing is missed by anybody.
    pub(crate) last_words: Option<u64>,
}

impl Chat {
    pub(super) fn uuids(&self) -> Vec<String> {
        let said = self.messages.values().filter(|m| m.sender.is_some());
        said.map(|m| m.message_uuid.clone()).collect()
    }

    pub(super) fn entered(&mut self, rtc_uid: i64, present: bool, at: u64) {
        match present {
            true => self.present.insert(rtc_uid, at),
            false => self.present.remove(&rtc_uid),
        };
    }
}

impl Room {
    /// A message was stored, or one that is known is different now.
    pub(super) fn talks(&mut self, before: &Self, message: &v1::ChatMessage) -> Result<(), String> {
        if let Some(known) = self.chat.messages.get(&message.seq) {
            if !message.recalled
                || known.sender != message.sender
                || known.message_uuid != message.message_uuid
            {
                return Err(format!("it was {known:?}, and is {message:?}"));
            }
            self.chat.messages.insert(message.seq, message.clone());
            return Ok(());
        }
        if message.seq != self.chat.seq + 1 {
            return Err(format!("it follows message {}", self.chat.seq));
        }
        if message.at_ms < self.chat.last_at_ms {
            return Err("it is older than the one before".to_owned());
        }
        let user = message.sender.as_ref().map(|sender| sender.user_uuid.as_str());
        if let Some(user) = user {
            let twice =
                |m: &&v1::ChatMessage| m.message_uuid == message.message_uuid && m.sender == message.sender;
            if let Some(first) = self.chat.messages.values().find(twice) {
                return Err(format!("it is message {} once more", first.seq));
            }
            let writes = before.members.get(user);
            if !writes.is_some_and(|member| member.endpoints.iter().any(|device| device.in_chatroom)) {
                return Err(format!("{user} is not in the chat"));
            }
            if before.is_banned(user, 0, message.at_ms) {
                return Err(format!("{user} is banned from the chat"));
            }
        } else if !matches!(message.body, Some(Body::Notice(_))) {
            return Err("nobody sent it".to_owned());
        }
        self.chat.seq = message.seq;
        self.chat.last_at_ms = message.at_ms;
        self.chat.messages.insert(message.seq, message.clone());
        Ok(())
    }
}
