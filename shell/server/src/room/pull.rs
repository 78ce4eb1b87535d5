//! What is only read: a client's way back to the truth, and what it may ask of rooms.

use super::load::{self, Stored};
use super::post::{veil, why_gone};
use super::{archive_id, parts, view};
use crate::fault::Fault;
use crate::node::Node;
use crate::session::Session;
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::{ArchiveId, RoomUuid, RtcUid, UserUuid};
use parlor_protocol::{Code, limits, v1};
use prost::Message;

/// Events that one pull answers with; a client that is further behind gets the room anew.
const EVENTS_MAX: usize = 1024;

/// Everything in the room after a cursor, in parts: events, or the mirror anew, or why the device is not in it.
pub async fn pull(node: &Node, session: &Session, pull: v1::RoomPull) -> Result<Vec<v1::RoomPulled>, Fault> {
    let archive_id = archive_id(pull.archive_id)?;
    let after = pull.after.unwrap_or_default();
    let (session_id, app_id) = (session.session_id, session.app_id);
    let found = node.store.read(move |view| {
        let endpoint = view.endpoints_of_session(session_id)?;
        let endpoint = endpoint.into_iter().find(|row| row.archive_id == archive_id);
        let row = view.room(archive_id)?.filter(|row| row.app_id == app_id);
        let Some(row) = row else { return Ok(Found::Gone(None, Vec::new())) };
        let head = view.room_head(archive_id)?.map_or(0, |head| head.seq);
        let fits = row.epoch == after.epoch && after.seq <= head;
        let events = match fits {
            true => view.room_events_after(archive_id, after.seq, EVENTS_MAX)?,
            false => Vec::new(),
        };
        let is_whole = fits && head - after.seq == events.len() as u64;
        let events =
            events.iter().filter_map(|row| v1::RoomEvent::decode(row.body.as_slice()).ok()).collect();
        Ok(match endpoint {
            None => Found::Gone(row.ended.map(|ended| EndReason::from_name(&ended.reason)), events),
            Some(me) if is_whole => {
                let room = if events.iter().any(is_addressed) { load::read(view, archive_id)? } else { None };
                Found::Events(row.epoch, me.user_uuid, events, room.map(Box::new))
            }
            Some(me) => match load::read(view, archive_id)? {
                Some(stored) => Found::View(Box::new(stored), me.rtc_uid),
                None => Found::Gone(None, Vec::new()),
            },
        })
    });
    Ok(match found.await? {
        Found::Gone(ended, events) => {
            node.hub.leave_room(&session.account, session_id, archive_id);
            let user_uuid = super::person(node, session).await.map(|p| p.account.user_uuid.to_string());
            let why = why_gone(&events, &user_uuid.unwrap_or_default(), pull.rtc_uid).or(ended);
            let reason = why.unwrap_or(EndReason::Unknown).name().to_owned();
            let gone = v1::RoomGone { archive_id: archive_id.wire(), reason };
            vec![pulled(v1::room_pulled::Body::Gone(gone))]
        }
        Found::Events(epoch, user_uuid, events, room) => {
            let room = room.map(|stored| stored.room()).transpose()?;
            let told = |event: &v1::RoomEvent| {
                !is_addressed(event) || room.as_ref().is_some_and(|room| room.told(event, user_uuid.as_str()))
            };
            let events = veil(&events, told);
            let part = |events| v1::RoomEvents { archive_id: archive_id.wire(), epoch, events };
            let groups = parts::groups(events, 0).into_iter();
            groups.map(|events| pulled(v1::room_pulled::Body::Events(part(events)))).collect()
        }
        Found::View(stored, rtc_uid) => view_of(node, &stored, rtc_uid)?,
    })
}

enum Found {
    Gone(Option<EndReason>, Vec<v1::RoomEvent>),
    Events(u64, UserUuid, Vec<v1::RoomEvent>, Option<Box<Stored>>),
    View(Box<Stored>, RtcUid),
}

/// Not for everybody in the room.
fn is_addressed(event: &v1::RoomEvent) -> bool {
    matches!(&event.body, Some(v1::room_event::Body::Command(c)) if !c.roles.is_empty() || !c.user_uuids.is_empty())
}

fn pulled(body: v1::room_pulled::Body) -> v1::RoomPulled {
    v1::RoomPulled { body: Some(body) }
}

fn view_of(node: &Node, stored: &Stored, rtc_uid: RtcUid) -> Result<Vec<v1::RoomPulled>, Fault> {
    let room = stored.room()?;
    let chat_at = stored.row.chat_room_id;
    let chat_at = chat_at.map(|_| v1::Cursor { epoch: stored.row.epoch, seq: stored.head.chat_seq });
    let whole = view::whole(node, &stored.row, room.mirror(), chat_at, rtc_uid);
    let views = parts::view(whole).into_iter();
    Ok(views.map(|view| pulled(v1::room_pulled::Body::View(view))).collect())
}

/// The rules of a live room of the session's app (`fetchRoomTemplate`).
pub async fn template(
    node: &Node,
    session: &Session,
    fetch: v1::RoomTemplateFetch,
) -> Result<v1::RoomTemplateFetched, Fault> {
    let room_uuid = RoomUuid::parse_field("room_uuid", &fetch.room_uuid)?;
    let row = super::live_room(node, session.app_id, &room_uuid).await?;
    let template = parlor_room::Template::parse(&row.template).map_err(|_| Fault::of(Code::RoomConfigBad))?;
    Ok(v1::RoomTemplateFetched { template: Some(template.to_wire(row.template_id)) })
}

/// In which rooms the account's devices are (`getMyInRoomDeviceList`).
pub async fn my_devices(
    node: &Node,
    session: &Session,
    asked: v1::MyRoomDevices,
) -> Result<v1::MyRoomDevicesFetched, Fault> {
    let person = super::person(node, session).await?;
    let (app_id, user_uuid) = (session.app_id, person.account.user_uuid);
    let mine = user_uuid.clone();
    let found = node.store.read(move |view| {
        let mut rooms: Vec<ArchiveId> =
            view.endpoints_of_user(app_id, &user_uuid)?.into_iter().map(|row| row.archive_id).collect();
        rooms.dedup();
        rooms.into_iter().map(|archive_id| load::read(view, archive_id)).collect::<Result<Vec<_>, _>>()
    });
    let mut rooms = Vec::new();
    for stored in found.await?.into_iter().flatten() {
        if !asked.room_uuid.is_empty() && asked.room_uuid != stored.row.room_uuid.as_str() {
            continue;
        }
        let room = stored.room()?;
        let endpoints = room.mirror().member(mine.as_str()).map(|member| member.endpoints.clone());
        rooms.push(v1::MyRoomDeviceList {
            room_uuid: stored.row.room_uuid.to_string(),
            multi_device: room.mirror().head().multi_device,
            endpoints: endpoints.unwrap_or_default(),
        });
    }
    Ok(v1::MyRoomDevicesFetched { rooms })
}

/// A page of a room's blacklist, for members.
pub async fn blacklist(
    node: &Node,
    session: &Session,
    fetch: v1::RoomBlacklistFetch,
) -> Result<v1::RoomBlacklistFetched, Fault> {
    let archive_id = archive_id(fetch.archive_id)?;
    limits::check_range("page", 0, i64::from(u32::MAX), fetch.page.into())?;
    limits::check_range("page_size", 0, limits::BLACKLIST_MAX as i64, fetch.page_size.into())?;
    if super::endpoint(node, session, archive_id).await?.is_none() {
        return Err(Fault::of(Code::RoomMemberNotFound));
    }
    let stored = node.store.read(move |view| load::read(view, archive_id)).await?;
    let stored = stored.ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    let room = stored.room()?;
    let size = if fetch.page_size == 0 { 50 } else { fetch.page_size as usize };
    let skip = (fetch.page.max(1) as usize - 1).saturating_mul(size);
    Ok(v1::RoomBlacklistFetched {
        total: u32::try_from(room.blacklist().len()).unwrap_or(u32::MAX),
        members: room.blacklist().skip(skip).take(size).collect(),
    })
}
