//! What somebody in a room may come to think of: any act, by anybody, on anybody.

use super::room::MEETING;
use super::world::World;
use parlor_protocol::v1::{self, room_act::Act};
use parlor_sdk::Room;

/// The roles of the meeting; those that matter most, more often.
const ROLES: [&str; 6] = ["host", "host", "cohost", "cohost", "member", "observer"];
const PROPERTIES: [&str; 3] = ["whiteboard", "screenShare", "colour"];
/// The roles of the lesson, and one that it does not have.
const LESSON_ROLES: [&str; 9] =
    ["teacher", "teacher", "assistant", "assistant", "speaker", "student", "student", "guest", "host"];
const LESSON_PROPERTIES: [&str; 8] =
    ["whiteboard", "title", "board", "crown", "hand", "floor", "desk", "colour"];

fn template_of(room: &Room) -> i64 {
    room.head().and_then(|head| head.template).map_or(MEETING, |template| template.template_id)
}

impl World {
    /// A role of that template.
    pub(super) fn some_role(&self, template: i64) -> &'static str {
        let roles = if template == MEETING { &ROLES[..] } else { &LESSON_ROLES[..] };
        self.dice.pick::<&str>(roles)
    }

    /// The key of a property that means something, or nothing, in that template.
    pub(super) fn some_key(&self, template: i64) -> String {
        let key = match template {
            MEETING => self.dice.pick(&PROPERTIES[..]),
            _ => self.dice.pick(&LESSON_PROPERTIES[..]),
        };
        (*key).to_owned()
    }

    pub(super) fn some_value(&self) -> String {
        format!("v{}", self.dice.below(3))
    }

    /// The one thing that everybody wants.
    pub(super) fn contested(&self, number: usize, room: &Room, device: usize) -> Act {
        let is_meeting = template_of(room) == MEETING;
        let role = if is_meeting { "host" } else { "assistant" };
        let (key, value) = (if is_meeting { "screenShare" } else { "floor" }, "v1".to_owned());
        match number {
            1 => Act::SetStream(v1::ActSetStream { stream: 3, on: true, ..Default::default() }),
            2 => Act::SetRoomProperty(v1::ActSetRoomProperty {
                key: "whiteboard".to_owned(),
                value: format!("{device}"),
                ..Default::default()
            }),
            3 => Act::SetMemberProperty(v1::ActSetMemberProperty {
                key: key.to_owned(),
                value,
                ..Default::default()
            }),
            4 => Act::HandOver(v1::ActHandOver { user_uuid: self.somebody(), keep: false }),
            5 => {
                let change = v1::ActChangeRole { user_uuid: self.somebody(), role: role.to_owned() };
                Act::ChangeRoles(v1::ActChangeRoles { changes: vec![change] })
            }
            _ => Act::SetStream(v1::ActSetStream { stream: 1, on: true, ..Default::default() }),
        }
    }

    /// Any act, by anybody, on anybody.
    pub(super) fn some_act(&self, room: &Room) -> Act {
        let (user_uuid, on) = (self.somebody(), self.dice.chance(60));
        let template = template_of(room);
        let (key, value) = (self.some_key(template), self.some_value());
        let maybe = self.somebody_or_nobody();
        let text = format!("t{}", self.dice.below(3));
        match self.dice.below(40) {
            0 => Act::End(v1::ActEnd {}),
            1..3 => Act::SetLock(v1::ActSetLock { locked: self.dice.chance(30) }),
            3 => Act::SetRoomName(v1::ActSetRoomName { room_name: text }),
            4 => Act::SetRoomExt(v1::ActSetRoomExt { ext: text }),
            5 => Act::EnableBlacklist(v1::ActEnableBlacklist { enabled: on }),
            6..9 => Act::EnableMultiDevice(v1::ActEnableMultiDevice { enabled: self.dice.chance(80) }),
            9 => Act::ChangeName(v1::ActChangeName { user_uuid: maybe, user_name: text }),
            10..14 => {
                let role = self.some_role(template).to_owned();
                let mut changes = vec![v1::ActChangeRole { user_uuid, role }];
                if self.dice.chance(25) {
                    let (user_uuid, role) = (self.somebody(), self.some_role(template).to_owned());
                    changes.push(v1::ActChangeRole { user_uuid, role });
                }
                Act::ChangeRoles(v1::ActChangeRoles { changes })
            }
            14 => Act::HandOver(v1::ActHandOver { user_uuid, keep: on }),
            15..17 => Act::Kick(v1::ActKick { user_uuid, to_blacklist: self.dice.chance(20) }),
            17 => Act::KickDevice(v1::ActKickDevice { device_id: self.other_device(room) }),
            18 => Act::Blacklist(v1::ActBlacklist { user_uuid, listed: on, notify_ext: text }),
            19..23 => Act::Ban(v1::ActBan {
                user_uuid: maybe,
                kind: 1 + self.dice.below(3) as i32,
                banned: on,
                duration_s: *self.dice.pick(&[0, 2, 30]),
                notify_ext: text,
            }),
            23 if on => Act::ChangeProfile(v1::ActChangeProfile {
                user_uuid: maybe,
                avatar: Some(text.clone()),
                ext: Some(text),
            }),
            23 => Act::ChangeExt(v1::ActChangeExt { ext: text }),
            24..27 => {
                Act::SetRoomProperty(v1::ActSetRoomProperty { key, value, associated_user_uuid: maybe })
            }
            27 => Act::DeleteRoomProperty(v1::ActDeleteRoomProperty { key }),
            28..30 => Act::SetMemberProperty(v1::ActSetMemberProperty { user_uuid: maybe, key, value }),
            30 => Act::DeleteMemberProperty(v1::ActDeleteMemberProperty { user_uuid: maybe, key }),
            31..37 => Act::SetStream(v1::ActSetStream {
                user_uuid: maybe,
                rtc_uid: 0,
                stream: 1 + self.dice.below(5) as i32,
                on,
            }),
            _ => Act::Command(v1::ActCommand {
                command_id: 10_001,
                data: String::new(),
                user_uuids: if on { Vec::new() } else { vec![user_uuid] },
                roles: Vec::new(),
            }),
        }
    }

    fn other_device(&self, room: &Room) -> String {
        let mine = room.local_member().map(|member| member.endpoints).unwrap_or_default();
        let others: Vec<_> = mine.into_iter().filter(|device| device.rtc_uid != room.rtc_uid()).collect();
        match others.is_empty() {
            true => "d9".to_owned(),
            false => self.dice.pick(&others).device_id.clone(),
        }
    }
}
