//! The payload descriptor of VP9: RFC 9628 section 4.2, flexible and non-flexible, with the scalability structure of 4.2.1.

use super::{LAYERS, Numbers, PictureId, Reading, Size, TEMPORALS};

/// What the packet says; nothing where the descriptor is cut short.
pub(super) fn read(payload: &[u8]) -> Option<Reading> {
    let first = *payload.first()?;
    let has = |bit: u8| first & bit != 0;
    let (predicted, flexible, begins) = (has(0x40), has(0x10), has(0x08));
    let mut reading = Reading { ends: has(0x04), ..Reading::default() };
    let mut numbers = Numbers::default();
    let mut at = 1;
    if has(0x80) {
        let id = PictureId::read(payload, at)?;
        at = id.end();
        numbers.picture = Some(id);
    }
    let mut leans_on_lower = false;
    if has(0x20) {
        let layer = *payload.get(at)?;
        at += 1;
        reading.temporal = layer >> 5;
        if layer & 0x10 != 0 {
            // Nothing higher that follows leans on what was higher before: section 4.2, "switching up point".
            reading.onward = Some(TEMPORALS as u8 - 1);
            reading.sync = reading.temporal == 1;
        }
        reading.spatial = layer >> 1 & 0x07;
        leans_on_lower = layer & 0x01 != 0;
        if !flexible {
            numbers.base = Some((at, *payload.get(at)?));
            at += 1;
        }
    }
    if flexible && predicted {
        at = after_references(payload, at)?;
    }
    if has(0x02) {
        structure(payload.get(at..)?, &mut reading)?;
    }
    reading.key = begins && !predicted && reading.spatial == 0;
    reading.joins = begins && !predicted && reading.spatial > 0 && leans_on_lower;
    reading.numbers = numbers;
    Some(reading)
}

/// Behind the P_DIFF fields, of which there are three at most.
fn after_references(payload: &[u8], at: usize) -> Option<usize> {
    for place in at..at + 3 {
        if payload.get(place)? & 0x01 == 0 {
            return Some(place + 1);
        }
    }
    Some(at + 3)
}

/// How many layers there are, and how large; what follows does not matter here.
fn structure(bytes: &[u8], reading: &mut Reading) -> Option<()> {
    let first = *bytes.first()?;
    let layers = (first >> 5) + 1;
    reading.layers = Some(layers.min(LAYERS as u8));
    if first & 0x10 != 0 {
        for layer in 0..usize::from(layers) {
            let [w0, w1, h0, h1] = *bytes.get(1 + 4 * layer..)?.first_chunk::<4>()?;
            let size: Size = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
            reading.sizes[layer.min(LAYERS - 1)] = Some(size);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_picture_with_its_structure() {
        let payload = [
            0xaa, 0x81, 0x02, 0x10, 0x05, 0x50, 0x01, 0x40, 0x00, 0xb4, 0x02, 0x80, 0x01, 0x68, 0x05, 0x00,
            0x02, 0xd0,
        ];
        let reading = read(&payload).unwrap();
        assert!(reading.key && !reading.ends && !reading.joins);
        assert_eq!(reading.onward, Some(3));
        assert_eq!((reading.spatial, reading.temporal, reading.layers), (0, 0, Some(3)));
        assert_eq!(reading.sizes, [Some((320, 180)), Some((640, 360)), Some((1280, 720))]);
        assert_eq!(reading.numbers.picture, Some(PictureId { at: 1, wide: true, value: 0x102 }));
        assert_eq!(reading.numbers.base, Some((4, 5)));
    }

    #[test]
    fn a_higher_layer_of_a_key_picture_joins() {
        let reading = read(&[0xac, 0x05, 0x03, 0x05]).unwrap();
        assert!(!reading.key && reading.joins && reading.ends);
        assert_eq!((reading.spatial, reading.temporal), (1, 0));
    }

    #[test]
    fn a_later_picture_in_flexible_mode() {
        let reading = read(&[0xf8, 0x05, 0x52, 0x03, 0x04, 0xff]).unwrap();
        assert!(!reading.key && !reading.joins && !reading.sync && reading.onward.is_some());
        assert_eq!((reading.spatial, reading.temporal), (1, 2));
        assert_eq!(reading.numbers.base, None);
        assert_eq!(read(&[0xf8, 0x05, 0x52, 0x03]), None);
    }
}
