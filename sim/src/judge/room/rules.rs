//! Who may do what under the built-in meeting template: host (one), cohost, member, observer.

use super::Room;
use super::fold::in_force;
use parlor_protocol::v1::{self, room_event::Body};

/// The roles there are.
const ROLES: [&str; 4] = ["host", "cohost", "member", "observer"];
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

type Verdict = Result<(), String>;

fn unless(holds: bool, what: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(what.into()) }
}

/// Whoever removes or renames: the host anybody, a cohost members and observers.
fn above(role: &str, target: &str) -> bool {
    role == "host" || role == "cohost" && matches!(target, "member" | "observer")
}

fn leads(role: &str) -> bool {
    matches!(role, "host" | "cohost")
}

impl Room {
    fn role(&self, user: &str) -> &str {
        self.members.get(user).map_or("", |member| &member.role)
    }

    /// The event may follow.
    pub(super) fn allows(&self, commit: &Commit<'_>, event: &v1::RoomEvent) -> Verdict {
        let Some(body) = &event.body else { return Err("it says nothing".to_owned()) };
        let by = event.operate_by.as_str();
        if let Body::MemberJoined(joined) = body {
            return self.may_come(event, joined.member.as_ref().unwrap_or(&v1::RoomMember::default()));
        }
        if by.is_empty() {
            return self.server_may(commit, event, body);
        }
        // Who has gone in the same commit did it before.
        let role = match self.role(by) {
            "" => commit.before.role(by),
            role => role,
        };
        unless(!role.is_empty(), format!("{by} is not in the room"))?;
        self.member_may(commit, event, body, role)
    }

    fn may_come(&self, event: &v1::RoomEvent, member: &v1::RoomMember) -> Verdict {
        let user = member.user_uuid.as_str();
        let is_owner = self.head.owner == user;
        unless(event.operate_by == user, "somebody else brought them in")?;
        unless(!self.members.contains_key(user), "they are in already")?;
        unless(!self.head.locked || is_owner, "the room is locked")?;
        unless(!self.head.blacklist_enabled || !self.listed.contains(user), "they are on the blacklist")?;
        unless(ROLES.contains(&member.role.as_str()), "there is no such role")?;
        let full = member.role != "observer" && self.shown() >= self.places();
        unless(!full, "the room is full")?;
        unless(member.endpoints.len() == 1, "they come with one device")?;
        let carried = self.carried.get(user).filter(|ban| in_force(ban, event.at_ms));
        let brings = member.bans.and_then(|bans| bans.chat);
        unless(carried.is_none_or(|ban| brings == Some(*ban)), "their ban was left outside")?;
        let own = member.properties.keys().all(|key| self.may_set_own(&member.role, key));
        unless(own, "they bring a property that they may not have")
    }

    fn may_set_own(&self, role: &str, _key: &str) -> bool {
        matches!(role, "host" | "cohost" | "member")
    }

    fn member_may(&self, commit: &Commit<'_>, event: &v1::RoomEvent, body: &Body, role: &str) -> Verdict {
        let by = event.operate_by.as_str();
        let refused = |holds: bool| unless(holds, format!("a {role} may not"));
        match body {
            Body::EndpointJoined(joined) => unless(joined.user_uuid == by, "with a device of somebody else"),
            Body::EndpointLeft(left) => match left.reason.as_str() {
                "LEAVE_BY_SELF" | "KICK_BY_OTHER_DEVICE" => refused(left.user_uuid == by),
                "KICK_BY_SELF" => refused(role == "host" && !self.head.multi_device),
                other => Err(format!("{other} is no reason")),
            },
            Body::MemberLeft(left) => match left.reason.as_str() {
                "LEAVE_BY_SELF" => refused(left.user_uuid == by),
                "KICK_OUT" => {
                    let target = commit.before.role(&left.user_uuid);
                    let safe = left.user_uuid == self.head.owner && role != "host";
                    refused(left.user_uuid != by && above(role, target) && !safe)
                }
                other => Err(format!("{other} is no reason")),
            },
            Body::MemberNameChanged(change) => {
                refused(change.user_uuid == by || above(role, self.role(&change.user_uuid)))
            }
            Body::RolesChanged(changed) => {
                refused(role == "host")?;
                self.roles_fit(changed)
            }
            Body::MemberExtChanged(change) => refused(change.user_uuid == by),
            Body::MemberPropertiesChanged(change) => change
                .properties
                .keys()
                .try_for_each(|key| refused(self.may_hold(role, by, &change.user_uuid, key, true))),
            Body::MemberPropertiesDeleted(change) => change
                .keys
                .iter()
                .try_for_each(|key| refused(self.may_hold(role, by, &change.user_uuid, key, false))),
            Body::StreamChanged(change) => self.may_switch(event, change, role),
            Body::BanChanged(change) if change.user_uuid.is_empty() => refused(leads(role)),
            Body::BanChanged(change) => {
                let target = self.role(&change.user_uuid);
                refused(above(role, target) || target.is_empty() && leads(role))
            }
            Body::BlacklistChanged(change) => {
                let target = self.role(&change.user_uuid);
                let safe = change.listed && [by, &self.head.owner].contains(&change.user_uuid.as_str());
                refused(!safe && (above(role, target) || target.is_empty() && leads(role)))
            }
            Body::ChatPresenceChanged(change) => refused(change.user_uuid == by),
            _ => self.member_may_in_room(commit, event, body, role),
        }
    }

    fn member_may_in_room(
        &self,
        commit: &Commit<'_>,
        event: &v1::RoomEvent,
        body: &Body,
        role: &str,
    ) -> Verdict {
        let by = event.operate_by.as_str();
        let refused = |holds: bool| unless(holds, format!("a {role} may not"));
        match body {
            Body::PropertiesChanged(changed) => changed.properties.iter().try_for_each(|property| {
                let held_by = match property.associated_user_uuid.as_str() {
                    "" => by,
                    user => user,
                };
                unless(self.members.contains_key(held_by), "it goes with nobody in the room")?;
                refused(self.may_room_property(role, by, Some(held_by), &property.key))?;
                let taken = self.holder(&property.key).filter(|holder| self.members.contains_key(*holder));
                let free = taken.is_none_or(|holder| holder == held_by);
                unless(property.key != "whiteboard" || free, "somebody else has it")
            }),
            Body::PropertiesDeleted(deleted) => deleted.keys.iter().try_for_each(|key| {
                let mut left = commit.events.iter().filter_map(|event| match &event.body {
                    Some(Body::MemberLeft(left)) => Some(left.user_uuid.as_str()),
                    _ => None,
                });
                let associated = self.head.properties.iter().find(|p| p.key == *key);
                let associated = associated.map_or("", |p| p.associated_user_uuid.as_str());
                let goes_along = !associated.is_empty() && left.any(|user| user == associated);
                let holder = self.holder(key).filter(|holder| self.members.contains_key(*holder));
                refused(goes_along || self.may_room_property(role, by, holder, key))
            }),
            Body::LockChanged(_)
            | Body::NameChanged(_)
            | Body::ExtChanged(_)
            | Body::BlacklistEnabledChanged(_) => refused(leads(role)),
            Body::MultiDeviceChanged(_) => refused(role == "host"),
            Body::Command(command) => refused(command.sender_uuid == by && role != "observer"),
            Body::Ended(ended) => refused(role == "host" && ended.reason == "CLOSE_BY_MEMBER"),
            _ => Err("no member may".to_owned()),
        }
    }

    fn roles_fit(&self, changed: &v1::RoomRolesChanged) -> Verdict {
        changed.changes.iter().try_for_each(|change| {
            unless(self.role(&change.user_uuid) == change.old_role, "they had another role")?;
            unless(ROLES.contains(&change.new_role.as_str()), "there is no such role")
        })
    }

    fn may_hold(&self, role: &str, by: &str, whose: &str, key: &str, put: bool) -> bool {
        let own = by == whose;
        match role {
            "host" => true,
            "cohost" => own || self.role(whose) == "member" && (key != "screenShare" || !put),
            "member" => own,
            _ => false,
        }
    }

    fn may_room_property(&self, role: &str, by: &str, holder: Option<&str>, key: &str) -> bool {
        if key != "whiteboard" {
            return leads(role);
        }
        match role {
            "host" => true,
            "cohost" => holder.is_none_or(|holder| holder == by || self.role(holder) == "member"),
            "member" => holder.is_none_or(|holder| holder == by),
            _ => false,
        }
    }

    fn holder(&self, key: &str) -> Option<&str> {
        let property = self.head.properties.iter().find(|p| p.key == key)?;
        match property.associated_user_uuid.as_str() {
            "" => self.setters.get(key).map(String::as_str),
            user => Some(user),
        }
    }

    fn may_switch(&self, event: &v1::RoomEvent, change: &v1::RoomStreamChanged, role: &str) -> Verdict {
        let by = event.operate_by.as_str();
        let own = change.user_uuid == by;
        let target = self.role(&change.user_uuid);
        if change.stream == 5 {
            return unless(own, "it is another member's device");
        }
        if change.on {
            unless(own && role != "observer", "nobody is switched on by others")?;
            return unless(!self.is_banned(&change.user_uuid, change.stream, event.at_ms), "they are banned");
        }
        let may = own && role != "observer" || role == "host" || role == "cohost" && target == "member";
        unless(may || self.is_mute(change, event.at_ms), format!("a {role} may not"))
    }

    /// Whom a role or a ban keeps from it goes off whoever caused that.
    fn is_mute(&self, change: &v1::RoomStreamChanged, now_ms: i64) -> bool {
        self.role(&change.user_uuid) == "observer" || self.is_banned(&change.user_uuid, change.stream, now_ms)
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
        of(own) || of(self.head.bans) && !leads(self.role(user))
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
                "END_OF_LIFE" => {
                    let ends = self.head.ends_at_ms;
                    unless(ends > 0 && ends <= event.at_ms, "its time has not come")
                }
                "ALL_MEMBERS_OUT" => {
                    let unused = !self.entered && self.head.created_at_ms + UNUSED_MS <= event.at_ms;
                    let empty = self.members.is_empty() && self.empty_since_ms > 0;
                    unless(unused || empty, "somebody is in it")
                }
                other => Err(format!("{other} is no reason")),
            },
            _ => Err("the server does no such thing".to_owned()),
        }
    }
}
