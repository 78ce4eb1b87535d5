//! What a device is shown of a room when it comes in, or starts its mirror anew.

use crate::node::Node;
use parlor_protocol::ids::RtcUid;
use parlor_protocol::v1;
use parlor_room::Mirror;
use parlor_store::rows::RoomRow;

/// Pings of a client in a room for each one of a client that is in none.
const PINGS_IN_ROOM: u32 = 3;

/// The whole mirror for the device `rtc_uid`.
pub(super) fn whole(
    node: &Node,
    row: &RoomRow,
    mirror: &Mirror,
    chat_at: Option<v1::Cursor>,
    rtc_uid: RtcUid,
) -> v1::RoomView {
    let user_uuid = mirror.endpoint(rtc_uid.wire()).map(|(member, _)| member.user_uuid.clone());
    v1::RoomView {
        head: Some(mirror.head().clone()),
        at: Some(*mirror.at()),
        rtc_uid: rtc_uid.wire(),
        user_uuid: user_uuid.unwrap_or_default(),
        members: mirror.members().cloned().collect(),
        password: row.password.expose().to_owned(),
        chat_at,
        ping_interval_ms: node.config.link.ping_interval_ms / PINGS_IN_ROOM,
    }
}
