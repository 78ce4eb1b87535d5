//! The one way to change anything: expectations and writes that happen together or not at all.

use crate::rows::{
    AccessTokenRow, AccountRow, AppRow, AuditRow, EndpointRow, FileRow, LinkTicketRow, LoginRow, MessageRow,
    NewCallback, RoomAccountRow, RoomRow, SessionRow, TemplateRow,
};
use parlor_protocol::ids::{
    Accid, AppId, ArchiveId, ConversationId, Epoch, NodeId, RtcUid, SessionId, UserUuid,
};

/// Expectations are checked first, then the writes are applied in order, all inside one transaction.
/// Concurrent batches are grouped into one durable commit.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// What must still be true.
    pub expects: Vec<Expect>,
    /// What then becomes true.
    pub writes: Vec<Write>,
}

impl Batch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an expectation.
    pub fn expect(mut self, expect: Expect) -> Self {
        self.expects.push(expect);
        self
    }

    /// Expects the row behind `key` to be at `version`; 0 = absent.
    pub fn expect_version(self, key: Key, version: u64) -> Self {
        self.expect(Expect::Version { key, version })
    }

    /// Adds a write.
    pub fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }
}

/// The name of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An app.
    App(AppId),
    /// An IM account.
    Account(AppId, Accid),
    /// The durable part of an account's logins.
    Login(AppId, Accid),
    /// A room account.
    RoomAccount(AppId, UserUuid),
    /// A session.
    Session(SessionId),
    /// A template of an app's own.
    Template(AppId, i64),
}

/// What a commit itself has given, in the order of the batch's writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// The places of the [`Write::AppendUserEvent`]s in their streams.
    pub user_seqs: Vec<u64>,
    /// The ids of the [`Write::Callback`]s.
    pub callback_ids: Vec<i64>,
}

/// What a batch relies on.
#[derive(Clone, Debug)]
pub enum Expect {
    /// The row is at this version; 0 = absent. Otherwise [`CommitError::Conflict`].
    Version {
        /// Which row.
        key: Key,
        /// The version it was read at.
        version: u64,
    },
    /// The session lives and this is its latest attachment. Otherwise [`CommitError::Fenced`]:
    /// every act of a session carries this.
    Fence {
        /// Which session.
        session_id: SessionId,
        /// The epoch of the attachment that acts.
        epoch: Epoch,
        /// For an act of the room session on it: when that began. Is it over, or is another one there,
        /// [`CommitError::RoomFenced`].
        room_since_ms: Option<i64>,
    },
    /// This act was not done before (see [`OnceKind`]). Otherwise
    /// [`CommitError::Repeated`] with the first answer. Expired marks do not count.
    Once {
        /// Which register.
        kind: OnceKind,
        /// The app.
        app_id: AppId,
        /// The id within register and app.
        id: Vec<u8>,
        /// The mark is forgotten at this time.
        expires_at_ms: i64,
        /// Now.
        now_ms: i64,
        /// What a repeat gets; may be empty.
        answer: Vec<u8>,
    },
    /// The room's lease and stream are where its owner believes. Otherwise [`CommitError::Conflict`]: every change of a
    /// room carries this. An ended room is at its last place for ever.
    Room {
        /// Which room.
        archive_id: ArchiveId,
        /// The lease.
        fence: u64,
        /// The last event.
        seq: u64,
    },
}

/// The registers of things that happen once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum OnceKind {
    /// `RequestId` of a server call: 10 minutes, repeat answers 431.
    RequestId = 1,
    /// (Nonce, CurTime) of a signed call, where the app asked for it.
    Nonce = 2,
    /// Op id of a link request: 24 h, repeat gets the first reply.
    OpId = 3,
}

/// One change. `Put` inserts or replaces the whole row and raises its version by one.
#[derive(Clone, Debug)]
pub enum Write {
    /// An app. App key and name are unique, or [`CommitError::Taken`].
    PutApp(AppRow),
    /// An IM account.
    PutAccount(AccountRow),
    /// The durable part of an account's logins.
    PutLogin(LoginRow),
    /// A room account. Its accid is unique among the app's room accounts, or
    /// [`CommitError::Taken`].
    PutRoomAccount(RoomAccountRow),
    /// A session.
    PutSession(SessionRow),
    /// A refreshed access token.
    PutAccessToken(AccessTokenRow),
    /// All access tokens of a room account are void.
    DropAccessTokens(AppId, UserUuid),
    /// A link ticket.
    PutLinkTicket(LinkTicketRow),
    /// Tickets that would log this IM account in: what earned them is not valid any more.
    DropLinkTickets(AppId, Accid),
    /// A ticket is used up. Absent: [`CommitError::Conflict`], so that it works once.
    TakeLinkTicket(AppId, [u8; 32]),
    /// An audit row.
    Audit(AuditRow),
    /// A template of an app's own.
    PutTemplate(TemplateRow),
    /// A template is no more; rooms made from it keep their copy.
    DropTemplate(AppId, i64),
    /// A room, at its creation and at its end. Its uuid is unique among the app's live rooms, or [`CommitError::Taken`].
    /// A new room's streams begin at 0 and nobody holds it; a room with an end has no devices
    /// any more and is let go by its node.
    PutRoom(RoomRow),
    /// A node becomes the one that writes the room: the fence rises by one. [`CommitError::Conflict`] unless it lives.
    TakeRoom {
        /// Which room.
        archive_id: ArchiveId,
        /// The node.
        node: NodeId,
    },
    /// The room's next events. [`CommitError::Conflict`] unless the one before `first_seq` is its last.
    AppendRoomEvents {
        /// Which room.
        archive_id: ArchiveId,
        /// The place of the first; the others follow densely.
        first_seq: u64,
        /// Encoded `v1::RoomEvent`s.
        events: Vec<Vec<u8>>,
    },
    /// The state of a room after an event. Replaces the one before.
    PutRoomRecord {
        /// Which room.
        archive_id: ArchiveId,
        /// The event.
        seq: u64,
        /// Encoded `v1::RoomRecord`.
        body: Vec<u8>,
        /// Events up to and with this one are forgotten; never more than the record knows of.
        keep_events_after: u64,
    },
    /// When something happens in a room by itself next; none = nothing does.
    PutRoomDue {
        /// Which room.
        archive_id: ArchiveId,
        /// When.
        due_at_ms: Option<i64>,
    },
    /// A device in a room. Its rtc uid is unique in the app, or [`CommitError::Taken`].
    PutEndpoint(EndpointRow),
    /// A device has left its room.
    DropEndpoint {
        /// The room.
        archive_id: ArchiveId,
        /// The device.
        rtc_uid: RtcUid,
    },
    /// All devices have left a room.
    DropEndpoints {
        /// The room.
        archive_id: ArchiveId,
    },
    /// Somebody has come in: kept for the history, and counted (pv; at the first time uv).
    RoomVisit {
        /// The room.
        archive_id: ArchiveId,
        /// Who.
        user_uuid: UserUuid,
        /// When.
        at_ms: i64,
    },
    /// The next messages of a room's chat. [`CommitError::Conflict`] unless they follow its last message;
    /// [`CommitError::Taken`] if the sender has used a message's uuid before.
    AppendMessages {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its room.
        archive_id: ArchiveId,
        /// The messages, dense.
        messages: Vec<MessageRow>,
        /// Messages up to and with this one are forgotten.
        keep_after_seq: u64,
    },
    /// A message in another form, in the place of the one that is there; nothing happens if none is.
    PutMessage(MessageRow),
    /// The next event of a user stream; [`Assigned::user_seqs`] says where it came to stand.
    AppendUserEvent {
        /// The app.
        app_id: AppId,
        /// Whose stream.
        user_uuid: UserUuid,
        /// When.
        at_ms: i64,
        /// Encoded `v1::UserEvent`, without its seq.
        body: Vec<u8>,
    },
    /// A file's particulars.
    PutFile(FileRow),
    /// A file is no more.
    DropFile(AppId, String),
    /// A callback, last in its lane; [`Assigned::callback_ids`] says its id.
    Callback(NewCallback),
    /// A callback is delivered, or given up: the next of its lane may go.
    DropCallback(i64),
    /// A delivery has failed and is tried again later.
    DelayCallback {
        /// Which callback.
        callback_id: i64,
        /// How often it has failed.
        attempts: u32,
        /// When it is tried next.
        next_at_ms: i64,
    },
}

/// Why a batch did not happen. Nothing of it did, unless the variant says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// What the batch relied on has changed: read again, decide again.
    #[error("{0} has changed meanwhile")]
    Conflict(Contended),
    /// The session has ended, or a later attachment of it acts now.
    #[error("the session has ended or moved to a later attachment")]
    Fenced,
    /// The room session that acts is over; the session that carried it goes on.
    #[error("the room session has ended")]
    RoomFenced,
    /// It was done before; this is what the first one was answered.
    #[error("done before")]
    Repeated {
        /// As given with the first [`Expect::Once`].
        answer: Vec<u8>,
    },
    /// Somebody else has it.
    #[error("the {0} is taken")]
    Taken(Taken),
    /// The disk is full or has failed. Full: nothing of the batch is there, and changes are taken again as soon as there
    /// is room. Failed: no more changes until the store is opened anew; a batch under way when it happened may turn out
    /// to be there after that.
    #[error("the store takes no changes: its disk is full or has failed")]
    ReadOnly,
    /// More batches wait than the queue holds. Try again later.
    #[error("too many commits are waiting")]
    Busy,
    /// The database refuses a value that this build should not have written; the log has the cause.
    #[error("the database refused the batch")]
    Refused,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

/// What changed under a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contended {
    /// A row is at another version.
    #[error("a row")]
    Row(Key),
    /// The link ticket is used up or never was.
    #[error("the link ticket")]
    LinkTicket,
    /// The room has another owner, its streams have gone on, or it is no more.
    #[error("the room {0}")]
    Room(ArchiveId),
}

/// What may exist once only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    /// An app key.
    #[error("app key")]
    AppKey,
    /// An app's readable name.
    #[error("app name")]
    AppName,
    /// The IM account of a room account: another room account is bound to it.
    #[error("IM account")]
    Binding,
    /// A room's uuid, among the app's live rooms.
    #[error("room uuid")]
    RoomUuid,
    /// A device's number in rooms and calls, among those in use in the app.
    #[error("rtc uid")]
    RtcUid,
    /// A message's uuid, among those of its sender in the conversation.
    #[error("message uuid")]
    Message,
}
