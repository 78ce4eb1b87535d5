//! A room changed and ended by the app's server.

use super::serve;
use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Text, TextMap};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::room::OutsideAct;
use axum::http::Method;
use parlor_protocol::causes::EndReason;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::limits;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{
    ActEnableBlacklist, ActEnableMultiDevice, ActSetLock, ActSetRoomExt, ActSetRoomName, ActSetRoomProperty,
};
use parlor_room::ServerAct;
use serde_json::json;
use std::collections::BTreeMap;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::POST, "/neroom/v4/rooms/{room_archive_id}", "Change a room", update),
        Route::new(Method::DELETE, "/neroom/v3/rooms/{room_archive_id}", "End a room", close),
        Route::new(Method::DELETE, "/apps/v2/room", "End a room", close),
    ]
}

fields! {
    /// What is to change; absent stays. All of it changes, or nothing.
    pub struct Update {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// Title.
        room_name / "roomName": Option<String> = Text(limits::ROOM_NAME);
        /// The app's own text.
        ext: Option<String> = Text(limits::ROOM_EXT);
        /// The most members at once; 0: the server's default. Whoever is inside stays.
        max_members / "maxMembers": Option<i64> = Number { min: 0, max: limits::ROOM_MEMBERS_MAX as i64 };
        /// The room ends so many seconds from now; 0: not by age.
        life_seconds / "lifeSeconds": Option<i64> = Number { min: 0, max: limits::ROOM_LIFE_MAX_S };
        /// Nobody comes in.
        locked: Option<bool> = Flag;
        /// Whether the blacklist is in force.
        blacklist_enabled / "blacklistEnabled": Option<bool> = Flag;
        /// Whether an account may be in the room with several devices.
        multi_device / "multiDevice": Option<bool> = Flag;
        /// Room properties; the template declares their keys, those that are not named stay.
        properties: Option<BTreeMap<String, String>> = TextMap {
            key: limits::PROPERTY_KEY,
            value: limits::PROPERTY_VALUE,
            max: limits::ROOM_PROPERTIES_MAX,
        };
    }
}

async fn update(call: Call, update: Update) -> Result<(), Fault> {
    let mut acts = Vec::new();
    let mut changed = Vec::new();
    let mut member = |name: &'static str, act: Option<Act>| {
        changed.extend(act.is_some().then_some(name));
        acts.extend(act.map(OutsideAct::Member));
    };
    member("room_name", update.room_name.map(|room_name| Act::SetRoomName(ActSetRoomName { room_name })));
    member("ext", update.ext.map(|ext| Act::SetRoomExt(ActSetRoomExt { ext })));
    member("locked", update.locked.map(|locked| Act::SetLock(ActSetLock { locked })));
    let blacklist = update.blacklist_enabled;
    let blacklist = blacklist.map(|enabled| Act::EnableBlacklist(ActEnableBlacklist { enabled }));
    member("blacklist_enabled", blacklist);
    let devices = update.multi_device;
    member("multi_device", devices.map(|enabled| Act::EnableMultiDevice(ActEnableMultiDevice { enabled })));
    for (key, value) in update.properties.unwrap_or_default() {
        let set = ActSetRoomProperty { key, value, associated_user_uuid: String::new() };
        member("properties", Some(Act::SetRoomProperty(set)));
    }
    if let Some(most) = update.max_members {
        changed.push("max_members");
        acts.push(OutsideAct::Server(ServerAct::SetMaxMembers(u32::try_from(most).unwrap_or(0))));
    }
    if let Some(life_s) = update.life_seconds {
        changed.push("life_seconds");
        let ends_at_ms = if life_s == 0 { 0 } else { call.act.now_ms.saturating_add(life_s * 1000) };
        acts.push(OutsideAct::Server(ServerAct::SetLifetime { ends_at_ms }));
    }
    changed.dedup();
    serve(&call, update.room_archive_id, "room.update", json!({"changed": changed}), acts).await
}

fields! {
    /// The room.
    pub struct Named {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
    }
}

/// Ending a room that is over already is a success.
async fn close(call: Call, named: Named) -> Result<(), Fault> {
    let archive_id = named.room_archive_id;
    let row = call.node.store.read(move |view| view.room(archive_id)).await?;
    let row = row.filter(|row| row.app_id == call.app.app_id).ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    if row.ended.is_some() {
        return call.act.mark(&call.node).await;
    }
    let end = vec![OutsideAct::Server(ServerAct::End(EndReason::CloseByBackend))];
    match serve(&call, archive_id, "room.end", json!({}), end).await {
        // Somebody else was faster.
        Err(fault) if fault.code == Code::RoomNotFound => call.act.mark(&call.node).await,
        outcome => outcome,
    }
}
