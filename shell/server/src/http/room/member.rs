//! Members of a room, for the app's server.

use super::{PAGE_NUMBER, PAGE_SIZE, Page, act, live, serve};
use crate::fault::Fault;
use crate::http::field::Kind::{Number, Text, TextMap};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::room::OutsideAct;
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{ArchiveId, RtcUid, UserUuid};
use parlor_protocol::limits;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{
    ActChangeName, ActChangeProfile, ActChangeRole, ActChangeRoles, ActKick, ActSetMemberProperty, RoomMember,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    let (online, kick) = ("Who is in a room", "Put somebody out of a room");
    vec![
        Route::new(Method::GET, "/neroom/v3/rooms/{room_archive_id}/online_user_list", online, online_users),
        Route::new(Method::GET, "/apps/v2/online-user-list", online, online_users),
        Route::new(Method::GET, "/apps/v2/room-user", "One member of a room", one),
        Route::new(Method::GET, "/apps/v2/user-info", "Who has an rtcUid in a room", by_rtc_uid),
        Route::new(
            Method::PATCH,
            "/neroom/v3/rooms/{room_archive_id}/users/{user_uuid}/role",
            "Give a member another role",
            change_role,
        ),
        Route::new(Method::DELETE, "/neroom/v3/rooms/{room_archive_id}/users/{user_uuid}", kick, put_out),
        Route::new(Method::DELETE, "/apps/v2/room-user", kick, put_out),
        Route::new(
            Method::PUT,
            "/neroom/v4/rooms/{room_archive_id}/members/{user_uuid}",
            "Change a member",
            update,
        ),
    ]
}

/// The published number of a member that is in the room.
const IN_ROOM: i32 = 2;

fields! {
    /// A page of a room's members.
    pub struct Listed {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// From 1.
        page_number / "pageNumber": Option<i64> = PAGE_NUMBER;
        /// 10 when absent.
        page_size / "pageSize": Option<i64> = PAGE_SIZE;
    }
}

/// A page of a room's members.
#[derive(Serialize, JsonSchema)]
pub struct OnlineUsers {
    /// Members in all.
    total_count: usize,
    /// Pages in all.
    page_total: usize,
    /// Those of this page, by user_uuid.
    users: Vec<OnlineUser>,
}

/// A member of a room.
#[derive(Serialize, JsonSchema)]
pub struct OnlineUser {
    /// The room account.
    user_uuid: String,
    /// Shown to others.
    name: String,
    /// Its role.
    role: String,
    /// 2: in the room.
    state: i32,
}

impl From<&RoomMember> for OnlineUser {
    fn from(member: &RoomMember) -> Self {
        Self {
            user_uuid: member.user_uuid.clone(),
            name: member.user_name.clone(),
            role: member.role.clone(),
            state: IN_ROOM,
        }
    }
}

async fn online_users(call: Call, listed: Listed) -> Result<OnlineUsers, Fault> {
    let (_, room) = live(&call, listed.room_archive_id).await?;
    let page = Page::of_rooms(listed.page_number, listed.page_size);
    let total_count = room.mirror().members().count();
    let users = room.mirror().members().skip(page.skip).take(page.size).map(OnlineUser::from).collect();
    Ok(OnlineUsers { total_count, page_total: page.count(total_count), users })
}

fields! {
    /// A member of a room.
    pub struct Named {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
    }
}

async fn one(call: Call, named: Named) -> Result<OnlineUser, Fault> {
    let (_, room) = live(&call, named.room_archive_id).await?;
    let member = room.mirror().member(named.user_uuid.as_str());
    member.map(OnlineUser::from).ok_or_else(|| Fault::of(Code::RoomMemberNotFound))
}

fields! {
    /// A device in a room.
    pub struct Numbered {
        /// Its number in calls.
        rtc_uid / "rtcUid": i64 = Number { min: 1, max: i64::MAX - 1 };
    }
}

/// Whose device it is.
#[derive(Serialize, JsonSchema)]
pub struct Whose {
    /// The room account.
    user_uuid: String,
    /// The room that the device is in.
    room_archive_id: String,
}

async fn by_rtc_uid(call: Call, numbered: Numbered) -> Result<Whose, Fault> {
    let (app_id, rtc_uid) = (call.app.app_id, RtcUid(numbered.rtc_uid.unsigned_abs()));
    let row = call.node.store.read(move |view| view.room_endpoint_of_rtc_uid(app_id, rtc_uid)).await?;
    let row = row.ok_or_else(|| Fault::of(Code::RoomMemberNotFound))?;
    Ok(Whose { user_uuid: row.user_uuid.to_string(), room_archive_id: row.archive_id.to_string() })
}

fields! {
    /// Another role of a member.
    pub struct ChangeRole {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Name of a role of the room's template; empty or absent leaves it as it is.
        role: Option<String> = Text(limits::ROLE_NAME);
    }
}

fn role_act(user_uuid: &UserUuid, role: String) -> Act {
    Act::ChangeRoles(ActChangeRoles {
        changes: vec![ActChangeRole { user_uuid: user_uuid.to_string(), role }],
    })
}

async fn change_role(call: Call, change: ChangeRole) -> Result<(), Fault> {
    let role = change.role.unwrap_or_default();
    let detail = json!({"user_uuid": change.user_uuid, "role": role});
    let role = role_act(&change.user_uuid, role);
    act(&call, change.room_archive_id, "room.change-role", detail, role).await
}

async fn put_out(call: Call, named: Named) -> Result<(), Fault> {
    let detail = json!({"user_uuid": named.user_uuid});
    let kick = Act::Kick(ActKick { user_uuid: named.user_uuid.to_string(), to_blacklist: false });
    act(&call, named.room_archive_id, "room.kick", detail, kick).await
}

fields! {
    /// What of a member is to change; absent stays. All of it changes, or nothing.
    pub struct Update {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Shown to others, in this room.
        user_name / "userName": Option<String> = Text(limits::USER_NAME);
        /// Avatar address, in this room; empty: none.
        avatar: Option<String> = Text(limits::ROOM_AVATAR);
        /// The app's own text about the member in this room.
        ext: Option<String> = Text(limits::ROOM_EXT);
        /// Name of a role of the room's template.
        role: Option<String> = Text(limits::ROLE_NAME);
        /// Member properties; the template declares their keys, those that are not named stay.
        properties: Option<BTreeMap<String, String>> = TextMap {
            key: limits::PROPERTY_KEY,
            value: limits::PROPERTY_VALUE,
            max: limits::MEMBER_PROPERTIES_MAX,
        };
    }
}

async fn update(call: Call, update: Update) -> Result<(), Fault> {
    let user_uuid = update.user_uuid.to_string();
    let mut acts = Vec::new();
    if let Some(user_name) = update.user_name {
        acts.push(Act::ChangeName(ActChangeName { user_uuid: user_uuid.clone(), user_name }));
    }
    if update.avatar.is_some() || update.ext.is_some() {
        let (user_uuid, avatar, ext) = (user_uuid.clone(), update.avatar, update.ext);
        acts.push(Act::ChangeProfile(ActChangeProfile { user_uuid, avatar, ext }));
    }
    // An empty role stays; a member that is not there is refused, whatever is to change of it.
    acts.push(role_act(&update.user_uuid, update.role.unwrap_or_default()));
    for (key, value) in update.properties.unwrap_or_default() {
        acts.push(Act::SetMemberProperty(ActSetMemberProperty { user_uuid: user_uuid.clone(), key, value }));
    }
    let acts = acts.into_iter().map(OutsideAct::Member).collect();
    let detail = json!({"user_uuid": user_uuid});
    serve(&call, update.room_archive_id, "room.update-member", detail, acts).await
}
