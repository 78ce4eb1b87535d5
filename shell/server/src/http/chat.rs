//! The chat of rooms and custom signalling, for the app's server (neroom-server §6; what the published pages leave open is
//! in `docs/decisions/054-room-http.md`).

pub mod broadcast;
pub mod export;
pub mod send;

use super::route::{Call, Route};
use crate::fault::Fault;
use crate::identity::room_account;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::UserUuid;
use parlor_protocol::v1;

/// Every call of the feature.
pub fn routes() -> Vec<Route> {
    [send::routes(), broadcast::routes(), export::routes()].into_iter().flatten().collect()
}

/// In whose name a message goes out: a room account's, or nobody's.
async fn sender(call: &Call, user_uuid: Option<UserUuid>) -> Result<v1::ChatSender, Fault> {
    let Some(user_uuid) = user_uuid else { return Ok(v1::ChatSender::default()) };
    let found = room_account::find_all(&call.node, call.app.app_id, &[user_uuid]).await?;
    let account = found.into_iter().next().map(|bound| bound.room).ok_or_else(|| {
        let message = "sender_user_uuid is no room account of this app";
        Fault::field(Code::RoomAccountNotFound, "sender_user_uuid", message)
    })?;
    Ok(v1::ChatSender {
        user_uuid: account.user_uuid.to_string(),
        nick: account.user_name,
        avatar: account.icon,
        client_type: 0,
    })
}
