//! What devices ask about the call of a room over the link. Their packets go past this, between them and the relay.

use crate::fault::Fault;
use crate::media::{self, Caller, sessions};
use crate::node::Node;
use crate::room::archive_id as room_id;
use crate::session::Session;
use parlor_protocol::ids::{ArchiveId, RtcUid};
use parlor_protocol::{Code, limits, v1};
use parlor_relay::{JoinCall, RelayEvents};
use std::sync::Arc;

/// Passes on what the relay tells, for as long as the node runs. Start it before the first connection is taken.
pub async fn watch(node: Node, mut events: RelayEvents) {
    while let Some(event) = events.next().await {
        if let Some((archive_id, rtc_uid)) = media::tell(&node, event).await {
            super::lost(&node, archive_id, rtc_uid);
        }
    }
}

/// Takes part in a room's call with this session's device.
pub async fn join(
    node: &Node,
    session: &Arc<Session>,
    join: v1::MediaJoin,
) -> Result<v1::MediaJoined, Fault> {
    let relay = media::relay(node)?;
    let archive_id = room_id(join.archive_id)?;
    let lines = media::lines(&join.offer_sdp, &join.lines)?;
    let caller = super::enter(node, session, archive_id).await?;
    let (rtc_uid, rights) = (caller.rtc_uid, caller.rights);
    // Should this request be cut short here, or the relay refuse, the device is not said to take part.
    let mut entry = Entry { node, archive_id, caller, is_done: false };
    let call =
        JoinCall { room: archive_id, rtc_uid, offer_sdp: join.offer_sdp, lines, grant: media::grant(rights) };
    let joined = relay.join(call).await.map_err(|cause| media::refused(&cause))?;
    let push = |frame| node.hub.push(&session.account, session.session_id, media::PRIORITY, frame);
    if !sessions(node).joined(relay, rtc_uid, entry.caller.attempt, joined.media_id, push) {
        // It left the room meanwhile, or asked once more on another link.
        return Err(Fault::of(Code::MediaSessionGone));
    }
    entry.is_done = true;
    Ok(v1::MediaJoined {
        media_id: joined.media_id,
        answer_sdp: joined.answer_sdp,
        resume_window_ms: node.config.media.resume_window_ms,
    })
}

/// A device on its way into a call.
struct Entry<'a> {
    node: &'a Node,
    archive_id: ArchiveId,
    caller: Caller,
    is_done: bool,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            super::not_heard(self.node, self.archive_id, &self.caller);
        }
    }
}

/// Negotiates a media session anew.
pub async fn offer(node: &Node, session: &Session, offer: v1::MediaOffer) -> Result<v1::MediaAnswer, Fault> {
    let relay = media::relay(node)?;
    let archive_id = room_id(offer.archive_id)?;
    let lines = media::lines(&offer.offer_sdp, &offer.lines)?;
    let rtc_uid = own(node, session, archive_id, offer.media_id)?;
    let answer = relay.offer(rtc_uid, offer.media_id, offer.offer_sdp, lines).await;
    Ok(v1::MediaAnswer { answer_sdp: answer.map_err(|cause| media::refused(&cause))? })
}

/// Whether a media session is still known; what its client has missed meanwhile is told again.
pub async fn resume(
    node: &Node,
    session: &Session,
    resume: v1::MediaResume,
) -> Result<v1::MediaResumed, Fault> {
    let relay = media::relay(node)?;
    let archive_id = room_id(resume.archive_id)?;
    let rtc_uid = own(node, session, archive_id, resume.media_id)?;
    relay.resume(rtc_uid, resume.media_id).await.map_err(|cause| media::refused(&cause))?;
    sessions(node).tell_again(rtc_uid, resume.media_id, |frame| {
        node.hub.push(&session.account, session.session_id, media::PRIORITY, frame);
    });
    Ok(v1::MediaResumed {})
}

/// Which pictures a device wants, all of them.
pub fn demand(
    node: &Node,
    session: &Session,
    demand: &v1::MediaDemand,
) -> Result<v1::MediaDemandDone, Fault> {
    let relay = media::relay(node)?;
    let archive_id = room_id(demand.archive_id)?;
    limits::check_count("wanted", limits::MEDIA_WANTED_MAX, demand.wanted.len())?;
    let wanted = demand.wanted.iter().map(media::wanted).collect::<Result<Vec<_>, _>>()?;
    let rtc_uid = own(node, session, archive_id, demand.media_id)?;
    relay.demand(rtc_uid, demand.media_id, wanted);
    Ok(v1::MediaDemandDone {})
}

/// Leaves a room's call with this session's device. Leaving twice is no error.
pub async fn leave(
    node: &Node,
    session: &Arc<Session>,
    leave: v1::MediaLeave,
) -> Result<v1::MediaLeft, Fault> {
    media::relay(node)?;
    super::go(node, session, room_id(leave.archive_id)?).await?;
    Ok(v1::MediaLeft {})
}

/// The device of this session that has this media session in that room.
fn own(node: &Node, session: &Session, archive_id: ArchiveId, media_id: u64) -> Result<RtcUid, Fault> {
    let found = sessions(node).find(archive_id, session.session_id, media_id);
    found.ok_or_else(|| Fault::of(Code::MediaSessionGone))
}
