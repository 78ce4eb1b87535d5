//! Who comes in: asked for it, with the right password, in a role that they may have.

use super::Room;
use super::fold::in_force;
use super::law::{Deed, Whom};
use super::rules::{Verdict, unless};
use parlor_protocol::v1;

/// A session asks to come into a room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Knock {
    /// The session.
    pub(crate) session: u64,
    /// Which room it names.
    pub(crate) room_uuid: String,
    /// The role that it asks for.
    pub(crate) role: String,
    /// The password that it gives.
    pub(crate) password: String,
}

impl Room {
    pub(super) fn may_come(&self, event: &v1::RoomEvent, member: &v1::RoomMember) -> Verdict {
        let user = member.user_uuid.as_str();
        let is_owner = self.head.owner == user;
        unless(event.operate_by == user, "somebody else brought them in")?;
        unless(!self.members.contains_key(user), "they are in already")?;
        unless(!self.head.locked || is_owner, "the room is locked")?;
        unless(!self.head.blacklist_enabled || !self.listed.contains(user), "they are on the blacklist")?;
        let role = self.law.role(&member.role).ok_or("there is no such role")?;
        match self.bound.get(user) {
            Some(bound) => unless(member.role == *bound, format!("they are bound to be a {bound}"))?,
            None => unless(!role.given || is_owner, "nobody gave them that role")?,
        }
        unless(role.hidden || self.shown() < self.places(), "the room is full")?;
        unless(member.endpoints.len() == 1, "they come with one device")?;
        unless(member.bans == self.carried(user, event.at_ms), "they left bans outside, or bring new ones")?;
        let own = member.properties.iter().all(|(key, value)| {
            self.law.has_from_the_door(key, value)
                || self.law.allows(&member.role, Deed::MemberProperty(key), true, Whom::Oneself)
        });
        unless(own, "they bring a property that they may not have")
    }

    /// Bans that somebody took along and that still hold.
    fn carried(&self, user: &str, now_ms: i64) -> Option<v1::RoomBans> {
        let bans = self.carried.get(user)?;
        let live = |ban: Option<v1::RoomBan>| ban.filter(|ban| in_force(ban, now_ms));
        let bans = v1::RoomBans { chat: live(bans.chat), audio: live(bans.audio), video: live(bans.video) };
        (bans != v1::RoomBans::default()).then_some(bans)
    }

    /// A device that is new in the room belongs to a session that asked for it in the right way; as a new member, for
    /// that role.
    pub(super) fn knocked<'a>(
        &self,
        mut knocks: impl Iterator<Item = &'a Knock>,
        session: u64,
        came_as: Option<&str>,
    ) -> bool {
        let asked_for = |knock: &Knock| match (came_as, knock.role.as_str()) {
            (None, _) => true,
            (Some(role), "") => role == self.law.default_role(),
            (Some(role), asked) => role == asked,
        };
        knocks.any(|knock| {
            knock.session == session
                && knock.room_uuid == self.head.room_uuid
                && self.password.as_ref().is_none_or(|password| *password == knock.password)
                && asked_for(knock)
        })
    }
}
