//! Encoded sound and pictures, as they are sent and received.

use bytes::Bytes;
use parlor_protocol::v1::MediaLayer;
use std::time::Instant;

/// How a picture is encoded. Sound is Opus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VideoCodec {
    /// VP8 (RFC 7741).
    Vp8,
    /// VP9 (RFC 9628).
    Vp9,
    /// H.264, constrained baseline (RFC 6184); frames in Annex B form.
    H264,
    /// AV1; frames as low-overhead OBU streams.
    Av1,
}

/// When a frame was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameTime {
    /// The moment of capture: the SDK counts the ticks of the stream's clock.
    Captured(Instant),
    /// The app counts them itself: 48 000 a second for sound, 90 000 for a picture, from any beginning. One way of
    /// counting per stream.
    Rtp(u64),
}

/// Sound to send: one Opus packet.
#[derive(Clone, Debug)]
pub struct AudioFrame {
    /// The packet.
    pub payload: Bytes,
    /// When it was made.
    pub at: FrameTime,
    /// How loud it is, -127 to 0 dBov (RFC 6464). Without it nobody's level is shown, and it counts as silence where not
    /// everybody can be heard.
    pub level_dbov: Option<i8>,
}

impl AudioFrame {
    /// Captured now, with an unknown level.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { payload: payload.into(), at: FrameTime::Captured(Instant::now()), level_dbov: None }
    }

    /// Made at this tick of 48 000 a second.
    #[must_use]
    pub fn rtp_time(mut self, ticks: u64) -> Self {
        self.at = FrameTime::Rtp(ticks);
        self
    }

    /// Captured then.
    #[must_use]
    pub fn captured_at(mut self, at: Instant) -> Self {
        self.at = FrameTime::Captured(at);
        self
    }

    /// So loud: -127 to 0 dBov.
    #[must_use]
    pub fn level(mut self, dbov: i8) -> Self {
        self.level_dbov = Some(dbov);
        self
    }
}

/// A picture to send: one whole encoded frame.
#[derive(Clone, Debug)]
pub struct VideoFrame {
    /// The frame.
    pub payload: Bytes,
    /// How it is encoded: one of [`crate::CallOptions::video`].
    pub codec: VideoCodec,
    /// Which of the encodings of one picture it is, where the camera is sent with simulcast; without that it does not matter.
    pub layer: MediaLayer,
    /// It can be decoded without any frame before it.
    pub is_key: bool,
    /// When it was made.
    pub at: FrameTime,
}

impl VideoFrame {
    /// Captured now, of the best layer.
    pub fn new(codec: VideoCodec, payload: impl Into<Bytes>, is_key: bool) -> Self {
        let at = FrameTime::Captured(Instant::now());
        Self { payload: payload.into(), codec, layer: MediaLayer::High, is_key, at }
    }

    /// Of this layer.
    #[must_use]
    pub fn layer(mut self, layer: MediaLayer) -> Self {
        self.layer = layer;
        self
    }

    /// Made at this tick of 90 000 a second.
    #[must_use]
    pub fn rtp_time(mut self, ticks: u64) -> Self {
        self.at = FrameTime::Rtp(ticks);
        self
    }

    /// Captured then.
    #[must_use]
    pub fn captured_at(mut self, at: Instant) -> Self {
        self.at = FrameTime::Captured(at);
        self
    }
}

/// Sound of somebody: one Opus packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedAudio {
    /// The packet.
    pub payload: Bytes,
    /// The tick of 48 000 a second, without wrapping round. It goes on when a slot changes over to somebody else.
    pub rtp_time: u64,
    /// How loud its sender says it is, dBov.
    pub level_dbov: Option<i8>,
    /// Nothing is missing between this and the one before of the same slot.
    pub contiguous: bool,
}

/// A picture of somebody: one whole encoded frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedVideo {
    /// The frame.
    pub payload: Bytes,
    /// How it is encoded.
    pub codec: VideoCodec,
    /// It can be decoded without any frame before it.
    pub is_key: bool,
    /// The tick of 90 000 a second, without wrapping round. It goes on when a slot changes over to somebody else.
    pub rtp_time: u64,
    /// Nothing is missing between this and the one before of the same slot. Where something is, ask for a key frame.
    pub contiguous: bool,
}
