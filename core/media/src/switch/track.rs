//! A stream that somebody sends: who receives it, how large its layers are, how loud it is.

use super::loudness::Loudness;
use super::meter::Meter;
use crate::codec::{self, LAYERS, Reading, Size, Structure, TEMPORALS};
use crate::facts::{Codec, Grant, Kind, Packet, Source, Stream};

/// Size of the highest layer while no key frame has told it.
const SIZE_UNKNOWN: Size = (1280, 720);
/// What a layer is taken for, in bits per second, while none of it was seen.
const BPS_UNKNOWN: [u64; LAYERS] = [150_000, 500_000, 1_500_000];
/// What is measured in one tick counts for one part of so many.
const SMOOTHING: u64 = 30;
/// A layer of which nothing comes for so long, while others come, is not sent at the moment.
const QUIET_US: u64 = 1_500_000;

/// A packet that is older than this many is not late: its sender has begun anew.
const LATE_MAX: u64 = 10_000;

/// A stream that somebody sends.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) source: Source,
    /// Whose it is.
    pub(super) owner: usize,
    codec: Codec,
    /// How many RTP streams carry it.
    pub(super) encodings: u8,
    /// It may be forwarded.
    pub(super) is_open: bool,
    /// The slots it is in.
    pub(super) receivers: Vec<Receiver>,
    pub(super) layers: [LayerState; LAYERS],
    /// The newest packet's number in each of its RTP streams.
    newest: [u64; LAYERS],
    /// Spatial layers in its one RTP stream.
    spatial: u8,
    /// For AV1, what is known of the dependencies in each of its RTP streams.
    structures: Vec<Structure>,
    pub(super) loudness: Loudness,
    /// Which of its layers the sender was told that somebody takes, a bit for each.
    pub(super) told_needs: Option<u8>,
}

/// A slot of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receiver {
    pub(super) peer: usize,
    pub(super) slot: usize,
}

/// What is known of a layer.
#[derive(Debug, Default)]
pub(super) struct LayerState {
    meters: [Meter; TEMPORALS],
    /// The last that was measured, in bits per second, for each temporal layer alone.
    bps: [u64; TEMPORALS],
    seen_us: Option<u64>,
    size: Option<Size>,
    /// A key frame is wanted.
    pub(super) is_key_wanted: bool,
    /// When one was asked for.
    pub(super) asked_us: Option<u64>,
    /// When somebody took it last.
    pub(super) taken_us: u64,
}

impl Track {
    pub(super) fn new(source: Source, owner: usize, codec: Codec, encodings: u8) -> Track {
        let structures = if codec == Codec::Av1 { usize::from(encodings) } else { 0 };
        Track {
            source,
            owner,
            codec,
            encodings,
            is_open: false,
            receivers: Vec::new(),
            layers: Default::default(),
            newest: [0; LAYERS],
            spatial: 1,
            structures: vec![Structure::default(); structures],
            loudness: Loudness::default(),
            told_needs: None,
        }
    }

    /// In which slots it goes.
    pub(super) fn kind(&self) -> Kind {
        match self.source.stream {
            Stream::Audio | Stream::SystemAudio => Kind::Audio,
            Stream::Video => Kind::Video,
            Stream::SubVideo => Kind::SubVideo,
        }
    }

    pub(super) fn is_picture(&self) -> bool {
        self.kind() != Kind::Audio
    }

    /// It goes on when it is published like this; sound may change between what an Opus decoder takes.
    pub(super) fn is_same(&self, codec: Codec, encodings: u8) -> bool {
        self.encodings == encodings && (self.codec == codec || !self.is_picture())
    }

    /// Its layers are RTP streams of their own, or there is one.
    pub(super) fn is_simulcast(&self) -> bool {
        self.encodings > 1
    }

    /// How many layers it has.
    pub(super) fn layer_count(&self) -> u8 {
        if self.is_simulcast() { self.encodings } else { self.spatial }
    }

    /// Opens or closes it as its sender's grant says. Whether that is a change.
    pub(super) fn open(&mut self, now_us: u64, grant: Grant) -> bool {
        let is_open = match self.source.stream {
            Stream::Audio => grant.audio,
            Stream::Video => grant.video,
            Stream::SubVideo => grant.sub_video,
            Stream::SystemAudio => grant.system_audio,
        };
        if is_open && !self.is_open {
            self.loudness = Loudness::default();
            for layer in &mut self.layers {
                layer.taken_us = now_us;
            }
        }
        std::mem::replace(&mut self.is_open, is_open) != is_open
    }

    /// Reads a packet of a picture, and counts it.
    pub(super) fn read(&mut self, now_us: u64, packet: &Packet<'_>) -> Option<Reading> {
        let structure = self.structures.get_mut(usize::from(packet.encoding));
        let mut reading = codec::read(packet, structure)?;
        if !self.is_simulcast()
            && let Some(layers) = reading.layers
        {
            self.spatial = layers.max(1);
        }
        if !self.is_simulcast() {
            self.spatial = self.spatial.max(reading.spatial + 1);
        }
        let first = if self.is_simulcast() { usize::from(packet.encoding) } else { 0 };
        for (layer, size) in self.layers.iter_mut().skip(first).zip(reading.sizes) {
            layer.size = size.or(layer.size);
        }
        let index = if self.is_simulcast() { packet.encoding } else { reading.spatial };
        let layer = self.layers.get_mut(usize::from(index))?;
        layer.meters[usize::from(reading.temporal)].add(now_us, packet.payload.len());
        layer.seen_us = Some(now_us);
        let newest = self.newest.get_mut(usize::from(packet.encoding))?;
        let is_late = (1..LATE_MAX).contains(&newest.saturating_sub(packet.seq));
        if is_late {
            (reading.key, reading.joins) = (false, false);
        } else {
            *newest = packet.seq;
        }
        layer.is_key_wanted &= !reading.key;
        Some(reading)
    }

    /// Counts a packet of sound.
    pub(super) fn hear(&mut self, now_us: u64, packet: &Packet<'_>) {
        self.layers[0].meters[0].add(now_us, packet.payload.len());
        if let Some((level, _)) = packet.audio_level {
            self.loudness.hear(now_us, level);
        }
    }

    /// Keeps what was measured, for the time when a layer rests; smoothed, so that a key frame is not taken for a rise. To be
    /// called once per tick.
    pub(super) fn measure(&mut self, now_us: u64) {
        for layer in &mut self.layers {
            let rates = layer.meters.each_ref().map(|meter| meter.bps(now_us));
            if rates.iter().all(Option::is_none) {
                continue;
            }
            for (kept, measured) in layer.bps.iter_mut().zip(rates) {
                let measured = measured.unwrap_or(0);
                *kept = if *kept == 0 { measured } else { (*kept * (SMOOTHING - 1) + measured) / SMOOTHING };
            }
        }
    }

    /// Bits per second of a layer up to a temporal layer, with the layers it leans on.
    pub(super) fn bps(&self, layer: u8, temporal: u8) -> u64 {
        let first = if self.is_simulcast() { layer } else { 0 };
        let alone = |layer: u8| {
            let rates = &self.layers[usize::from(layer)].bps;
            match rates.iter().sum() {
                0 => BPS_UNKNOWN[usize::from(layer)],
                _ => rates.iter().take(usize::from(temporal) + 1).sum::<u64>(),
            }
        };
        (first..=layer.min(LAYERS as u8 - 1)).map(alone).sum()
    }

    /// Bits per second of a track of sound.
    pub(super) fn sound_bps(&self) -> u64 {
        self.layers[0].bps[0]
    }

    /// The highest temporal layer that was seen in a layer.
    pub(super) fn temporal_max(&self, layer: u8) -> u8 {
        let rates = &self.layers[usize::from(layer)].bps;
        rates.iter().rposition(|bps| *bps > 0).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
    }

    /// How large a layer is: what a key frame of it said, or by halves from what one of another layer said.
    pub(super) fn size(&self, layer: u8) -> (u32, u32) {
        let own = self.layers[usize::from(layer)].size;
        let top = self.layer_count() - 1;
        let others = (0..=top).rev().filter_map(|other| Some((other, self.layers[usize::from(other)].size?)));
        let known = own.map(|size| (layer, size)).or_else(|| others.into_iter().next());
        let (at, (width, height)) = known.unwrap_or((top, SIZE_UNKNOWN));
        let scale = |side: u16| u32::from(side) << layer.saturating_sub(at) >> at.saturating_sub(layer);
        (scale(width), scale(height))
    }

    /// The best layer up to `wish` that is being sent, otherwise the lowest above that is; `wish` where nothing can be said.
    pub(super) fn sent(&self, now_us: u64, wish: u8) -> u8 {
        if !self.is_simulcast() {
            return wish;
        }
        let newest = self.layers.iter().filter_map(|layer| layer.seen_us).max().unwrap_or(0);
        let is_sent = |layer: &u8| {
            let seen_us = self.layers[usize::from(*layer)].seen_us;
            seen_us.is_some_and(|seen_us| seen_us + QUIET_US >= newest)
        };
        if newest + QUIET_US < now_us {
            return wish;
        }
        let below = (0..=wish).rev().find(is_sent);
        below.or_else(|| (wish..self.encodings).find(is_sent)).unwrap_or(wish)
    }

    /// A key frame of a layer is wanted unless one was asked for just now.
    pub(super) fn want_key_again(&mut self, now_us: u64, layer: u8, after_us: u64) {
        let index = if self.is_simulcast() { usize::from(layer) } else { 0 };
        let asked_us = self.layers.get(index).and_then(|layer| layer.asked_us);
        if asked_us.is_none_or(|asked_us| now_us >= asked_us + after_us) {
            self.want_key(layer);
        }
    }

    /// A key frame of a layer is wanted.
    pub(super) fn want_key(&mut self, layer: u8) {
        let index = if self.is_simulcast() { usize::from(layer) } else { 0 };
        if let Some(layer) = self.layers.get_mut(index) {
            layer.is_key_wanted = true;
        }
    }
}
