//! What the app's own server is told of a room (neroom-server 11.2), in the commit that makes it so.

use super::load::Loaded;
use parlor_protocol::v1::{self, room_event::Body};
use parlor_store::Write;
use serde_json::{Value, json};

/// The callbacks of these events.
pub(super) fn of(room: &Loaded, events: &[v1::RoomEvent]) -> Vec<Write> {
    events
        .iter()
        .flat_map(|event| told(room, event).into_iter().map(move |told| (event.at_ms, told)))
        .filter_map(|(at_ms, (event_type, mut body))| {
            body["roomArchiveId"] = json!(room.archive_id().to_string());
            body["roomUuid"] = json!(room.row.room_uuid.as_str());
            crate::callback::event(&room.app, room.archive_id(), event_type, body, at_ms)
        })
        .collect()
}

fn told(room: &Loaded, event: &v1::RoomEvent) -> Vec<(&'static str, Value)> {
    let by = event.operate_by.as_str();
    let member = |user_uuid: &str| room.room.mirror().member(user_uuid);
    match &event.body {
        Some(Body::MemberJoined(joined)) => {
            let users = joined.member.iter().map(|m| json!({"role": m.role, "userUuid": m.user_uuid}));
            vec![("USER_JOIN_ROOM", json!({"users": users.collect::<Vec<_>>()}))]
        }
        Some(Body::MemberLeft(left)) => {
            let role = member(&left.user_uuid).map_or("", |m| m.role.as_str());
            vec![("USER_LEAVE_ROOM", json!({"users": [{"role": role, "userUuid": left.user_uuid}]}))]
        }
        Some(Body::RolesChanged(changed)) => {
            let change = |c: &v1::RoomRoleChanged| {
                let body = json!({
                    "userUuid": c.user_uuid, "oldRole": c.old_role, "newRole": c.new_role, "operatorUserUuid": by,
                });
                ("USER_ROLE_CHANGE", body)
            };
            changed.changes.iter().map(change).collect()
        }
        Some(Body::MemberNameChanged(changed)) => {
            let old = member(&changed.user_uuid).map_or("", |m| m.user_name.as_str());
            let body = json!({
                "userUuid": changed.user_uuid, "oldUserName": old, "newUserName": changed.user_name,
                "operatorUserUuid": by,
            });
            vec![("USER_NAME_CHANGE", body)]
        }
        Some(Body::StreamChanged(changed)) => {
            let event_type = match (changed.stream(), changed.on) {
                (v1::RoomStream::Audio, true) => "USER_AUDIO_ON",
                (v1::RoomStream::Audio, false) => "USER_AUDIO_OFF",
                (v1::RoomStream::Video, true) => "USER_VIDEO_ON",
                (v1::RoomStream::Video, false) => "USER_VIDEO_OFF",
                _ => return Vec::new(),
            };
            vec![(event_type, json!({"userUuid": changed.user_uuid}))]
        }
        Some(Body::Ended(_)) => vec![("CLOSE_ROOM", json!({"operatorUserUuid": by}))],
        _ => Vec::new(),
    }
}
