//! The chat of a room: one dense stream, each message once, from somebody who may write.

use super::Room;
use parlor_protocol::v1::{self, chat_message::Body};
use std::collections::BTreeMap;

/// For so long everybody may take back what they wrote.
const RECALL_MS: i64 = 120_000;

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
    pub(super) fn talks(
        &mut self,
        before: &Self,
        beside: &[v1::ChatMessage],
        message: &v1::ChatMessage,
    ) -> Result<(), String> {
        if let Some(known) = self.chat.messages.get(&message.seq) {
            if !message.recalled
                || known.recalled
                || known.sender != message.sender
                || known.message_uuid != message.message_uuid
            {
                return Err(format!("it was {known:?}, and is {message:?}"));
            }
            before.may_recall(beside, known)?;
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

    /// Whoever wrote it takes it back for a while, and whoever stands above all does so always. A notice says who did.
    fn may_recall(&self, beside: &[v1::ChatMessage], known: &v1::ChatMessage) -> Result<(), String> {
        let notice = beside.iter().find_map(|message| match &message.body {
            Some(Body::Notice(notice)) if notice.recalled_seq == known.seq => Some((message.at_ms, notice)),
            _ => None,
        });
        let Some((at_ms, notice)) = notice else {
            return Err("it is recalled, and nobody is told".to_owned());
        };
        let by = notice.operate_by.as_str();
        let is_own = known.sender.as_ref().is_some_and(|sender| sender.user_uuid == by);
        let in_time = at_ms - known.at_ms <= RECALL_MS;
        match self.law.is_super(self.role(by)) || is_own && in_time && self.members.contains_key(by) {
            true => Ok(()),
            false => Err(format!("{by} may not take it back: {known:?}")),
        }
    }
}
