//! The door: who comes in, as what, with which device.

use std::collections::BTreeMap;

use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::limits::{self, DEVICES_MAX};
use parlor_protocol::v1::{self, room_event::Body};

use super::permission::forbidden;
use super::property::too_many_member_properties;
use super::{Join, Room};
use crate::decided::{Decided, Draft};
use crate::mirror::Mirror;
use crate::template::{Rule, Stream, Verb};
use parlor_protocol::Refusal;

impl Room {
    /// What follows if somebody comes in with a device.
    ///
    /// Further devices of a member share its role, and a lock does not keep them out. A device whose `device_id` is in
    /// the room already takes the place of its earlier self; name, ext and properties that come with a further device
    /// go over the member's.
    pub fn join(&self, now_ms: i64, join: &Join) -> Result<Decided, Refusal> {
        self.alive()?;
        check_join(join)?;
        if self.mirror.endpoint(join.endpoint.rtc_uid).is_some() {
            return Err(Refusal::of_field(
                Code::InvalidParameter,
                "rtc_uid",
                "rtc_uid is in use in the room",
            ));
        }
        let present = self.mirror.member(&join.user_uuid);
        let head = self.mirror.head();
        if present.is_none() && head.blacklist_enabled && self.blacklist.contains_key(&join.user_uuid) {
            return Err(Refusal::new(Code::RoomBlacklisted, "the account is on the room's blacklist"));
        }
        if present.is_none() && head.locked && head.owner != join.user_uuid {
            return Err(Refusal::new(Code::RoomLocked, "the room is locked"));
        }
        if !join.password_right {
            return Err(Refusal::of_field(Code::RoomPasswordWrong, "password", "the password is wrong"));
        }
        let mut draft = Draft::new(self.mirror.at(), now_ms, &join.user_uuid);
        match present {
            Some(member) => self.join_again(&mut draft, now_ms, member, join)?,
            None => self.join_first(&mut draft, now_ms, join)?,
        }
        Ok(draft.decided())
    }

    fn join_first(&self, out: &mut Draft, now_ms: i64, join: &Join) -> Result<(), Refusal> {
        let role = self.role_at_door(join)?;
        self.has_place_for(role)?;
        let mut properties = self.template.initial.member.properties.clone();
        properties.extend(join.properties.clone());
        if properties.len() > limits::MEMBER_PROPERTIES_MAX {
            return Err(too_many_member_properties());
        }
        self.may_bring(join, &role.name)?;
        let bans = self.absent_bans.get(&join.user_uuid);
        let bans = bans.and_then(|bans| Mirror::live_bans(bans, now_ms));
        let endpoint = self.entering(now_ms, join, &role.name, bans.as_ref());
        let member = v1::RoomMember {
            user_uuid: join.user_uuid.clone(),
            user_name: join.user_name.clone(),
            avatar: join.avatar.clone(),
            role: role.name.clone(),
            ext: join.ext.clone(),
            properties,
            bans,
            endpoints: vec![endpoint],
            joined_at_ms: now_ms,
        };
        out.push(Body::MemberJoined(v1::RoomMemberJoined { member: Some(member) }));
        Ok(())
    }

    fn join_again(
        &self,
        out: &mut Draft,
        now_ms: i64,
        member: &v1::RoomMember,
        join: &Join,
    ) -> Result<(), Refusal> {
        let is_same = |endpoint: &&v1::RoomEndpoint| endpoint.device_id == join.endpoint.device_id;
        let (same, others) = member.endpoints.iter().partition::<Vec<_>, _>(is_same);
        if !others.is_empty() && !join.kick_other_device {
            if !self.mirror.head().multi_device {
                let message = "the account is in the room with another device, and may not be twice";
                return Err(Refusal::new(Code::RoomMemberExists, message));
            }
            if others.len() >= DEVICES_MAX {
                let message = format!("an account is in a room with at most {DEVICES_MAX} devices");
                return Err(Refusal::new(Code::QuotaExceeded, message));
            }
        }
        self.may_bring(join, &member.role)?;
        let mut properties = join.properties.clone();
        properties.retain(|key, value| member.properties.get(key) != Some(value));
        let new = properties.keys().filter(|key| !member.properties.contains_key(*key)).count();
        if member.properties.len() + new > limits::MEMBER_PROPERTIES_MAX {
            return Err(too_many_member_properties());
        }
        let (user_uuid, bans) = (member.user_uuid.clone(), member.bans.as_ref());
        let endpoint = Some(self.entering(now_ms, join, &member.role, bans));
        out.push(Body::EndpointJoined(v1::RoomEndpointJoined { user_uuid, endpoint }));
        let replaced = same.into_iter().chain(if join.kick_other_device { others } else { Vec::new() });
        for endpoint in replaced {
            out.endpoint_left(member, endpoint.rtc_uid, EndReason::KickByOtherDevice);
        }
        if !join.user_name.is_empty() {
            out.name(member, &join.user_name);
        }
        if !join.ext.is_empty() {
            out.ext(member, &join.ext);
        }
        if !properties.is_empty() {
            let user_uuid = member.user_uuid.clone();
            out.push(Body::MemberPropertiesChanged(v1::RoomMemberPropertiesChanged {
                user_uuid,
                properties,
            }));
        }
        Ok(())
    }

    fn role_at_door(&self, join: &Join) -> Result<&crate::template::Role, Refusal> {
        let bound = self.role_bind.get(&join.user_uuid);
        let asked = Some(&join.role).filter(|role| !role.is_empty());
        let role = self.defined_role(bound.or(asked).unwrap_or(&self.template.default_role))?;
        if role.bound_only && bound.is_none() && self.mirror.head().owner != join.user_uuid {
            let message = "the role is given, not taken at the door";
            return Err(Refusal::of_field(Code::Forbidden, "role", message));
        }
        Ok(role)
    }

    /// Whether somebody of that role may bring these properties of its own.
    fn may_bring(&self, join: &Join, role: &str) -> Result<(), Refusal> {
        for (key, value) in &join.properties {
            self.check_member_property(&join.user_uuid, key, value)?;
            let allows = |rule: &Rule| {
                rule.roles.iter().any(|expression| expression.allows(role, role, true, Verb::Put))
            };
            if !self.template.member_property(key).is_some_and(allows) {
                return Err(forbidden(key));
            }
        }
        Ok(())
    }

    /// The device as it comes in: connected to the sound, with the streams on that the template says and its member may
    /// have on.
    fn entering(
        &self,
        now_ms: i64,
        join: &Join,
        role: &str,
        bans: Option<&v1::RoomBans>,
    ) -> v1::RoomEndpoint {
        let rtc = self.mirror.head().resources.is_some_and(|resources| resources.rtc);
        let is_on = |stream: Stream| {
            let initial = self.template.initial.member.streams.get(&stream).copied().unwrap_or_default();
            rtc && initial && self.may_publish(role, bans, stream, now_ms)
        };
        v1::RoomEndpoint {
            rtc_uid: join.endpoint.rtc_uid,
            device_id: join.endpoint.device_id.clone(),
            client_type: join.endpoint.client_type,
            audio_connected: true,
            audio_on: is_on(Stream::Audio),
            video_on: is_on(Stream::Video),
            sharing_screen: is_on(Stream::SubVideo),
            sharing_system_audio: is_on(Stream::SystemAudio),
            in_chatroom: false,
            in_rtc: false,
        }
    }
}

fn check_join(join: &Join) -> Result<(), Refusal> {
    limits::USER_UUID.check("user_uuid", &join.user_uuid)?;
    limits::USER_NAME.check("user_name", &join.user_name)?;
    limits::ROOM_AVATAR.check("avatar", &join.avatar)?;
    limits::ROOM_EXT.check("ext", &join.ext)?;
    limits::DEVICE_ID.check("device_id", &join.endpoint.device_id)?;
    limits::check_range("rtc_uid", 1, (1 << 53) - 1, join.endpoint.rtc_uid)?;
    Ok(check_properties(&join.properties)?)
}

fn check_properties(properties: &BTreeMap<String, String>) -> Result<(), limits::LimitError> {
    limits::check_count("properties", limits::MEMBER_PROPERTIES_MAX, properties.len())?;
    for (key, value) in properties {
        limits::PROPERTY_KEY.check("properties", key)?;
        limits::PROPERTY_VALUE.check("properties", value)?;
    }
    Ok(())
}
