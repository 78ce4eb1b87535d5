//! A device as a browser would be one: it offers, answers checks, sends and receives.

use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use parlor_media::{Kind, Stream};
use parlor_protocol::ids::RtcUid;
use parlor_relay::{Line, LineUse};
use str0m::bwe::BweKind;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

/// How packets of the device travel.
enum Way {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, unread: Vec<u8>, remote: SocketAddr },
}

/// A way in that carries so much and lets packets wait for at most [`NARROW_WAIT`].
struct Narrow {
    bps: u64,
    waiting: VecDeque<(Instant, SocketAddr, Vec<u8>)>,
    free_at: Instant,
}

const NARROW_WAIT: Duration = Duration::from_millis(400);

impl Narrow {
    fn put(&mut self, source: SocketAddr, packet: &[u8], now: Instant) {
        let bits = 8 * u64::try_from(packet.len() + 28).expect("small");
        let out_at = self.free_at.max(now) + Duration::from_micros(bits * 1_000_000 / self.bps);
        if out_at < now + NARROW_WAIT {
            self.free_at = out_at;
            self.waiting.push_back((out_at, source, packet.to_vec()));
        }
    }

    fn take(&mut self, now: Instant, packet: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let (_, source, contents) = self.waiting.pop_front_if(|(out_at, ..)| *out_at <= now)?;
        packet[..contents.len()].copy_from_slice(&contents);
        Some((contents.len(), source))
    }
}

/// One packet to send.
pub(crate) struct Sent<'a> {
    pub(crate) stream: Stream,
    pub(crate) rid: Option<&'a str>,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
    /// It is redundant sound.
    pub(crate) red: bool,
}

pub(crate) struct Device {
    pub(crate) rtc_uid: RtcUid,
    pub(crate) media_id: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) received: Vec<(String, RtpPacket)>,
    pub(crate) key_frames_asked: Vec<(Instant, Option<Rid>)>,
    /// What it was told that it may send, in bits per second.
    pub(crate) held_bps: Option<u64>,
    pub(crate) connected: bool,
    pub(crate) closed: bool,
    pub(crate) ice: IceConnectionState,
    rtc: Rtc,
    way: Way,
    told_as: SocketAddr,
    offered: Option<SdpPendingOffer>,
    numbers: BTreeMap<(Stream, Option<String>), u64>,
    wake: Instant,
    /// Of its packets of sound and picture that come in, one in so many is lost; 0 = none.
    pub(crate) loses_one_in: usize,
    /// Neither sends nor reads.
    pub(crate) is_away: bool,
    arrived: usize,
    narrow: Option<Narrow>,
}

/// What a device has lines for.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) audio_slots: usize,
    pub(crate) video_slots: usize,
    pub(crate) simulcast: bool,
    /// It takes redundant sound.
    pub(crate) red: bool,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { audio_slots: 2, video_slots: 2, simulcast: false, red: false }
    }
}

impl Device {
    /// With an offer that the relay has not seen yet.
    pub(crate) fn new(rtc_uid: u64, shape: Shape) -> (Device, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_nonblocking(true).expect("not blocking");
        let address = socket.local_addr().expect("an address");
        Device::on(rtc_uid, shape, Way::Udp(socket), address)
    }

    /// Over a TCP connection to the relay.
    pub(crate) fn over_tcp(rtc_uid: u64, shape: Shape, stream: TcpStream) -> (Device, String) {
        stream.set_nonblocking(true).expect("not blocking");
        let address = stream.local_addr().expect("an address");
        let remote = stream.peer_addr().expect("an address");
        Device::on(rtc_uid, shape, Way::Tcp { stream, unread: Vec::new(), remote }, address)
    }

    fn on(rtc_uid: u64, shape: Shape, way: Way, told_as: SocketAddr) -> (Device, String) {
        let now = Instant::now();
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_dtls_cert(certificate())
            .enable_opus(true, shape.red)
            .build(now);
        let candidate = match way {
            Way::Udp(_) => Candidate::host(told_as, "udp"),
            Way::Tcp { .. } => Candidate::builder().tcp().host(told_as).tcptype(TcpType::Active).build(),
        };
        rtc.add_local_candidate(candidate.expect("a candidate"));
        let (lines, offer, pending) = offer(&mut rtc, shape);
        let device = Device {
            rtc_uid: RtcUid(rtc_uid),
            media_id: 0,
            lines,
            received: Vec::new(),
            key_frames_asked: Vec::new(),
            held_bps: None,
            connected: false,
            closed: false,
            ice: IceConnectionState::New,
            rtc,
            way,
            told_as,
            offered: Some(pending),
            numbers: BTreeMap::new(),
            wake: now,
            loses_one_in: 0,
            is_away: false,
            arrived: 0,
            narrow: None,
        };
        (device, offer)
    }

    pub(crate) fn accept(&mut self, answer_sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(answer_sdp).expect("an answer");
        let pending = self.offered.take().expect("an offer before");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer that fits");
    }

    /// An offer for another way to the relay (RFC 8445 section 9).
    pub(crate) fn restart(&mut self) -> String {
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change.apply().expect("an offer");
        self.offered = Some(pending);
        offer.to_sdp_string()
    }

    /// Its packets come from another address from now on, as after a NAT forgot it.
    pub(crate) fn move_away(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_nonblocking(true).expect("not blocking");
        self.way = Way::Udp(socket);
    }

    pub(crate) fn send(&mut self, sent: Sent<'_>) {
        let now = Instant::now();
        let codec = match sent.stream {
            Stream::Audio | Stream::SystemAudio => Codec::Opus,
            Stream::Video | Stream::SubVideo => Codec::Vp8,
        };
        let params = self.rtc.codec_config().find(|params| params.spec().codec == codec).expect("a codec");
        let pt = if sent.red { params.red().expect("redundant sound") } else { params.pt() };
        let line = self.lines.iter().find(|line| line.usage == LineUse::Sends(sent.stream)).expect("a line");
        let mid = Mid::from(line.mid.as_str());
        let number = self.numbers.entry((sent.stream, sent.rid.map(str::to_owned))).or_insert(1000);
        *number += 1;
        let packet = RtpWrite::new(pt, (*number).into(), sent.timestamp, now, sent.payload)
            .marker(sent.marker)
            .nackable(codec == Codec::Vp8)
            .ext_vals(ExtensionValues {
                audio_level: (codec == Codec::Opus).then_some(-20),
                voice_activity: (codec == Codec::Opus).then_some(true),
                ..ExtensionValues::default()
            });
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, sent.rid.map(Rid::from)).expect("a stream");
        stream.write_rtp(packet);
        self.wake = now;
    }

    /// Does what is to be done at the moment.
    pub(crate) fn step(&mut self) {
        if self.is_away {
            return;
        }
        let now = Instant::now();
        if now >= self.wake {
            self.rtc.handle_input(Input::Timeout(now)).expect("time goes on");
        }
        self.drain();
        let mut packet = [0; 2000];
        while let Some((length, source)) = self.read(&mut packet) {
            let proto = match self.way {
                Way::Udp(_) => Protocol::Udp,
                Way::Tcp { .. } => Protocol::Tcp,
            };
            if self.is_lost(&packet[..length]) {
                continue;
            }
            if let Ok(received) = Receive::new(proto, source, self.told_as, &packet[..length]) {
                self.rtc.handle_input(Input::Receive(Instant::now(), received)).expect("a packet");
            }
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("an output") {
                Output::Timeout(at) => {
                    self.wake = at;
                    return;
                }
                Output::Transmit(transmit) => self.way.write(transmit.destination, &transmit.contents),
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::Closed) => self.closed = true,
                Output::Event(Event::IceConnectionStateChange(state)) => self.ice = state,
                Output::Event(Event::RtpPacket(packet)) => {
                    let mut direct = self.rtc.direct_api();
                    let mid = direct.stream_rx(&packet.header.ssrc).map(|stream| stream.mid());
                    self.received.push((mid.expect("a line").to_string(), packet));
                }
                Output::Event(Event::EgressBitrateEstimate(BweKind::Remb { estimate, .. })) => {
                    self.held_bps = Some(estimate.as_u64());
                }
                Output::Event(Event::KeyframeRequest(asked)) => {
                    self.key_frames_asked.push((Instant::now(), asked.rid));
                }
                Output::Event(_) => {}
            }
        }
    }

    /// What comes to it goes through a way that carries so much.
    pub(crate) fn narrow(&mut self, bps: u64) {
        self.narrow = Some(Narrow { bps, waiting: VecDeque::new(), free_at: Instant::now() });
    }

    fn read(&mut self, packet: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let Some(narrow) = &mut self.narrow else { return self.way.read(packet) };
        while let Some((length, source)) = self.way.read(packet) {
            narrow.put(source, &packet[..length], Instant::now());
        }
        narrow.take(Instant::now(), packet)
    }

    fn is_lost(&mut self, packet: &[u8]) -> bool {
        let payload_type = packet[1] & 0x7f;
        // What is sent again has a payload type of its own (RFC 4588), and comes through.
        let is_media = (128..192).contains(&packet[0])
            && self.received.iter().any(|(_, received)| *received.header.payload_type == payload_type);
        self.arrived += usize::from(is_media);
        is_media && self.loses_one_in > 0 && self.arrived.is_multiple_of(self.loses_one_in)
    }

    /// What came in the lines of a kind.
    pub(crate) fn got(&self, kind: Kind) -> Vec<&RtpPacket> {
        let is =
            |mid: &str| self.lines.iter().any(|line| line.mid == mid && line.usage == LineUse::Slot(kind));
        self.received.iter().filter(|(mid, _)| is(mid)).map(|(_, packet)| packet).collect()
    }

    /// Asks for a key frame of what comes in a kind's first slot that something came in.
    pub(crate) fn ask_key_frame(&mut self) {
        let Some((_, packet)) = self.received.last() else { return };
        let ssrc = packet.header.ssrc;
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx(&ssrc).expect("a stream");
        stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
    }
}

impl Way {
    fn write(&mut self, remote: SocketAddr, packet: &[u8]) {
        match self {
            Way::Udp(socket) => {
                let _ = socket.send_to(packet, remote);
            }
            Way::Tcp { stream, .. } => {
                let mut framed = u16::try_from(packet.len()).expect("a length").to_be_bytes().to_vec();
                framed.extend_from_slice(packet);
                stream.write_all(&framed).expect("the connection takes it");
            }
        }
    }

    fn read(&mut self, packet: &mut [u8]) -> Option<(usize, SocketAddr)> {
        match self {
            Way::Udp(socket) => socket.recv_from(packet).ok(),
            Way::Tcp { stream, unread, remote } => {
                let mut room = [0; 4096];
                match stream.read(&mut room) {
                    Ok(count) => unread.extend_from_slice(&room[..count]),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                }
                let length = usize::from(u16::from_be_bytes([*unread.first()?, *unread.get(1)?]));
                let framed = unread.get(2..2 + length)?;
                packet[..length].copy_from_slice(framed);
                unread.drain(..2 + length);
                Some((length, *remote))
            }
        }
    }
}

/// Send lines first, then the slots.
fn offer(rtc: &mut Rtc, shape: Shape) -> (Vec<Line>, String, SdpPendingOffer) {
    let mut lines = Vec::new();
    let mut change = rtc.sdp_api();
    let simulcast = shape
        .simulcast
        .then(|| Simulcast { send: ["q", "h", "f"].map(SimulcastLayer::new).to_vec(), recv: Vec::new() });
    let sound = change.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
    let picture = change.add_media(MediaKind::Video, Direction::SendOnly, None, None, simulcast);
    lines.push((sound, LineUse::Sends(Stream::Audio)));
    lines.push((picture, LineUse::Sends(Stream::Video)));
    for (kind, media, count) in [
        (Kind::Audio, MediaKind::Audio, shape.audio_slots),
        (Kind::Video, MediaKind::Video, shape.video_slots),
    ] {
        for _ in 0..count {
            let mid = change.add_media(media, Direction::RecvOnly, None, None, None);
            lines.push((mid, LineUse::Slot(kind)));
        }
    }
    let (offer, pending) = change.apply().expect("an offer");
    let lines = lines.into_iter().map(|(mid, usage)| Line { mid: mid.to_string(), usage }).collect();
    (lines, offer.to_sdp_string(), pending)
}

/// One for all devices of the tests: making one takes time.
fn certificate() -> str0m::config::DtlsCert {
    static MADE: std::sync::OnceLock<str0m::config::DtlsCert> = std::sync::OnceLock::new();
    let make = || {
        let crypto = str0m::crypto::from_feature_flags();
        crypto.dtls_provider.generate_certificate().expect("a certificate")
    };
    MADE.get_or_init(make).clone()
}

/// A packet of VP8 (RFC 7741): one frame of one packet, with numbers, and `tail` at its end.
pub(crate) fn vp8(picture: u16, key: bool, tail: &[u8]) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let mut payload = vec![0x90, 0xe0, 0x80 | high, low, u8::try_from(picture % 256).expect("small"), 0x20];
    if key {
        payload.extend([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00]);
    } else {
        payload.extend([0x11, 0x02, 0x00]);
    }
    payload.extend_from_slice(tail);
    payload
}

/// How long a test waits for something before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
