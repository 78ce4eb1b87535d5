//! One message into every live room of an app.

use super::sender;
use crate::act::Act;
use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Text};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::room::{self, OutsideAct, Said, Service};
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{ArchiveId, UserUuid};
use parlor_protocol::limits;
use parlor_protocol::v1::{ChatCustom, ChatSend, ChatText, chat_send};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

/// Rooms that are read at once.
const PAGE: usize = 256;
/// The published number of a text.
const TEXT: i64 = 0;
/// The published number of a message of the app's own.
const CUSTOM: i64 = 100;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::new(
        Method::POST,
        "/neroom/v1/broadcast",
        "Send a message into the chat of every live room",
        broadcast,
    )]
}

fields! {
    /// A message for every live room.
    pub struct Broadcast {
        /// Its name, chosen by the caller; a room that has it already does not get it again.
        msg_id / "msgId": String = Text(limits::MESSAGE_UUID);
        /// In whose name.
        sender_user_uuid / "senderUserUuid": UserUuid = Text(limits::USER_UUID);
        /// 0 text, 100 custom; the other published kinds are not supported yet.
        msg_type / "msgType": i64 = Number { min: TEXT, max: CUSTOM };
        /// The text, or the custom content.
        attach: Option<String> = Text(limits::CHAT_EXT);
        /// The app's own text beside it.
        ext: Option<String> = Text(limits::CHAT_EXT);
        /// Not dropped for the sake of ordinary messages.
        high_priority / "highPriority": Option<bool> = Flag;
    }
}

/// How far a broadcast came.
#[derive(Serialize, JsonSchema)]
pub struct Broadcasted {
    /// Rooms that have the message now.
    rooms: u64,
}

async fn broadcast(call: Call, new: Broadcast) -> Result<Broadcasted, Fault> {
    let attach = new.attach.unwrap_or_default();
    let body = match new.msg_type {
        TEXT => chat_send::Body::Text(ChatText { text: attach }),
        CUSTOM => chat_send::Body::Custom(ChatCustom { attach }),
        _ => return Err(Fault::of(Code::NotSupported)),
    };
    let said = Said {
        sender: sender(&call, Some(new.sender_user_uuid)).await?,
        send: ChatSend {
            message_uuid: new.msg_id.clone(),
            ext: new.ext.unwrap_or_default(),
            body: Some(body),
            ..ChatSend::default()
        },
        high_priority: new.high_priority == Some(true),
    };
    let rooms = live_rooms(&call).await?;
    let detail = json!({"msg_id": new.msg_id, "rooms": rooms.len()});
    let audit = call.act.audit("app.broadcast", call.app.app_key.as_str(), &detail);
    call.node.store.commit(call.act.batch().write(audit)).await?;
    // The call is marked as done; what it does in each room is known by the message's name.
    let act = Act { once: None, ..call.act };
    let mut reached = 0;
    for archive_id in rooms {
        let service = Service { audit: None, acts: vec![OutsideAct::Say(Box::new(said.clone()))] };
        match room::serve(&call.node, &act, archive_id, service).await {
            Ok(()) => reached += 1,
            // A room that has ended meanwhile has nobody who could read it.
            Err(fault) if fault.code == Code::RoomNotFound => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(Broadcasted { rooms: reached })
}

/// The app's live rooms that have a chat, as of one moment.
async fn live_rooms(call: &Call) -> Result<Vec<ArchiveId>, Fault> {
    let app_id = call.app.app_id;
    let read = call.node.store.read(move |view| {
        let mut rooms = Vec::new();
        for skip in (0..).step_by(PAGE) {
            let page = view.live_rooms(app_id, skip, PAGE)?;
            let is_last = page.len() < PAGE;
            let with_chat = page.into_iter().filter(|(row, _)| row.chat_room_id.is_some());
            rooms.extend(with_chat.map(|(row, _)| row.archive_id));
            if is_last {
                break;
            }
        }
        Ok(rooms)
    });
    Ok(read.await?)
}
