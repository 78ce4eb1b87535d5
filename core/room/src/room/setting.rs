//! The room itself: its lock, name, ext, blacklist switch, several devices, its end.

use parlor_protocol::causes::EndReason;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Room {
    fn may_set(&self, by: By<'_>, action: Action, on: bool) -> Result<(), Refusal> {
        self.may_act(by, action, Whom::Nobody, if on { Verb::Put } else { Verb::Delete })
    }

    pub(super) fn end(&self, out: &mut Draft, by: By<'_>) -> Result<(), Refusal> {
        self.may_set(by, Action::EndRoom, true)?;
        let reason = match by {
            By::Member { .. } => EndReason::CloseByMember,
            By::Server => EndReason::CloseByBackend,
        };
        out.push(Body::Ended(v1::RoomEnded { reason: reason.name().to_owned() }));
        Ok(())
    }

    pub(super) fn set_lock(&self, out: &mut Draft, by: By<'_>, locked: bool) -> Result<(), Refusal> {
        self.may_set(by, Action::Lock, locked)?;
        if self.mirror.head().locked != locked {
            out.push(Body::LockChanged(v1::RoomLockChanged { locked }));
        }
        Ok(())
    }

    pub(super) fn set_name(&self, out: &mut Draft, by: By<'_>, room_name: &str) -> Result<(), Refusal> {
        limits::ROOM_NAME.check("room_name", room_name)?;
        self.may_set(by, Action::Rename, true)?;
        if self.mirror.head().room_name != room_name {
            out.push(Body::NameChanged(v1::RoomNameChanged { room_name: room_name.to_owned() }));
        }
        Ok(())
    }

    pub(super) fn set_ext(&self, out: &mut Draft, by: By<'_>, ext: &str) -> Result<(), Refusal> {
        limits::ROOM_EXT.check("ext", ext)?;
        self.may_set(by, Action::RoomExt, true)?;
        if self.mirror.head().ext != ext {
            out.push(Body::ExtChanged(v1::RoomExtChanged { ext: ext.to_owned() }));
        }
        Ok(())
    }

    /// The list counts at the door: whoever is inside stays.
    pub(super) fn enable_blacklist(&self, out: &mut Draft, by: By<'_>, enabled: bool) -> Result<(), Refusal> {
        self.may_set(by, Action::EnableBlacklist, enabled)?;
        if self.mirror.head().blacklist_enabled != enabled {
            out.push(Body::BlacklistEnabledChanged(v1::RoomBlacklistEnabledChanged { enabled }));
        }
        Ok(())
    }

    /// Switched off, each member keeps the device that is present longest.
    pub(super) fn enable_multi_device(
        &self,
        out: &mut Draft,
        by: By<'_>,
        enabled: bool,
    ) -> Result<(), Refusal> {
        self.may_set(by, Action::MultiDevice, enabled)?;
        if self.mirror.head().multi_device == enabled {
            return Ok(());
        }
        out.push(Body::MultiDeviceChanged(v1::RoomMultiDeviceChanged { enabled }));
        if !enabled {
            for member in self.mirror.members() {
                for endpoint in member.endpoints.iter().skip(1) {
                    out.endpoint_left(member, endpoint.rtc_uid, EndReason::KickBySelf);
                }
            }
        }
        Ok(())
    }
}
