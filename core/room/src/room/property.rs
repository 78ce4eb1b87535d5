//! Properties of the room and of members: declared keys only, each with its rule.

use parlor_protocol::Code;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Rule, Verb};
use parlor_protocol::Refusal;

impl Room {
    pub(super) fn set_room_property(
        &self,
        out: &mut Draft,
        by: By<'_>,
        act: &v1::ActSetRoomProperty,
    ) -> Result<(), Refusal> {
        limits::PROPERTY_KEY.check("key", &act.key)?;
        limits::PROPERTY_VALUE.check("value", &act.value)?;
        let associated = match act.associated_user_uuid.as_str() {
            "" => None,
            user_uuid => Some(self.target(user_uuid)?),
        };
        let rule = self.template.room_property(&act.key);
        let holder = associated.or(by.member());
        self.may(by, rule, &act.key, holder.map_or(Whom::Nobody, Whom::Member), Verb::Put)?;
        let property = v1::RoomProperty {
            key: act.key.clone(),
            value: act.value.clone(),
            associated_user_uuid: associated.map(|member| member.user_uuid.clone()).unwrap_or_default(),
        };
        match self.mirror.property(&act.key) {
            Some(present) => {
                self.not_exclusive(by, rule, &act.key, holder)?;
                if *present == property {
                    return Ok(());
                }
            }
            None if self.mirror.head().properties.len() >= limits::ROOM_PROPERTIES_MAX => {
                let message = format!("a room has at most {} properties", limits::ROOM_PROPERTIES_MAX);
                return Err(Refusal::of_field(Code::QuotaExceeded, "key", message));
            }
            None => {}
        }
        out.push(Body::PropertiesChanged(v1::RoomPropertiesChanged { properties: vec![property] }));
        Ok(())
    }

    /// Nothing follows where there is no such property.
    pub(super) fn delete_room_property(&self, out: &mut Draft, by: By<'_>, key: &str) -> Result<(), Refusal> {
        limits::PROPERTY_KEY.check("key", key)?;
        let holder = self.holder(key).and_then(|user_uuid| self.mirror.member(user_uuid));
        let whom = holder.map_or(Whom::Nobody, Whom::Member);
        self.may(by, self.template.room_property(key), key, whom, Verb::Delete)?;
        if self.mirror.property(key).is_some() {
            out.push(Body::PropertiesDeleted(v1::RoomPropertiesDeleted { keys: vec![key.to_owned()] }));
        }
        Ok(())
    }

    /// Who holds a room property: the associated member, else who set it.
    fn holder(&self, key: &str) -> Option<&str> {
        let associated = self.mirror.property(key).map(|property| property.associated_user_uuid.as_str());
        associated.filter(|user_uuid| !user_uuid.is_empty()).or(self.holders.get(key).map(String::as_str))
    }

    /// 1006 where an exclusive property is set already and not held by `holder`. A holder who left holds nothing, and the
    /// server takes what it wants.
    fn not_exclusive(
        &self,
        by: By<'_>,
        rule: Option<&Rule>,
        key: &str,
        holder: Option<&v1::RoomMember>,
    ) -> Result<(), Refusal> {
        if !rule.is_some_and(|rule| rule.exclusive) || by.member().is_none() {
            return Ok(());
        }
        let is_free = self.holder(key).is_some_and(|present| {
            holder.is_some_and(|holder| holder.user_uuid == present) || self.mirror.member(present).is_none()
        });
        if is_free {
            return Ok(());
        }
        Err(Refusal::of_field(
            Code::RoomPropertyExists,
            "key",
            "the property is exclusive and somebody holds it",
        ))
    }

    pub(super) fn set_member_property(
        &self,
        out: &mut Draft,
        by: By<'_>,
        act: &v1::ActSetMemberProperty,
    ) -> Result<(), Refusal> {
        let member = self.target_or_self(by, &act.user_uuid)?;
        let rule = self.template.member_property(&act.key);
        limits::PROPERTY_KEY.check("key", &act.key)?;
        self.may(by, rule, &act.key, Whom::Member(member), Verb::Put)?;
        self.check_member_property(&member.user_uuid, &act.key, &act.value)?;
        if member.properties.get(&act.key) == Some(&act.value) {
            return Ok(());
        }
        if member.properties.len() >= limits::MEMBER_PROPERTIES_MAX
            && !member.properties.contains_key(&act.key)
        {
            return Err(too_many_member_properties());
        }
        out.push(Body::MemberPropertiesChanged(v1::RoomMemberPropertiesChanged {
            user_uuid: member.user_uuid.clone(),
            properties: [(act.key.clone(), act.value.clone())].into(),
        }));
        Ok(())
    }

    pub(super) fn delete_member_property(
        &self,
        out: &mut Draft,
        by: By<'_>,
        act: &v1::ActDeleteMemberProperty,
    ) -> Result<(), Refusal> {
        limits::PROPERTY_KEY.check("key", &act.key)?;
        let member = self.target_or_self(by, &act.user_uuid)?;
        let rule = self.template.member_property(&act.key);
        self.may(by, rule, &act.key, Whom::Member(member), Verb::Delete)?;
        if member.properties.contains_key(&act.key) {
            out.push(Body::MemberPropertiesDeleted(v1::RoomMemberPropertiesDeleted {
                user_uuid: member.user_uuid.clone(),
                keys: vec![act.key.clone()],
            }));
        }
        Ok(())
    }

    /// Key, value, and who else has it: 404, 1007, 1012. Permission apart.
    pub(super) fn check_member_property(
        &self,
        user_uuid: &str,
        key: &str,
        value: &str,
    ) -> Result<(), Refusal> {
        limits::PROPERTY_KEY.check("key", key)?;
        limits::PROPERTY_VALUE.check("value", value)?;
        let undeclared = || {
            let message = format!("the template declares no member property `{key}`");
            Refusal::of_field(Code::NotFound, "key", message)
        };
        let rule = self.template.member_property(key).ok_or_else(undeclared)?;
        if !rule.exclusive && rule.concurrency.is_none() {
            return Ok(());
        }
        let others = || self.mirror.members().filter(|member| member.user_uuid != user_uuid);
        let held = || others().filter_map(|member| member.properties.get(key));
        if rule.exclusive && held().next().is_some() {
            let message = "the property is exclusive and another member has it";
            return Err(Refusal::of_field(Code::MemberPropertyExists, "key", message));
        }
        if let Some(concurrency) = &rule.concurrency {
            let counts = |value: &str| concurrency.value_map.as_ref().is_none_or(|map| map.value == value);
            if counts(value) && held().filter(|value| counts(value)).count() >= concurrency.limit as usize {
                let message = format!("at most {} members have it at once", concurrency.limit);
                return Err(Refusal::of_field(Code::ConcurrencyExceeded, "key", message));
            }
        }
        Ok(())
    }
}

pub(super) fn too_many_member_properties() -> Refusal {
    let message = format!("a member has at most {} properties", limits::MEMBER_PROPERTIES_MAX);
    Refusal::of_field(Code::QuotaExceeded, "properties", message)
}
