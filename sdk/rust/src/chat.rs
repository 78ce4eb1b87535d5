//! The chat of a room (`NERoomChatController`).

use crate::driver::Handle;
use crate::error::Error;
use crate::file::{Files, Progress};
use parlor_client::Event;
use parlor_protocol::Code;
use parlor_protocol::v1::{
    self, ChatMessage, ChatSender, FileRef, chat_send, reply::Body as Reply, request::Body as Request,
    room_act::Act,
};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Whom a message is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum To {
    /// Everybody in the room.
    #[default]
    Everyone,
    /// These people, by their user uuids.
    Users(Vec<String>),
}

impl To {
    /// One person.
    pub fn user(user_uuid: impl Into<String>) -> Self {
        Self::Users(vec![user_uuid.into()])
    }

    fn into_uuids(self) -> Vec<String> {
        match self {
            Self::Everyone => Vec::new(),
            Self::Users(uuids) => uuids,
        }
    }
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatContent {
    /// At most 5 KB.
    Text(String),
    /// The app's own kind of message.
    Custom(String),
    /// A file that is on the server.
    File(FileRef),
    /// A picture that is on the server.
    Image {
        /// The file.
        file: FileRef,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct ChatDraft {
    /// Names the message among all of its sender's; sent twice, it is one message. Empty: one is made.
    pub message_uuid: String,
    /// What it says.
    pub content: ChatContent,
    /// Whom it is for.
    pub to: To,
    /// The app's own text beside the content.
    pub ext: String,
}

impl ChatDraft {
    /// With a name of its own.
    pub fn new(content: ChatContent, to: To) -> Self {
        Self { message_uuid: new_uuid(), content, to, ext: String::new() }
    }
}

fn new_uuid() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Which members of the chat are asked for (`NEChatRoomMemberQueryType`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChatMembersKind {
    /// Normal members.
    #[default]
    Normal = 0,
    /// Normal members that are online.
    OnlineNormal = 1,
    /// Guests, the latest first.
    GuestDesc = 2,
    /// Guests, the earliest first.
    GuestAsc = 3,
}

/// Which messages of the past are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Unix milliseconds; 0 = now, or the beginning with `oldest_first`.
    pub from_ms: i64,
    /// Unix milliseconds; 0 = no bound on the other side.
    pub to_ms: i64,
    /// At most 100; 0 = 100.
    pub limit: u32,
    /// Forward in time instead of back.
    pub oldest_first: bool,
    /// Only these kinds: `text`, `custom`, `file`, `image`, `notification`; empty = all.
    pub kinds: Vec<String>,
}

impl HistoryQuery {
    pub(crate) fn into_request(self, archive_id: i64) -> v1::ChatHistory {
        v1::ChatHistory {
            archive_id,
            from_ms: self.from_ms,
            to_ms: self.to_ms,
            limit: self.limit,
            oldest_first: self.oldest_first,
            kinds: self.kinds,
        }
    }
}

/// The chat of a room that this device is in. Clones are the same.
#[derive(Clone)]
pub struct RoomChat {
    handle: Handle,
    archive_id: i64,
}

impl RoomChat {
    pub(crate) fn new(handle: Handle, archive_id: i64) -> Self {
        Self { handle, archive_id }
    }

    /// Enters the chat: before this nothing can be sent, and nothing comes. Messages begin here. After that this device
    /// stays in the chat for as long as it stays in the room.
    pub async fn join(&self) -> Result<(), Error> {
        self.present(true).await
    }

    /// Leaves the chat.
    pub async fn leave(&self) -> Result<(), Error> {
        self.present(false).await
    }

    async fn present(&self, present: bool) -> Result<(), Error> {
        let act = Some(Act::ChatPresence(v1::ActChatPresence { present }));
        let act = v1::RoomAct { archive_id: self.archive_id, act };
        self.handle.ask(Request::RoomAct(act)).await.map(drop)
    }

    /// This device is in the chat.
    pub fn is_joined(&self) -> bool {
        self.handle.look(|machine| machine.room_view(self.archive_id).is_some_and(|view| view.in_chat))
    }

    /// Sends a message; answers it as everybody gets it. It is sent again over lost links until the server has it, and
    /// is there once.
    pub async fn send(&self, draft: ChatDraft) -> Result<ChatMessage, Error> {
        let body = match draft.content {
            ChatContent::Text(text) => chat_send::Body::Text(v1::ChatText { text }),
            ChatContent::Custom(attach) => chat_send::Body::Custom(v1::ChatCustom { attach }),
            ChatContent::File(file) => chat_send::Body::File(v1::ChatFile { file: Some(file) }),
            ChatContent::Image { file, width, height } => {
                chat_send::Body::Image(v1::ChatImage { file: Some(file), width, height })
            }
        };
        let message_uuid = if draft.message_uuid.is_empty() { new_uuid() } else { draft.message_uuid };
        let send = v1::ChatSend {
            archive_id: self.archive_id,
            message_uuid,
            to: draft.to.into_uuids(),
            ext: draft.ext,
            body: Some(body),
        };
        match self.handle.fetch(Request::ChatSend(send)).await? {
            Reply::ChatSend(sent) => Ok(sent.message.unwrap_or_default()),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Sends a text.
    pub async fn send_text(&self, text: impl Into<String>, to: To) -> Result<ChatMessage, Error> {
        self.send(ChatDraft::new(ChatContent::Text(text.into()), to)).await
    }

    /// Sends a message of the app's own kind.
    pub async fn send_custom(&self, attach: impl Into<String>, to: To) -> Result<ChatMessage, Error> {
        self.send(ChatDraft::new(ChatContent::Custom(attach.into()), to)).await
    }

    /// Uploads a file and sends it.
    pub async fn send_file(
        &self,
        path: impl AsRef<Path>,
        to: To,
        progress: Progress,
    ) -> Result<ChatMessage, Error> {
        let file = self.files().upload_path(path, progress).await?;
        self.send(ChatDraft::new(ChatContent::File(file), to)).await
    }

    /// Uploads a picture of that size in pixels and sends it.
    pub async fn send_image(
        &self,
        path: impl AsRef<Path>,
        (width, height): (u32, u32),
        to: To,
        progress: Progress,
    ) -> Result<ChatMessage, Error> {
        let file = self.files().upload_path(path, progress).await?;
        self.send(ChatDraft::new(ChatContent::Image { file, width, height }, to)).await
    }

    fn files(&self) -> Files {
        Files::new(self.handle.clone())
    }

    /// Takes an own message back; everybody gets a notice (323).
    pub async fn recall(&self, message_uuid: impl Into<String>) -> Result<(), Error> {
        let archive_id = self.archive_id;
        let recall = v1::ChatRecall { archive_id, message_uuid: message_uuid.into() };
        self.handle.ask(Request::ChatRecall(recall)).await.map(drop)
    }

    /// Messages of the past, in the order asked for.
    pub async fn history(&self, query: HistoryQuery) -> Result<Vec<ChatMessage>, Error> {
        let request = query.into_request(self.archive_id);
        match self.handle.fetch(Request::ChatHistory(request)).await? {
            Reply::ChatHistory(page) => Ok(page.messages),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Who is in the chat.
    pub async fn members(&self, kind: ChatMembersKind, limit: u32) -> Result<Vec<ChatSender>, Error> {
        let archive_id = self.archive_id;
        let fetch = v1::ChatMembers { archive_id, r#type: kind as i32, limit };
        match self.handle.fetch(Request::ChatMembers(fetch)).await? {
            Reply::ChatMembers(page) => Ok(page.members),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Messages from now on: each once and in order, but those that this device sent, which `send` answered.
    pub fn events(&self) -> ChatEvents {
        ChatEvents { events: self.handle.events(), archive_id: self.archive_id, over: false }
    }
}

/// A listener. One that lags more than a thousand events of the client behind skips the oldest; the history has them.
pub struct ChatEvents {
    events: broadcast::Receiver<Arc<Event>>,
    archive_id: i64,
    over: bool,
}

impl ChatEvents {
    /// The next message; `None` after the room's end, or when the client is gone.
    pub async fn next(&mut self) -> Option<ChatMessage> {
        while !self.over {
            match self.events.recv().await {
                Ok(event) => match &*event {
                    Event::Chat { archive_id, message } if *archive_id == self.archive_id => {
                        return Some((**message).clone());
                    }
                    Event::RoomEnded { archive_id, .. } if *archive_id == self.archive_id => self.over = true,
                    _ => {}
                },
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
        None
    }
}
