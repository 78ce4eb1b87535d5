mod admit;
mod forward;
mod negotiate;
mod told;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use parlor_media::{Codec, Grant, Kind, Layer, SlotIndex, SlotState, Source, Stream, Wanted};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use str0m::bwe::{Bitrate, BweKind};
use str0m::ice::{IceCreds, StunMessage};
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpPacket, Ssrc};
use str0m::{Event, Input, Output, PacerReason, Reason, Rtc};

use crate::allowance::Allowance;
use crate::directory::Directory;
use crate::line::Line;
use crate::quality::Measured;
use crate::route::{self, Way};

pub(crate) use forward::Copies;

/// Errors in a row after which a peer is given up.
const MAX_ERRORS: u32 = 64;
/// A device that nothing was heard of for so long has missed more than can be sent again.
const AWAY_AFTER: Duration = Duration::from_secs(1);
/// Packets that the pacer lets a peer send in one turn; what is left goes with the next.
const MAX_TURNS: u32 = 256;
/// How much time passes for the pacer between two packets that leave together, at most.
const PACER_STEP: Duration = Duration::from_micros(1);
/// How long what is not urgent waits for more of it.
const SLACK: Duration = Duration::from_millis(10);
/// Where nothing is measured that has to be on time, what belongs to measuring waits for the next packet.
const SOUND_SLACK: Duration = Duration::from_millis(40);
/// What every way is taken to carry: below this a call is none.
const LEAST_DOWN_BPS: u64 = 250_000;
/// Between two times that a way is measured anew.
const MEASURE_ANEW_AFTER: Duration = Duration::from_secs(5);
/// What is probed for beyond what is sent, so that more can be sent when pictures move more.
const DESIRED_PERCENT: u64 = 150;
/// What is probed for at least where pictures are wanted.
const LEAST_DESIRED_BPS: u64 = 1_500_000;

/// A slot on its way out.
struct Slot {
    mid: Mid,
    ssrc: Ssrc,
    nackable: bool,
}

/// A line that the device sends on.
struct Sending {
    mid: Mid,
    stream: Stream,
    /// The identifications of its encodings, the smallest first; none without simulcast.
    rids: Vec<Rid>,
    codec: Option<Codec>,
}

/// What comes in under an SSRC.
#[derive(Clone, Copy)]
pub(crate) struct Incoming {
    pub(super) source: Source,
    pub(super) encoding: u8,
    pub(super) codec: Codec,
    pub(super) params: str0m::format::PayloadParams,
    pt: Pt,
}

/// What happened to a peer. Not boxed: this is the way of every packet.
#[allow(clippy::large_enum_variant)]
pub(super) enum Happening {
    /// The encrypted connection stands.
    Connected,
    Packet(RtpPacket),
    Estimated(u64),
    KeyFrameAsked(SlotIndex),
    /// It asked so many times for packets again.
    Nacked(u64),
    /// The device ended it.
    Closed,
    /// It cannot go on.
    Failed,
}

/// Whence a packet came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) way: Way,
    pub(super) source: SocketAddr,
    /// The address of ours that it was sent to.
    pub(super) local: Option<IpAddr>,
    /// The same as devices are told it.
    pub(super) advertised: SocketAddr,
    pub(super) now: Instant,
}

/// A way to a device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) way: Way,
    pub(super) remote: SocketAddr,
    /// The address of ours that it goes from.
    pub(super) local: Option<IpAddr>,
}

/// A device's media session.
pub(super) struct Peer {
    pub(super) room: ArchiveId,
    pub(super) rtc_uid: RtcUid,
    pub(super) media_id: u64,
    pub(super) lines: Vec<Line>,
    pub(super) kinds: Vec<Kind>,
    pub(super) grant: Grant,
    pub(super) wanted: Vec<Wanted>,
    /// It takes part in the switch.
    pub(super) joined: bool,
    /// What was told last of its slots, and of the layers that somebody takes of its pictures.
    pub(super) told_slots: Vec<SlotState>,
    pub(super) told_needs: Vec<(Stream, Vec<Layer>)>,
    pub(super) credentials: IceCreds,
    pub(super) addresses: Vec<(Way, SocketAddr)>,
    pub(super) ssrcs: Vec<u32>,
    pub(super) last_sign: Instant,
    pub(super) deadline: Option<Instant>,
    pub(super) dirty: bool,
    pub(super) up: Measured,
    pub(super) down: Measured,
    /// What the way to it was last taken to carry.
    pub(super) estimate_bps: Option<u64>,
    rtc: Rtc,
    /// The time that str0m was told last: by as many microseconds ahead as packets left in one turn.
    clock: Instant,
    /// It lets packets go one by one.
    is_paced: bool,
    /// Whence the last check came, which is answered from where it arrived.
    checked: Option<Path>,
    /// The way that the device has chosen.
    chosen: Option<Path>,
    /// When anything of it came last, reports included.
    heard_at: Instant,
    /// It was away, and what it has of its pictures is of before.
    is_back: bool,
    slots: Vec<Slot>,
    /// The SSRCs of its slots' retransmissions, and how many packets of them went out since that was asked last.
    resends: Vec<u32>,
    resent: u64,
    /// How often it had asked for packets again, by line, when that was said last.
    nacks: Vec<(Mid, u64)>,
    sending: Vec<Sending>,
    incoming: HashMap<Ssrc, Incoming>,
    outgoing: Vec<forward::Outgoing>,
    /// What it may send of its camera and microphone, and of its screen.
    up_allowance: Allowance,
    screen_allowance: Allowance,
    /// When it was told last that it sends more than it may.
    held_at: Option<Instant>,
    max_down_bps: u64,
    measured_anew_at: Option<Instant>,
    errors: u32,
}

impl Peer {
    /// Where packets leave; filled by [`Peer::drain`].
    pub(super) fn receive(&mut self, arrival: Arrival, packet: &[u8]) -> bool {
        if route::is_stun(packet) {
            return self.receive_stun(arrival, packet);
        }
        if !self.addresses.contains(&(arrival.way, arrival.source)) {
            return false;
        }
        let Ok(received) = received(arrival, packet) else { return false };
        self.heard(arrival.now);
        self.take(arrival.now, received);
        true
    }

    /// A device that takes pictures reports several times a second.
    fn heard(&mut self, now: Instant) {
        self.is_back |= now.saturating_duration_since(self.heard_at) > AWAY_AFTER;
        self.heard_at = now;
    }

    /// A packet of one of its streams from an address that is not known: whether it is one of its own shows when it is decrypted.
    pub(super) fn receive_astray(&mut self, arrival: Arrival, packet: &[u8]) -> bool {
        let Ok(received) = received(arrival, packet) else { return false };
        self.take(arrival.now, received);
        true
    }

    /// The device is where this came from.
    pub(super) fn follow(&mut self, arrival: Arrival) {
        self.heard(arrival.now);
        self.chosen = Some(Path { way: arrival.way, remote: arrival.source, local: arrival.local });
    }

    /// A binding request with our credentials, checked before anything else is done with it: what it is from is the device.
    fn receive_stun(&mut self, arrival: Arrival, packet: &[u8]) -> bool {
        let Ok(message) = StunMessage::parse(packet) else { return false };
        if !message.is_binding_request() {
            return false;
        }
        let named = message.split_username().is_some_and(|(ours, _)| ours == self.credentials.ufrag);
        let provider = crate::directory::crypto().sha1_hmac_provider;
        let hmac = |key: &[u8], payloads: &[&[u8]]| provider.sha1_hmac(key, payloads);
        if !named || !message.verify(self.credentials.pass.as_bytes(), hmac) {
            return false;
        }
        self.last_sign = arrival.now;
        let path = Path { way: arrival.way, remote: arrival.source, local: arrival.local };
        self.checked = Some(path);
        if message.use_candidate() || self.chosen.is_none() {
            self.chosen = Some(path);
        }
        let Ok(received) = received(arrival, packet) else { return false };
        self.take(arrival.now, received);
        true
    }

    fn take(&mut self, now: Instant, received: Receive<'_>) {
        self.clock = self.clock.max(now);
        self.feed(Input::Receive(self.clock, received));
    }

    fn feed(&mut self, input: Input<'_>) {
        // What cannot be decrypted or parsed is an attempt of somebody, and changes nothing.
        if let Err(error) = self.rtc.handle_input(input) {
            tracing::debug!(rtc_uid = %self.rtc_uid, %error, "a packet was not taken");
        }
    }

    /// Time has come to `now`.
    pub(super) fn turn(&mut self, now: Instant) {
        self.clock = self.clock.max(now);
        self.feed(Input::Timeout(self.clock));
    }

    /// Sends what is to be sent and gathers what happened.
    pub(super) fn drain(
        &mut self,
        now: Instant,
        mut send: impl FnMut(Path, &[u8]),
        mut tell: impl FnMut(Happening),
    ) -> Instant {
        let mut turns = 0;
        if std::mem::take(&mut self.is_back) {
            let slots = u8::try_from(self.slots.len()).unwrap_or(u8::MAX);
            (0..slots).for_each(|slot| tell(Happening::KeyFrameAsked(SlotIndex(slot))));
        }
        loop {
            match self.rtc.poll_output() {
                // After each packet the pacer wants to be told that time has passed before it lets the next one go.
                Ok(Output::Timeout(at)) if turns < MAX_TURNS && self.is_pacing(at) => {
                    turns += 1;
                    self.turn(at);
                }
                Ok(Output::Timeout(at)) => {
                    self.errors = 0;
                    return self.next_turn(at, now);
                }
                Ok(Output::Transmit(transmit)) => {
                    if let Some(path) = self.path(&transmit) {
                        self.count_resent(&transmit.contents);
                        send(path, &transmit.contents);
                    }
                    // To be asked when it wants that would be another walk through all lines.
                    if self.is_paced && turns < MAX_TURNS && route::ssrc_of(&transmit.contents).is_some() {
                        turns += 1;
                        self.turn(self.clock + PACER_STEP);
                    }
                }
                Ok(Output::Event(event)) => self.event(event, now, &mut tell),
                Err(error) => {
                    self.errors += 1;
                    tracing::debug!(rtc_uid = %self.rtc_uid, %error, "a media session stumbled");
                    if !self.rtc.is_alive() || self.errors > MAX_ERRORS {
                        tell(Happening::Failed);
                        return now + Duration::from_secs(1);
                    }
                }
            }
        }
    }

    fn is_pacing(&self, at: Instant) -> bool {
        let is_next = matches!(self.rtc.last_timeout_reason(), Reason::Pacer(PacerReason::Immediate));
        is_next && at <= self.clock + PACER_STEP
    }

    /// What is sent out evenly has its time to the millisecond; reports and the like wait for one another.
    fn next_turn(&self, at: Instant, now: Instant) -> Instant {
        match self.rtc.last_timeout_reason() {
            Reason::Pacer(PacerReason::Handle)
            | Reason::BweDelayControl
            | Reason::BweProbeControl
            | Reason::BweProbeEstimator
                if self.wanted.is_empty() =>
            {
                at.max(now + SOUND_SLACK)
            }
            Reason::Pacer(_) | Reason::DTLS => at,
            _ => at.max(now + SLACK),
        }
    }

    /// The answer to a check goes back whence that came; everything else goes the way that the device named last (RFC 8445
    /// section 8.1.1), also when str0m holds on to the one before because it is as good.
    fn path(&self, transmit: &Transmit) -> Option<Path> {
        if route::is_stun(&transmit.contents) {
            return self.checked.filter(|path| path.remote == transmit.destination);
        }
        self.chosen
    }

    fn event(&mut self, event: Event, now: Instant, tell: &mut impl FnMut(Happening)) {
        match event {
            Event::RtpPacket(packet) => {
                self.last_sign = now;
                tell(Happening::Packet(packet));
            }
            Event::Connected => tell(Happening::Connected),
            Event::Closed => tell(Happening::Closed),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                let bps = self.estimated(estimate.as_u64(), now);
                self.estimate_bps = Some(bps);
                tell(Happening::Estimated(bps));
            }
            Event::KeyframeRequest(request) => {
                let place = self.slots.iter().position(|slot| slot.mid == request.mid);
                if let Some(slot) = place.and_then(|place| u8::try_from(place).ok()) {
                    tell(Happening::KeyFrameAsked(SlotIndex(slot)));
                }
            }
            Event::PeerStats(stats) => {
                self.up.loss = stats.ingress_loss_fraction;
                self.down.loss = stats.egress_loss_fraction;
                self.up.rtt = stats.rtt;
                self.down.rtt = stats.rtt;
            }
            Event::MediaEgressStats(stats) => {
                self.nacked(stats.mid, stats.nacks).into_iter().for_each(&mut *tell);
                if let Some(rtt) = stats.rtt {
                    self.down.rtt = Some(self.down.rtt.map_or(rtt, |before| before.max(rtt)));
                    self.up.rtt = self.down.rtt;
                }
            }
            _ => {}
        }
    }

    /// An estimate below what any way carries comes of a time in which next to nothing was sent, or in which nobody had time to
    /// read: the way is measured anew, and taken to carry that much until then.
    fn estimated(&mut self, bps: u64, now: Instant) -> u64 {
        let is_due = self.measured_anew_at.is_none_or(|at| now >= at + MEASURE_ANEW_AFTER);
        if bps < LEAST_DOWN_BPS && is_due {
            self.measured_anew_at = Some(now);
            self.rtc.bwe().reset(Bitrate::from(LEAST_DOWN_BPS));
        }
        bps.clamp(LEAST_DOWN_BPS.min(self.max_down_bps), self.max_down_bps)
    }

    /// Whether packets can go to it.
    pub(super) fn is_connected(&self) -> bool {
        self.joined && self.rtc.is_alive()
    }

    /// Asks the device for a key frame of an encoding of a stream.
    pub(super) fn ask_key_frame(&mut self, stream: Stream, layer: u8) {
        let Some(sending) = self.sending.iter().find(|sending| sending.stream == stream) else { return };
        let rid = sending.rids.get(usize::from(layer)).copied();
        let mid = sending.mid;
        if let Some(receiving) = self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            receiving.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// What is sent to it if its way carries it.
    pub(super) fn desire(&mut self, bps: u64) {
        let room = bps.saturating_mul(DESIRED_PERCENT) / 100;
        let least = if self.wanted.is_empty() { LEAST_DOWN_BPS } else { LEAST_DESIRED_BPS };
        let desired = room.max(least).min(self.max_down_bps);
        self.rtc.bwe().set_desired_bitrate(Bitrate::from(desired));
    }

    /// Says goodbye to the device.
    pub(super) fn close(&mut self, now: Instant) {
        if let Err(error) = self.rtc.close() {
            tracing::debug!(rtc_uid = %self.rtc_uid, %error, "no goodbye");
        }
        self.turn(now);
    }

    /// How much is kept of its streams and codecs.
    pub(super) fn streams_kept(&self) -> usize {
        self.incoming.len()
            + self.outgoing.len()
            + self.sending.len()
            + self.slots.len()
            + self.told_needs.len()
    }
}

fn received(arrival: Arrival, packet: &[u8]) -> Result<Receive<'_>, str0m::error::NetError> {
    let proto = match arrival.way {
        Way::Udp => Protocol::Udp,
        Way::Tcp => Protocol::Tcp,
    };
    Receive::new(proto, arrival.source, arrival.advertised, packet)
}

/// A peer that has no answer yet.
pub(super) struct PeerStart<'a> {
    pub(super) directory: &'a Directory,
    pub(super) thread: usize,
    pub(super) room: ArchiveId,
    pub(super) rtc_uid: RtcUid,
    pub(super) media_id: u64,
    pub(super) grant: Grant,
    pub(super) now: Instant,
}
