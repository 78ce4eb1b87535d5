//! Commands about rooms and templates.

use super::{RoomAct, RoomCommand, TemplateAct, TemplateCommand};
use crate::app;
use crate::fault::Fault;
use crate::node::Node;
use crate::room::{self, Offered, OutsideAct, Service};
use parlor_protocol::causes::EndReason;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{AppId, ArchiveId, RoomUuid};
use parlor_protocol::v1::{RoomEndpoint, RoomMember};
use parlor_room::{ServerAct, Template};
use serde_json::{Value, json};

/// The most rooms one answer shows.
const ROOMS_MAX: usize = 10_000;

/// Carries out a command about rooms.
///
/// # Errors
/// There is no such app or room.
pub(super) async fn perform_room(
    node: &Node,
    actor: &str,
    RoomCommand { app, act }: RoomCommand,
) -> Result<Value, Fault> {
    let app_id = app::find(node, &app).await?.row.app_id;
    match act {
        RoomAct::List { skip, limit } => list(node, app_id, skip, limit.min(ROOMS_MAX)).await,
        RoomAct::Show { room } => show(node, app_id, find(node, app_id, &room).await?).await,
        RoomAct::End { room } => {
            let archive_id = find(node, app_id, &room).await?;
            let acts = vec![OutsideAct::Server(ServerAct::End(EndReason::CloseByBackend))];
            let service = Service { audit: Some(("room.end", json!({}))), acts };
            room::serve(node, &app::act(node, app_id, actor), archive_id, service).await?;
            show(node, app_id, archive_id).await
        }
    }
}

/// The live room of that name, or the room of that archive id.
async fn find(node: &Node, app_id: AppId, named: &str) -> Result<ArchiveId, Fault> {
    let number = named.parse::<u64>().ok().map(ArchiveId);
    let room_uuid = RoomUuid::parse_field("room", named)?;
    let found = node.store.read(move |view| {
        let by_number = number.map(|number| view.room(number)).transpose()?.flatten();
        match by_number.filter(|row| row.app_id == app_id) {
            Some(row) => Ok(Some(row)),
            None => view.live_room(app_id, &room_uuid),
        }
    });
    found.await?.map(|row| row.archive_id).ok_or_else(|| Fault::of(Code::RoomNotFound))
}

async fn list(node: &Node, app_id: AppId, skip: usize, limit: usize) -> Result<Value, Fault> {
    let read = node.store.read(move |view| {
        let rooms = view.live_rooms(app_id, skip, limit)?.into_iter();
        let online = rooms.map(|(row, head)| Ok((view.online_users(row.archive_id)?, row, head)));
        online.collect::<Result<Vec<_>, _>>()
    });
    let shown = |(online, row, head): &(u64, _, _)| {
        let (row, head): (&parlor_store::rows::RoomRow, &parlor_store::rows::RoomHeadRow) = (row, head);
        json!({
            "name": row.room_name,
            "archive_id": row.archive_id.to_string(),
            "room_uuid": row.room_uuid,
            "template_id": row.template_id,
            "online": online,
            "uv": head.uv,
            "pv": head.pv,
            "created_at_ms": row.created_at_ms,
        })
    };
    Ok(read.await?.iter().map(shown).collect())
}

async fn show(node: &Node, app_id: AppId, archive_id: ArchiveId) -> Result<Value, Fault> {
    let found = room::snapshot(node, app_id, archive_id).await?;
    let (row, room) = found.ok_or_else(|| Fault::of(Code::RoomNotFound))?;
    let head = room.mirror().head();
    let device = |endpoint: &RoomEndpoint| {
        json!({
            "rtc_uid": endpoint.rtc_uid,
            "device_id": endpoint.device_id,
            "audio": endpoint.audio_on,
            "video": endpoint.video_on,
            "screen": endpoint.sharing_screen,
        })
    };
    let member = |member: &RoomMember| {
        json!({
            "user_uuid": member.user_uuid,
            "user_name": member.user_name,
            "role": member.role,
            "devices": member.endpoints.iter().map(device).collect::<Value>(),
        })
    };
    Ok(json!({
        "archive_id": archive_id.to_string(),
        "room_uuid": row.room_uuid,
        "name": head.room_name,
        "template_id": row.template_id,
        "owner": head.owner,
        "locked": head.locked,
        "created_at_ms": row.created_at_ms,
        "ends_at_ms": head.ends_at_ms,
        "ended_at_ms": row.ended.as_ref().map(|ended| ended.at_ms),
        "end_reason": row.ended.map(|ended| ended.reason),
        "members": room.mirror().members().map(member).collect::<Value>(),
        "blacklist": room.blacklist().map(|listed| listed.user_uuid).collect::<Value>(),
    }))
}

/// Carries out a command about templates.
///
/// # Errors
/// There is no such app or template, or the rules do not read.
pub(super) async fn perform_template(
    node: &Node,
    actor: &str,
    TemplateCommand { app, act }: TemplateCommand,
) -> Result<Value, Fault> {
    let app_id = app::find(node, &app).await?.row.app_id;
    let acting = app::act(node, app_id, actor);
    match act {
        TemplateAct::List => Ok(room::templates(node, app_id).await?.iter().map(template).collect()),
        TemplateAct::Show { template_id } => {
            let offered = room::offered(node, app_id, template_id).await?;
            let rules = offered.template.as_ref().map(Template::to_json);
            let rules = rules.and_then(|rules| serde_json::from_str(&rules).ok());
            rules.ok_or_else(|| Fault::of(Code::RoomConfigBad))
        }
        TemplateAct::Put { template_id, rules } => {
            Ok(template(&room::put_template(node, &acting, template_id, &rules).await?))
        }
        TemplateAct::Drop { template_id } => {
            room::drop_template(node, &acting, template_id).await?;
            Ok(Value::Null)
        }
    }
}

fn template(offered: &Offered) -> Value {
    json!({
        "name": offered.name(),
        "template_id": offered.template_id,
        "built_in": offered.own.is_none(),
        "created_at_ms": offered.own.as_ref().map(|row| row.created_at_ms),
        "updated_at_ms": offered.own.as_ref().map(|row| row.updated_at_ms),
    })
}
