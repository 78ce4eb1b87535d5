//! Bans of chat, microphone and camera: of one member for a while or for good, or of the whole room.

use parlor_protocol::Code;
use parlor_protocol::limits::{self, check_range};
use parlor_protocol::v1::{self, RoomBanKind, RoomStream, room_event::Body};

use super::Room;
use super::act::required;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::mirror::Mirror;
use crate::template::{Action, Stream, Verb};
use parlor_protocol::Refusal;

impl Room {
    /// Whether that member may send into the room's chat now: 1021 for whoever is not in the room, 403 for the banned.
    pub fn may_chat(&self, user_uuid: &str, now_ms: i64) -> Result<(), Refusal> {
        self.alive()?;
        let member = self
            .mirror
            .member(user_uuid)
            .ok_or_else(|| Refusal::new(Code::RoomMemberNotFound, "the sender is not in the room"))?;
        self.not_banned(&member.role, member.bans.as_ref(), RoomBanKind::Chat, now_ms)
    }

    /// Refuses what a ban of the member, or one of the room that binds the role, forbids.
    pub(super) fn not_banned(
        &self,
        role: &str,
        bans: Option<&v1::RoomBans>,
        kind: RoomBanKind,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let of_room = Mirror::live_ban(self.mirror.head().bans.as_ref(), kind, now_ms);
        if Mirror::live_ban(bans, kind, now_ms).is_some() {
            return Err(Refusal::new(Code::Forbidden, "the member is banned from this"));
        }
        if of_room.is_some() && !self.may_ban_room(role) {
            return Err(Refusal::new(Code::Forbidden, "the whole room is banned from this"));
        }
        Ok(())
    }

    /// Whoever may ban the room is not bound by it: a host that silences everybody goes on speaking.
    fn may_ban_room(&self, role: &str) -> bool {
        let rule = self.template.permissions.actions.get(&Action::BanRoom);
        rule.is_some_and(|rule| rule.roles.iter().any(|expression| expression.is_of(role, Verb::Put)))
    }

    pub(super) fn ban(
        &self,
        out: &mut Draft,
        by: By<'_>,
        now_ms: i64,
        act: &v1::ActBan,
    ) -> Result<(), Refusal> {
        limits::NOTIFY_EXT.check("notify_ext", &act.notify_ext)?;
        check_range("duration_s", 0, limits::BAN_MAX_S, act.duration_s)?;
        let action = match act.kind() {
            RoomBanKind::Chat => Action::BanChat,
            RoomBanKind::Audio => Action::BanAudio,
            RoomBanKind::Video => Action::BanVideo,
            RoomBanKind::Unspecified => return Err(required("kind")),
        };
        let verb = if act.banned { Verb::Put } else { Verb::Delete };
        if act.user_uuid.is_empty() {
            self.may_act(by, Action::BanRoom, Whom::Nobody, verb)?;
            return self.ban_room(out, now_ms, act);
        }
        let user_uuid = act.user_uuid.to_ascii_lowercase();
        if let (Some(bans), false) = (self.absent_bans.get(&user_uuid), act.banned) {
            self.may_act(by, action, Whom::Nobody, verb)?;
            self.change_ban(out, now_ms, act, user_uuid, Some(bans));
            return Ok(());
        }
        let member = self.target(&user_uuid)?;
        self.may_act(by, action, Whom::Member(member), verb)?;
        self.change_ban(out, now_ms, act, user_uuid, member.bans.as_ref());
        if act.banned {
            Self::silence(out, member, act.kind());
        }
        Ok(())
    }

    fn ban_room(&self, out: &mut Draft, now_ms: i64, act: &v1::ActBan) -> Result<(), Refusal> {
        self.change_ban(out, now_ms, act, String::new(), self.mirror.head().bans.as_ref());
        if act.banned {
            for member in self.mirror.members().filter(|member| !self.may_ban_room(&member.role)) {
                Self::silence(out, member, act.kind());
            }
        }
        Ok(())
    }

    /// The event, unless it is so already.
    fn change_ban(
        &self,
        out: &mut Draft,
        now_ms: i64,
        act: &v1::ActBan,
        user_uuid: String,
        bans: Option<&v1::RoomBans>,
    ) {
        let until_ms = if act.duration_s > 0 { now_ms + act.duration_s * 1000 } else { 0 };
        let wanted = act.banned.then_some(v1::RoomBan { banned: true, until_ms });
        if Mirror::live_ban(bans, act.kind(), now_ms) != wanted {
            out.push(Body::BanChanged(v1::RoomBanChanged {
                user_uuid,
                kind: act.kind,
                banned: act.banned,
                duration_s: if act.banned { act.duration_s } else { 0 },
                until_ms: if act.banned { until_ms } else { 0 },
                notify_ext: act.notify_ext.clone(),
            }));
        }
    }

    /// What the ban forbids goes off.
    fn silence(out: &mut Draft, member: &v1::RoomMember, kind: RoomBanKind) {
        let stream = match kind {
            RoomBanKind::Audio => RoomStream::Audio,
            RoomBanKind::Video => RoomStream::Video,
            RoomBanKind::Chat | RoomBanKind::Unspecified => return,
        };
        for endpoint in &member.endpoints {
            out.stream(member, endpoint, stream, false);
        }
    }

    /// Streams go off that the member may not switch on any more, having another role.
    pub(super) fn silence_for_role(&self, out: &mut Draft, now_ms: i64, member: &v1::RoomMember, role: &str) {
        for &stream in Stream::ALL {
            if !self.may_publish(role, member.bans.as_ref(), stream, now_ms) {
                for endpoint in &member.endpoints {
                    out.stream(member, endpoint, stream.to_wire(), false);
                }
            }
        }
    }

    /// Whether somebody of that role, under these bans, may switch that stream of their own on.
    pub(super) fn may_publish(
        &self,
        role: &str,
        bans: Option<&v1::RoomBans>,
        stream: Stream,
        now_ms: i64,
    ) -> bool {
        let rule = self.template.permissions.member.streams.get(&stream);
        let allows = |rule: &crate::template::Rule| {
            rule.roles.iter().any(|expression| expression.allows(role, role, true, Verb::Put))
        };
        let is_free = stream.ban().is_none_or(|kind| self.not_banned(role, bans, kind, now_ms).is_ok());
        rule.is_some_and(allows) && is_free
    }
}

impl Draft {
    /// A stream of a device, if it is not so already.
    pub(super) fn stream(
        &mut self,
        member: &v1::RoomMember,
        endpoint: &v1::RoomEndpoint,
        stream: RoomStream,
        on: bool,
    ) {
        if Mirror::is_on(endpoint, stream) != on {
            self.push(Body::StreamChanged(v1::RoomStreamChanged {
                user_uuid: member.user_uuid.clone(),
                rtc_uid: endpoint.rtc_uid,
                stream: stream.into(),
                on,
            }));
        }
    }
}
