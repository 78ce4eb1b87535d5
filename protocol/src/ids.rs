//! Ids are types: what was parsed once needs no checking again, and one id cannot stand for another.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::limits::{self, LimitError};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $field:literal, $rule:expr, $fold:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            #[doc = concat!("Checks and takes `", $field, "`.")]
            pub fn parse(value: &str) -> Result<$name, LimitError> {
                $name::parse_field($field, value)
            }

            /// The same, for a request that calls the field otherwise; the error names that field.
            pub fn parse_field(field: &'static str, value: &str) -> Result<$name, LimitError> {
                $rule.check(field, value)?;
                let fold: bool = $fold;
                Ok($name(if fold { value.to_ascii_lowercase().into() } else { value.into() }))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = LimitError;

            fn from_str(value: &str) -> Result<$name, LimitError> {
                $name::parse(value)
            }
        }

        impl TryFrom<String> for $name {
            type Error = LimitError;

            fn try_from(value: String) -> Result<$name, LimitError> {
                $name::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                String::from(&*id.0)
            }
        }
    };
}

text_id!(
    /// An app (tenant). Letters and digits, as published; case counts.
    AppKey, "AppKey", limits::APP_KEY, false
);
text_id!(
    /// An IM account of an app: `accid`, `account_id`, `imAccid`. Lower case, so that two spellings of a
    /// name are one account.
    Accid, "accid", limits::ACCID, true
);
text_id!(
    /// A room account of an app: `user_uuid`, `userUuid`. Lower case, as [`Accid`].
    UserUuid, "userUuid", limits::USER_UUID, true
);
text_id!(
    /// A device of an account, chosen by the client and kept by it. Case counts.
    DeviceId, "deviceId", limits::DEVICE_ID, false
);

text_id!(
    /// A room's name in its app, chosen by its maker: `roomUuid`, `room_uuid`. Unique among the app's live rooms. Case
    /// counts.
    RoomUuid, "roomUuid", limits::ROOM_UUID, false
);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(value: &str) -> Result<$name, std::num::ParseIntError> {
                value.parse().map($name)
            }
        }

        impl $name {
            /// The number as the wire has it. All that are given are below 2^53.
            pub fn wire(self) -> i64 {
                i64::try_from(self.0).unwrap_or(i64::MAX)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> $name {
                $name(number)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> u64 {
                id.0
            }
        }
    };
}

number_id!(
    /// A session on the link: one login of one device, over all its connections.
    SessionId
);
number_id!(
    /// A room for ever: `roomArchiveId`, `room_archive_id`. Given once, also where its room uuid is used again.
    ArchiveId
);
number_id!(
    /// A device in rooms and calls: `rtcUid`.
    RtcUid
);
number_id!(
    /// A conversation; for the chat of a room this is its `chatRoomId`.
    ConversationId
);
number_id!(
    /// The login epoch of an account and device. Each login raises it; an act under an older one is
    /// refused.
    Epoch
);

impl Epoch {
    /// The epoch of the login after this one.
    pub const fn next(self) -> Epoch {
        Epoch(self.0 + 1)
    }
}

/// An app's internal number: the first part of every key. Never shown outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub u32);

/// A node of the cluster: one server process on one data folder. The same after a restart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub Arc<str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_names_fold_and_devices_do_not() {
        assert_eq!(Accid::parse("MyAccid").unwrap(), Accid::parse("myaccid").unwrap());
        assert_eq!(UserUuid::parse("A.B@c-d_1").unwrap().as_str(), "a.b@c-d_1");
        assert_ne!(DeviceId::parse("Phone").unwrap(), DeviceId::parse("phone").unwrap());
        assert_ne!(AppKey::parse("Key").unwrap(), AppKey::parse("key").unwrap());
    }

    #[test]
    fn an_error_names_the_callers_field() {
        let error = Accid::parse_field("im_accid", &"a".repeat(33)).unwrap_err();
        assert_eq!(error, LimitError::TooLong { field: "im_accid", limit: 32, found: 33 });
        assert!("ÄÖÜ".parse::<Accid>().is_err());
        assert!("".parse::<DeviceId>().is_err());
        assert!(AppKey::try_from(String::from("no/slash")).is_err());
    }

    #[test]
    fn numbers_parse_and_order() {
        assert_eq!("7".parse::<SessionId>().unwrap(), SessionId(7));
        assert!("-7".parse::<Epoch>().is_err());
        assert!(Epoch(1).next() > Epoch(1));
        assert_eq!(format!("{} {:?}", Epoch(3), Accid::parse("Bob").unwrap()), "3 Accid(bob)");
    }
}
