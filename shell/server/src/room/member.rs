//! What members and their devices do: come in, act, write, take back. A repeat gets its first answer.

use super::chat;
use super::commit::{Failed, Plan, Trouble, commit, fenced};
use super::load::Loaded;
use super::order::{Acting, Done, Joining, Recalling, Sending};
use super::parts;
use crate::fault::Fault;
use crate::mutation::{self, Mutation};
use crate::node::Node;
use crate::session::{Session, once};
use parlor_identity::token::same_secret;
use parlor_protocol::ids::RtcUid;
use parlor_protocol::{Code, Refusal, v1};
use parlor_room::{Actor, Decided, Join};
use parlor_store::rows::EndpointRow;
use parlor_store::{Expect, OnceKind, Write};
use prost::Message;

pub(super) async fn join(
    node: &Node,
    room: &mut Loaded,
    joining: &Joining,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let [own, fresh] = joining.rtc_uids;
    if !room.endpoints.contains_key(&own) {
        match join_as(node, room, joining, own, now_ms).await {
            // Another device of the account has it, in another room.
            Err(Failed::Taken) => {}
            outcome => return Ok(outcome?),
        }
    }
    Ok(join_as(node, room, joining, fresh, now_ms).await?)
}

async fn join_as(
    node: &Node,
    room: &mut Loaded,
    joining: &Joining,
    rtc_uid: RtcUid,
    now_ms: i64,
) -> Result<Done, Failed> {
    let (session, op_id) = (&joining.by.session, &joining.op_id);
    let Draft { plan, answer } = match draft_join(room, joining, rtc_uid, now_ms) {
        Ok(draft) => draft,
        Err(refusal) => {
            let outcome = again(node, room, session, op_id, now_ms, refusal).await;
            return outcome.map_err(Failed::Trouble);
        }
    };
    match commit(node, room, plan, now_ms).await {
        Ok(()) => Ok(answer.done(node, room)),
        Err(Failed::Repeated(answer)) => repeated(node, room, &answer).map_err(Failed::Trouble),
        Err(failed) => Err(failed),
    }
}

/// What an order comes to if nothing is in its way, and how it is answered then.
pub(super) struct Draft {
    pub(super) plan: Plan,
    pub(super) answer: Answer,
}

/// How an order is answered once it is done.
pub(super) enum Answer {
    /// With the mirror, for this device.
    View(RtcUid),
    Act(v1::RoomActDone),
}

impl Answer {
    /// The answer, of the room with the order done.
    pub(super) fn done(self, node: &Node, room: &Loaded) -> Done {
        match self {
            Self::View(rtc_uid) => Done::View(view(node, room, rtc_uid)),
            Self::Act(done) => Done::Act(done),
        }
    }
}

/// A device comes in under this number.
pub(super) fn draft_join(
    room: &Loaded,
    joining: &Joining,
    rtc_uid: RtcUid,
    now_ms: i64,
) -> Result<Draft, Refusal> {
    let session = &joining.by.session;
    let asked = &joining.join;
    let join = Join {
        user_uuid: joining.user_uuid.to_string(),
        user_name: asked.user_name.clone(),
        avatar: asked.avatar.clone(),
        role: asked.role.clone(),
        password_right: same_secret(room.row.password.expose().as_bytes(), asked.password.as_bytes()),
        properties: asked.properties.clone(),
        kick_other_device: asked.kick_other_device,
        ext: asked.ext.clone(),
        endpoint: v1::RoomEndpoint {
            rtc_uid: rtc_uid.wire(),
            device_id: joining.device_id.to_string(),
            client_type: room_client_type(session.client_type),
            ..v1::RoomEndpoint::default()
        },
    };
    let decided = room.room.join(now_ms, &join)?;
    let row = EndpointRow {
        archive_id: room.archive_id(),
        rtc_uid,
        app_id: session.app_id,
        user_uuid: joining.user_uuid.clone(),
        accid: session.account.1.clone(),
        session_id: session.session_id,
        device_id: joining.device_id.clone(),
        joined_at_ms: now_ms,
    };
    let batch = fenced(&joining.by, &joining.op_id, now_ms, First::Joined(rtc_uid).to_bytes());
    let plan = Plan { decided, batch, by: Some(rtc_uid), entering: Some(row), ..Plan::default() };
    Ok(Draft { plan, answer: Answer::View(rtc_uid) })
}

/// What an act was answered the first time, as the store keeps it for repeats.
enum First {
    /// A device came in under this number.
    Joined(RtcUid),
    /// An act was done.
    Acted(v1::RoomActDone),
}

impl First {
    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Joined(rtc_uid) => [&[1], rtc_uid.0.to_be_bytes().as_slice()].concat(),
            Self::Acted(done) => [&[2], done.encode_to_vec().as_slice()].concat(),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (1, number) => Some(Self::Joined(RtcUid(u64::from_be_bytes(number.try_into().ok()?)))),
            (2, done) => Some(Self::Acted(v1::RoomActDone::decode(done).ok()?)),
            _ => None,
        }
    }
}

/// A repeat gets the first answer; of a join, the mirror as it is now, if the device is still in the room.
fn repeated(node: &Node, room: &Loaded, answer: &[u8]) -> Result<Done, Trouble> {
    match First::from_bytes(answer) {
        Some(First::Acted(done)) => Ok(Done::Act(done)),
        Some(First::Joined(rtc_uid)) if room.endpoints.contains_key(&rtc_uid) => {
            Ok(Done::View(view(node, room, rtc_uid)))
        }
        Some(First::Joined(_)) => Err(Fault::of(Code::RoomMemberNotFound).into()),
        None => Err(Fault::of(Code::DuplicateRequest).into()),
    }
}

fn view(node: &Node, room: &Loaded, rtc_uid: RtcUid) -> Vec<v1::RoomView> {
    parts::view(super::view::whole(node, &room.row, room.room.mirror(), room.chat_at(), rtc_uid))
}

pub(super) async fn act(
    node: &Node,
    room: &mut Loaded,
    acting: &Acting,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let Draft { plan, answer } = match draft_act(room, acting, now_ms) {
        Ok(draft) => draft,
        Err(refusal) => return again(node, room, &acting.by.session, &acting.op_id, now_ms, refusal).await,
    };
    match commit(node, room, plan, now_ms).await {
        Ok(()) => Ok(answer.done(node, room)),
        Err(Failed::Repeated(answer)) => repeated(node, room, &answer),
        Err(failed) => Err(failed.into()),
    }
}

/// What a member's act comes to.
pub(super) fn draft_act(room: &Loaded, acting: &Acting, now_ms: i64) -> Result<Draft, Refusal> {
    let session = &acting.by.session;
    let by = room.endpoint_of(session.session_id).map(|row| (row.rtc_uid, row.user_uuid.to_string()));
    let Some((rtc_uid, user_uuid)) = by else {
        return Err(Refusal::new(Code::RoomMemberNotFound, "this device is not in the room"));
    };
    let actor = Actor::Member { user_uuid: user_uuid.clone(), rtc_uid: rtc_uid.wire() };
    let decided = match room.room.act(now_ms, &actor, &acting.act) {
        Err(_) if mutation::on(Mutation::NoRoomPermission) => {
            unchecked(room, now_ms, &user_uuid, &acting.act)?
        }
        decided => decided?,
    };
    let at = v1::Cursor {
        epoch: room.row.epoch,
        seq: decided.events.last().map_or(room.room.mirror().at().seq, |event| event.seq),
    };
    let enters_chat = matches!(&acting.act, v1::room_act::Act::ChatPresence(presence) if presence.present);
    let chat_at = if enters_chat { room.chat_at() } else { None };
    let done = v1::RoomActDone { at: Some(at), chat_at };
    let batch = fenced(&acting.by, &acting.op_id, now_ms, First::Acted(done).to_bytes());
    let plan = Plan { decided, batch, by: Some(rtc_uid), ..Plan::default() };
    Ok(Draft { plan, answer: Answer::Act(done) })
}

/// What follows if nobody asks whether the member may: only with the planted fault.
fn unchecked(
    room: &Loaded,
    now_ms: i64,
    user_uuid: &str,
    act: &v1::room_act::Act,
) -> Result<Decided, Refusal> {
    let mut decided = room.room.act(now_ms, &Actor::Server, act)?;
    for event in &mut decided.events {
        user_uuid.clone_into(&mut event.operate_by);
    }
    Ok(decided)
}

/// An order that is refused now may have been carried out before, as a second "leave" was.
async fn again(
    node: &Node,
    room: &Loaded,
    session: &Session,
    op_id: &[u8],
    now_ms: i64,
    refusal: Refusal,
) -> Result<Done, Trouble> {
    match first_answer(node, session, op_id, now_ms).await? {
        Some(answer) => repeated(node, room, &answer),
        None => Err(refusal.into()),
    }
}

async fn first_answer(
    node: &Node,
    session: &Session,
    op_id: &[u8],
    now_ms: i64,
) -> Result<Option<Vec<u8>>, Fault> {
    let Expect::Once { app_id, id, .. } = once(session, op_id, now_ms, Vec::new()) else { return Ok(None) };
    if op_id.is_empty() {
        return Ok(None);
    }
    Ok(node.store.read(move |view| view.once_answer(OnceKind::OpId, app_id, &id, now_ms)).await?)
}

/// What an act was answered that was done before its room ended.
pub(super) async fn acted_before(
    node: &Node,
    session: &Session,
    op_id: &[u8],
) -> Result<Option<v1::RoomActDone>, Fault> {
    let answer = first_answer(node, session, op_id, node.clock.now_ms()).await?;
    Ok(match answer.as_deref().and_then(First::from_bytes) {
        Some(First::Acted(done)) => Some(done),
        _ => None,
    })
}

pub(super) async fn send(
    node: &Node,
    room: &mut Loaded,
    sending: &Sending,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let head = room.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?.room.clone();
    let message = chat::plan_send(room, &head, sending, now_ms)?;
    let mut batch = fenced(&sending.by, &[], now_ms, Vec::new());
    batch.writes.extend(sending.attachment.clone());
    let plan = Plan {
        batch,
        by: room.endpoint_of(sending.by.session.session_id).map(|row| row.rtc_uid),
        messages: vec![message.clone()],
        ..Plan::default()
    };
    match commit(node, room, plan, now_ms).await {
        Ok(()) => Ok(Done::Sent(Box::new(v1::ChatSent { message: Some(message), at: room.chat_at() }))),
        // Its uuid says that it was sent before.
        Err(Failed::Taken) => match &room.talk {
            Some(talk) => Ok(Done::Sent(Box::new(chat::sent_before(node, talk, &message).await?))),
            None => Err(Trouble::Stale),
        },
        Err(failed) => Err(failed.into()),
    }
}

pub(super) async fn recall(
    node: &Node,
    room: &mut Loaded,
    recalling: &Recalling,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let (emptied, notice) = chat::plan_recall(node, room, recalling, now_ms).await?;
    let batch = fenced(&recalling.by, &[], now_ms, Vec::new()).write(Write::PutMessage(emptied));
    let plan = Plan { batch, messages: vec![notice], ..Plan::default() };
    commit(node, room, plan, now_ms).await?;
    Ok(Done::Recalled(v1::ChatRecalled { at: room.chat_at() }))
}

/// NEClientType of a NIMClientType (neroom-client 3, nim 4.1).
fn room_client_type(nim: i32) -> i32 {
    match nim {
        1 => 2,
        2 => 1,
        4 => 3,
        16 => 4,
        64 => 6,
        65 => 10,
        _ => 0,
    }
}
