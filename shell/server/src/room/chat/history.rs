//! History by time.

use crate::chat::stored;
use crate::fault::Fault;
use crate::file;
use crate::node::Node;
use crate::room;
use crate::session::Session;
use parlor_chat::Kind;
use parlor_protocol::{Code, v1};
use parlor_store::HistoryQuery;

/// A page of a room's chat, in parts, in the order asked for: for those in the room, and after its end for those who
/// were. Only what the asking account has sent or was sent.
pub async fn history(
    node: &Node,
    session: &Session,
    asked: v1::ChatHistory,
) -> Result<Vec<v1::ChatHistoryPage>, Fault> {
    let archive_id = room::archive_id(asked.archive_id)?;
    let page = parlor_chat::history(&asked)?;
    let person = room::person(node, session).await?;
    let user_uuid = person.account.user_uuid;
    let app_id = session.app_id;
    let found = node.store.read(move |view| {
        let Some(row) = view.room(archive_id)?.filter(|row| row.app_id == app_id) else {
            return Ok(Err(Code::RoomNotFound));
        };
        if view.room_visit(archive_id, &user_uuid)?.is_none() {
            return Ok(Err(Code::RoomMemberNotFound));
        }
        let Some(conversation_id) = row.chat_room_id else { return Ok(Err(Code::ChatroomNotFound)) };
        let kinds: Vec<u8> =
            page.kinds.iter().filter_map(|kind: &Kind| u8::try_from(kind.number()).ok()).collect();
        let query = HistoryQuery {
            from_ms: page.since_ms,
            to_ms: page.until_ms,
            oldest_first: page.oldest_first,
            kinds: &kinds,
            seen_by: Some(&user_uuid),
            limit: page.limit as usize,
        };
        Ok(Ok(view.messages_by_time(conversation_id, &query)?))
    });
    let rows = found.await?.map_err(Fault::of)?;
    let mut messages: Vec<_> = rows.iter().filter_map(stored).filter(|message| !message.recalled).collect();
    for message in &mut messages {
        file::freshen(node, session.app_id, message);
    }
    let pages = room::groups(messages, 0).into_iter();
    Ok(pages.map(|messages| v1::ChatHistoryPage { messages }).collect())
}
