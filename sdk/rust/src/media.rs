//! The call of a room, as the wire has it: for programs that bring their own WebRTC. Packets go between that and the
//! server; here are the words about them.

use crate::driver::Handle;
use crate::error::Error;
use parlor_client::Event;
use parlor_protocol::Code;
use parlor_protocol::v1::{
    self, MediaLine, MediaWanted, push::Body, reply::Body as Reply, request::Body as Request,
};
use std::sync::Arc;
use tokio::sync::broadcast;

/// The call of one room. This device has at most one media session in it.
#[derive(Clone)]
pub struct RoomMedia {
    handle: Handle,
    archive_id: i64,
}

/// What the server says of a call. Each replaces the one before of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// What is in the slots of a media session, all of them.
    Slots(v1::MediaSlots),
    /// Who is heard, and who speaks.
    Levels(v1::MediaLevels),
    /// How well devices are connected.
    Quality(v1::MediaQuality),
    /// Which layers of an own picture somebody takes.
    Needed(v1::MediaNeeded),
    /// The media session is over, and this device still in the room.
    Ended(v1::MediaEnded),
}

impl RoomMedia {
    pub(crate) fn new(handle: Handle, archive_id: i64) -> Self {
        Self { handle, archive_id }
    }

    /// Takes part with an offer (JSEP, RFC 9429) and what each of its lines is for. A media session that this device has
    /// there already ends. A bad offer: [`Code::InvalidParameter`]; a room without calls: [`Code::NotSupported`].
    pub async fn join(
        &self,
        offer_sdp: impl Into<String>,
        lines: Vec<MediaLine>,
    ) -> Result<v1::MediaJoined, Error> {
        let join = v1::MediaJoin { archive_id: self.archive_id, offer_sdp: offer_sdp.into(), lines };
        match self.handle.fetch(Request::MediaJoin(join)).await? {
            Reply::MediaJoin(joined) => Ok(joined),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Negotiates a media session anew; answers with the SDP of the server. [`Code::MediaSessionGone`]: join anew.
    pub async fn offer(
        &self,
        media_id: u64,
        offer_sdp: impl Into<String>,
        lines: Vec<MediaLine>,
    ) -> Result<String, Error> {
        let offer =
            v1::MediaOffer { archive_id: self.archive_id, media_id, offer_sdp: offer_sdp.into(), lines };
        match self.handle.fetch(Request::MediaOffer(offer)).await? {
            Reply::MediaOffer(answer) => Ok(answer.answer_sdp),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Whether a media session is still known after the link was away; what was missed is told again.
    /// [`Code::MediaSessionGone`]: join anew.
    pub async fn resume(&self, media_id: u64) -> Result<(), Error> {
        let resume = v1::MediaResume { archive_id: self.archive_id, media_id };
        self.handle.fetch(Request::MediaResume(resume)).await.map(drop)
    }

    /// Which pictures this device wants, all of them; at most 64.
    pub async fn demand(&self, media_id: u64, wanted: Vec<MediaWanted>) -> Result<(), Error> {
        let demand = v1::MediaDemand { archive_id: self.archive_id, media_id, wanted };
        self.handle.fetch(Request::MediaDemand(demand)).await.map(drop)
    }

    /// Leaves the call; this device stays in the room.
    pub async fn leave(&self) -> Result<(), Error> {
        let leave = v1::MediaLeave { archive_id: self.archive_id };
        self.handle.fetch(Request::MediaLeave(leave)).await.map(drop)
    }

    /// What the server says from now on.
    pub fn events(&self) -> MediaEvents {
        MediaEvents { events: self.handle.events(), archive_id: self.archive_id }
    }
}

/// A listener. One that lags far behind skips the oldest.
pub struct MediaEvents {
    events: broadcast::Receiver<Arc<Event>>,
    archive_id: i64,
}

impl MediaEvents {
    /// The next one; `None` when this device is not in the room any more, or the client is gone.
    pub async fn next(&mut self) -> Option<MediaEvent> {
        loop {
            match self.events.recv().await {
                Ok(event) => match &*event {
                    Event::Media { archive_id, push } if *archive_id == self.archive_id => {
                        if let Some(event) = typed(push) {
                            return Some(event);
                        }
                    }
                    Event::RoomEnded { archive_id, .. } if *archive_id == self.archive_id => return None,
                    _ => {}
                },
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

fn typed(push: &Body) -> Option<MediaEvent> {
    Some(match push {
        Body::MediaSlots(slots) => MediaEvent::Slots(slots.clone()),
        Body::MediaLevels(levels) => MediaEvent::Levels(levels.clone()),
        Body::MediaQuality(quality) => MediaEvent::Quality(quality.clone()),
        Body::MediaNeeded(needed) => MediaEvent::Needed(needed.clone()),
        Body::MediaEnded(ended) => MediaEvent::Ended(*ended),
        _ => return None,
    })
}
