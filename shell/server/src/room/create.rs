//! Making a room.

use crate::callback;
use crate::fault::Fault;
use crate::node::Node;
use crate::session::{Asked, Session, once};
use parlor_protocol::ids::{AppId, ArchiveId, ConversationId, RoomUuid, UserUuid};
use parlor_protocol::{Code, limits, v1};
use parlor_room::{Create, Life, Room};
use parlor_store::rows::{AppRow, RoomRow, Secret};
use parlor_store::{Batch, CommitError, Taken, Write};
use prost::Message;
use serde_json::json;

/// Epoch of a new room's streams; a restore raises it.
const FIRST_EPOCH: u64 = 1;

/// What a room is made with, whoever makes it.
#[derive(Clone, Debug)]
pub struct Creation {
    /// What a client says when it makes one.
    pub wish: v1::RoomCreate,
    /// The room account that it belongs to, if any.
    pub owner: Option<UserUuid>,
    /// The server does not end it by age (`type` 2).
    pub permanent: bool,
    /// How long it lives; `None` = as its template says.
    pub life_ms: Option<i64>,
}

/// Makes a room in the name of a client. Nobody is in it yet.
pub async fn create(
    node: &Node,
    session: &Session,
    op_id: &[u8],
    wish: v1::RoomCreate,
) -> Result<v1::RoomCreated, Fault> {
    let person = super::person(node, session).await?;
    RoomUuid::parse_field("room_uuid", &wish.room_uuid)?;
    let creation = Creation { wish, owner: Some(person.account.user_uuid), permanent: false, life_ms: None };
    let now_ms = node.clock.now_ms();
    let mut batch = Batch::new().expect(session.room_fence(person.since_ms));
    let made = make(node, session.app_id, creation, now_ms).await?;
    if op_id.len() == limits::OP_ID_BYTES {
        batch =
            batch.expect(once(session, op_id, now_ms, Asked::RoomCreate.keep(&made.created.encode_to_vec())));
    }
    commit(node, batch, made).await
}

/// Makes a room in the name of the app's server; `batch` holds what else its call changes.
pub async fn create_for(
    node: &Node,
    app_id: AppId,
    batch: Batch,
    creation: Creation,
) -> Result<v1::RoomCreated, Fault> {
    let now_ms = node.clock.now_ms();
    let made = make(node, app_id, creation, now_ms).await?;
    commit(node, batch, made).await
}

/// A room that is decided and not yet committed.
struct Made {
    row: RoomRow,
    record: v1::RoomRecord,
    due_at_ms: Option<i64>,
    created: v1::RoomCreated,
    told: Option<Write>,
}

async fn make(node: &Node, app_id: AppId, creation: Creation, now_ms: i64) -> Result<Made, Fault> {
    let Creation { wish, owner, permanent, life_ms } = creation;
    let room_uuid = match wish.room_uuid.as_str() {
        "" => RoomUuid::parse(&node.random.token())?,
        given => RoomUuid::parse_field("room_uuid", given)?,
    };
    limits::ROOM_PASSWORD.check("password", &wish.password)?;
    let template_id = wish.template_id;
    let app = node.store.read(move |view| view.app(app_id)).await?;
    let app = app.ok_or_else(|| Fault::of(Code::AppUnknown))?.row;
    let template = super::template_of(node, app_id, template_id).await?;
    let archive_id = ArchiveId(node.room_numbers.next().await?);
    let has_chat = wish.resources.map_or(template.resources.chatroom, |resources| resources.chatroom);
    let chat_room_id = match has_chat {
        true => Some(ConversationId(node.conversation_numbers.next().await?)),
        false => None,
    };
    let body = template.to_json();
    let profile = wish.profile();
    let create = Create {
        archive_id: archive_id.wire(),
        room_uuid: room_uuid.to_string(),
        room_name: wish.room_name,
        template_id,
        properties: wish.properties,
        max_members: u32::try_from(wish.max_members).unwrap_or(0),
        resources: wish.resources,
        profile,
        ext: wish.ext,
        role_bind: wish.role_bind,
        owner: owner.as_ref().map(ToString::to_string).unwrap_or_default(),
        chat_room_id: chat_room_id.map_or(0, ConversationId::wire),
        created_at_ms: now_ms,
        epoch: FIRST_EPOCH,
        life: match (permanent, life_ms) {
            (true, _) => Life::Endless,
            (false, Some(life_ms)) => Life::Ms(life_ms),
            (false, None) => Life::Template,
        },
        empty_grace_ms: None,
    };
    let room = Room::create(template, create)?;
    let created = v1::RoomCreated {
        archive_id: archive_id.wire(),
        room_uuid: room_uuid.to_string(),
        chat_room_id: chat_room_id.map_or(0, ConversationId::wire),
    };
    let told = told(&app, archive_id, &room_uuid, owner.as_ref(), now_ms);
    let row = RoomRow {
        archive_id,
        app_id,
        room_uuid,
        room_name: room.mirror().head().room_name.clone(),
        template_id,
        template: body,
        chat_room_id,
        password: Secret::new(&wish.password),
        epoch: FIRST_EPOCH,
        permanent,
        created_at_ms: now_ms,
        ended: None,
    };
    Ok(Made { row, record: room.record(), due_at_ms: room.deadline(), created, told })
}

fn told(
    app: &AppRow,
    archive_id: ArchiveId,
    room_uuid: &RoomUuid,
    owner: Option<&UserUuid>,
    now_ms: i64,
) -> Option<Write> {
    let told = json!({
        "roomArchiveId": archive_id.to_string(),
        "roomUuid": room_uuid.as_str(),
        "operatorUserUuid": owner.map(ToString::to_string).unwrap_or_default(),
    });
    callback::event(app, archive_id, "CREATE_ROOM", told, now_ms)
}

async fn commit(node: &Node, batch: Batch, made: Made) -> Result<v1::RoomCreated, Fault> {
    let Made { row, record, due_at_ms, created, told } = made;
    let archive_id = row.archive_id;
    let mut batch =
        batch.write(Write::PutRoom(row)).write(Write::PutRoomDue { archive_id, due_at_ms }).write(
            Write::PutRoomRecord { archive_id, seq: 0, body: record.encode_to_vec(), keep_events_after: 0 },
        );
    batch.writes.extend(told);
    match node.store.commit(batch).await {
        Ok(()) => Ok(created),
        // The mark of a server's call holds no answer.
        Err(CommitError::Repeated { answer }) => Asked::RoomCreate
            .kept(&answer)
            .and_then(|kept| v1::RoomCreated::decode(kept).ok())
            .ok_or_else(|| Fault::of(Code::DuplicateRequest)),
        Err(CommitError::Taken(Taken::RoomUuid)) => Err(Fault::of(Code::RoomExists)),
        Err(cause) => Err(cause.into()),
    }
}
