//! Sessions that nobody came back to.

use super::{Ending, end_sessions};
use crate::fault::Fault;
use crate::hub::Expired;
use crate::node::{ATTEMPTS, Node, lost_race};
use futures_util::StreamExt;
use parlor_protocol::Cause;
use parlor_protocol::ids::SessionId;
use parlor_store::rows::{SessionRow, Versioned};
use parlor_store::{Batch, CommitError, Expect};
use std::time::Duration;
use tokio::time::Instant;

/// Ended at once when many are over in one moment: they share commits, and others' commits are not kept waiting.
const AT_ONCE: usize = 64;
/// Sessions read at once.
const PAGE: usize = 512;
/// A session that the store could not end is tried again after this time.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Sessions that this node held when it stopped wait for their clients once more.
pub async fn adopt_sessions(node: &Node) -> Result<usize, Fault> {
    let until = Instant::now() + Duration::from_millis(node.config.link.resume_window_ms.into());
    let (mut adopted, mut after) = (0, SessionId(0));
    while let Some((page, last)) = live_sessions_after(node, after).await? {
        for session in &page {
            let account = (session.row.app_id, session.row.accid.clone());
            node.hub.adopt(&account, session.row.session_id, session.row.epoch, until);
        }
        (adopted, after) = (adopted + page.len(), last);
    }
    Ok(adopted)
}

/// The next of the live sessions that the store says are this node's, and the last of them; a page at a time, so that
/// many sessions take little memory and keep nobody waiting.
pub(super) async fn live_sessions_after(
    node: &Node,
    after: SessionId,
) -> Result<Option<(Vec<Versioned<SessionRow>>, SessionId)>, Fault> {
    let id = node.id.clone();
    let page = node.store.read(move |view| view.live_sessions_of_node(&id, after, PAGE)).await?;
    let last = page.last().map(|session| session.row.session_id);
    Ok(last.map(|last| (page, last)))
}

/// Ends detached sessions whose time is over, for as long as the node runs.
pub(super) async fn end_expired(node: &Node) {
    loop {
        node.hub.next_expiry().await;
        let expired = node.hub.expired(Instant::now());
        futures_util::stream::iter(expired).for_each_concurrent(AT_ONCE, |expired| end(node, expired)).await;
    }
}

/// Ends a session that nobody resumed in time, unless it was resumed elsewhere.
async fn end(node: &Node, expired: Expired) {
    for _ in 0..ATTEMPTS {
        let session_id = expired.session_id;
        let row = match node.store.read(move |view| view.session(session_id)).await {
            Ok(Some(row)) if row.row.ended.is_none() && row.row.epoch == expired.epoch => row,
            Ok(_) => return,
            Err(cause) => {
                tracing::error!(%cause, "a detached session could not be read");
                return retry_later(node, &expired);
            }
        };
        let batch =
            Batch::new().expect(Expect::Fence { session_id, epoch: expired.epoch, room_since_ms: None });
        let ending = Ending::of(Cause::SessionExpired);
        let (batch, events) = end_sessions(batch, &[row], &ending, node.clock.now_ms());
        let outcome = node.store.commit(batch).await;
        if lost_race(&outcome) {
            continue;
        }
        match outcome {
            Ok(()) => node.publish(events).await,
            Err(CommitError::Fenced) => {}
            Err(cause) => {
                tracing::error!(%cause, "a detached session could not be ended");
                retry_later(node, &expired);
            }
        }
        return;
    }
    retry_later(node, &expired);
}

fn retry_later(node: &Node, expired: &Expired) {
    let until = Instant::now() + RETRY_AFTER;
    node.hub.adopt(&expired.account, expired.session_id, expired.epoch, until);
}
