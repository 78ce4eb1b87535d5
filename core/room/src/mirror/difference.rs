//! What happened between two states, as events: for listeners after a mirror was replaced.

use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::room_event::Body;
use parlor_protocol::v1::{self, RoomBanKind, RoomStream};

use super::ban::ban_of;
use super::{Applied, Mirror};

const STREAMS: [RoomStream; 5] = [
    RoomStream::Audio,
    RoomStream::Video,
    RoomStream::SubVideo,
    RoomStream::SystemAudio,
    RoomStream::AudioConnection,
];

const BANS: [RoomBanKind; 3] = [RoomBanKind::Chat, RoomBanKind::Audio, RoomBanKind::Video];

impl Mirror {
    /// What turns `self` into `other`, as events without number, time and author: folded in their order they make the
    /// contents equal, as far as events can say it (what a room is made with never changes). Who did it and why is not
    /// known any more: reasons are `UNKNOWN`, and a ban's `duration_s` is 0 with its `until_ms` in place. Somebody who left
    /// and came back in between leaves and joins.
    pub fn difference(&self, other: &Mirror) -> Vec<v1::RoomEvent> {
        let mut steps = Steps { now: self.clone(), events: Vec::new() };
        if self.ended.is_none() {
            steps.members_left(other);
            steps.head(other);
            for member in other.members() {
                steps.member(member);
            }
            steps.ended(other);
        }
        steps.events
    }
}

/// The way from one state to the other, and how far it has come.
struct Steps {
    now: Mirror,
    events: Vec<v1::RoomEvent>,
}

impl Steps {
    fn step(&mut self, body: Body) {
        self.now.fold(&body, &mut Applied::default());
        self.events.push(v1::RoomEvent { body: Some(body), ..v1::RoomEvent::default() });
    }

    fn step_if(&mut self, changed: bool, body: impl FnOnce() -> Body) {
        if changed {
            self.step(body());
        }
    }

    fn members_left(&mut self, other: &Mirror) {
        if other.ended.is_some() {
            return;
        }
        let gone = self.now.members.keys().filter(|user_uuid| other.member(user_uuid).is_none());
        for user_uuid in gone.cloned().collect::<Vec<_>>() {
            self.leave(user_uuid);
        }
    }

    fn leave(&mut self, user_uuid: String) {
        self.step(Body::MemberLeft(v1::RoomMemberLeft { user_uuid, reason: unknown() }));
    }

    fn head(&mut self, other: &Mirror) {
        let (now, then) = (self.now.head.clone(), &other.head);
        self.step_if(now.room_name != then.room_name, || {
            Body::NameChanged(v1::RoomNameChanged { room_name: then.room_name.clone() })
        });
        self.step_if(now.locked != then.locked, || {
            Body::LockChanged(v1::RoomLockChanged { locked: then.locked })
        });
        self.step_if(now.ext != then.ext, || Body::ExtChanged(v1::RoomExtChanged { ext: then.ext.clone() }));
        self.step_if(now.max_members != then.max_members, || {
            Body::MaxMembersChanged(v1::RoomMaxMembersChanged { max_members: then.max_members })
        });
        self.step_if(now.blacklist_enabled != then.blacklist_enabled, || {
            Body::BlacklistEnabledChanged(v1::RoomBlacklistEnabledChanged { enabled: then.blacklist_enabled })
        });
        self.step_if(now.multi_device != then.multi_device, || {
            Body::MultiDeviceChanged(v1::RoomMultiDeviceChanged { enabled: then.multi_device })
        });
        self.step_if(now.ends_at_ms != then.ends_at_ms, || {
            Body::LifetimeChanged(v1::RoomLifetimeChanged { ends_at_ms: then.ends_at_ms })
        });
        self.bans("", &now.bans, &then.bans);
        let gone = |property: &&v1::RoomProperty| other.property(&property.key).is_none();
        let keys =
            now.properties.iter().filter(gone).map(|property| property.key.clone()).collect::<Vec<_>>();
        self.step_if(!keys.is_empty(), || Body::PropertiesDeleted(v1::RoomPropertiesDeleted { keys }));
        let new = |property: &&v1::RoomProperty| !now.properties.contains(property);
        let properties = then.properties.iter().filter(new).cloned().collect::<Vec<_>>();
        self.step_if(!properties.is_empty(), || {
            Body::PropertiesChanged(v1::RoomPropertiesChanged { properties })
        });
    }

    fn bans(&mut self, user_uuid: &str, now: &Option<v1::RoomBans>, then: &Option<v1::RoomBans>) {
        for kind in BANS {
            let now = now.as_ref().and_then(|bans| ban_of(bans, kind));
            let then = then.as_ref().and_then(|bans| ban_of(bans, kind));
            self.step_if(now != then, || {
                Body::BanChanged(v1::RoomBanChanged {
                    user_uuid: user_uuid.to_owned(),
                    kind: kind.into(),
                    banned: then.is_some(),
                    until_ms: then.map_or(0, |ban| ban.until_ms),
                    ..v1::RoomBanChanged::default()
                })
            });
        }
    }

    fn member(&mut self, then: &v1::RoomMember) {
        if let Some(now) = self.now.member(&then.user_uuid).cloned() {
            if now.joined_at_ms == then.joined_at_ms {
                self.said(&now, then);
                self.endpoints(&now, then);
            }
            if self.now.member(&then.user_uuid) == Some(then) {
                return;
            }
            self.leave(then.user_uuid.clone());
        }
        self.step(Body::MemberJoined(v1::RoomMemberJoined { member: Some(then.clone()) }));
    }

    /// Everything of a member but its devices.
    fn said(&mut self, now: &v1::RoomMember, then: &v1::RoomMember) {
        let user_uuid = || then.user_uuid.clone();
        self.step_if(now.user_name != then.user_name, || {
            let user_name = then.user_name.clone();
            Body::MemberNameChanged(v1::RoomMemberNameChanged { user_uuid: user_uuid(), user_name })
        });
        self.step_if(now.role != then.role, || {
            let (old_role, new_role) = (now.role.clone(), then.role.clone());
            let changes = vec![v1::RoomRoleChanged { user_uuid: user_uuid(), old_role, new_role }];
            Body::RolesChanged(v1::RoomRolesChanged { changes })
        });
        self.step_if(now.avatar != then.avatar, || {
            let avatar = then.avatar.clone();
            Body::MemberAvatarChanged(v1::RoomMemberAvatarChanged { user_uuid: user_uuid(), avatar })
        });
        self.step_if(now.ext != then.ext, || {
            Body::MemberExtChanged(v1::RoomMemberExtChanged { user_uuid: user_uuid(), ext: then.ext.clone() })
        });
        let gone = |key: &&String| !then.properties.contains_key(*key);
        let keys = now.properties.keys().filter(gone).cloned().collect::<Vec<_>>();
        self.step_if(!keys.is_empty(), || {
            Body::MemberPropertiesDeleted(v1::RoomMemberPropertiesDeleted { user_uuid: user_uuid(), keys })
        });
        let mut properties = then.properties.clone();
        properties.retain(|key, value| now.properties.get(key) != Some(value));
        self.step_if(!properties.is_empty(), || {
            let user_uuid = user_uuid();
            Body::MemberPropertiesChanged(v1::RoomMemberPropertiesChanged { user_uuid, properties })
        });
        self.bans(&then.user_uuid, &now.bans, &then.bans);
    }

    fn endpoints(&mut self, now: &v1::RoomMember, then: &v1::RoomMember) {
        let user_uuid = || then.user_uuid.clone();
        for endpoint in &then.endpoints {
            match now.endpoints.iter().find(|present| present.rtc_uid == endpoint.rtc_uid) {
                Some(present) => self.endpoint(&then.user_uuid, present, endpoint),
                None => self.step(Body::EndpointJoined(v1::RoomEndpointJoined {
                    user_uuid: user_uuid(),
                    endpoint: Some(endpoint.clone()),
                })),
            }
        }
        for endpoint in &now.endpoints {
            let rtc_uid = endpoint.rtc_uid;
            let gone = then.endpoints.iter().all(|present| present.rtc_uid != rtc_uid);
            self.step_if(gone, || {
                Body::EndpointLeft(v1::RoomEndpointLeft {
                    user_uuid: user_uuid(),
                    rtc_uid,
                    reason: unknown(),
                })
            });
        }
    }

    fn endpoint(&mut self, user_uuid: &str, now: &v1::RoomEndpoint, then: &v1::RoomEndpoint) {
        let rtc_uid = then.rtc_uid;
        for stream in STREAMS {
            let on = Mirror::is_on(then, stream);
            self.step_if(Mirror::is_on(now, stream) != on, || {
                Body::StreamChanged(v1::RoomStreamChanged {
                    user_uuid: user_uuid.to_owned(),
                    rtc_uid,
                    stream: stream.into(),
                    on,
                })
            });
        }
        self.step_if(now.in_chatroom != then.in_chatroom, || {
            Body::ChatPresenceChanged(v1::RoomChatPresenceChanged {
                user_uuid: user_uuid.to_owned(),
                rtc_uid,
                present: then.in_chatroom,
            })
        });
        self.step_if(now.in_rtc != then.in_rtc, || {
            Body::RtcPresenceChanged(v1::RoomRtcPresenceChanged {
                user_uuid: user_uuid.to_owned(),
                rtc_uid,
                present: then.in_rtc,
            })
        });
    }

    fn ended(&mut self, other: &Mirror) {
        if let Some(reason) = &other.ended {
            self.step(Body::Ended(v1::RoomEnded { reason: reason.clone() }));
        }
    }
}

fn unknown() -> String {
    EndReason::Unknown.name().to_owned()
}
