//! What only the server does.

use parlor_protocol::causes::EndReason;
use parlor_protocol::limits::{self, check_range};
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use crate::decided::{Decided, Draft};
use parlor_protocol::Refusal;

/// An act that no member has; the others are [`Room::act`] with [`Actor::Server`](super::Actor::Server).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerAct {
    /// Most shown members; 0 = the default. Whoever is inside stays.
    SetMaxMembers(u32),
    /// When the room ends by age; 0 = never.
    SetLifetime {
        /// Not before now.
        ends_at_ms: i64,
    },
    /// A device takes part in the room's call, or does not any more; its streams are off then.
    SetRtcPresence {
        /// The device.
        rtc_uid: i64,
        /// It takes part.
        present: bool,
    },
    /// The room ends. Nothing follows where it has ended already.
    End(EndReason),
}

impl Room {
    /// What follows if the server does that.
    pub fn server_act(&self, now_ms: i64, act: ServerAct) -> Result<Decided, Refusal> {
        let mut draft = Draft::new(self.mirror.at(), now_ms, "");
        match act {
            ServerAct::SetMaxMembers(max_members) => {
                self.alive()?;
                check_range("max_members", 0, limits::ROOM_MEMBERS_MAX.into(), max_members.into())?;
                if self.mirror.head().max_members != max_members {
                    draft.push(Body::MaxMembersChanged(v1::RoomMaxMembersChanged { max_members }));
                }
            }
            ServerAct::SetLifetime { ends_at_ms } => {
                self.alive()?;
                if ends_at_ms != 0 {
                    check_range("ends_at_ms", now_ms, i64::MAX, ends_at_ms)?;
                }
                if self.mirror.head().ends_at_ms != ends_at_ms {
                    draft.push(Body::LifetimeChanged(v1::RoomLifetimeChanged { ends_at_ms }));
                }
            }
            ServerAct::SetRtcPresence { rtc_uid, present } => {
                self.rtc_presence(&mut draft, rtc_uid, present)?
            }
            ServerAct::End(reason) => {
                if self.mirror.ended().is_none() {
                    draft.push(Body::Ended(v1::RoomEnded { reason: reason.name().to_owned() }));
                }
            }
        }
        Ok(draft.decided())
    }
}
