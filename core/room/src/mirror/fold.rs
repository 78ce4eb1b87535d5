//! One event applied. Each body changes only what it names: a member's associated properties, for example, go by an
//! event of their own.

use std::collections::BTreeMap;

use parlor_protocol::v1::room_event::Body;
use parlor_protocol::v1::{self, RoomStream};

use super::ban::tidy_bans;
use super::{Applied, Gap, Mirror};

impl Mirror {
    /// Applies the event that follows `at`; [`Gap`] if it does not, and then nothing changed. An event without body
    /// counts and changes nothing else, and so does whatever comes after the end.
    pub fn apply(&mut self, event: &v1::RoomEvent) -> Result<Applied, Gap> {
        let expected = self.at.seq.wrapping_add(1);
        if event.seq != expected {
            return Err(Gap { expected, found: event.seq });
        }
        self.at.seq = expected;
        let mut applied = Applied::default();
        if let (Some(body), None) = (&event.body, &self.ended) {
            self.fold(body, &mut applied);
        }
        Ok(applied)
    }

    pub(super) fn fold(&mut self, body: &Body, applied: &mut Applied) {
        match body {
            Body::MemberJoined(joined) => {
                if let Some(member) = &joined.member {
                    self.put_member(member.clone());
                }
            }
            Body::EndpointJoined(joined) => self.endpoint_joined(joined),
            Body::EndpointLeft(left) => self.endpoint_left(left),
            Body::MemberLeft(left) => applied.gone.extend(self.take_member(&left.user_uuid)),
            Body::MemberNameChanged(change) => {
                self.edit(&change.user_uuid, |member| member.user_name.clone_from(&change.user_name));
            }
            Body::RolesChanged(changed) => {
                for change in &changed.changes {
                    self.edit(&change.user_uuid, |member| member.role.clone_from(&change.new_role));
                }
            }
            Body::MemberExtChanged(change) => {
                self.edit(&change.user_uuid, |member| member.ext.clone_from(&change.ext));
            }
            Body::MemberAvatarChanged(change) => {
                self.edit(&change.user_uuid, |member| member.avatar.clone_from(&change.avatar));
            }
            Body::MemberPropertiesChanged(change) => {
                self.edit(&change.user_uuid, |member| member.properties.extend(change.properties.clone()));
            }
            Body::MemberPropertiesDeleted(change) => self.edit(&change.user_uuid, |member| {
                let taken = change.keys.iter().filter_map(|key| member.properties.remove_entry(key));
                applied.deleted.extend(taken);
            }),
            Body::StreamChanged(change) => self.stream_changed(change),
            Body::BanChanged(change) => self.ban_changed(change),
            // The list itself is not in the mirror: members ask for it.
            Body::BlacklistChanged(_) | Body::Command(_) => {}
            Body::ChatPresenceChanged(change) => {
                self.edit_endpoint(change.rtc_uid, |endpoint| endpoint.in_chatroom = change.present);
            }
            Body::RtcPresenceChanged(change) => {
                self.edit_endpoint(change.rtc_uid, |endpoint| endpoint.in_rtc = change.present);
            }
            Body::PropertiesChanged(changed) => {
                for property in &changed.properties {
                    self.put_property(property);
                }
            }
            Body::PropertiesDeleted(deleted) => applied.deleted.extend(self.take_properties(&deleted.keys)),
            Body::LockChanged(change) => self.head.locked = change.locked,
            Body::NameChanged(change) => self.head.room_name.clone_from(&change.room_name),
            Body::ExtChanged(change) => self.head.ext.clone_from(&change.ext),
            Body::MaxMembersChanged(change) => self.head.max_members = change.max_members,
            Body::BlacklistEnabledChanged(change) => self.head.blacklist_enabled = change.enabled,
            Body::MultiDeviceChanged(change) => self.head.multi_device = change.enabled,
            Body::LifetimeChanged(change) => self.head.ends_at_ms = change.ends_at_ms,
            Body::Ended(ended) => {
                self.ended = Some(ended.reason.clone());
                self.devices.clear();
                applied.gone.extend(std::mem::take(&mut self.members).into_values());
            }
        }
    }

    pub(super) fn put_member(&mut self, mut member: v1::RoomMember) {
        tidy_bans(&mut member.bans);
        self.take_member(&member.user_uuid);
        for endpoint in &member.endpoints {
            self.devices.insert(endpoint.rtc_uid, member.user_uuid.clone());
        }
        self.members.insert(member.user_uuid.clone(), member);
    }

    fn take_member(&mut self, user_uuid: &str) -> Option<v1::RoomMember> {
        let member = self.members.remove(user_uuid)?;
        for endpoint in &member.endpoints {
            self.devices.remove(&endpoint.rtc_uid);
        }
        Some(member)
    }

    fn edit(&mut self, user_uuid: &str, edit: impl FnOnce(&mut v1::RoomMember)) {
        if let Some(member) = self.members.get_mut(user_uuid) {
            edit(member);
        }
    }

    fn edit_endpoint(&mut self, rtc_uid: i64, edit: impl FnOnce(&mut v1::RoomEndpoint)) {
        let owner = self.devices.get(&rtc_uid).and_then(|user_uuid| self.members.get_mut(user_uuid));
        if let Some(endpoint) =
            owner.and_then(|member| member.endpoints.iter_mut().find(|endpoint| endpoint.rtc_uid == rtc_uid))
        {
            edit(endpoint);
        }
    }

    fn endpoint_joined(&mut self, joined: &v1::RoomEndpointJoined) {
        let (Some(endpoint), Some(member)) = (&joined.endpoint, self.members.get_mut(&joined.user_uuid))
        else {
            return;
        };
        member.endpoints.retain(|present| present.rtc_uid != endpoint.rtc_uid);
        member.endpoints.push(endpoint.clone());
        self.devices.insert(endpoint.rtc_uid, joined.user_uuid.clone());
    }

    fn endpoint_left(&mut self, left: &v1::RoomEndpointLeft) {
        if let Some(member) = self.members.get_mut(&left.user_uuid) {
            member.endpoints.retain(|endpoint| endpoint.rtc_uid != left.rtc_uid);
            self.devices.remove(&left.rtc_uid);
        }
    }

    fn stream_changed(&mut self, change: &v1::RoomStreamChanged) {
        self.edit_endpoint(change.rtc_uid, |endpoint| match change.stream() {
            RoomStream::Audio => endpoint.audio_on = change.on,
            RoomStream::Video => endpoint.video_on = change.on,
            RoomStream::SubVideo => endpoint.sharing_screen = change.on,
            RoomStream::SystemAudio => endpoint.sharing_system_audio = change.on,
            RoomStream::AudioConnection => endpoint.audio_connected = change.on,
            RoomStream::Unspecified => {}
        });
    }

    fn ban_changed(&mut self, change: &v1::RoomBanChanged) {
        let bans = match change.user_uuid.as_str() {
            "" => &mut self.head.bans,
            user_uuid => match self.members.get_mut(user_uuid) {
                Some(member) => &mut member.bans,
                None => return,
            },
        };
        *bans = Mirror::changed_bans(bans.take(), change);
    }

    fn put_property(&mut self, property: &v1::RoomProperty) {
        let properties = &mut self.head.properties;
        match properties.binary_search_by(|present| present.key.cmp(&property.key)) {
            Ok(place) => properties[place].clone_from(property),
            Err(place) => properties.insert(place, property.clone()),
        }
    }

    fn take_properties(&mut self, keys: &[String]) -> BTreeMap<String, String> {
        let properties = &mut self.head.properties;
        let taken = keys.iter().filter_map(|key| {
            let place = properties.binary_search_by(|present| present.key.cmp(key)).ok()?;
            let property = properties.remove(place);
            Some((property.key, property.value))
        });
        taken.collect()
    }
}
