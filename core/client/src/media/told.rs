//! What goes into the machine of a call and what comes out of it.

use crate::api::{CallId, Failure};
use parlor_protocol::v1::{self, push, reply, request};

/// A connection for packets; what concerns an older one is out of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerId(pub u64);

/// A request of the machine, answered by one [`MediaInput::Replied`] of the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskId(pub u64);

/// How long what may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaConfig {
    /// From an offer until packets have a way.
    pub way_timeout_ms: u64,
    /// The app's join altogether.
    pub join_timeout_ms: u64,
    /// The longest pause between two attempts.
    pub pause_max_ms: u64,
    /// A way that holds for so long is a good one: the next loss begins without a pause.
    pub stable_after_ms: u64,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self { way_timeout_ms: 8_000, join_timeout_ms: 20_000, pause_max_ms: 8_000, stable_after_ms: 10_000 }
    }
}

/// How packets' way to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayState {
    /// Packets go both ways.
    Connected,
    /// What came all the time comes no more: the driver sees it before the connection says anything.
    Silent,
    /// They went, and do not at the moment.
    Disconnected,
    /// No way was found.
    Failed,
}

/// What the driver tells the machine.
#[derive(Clone, Debug)]
pub enum MediaInput {
    /// The app takes part in the call.
    Join(CallId),
    /// The app leaves it.
    Leave(CallId),
    /// The room is over for this device.
    RoomOver,
    /// The offer that was asked for.
    Offered {
        /// Of which connection.
        peer: PeerId,
        /// The session description.
        sdp: String,
        /// What each of its lines is for.
        lines: Vec<v1::MediaLine>,
    },
    /// An offer could not be made, or an answer not be applied.
    Broken {
        /// Of which connection.
        peer: PeerId,
        /// Why, for developers.
        message: String,
    },
    /// The answer to a request.
    Replied(AskId, Result<Box<reply::Body>, Failure>),
    /// One of the pushes of `media.proto`.
    Push(Box<push::Body>),
    /// How the packets' way is.
    Way(PeerId, WayState),
    /// The link that the room rests on is there or not.
    Link(bool),
    /// This device has other addresses than before.
    NetworkChanged,
    /// All pictures that are wanted.
    Demand(Vec<v1::MediaWanted>),
    /// Nothing but time.
    Tick,
}

/// What the driver has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaOutput {
    /// Packets have lost their way: the link may be gone with it.
    DoubtLink,
    /// Make a connection for packets, in place of an older one.
    Open(PeerId),
    /// Make an offer, answered with [`MediaInput::Offered`] or [`MediaInput::Broken`].
    Offer {
        /// Of which connection.
        peer: PeerId,
        /// With other credentials, so that a way is looked for anew (RFC 8445 section 9).
        ice_restart: bool,
    },
    /// Take the server's answer.
    Apply {
        /// For which connection.
        peer: PeerId,
        /// The session description.
        sdp: String,
    },
    /// End a connection.
    Close(PeerId),
    /// Ask the server.
    Ask(AskId, Box<request::Body>),
    /// The answer to a call of the app.
    Done(CallId, Result<(), Failure>),
    /// The call's packets come and go, or are away for a while.
    Connection(bool),
    /// This device is in the call no longer, and does not come back by itself.
    Over(Failure),
    /// What is in the slots, all of them.
    Slots(Vec<v1::MediaSlot>),
    /// Which layers of an own picture are of use to somebody.
    Needed(v1::MediaNeeded),
}

/// What an attempt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A media session.
    Join,
    /// Another way for the one there is.
    Restart,
}

/// How far an attempt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The offer is being made.
    Offer,
    /// The server's answer is on its way.
    Asked(AskId),
    /// The answer's way is being tried.
    Way,
}

/// Where a device's part in a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaState {
    /// Not in.
    Idle,
    /// Between two attempts.
    Pausing {
        /// `None` = until the link is back.
        until_ms: Option<u64>,
        /// What comes then.
        then: Aim,
    },
    /// In an attempt.
    Making {
        /// What for.
        aim: Aim,
        /// How far it is.
        step: Step,
        /// It has failed by then.
        until_ms: u64,
    },
    /// Packets have a way.
    In {
        /// From then on it is a good one.
        stable_at_ms: u64,
    },
}
