//! Redundant sound (RFC 2198): what of it a receiver gets that did not ask for it.

/// The newest block of a packet of redundant sound: its payload type, and where it begins; none where the packet is cut short.
pub(crate) fn primary(payload: &[u8]) -> Option<(u8, &[u8])> {
    let mut at = 0;
    let mut before = 0_usize;
    loop {
        let first = *payload.get(at)?;
        if first & 0x80 == 0 {
            let start = at + 1 + before;
            return Some((first, payload.get(start..).filter(|block| !block.is_empty())?));
        }
        let header = payload.get(at..at + 4)?;
        before += usize::from(u16::from_be_bytes([header[2] & 0x03, header[3]]));
        at += 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_block_is_found_behind_those_before_it() {
        // Two blocks of 3 and 2 bytes that are repeated, then the new one, all of type 111.
        let mut payload = vec![0x80 | 111, 0, 0, 3, 0x80 | 111, 0, 0, 2, 111];
        payload.extend(b"aaabbnew");
        assert_eq!(primary(&payload), Some((111, &b"new"[..])));
        assert_eq!(primary(&[111, b'x']), Some((111, &b"x"[..])));
    }

    #[test]
    fn what_is_cut_short_is_none() {
        let payload = [0x80 | 111, 0, 0, 200, 111, 1, 2, 3];
        assert_eq!(primary(&payload), None);
        for length in 0..6 {
            assert_eq!(primary(&payload[..length]), None, "{length}");
        }
        assert_eq!(primary(&[111]), None);
    }
}
