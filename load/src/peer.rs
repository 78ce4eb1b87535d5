//! One peer: a real session of ICE, DTLS and SRTP with a socket of its own.

use crate::clock::Moment;
use crate::meter::{Due, Ledger};
use crate::profile;
use crate::socket::Socket;
use crate::source::{Content, Source};
use anyhow::{Context, Result};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, Rtc};

/// How peers are set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerConfig {
    /// Where its socket is.
    pub(crate) address: Ipv4Addr,
    /// Tells the server how packets arrive, so that it can estimate the bandwidth.
    pub(crate) estimate: bool,
}

/// A source that a peer is to publish.
#[derive(Clone, Debug)]
pub(crate) struct Publish {
    /// Its number among all of the run.
    pub(crate) number: u32,
    pub(crate) content: Content,
    /// When in the time between two of its frames it begins: sources are spread over that.
    pub(crate) phase: Duration,
}

/// Lines of an offer to receive in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Receiving {
    pub(crate) sounds: usize,
    pub(crate) pictures: usize,
}

/// A line of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedLine {
    pub(crate) mid: String,
    /// The kind; true is sound.
    pub(crate) is_sound: bool,
    /// It is sent on; else received.
    pub(crate) sends: bool,
}

/// A peer that has offered and waits for the answer.
pub(crate) struct Offering {
    peer: Peer,
    pending: SdpPendingOffer,
    /// What to send to the server.
    pub(crate) sdp: String,
    /// What each line is for, in the offer's order.
    pub(crate) lines: Vec<OfferedLine>,
}

/// A peer.
pub(crate) struct Peer {
    pub(crate) rtc: Rtc,
    pub(crate) socket: Socket,
    pub(crate) sources: Vec<Source>,
    /// What it is to receive.
    pub(crate) due: Vec<Due>,
    pub(crate) ledger: Ledger,
    pub(crate) begun: Instant,
    /// From `begun` until the encryption stood, and until the first packet.
    pub(crate) connected: Option<Duration>,
    pub(crate) heard: Option<Duration>,
    /// The time that it knows of.
    pub(crate) told: Instant,
    pub(crate) ended: bool,
}

impl Peer {
    fn new(config: PeerConfig, begun: Instant) -> Result<Peer> {
        let now = Instant::now();
        let socket = Socket::bind(config.address).context("a socket of a peer")?;
        let mut builder = Rtc::builder()
            .set_crypto_provider(profile::crypto())
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_extension_map(extensions(config.estimate));
        if let Some(certificate) = profile::certificate() {
            builder = builder.set_dtls_cert(certificate);
        }
        let mut rtc = builder.build(now);
        rtc.add_local_candidate(Candidate::host(socket.local, "udp").context("a candidate")?);
        Ok(Peer {
            rtc,
            socket,
            sources: Vec::new(),
            due: Vec::new(),
            ledger: Ledger::default(),
            begun,
            connected: None,
            heard: None,
            told: now,
            ended: false,
        })
    }

    /// Offers to publish sources and to receive.
    pub(crate) fn offer(
        config: PeerConfig,
        begun: Instant,
        publish: &[Publish],
        receive: Receiving,
    ) -> Result<Offering> {
        let mut peer = Peer::new(config, begun)?;
        let mut lines = Vec::new();
        let mut change = peer.rtc.sdp_api();
        let started = Moment::now().now;
        let mut line = |mid: Mid, is_sound, sends| {
            lines.push(OfferedLine { mid: mid.to_string(), is_sound, sends });
        };
        let mut sources = Vec::new();
        for Publish { number, content, phase } in publish {
            let is_sound = *content == Content::Sound;
            let mid = change.add_media(kind(is_sound), Direction::SendOnly, None, None, simulcast(content));
            line(mid, is_sound, true);
            sources.push(Source::new(*number, mid, content.clone(), started + *phase));
        }
        for (is_sound, count) in [(true, receive.sounds), (false, receive.pictures)] {
            for _ in 0..count {
                let mid = change.add_media(kind(is_sound), Direction::RecvOnly, None, None, None);
                line(mid, is_sound, false);
            }
        }
        let (offer, pending) = change.apply().context("a peer that offers nothing")?;
        peer.sources = sources;
        Ok(Offering { peer, pending, sdp: offer.to_sdp_string(), lines })
    }

    /// Answers an offer of the server; what to send there.
    pub(crate) fn answer(config: PeerConfig, begun: Instant, offer_sdp: &str) -> Result<(Peer, String)> {
        let mut peer = Peer::new(config, begun)?;
        let offer = SdpOffer::from_sdp_string(offer_sdp).context("the server's offer")?;
        let answer = peer.rtc.sdp_api().accept_offer(offer).context("the server's offer")?;
        Ok((peer, answer.to_sdp_string()))
    }
}

impl Offering {
    /// With the server's answer.
    pub(crate) fn accept(mut self, answer_sdp: &str) -> Result<Peer> {
        let answer = SdpAnswer::from_sdp_string(answer_sdp).context("the server's answer")?;
        self.peer.rtc.sdp_api().accept_answer(self.pending, answer).context("the server's answer")?;
        Ok(self.peer)
    }
}

fn kind(is_sound: bool) -> MediaKind {
    if is_sound { MediaKind::Audio } else { MediaKind::Video }
}

fn simulcast(content: &Content) -> Option<Simulcast> {
    match content {
        Content::Picture(encodings) if encodings.len() > 1 => {
            let send = encodings.iter().map(|encoding| SimulcastLayer::new(encoding.rid)).collect();
            Some(Simulcast { send, recv: Vec::new() })
        }
        _ => None,
    }
}

/// As browsers number them; the one that estimates lean on only where there are to be any.
fn extensions(estimate: bool) -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(1, Extension::AudioLevel);
    if estimate {
        map.set(3, Extension::TransportSequenceNumber);
    }
    map.set(4, Extension::RtpMid);
    map.set(10, Extension::RtpStreamId);
    map.set(11, Extension::RepairedRtpStreamId);
    map.set(13, Extension::VideoOrientation);
    map
}
