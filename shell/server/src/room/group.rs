//! Orders that wait for a room at the same time: each decided on what those before it made of the room, each a commit of its
//! own, and all of them one write to the disk.
//!
//! A link asks for one thing at a time, so those that wait together are of different links. The room runs ahead of the
//! store meanwhile, and nobody is told before the store has answered; should it refuse one, the room is read anew.

use super::commit::{Failed, Prepared, Trouble, judged, make_true, prepare, write_down};
use super::load::Loaded;
use super::media::look_again;
use super::member::{Answer, Draft, draft_act, draft_join};
use super::order::{Ask, Done, Order};
use super::rights::{Touched, follow};
use crate::node::Node;
use parlor_bus::Post;
use parlor_store::Batch;

/// An order that is done here, and what is told of it once it is done in the store.
struct Ahead {
    order: Order,
    done: Done,
    posts: Vec<Post>,
    touched: Touched,
}

/// Carries these out together as far as they can be. Answers the room, if it is still known, and the orders of which
/// nothing has happened: they are carried out one by one.
pub(super) async fn carry_out(
    node: &Node,
    mut room: Loaded,
    orders: Vec<Order>,
) -> (Option<Loaded>, Vec<Order>) {
    if room.look_at_app(node).await.is_err() {
        return (Some(room), orders);
    }
    let now_ms = node.clock.now_ms();
    let (mut ahead, mut batches, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for order in orders {
        // Whoever is refused may have been carried out before, and whoever comes behind waits for its turn.
        let is_free = rest.is_empty() && !room.is_over();
        let Some((mut prepared, answer)) = draft(&room, &order, now_ms).filter(|_| is_free) else {
            rest.push(order);
            continue;
        };
        prepared.tell_early(node, &room).await;
        let touched = prepared.touched();
        batches.push(std::mem::take(&mut prepared.batch));
        let Ok(posts) = make_true(node, &mut room, prepared) else {
            rest.push(order);
            return (None, ahead.into_iter().map(|ahead: Ahead| ahead.order).chain(rest).collect());
        };
        let done = answer.done(node, &room);
        ahead.push(Ahead { order, done, posts, touched });
    }
    settle(node, room, ahead, batches, rest).await
}

fn draft(room: &Loaded, order: &Order, now_ms: i64) -> Option<(Prepared, Answer)> {
    let Draft { plan, answer } = match &order.ask {
        Ask::Join(joining) => {
            let [own, fresh] = joining.rtc_uids;
            let rtc_uid = if room.endpoints.contains_key(&own) { fresh } else { own };
            draft_join(room, joining, rtc_uid, now_ms).ok()?
        }
        Ask::Act(acting) => draft_act(room, acting, now_ms).ok()?,
        _ => return None,
    };
    Some((prepare(room, plan, now_ms)?, answer))
}

/// Commits what is done here already, then tells and answers what the store took.
async fn settle(
    node: &Node,
    mut room: Loaded,
    ahead: Vec<Ahead>,
    batches: Vec<Batch>,
    rest: Vec<Order>,
) -> (Option<Loaded>, Vec<Order>) {
    let outcomes = node.store.commit_in_turn(batches).await;
    let (mut is_sound, mut all_touched) = (true, Touched::Nobody);
    let mut refused = Vec::new();
    for (Ahead { order, done, posts, touched }, outcome) in ahead.into_iter().zip(outcomes) {
        match judged(outcome) {
            Ok(()) => {
                all_touched = all_touched.and(touched);
                for post in posts {
                    node.bus.post(post).await;
                }
                order.answer(Ok(done));
                continue;
            }
            Err(Failed::Trouble(Trouble::Failed(fault))) => order.answer(Err(fault)),
            Err(_) => refused.push(order),
        }
        is_sound = false;
    }
    refused.extend(rest);
    if !is_sound {
        look_again(node, room.archive_id());
        return (None, refused);
    }
    follow(node, &room, &all_touched, node.clock.now_ms());
    write_down(node, &mut room).await;
    ((!room.is_over()).then_some(room), refused)
}
