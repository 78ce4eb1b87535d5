//! What the SDK's values look like in lines.

use parlor_sdk::{ChatBody, ChatMessage, FileRef, Room, RoomEndpoint, RoomMember};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Prints one line; any task may.
pub(crate) fn print(line: &Value) {
    println!("{line}");
}

/// A message as everybody shows it; none for one without content.
pub(crate) fn message(message: &ChatMessage) -> Option<Value> {
    let mut line = match message.body.as_ref()? {
        ChatBody::Text(text) => json!({ "event": "text", "text": text.text }),
        ChatBody::File(of) => file(of.file.as_ref()),
        ChatBody::Notice(notice) => {
            let who = notice.member.as_ref().map(|member| member.user_uuid.as_str());
            let about = who.unwrap_or(&notice.recalled_message_uuid);
            return Some(json!({ "event": "notice", "type": notice.r#type, "about": about }));
        }
        _ => json!({ "event": "message" }),
    };
    let sender = message.sender.clone().unwrap_or_default();
    line["from"] = sender.user_uuid.into();
    line["nick"] = sender.nick.into();
    line["to"] = message.to.clone().into();
    line["message"] = message.message_uuid.as_str().into();
    line["at_ms"] = message.at_ms.into();
    Some(line)
}

fn file(file: Option<&FileRef>) -> Value {
    let file = file.cloned().unwrap_or_default();
    json!({ "event": "file", "file": file.name, "size": file.size_bytes, "md5": file.md5 })
}

/// Messages that have a content.
pub(crate) fn messages(messages: &[ChatMessage]) -> Vec<Value> {
    messages.iter().filter_map(message).collect()
}

/// The devices in a room, by their numbers in it.
pub(crate) fn devices(devices: &[RoomEndpoint]) -> Vec<Value> {
    let shown = |device: &RoomEndpoint| json!({ "rtc_uid": device.rtc_uid, "device": device.device_id, "type": device.client_type });
    devices.iter().map(shown).collect()
}

fn member(member: &RoomMember) -> Value {
    let bans = member.bans.unwrap_or_default();
    let properties: BTreeMap<_, _> = member.properties.iter().collect();
    json!({
        "user": member.user_uuid,
        "name": member.user_name,
        "role": member.role,
        "properties": properties,
        "chat_banned": bans.chat.is_some_and(|ban| ban.banned),
        "in_chat": member.endpoints.iter().any(|device| device.in_chatroom),
        "devices": devices(&member.endpoints),
    })
}

/// All that this client knows of a room.
pub(crate) fn mirror(room: &Room) -> Value {
    let head = room.head().unwrap_or_default();
    json!({
        "room": room.uuid(),
        "archive": room.archive_id().to_string(),
        "name": room.name(),
        "password": room.password(),
        "locked": room.is_locked(),
        "blacklist": head.blacklist_enabled,
        "multi_device": head.multi_device,
        "properties": room.properties(),
        "members": room.members().iter().map(member).collect::<Vec<_>>(),
    })
}
