//! What the template allows. 403 where a rule does not name the acting role, 404 where there is no rule.

use parlor_protocol::{Code, v1};

use super::Room;
use super::by::By;
use crate::template::{Action, Rule, Verb};
use parlor_protocol::Refusal;

/// Whom an act concerns.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom<'a> {
    /// The room, or somebody who is not in it: whoever may do it to anybody may do it.
    Nobody,
    Member(&'a v1::RoomMember),
    /// Somebody as if they had this role; never oneself.
    Role(&'a str),
}

impl Room {
    /// Whether `by` may act so on `whom`. The server may, and so may super roles end the room and kick.
    pub(super) fn may_act(
        &self,
        by: By<'_>,
        action: Action,
        whom: Whom<'_>,
        verb: Verb,
    ) -> Result<(), Refusal> {
        let Some(member) = by.member() else {
            return Ok(());
        };
        if matches!(action, Action::EndRoom | Action::Kick) && self.is_super(&member.role) {
            return Ok(());
        }
        let rule = self.template.permissions.actions.get(&action);
        self.may(by, rule, action.name(), whom, verb)
    }

    /// Whether a rule lets `by` do that to `whom`. An absent rule is 404 for the server too.
    pub(super) fn may(
        &self,
        by: By<'_>,
        rule: Option<&Rule>,
        name: &str,
        whom: Whom<'_>,
        verb: Verb,
    ) -> Result<(), Refusal> {
        let rule = rule.ok_or_else(|| {
            Refusal::new(Code::NotFound, format!("the template declares no permission `{name}`"))
        })?;
        let Some(operator) = by.member() else {
            return Ok(());
        };
        let allowed = rule.roles.iter().any(|expression| match whom {
            Whom::Nobody => expression.is_of(&operator.role, verb),
            Whom::Member(target) => {
                let is_oneself = target.user_uuid == operator.user_uuid;
                expression.allows(&operator.role, &target.role, is_oneself, verb)
            }
            Whom::Role(role) => expression.allows(&operator.role, role, false, verb),
        });
        if allowed { Ok(()) } else { Err(forbidden(name)) }
    }

    /// Refuses to remove the room's owner, a super role or an equal, unless the actor has a super role or is the server.
    pub(super) fn outranks(&self, by: By<'_>, target: &v1::RoomMember) -> Result<(), Refusal> {
        let Some(operator) = by.member() else {
            return Ok(());
        };
        let is_safe = target.user_uuid == self.mirror.head().owner
            || target.role == operator.role
            || self.is_super(&target.role);
        if is_safe && !self.is_super(&operator.role) {
            return Err(Refusal::new(Code::Forbidden, "the target is the owner, a super role or an equal"));
        }
        Ok(())
    }
}

pub(super) fn forbidden(name: &str) -> Refusal {
    Refusal::new(Code::Forbidden, format!("the role may not use `{name}` here"))
}
