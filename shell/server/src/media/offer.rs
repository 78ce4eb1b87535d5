//! What a client offers: its size, and what each line is for.

use crate::fault::Fault;
use parlor_media::{Kind, Stream};
use parlor_protocol::v1::{MediaLine, RoomStream, media_line::Use};
use parlor_protocol::{Code, limits};
use parlor_relay::{Line, LineUse};

/// The lines of an offer, as the relay takes them.
pub(crate) fn lines(offer_sdp: &str, lines: &[MediaLine]) -> Result<Vec<Line>, Fault> {
    if offer_sdp.is_empty() {
        return Err(limits::LimitError::Required { field: "offer_sdp" }.into());
    }
    if offer_sdp.len() > limits::MEDIA_SDP_MAX_BYTES {
        let (limit, found) = (limits::MEDIA_SDP_MAX_BYTES, offer_sdp.len());
        let message = format!("offer_sdp is too long: at most {limit} bytes, found {found}");
        return Err(Fault::field(Code::ParameterTooLong, "offer_sdp", message));
    }
    limits::check_batch("lines", limits::MEDIA_LINES_MAX, lines.len())?;
    lines.iter().map(line).collect()
}

fn line(line: &MediaLine) -> Result<Line, Fault> {
    limits::MEDIA_MID.check("lines.mid", &line.mid)?;
    let usage = match line.r#use {
        Some(Use::Sends(stream)) => LineUse::Sends(sent(stream)?),
        Some(Use::Slot(kind)) => LineUse::Slot(received(kind)?),
        None => return Err(limits::LimitError::Required { field: "lines.use" }.into()),
    };
    Ok(Line { mid: line.mid.clone(), usage })
}

fn sent(stream: i32) -> Result<Stream, Fault> {
    match RoomStream::try_from(stream) {
        Ok(RoomStream::Audio) => Ok(Stream::Audio),
        Ok(RoomStream::Video) => Ok(Stream::Video),
        Ok(RoomStream::SubVideo) => Ok(Stream::SubVideo),
        Ok(RoomStream::SystemAudio) => Ok(Stream::SystemAudio),
        _ => {
            let message = "lines.sends is AUDIO, VIDEO, SUB_VIDEO or SYSTEM_AUDIO";
            Err(Fault::field(Code::InvalidParameter, "lines.sends", message))
        }
    }
}

fn received(stream: i32) -> Result<Kind, Fault> {
    match RoomStream::try_from(stream) {
        Ok(RoomStream::Audio) => Ok(Kind::Audio),
        Ok(RoomStream::Video) => Ok(Kind::Video),
        Ok(RoomStream::SubVideo) => Ok(Kind::SubVideo),
        _ => {
            let message = "lines.slot is AUDIO, VIDEO or SUB_VIDEO";
            Err(Fault::field(Code::InvalidParameter, "lines.slot", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mid: &str, r#use: Use) -> MediaLine {
        MediaLine { mid: mid.into(), r#use: Some(r#use) }
    }

    #[test]
    fn what_is_wrong_with_an_offer_is_named() {
        let audio = || of("0", Use::Sends(RoomStream::Audio.into()));
        let long = "v".repeat(limits::MEDIA_SDP_MAX_BYTES + 1);
        let many = vec![audio(); limits::MEDIA_LINES_MAX + 1];
        for (sdp, offered, code, field) in [
            ("", vec![audio()], Code::InvalidParameter, "offer_sdp"),
            (long.as_str(), vec![audio()], Code::ParameterTooLong, "offer_sdp"),
            ("v=0", vec![], Code::InvalidParameter, "lines"),
            ("v=0", many, Code::InvalidParameter, "lines"),
            ("v=0", vec![of("", Use::Slot(1))], Code::InvalidParameter, "lines.mid"),
            ("v=0", vec![of(&"m".repeat(17), Use::Slot(1))], Code::ParameterTooLong, "lines.mid"),
            (
                "v=0",
                vec![of("1", Use::Slot(RoomStream::SystemAudio.into()))],
                Code::InvalidParameter,
                "lines.slot",
            ),
            (
                "v=0",
                vec![of("1", Use::Sends(RoomStream::AudioConnection.into()))],
                Code::InvalidParameter,
                "lines.sends",
            ),
            ("v=0", vec![of("1", Use::Sends(99))], Code::InvalidParameter, "lines.sends"),
            ("v=0", vec![MediaLine::default()], Code::InvalidParameter, "lines.mid"),
            ("v=0", vec![MediaLine { mid: "1".into(), r#use: None }], Code::InvalidParameter, "lines.use"),
        ] {
            let fault = lines(sdp, &offered).expect_err("a fault");
            assert_eq!((fault.code, fault.field), (code, Some(field)), "{fault}");
        }
        let full = "v".repeat(limits::MEDIA_SDP_MAX_BYTES);
        let taken = lines(&full, &vec![audio(); limits::MEDIA_LINES_MAX]).expect("at the limits");
        assert_eq!(taken[0], Line { mid: "0".into(), usage: LineUse::Sends(Stream::Audio) });
    }
}
