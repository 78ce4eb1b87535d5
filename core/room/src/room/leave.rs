//! Ways out: leaving, being kicked, a session that is over.

use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::{Decided, Draft};
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Draft {
    /// One of several devices goes.
    pub(super) fn endpoint_left(&mut self, member: &v1::RoomMember, rtc_uid: i64, reason: EndReason) {
        let (user_uuid, reason) = (member.user_uuid.clone(), reason.name().to_owned());
        self.push(Body::EndpointLeft(v1::RoomEndpointLeft { user_uuid, rtc_uid, reason }));
    }
}

impl Room {
    /// The session of that device is over, for `reason` (`Cause::end_reason`). Nothing follows for a device that is not in
    /// the room.
    pub fn gone(&self, now_ms: i64, rtc_uid: i64, reason: EndReason) -> Decided {
        let mut draft = Draft::new(self.mirror.at(), now_ms, "");
        if let Some((member, _)) = self.mirror.endpoint(rtc_uid) {
            self.device_out(&mut draft, member, rtc_uid, reason);
        }
        draft.decided()
    }

    pub(super) fn leave(&self, out: &mut Draft, by: By<'_>, leave: &v1::ActLeave) -> Result<(), Refusal> {
        let (member, endpoint) = by.in_person()?;
        if leave.all_devices {
            self.member_out(out, member, EndReason::LeaveBySelf);
        } else {
            self.device_out(out, member, endpoint.rtc_uid, EndReason::LeaveBySelf);
        }
        Ok(())
    }

    pub(super) fn kick(&self, out: &mut Draft, by: By<'_>, kick: &v1::ActKick) -> Result<(), Refusal> {
        let member = self.target(&kick.user_uuid)?;
        if by.is(&member.user_uuid) {
            let message = "nobody kicks themselves: leave instead";
            return Err(Refusal::of_field(Code::InvalidParameter, "user_uuid", message));
        }
        self.may_act(by, Action::Kick, Whom::Member(member), Verb::Put)?;
        self.outranks(by, member)?;
        if kick.to_blacklist {
            return self.set_listed(out, by, &member.user_uuid, "");
        }
        self.member_out(out, member, EndReason::KickOut);
        Ok(())
    }

    pub(super) fn kick_device(&self, out: &mut Draft, by: By<'_>, device_id: &str) -> Result<(), Refusal> {
        limits::DEVICE_ID.check("device_id", device_id)?;
        let (member, own) = by.in_person()?;
        let other = member.endpoints.iter().find(|endpoint| endpoint.device_id == device_id);
        let other = other.filter(|endpoint| endpoint.rtc_uid != own.rtc_uid).ok_or_else(|| {
            let message = "no other device of the account with that id is in the room";
            Refusal::of_field(Code::TargetMemberNotFound, "device_id", message)
        })?;
        out.endpoint_left(member, other.rtc_uid, EndReason::KickByOtherDevice);
        Ok(())
    }

    fn device_out(&self, out: &mut Draft, member: &v1::RoomMember, rtc_uid: i64, reason: EndReason) {
        if member.endpoints.len() > 1 {
            out.endpoint_left(member, rtc_uid, reason);
        } else {
            self.member_out(out, member, reason);
        }
    }

    /// With the properties that are associated with the member.
    pub(super) fn member_out(&self, out: &mut Draft, member: &v1::RoomMember, reason: EndReason) {
        let (user_uuid, reason) = (member.user_uuid.clone(), reason.name().to_owned());
        out.push(Body::MemberLeft(v1::RoomMemberLeft { user_uuid, reason }));
        let properties = self.mirror.head().properties.iter();
        let of_member = properties.filter(|property| property.associated_user_uuid == member.user_uuid);
        let keys = of_member.map(|property| property.key.clone()).collect::<Vec<_>>();
        if !keys.is_empty() {
            out.push(Body::PropertiesDeleted(v1::RoomPropertiesDeleted { keys }));
        }
    }
}
