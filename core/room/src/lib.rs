//! One room, decided: members and their devices, roles, permissions, properties, bans, commands.
//!
//! A room's state is the fold of its events ([`v1::RoomEvent`](parlor_protocol::v1::RoomEvent)) over a record.
//! [`Mirror`] is the part that every member sees; servers and clients fold the same events with it. [`Room`] adds
//! the [`Template`] and what members are not told, and decides: each question is answered with the events that follow,
//! or with a [`parlor_protocol::Refusal`], and changes nothing until those events are applied.
#![forbid(unsafe_code)]

mod decided;
mod mirror;
mod room;
mod template;

pub use decided::Decided;
pub use mirror::{Applied, Gap, Mirror};
pub use room::{Actor, CallRights, Create, Join, Life, Room, ServerAct};
pub use template::{
    Action, AudioParams, Concurrency, Expression, Initial, InitialMember, InitialRoom, MemberPermissions,
    Permissions, Resources, Role, RoleParams, RoomPermissions, Rule, ScreenParams, Stream, Target, Template,
    TemplateError, ValueMap, Verb, VideoParams, builtin,
};
