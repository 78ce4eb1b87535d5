//! Who acts, found in the room.

use parlor_protocol::Code;
use parlor_protocol::v1;

use super::{Actor, Room};
use parlor_protocol::Refusal;

/// An actor that is in the room, or the server.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'a> {
    Member { member: &'a v1::RoomMember, endpoint: &'a v1::RoomEndpoint },
    Server,
}

impl<'a> By<'a> {
    /// Empty for the server.
    pub(super) fn user_uuid(self) -> &'a str {
        self.member().map_or("", |member| &member.user_uuid)
    }

    pub(super) fn member(self) -> Option<&'a v1::RoomMember> {
        match self {
            By::Member { member, .. } => Some(member),
            By::Server => None,
        }
    }

    pub(super) fn is(self, user_uuid: &str) -> bool {
        self.member().is_some_and(|member| member.user_uuid == user_uuid)
    }

    /// The acting member and device, for what only members do.
    pub(super) fn in_person(self) -> Result<(&'a v1::RoomMember, &'a v1::RoomEndpoint), Refusal> {
        match self {
            By::Member { member, endpoint } => Ok((member, endpoint)),
            By::Server => Err(Refusal::new(Code::InvalidParameter, "only a member of the room does this")),
        }
    }
}

impl Room {
    pub(super) fn by(&self, actor: &Actor) -> Result<By<'_>, Refusal> {
        let Actor::Member { user_uuid, rtc_uid } = actor else {
            return Ok(By::Server);
        };
        let found = self.mirror.endpoint(*rtc_uid).filter(|(member, _)| member.user_uuid == *user_uuid);
        let (member, endpoint) = found
            .ok_or_else(|| Refusal::new(Code::RoomMemberNotFound, "the acting device is not in the room"))?;
        Ok(By::Member { member, endpoint })
    }

    /// The member of that name, in any case of its letters.
    pub(super) fn target(&self, user_uuid: &str) -> Result<&v1::RoomMember, Refusal> {
        let absent = || {
            Refusal::of_field(
                Code::TargetMemberNotFound,
                "user_uuid",
                "the member to act on is not in the room",
            )
        };
        self.mirror.member(&user_uuid.to_ascii_lowercase()).ok_or_else(absent)
    }

    /// The same, where empty names the acting member.
    pub(super) fn target_or_self<'a>(
        &'a self,
        by: By<'a>,
        user_uuid: &str,
    ) -> Result<&'a v1::RoomMember, Refusal> {
        match by {
            By::Member { member, .. } if user_uuid.is_empty() => Ok(member),
            _ => self.target(user_uuid),
        }
    }
}
