//! Who may not come into a room.

use super::{Page, act, live};
use crate::fault::Fault;
use crate::http::field::Kind::{Number, Text};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use axum::http::Method;
use parlor_protocol::ids::{ArchiveId, UserUuid};
use parlor_protocol::limits;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{ActBlacklist, RoomBlacklisted};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/add_blacklist",
            "Put somebody on a room's blacklist, and out of the room",
            add,
        ),
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/remove_blacklist",
            "Take somebody off a room's blacklist",
            remove,
        ),
        Route::new(
            Method::GET,
            "/neroom/v1/rooms/{room_archive_id}/blacklist",
            "Who is on a room's blacklist",
            list,
        ),
    ]
}

fields! {
    /// Somebody for a blacklist.
    pub struct Change {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account, in the room or not.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Passed on to the clients.
        notify_ext / "notifyExt": Option<String> = Text(limits::NOTIFY_EXT);
    }
}

async fn set(call: Call, change: Change, listed: bool) -> Result<(), Fault> {
    let name = if listed { "room.add-blacklist" } else { "room.remove-blacklist" };
    let detail = json!({"user_uuid": change.user_uuid});
    let blacklist = ActBlacklist {
        user_uuid: change.user_uuid.to_string(),
        listed,
        notify_ext: change.notify_ext.unwrap_or_default(),
    };
    act(&call, change.room_archive_id, name, detail, Act::Blacklist(blacklist)).await
}

async fn add(call: Call, change: Change) -> Result<(), Fault> {
    set(call, change, true).await
}

async fn remove(call: Call, change: Change) -> Result<(), Fault> {
    set(call, change, false).await
}

fields! {
    /// A page of a room's blacklist.
    pub struct Listed {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// From 1.
        page_number / "pageNumber": Option<i64> = super::PAGE_NUMBER;
        /// 50 when absent.
        page_size / "pageSize": Option<i64> = Number { min: 1, max: limits::BLACKLIST_MAX as i64 };
    }
}

/// A page of a room's blacklist.
#[derive(Serialize, JsonSchema)]
pub struct Blacklist {
    /// People in all.
    total: usize,
    /// Those of this page, by user_uuid.
    blacklist: Vec<Blacklisted>,
}

/// Somebody on a blacklist.
#[derive(Serialize, JsonSchema)]
struct Blacklisted {
    /// The room account.
    user_uuid: String,
    /// Its name when it was listed; empty where it was not in the room.
    user_name: String,
}

async fn list(call: Call, listed: Listed) -> Result<Blacklist, Fault> {
    let (_, room) = live(&call, listed.room_archive_id).await?;
    let page = Page::of(listed.page_number, listed.page_size, 50);
    let all = room.blacklist();
    let total = all.len();
    let shown = |RoomBlacklisted { user_uuid, user_name }| Blacklisted { user_uuid, user_name };
    Ok(Blacklist { total, blacklist: all.skip(page.skip).take(page.size).map(shown).collect() })
}
