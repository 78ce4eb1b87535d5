//! What the relay tells: to the one device that it is about, or to everybody in the call.

use super::session::Told;
use super::sessions;
use crate::metrics;
use crate::node::Node;
use crate::outbox::{Priority, push_frame};
use parlor_bus::{Address, Lane, Parcel, Post};
use parlor_media::{Layer, Level, Stream};
use parlor_protocol::Code;
use parlor_protocol::ids::{ArchiveId, RtcUid};
use parlor_protocol::v1::{self, RoomStream, push::Body};
use parlor_relay::{DeviceQuality, LeftCause, RelayEvent, SlotHeld};
use std::sync::Arc;

/// How what is told of a media session waits.
pub(crate) const PRIORITY: Priority = Priority::Signalling;

/// Tells those whom it concerns. Answers the device of that room, where it has lost its media session.
pub(crate) async fn tell(node: &Node, event: RelayEvent) -> Option<(ArchiveId, RtcUid)> {
    match event {
        RelayEvent::Slots { room, rtc_uid, media_id, slots } => {
            let push = v1::MediaSlots {
                archive_id: room.wire(),
                media_id,
                slots: slots.into_iter().map(slot).collect(),
            };
            to_one(node, rtc_uid, media_id, Told::Slots, Body::MediaSlots(push)).await;
        }
        RelayEvent::Needed { room, rtc_uid, media_id, stream, layers, encodings } => {
            let stream = i32::from(wire_stream(stream));
            let layers = layers.into_iter().map(|layer| wire_layer(layer, encodings).into()).collect();
            let push = v1::MediaNeeded { archive_id: room.wire(), media_id, stream, layers };
            to_one(node, rtc_uid, media_id, Told::Needed(stream), Body::MediaNeeded(push)).await;
        }
        RelayEvent::Levels { room, levels, speaker } => {
            let levels = levels.into_iter().map(level).collect();
            let speaker_rtc_uid = speaker.map_or(0, RtcUid::wire);
            let push = v1::MediaLevels { archive_id: room.wire(), levels, speaker_rtc_uid };
            to_all(node, room, Body::MediaLevels(push)).await;
        }
        RelayEvent::Quality { room, devices } => {
            let devices = devices.into_iter().map(quality).collect();
            let push = v1::MediaQuality { archive_id: room.wire(), devices };
            to_all(node, room, Body::MediaQuality(push)).await;
        }
        RelayEvent::Left { room, rtc_uid, media_id, cause } => {
            return left(node, room, rtc_uid, media_id, cause).await;
        }
    }
    None
}

async fn to_one(node: &Node, rtc_uid: RtcUid, media_id: u64, what: Told, body: Body) {
    let frame = push_frame(body);
    if let Some(address) = sessions(node).tell(rtc_uid, media_id, what, &frame) {
        post(node, Parcel { frame, lane: Lane::Signalling, to: [address].into() }).await;
    }
}

/// What is out of date in a moment: a receiver that something waits for already goes without.
async fn to_all(node: &Node, archive_id: ArchiveId, body: Body) {
    let to: Arc<[Address]> = sessions(node).listeners(archive_id);
    if !to.is_empty() {
        post(node, Parcel { frame: push_frame(body), lane: Lane::Momentary, to }).await;
    }
}

async fn post(node: &Node, parcel: Parcel) {
    node.bus.post(Post { parcels: vec![parcel], moves: None }).await;
}

/// The device is still in the room, and out of its call.
async fn left(
    node: &Node,
    archive_id: ArchiveId,
    rtc_uid: RtcUid,
    media_id: u64,
    cause: LeftCause,
) -> Option<(ArchiveId, RtcUid)> {
    let address = sessions(node).ended(rtc_uid, media_id)?;
    metrics::media_ended(match cause {
        LeftCause::Silent => "silent",
        LeftCause::Closed => "closed",
        LeftCause::Failed => "failed",
    });
    let ended =
        v1::MediaEnded { archive_id: archive_id.wire(), media_id, code: Code::MediaSessionGone.link() };
    let frame = push_frame(Body::MediaEnded(ended));
    post(node, Parcel { frame, lane: Lane::Signalling, to: [address].into() }).await;
    Some((archive_id, rtc_uid))
}

fn wire_stream(stream: Stream) -> RoomStream {
    match stream {
        Stream::Audio => RoomStream::Audio,
        Stream::Video => RoomStream::Video,
        Stream::SubVideo => RoomStream::SubVideo,
        Stream::SystemAudio => RoomStream::SystemAudio,
    }
}

/// The name of a layer among so many: names count from the best, numbers from the smallest.
fn wire_layer(layer: Layer, layers: u8) -> v1::MediaLayer {
    match layers.max(1).saturating_sub(1).saturating_sub(layer.0) {
        0 => v1::MediaLayer::High,
        1 => v1::MediaLayer::Medium,
        _ => v1::MediaLayer::Low,
    }
}

fn slot(held: SlotHeld) -> v1::MediaSlot {
    let SlotHeld { mid, state } = held;
    v1::MediaSlot {
        mid,
        rtc_uid: state.source.map_or(0, |source| source.rtc_uid.wire()),
        stream: state.source.map_or(RoomStream::Unspecified, |source| wire_stream(source.stream)).into(),
        layer: wire_layer(state.layer, state.layers).into(),
        paused: state.paused,
    }
}

fn level(level: Level) -> v1::MediaLevel {
    v1::MediaLevel { rtc_uid: level.rtc_uid.wire(), level: level.level.into() }
}

fn quality(quality: DeviceQuality) -> v1::MediaDeviceQuality {
    let DeviceQuality { rtc_uid, up, down } = quality;
    v1::MediaDeviceQuality { rtc_uid: rtc_uid.wire(), up: up.into(), down: down.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::MediaLayer::{High, Low, Medium};

    #[test]
    fn layers_are_named_from_the_best() {
        let named = |layers: u8| (0..layers).map(|n| wire_layer(Layer(n), layers)).collect::<Vec<_>>();
        assert_eq!(named(3), [Low, Medium, High]);
        assert_eq!(named(2), [Medium, High]);
        assert_eq!(named(1), [High]);
        assert_eq!(wire_layer(Layer(0), 0), High);
    }
}
