//! The aggregation header of AV1: "RTP Payload Format For AV1" section 4.4.

use super::dependency::Structure;
use super::{LAYERS, Reading};

/// What the packet says. With a dependency descriptor it is that which tells; without one, the stream counts as one layer, and
/// decoding begins with a new coded video sequence.
pub(super) fn read(
    payload: &[u8],
    dependency: Option<&[u8]>,
    structure: Option<&mut Structure>,
) -> Option<Reading> {
    let first = *payload.first()?;
    let (continues, begins_sequence) = (first & 0x80 != 0, first & 0x08 != 0);
    if let (Some(bytes), Some(structure)) = (dependency, structure) {
        let frame = structure.read(bytes)?;
        let begins = frame.begins && !continues;
        return Some(Reading {
            key: begins && frame.key && frame.spatial == 0,
            ends: frame.ends,
            spatial: frame.spatial,
            temporal: frame.temporal,
            onward: frame.onward,
            layers: Some(structure.layers().min(LAYERS as u8)),
            sizes: structure.sizes(),
            ..Reading::default()
        });
    }
    Some(Reading { key: begins_sequence && !continues, layers: Some(1), ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_descriptor_a_new_sequence_begins_a_picture() {
        assert!(read(&[0x18, 0x0a], None, None).unwrap().key);
        assert!(!read(&[0x98, 0x0a], None, None).unwrap().key);
        assert!(!read(&[0x10, 0x32], None, None).unwrap().key);
        assert_eq!(read(&[], None, None), None);
    }
}
