//! The calls of rooms: what the server says of them goes on to whoever holds the media session.

use crate::{Client, Event};
use parlor_protocol::v1::push::Body;

impl Client {
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
