//! What this node does for rooms all the time: passes posts on to the connections it holds, wakes rooms that something
//! is due in, and takes out devices whose session is over.

use super::load::with_calls;
use super::order::Ask;
use super::reconcile::Places;
use crate::fault::Fault;
use crate::node::Node;
use parlor_bus::Post;
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::ArchiveId;
use parlor_store::View;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// Rooms and devices looked at in one round.
const PAGE: usize = 512;
/// Rooms read in one go, each whole.
const CALL_PAGE: usize = 32;

/// Runs for as long as the node does. Subscribe before the first connection is taken.
pub async fn watch(node: Node, posts: mpsc::Receiver<Arc<Post>>) {
    tokio::select! {
        biased;
        () = deliver(&node, posts) => {}
        () = look_round(&node) => {}
        () = reconcile(&node) => {}
        () = look_at_calls(&node) => {}
    }
}

async fn deliver(node: &Node, mut posts: mpsc::Receiver<Arc<Post>>) {
    while let Some(post) = posts.recv().await {
        for parcel in &post.parcels {
            node.hub.post(parcel);
        }
        let Some(moves) = &post.moves else { continue };
        for address in &moves.left {
            node.hub.leave_room(&address.account, address.session_id, moves.archive_id);
        }
        for address in &moves.entered {
            node.hub.enter_room(&address.account, address.session_id, moves.archive_id);
        }
    }
}

async fn look_round(node: &Node) {
    let mut rounds = interval(Duration::from_millis(node.config.room.round_ms.into()));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(cause) = round(node).await {
            tracing::warn!(%cause, "rooms could not be looked at");
        }
    }
}

/// Wakes the rooms that the node before this one left with somebody in their call: there it is found out whether they come
/// back, and nobody else may ever ask for such a room.
async fn look_at_calls(node: &Node) {
    let mut after = ArchiveId(0);
    loop {
        match calls_after(node, after).await {
            Ok((Some(last), in_call)) => {
                after = last;
                for archive_id in in_call {
                    super::rooms(node).tell(node, archive_id, Ask::Due);
                }
            }
            Ok((None, _)) => return std::future::pending().await,
            Err(cause) => {
                tracing::warn!(%cause, "rooms with a call could not be looked up");
                tokio::time::sleep(Duration::from_millis(node.config.room.round_ms.into())).await;
            }
        }
    }
}

/// A page of this node's rooms: the last of them, and those with somebody in their call.
async fn calls_after(node: &Node, after: ArchiveId) -> Result<(Option<ArchiveId>, Vec<ArchiveId>), Fault> {
    let id = node.id.clone();
    let read = move |view: &View<'_>| {
        let page = view.live_rooms_of_node(&id, after, CALL_PAGE)?;
        let ids: Vec<ArchiveId> = page.iter().map(|head| head.archive_id).collect();
        Ok((ids.last().copied(), with_calls(view, &ids)?))
    };
    Ok(node.store.read(read).await?)
}

async fn reconcile(node: &Node) {
    let mut rounds = interval(Duration::from_millis(node.config.link.reconcile_interval_ms.into()));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut places = Places::new(node);
    loop {
        rounds.tick().await;
        if let Err(cause) = places.settle(node).await {
            tracing::warn!(%cause, "what clients may have missed of their rooms could not be looked up");
        }
    }
}

async fn round(node: &Node) -> Result<(), Fault> {
    let now_ms = node.clock.now_ms();
    let id = node.id.clone();
    let read =
        move |view: &View<'_>| Ok((view.rooms_due(now_ms, PAGE)?, view.orphaned_endpoints(&id, PAGE)?));
    let (due, orphans) = node.store.read(read).await?;
    for archive_id in due {
        super::rooms(node).tell(node, archive_id, Ask::Due);
    }
    for row in orphans {
        super::rooms(node).tell(node, row.archive_id, Ask::Gone(row.session_id, EndReason::LoginStateError));
    }
    Ok(())
}
