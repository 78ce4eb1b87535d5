//! Who is told: events between the nodes of a cluster. One node is a cluster of one; every event goes through here.
//!
//! This bus lives inside one process. It never loses an event while a node is subscribed: a publisher waits for room
//! in a subscriber's bounded queue. Events tell what was committed; the store stays the truth.

use bytes::Bytes;
use parlor_protocol::ids::{Accid, AppId, ArchiveId, DeviceId, Epoch, NodeId, SessionId, UserUuid};
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

/// Frames for devices, wherever they are connected: what a commit made known, encoded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// What goes to whom, in order.
    pub parcels: Vec<Parcel>,
    /// Who came into a room or left it with this.
    pub moves: Option<Moves>,
}

/// Devices that came into a room, and that left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    /// The room.
    pub archive_id: ArchiveId,
    /// In it from now on.
    pub entered: Vec<Address>,
    /// Not in it any more.
    pub left: Vec<Address>,
}

/// One frame for several devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The encoded frame, shared by all who get it.
    pub frame: Bytes,
    /// What it waits behind.
    pub lane: Lane,
    /// Who gets it.
    pub to: Arc<[Address]>,
}

/// A device on the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// App and account.
    pub account: (AppId, Accid),
    /// Which of its sessions.
    pub session_id: SessionId,
}

/// The kinds of frames that are posted, by what they may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Rooms and calls.
    Signalling,
    /// Chat.
    Message,
    /// What is out of date in a moment: dropped where other frames wait.
    Momentary,
}

/// A handle on the bus; clones share it.
#[derive(Clone)]
pub struct Bus {
    events: Topic<Event>,
    posts: Topic<Post>,
}

impl Bus {
    /// A bus within this process; each subscriber's queue holds `queue` events.
    pub fn in_process(queue: usize) -> Self {
        Self { events: Topic::new(queue), posts: Topic::new(queue) }
    }

    /// From now on, every event in the order it was published. Ends when the receiver is dropped.
    pub fn subscribe(&self) -> mpsc::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    /// Tells every node, this one included.
    pub async fn publish(&self, event: Event) {
        self.events.publish(event).await;
    }

    /// From now on, everything that is posted. Apart from the events, so that neither waits for the other.
    pub fn subscribe_posts(&self) -> mpsc::Receiver<Arc<Post>> {
        self.posts.subscribe()
    }

    /// Hands frames to every node that may hold one of the receivers, this one included.
    pub async fn post(&self, post: Post) {
        self.posts.publish(post).await;
    }
}

struct Topic<T> {
    subscribers: Arc<Mutex<Vec<mpsc::Sender<Arc<T>>>>>,
    queue: usize,
}

impl<T> Clone for Topic<T> {
    fn clone(&self) -> Self {
        Self { subscribers: self.subscribers.clone(), queue: self.queue }
    }
}

impl<T> Topic<T> {
    fn new(queue: usize) -> Self {
        Self { subscribers: Arc::default(), queue }
    }

    fn subscribe(&self) -> mpsc::Receiver<Arc<T>> {
        let (sender, receiver) = mpsc::channel(self.queue);
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    async fn publish(&self, fact: T) {
        let fact = Arc::new(fact);
        let subscribers: Vec<_> = {
            let mut all = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|s| !s.is_closed());
            all.clone()
        };
        for subscriber in subscribers {
            // A closed receiver is a node that has gone: nobody to tell.
            let _ = subscriber.send(fact.clone()).await;
        }
    }
}
