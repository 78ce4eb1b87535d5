//! Roles: changed for several members at once, handed over, counted. All changes of one act are judged by what they come
//! to together.

use std::collections::BTreeMap;

use parlor_protocol::Code;
use parlor_protocol::limits::{self, check_batch};
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Room {
    pub(super) fn change_roles(
        &self,
        out: &mut Draft,
        by: By<'_>,
        changes: &[v1::ActChangeRole],
    ) -> Result<(), Refusal> {
        check_batch("changes", limits::ROLE_CHANGES_MAX, changes.len())?;
        let mut roles = BTreeMap::new();
        for change in changes {
            let member = self.target(&change.user_uuid)?;
            let role = if change.role.is_empty() { &member.role } else { &change.role };
            self.defined_role(role)?;
            self.may_act(by, Action::ChangeRole, Whom::Member(member), Verb::Put)?;
            self.may_act(by, Action::ChangeRole, Whom::Role(role), Verb::Put)?;
            if roles.insert(member.user_uuid.as_str(), role.as_str()).is_some() {
                let message = "changes names a member twice";
                return Err(Refusal::of_field(Code::InvalidParameter, "changes", message));
            }
        }
        self.give_roles(out, &roles)
    }

    pub(super) fn hand_over(
        &self,
        out: &mut Draft,
        by: By<'_>,
        act: &v1::ActHandOver,
    ) -> Result<(), Refusal> {
        let (own, _) = by.in_person()?;
        let member = self.target(&act.user_uuid)?;
        if member.user_uuid == own.user_uuid {
            let message = "a role is handed over to somebody else";
            return Err(Refusal::of_field(Code::InvalidParameter, "user_uuid", message));
        }
        self.may_act(by, Action::HandOver, Whom::Member(member), Verb::Put)?;
        let kept = BTreeMap::from([(member.user_uuid.as_str(), own.role.as_str())]);
        let mut roles = kept.clone();
        roles.insert(&own.user_uuid, &self.template.default_role);
        let fits = act.keep && self.check_roles(&kept).is_ok();
        self.give_roles(out, if fits { &kept } else { &roles })
    }

    /// 1003 for a role that the template does not have.
    pub(super) fn defined_role(&self, role: &str) -> Result<&crate::template::Role, Refusal> {
        let undefined =
            || Refusal::of_field(Code::RoomRoleUndefined, "role", "the template has no role of that name");
        self.template.role(role).ok_or_else(undefined)
    }

    /// One event for all changes, and streams off that the new roles may not have on.
    fn give_roles(&self, out: &mut Draft, roles: &BTreeMap<&str, &str>) -> Result<(), Refusal> {
        self.check_roles(roles)?;
        let members =
            roles.iter().filter_map(|(user_uuid, role)| Some((self.mirror.member(user_uuid)?, *role)));
        let changed = members.filter(|(member, role)| member.role != *role).collect::<Vec<_>>();
        if changed.is_empty() {
            return Ok(());
        }
        let change = |(member, role): &(&v1::RoomMember, &str)| v1::RoomRoleChanged {
            user_uuid: member.user_uuid.clone(),
            old_role: member.role.clone(),
            new_role: (*role).to_owned(),
        };
        let changes = changed.iter().map(change).collect();
        out.push(Body::RolesChanged(v1::RoomRolesChanged { changes }));
        let now_ms = out.now_ms();
        for (member, role) in changed {
            self.silence_for_role(out, now_ms, member, role);
        }
        Ok(())
    }

    /// 1002 or 1022 if a role, or the room, would hold more after these changes than before and more than it may.
    fn check_roles(&self, roles: &BTreeMap<&str, &str>) -> Result<(), Refusal> {
        let changes =
            roles.iter().filter_map(|(user_uuid, role)| Some((&self.mirror.member(user_uuid)?.role, *role)));
        let grows = |holds: &dyn Fn(&str) -> bool, most: usize| {
            let comes = changes.clone().filter(|(old, new)| !holds(old) && holds(new)).count();
            let goes = changes.clone().filter(|(old, new)| holds(old) && !holds(new)).count();
            let before = || self.mirror.members().filter(|member| holds(&member.role)).count();
            comes > goes && before() + comes - goes > most
        };
        for role in self.template.roles.iter().filter(|role| role.limit > 0) {
            if grows(&|name| name == role.name, role.limit as usize) {
                return Err(role_exceeded(role));
            }
        }
        if grows(&|name| !self.is_hidden(name), self.max_members()) {
            return Err(self.members_full());
        }
        Ok(())
    }

    /// Whether one more of that role comes in.
    pub(super) fn has_place_for(&self, role: &crate::template::Role) -> Result<(), Refusal> {
        let shown = || self.mirror.members().filter(|member| !self.is_hidden(&member.role)).count();
        if !role.hide && shown() >= self.max_members() {
            return Err(self.members_full());
        }
        let same = || self.mirror.members().filter(|member| member.role == role.name).count();
        if role.limit > 0 && same() >= role.limit as usize {
            return Err(role_exceeded(role));
        }
        Ok(())
    }

    fn members_full(&self) -> Refusal {
        Refusal::new(Code::RoomMembersFull, format!("the room holds at most {} members", self.max_members()))
    }
}

fn role_exceeded(role: &crate::template::Role) -> Refusal {
    let message = format!("the role `{}` holds at most {}", role.name, role.limit);
    Refusal::of_field(Code::RoomRoleExceeded, "role", message)
}
