//! The payload of H.264: RFC 6184 sections 5.4 to 5.8, and the size in a sequence parameter set: H.264 section 7.3.2.1.

use super::bits::Bits;
use super::{Reading, Size};

const IDR: u8 = 5;
const SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
/// Bytes of a parameter set that are looked at; its size stands before.
const SPS_MAX: usize = 64;

/// What the packet says; nothing where it is empty. A decoder begins with the parameter sets in front of an IDR picture, or with
/// its first slice where those are known from elsewhere.
pub(super) fn read(payload: &[u8]) -> Option<Reading> {
    let mut reading = Reading { layers: Some(1), ..Reading::default() };
    match payload.first()? & 0x1f {
        STAP_A => {
            let mut rest = payload.get(1..)?;
            while let Some((length, units)) = rest.split_first_chunk::<2>() {
                let length = usize::from(u16::from_be_bytes(*length));
                let Some(unit) = units.get(..length) else { break };
                look(unit, &mut reading);
                rest = units.get(length..).unwrap_or(&[]);
            }
        }
        FU_A => {
            if let [_, header, first, ..] = *payload
                && header & 0x80 != 0
            {
                reading.key = header & 0x1f == SPS || begins_idr(header & 0x1f, first);
            }
        }
        _ => look(payload, &mut reading),
    }
    Some(reading)
}

fn look(unit: &[u8], reading: &mut Reading) {
    let Some((header, body)) = unit.split_first() else { return };
    let kind = header & 0x1f;
    if kind == SPS {
        reading.key = true;
        reading.sizes[0] = size(body);
    } else {
        reading.key |= body.first().is_some_and(|first| begins_idr(kind, *first));
    }
}

/// Whether this is a slice of an IDR picture, and the picture's first: `first_mb_in_slice` is 0, which is one set bit.
fn begins_idr(kind: u8, first: u8) -> bool {
    kind == IDR && first & 0x80 != 0
}

/// The size that a sequence parameter set tells, with what is cropped taken off.
fn size(body: &[u8]) -> Option<Size> {
    let (bytes, length) = without_emulation(body);
    let mut bits = Bits::new(bytes.get(..length)?);
    let profile = bits.number(8)?;
    bits.number(16)?;
    bits.golomb()?;
    let mut chroma = 1;
    if [100, 110, 122, 244, 44, 83, 86, 118, 128].contains(&profile) {
        chroma = high_profile(&mut bits)?;
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.flag()?;
            bits.golomb()?;
            bits.golomb()?;
            for _ in 0..bits.golomb()?.min(255) {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    bits.golomb()?;
    bits.flag()?;
    let width = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let map_height = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let frames_only = bits.flag()?;
    if !frames_only {
        bits.flag()?;
    }
    bits.flag()?;
    let field = if frames_only { 1 } else { 2 };
    let height = map_height.checked_mul(field)?;
    let (mut across, mut down) = (0, 0);
    if bits.flag()? {
        let (unit_x, unit_y) = match chroma {
            1 => (2, 2 * field),
            2 => (2, field),
            _ => (1, field),
        };
        across = bits.golomb()?.checked_add(bits.golomb()?)?.checked_mul(unit_x)?;
        down = bits.golomb()?.checked_add(bits.golomb()?)?.checked_mul(unit_y)?;
    }
    Some((u16::try_from(width.checked_sub(across)?).ok()?, u16::try_from(height.checked_sub(down)?).ok()?))
}

/// What high profiles say in front; the chroma format.
fn high_profile(bits: &mut Bits<'_>) -> Option<u32> {
    let chroma = bits.golomb()?;
    if chroma == 3 {
        bits.flag()?;
    }
    bits.golomb()?;
    bits.golomb()?;
    bits.flag()?;
    // Scaling lists are not read: the size of such a stream stays unknown.
    if bits.flag()? { None } else { Some(chroma) }
}

/// The bytes without those that keep start codes from appearing: H.264 section 7.4.1.
fn without_emulation(body: &[u8]) -> ([u8; SPS_MAX], usize) {
    let mut bytes = [0; SPS_MAX];
    let (mut length, mut zeros) = (0, 0);
    for &byte in body {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        let Some(place) = bytes.get_mut(length) else { break };
        *place = byte;
        length += 1;
    }
    (bytes, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A constrained baseline parameter set of 640 x 360: 23 rows of macroblocks, 8 lines cropped.
    const SPS_360: [u8; 9] = [0x67, 0x42, 0xc0, 0x1e, 0xda, 0x02, 0x80, 0xbf, 0xe5];

    #[test]
    fn parameter_sets_in_a_stap_begin_a_picture() {
        let mut payload = vec![0x78, 0, SPS_360.len() as u8];
        payload.extend(SPS_360);
        payload.extend([0, 2, 0x68, 0xce]);
        let reading = read(&payload).unwrap();
        assert!(reading.key);
        assert_eq!(reading.sizes[0], Some((640, 360)));
        assert!(read(&SPS_360).unwrap().key);
    }

    #[test]
    fn only_the_first_fragment_of_an_idr_slice_begins() {
        assert!(read(&[0x7c, 0x85, 0x88]).unwrap().key);
        assert!(!read(&[0x7c, 0x05, 0x88]).unwrap().key);
        assert!(!read(&[0x7c, 0x81, 0x88]).unwrap().key);
        assert!(!read(&[0x7c, 0x85, 0x48]).unwrap().key);
        assert!(read(&[0x65, 0x88]).unwrap().key);
        assert!(!read(&[0x61, 0x88]).unwrap().key);
        assert!(!read(&[0x78, 0xff, 0xff, 0x65]).unwrap().key);
        assert_eq!(read(&[]), None);
    }
}
