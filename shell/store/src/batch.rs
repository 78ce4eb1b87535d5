//! The one way to change anything: expectations and writes that happen together or not at all.

use crate::rows::{
    AccessTokenRow, AccountRow, AppRow, AuditRow, LinkTicketRow, LoginRow, RoomAccountRow, SessionRow,
};
use parlor_protocol::ids::{Accid, AppId, Epoch, SessionId, UserUuid};

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
    /// A ticket is used up. Absent: [`CommitError::Conflict`], so that it works once.
    TakeLinkTicket(AppId, [u8; 32]),
    /// An audit row.
    Audit(AuditRow),
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
}
