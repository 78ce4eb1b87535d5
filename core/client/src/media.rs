//! The calls of rooms: what the server says of them goes on to whoever holds the media session, and the machine of one
//! device's part in a call.

mod machine;
mod told;

pub use machine::MediaMachine;
pub use told::{Aim, AskId, MediaConfig, MediaInput, MediaOutput, MediaState, PeerId, Step, WayState};

use crate::api::CallId;
use crate::outbox::Purpose;
use crate::{Client, Event};
use parlor_protocol::Code;
use parlor_protocol::v1::push::Body;
use parlor_protocol::v1::request;

/// The room of a request about a call.
fn room_of(body: &request::Body) -> Option<i64> {
    use request::Body as B;
    Some(match body {
        B::MediaJoin(join) => join.archive_id,
        B::MediaOffer(offer) => offer.archive_id,
        B::MediaResume(resume) => resume.archive_id,
        B::MediaDemand(demand) => demand.archive_id,
        B::MediaLeave(leave) => leave.archive_id,
        _ => return None,
    })
}

impl Client {
    /// A request about the call of a room that this device is in.
    pub(crate) fn call_media(&mut self, now_ms: u64, id: CallId, body: request::Body) {
        if room_of(&body).is_none_or(|archive_id| self.room_view(archive_id).is_none()) {
            return self.fail(id, Code::RoomNotFound);
        }
        self.ask_room(now_ms, Purpose::Reply(id), body);
    }

    /// What is said of a room that this device is not in comes too late.
    pub(crate) fn media(&mut self, push: Body) {
        let archive_id = match &push {
            Body::MediaSlots(push) => push.archive_id,
            Body::MediaLevels(push) => push.archive_id,
            Body::MediaQuality(push) => push.archive_id,
            Body::MediaNeeded(push) => push.archive_id,
            Body::MediaEnded(push) => push.archive_id,
            _ => return,
        };
        if self.room_view(archive_id).is_some() {
            self.event(Event::Media { archive_id, push: Box::new(push) });
        }
    }
}
