//! What is only read of a room's chat.

use crate::chat::{sender_of, stored};
use crate::fault::Fault;
use crate::file;
use crate::node::Node;
use crate::room;
use crate::session::Session;
use parlor_chat::{veiled, visible};
use parlor_protocol::{Code, limits, v1};

/// Messages that one pull answers with; the rest is pulled after its cursor.
const MESSAGES_MAX: usize = 500;

/// Messages after a cursor, oldest first, in parts. Each part's cursor is the one after its messages.
pub async fn pull(node: &Node, session: &Session, pull: v1::ChatPull) -> Result<Vec<v1::ChatPulled>, Fault> {
    let archive_id = room::archive_id(pull.archive_id)?;
    let after = pull.after.unwrap_or_default();
    let (user_uuid, _) = room::endpoint(node, session, archive_id)
        .await?
        .ok_or_else(|| Fault::of(Code::RoomMemberNotFound))?;
    let found = node.store.read(move |view| {
        let (Some(row), Some(head)) = (view.room(archive_id)?, view.room_head(archive_id)?) else {
            return Ok(None);
        };
        let Some(conversation_id) = row.chat_room_id else { return Ok(None) };
        let after_seq = if after.epoch == row.epoch { after.seq } else { 0 };
        let rows = view.messages_after(conversation_id, after_seq, MESSAGES_MAX)?;
        Ok(Some((row.epoch, head.chat_seq, rows)))
    });
    let (epoch, newest, rows) = found.await?.ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
    let is_all = rows.len() < MESSAGES_MAX;
    let messages: Vec<_> = rows.iter().filter_map(stored).collect();
    let messages = messages.into_iter().map(|mut message| {
        if !visible(&message, user_uuid.as_str()) {
            return veiled(&message);
        }
        file::freshen(node, session.app_id, &mut message);
        message
    });
    let mut parts: Vec<v1::ChatPulled> = room::groups(messages.collect(), 0)
        .into_iter()
        .map(|messages: Vec<v1::ChatMessage>| {
            let seq = messages.last().map_or(after.seq, |message| message.seq);
            v1::ChatPulled { at: Some(v1::Cursor { epoch, seq }), messages }
        })
        .collect();
    if let (true, Some(last)) = (is_all, parts.last_mut()) {
        last.at = Some(v1::Cursor { epoch, seq: newest });
    }
    Ok(parts)
}

/// Who is in the chat, in parts. The published types 0 and 1 ask for those present, the longest present first; 2 and 3
/// for the latest and for the earliest comers.
pub async fn members(
    node: &Node,
    session: &Session,
    asked: v1::ChatMembers,
) -> Result<Vec<v1::ChatMembersPage>, Fault> {
    let archive_id = room::archive_id(asked.archive_id)?;
    limits::check_range("type", 0, 3, asked.r#type.into())?;
    if room::endpoint(node, session, archive_id).await?.is_none() {
        return Err(Fault::of(Code::RoomMemberNotFound));
    }
    let (_, snapshot) = room::snapshot(node, session.app_id, archive_id)
        .await?
        .ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    let mut present: Vec<_> = snapshot
        .mirror()
        .members()
        .filter(|member| member.endpoints.iter().any(|endpoint| endpoint.in_chatroom))
        .collect();
    present.sort_by_key(|member| member.joined_at_ms);
    if asked.r#type == 2 {
        present.reverse();
    }
    let limit = if asked.limit == 0 { usize::MAX } else { asked.limit as usize };
    let senders = present.into_iter().take(limit).map(sender_of).collect();
    let pages = room::groups(senders, 0).into_iter();
    Ok(pages.map(|members| v1::ChatMembersPage { members }).collect())
}
