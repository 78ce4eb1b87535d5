//! An app (tenant): what its owner has switched on, and its rule for several devices.

use serde::{Deserialize, Serialize};

/// The settings of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppSettings {
    /// Instant messaging is on: accounts can log in.
    pub im_enabled: bool,
    /// The room component is on.
    pub room_enabled: bool,
    /// Which sessions of one account may exist side by side.
    pub login_policy: LoginPolicy,
    /// Credentials that logins may use.
    pub auth_types: AuthTypes,
    /// The app's own server is asked at every login.
    pub login_callback: Option<LoginCallback>,
    /// The app's own server is told what happens in rooms.
    #[serde(default)]
    pub room_callback: Option<RoomCallback>,
    /// A repeated (Nonce, CurTime) pair is refused. Off by default: old clients use a constant Nonce.
    pub nonce_check: bool,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            im_enabled: true,
            room_enabled: false,
            login_policy: LoginPolicy::OnePerClass,
            auth_types: AuthTypes::default(),
            login_callback: None,
            room_callback: None,
            nonce_check: false,
        }
    }
}

/// Credentials an app accepts at login (nim.md 4.1). One that is off answers 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthTypes {
    /// 0: the stored token; `static` outside of Rust, where it is a keyword.
    #[serde(rename = "static")]
    pub fixed: bool,
    /// 1: a token the app's server signed with the app secret.
    pub dynamic: bool,
    /// 2: any token, decided by the app's login callback.
    pub callback: bool,
}

impl Default for AuthTypes {
    fn default() -> Self {
        Self { fixed: true, dynamic: true, callback: false }
    }
}

/// Where and how the app's own server is asked about a login (event type 36).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginCallback {
    /// http or https address.
    pub url: String,
    /// How long the answer may take.
    pub timeout_ms: u32,
    /// What an unreachable or broken callback server means.
    pub on_failure: OnFailure,
}

/// Where the app's own server is told what happens in rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomCallback {
    /// http or https address.
    pub url: String,
    /// Off: nothing is told, and what waits is forgotten.
    pub on: bool,
    /// Only these event types, as `CREATE_ROOM`; empty = all.
    pub events: Vec<String>,
}

/// The default decision when a callback fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// The act goes on.
    Allow,
    /// The act is refused.
    Refuse,
}

/// Which sessions of one account exclude each other (nim.md 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginPolicy {
    /// 1: one session over all platforms.
    OneDevice,
    /// 2: one desktop session (Windows, macOS, web) and one mobile session (iOS, Android, HarmonyOS).
    OnePerClass,
    /// 3: no exclusion, up to ten sessions.
    All,
    /// 4: groups of client kinds; the sessions inside one group share its limit. A kind in no group is free
    /// up to the overall ten.
    Custom(Vec<Group>),
}

/// Client kinds that exclude each other beyond `limit` sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The kinds in this group.
    pub kinds: Vec<ClientKind>,
    /// Sessions that may exist at once, 1 to 10.
    pub limit: u8,
}

/// One kind of client, as custom groups name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// NIMClientType 1.
    Android,
    /// NIMClientType 2.
    Ios,
    /// NIMClientType 4.
    Windows,
    /// NIMClientType 16.
    Web,
    /// NIMClientType 64.
    Macos,
    /// NIMClientType 65.
    Harmony,
    /// A `custom_client_type` above 0; it takes precedence over the platform.
    Custom(i32),
}

/// Desktop or mobile, for [`LoginPolicy::OnePerClass`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Windows, macOS, web, and every type that is not known to be mobile.
    Desktop,
    /// Android, iOS, HarmonyOS.
    Mobile,
}

impl Class {
    /// The class of a NIMClientType.
    pub fn of(client_type: i32) -> Self {
        match client_type {
            1 | 2 | 8 | 65 => Self::Mobile,
            _ => Self::Desktop,
        }
    }
}

impl ClientKind {
    /// The kind of a client by its NIMClientType and its custom type (0 = none); `None` for a type we do not name.
    pub fn of(client_type: i32, custom_client_type: i32) -> Option<Self> {
        if custom_client_type > 0 {
            return Some(Self::Custom(custom_client_type));
        }
        Some(match client_type {
            1 => Self::Android,
            2 => Self::Ios,
            4 => Self::Windows,
            16 => Self::Web,
            64 => Self::Macos,
            65 => Self::Harmony,
            _ => return None,
        })
    }
}
