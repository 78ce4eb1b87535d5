//! What rooms are made and entered with.

use parlor_protocol::v1::{self, RoomProfile, RoomResources};
use std::collections::BTreeMap;

/// A room to be made (`NECreateRoomParams`, `NECreateRoomOptions`).
#[derive(Clone, Debug)]
pub struct CreateRoom {
    /// Chosen by the app, at most 64 characters, unique among its live rooms.
    pub room_uuid: String,
    /// At most 64 characters.
    pub room_name: String,
    /// The rules: 40 meeting, 3 interactive live, 400 karaoke, 569 voice chat, or one of the app's own.
    pub template_id: i64,
    /// Empty = none.
    pub password: String,
    /// Room properties from the beginning; the template has to know their keys.
    pub properties: BTreeMap<String, String>,
    /// 0 or less = the server's default.
    pub max_members: i32,
    /// What the room offers. By default only calls.
    pub resources: RoomResources,
    /// A meeting, or a large room.
    pub profile: RoomProfile,
    /// The app's own text.
    pub ext: String,
    /// user uuid → the role that this user gets at joining, whatever it asks for.
    pub role_bind: BTreeMap<String, String>,
}

impl CreateRoom {
    /// With the defaults of the published options.
    pub fn new(room_uuid: impl Into<String>, template_id: i64) -> Self {
        Self {
            room_uuid: room_uuid.into(),
            room_name: String::new(),
            template_id,
            password: String::new(),
            properties: BTreeMap::new(),
            max_members: 0,
            resources: RoomResources { rtc: true, ..RoomResources::default() },
            profile: RoomProfile::Communication,
            ext: String::new(),
            role_bind: BTreeMap::new(),
        }
    }

    /// Names the room.
    pub fn name(mut self, room_name: impl Into<String>) -> Self {
        self.room_name = room_name.into();
        self
    }

    /// Guards it with a password.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// With a chat, or without.
    pub fn chatroom(mut self, chatroom: bool) -> Self {
        self.resources.chatroom = chatroom;
        self
    }

    /// Sets a property from the beginning.
    pub fn property(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(key.into(), value.into());
        self
    }

    pub(super) fn into_request(self) -> v1::RoomCreate {
        v1::RoomCreate {
            room_uuid: self.room_uuid,
            room_name: self.room_name,
            template_id: self.template_id,
            password: self.password,
            properties: self.properties,
            max_members: self.max_members,
            resources: Some(self.resources),
            profile: self.profile.into(),
            ext: self.ext,
            role_bind: self.role_bind,
        }
    }
}

/// How a room is entered (`NEJoinRoomParams`).
#[derive(Clone, Debug, Default)]
pub struct JoinRoom {
    /// The room.
    pub room_uuid: String,
    /// The name that others see.
    pub user_name: String,
    /// Address of a picture.
    pub avatar: String,
    /// A role of the template; empty = its default one.
    pub role: String,
    /// The room's password, where it has one.
    pub password: String,
    /// Own member properties from the first moment.
    pub properties: BTreeMap<String, String>,
    /// Other devices of this account leave the room.
    pub kick_other_device: bool,
    /// The app's own text about this member.
    pub ext: String,
}

impl JoinRoom {
    /// Under a name, with the template's default role.
    pub fn new(room_uuid: impl Into<String>, user_name: impl Into<String>) -> Self {
        Self { room_uuid: room_uuid.into(), user_name: user_name.into(), ..Self::default() }
    }

    /// In a role.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = role.into();
        self
    }

    /// With the room's password.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// Sets an own member property.
    pub fn property(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(key.into(), value.into());
        self
    }

    /// Other devices of this account leave the room.
    pub fn kick_other_device(mut self, kick: bool) -> Self {
        self.kick_other_device = kick;
        self
    }

    pub(super) fn into_request(self) -> v1::RoomJoin {
        v1::RoomJoin {
            room_uuid: self.room_uuid,
            user_name: self.user_name,
            avatar: self.avatar,
            role: self.role,
            password: self.password,
            properties: self.properties,
            kick_other_device: self.kick_other_device,
            ext: self.ext,
        }
    }
}
