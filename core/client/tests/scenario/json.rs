//! Wire messages in the protobuf JSON mapping, and what the machine says as JSON.

use bytes::Bytes;
use parlor_client::{Answer, Event, Output};
use parlor_protocol::v1;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::{Value, json};
use std::sync::LazyLock;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../protocol/proto");
    let files = protox::compile([format!("{folder}/frame.proto")], [folder]).unwrap();
    DescriptorPool::from_file_descriptor_set(files).unwrap()
});

fn descriptor(message: &str) -> MessageDescriptor {
    POOL.get_message_by_name(&format!("parlor.v1.{message}")).unwrap()
}

/// The bytes of a message given as JSON.
pub(crate) fn bytes(message: &str, value: &Value) -> Result<Bytes, String> {
    let read = DynamicMessage::deserialize(descriptor(message), value.clone());
    Ok(read.map_err(|wrong| format!("not a {message}: {wrong}"))?.encode_to_vec().into())
}

/// A message's bytes as JSON.
pub(crate) fn of_bytes(message: &str, bytes: &[u8]) -> Value {
    let message = DynamicMessage::decode(descriptor(message), bytes).unwrap();
    let options = SerializeOptions::new();
    message.serialize_with_options(serde_json::value::Serializer, &options).unwrap()
}

pub(crate) fn of(name: &str, message: &impl Message) -> Value {
    of_bytes(name, &message.encode_to_vec())
}

fn list<M: Message>(name: &str, messages: &[M]) -> Value {
    messages.iter().map(|message| of(name, message)).collect()
}

pub(crate) fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Done => json!({}),
        Answer::LoggedIn { account, other_devices } => {
            json!({ "logged_in": { "account": account, "other_devices": list("Device", other_devices) } })
        }
        Answer::Kicked(devices) => json!({ "kicked": devices }),
        Answer::RoomLoggedIn(identity) => json!({ "room_logged_in": of("RoomIdentity", identity) }),
        Answer::Joined(room) => json!({ "joined": {
            "archive_id": room.archive_id,
            "room_uuid": room.room_uuid,
            "rtc_uid": room.rtc_uid,
            "user_uuid": room.user_uuid,
            "chat_room_id": room.chat_room_id,
        } }),
        Answer::Reply(body) => {
            let reply = v1::Reply { body: Some((**body).clone()), ..v1::Reply::default() };
            of("Reply", &reply)
        }
    }
}

pub(crate) fn event(event: &Event) -> Value {
    match event {
        Event::Linking => json!({ "event": "linking" }),
        Event::Linked => json!({ "event": "linked" }),
        Event::LoggingIn => json!({ "event": "logging_in" }),
        Event::Disconnected => json!({ "event": "disconnected" }),
        Event::Resumed => json!({ "event": "resumed" }),
        Event::LoggedInAgain { .. } => json!({ "event": "logged_in_again" }),
        Event::LoginLost(failure) => json!({ "event": "login_lost", "code": failure.number }),
        Event::Kicked { reason, .. } => json!({ "event": "kicked", "reason": reason }),
        Event::DevicesChanged { .. } => json!({ "event": "devices_changed" }),
        Event::RoomAuth { event, cause } => {
            let cause = cause.map(parlor_protocol::Cause::name);
            json!({ "event": "room_auth", "auth": format!("{event:?}"), "cause": cause })
        }
        Event::Room { archive_id, event, applied } => json!({
            "event": "room",
            "archive_id": archive_id,
            "change": of("RoomEvent", &**event),
            "gone": list("RoomMember", &applied.gone),
            "deleted": applied.deleted,
        }),
        Event::RoomEnded { archive_id, reason } => {
            json!({ "event": "room_ended", "archive_id": archive_id, "reason": reason.name() })
        }
        Event::RoomConnection { archive_id, connected } => {
            json!({ "event": "room_connection", "archive_id": archive_id, "connected": connected })
        }
        Event::Chat { archive_id, message } => {
            json!({ "event": "chat", "archive_id": archive_id, "message": of("ChatMessage", &**message) })
        }
        Event::Media { archive_id, push } => {
            let push = v1::Push { body: Some((**push).clone()) };
            json!({ "event": "media", "archive_id": archive_id, "push": of("Push", &push) })
        }
        Event::Command(command) => json!({ "event": "command", "command": of("UserCommand", command) }),
    }
}

/// An output as an expectation would write it; a request with its `id`.
pub(crate) fn output(output: &Output) -> Value {
    match output {
        Output::Open(transport) => json!({ "open": transport.0 }),
        Output::Close(transport) => json!({ "close": transport.0 }),
        Output::Send(_, frame) => json!({ "send": of_bytes("Frame", frame)["request"] }),
        Output::FetchTicket(id, credential) => json!({
            "fetch_ticket": id.0,
            "user_uuid": credential.user_uuid,
            "token": credential.token,
            "dynamic": credential.dynamic,
        }),
        Output::FetchToken { account } => json!({ "fetch_token": account }),
        Output::Done(id, Ok(done)) => json!({ "done": id.0, "ok": answer(done) }),
        Output::Done(id, Err(failure)) => json!({ "done": id.0, "error": failure.number }),
        Output::Event(happened) => event(happened),
    }
}
