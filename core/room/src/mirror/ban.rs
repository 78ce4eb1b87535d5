//! Bans: one form, one way to change them, one way to read them.

use parlor_protocol::v1::{self, RoomBanKind};

use super::Mirror;

impl Mirror {
    /// The ban of that kind, where it is in force at `now_ms`.
    pub(crate) fn live_ban(
        bans: Option<&v1::RoomBans>,
        kind: RoomBanKind,
        now_ms: i64,
    ) -> Option<v1::RoomBan> {
        ban_of(bans?, kind).filter(|ban| is_live(ban, now_ms))
    }

    /// Those that are in force at `now_ms`; `None` without any.
    pub(crate) fn live_bans(bans: &v1::RoomBans, now_ms: i64) -> Option<v1::RoomBans> {
        let live = |ban: Option<v1::RoomBan>| ban.filter(|ban| is_live(ban, now_ms));
        let mut left =
            Some(v1::RoomBans { chat: live(bans.chat), audio: live(bans.audio), video: live(bans.video) });
        tidy_bans(&mut left);
        left
    }

    /// Bans after a change.
    pub(crate) fn changed_bans(
        bans: Option<v1::RoomBans>,
        change: &v1::RoomBanChanged,
    ) -> Option<v1::RoomBans> {
        let ban = change.banned.then_some(v1::RoomBan { banned: true, until_ms: change.until_ms });
        let mut kinds = bans.unwrap_or_default();
        match change.kind() {
            RoomBanKind::Chat => kinds.chat = ban,
            RoomBanKind::Audio => kinds.audio = ban,
            RoomBanKind::Video => kinds.video = ban,
            RoomBanKind::Unspecified => {}
        }
        let mut left = Some(kinds);
        tidy_bans(&mut left);
        left
    }
}

fn is_live(ban: &v1::RoomBan, now_ms: i64) -> bool {
    ban.banned && (ban.until_ms == 0 || ban.until_ms > now_ms)
}

/// The ban of that kind, in force or not.
pub(super) fn ban_of(bans: &v1::RoomBans, kind: RoomBanKind) -> Option<v1::RoomBan> {
    match kind {
        RoomBanKind::Chat => bans.chat,
        RoomBanKind::Audio => bans.audio,
        RoomBanKind::Video => bans.video,
        RoomBanKind::Unspecified => None,
    }
}

/// One form for "not banned".
pub(super) fn tidy_bans(bans: &mut Option<v1::RoomBans>) {
    if let Some(kinds) = bans {
        for kind in [&mut kinds.chat, &mut kinds.audio, &mut kinds.video] {
            kind.take_if(|ban| !ban.banned);
        }
        if kinds.chat.is_none() && kinds.audio.is_none() && kinds.video.is_none() {
            *bans = None;
        }
    }
}
