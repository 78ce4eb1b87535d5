//! Media sessions of this node, below the rooms that have them: whose they are, what their clients were told, how the
//! relay is set up, and how its words and the link's are said in each other's.

mod offer;
mod session;
mod setting;
mod tell;

pub use setting::{SettingError, relay_config, start};

pub(crate) use offer::lines;
pub(crate) use session::{Caller, Sessions};
pub(crate) use tell::{PRIORITY, tell};

use crate::fault::Fault;
use crate::node::Node;
use parlor_media::{Grant, Source, Stream, Wanted};
use parlor_protocol::ids::RtcUid;
use parlor_protocol::v1::{self, RoomStream};
use parlor_protocol::{Code, limits};
use parlor_relay::{Relay, RelayError};
use parlor_room::CallRights;
use std::sync::Arc;

/// The media sessions that a node carries.
pub(crate) fn sessions(node: &Node) -> Arc<Sessions> {
    node.soft.of::<Sessions>()
}

/// What carries packets here.
pub(crate) fn relay(node: &Node) -> Result<&Relay, Fault> {
    let relay = node.relay.as_deref();
    relay.ok_or_else(|| Fault::new(Code::NotSupported, "this server carries no calls (media.enabled)"))
}

/// What a room's rights are to the relay.
pub(crate) fn grant(rights: CallRights) -> Grant {
    let CallRights { audio, video, sub_video, system_audio, hears } = rights;
    Grant { audio, video, sub_video, system_audio, sees: true, hears }
}

/// A picture that a client asks for.
pub(crate) fn wanted(asked: &v1::MediaWanted) -> Result<Wanted, Fault> {
    limits::check_range("wanted.rtc_uid", 1, i64::MAX, asked.rtc_uid)?;
    limits::check_range("wanted.width", 0, limits::MEDIA_SIDE_MAX, asked.width.into())?;
    limits::check_range("wanted.height", 0, limits::MEDIA_SIDE_MAX, asked.height.into())?;
    let stream = match asked.stream() {
        RoomStream::Video => Stream::Video,
        RoomStream::SubVideo => Stream::SubVideo,
        _ => {
            let message = "wanted.stream is VIDEO or SUB_VIDEO: sound needs no demand";
            return Err(Fault::field(Code::InvalidParameter, "wanted.stream", message));
        }
    };
    Ok(Wanted {
        source: Source { rtc_uid: RtcUid(asked.rtc_uid.unsigned_abs()), stream },
        width: asked.width,
        height: asked.height,
        below_best: match asked.best() {
            v1::MediaLayer::High => 0,
            v1::MediaLayer::Medium => 1,
            v1::MediaLayer::Low => 2,
        },
        priority: asked.priority,
    })
}

/// What the relay refuses, as the client is told it.
pub(crate) fn refused(cause: &RelayError) -> Fault {
    match cause {
        RelayError::Offer(sentence) => {
            Fault::field(Code::InvalidParameter, "offer_sdp", format!("offer_sdp: {sentence}"))
        }
        RelayError::Line { .. } => Fault::field(Code::InvalidParameter, "lines", format!("lines: {cause}")),
        RelayError::Gone => Fault::of(Code::MediaSessionGone),
        RelayError::Busy => Fault::of(Code::ServerBusy).after(500),
        RelayError::Stopped => Fault::of(Code::ShuttingDown).after(1000),
        RelayError::Start(_) | RelayError::Setting { .. } => {
            tracing::error!(%cause, "the relay failed");
            Fault::of(Code::RtcServiceError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_of_the_relay_has_its_code() {
        let line = RelayError::Line { mid: "3".into(), reason: "is not in the offer" };
        let start = RelayError::Start(std::io::ErrorKind::OutOfMemory.into());
        for (cause, code, field) in [
            (RelayError::Offer("no line".into()), Code::InvalidParameter, Some("offer_sdp")),
            (line, Code::InvalidParameter, Some("lines")),
            (RelayError::Gone, Code::MediaSessionGone, None),
            (RelayError::Busy, Code::ServerBusy, None),
            (RelayError::Stopped, Code::ShuttingDown, None),
            (start, Code::RtcServiceError, None),
        ] {
            let fault = refused(&cause);
            assert_eq!((fault.code, fault.field), (code, field), "{cause}");
        }
    }

    #[test]
    fn a_demand_names_the_field_at_fault() {
        let good = v1::MediaWanted {
            rtc_uid: 7,
            stream: RoomStream::Video.into(),
            width: 640,
            height: 360,
            best: v1::MediaLayer::Medium.into(),
            priority: 3,
        };
        let read = wanted(&good).expect("a demand");
        assert_eq!((read.source.rtc_uid, read.below_best, read.priority), (RtcUid(7), 1, 3));
        for (bad, field) in [
            (v1::MediaWanted { rtc_uid: 0, ..good }, "wanted.rtc_uid"),
            (v1::MediaWanted { stream: RoomStream::Audio.into(), ..good }, "wanted.stream"),
            (v1::MediaWanted { width: 20_000, ..good }, "wanted.width"),
            (v1::MediaWanted { height: 20_000, ..good }, "wanted.height"),
        ] {
            assert_eq!(wanted(&bad).expect_err("a fault").field, Some(field));
        }
    }
}
