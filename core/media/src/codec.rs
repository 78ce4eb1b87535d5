//! What the payload of a picture's packet says that a switch must know: where decoding can begin, which layer it is, which
//! numbers are to be continued. Each reader takes any bytes.

mod av1;
mod bits;
mod dependency;
mod h264;
mod vp8;
mod vp9;

use crate::facts::{Codec, Packet};

pub(crate) use dependency::Structure;

/// Layers of a picture that are told apart. What is above counts as the highest.
pub(crate) const LAYERS: usize = 3;
/// Temporal layers that are told apart.
pub(crate) const TEMPORALS: usize = 4;

/// Width and height in pixels.
pub(crate) type Size = (u16, u16);

/// What one packet says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// A decoder that has nothing can begin with this packet.
    pub(crate) key: bool,
    /// The last packet of its frame in its spatial layer.
    pub(crate) ends: bool,
    /// Which spatial layer it belongs to.
    pub(crate) spatial: u8,
    /// Which temporal layer it belongs to.
    pub(crate) temporal: u8,
    /// It leans on lower temporal layers only: who has taken those can begin with this one here.
    pub(crate) sync: bool,
    /// Who has this packet's frame can take temporal layers up to this one from here on.
    pub(crate) onward: Option<u8>,
    /// The first packet of a spatial layer that leans on lower layers of the same moment at most: who has those can begin
    /// with it here.
    pub(crate) joins: bool,
    /// How many spatial layers there are, where it is said.
    pub(crate) layers: Option<u8>,
    /// How large the layers are, where it is said.
    pub(crate) sizes: [Option<Size>; LAYERS],
    /// The numbers of the frame.
    pub(crate) numbers: Numbers,
}

/// The numbers in a payload descriptor that count frames, and where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// The picture id.
    pub(crate) picture: Option<PictureId>,
    /// TL0PICIDX: where it stands, and what it is.
    pub(crate) base: Option<(usize, u8)>,
}

/// A picture id of 7 or 15 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureId {
    /// Where it stands.
    pub(crate) at: usize,
    /// It has 15 bits.
    pub(crate) wide: bool,
    /// What it is.
    pub(crate) value: u16,
}

impl PictureId {
    /// The id of RFC 7741 section 4.2 and RFC 9628 section 4.2 at this place.
    fn read(payload: &[u8], at: usize) -> Option<PictureId> {
        let first = *payload.get(at)?;
        if first & 0x80 == 0 {
            return Some(PictureId { at, wide: false, value: u16::from(first) });
        }
        let value = u16::from_be_bytes([first & 0x7f, *payload.get(at + 1)?]);
        Some(PictureId { at, wide: true, value })
    }

    /// Where the next field stands.
    fn end(self) -> usize {
        self.at + if self.wide { 2 } else { 1 }
    }
}

/// Longest piece at the beginning of a payload that [`Numbers::patch`] writes.
pub(crate) const HEAD_MAX: usize = 8;

impl Numbers {
    /// The beginning of the payload with other numbers in it, and its length; 0 where there is nothing to change.
    pub(crate) fn patch(&self, payload: &[u8], picture: u16, base: u8) -> ([u8; HEAD_MAX], usize) {
        let mut head = [0; HEAD_MAX];
        let picture_end = self.picture.map_or(0, PictureId::end);
        let base_end = self.base.map_or(0, |(at, _)| at + 1);
        let length = picture_end.max(base_end);
        let (Some(old), Some(new)) = (payload.get(..length), head.get_mut(..length)) else {
            return (head, 0);
        };
        new.copy_from_slice(old);
        if let Some(id) = self.picture {
            let [high, low] = picture.to_be_bytes();
            if id.wide {
                head[id.at] = 0x80 | high;
                head[id.at + 1] = low;
            } else {
                head[id.at] = low & 0x7f;
            }
        }
        if let Some((at, _)) = self.base {
            head[at] = base;
        }
        (head, length)
    }
}

/// What a packet of a picture says; nothing where it is no picture or cut short. `structure` is what earlier packets of the
/// same RTP stream said about dependencies.
pub(crate) fn read(packet: &Packet<'_>, structure: Option<&mut Structure>) -> Option<Reading> {
    let reading = match packet.codec {
        Codec::Opus | Codec::Red => return None,
        Codec::Vp8 => vp8::read(packet.payload)?,
        Codec::Vp9 => vp9::read(packet.payload)?,
        Codec::H264 => h264::read(packet.payload)?,
        Codec::Av1 => av1::read(packet.payload, packet.dependency, structure)?,
    };
    let spatial = reading.spatial.min(LAYERS as u8 - 1);
    Some(Reading { spatial, temporal: reading.temporal.min(TEMPORALS as u8 - 1), ..reading })
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_protocol::ids::RtcUid;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read(
            codec in 0_usize..6,
            payload in proptest::collection::vec(any::<u8>(), 0..60),
            dependency in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..80)),
            (picture, base) in any::<(u16, u8)>(),
        ) {
            let codec = [Codec::Opus, Codec::Red, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1][codec];
            let source = crate::Source { rtc_uid: RtcUid(1), stream: crate::Stream::Video };
            let packet = Packet {
                source, encoding: 0, codec, seq: 0, timestamp: 0, marker: false, audio_level: None,
                dependency: dependency.as_deref(), payload: &payload,
            };
            let mut structure = Structure::default();
            for _ in 0..2 {
                if let Some(reading) = read(&packet, Some(&mut structure)) {
                    prop_assert!(usize::from(reading.spatial) < LAYERS && usize::from(reading.temporal) < TEMPORALS);
                    let (_, length) = reading.numbers.patch(&payload, picture, base);
                    prop_assert!(length <= payload.len());
                }
            }
        }

        #[test]
        fn what_is_patched_reads_back(codec in any::<bool>(), payload in proptest::collection::vec(any::<u8>(), 6..20),
            (picture, base) in any::<(u16, u8)>()) {
            let read = |bytes: &[u8]| if codec { vp8::read(bytes) } else { vp9::read(bytes) };
            let Some(reading) = read(&payload) else { return Ok(()) };
            let (head, length) = reading.numbers.patch(&payload, picture, base);
            let mut patched = payload.clone();
            patched[..length].copy_from_slice(&head[..length]);
            let again = read(&patched).unwrap();
            let mask = |id: PictureId| if id.wide { picture & 0x7fff } else { picture & 0x7f };
            prop_assert_eq!(again.numbers.picture.map(|id| id.value), reading.numbers.picture.map(mask));
            prop_assert_eq!(again.numbers.base.map(|(_, value)| value), reading.numbers.base.map(|_| base));
            prop_assert_eq!(Reading { numbers: reading.numbers, ..again }, reading);
        }
    }
}
