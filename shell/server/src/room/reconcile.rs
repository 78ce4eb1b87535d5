//! What this node's clients may not have heard of. Posts tell at once, but whoever committed may have died before it could
//! post; in a room where nothing more happens nobody would learn of it. So whatever has changed since the last round is
//! named once more, and whoever is behind pulls.

use crate::fault::Fault;
use crate::node::Node;
use crate::outbox::{Priority, push_frame};
use parlor_bus::{Address, Lane, Parcel};
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::v1;
use parlor_store::rows::RoomPlaceRow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rooms, or people, read at once.
const PAGE: usize = 512;

/// Where the streams were in the last round.
pub(super) struct Places {
    rooms: BTreeMap<ArchiveId, RoomPlaceRow>,
    /// Streams of people that did not change after this moment were looked at.
    users_until_ms: i64,
}

impl Places {
    pub(super) fn new(node: &Node) -> Self {
        Self { rooms: BTreeMap::new(), users_until_ms: node.clock.now_ms() }
    }

    /// One round.
    pub(super) async fn settle(&mut self, node: &Node) -> Result<(), Fault> {
        self.rooms(node).await?;
        self.users(node).await
    }

    async fn rooms(&mut self, node: &Node) -> Result<(), Fault> {
        let inside = node.hub.rooms();
        self.rooms.retain(|archive_id, _| inside.contains_key(archive_id));
        let all: Vec<ArchiveId> = inside.keys().copied().collect();
        for page in all.chunks(PAGE) {
            let page = page.to_vec();
            let read = node.store.read(move |view| {
                page.iter().filter_map(|id| view.room_place(*id).transpose()).collect::<Result<Vec<_>, _>>()
            });
            for row in read.await? {
                if self.rooms.get(&row.archive_id) == Some(&row) {
                    continue;
                }
                let to: Arc<[Address]> = inside.get(&row.archive_id).cloned().unwrap_or_default().into();
                for (frame, lane) in news(&row) {
                    node.hub.post(&Parcel { frame, lane, to: to.clone() });
                }
                self.rooms.insert(row.archive_id, row);
            }
        }
        Ok(())
    }

    async fn users(&mut self, node: &Node) -> Result<(), Fault> {
        // What was stamped before the last round may have been committed after it.
        let overlap_ms = i64::from(node.config.link.reconcile_interval_ms);
        let (since_ms, now_ms) = (self.users_until_ms.saturating_sub(overlap_ms), node.clock.now_ms());
        let mut after = None;
        loop {
            let read = node.store.read(move |view| view.users_told_since(since_ms, after, PAGE));
            let page = read.await?;
            let Some(last) = page.last() else { break };
            after = Some((last.app_id, last.user_uuid.clone()));
            for user in page {
                let account = (user.app_id, user.accid);
                let at = v1::Cursor { epoch: user.head.epoch, seq: user.head.seq };
                let frame = push_frame(v1::push::Body::UserNews(v1::UserNews { at: Some(at) }));
                for session_id in node.hub.attached_of(&account) {
                    if node.hub.room_since_ms(&account, session_id).is_some() {
                        node.hub.push(&account, session_id, Priority::Signalling, frame.clone());
                    }
                }
            }
        }
        self.users_until_ms = now_ms;
        Ok(())
    }
}

/// That the streams of a room are there now.
fn news(row: &RoomPlaceRow) -> Vec<(bytes::Bytes, Lane)> {
    let at = |seq| Some(v1::Cursor { epoch: row.epoch, seq });
    let room = v1::RoomNews { archive_id: row.archive_id.wire(), at: at(row.seq) };
    let mut news = vec![(push_frame(v1::push::Body::RoomNews(room)), Lane::Signalling)];
    if let Some(chat) = row.chat_room_id {
        let chat = v1::ChatNews { conversation_id: chat.0.cast_signed(), at: at(row.chat_seq) };
        news.push((push_frame(v1::push::Body::ChatNews(chat)), Lane::Message));
    }
    news
}
