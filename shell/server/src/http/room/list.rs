//! One room, and the rooms of an app that are alive.

use super::create::ResourceInfo;
use super::life::Named;
use super::{PAGE_NUMBER, PAGE_SIZE, Page};
use crate::fault::Fault;
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::room;
use axum::http::Method;
use parlor_protocol::codes::Code;
use schemars::JsonSchema;
use serde::Serialize;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/apps/v2/room", "One room, alive or over", one),
        Route::new(
            Method::GET,
            "/apps/v2/active-room-list",
            "The rooms that are alive, newest first",
            active,
        ),
    ]
}

/// A room.
#[derive(Serialize, JsonSchema)]
pub struct Shown {
    /// Its number, unique for ever.
    room_archive_id: String,
    /// Its name among the app's live rooms.
    room_uuid: String,
    /// Title.
    room_name: String,
    /// The template that it was made from.
    template_id: i64,
    /// 0: communication. 1: live broadcasting.
    room_profile: i32,
    /// 2: the server does not end it by age.
    r#type: i32,
    /// The app's own text.
    ext: String,
    /// The room account that it belongs to; may be empty.
    host_user_uuid: String,
    /// Whether nobody may come in.
    locked: bool,
    /// The most members at once; 0: the server's default.
    max_members: u32,
    /// Different people who came in.
    uv: u64,
    /// How often somebody came in.
    pv: u64,
    /// People in it now.
    online_user_count: u64,
    /// When it was made, in milliseconds since 1970.
    create_time: i64,
    /// When it ends by age; 0: never.
    expire_time: i64,
    /// When it ended; absent while it is alive.
    close_time: Option<i64>,
    /// Why it ended; absent while it is alive.
    close_reason: Option<String>,
    /// What belongs to it.
    room_resource_info: ResourceInfo,
}

async fn one(call: Call, named: Named) -> Result<Shown, Fault> {
    let archive_id = named.room_archive_id;
    let found = room::snapshot(&call.node, call.app.app_id, archive_id).await?;
    let (row, room) = found.ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    let counts =
        call.node.store.read(move |view| Ok((view.room_head(archive_id)?, view.online_users(archive_id)?)));
    let (counted, online) = counts.await?;
    let head = room.mirror().head();
    Ok(Shown {
        room_archive_id: archive_id.to_string(),
        room_uuid: row.room_uuid.to_string(),
        room_name: head.room_name.clone(),
        template_id: row.template_id,
        room_profile: head.profile,
        r#type: if row.permanent { 2 } else { 1 },
        ext: head.ext.clone(),
        host_user_uuid: head.owner.clone(),
        locked: head.locked,
        max_members: head.max_members,
        uv: counted.as_ref().map_or(0, |counted| counted.uv),
        pv: counted.as_ref().map_or(0, |counted| counted.pv),
        online_user_count: online,
        create_time: row.created_at_ms,
        expire_time: head.ends_at_ms,
        close_time: row.ended.as_ref().map(|ended| ended.at_ms),
        close_reason: row.ended.map(|ended| ended.reason),
        room_resource_info: ResourceInfo::of(head.chat_room_id),
    })
}

fields! {
    /// Which page.
    pub struct Paged {
        /// From 1.
        page_number / "pageNumber": Option<i64> = PAGE_NUMBER;
        /// 10 when absent.
        page_size / "pageSize": Option<i64> = PAGE_SIZE;
    }
}

/// A page of live rooms.
#[derive(Serialize, JsonSchema)]
pub struct Active {
    /// Rooms in all.
    total_count: usize,
    /// Pages in all.
    page_total: usize,
    /// Those of this page.
    rooms: Vec<ActiveRoom>,
}

/// A live room.
#[derive(Serialize, JsonSchema)]
struct ActiveRoom {
    /// Its number, unique for ever.
    room_archive_id: String,
    /// Its name among the app's live rooms.
    room_uuid: String,
    /// The template that it was made from.
    template_id: i64,
    /// Title.
    room_name: String,
    /// Different people who came in.
    uv: u64,
    /// How often somebody came in.
    pv: u64,
    /// People in it now.
    online_user_count: u64,
}

async fn active(call: Call, paged: Paged) -> Result<Active, Fault> {
    let page = Page::of_rooms(paged.page_number, paged.page_size);
    let (app_id, skip, size) = (call.app.app_id, page.skip, page.size);
    let read = call.node.store.read(move |view| {
        let mut rooms = Vec::new();
        for (row, head) in view.live_rooms(app_id, skip, size)? {
            rooms.push(ActiveRoom {
                room_archive_id: row.archive_id.to_string(),
                room_uuid: row.room_uuid.to_string(),
                template_id: row.template_id,
                room_name: row.room_name,
                uv: head.uv,
                pv: head.pv,
                online_user_count: view.online_users(row.archive_id)?,
            });
        }
        Ok((view.live_room_count(app_id)?, rooms))
    });
    let (total, rooms) = read.await?;
    let total_count = usize::try_from(total).unwrap_or(usize::MAX);
    Ok(Active { total_count, page_total: page.count(total_count), rooms })
}
