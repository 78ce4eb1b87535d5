//! What a call has carried.

use parlor_protocol::v1::{MediaLayer, RoomStream};
use std::net::SocketAddr;
use std::time::Duration;
use str0m::net::Protocol;
use str0m::stats::{MediaEgressStats, MediaIngressStats, PeerStats};

/// The figures of one call since it began, over all its media sessions; those of connections and streams are of the
/// last whole second of the present one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallStats {
    /// Where packets go; `None` while they have no way.
    pub way: Option<CallWay>,
    /// Times that the way was lost and another one found.
    pub reconnects: u64,
    /// Frames handed to the network.
    pub frames_sent: u64,
    /// Frames that were not sent, because there was no way.
    pub frames_without_way: u64,
    /// Frames that were not sent, because too many waited, or as they lean on such a one.
    pub frames_crowded_out: u64,
    /// Frames that were not sent, because nothing was negotiated for them.
    pub frames_refused: u64,
    /// Whole frames that came, and were told.
    pub frames_received: u64,
    /// Whole frames that came and of which the server did not say whose they are.
    pub frames_unknown: u64,
    /// Packets that no socket took.
    pub packets_dropped: u64,
    /// Key frames of own pictures that were asked for.
    pub key_frames_wanted: u64,
    /// What is sent, one for each encoding.
    pub sent: Vec<SentStats>,
    /// What is received, one for each slot that something came in.
    pub received: Vec<ReceivedStats>,
}

/// Where packets go.
#[derive(Clone, Debug, PartialEq)]
pub struct CallWay {
    /// TCP instead of UDP.
    pub is_tcp: bool,
    /// The own end.
    pub local: SocketAddr,
    /// The server's.
    pub remote: SocketAddr,
    /// There and back.
    pub round_trip: Option<Duration>,
    /// Bytes sent, encryption and all.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
}

/// One encoding of an own stream.
#[derive(Clone, Debug, PartialEq)]
pub struct SentStats {
    /// Which stream.
    pub stream: RoomStream,
    /// Which of its encodings; `None` without simulcast.
    pub layer: Option<MediaLayer>,
    /// Packets, repeated ones too.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Requests for packets that were lost.
    pub nacks: u64,
    /// The part of them that the server missed lately, 0 to 1.
    pub loss: Option<f32>,
    /// There and back.
    pub round_trip: Option<Duration>,
}

/// One slot.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedStats {
    /// The slot.
    pub mid: String,
    /// Packets, repeated ones too.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets that were asked for again.
    pub nacks: u64,
    /// The part of them that was lost lately, 0 to 1.
    pub loss: Option<f32>,
    /// How unevenly they come, in ticks of the stream's clock (RFC 3550 section 6.4.1).
    pub jitter_ticks: u32,
}

/// Figures of one connection, each second.
pub(super) enum Figures {
    Way(PeerStats),
    Sent(RoomStream, Option<MediaLayer>, MediaEgressStats),
    Received(MediaIngressStats),
}

impl Figures {
    pub(super) fn put(self, stats: &mut CallStats) {
        match self {
            Figures::Way(figures) => stats.way = way(&figures),
            Figures::Sent(stream, layer, figures) => {
                let sent = SentStats {
                    stream,
                    layer,
                    packets: figures.packets,
                    bytes: figures.bytes,
                    nacks: figures.nacks,
                    loss: figures.loss,
                    round_trip: figures.rtt,
                };
                match stats.sent.iter_mut().find(|old| (old.stream, old.layer) == (stream, layer)) {
                    Some(old) => *old = sent,
                    None => stats.sent.push(sent),
                }
            }
            Figures::Received(figures) => {
                let received = ReceivedStats {
                    mid: figures.mid.to_string(),
                    packets: figures.packets,
                    bytes: figures.bytes,
                    nacks: figures.nacks,
                    loss: figures.loss,
                    jitter_ticks: figures.jitter,
                };
                match stats.received.iter_mut().find(|old| old.mid == received.mid) {
                    Some(old) => *old = received,
                    None => stats.received.push(received),
                }
            }
        }
    }
}

fn way(figures: &PeerStats) -> Option<CallWay> {
    let pair = figures.selected_candidate_pair.as_ref()?;
    Some(CallWay {
        is_tcp: pair.protocol == Protocol::Tcp,
        local: pair.local.addr,
        remote: pair.remote.addr,
        round_trip: pair.current_round_trip_time,
        bytes_sent: figures.peer_bytes_tx,
        bytes_received: figures.peer_bytes_rx,
    })
}
