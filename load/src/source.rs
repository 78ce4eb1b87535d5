//! What is published: sound and pictures at a fixed pace, in packets of fixed sizes.

use crate::clock;
use crate::meter::{Counted, LAYERS};
use crate::payload::{self, Stamp, Vp8};
use std::time::{Duration, Instant};
use str0m::Rtc;
use str0m::format::Codec;
use str0m::media::{Mid, Pt, Rid};
use str0m::rtp::{ExtensionValues, RtpWrite};

/// A packet of sound comes this often.
pub(crate) const SOUND_EVERY: Duration = Duration::from_millis(20);
/// Samples of Opus in that time (RFC 7587 section 4.1: always 48 kHz).
const SOUND_STEP: u32 = 960;
/// Bytes of a packet of sound, at 32 kbit/s.
const SOUND_BYTES: usize = 80;
/// Pictures in a second.
pub(crate) const PICTURES_PER_S: u32 = 30;
/// The clock of pictures (RFC 7741 section 4.1), in ticks between two of them.
const PICTURE_STEP: u32 = 90_000 / PICTURES_PER_S;
/// How far behind a source may be before it goes on from the present.
const LATENESS: Duration = Duration::from_millis(500);
/// How loud the sound is, dBov: as somebody who speaks.
const LOUDNESS_DBOV: i8 = -25;

/// One encoding of a picture: each frame in so many packets of so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// Its name in simulcast (RFC 8851).
    pub(crate) rid: &'static str,
    /// Packets of a frame.
    pub(crate) packets: usize,
    /// Bytes of a packet's payload.
    pub(crate) bytes: usize,
    /// Width and height, pixels.
    pub(crate) size: (u16, u16),
}

/// 1.3 Mbit/s: bursts of 5 packets.
pub(crate) const HIGH: Encoding = Encoding { rid: "f", packets: 5, bytes: 1100, size: (1280, 720) };
/// 0.5 Mbit/s.
pub(crate) const MEDIUM: Encoding = Encoding { rid: "h", packets: 2, bytes: 1040, size: (640, 360) };
/// 0.15 Mbit/s.
pub(crate) const LOW: Encoding = Encoding { rid: "q", packets: 1, bytes: 625, size: (320, 180) };

/// What a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// 50 packets a second.
    Sound,
    /// One encoding, or several of simulcast, the smallest first.
    Picture(Vec<Encoding>),
}

impl Content {
    pub(crate) fn layers(&self) -> u32 {
        match self {
            Content::Sound => 1,
            Content::Picture(encodings) => encodings.len() as u32,
        }
    }

    fn every(&self) -> Duration {
        match self {
            Content::Sound => SOUND_EVERY,
            Content::Picture(_) => Duration::from_secs(1) / PICTURES_PER_S,
        }
    }
}

/// A source on its way out of one peer.
pub(crate) struct Source {
    /// Its number among all of the run.
    pub(crate) number: u32,
    pub(crate) mid: Mid,
    pub(crate) due: Instant,
    content: Content,
    layers: Vec<Layer>,
    pt: Option<Pt>,
    timestamp: u32,
}

/// One encoding on its way.
struct Layer {
    rid: Option<Rid>,
    /// Somebody takes it.
    needed: bool,
    seq: u64,
    picture: u16,
    base: u8,
    key_wanted: bool,
}

impl Source {
    /// That begins at `due`.
    pub(crate) fn new(number: u32, mid: Mid, content: Content, due: Instant) -> Source {
        let rids = match &content {
            Content::Picture(encodings) if encodings.len() > 1 => {
                encodings.iter().map(|encoding| Some(Rid::from(encoding.rid))).collect()
            }
            _ => vec![None],
        };
        let layer = |rid| Layer { rid, needed: true, seq: 1000, picture: 0, base: 0, key_wanted: true };
        let layers = rids.into_iter().map(layer).collect();
        Source { number, mid, due, content, layers, pt: None, timestamp: 90_000 }
    }

    /// Somebody cannot go on without a key frame.
    pub(crate) fn want_key_frame(&mut self, rid: Option<Rid>) {
        for layer in self.layers.iter_mut().filter(|layer| rid.is_none() || layer.rid == rid) {
            layer.key_wanted = true;
        }
    }

    /// Which of its encodings are taken, the smallest first.
    pub(crate) fn need(&mut self, needed: &[bool]) {
        for (layer, needed) in self.layers.iter_mut().zip(needed) {
            // Whoever takes it up again begins with a key frame.
            layer.key_wanted |= *needed && !layer.needed;
            layer.needed = *needed;
        }
    }

    /// Hands what is due to the peer; it leaves when that is drained.
    pub(crate) fn send(&mut self, rtc: &mut Rtc, counted: &Counted, now: Instant) {
        let every = self.content.every();
        self.due += every;
        if now > self.due + LATENESS {
            self.due = now + every;
        }
        let Some(pt) = self.payload_type(rtc) else { return };
        match self.content.clone() {
            Content::Sound => self.send_sound(rtc, pt, counted, now),
            Content::Picture(encodings) => {
                for (place, encoding) in encodings.iter().enumerate() {
                    self.send_picture(rtc, pt, (place, encoding), counted, now);
                }
                self.timestamp = self.timestamp.wrapping_add(PICTURE_STEP);
            }
        }
    }

    fn payload_type(&mut self, rtc: &Rtc) -> Option<Pt> {
        let codec = match self.content {
            Content::Sound => Codec::Opus,
            Content::Picture(_) => Codec::Vp8,
        };
        let find =
            || rtc.codec_config().find(|params| params.spec().codec == codec).map(|params| params.pt());
        self.pt = self.pt.or_else(find);
        self.pt
    }

    fn send_sound(&mut self, rtc: &mut Rtc, pt: Pt, counted: &Counted, now: Instant) {
        let stream = self.number * LAYERS;
        let Some(layer) = self.layers.first_mut() else { return };
        let mut direct = rtc.direct_api();
        let Some(sending) = direct.stream_tx_by_mid(self.mid, None) else { return };
        let stamp = Stamp {
            stream,
            number: counted.next(stream),
            is_first: true,
            is_last: true,
            sent_ns: clock::wall_ns(),
        };
        layer.seq += 1;
        let loudness = ExtensionValues {
            audio_level: Some(LOUDNESS_DBOV),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let payload = payload::opus(SOUND_BYTES, stamp);
        let packet = RtpWrite::new(pt, layer.seq.into(), self.timestamp, now, payload).ext_vals(loudness);
        sending.write_rtp(packet);
        self.timestamp = self.timestamp.wrapping_add(SOUND_STEP);
    }

    fn send_picture(
        &mut self,
        rtc: &mut Rtc,
        pt: Pt,
        (place, encoding): (usize, &Encoding),
        counted: &Counted,
        now: Instant,
    ) {
        let stream = self.number * LAYERS + place as u32;
        let Some(layer) = self.layers.get_mut(place).filter(|layer| layer.needed) else { return };
        let mut direct = rtc.direct_api();
        let Some(sending) = direct.stream_tx_by_mid(self.mid, layer.rid) else { return };
        layer.picture = (layer.picture + 1) & 0x7fff;
        layer.base = layer.base.wrapping_add(1);
        let key = std::mem::take(&mut layer.key_wanted);
        let frame = Vp8 { picture: layer.picture, base: layer.base, key, size: encoding.size };
        for packet in 0..encoding.packets {
            let is_last = packet + 1 == encoding.packets;
            let stamp = Stamp {
                stream,
                number: counted.next(stream),
                is_first: packet == 0,
                is_last,
                sent_ns: clock::wall_ns(),
            };
            layer.seq += 1;
            let payload = payload::vp8(encoding.bytes, frame, stamp);
            let packet = RtpWrite::new(pt, layer.seq.into(), self.timestamp, now, payload);
            sending.write_rtp(packet.marker(is_last).nackable(true));
        }
    }
}
