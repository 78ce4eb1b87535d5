//! What goes into the machine and what comes out of it.

use bytes::Bytes;
use parlor_protocol::causes::{AuthEvent, EndReason};
use parlor_protocol::{Cause, Code, Remedy, v1};
use parlor_room::Applied;

/// One connection attempt; frames of an older one are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportId(pub u64);

/// A call of the app, answered by one [`Output::Done`] of the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// What the driver tells the machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// The app calls.
    Call(CallId, Call),
    /// A transport is open.
    Opened(TransportId),
    /// A transport is gone, or never came.
    Lost(TransportId),
    /// A message arrived.
    Frame(TransportId, Bytes),
    /// The room component's login call was answered.
    Ticket(CallId, Result<Ticket, Failure>),
    /// The app's token provider answered; `None` when it has none.
    Token(Option<String>),
    /// The network came back: try now instead of waiting.
    NetworkChanged,
    /// Something beside the link went silent: is the link still there? It has to answer soon.
    Doubt,
    /// Nothing but time.
    Tick,
}

/// What the driver has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a transport to the server's `/link`.
    Open(TransportId),
    /// Send a message.
    Send(TransportId, Bytes),
    /// Close it; nothing more of it matters.
    Close(TransportId),
    /// `POST /scene/apps/{appKey}/v1/login`, answered with [`Input::Ticket`] of the same number.
    FetchTicket(CallId, RoomCredential),
    /// Ask the app's token provider, answered with [`Input::Token`].
    FetchToken {
        /// The IM account.
        account: String,
    },
    /// The answer to a call.
    Done(CallId, Result<Answer, Failure>),
    /// Something happened.
    Event(Event),
}

/// What an app can ask for.
#[derive(Clone, Debug)]
pub enum Call {
    /// Log an IM account in.
    ImLogin(ImLogin),
    /// Log IM out. A room session on it ends first.
    ImLogout,
    /// End own sessions on other devices.
    KickDevices(Vec<String>),
    /// Log a room account in.
    RoomLogin {
        /// IM is the app's: check the binding instead of logging IM in.
        reuse_im: bool,
        /// Who.
        credential: RoomCredential,
        /// The device, where RoomKit logs IM in itself.
        device: v1::Device,
    },
    /// Log IM in with its own credential, if it is not, and its bound room account with it.
    LoginByIm(ImLogin),
    /// Log the room account out; IM too, where RoomKit logged it in.
    RoomLogout,
    /// Replace the room credential.
    RenewRoomToken {
        /// Whether it is a dynamic one.
        dynamic: bool,
        /// The new token.
        token: String,
    },
    /// One request of the room component, as it goes over the wire: `RoomCreate`, `RoomJoin`, `RoomAct`,
    /// `RoomTemplateFetch`, `MyRoomDevices`, `RoomBlacklistFetch`, `ChatSend`, `ChatRecall`, `ChatHistory`,
    /// `ChatMembers`, `UserSend`, `FileUpload`, `FileLink`. Needs a room login. The machine makes all others itself.
    Ask(Box<v1::request::Body>),
}

/// An IM login.
#[derive(Clone, Debug)]
pub struct ImLogin {
    /// accid.
    pub account: String,
    /// How to read `token`.
    pub auth_type: v1::AuthType,
    /// The credential.
    pub token: String,
    /// Handed to the app's login callback.
    pub login_extension: String,
    /// This device.
    pub device: v1::Device,
    /// Over the device limit: end the oldest session instead of failing.
    pub force: bool,
    /// Attempts before the login fails; 0 = 3.
    pub attempts: u32,
    /// All attempts together; 0 = 60 s.
    pub timeout_ms: u64,
    /// Ask the token provider again at every automatic login.
    pub has_token_provider: bool,
}

/// A room account's credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomCredential {
    /// userUuid.
    pub user_uuid: String,
    /// Whether `token` is a dynamic one.
    pub dynamic: bool,
    /// The credential.
    pub token: String,
}

/// What the room component's login call answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The bound IM account.
    pub accid: String,
    /// One-time pass for the link.
    pub ticket: String,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Nothing to say.
    Done,
    /// IM is logged in, beside these devices.
    LoggedIn {
        /// The account, folded.
        account: String,
        /// Other sessions of the account.
        other_devices: Vec<v1::Device>,
    },
    /// These devices had a session that ended.
    Kicked(Vec<String>),
    /// The room account is logged in.
    RoomLoggedIn(v1::RoomIdentity),
    /// This device is in a room, and its mirror is complete.
    Joined(JoinedRoom),
    /// What the server answered, all parts together.
    Reply(Box<v1::reply::Body>),
}

/// A room that this device has entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedRoom {
    /// The room, for ever.
    pub archive_id: i64,
    /// The room, while it lives.
    pub room_uuid: String,
    /// The conversation of its chat; 0 = it has none.
    pub chat_room_id: i64,
    /// The own device in it.
    pub rtc_uid: i64,
    /// The own account in it.
    pub user_uuid: String,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The entry of the code table; `Failure` for a number that this client does not know.
    pub code: Code,
    /// The number on the link.
    pub number: i32,
    /// What to do; the server's word counts.
    pub remedy: Remedy,
    /// A sentence for developers.
    pub message: String,
    /// How long to wait before trying again, 0 = not said.
    pub retry_after_ms: u32,
}

impl Failure {
    /// A failure found here, without the server.
    pub fn local(code: Code) -> Self {
        Self {
            code,
            number: code.link(),
            remedy: code.remedy(),
            message: code.developer().to_owned(),
            retry_after_ms: 0,
        }
    }

    /// Whether the same may succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.remedy, Remedy::Retry | Remedy::Reconnect)
    }
}

impl From<&v1::Error> for Failure {
    fn from(error: &v1::Error) -> Self {
        let code = Code::from_link(error.code).unwrap_or(Code::Failure);
        let remedy = u8::try_from(error.remedy).ok().and_then(Remedy::from_number);
        Self {
            code,
            number: error.code,
            remedy: remedy.unwrap_or(code.remedy()),
            message: error.message.clone(),
            retry_after_ms: error.retry_after_ms,
        }
    }
}

/// What an app is told unasked.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A connection is being opened for a login (step 0).
    Linking,
    /// It is open (step 1).
    Linked,
    /// The login is on its way (step 2).
    LoggingIn,
    /// The link of a logged-in session was lost; it will be taken up again.
    Disconnected,
    /// The link is back; nothing was missed.
    Resumed,
    /// The link is back with a new session, after the old one's time was over.
    LoggedInAgain {
        /// Other sessions of the account.
        other_devices: Vec<v1::Device>,
    },
    /// The session is over and will not come back by itself.
    LoginLost(Failure),
    /// The session was ended on purpose.
    Kicked {
        /// 1 exclusive login, 2 server, 3 own other device, 4 the same device again.
        reason: i32,
        /// NIMClientType of the session that caused it.
        client_type: i32,
        /// Its custom client type.
        custom_client_type: i32,
        /// The text of whoever kicked.
        description: String,
    },
    /// Other sessions of the account began or ended.
    DevicesChanged {
        /// Those present now.
        other_devices: Vec<v1::Device>,
        /// The ones this is about.
        changed: Vec<v1::Device>,
        /// They came in, or went out.
        came_in: bool,
    },
    /// The room login changed.
    RoomAuth {
        /// How the platforms call it.
        event: AuthEvent,
        /// Why, when there is a cause.
        cause: Option<Cause>,
    },
    /// Something changed in a room that this device is in. The mirror shows it.
    Room {
        /// The room.
        archive_id: i64,
        /// What happened; `seq` 0 for what a mirror that began anew found changed.
        event: Box<v1::RoomEvent>,
        /// What it removed.
        applied: Applied,
    },
    /// This device is not in the room any more.
    RoomEnded {
        /// The room.
        archive_id: i64,
        /// Why.
        reason: EndReason,
    },
    /// The connection to a room was lost, or is back and the room's mirror up to date.
    RoomConnection {
        /// The room.
        archive_id: i64,
        /// It is there.
        connected: bool,
    },
    /// A message in the chat of a room, once and in order. Not those that this device sent itself.
    Chat {
        /// The room.
        archive_id: i64,
        /// The message.
        message: Box<v1::ChatMessage>,
    },
    /// Something of the call of a room that this device is in: one of the pushes of `media.proto`. Each replaces the one
    /// before of its kind.
    Media {
        /// The room.
        archive_id: i64,
        /// What.
        push: Box<v1::push::Body>,
    },
    /// Custom signalling of another member or person, in a room (with its uuid) or to the account.
    Command(v1::UserCommand),
}
