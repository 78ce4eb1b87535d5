//! Chat, microphone and camera forbidden: to one member, or in the whole room.

use super::{Page, act, live};
use crate::fault::Fault;
use crate::http::field::Kind::{Number, Text, Word};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use axum::http::Method;
use parlor_protocol::ids::{ArchiveId, UserUuid};
use parlor_protocol::limits;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{ActBan, RoomBan, RoomBanKind, RoomBans};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/mute",
            "Forbid a whole room to chat, to speak or to be seen",
            mute_room,
        ),
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/cancel_mute",
            "Allow it again",
            cancel_room,
        ),
        Route::new(
            Method::GET,
            "/neroom/v1/rooms/{room_archive_id}/mute_list",
            "What is forbidden in a room, and to whom",
            list,
        ),
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/mute",
            "Forbid a member to chat, to speak or to be seen",
            mute_member,
        ),
        Route::new(
            Method::PATCH,
            "/neroom/v1/rooms/{room_archive_id}/users/{user_uuid}/cancel_mute",
            "Allow it again",
            cancel_member,
        ),
    ]
}

const KINDS: &[&str] = &["chat", "audio", "video"];

fn kind_of(word: Option<&'static str>) -> RoomBanKind {
    match word {
        Some("audio") => RoomBanKind::Audio,
        Some("video") => RoomBanKind::Video,
        _ => RoomBanKind::Chat,
    }
}

fn word_of(kind: RoomBanKind) -> &'static str {
    match kind {
        RoomBanKind::Audio => "audio",
        RoomBanKind::Video => "video",
        RoomBanKind::Chat | RoomBanKind::Unspecified => "chat",
    }
}

fields! {
    /// What a room is forbidden or allowed.
    pub struct OfRoom {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// What; chat when absent.
        kind: Option<&'static str> = Word(KINDS);
        /// Passed on to the clients.
        notify_ext / "notifyExt": Option<String> = Text(limits::NOTIFY_EXT);
    }
}

fields! {
    /// What a member is forbidden.
    pub struct OfMember {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// What; chat when absent.
        kind: Option<&'static str> = Word(KINDS);
        /// For how many seconds; 0 or absent: until it is allowed again.
        duration: Option<i64> = Number { min: 0, max: limits::BAN_MAX_S };
        /// Passed on to the clients.
        notify_ext / "notifyExt": Option<String> = Text(limits::NOTIFY_EXT);
    }
}

fields! {
    /// What a member is allowed again.
    pub struct Cancelled {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// The room account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// What; chat when absent.
        kind: Option<&'static str> = Word(KINDS);
        /// Passed on to the clients.
        notify_ext / "notifyExt": Option<String> = Text(limits::NOTIFY_EXT);
    }
}

async fn ban(call: &Call, archive_id: ArchiveId, ban: ActBan) -> Result<(), Fault> {
    let name = if ban.banned { "room.mute" } else { "room.cancel-mute" };
    let detail = json!({
        "user_uuid": ban.user_uuid, "kind": word_of(ban.kind()), "duration_s": ban.duration_s,
    });
    act(call, archive_id, name, detail, Act::Ban(ban)).await
}

async fn set_of_room(call: Call, of: OfRoom, banned: bool) -> Result<(), Fault> {
    let act = ActBan {
        user_uuid: String::new(),
        kind: kind_of(of.kind).into(),
        banned,
        duration_s: 0,
        notify_ext: of.notify_ext.unwrap_or_default(),
    };
    ban(&call, of.room_archive_id, act).await
}

async fn mute_room(call: Call, of: OfRoom) -> Result<(), Fault> {
    set_of_room(call, of, true).await
}

async fn cancel_room(call: Call, of: OfRoom) -> Result<(), Fault> {
    set_of_room(call, of, false).await
}

async fn mute_member(call: Call, of: OfMember) -> Result<(), Fault> {
    let act = ActBan {
        user_uuid: of.user_uuid.to_string(),
        kind: kind_of(of.kind).into(),
        banned: true,
        duration_s: of.duration.unwrap_or(0),
        notify_ext: of.notify_ext.unwrap_or_default(),
    };
    ban(&call, of.room_archive_id, act).await
}

async fn cancel_member(call: Call, of: Cancelled) -> Result<(), Fault> {
    let act = ActBan {
        user_uuid: of.user_uuid.to_string(),
        kind: kind_of(of.kind).into(),
        banned: false,
        duration_s: 0,
        notify_ext: of.notify_ext.unwrap_or_default(),
    };
    ban(&call, of.room_archive_id, act).await
}

fields! {
    /// A page of a room's muted members.
    pub struct Listed {
        /// The room.
        room_archive_id / "roomArchiveId": ArchiveId = Text(limits::ROOM_ARCHIVE_ID);
        /// From 1.
        page_number / "pageNumber": Option<i64> = super::PAGE_NUMBER;
        /// 50 when absent.
        page_size / "pageSize": Option<i64> = Number { min: 1, max: limits::BLACKLIST_MAX as i64 };
    }
}

/// What is forbidden in a room.
#[derive(Serialize, JsonSchema)]
pub struct MuteList {
    /// To everybody: some of `chat`, `audio`, `video`.
    room: Vec<&'static str>,
    /// Bans of members in all.
    total: usize,
    /// Those of this page, by user_uuid.
    mute_list: Vec<Muted>,
}

/// What a member is forbidden.
#[derive(Serialize, JsonSchema)]
pub struct Muted {
    /// The room account.
    user_uuid: String,
    /// Shown to others; empty for somebody who is not in the room.
    user_name: String,
    /// `chat`, `audio` or `video`.
    kind: &'static str,
    /// When it is over, in milliseconds since 1970; 0: when it is allowed again.
    until: i64,
}

/// The bans that hold now.
fn holding(bans: Option<&RoomBans>, now_ms: i64) -> impl Iterator<Item = (RoomBanKind, i64)> {
    let bans = bans.copied().unwrap_or_default();
    let all =
        [(RoomBanKind::Chat, bans.chat), (RoomBanKind::Audio, bans.audio), (RoomBanKind::Video, bans.video)];
    let holds = move |ban: &RoomBan| ban.banned && (ban.until_ms == 0 || ban.until_ms > now_ms);
    all.into_iter().filter_map(move |(kind, ban)| Some((kind, ban.filter(holds)?.until_ms)))
}

async fn list(call: Call, listed: Listed) -> Result<MuteList, Fault> {
    let (_, room) = live(&call, listed.room_archive_id).await?;
    let now_ms = call.act.now_ms;
    let record = room.record();
    let inside = record.members.iter().map(|m| (&m.user_uuid, m.user_name.as_str(), m.bans.as_ref()));
    let outside = record.absent_bans.iter().map(|absent| (&absent.user_uuid, "", absent.bans.as_ref()));
    let mut muted: Vec<Muted> = inside
        .chain(outside)
        .flat_map(|(user_uuid, user_name, bans)| {
            holding(bans, now_ms).map(move |(kind, until)| Muted {
                user_uuid: user_uuid.clone(),
                user_name: user_name.to_owned(),
                kind: word_of(kind),
                until,
            })
        })
        .collect();
    muted.sort_by(|a, b| a.user_uuid.cmp(&b.user_uuid));
    let page = Page::of(listed.page_number, listed.page_size, 50);
    let of_room = record.head.as_ref().and_then(|head| head.bans.as_ref());
    Ok(MuteList {
        room: holding(of_room, now_ms).map(|(kind, _)| word_of(kind)).collect(),
        total: muted.len(),
        mute_list: muted.into_iter().skip(page.skip).take(page.size).collect(),
    })
}
