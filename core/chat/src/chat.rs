//! The chat of a room: what its next message is.

pub(crate) mod content;
pub(crate) mod history;
pub(crate) mod kind;
pub(crate) mod recall;
pub(crate) mod receive;
pub(crate) mod sight;
#[cfg(test)]
mod tests;

use content::check_send;
use parlor_protocol::v1::chat_message::Body;
use parlor_protocol::v1::{ChatMessage, ChatNotice, ChatNoticeType, ChatSend, ChatSender, Cursor};
use parlor_protocol::{Code, Refusal};
use recall::{Recaller, recalled};

/// Whose ban keeps a sender silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ban {
    /// The sender's own.
    Member,
    /// The whole room's.
    Room,
}

/// What a sender may do, as the room knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// A ban that holds for the sender now.
    pub ban: Option<Ban>,
    /// The message is of high priority; only the app's server may ask for it (neroom-server §6.1).
    pub high_priority: bool,
    /// The app's server sends: the published limit of its text is another, and a file may be anywhere.
    pub by_server: bool,
}

/// The head of a room's chat: the place of its newest message. The order is (epoch, seq), dense; times never decrease.
///
/// [`Chatroom::send`] and its like decide and change nothing; [`Chatroom::apply`] moves on once a message is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chatroom {
    conversation_id: i64,
    epoch: u64,
    seq: u64,
    last_at_ms: i64,
}

impl Chatroom {
    /// The chat as it is stored: its newest message has the place (`epoch`, `seq`) and the time `last_at_ms`; both are 0
    /// where nobody has written yet.
    pub fn load(conversation_id: i64, epoch: u64, seq: u64, last_at_ms: i64) -> Self {
        Self { conversation_id, epoch, seq, last_at_ms }
    }

    /// The id that clients see as the chat room's.
    pub fn conversation_id(&self) -> i64 {
        self.conversation_id
    }

    /// The place of the newest message.
    pub fn at(&self) -> Cursor {
        Cursor { epoch: self.epoch, seq: self.seq }
    }

    /// When the newest message was sent, in ms since 1970.
    pub fn last_at_ms(&self) -> i64 {
        self.last_at_ms
    }

    /// The message that `sender` asks to be sent, at the next place. Whether the sender has sent one of that
    /// `message_uuid` before, the store knows.
    ///
    /// # Errors
    /// `ChatMuted`, `ChatAllMuted` for a ban; otherwise the field of the request that is outside its limit.
    pub fn send(
        &self,
        now_ms: i64,
        sender: &ChatSender,
        send: &ChatSend,
        allowance: Allowance,
    ) -> Result<ChatMessage, Refusal> {
        match allowance.ban {
            Some(Ban::Member) => return Err(Refusal::of(Code::ChatMuted)),
            Some(Ban::Room) => return Err(Refusal::of(Code::ChatAllMuted)),
            None => {}
        }
        check_send(send, allowance.by_server)?;
        Ok(ChatMessage {
            message_uuid: send.message_uuid.clone(),
            sender: Some(sender.clone()),
            to: content::receivers(&send.to)?,
            ext: send.ext.clone(),
            high_priority: allowance.high_priority,
            body: send.body.clone().map(content::body),
            ..self.next(now_ms)
        })
    }

    /// `actor` recalls `original`, a message as it is stored. The answer: that message without its content, and the
    /// notice 323 of it, which takes the next place and goes to everyone who could see the message.
    ///
    /// # Errors
    /// `MessageNotFound` for a message that is recalled already or that the actor cannot see; `Forbidden` for one that
    /// is not the actor's; `RecallTooLate`.
    pub fn recall(
        &self,
        now_ms: i64,
        actor: &Recaller<'_>,
        original: &ChatMessage,
    ) -> Result<(ChatMessage, ChatMessage), Refusal> {
        recall::check(now_ms, actor, original)?;
        let notice = ChatNotice {
            r#type: ChatNoticeType::Recall.into(),
            member: None,
            recalled_seq: original.seq,
            recalled_message_uuid: original.message_uuid.clone(),
            recalled_at_ms: original.at_ms,
            operate_by: actor.user_uuid.to_owned(),
        };
        let to = recall::told(actor, original);
        Ok((recalled(original), ChatMessage { to, ..self.notice(now_ms, notice) }))
    }

    /// The notice 301: `member` has come into the chat.
    pub fn joined(&self, now_ms: i64, member: &ChatSender) -> ChatMessage {
        self.presence(now_ms, ChatNoticeType::MemberJoin, member)
    }

    /// The notice 302: `member` has left the chat.
    pub fn left(&self, now_ms: i64, member: &ChatSender) -> ChatMessage {
        self.presence(now_ms, ChatNoticeType::MemberLeave, member)
    }

    /// Moves on: `message` is stored. False, and nothing changes, if it is not the next one.
    pub fn apply(&mut self, message: &ChatMessage) -> bool {
        let is_next = message.seq == self.seq + 1;
        if is_next {
            self.seq = message.seq;
            self.last_at_ms = self.last_at_ms.max(message.at_ms);
        }
        is_next
    }

    fn presence(&self, now_ms: i64, kind: ChatNoticeType, member: &ChatSender) -> ChatMessage {
        let notice =
            ChatNotice { r#type: kind.into(), member: Some(member.clone()), ..ChatNotice::default() };
        self.notice(now_ms, notice)
    }

    /// A message of the server itself. Its uuid is made of its place, which nothing else has.
    fn notice(&self, now_ms: i64, notice: ChatNotice) -> ChatMessage {
        let next = self.next(now_ms);
        let message_uuid = format!("notice-{}-{}-{}", self.conversation_id, self.epoch, next.seq);
        ChatMessage { message_uuid, body: Some(Body::Notice(notice)), ..next }
    }

    fn next(&self, now_ms: i64) -> ChatMessage {
        ChatMessage { seq: self.seq + 1, at_ms: now_ms.max(self.last_at_ms), ..ChatMessage::default() }
    }
}
