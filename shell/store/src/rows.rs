//! What is remembered: one struct per table. Rows are values; only a [`Batch`](crate::Batch) changes them.

mod callback;
mod chat;
mod file;
mod room;

pub use callback::{CallbackRow, CallbacksWaiting, NewCallback};
pub use chat::{MessageRow, UserEventRow, UserHead, UserPlaceRow};
pub use file::{FileRow, FileState};
pub use room::{
    EndpointRow, RoomEnd, RoomEventRow, RoomHeadRow, RoomPlaceRow, RoomRecordRow, RoomRow, TemplateRow,
};

use parlor_identity::app::AppSettings;
use parlor_identity::identity::{Mutes, Profile};
use parlor_protocol::ids::{Accid, AppId, AppKey, DeviceId, Epoch, NodeId, SessionId, UserUuid};
use zeroize::Zeroizing;

/// A readable secret: sealed at rest, wiped from memory when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the plain text.
    pub fn new(plain: impl Into<String>) -> Self {
        Self(Zeroizing::new(plain.into()))
    }

    /// The plain text, for comparing and for the API answers that return it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A row as it was read, with the version that [`Expect::Version`](crate::Expect::Version) compares.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The row.
    pub row: T,
    /// Grows by one with every write of the row; starts at 1.
    pub version: u64,
}

/// An app (tenant).
#[derive(Clone, Debug)]
pub struct AppRow {
    /// Internal number, given by [`Store::take_numbers`](crate::Store::take_numbers).
    pub app_id: AppId,
    /// Public name of the app in every call.
    pub app_key: AppKey,
    /// Signs server calls and dynamic tokens.
    pub app_secret: Secret,
    /// The secret before the last rotation and until when it still counts, in ms.
    pub previous_secret: Option<(Secret, i64)>,
    /// Unique readable name.
    pub name: String,
    /// What is switched on.
    pub settings: AppSettings,
    /// When it was created.
    pub created_at_ms: i64,
}

/// An IM account.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its app.
    pub app_id: AppId,
    /// Its name, folded.
    pub accid: Accid,
    /// The IM token.
    pub token: Secret,
    /// What it shows.
    pub profile: Profile,
    /// False: blocked, cannot log in.
    pub enabled: bool,
    /// What it may not do.
    pub mutes: Mutes,
    /// Pushes go to phones also while a desktop is online (v1 `donnopOpen` inverted, v2 `push_enabled_when_desktop_online`).
    pub push_when_desktop_online: bool,
    /// When it was created.
    pub created_at_ms: i64,
    /// When anything of it was last changed.
    pub updated_at_ms: i64,
}

/// The durable part of an account's logins: what must hold after kill -9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// Its app.
    pub app_id: AppId,
    /// The account.
    pub accid: Accid,
    /// The highest epoch given so far; each attachment of any session takes the next.
    pub last_epoch: Epoch,
    /// The device that logged in last.
    pub last_device: Option<DeviceId>,
    /// The desktop device that logged in last.
    pub last_desktop: Option<DeviceId>,
    /// The mobile device that logged in last.
    pub last_mobile: Option<DeviceId>,
}

/// A room account.
#[derive(Clone, Debug)]
pub struct RoomAccountRow {
    /// Its app.
    pub app_id: AppId,
    /// Its name, folded.
    pub user_uuid: UserUuid,
    /// The room token.
    pub user_token: Secret,
    /// The one IM account it is bound to; unique among room accounts.
    pub accid: Accid,
    /// Display name in rooms.
    pub user_name: String,
    /// Avatar address.
    pub icon: String,
    /// Its number in calls.
    pub rtc_uid: i64,
    /// When it was created.
    pub created_at_ms: i64,
    /// When anything of it was last changed.
    pub updated_at_ms: i64,
}

/// A session of an IM account: attached, waiting to be resumed, or ended.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its app.
    pub app_id: AppId,
    /// Which one; unique over all apps.
    pub session_id: SessionId,
    /// The account.
    pub accid: Accid,
    /// The device.
    pub device_id: DeviceId,
    /// NIMClientType.
    pub client_type: i32,
    /// The app's own kind of client, 0 = none.
    pub custom_client_type: i32,
    /// Text shown to the account's other devices.
    pub custom_tag: String,
    /// Operating system, as the client says.
    pub os: String,
    /// Fence of its latest attachment.
    pub epoch: Epoch,
    /// The node that holds it.
    pub node: NodeId,
    /// SHA-256 of the secret that resumes it.
    pub resume_key_hash: [u8; 32],
    /// When it logged in.
    pub login_at_ms: i64,
    /// The room session on it.
    pub room: Option<RoomSession>,
    /// Present while it lives, then why it ended.
    pub ended: Option<Ended>,
}

/// The room account logged in on a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSession {
    /// Which room account.
    pub user_uuid: UserUuid,
    /// Since when.
    pub login_at_ms: i64,
}

/// The end of a session; kept as a tombstone that refuses resumes with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Name in the table of causes.
    pub cause: String,
    /// The text of whoever kicked.
    pub description: String,
    /// NIMClientType of the session that caused it, 0 = none did.
    pub by_client_type: i32,
    /// Custom client type of the session that caused it.
    pub by_custom_client_type: i32,
    /// When.
    pub at_ms: i64,
}

/// A token with a lifetime made by refreshToken; only its hash is kept.
#[derive(Clone, Debug)]
pub struct AccessTokenRow {
    /// Its app.
    pub app_id: AppId,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// The room account it logs in.
    pub user_uuid: UserUuid,
    /// The device it was made for, if one was named.
    pub device_id: Option<DeviceId>,
    /// When it stops.
    pub expires_at_ms: i64,
}

/// A one-time pass from the room component's login call to the link; only its hash is kept.
#[derive(Clone, Debug)]
pub struct LinkTicketRow {
    /// Its app.
    pub app_id: AppId,
    /// SHA-256 of the ticket.
    pub ticket_hash: [u8; 32],
    /// The bound IM account it logs in.
    pub accid: Accid,
    /// The room account that earned it.
    pub user_uuid: UserUuid,
    /// When it stops.
    pub expires_at_ms: i64,
}

/// One administrative act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at_ms: i64,
    /// Who: `cli`, `api:APPKEY`, `console:NAME`.
    pub actor: String,
    /// What was done, as `app.create`, `account.block`.
    pub act: String,
    /// To whom or what.
    pub subject: String,
    /// JSON with the particulars; no secrets.
    pub detail: String,
}
