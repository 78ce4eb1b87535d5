//! Accounts over HTTP: IM accounts in both versions, room accounts in both spellings, and the room login of clients.

pub mod im_v1;
pub mod im_v2;
pub mod room;
pub mod room_login;

use super::route::Route;

/// Every call of the feature.
pub fn routes() -> Vec<Route> {
    [im_v1::routes(), im_v2::routes(), room::routes(), room_login::routes()].into_iter().flatten().collect()
}
