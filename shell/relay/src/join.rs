use parlor_media::Grant;
use parlor_protocol::ids::{ArchiveId, RtcUid};

use crate::line::Line;

/// A device that takes part in the call of its room.
#[derive(Clone, Debug)]
pub struct JoinCall {
    /// Its room.
    pub room: ArchiveId,
    /// The device.
    pub rtc_uid: RtcUid,
    /// What it offers, with all its lines.
    pub offer_sdp: String,
    /// What each line is for.
    pub lines: Vec<Line>,
    /// What the room allows it.
    pub grant: Grant,
}

/// What a device that takes part is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedCall {
    /// Its media session. No two of a server have the same one, also not after a restart: the time it was begun is in it.
    pub media_id: u64,
    /// The answer to its offer.
    pub answer_sdp: String,
}
