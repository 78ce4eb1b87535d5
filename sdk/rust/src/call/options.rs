//! What a device takes part in a call with.

use super::frame::VideoCodec;
use parlor_protocol::v1::{MediaLayer, RoomStream};
use std::time::Duration;

/// What a device sends and how much it receives, for as long as it is in the call. A line that is here need not be used;
/// who publishes what is said by [`crate::Call::publish`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOptions {
    /// May send its microphone.
    pub audio: bool,
    /// May send the sound of what it shares.
    pub system_audio: bool,
    /// May send its camera.
    pub camera: bool,
    /// The camera comes in up to three encodings, [`crate::MediaLayer`]; `false`: in one.
    pub simulcast: bool,
    /// May send a second picture, such as a screen.
    pub screen: bool,
    /// How pictures may be encoded, those that it sends and those that it receives. What somebody sends otherwise is not received.
    pub video: Vec<VideoCodec>,
    /// How many others it hears at once.
    pub receive_audio: u32,
    /// How many cameras it sees at once.
    pub receive_video: u32,
    /// How many second pictures it sees at once.
    pub receive_screen: u32,
    /// How long UDP may take to find a way until TCP is tried too (RFC 6544).
    pub tcp_after: Duration,
    /// Received frames that a slow listener may lag behind; the oldest go first, and it is told how many.
    pub receive_queue: usize,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self {
            audio: true,
            system_audio: false,
            camera: true,
            simulcast: false,
            screen: false,
            video: vec![VideoCodec::Vp8],
            receive_audio: 4,
            receive_video: 4,
            receive_screen: 1,
            tcp_after: Duration::from_millis(1500),
            receive_queue: 1024,
        }
    }
}

impl CallOptions {
    /// A picture comes in several encodings.
    pub(super) fn has_layers(&self, stream: RoomStream) -> bool {
        self.simulcast && stream == RoomStream::Video
    }

    /// The encoding that a frame belongs to.
    pub(super) fn encoding(&self, stream: RoomStream, layer: MediaLayer) -> (RoomStream, MediaLayer) {
        (stream, if self.has_layers(stream) { layer } else { MediaLayer::High })
    }

    /// Sends nothing and hears so many: for a recorder of sound.
    pub fn listener(receive_audio: u32) -> Self {
        Self {
            audio: false,
            camera: false,
            receive_audio,
            receive_video: 0,
            receive_screen: 0,
            ..Self::default()
        }
    }
}
