//! Prints what happens, each event as a line.

use crate::lines::{self, print};
use parlor_sdk::{
    ChatBody, ChatEvents, CommandEvents, Room, RoomBanKind, RoomEvent, RoomEvents, RoomMember, RoomNotice,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The address of the file that came last.
#[derive(Clone, Default)]
pub(crate) struct LastFile(Arc<Mutex<String>>);

impl LastFile {
    pub(crate) fn url(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, url: &str) {
        url.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Prints the messages of a room's chat, until the room is over.
pub(crate) async fn messages(mut events: ChatEvents, last: LastFile) {
    while let Some(message) = events.next().await {
        if let Some(ChatBody::File(file)) = &message.body {
            last.put(file.file.as_ref().map_or("", |file| &file.url));
        }
        lines::message(&message).iter().for_each(print);
    }
}

/// Prints custom commands.
pub(crate) async fn commands(mut events: CommandEvents) {
    while let Some(command) = events.next().await {
        print(&json!({
            "event": "command",
            "from": command.sender_uuid,
            "room": command.room_uuid,
            "number": command.command_id,
            "data": command.data,
        }));
    }
}

/// The devices of each member at the event that is being told: the room's own mirror may be ahead of it.
struct Devices(BTreeMap<String, BTreeMap<i64, bool>>);

impl Devices {
    fn of(members: &[RoomMember]) -> Self {
        let mut devices = Self(BTreeMap::new());
        members.iter().for_each(|member| devices.come(member));
        devices
    }

    fn come(&mut self, member: &RoomMember) {
        let in_chat = member.endpoints.iter().map(|device| (device.rtc_uid, device.in_chatroom)).collect();
        self.0.insert(member.user_uuid.clone(), in_chat);
    }

    /// Changes one device, `None` = it went; says whether the member's presence in the chat changed with it.
    fn change(&mut self, user_uuid: &str, rtc_uid: i64, in_chat: Option<bool>) -> bool {
        let devices = self.0.entry(user_uuid.to_owned()).or_default();
        let before = devices.values().any(|present| *present);
        match in_chat {
            Some(in_chat) => devices.insert(rtc_uid, in_chat),
            None => devices.remove(&rtc_uid),
        };
        before != devices.values().any(|present| *present)
    }

    fn count(&self, user_uuid: &str) -> usize {
        self.0.get(user_uuid).map_or(0, BTreeMap::len)
    }

    fn in_chat(&self, user_uuid: &str) -> bool {
        self.0.get(user_uuid).is_some_and(|devices| devices.values().any(|present| *present))
    }
}

/// Prints what happens in a room, until it is over.
pub(crate) async fn room(room: Room, mut events: RoomEvents) {
    let mut devices = Devices::of(&room.members());
    while let Some(notice) = events.next().await {
        told(&notice, &mut devices).iter().for_each(print);
    }
}

fn told(notice: &RoomNotice, devices: &mut Devices) -> Vec<Value> {
    let line = match &notice.event {
        RoomEvent::MemberJoined(member) => {
            devices.come(member);
            json!({ "event": "joined", "user": member.user_uuid, "name": member.user_name, "role": member.role })
        }
        RoomEvent::MemberLeft { member, .. } => {
            devices.0.remove(&member.user_uuid);
            json!({ "event": "left", "user": member.user_uuid })
        }
        RoomEvent::DeviceJoined { user_uuid, device } => {
            return device_changed(devices, user_uuid, device.rtc_uid, Some(device.in_chatroom));
        }
        RoomEvent::DeviceLeft { user_uuid, rtc_uid, .. } => {
            return device_changed(devices, user_uuid, *rtc_uid, None);
        }
        RoomEvent::ChatPresenceChanged { user_uuid, rtc_uid, present } => {
            let changed = devices.change(user_uuid, *rtc_uid, Some(*present));
            return presence(devices, user_uuid, changed).collect();
        }
        RoomEvent::RolesChanged(changes) => {
            let line = |change: &parlor_sdk::RoomRoleChanged| {
                json!({
                    "event": "role", "user": change.user_uuid, "before": change.old_role, "after": change.new_role,
                })
            };
            return changes.iter().map(line).collect();
        }
        RoomEvent::MemberNameChanged { user_uuid, user_name } => {
            json!({ "event": "name", "user": user_uuid, "name": user_name })
        }
        RoomEvent::MemberPropertiesChanged { user_uuid, properties } => {
            json!({ "event": "member-set", "user": user_uuid, "properties": properties })
        }
        RoomEvent::MemberPropertiesDeleted { user_uuid, properties } => {
            json!({ "event": "member-unset", "user": user_uuid, "properties": properties })
        }
        _ => return of_room(notice).into_iter().collect(),
    };
    vec![line]
}

fn of_room(notice: &RoomNotice) -> Option<Value> {
    Some(match &notice.event {
        RoomEvent::BanChanged(ban) if ban.kind() == RoomBanKind::Chat => json!({
            "event": "chat-ban",
            "user": ban.user_uuid,
            "banned": ban.banned,
            "seconds": ban.duration_s,
            "by": notice.operate_by,
        }),
        RoomEvent::PropertiesChanged(set) => {
            let properties: BTreeMap<_, _> = set.iter().map(|set| (&set.key, &set.value)).collect();
            json!({ "event": "set", "properties": properties })
        }
        RoomEvent::PropertiesDeleted(properties) => json!({ "event": "unset", "properties": properties }),
        RoomEvent::LockChanged(locked) => json!({ "event": "lock", "locked": locked }),
        RoomEvent::Ended(reason) => json!({ "event": "ended", "reason": reason.name() }),
        _ => return None,
    })
}

fn device_changed(devices: &mut Devices, user_uuid: &str, rtc_uid: i64, in_chat: Option<bool>) -> Vec<Value> {
    let changed = devices.change(user_uuid, rtc_uid, in_chat);
    let line = json!({ "event": "devices", "user": user_uuid, "count": devices.count(user_uuid) });
    std::iter::once(line).chain(presence(devices, user_uuid, changed)).collect()
}

fn presence<'a>(devices: &'a Devices, user_uuid: &'a str, changed: bool) -> impl Iterator<Item = Value> + 'a {
    let line =
        move || json!({ "event": "chat-presence", "user": user_uuid, "present": devices.in_chat(user_uuid) });
    changed.then(line).into_iter()
}
