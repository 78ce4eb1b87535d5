use parlor_media::{Kind, Stream};

use crate::error::RelayError;

/// Lines that an offer may have.
const MAX_LINES: usize = 64;
/// A session description of that many lines, with every codec a browser knows.
const MAX_OFFER_BYTES: usize = 512 * 1024;

/// A line of an offer, and what goes over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its identification (RFC 5888).
    pub mid: String,
    /// What it is for.
    pub usage: LineUse,
}

/// What a line of an offer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineUse {
    /// The device sends this stream of its own.
    Sends(Stream),
    /// The device receives here what the relay puts into it.
    Slot(Kind),
}

impl LineUse {
    fn is_sound(self) -> bool {
        matches!(self, LineUse::Sends(Stream::Audio | Stream::SystemAudio) | LineUse::Slot(Kind::Audio))
    }
}

/// What of an offer is ours to take: without the candidates, since the device is learnt from its packets (RFC 8445 section 7.3.1.3)
/// and its names for itself are of no use here. Every line of sound or picture must have a use that fits it, each stream at most
/// one line.
///
/// # Errors
/// [`RelayError::Offer`], [`RelayError::Line`].
pub(crate) fn fitted(offer_sdp: &str, lines: &[Line]) -> Result<String, RelayError> {
    if offer_sdp.len() > MAX_OFFER_BYTES || lines.len() > MAX_LINES {
        return Err(RelayError::Offer("it is too long".to_owned()));
    }
    let offered = offered(offer_sdp);
    for (mid, sound) in &offered {
        let line = lines.iter().find(|line| line.mid == *mid);
        let line = line.ok_or_else(|| refused(mid, "has no use"))?;
        if line.usage.is_sound() != *sound {
            return Err(refused(mid, "has a use of another kind"));
        }
    }
    for (place, line) in lines.iter().enumerate() {
        if !offered.iter().any(|(mid, _)| *mid == line.mid) {
            return Err(refused(&line.mid, "is not in the offer"));
        }
        let again = |other: &Line| {
            other.mid == line.mid || (matches!(line.usage, LineUse::Sends(_)) && other.usage == line.usage)
        };
        if lines[..place].iter().any(again) {
            return Err(refused(&line.mid, "is used twice"));
        }
    }
    let ours = |line: &&str| !line.starts_with("a=candidate:") && !line.starts_with("a=end-of-candidates");
    let mut fitted = String::with_capacity(offer_sdp.len() + 2);
    for line in offer_sdp.lines().filter(ours) {
        fitted.push_str(line);
        fitted.push_str("\r\n");
    }
    Ok(fitted)
}

/// The mids of an offer's lines of sound (true) and picture.
fn offered(offer_sdp: &str) -> Vec<(String, bool)> {
    let mut offered = Vec::new();
    let mut sound = None;
    for line in offer_sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            sound = match media.split(' ').next() {
                Some("audio") => Some(true),
                Some("video") => Some(false),
                _ => None,
            };
        } else if let (Some(mid), Some(sound)) = (line.strip_prefix("a=mid:"), sound) {
            offered.push((mid.trim().to_owned(), sound));
        }
    }
    offered
}

fn refused(mid: &str, reason: &'static str) -> RelayError {
    RelayError::Line { mid: mid.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\nm=audio 9 x 111\r\na=mid:0\r\na=candidate:1 1 udp 1 x.local 9 typ host\r\n\
        m=video 9 x 96\r\na=mid:1\r\nm=application 9 x\r\na=mid:2\r\n";

    fn line(mid: &str, usage: LineUse) -> Line {
        Line { mid: mid.to_owned(), usage }
    }

    #[test]
    fn every_line_has_a_use_that_fits() {
        let audio = line("0", LineUse::Sends(Stream::Audio));
        let video = line("1", LineUse::Slot(Kind::Video));
        let taken = fitted(OFFER, &[audio.clone(), video.clone()]).unwrap();
        assert!(!taken.contains("candidate") && taken.contains("a=mid:1\r\n"));
        let reason = |lines: &[Line]| match fitted(OFFER, lines) {
            Err(RelayError::Line { mid, reason }) => format!("{mid} {reason}"),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(std::slice::from_ref(&audio)), "1 has no use");
        assert_eq!(
            reason(&[audio.clone(), line("1", LineUse::Slot(Kind::Audio))]),
            "1 has a use of another kind"
        );
        let more = line("7", LineUse::Slot(Kind::Video));
        assert_eq!(reason(&[audio.clone(), video.clone(), more]), "7 is not in the offer");
        assert_eq!(reason(&[audio.clone(), video.clone(), video]), "1 is used twice");
    }
}
