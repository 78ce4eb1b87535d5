//! Instant messaging: login, kicks, own devices.

use crate::driver::Handle;
use crate::error::Error;
use parlor_client::{Answer, Call, Event, ImLogin};
use parlor_protocol::v1;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Asked for a fresh token, with the account's name, whenever a login is made anew after the session was lost.
pub type TokenProvider =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;

/// How a token is to be read (the published authType).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoginAuth {
    /// 0: the account's own token.
    #[default]
    Static,
    /// 1: a token that the app's server signed.
    Dynamic,
    /// 2: the app's server decides.
    Callback,
}

/// A login with everything that can be said about it.
#[derive(Clone, Default)]
pub struct Login {
    /// accid.
    pub account: String,
    /// The credential.
    pub token: String,
    /// How to read it.
    pub auth: LoginAuth,
    /// Handed to the app's login callback.
    pub extension: String,
    /// Over the device limit: end the oldest session instead of failing with 417.
    pub force: bool,
    /// Attempts before it fails; 0 = 3.
    pub attempts: u32,
    /// All attempts together, ms; 0 = 60 000.
    pub timeout_ms: u64,
    /// Text for the account's other devices; empty: the client's own.
    pub custom_tag: String,
    /// Asked again at every automatic login.
    pub token_provider: Option<TokenProvider>,
}

impl Login {
    /// With a static token.
    pub fn new(account: impl Into<String>, token: impl Into<String>) -> Self {
        Self { account: account.into(), token: token.into(), ..Self::default() }
    }

    /// Another way to read the token.
    pub fn auth(mut self, auth: LoginAuth) -> Self {
        self.auth = auth;
        self
    }

    pub(crate) fn call(self, device: &v1::Device) -> (ImLogin, Option<TokenProvider>) {
        let mut device = device.clone();
        if !self.custom_tag.is_empty() {
            device.custom_tag = self.custom_tag;
        }
        let login = ImLogin {
            account: self.account,
            auth_type: match self.auth {
                LoginAuth::Static => v1::AuthType::Static,
                LoginAuth::Dynamic => v1::AuthType::Dynamic,
                LoginAuth::Callback => v1::AuthType::Callback,
            },
            token: self.token,
            login_extension: self.extension,
            device,
            force: self.force,
            attempts: self.attempts,
            timeout_ms: self.timeout_ms,
            has_token_provider: self.token_provider.is_some(),
        };
        (login, self.token_provider)
    }
}

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
        self.handle.shown().im_logged_in
    }

    /// The account that is logged in or logging in, folded once the server has answered.
    pub fn account(&self) -> Option<String> {
        self.handle.shown().account
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
    events: broadcast::Receiver<Event>,
}

impl ImEvents {
    /// The next event; `None` when the client is gone.
    pub async fn next(&mut self) -> Option<ImEvent> {
        loop {
            match self.events.recv().await {
                Ok(Event::RoomAuth { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
