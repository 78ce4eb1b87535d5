//! The one table of causes: why a session or its room session ended, and how each side is told.
//!
//! A row says whether the IM session ends too, with which kick reason, what RoomKit reports on each
//! platform, why the room ends for its member, and which code answers the calls that were under way.
//! Server and SDKs read the same rows; on the wire a cause is its name. The choices that the published
//! pages leave open are in `docs/decisions/002-causes.md`.

use std::fmt;

use crate::codes::Code;

/// Why the IM SDK says it was kicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i32)]
pub enum KickReason {
    /// Another login excludes this one (`NIMKickReason` 1, V2 `CLIENT_EXCLUSIVE`).
    Exclusive = 1,
    /// The app's server or an administrator (2, V2 `SERVER`).
    Server = 2,
    /// Another device of the same account, on purpose (3, V2 `CLIENT`).
    OwnDevice = 3,
    /// The same device logged in again, so nobody is told (V2 for browsers only: `CLIENT_QUIETLY`).
    Quiet = 4,
}

impl KickReason {
    /// The number on the wire, which is `V2NIMKickedOfflineReason`.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The number of the C++ `NIMKickReason`, which knows 1 to 3 only.
    pub const fn cpp(self) -> i32 {
        match self {
            KickReason::Quiet => KickReason::Exclusive.number(),
            other => other.number(),
        }
    }

    /// The reason with that number.
    pub fn from_number(number: i32) -> Option<KickReason> {
        [KickReason::Exclusive, KickReason::Server, KickReason::OwnDevice, KickReason::Quiet]
            .into_iter()
            .find(|reason| reason.number() == number)
    }
}

/// What RoomKit's auth listener reports. Platforms name different subsets, so an event without a name on
/// a platform shows there as its nearest relative, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthEvent {
    /// The login was kicked.
    KickOut,
    /// The room login is no longer valid.
    Unauthorized,
    /// The room token is not, or no longer, the account's.
    TokenIncorrect,
    /// The room token is past its lifetime.
    TokenExpired,
    /// The server no longer allows this account in.
    Forbidden,
    /// The account's IM token is wrong.
    AccountTokenError,
    /// Logged in.
    LoggedIn,
    /// Logged out.
    LoggedOut,
    /// The link is down.
    NetBroken,
    /// The link is up again, and the login with it.
    Reconnected,
}

impl AuthEvent {
    /// Every event.
    pub const ALL: [AuthEvent; 10] = [
        AuthEvent::KickOut,
        AuthEvent::Unauthorized,
        AuthEvent::TokenIncorrect,
        AuthEvent::TokenExpired,
        AuthEvent::Forbidden,
        AuthEvent::AccountTokenError,
        AuthEvent::LoggedIn,
        AuthEvent::LoggedOut,
        AuthEvent::NetBroken,
        AuthEvent::Reconnected,
    ];

    /// The value of the C++ `NEAuthEvent`; `None` where C++ reports nothing.
    pub const fn cpp(self) -> Option<i32> {
        match self {
            AuthEvent::KickOut => Some(0),
            AuthEvent::Unauthorized | AuthEvent::TokenIncorrect | AuthEvent::TokenExpired => Some(1),
            AuthEvent::Forbidden => Some(2),
            AuthEvent::AccountTokenError => Some(3),
            AuthEvent::LoggedIn => Some(4),
            AuthEvent::LoggedOut => Some(5),
            AuthEvent::NetBroken | AuthEvent::Reconnected => None,
        }
    }

    /// The value of the Web `NEAuthEvent`; `None` where the browser SDK reports nothing.
    pub const fn web(self) -> Option<i32> {
        match self {
            AuthEvent::KickOut => Some(0),
            AuthEvent::Unauthorized => Some(1),
            AuthEvent::TokenIncorrect => Some(1027),
            AuthEvent::TokenExpired => Some(1026),
            AuthEvent::Forbidden => Some(2),
            AuthEvent::AccountTokenError => Some(3),
            AuthEvent::LoggedIn => Some(4),
            AuthEvent::LoggedOut => Some(5),
            AuthEvent::NetBroken => Some(6),
            AuthEvent::Reconnected => None,
        }
    }

    /// The name of the Android `NEAuthEvent`; iOS has the same set.
    pub const fn android(self) -> Option<&'static str> {
        match self {
            AuthEvent::KickOut => Some("KICK_OUT"),
            AuthEvent::Unauthorized | AuthEvent::TokenIncorrect => Some("INCORRECT_TOKEN"),
            AuthEvent::TokenExpired => Some("TOKEN_EXPIRED"),
            AuthEvent::Forbidden => Some("FORBIDDEN"),
            AuthEvent::AccountTokenError => Some("ACCOUNT_TOKEN_ERROR"),
            AuthEvent::LoggedIn => Some("LOGGED_IN"),
            AuthEvent::LoggedOut => Some("LOGGED_OUT"),
            AuthEvent::Reconnected => Some("RECONNECTED"),
            AuthEvent::NetBroken => None,
        }
    }

    /// The name of the iOS `NEAuthEvent`.
    pub const fn ios(self) -> Option<&'static str> {
        match self {
            AuthEvent::KickOut => Some("kickOut"),
            AuthEvent::Unauthorized | AuthEvent::TokenIncorrect => Some("incorrectToken"),
            AuthEvent::TokenExpired => Some("tokenExpired"),
            AuthEvent::Forbidden => Some("forbidden"),
            AuthEvent::AccountTokenError => Some("accountTokenError"),
            AuthEvent::LoggedIn => Some("loggedIn"),
            AuthEvent::LoggedOut => Some("loggedOut"),
            AuthEvent::Reconnected => Some("reconnected"),
            AuthEvent::NetBroken => None,
        }
    }

    /// The name of the Flutter `NEAuthEvent`.
    pub const fn flutter(self) -> Option<&'static str> {
        match self {
            AuthEvent::KickOut => Some("kKickOut"),
            AuthEvent::Unauthorized | AuthEvent::TokenIncorrect => Some("kIncorrectToken"),
            AuthEvent::TokenExpired => Some("kTokenExpired"),
            AuthEvent::Forbidden => Some("kForbidden"),
            AuthEvent::AccountTokenError => Some("kAccountTokenError"),
            AuthEvent::LoggedIn => Some("kLoggedIn"),
            AuthEvent::LoggedOut => Some("kLoggedOut"),
            AuthEvent::Reconnected => Some("kReconnected"),
            AuthEvent::NetBroken => None,
        }
    }
}

/// Why a room ends for a member (`NERoomEndReason`). The discriminant is the C++ value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i32)]
pub enum EndReason {
    /// The member left.
    LeaveBySelf = 0,
    /// The mirror could not be brought up to date.
    SyncDataError = 1,
    /// The account joined the same room elsewhere, where that is not allowed.
    KickBySelf = 2,
    /// A member closed the room.
    CloseByMember = 3,
    /// The room's lifetime is over.
    EndOfLife = 4,
    /// Everybody left.
    AllMembersOut = 5,
    /// The server closed the room, or switched rooms off.
    CloseByBackend = 6,
    /// The member was removed.
    KickOut = 7,
    /// The login that the room rests on is gone.
    LoginStateError = 8,
    /// The call's connection is gone for good.
    EndOfRtc = 9,
    /// Another device of the account took over.
    KickByOtherDevice = 10,
    /// None of the above.
    Unknown = 11,
}

impl EndReason {
    /// The value of the C++ enum, `kNERoomEndReason...`.
    pub const fn cpp(self) -> i32 {
        self as i32
    }

    /// The Web string, in its published spelling.
    pub const fn web(self) -> &'static str {
        match self {
            EndReason::LeaveBySelf => "LEAVE_BY_SELF",
            EndReason::SyncDataError => "SYNC_DATA_ERROR",
            EndReason::KickBySelf => "kICK_BY_SELF",
            EndReason::CloseByMember => "CLOSE_BY_MEMBER",
            EndReason::EndOfLife => "END_OF_LIFE",
            EndReason::AllMembersOut => "ALL_MEMBERS_OUT",
            EndReason::CloseByBackend => "CLOSE_BY_BACKEND",
            EndReason::KickOut => "KICK_OUT",
            EndReason::LoginStateError => "LOGIN_STATE_ERROR",
            EndReason::KickByOtherDevice => "KICK_BY_OTHER_DEVICE",
            EndReason::EndOfRtc | EndReason::Unknown => "UNKNOWN",
        }
    }

    /// Every reason.
    pub const ALL: [EndReason; 12] = [
        EndReason::LeaveBySelf,
        EndReason::SyncDataError,
        EndReason::KickBySelf,
        EndReason::CloseByMember,
        EndReason::EndOfLife,
        EndReason::AllMembersOut,
        EndReason::CloseByBackend,
        EndReason::KickOut,
        EndReason::LoginStateError,
        EndReason::EndOfRtc,
        EndReason::KickByOtherDevice,
        EndReason::Unknown,
    ];

    /// The name on the wire, which is the Android one.
    pub const fn name(self) -> &'static str {
        self.android()
    }

    /// The reason of that name; one that a newer server made is unknown here.
    pub fn from_name(name: &str) -> EndReason {
        EndReason::ALL.into_iter().find(|reason| reason.name() == name).unwrap_or(EndReason::Unknown)
    }

    /// The Android name.
    pub const fn android(self) -> &'static str {
        match self {
            EndReason::KickBySelf => "KICK_BY_SELF",
            EndReason::EndOfRtc => "END_OF_RTC",
            other => other.web(),
        }
    }
}

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident: $im:ident $kick:expr, $auth:ident, $end:ident, $code:ident;)*) => {
        /// Why a session ended. See [`crate::causes`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $($(#[$doc])* $name,)*
        }

        static ROWS: &[Row] = &[$(Row {
            cause: Cause::$name,
            name: stringify!($name),
            ends_im: ImSession::$im.ends(),
            kick: $kick,
            auth_event: AuthEvent::$auth,
            end_reason: EndReason::$end,
            code: Code::$code,
        },)*];
    };
}

struct Row {
    cause: Cause,
    name: &'static str,
    ends_im: bool,
    kick: Option<KickReason>,
    auth_event: AuthEvent,
    end_reason: EndReason,
    code: Code,
}

enum ImSession {
    Ends,
    Stays,
}

impl ImSession {
    const fn ends(&self) -> bool {
        matches!(self, ImSession::Ends)
    }
}

const EXCLUSIVE: Option<KickReason> = Some(KickReason::Exclusive);
const SERVER: Option<KickReason> = Some(KickReason::Server);
const OWN_DEVICE: Option<KickReason> = Some(KickReason::OwnDevice);
const QUIET: Option<KickReason> = Some(KickReason::Quiet);

causes! {
    /// A login elsewhere took this session's place under the login policy.
    KickedByOtherDevice: Ends EXCLUSIVE, KickOut, KickByOtherDevice, KickedExclusive;
    /// The app's server or an administrator ended the session.
    KickedByServer: Ends SERVER, KickOut, KickOut, KickedByServer;
    /// Another device of the account ended it on purpose.
    KickedByOwnDevice: Ends OWN_DEVICE, KickOut, KickByOtherDevice, KickedByOwnDevice;
    /// The same device logged in anew: the old session gives way without a word.
    ReplacedBySameDevice: Ends QUIET, KickOut, KickByOtherDevice, SessionFenced;
    /// IM was logged out, by the app or, with reuse off, by RoomKit's own logout.
    ImLogout: Ends None, LoggedOut, LoginStateError, SessionEnded;
    /// RoomKit was logged out; IM stays, with reuse on.
    RoomLogout: Stays None, LoggedOut, LeaveBySelf, RoomNotLoggedIn;
    /// The IM account was blocked and its sessions kicked.
    Blocked: Ends SERVER, Forbidden, LoginStateError, AccountDisabled;
    /// The IM account has a new token. Its sessions stay, unless kicked as well; a room session rests on
    /// the old proof and ends.
    ImTokenChanged: Stays None, AccountTokenError, LoginStateError, ImTokenIncorrect;
    /// The room account has a new token.
    RoomTokenChanged: Stays None, TokenIncorrect, LoginStateError, RoomTokenIncorrect;
    /// The room token's lifetime is over.
    RoomTokenExpired: Stays None, TokenExpired, LoginStateError, RoomTokenExpired;
    /// The room component was switched off for the app.
    ComponentOff: Stays None, Forbidden, CloseByBackend, RoomComponentOff;
    /// The room account was bound to another IM account.
    Rebound: Stays None, Unauthorized, LoginStateError, ReuseImAccountMismatch;
    /// The room account logged in on another IM session of the account, where its policy allows one.
    RoomReplaced: Stays None, KickOut, KickByOtherDevice, KickedExclusive;
    /// The client stayed away longer than a session waits.
    SessionExpired: Ends None, Unauthorized, LoginStateError, SessionExpired;
}

impl Cause {
    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Every cause, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Cause> {
        ROWS.iter().map(|row| row.cause)
    }

    /// The name, which is what the wire and the store hold.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The cause of that name. `None` is one newer than this build.
    pub fn from_name(name: &str) -> Option<Cause> {
        Cause::all().find(|cause| cause.name() == name)
    }

    /// Whether the IM session ends. The room session on it ends in every case.
    pub fn ends_im(self) -> bool {
        self.row().ends_im
    }

    /// With which reason the IM SDK reports a kick; `None` where nobody was kicked.
    pub fn kick_reason(self) -> Option<KickReason> {
        self.row().kick
    }

    /// What RoomKit's auth listener reports, when a room account is logged in.
    pub fn auth_event(self) -> AuthEvent {
        self.row().auth_event
    }

    /// With which reason a joined room ends.
    pub fn end_reason(self) -> EndReason {
        self.row().end_reason
    }

    /// The code that answers calls under way, and a resume that comes too late.
    pub fn code(self) -> Code {
        self.row().code
    }

    /// Whether the client may log in again by itself, without a person or the app asking for it.
    pub fn may_come_back(self) -> bool {
        matches!(self, Cause::SessionExpired)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Remedy;

    #[test]
    fn names_are_exact_and_rows_in_order() {
        for (index, cause) in Cause::all().enumerate() {
            assert_eq!(cause as usize, index);
            assert_eq!(Cause::from_name(cause.name()), Some(cause));
        }
        assert_eq!(Cause::from_name("Weather"), None);
    }

    #[test]
    fn a_kick_ends_the_im_session_and_forbids_a_comeback() {
        for cause in Cause::all().filter(|cause| cause.kick_reason().is_some()) {
            assert!(cause.ends_im(), "{cause}");
            assert!(!cause.may_come_back(), "{cause}");
            assert_eq!(cause.code().remedy(), Remedy::Stop, "{cause}");
        }
    }

    #[test]
    fn plain_kicks_reach_rooms_as_kick_out() {
        let kicks = [Cause::KickedByOtherDevice, Cause::KickedByServer, Cause::KickedByOwnDevice];
        for (cause, number) in kicks.into_iter().zip(1..) {
            assert_eq!(cause.kick_reason().map(KickReason::number), Some(number));
            assert_eq!(cause.auth_event().cpp(), Some(0), "{cause}");
        }
    }

    #[test]
    fn what_befalls_a_reused_account_has_its_documented_event() {
        let seen = |cause: Cause| (cause.ends_im(), cause.auth_event().cpp(), cause.auth_event().web());
        assert_eq!(seen(Cause::Blocked), (true, Some(2), Some(2)));
        assert_eq!(seen(Cause::ImTokenChanged), (false, Some(3), Some(3)));
        assert_eq!(seen(Cause::RoomTokenChanged), (false, Some(1), Some(1027)));
        assert_eq!(seen(Cause::RoomTokenExpired), (false, Some(1), Some(1026)));
        assert_eq!(seen(Cause::ComponentOff), (false, Some(2), Some(2)));
        assert_eq!(seen(Cause::Rebound), (false, Some(1), Some(1)));
        assert_eq!(seen(Cause::ImLogout), (true, Some(5), Some(5)));
        assert_eq!(seen(Cause::RoomLogout), (false, Some(5), Some(5)));
    }

    #[test]
    fn every_cause_can_be_told_on_every_platform() {
        for event in Cause::all().map(Cause::auth_event) {
            assert!(event.cpp().is_some() && event.web().is_some(), "{event:?}");
            assert!(event.android().is_some() && event.ios().is_some() && event.flutter().is_some());
        }
        for event in AuthEvent::ALL {
            assert_eq!(event.android().is_some(), event.ios().is_some(), "{event:?}");
            assert_eq!(event.android().is_some(), event.flutter().is_some(), "{event:?}");
        }
    }

    #[test]
    fn end_reasons_have_their_published_values() {
        assert_eq!(EndReason::LoginStateError.cpp(), 8);
        assert_eq!(EndReason::KickByOtherDevice.cpp(), 10);
        assert_eq!(EndReason::KickBySelf.web(), "kICK_BY_SELF");
        assert_eq!(EndReason::KickBySelf.android(), "KICK_BY_SELF");
        assert_eq!(Cause::RoomLogout.end_reason().cpp(), 0);
    }

    #[test]
    fn kick_reasons_survive_the_wire() {
        assert_eq!(KickReason::from_number(2), Some(KickReason::Server));
        assert_eq!(KickReason::from_number(0), None);
        assert_eq!(KickReason::Quiet.cpp(), 1);
    }
}
