//! The payload descriptor of VP8: RFC 7741 section 4.2, and the first bytes of a frame: RFC 6386 section 9.1.

use super::{Numbers, PictureId, Reading, Size};

/// What the packet says; nothing where the descriptor is cut short.
pub(super) fn read(payload: &[u8]) -> Option<Reading> {
    let first = *payload.first()?;
    let (extended, starts_partition, partition) = (first & 0x80 != 0, first & 0x10 != 0, first & 0x07);
    let mut reading = Reading { layers: Some(1), ..Reading::default() };
    let mut at = 1;
    if extended {
        let fields = *payload.get(at)?;
        at += 1;
        let mut numbers = Numbers::default();
        if fields & 0x80 != 0 {
            let id = PictureId::read(payload, at)?;
            at = id.end();
            numbers.picture = Some(id);
        }
        if fields & 0x40 != 0 {
            numbers.base = Some((at, *payload.get(at)?));
            at += 1;
        }
        if fields & 0x30 != 0 {
            let layer = *payload.get(at)?;
            at += 1;
            if fields & 0x20 != 0 {
                reading.temporal = layer >> 6;
                reading.sync = layer & 0x20 != 0;
            }
        }
        reading.numbers = numbers;
    }
    let frame = payload.get(at..)?;
    if starts_partition && partition == 0 {
        reading.key = frame.first().is_some_and(|byte| byte & 1 == 0);
        reading.sizes[0] = if reading.key { size(frame) } else { None };
    }
    Some(reading)
}

/// The size in the beginning of a key frame.
fn size(frame: &[u8]) -> Option<Size> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = *frame else { return None };
    Some((u16::from_le_bytes([w0, w1]) & 0x3fff, u16::from_le_bytes([h0, h1]) & 0x3fff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_frame_with_all_fields() {
        let reading =
            read(&[0x90, 0xe0, 0x92, 0x34, 0x07, 0x20, 0x50, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01])
                .unwrap();
        assert!(reading.key && reading.sync);
        assert_eq!(reading.temporal, 0);
        assert_eq!(reading.sizes[0], Some((640, 360)));
        assert_eq!(reading.numbers.picture, Some(PictureId { at: 2, wide: true, value: 0x1234 }));
        assert_eq!(reading.numbers.base, Some((4, 7)));
    }

    #[test]
    fn a_later_frame_of_a_higher_temporal_layer() {
        let reading = read(&[0x90, 0xe0, 0x11, 0x07, 0x80, 0x51]).unwrap();
        assert!(!reading.key && !reading.sync);
        assert_eq!(reading.temporal, 2);
        assert_eq!(reading.numbers.picture, Some(PictureId { at: 2, wide: false, value: 0x11 }));
    }

    #[test]
    fn only_the_beginning_of_the_first_partition_begins_a_key_frame() {
        assert!(read(&[0x10, 0x50]).unwrap().key);
        assert!(!read(&[0x00, 0x50]).unwrap().key);
        assert!(!read(&[0x11, 0x50]).unwrap().key);
        assert!(!read(&[0x10, 0x51]).unwrap().key);
        assert!(!read(&[0x10]).unwrap().key);
        assert_eq!(read(&[0x90]), None);
        assert_eq!(read(&[0x90, 0x80, 0x80]), None);
    }
}
