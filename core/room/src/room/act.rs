//! The one match on acts.

use parlor_protocol::Code;
use parlor_protocol::v1::room_act::Act;

use super::{Actor, Room};
use crate::decided::{Decided, Draft};
use parlor_protocol::Refusal;

impl Room {
    /// What follows if `actor` does that.
    pub fn act(&self, now_ms: i64, actor: &Actor, act: &Act) -> Result<Decided, Refusal> {
        self.alive()?;
        let by = self.by(actor)?;
        let mut draft = Draft::new(self.mirror.at(), now_ms, by.user_uuid());
        let out = &mut draft;
        match act {
            Act::Leave(leave) => self.leave(out, by, leave),
            Act::End(_) => self.end(out, by),
            Act::SetLock(set) => self.set_lock(out, by, set.locked),
            Act::SetRoomName(set) => self.set_name(out, by, &set.room_name),
            Act::SetRoomExt(set) => self.set_ext(out, by, &set.ext),
            Act::EnableBlacklist(enable) => self.enable_blacklist(out, by, enable.enabled),
            Act::EnableMultiDevice(enable) => self.enable_multi_device(out, by, enable.enabled),
            Act::ChangeName(change) => self.change_name(out, by, change),
            Act::ChangeRoles(change) => self.change_roles(out, by, &change.changes),
            Act::HandOver(hand_over) => self.hand_over(out, by, hand_over),
            Act::Kick(kick) => self.kick(out, by, kick),
            Act::KickDevice(kick) => self.kick_device(out, by, &kick.device_id),
            Act::Blacklist(blacklist) => self.set_blacklisted(out, by, blacklist),
            Act::Ban(ban) => self.ban(out, by, now_ms, ban),
            Act::ChangeExt(change) => self.change_ext(out, by, &change.ext),
            Act::ChangeProfile(change) => self.change_profile(out, by, change),
            Act::SetRoomProperty(set) => self.set_room_property(out, by, set),
            Act::DeleteRoomProperty(delete) => self.delete_room_property(out, by, &delete.key),
            Act::SetMemberProperty(set) => self.set_member_property(out, by, set),
            Act::DeleteMemberProperty(delete) => self.delete_member_property(out, by, delete),
            Act::SetStream(set) => self.set_stream(out, by, now_ms, set),
            Act::ChatPresence(presence) => self.set_chat_presence(out, by, presence.present),
            Act::Command(command) => self.command(out, by, command),
        }?;
        Ok(draft.decided())
    }
}

/// A field that must be there and is not.
pub(super) fn required(field: &'static str) -> Refusal {
    Refusal::of_field(Code::InvalidParameter, field, format!("{field} is required"))
}
