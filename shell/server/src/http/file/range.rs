//! `Range` of a request (RFC 9110, 14.1.2): one range of bytes. Several at once are answered as none: with the whole.

use std::ops::Range;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nothing,
}

/// Reads the header's value.
pub(super) fn read(value: Option<&str>, size_bytes: u64) -> Asked {
    let Some((first, last)) = value.and_then(bounds) else { return Asked::Whole };
    let range = match (first, last) {
        (Some(first), Some(last)) if last < first => return Asked::Whole,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(size_bytes),
        (Some(first), None) => first..size_bytes,
        (None, Some(count)) => size_bytes.saturating_sub(count)..size_bytes,
        (None, None) => return Asked::Whole,
    };
    if range.is_empty() { Asked::Nothing } else { Asked::Part(range) }
}

type Bounds = (Option<u64>, Option<u64>);

fn bounds(value: &str) -> Option<Bounds> {
    let (first, last) = value.strip_prefix("bytes=")?.trim().split_once('-')?;
    let bound = |text: &str| -> Option<Option<u64>> {
        if text.is_empty() {
            return Some(None);
        }
        // `parse` would take a sign.
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten().map(Some)
    };
    Some((bound(first)?, bound(last)?))
}

#[cfg(test)]
mod tests {
    use super::{Asked, read};

    #[test]
    fn one_range_is_read_and_anything_else_is_the_whole() {
        let of = |value| read(Some(value), 100);
        assert_eq!(read(None, 100), Asked::Whole);
        assert_eq!(of("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(of("bytes=90-"), Asked::Part(90..100));
        assert_eq!(of("bytes=-10"), Asked::Part(90..100));
        assert_eq!(of("bytes=-1000"), Asked::Part(0..100));
        assert_eq!(of("bytes=50-1000"), Asked::Part(50..100));
        assert_eq!(of("bytes=0-18446744073709551615"), Asked::Part(0..100));
        for value in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(of(value), Asked::Nothing, "{value}");
        }
        for value in
            ["bytes=5-4", "bytes=-", "bytes=0-1,4-5", "bytes=+1-2", "bytes=a-b", "lines=1-2", "bytes"]
        {
            assert_eq!(of(value), Asked::Whole, "{value}");
        }
        assert_eq!(read(Some("bytes=0-"), 0), Asked::Nothing);
    }
}
