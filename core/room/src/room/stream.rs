//! Microphone, camera, screen and system sound of a device: switched by its member, or off by somebody who may.

use parlor_protocol::Code;
use parlor_protocol::v1::{self, RoomEndpoint, RoomStream};

use super::Room;
use super::act::required;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::mirror::Mirror;
use crate::template::{Rule, Stream, Verb};
use parlor_protocol::Refusal;

impl Room {
    pub(super) fn set_stream(
        &self,
        out: &mut Draft,
        by: By<'_>,
        now_ms: i64,
        act: &v1::ActSetStream,
    ) -> Result<(), Refusal> {
        if act.stream() == RoomStream::Unspecified {
            return Err(required("stream"));
        }
        let member = self.target_or_self(by, &act.user_uuid)?;
        let endpoints = chosen(by, member, act)?;
        match Stream::from_wire(act.stream()) {
            Some(stream) => self.may_switch(by, member, &endpoints, stream, act.on, now_ms)?,
            None if by.is(&member.user_uuid) => {}
            None => {
                let message = "only its own member connects and disconnects a device's audio";
                return Err(Refusal::new(Code::Forbidden, message));
            }
        }
        for endpoint in endpoints {
            out.stream(member, endpoint, act.stream(), act.on);
        }
        Ok(())
    }

    fn may_switch(
        &self,
        by: By<'_>,
        member: &v1::RoomMember,
        endpoints: &[&RoomEndpoint],
        stream: Stream,
        on: bool,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let rule = self.template.permissions.member.streams.get(&stream);
        let verb = if on { Verb::Put } else { Verb::Delete };
        let allowed = self.may(by, rule, stream.name(), Whom::Member(member), verb);
        if !on {
            return allowed;
        }
        allowed.map_err(|refusal| match (refusal.code, stream) {
            (Code::Forbidden, Stream::SubVideo) => {
                Refusal::new(Code::ScreenShareForbidden, "the role may not share its screen")
            }
            _ => refusal,
        })?;
        if self.mirror.head().resources.is_none_or(|resources| !resources.rtc) {
            return Err(Refusal::new(Code::NotSupported, "the room was made without calls"));
        }
        if let Some(kind) = stream.ban() {
            self.not_banned(&member.role, member.bans.as_ref(), kind, now_ms)?;
        }
        rule.map_or(Ok(()), |rule| self.check_streams(rule, endpoints, stream))
    }

    /// 1012 if more devices would have the stream on than may.
    fn check_streams(&self, rule: &Rule, wanted: &[&RoomEndpoint], stream: Stream) -> Result<(), Refusal> {
        let Some(concurrency) = &rule.concurrency else {
            return Ok(());
        };
        let is_on = |endpoint: &RoomEndpoint| Mirror::is_on(endpoint, stream.to_wire());
        let new = wanted.iter().filter(|endpoint| !is_on(endpoint)).count();
        let all = self.mirror.members().flat_map(|member| &member.endpoints);
        if new > 0 && all.filter(|endpoint| is_on(endpoint)).count() + new > concurrency.limit as usize {
            let message = format!("at most {} have `{}` on at once", concurrency.limit, stream.name());
            return Err(Refusal::new(Code::ConcurrencyExceeded, message));
        }
        Ok(())
    }
}

/// The devices that an act means: the named one; else, of oneself the acting one, of somebody else all of them, or the
/// longest present when it is to be switched on.
fn chosen<'a>(
    by: By<'a>,
    member: &'a v1::RoomMember,
    act: &v1::ActSetStream,
) -> Result<Vec<&'a RoomEndpoint>, Refusal> {
    let own = match by {
        By::Member { member: own, endpoint } if own.user_uuid == member.user_uuid => Some(endpoint),
        _ => None,
    };
    Ok(match (act.rtc_uid, own) {
        (0, Some(endpoint)) => vec![endpoint],
        (0, None) if act.on => member.endpoints.iter().take(1).collect(),
        (0, None) => member.endpoints.iter().collect(),
        (rtc_uid, _) => {
            let named = member.endpoints.iter().find(|endpoint| endpoint.rtc_uid == rtc_uid);
            let absent = || {
                Refusal::of_field(
                    Code::TargetMemberNotFound,
                    "rtc_uid",
                    "the member has no such device in the room",
                )
            };
            vec![named.ok_or_else(absent)?]
        }
    })
}
