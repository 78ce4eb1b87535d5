//! What the app's server or an operator does in a room: several acts in one commit, with the row that the audit keeps.

use super::chat::recalled;
use super::commit::{Failed, Plan, Trouble, commit};
use super::load::Loaded;
use super::order::{Ask, Done, OutsideAct, Said, Service, Serving};
use super::rooms;
use crate::act::Act;
use crate::fault::Fault;
use crate::node::Node;
use parlor_chat::{Allowance, Recaller};
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::{Code, v1};
use parlor_room::{Actor, Room};
use parlor_store::Write;

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

/// Carries acts out, all or none.
pub(super) async fn carry_out(
    node: &Node,
    loaded: &mut Loaded,
    serving: &Serving,
    now_ms: i64,
) -> Result<Done, Trouble> {
    let plan = plan(node, loaded, serving, now_ms).await?;
    match commit(node, loaded, plan, now_ms).await {
        // A message of that sender has its uuid: it was sent before.
        Ok(()) | Err(Failed::Taken) => Ok(Done::Nothing),
        Err(failed) => Err(failed.into()),
    }
}

/// Decides acts one after the other, each on what those before it made of the room.
async fn plan(node: &Node, loaded: &Loaded, serving: &Serving, now_ms: i64) -> Result<Plan, Fault> {
    let Serving { call, service } = serving;
    let mut served = Plan { batch: call.batch(), ..Plan::default() };
    if let Some((name, detail)) = &service.audit {
        served.batch = served.batch.write(call.audit(name, &loaded.archive_id().to_string(), detail));
    }
    let mut ahead: Option<Room> = None;
    for act in &service.acts {
        let room = ahead.as_ref().unwrap_or(&loaded.room);
        let decided = match act {
            OutsideAct::Member(act) => room.act(now_ms, &Actor::Server, act)?,
            OutsideAct::Server(act) => room.server_act(now_ms, *act)?,
            OutsideAct::Say(said) => {
                served.messages.push(said_now(loaded, said, now_ms)?);
                continue;
            }
            OutsideAct::Recall { message_uuid } => {
                let talk = loaded.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
                let recaller = Recaller { user_uuid: "", may_recall_others: true, window_ms: 0 };
                let (emptied, notice) = recalled(node, talk, &recaller, message_uuid, now_ms).await?;
                served.batch = served.batch.write(Write::PutMessage(emptied));
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

fn said_now(loaded: &Loaded, said: &Said, now_ms: i64) -> Result<v1::ChatMessage, Fault> {
    let talk = loaded.talk.as_ref().ok_or_else(|| Fault::of(Code::ChatroomNotFound))?;
    let allowance = Allowance { ban: None, high_priority: said.high_priority, by_server: true };
    Ok(talk.room.send(now_ms, &said.sender, &said.send, allowance)?)
}
