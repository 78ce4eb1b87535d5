//! Custom commands to the room, to people in it, or to roles (neroom-client, "Message channel").

use parlor_protocol::Code;
use parlor_protocol::limits::{self, check_count, check_range};
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Room {
    pub(super) fn command(&self, out: &mut Draft, by: By<'_>, act: &v1::ActCommand) -> Result<(), Refusal> {
        check_range("command_id", limits::COMMAND_ID_MIN, limits::COMMAND_ID_MAX, act.command_id.into())?;
        check_count("user_uuids", limits::COMMAND_TARGETS_MAX, act.user_uuids.len())?;
        check_count("roles", limits::COMMAND_TARGETS_MAX, act.roles.len())?;
        if act.data.len() > limits::COMMAND_MAX_BYTES {
            let message = format!("data has at most {} bytes", limits::COMMAND_MAX_BYTES);
            return Err(Refusal::of_field(Code::ParameterTooLong, "data", message));
        }
        if act.roles.iter().any(|role| self.template.role(role).is_none()) {
            let message = "roles names one that the template does not have";
            return Err(Refusal::of_field(Code::RoomRoleUndefined, "roles", message));
        }
        let targets = act.user_uuids.iter().map(|user_uuid| self.target(user_uuid));
        let user_uuids =
            targets.map(|target| Ok(target?.user_uuid.clone())).collect::<Result<_, Refusal>>()?;
        self.may_act(by, Action::Command, Whom::Nobody, Verb::Put)?;
        out.push(Body::Command(v1::RoomCommand {
            sender_uuid: by.user_uuid().to_owned(),
            command_id: act.command_id,
            data: act.data.clone(),
            user_uuids,
            roles: act.roles.clone(),
        }));
        Ok(())
    }

    /// Its sender is told too.
    pub(super) fn is_command_for(&self, command: &v1::RoomCommand, user_uuid: &str) -> bool {
        let is_for_all = command.user_uuids.is_empty() && command.roles.is_empty();
        let is_named = || command.user_uuids.iter().any(|named| named == user_uuid);
        let has_role = || {
            let role = self.mirror.member(user_uuid).map(|member| &member.role);
            role.is_some_and(|role| command.roles.contains(role))
        };
        is_for_all || command.sender_uuid == user_uuid || is_named() || has_role()
    }
}
