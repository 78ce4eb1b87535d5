//! What was said in a room's chat, while it is kept, also after the room's end.

use crate::chat;
use crate::fault::Fault;
use crate::http::field::Kind::{Number, Text, Word};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, chat_message::Body};
use parlor_store::HistoryQuery;
use schemars::JsonSchema;
use serde::Serialize;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::new(
        Method::GET,
        "/scene/apps/{appKey}/v2/rooms/chatroom/msg/export",
        "What was said in a room's chat",
        export,
    )]
}

fields! {
    /// Which messages.
    pub struct Export {
        /// The room, alive or over.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// Not before this, in milliseconds since 1970.
        start_time / "startTime": Option<i64> = Number { min: 0, max: limits::ROOM_TEMPLATE_ID_MAX };
        /// Not after this; now when absent.
        end_time / "endTime": Option<i64> = Number { min: 0, max: limits::ROOM_TEMPLATE_ID_MAX };
        /// How many; 100 when absent.
        limit: Option<i64> = Number { min: 1, max: limits::CHAT_HISTORY_MAX as i64 };
        /// asc: the oldest first; desc when absent.
        order: Option<&'static str> = Word(&["desc", "asc"]);
    }
}

/// Messages in the order asked for.
#[derive(Serialize, JsonSchema)]
pub struct Exported {
    /// Those that fit; for the next ones, ask again from the time of the last.
    messages: Vec<Message>,
}

/// A message. Numbers of `msg_type` as in the broadcast.
#[derive(Serialize, JsonSchema)]
struct Message {
    /// Its name.
    msg_id: String,
    /// Its place in the chat.
    seq: u64,
    /// When it was sent, in milliseconds since 1970.
    send_time: i64,
    /// Who sent it; empty: the app's server.
    from_user_uuid: String,
    /// Its sender's name then.
    from_nick: String,
    /// Only for these people; empty: for everyone.
    to_user_uuids: Vec<String>,
    /// 0 text, 1 image, 5 notice, 6 file, 100 custom.
    msg_type: i32,
    /// The text, or the custom content.
    attach: String,
    /// The address of an image or a file.
    url: Option<String>,
    /// The app's own text beside it.
    ext: String,
    /// It was taken back, and has no content any more.
    recalled: bool,
}

impl From<v1::ChatMessage> for Message {
    fn from(message: v1::ChatMessage) -> Self {
        let of_file = |file: Option<v1::FileRef>| file.map(|file| (file.name, file.url)).unwrap_or_default();
        let (msg_type, attach, url) = match message.body {
            Some(Body::Text(text)) => (0, text.text, None),
            Some(Body::Custom(custom)) => (100, custom.attach, None),
            Some(Body::Image(image)) => {
                let (name, url) = of_file(image.file);
                (1, name, Some(url))
            }
            Some(Body::File(file)) => {
                let (name, url) = of_file(file.file);
                (6, name, Some(url))
            }
            Some(Body::Notice(notice)) => (5, notice.r#type.to_string(), None),
            None => (0, String::new(), None),
        };
        let sender = message.sender.unwrap_or_default();
        Self {
            msg_id: message.message_uuid,
            seq: message.seq,
            send_time: message.at_ms,
            from_user_uuid: sender.user_uuid,
            from_nick: sender.nick,
            to_user_uuids: message.to,
            msg_type,
            attach,
            url,
            ext: message.ext,
            recalled: message.recalled,
        }
    }
}

async fn export(call: Call, export: Export) -> Result<Exported, Fault> {
    let (app_id, archive_id) = (call.app.app_id, export.room_archive_id);
    let (from_ms, to_ms) = (export.start_time.unwrap_or(0), export.end_time.unwrap_or(i64::MAX));
    let limit = export.limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.unwrap_or(limits::CHAT_HISTORY_MAX as usize);
    let oldest_first = export.order == Some("asc");
    let found = call.node.store.read(move |view| {
        let Some(row) = view.room(archive_id)?.filter(|row| row.app_id == app_id) else {
            return Ok(Err(Code::RoomNotFound));
        };
        let Some(conversation_id) = row.chat_room_id else { return Ok(Err(Code::ChatroomNotFound)) };
        let query = HistoryQuery { from_ms, to_ms, oldest_first, kinds: &[], seen_by: None, limit };
        Ok(Ok(view.messages_by_time(conversation_id, &query)?))
    });
    let rows = found.await?.map_err(Fault::of)?;
    Ok(Exported { messages: rows.iter().filter_map(chat::stored).map(Message::from).collect() })
}
