//! Somebody with a room account, logged in on a device.

use anyhow::{Context, Result, bail};
use parlor_example_reuse_im::api::{Api, now_ms};
use parlor_sdk::{Client, Config, Error, ReuseIm, Room, RoomEvent, RoomEvents, RoomKit};
use std::time::Duration;

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A room account and its token.
pub(crate) struct Person {
    pub(crate) user_uuid: String,
    token: String,
}

impl Person {
    /// Makes the accounts: IM, and the room account bound to it.
    pub(crate) async fn new(api: &Api, name: &str) -> Result<Self> {
        let accid = format!("{name}{:x}", now_ms() & 0xff_ffff_ffff);
        let im_token = format!("im-token-of-{name}");
        api.create_im_account(&accid, &im_token).await?;
        let token = api.create_room_account(&accid, &accid, &im_token).await?;
        Ok(Self { user_uuid: accid, token })
    }

    /// Logs in on one more device. RoomKit logs IM in itself.
    pub(crate) async fn on(&self, api: &Api, device: &str, client_type: i32) -> Result<RoomKit> {
        let device_id = format!("{}-{device}", self.user_uuid);
        let config = Config::new(&api.server, &api.app_key).device_id(device_id).client_type(client_type);
        let kit = Client::new(config)?.roomkit(ReuseIm::Off);
        kit.login(&self.user_uuid, &self.token).await?;
        Ok(kit)
    }
}

/// A room on one device, with what happens in it.
pub(crate) struct Seen {
    pub(crate) room: Room,
    events: RoomEvents,
}

impl Seen {
    pub(crate) fn new(room: Room) -> Self {
        let events = room.events();
        Self { room, events }
    }

    /// Waits until this device has seen an event of the kind; others before it are passed over.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(RoomEvent) -> Option<T>,
    ) -> Result<T> {
        let search = async {
            while let Some(notice) = self.events.next().await {
                if let Some(found) = wanted(notice.event) {
                    return Ok(found);
                }
            }
            bail!("the room ended before: {what}")
        };
        tokio::time::timeout(PATIENCE, search).await.with_context(|| format!("never seen: {what}"))?
    }
}

/// Waits for what a channel brings.
pub(crate) async fn soon<T>(what: &str, coming: impl Future<Output = Option<T>>) -> Result<T> {
    let come = tokio::time::timeout(PATIENCE, coming).await;
    come.ok().flatten().with_context(|| format!("never came: {what}"))
}

/// The number of an outcome, 0 for success.
pub(crate) fn number<T>(outcome: &Result<T, Error>) -> i32 {
    outcome.as_ref().err().map_or(0, |error| error.number)
}
