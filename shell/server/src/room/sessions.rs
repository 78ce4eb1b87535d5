//! Sessions and rooms: a device is in a room for as long as the session that carries it lives.

use super::order::Ask;
use crate::fault::Fault;
use crate::node::Node;
use parlor_protocol::Cause;
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::{ArchiveId, SessionId};

/// The rooms that this session's device is in.
pub async fn rooms_of(node: &Node, session_id: SessionId) -> Result<Vec<ArchiveId>, Fault> {
    let rows = node.store.read(move |view| view.endpoints_of_session(session_id)).await?;
    Ok(rows.into_iter().map(|row| row.archive_id).collect())
}

/// The session, or the room session on it, is over: its device leaves every room.
pub async fn session_over(node: &Node, session_id: SessionId, cause: &str) {
    let reason = Cause::from_name(cause).map_or(EndReason::LoginStateError, Cause::end_reason);
    match rooms_of(node, session_id).await {
        Ok(rooms) => {
            for archive_id in rooms {
                super::rooms(node).tell(node, archive_id, Ask::Gone(session_id, reason));
            }
        }
        // The next comparison with the store finds the device that nobody carries.
        Err(cause) => tracing::warn!(%session_id, %cause, "the rooms of a session could not be read"),
    }
}
