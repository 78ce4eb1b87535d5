//! Forgetting what has expired, in slices small enough that commits do not wait long.

use crate::batch::CommitError;
use crate::expiry::{SLICE_ROWS, Slice};
use crate::store::Store;
use crate::writer::{Done, Work};

/// A tombstone answers resumes with its reason for at least a day.
const TOMBSTONES_MIN_MS: i64 = DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How much is kept of what does not expire by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepLimits {
    /// How long ended sessions are kept, in ms; never less than 24 h.
    pub tombstones_ms: i64,
    /// How many administrative acts are kept, the latest.
    pub audit_rows: u64,
    /// How long the events of ended rooms are kept, in ms: a client that comes back late learns how a room went on.
    pub room_streams_ms: i64,
    /// How long the messages of ended rooms are kept and who was there, in ms; never less than their events.
    pub room_chats_ms: i64,
    /// How long ended rooms are known at all, in ms; never less than their messages.
    pub rooms_ms: i64,
    /// How long events of user streams are kept, in ms.
    pub user_events_ms: i64,
}

impl Default for SweepLimits {
    fn default() -> Self {
        Self {
            tombstones_ms: TOMBSTONES_MIN_MS,
            audit_rows: 100_000,
            room_streams_ms: DAY_MS,
            room_chats_ms: 30 * DAY_MS,
            rooms_ms: 365 * DAY_MS,
            user_events_ms: 7 * DAY_MS,
        }
    }
}

/// How many rows a sweep forgot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Marks of acts done once.
    pub marks: usize,
    /// Link tickets.
    pub tickets: usize,
    /// Access tokens.
    pub tokens: usize,
    /// Ended sessions.
    pub tombstones: usize,
    /// Administrative acts.
    pub audit: usize,
    /// Events of ended rooms, and those rooms.
    pub room_streams: usize,
    /// Messages of ended rooms, who was there, and those rooms.
    pub room_chats: usize,
    /// Ended rooms.
    pub rooms: usize,
    /// Events of user streams.
    pub user_events: usize,
}

impl Store {
    /// Forgets expired marks, tickets and access tokens, and what `keep` does not keep.
    pub async fn sweep(&self, now_ms: i64, keep: SweepLimits) -> Result<Swept, CommitError> {
        let before = |kept_ms: i64| now_ms.saturating_sub(kept_ms);
        let ended_before_ms = before(keep.tombstones_ms.max(TOMBSTONES_MIN_MS));
        let streams = Slice::RoomStreams { ended_before_ms: before(keep.room_streams_ms) };
        let chats = Slice::RoomChats { ended_before_ms: before(keep.room_chats_ms) };
        let rooms = Slice::Rooms { ended_before_ms: before(keep.rooms_ms) };
        Ok(Swept {
            marks: self.sweep_all(Slice::Marks { now_ms }).await?,
            tickets: self.sweep_all(Slice::Tickets { now_ms }).await?,
            tokens: self.sweep_all(Slice::Tokens { now_ms }).await?,
            tombstones: self.sweep_all(Slice::Tombstones { ended_before_ms }).await?,
            audit: self.sweep_all(Slice::Audit { keep: keep.audit_rows }).await?,
            room_streams: self.sweep_all(streams).await?,
            room_chats: self.sweep_all(chats).await?,
            rooms: self.sweep_all(rooms).await?,
            user_events: self.sweep_all(Slice::UserEvents { before_ms: before(keep.user_events_ms) }).await?,
        })
    }

    async fn sweep_all(&self, slice: Slice) -> Result<usize, CommitError> {
        let mut swept = 0;
        loop {
            let Done::Swept(rows) = self.write(Work::Sweep(slice)).await? else {
                return Err(CommitError::Refused);
            };
            swept += rows;
            if rows < SLICE_ROWS {
                return Ok(swept);
            }
        }
    }
}
