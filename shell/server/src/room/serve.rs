//! What the app's server or an operator does in a room: several acts in one commit, with the row that the audit keeps.

use super::load::Loaded;
use super::order::{Ask, OutsideAct, Said, Service, Serving};
use super::rooms;
use crate::act::Act;
use crate::chat::stored;
use crate::fault::Fault;
use crate::node::Node;
use parlor_chat::{Allowance, Recaller};
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::{Code, v1};
use parlor_room::{Actor, Decided, Refusal, Room};
use parlor_store::{Batch, Write};

/// Does something in a live room in the name of the app's server or an operator.
///
/// # Errors
/// `RoomNotFound`, and what the acts are refused for. A repeat of a call that was carried out is told so.
pub async fn serve(node: &Node, call: &Act, archive_id: ArchiveId, service: Service) -> Result<(), Fault> {
    let app_id = call.app_id;
    let row = node.store.read(move |view| view.room(archive_id)).await?;
    let outcome = match row.filter(|row| row.app_id == app_id && row.ended.is_none()) {
        Some(_) => {
            let serving = Serving { call: call.clone(), service };
            rooms(node).ask(node, archive_id, Ask::Serve(Box::new(serving))).await.map(drop)
        }
        None => Err(Fault::of(Code::RoomNotFound)),
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(fault) => Err(call.refused(node, fault).await?),
    }
}

/// What acts come to.
#[derive(Default)]
pub(super) struct Served {
    pub(super) decided: Decided,
    pub(super) messages: Vec<v1::ChatMessage>,
    pub(super) batch: Batch,
}

/// Decides acts one after the other, each on what those before it made of the room.
pub(super) async fn plan(
    node: &Node,
    loaded: &Loaded,
    serving: &Serving,
    now_ms: i64,
) -> Result<Served, Fault> {
    let Serving { call, service } = serving;
    let mut served = Served { batch: call.batch(), ..Served::default() };
    if let Some((name, detail)) = &service.audit {
        served.batch = served.batch.write(call.audit(name, &loaded.archive_id().to_string(), detail));
    }
    let mut ahead: Option<Room> = None;
    for act in &service.acts {
        let room = ahead.as_ref().unwrap_or(&loaded.room);
        let decided = match act {
            OutsideAct::Member(act) => room.act(now_ms, &Actor::Server, act).map_err(refused)?,
            OutsideAct::Server(act) => room.server_act(now_ms, *act).map_err(refused)?,
            OutsideAct::Say(said) => {
                served.messages.push(said_now(loaded, said, now_ms)?);
                continue;
            }
            OutsideAct::Recall { message_uuid } => {
                let (emptied, notice) = recalled(node, loaded, message_uuid, now_ms).await?;
                served.batch = served.batch.write(emptied);
                served.messages.push(notice);
                continue;
            }
        };
        if service.acts.len() > 1 {
            let mut next = room.clone();
            for event in &decided.events {
                next.apply(event).map_err(|cause| {
                    tracing::error!(archive_id = %loaded.archive_id(), %cause, "an act does not follow another");
                    Fault::of(Code::ServerError)
                })?;
            }
            ahead = Some(next);
        }
        served.decided.events.extend(decided.events);
    }
    Ok(served)
}

fn refused(refusal: Refusal) -> Fault {
    Fault { field: refusal.field, ..Fault::new(refusal.code, refusal.message) }
}

fn said_now(loaded: &Loaded, said: &Said, now_ms: i64) -> Result<v1::ChatMessage, Fault> {
    let talk = loaded.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
    let allowance = Allowance { ban: None, high_priority: said.high_priority, by_server: true };
    Ok(talk.room.send(now_ms, &said.sender, &said.send, allowance)?)
}

/// The write that empties the message, and the notice of it.
async fn recalled(
    node: &Node,
    loaded: &Loaded,
    message_uuid: &str,
    now_ms: i64,
) -> Result<(Write, v1::ChatMessage), Fault> {
    let talk = loaded.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
    let (conversation_id, wanted) = (talk.conversation_id, message_uuid.to_owned());
    let found = node.store.read(move |view| view.message_by_uuid(conversation_id, None, &wanted)).await?;
    let original = found.as_ref().and_then(stored).ok_or_else(|| Fault::of(Code::MessageNotFound))?;
    let recaller = Recaller { user_uuid: "", may_recall_others: true, window_ms: 0 };
    let (emptied, notice) = talk.room.recall(now_ms, &recaller, &original)?;
    Ok((Write::PutMessage(talk.row(&emptied)), notice))
}
