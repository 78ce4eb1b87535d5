//! What this node does about events: tells the connections it holds, and ends sessions nobody came back to.

use super::reconcile::Doubts;
use super::{Ending, end_sessions, other_devices, wire_device};
use crate::fault::Fault;
use crate::hub::{AccountKey, Expired};
use crate::node::{ATTEMPTS, Node, lost_race};
use crate::outbox::{Close, Priority, push_frame};
use parlor_bus::{Event, SessionDevice};
use parlor_protocol::ids::SessionId;
use parlor_protocol::{Cause, Code, v1};
use parlor_store::{Batch, CommitError, Expect};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Runs for as long as the node does: passes events on, ends detached sessions whose time is over, and makes good what
/// events failed to tell. Subscribe
/// before the first connection is taken.
pub async fn watch(node: Node, mut events: mpsc::Receiver<Arc<Event>>) {
    let mut rounds = interval(Duration::from_millis(node.config.link.reconcile_interval_ms.into()));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut doubts = Doubts::default();
    loop {
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => if let Err(cause) = tell(&node, &event).await {
                    tracing::warn!(%cause, "an event could not be told in full");
                },
                None => return,
            },
            () = node.hub.next_expiry() => {
                for expired in node.hub.expired(Instant::now()) {
                    expire(&node, expired).await;
                }
            }
            _ = rounds.tick() => if let Err(cause) = doubts.settle(&node).await {
                tracing::warn!(%cause, "what clients were told could not be compared with the store");
            },
        }
    }
}

/// Sessions that this node held when it stopped wait for their clients once more.
pub async fn adopt_sessions(node: &Node) -> Result<usize, Fault> {
    let id = node.id.clone();
    let sessions = node.store.read(move |view| view.live_sessions_of_node(&id)).await?;
    let until = Instant::now() + Duration::from_millis(node.config.link.resume_window_ms.into());
    for session in &sessions {
        let account = (session.row.app_id, session.row.accid.clone());
        node.hub.adopt(&account, session.row.session_id, session.row.epoch, until);
    }
    Ok(sessions.len())
}

async fn tell(node: &Node, event: &Event) -> Result<(), Fault> {
    let (app_id, accid) = event.account();
    let account = (app_id, accid.clone());
    match event {
        Event::SessionBegan { device, .. } => tell_devices(node, &account, device, true).await,
        Event::SessionResumed { session_id, epoch, .. } => {
            node.hub.fence(&account, *session_id, *epoch);
            Ok(())
        }
        Event::RoomSessionEnded { session_id, user_uuid, login_at_ms, cause, .. } => {
            let ended = v1::RoomSessionEnded {
                user_uuid: user_uuid.to_string(),
                cause: cause.clone(),
                login_at_ms: *login_at_ms,
            };
            let frame = push_frame(v1::push::Body::RoomSessionEnded(ended));
            node.hub.push(&account, *session_id, Priority::Control, frame);
            node.hub.room_ended(&account, *session_id, *login_at_ms);
            Ok(())
        }
        Event::SessionEnded { device, cause, description, by_client_type, by_custom_client_type, .. } => {
            let known = Cause::from_name(cause);
            let reason = known.and_then(Cause::kick_reason);
            let kicked = reason.map(|reason| {
                push_frame(v1::push::Body::Kicked(v1::Kicked {
                    reason: reason.number(),
                    client_type: *by_client_type,
                    custom_client_type: *by_custom_client_type,
                    description: description.clone(),
                    cause: cause.clone(),
                }))
            });
            let code = known.map_or(Code::SessionEnded, Cause::code);
            let close = Close { code, reconnect_after_ms: 0, silent: true };
            node.hub.end(&account, device.session_id, kicked, close);
            tell_devices(node, &account, device, false).await
        }
    }
}

/// Tells the account's other sessions on this node who is there now.
async fn tell_devices(
    node: &Node,
    account: &AccountKey,
    changed: &SessionDevice,
    came_in: bool,
) -> Result<(), Fault> {
    let listeners: Vec<SessionId> =
        node.hub.attached_of(account).into_iter().filter(|id| *id != changed.session_id).collect();
    if listeners.is_empty() {
        return Ok(());
    }
    let (app_id, accid) = account.clone();
    let live = node.store.read(move |view| view.live_sessions(app_id, &accid)).await?;
    for session_id in listeners {
        let frame = push_frame(v1::push::Body::DevicesChanged(v1::DevicesChanged {
            other_devices: other_devices(&live, session_id),
            changed: vec![wire_device(changed)],
            came_in,
        }));
        node.hub.push(account, session_id, Priority::Control, frame);
    }
    Ok(())
}

/// Ends a session that nobody resumed in time, unless it was resumed elsewhere.
async fn expire(node: &Node, expired: Expired) {
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
        let batch = Batch::new().expect(Expect::Fence { session_id, epoch: expired.epoch });
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
    let until = Instant::now() + Duration::from_secs(5);
    node.hub.adopt(&expired.account, expired.session_id, expired.epoch, until);
}
