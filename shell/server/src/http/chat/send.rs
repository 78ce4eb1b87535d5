//! Messages and signalling into one room, and messages taken back.

use super::sender;
use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Text, Texts, Word};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::identity::room_account;
use crate::room::{self, OutsideAct, Said, Service};
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{ArchiveId, RoomUuid, UserUuid};
use parlor_protocol::limits::{self, Charset, TextRule};
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{ActCommand, ChatCustom, ChatSend, ChatText, UserCommand, chat_send};
use parlor_store::rows::RoomRow;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(
            Method::POST,
            "/neroom/v3/rooms/{room_archive_id}/messages",
            "Send a message into a room's chat",
            send,
        ),
        Route::new(
            Method::POST,
            "/apps/v2/sendChatRoomCustomMessage",
            "Send a custom message into a room's chat",
            send_old,
        ),
        Route::new(
            Method::POST,
            "/neroom/v3/rooms/{room_archive_id}/custom_messages",
            "Send custom signalling to a room, to people in it, or to roles",
            command,
        ),
        Route::new(
            Method::POST,
            "/scene/apps/{appKey}/v2/rooms/{roomUuid}/chatrooms/{chatroomId}/recall",
            "Take a message back, for everybody",
            recall,
        ),
    ]
}

fields! {
    /// A message for a room's chat.
    pub struct Send {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// What it says.
        message: String = Text(limits::CHAT_SERVER_TEXT);
        /// custom: the app's own, as in the older call; text: for people. custom when absent.
        message_type / "messageType": Option<&'static str> = Word(&["custom", "text"]);
        /// In whose name; nobody's when absent.
        sender_user_uuid / "senderUserUuid": Option<UserUuid> = Text(limits::USER_UUID);
        /// Not dropped for the sake of ordinary messages.
        high_priority / "highPriority": Option<bool> = Flag;
        /// Only for these people; for everyone when absent.
        user_uuids / "userUuids": Option<Vec<UserUuid>> =
            Texts { each: limits::USER_UUID, max: limits::ROOM_BATCH_MAX };
        /// The app's own text beside it.
        ext: Option<String> = Text(limits::CHAT_EXT);
    }
}

/// A message that was sent.
#[derive(Serialize, JsonSchema)]
pub struct Sent {
    /// Its name, by which it can be taken back.
    msg_id: String,
}

async fn send(call: Call, new: Send) -> Result<Sent, Fault> {
    let body = match new.message_type {
        Some("text") => chat_send::Body::Text(ChatText { text: new.message }),
        _ => chat_send::Body::Custom(ChatCustom { attach: new.message }),
    };
    let to = new.user_uuids.unwrap_or_default();
    let said = Said {
        sender: sender(&call, new.sender_user_uuid).await?,
        send: ChatSend {
            message_uuid: call.node.random.token(),
            to: to.iter().map(ToString::to_string).collect(),
            ext: new.ext.unwrap_or_default(),
            body: Some(body),
            ..ChatSend::default()
        },
        high_priority: new.high_priority == Some(true),
    };
    say(&call, new.room_archive_id, said).await
}

async fn say(call: &Call, archive_id: ArchiveId, said: Said) -> Result<Sent, Fault> {
    let msg_id = said.send.message_uuid.clone();
    let detail = json!({"msg_id": msg_id, "sender_user_uuid": said.sender.user_uuid});
    let audit = Some(("room.send-message", detail));
    let service = Service { audit, acts: vec![OutsideAct::Say(Box::new(said))] };
    room::serve(&call.node, &call.act, archive_id, service).await?;
    Ok(Sent { msg_id })
}

/// The app's live room of that name.
async fn named(call: &Call, room_uuid: RoomUuid) -> Result<RoomRow, Fault> {
    let app_id = call.app.app_id;
    let found = call.node.store.read(move |view| view.live_room(app_id, &room_uuid)).await?;
    match found {
        Some(row) => Ok(row),
        // It may have ended after this very call was carried out.
        None => Err(call.act.refused(&call.node, Fault::of(Code::RoomNotFound)).await?),
    }
}

fields! {
    /// A custom message for a room's chat.
    pub struct SendOld {
        /// The name of a live room.
        room_uuid / "roomUuid": RoomUuid = Text(limits::ROOM_UUID);
        /// What it says.
        message: String = Text(limits::CHAT_SERVER_TEXT);
    }
}

async fn send_old(call: Call, new: SendOld) -> Result<Sent, Fault> {
    let room = named(&call, new.room_uuid).await?;
    let said = Said {
        send: ChatSend {
            message_uuid: call.node.random.token(),
            body: Some(chat_send::Body::Custom(ChatCustom { attach: new.message })),
            ..ChatSend::default()
        },
        ..Said::default()
    };
    say(&call, room.archive_id, said).await
}

/// `data` of a command; its size in bytes is the room's to judge.
const DATA: TextRule = TextRule::optional(limits::COMMAND_MAX_BYTES, Charset::Free);

fields! {
    /// Custom signalling.
    pub struct Command {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The app's own number.
        command_id / "commandId": i64 = Number { min: limits::COMMAND_ID_MIN, max: limits::COMMAND_ID_MAX };
        /// What goes with it.
        data: Option<String> = Text(DATA);
        /// For these people in the room; for everyone in it where neither people nor roles are named.
        user_uuids / "userUuids": Option<Vec<UserUuid>> =
            Texts { each: limits::USER_UUID, max: limits::COMMAND_TARGETS_MAX };
        /// For whoever has one of these roles.
        roles: Option<Vec<String>> = Texts { each: limits::ROLE_NAME, max: limits::COMMAND_TARGETS_MAX };
        /// room: part of what happens in the room. user: to each of user_uuids wherever they are logged in, in the room
        /// or not. room when absent.
        channel: Option<&'static str> = Word(&["room", "user"]);
    }
}

async fn command(call: Call, mut new: Command) -> Result<(), Fault> {
    let people = new.user_uuids.take().unwrap_or_default();
    if new.channel == Some("user") {
        return command_to_people(&call, &people, new).await;
    }
    let detail = json!({"command_id": new.command_id});
    let command = ActCommand {
        command_id: i32::try_from(new.command_id).unwrap_or(0),
        data: new.data.unwrap_or_default(),
        user_uuids: people.iter().map(ToString::to_string).collect(),
        roles: new.roles.unwrap_or_default(),
    };
    let acts = vec![OutsideAct::Member(Act::Command(command))];
    let service = Service { audit: Some(("room.send-command", detail)), acts };
    room::serve(&call.node, &call.act, new.room_archive_id, service).await
}

/// Into the stream of each of these people.
async fn command_to_people(call: &Call, people: &[UserUuid], new: Command) -> Result<(), Fault> {
    limits::check_batch("user_uuids", limits::COMMAND_TARGETS_MAX, people.len())?;
    let command = UserCommand {
        command_id: i32::try_from(new.command_id).unwrap_or(0),
        data: new.data.unwrap_or_default(),
        ..UserCommand::default()
    };
    room::user::check(command.command_id, &command.data)?;
    let (app_id, archive_id) = (call.app.app_id, new.room_archive_id);
    let row = call.node.store.read(move |view| view.room(archive_id)).await?;
    if row.is_none_or(|row| row.app_id != app_id || row.ended.is_some()) {
        return Err(call.act.refused(&call.node, Fault::of(Code::RoomNotFound)).await?);
    }
    let people: BTreeSet<&UserUuid> = people.iter().collect();
    let people: Vec<UserUuid> = people.into_iter().cloned().collect();
    if room_account::find_all(&call.node, app_id, &people).await?.len() < people.len() {
        let message = "user_uuids names one that is no room account of this app";
        return Err(Fault::field(Code::RoomAccountNotFound, "user_uuids", message));
    }
    let detail = json!({"command_id": command.command_id, "user_uuids": people});
    let audit = call.act.audit("room.send-command", &archive_id.to_string(), &detail);
    // What belongs to the call as a whole is committed with its first part.
    let mut batch = call.act.batch().write(audit);
    for user_uuid in &people {
        let batch = std::mem::take(&mut batch);
        room::user::deliver(&call.node, batch, app_id, user_uuid, command.clone()).await?;
    }
    Ok(())
}

fields! {
    /// A message that is to be taken back.
    pub struct Recall {
        /// The name of a live room.
        room_uuid / "roomUuid": RoomUuid = Text(limits::ROOM_UUID);
        /// The room's chat.
        chatroom_id / "chatroomId": i64 = Number { min: 1, max: limits::ROOM_TEMPLATE_ID_MAX };
        /// The message's name, as its sender chose it or as it was answered when it was sent.
        msg_id / "msgId": String = Text(limits::MESSAGE_UUID);
    }
}

async fn recall(call: Call, recall: Recall) -> Result<(), Fault> {
    let room = named(&call, recall.room_uuid).await?;
    let chat = room.chat_room_id.filter(|chat| chat.0 == recall.chatroom_id.unsigned_abs());
    if chat.is_none() {
        return Err(Fault::of(Code::ChatroomNotFound));
    }
    let detail = json!({"msg_id": recall.msg_id});
    let acts = vec![OutsideAct::Recall { message_uuid: recall.msg_id }];
    let service = Service { audit: Some(("room.recall-message", detail)), acts };
    room::serve(&call.node, &call.act, room.archive_id, service).await
}
