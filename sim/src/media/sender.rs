//! Who sends: RTP streams of every codec, with steady rates and the numbers that are to go on over switches.

use parlor_media::Codec;

/// Payload bytes of a packet of a picture.
const PACKET_BYTES: usize = 1000;
/// Frames in a second.
pub(super) const FRAME_US: u64 = 33_333;

/// One RTP stream.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) encoding: u8,
    pub(super) codec: Codec,
    /// Which of the streams that the source had so far.
    pub(super) generation: u64,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    /// A key frame is asked for.
    pub(super) is_asked: bool,
    /// Frames of it.
    frames: u64,
    picture: u16,
    base: u8,
}

/// A packet to be sent.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Vec<u8>,
}

impl Sender {
    pub(super) fn new(encoding: u8, codec: Codec, generation: u64, draw: u64) -> Sender {
        let (seq, timestamp, picture) = (draw >> 40, draw as u32, (draw >> 16) as u16);
        let (is_asked, frames, base) = (true, 0, (draw >> 8) as u8);
        Sender { encoding, codec, generation, seq, timestamp, is_asked, frames, picture, base }
    }

    /// The packets of the next frame, or of as much sound.
    pub(super) fn frame(&mut self, is_padded: bool) -> Vec<Made> {
        let is_key = std::mem::take(&mut self.is_asked) || self.frames.is_multiple_of(300);
        let temporal = if is_key { 0 } else { (self.frames % 2) as u8 };
        self.frames += 1;
        self.picture = self.picture.wrapping_add(1) & 0x7fff;
        self.base = self.base.wrapping_add(u8::from(temporal == 0));
        let hz = if matches!(self.codec, Codec::Opus | Codec::Red) { 48_000 } else { 90_000 };
        self.timestamp = self.timestamp.wrapping_add(hz / 30);
        let mut payloads = match self.codec {
            Codec::Opus | Codec::Red => vec![vec![0x78; 120]],
            Codec::Vp8 => self.vp8(is_key, temporal),
            Codec::Vp9 => self.vp9(is_key, temporal),
            Codec::H264 => self.h264(is_key),
            Codec::Av1 => self.av1(is_key),
        };
        if is_padded {
            payloads.push(Vec::new());
        }
        let last = payloads.len() - 1;
        let made = |(place, payload)| {
            self.seq += 1;
            Made { seq: self.seq, timestamp: self.timestamp, marker: place == last, payload }
        };
        payloads.into_iter().enumerate().map(made).collect()
    }

    /// How many packets a frame of this encoding has: about 240, 480 and 1200 kbit/s.
    fn packets(&self) -> usize {
        [1, 2, 5][usize::from(self.encoding.min(2))]
    }

    fn vp8(&self, is_key: bool, temporal: u8) -> Vec<Vec<u8>> {
        let [high, low] = self.picture.to_be_bytes();
        let packet = |place: usize| {
            let starts = if place == 0 { 0x10 } else { 0 };
            let mut payload =
                vec![0x80 | starts, 0xe0, 0x80 | high, low, self.base, temporal << 6, u8::from(!is_key)];
            if place == 0 && is_key {
                let side = 320_u16 << self.encoding;
                payload.extend([0, 0, 0x9d, 0x01, 0x2a]);
                payload.extend(side.to_le_bytes());
                payload.extend((side * 9 / 16).to_le_bytes());
            }
            payload.resize(PACKET_BYTES, 0xaa);
            payload
        };
        (0..self.packets()).map(packet).collect()
    }

    /// Three spatial layers, each one packet.
    fn vp9(&self, is_key: bool, temporal: u8) -> Vec<Vec<u8>> {
        let predicted = if is_key { 0 } else { 0x40 };
        let packet = |spatial: u8| {
            let layer = temporal << 5 | spatial << 1 | u8::from(spatial > 0);
            let mut payload = vec![0xac | predicted, self.base & 0x7f, layer, self.base];
            payload.resize(PACKET_BYTES >> (2 - spatial), 1);
            payload
        };
        (0..3).map(packet).collect()
    }

    fn h264(&self, is_key: bool) -> Vec<Vec<u8>> {
        let slice = |first: u8| {
            let mut payload = vec![first, 0x88, 0];
            payload.resize(PACKET_BYTES, 0x22);
            payload
        };
        let kind = if is_key { 0x65 } else { 0x61 };
        let parameters = is_key.then(|| vec![0x67, 0x42, 0, 0x1e]);
        parameters.into_iter().chain((0..self.packets()).map(|_| slice(kind))).collect()
    }

    fn av1(&self, is_key: bool) -> Vec<Vec<u8>> {
        let packet = |place: usize| {
            let head = if place == 0 { 0x10 | u8::from(is_key) << 3 } else { 0x90 };
            let mut payload = vec![head, 0x32];
            payload.resize(PACKET_BYTES, 0);
            payload
        };
        (0..self.packets()).map(packet).collect()
    }
}

/// Whether a decoder that has nothing can begin with this payload of [`Sender`].
pub(super) fn begins(codec: Codec, payload: &[u8]) -> bool {
    let byte = |place: usize| payload.get(place).copied().unwrap_or(0xff);
    match codec {
        Codec::Opus | Codec::Red => true,
        Codec::Vp8 => byte(0) == 0x90 && byte(6) == 0,
        Codec::Vp9 => byte(0) & 0x40 == 0 && byte(2) & 0x0e == 0,
        Codec::H264 => byte(0) == 0x67,
        Codec::Av1 => byte(0) == 0x18,
    }
}
