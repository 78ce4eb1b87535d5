//! Who is told: events between the nodes of a cluster. One node is a cluster of one; every event goes through here.
//!
//! This bus lives inside one process. It never loses an event while a node is subscribed: a publisher waits for room
//! in a subscriber's bounded queue. Events tell what was committed; the store stays the truth.

use parlor_protocol::ids::{Accid, AppId, DeviceId, Epoch, NodeId, SessionId, UserUuid};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Something that was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A session of the account began.
    SessionBegan {
        /// App.
        app_id: AppId,
        /// Account.
        accid: Accid,
        /// The new session.
        device: SessionDevice,
    },
    /// A session of the account is over, and the room session on it.
    SessionEnded {
        /// App.
        app_id: AppId,
        /// Account.
        accid: Accid,
        /// The session that was.
        device: SessionDevice,
        /// Name in the table of causes.
        cause: String,
        /// Text of whoever kicked.
        description: String,
        /// NIMClientType of the session that caused it, 0 = none did.
        by_client_type: i32,
        /// Its custom client type.
        by_custom_client_type: i32,
        /// The room account that was logged in on it.
        room: Option<UserUuid>,
    },
    /// A session was resumed: attachments with a lower epoch are over.
    SessionResumed {
        /// App.
        app_id: AppId,
        /// Account.
        accid: Accid,
        /// Which.
        session_id: SessionId,
        /// Epoch of the new attachment.
        epoch: Epoch,
        /// Where it is now.
        node: NodeId,
    },
    /// The room session on a session is over; the IM session goes on.
    RoomSessionEnded {
        /// App.
        app_id: AppId,
        /// Account.
        accid: Accid,
        /// On which session.
        session_id: SessionId,
        /// Which room account.
        user_uuid: UserUuid,
        /// When the room session began, which tells it from others of that account.
        login_at_ms: i64,
        /// Name in the table of causes.
        cause: String,
    },
}

impl Event {
    /// The account that the event is about.
    pub fn account(&self) -> (AppId, &Accid) {
        match self {
            Self::SessionBegan { app_id, accid, .. }
            | Self::SessionEnded { app_id, accid, .. }
            | Self::SessionResumed { app_id, accid, .. }
            | Self::RoomSessionEnded { app_id, accid, .. } => (*app_id, accid),
        }
    }
}

/// A session as the account's other devices see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDevice {
    /// Which session.
    pub session_id: SessionId,
    /// Fence of its latest attachment.
    pub epoch: Epoch,
    /// Which device.
    pub device_id: DeviceId,
    /// NIMClientType.
    pub client_type: i32,
    /// The app's own kind, 0 = none.
    pub custom_client_type: i32,
    /// Text for the account's other devices.
    pub custom_tag: String,
    /// Operating system.
    pub os: String,
    /// When it logged in.
    pub login_at_ms: i64,
}

/// A handle on the bus; clones share it.
#[derive(Clone)]
pub struct Bus {
    subscribers: Arc<Mutex<Vec<mpsc::Sender<Arc<Event>>>>>,
    queue: usize,
}

impl Bus {
    /// A bus within this process; each subscriber's queue holds `queue` events.
    pub fn in_process(queue: usize) -> Self {
        Self { subscribers: Arc::default(), queue }
    }

    /// From now on, every event in the order it was published. Ends when the receiver is dropped.
    pub fn subscribe(&self) -> mpsc::Receiver<Arc<Event>> {
        let (sender, receiver) = mpsc::channel(self.queue);
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    /// Tells every node, this one included.
    pub async fn publish(&self, event: Event) {
        let event = Arc::new(event);
        let subscribers: Vec<_> = {
            let mut all = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|s| !s.is_closed());
            all.clone()
        };
        for subscriber in subscribers {
            // A closed receiver is a node that has gone: nobody to tell.
            let _ = subscriber.send(event.clone()).await;
        }
    }
}
