//! The blacklist: who is on it is out, and does not come in while it is in force.

use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Room {
    pub(super) fn set_blacklisted(
        &self,
        out: &mut Draft,
        by: By<'_>,
        act: &v1::ActBlacklist,
    ) -> Result<(), Refusal> {
        limits::USER_UUID.check("user_uuid", &act.user_uuid)?;
        limits::NOTIFY_EXT.check("notify_ext", &act.notify_ext)?;
        let user_uuid = act.user_uuid.to_ascii_lowercase();
        if act.listed {
            return self.set_listed(out, by, &user_uuid, &act.notify_ext);
        }
        self.may_act(by, Action::Blacklist, Whom::Nobody, Verb::Delete)?;
        if let Some(user_name) = self.blacklist.get(&user_uuid).cloned() {
            let notify_ext = act.notify_ext.clone();
            out.push(Body::BlacklistChanged(v1::RoomBlacklistChanged {
                user_uuid,
                user_name,
                listed: false,
                notify_ext,
            }));
        }
        Ok(())
    }

    /// Lists somebody, inside or not; the owner and super roles are never listed by a member.
    pub(super) fn set_listed(
        &self,
        out: &mut Draft,
        by: By<'_>,
        user_uuid: &str,
        notify_ext: &str,
    ) -> Result<(), Refusal> {
        let member = self.mirror.member(user_uuid);
        self.may_act(by, Action::Blacklist, member.map_or(Whom::Nobody, Whom::Member), Verb::Put)?;
        if let Some(member) = member {
            self.outranks(by, member)?;
        }
        let is_safe = user_uuid == self.mirror.head().owner
            || by.is(user_uuid)
            || member.is_some_and(|member| self.is_super(&member.role));
        if is_safe && matches!(by, By::Member { .. }) {
            return Err(Refusal::new(Code::Forbidden, "the owner, super roles and oneself are never listed"));
        }
        if !self.blacklist.contains_key(user_uuid) {
            if self.blacklist.len() >= limits::BLACKLIST_MAX {
                let message = format!("the blacklist has at most {} entries", limits::BLACKLIST_MAX);
                return Err(Refusal::new(Code::QuotaExceeded, message));
            }
            out.push(Body::BlacklistChanged(v1::RoomBlacklistChanged {
                user_uuid: user_uuid.to_owned(),
                user_name: member.map(|member| member.user_name.clone()).unwrap_or_default(),
                listed: true,
                notify_ext: notify_ext.to_owned(),
            }));
        }
        if let Some(member) = member {
            self.member_out(out, member, EndReason::KickOut);
        }
        Ok(())
    }
}
