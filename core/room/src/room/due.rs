//! What time brings: the room's end by age, by emptiness or unused, and the end of bans.

use parlor_protocol::causes::EndReason;
use parlor_protocol::limits::ROOM_UNUSED_MS;
use parlor_protocol::v1::{self, RoomBanKind, room_event::Body};

use super::Room;
use crate::decided::{Decided, Draft};

const KINDS: [RoomBanKind; 3] = [RoomBanKind::Chat, RoomBanKind::Audio, RoomBanKind::Video];

impl Room {
    /// What is due at `now_ms`; nothing before [`Room::deadline`].
    pub fn due(&self, now_ms: i64) -> Decided {
        let mut draft = Draft::new(self.mirror.at(), now_ms, "");
        if self.mirror.ended().is_some() {
            return draft.decided();
        }
        let ends = self.ends().filter(|(at_ms, _)| *at_ms <= now_ms);
        if let Some((_, reason)) = ends.min_by_key(|(at_ms, _)| *at_ms) {
            draft.push(Body::Ended(v1::RoomEnded { reason: reason.name().to_owned() }));
            return draft.decided();
        }
        for (user_uuid, kind, ban) in self.bans() {
            if ban.until_ms != 0 && ban.until_ms <= now_ms {
                draft.push(Body::BanChanged(v1::RoomBanChanged {
                    user_uuid: user_uuid.to_owned(),
                    kind: kind.into(),
                    ..v1::RoomBanChanged::default()
                }));
            }
        }
        draft.decided()
    }

    /// When [`Room::due`] is to be asked next; `None` when time brings nothing.
    pub fn deadline(&self) -> Option<i64> {
        if self.mirror.ended().is_some() {
            return None;
        }
        let bans = self.bans().map(|(_, _, ban)| ban.until_ms).filter(|until_ms| *until_ms != 0);
        self.ends().map(|(at_ms, _)| at_ms).chain(bans).min()
    }

    /// No later than what [`Room::deadline`] says once these events, decided for this room, are applied. Whoever has to
    /// remember the deadline together with the events can, without applying them.
    pub fn earliest_after(&self, events: &[v1::RoomEvent]) -> Option<i64> {
        let unused_ms = self.mirror.head().created_at_ms + ROOM_UNUSED_MS;
        let times = |event: &v1::RoomEvent| -> Vec<i64> {
            match &event.body {
                Some(Body::BanChanged(changed)) => vec![changed.until_ms],
                Some(Body::LifetimeChanged(changed)) => vec![changed.ends_at_ms, unused_ms],
                Some(Body::MemberLeft(_)) if self.empty_grace_ms > 0 => {
                    vec![event.at_ms + self.empty_grace_ms]
                }
                // Bans of people who come back count again.
                Some(Body::MemberJoined(joined)) => {
                    let bans = joined.member.as_ref().and_then(|member| member.bans).unwrap_or_default();
                    [bans.chat, bans.audio, bans.video]
                        .into_iter()
                        .flatten()
                        .map(|ban| ban.until_ms)
                        .collect()
                }
                _ => Vec::new(),
            }
        };
        let of_events = events.iter().flat_map(times).filter(|at_ms| *at_ms > 0);
        of_events.chain(self.deadline()).min()
    }

    /// When the room ends by itself, and why. One that lives without end is not ended for being unused.
    fn ends(&self) -> impl Iterator<Item = (i64, EndReason)> {
        let head = self.mirror.head();
        let by_age = (head.ends_at_ms > 0).then_some((head.ends_at_ms, EndReason::EndOfLife));
        let is_unused = head.ends_at_ms > 0 && !self.was_entered;
        let unused = is_unused.then_some((head.created_at_ms + ROOM_UNUSED_MS, EndReason::AllMembersOut));
        let is_empty = self.empty_grace_ms > 0 && self.was_entered && self.empty_since_ms > 0;
        let empty = is_empty.then_some((self.empty_since_ms + self.empty_grace_ms, EndReason::AllMembersOut));
        by_age.into_iter().chain(unused).chain(empty)
    }

    fn bans(&self) -> impl Iterator<Item = (&str, RoomBanKind, v1::RoomBan)> {
        let of_room = self.mirror.head().bans.map(|bans| ("", bans));
        let members = self.mirror.members();
        let of_members = members.filter_map(|member| Some((member.user_uuid.as_str(), member.bans?)));
        of_room.into_iter().chain(of_members).flat_map(|(user_uuid, bans)| {
            KINDS
                .into_iter()
                .zip([bans.chat, bans.audio, bans.video])
                .filter_map(move |(kind, ban)| Some((user_uuid, kind, ban?)))
        })
    }
}
