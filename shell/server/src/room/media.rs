//! The call of a room, as its owner keeps it: which devices take part is the room's own state.

mod call;

pub use call::{demand, join, leave, offer, resume, watch};

use super::commit::{Plan, Trouble, commit, fenced, judged};
use super::load::Loaded;
use super::order::{Ask, By, Calling, Done};
use super::rights::{Touched, follow};
use super::{post, rooms};
use crate::fault::Fault;
use crate::media::{Caller, sessions};
use crate::node::Node;
use crate::session::Session;
use parlor_protocol::ids::{ArchiveId, RtcUid};
use parlor_protocol::{Code, Refusal};
use parlor_room::ServerAct;
use parlor_store::{Batch, Expect};
use std::sync::Arc;

/// Lets this session's device into the call of a room.
async fn enter(node: &Node, session: &Arc<Session>, archive_id: ArchiveId) -> Result<Caller, Fault> {
    let calling = Calling::In(By::now(node, session)?);
    match rooms(node).ask(node, archive_id, Ask::Call(Box::new(calling))).await? {
        Done::Caller(caller) => Ok(caller),
        _ => Err(Fault::of(Code::ServerError)),
    }
}

/// Takes this session's device out of the call of a room.
async fn go(node: &Node, session: &Arc<Session>, archive_id: ArchiveId) -> Result<(), Fault> {
    let calling = Calling::Out(By::now(node, session)?);
    rooms(node).ask(node, archive_id, Ask::Call(Box::new(calling))).await.map(drop)
}

/// A device's media session is over: it is out of the call unless it has another one by then.
fn lost(node: &Node, archive_id: ArchiveId, rtc_uid: RtcUid) {
    rooms(node).tell(node, archive_id, Ask::Call(Box::new(Calling::Lost(rtc_uid))));
}

/// Whoever asked to be let in did not wait for the answer.
pub(super) fn not_heard(node: &Node, archive_id: ArchiveId, caller: &Caller) {
    if !sessions(node).withdraw(caller.rtc_uid, caller.attempt) {
        return;
    }
    if let Some(relay) = &node.relay {
        relay.leave(caller.rtc_uid);
    }
    lost(node, archive_id, caller.rtc_uid);
}

/// What came of an order is open: should the room have a call, it is read again, so that nobody goes on sending who may not.
pub(super) fn look_again(node: &Node, archive_id: ArchiveId) {
    if sessions(node).are_in(archive_id) {
        rooms(node).tell(node, archive_id, Ask::Due);
    }
}

/// Carries an order about the call out.
pub(super) async fn carry_out(
    node: &Node,
    room: &mut Loaded,
    calling: &Calling,
    now_ms: i64,
) -> Result<Done, Trouble> {
    match calling {
        Calling::In(by) => {
            let rtc_uid = own(room, by)?;
            set_presence(node, room, rtc_uid, true, Some(by), now_ms).await?;
            let rights = room.room.call_rights(rtc_uid.wire(), now_ms).unwrap_or_default();
            let Some(row) = room.endpoints.get(&rtc_uid) else { return Err(Trouble::Stale) };
            let caller = sessions(node).begin(rtc_uid, room.archive_id(), post::address(row), rights);
            Ok(Done::Caller(caller))
        }
        Calling::Out(by) => {
            let rtc_uid = own(room, by)?;
            set_presence(node, room, rtc_uid, false, Some(by), now_ms).await?;
            follow(node, room, &Touched::Device(rtc_uid), now_ms);
            Ok(Done::Nothing)
        }
        Calling::Lost(rtc_uid) => {
            if room.endpoints.contains_key(rtc_uid) && !sessions(node).holds(*rtc_uid) {
                set_presence(node, room, *rtc_uid, false, None, now_ms).await?;
            }
            Ok(Done::Nothing)
        }
    }
}

fn own(room: &Loaded, by: &By) -> Result<RtcUid, Refusal> {
    let row = room.endpoint_of(by.session.session_id);
    let absent = || Refusal::new(Code::RoomMemberNotFound, "this device is not in the room");
    row.map(|row| row.rtc_uid).ok_or_else(absent)
}

async fn set_presence(
    node: &Node,
    room: &mut Loaded,
    rtc_uid: RtcUid,
    present: bool,
    by: Option<&By>,
    now_ms: i64,
) -> Result<(), Trouble> {
    let act = ServerAct::SetRtcPresence { rtc_uid: rtc_uid.wire(), present };
    let decided = room.room.server_act(now_ms, act)?;
    let batch = by.map_or_else(Batch::new, |by| fenced(by, &[], now_ms, Vec::new()));
    if decided.events.is_empty() && by.is_some() {
        // It is so already, and whoever asks must still be the one who may.
        let (fence, seq) = (room.fence, room.room.mirror().at().seq);
        let batch = batch.expect(Expect::Room { archive_id: room.archive_id(), fence, seq });
        return Ok(judged(node.store.commit(batch).await)?);
    }
    Ok(commit(node, room, Plan { decided, batch, ..Plan::default() }, now_ms).await?)
}

/// The room was read from the store. Those who are said to be in its call and have no media session here, since the
/// server that had them is gone, have some time to come back.
pub(super) fn loaded(node: &Node, room: &mut Loaded) {
    let now_ms = node.clock.now_ms();
    follow(node, room, &Touched::Everybody, now_ms);
    if !absent(node, room).is_empty() {
        room.call_due_at_ms = Some(now_ms + i64::from(node.config.media.resume_window_ms));
    }
}

/// Their time is over.
pub(super) async fn due(node: &Node, room: &mut Loaded, now_ms: i64) -> Result<(), Trouble> {
    if room.call_due_at_ms.is_none_or(|at_ms| at_ms > now_ms) {
        return Ok(());
    }
    room.call_due_at_ms = None;
    for rtc_uid in absent(node, room) {
        set_presence(node, room, rtc_uid, false, None, now_ms).await?;
    }
    Ok(())
}

fn absent(node: &Node, room: &Loaded) -> Vec<RtcUid> {
    let sessions = sessions(node);
    let said_to_be_in = |rtc_uid: &&RtcUid| {
        room.room.mirror().endpoint(rtc_uid.wire()).is_some_and(|(_, endpoint)| endpoint.in_rtc)
    };
    room.endpoints
        .keys()
        .filter(said_to_be_in)
        .filter(|rtc_uid| !sessions.holds(**rtc_uid))
        .copied()
        .collect()
}
