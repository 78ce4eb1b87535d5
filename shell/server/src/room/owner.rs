//! The one task that changes a room: one order after the other, each decided, committed, applied, told and answered.

use super::commit::{Plan, Trouble, commit};
use super::load::{self, Loaded};
use super::order::{Ask, Done, Kind, Order, gather};
use super::{group, media, member, serve, together};
use crate::fault::Fault;
use crate::node::{ATTEMPTS, Node, gave_up};
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::{ArchiveId, SessionId};
use parlor_store::rows::EndpointRow;
use std::time::Duration;
use tokio::sync::mpsc;

/// Shortest time between two looks at what is due in a room.
const DUE_PAUSE_MS: i64 = 20;

/// Runs until nobody has asked for the room for a while.
pub(super) async fn run(node: Node, archive_id: ArchiveId, mut orders: mpsc::Receiver<Order>) {
    let mut loaded: Option<Loaded> = None;
    let mut waiting: Option<Order> = None;
    let idle = Duration::from_millis(node.config.room.idle_ms.into());
    loop {
        let due = loaded.as_ref().and_then(Loaded::deadline);
        let order = tokio::select! {
            biased;
            order = next(&mut waiting, &mut orders) => match order {
                Some(order) => order,
                None => return,
            },
            () = until(&node, due) => Order { ask: Ask::Due, answer: None },
            () = tokio::time::sleep(idle), if !awaits_call(loaded.as_ref()) => {
                if super::rooms(&node).retire(archive_id, &orders) {
                    return;
                }
                continue;
            }
        };
        let kind = order.ask.kind();
        let (mut gathered, behind) = gather(order, &mut orders);
        waiting = behind;
        if let Some((kind, room)) = kind.zip(loaded.take_if(|_| gathered.len() > 1)) {
            (loaded, gathered) = match kind {
                Kind::Message => together::send(&node, room, gathered).await,
                Kind::Member => group::carry_out(&node, room, gathered).await,
            };
        }
        for order in gathered {
            loaded = carry_out(&node, archive_id, loaded, order).await;
        }
    }
}

/// Somebody of the room's call has time to come back: the store does not know when that ends.
fn awaits_call(loaded: Option<&Loaded>) -> bool {
    loaded.is_some_and(|room| room.call_due_at_ms.is_some())
}

async fn next(waiting: &mut Option<Order>, orders: &mut mpsc::Receiver<Order>) -> Option<Order> {
    match waiting.take() {
        Some(order) => Some(order),
        None => orders.recv().await,
    }
}

async fn until(node: &Node, due_at_ms: Option<i64>) {
    match due_at_ms {
        Some(at_ms) => {
            // What could not be done when it was due is not tried without a pause.
            let left_ms = at_ms.saturating_sub(node.clock.now_ms()).max(DUE_PAUSE_MS);
            tokio::time::sleep(Duration::from_millis(left_ms.unsigned_abs())).await;
        }
        None => std::future::pending().await,
    }
}

async fn carry_out(
    node: &Node,
    archive_id: ArchiveId,
    mut loaded: Option<Loaded>,
    order: Order,
) -> Option<Loaded> {
    for _ in 0..ATTEMPTS {
        let mut room = match loaded.take() {
            Some(room) => room,
            None => match load::take(node, archive_id).await {
                Ok(Some(mut room)) => {
                    media::loaded(node, &mut room);
                    room
                }
                Ok(None) => continue,
                Err(fault) => {
                    order.answer(Err(fault));
                    return None;
                }
            },
        };
        let before = room.places();
        let outcome = attempt(node, &mut room, &order.ask).await;
        let is_settled = matches!(outcome, Ok(_) | Err(Trouble::Refused(_)));
        // What no commit has checked may rest on a room that another node has changed since.
        if is_settled && room.places() == before && is_stale(node, &room).await {
            continue;
        }
        match outcome {
            Ok(done) => {
                if let Some(Done::Caller(caller)) = order.deliver(Ok(done)) {
                    media::not_heard(node, archive_id, &caller);
                }
                return (!room.is_over()).then_some(room);
            }
            Err(Trouble::Refused(fault)) => {
                order.answer(Err(fault));
                return Some(room);
            }
            Err(Trouble::Stale) => {}
            Err(Trouble::Failed(fault)) => {
                if !matches!(order.ask, Ask::Due) {
                    media::look_again(node, archive_id);
                }
                order.answer(Err(fault));
                return None;
            }
        }
    }
    order.answer(Err(gave_up()));
    None
}

/// Another node has, or had, the room.
async fn is_stale(node: &Node, room: &Loaded) -> bool {
    let archive_id = room.archive_id();
    let ours = (room.fence, room.room.mirror().at().seq);
    match node.store.read(move |view| view.room_head(archive_id)).await {
        Ok(head) => head.is_none_or(|head| (head.fence, head.seq) != ours),
        Err(cause) => {
            tracing::warn!(%archive_id, %cause, "the place of a room could not be read");
            false
        }
    }
}

async fn attempt(node: &Node, room: &mut Loaded, ask: &Ask) -> Result<Done, Trouble> {
    room.look_at_app(node).await?;
    let now_ms = node.clock.now_ms();
    match ask {
        Ask::Join(joining) => member::join(node, room, joining, now_ms).await,
        Ask::Act(acting) => member::act(node, room, acting, now_ms).await,
        Ask::Serve(serving) => serve::carry_out(node, room, serving, now_ms).await,
        Ask::Send(sending) => member::send(node, room, sending, now_ms).await,
        Ask::Recall(recalling) => member::recall(node, room, recalling, now_ms).await,
        Ask::Call(calling) => media::carry_out(node, room, calling, now_ms).await,
        Ask::Gone(session_id, reason) => gone(node, room, *session_id, *reason, now_ms).await,
        Ask::Due => {
            let decided = room.room.due(now_ms);
            commit(node, room, Plan { decided, ..Plan::default() }, now_ms).await?;
            media::due(node, room, now_ms).await?;
            Ok(Done::Nothing)
        }
    }
}

async fn gone(
    node: &Node,
    room: &mut Loaded,
    session_id: SessionId,
    reason: EndReason,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let Some(row) = room.endpoint_of(session_id).cloned() else { return Ok(Done::Nothing) };
    let rtc_uid = row.rtc_uid.wire();
    if is_carried(node, row).await? {
        return Ok(Done::Nothing);
    }
    let decided = room.room.gone(now_ms, rtc_uid, reason);
    commit(node, room, Plan { decided, ..Plan::default() }, now_ms).await?;
    Ok(Done::Nothing)
}

/// The room session that a device came in with stands: what was said of an end was said, late, of an earlier one.
async fn is_carried(node: &Node, row: EndpointRow) -> Result<bool, Fault> {
    let session_id = row.session_id;
    let session = node.store.read(move |view| view.session(session_id)).await?.map(|session| session.row);
    let room = session.filter(|session| session.ended.is_none()).and_then(|session| session.room);
    Ok(room.is_some_and(|room| room.user_uuid == row.user_uuid && room.login_at_ms <= row.joined_at_ms))
}
