use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use parlor_media::{Kind, Layer, SlotState};
use str0m::bwe::Bitrate;
use str0m::change::SdpOffer;
use str0m::ice::IceCreds;
use str0m::media::{Mid, Rids};
use str0m::net::TcpType;
use str0m::{Candidate, Rtc};

use super::{Peer, PeerStart, Sending, Slot};
use crate::allowance::Allowance;
use crate::directory::{Directory, crypto};
use crate::error::RelayError;
use crate::line::{self, Line, LineUse};
use crate::quality::Measured;
use crate::route;
use crate::stream::dependency_extension;

/// How often a peer's statistics come.
const STATS_INTERVAL: Duration = Duration::from_secs(2);
/// What is in a slot before there is anything.
const EMPTY: SlotState = SlotState { source: None, layer: Layer(0), layers: 0, paused: false };
/// What of a slot can be sent again: packets, and how old they may be. Who asks later needs a key frame.
const RESEND_PACKETS: usize = 1024;
const RESEND_AGE: Duration = Duration::from_secs(1);
/// Of what is sent on a slot, the part that may be sent again.
const RESEND_RATIO: f32 = 0.15;
/// Encodings of a picture.
const MAX_ENCODINGS: usize = 3;

impl Peer {
    /// Takes an offer; the peer and the answer.
    pub(crate) fn start(
        start: &PeerStart<'_>,
        offer_sdp: &str,
        lines: Vec<Line>,
    ) -> Result<(Peer, String), RelayError> {
        let offer_sdp = line::fitted(offer_sdp, &lines)?;
        let credentials = credentials(start.thread)?;
        let mut rtc = configured(start.directory, &credentials, start.now);
        for candidate in candidates(start.directory) {
            rtc.add_local_candidate(candidate);
        }
        let kinds = kinds(&lines);
        let told_slots = vec![EMPTY; kinds.len()];
        let mut peer = Peer {
            room: start.room,
            rtc_uid: start.rtc_uid,
            media_id: start.media_id,
            kinds,
            lines,
            grant: start.grant,
            wanted: Vec::new(),
            joined: false,
            told_slots,
            told_needs: Vec::new(),
            credentials,
            addresses: Vec::new(),
            ssrcs: Vec::new(),
            last_sign: start.now,
            deadline: None,
            dirty: false,
            up: Measured::default(),
            down: Measured::default(),
            estimate_bps: None,
            rtc,
            clock: start.now,
            is_paced: start.directory.config.estimate,
            checked: None,
            chosen: None,
            heard_at: start.now,
            is_back: false,
            slots: Vec::new(),
            resends: Vec::new(),
            resent: 0,
            nacks: Vec::new(),
            sending: Vec::new(),
            incoming: HashMap::new(),
            outgoing: Vec::new(),
            up_allowance: Allowance::new(start.directory.config.max_up_bps, start.now),
            screen_allowance: Allowance::new(start.directory.config.max_screen_up_bps, start.now),
            held_at: None,
            max_down_bps: start.directory.config.max_down_bps,
            measured_anew_at: None,
            errors: 0,
        };
        let answer = peer.accept(start.thread, &offer_sdp)?;
        peer.map_lines()?;
        Ok((peer, answer))
    }

    /// Takes another offer of the same device with the same lines; the answer.
    pub(crate) fn offer_again(
        &mut self,
        thread: usize,
        offer_sdp: &str,
        lines: &[Line],
    ) -> Result<String, RelayError> {
        let offer_sdp = line::fitted(offer_sdp, lines)?;
        if let Some(changed) = lines.iter().find(|line| !self.lines.contains(line)) {
            return Err(RelayError::Line { mid: changed.mid.clone(), reason: "is not what it was" });
        }
        if lines.len() != self.lines.len() {
            return Err(RelayError::Offer("a line is missing".to_owned()));
        }
        let answer = self.accept(thread, &offer_sdp)?;
        self.incoming.clear();
        self.outgoing.clear();
        self.map_lines()?;
        Ok(answer)
    }

    /// After an ICE restart our credentials are new, and again ones that name the thread (RFC 8445 section 9).
    fn accept(&mut self, thread: usize, offer_sdp: &str) -> Result<String, RelayError> {
        let refuse = |error: &dyn std::fmt::Display| RelayError::Offer(error.to_string());
        let offer = SdpOffer::from_sdp_string(offer_sdp).map_err(|error| refuse(&error))?;
        let answer = self.rtc.sdp_api().accept_offer(offer).map_err(|error| refuse(&error))?;
        let answer = answer.to_sdp_string();
        let given = self.rtc.direct_api().local_ice_credentials();
        if given.ufrag == self.credentials.ufrag {
            return Ok(answer);
        }
        let ours = credentials(thread)?;
        self.rtc.direct_api().set_local_ice_credentials(ours.clone());
        let answer = answer.replace(&given.ufrag, &ours.ufrag).replace(&given.pass, &ours.pass);
        self.credentials = ours;
        Ok(answer)
    }

    fn map_lines(&mut self) -> Result<(), RelayError> {
        let is_first = self.slots.is_empty();
        let mut resends = Vec::new();
        let mut slots = Vec::new();
        let mut sending: Vec<Sending> = Vec::new();
        for line in &self.lines {
            let refused = |reason| RelayError::Line { mid: line.mid.clone(), reason };
            let mid = Mid::from(line.mid.as_str());
            let media = self.rtc.media(mid).ok_or_else(|| refused("was not taken"))?;
            match line.usage {
                LineUse::Slot(_) => {
                    let mut direct = self.rtc.direct_api();
                    let stream = direct.stream_tx_by_mid(mid, None);
                    let stream = stream.ok_or_else(|| refused("is a slot and is not received"))?;
                    if is_first {
                        stream.set_rtx_cache(RESEND_PACKETS, RESEND_AGE, Some(RESEND_RATIO));
                    }
                    resends.extend(stream.rtx().map(|ssrc| *ssrc));
                    slots.push(Slot { mid, ssrc: stream.ssrc(), nackable: stream.rtx().is_some() });
                }
                LineUse::Sends(stream) => {
                    let rids = match media.rids_rx() {
                        Rids::Specific(rids) => rids.clone(),
                        _ => Vec::new(),
                    };
                    if rids.len() > MAX_ENCODINGS {
                        return Err(refused("has more than three encodings"));
                    }
                    let before = self.sending.iter().find(|before| before.stream == stream);
                    let codec = before.and_then(|before| before.codec);
                    sending.push(Sending { mid, stream, rids, codec });
                }
            }
        }
        (self.slots, self.sending, self.resends) = (slots, sending, resends);
        Ok(())
    }
}

fn kinds(lines: &[Line]) -> Vec<Kind> {
    let kind = |line: &Line| match line.usage {
        LineUse::Slot(kind) => Some(kind),
        LineUse::Sends(_) => None,
    };
    lines.iter().filter_map(kind).collect()
}

fn configured(directory: &Directory, credentials: &IceCreds, now: std::time::Instant) -> Rtc {
    let start_down = Bitrate::from(directory.config.start_down_bps);
    Rtc::builder()
        .set_crypto_provider(crypto().clone())
        .set_dtls_cert(directory.certificate.clone())
        .set_local_ice_credentials(credentials.clone())
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true)
        .enable_h264(true)
        .enable_vp9(true)
        .enable_av1(true)
        .set_extension(12, dependency_extension())
        .enable_bwe(directory.config.estimate.then_some(start_down))
        .set_stats_interval(Some(STATS_INTERVAL))
        .build(now)
}

fn candidates(directory: &Directory) -> Vec<Candidate> {
    let udp = directory.advertised.iter().map(|address| Candidate::builder().udp().host(*address).build());
    let passive =
        |address: &SocketAddr| Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build();
    let tcp = directory.config.tcp_advertised.iter().map(passive);
    udp.chain(tcp).filter_map(Result::ok).collect()
}

fn credentials(thread: usize) -> Result<IceCreds, RelayError> {
    let mut random = [0_u8; 22];
    getrandom::fill(&mut random).map_err(|_| RelayError::Start(io::Error::other("no random numbers")))?;
    let mut fragment = [0_u8; 6];
    fragment.copy_from_slice(&random[..6]);
    let pass = random[6..].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(IceCreds { ufrag: route::fragment_of(thread, fragment), pass })
}
