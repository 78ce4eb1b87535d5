//! What a commit must leave: limits that hold whoever did what, under every race.

use super::Room;
use super::law::{Deed, Whom};
use parlor_protocol::v1;

/// Members of a room that was made without a limit of its own.
const MEMBERS_DEFAULT: usize = 500;
/// Devices of one account in one room.
const DEVICES_MAX: usize = 10;

fn is_on(device: &v1::RoomEndpoint, stream: i32) -> bool {
    match stream {
        1 => device.audio_on,
        2 => device.video_on,
        3 => device.sharing_screen,
        _ => device.sharing_system_audio,
    }
}

impl Room {
    /// Members that are shown.
    pub(super) fn shown(&self) -> usize {
        let hidden = |role: &str| self.law.role(role).is_some_and(|role| role.hidden);
        self.members.values().filter(|member| !hidden(&member.role)).count()
    }

    /// How many of them there may be.
    pub(super) fn places(&self) -> usize {
        match self.head.max_members {
            0 => MEMBERS_DEFAULT,
            own => own as usize,
        }
    }

    fn devices(&self) -> impl Iterator<Item = &v1::RoomEndpoint> {
        self.members.values().flat_map(|member| &member.endpoints)
    }

    /// Limits may not be exceeded, that of the room not more than before.
    pub(super) fn holds(&self, before: &Self, now_ms: i64) -> Result<(), String> {
        if self.shown() > self.places() && self.shown() > before.shown() {
            return Err(format!("it has {} members of at most {}", self.shown(), self.places()));
        }
        for role in self.law.roles().iter().filter(|role| role.most > 0) {
            let count = self.members.values().filter(|member| member.role == role.name).count();
            if count > role.most {
                return Err(format!("it has {count} of at most {} with the role {}", role.most, role.name));
            }
        }
        self.held_by_few()?;
        self.members.values().try_for_each(|member| self.is_in_order(member, now_ms))
    }

    fn held_by_few(&self) -> Result<(), String> {
        for stream in 1..=4 {
            let count = self.devices().filter(|device| is_on(device, stream)).count();
            if let Some(most) = self.law.most_streams(stream).filter(|most| count > *most) {
                return Err(format!("{count} devices have stream {stream} on, of at most {most}"));
            }
        }
        let keys = self.members.values().flat_map(|member| member.properties.keys());
        for key in keys {
            let Some((most, value)) = self.law.most_with(key) else { continue };
            let counts = |held: &String| value.is_none_or(|value| held == value);
            let holders = self.members.values().filter(|m| m.properties.get(key).is_some_and(counts)).count();
            if holders > most {
                return Err(format!("{holders} members have the property {key}, of at most {most}"));
            }
        }
        Ok(())
    }

    fn is_in_order(&self, member: &v1::RoomMember, now_ms: i64) -> Result<(), String> {
        let (name, devices) = (&member.user_uuid, &member.endpoints);
        if devices.is_empty() {
            return Err(format!("{name} is in it without a device"));
        }
        if devices.len() > DEVICES_MAX || devices.len() > 1 && !self.head.multi_device {
            return Err(format!("{name} is in it with {} devices", devices.len()));
        }
        if devices.iter().any(|d| devices.iter().filter(|o| o.device_id == d.device_id).count() > 1) {
            return Err(format!("one device of {name} is in it twice"));
        }
        for stream in 1..=4 {
            let allowed = self.law.allows(&member.role, Deed::Stream(stream), true, Whom::Oneself);
            let silent = !allowed || self.is_banned(name, stream, now_ms);
            if silent && devices.iter().any(|device| is_on(device, stream)) {
                return Err(format!("{name} may not have stream {stream} on, and has"));
            }
        }
        Ok(())
    }
}
