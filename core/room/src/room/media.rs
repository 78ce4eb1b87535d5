//! Who takes part in the room's call.

use parlor_protocol::v1::{self, RoomBanKind, RoomStream, room_event::Body};
use parlor_protocol::{Code, Refusal};

use super::Room;
use crate::decided::Draft;

/// What a device that takes part in the room's call may send, and whether it may listen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallRights {
    /// Its microphone: it is on, its audio is connected, and no ban forbids it.
    pub audio: bool,
    /// Its camera: it is on, and no ban forbids it.
    pub video: bool,
    /// Its screen: it is shared.
    pub sub_video: bool,
    /// The sound of what it shares: it is shared too.
    pub system_audio: bool,
    /// It gets sound: its audio is connected.
    pub hears: bool,
}

/// What a device no longer sends once it is out of the call.
const SENT: [RoomStream; 4] =
    [RoomStream::Audio, RoomStream::Video, RoomStream::SubVideo, RoomStream::SystemAudio];

impl Room {
    /// What that device may in the room's call; nothing is answered for one that takes no part in it.
    pub fn call_rights(&self, rtc_uid: i64, now_ms: i64) -> Option<CallRights> {
        let (member, endpoint) = self.mirror.endpoint(rtc_uid).filter(|(_, endpoint)| endpoint.in_rtc)?;
        let is_free = |kind| self.not_banned(&member.role, member.bans.as_ref(), kind, now_ms).is_ok();
        Some(CallRights {
            audio: endpoint.audio_on && endpoint.audio_connected && is_free(RoomBanKind::Audio),
            video: endpoint.video_on && is_free(RoomBanKind::Video),
            sub_video: endpoint.sharing_screen,
            system_audio: endpoint.sharing_system_audio,
            hears: endpoint.audio_connected,
        })
    }

    pub(super) fn rtc_presence(&self, out: &mut Draft, rtc_uid: i64, present: bool) -> Result<(), Refusal> {
        self.alive()?;
        let Some((member, endpoint)) = self.mirror.endpoint(rtc_uid) else {
            return Err(Refusal::new(Code::TargetMemberNotFound, "the device is not in the room"));
        };
        if present && self.mirror.head().resources.is_none_or(|resources| !resources.rtc) {
            return Err(Refusal::new(Code::NotSupported, "the room was made without calls"));
        }
        if !present {
            for stream in SENT {
                out.stream(member, endpoint, stream, false);
            }
        }
        if endpoint.in_rtc != present {
            let user_uuid = member.user_uuid.clone();
            out.push(Body::RtcPresenceChanged(v1::RoomRtcPresenceChanged { user_uuid, rtc_uid, present }));
        }
        Ok(())
    }
}
