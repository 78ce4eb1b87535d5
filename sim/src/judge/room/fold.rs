//! What each event changes in the model.

use super::Room;
use parlor_protocol::v1::{self, room_event::Body};

impl Room {
    /// The event happened.
    pub(super) fn fold(&mut self, event: &v1::RoomEvent) {
        self.seq = event.seq;
        self.log.insert(event.seq, event.clone());
        if let Some(body) = &event.body {
            self.change(event, body);
        }
    }

    /// A command that its sender said before: apps never say the same twice.
    pub(super) fn said(&self, event: &v1::RoomEvent) -> bool {
        let Some(Body::Command(command)) = &event.body else { return false };
        self.log.values().any(|earlier| match &earlier.body {
            Some(Body::Command(said)) => {
                (&said.sender_uuid, &said.data) == (&command.sender_uuid, &command.data)
            }
            _ => false,
        })
    }

    fn change(&mut self, event: &v1::RoomEvent, body: &Body) {
        match body {
            Body::MemberJoined(joined) => self.comes(joined.member.clone().unwrap_or_default()),
            Body::EndpointJoined(joined) => {
                if let (Some(member), Some(device)) =
                    (self.members.get_mut(&joined.user_uuid), &joined.endpoint)
                {
                    member.endpoints.push(device.clone());
                }
            }
            Body::EndpointLeft(left) => self.device_goes(left),
            Body::MemberLeft(left) => self.goes(left, event.at_ms),
            Body::MemberNameChanged(change) => {
                if let Some(member) = self.members.get_mut(&change.user_uuid) {
                    member.user_name.clone_from(&change.user_name);
                }
            }
            Body::RolesChanged(changed) => {
                for change in &changed.changes {
                    if let Some(member) = self.members.get_mut(&change.user_uuid) {
                        member.role.clone_from(&change.new_role);
                    }
                }
            }
            Body::MemberExtChanged(change) => {
                if let Some(member) = self.members.get_mut(&change.user_uuid) {
                    member.ext.clone_from(&change.ext);
                }
            }
            Body::MemberAvatarChanged(change) => {
                if let Some(member) = self.members.get_mut(&change.user_uuid) {
                    member.avatar.clone_from(&change.avatar);
                }
            }
            Body::MemberPropertiesChanged(change) => {
                if let Some(member) = self.members.get_mut(&change.user_uuid) {
                    for (key, value) in &change.properties {
                        member.properties.insert(key.clone(), value.clone());
                    }
                }
            }
            Body::MemberPropertiesDeleted(change) => {
                if let Some(member) = self.members.get_mut(&change.user_uuid) {
                    member.properties.retain(|key, _| !change.keys.contains(key));
                }
            }
            Body::StreamChanged(change) => self.stream(change),
            Body::BanChanged(change) => self.ban(change),
            Body::BlacklistChanged(change) => {
                match change.listed {
                    true => self.listed.insert(change.user_uuid.clone()),
                    false => self.listed.remove(&change.user_uuid),
                };
            }
            Body::ChatPresenceChanged(change) => {
                let at = self.chat.seq;
                if let Some(device) = self.device_mut(change.rtc_uid) {
                    device.in_chatroom = change.present;
                }
                self.chat.entered(change.rtc_uid, change.present, at);
            }
            Body::RtcPresenceChanged(change) => {
                if let Some(device) = self.device_mut(change.rtc_uid) {
                    device.in_rtc = change.present;
                }
            }
            _ => self.change_room(event, body),
        }
    }

    fn change_room(&mut self, event: &v1::RoomEvent, body: &Body) {
        match body {
            Body::PropertiesChanged(changed) => {
                for property in &changed.properties {
                    let properties = &mut self.head.properties;
                    properties.retain(|p| p.key != property.key);
                    properties.push(property.clone());
                    properties.sort_by(|a, b| a.key.cmp(&b.key));
                    match property.associated_user_uuid.is_empty() && !event.operate_by.is_empty() {
                        true => self.setters.insert(property.key.clone(), event.operate_by.clone()),
                        false => self.setters.remove(&property.key),
                    };
                }
            }
            Body::PropertiesDeleted(deleted) => {
                self.head.properties.retain(|p| !deleted.keys.contains(&p.key));
                self.setters.retain(|key, _| !deleted.keys.contains(key));
            }
            Body::LockChanged(change) => self.head.locked = change.locked,
            Body::NameChanged(change) => self.head.room_name.clone_from(&change.room_name),
            Body::ExtChanged(change) => self.head.ext.clone_from(&change.ext),
            Body::MaxMembersChanged(change) => self.head.max_members = change.max_members,
            Body::BlacklistEnabledChanged(change) => self.head.blacklist_enabled = change.enabled,
            Body::MultiDeviceChanged(change) => self.head.multi_device = change.enabled,
            Body::LifetimeChanged(change) => self.head.ends_at_ms = change.ends_at_ms,
            Body::Ended(ended) => {
                self.ended = Some(ended.reason.clone());
                self.ended_at_ms = event.at_ms;
                for endpoint in &self.endpoints {
                    self.departed.push((endpoint.device.clone(), ended.reason.clone()));
                }
                self.members.clear();
            }
            _ => {}
        }
    }

    fn comes(&mut self, member: v1::RoomMember) {
        self.entered = true;
        self.empty_since_ms = 0;
        self.carried.remove(&member.user_uuid);
        self.members.insert(member.user_uuid.clone(), member);
    }

    fn goes(&mut self, left: &v1::RoomMemberLeft, at_ms: i64) {
        let Some(member) = self.members.remove(&left.user_uuid) else { return };
        for device in &member.endpoints {
            self.departed.push((device.device_id.clone(), left.reason.clone()));
        }
        if let Some(bans) = member.bans {
            self.carried.insert(left.user_uuid.clone(), bans);
        }
        if self.members.is_empty() {
            self.empty_since_ms = at_ms;
        }
    }

    fn device_goes(&mut self, left: &v1::RoomEndpointLeft) {
        let Some(member) = self.members.get_mut(&left.user_uuid) else { return };
        let gone = member.endpoints.iter().find(|device| device.rtc_uid == left.rtc_uid);
        if let Some(gone) = gone {
            self.departed.push((gone.device_id.clone(), left.reason.clone()));
        }
        member.endpoints.retain(|device| device.rtc_uid != left.rtc_uid);
    }

    pub(super) fn device_mut(&mut self, rtc_uid: i64) -> Option<&mut v1::RoomEndpoint> {
        let mut devices = self.members.values_mut().flat_map(|member| &mut member.endpoints);
        devices.find(|device| device.rtc_uid == rtc_uid)
    }

    fn stream(&mut self, change: &v1::RoomStreamChanged) {
        let on = change.on;
        let Some(device) = self.device_mut(change.rtc_uid) else { return };
        match change.stream {
            1 => device.audio_on = on,
            2 => device.video_on = on,
            3 => device.sharing_screen = on,
            4 => device.sharing_system_audio = on,
            5 => device.audio_connected = on,
            _ => {}
        }
    }

    fn ban(&mut self, change: &v1::RoomBanChanged) {
        let ban = change.banned.then_some(v1::RoomBan { banned: true, until_ms: change.until_ms });
        let set = |kinds: &mut v1::RoomBans| match change.kind {
            1 => kinds.chat = ban,
            2 => kinds.audio = ban,
            _ => kinds.video = ban,
        };
        let bans = match self.members.get_mut(&change.user_uuid) {
            _ if change.user_uuid.is_empty() => &mut self.head.bans,
            Some(member) => &mut member.bans,
            None => return set(self.carried.entry(change.user_uuid.clone()).or_default()),
        };
        let mut kinds = bans.unwrap_or_default();
        set(&mut kinds);
        *bans = (kinds != v1::RoomBans::default()).then_some(kinds);
    }
}

/// A ban holds at that moment.
pub(super) fn in_force(ban: &v1::RoomBan, now_ms: i64) -> bool {
    ban.banned && (ban.until_ms == 0 || ban.until_ms > now_ms)
}
