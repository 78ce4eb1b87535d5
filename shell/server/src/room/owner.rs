//! The one task that changes a room: decides, commits, applies, tells, answers. One order at a time.

use super::callback;
use super::chat as room_chat;
use super::load::{self, Loaded};
use super::order::{Acting, Ask, Done, Joining, Order, Recalling, Sending, Serving};
use super::parts;
use super::post;
use super::serve::{self, Served};
use crate::chat;
use crate::fault::Fault;
use crate::mutation::{self, Mutation};
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use crate::session::{Session, once};
use parlor_identity::token::same_secret;
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::{ArchiveId, RtcUid, SessionId};
use parlor_protocol::{Code, limits, v1};
use parlor_room::{Actor, Decided, Join, Refusal};
use parlor_store::rows::EndpointRow;
use parlor_store::{Batch, CommitError, Expect, OnceKind, Taken, Write};
use prost::Message;
use std::time::Duration;
use tokio::sync::mpsc;

/// Events after which the room is written down anew, so that reading it back stays short.
const EVENTS_PER_RECORD: u64 = 256;
/// Shortest time between two looks at what is due in a room.
const DUE_PAUSE_MS: i64 = 20;
/// Events that stay in the log before the written-down state, for clients that were away.
const EVENTS_KEPT: u64 = 1024;

/// Runs until nobody has asked for the room for a while.
pub(super) async fn run(node: Node, archive_id: ArchiveId, mut orders: mpsc::Receiver<Order>) {
    let mut loaded: Option<Loaded> = None;
    let idle = Duration::from_millis(node.config.room.idle_ms.into());
    loop {
        let due = loaded.as_ref().and_then(|room| room.room.deadline());
        let order = tokio::select! {
            biased;
            order = orders.recv() => match order {
                Some(order) => order,
                None => return,
            },
            () = until(&node, due) => Order { ask: Ask::Due, answer: None },
            () = tokio::time::sleep(idle) => {
                if super::rooms(&node).retire(archive_id, &orders) {
                    return;
                }
                continue;
            }
        };
        loaded = carry_out(&node, archive_id, loaded, order).await;
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

/// Why an order was not carried out.
enum Trouble {
    /// It may not be, as things are.
    Refused(Fault),
    /// Things are not as they are in memory here: another node had the room meanwhile.
    Stale,
    /// Nobody knows whether it was; the store does.
    Failed(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Fault { field: refusal.field, ..Fault::new(refusal.code, refusal.message) })
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
                Ok(Some(room)) => room,
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
                order.answer(Ok(done));
                return (!room.is_over()).then_some(room);
            }
            Err(Trouble::Refused(fault)) => {
                order.answer(Err(fault));
                return Some(room);
            }
            Err(Trouble::Stale) => {}
            Err(Trouble::Failed(fault)) => {
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

/// What an order comes to.
#[derive(Default)]
struct Plan {
    decided: Decided,
    batch: Batch,
    /// The device that acts, which learns of its own leaving, or of its own message, from the answer.
    by: Option<RtcUid>,
    entering: Option<EndpointRow>,
    messages: Vec<v1::ChatMessage>,
}

async fn attempt(node: &Node, room: &mut Loaded, ask: &Ask) -> Result<Done, Trouble> {
    room.look_at_app(node).await?;
    let now_ms = node.clock.now_ms();
    match ask {
        Ask::Join(joining) => join(node, room, joining, now_ms).await,
        Ask::Act(acting) => act(node, room, acting, now_ms).await,
        Ask::Serve(serving) => serve(node, room, serving, now_ms).await,
        Ask::Send(sending) => send(node, room, sending, now_ms).await,
        Ask::Recall(recalling) => recall(node, room, recalling, now_ms).await,
        Ask::Gone(session_id, reason) => gone(node, room, *session_id, *reason, now_ms).await,
        Ask::Due => {
            let decided = room.room.due(now_ms);
            perform(node, room, Plan { decided, ..Plan::default() }, now_ms).await?;
            Ok(Done::Nothing)
        }
    }
}

async fn join(node: &Node, room: &mut Loaded, joining: &Joining, now_ms: i64) -> Result<Done, Trouble> {
    let [own, fresh] = joining.rtc_uids;
    if !room.endpoints.contains_key(&own) {
        match join_as(node, room, joining, own, now_ms).await {
            // Another device of the account has it, in another room.
            Err(Performing::Taken) => {}
            outcome => return Ok(outcome?),
        }
    }
    Ok(join_as(node, room, joining, fresh, now_ms).await?)
}

async fn join_as(
    node: &Node,
    room: &mut Loaded,
    joining: &Joining,
    rtc_uid: RtcUid,
    now_ms: i64,
) -> Result<Done, Performing> {
    let session = &joining.session;
    let asked = &joining.join;
    let join = Join {
        user_uuid: joining.user_uuid.to_string(),
        user_name: asked.user_name.clone(),
        avatar: asked.avatar.clone(),
        role: asked.role.clone(),
        password_right: same_secret(room.row.password.expose().as_bytes(), asked.password.as_bytes()),
        properties: asked.properties.clone(),
        kick_other_device: asked.kick_other_device,
        ext: asked.ext.clone(),
        endpoint: v1::RoomEndpoint {
            rtc_uid: rtc_uid.wire(),
            device_id: joining.device_id.to_string(),
            client_type: room_client_type(session.client_type),
            ..v1::RoomEndpoint::default()
        },
    };
    let decided = match room.room.join(now_ms, &join) {
        Ok(decided) => decided,
        Err(refusal) => {
            let outcome = again(node, room, session, &joining.op_id, now_ms, refusal).await;
            return outcome.map_err(Performing::Trouble);
        }
    };
    let row = EndpointRow {
        archive_id: room.archive_id(),
        rtc_uid,
        app_id: session.app_id,
        user_uuid: joining.user_uuid.clone(),
        accid: session.account.1.clone(),
        session_id: session.session_id,
        device_id: joining.device_id.clone(),
        joined_at_ms: now_ms,
    };
    let batch = fenced(session, &joining.op_id, now_ms, First::Joined(rtc_uid).to_bytes());
    let plan = Plan { decided, batch, by: Some(rtc_uid), entering: Some(row), ..Plan::default() };
    match perform(node, room, plan, now_ms).await {
        Ok(()) => Ok(Done::View(view(node, room, rtc_uid))),
        Err(Performing::Repeated(answer)) => repeated(node, room, &answer).map_err(Performing::Trouble),
        Err(failed) => Err(failed),
    }
}

/// What an act was answered the first time, as the store keeps it for repeats.
enum First {
    /// A device came in under this number.
    Joined(RtcUid),
    /// An act was done.
    Acted(v1::RoomActDone),
}

impl First {
    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Joined(rtc_uid) => [&[1], rtc_uid.0.to_be_bytes().as_slice()].concat(),
            Self::Acted(done) => [&[2], done.encode_to_vec().as_slice()].concat(),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (1, number) => Some(Self::Joined(RtcUid(u64::from_be_bytes(number.try_into().ok()?)))),
            (2, done) => Some(Self::Acted(v1::RoomActDone::decode(done).ok()?)),
            _ => None,
        }
    }
}

/// A repeat gets the first answer; of a join, the mirror as it is now, if the device is still in the room.
fn repeated(node: &Node, room: &Loaded, answer: &[u8]) -> Result<Done, Trouble> {
    match First::from_bytes(answer) {
        Some(First::Acted(done)) => Ok(Done::Act(done)),
        Some(First::Joined(rtc_uid)) if room.endpoints.contains_key(&rtc_uid) => {
            Ok(Done::View(view(node, room, rtc_uid)))
        }
        Some(First::Joined(_)) => Err(Fault::of(Code::RoomMemberNotFound).into()),
        None => Err(Fault::of(Code::DuplicateRequest).into()),
    }
}

fn view(node: &Node, room: &Loaded, rtc_uid: RtcUid) -> Vec<v1::RoomView> {
    parts::view(super::view::whole(node, &room.row, room.room.mirror(), room.chat_at(), rtc_uid))
}

async fn act(node: &Node, room: &mut Loaded, acting: &Acting, now_ms: i64) -> Result<Done, Trouble> {
    let session = &acting.session;
    let by = room.endpoint_of(session.session_id).map(|row| (row.rtc_uid, row.user_uuid.to_string()));
    let decided = match &by {
        Some((rtc_uid, user_uuid)) => {
            let actor = Actor::Member { user_uuid: user_uuid.clone(), rtc_uid: rtc_uid.wire() };
            let decided = room.room.act(now_ms, &actor, &acting.act);
            match decided {
                Err(_) if mutation::on(Mutation::NoRoomPermission) => {
                    unchecked(room, now_ms, user_uuid, &acting.act)
                }
                decided => decided,
            }
        }
        None => Err(not_a_member()),
    };
    let decided = match decided {
        Ok(decided) => decided,
        Err(refusal) => return again(node, room, session, &acting.op_id, now_ms, refusal).await,
    };
    let at = v1::Cursor {
        epoch: room.row.epoch,
        seq: decided.events.last().map_or(room.room.mirror().at().seq, |event| event.seq),
    };
    let enters_chat = matches!(&acting.act, v1::room_act::Act::ChatPresence(presence) if presence.present);
    let chat_at = if enters_chat { room.chat_at() } else { None };
    let done = v1::RoomActDone { at: Some(at), chat_at };
    let batch = fenced(session, &acting.op_id, now_ms, First::Acted(done).to_bytes());
    let plan = Plan { decided, batch, by: by.map(|(rtc_uid, _)| rtc_uid), ..Plan::default() };
    match perform(node, room, plan, now_ms).await {
        Ok(()) => Ok(Done::Act(done)),
        Err(Performing::Repeated(answer)) => repeated(node, room, &answer),
        Err(failed) => Err(failed.into()),
    }
}

/// What follows if nobody asks whether the member may: only with the planted fault.
fn unchecked(
    room: &Loaded,
    now_ms: i64,
    user_uuid: &str,
    act: &v1::room_act::Act,
) -> Result<Decided, Refusal> {
    let mut decided = room.room.act(now_ms, &Actor::Server, act)?;
    for event in &mut decided.events {
        user_uuid.clone_into(&mut event.operate_by);
    }
    Ok(decided)
}

/// An order that is refused now may have been carried out before, as a second "leave" was.
async fn again(
    node: &Node,
    room: &Loaded,
    session: &Session,
    op_id: &[u8],
    now_ms: i64,
    refusal: Refusal,
) -> Result<Done, Trouble> {
    if op_id.is_empty() {
        return Err(refusal.into());
    }
    let Expect::Once { app_id, id, .. } = once(session, op_id, now_ms, Vec::new()) else {
        return Err(refusal.into());
    };
    let read = node.store.read(move |view| view.once_answer(OnceKind::OpId, app_id, &id, now_ms)).await;
    match read.map_err(Fault::from)? {
        Some(answer) => repeated(node, room, &answer),
        None => Err(refusal.into()),
    }
}

async fn serve(node: &Node, room: &mut Loaded, serving: &Serving, now_ms: i64) -> Result<Done, Trouble> {
    let Served { decided, messages, batch } = serve::plan(node, room, serving, now_ms).await?;
    if decided.events.is_empty() && messages.is_empty() {
        // What is asked for is so already; that it was asked for is kept all the same.
        node.store.commit(batch).await.map_err(Fault::from)?;
        return Ok(Done::Nothing);
    }
    match perform(node, room, Plan { decided, batch, messages, ..Plan::default() }, now_ms).await {
        // A message of that sender has its uuid: it was sent before.
        Ok(()) | Err(Performing::Taken) => Ok(Done::Nothing),
        Err(failed) => Err(failed.into()),
    }
}

async fn gone(
    node: &Node,
    room: &mut Loaded,
    session_id: SessionId,
    reason: EndReason,
    now_ms: i64,
) -> Result<Done, Trouble> {
    if let Some(rtc_uid) = room.endpoint_of(session_id).map(|row| row.rtc_uid) {
        let decided = room.room.gone(now_ms, rtc_uid.wire(), reason);
        perform(node, room, Plan { decided, ..Plan::default() }, now_ms).await?;
    }
    Ok(Done::Nothing)
}

async fn send(node: &Node, room: &mut Loaded, sending: &Sending, now_ms: i64) -> Result<Done, Trouble> {
    let message = room_chat::plan_send(room, sending, now_ms)?;
    let mut batch = fenced(&sending.session, &[], now_ms, Vec::new());
    batch.writes.extend(sending.attachment.clone());
    let plan = Plan {
        batch,
        by: room.endpoint_of(sending.session.session_id).map(|row| row.rtc_uid),
        messages: vec![message.clone()],
        ..Plan::default()
    };
    match perform(node, room, plan, now_ms).await {
        Ok(()) => Ok(Done::Sent(Box::new(v1::ChatSent { message: Some(message), at: room.chat_at() }))),
        // Its uuid says that it was sent before.
        Err(Performing::Taken) => match &room.talk {
            Some(talk) => Ok(Done::Sent(Box::new(room_chat::sent_before(node, talk, &message).await?))),
            None => Err(Trouble::Stale),
        },
        Err(failed) => Err(failed.into()),
    }
}

async fn recall(node: &Node, room: &mut Loaded, recalling: &Recalling, now_ms: i64) -> Result<Done, Trouble> {
    let (emptied, notice) = room_chat::plan_recall(node, room, recalling, now_ms).await?;
    let batch = fenced(&recalling.session, &[], now_ms, Vec::new()).write(Write::PutMessage(emptied));
    let plan = Plan { batch, messages: vec![notice], ..Plan::default() };
    perform(node, room, plan, now_ms).await?;
    Ok(Done::Recalled(v1::ChatRecalled { at: room.chat_at() }))
}

/// How a plan failed.
enum Performing {
    /// An op id says that it was done before.
    Repeated(Vec<u8>),
    /// A message's uuid says so, or somebody has the device's number.
    Taken,
    Trouble(Trouble),
}

impl From<Performing> for Trouble {
    fn from(failed: Performing) -> Self {
        match failed {
            Performing::Repeated(_) | Performing::Taken => Self::Refused(Fault::of(Code::DuplicateRequest)),
            Performing::Trouble(trouble) => trouble,
        }
    }
}

/// Commits a plan, then makes it true here and tells everybody.
async fn perform(node: &Node, room: &mut Loaded, plan: Plan, now_ms: i64) -> Result<(), Performing> {
    let Plan { decided, mut batch, by, entering, mut messages } = plan;
    // An act that changes nothing is done once too: its repeat must not change what others have made of it since.
    let is_marked = batch.expects.iter().any(|expect| matches!(expect, Expect::Once { .. }));
    if decided.events.is_empty() && messages.is_empty() && !is_marked {
        return Ok(());
    }
    if let Some(talk) = &room.talk {
        messages.extend(chat::notices(talk, room.room.mirror(), &decided.events, now_ms));
        if !messages.is_empty() {
            batch = batch.write(talk.append(room.archive_id(), &messages));
        }
    }
    let archive_id = room.archive_id();
    let leaving = post::leaving(room, &decided.events);
    let seq = room.room.mirror().at().seq;
    // First of all: a repeat, too, is answered from the room as it is.
    batch.expects.insert(0, Expect::Room { archive_id, fence: room.fence, seq });
    if !decided.events.is_empty() {
        let events = decided.events.iter().map(Message::encode_to_vec).collect();
        batch = batch.write(Write::AppendRoomEvents { archive_id, first_seq: seq + 1, events });
    }
    for (row, _) in &leaving {
        batch = batch.write(Write::DropEndpoint { archive_id, rtc_uid: row.rtc_uid });
    }
    if let Some(row) = &entering {
        batch = batch.write(Write::PutEndpoint(row.clone()));
    }
    for write in room.consequences(&decided.events, now_ms) {
        batch = batch.write(write);
    }
    for write in callback::of(room, &decided.events) {
        batch = batch.write(write);
    }
    if mutation::on(Mutation::PublishBeforeCommit) {
        post::tell_early(node, room, &decided.events).await;
    }
    let outcome = node.store.commit(batch).await;
    if matches!(outcome, Err(CommitError::Taken(Taken::Message | Taken::RtcUid))) {
        return Err(Performing::Taken);
    }
    if lost_race(&outcome) {
        return Err(Performing::Trouble(Trouble::Stale));
    }
    match outcome {
        Ok(()) => {}
        Err(CommitError::Repeated { answer }) => return Err(Performing::Repeated(answer)),
        // The room itself is as it was: only this session may not act any more.
        Err(CommitError::Fenced) => {
            return Err(Performing::Trouble(Trouble::Refused(Fault::of(Code::SessionFenced))));
        }
        Err(cause) => return Err(Performing::Trouble(Trouble::Failed(cause.into()))),
    }
    for event in &decided.events {
        if let Err(cause) = room.room.apply(event) {
            tracing::error!(%archive_id, %cause, "a room's own event does not follow");
            return Err(Performing::Trouble(Trouble::Failed(Fault::of(Code::ServerError))));
        }
    }
    post::tell(node, room, &decided.events, &leaving, by, entering).await;
    post::tell_messages(node, room, &messages, by, now_ms).await;
    write_down(node, room).await;
    Ok(())
}

/// Writes the whole room down now and then, and when something is due in it next. A failure costs a longer log, or that
/// the room is woken when somebody asks for it.
async fn write_down(node: &Node, room: &mut Loaded) {
    let seq = room.room.mirror().at().seq;
    let archive_id = room.archive_id();
    let mut writes: Vec<Write> = room.due_write().into_iter().collect();
    if seq >= room.written_seq + EVENTS_PER_RECORD && !room.is_over() {
        room.written_seq = seq;
        writes.push(Write::PutRoomRecord {
            archive_id,
            seq,
            body: room.room.record().encode_to_vec(),
            keep_events_after: seq.saturating_sub(EVENTS_KEPT),
        });
    }
    if writes.is_empty() {
        return;
    }
    let expect = Expect::Room { archive_id, fence: room.fence, seq };
    match node.store.commit(Batch { expects: vec![expect], writes }).await {
        Ok(()) => {}
        Err(cause) => tracing::warn!(%archive_id, %cause, "a room could not be written down"),
    }
}

/// The start of every commit that a member makes.
fn fenced(session: &Session, op_id: &[u8], now_ms: i64, answer: Vec<u8>) -> Batch {
    let batch = Batch::new().expect(Expect::Fence { session_id: session.session_id, epoch: session.epoch });
    match op_id.len() {
        limits::OP_ID_BYTES => batch.expect(once(session, op_id, now_ms, answer)),
        _ => batch,
    }
}

fn not_a_member() -> Refusal {
    let message = "this device is not in the room".to_owned();
    Refusal { code: Code::RoomMemberNotFound, field: None, message }
}

/// NEClientType of a NIMClientType (neroom-client 3, nim 4.1).
fn room_client_type(nim: i32) -> i32 {
    match nim {
        1 => 2,
        2 => 1,
        4 => 3,
        16 => 4,
        64 => 6,
        65 => 10,
        _ => 0,
    }
}
