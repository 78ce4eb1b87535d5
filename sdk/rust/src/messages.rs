//! The message channel: custom signalling (`NEMessageChannelService`). Command ids of apps are 10000 to 19999.

use crate::driver::Handle;
use crate::error::Error;
use parlor_client::Event;
use parlor_protocol::Code;
use parlor_protocol::v1::{self, UserCommand, request::Body as Request, room_act::Act};
use std::sync::Arc;
use tokio::sync::broadcast;

/// The message channel of one room login. Clones are the same.
#[derive(Clone)]
pub struct Messages {
    handle: Handle,
}

impl Messages {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// To one person, on all their devices. With a room both must be in it; with an empty room uuid the person only has to
    /// exist.
    pub async fn send_custom(
        &self,
        room_uuid: impl Into<String>,
        user_uuid: impl Into<String>,
        command_id: i32,
        data: impl Into<String>,
    ) -> Result<(), Error> {
        let (room_uuid, user_uuid, data) = (room_uuid.into(), user_uuid.into(), data.into());
        let send = v1::UserSend { room_uuid, user_uuid, command_id, data };
        self.handle.ask(Request::UserSend(send)).await.map(drop)
    }

    /// To everybody else in a room that this device is in.
    pub async fn send_custom_to_room(
        &self,
        room_uuid: &str,
        command_id: i32,
        data: impl Into<String>,
    ) -> Result<(), Error> {
        self.send_custom_to_roles(room_uuid, command_id, Vec::new(), data).await
    }

    /// To the members of these roles in a room that this device is in; no roles: everybody else.
    pub async fn send_custom_to_roles(
        &self,
        room_uuid: &str,
        command_id: i32,
        roles: Vec<String>,
        data: impl Into<String>,
    ) -> Result<(), Error> {
        let archive_id = self.handle.look(|machine| {
            let is_named = |id: &i64| {
                machine.room_view(*id).is_some_and(|view| view.mirror.head().room_uuid == room_uuid)
            };
            machine.room_ids().into_iter().find(is_named)
        });
        let Some(archive_id) = archive_id else { return Err(Error::local(Code::RoomNotFound)) };
        let command = v1::ActCommand { command_id, data: data.into(), user_uuids: Vec::new(), roles };
        let act = v1::RoomAct { archive_id, act: Some(Act::Command(command)) };
        self.handle.ask(Request::RoomAct(act)).await.map(drop)
    }

    /// What others send, from now on: in order, each once, also what came while the link was down.
    pub fn events(&self) -> CommandEvents {
        CommandEvents { events: self.handle.events() }
    }
}

/// A listener. One that lags more than a thousand events of the client behind skips the oldest.
pub struct CommandEvents {
    events: broadcast::Receiver<Arc<Event>>,
}

impl CommandEvents {
    /// The next command; `None` when the client is gone.
    pub async fn next(&mut self) -> Option<UserCommand> {
        loop {
            match self.events.recv().await {
                Ok(event) => {
                    if let Event::Command(command) = &*event {
                        return Some(command.clone());
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
