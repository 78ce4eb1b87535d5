//! What is asked of a room, and by whom.

use crate::act::Act as ServerCall;
use crate::fault::Fault;
use crate::media::Caller;
use crate::node::Node;
use crate::session::Session;
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::ids::{DeviceId, RtcUid, SessionId, UserUuid};
use parlor_protocol::v1;
use parlor_room::ServerAct;
use parlor_store::Write;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// One thing for a room's owner to do, and where the answer goes, if anybody waits for it.
pub(super) struct Order {
    pub(super) ask: Ask,
    pub(super) answer: Option<oneshot::Sender<Result<Done, Fault>>>,
}

impl Order {
    pub(super) fn answer(self, outcome: Result<Done, Fault>) {
        // Whoever asked may have gone; what was done stays done.
        drop(self.deliver(outcome));
    }

    /// The same; gives back what nobody waited for.
    pub(super) fn deliver(self, outcome: Result<Done, Fault>) -> Option<Done> {
        match self.answer {
            Some(answer) => answer.send(outcome).err()?.ok(),
            None => outcome.ok(),
        }
    }
}

/// Orders that are carried out together when they wait in a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Messages: one commit, one push.
    Message,
    /// Members' joins and acts: one write to the disk.
    Member,
}

impl Kind {
    /// The most of them that go together: what the first of them waits for stays short.
    const fn most(self) -> usize {
        match self {
            Self::Message => 128,
            Self::Member => 32,
        }
    }
}

/// An order, and those of its kind that wait behind it in a row; then what was found behind those.
pub(super) fn gather(first: Order, orders: &mut mpsc::Receiver<Order>) -> (Vec<Order>, Option<Order>) {
    let kind = first.ask.kind();
    let most = kind.map_or(1, Kind::most);
    let mut gathered = vec![first];
    while gathered.len() < most {
        match orders.try_recv() {
            Ok(order) if order.ask.kind() == kind => gathered.push(order),
            Ok(other) => return (gathered, Some(other)),
            Err(_) => break,
        }
    }
    (gathered, None)
}

/// What is asked.
pub(super) enum Ask {
    /// A device comes in.
    Join(Box<Joining>),
    /// A member does something.
    Act(Box<Acting>),
    /// The app's server, or an operator, does something.
    Serve(Box<Serving>),
    /// A member writes into the room's chat.
    Send(Box<Sending>),
    /// A member takes a message back.
    Recall(Box<Recalling>),
    /// A device comes into the room's call, or goes.
    Call(Box<Calling>),
    /// The session that carried a device is over.
    Gone(SessionId, EndReason),
    /// Time has passed.
    Due,
}

impl Ask {
    /// What it may be carried out together with; nothing, for what must be alone.
    pub(super) const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Send(_) => Some(Kind::Message),
            Self::Join(_) | Self::Act(_) => Some(Kind::Member),
            Self::Serve(_) | Self::Recall(_) | Self::Call(_) | Self::Gone(..) | Self::Due => None,
        }
    }
}

/// What came of it.
pub(super) enum Done {
    /// The mirror for a device that came in, in parts.
    View(Vec<v1::RoomView>),
    /// Where the room's stream is after an act.
    Act(v1::RoomActDone),
    /// The message as everybody gets it.
    Sent(Box<v1::ChatSent>),
    /// Where the chat is after a recall.
    Recalled(v1::ChatRecalled),
    /// The device that may take part in the call.
    Caller(Caller),
    /// Nothing to say.
    Nothing,
}

/// The room session that asks for something: what it asks for is not done any more once it is over.
pub(super) struct By {
    pub(super) session: Arc<Session>,
    /// When it began.
    pub(super) since_ms: i64,
}

impl By {
    /// The room session that the client of this session was told of.
    pub(super) fn now(node: &Node, session: &Arc<Session>) -> Result<Self, Fault> {
        let since_ms = node.hub.room_since_ms(&session.account, session.session_id);
        let since_ms = since_ms.ok_or_else(|| Fault::of(Code::RoomNotLoggedIn))?;
        Ok(Self { session: session.clone(), since_ms })
    }
}

/// A device that comes in.
pub(super) struct Joining {
    pub(super) by: By,
    pub(super) op_id: Vec<u8>,
    pub(super) join: v1::RoomJoin,
    pub(super) user_uuid: UserUuid,
    pub(super) device_id: DeviceId,
    /// The account's own rtcUid, and a fresh one for where that is in use.
    pub(super) rtc_uids: [RtcUid; 2],
}

/// A member's act.
pub(super) struct Acting {
    pub(super) by: By,
    pub(super) op_id: Vec<u8>,
    pub(super) act: v1::room_act::Act,
}

/// A device and the room's call.
pub(super) enum Calling {
    /// The device of this session comes in.
    In(By),
    /// It goes.
    Out(By),
    /// This device has lost its media session.
    Lost(RtcUid),
}

/// An act from outside the room.
pub(super) struct Serving {
    pub(super) call: ServerCall,
    pub(super) service: Service,
}

/// A member's message on its way.
pub(super) struct Sending {
    pub(super) by: By,
    pub(super) send: v1::ChatSend,
    /// Makes its file the room's.
    pub(super) attachment: Option<Write>,
}

/// A member takes a message back.
pub(super) struct Recalling {
    pub(super) by: By,
    pub(super) message_uuid: String,
}

/// What the app's server or an operator changes in a room.
#[derive(Clone, Debug)]
pub enum OutsideAct {
    /// What a member could do too; permissions do not bind the server, limits do.
    Member(v1::room_act::Act),
    /// What only the server does.
    Server(ServerAct),
    /// Writes into the room's chat. A message of that sender that has its uuid already is not written again.
    Say(Box<Said>),
    /// Takes anybody's message back, for everybody.
    Recall {
        /// The message.
        message_uuid: String,
    },
}

/// A message of the app's server.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// In whose name; nobody's when empty.
    pub sender: v1::ChatSender,
    /// What it holds; the room is named beside it.
    pub send: v1::ChatSend,
    /// Not dropped for the sake of ordinary messages.
    pub high_priority: bool,
}

/// Acts that all happen, or none does.
#[derive(Clone, Debug)]
pub struct Service {
    /// What the audit calls it, and its particulars; `None` where the act is told of elsewhere.
    pub audit: Option<(&'static str, Value)>,
    /// One after the other. At most one of them speaks in the chat.
    pub acts: Vec<OutsideAct>,
}
