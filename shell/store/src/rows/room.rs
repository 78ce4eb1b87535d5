//! Rooms: what a room is made with, where its streams are, and who is in it.

use super::Secret;
use parlor_protocol::ids::{
    Accid, AppId, ArchiveId, ConversationId, DeviceId, NodeId, RoomUuid, RtcUid, SessionId, UserUuid,
};

/// A template of an app's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRow {
    /// Its app.
    pub app_id: AppId,
    /// Its number, given by [`Sequence::Template`](crate::Sequence::Template).
    pub template_id: i64,
    /// Readable name.
    pub name: String,
    /// The rules, as JSON.
    pub body: String,
    /// When it was created.
    pub created_at_ms: i64,
    /// When anything of it was last changed.
    pub updated_at_ms: i64,
}

/// A room, live or ended: what it was made with and how it ended. What happens in it is its stream of events.
#[derive(Clone, Debug)]
pub struct RoomRow {
    /// Which room, for ever.
    pub archive_id: ArchiveId,
    /// Its app.
    pub app_id: AppId,
    /// Its name, unique among the app's live rooms.
    pub room_uuid: RoomUuid,
    /// Its title now.
    pub room_name: String,
    /// The template it was made from.
    pub template_id: i64,
    /// That template as it was then, as JSON.
    pub template: String,
    /// The conversation of its chat, if it has one.
    pub chat_room_id: Option<ConversationId>,
    /// What joining asks for; empty = nothing.
    pub password: Secret,
    /// Epoch of its streams (events and chat); a restore raises it.
    pub epoch: u64,
    /// It does not end by age (`type` 2).
    pub permanent: bool,
    /// When it was created.
    pub created_at_ms: i64,
    /// Present once it has ended.
    pub ended: Option<RoomEnd>,
}

/// The end of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEnd {
    /// When.
    pub at_ms: i64,
    /// Name in the table of room end reasons.
    pub reason: String,
}

/// Where a room's streams are, and who writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomHeadRow {
    /// Which room.
    pub archive_id: ArchiveId,
    /// The node that holds it; none right after a restore and once the room has ended.
    pub node: Option<NodeId>,
    /// Raised by every [`Write::TakeRoom`](crate::Write::TakeRoom); who holds an older one is refused.
    pub fence: u64,
    /// The last event; 0 = none yet.
    pub seq: u64,
    /// The last chat message; 0 = none yet.
    pub chat_seq: u64,
    /// How many different people have come in.
    pub uv: u64,
    /// How often somebody has come in.
    pub pv: u64,
}

/// Where the streams of a room are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomPlaceRow {
    /// Which room.
    pub archive_id: ArchiveId,
    /// The epoch of its streams.
    pub epoch: u64,
    /// The conversation of its chat.
    pub chat_room_id: Option<ConversationId>,
    /// The last event; 0 = none yet.
    pub seq: u64,
    /// The last chat message; 0 = none yet.
    pub chat_seq: u64,
}

/// The state of a room after one of its events, so that the events before need not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecordRow {
    /// The event after which it was taken.
    pub seq: u64,
    /// Encoded `v1::RoomRecord`.
    pub body: Vec<u8>,
}

/// One event of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEventRow {
    /// Its place in the room's stream.
    pub seq: u64,
    /// Encoded `v1::RoomEvent`.
    pub body: Vec<u8>,
}

/// A device in a room, and the session that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRow {
    /// The room.
    pub archive_id: ArchiveId,
    /// Its name in the room; unique in the app while it is in use.
    pub rtc_uid: RtcUid,
    /// The app.
    pub app_id: AppId,
    /// The room account.
    pub user_uuid: UserUuid,
    /// The IM account of the session.
    pub accid: Accid,
    /// The session that carries it.
    pub session_id: SessionId,
    /// The device.
    pub device_id: DeviceId,
    /// When it came in.
    pub joined_at_ms: i64,
}
