//! Requests about a room's chat.

use parlor_sdk::{ChatContent, ChatDraft, ChatMembersKind, Code, Error, HistoryQuery, Room, RoomKit, To};

use super::file::Transfer;
use super::{Facade, ready};
use crate::r#gen::{
    ChatAttachment, ChatHistory, ChatMembers, ChatMessages, ChatPeople, ChatRecall, ChatSend, chat_send,
    sdk_reply::Body,
};
use crate::reply::{of_room, refused};
use crate::room;
use crate::threads::Work;

impl Facade {
    pub(super) fn send_chat(&self, send: ChatSend) -> Work {
        let ChatSend { archive_id, message_uuid, to, body } = send;
        let Some(body) = body else {
            return ready(refused(of_room(Code::InvalidParameter, String::new())));
        };
        let to = if to.is_empty() { To::Everyone } else { To::Users(to) };
        let draft = |content| ChatDraft { message_uuid, content, to, ext: String::new() };
        match body {
            chat_send::Body::Text(text) => self.send_draft(archive_id, draft(ChatContent::Text(text))),
            chat_send::Body::Custom(attach) => {
                self.send_draft(archive_id, draft(ChatContent::Custom(attach)))
            }
            chat_send::Body::Attachment(attachment) => {
                let mut draft = draft(ChatContent::Text(String::new()));
                if draft.message_uuid.is_empty() {
                    draft.message_uuid = uuid::Uuid::new_v4().simple().to_string();
                }
                let transfer = self.transfer(archive_id, &draft.message_uuid);
                self.in_room(archive_id, |room, kit| send_attachment(room, kit, draft, attachment, transfer))
            }
        }
    }

    fn send_draft(&self, archive_id: i64, draft: ChatDraft) -> Work {
        self.in_room(archive_id, |room, _| send(room, draft, String::new()))
    }

    pub(super) fn recall_chat(&self, ChatRecall { archive_id, message_uuid }: ChatRecall) -> Work {
        self.in_room(
            archive_id,
            |room, _| async move { room.chat().recall(message_uuid).await.map(|()| None) },
        )
    }

    /// Of any room that this account was in.
    pub(super) fn chat_history(&self, history: ChatHistory) -> Work {
        let ChatHistory { archive_id, from_ms, to_ms, limit, oldest_first } = history;
        let query = HistoryQuery { from_ms, to_ms, limit, oldest_first, kinds: Vec::new() };
        self.on_kit(|kit| async move {
            let found = kit.rooms().chat_history(archive_id, query).await?;
            let messages = found.into_iter().filter_map(|message| room::chat_message(message, "")).collect();
            Ok(Some(Body::ChatMessages(ChatMessages { messages })))
        })
    }

    pub(super) fn chat_members(&self, ChatMembers { archive_id, r#type, limit }: ChatMembers) -> Work {
        let kind = match r#type {
            0 => ChatMembersKind::Normal,
            1 => ChatMembersKind::OnlineNormal,
            2 => ChatMembersKind::GuestDesc,
            3 => ChatMembersKind::GuestAsc,
            _ => return ready(refused(of_room(Code::InvalidParameter, "type is 0 to 3".to_owned()))),
        };
        let Ok(limit) = u32::try_from(limit) else {
            return ready(refused(of_room(Code::InvalidParameter, "limit is not negative".to_owned())));
        };
        self.in_room(archive_id, |room, _| async move {
            let people = room.chat().members(kind, limit).await?;
            let people = people.into_iter().map(room::person).collect();
            Ok(Some(Body::ChatPeople(ChatPeople { people })))
        })
    }
}

async fn send(room: Room, draft: ChatDraft, path: String) -> Result<Option<Body>, Error> {
    let sent = room.chat().send(draft).await?;
    let messages = room::chat_message(sent, &path).into_iter().collect();
    Ok(Some(Body::ChatMessages(ChatMessages { messages })))
}

async fn send_attachment(
    room: Room,
    kit: RoomKit,
    mut draft: ChatDraft,
    attachment: ChatAttachment,
    transfer: Transfer,
) -> Result<Option<Body>, Error> {
    let ChatAttachment { path, image, width, height } = attachment;
    let from = path.clone();
    let file = transfer.run(|progress| async move { kit.files().upload_path(from, progress).await }).await?;
    draft.content = if image { ChatContent::Image { file, width, height } } else { ChatContent::File(file) };
    send(room, draft, path).await
}
