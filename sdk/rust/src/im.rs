//! Instant messaging: login, kicks, own devices.

use crate::driver::Handle;
use crate::error::Error;
use crate::login::Login;
use parlor_client::{Answer, Call, Event};
use parlor_protocol::v1;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Instant messaging of one client. Clones are the same.
#[derive(Clone)]
pub struct Im {
    handle: Handle,
}

impl Im {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// Logs in with a static token. Answers the account's other devices.
    pub async fn login(
        &self,
        account: impl Into<String>,
        token: impl Into<String>,
    ) -> Result<Vec<v1::Device>, Error> {
        self.login_with(Login::new(account, token)).await
    }

    /// Logs in. From then on the session is kept: a lost link is taken up again until the app logs out or is kicked.
    pub async fn login_with(&self, login: Login) -> Result<Vec<v1::Device>, Error> {
        let (login, provider) = login.call(&self.handle.device);
        match self.handle.call(Call::ImLogin(login), provider).await? {
            Answer::LoggedIn { other_devices, .. } => Ok(other_devices),
            _ => Ok(Vec::new()),
        }
    }

    /// Logs out. A room session on this login ends first. Not allowed (403) where RoomKit made the login.
    pub async fn logout(&self) -> Result<(), Error> {
        self.handle.call(Call::ImLogout, None).await.map(drop)
    }

    /// Ends own sessions on other devices; answers those that had one.
    pub async fn kick(&self, device_ids: Vec<String>) -> Result<Vec<String>, Error> {
        match self.handle.call(Call::KickDevices(device_ids), None).await? {
            Answer::Kicked(device_ids) => Ok(device_ids),
            _ => Ok(Vec::new()),
        }
    }

    /// Logged in, perhaps with the link down for the moment.
    pub fn is_logged_in(&self) -> bool {
        self.handle.look(parlor_client::Client::im_logged_in)
    }

    /// The account that is logged in or logging in, folded once the server has answered.
    pub fn account(&self) -> Option<String> {
        self.handle.look(|machine| machine.account().map(str::to_owned))
    }

    /// This device's id.
    pub fn device_id(&self) -> &str {
        &self.handle.device.device_id
    }

    /// Events from now on.
    pub fn events(&self) -> ImEvents {
        ImEvents { events: self.handle.events() }
    }
}

/// What happens to the IM login.
pub type ImEvent = Event;

/// A listener. One that lags more than a thousand events behind skips the oldest.
pub struct ImEvents {
    events: broadcast::Receiver<Arc<Event>>,
}

impl ImEvents {
    /// The next event; `None` when the client is gone.
    pub async fn next(&mut self) -> Option<ImEvent> {
        loop {
            match self.events.recv().await {
                Ok(event) if is_of_im(&event) => return Some(Arc::unwrap_or_clone(event)),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// Whether it is about the IM login; what RoomKit tells has listeners of its own.
fn is_of_im(event: &Event) -> bool {
    !matches!(
        event,
        Event::RoomAuth { .. }
            | Event::Room { .. }
            | Event::RoomEnded { .. }
            | Event::RoomConnection { .. }
            | Event::Chat { .. }
            | Event::Media { .. }
            | Event::Command(_)
    )
}
