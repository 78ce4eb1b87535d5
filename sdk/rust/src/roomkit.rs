//! RoomKit: the room account, with or without reuse of the app's IM login.

use crate::driver::Handle;
use crate::error::Error;
use crate::file::Files;
use crate::login::Login;
use crate::messages::Messages;
use crate::room::Rooms;
use parlor_client::{Answer, Call, Event, RoomCredential};
use parlor_protocol::Cause;
use parlor_protocol::causes::AuthEvent;
use parlor_protocol::v1::RoomIdentity;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Whose the IM login is (`NERoomKitOptions.reuseIM`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReuseIm {
    /// RoomKit logs the bound IM account in and out itself; an IM login of the app is in its way.
    #[default]
    Off,
    /// The app has logged IM in; RoomKit checks that it is the bound account.
    On,
}

/// RoomKit of one client. Clones are the same.
#[derive(Clone)]
pub struct RoomKit {
    handle: Handle,
    reuse_im: ReuseIm,
}

impl RoomKit {
    pub(crate) fn new(handle: Handle, reuse_im: ReuseIm) -> Self {
        Self { handle, reuse_im }
    }

    /// Logs a room account in with its token.
    ///
    /// With reuse on: 100004 when IM is not logged in (found without any network), 1027 and 1026 for a wrong and an
    /// expired token, 100005 when the IM account is not the bound one. With reuse off it fails while IM is logged in,
    /// and leaves that login alone.
    pub async fn login(
        &self,
        user_uuid: impl Into<String>,
        token: impl Into<String>,
    ) -> Result<RoomIdentity, Error> {
        self.log_in(user_uuid.into(), token.into(), false).await
    }

    /// Logs a room account in with a token that the app's server signed over the user uuid.
    pub async fn login_by_dynamic_token(
        &self,
        user_uuid: impl Into<String>,
        token: impl Into<String>,
    ) -> Result<RoomIdentity, Error> {
        self.log_in(user_uuid.into(), token.into(), true).await
    }

    /// Logs IM in with its own credential, if it is not, and its bound room account with it: one call for both.
    pub async fn login_by_im(&self, login: Login) -> Result<RoomIdentity, Error> {
        let (login, provider) = login.call(&self.handle.device);
        self.handle.call(Call::LoginByIm(login), provider).await.map(identity)
    }

    async fn log_in(&self, user_uuid: String, token: String, dynamic: bool) -> Result<RoomIdentity, Error> {
        let call = Call::RoomLogin {
            reuse_im: self.reuse_im == ReuseIm::On,
            credential: RoomCredential { user_uuid, dynamic, token },
            device: (*self.handle.device).clone(),
        };
        self.handle.call(call, None).await.map(identity)
    }

    /// Replaces the token that reconnects log in with; the server checks it at once.
    pub async fn renew_token(&self, token: impl Into<String>) -> Result<(), Error> {
        self.renew(token.into(), false).await
    }

    /// The same with a dynamic token.
    pub async fn renew_dynamic_token(&self, token: impl Into<String>) -> Result<(), Error> {
        self.renew(token.into(), true).await
    }

    async fn renew(&self, token: String, dynamic: bool) -> Result<(), Error> {
        self.handle.call(Call::RenewRoomToken { dynamic, token }, None).await.map(drop)
    }

    /// Logs the room account out. IM stays logged in with reuse on, and is logged out too with reuse off.
    pub async fn logout(&self) -> Result<(), Error> {
        self.handle.call(Call::RoomLogout, None).await.map(drop)
    }

    /// A room account is logged in.
    pub fn is_logged_in(&self) -> bool {
        self.handle.look(|machine| machine.room().is_some())
    }

    /// The room account that is logged in.
    pub fn identity(&self) -> Option<RoomIdentity> {
        self.handle.look(|machine| machine.room().cloned())
    }

    /// Rooms: making and entering them.
    pub fn rooms(&self) -> Rooms {
        Rooms::new(self.handle.clone())
    }

    /// The message channel: custom signalling to a person, a room or roles in it.
    pub fn messages(&self) -> Messages {
        Messages::new(self.handle.clone())
    }

    /// Files on the server.
    pub fn files(&self) -> Files {
        Files::new(self.handle.clone())
    }

    /// Events of the room login from now on.
    pub fn events(&self) -> AuthEvents {
        AuthEvents { events: self.handle.events() }
    }
}

fn identity(answer: Answer) -> RoomIdentity {
    match answer {
        Answer::RoomLoggedIn(identity) => identity,
        _ => RoomIdentity::default(),
    }
}

/// A change of the room login (`NEAuthEvent`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthNotice {
    /// What changed, as every platform names it.
    pub event: AuthEvent,
    /// Why, when there is a cause.
    pub cause: Option<Cause>,
}

/// A listener. One that lags more than a thousand events behind skips the oldest.
pub struct AuthEvents {
    events: broadcast::Receiver<Arc<Event>>,
}

impl AuthEvents {
    /// The next event; `None` when the client is gone.
    pub async fn next(&mut self) -> Option<AuthNotice> {
        loop {
            match self.events.recv().await {
                Ok(happened) => {
                    if let Event::RoomAuth { event, cause } = *happened {
                        return Some(AuthNotice { event, cause });
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
