//! What a commit must leave: limits that hold whoever did what, under every race.

use super::Room;
use parlor_protocol::v1;

/// Members of a room that was made without a limit of its own.
const MEMBERS_DEFAULT: usize = 500;

impl Room {
    /// Members that are shown.
    pub(super) fn shown(&self) -> usize {
        self.members.values().filter(|member| member.role != "observer").count()
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

    /// Limits may not be exceeded, or not more than before.
    pub(super) fn holds(&self, before: &Self) -> Result<(), String> {
        let hosts = |room: &Self| room.members.values().filter(|m| m.role == "host").count();
        if hosts(self) > 1 {
            return Err(format!("it has {} hosts", hosts(self)));
        }
        if self.shown() > self.places() && self.shown() > before.shown() {
            return Err(format!("it has {} members of at most {}", self.shown(), self.places()));
        }
        let screens = self.devices().filter(|device| device.sharing_screen).count();
        if screens > 1 {
            return Err(format!("{screens} devices share their screen"));
        }
        let sharing = |m: &&v1::RoomMember| m.properties.contains_key("screenShare");
        let sharing = self.members.values().filter(sharing).count();
        if sharing > 1 {
            return Err(format!("{sharing} members have the property screenShare"));
        }
        for member in self.members.values() {
            let (name, devices) = (&member.user_uuid, &member.endpoints);
            if devices.is_empty() {
                return Err(format!("{name} is in it without a device"));
            }
            if devices.len() > 1 && !self.head.multi_device {
                return Err(format!("{name} is in it with {} devices", devices.len()));
            }
            if devices.iter().any(|d| devices.iter().filter(|o| o.device_id == d.device_id).count() > 1) {
                return Err(format!("one device of {name} is in it twice"));
            }
            if member.role == "observer"
                && devices.iter().any(|d| d.audio_on || d.video_on || d.sharing_screen)
            {
                return Err(format!("{name} only watches, and is heard or seen"));
            }
        }
        Ok(())
    }
}
