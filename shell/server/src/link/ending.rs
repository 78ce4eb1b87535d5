//! How sessions end, as part of whatever commit ends them.

use parlor_bus::Event;
use parlor_protocol::Cause;
use parlor_store::rows::{Ended, SessionRow, Versioned};
use parlor_store::{Batch, Key, Write};

use super::session_device;
use crate::mutation::{self, Mutation};

/// Why sessions end, and who did it.
#[derive(Clone, Debug)]
pub struct Ending {
    cause: Cause,
    description: String,
    by_client_type: i32,
    by_custom_client_type: i32,
}

impl Ending {
    /// An ending by the server or for a reason in the session itself.
    pub fn of(cause: Cause) -> Self {
        Self { cause, description: String::new(), by_client_type: 0, by_custom_client_type: 0 }
    }

    /// With the text of whoever kicked (v1 `kickNotifyExt`, v2 `kick_notify_extension`).
    pub fn described(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// Caused by another session.
    pub fn by(mut self, client_type: i32, custom_client_type: i32) -> Self {
        (self.by_client_type, self.by_custom_client_type) = (client_type, custom_client_type);
        self
    }
}

/// Adds the end of `sessions` and of the room sessions on them to `batch`, each expected as it was read. The events
/// are to be published after the commit.
pub fn end_sessions(
    mut batch: Batch,
    sessions: &[Versioned<SessionRow>],
    ending: &Ending,
    now_ms: i64,
) -> (Batch, Vec<Event>) {
    let mut events = Vec::with_capacity(sessions.len());
    for session in sessions {
        let mut row = session.row.clone();
        let room = row.room.take();
        if mutation::on(Mutation::RoomOutlivesIm) {
            row.room.clone_from(&room);
        }
        let room = room.map(|room| room.user_uuid);
        row.ended = Some(Ended {
            cause: ending.cause.name().to_owned(),
            description: ending.description.clone(),
            by_client_type: ending.by_client_type,
            by_custom_client_type: ending.by_custom_client_type,
            at_ms: now_ms,
        });
        events.push(Event::SessionEnded {
            app_id: row.app_id,
            accid: row.accid.clone(),
            device: session_device(&row),
            cause: ending.cause.name().to_owned(),
            description: ending.description.clone(),
            by_client_type: ending.by_client_type,
            by_custom_client_type: ending.by_custom_client_type,
            room,
        });
        batch =
            batch.expect_version(Key::Session(row.session_id), session.version).write(Write::PutSession(row));
    }
    (batch, events)
}

/// Adds the end of the room sessions on `sessions` to `batch`; the IM sessions go on. Sessions without one are left.
pub fn end_rooms(mut batch: Batch, sessions: &[Versioned<SessionRow>], cause: Cause) -> (Batch, Vec<Event>) {
    let mut events = Vec::new();
    for session in sessions {
        let mut row = session.row.clone();
        let Some(room) = row.room.take() else { continue };
        events.push(Event::RoomSessionEnded {
            app_id: row.app_id,
            accid: row.accid.clone(),
            session_id: row.session_id,
            user_uuid: room.user_uuid,
            login_at_ms: room.login_at_ms,
            cause: cause.name().to_owned(),
        });
        batch =
            batch.expect_version(Key::Session(row.session_id), session.version).write(Write::PutSession(row));
    }
    (batch, events)
}
