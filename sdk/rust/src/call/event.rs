//! What happens in a call.

use super::frame::{ReceivedAudio, ReceivedVideo};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, MediaLayer, RoomStream};
use tokio::sync::broadcast;

/// Something happened in a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallEvent {
    /// Packets go both ways: at the beginning, and each time after [`CallEvent::Reconnecting`].
    Connected,
    /// The way is lost; another one is looked for without end.
    Reconnecting,
    /// This device is in the call no longer and does not come back by itself: the last event. [`Code::Ok`]: it has left.
    Ended {
        /// Why.
        code: Code,
    },
    /// Sound came.
    Audio {
        /// Of whom.
        rtc_uid: i64,
        /// [`RoomStream::Audio`] or [`RoomStream::SystemAudio`].
        stream: RoomStream,
        /// What.
        frame: ReceivedAudio,
    },
    /// A picture came.
    Video {
        /// Of whom.
        rtc_uid: i64,
        /// [`RoomStream::Video`] or [`RoomStream::SubVideo`].
        stream: RoomStream,
        /// The layer that the server sends at the moment.
        layer: MediaLayer,
        /// What.
        frame: ReceivedVideo,
    },
    /// Somebody can only go on with a key frame of an own picture.
    KeyFrameWanted {
        /// Of which.
        stream: RoomStream,
        /// Of which of its encodings; `None` without simulcast.
        layer: Option<MediaLayer>,
    },
    /// Who is received at the moment, all of them.
    Slots(Vec<v1::MediaSlot>),
    /// Who is heard, and who speaks.
    Levels(v1::MediaLevels),
    /// How well devices are connected.
    Quality(v1::MediaQuality),
    /// These layers of an own picture somebody takes; others need not be sent.
    Needed {
        /// Of which.
        stream: RoomStream,
        /// All of them.
        layers: Vec<MediaLayer>,
    },
    /// The listener was too slow: so many events before this are gone.
    Missed {
        /// How many.
        count: u64,
    },
}

/// What listeners of a call listen to: frames may crowd out frames, and never anything else.
#[derive(Clone)]
pub(crate) struct Loudspeaker {
    told: broadcast::Sender<CallEvent>,
    frames: broadcast::Sender<CallEvent>,
}

/// Events other than frames that a listener may lag behind.
const TOLD: usize = 256;

impl Loudspeaker {
    pub(crate) fn new(frames: usize) -> Self {
        Self { told: broadcast::channel(TOLD).0, frames: broadcast::channel(frames.max(1)).0 }
    }

    pub(crate) fn tell(&self, event: CallEvent) {
        // Nobody has to listen.
        let _ = self.told.send(event);
    }

    pub(crate) fn frame(&self, event: CallEvent) {
        let _ = self.frames.send(event);
    }

    pub(crate) fn listen(&self) -> CallEvents {
        CallEvents { told: self.told.subscribe(), frames: self.frames.subscribe(), is_over: false }
    }
}

/// A listener of a call.
pub struct CallEvents {
    told: broadcast::Receiver<CallEvent>,
    frames: broadcast::Receiver<CallEvent>,
    is_over: bool,
}

impl CallEvents {
    /// The next one; `None` after [`CallEvent::Ended`].
    pub async fn next(&mut self) -> Option<CallEvent> {
        if self.is_over {
            return None;
        }
        let event = tokio::select! {
            biased;
            told = self.told.recv() => told,
            Ok(frame) = received(&mut self.frames) => Ok(frame),
        };
        let event = match event {
            Ok(event) => event,
            Err(broadcast::error::RecvError::Lagged(count)) => CallEvent::Missed { count },
            Err(broadcast::error::RecvError::Closed) => {
                self.is_over = true;
                return None;
            }
        };
        self.is_over = matches!(event, CallEvent::Ended { .. });
        Some(event)
    }
}

/// A frame, or how many were missed.
async fn received(
    frames: &mut broadcast::Receiver<CallEvent>,
) -> Result<CallEvent, broadcast::error::RecvError> {
    match frames.recv().await {
        Err(broadcast::error::RecvError::Lagged(count)) => Ok(CallEvent::Missed { count }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(rtp_time: u64) -> CallEvent {
        let payload = bytes::Bytes::new();
        let frame = ReceivedAudio { payload, rtp_time, level_dbov: None, contiguous: true };
        CallEvent::Audio { rtc_uid: 1, stream: RoomStream::Audio, frame }
    }

    #[tokio::test]
    async fn frames_crowd_out_frames_and_never_anything_else() {
        let told = Loudspeaker::new(4);
        let mut events = told.listen();
        told.tell(CallEvent::Connected);
        for number in 0..10 {
            told.frame(frame(number));
        }
        assert_eq!(events.next().await, Some(CallEvent::Connected));
        assert_eq!(events.next().await, Some(CallEvent::Missed { count: 6 }));
        for number in 6..10 {
            assert_eq!(events.next().await, Some(frame(number)));
        }
        told.tell(CallEvent::Ended { code: Code::Ok });
        assert_eq!(events.next().await, Some(CallEvent::Ended { code: Code::Ok }));
        drop(told);
        assert_eq!(events.next().await, None);
    }
}
