//! Who may do what, and what the server does by itself.

use super::Room;
use super::fold::in_force;
use super::law::{Deed, Whom};
use parlor_protocol::v1::{self, room_event::Body};

/// A room that nobody ever entered ends after this long.
const UNUSED_MS: i64 = 24 * 3600 * 1000;

/// One commit.
#[derive(Clone, Copy)]
pub(super) struct Commit<'a> {
    /// The room before it.
    pub(super) before: &'a Room,
    /// All of its events.
    pub(super) events: &'a [v1::RoomEvent],
}

pub(super) type Verdict = Result<(), String>;

pub(super) fn unless(holds: bool, what: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(what.into()) }
}

/// A member who acts.
#[derive(Clone, Copy)]
struct By<'a> {
    user: &'a str,
    role: &'a str,
}

impl Room {
    pub(super) fn role(&self, user: &str) -> &str {
        self.members.get(user).map_or("", |member| &member.role)
    }

    fn may(&self, by: By<'_>, deed: Deed<'_>, put: bool, whom: Whom<'_>) -> bool {
        self.law.allows(by.role, deed, put, whom)
    }

    /// Somebody as a target of an act; nobody in particular when they are not in the room.
    fn whom<'a>(&'a self, by: By<'_>, user: &str) -> Whom<'a> {
        match self.role(user) {
            _ if by.user == user => Whom::Oneself,
            "" => Whom::Nobody,
            role => Whom::Other(role),
        }
    }

    /// The event may follow.
    pub(super) fn allows(&self, commit: &Commit<'_>, event: &v1::RoomEvent) -> Verdict {
        let Some(body) = &event.body else { return Err("it says nothing".to_owned()) };
        let user = event.operate_by.as_str();
        if let Body::MemberJoined(joined) = body {
            return self.may_come(event, joined.member.as_ref().unwrap_or(&v1::RoomMember::default()));
        }
        if user.is_empty() {
            return self.server_may(commit, event, body);
        }
        // Who has gone in the same commit did it before.
        let role = match self.role(user) {
            "" => commit.before.role(user),
            role => role,
        };
        unless(!role.is_empty(), format!("{user} is not in the room"))?;
        let by = By { user, role };
        self.member_may(commit, event, body, by)
    }

    fn member_may(&self, commit: &Commit<'_>, event: &v1::RoomEvent, body: &Body, by: By<'_>) -> Verdict {
        let refused = |holds: bool| unless(holds, format!("a {} may not", by.role));
        match body {
            Body::EndpointJoined(joined) => unless(joined.user_uuid == by.user, "a device of somebody else"),
            Body::EndpointLeft(left) => match left.reason.as_str() {
                "LEAVE_BY_SELF" | "KICK_BY_OTHER_DEVICE" => refused(left.user_uuid == by.user),
                "KICK_BY_SELF" => {
                    refused(self.may(by, Deed::MultiDevice, false, Whom::Nobody) && !self.head.multi_device)
                }
                other => Err(format!("{other} is no reason")),
            },
            Body::MemberLeft(left) => match left.reason.as_str() {
                "LEAVE_BY_SELF" => refused(left.user_uuid == by.user),
                "KICK_OUT" => refused(commit.before.may_remove(commit, by, &left.user_uuid)),
                other => Err(format!("{other} is no reason")),
            },
            Body::MemberNameChanged(change) => {
                let whom = self.whom(by, &change.user_uuid);
                refused(whom == Whom::Oneself || self.may(by, Deed::ChangeName, true, whom))
            }
            Body::RolesChanged(changed) => {
                self.roles_fit(changed)?;
                refused(self.may_change(by, changed) || self.may_hand_over(by, changed))
            }
            Body::MemberExtChanged(change) => refused(change.user_uuid == by.user),
            Body::MemberAvatarChanged(change) => refused(change.user_uuid == by.user),
            Body::MemberPropertiesChanged(change) => {
                let whom = self.whom(by, &change.user_uuid);
                change
                    .properties
                    .keys()
                    .try_for_each(|key| refused(self.may(by, Deed::MemberProperty(key), true, whom)))
            }
            Body::MemberPropertiesDeleted(change) => {
                let whom = self.whom(by, &change.user_uuid);
                change
                    .keys
                    .iter()
                    .try_for_each(|key| refused(self.may(by, Deed::MemberProperty(key), false, whom)))
            }
            Body::StreamChanged(change) => self.may_switch(event, change, by),
            Body::BanChanged(change) if change.user_uuid.is_empty() => {
                refused(self.may(by, Deed::BanRoom, change.banned, Whom::Nobody))
            }
            Body::BanChanged(change) => {
                let whom = self.whom(by, &change.user_uuid);
                unless(whom != Whom::Nobody || !change.banned, "nobody outside is banned")?;
                refused(self.may(by, Deed::Ban(change.kind), change.banned, whom))
            }
            Body::BlacklistChanged(change) if change.listed => refused(self.may_list(by, &change.user_uuid)),
            Body::BlacklistChanged(_) => refused(self.may(by, Deed::Blacklist, false, Whom::Nobody)),
            Body::ChatPresenceChanged(change) => refused(change.user_uuid == by.user),
            _ => self.member_may_in_room(commit, body, by),
        }
    }

    fn member_may_in_room(&self, commit: &Commit<'_>, body: &Body, by: By<'_>) -> Verdict {
        let refused = |holds: bool| unless(holds, format!("a {} may not", by.role));
        let may = |deed, put| refused(self.may(by, deed, put, Whom::Nobody));
        match body {
            Body::PropertiesChanged(changed) => changed.properties.iter().try_for_each(|property| {
                let held_by = match property.associated_user_uuid.as_str() {
                    "" => by.user,
                    user => user,
                };
                unless(self.members.contains_key(held_by), "it goes with nobody in the room")?;
                refused(self.may(by, Deed::RoomProperty(&property.key), true, self.whom(by, held_by)))?;
                let is_set = self.head.properties.iter().any(|set| set.key == property.key);
                let holder = self.holder(&property.key);
                let is_free =
                    !is_set || holder.is_some_and(|user| user == held_by || !self.members.contains_key(user));
                unless(is_free || !self.law.is_exclusive(&property.key), "somebody else has it")
            }),
            Body::PropertiesDeleted(deleted) => deleted.keys.iter().try_for_each(|key| {
                let mut left = commit.events.iter().filter_map(|event| match &event.body {
                    Some(Body::MemberLeft(left)) => Some(left.user_uuid.as_str()),
                    _ => None,
                });
                let associated = self.head.properties.iter().find(|p| p.key == *key);
                let associated = associated.map_or("", |p| p.associated_user_uuid.as_str());
                let goes_along = !associated.is_empty() && left.any(|user| user == associated);
                let whom = self.holder(key).map_or(Whom::Nobody, |holder| self.whom(by, holder));
                refused(goes_along || self.may(by, Deed::RoomProperty(key), false, whom))
            }),
            Body::LockChanged(change) => may(Deed::Lock, change.locked),
            Body::NameChanged(_) => may(Deed::Rename, true),
            Body::ExtChanged(_) => may(Deed::RoomExt, true),
            Body::BlacklistEnabledChanged(change) => may(Deed::EnableBlacklist, change.enabled),
            Body::MultiDeviceChanged(change) => may(Deed::MultiDevice, change.enabled),
            Body::Command(command) => {
                unless(command.sender_uuid == by.user, "in the name of somebody else")?;
                may(Deed::Command, true)
            }
            Body::Ended(ended) => {
                unless(ended.reason == "CLOSE_BY_MEMBER", format!("{} is no reason", ended.reason))?;
                may(Deed::End, true)
            }
            _ => Err("no member may".to_owned()),
        }
    }

    /// The owner, whoever stands above all, and one's equals are safe from all but those who stand above all.
    fn outranks(&self, by: By<'_>, user: &str) -> bool {
        let target = self.role(user);
        let safe = user == self.head.owner || target == by.role || self.law.is_super(target);
        !safe || self.law.is_super(by.role)
    }

    /// Out of the room: by a kick, or by the blacklist.
    fn may_remove(&self, commit: &Commit<'_>, by: By<'_>, user: &str) -> bool {
        let kicks = self.law.is_super(by.role) || self.may(by, Deed::Kick, true, self.whom(by, user));
        let lists = self.may(by, Deed::Blacklist, true, self.whom(by, user));
        let listed = self.listed.contains(user)
            || commit.events.iter().any(|event| match &event.body {
                Some(Body::BlacklistChanged(change)) => change.listed && change.user_uuid == user,
                _ => false,
            });
        user != by.user && self.outranks(by, user) && (kicks || lists && listed)
    }

    fn may_list(&self, by: By<'_>, user: &str) -> bool {
        let safe = [by.user, &self.head.owner].contains(&user) || self.law.is_super(self.role(user));
        !safe && self.outranks(by, user) && self.may(by, Deed::Blacklist, true, self.whom(by, user))
    }

    fn roles_fit(&self, changed: &v1::RoomRolesChanged) -> Verdict {
        changed.changes.iter().try_for_each(|change| {
            unless(self.role(&change.user_uuid) == change.old_role, "they had another role")?;
            unless(self.law.role(&change.new_role).is_some(), "there is no such role")
        })
    }

    fn may_change(&self, by: By<'_>, changed: &v1::RoomRolesChanged) -> bool {
        changed.changes.iter().all(|change| {
            self.may(by, Deed::ChangeRole, true, self.whom(by, &change.user_uuid))
                && self.may(by, Deed::ChangeRole, true, Whom::Other(&change.new_role))
        })
    }

    /// The own role to somebody else, and the default one for oneself, where that is not so already.
    fn may_hand_over(&self, by: By<'_>, changed: &v1::RoomRolesChanged) -> bool {
        let (own, others): (Vec<_>, Vec<_>) = changed.changes.iter().partition(|c| c.user_uuid == by.user);
        let gives_up = own.iter().all(|change| change.new_role == self.law.default_role());
        let may = |user: &str| self.may(by, Deed::HandOver, true, self.whom(by, user));
        let to = match others.as_slice() {
            [change] => change.new_role == by.role && may(&change.user_uuid),
            [] => self
                .members
                .values()
                .any(|m| m.user_uuid != by.user && m.role == by.role && may(&m.user_uuid)),
            _ => false,
        };
        gives_up && to
    }

    fn holder(&self, key: &str) -> Option<&str> {
        let property = self.head.properties.iter().find(|p| p.key == key)?;
        match property.associated_user_uuid.as_str() {
            "" => self.setters.get(key).map(String::as_str),
            user => Some(user),
        }
    }

    fn may_switch(&self, event: &v1::RoomEvent, change: &v1::RoomStreamChanged, by: By<'_>) -> Verdict {
        let whom = self.whom(by, &change.user_uuid);
        if change.stream == 5 {
            return unless(whom == Whom::Oneself, "it is another member's device");
        }
        let may = self.may(by, Deed::Stream(change.stream), change.on, whom);
        if change.on {
            unless(may, format!("a {} may not", by.role))?;
            unless(self.head.resources.is_some_and(|offered| offered.rtc), "the room has no calls")?;
            return unless(!self.is_banned(&change.user_uuid, change.stream, event.at_ms), "they are banned");
        }
        unless(may || self.is_mute(change, event.at_ms), format!("a {} may not", by.role))
    }

    /// Whom a role or a ban keeps from it goes off whoever caused that.
    fn is_mute(&self, change: &v1::RoomStreamChanged, now_ms: i64) -> bool {
        let role = self.role(&change.user_uuid);
        !self.law.allows(role, Deed::Stream(change.stream), true, Whom::Oneself)
            || self.is_banned(&change.user_uuid, change.stream, now_ms)
    }

    /// The member may not have that stream on (audio 1, video 2), or may not write (kind 1 of bans, 0 here).
    pub(super) fn is_banned(&self, user: &str, stream: i32, now_ms: i64) -> bool {
        let of = |bans: Option<v1::RoomBans>| {
            let bans = bans.unwrap_or_default();
            let ban = match stream {
                0 => bans.chat,
                1 => bans.audio,
                2 => bans.video,
                _ => None,
            };
            ban.is_some_and(|ban| in_force(&ban, now_ms))
        };
        let own = self.members.get(user).and_then(|member| member.bans);
        let exempt = self.law.allows(self.role(user), Deed::BanRoom, true, Whom::Nobody);
        of(own) || of(self.head.bans) && !exempt
    }

    /// What the server does, it was asked to do, or time or the end of a session brought it.
    fn server_may(&self, commit: &Commit<'_>, event: &v1::RoomEvent, body: &Body) -> Verdict {
        let asked = |what| unless(self.asked.contains(what), format!("nobody asked the server for {what}"));
        match body {
            // Held against the sessions elsewhere.
            Body::EndpointLeft(_) | Body::MemberLeft(_) => Ok(()),
            Body::PropertiesDeleted(deleted) => {
                let left = commit.events.iter().any(|e| matches!(e.body, Some(Body::MemberLeft(_))));
                let mine = |key: &String| {
                    self.head.properties.iter().any(|p| p.key == *key && !p.associated_user_uuid.is_empty())
                };
                unless(left && deleted.keys.iter().all(mine), "nobody asked for it")
            }
            Body::RolesChanged(changed) => {
                asked("role")?;
                self.roles_fit(changed)
            }
            Body::BlacklistChanged(_) => asked("kick"),
            Body::MaxMembersChanged(_) => asked("places"),
            Body::StreamChanged(change) => {
                unless(!change.on && self.is_mute(change, event.at_ms), "nobody asked for it")
            }
            Body::BanChanged(change) if !change.banned => {
                let bans = match self.members.get(&change.user_uuid) {
                    Some(member) => member.bans,
                    None => self.head.bans,
                };
                let bans = bans.unwrap_or_default();
                let ban = match change.kind {
                    1 => bans.chat,
                    2 => bans.audio,
                    _ => bans.video,
                };
                let over = ban.is_some_and(|ban| ban.until_ms != 0 && ban.until_ms <= event.at_ms);
                if over { Ok(()) } else { asked("ban") }
            }
            Body::BanChanged(_) => asked("ban"),
            Body::Ended(ended) => match ended.reason.as_str() {
                "CLOSE_BY_BACKEND" => asked("end"),
                reason => unless(self.ends_by_itself(reason, event.at_ms), "its time has not come"),
            },
            _ => Err("the server does no such thing".to_owned()),
        }
    }

    /// Time alone ends the room, for that reason.
    pub(super) fn ends_by_itself(&self, reason: &str, now_ms: i64) -> bool {
        let (made_ms, ends_ms) = (self.head.created_at_ms, self.head.ends_at_ms);
        let is_empty = self.members.is_empty() && self.empty_since_ms > 0 && self.grace_ms > 0;
        match reason {
            "END_OF_LIFE" => ends_ms > 0 && ends_ms <= now_ms,
            "ALL_MEMBERS_OUT" => {
                !self.entered && made_ms + UNUSED_MS <= now_ms
                    || is_empty && self.empty_since_ms + self.grace_ms <= now_ms
            }
            _ => false,
        }
    }
}
