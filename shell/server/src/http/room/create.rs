//! Making a room: the current call, and its two older forms.

use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Object, Text, TextMap};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::identity::room_account;
use crate::room::{self, Creation};
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{RoomUuid, UserUuid};
use parlor_protocol::limits::{self, TextRule};
use parlor_protocol::v1;
use parlor_room::Template;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Where the older pages ask for a name, it may not be empty.
const NAME: TextRule = TextRule { min_chars: 1, ..limits::ROOM_NAME };
const TEMPLATE_ID: crate::http::field::Kind = Number { min: 1, max: limits::ROOM_TEMPLATE_ID_MAX };
const PROFILE: crate::http::field::Kind = Number { min: 0, max: 1 };
const PROPERTIES: crate::http::field::Kind =
    TextMap { key: limits::PROPERTY_KEY, value: limits::PROPERTY_VALUE, max: limits::ROOM_PROPERTIES_MAX };
/// `type` 2: no end by age.
const PERMANENT: i64 = 2;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::POST, "/neroom/v4/rooms", "Create a room", create),
        Route::new(Method::POST, "/neroom/v3/rooms", "Create a room", create),
        Route::new(Method::PUT, "/apps/v2/room", "Create a room", create_v2),
        Route::new(Method::PUT, "/apps/{appKey}/v1/rooms/{roomUuid}", "Create a room", create_v1),
    ]
}

fields! {
    /// A part of a room that has settings of its own.
    pub struct Part {
        /// On or off.
        enable: Option<bool> = Flag;
    }
}

fields! {
    /// Parts of a room, on or off; as the template says where absent.
    pub struct Config {
        /// Calls.
        rtc: Option<bool> = Flag;
        /// The room's chat.
        chatroom: Option<bool> = Flag;
        /// The whiteboard.
        whiteboard: Option<bool> = Flag;
        /// Recording.
        record: Option<bool> = Flag;
        /// Telephones.
        sip: Option<bool> = Flag;
        /// Live streams.
        live: Option<Part> = Object(Part::FIELDS);
        /// Seats.
        seat: Option<Part> = Object(Part::FIELDS);
    }
}

fields! {
    /// Parts of a room, on or off; as the template says where absent.
    pub struct Resource {
        /// Calls.
        rtc: Option<bool> = Flag;
        /// The room's chat.
        chatroom: Option<bool> = Flag;
        /// The whiteboard.
        whiteboard: Option<bool> = Flag;
        /// Recording.
        record: Option<bool> = Flag;
        /// Telephones.
        sip: Option<bool> = Flag;
        /// Live streams.
        live: Option<bool> = Flag;
        /// Seats.
        seat: Option<bool> = Flag;
    }
}

fields! {
    /// The settings of a room.
    pub struct RoomConfig {
        /// Its parts.
        resource: Option<Resource> = Object(Resource::FIELDS);
    }
}

fields! {
    /// A new room.
    pub struct Create {
        /// Its template: 40 online meeting, 3 interactive live, 400 karaoke, 569 voice room, or one of the app's own.
        template_id / "templateId": Option<i64> = TEMPLATE_ID;
        /// Its name among the app's live rooms; random when absent.
        room_uuid / "roomUuid": Option<RoomUuid> = Text(limits::ROOM_UUID);
        /// Title.
        room_name / "roomName": Option<String> = Text(limits::ROOM_NAME);
        /// What joining asks for; nothing when absent.
        password: Option<String> = Text(limits::ROOM_PASSWORD);
        /// The room account that it belongs to. It gets the template's first role that may end the room.
        host_user_uuid / "hostUserUuid": Option<UserUuid> = Text(limits::USER_UUID);
        /// 1: ends after 24 hours. 2: the server does not end it by age.
        room_type as "type": Option<i64> = Number { min: 1, max: PERMANENT };
        /// 0: communication. 1: live broadcasting.
        room_profile / "roomProfile": Option<i64> = PROFILE;
        /// Its parts, on or off; as the template says where absent.
        config: Option<Config> = Object(Config::FIELDS);
        /// The app's own text.
        ext: Option<String> = Text(limits::ROOM_EXT);
        /// Room properties from the first moment; the template declares their keys.
        properties: Option<BTreeMap<String, String>> = PROPERTIES;
        /// The most members at once; 0 or absent: the server's default.
        max_members / "maxMembers": Option<i64> = Number { min: 0, max: limits::ROOM_MEMBERS_MAX as i64 };
        /// user_uuid to the role that this user gets at joining, whatever it asks for.
        role_bind / "roleBind": Option<BTreeMap<String, String>> =
            TextMap { key: limits::USER_UUID, value: limits::ROLE_NAME, max: limits::ROOM_ROLE_BIND_MAX };
    }
}

fields! {
    /// A new room, in the older form.
    pub struct CreateV2 {
        /// Its template.
        template_id / "templateId": Option<i64> = TEMPLATE_ID;
        /// Its name among the app's live rooms; random when absent.
        room_uuid / "roomUuid": Option<RoomUuid> = Text(limits::ROOM_UUID);
        /// Title.
        room_name / "roomName": String = Text(NAME);
        /// What joining asks for; nothing when absent.
        password: Option<String> = Text(limits::ROOM_PASSWORD);
        /// 0: communication. 1: live broadcasting.
        room_profile / "roomProfile": Option<i64> = PROFILE;
        /// The app's own text.
        ext: Option<String> = Text(limits::ROOM_EXT);
        /// Its parts, on or off; as the template says where absent.
        room_config / "roomConfig": Option<RoomConfig> = Object(RoomConfig::FIELDS);
    }
}

fields! {
    /// A new room, in the oldest form.
    pub struct CreateV1 {
        /// Its name among the app's live rooms.
        room_uuid / "roomUuid": RoomUuid = Text(limits::ROOM_UUID);
        /// Title.
        room_name / "roomName": String = Text(NAME);
        /// Its template.
        config_id / "configId": Option<i64> = TEMPLATE_ID;
        /// Room properties from the first moment; the template declares their keys.
        properties: Option<BTreeMap<String, String>> = PROPERTIES;
        /// Its parts, on or off; as the template says where absent.
        config: Option<RoomConfig> = Object(RoomConfig::FIELDS);
        /// The room account that it belongs to.
        user_uuid / "userUuid": Option<UserUuid> = Text(limits::USER_UUID);
        /// The app's own text.
        ext: Option<String> = Text(limits::ROOM_EXT);
    }
}

/// What belongs to the room.
#[derive(Serialize, JsonSchema)]
pub(super) struct ResourceInfo {
    /// The room's chat; absent where it has none.
    pub(super) chat_room_id: Option<i64>,
}

impl ResourceInfo {
    /// 0 stands for no chat.
    pub(super) fn of(chat_room_id: i64) -> Self {
        Self { chat_room_id: (chat_room_id != 0).then_some(chat_room_id) }
    }
}

/// A new room.
#[derive(Serialize, JsonSchema)]
pub struct Created {
    /// Its number, unique for ever.
    room_archive_id: String,
    /// The same: the vendor's sample server reads it in this spelling.
    #[serde(rename = "roomArchiveId")]
    archive_id: String,
    /// Its name among the app's live rooms.
    room_uuid: String,
    /// What belongs to it.
    room_resource_info: ResourceInfo,
}

/// A new room, in the older form.
#[derive(Serialize, JsonSchema)]
pub struct CreatedV2 {
    /// Its number, unique for ever.
    room_archive_id: String,
    /// Its name among the app's live rooms.
    room_uuid: String,
    /// What belongs to it.
    room_resource_info: ResourceInfo,
}

/// A property in the oldest form.
#[derive(Serialize, JsonSchema)]
struct PropertyValue {
    value: String,
}

/// A new room, in the oldest form.
#[derive(Serialize, JsonSchema)]
pub struct CreatedV1 {
    /// Its number, unique for ever.
    room_archive_id: String,
    /// Its name among the app's live rooms.
    room_uuid: String,
    /// Title.
    room_name: String,
    /// Its template.
    config_id: i64,
    /// The call of the room; none has begun yet.
    rtc_cid: Option<String>,
    /// Those that it was made with.
    properties: BTreeMap<String, PropertyValue>,
}

/// A call in whatever form, ready to be carried out.
struct Asked {
    template_field: &'static str,
    template_id: Option<i64>,
    host_field: &'static str,
    host: Option<UserUuid>,
    permanent: bool,
    config: Option<Resource>,
    wish: v1::RoomCreate,
}

async fn create(call: Call, new: Create) -> Result<Created, Fault> {
    let enabled = |part: Option<Part>| part.and_then(|part| part.enable);
    let config = new.config.map(|config| Resource {
        rtc: config.rtc,
        chatroom: config.chatroom,
        whiteboard: config.whiteboard,
        record: config.record,
        sip: config.sip,
        live: enabled(config.live),
        seat: enabled(config.seat),
    });
    let asked = Asked {
        template_field: "template_id",
        template_id: new.template_id,
        host_field: "host_user_uuid",
        host: new.host_user_uuid,
        permanent: new.room_type == Some(PERMANENT),
        config,
        wish: v1::RoomCreate {
            room_uuid: named(&call, new.room_uuid),
            room_name: new.room_name.unwrap_or_default(),
            password: new.password.unwrap_or_default(),
            properties: new.properties.unwrap_or_default(),
            max_members: new.max_members.and_then(|most| i32::try_from(most).ok()).unwrap_or(0),
            profile: profile(new.room_profile),
            ext: new.ext.unwrap_or_default(),
            role_bind: new.role_bind.map(folded).unwrap_or_default(),
            ..v1::RoomCreate::default()
        },
    };
    let created = make(&call, asked).await?;
    let room_archive_id = created.archive_id.to_string();
    Ok(Created {
        archive_id: room_archive_id.clone(),
        room_archive_id,
        room_uuid: created.room_uuid,
        room_resource_info: ResourceInfo::of(created.chat_room_id),
    })
}

async fn create_v2(call: Call, new: CreateV2) -> Result<CreatedV2, Fault> {
    let asked = Asked {
        template_field: "templateId",
        template_id: new.template_id,
        host_field: "hostUserUuid",
        host: None,
        permanent: false,
        config: new.room_config.and_then(|config| config.resource),
        wish: v1::RoomCreate {
            room_uuid: named(&call, new.room_uuid),
            room_name: new.room_name,
            password: new.password.unwrap_or_default(),
            profile: profile(new.room_profile),
            ext: new.ext.unwrap_or_default(),
            ..v1::RoomCreate::default()
        },
    };
    let created = make(&call, asked).await?;
    Ok(CreatedV2 {
        room_archive_id: created.archive_id.to_string(),
        room_uuid: created.room_uuid,
        room_resource_info: ResourceInfo::of(created.chat_room_id),
    })
}

async fn create_v1(call: Call, new: CreateV1) -> Result<CreatedV1, Fault> {
    let properties = new.properties.unwrap_or_default();
    let asked = Asked {
        template_field: "configId",
        template_id: new.config_id,
        host_field: "userUuid",
        host: new.user_uuid,
        permanent: false,
        config: new.config.and_then(|config| config.resource),
        wish: v1::RoomCreate {
            room_uuid: new.room_uuid.to_string(),
            room_name: new.room_name.clone(),
            properties: properties.clone(),
            ext: new.ext.unwrap_or_default(),
            ..v1::RoomCreate::default()
        },
    };
    let created = make(&call, asked).await?;
    let property = |(key, value)| (key, PropertyValue { value });
    Ok(CreatedV1 {
        room_archive_id: created.archive_id.to_string(),
        room_uuid: created.room_uuid,
        room_name: new.room_name,
        config_id: new.config_id.unwrap_or(0),
        rtc_cid: None,
        properties: properties.into_iter().map(property).collect(),
    })
}

fn named(call: &Call, room_uuid: Option<RoomUuid>) -> String {
    room_uuid.map_or_else(|| call.node.random.token(), |room_uuid| room_uuid.to_string())
}

fn profile(number: Option<i64>) -> i32 {
    number.and_then(|number| i32::try_from(number).ok()).unwrap_or(0)
}

/// Names of accounts fold to lower case.
fn folded(role_bind: BTreeMap<String, String>) -> BTreeMap<String, String> {
    role_bind.into_iter().map(|(user_uuid, role)| (user_uuid.to_ascii_lowercase(), role)).collect()
}

async fn make(call: &Call, asked: Asked) -> Result<v1::RoomCreated, Fault> {
    let Asked { template_field, template_id, host_field, host, permanent, config, mut wish } = asked;
    let template_id = template_id.ok_or_else(|| {
        Fault::field(Code::RoomNotPrepared, template_field, format!("{template_field} is required"))
    })?;
    let app_id = call.app.app_id;
    let template = room::template_of(&call.node, app_id, template_id).await?;
    if let Some(host) = &host {
        let found = room_account::find_all(&call.node, app_id, std::slice::from_ref(host)).await?;
        if found.is_empty() {
            let message = format!("{host_field} is no room account of this app");
            return Err(Fault::field(Code::RoomAccountNotFound, host_field, message));
        }
        if let Some(role) = template.roles.iter().find(|role| role.super_role) {
            wish.role_bind.entry(host.to_string()).or_insert_with(|| role.name.clone());
        }
    }
    wish.template_id = template_id;
    wish.resources = config.map(|config| resources(&template, &config));
    let room_uuid = wish.room_uuid.clone();
    let detail = json!({"template_id": template_id, "room_name": wish.room_name});
    let batch = call.act.batch().write(call.act.audit("room.create", &room_uuid, &detail));
    let life_ms = (!permanent).then_some(limits::ROOM_LIFE_MS);
    let creation = Creation { wish, owner: host, permanent, life_ms };
    match room::create_for(&call.node, app_id, batch, creation).await {
        Err(fault) if fault.code == Code::RoomExists => Err(existing(call, &room_uuid, template_id).await?),
        outcome => outcome,
    }
}

/// 1017 where the live room of that name is of another template.
async fn existing(call: &Call, room_uuid: &str, template_id: i64) -> Result<Fault, Fault> {
    let (app_id, room_uuid) = (call.app.app_id, RoomUuid::parse(room_uuid)?);
    let live = call.node.store.read(move |view| view.live_room(app_id, &room_uuid)).await?;
    let conflicts = live.is_some_and(|row| row.template_id != template_id);
    Ok(Fault::of(if conflicts { Code::RoomConfigConflict } else { Code::RoomExists }))
}

fn resources(template: &Template, asked: &Resource) -> v1::RoomResources {
    let usual = template.resources;
    v1::RoomResources {
        rtc: asked.rtc.unwrap_or(usual.rtc),
        chatroom: asked.chatroom.unwrap_or(usual.chatroom),
        whiteboard: asked.whiteboard.unwrap_or(usual.whiteboard),
        live: asked.live.unwrap_or(usual.live),
        record: asked.record.unwrap_or(usual.record),
        sip: asked.sip.unwrap_or(usual.sip),
        seat: asked.seat.unwrap_or(usual.seat),
        ..v1::RoomResources::default()
    }
}
