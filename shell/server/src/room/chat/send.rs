//! Sending and recalling.

use crate::chat::{Talk, sender_of, stored};
use crate::fault::Fault;
use crate::file;
use crate::node::Node;
use crate::room::load::Loaded;
use crate::room::order::{Ask, By, Done, Recalling, Sending};
use crate::room::{self, rooms};
use crate::session::Session;
use parlor_chat::{Allowance, Ban, Chatroom, Recaller};
use parlor_protocol::ids::{ArchiveId, ConversationId};
use parlor_protocol::{Code, limits, v1};
use parlor_store::rows::MessageRow;
use std::sync::Arc;

/// Sends into the chat of a room. A message that was sent before, by its uuid, gets its first answer.
pub async fn send(node: &Node, session: &Arc<Session>, send: v1::ChatSend) -> Result<v1::ChatSent, Fault> {
    let archive_id = room::archive_id(send.archive_id)?;
    let mut send = send;
    let attachment = match &send.body {
        Some(v1::chat_send::Body::File(_) | v1::chat_send::Body::Image(_)) => {
            let owner = room::person(node, session).await?.account.user_uuid;
            file::attach(node, session.app_id, archive_id, &owner, &mut send).await?
        }
        _ => None,
    };
    let message_uuid = send.message_uuid.clone();
    let sending = Sending { by: By::now(node, session)?, send, attachment };
    match rooms(node).ask(node, archive_id, Ask::Send(Box::new(sending))).await {
        Ok(Done::Sent(sent)) => Ok(*sent),
        Ok(_) => Err(Fault::of(Code::ServerError)),
        Err(fault) if fault.code == Code::RoomNotFound => {
            sent_before_the_end(node, session, archive_id, &message_uuid).await?.ok_or(fault)
        }
        Err(fault) => Err(fault),
    }
}

/// What was answered when this account sent a message of this uuid into a room that has ended since.
async fn sent_before_the_end(
    node: &Node,
    session: &Session,
    archive_id: ArchiveId,
    message_uuid: &str,
) -> Result<Option<v1::ChatSent>, Fault> {
    let sender = room::person(node, session).await?.account.user_uuid;
    let row = node.store.read(move |view| view.room(archive_id)).await?;
    let Some(row) = row.filter(|row| row.app_id == session.app_id) else { return Ok(None) };
    let Some(conversation_id) = row.chat_room_id else { return Ok(None) };
    let first = find(node, conversation_id, Some(sender.as_str()), message_uuid).await?;
    Ok(first.map(|first| v1::ChatSent {
        at: Some(v1::Cursor { epoch: row.epoch, seq: first.seq }),
        message: Some(first),
    }))
}

/// Takes a message back, for everybody.
pub async fn recall(
    node: &Node,
    session: &Arc<Session>,
    recall: v1::ChatRecall,
) -> Result<v1::ChatRecalled, Fault> {
    let archive_id = room::archive_id(recall.archive_id)?;
    limits::MESSAGE_UUID.check("message_uuid", &recall.message_uuid)?;
    let recalling = Recalling { by: By::now(node, session)?, message_uuid: recall.message_uuid };
    match rooms(node).ask(node, archive_id, Ask::Recall(Box::new(recalling))).await? {
        Done::Recalled(recalled) => Ok(recalled),
        _ => Err(Fault::of(Code::ServerError)),
    }
}

/// The message that follows `head`, or why it may not be sent.
pub(in crate::room) fn plan_send(
    loaded: &Loaded,
    head: &Chatroom,
    sending: &Sending,
    now_ms: i64,
) -> Result<v1::ChatMessage, Fault> {
    let (_, member, endpoint) = present(loaded, &sending.by.session)?;
    let ban = match loaded.room.may_chat(&member.user_uuid, now_ms) {
        Ok(()) => None,
        Err(_) if member.bans.and_then(|bans| bans.chat).is_some_and(|ban| ban.banned) => Some(Ban::Member),
        Err(_) => Some(Ban::Room),
    };
    let allowance = Allowance { ban, ..Allowance::default() };
    let sender = v1::ChatSender { client_type: endpoint.client_type, ..sender_of(member) };
    Ok(head.send(now_ms, &sender, &sending.send, allowance)?)
}

/// The original without its content and the notice of it.
pub(in crate::room) async fn plan_recall(
    node: &Node,
    loaded: &Loaded,
    recalling: &Recalling,
    now_ms: i64,
) -> Result<(MessageRow, v1::ChatMessage), Fault> {
    let (talk, member, _) = present(loaded, &recalling.by.session)?;
    let recaller = Recaller {
        user_uuid: &member.user_uuid,
        may_recall_others: loaded.is_super(&member.role),
        window_ms: node.config.chat.recall_window_ms.into(),
    };
    recalled(node, talk, &recaller, &recalling.message_uuid, now_ms).await
}

/// The row of a message without its content, and the notice of it. Uuids are each sender's own: whoever recalls means
/// their own message before somebody else's.
pub(in crate::room) async fn recalled(
    node: &Node,
    talk: &Talk,
    recaller: &Recaller<'_>,
    message_uuid: &str,
    now_ms: i64,
) -> Result<(MessageRow, v1::ChatMessage), Fault> {
    let conversation_id = talk.conversation_id;
    let original = match find(node, conversation_id, Some(recaller.user_uuid), message_uuid).await? {
        Some(own) => Some(own),
        None => find(node, conversation_id, None, message_uuid).await?,
    };
    let original = original.ok_or_else(|| Fault::of(Code::MessageNotFound))?;
    let (emptied, notice) = talk.room.recall(now_ms, recaller, &original)?;
    Ok((talk.row(&emptied), notice))
}

/// What was answered when this sender sent a message of this uuid.
pub(in crate::room) async fn sent_before(
    node: &Node,
    talk: &Talk,
    message: &v1::ChatMessage,
) -> Result<v1::ChatSent, Fault> {
    let sender = message.sender.as_ref().map_or("", |sender| sender.user_uuid.as_str());
    let first = find(node, talk.conversation_id, Some(sender), &message.message_uuid).await?;
    let first = first.ok_or_else(|| Fault::of(Code::ServerBusy).after(200))?;
    let at = v1::Cursor { seq: first.seq, ..talk.room.at() };
    Ok(v1::ChatSent { message: Some(first), at: Some(at) })
}

async fn find(
    node: &Node,
    conversation_id: ConversationId,
    sender: Option<&str>,
    message_uuid: &str,
) -> Result<Option<v1::ChatMessage>, Fault> {
    let (sender, message_uuid) = (sender.map(str::to_owned), message_uuid.to_owned());
    let read =
        node.store.read(move |view| view.message_by_uuid(conversation_id, sender.as_deref(), &message_uuid));
    Ok(read.await?.as_ref().and_then(stored))
}

/// The chat, and the member of this session in it.
fn present<'a>(
    loaded: &'a Loaded,
    session: &Session,
) -> Result<(&'a Talk, &'a v1::RoomMember, &'a v1::RoomEndpoint), Fault> {
    let endpoint = loaded.endpoint_of(session.session_id);
    let rtc_uid = endpoint.ok_or_else(|| Fault::of(Code::RoomMemberNotFound))?.rtc_uid;
    let talk = loaded.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
    let found = loaded.room.mirror().endpoint(rtc_uid.wire());
    let (member, endpoint) = found.ok_or_else(|| Fault::of(Code::RoomMemberNotFound))?;
    match endpoint.in_chatroom {
        true => Ok((talk, member, endpoint)),
        false => Err(Fault::new(Code::Forbidden, "join the chat before writing to it")),
    }
}
