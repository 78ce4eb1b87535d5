//! The room that inputs of the link are played in. Inputs name it by a stand-in, since a room's number is given once.

use crate::world::{APP_ID, PEOPLE, World};
use bytes::Bytes;
use parlor_protocol::ids::{ArchiveId, RoomUuid, UserUuid};
use parlor_protocol::v1;
use parlor_protocol::v1::reply::Body as Reply;
use parlor_protocol::v1::request::Body;
use parlor_server::room::{self, Creation, OutsideAct, Service};
use parlor_server::{app, room::create_for};
use parlor_store::rows::{FileRow, FileState};
use parlor_store::{Batch, SweepLimits, Write};
use prost::Message;
use std::cell::Cell;

/// Its uuid.
pub(crate) const UUID: &str = "tea";
/// Stands for its archive id.
pub(crate) const ARCHIVE_ID: i64 = 1;
/// Stands for the media session that a device was given last.
pub(crate) const MEDIA_ID: u64 = 1;
/// A file of alice's that is on the server.
pub(crate) const FILE_ID: &str = "leaf";
/// The end of an op id that is a fresh one in each execution.
pub(crate) const FRESH: [u8; 8] = [7; 8];
/// After so many executions the room ends, another takes its place, and everything old is forgotten.
const EXECUTIONS: u64 = 1_024;
/// Longer than anything is kept.
const LATER_MS: i64 = 48 * 3_600 * 1_000;

thread_local! {
    static EXECUTION: Cell<u64> = const { Cell::new(0) };
}

/// What stand-ins stand for in one execution.
pub(crate) struct Scene {
    archive_id: i64,
    execution: u64,
}

/// The room, made if there is none.
pub(crate) async fn scene(world: &World) -> Result<Scene, Box<dyn std::error::Error>> {
    let execution = EXECUTION.replace(EXECUTION.get() + 1);
    if execution.is_multiple_of(EXECUTIONS) {
        forget(world).await?;
    }
    let archive_id = match live(world).await? {
        Some(archive_id) => archive_id.wire(),
        None => create_for(&world.node, APP_ID, Batch::new(), creation()?).await?.archive_id,
    };
    Ok(Scene { archive_id, execution })
}

async fn live(world: &World) -> Result<Option<ArchiveId>, Box<dyn std::error::Error>> {
    let uuid = RoomUuid::parse(UUID)?;
    let found = world.node.store.read(move |view| view.live_room(APP_ID, &uuid)).await?;
    Ok(found.map(|row| row.archive_id))
}

fn creation() -> Result<Creation, Box<dyn std::error::Error>> {
    let resources = v1::RoomResources { chatroom: true, rtc: true, ..v1::RoomResources::default() };
    let wish = v1::RoomCreate {
        room_uuid: UUID.into(),
        template_id: 40,
        resources: Some(resources),
        ..v1::RoomCreate::default()
    };
    Ok(Creation { wish, owner: Some(UserUuid::parse(PEOPLE[0])?), permanent: true, life_ms: None })
}

async fn forget(world: &World) -> Result<(), Box<dyn std::error::Error>> {
    let node = &world.node;
    if let Some(archive_id) = live(world).await? {
        let end = OutsideAct::Member(v1::room_act::Act::End(v1::ActEnd {}));
        let service = Service { audit: None, acts: vec![end] };
        room::serve(node, &app::act(node, APP_ID, "fuzz"), archive_id, service).await?;
    }
    let nothing = SweepLimits {
        tombstones_ms: 0,
        audit_rows: 0,
        room_streams_ms: 0,
        room_chats_ms: 0,
        rooms_ms: 0,
        user_events_ms: 0,
    };
    node.store.sweep(node.clock.now_ms() + LATER_MS, nothing).await?;
    node.store.commit(Batch::new().write(Write::PutFile(file(node.clock.now_ms())?))).await?;
    Ok(())
}

fn file(now_ms: i64) -> Result<FileRow, Box<dyn std::error::Error>> {
    Ok(FileRow {
        app_id: APP_ID,
        file_id: FILE_ID.into(),
        owner: UserUuid::parse(PEOPLE[0])?,
        name: "leaf.png".into(),
        content_type: "image/png".into(),
        size_bytes: 3,
        md5: "900150983cd24fb0d6963f7d28e17f72".into(),
        state: FileState::Stored,
        created_at_ms: now_ms,
        expires_at_ms: now_ms + LATER_MS,
        archive_id: None,
    })
}

impl Scene {
    /// The frame with what its stand-ins stand for; as it is where it has none.
    pub(crate) fn fill(&self, frame: Bytes) -> Bytes {
        let Ok(v1::Frame { kind: Some(v1::frame::Kind::Request(mut request)) }) =
            v1::Frame::decode(frame.clone())
        else {
            return frame;
        };
        let is_named = named_room(&mut request.body).is_some_and(|archive_id| {
            let is_it = *archive_id == ARCHIVE_ID;
            *archive_id = if is_it { self.archive_id } else { *archive_id };
            is_it
        });
        let is_fresh = request.op_id.len() == 16 && request.op_id.ends_with(&FRESH);
        if is_fresh {
            request.op_id.truncate(8);
            request.op_id.extend(self.execution.to_be_bytes());
        }
        match is_named || is_fresh {
            true => v1::Frame { kind: Some(v1::frame::Kind::Request(request)) }.encode_to_vec().into(),
            false => frame,
        }
    }
}

fn named_room(body: &mut Option<Body>) -> Option<&mut i64> {
    Some(match body.as_mut()? {
        Body::RoomAct(act) => &mut act.archive_id,
        Body::RoomPull(pull) => &mut pull.archive_id,
        Body::RoomBlacklistFetch(fetch) => &mut fetch.archive_id,
        Body::ChatSend(send) => &mut send.archive_id,
        Body::ChatRecall(recall) => &mut recall.archive_id,
        Body::ChatPull(pull) => &mut pull.archive_id,
        Body::ChatHistory(history) => &mut history.archive_id,
        Body::ChatMembers(members) => &mut members.archive_id,
        Body::MediaJoin(join) => &mut join.archive_id,
        Body::MediaOffer(offer) => &mut offer.archive_id,
        Body::MediaResume(resume) => &mut resume.archive_id,
        Body::MediaDemand(demand) => &mut demand.archive_id,
        Body::MediaLeave(leave) => &mut leave.archive_id,
        _ => return None,
    })
}

/// The frame with the media session that these frames of the server have given last, where the stand-in for it is.
pub(crate) fn fill_media(frame: Bytes, written: &[Bytes]) -> Bytes {
    let Ok(v1::Frame { kind: Some(v1::frame::Kind::Request(mut request)) }) =
        v1::Frame::decode(frame.clone())
    else {
        return frame;
    };
    let given = written.iter().rev().find_map(|bytes| match v1::Frame::decode(bytes.clone()).ok()?.kind? {
        v1::frame::Kind::Reply(v1::Reply { body: Some(Reply::MediaJoin(joined)), .. }) => {
            Some(joined.media_id)
        }
        _ => None,
    });
    let named = match &mut request.body {
        Some(Body::MediaOffer(offer)) => &mut offer.media_id,
        Some(Body::MediaResume(resume)) => &mut resume.media_id,
        Some(Body::MediaDemand(demand)) => &mut demand.media_id,
        _ => return frame,
    };
    match given.filter(|_| *named == MEDIA_ID) {
        Some(given) => *named = given,
        None => return frame,
    }
    v1::Frame { kind: Some(v1::frame::Kind::Request(request)) }.encode_to_vec().into()
}
