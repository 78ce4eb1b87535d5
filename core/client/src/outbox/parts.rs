//! Answers that come in parts.

use crate::api::Failure;
use parlor_protocol::Code;
use parlor_protocol::v1::reply::Body;
use parlor_protocol::v1::{self, room_pulled};

/// The parts of one answer so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    next: u32,
    whole: Option<Body>,
}

impl Parts {
    /// Takes a part; the whole answer with the last one. A repeat on a new connection begins again with part 0.
    pub(super) fn take(&mut self, reply: v1::Reply) -> Option<Result<Body, Failure>> {
        if let Some(error) = &reply.error {
            return Some(Err(Failure::from(error)));
        }
        let Some(body) = reply.body else { return Some(Err(Failure::local(Code::FrameUnknown))) };
        if reply.part == 0 {
            *self = Self { next: 1, whole: Some(body) };
        } else if reply.part == self.next
            && let Some(whole) = &mut self.whole
        {
            self.next += 1;
            append(whole, body);
        } else {
            return None;
        }
        if reply.last { self.whole.take().map(Ok) } else { None }
    }
}

fn append(whole: &mut Body, part: Body) {
    match (whole, part) {
        (Body::RoomJoin(whole), Body::RoomJoin(part)) => whole.members.extend(part.members),
        (Body::RoomPull(whole), Body::RoomPull(part)) => append_pulled(whole, part),
        (Body::MyRoomDevices(whole), Body::MyRoomDevices(part)) => whole.rooms.extend(part.rooms),
        (Body::RoomBlacklistFetch(whole), Body::RoomBlacklistFetch(part)) => {
            whole.members.extend(part.members);
        }
        (Body::ChatPull(whole), Body::ChatPull(part)) => {
            whole.messages.extend(part.messages);
            whole.at = part.at.or(whole.at);
        }
        (Body::ChatHistory(whole), Body::ChatHistory(part)) => whole.messages.extend(part.messages),
        (Body::ChatMembers(whole), Body::ChatMembers(part)) => whole.members.extend(part.members),
        (Body::UserPull(whole), Body::UserPull(part)) => {
            whole.events.extend(part.events);
            whole.at = part.at.or(whole.at);
        }
        (whole, part) => *whole = part,
    }
}

fn append_pulled(whole: &mut v1::RoomPulled, part: v1::RoomPulled) {
    match (&mut whole.body, part.body) {
        (Some(room_pulled::Body::Events(whole)), Some(room_pulled::Body::Events(part))) => {
            whole.events.extend(part.events);
        }
        (Some(room_pulled::Body::View(whole)), Some(room_pulled::Body::View(part))) => {
            whole.members.extend(part.members);
        }
        (whole, part) => *whole = part,
    }
}
