//! Who takes part in the room's call.

use parlor_protocol::v1::{self, RoomStream, room_event::Body};
use parlor_protocol::{Code, Refusal};

use super::Room;
use crate::decided::Draft;

/// What a device no longer sends once it is out of the call.
const SENT: [RoomStream; 4] =
    [RoomStream::Audio, RoomStream::Video, RoomStream::SubVideo, RoomStream::SystemAudio];

impl Room {
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
