//! Rooms: made, entered, changed, left. Each live room has one owner task, which alone changes it; what is only read is
//! read from the store.

mod callback;
pub mod chat;
mod commit;
mod create;
mod group;
mod load;
pub mod media;
mod member;
mod order;
mod owner;
mod parts;
mod post;
mod pull;
mod reconcile;
mod registry;
mod rights;
mod serve;
mod sessions;
mod template;
mod together;
pub mod user;
mod view;
mod watch;

pub use create::{Creation, create, create_for};
pub use load::snapshot;
pub use order::{OutsideAct, Said, Service};
pub use parlor_room::ServerAct;
pub use parts::groups;
pub use pull::{blacklist, my_devices, pull, template};
pub use registry::Rooms;
pub use serve::serve;
pub use sessions::{rooms_of, session_over};
pub use template::{Offered, drop_template, offered, put_template, template_of, templates};
pub use watch::watch;

use crate::fault::Fault;
use crate::node::Node;
use crate::session::Session;
use order::{Acting, Ask, By, Done, Joining};
use parlor_protocol::ids::{AppId, ArchiveId, DeviceId, RoomUuid, RtcUid, UserUuid};
use parlor_protocol::{Code, limits, v1};
use parlor_store::rows::{RoomAccountRow, RoomRow};
use std::sync::Arc;

/// The rooms that a node has in hand.
pub fn rooms(node: &Node) -> Arc<Rooms> {
    node.soft.of::<Rooms>()
}

/// Who a session is in rooms.
pub(super) struct Person {
    pub(super) account: RoomAccountRow,
    pub(super) device_id: DeviceId,
    /// When the room session began.
    pub(super) since_ms: i64,
}

/// The room account that is logged in on a session.
pub(super) async fn person(node: &Node, session: &Session) -> Result<Person, Fault> {
    let (session_id, app_id) = (session.session_id, session.app_id);
    let found = node.store.read(move |view| {
        let Some(row) = view.session(session_id)?.map(|s| s.row) else { return Ok(None) };
        let Some(room) = row.room else { return Ok(None) };
        let account = view.room_account(app_id, &room.user_uuid)?;
        let (device_id, since_ms) = (row.device_id, room.login_at_ms);
        Ok(account.map(|account| Person { account: account.row, device_id, since_ms }))
    });
    found.await?.ok_or_else(|| Fault::of(Code::RoomNotLoggedIn))
}

/// The app's live room of that name.
pub(super) async fn live_room(node: &Node, app_id: AppId, room_uuid: &RoomUuid) -> Result<RoomRow, Fault> {
    let room_uuid = room_uuid.clone();
    let found = node.store.read(move |view| view.live_room(app_id, &room_uuid)).await?;
    found.ok_or_else(|| Fault::of(Code::RoomNotFound))
}

/// Brings this session's device into a room; answers the mirror in parts.
pub async fn join(
    node: &Node,
    session: &Arc<Session>,
    op_id: &[u8],
    join: v1::RoomJoin,
) -> Result<Vec<v1::RoomView>, Fault> {
    let room_uuid = RoomUuid::parse_field("room_uuid", &join.room_uuid)?;
    let Person { account, device_id, since_ms } = person(node, session).await?;
    let room = live_room(node, session.app_id, &room_uuid).await?;
    let mut join = join;
    if join.user_name.is_empty() {
        join.user_name.clone_from(&account.user_name);
    }
    if join.avatar.is_empty() {
        join.avatar.clone_from(&account.icon);
    }
    let own = RtcUid(account.rtc_uid.unsigned_abs());
    let joining = Joining {
        by: By { session: session.clone(), since_ms },
        op_id: op_id.to_vec(),
        join,
        user_uuid: account.user_uuid,
        device_id,
        rtc_uids: [own, RtcUid(node.rtc_numbers.next().await?)],
    };
    match rooms(node).ask(node, room.archive_id, Ask::Join(Box::new(joining))).await? {
        Done::View(parts) => {
            // Of a repeat nobody is told: its post went to the connection before.
            node.hub.enter_room(&session.account, session.session_id, room.archive_id);
            Ok(parts)
        }
        _ => Err(Fault::of(Code::ServerError)),
    }
}

/// Does one thing in a room in the name of this session's device.
pub async fn act(
    node: &Node,
    session: &Arc<Session>,
    op_id: &[u8],
    act: v1::RoomAct,
) -> Result<v1::RoomActDone, Fault> {
    let archive_id = archive_id(act.archive_id)?;
    let act = act.act.ok_or_else(|| Fault::of(Code::FrameUnknown))?;
    let acting = Acting { by: By::now(node, session)?, op_id: op_id.to_vec(), act };
    match rooms(node).ask(node, archive_id, Ask::Act(Box::new(acting))).await {
        Ok(Done::Act(done)) => Ok(done),
        Ok(_) => Err(Fault::of(Code::ServerError)),
        // It may be over because of this very act.
        Err(fault) if fault.code == Code::RoomNotFound => {
            member::acted_before(node, session, op_id).await?.ok_or(fault)
        }
        Err(fault) => Err(fault),
    }
}

/// An archive id on the wire.
pub(super) fn archive_id(number: i64) -> Result<ArchiveId, Fault> {
    limits::check_range("archive_id", 1, i64::MAX, number)?;
    Ok(ArchiveId(number.unsigned_abs()))
}

/// The user uuid on an endpoint of this session in this room, if it is in it.
pub(super) async fn endpoint(
    node: &Node,
    session: &Session,
    archive_id: ArchiveId,
) -> Result<Option<(UserUuid, RtcUid)>, Fault> {
    let session_id = session.session_id;
    let rows = node.store.read(move |view| view.endpoints_of_session(session_id)).await?;
    let row = rows.into_iter().find(|row| row.archive_id == archive_id);
    Ok(row.map(|row| (row.user_uuid, row.rtc_uid)))
}
