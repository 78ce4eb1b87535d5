//! The session that a connection carries, as requests on it see it.

use crate::hub::AccountKey;
use crate::outbox::Outbox;
use parlor_protocol::ids::{AppId, Epoch, SessionId, UserUuid};
use parlor_protocol::{limits, v1};
use parlor_store::rows::{RoomAccountRow, SessionRow};
use parlor_store::{Expect, OnceKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The session that a connection carries. Every act is done in its name and under its epoch.
#[derive(Debug)]
pub struct Session {
    /// Its app.
    pub app_id: AppId,
    /// App and account.
    pub account: AccountKey,
    /// Which session.
    pub session_id: SessionId,
    /// Fence of this attachment.
    pub epoch: Epoch,
    /// NIMClientType, for those whom it kicks.
    pub client_type: i32,
    /// Custom client type.
    pub custom_client_type: i32,
}

impl Session {
    /// The session of a row, under the row's epoch.
    pub fn of(row: &SessionRow) -> Self {
        Self {
            app_id: row.app_id,
            account: (row.app_id, row.accid.clone()),
            session_id: row.session_id,
            epoch: row.epoch,
            client_type: row.client_type,
            custom_client_type: row.custom_client_type,
        }
    }

    /// What every commit in its name relies on: it lives, and this is its latest attachment.
    pub fn fence(&self) -> Expect {
        Expect::Fence { session_id: self.session_id, epoch: self.epoch, room_since_ms: None }
    }

    /// What every commit of a room session relies on, too: the one that began then is still on this session.
    pub fn room_fence(&self, since_ms: i64) -> Expect {
        Expect::Fence { session_id: self.session_id, epoch: self.epoch, room_since_ms: Some(since_ms) }
    }
}

/// What a request knows of the connection that it came on.
#[derive(Clone)]
pub struct Origin {
    /// The session, once there is one.
    pub session: Option<Arc<Session>>,
    /// Where pushes go.
    pub outbox: Outbox,
    /// The peer's address.
    pub peer: SocketAddr,
    /// Tells the connection which session it carries, also if the request is cut short.
    pub slot: Slot,
}

/// Where a login leaves its session for the connection's end to find.
#[derive(Clone, Default)]
pub struct Slot(Arc<Mutex<Option<Arc<Session>>>>);

impl Slot {
    /// From here on the connection answers for this session.
    pub fn fill(&self, session: Arc<Session>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    /// The session ended or never began.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The session that the connection answers for now.
    pub fn get(&self) -> Option<Arc<Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What clients are told of a room session that began at `login_at_ms`, and where they find its user stream.
pub fn room_identity(
    row: &RoomAccountRow,
    login_at_ms: i64,
    user_at: Option<v1::Cursor>,
) -> v1::RoomIdentity {
    v1::RoomIdentity {
        user_uuid: UserUuid::to_string(&row.user_uuid),
        user_name: row.user_name.clone(),
        icon: row.icon.clone(),
        rtc_uid: row.rtc_uid,
        login_at_ms,
        user_at,
    }
}

/// The kinds of requests whose first answer is kept beside those of rooms: an op id that comes again with another kind is
/// refused, not answered with what belongs to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To make a room.
    RoomCreate = 3,
    /// To send a command to a person.
    Command = 4,
    /// For a place to upload to.
    FileUpload = 5,
    /// To end other sessions.
    KickDevices = 6,
}

impl Asked {
    /// An answer as the store keeps it.
    pub fn keep(self, answer: &[u8]) -> Vec<u8> {
        [&[self as u8], answer].concat()
    }

    /// A kept answer; `None` for that of another kind.
    pub fn kept(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.strip_prefix(&[self as u8])
    }
}

/// The mark that lets an act of a session happen once.
pub fn once(session: &Session, op_id: &[u8], now_ms: i64, answer: Vec<u8>) -> Expect {
    let mut id = session.account.1.as_str().as_bytes().to_vec();
    id.push(0);
    id.extend_from_slice(op_id);
    Expect::Once {
        kind: OnceKind::OpId,
        app_id: session.app_id,
        id,
        expires_at_ms: now_ms + limits::OP_ID_TTL_S * 1000,
        now_ms,
        answer,
    }
}
