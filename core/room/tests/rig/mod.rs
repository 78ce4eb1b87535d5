//! A room in a test: every step is decided, checked against a fold and a record of its own, and applied.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "each test file uses its part, and stops where it is surprised"
)]

use parlor_protocol::Refusal;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::room_event::Body;
use parlor_protocol::{Code, v1};
use parlor_room::{Actor, Applied, Create, Decided, Join, Mirror, Room, ServerAct, Template, builtin};

pub(crate) const START_MS: i64 = 1_000_000;

pub(crate) struct Rig {
    pub(crate) room: Room,
    /// A client's mirror, which folds the same events.
    pub(crate) mirror: Mirror,
    pub(crate) template: Template,
    pub(crate) now_ms: i64,
    next_rtc_uid: i64,
}

/// What happened, for assertions: names and values, without numbers.
pub(crate) type Seen = Result<Vec<String>, Code>;

pub(crate) fn create() -> Create {
    Create {
        archive_id: 7,
        room_uuid: "room".into(),
        template_id: 40,
        created_at_ms: START_MS,
        epoch: 3,
        owner: "owner".into(),
        chat_room_id: 9,
        ..Create::default()
    }
}

impl Rig {
    pub(crate) fn meeting() -> Rig {
        Rig::new(builtin(40).unwrap(), create())
    }

    pub(crate) fn of(json: &str) -> Rig {
        Rig::new(Template::parse(json).unwrap(), create())
    }

    pub(crate) fn new(template: Template, create: Create) -> Rig {
        let room = Room::create(template.clone(), create).unwrap();
        Rig { mirror: room.mirror().clone(), room, template, now_ms: START_MS, next_rtc_uid: 100 }
    }

    /// Applies what was decided, and checks that the events say everything.
    pub(crate) fn commit(&mut self, decided: Decided) -> Vec<Applied> {
        let base = self.mirror.clone();
        let mut all = Vec::new();
        for event in &decided.events {
            let applied = self.room.apply(event).unwrap();
            assert_eq!(self.mirror.apply(event).unwrap(), applied);
            assert_eq!(event.at_ms, self.now_ms);
            all.push(applied);
        }
        assert_eq!(&self.mirror, self.room.mirror());
        let loaded = Room::load(self.template.clone(), self.room.record(), *self.room.mirror().at());
        assert_eq!(loaded, self.room);
        self.check_difference(base);
        all
    }

    fn check_difference(&self, mut base: Mirror) {
        for mut event in base.difference(&self.mirror) {
            event.seq = base.at().seq + 1;
            base.apply(&event).unwrap();
        }
        assert_eq!(base.head(), self.mirror.head());
        assert!(base.members().eq(self.mirror.members()));
        assert_eq!(base.ended(), self.mirror.ended());
    }

    pub(crate) fn see(&mut self, decided: Result<Decided, Refusal>) -> Seen {
        let decided = decided.map_err(|refusal| refusal.code)?;
        let seen = decided.events.iter().map(|event| words(event.body.as_ref().unwrap())).collect();
        self.commit(decided);
        Ok(seen)
    }

    pub(crate) fn a_join(&mut self, user_uuid: &str, device_id: &str, role: &str) -> Join {
        self.next_rtc_uid += 1;
        Join {
            user_uuid: user_uuid.into(),
            user_name: user_uuid.to_uppercase(),
            role: role.into(),
            password_right: true,
            endpoint: v1::RoomEndpoint {
                rtc_uid: self.next_rtc_uid,
                device_id: device_id.into(),
                ..v1::RoomEndpoint::default()
            },
            ..Join::default()
        }
    }

    pub(crate) fn join(&mut self, user_uuid: &str, device_id: &str, role: &str) -> Seen {
        let join = self.a_join(user_uuid, device_id, role);
        self.join_as(&join)
    }

    pub(crate) fn join_as(&mut self, join: &Join) -> Seen {
        let decided = self.room.join(self.now_ms, join);
        self.see(decided)
    }

    /// Host h, cohost c, members m and n, observer o, each on a device `d`.
    pub(crate) fn fill(mut self) -> Rig {
        for (user_uuid, role) in [("h", "host"), ("c", "cohost"), ("m", ""), ("n", ""), ("o", "observer")] {
            self.join(user_uuid, "d", role).unwrap();
        }
        self
    }

    pub(crate) fn actor(&self, user_uuid: &str) -> Actor {
        match self.mirror.member(user_uuid) {
            _ if user_uuid.is_empty() => Actor::Server,
            Some(member) => {
                Actor::Member { user_uuid: user_uuid.into(), rtc_uid: member.endpoints[0].rtc_uid }
            }
            None => Actor::Member { user_uuid: user_uuid.into(), rtc_uid: 1 },
        }
    }

    /// By the member's first device; empty is the server.
    pub(crate) fn act(&mut self, user_uuid: &str, act: Act) -> Seen {
        let decided = self.room.act(self.now_ms, &self.actor(user_uuid), &act);
        self.see(decided)
    }

    pub(crate) fn server(&mut self, act: ServerAct) -> Seen {
        let decided = self.room.server_act(self.now_ms, act);
        self.see(decided)
    }

    pub(crate) fn due(&mut self) -> Seen {
        let decided = self.room.due(self.now_ms);
        self.see(Ok(decided))
    }

    pub(crate) fn gone(&mut self, rtc_uid: i64, reason: EndReason) -> Seen {
        let decided = self.room.gone(self.now_ms, rtc_uid, reason);
        self.see(Ok(decided))
    }

    pub(crate) fn role(&self, user_uuid: &str) -> &str {
        self.mirror.member(user_uuid).map_or("-", |member| &member.role)
    }

    pub(crate) fn devices(&self, user_uuid: &str) -> Vec<&str> {
        let member = self.mirror.member(user_uuid);
        member.map_or(Vec::new(), |member| {
            member.endpoints.iter().map(|endpoint| endpoint.device_id.as_str()).collect()
        })
    }

    pub(crate) fn rtc_uid(&self, user_uuid: &str, device_id: &str) -> i64 {
        let endpoints = &self.mirror.member(user_uuid).unwrap().endpoints;
        endpoints.iter().find(|endpoint| endpoint.device_id == device_id).unwrap().rtc_uid
    }
}

fn words(body: &Body) -> String {
    match body {
        Body::MemberJoined(e) => {
            let member = e.member.as_ref().unwrap();
            format!("joined {} {}", member.user_uuid, member.role)
        }
        Body::EndpointJoined(e) => {
            format!("device joined {} {}", e.user_uuid, e.endpoint.as_ref().unwrap().device_id)
        }
        Body::EndpointLeft(e) => format!("device left {} {}", e.user_uuid, e.reason),
        Body::MemberLeft(e) => format!("left {} {}", e.user_uuid, e.reason),
        Body::MemberNameChanged(e) => format!("name {} {}", e.user_uuid, e.user_name),
        Body::RolesChanged(e) => {
            let all = e.changes.iter().map(|c| format!("{}:{}>{}", c.user_uuid, c.old_role, c.new_role));
            format!("roles {}", all.collect::<Vec<_>>().join(" "))
        }
        Body::MemberAvatarChanged(e) => format!("avatar {} {}", e.user_uuid, e.avatar),
        Body::MemberExtChanged(e) => format!("ext {} {}", e.user_uuid, e.ext),
        Body::MemberPropertiesChanged(e) => format!("member props {} {:?}", e.user_uuid, e.properties),
        Body::MemberPropertiesDeleted(e) => format!("member props gone {} {:?}", e.user_uuid, e.keys),
        Body::StreamChanged(e) => {
            format!("{:?} {} {}", e.stream(), if e.on { "on" } else { "off" }, e.user_uuid)
        }
        Body::BanChanged(e) => {
            let whom = if e.user_uuid.is_empty() { "room" } else { &e.user_uuid };
            format!("{} {:?} {whom} {}", if e.banned { "ban" } else { "unban" }, e.kind(), e.until_ms)
        }
        Body::BlacklistChanged(e) => {
            format!("{} {}", if e.listed { "listed" } else { "unlisted" }, e.user_uuid)
        }
        Body::RtcPresenceChanged(e) => format!("rtc {} {}", e.user_uuid, e.present),
        Body::ChatPresenceChanged(e) => format!("chat {} {}", e.user_uuid, e.present),
        Body::PropertiesChanged(e) => {
            let all = e.properties.iter().map(|p| format!("{}={}", p.key, p.value));
            format!("props {}", all.collect::<Vec<_>>().join(" "))
        }
        Body::PropertiesDeleted(e) => format!("props gone {}", e.keys.join(" ")),
        Body::LockChanged(e) => format!("locked {}", e.locked),
        Body::NameChanged(e) => format!("room name {}", e.room_name),
        Body::ExtChanged(e) => format!("room ext {}", e.ext),
        Body::MaxMembersChanged(e) => format!("max {}", e.max_members),
        Body::BlacklistEnabledChanged(e) => format!("blacklist {}", e.enabled),
        Body::MultiDeviceChanged(e) => format!("multi device {}", e.enabled),
        Body::LifetimeChanged(e) => format!("ends {}", e.ends_at_ms),
        Body::Command(e) => format!("command {} {}", e.command_id, e.data),
        Body::Ended(e) => format!("ended {}", e.reason),
    }
}

/// What a decision should have said.
pub(crate) fn says<const N: usize>(words: [&str; N]) -> Seen {
    Ok(words.map(str::to_owned).to_vec())
}

pub(crate) mod acts {
    //! Acts in one line.

    use super::*;

    pub(crate) fn leave(all_devices: bool) -> Act {
        Act::Leave(v1::ActLeave { all_devices })
    }
    pub(crate) fn end() -> Act {
        Act::End(v1::ActEnd {})
    }
    pub(crate) fn lock(locked: bool) -> Act {
        Act::SetLock(v1::ActSetLock { locked })
    }
    pub(crate) fn room_name(name: &str) -> Act {
        Act::SetRoomName(v1::ActSetRoomName { room_name: name.into() })
    }
    pub(crate) fn room_ext(ext: &str) -> Act {
        Act::SetRoomExt(v1::ActSetRoomExt { ext: ext.into() })
    }
    pub(crate) fn enable_blacklist(enabled: bool) -> Act {
        Act::EnableBlacklist(v1::ActEnableBlacklist { enabled })
    }
    pub(crate) fn multi_device(enabled: bool) -> Act {
        Act::EnableMultiDevice(v1::ActEnableMultiDevice { enabled })
    }
    pub(crate) fn name(user_uuid: &str, user_name: &str) -> Act {
        Act::ChangeName(v1::ActChangeName { user_uuid: user_uuid.into(), user_name: user_name.into() })
    }
    pub(crate) fn ext(ext: &str) -> Act {
        Act::ChangeExt(v1::ActChangeExt { ext: ext.into() })
    }
    pub(crate) fn profile(user_uuid: &str, avatar: Option<&str>, ext: Option<&str>) -> Act {
        Act::ChangeProfile(v1::ActChangeProfile {
            user_uuid: user_uuid.into(),
            avatar: avatar.map(Into::into),
            ext: ext.map(Into::into),
        })
    }
    pub(crate) fn roles(changes: &[(&str, &str)]) -> Act {
        let change = |(user_uuid, role): &(&str, &str)| v1::ActChangeRole {
            user_uuid: (*user_uuid).into(),
            role: (*role).into(),
        };
        Act::ChangeRoles(v1::ActChangeRoles { changes: changes.iter().map(change).collect() })
    }
    pub(crate) fn hand_over(user_uuid: &str, keep: bool) -> Act {
        Act::HandOver(v1::ActHandOver { user_uuid: user_uuid.into(), keep })
    }
    pub(crate) fn kick(user_uuid: &str, to_blacklist: bool) -> Act {
        Act::Kick(v1::ActKick { user_uuid: user_uuid.into(), to_blacklist })
    }
    pub(crate) fn kick_device(device_id: &str) -> Act {
        Act::KickDevice(v1::ActKickDevice { device_id: device_id.into() })
    }
    pub(crate) fn blacklist(user_uuid: &str, listed: bool) -> Act {
        Act::Blacklist(v1::ActBlacklist {
            user_uuid: user_uuid.into(),
            listed,
            ..v1::ActBlacklist::default()
        })
    }
    pub(crate) fn ban(user_uuid: &str, kind: v1::RoomBanKind, banned: bool, duration_s: i64) -> Act {
        Act::Ban(v1::ActBan {
            user_uuid: user_uuid.into(),
            kind: kind.into(),
            banned,
            duration_s,
            notify_ext: String::new(),
        })
    }
    pub(crate) fn prop(key: &str, value: &str, associated: &str) -> Act {
        Act::SetRoomProperty(v1::ActSetRoomProperty {
            key: key.into(),
            value: value.into(),
            associated_user_uuid: associated.into(),
        })
    }
    pub(crate) fn no_prop(key: &str) -> Act {
        Act::DeleteRoomProperty(v1::ActDeleteRoomProperty { key: key.into() })
    }
    pub(crate) fn member_prop(user_uuid: &str, key: &str, value: &str) -> Act {
        Act::SetMemberProperty(v1::ActSetMemberProperty {
            user_uuid: user_uuid.into(),
            key: key.into(),
            value: value.into(),
        })
    }
    pub(crate) fn no_member_prop(user_uuid: &str, key: &str) -> Act {
        Act::DeleteMemberProperty(v1::ActDeleteMemberProperty {
            user_uuid: user_uuid.into(),
            key: key.into(),
        })
    }
    pub(crate) fn stream(user_uuid: &str, rtc_uid: i64, stream: v1::RoomStream, on: bool) -> Act {
        Act::SetStream(v1::ActSetStream { user_uuid: user_uuid.into(), rtc_uid, stream: stream.into(), on })
    }
    pub(crate) fn chat(present: bool) -> Act {
        Act::ChatPresence(v1::ActChatPresence { present })
    }
    pub(crate) fn command(command_id: i32, data: &str, user_uuids: &[&str], roles: &[&str]) -> Act {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Act::Command(v1::ActCommand {
            command_id,
            data: data.into(),
            user_uuids: owned(user_uuids),
            roles: owned(roles),
        })
    }
}
