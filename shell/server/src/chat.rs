//! One conversation in the hands of whoever writes to it: its head, its rows, who gets its messages.

mod presence;
mod tell;

pub(crate) use presence::{notices, sender_of};
pub(crate) use tell::parcels;

use crate::config::ChatConfig;
use parlor_chat::{Chatroom, Kind, ReceiveLimits, ReceiveRates};
use parlor_protocol::ids::{ArchiveId, ConversationId, RtcUid};
use parlor_protocol::{limits, v1};
use parlor_store::Write;
use parlor_store::rows::MessageRow;
use prost::Message;
use std::collections::BTreeMap;

/// A room's chat, in the hands of the room's owner.
pub(crate) struct Talk {
    pub(crate) room: Chatroom,
    pub(crate) conversation_id: ConversationId,
    rates: ReceiveRates,
    received: BTreeMap<RtcUid, ReceiveLimits>,
}

impl Talk {
    /// The chat as it is stored; `last` is its newest message.
    pub(crate) fn load(
        conversation_id: ConversationId,
        at: v1::Cursor,
        last: Option<&MessageRow>,
        config: &ChatConfig,
    ) -> Self {
        Self {
            room: Chatroom::load(conversation_id.wire(), at.epoch, at.seq, last.map_or(0, |row| row.at_ms)),
            conversation_id,
            rates: ReceiveRates {
                ordinary_per_s: config.receive_ordinary_per_s,
                high_priority_per_s: config.receive_high_priority_per_s,
            },
            received: BTreeMap::new(),
        }
    }

    /// The write that stores new messages; it forgets what is older than what is kept.
    pub(crate) fn append(&self, archive_id: ArchiveId, messages: &[v1::ChatMessage]) -> Write {
        let last = messages.last().map_or(0, |message| message.seq);
        Write::AppendMessages {
            conversation_id: self.conversation_id,
            archive_id,
            messages: messages.iter().map(|message| self.row(message)).collect(),
            keep_after_seq: last.saturating_sub(limits::CHAT_KEPT),
        }
    }

    /// The row of a message.
    pub(crate) fn row(&self, message: &v1::ChatMessage) -> MessageRow {
        // An empty message has no kind of its own any more; it stands where it stood.
        let kind = Kind::of(message).unwrap_or(Kind::Text).number();
        MessageRow {
            conversation_id: self.conversation_id,
            seq: message.seq,
            at_ms: message.at_ms,
            sender: message.sender.as_ref().map(|sender| sender.user_uuid.clone()).unwrap_or_default(),
            message_uuid: message.message_uuid.clone(),
            to: match message.to.is_empty() {
                true => None,
                false => Some(message.to.iter().filter_map(|to| to.parse().ok()).collect()),
            },
            kind: u8::try_from(kind).unwrap_or(0),
            body: message.encode_to_vec(),
        }
    }

    /// Whoever is not in the room any more is counted no more.
    pub(crate) fn forget(&mut self, rtc_uid: RtcUid) {
        self.received.remove(&rtc_uid);
    }
}

/// A stored message. One that does not read is left out, and the log says so.
pub(crate) fn stored(row: &MessageRow) -> Option<v1::ChatMessage> {
    v1::ChatMessage::decode(row.body.as_slice())
        .inspect_err(|cause| {
            tracing::error!(conversation = %row.conversation_id, seq = row.seq, %cause, "a message does not read");
        })
        .ok()
}
