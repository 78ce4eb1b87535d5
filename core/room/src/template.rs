//! Templates: the roles of a room, who may do what, and what a room is made with (neroom-server, "Templates, roles,
//! permissions"; the reasons for what is not published are in `docs/decisions/051-templates.md`).
//!
//! A template is JSON. Unknown fields are errors, and every error names its path. A room keeps the template it was
//! made with, so a change reaches rooms that are made afterwards.

mod builtin;
mod check;
mod expression;
mod names;
mod wire;

use std::collections::BTreeMap;

use parlor_protocol::limits;
use serde::{Deserialize, Serialize};

pub use builtin::builtin;
pub use expression::{Expression, Target, Verb};
pub use names::{Action, Stream};

/// The rules of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// For people who choose one.
    pub name: String,
    /// At least one; the order is that of the published list.
    pub roles: Vec<Role>,
    /// The role of whoever joins without naming one.
    pub default_role: String,
    /// Who may do what. What is not named here nobody may do.
    pub permissions: Permissions,
    /// What a room is made with, unless its maker says otherwise.
    #[serde(default)]
    pub resources: Resources,
    /// Values that are there from the first moment.
    #[serde(default, skip_serializing_if = "Initial::is_empty")]
    pub initial: Initial,
    /// How long a room lives that a client made, in milliseconds; 0 = without end.
    #[serde(default = "default_lifetime_ms")]
    pub lifetime_ms: i64,
    /// How long a room that everybody left waits before it ends (ALL_MEMBERS_OUT), in milliseconds; 0 = it does not end.
    #[serde(default)]
    pub empty_grace_ms: i64,
    /// Whether a new room's blacklist is in force.
    #[serde(default = "yes")]
    pub blacklist: bool,
    /// Whether an account may be in a new room with several devices.
    #[serde(default = "yes")]
    pub multi_device: bool,
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    /// Without `. | # *`, and not `self`.
    pub name: String,
    /// Most members at once; 0 = no limit.
    #[serde(default)]
    pub limit: u32,
    /// May kick and end the room, whatever the permissions say.
    #[serde(default)]
    pub super_role: bool,
    /// Its members are not shown, and do not count against the room's limit.
    #[serde(default)]
    pub hide: bool,
    /// Nobody takes it by asking for it at the join: it is bound, changed to or handed over.
    #[serde(default)]
    pub bound_only: bool,
    /// What its media are sent with.
    #[serde(default)]
    pub params: RoleParams,
}

/// `NERoleParams`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleParams {
    /// The camera.
    pub video: VideoParams,
    /// The microphone.
    pub audio: AudioParams,
    /// The screen.
    pub screen: ScreenParams,
    /// `channelProfileV2`.
    pub channel_profile: i32,
}

/// `NERoleVideoParams`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VideoParams {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
}

impl Default for VideoParams {
    fn default() -> VideoParams {
        VideoParams { width: 640, height: 360, fps: 15 }
    }
}

/// `NERoleAudioParams`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AudioParams {
    /// The published number.
    pub profile: i32,
    /// The published number.
    pub scenario: i32,
}

/// `NERoleScreenParams`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ScreenParams {
    /// The published number.
    pub video_profile: i32,
    /// Frames per second where motion counts.
    #[serde(rename = "preferMotionFPS")]
    pub prefer_motion_fps: u32,
    /// Frames per second where details count.
    #[serde(rename = "preferDetailsFPS")]
    pub prefer_details_fps: u32,
}

impl Default for ScreenParams {
    fn default() -> ScreenParams {
        ScreenParams { video_profile: 0, prefer_motion_fps: 24, prefer_details_fps: 5 }
    }
}

/// Who may do what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Permissions {
    /// On the room.
    pub room: RoomPermissions,
    /// On members.
    pub member: MemberPermissions,
    /// Acts.
    pub actions: BTreeMap<Action, Rule>,
}

/// On the room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoomPermissions {
    /// The room's properties by key; `*` stands for all keys that are not named. A target is whoever holds the
    /// property: the associated member, else the one who set it.
    pub properties: BTreeMap<String, Rule>,
}

/// On members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MemberPermissions {
    /// Members' properties by key; `*` stands for all keys that are not named.
    pub properties: BTreeMap<String, Rule>,
    /// Members' streams: `#put` switches on, `#delete` off.
    pub streams: BTreeMap<Stream, Rule>,
}

/// One permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rule {
    /// Whoever one of these allows it.
    pub roles: Vec<Expression>,
    /// A room property: while somebody holds it, nobody else sets it (1006). A member property: while one member has
    /// it, no other gets it (1007).
    #[serde(skip_serializing_if = "is_false")]
    pub exclusive: bool,
    /// How many may have it at once (1012): members for a property, devices for a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
}

/// A limit on simultaneous holders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Concurrency {
    /// At least 1.
    pub limit: u32,
    /// For a property: only members with this value count, as `{"value": "1"}`. Absent: whoever has the key counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_map: Option<ValueMap>,
}

/// Which value of a property counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueMap {
    /// The value.
    pub value: String,
}

/// What a room is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Resources {
    /// Calls.
    pub rtc: bool,
    /// The room's chat.
    pub chatroom: bool,
    /// The whiteboard.
    pub whiteboard: bool,
    /// Live streams.
    pub live: bool,
    /// Recording.
    pub record: bool,
    /// Telephones.
    pub sip: bool,
    /// Seats.
    pub seat: bool,
}

impl Default for Resources {
    fn default() -> Resources {
        let (live, record, sip, seat) = (false, false, false, false);
        Resources { rtc: true, chatroom: true, whiteboard: true, live, record, sip, seat }
    }
}

/// Values from the first moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Initial {
    /// Of a new room.
    pub room: InitialRoom,
    /// Of whoever joins.
    pub member: InitialMember,
}

/// Of a new room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InitialRoom {
    /// The maker's own values go over these.
    pub properties: BTreeMap<String, String>,
}

/// Of whoever joins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InitialMember {
    /// The joiner's own values go over these.
    pub properties: BTreeMap<String, String>,
    /// Which streams of a new device are on, as far as its member may switch them on.
    pub streams: BTreeMap<Stream, bool>,
}

impl Initial {
    fn is_empty(&self) -> bool {
        *self == Initial::default()
    }
}

/// A template that cannot be used. The text names where and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not JSON, or not the shape of a template: a field that is unknown, absent or of another type.
    #[error("{path}: {problem}")]
    Shape {
        /// Where, as `permissions.actions.kick.roles[0]`; `.` is the whole.
        path: String,
        /// What is wrong, with line and column.
        problem: String,
    },
    /// A value that breaks a rule.
    #[error("{path}: {rule}")]
    Rule {
        /// Where.
        path: String,
        /// The rule.
        rule: String,
    },
}

impl Template {
    /// Reads and checks a template.
    pub fn parse(json: &str) -> Result<Template, TemplateError> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let shape = |path: String, problem: serde_json::Error| TemplateError::Shape {
            path,
            problem: problem.to_string(),
        };
        let template: Template = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| shape(error.path().to_string(), error.into_inner()))?;
        deserializer.end().map_err(|error| shape(".".to_owned(), error))?;
        template.check()?;
        Ok(template)
    }

    /// The template as JSON that [`Template::parse`] reads.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The rule of a room property; `None` where the key is not declared.
    pub fn room_property(&self, key: &str) -> Option<&Rule> {
        named_or_any(&self.permissions.room.properties, key)
    }

    /// The rule of a member property; `None` where the key is not declared.
    pub fn member_property(&self, key: &str) -> Option<&Rule> {
        named_or_any(&self.permissions.member.properties, key)
    }
}

fn named_or_any<'a>(rules: &'a BTreeMap<String, Rule>, key: &str) -> Option<&'a Rule> {
    rules.get(key).or_else(|| rules.get(ANY))
}

/// Any role, or any key that is not named.
const ANY: &str = "*";

fn default_lifetime_ms() -> i64 {
    limits::ROOM_LIFE_BY_CLIENT_MS
}

fn yes() -> bool {
    true
}

fn is_false(value: &bool) -> bool {
    !value
}
