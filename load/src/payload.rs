//! What packets carry: payloads that a forwarding unit takes for sound and pictures, and a stamp at their end that tells
//! which packet it is and when it was sent.

use std::sync::Arc;

/// Says that a stamp follows.
const MAGIC: u32 = 0x504c_4f44;
/// Bytes of a stamp.
const STAMP_BYTES: usize = 24;
/// The least bytes of a payload: descriptor, head of a key frame, stamp.
pub(crate) const LEAST_BYTES: usize = 48;

/// Which packet it is, and when it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The stream, among all of the run.
    pub(crate) stream: u32,
    /// Counted by stream, from 0 and without a gap.
    pub(crate) number: u32,
    /// The first packet of its frame.
    pub(crate) is_first: bool,
    /// The last packet of its frame.
    pub(crate) is_last: bool,
    /// Time of the wall clock, ns since 1970.
    pub(crate) sent_ns: u64,
}

impl Stamp {
    fn write(self, payload: &mut [u8]) {
        let at = payload.len() - STAMP_BYTES;
        let flags = u32::from(self.is_first) | u32::from(self.is_last) << 1;
        for (place, word) in [MAGIC, self.stream, self.number, flags].into_iter().enumerate() {
            payload[at + 4 * place..][..4].copy_from_slice(&word.to_be_bytes());
        }
        payload[at + 16..].copy_from_slice(&self.sent_ns.to_be_bytes());
    }

    /// The stamp of a payload; none when it has none.
    pub(crate) fn read(payload: &[u8]) -> Option<Stamp> {
        let stamp = payload.get(payload.len().checked_sub(STAMP_BYTES)?..)?;
        let word =
            |place: usize| Some(u32::from_be_bytes(stamp.get(4 * place..4 * place + 4)?.try_into().ok()?));
        if word(0)? != MAGIC {
            return None;
        }
        let flags = word(3)?;
        Some(Stamp {
            stream: word(1)?,
            number: word(2)?,
            is_first: flags & 1 != 0,
            is_last: flags & 2 != 0,
            sent_ns: u64::from_be_bytes(stamp.get(16..24)?.try_into().ok()?),
        })
    }
}

/// 20 ms of sound in so many bytes: one frame of Opus at full band, CELT (RFC 6716 section 3.1).
pub(crate) fn opus(bytes: usize, stamp: Stamp) -> Arc<[u8]> {
    let mut payload = vec![0x55; bytes.max(LEAST_BYTES)];
    payload[0] = 0xfc;
    stamp.write(&mut payload);
    payload.into()
}

/// What the descriptor of a packet of VP8 says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vp8 {
    /// The frame, 15 bits.
    pub(crate) picture: u16,
    /// Frames of the base layer so far.
    pub(crate) base: u8,
    /// A frame that a decoder can begin with.
    pub(crate) key: bool,
    /// Width and height in pixels.
    pub(crate) size: (u16, u16),
}

/// A part of a frame of VP8 in so many bytes (RFC 7741 section 4.2, RFC 6386 section 9.1).
pub(crate) fn vp8(bytes: usize, frame: Vp8, stamp: Stamp) -> Arc<[u8]> {
    let mut payload = vec![0x55; bytes.max(LEAST_BYTES)];
    let [high, low] = frame.picture.to_be_bytes();
    let first = if stamp.is_first { 0x90 } else { 0x80 };
    payload[..6].copy_from_slice(&[first, 0xe0, 0x80 | high, low, frame.base, 0x20]);
    if stamp.is_first {
        let ((w0, w1), (h0, h1)) = (frame.size.0.to_le_bytes().into(), frame.size.1.to_le_bytes().into());
        payload[6..9].copy_from_slice(&[if frame.key { 0x10 } else { 0x11 }, 0x02, 0x00]);
        if frame.key {
            payload[9..16].copy_from_slice(&[0x9d, 0x01, 0x2a, w0, w1, h0, h1]);
        }
    }
    stamp.write(&mut payload);
    payload.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { stream: 7, number: 9, is_first: true, is_last: false, sent_ns: 1 << 60 };

    #[test]
    fn a_stamp_is_read_back_from_either_kind() {
        let frame = Vp8 { picture: 0x1234, base: 3, key: true, size: (640, 360) };
        let last = Stamp { is_first: false, is_last: true, ..STAMP };
        assert_eq!(Stamp::read(&opus(80, STAMP)), Some(STAMP));
        assert_eq!(Stamp::read(&vp8(1100, frame, STAMP)), Some(STAMP));
        assert_eq!(Stamp::read(&vp8(1100, frame, last)), Some(last));
        assert_eq!((opus(80, STAMP).len(), vp8(1100, frame, STAMP).len()), (80, 1100));
        assert_eq!(Stamp::read(&[0; 40]), None);
        assert_eq!(Stamp::read(&[0; 8]), None);
    }

    #[test]
    fn a_key_frame_begins_as_decoders_know_it() {
        let frame = Vp8 { picture: 0x1234, base: 3, key: true, size: (640, 360) };
        let key = vp8(1100, frame, STAMP);
        let head = [0x90, 0xe0, 0x92, 0x34, 3, 0x20, 0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1];
        assert_eq!(key[..16], head);
        let later = vp8(1100, Vp8 { key: false, ..frame }, Stamp { is_first: false, ..STAMP });
        assert_eq!(later[0], 0x80);
        assert_eq!(vp8(1100, Vp8 { key: false, ..frame }, STAMP)[6] & 1, 1);
    }
}
