//! Limits: lengths, character sets and counts of what is said, in one place for the HTTP API, the link
//! and the SDKs. Lengths of text count Unicode characters, as the published pages do; sizes count bytes.

use crate::codes::Code;

/// A value outside its limit. Its text names the field and the limit and never shows the value, which
/// may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// A required field is absent or empty.
    #[error("{field} is required")]
    Required {
        /// The field as the caller wrote it.
        field: &'static str,
    },
    /// More characters than allowed.
    #[error("{field} is too long: at most {limit} characters, found {found}")]
    TooLong {
        /// The field as the caller wrote it.
        field: &'static str,
        /// The most characters allowed.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// A character outside the set.
    #[error("{field} may hold only {allowed}; the character at {position} is not one of them")]
    Charset {
        /// The field as the caller wrote it.
        field: &'static str,
        /// The set, in words.
        allowed: &'static str,
        /// Which character, counted from 0.
        position: usize,
    },
    /// More items than allowed.
    #[error("{field} has too many items: at most {limit}, found {found}")]
    TooMany {
        /// The field as the caller wrote it.
        field: &'static str,
        /// The most items allowed.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// A number outside its range.
    #[error("{field} is out of range: {min} to {max}, found {found}")]
    OutOfRange {
        /// The field as the caller wrote it.
        field: &'static str,
        /// The smallest value allowed.
        min: i64,
        /// The largest value allowed.
        max: i64,
        /// What was found.
        found: i64,
    },
}

impl LimitError {
    /// The field that is outside its limit.
    pub fn field(&self) -> &'static str {
        match self {
            LimitError::Required { field }
            | LimitError::TooLong { field, .. }
            | LimitError::Charset { field, .. }
            | LimitError::TooMany { field, .. }
            | LimitError::OutOfRange { field, .. } => field,
        }
    }

    /// The code that answers it.
    pub fn code(&self) -> Code {
        match self {
            LimitError::TooLong { .. } => Code::ParameterTooLong,
            _ => Code::InvalidParameter,
        }
    }
}

/// Which characters a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Any text without control characters.
    Text,
    /// Any text, line breaks and tabs included; for extensions that an app fills as it likes.
    Free,
    /// Letters, digits and `_ @ . -`: IM account names and room user ids. Case is folded by the id type.
    AccountName,
    /// Letters, digits, `_` and `-`: device ids.
    Device,
    /// ASCII letters and digits: AppKeys.
    Alphanumeric,
    /// Letters, digits and `- _ . ~`: room uuids.
    Room,
}

impl Charset {
    /// The set in words, as error messages and the API description show it.
    pub const fn words(self) -> &'static str {
        match self {
            Charset::Text => "text without control characters",
            Charset::Free => "text",
            Charset::AccountName => "letters, digits and _ @ . -",
            Charset::Device => "letters, digits, _ and -",
            Charset::Alphanumeric => "letters and digits",
            Charset::Room => "letters, digits and - _ . ~",
        }
    }

    /// The set as a regular expression for one character, for the API description; `None` where it is
    /// not worth one.
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Charset::Text | Charset::Free => None,
            Charset::AccountName => Some("[A-Za-z0-9_@.-]"),
            Charset::Device => Some("[A-Za-z0-9_-]"),
            Charset::Alphanumeric => Some("[A-Za-z0-9]"),
            Charset::Room => Some("[A-Za-z0-9_.~-]"),
        }
    }

    /// Whether the set holds that character.
    pub fn holds(self, c: char) -> bool {
        match self {
            Charset::Text => !c.is_control(),
            Charset::Free => !c.is_control() || matches!(c, '\n' | '\r' | '\t'),
            Charset::AccountName => c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '-'),
            Charset::Device => c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
            Charset::Alphanumeric => c.is_ascii_alphanumeric(),
            Charset::Room => c.is_ascii_alphanumeric() || "-_.~".contains(c),
        }
    }
}

/// The rule of one kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRule {
    /// The fewest characters; 0 where empty is a value ("leave unchanged" or "none").
    pub min_chars: usize,
    /// The most characters.
    pub max_chars: usize,
    /// Which characters.
    pub charset: Charset,
}

impl TextRule {
    /// A text that must not be empty.
    pub const fn required(max_chars: usize, charset: Charset) -> TextRule {
        TextRule { min_chars: 1, max_chars, charset }
    }

    /// A text that may be empty.
    pub const fn optional(max_chars: usize, charset: Charset) -> TextRule {
        TextRule { min_chars: 0, max_chars, charset }
    }

    /// Checks a value of `field`; the error names that field.
    pub fn check(&self, field: &'static str, value: &str) -> Result<(), LimitError> {
        let found = value.chars().count();
        if found < self.min_chars {
            return Err(LimitError::Required { field });
        }
        if found > self.max_chars {
            return Err(LimitError::TooLong { field, limit: self.max_chars, found });
        }
        match value.chars().position(|c| !self.charset.holds(c)) {
            Some(position) => Err(LimitError::Charset { field, allowed: self.charset.words(), position }),
            None => Ok(()),
        }
    }

    /// [`TextRule::check`] where absent is fine.
    pub fn check_option(&self, field: &'static str, value: Option<&str>) -> Result<(), LimitError> {
        value.map_or(Ok(()), |value| self.check(field, value))
    }
}

/// Checks that a list of `field` has at most `limit` items.
pub fn check_count(field: &'static str, limit: usize, found: usize) -> Result<(), LimitError> {
    if found > limit { Err(LimitError::TooMany { field, limit, found }) } else { Ok(()) }
}

/// Checks that a list of `field` has between one and `limit` items.
pub fn check_batch(field: &'static str, limit: usize, found: usize) -> Result<(), LimitError> {
    if found == 0 { Err(LimitError::Required { field }) } else { check_count(field, limit, found) }
}

/// Checks that a number of `field` lies in a range, both ends included.
pub fn check_range(field: &'static str, min: i64, max: i64, found: i64) -> Result<(), LimitError> {
    if (min..=max).contains(&found) { Ok(()) } else { Err(LimitError::OutOfRange { field, min, max, found }) }
}

// Apps and the signature

/// `AppKey`: ours are 32 hexadecimal digits; one that an operator brings along may be longer.
pub const APP_KEY: TextRule = TextRule::required(64, Charset::Alphanumeric);
/// An app's name in the console and on the command line.
pub const APP_NAME: TextRule = TextRule::required(64, Charset::Text);
/// `Nonce` of a signed request (both API families).
pub const NONCE: TextRule = TextRule::required(128, Charset::Text);
/// `CurTime` of a signed request: seconds since 1970 in decimal.
pub const CUR_TIME: TextRule = TextRule::required(20, Charset::Alphanumeric);
/// How far `CurTime` may be from the server's clock, either way, in seconds.
pub const CLOCK_SKEW_S: i64 = 300;
/// `RequestId` of a signed request.
pub const REQUEST_ID: TextRule = TextRule::required(128, Charset::Text);
/// How long a `RequestId` is remembered, in seconds.
pub const REQUEST_ID_TTL_S: i64 = 600;
/// `X-custom-traceid` of a request.
pub const TRACE_ID: TextRule = TextRule::optional(128, Charset::Text);
/// The most bytes of an HTTP request body.
pub const HTTP_BODY_MAX_BYTES: usize = 1024 * 1024;
/// The most bytes of the body of a call that is not signed.
pub const HTTP_LOGIN_BODY_MAX_BYTES: usize = 64 * 1024;
/// The most values in an HTTP body or query, those inside lists and objects included: small values take far more
/// memory than they have bytes.
pub const HTTP_VALUES_MAX: usize = 10_000;

// IM accounts (v1 `user/*.action`, v2 accounts and users)

/// `accid`, `account_id`, `imAccid`: folded to lower case.
pub const ACCID: TextRule = TextRule::required(32, Charset::AccountName);
/// An IM account's token wherever it is given. The room pages say 64 for `im_token`; it accepts what an
/// IM token may be. No page names a character set, so that accounts can be brought along unchanged.
pub const IM_TOKEN: TextRule = TextRule::required(128, Charset::Text);
/// The most characters of a dynamic token or of one that the app's own callback checks; these are made
/// for each login and not stored.
pub const LOGIN_TOKEN: TextRule = TextRule::required(2048, Charset::Free);
/// The login extension that is passed to the app's login callback.
pub const LOGIN_EXTENSION: TextRule = TextRule::optional(1024, Charset::Free);
/// `name` of an IM account.
pub const NAME: TextRule = TextRule::optional(64, Charset::Text);
/// `icon`, `avatar` of an IM account.
pub const ICON: TextRule = TextRule::optional(1024, Charset::Text);
/// `sign` of an IM account.
pub const SIGN: TextRule = TextRule::optional(256, Charset::Free);
/// `email` of an IM account.
pub const EMAIL: TextRule = TextRule::optional(64, Charset::Text);
/// `birth`, `birthday` of an IM account.
pub const BIRTH: TextRule = TextRule::optional(16, Charset::Text);
/// `mobile` of an IM account.
pub const MOBILE: TextRule = TextRule::optional(32, Charset::Text);
/// `ex`, `extension` of an IM account.
pub const EX: TextRule = TextRule::optional(1024, Charset::Free);
/// `gender`: the smallest value, unknown.
pub const GENDER_MIN: i64 = 0;
/// `gender`: the largest value, female.
pub const GENDER_MAX: i64 = 2;
/// `kickNotifyExt`, `kick_notify_extension`: what a kicked client is told by the app.
pub const KICK_NOTIFY_EXT: TextRule = TextRule::optional(1024, Charset::Free);
/// `getUinfos`, `userOnlineStatus` and the v2 batch calls: the most accounts of one request.
pub const IM_BATCH_MAX: usize = 200;
/// v2 `actions/kick`: the most device ids of one request.
pub const KICK_DEVICES_MAX: usize = 20;

// Room accounts (`/neroom/v3/users`, `/apps/...`)

/// `user_uuid`, `userUuid`: folded to lower case.
pub const USER_UUID: TextRule = TextRule::required(32, Charset::AccountName);
/// `user_token`, `userToken`.
pub const USER_TOKEN: TextRule = TextRule::required(64, Charset::Text);
/// `user_name`, `userName`.
pub const USER_NAME: TextRule = TextRule::optional(64, Charset::Text);
/// `icon` of a room account.
pub const ROOM_ICON: TextRule = TextRule::optional(1000, Charset::Text);
/// `deviceId` of `refreshToken`, and the device id of a login.
pub const DEVICE_ID: TextRule = TextRule::required(64, Charset::Device);
/// `user_uuids`: the most room accounts of one request.
pub const ROOM_BATCH_MAX: usize = 100;
/// How long an access token of `refreshToken` is valid by default, in seconds.
pub const ACCESS_TOKEN_TTL_S: i64 = 24 * 3600;
/// How long the one-time ticket of a room login is valid, in seconds.
pub const LINK_TICKET_TTL_S: i64 = 60;

// Rooms (neroom-server §4, §12; neroom-client §18)

/// `room_uuid`, `roomUuid`. Case counts.
pub const ROOM_UUID: TextRule = TextRule::required(64, Charset::Room);
/// `room_archive_id`, `roomArchiveId`. Ours are numbers; an app may have kept ids of another server.
pub const ROOM_ARCHIVE_ID: TextRule = TextRule::required(36, Charset::Room);
/// `room_name`, `roomName`.
pub const ROOM_NAME: TextRule = TextRule::optional(64, Charset::Text);
/// A room's password; empty = none.
pub const ROOM_PASSWORD: TextRule = TextRule::optional(64, Charset::Text);
/// `ext` of a room and of a member.
pub const ROOM_EXT: TextRule = TextRule::optional(4096, Charset::Free);
/// `avatar` of a member.
pub const ROOM_AVATAR: TextRule = TextRule::optional(1000, Charset::Text);
/// The name of a role in a template.
pub const ROLE_NAME: TextRule = TextRule::required(32, Charset::Text);
/// The name of a template.
pub const TEMPLATE_NAME: TextRule = TextRule::required(64, Charset::Text);
/// Roles of one template.
pub const TEMPLATE_ROLES_MAX: usize = 32;
/// Keys of one kind of permission in a template.
pub const TEMPLATE_KEYS_MAX: usize = 200;
/// Role expressions of one permission.
pub const TEMPLATE_EXPRESSIONS_MAX: usize = 100;
/// The key of a room or member property.
pub const PROPERTY_KEY: TextRule = TextRule::required(64, Charset::Text);
/// The value of a room or member property. No page names a limit.
pub const PROPERTY_VALUE: TextRule = TextRule::optional(4096, Charset::Free);
/// `template_id`, `templateId`, `configId`: below 2^53.
pub const ROOM_TEMPLATE_ID_MAX: i64 = (1 << 53) - 1;
/// `role_bind` of a new room.
pub const ROOM_ROLE_BIND_MAX: usize = 500;
/// The most properties of a room.
pub const ROOM_PROPERTIES_MAX: usize = 100;
/// The most properties of a member.
pub const MEMBER_PROPERTIES_MAX: usize = 50;
/// `notifyExt` of bans and of the blacklist.
pub const NOTIFY_EXT: TextRule = TextRule::optional(1024, Charset::Free);
/// Members of one room at once, where the room says nothing else.
pub const ROOM_MEMBERS_DEFAULT: u32 = 500;
/// The most members of one room that may be configured.
pub const ROOM_MEMBERS_MAX: u32 = 2000;
/// Most people on a room's blacklist.
pub const BLACKLIST_MAX: usize = 1000;
/// `page_size` of the lists of rooms and of members.
pub const ROOM_PAGE_MAX: usize = 50;
/// `page_number` of any list.
pub const PAGE_NUMBER_MAX: i64 = 1_000_000;
/// The longest temporary ban, in seconds.
pub const BAN_MAX_S: i64 = 10 * 365 * 24 * 3600;
/// Roles changed in one request.
pub const ROLE_CHANGES_MAX: usize = 100;
/// How long a room lives at most by default, in milliseconds (`type` 1 of the server call).
pub const ROOM_LIFE_MS: i64 = 24 * 3600 * 1000;
/// `life_seconds` of a room that is changed, in seconds.
pub const ROOM_LIFE_MAX_S: i64 = 10 * 365 * 24 * 3600;
/// How long a room that a client made lives at most, in milliseconds.
pub const ROOM_LIFE_BY_CLIENT_MS: i64 = 16 * 3600 * 1000;
/// A room that nobody enters for this long after it was made ends, in milliseconds.
pub const ROOM_UNUSED_MS: i64 = 24 * 3600 * 1000;
/// Command ids that are the app's own: the first.
pub const COMMAND_ID_MIN: i64 = 10_000;
/// Command ids that are the app's own: the last.
pub const COMMAND_ID_MAX: i64 = 19_999;
/// The most bytes of a custom command's data.
pub const COMMAND_MAX_BYTES: usize = 4096;
/// People or roles that a custom command is for.
pub const COMMAND_TARGETS_MAX: usize = 100;

// Messages

/// The most bytes of a text in a room's chat from a client.
pub const CHAT_TEXT_MAX_BYTES: usize = 5 * 1024;
/// The most bytes of a custom message's attachment.
pub const CHAT_CUSTOM_MAX_BYTES: usize = 5 * 1024;
/// `message` of the server call that sends into a room's chat.
pub const CHAT_SERVER_TEXT: TextRule = TextRule::required(500, Charset::Free);
/// `attach` and `ext` of a broadcast, and the app's own text beside a message.
pub const CHAT_EXT: TextRule = TextRule::optional(4096, Charset::Free);
/// A message's own id, chosen by its sender.
pub const MESSAGE_UUID: TextRule = TextRule::required(64, Charset::Text);
/// People that a message in a room's chat is for, when it is not for all.
pub const CHAT_TO_MAX: usize = 200;
/// Messages in one page of history.
pub const CHAT_HISTORY_MAX: u32 = 100;
/// Messages that are kept of a room's chat.
pub const CHAT_KEPT: u64 = 10_000;

// Files

/// `name` of a file.
pub const FILE_NAME: TextRule = TextRule::required(255, Charset::Text);
/// The most bytes of one file by default.
pub const FILE_MAX_BYTES: u64 = 100 * 1024 * 1024;
/// How long an upload may take from its start, in seconds.
pub const FILE_PUT_TTL_S: i64 = 3600;
/// How long a file's address is good, in seconds.
pub const FILE_LINK_TTL_S: i64 = 24 * 3600;

// Calls

/// The most bytes of an SDP (`offer_sdp`).
pub const MEDIA_SDP_MAX_BYTES: usize = 56 * 1024;
/// The most lines of an offer.
pub const MEDIA_LINES_MAX: usize = 40;
/// `mid` of a line (RFC 5888 section 4: a token).
pub const MEDIA_MID: TextRule = TextRule::required(16, Charset::Text);
/// The most pictures that a device may want at once.
pub const MEDIA_WANTED_MAX: usize = 64;
/// The most pixels that a side of a picture is shown in.
pub const MEDIA_SIDE_MAX: i64 = 16_384;

// The link

/// The most bytes of a frame before login.
pub const FRAME_BEFORE_LOGIN_MAX_BYTES: usize = 4 * 1024;
/// The most bytes of a frame after login.
pub const FRAME_MAX_BYTES: usize = 64 * 1024;
/// The most bytes of one part of a large answer, so that control never waits long behind bulk.
pub const PART_MAX_BYTES: usize = 16 * 1024;
/// The bytes of an op id.
pub const OP_ID_BYTES: usize = 16;
/// The bytes of a trace id on the link.
pub const TRACE_BYTES: usize = 16;
/// How long an op id and the reply to it are remembered, in seconds.
pub const OP_ID_TTL_S: i64 = 24 * 3600;
/// `custom_tag`, `customTag` of a login.
pub const CUSTOM_TAG: TextRule = TextRule::optional(32, Charset::Text);
/// The operating system, host and program that a device names at login, each.
pub const DEVICE_DESCRIPTION: TextRule = TextRule::optional(128, Charset::Text);
/// The most sessions of an account when the policy sets no smaller number.
pub const DEVICES_MAX: usize = 10;
/// How long a session waits for its client to come back, in milliseconds from the last byte received.
pub const SESSION_DETACHED_MS: i64 = 30_000;
/// After how long without a byte a peer that is in a room is dead, in milliseconds.
pub const DEAD_PEER_IN_ROOM_MS: i64 = 15_000;
/// After how long without a byte any other peer is dead, in milliseconds.
pub const DEAD_PEER_MS: i64 = 45_000;
/// How many attempts a manual login makes by default (`login_max_retry_times_`, V2 `retryCount`).
pub const LOGIN_ATTEMPTS: u32 = 3;
/// How long a manual login may take in all by default, in milliseconds (V2 `timeout`).
pub const LOGIN_TIMEOUT_MS: i64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_holds_at_its_limit_and_not_beyond() {
        for rule in [ACCID, IM_TOKEN, NAME, EX, USER_TOKEN, DEVICE_ID, NONCE, CUSTOM_TAG] {
            let at = "a".repeat(rule.max_chars);
            assert_eq!(rule.check("f", &at), Ok(()));
            let over = rule.check("f", &format!("{at}a"));
            let expected =
                LimitError::TooLong { field: "f", limit: rule.max_chars, found: rule.max_chars + 1 };
            assert_eq!(over, Err(expected));
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(NAME.check("name", &"名".repeat(64)), Ok(()));
        assert!(NAME.check("name", &"名".repeat(65)).is_err());
    }

    #[test]
    fn a_foreign_character_is_named_by_place_only() {
        let error = ACCID.check("accid", "ab c").unwrap_err();
        assert_eq!(
            error.to_string(),
            "accid may hold only letters, digits and _ @ . -; the character at 2 is not one of them"
        );
        assert_eq!(error.code(), Code::InvalidParameter);
        assert_eq!(error.field(), "accid");
        assert!(DEVICE_ID.check("deviceId", "a.b").is_err());
        assert!(USER_UUID.check("userUuid", "käse").is_err());
        assert!(USER_TOKEN.check("userToken", "a\0b").is_err());
    }

    #[test]
    fn empty_is_a_value_only_where_it_means_something() {
        assert_eq!(ACCID.check("accid", ""), Err(LimitError::Required { field: "accid" }));
        assert_eq!(NAME.check("name", ""), Ok(()));
        assert_eq!(ACCID.check_option("accid", None), Ok(()));
    }

    #[test]
    fn counts_and_ranges_include_their_ends() {
        assert_eq!(check_batch("accids", IM_BATCH_MAX, 200), Ok(()));
        assert_eq!(check_batch("accids", 200, 0), Err(LimitError::Required { field: "accids" }));
        assert_eq!(
            check_count("accids", 200, 201),
            Err(LimitError::TooMany { field: "accids", limit: 200, found: 201 })
        );
        assert_eq!(check_range("gender", GENDER_MIN, GENDER_MAX, 2), Ok(()));
        assert!(check_range("gender", GENDER_MIN, GENDER_MAX, 3).is_err());
        assert!(check_range("gender", GENDER_MIN, GENDER_MAX, -1).is_err());
    }

    #[test]
    fn a_pattern_says_what_the_set_holds() {
        assert_eq!(Charset::AccountName.pattern(), Some("[A-Za-z0-9_@.-]"));
        assert!(Charset::Free.holds('\n') && !Charset::Text.holds('\n') && !Charset::Free.holds('\0'));
    }
}
