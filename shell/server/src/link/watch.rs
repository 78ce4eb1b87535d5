//! What this node does about events: tells the connections it holds.

use super::expiry::end_expired;
use super::reconcile::Doubts;
use super::{other_devices, wire_device};
use crate::fault::Fault;
use crate::hub::AccountKey;
use crate::node::Node;
use crate::outbox::{Close, Priority, push_frame};
use crate::room;
use parlor_bus::{Event, SessionDevice};
use parlor_protocol::ids::SessionId;
use parlor_protocol::{Cause, Code, v1};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// Runs for as long as the node does: passes events on, ends detached sessions whose time is over, and makes good what
/// events failed to tell. Subscribe before the first connection is taken.
pub async fn watch(node: Node, events: mpsc::Receiver<Arc<Event>>) {
    // Side by side: what ends sessions publishes, and must not keep its own events from being told.
    tokio::select! {
        biased;
        () = tell_all(&node, events) => {}
        () = end_expired(&node) => {}
        () = settle_doubts(&node) => {}
    }
}

async fn tell_all(node: &Node, mut events: mpsc::Receiver<Arc<Event>>) {
    while let Some(event) = events.recv().await {
        if let Err(cause) = tell(node, &event).await {
            tracing::warn!(%cause, "an event could not be told in full");
        }
    }
}

async fn settle_doubts(node: &Node) {
    let mut rounds = interval(Duration::from_millis(node.config.link.reconcile_interval_ms.into()));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut doubts = Doubts::default();
    loop {
        rounds.tick().await;
        if let Err(cause) = doubts.settle(node).await {
            tracing::warn!(%cause, "what clients were told could not be compared with the store");
        }
    }
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
            room::session_over(node, *session_id, cause).await;
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
        Event::SessionEnded {
            device,
            cause,
            description,
            by_client_type,
            by_custom_client_type,
            room,
            ..
        } => {
            if room.is_some() {
                room::session_over(node, device.session_id, cause).await;
            }
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
