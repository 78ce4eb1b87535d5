//! Rooms over HTTP: `/neroom/...` and the older twins under `/apps/...` (neroom-server §4, §5; what the published pages
//! leave open is in `docs/decisions/054-room-http.md`).

pub mod ban;
pub mod blacklist;
pub mod create;
pub mod life;
pub mod list;
pub mod member;
pub mod template;

use super::route::{Call, Route};
use crate::fault::Fault;
use crate::room::{self, OutsideAct, Service};
use parlor_protocol::codes::Code;
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::limits;
use parlor_protocol::v1::room_act::Act;
use parlor_room::Room;
use parlor_store::rows::RoomRow;
use serde_json::Value;

/// Every call of the feature.
pub fn routes() -> Vec<Route> {
    [
        create::routes(),
        life::routes(),
        list::routes(),
        member::routes(),
        ban::routes(),
        blacklist::routes(),
        template::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A live room of the calling app, as it is now.
async fn live(call: &Call, archive_id: ArchiveId) -> Result<(RoomRow, Room), Fault> {
    let found = room::snapshot(&call.node, call.app.app_id, archive_id).await?;
    found.filter(|(row, _)| row.ended.is_none()).ok_or_else(|| Fault::of(Code::RoomNotFound))
}

/// Changes a live room of the calling app, all acts or none. `name` and `detail` go into the audit.
async fn serve(
    call: &Call,
    archive_id: ArchiveId,
    name: &'static str,
    detail: Value,
    acts: Vec<OutsideAct>,
) -> Result<(), Fault> {
    room::serve(&call.node, &call.act, archive_id, Service { audit: Some((name, detail)), acts }).await
}

/// The same for one act that a member could do too.
async fn act(
    call: &Call,
    archive_id: ArchiveId,
    name: &'static str,
    detail: Value,
    act: Act,
) -> Result<(), Fault> {
    serve(call, archive_id, name, detail, vec![OutsideAct::Member(act)]).await
}

/// One page of a list.
struct Page {
    skip: usize,
    size: usize,
}

impl Page {
    /// Pages count from 1.
    fn of(number: Option<i64>, size: Option<i64>, usual: usize) -> Self {
        let whole = |number: i64| usize::try_from(number).unwrap_or(0);
        let size = size.map_or(usual, whole);
        Self { skip: whole(number.unwrap_or(1)).saturating_sub(1).saturating_mul(size), size }
    }

    fn of_rooms(number: Option<i64>, size: Option<i64>) -> Self {
        Self::of(number, size, 10)
    }

    /// How many pages `total` items fill.
    fn count(&self, total: usize) -> usize {
        total.div_ceil(self.size.max(1))
    }
}

/// `page_number`.
const PAGE_NUMBER: crate::http::field::Kind =
    crate::http::field::Kind::Number { min: 1, max: limits::PAGE_NUMBER_MAX };
/// `page_size` of the lists of rooms and of members.
const PAGE_SIZE: crate::http::field::Kind =
    crate::http::field::Kind::Number { min: 1, max: limits::ROOM_PAGE_MAX as i64 };
