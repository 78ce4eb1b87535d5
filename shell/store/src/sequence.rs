//! Numbers that are given once only: a durable allocator of blocks.

use crate::apply::{Change, Refusal};
use crate::batch::CommitError;
use rusqlite::{OptionalExtension, params};
use std::ops::Range;

/// Every number given is below this, so that it is exact in JavaScript.
pub const NUMBER_END: u64 = 1 << 53;

/// A series of numbers, each given once in the life of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sequence {
    /// Internal numbers of apps.
    App,
    /// Numbers of members in calls (rtcUid).
    RtcUid,
    /// Sessions.
    Session,
    /// Rooms (archive ids).
    Room,
    /// Conversations (chat room ids).
    Conversation,
    /// Templates of the apps' own; those below [`TEMPLATE_FIRST`] are the published ones.
    Template,
}

/// The first number of [`Sequence::Template`].
pub const TEMPLATE_FIRST: u64 = 1_000;

impl Sequence {
    pub(crate) const ALL: [Self; 6] =
        [Self::App, Self::RtcUid, Self::Session, Self::Room, Self::Conversation, Self::Template];

    /// Its name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::RtcUid => "rtc_uid",
            Self::Session => "session",
            Self::Room => "room",
            Self::Conversation => "conversation",
            Self::Template => "template",
        }
    }

    /// The first number it gives.
    pub(crate) const fn first(self) -> u64 {
        match self {
            Self::Template => TEMPLATE_FIRST,
            _ => 1,
        }
    }

    /// How far a restore skips ahead: more than may have been given since any backup, little beside the whole range.
    pub(crate) const fn restore_gap(self) -> u64 {
        match self {
            Self::App | Self::Template => 1 << 16,
            Self::RtcUid | Self::Session | Self::Room | Self::Conversation => 1 << 40,
        }
    }
}

impl Change<'_> {
    /// Takes the next `count` numbers for good.
    pub(crate) fn take_numbers(&self, sequence: Sequence, count: u64) -> Result<Range<u64>, Refusal> {
        let next: Option<u64> = self
            .conn
            .prepare_cached("SELECT next FROM sequence WHERE name = ?1")?
            .query_row(params![sequence.name()], |row| row.get(0))
            .optional()?;
        let start = next.unwrap_or(sequence.first());
        let end = start.checked_add(count).filter(|end| *end <= NUMBER_END).ok_or_else(|| {
            tracing::error!(sequence = sequence.name(), "no numbers are left");
            CommitError::Refused
        })?;
        self.run(
            "INSERT INTO sequence (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = ?2",
            params![sequence.name(), end],
        )?;
        Ok(start..end)
    }
}
