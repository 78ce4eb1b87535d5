//! One plan for a room: committed, then true here, then told.

use super::callback;
use super::load::Loaded;
use super::order::By;
use super::post;
use super::rights::{Touched, follow};
use crate::chat;
use crate::fault::Fault;
use crate::mutation::{self, Mutation};
use crate::node::{Node, lost_race};
use crate::session::once;
use parlor_bus::Post;
use parlor_protocol::ids::RtcUid;
use parlor_protocol::{Code, Refusal, limits, v1};
use parlor_room::Decided;
use parlor_store::rows::EndpointRow;
use parlor_store::{Batch, CommitError, Expect, Taken, Write};
use prost::Message;

/// Events after which the room is written down anew, so that reading it back stays short.
const EVENTS_PER_RECORD: u64 = 256;
/// Events that stay in the log before the written-down state, for clients that were away.
const EVENTS_KEPT: u64 = 1024;

/// Why an order was not carried out.
pub(super) enum Trouble {
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
        Self::Refused(refusal.into())
    }
}

/// What an order comes to.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) decided: Decided,
    pub(super) batch: Batch,
    /// The device that acts, which learns of its own leaving, or of its own message, from the answer.
    pub(super) by: Option<RtcUid>,
    pub(super) entering: Option<EndpointRow>,
    pub(super) messages: Vec<v1::ChatMessage>,
}

/// How a plan failed.
pub(super) enum Failed {
    /// An op id says that it was done before.
    Repeated(Vec<u8>),
    /// A message's uuid says so, or somebody has the device's number.
    Taken,
    Trouble(Trouble),
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Repeated(_) | Failed::Taken => Self::Refused(Fault::of(Code::DuplicateRequest)),
            Failed::Trouble(trouble) => trouble,
        }
    }
}

/// A plan with everything that follows from it, as the store gets it.
pub(super) struct Prepared {
    pub(super) batch: Batch,
    events: Vec<v1::RoomEvent>,
    messages: Vec<v1::ChatMessage>,
    leaving: Vec<(EndpointRow, String)>,
    by: Option<RtcUid>,
    entering: Option<EndpointRow>,
    earlier_ms: Option<i64>,
    now_ms: i64,
}

/// Commits a plan, then makes it true here and tells everybody.
pub(super) async fn commit(node: &Node, room: &mut Loaded, plan: Plan, now_ms: i64) -> Result<(), Failed> {
    let Some(mut prepared) = prepare(room, plan, now_ms) else { return Ok(()) };
    prepared.tell_early(node, room).await;
    let touched = prepared.touched();
    judged(node.store.commit(std::mem::take(&mut prepared.batch)).await)?;
    let posts = make_true(node, room, prepared)?;
    follow(node, room, &touched, now_ms);
    for post in posts {
        node.bus.post(post).await;
    }
    write_down(node, room).await;
    Ok(())
}

/// What a plan is for the store. `None`: nothing changes.
pub(super) fn prepare(room: &Loaded, plan: Plan, now_ms: i64) -> Option<Prepared> {
    let Plan { decided, mut batch, by, entering, mut messages } = plan;
    let events = decided.events;
    // An act that changes nothing is done once too: its repeat must not change what others have made of it since.
    let is_marked = batch.expects.iter().any(|expect| matches!(expect, Expect::Once { .. }));
    if events.is_empty() && messages.is_empty() && batch.writes.is_empty() && !is_marked {
        return None;
    }
    if let Some(talk) = &room.talk {
        messages.extend(chat::notices(talk, room.room.mirror(), &events, now_ms));
        if !messages.is_empty() {
            batch = batch.write(talk.append(room.archive_id(), &messages));
        }
    }
    let archive_id = room.archive_id();
    let leaving = post::leaving(room, &events);
    let seq = room.room.mirror().at().seq;
    // First of all: a repeat, too, is answered from the room as it is.
    batch.expects.insert(0, Expect::Room { archive_id, fence: room.fence, seq });
    if !events.is_empty() {
        let events = events.iter().map(Message::encode_to_vec).collect();
        batch = batch.write(Write::AppendRoomEvents { archive_id, first_seq: seq + 1, events });
    }
    for (row, _) in &leaving {
        batch = batch.write(Write::DropEndpoint { archive_id, rtc_uid: row.rtc_uid });
    }
    if let Some(row) = &entering {
        batch = batch.write(Write::PutEndpoint(row.clone()));
    }
    let earlier_ms = room.due_earlier(&events);
    if earlier_ms.is_some() {
        batch = batch.write(Write::PutRoomDue { archive_id, due_at_ms: earlier_ms });
    }
    batch.writes.extend(room.consequences(&events));
    batch.writes.extend(callback::of(room, &events));
    Some(Prepared { batch, events, messages, leaving, by, entering, earlier_ms, now_ms })
}

impl Prepared {
    /// Whose rights in the room's call it may change.
    pub(super) fn touched(&self) -> Touched {
        Touched::by(&self.events)
    }

    /// Tells those in the room what is not committed yet: only with the planted fault.
    pub(super) async fn tell_early(&self, node: &Node, room: &Loaded) {
        if mutation::on(Mutation::PublishBeforeCommit) {
            post::tell_early(node, room, &self.events).await;
        }
    }
}

/// What the store's answer means for an order.
pub(super) fn judged(outcome: Result<(), CommitError>) -> Result<(), Failed> {
    if matches!(outcome, Err(CommitError::Taken(Taken::Message | Taken::RtcUid))) {
        return Err(Failed::Taken);
    }
    if lost_race(&outcome) {
        return Err(Failed::Trouble(Trouble::Stale));
    }
    match outcome {
        Ok(()) => Ok(()),
        Err(CommitError::Repeated { answer }) => Err(Failed::Repeated(answer)),
        // The room itself is as it was: only this session may not act any more.
        Err(fenced @ (CommitError::Fenced | CommitError::RoomFenced)) => {
            Err(Failed::Trouble(Trouble::Refused(fenced.into())))
        }
        Err(cause) => Err(Failed::Trouble(Trouble::Failed(cause.into()))),
    }
}

/// Makes a plan true here; answers what everybody is told once it is committed.
pub(super) fn make_true(node: &Node, room: &mut Loaded, prepared: Prepared) -> Result<Vec<Post>, Failed> {
    let Prepared { events, messages, leaving, by, entering, earlier_ms, now_ms, .. } = prepared;
    room.due_at_ms = earlier_ms.or(room.due_at_ms);
    for event in &events {
        if let Err(cause) = room.room.apply(event) {
            tracing::error!(archive_id = %room.archive_id(), %cause, "a room's own event does not follow");
            return Err(Failed::Trouble(Trouble::Failed(Fault::of(Code::ServerError))));
        }
    }
    let mut posts = vec![post::tell(room, &events, &leaving, by, entering)];
    posts.extend(post::tell_messages(node, room, &messages, by, now_ms));
    Ok(posts)
}

/// Writes the whole room down now and then, and when something is due in it next, where that is later than the store
/// believes. A failure costs a longer log, or a look too many.
pub(super) async fn write_down(node: &Node, room: &mut Loaded) {
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
pub(super) fn fenced(by: &By, op_id: &[u8], now_ms: i64, answer: Vec<u8>) -> Batch {
    let batch = Batch::new().expect(by.session.room_fence(by.since_ms));
    match op_id.len() {
        limits::OP_ID_BYTES => batch.expect(once(&by.session, op_id, now_ms, answer)),
        _ => batch,
    }
}
