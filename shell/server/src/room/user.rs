//! The stream of a room account: custom signalling to one person, wherever they are logged in.

use super::parts;
use crate::fault::Fault;
use crate::node::Node;
use crate::outbox::push_frame;
use crate::session::{Asked, Session, once};
use parlor_bus::{Address, Lane, Parcel, Post};
use parlor_protocol::ids::{AppId, RoomUuid, UserUuid};
use parlor_protocol::{Code, limits, v1};
use parlor_store::rows::RoomAccountRow;
use parlor_store::{Batch, CommitError, Write};
use prost::Message;

/// Events that one pull answers with; the rest is pulled after its cursor.
const EVENTS_MAX: usize = 500;

/// Sends a custom command to one person (neroom-client 8). With a room both must be in it; without one, the person
/// only has to exist.
pub async fn send(
    node: &Node,
    session: &Session,
    op_id: &[u8],
    send: v1::UserSend,
) -> Result<v1::UserSent, Fault> {
    let person = super::person(node, session).await?;
    let sender = person.account.user_uuid;
    let receiver = UserUuid::parse_field("user_uuid", &send.user_uuid)?;
    check(send.command_id, &send.data)?;
    if !send.room_uuid.is_empty() {
        let room_uuid = RoomUuid::parse_field("room_uuid", &send.room_uuid)?;
        let room = super::live_room(node, session.app_id, &room_uuid).await?;
        let inside = node.store.read(move |view| view.endpoints_of_room(room.archive_id)).await?;
        if !inside.iter().any(|row| row.session_id == session.session_id) {
            return Err(Fault::of(Code::RoomMemberNotFound));
        }
        if !inside.iter().any(|row| row.user_uuid == receiver) {
            return Err(Fault::of(Code::TargetMemberNotFound));
        }
    }
    let now_ms = node.clock.now_ms();
    let mut batch = Batch::new().expect(session.room_fence(person.since_ms));
    if op_id.len() == limits::OP_ID_BYTES {
        batch = batch.expect(once(session, op_id, now_ms, Asked::Command.keep(&[])));
    }
    let command = v1::UserCommand {
        room_uuid: send.room_uuid,
        sender_uuid: sender.to_string(),
        command_id: send.command_id,
        data: send.data,
    };
    deliver(node, batch, session.app_id, &receiver, command).await.map(|()| v1::UserSent {})
}

/// Whether a custom command may be sent at all.
///
/// # Errors
/// Names the field and its limit.
pub fn check(command_id: i32, data: &str) -> Result<(), Fault> {
    limits::check_range("command_id", limits::COMMAND_ID_MIN, limits::COMMAND_ID_MAX, command_id.into())?;
    Ok(limits::check_count("data", limits::COMMAND_MAX_BYTES, data.len())?)
}

/// Puts a command into a person's stream, with whatever else `batch` says, and tells their devices.
pub async fn deliver(
    node: &Node,
    batch: Batch,
    app_id: AppId,
    receiver: &UserUuid,
    command: v1::UserCommand,
) -> Result<(), Fault> {
    let user_uuid = receiver.clone();
    let account = node.store.read(move |view| view.room_account(app_id, &user_uuid)).await?;
    let account = account.ok_or_else(|| Fault::of(Code::RoomAccountNotFound))?.row;
    let at_ms = node.clock.now_ms();
    let mut event = v1::UserEvent { seq: 0, at_ms, body: Some(v1::user_event::Body::Command(command)) };
    let batch = batch.write(Write::AppendUserEvent {
        app_id,
        user_uuid: receiver.clone(),
        at_ms,
        body: event.encode_to_vec(),
    });
    let assigned = match node.store.commit_assigned(batch).await {
        Ok(assigned) => assigned,
        // It was sent when this was asked first.
        Err(CommitError::Repeated { answer }) if Asked::Command.kept(&answer).is_some() => return Ok(()),
        Err(CommitError::Repeated { .. }) => return Err(Fault::of(Code::DuplicateRequest)),
        Err(cause) => return Err(cause.into()),
    };
    event.seq = assigned.user_seqs.first().copied().unwrap_or_default();
    let (user_uuid, accid) = (receiver.clone(), account.accid.clone());
    let found = node
        .store
        .read(move |view| Ok((view.user_head(app_id, &user_uuid)?, view.live_sessions(app_id, &accid)?)));
    let (head, sessions) = found.await?;
    let logged_in = sessions.into_iter().map(|session| session.row);
    let logged_in = logged_in.filter(|row| row.room.as_ref().is_some_and(|room| room.user_uuid == *receiver));
    let to = logged_in.map(|row| Address { account: (app_id, row.accid), session_id: row.session_id });
    let events = v1::UserEvents { epoch: head.epoch, events: vec![event] };
    let frame = push_frame(v1::push::Body::UserEvents(events));
    let parcel = Parcel { frame, lane: Lane::Signalling, to: to.collect() };
    node.bus.post(Post { parcels: vec![parcel], moves: None }).await;
    Ok(())
}

/// Where a person's stream is now. Read after a room login has been committed, it is before all that the login is told.
pub async fn place(node: &Node, row: &RoomAccountRow) -> Result<v1::Cursor, Fault> {
    let (app_id, user_uuid) = (row.app_id, row.user_uuid.clone());
    let head = node.store.read(move |view| view.user_head(app_id, &user_uuid)).await?;
    Ok(v1::Cursor { epoch: head.epoch, seq: head.seq })
}

/// Events of the own stream after a cursor, in parts; without a cursor, or with one of another epoch, only where the
/// stream is.
pub async fn pull(node: &Node, session: &Session, pull: v1::UserPull) -> Result<Vec<v1::UserPulled>, Fault> {
    let user_uuid = super::person(node, session).await?.account.user_uuid;
    let app_id = session.app_id;
    let found = node.store.read(move |view| {
        let head = view.user_head(app_id, &user_uuid)?;
        let rows = match pull.after {
            Some(after) if after.epoch == head.epoch => {
                view.user_events_after(app_id, &user_uuid, after.seq, EVENTS_MAX)?
            }
            _ => Vec::new(),
        };
        Ok((head, rows))
    });
    let (head, rows) = found.await?;
    let is_all = rows.len() < EVENTS_MAX;
    let events = rows.iter().filter_map(|row| {
        let event = v1::UserEvent::decode(row.body.as_slice()).ok()?;
        Some(v1::UserEvent { seq: row.seq, ..event })
    });
    let cursor = |seq| Some(v1::Cursor { epoch: head.epoch, seq });
    let part = |events: Vec<v1::UserEvent>| v1::UserPulled {
        at: cursor(events.last().map_or(head.seq, |event| event.seq)),
        events,
    };
    let mut parts: Vec<_> = parts::groups(events.collect(), 0).into_iter().map(part).collect();
    if let (true, Some(last)) = (is_all, parts.last_mut()) {
        last.at = cursor(head.seq);
    }
    Ok(parts)
}
