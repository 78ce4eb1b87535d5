//! Messages that wait for a room at the same time: one commit, one push.
//!
//! A link asks for one thing at a time, so those that wait together are of different links, and it does not matter to any
//! of them which goes first.

use super::chat;
use super::commit::{Failed, Plan, Trouble, commit, fenced};
use super::load::Loaded;
use super::order::{Ask, Done, Order};
use crate::node::Node;
use parlor_protocol::v1;

/// What may be sent with one commit, and what may not.
#[derive(Default)]
struct Sorted {
    plan: Plan,
    together: Vec<Order>,
    alone: Vec<Order>,
}

/// Sends those of these messages together that may be sent at all. Answers the room, if it is still known, and the orders
/// of which nothing has happened: they are carried out one by one, and each learns its own reason.
pub(super) async fn send(node: &Node, mut room: Loaded, orders: Vec<Order>) -> (Option<Loaded>, Vec<Order>) {
    if room.look_at_app(node).await.is_err() {
        return (Some(room), orders);
    }
    let now_ms = node.clock.now_ms();
    let Sorted { plan, mut together, alone } = sort(&room, orders, now_ms);
    if together.len() < 2 {
        together.extend(alone);
        return (Some(room), together);
    }
    let (messages, epoch) = (plan.messages.clone(), room.chat_at().map_or(0, |at| at.epoch));
    match commit(node, &mut room, plan, now_ms).await {
        Ok(()) => {
            for (order, message) in together.into_iter().zip(messages) {
                let at = Some(v1::Cursor { epoch, seq: message.seq });
                order.answer(Ok(Done::Sent(Box::new(v1::ChatSent { message: Some(message), at }))));
            }
            (Some(room), alone)
        }
        Err(Failed::Trouble(Trouble::Failed(fault))) => {
            together.into_iter().for_each(|order| order.answer(Err(fault.clone())));
            (None, alone)
        }
        Err(failed) => {
            together.extend(alone);
            let is_stale = matches!(failed, Failed::Trouble(Trouble::Stale));
            ((!is_stale).then_some(room), together)
        }
    }
}

/// Gives each message its place.
fn sort(room: &Loaded, orders: Vec<Order>, now_ms: i64) -> Sorted {
    let mut sorted = Sorted::default();
    let Some(mut head) = room.talk.as_ref().map(|talk| talk.room.clone()) else {
        return Sorted { alone: orders, ..sorted };
    };
    for order in orders {
        let Ask::Send(sending) = &order.ask else {
            sorted.alone.push(order);
            continue;
        };
        let Ok(message) = chat::plan_send(room, &head, sending, now_ms) else {
            sorted.alone.push(order);
            continue;
        };
        head.apply(&message);
        let batch = fenced(&sending.by, &[], now_ms, Vec::new());
        sorted.plan.batch.expects.extend(batch.expects);
        sorted.plan.batch.writes.extend(sending.attachment.clone());
        sorted.plan.messages.push(message);
        sorted.together.push(order);
    }
    sorted
}
