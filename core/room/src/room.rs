//! A room's state: the mirror, its template, and what members are not told. Deciding is in the files beside: `act.rs` is
//! the one match on acts.

mod act;
mod ban;
mod blacklist;
mod by;
mod command;
mod due;
mod fold;
mod join;
mod leave;
mod media;
mod member;
mod permission;
mod property;
mod role;
mod server;
mod setting;
mod stream;

use std::collections::BTreeMap;
use std::sync::Arc;

use parlor_protocol::limits::{self, check_count, check_range};
use parlor_protocol::{Code, v1};

use crate::mirror::Mirror;
use crate::template::Template;
use parlor_protocol::Refusal;

pub use media::CallRights;
pub use server::ServerAct;

/// One room. Deciding takes `&self`; only [`Room::apply`] changes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    template: Arc<Template>,
    mirror: Mirror,
    /// `user_uuid` to the name it had when it was listed.
    blacklist: BTreeMap<String, String>,
    role_bind: BTreeMap<String, String>,
    empty_since_ms: i64,
    was_entered: bool,
    empty_grace_ms: i64,
    /// Who set a room property that is associated with nobody.
    holders: BTreeMap<String, String>,
    /// Bans of people who are outside at the moment.
    absent_bans: BTreeMap<String, v1::RoomBans>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A device of a member.
    Member {
        /// The room account.
        user_uuid: String,
        /// Its device in the room.
        rtc_uid: i64,
    },
    /// The app's server or an administrator: permissions do not bind it, limits do.
    Server,
}

/// What a room is made of.
#[derive(Debug, Clone, Default)]
pub struct Create {
    /// Unique for ever.
    pub archive_id: i64,
    /// Chosen by the maker.
    pub room_uuid: String,
    /// For people.
    pub room_name: String,
    /// The id under which members know the template.
    pub template_id: i64,
    /// Now.
    pub created_at_ms: i64,
    /// The epoch of the room's stream.
    pub epoch: u64,
    /// How long it lives.
    pub life: Life,
    /// How long it may be empty after somebody was in it, in milliseconds, 0 = for ever; `None` = as the template says.
    pub empty_grace_ms: Option<i64>,
    /// 0 = the default.
    pub max_members: u32,
    /// `None` = as the template says.
    pub resources: Option<v1::RoomResources>,
    /// Communication or live broadcasting.
    pub profile: v1::RoomProfile,
    /// The app's own text.
    pub ext: String,
    /// Room properties over those of the template; their keys must be declared.
    pub properties: BTreeMap<String, String>,
    /// `user_uuid` to the role it gets at joining, whatever it asks for.
    pub role_bind: BTreeMap<String, String>,
    /// The room account that makes it, or that it is made for; may be empty.
    pub owner: String,
    /// The conversation of its chat; not used where the room has none.
    pub chat_room_id: i64,
}

/// How long a room lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Life {
    /// As the template says: rooms that a client makes.
    #[default]
    Template,
    /// This many milliseconds: rooms of the server, `type` 1.
    Ms(i64),
    /// Until somebody ends it, also when nobody ever enters it: `type` 2.
    Endless,
}

/// Somebody wants in.
#[derive(Debug, Clone, Default)]
pub struct Join {
    /// The room account.
    pub user_uuid: String,
    /// Shown to others.
    pub user_name: String,
    /// Shown to others.
    pub avatar: String,
    /// Empty = the default role.
    pub role: String,
    /// The password is right, or the room has none: whoever keeps it compared it.
    pub password_right: bool,
    /// Own member properties from the first moment.
    pub properties: BTreeMap<String, String>,
    /// Other devices of the account leave.
    pub kick_other_device: bool,
    /// The app's own text.
    pub ext: String,
    /// The device: `rtc_uid`, `device_id`, `client_type`; what is switched on is for the room to say.
    pub endpoint: v1::RoomEndpoint,
}

impl Room {
    /// A new room, at number 0 of its stream, with nobody in it.
    pub fn create(template: impl Into<Arc<Template>>, create: Create) -> Result<Room, Refusal> {
        let template = template.into();
        check_create(&template, &create)?;
        let mut properties = template.initial.room.properties.clone();
        properties.extend(create.properties);
        check_count("properties", limits::ROOM_PROPERTIES_MAX, properties.len())?;
        let resources = create.resources.unwrap_or_else(|| resources(&template));
        let lives_ms = match create.life {
            Life::Template => template.lifetime_ms,
            Life::Ms(life_ms) => life_ms,
            Life::Endless => 0,
        };
        let head = v1::RoomHead {
            archive_id: create.archive_id,
            room_uuid: create.room_uuid,
            room_name: create.room_name,
            template: Some(template.to_wire(create.template_id)),
            created_at_ms: create.created_at_ms,
            ends_at_ms: if lives_ms > 0 { create.created_at_ms + lives_ms } else { 0 },
            max_members: create.max_members,
            blacklist_enabled: template.blacklist,
            multi_device: template.multi_device,
            ext: create.ext,
            properties: properties.into_iter().map(property).collect(),
            chat_room_id: if resources.chatroom { create.chat_room_id } else { 0 },
            resources: Some(resources),
            profile: create.profile.into(),
            owner: create.owner,
            ..v1::RoomHead::default()
        };
        let empty_grace_ms = create.empty_grace_ms.unwrap_or(template.empty_grace_ms);
        let fold = |(user_uuid, role): (String, String)| (user_uuid.to_ascii_lowercase(), role);
        let role_bind = create.role_bind.into_iter().map(fold).collect();
        let record =
            v1::RoomRecord { head: Some(head), role_bind, empty_grace_ms, ..v1::RoomRecord::default() };
        Ok(Room::load(template, record, v1::Cursor { epoch: create.epoch, seq: 0 }))
    }

    /// The room of a record, which is its state `at` that place.
    pub fn load(template: impl Into<Arc<Template>>, record: v1::RoomRecord, at: v1::Cursor) -> Room {
        let mut mirror = Mirror::new(record.head.unwrap_or_default(), record.members, at);
        if !record.ended_reason.is_empty() {
            mirror.set_ended(&record.ended_reason);
        }
        let listed = record.blacklist.into_iter().map(|listed| (listed.user_uuid, listed.user_name));
        let absent = record.absent_bans.into_iter();
        Room {
            template: template.into(),
            mirror,
            blacklist: listed.collect(),
            role_bind: record.role_bind,
            empty_since_ms: record.empty_since_ms,
            was_entered: record.was_entered,
            empty_grace_ms: record.empty_grace_ms,
            holders: record.property_holders,
            absent_bans: absent.filter_map(|absent| Some((absent.user_uuid, absent.bans?))).collect(),
        }
    }

    /// The state as [`Room::load`] takes it.
    pub fn record(&self) -> v1::RoomRecord {
        let absent = |(user_uuid, bans): (&String, &v1::RoomBans)| v1::RoomAbsentBans {
            user_uuid: user_uuid.clone(),
            bans: Some(*bans),
        };
        v1::RoomRecord {
            head: Some(self.mirror.head().clone()),
            members: self.mirror.members().cloned().collect(),
            blacklist: self.blacklist().collect(),
            role_bind: self.role_bind.clone(),
            empty_since_ms: self.empty_since_ms,
            was_entered: self.was_entered,
            ended_reason: self.mirror.ended().unwrap_or_default().to_owned(),
            empty_grace_ms: self.empty_grace_ms,
            property_holders: self.holders.clone(),
            absent_bans: self.absent_bans.iter().map(absent).collect(),
        }
    }

    /// What members see.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// The rules it was made under.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Who may not come in while the blacklist is in force, in the order of `user_uuid`.
    pub fn blacklist(&self) -> impl ExactSizeIterator<Item = v1::RoomBlacklisted> {
        self.blacklist.iter().map(|(user_uuid, user_name)| v1::RoomBlacklisted {
            user_uuid: user_uuid.clone(),
            user_name: user_name.clone(),
        })
    }

    /// Whether that member may see the event's body: a command for others is not for everybody.
    pub fn told(&self, event: &v1::RoomEvent, user_uuid: &str) -> bool {
        match &event.body {
            Some(v1::room_event::Body::Command(command)) => self.is_command_for(command, user_uuid),
            _ => true,
        }
    }

    /// The most shown members at once.
    fn max_members(&self) -> usize {
        let own = self.mirror.head().max_members;
        (if own == 0 { limits::ROOM_MEMBERS_DEFAULT } else { own }) as usize
    }

    fn is_hidden(&self, role: &str) -> bool {
        self.template.role(role).is_some_and(|role| role.hide)
    }

    fn is_super(&self, role: &str) -> bool {
        self.template.role(role).is_some_and(|role| role.super_role)
    }

    /// Refuses everything once the room is over.
    fn alive(&self) -> Result<(), Refusal> {
        match self.mirror.ended() {
            None => Ok(()),
            Some(reason) => Err(Refusal::new(Code::RoomNotFound, format!("the room has ended: {reason}"))),
        }
    }
}

fn check_create(template: &Template, create: &Create) -> Result<(), Refusal> {
    limits::ROOM_UUID.check("room_uuid", &create.room_uuid)?;
    limits::ROOM_NAME.check("room_name", &create.room_name)?;
    limits::ROOM_EXT.check("ext", &create.ext)?;
    check_range("max_members", 0, limits::ROOM_MEMBERS_MAX.into(), create.max_members.into())?;
    check_count("role_bind", limits::ROOM_MEMBERS_MAX as usize, create.role_bind.len())?;
    for (user_uuid, role) in &create.role_bind {
        limits::USER_UUID.check("role_bind", user_uuid)?;
        if template.role(role).is_none() {
            let message = "role_bind names a role that the template does not have";
            return Err(Refusal::of_field(Code::RoomRoleUndefined, "role_bind", message));
        }
    }
    for (key, value) in &create.properties {
        limits::PROPERTY_KEY.check("properties", key)?;
        limits::PROPERTY_VALUE.check("properties", value)?;
        if template.room_property(key).is_none() {
            let message = format!("the template declares no room property `{key}`");
            return Err(Refusal::of_field(Code::NotFound, "properties", message));
        }
    }
    Ok(())
}

fn resources(template: &Template) -> v1::RoomResources {
    let own = template.resources;
    v1::RoomResources {
        rtc: own.rtc,
        chatroom: own.chatroom,
        whiteboard: own.whiteboard,
        live: own.live,
        record: own.record,
        sip: own.sip,
        seat: own.seat,
        ..v1::RoomResources::default()
    }
}

fn property((key, value): (String, String)) -> v1::RoomProperty {
    v1::RoomProperty { key, value, associated_user_uuid: String::new() }
}
