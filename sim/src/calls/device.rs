//! A device of a call as a browser would be one, without socket and clock: WebRTC by str0m, pictures by a pretended encoder.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Instant;

use parlor_media::{Kind, Stream};
use parlor_protocol::ids::RtcUid;
use parlor_relay::{Line, LineUse};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// The encodings of a picture, the smallest first.
pub const RIDS: [&str; 3] = ["q", "h", "f"];
/// What each is encoded with, in bits per second.
pub const ENCODED_BPS: [usize; 3] = [150_000, 500_000, 1_500_000];
/// Payload bytes of a packet.
const PACKET_BYTES: usize = 1100;
/// Frames in a second.
pub const FRAME_RATE: usize = 20;
/// How much larger than others a key frame is.
const KEY_FRAME_TIMES: usize = 5;
/// Numbers of a line that are remembered to find those that are missing.
const REMEMBERED: u64 = 4096;

/// What a device has lines for.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// It sends sound.
    pub speaks: bool,
    /// It sends a picture, in so many encodings.
    pub encodings: usize,
    /// Slots for sound.
    pub audio_slots: usize,
    /// Slots for pictures.
    pub video_slots: usize,
}

/// What came in one line.
#[derive(Debug, Default)]
pub struct Got {
    /// Packets.
    pub packets: u64,
    /// Bytes of payload.
    pub bytes: u64,
    first: Option<u64>,
    newest: u64,
    missing: std::collections::BTreeSet<u64>,
    /// Numbers that never came.
    pub lost: u64,
}

impl Got {
    fn take(&mut self, number: u64, bytes: usize) {
        self.packets += 1;
        self.bytes += bytes as u64;
        if self.first.is_none() {
            self.first = Some(number);
            self.newest = number;
        } else if number > self.newest {
            // More than that is another stream, not what was lost of this one.
            if number - self.newest < REMEMBERED {
                self.missing.extend(self.newest + 1..number);
            }
            self.newest = number;
        } else {
            self.missing.remove(&number);
        }
        while self.missing.first().is_some_and(|oldest| oldest + REMEMBERED < self.newest) {
            self.missing.pop_first();
            self.lost += 1;
        }
    }

    /// Numbers that never came, those included that hardly will.
    pub fn missed(&self) -> u64 {
        self.lost + self.missing.iter().filter(|number| **number + 200 < self.newest).count() as u64
    }
}

/// A device.
pub struct Device {
    /// Who it is.
    pub rtc_uid: RtcUid,
    /// Its media session.
    pub media_id: u64,
    /// What its lines are for.
    pub lines: Vec<Line>,
    /// Its encrypted connection stands.
    pub is_connected: bool,
    /// The relay has ended it.
    pub is_closed: bool,
    /// When it was asked for a key frame, and of which encoding.
    pub asked: Vec<(Instant, usize)>,
    /// Of each line, what came.
    pub got: BTreeMap<Mid, Got>,
    /// The encodings that somebody takes.
    pub needed: Vec<usize>,
    /// When it is to be told the time.
    pub wake: Instant,
    /// What the relay calls its session: the relay's user fragment (RFC 8445 section 5.3).
    pub relay_fragment: String,
    rtc: Rtc,
    address: SocketAddr,
    offered: Option<SdpPendingOffer>,
    encodings: usize,
    wants_key: [bool; 3],
    numbers: BTreeMap<(Stream, usize), u64>,
    mids: BTreeMap<Ssrc, Mid>,
    frames: u32,
    sounds: u32,
}

impl Device {
    /// With an offer that the relay has not seen yet.
    ///
    /// # Errors
    /// str0m's word.
    pub fn new(
        rtc_uid: u64,
        address: SocketAddr,
        shape: Shape,
        now: Instant,
    ) -> Result<(Device, String), String> {
        let mut rtc = Rtc::builder().set_rtp_mode(true).set_dtls_cert(certificate()?).build(now);
        let candidate = Candidate::host(address, "udp").map_err(|error| error.to_string())?;
        rtc.add_local_candidate(candidate);
        let (lines, offer, pending) = offer(&mut rtc, shape)?;
        let device = Device {
            rtc_uid: RtcUid(rtc_uid),
            media_id: 0,
            lines,
            is_connected: false,
            is_closed: false,
            asked: Vec::new(),
            got: BTreeMap::new(),
            needed: (0..shape.encodings).collect(),
            wake: now,
            relay_fragment: String::new(),
            rtc,
            address,
            offered: Some(pending),
            encodings: shape.encodings,
            wants_key: [true; 3],
            numbers: BTreeMap::new(),
            mids: BTreeMap::new(),
            frames: 0,
            sounds: 0,
        };
        Ok((device, offer))
    }

    /// Takes the relay's answer.
    ///
    /// # Errors
    /// str0m's word.
    pub fn accept(&mut self, answer_sdp: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(answer_sdp).map_err(|error| error.to_string())?;
        let fragment = answer_sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
        self.relay_fragment = fragment.unwrap_or_default().trim().to_owned();
        let pending = self.offered.take().ok_or("nothing was offered")?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|error| error.to_string())
    }

    /// A packet came in; sends what is to be sent.
    ///
    /// # Errors
    /// str0m's word.
    pub fn receive(
        &mut self,
        source: SocketAddr,
        packet: &[u8],
        now: Instant,
        send: impl FnMut(Vec<u8>),
    ) -> Result<(), String> {
        if let Ok(received) = Receive::new(Protocol::Udp, source, self.address, packet) {
            // What cannot be taken is dropped, as in a browser.
            let _ = self.rtc.handle_input(Input::Receive(now, received));
        }
        // str0m holds one packet that came: what is not taken is overwritten by the next.
        self.drain(now, send)
    }

    /// Time has come to `now`; sends what is to be sent.
    ///
    /// # Errors
    /// str0m's word.
    pub fn turn(&mut self, now: Instant, send: impl FnMut(Vec<u8>)) -> Result<(), String> {
        self.rtc.handle_input(Input::Timeout(now)).map_err(|error| error.to_string())?;
        self.drain(now, send)
    }

    fn drain(&mut self, now: Instant, mut send: impl FnMut(Vec<u8>)) -> Result<(), String> {
        loop {
            match self.rtc.poll_output().map_err(|error| error.to_string())? {
                Output::Timeout(at) => {
                    self.wake = at.max(now + std::time::Duration::from_micros(100));
                    return Ok(());
                }
                Output::Transmit(transmit) => send(transmit.contents.to_vec()),
                Output::Event(event) => self.event(event, now),
            }
        }
    }

    fn event(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => self.is_connected = true,
            Event::Closed => self.is_closed = true,
            Event::RtpPacket(packet) => {
                let ssrc = packet.header.ssrc;
                if !self.mids.contains_key(&ssrc) {
                    let mut direct = self.rtc.direct_api();
                    let Some(mid) = direct.stream_rx(&ssrc).map(|stream| stream.mid()) else { return };
                    self.mids.insert(ssrc, mid);
                }
                if let Some(mid) = self.mids.get(&ssrc) {
                    self.got.entry(*mid).or_default().take(*packet.seq_no, packet.payload.len());
                }
            }
            Event::KeyframeRequest(asked) => {
                let rid = asked.rid.and_then(|rid| RIDS.iter().position(|known| Rid::from(*known) == rid));
                let encoding = rid.unwrap_or(0);
                self.asked.push((now, encoding));
                self.wants_key[encoding] = true;
            }
            _ => {}
        }
    }

    /// Sends a frame of its picture, in each of the encodings that somebody takes.
    pub fn show(&mut self, now: Instant) {
        self.frames += 1;
        let timestamp = (90_000 / FRAME_RATE as u32).wrapping_mul(self.frames);
        for encoding in 0..self.encodings {
            if !self.needed.contains(&encoding) {
                continue;
            }
            let is_key = std::mem::take(&mut self.wants_key[encoding]);
            let bps = if self.encodings == 1 { ENCODED_BPS[1] } else { ENCODED_BPS[encoding] };
            let bytes = bps / 8 / FRAME_RATE * if is_key { KEY_FRAME_TIMES } else { 1 };
            let count = bytes.div_ceil(PACKET_BYTES);
            for place in 0..count {
                let length = if place + 1 == count { bytes - place * PACKET_BYTES } else { PACKET_BYTES };
                let payload = vp8(self.frames, is_key, place == 0, length);
                let rid = (self.encodings > 1).then(|| RIDS[encoding]);
                self.send(Stream::Video, encoding, rid, timestamp, place + 1 == count, payload, now);
            }
        }
        self.wake = now;
    }

    /// Sends 20 ms of sound.
    pub fn speak(&mut self, now: Instant) {
        self.sounds += 1;
        let timestamp = self.sounds.wrapping_mul(960);
        self.send(Stream::Audio, 0, None, timestamp, false, vec![0x78; 80], now);
        self.wake = now;
    }

    #[allow(clippy::too_many_arguments, reason = "a packet has that many parts")]
    fn send(
        &mut self,
        stream: Stream,
        encoding: usize,
        rid: Option<&str>,
        timestamp: u32,
        marker: bool,
        payload: Vec<u8>,
        now: Instant,
    ) {
        let codec = if stream == Stream::Audio { Codec::Opus } else { Codec::Vp8 };
        let line = self.lines.iter().find(|line| line.usage == LineUse::Sends(stream));
        let Some(mid) = line.map(|line| Mid::from(line.mid.as_str())) else { return };
        let Some(pt) =
            self.rtc.codec_config().find(|params| params.spec().codec == codec).map(|one| one.pt())
        else {
            return;
        };
        let number = self.numbers.entry((stream, encoding)).or_insert(1000);
        *number += 1;
        let is_sound = stream == Stream::Audio;
        let packet = RtpWrite::new(pt, (*number).into(), timestamp, now, payload)
            .marker(marker)
            .nackable(!is_sound)
            .ext_vals(ExtensionValues {
                audio_level: is_sound.then_some(-20),
                voice_activity: is_sound.then_some(true),
                ..ExtensionValues::default()
            });
        let mut direct = self.rtc.direct_api();
        if let Some(stream) = direct.stream_tx_by_mid(mid, rid.map(Rid::from)) {
            stream.write_rtp(packet);
        }
    }

    /// Asks for a key frame of whatever it gets pictures of.
    pub fn lose_picture(&mut self, now: Instant) {
        let slots = self.lines.iter().filter(|line| line.usage == LineUse::Slot(Kind::Video));
        let mids = slots.map(|line| Mid::from(line.mid.as_str())).collect::<Vec<_>>();
        let shown =
            self.mids.iter().filter(|(_, mid)| mids.contains(mid)).map(|(ssrc, _)| *ssrc).collect::<Vec<_>>();
        for ssrc in shown {
            let mut direct = self.rtc.direct_api();
            if let Some(stream) = direct.stream_rx(&ssrc) {
                stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
            }
        }
        self.wake = now;
    }

    /// The stream that it sends its picture in, or its sound.
    pub fn ssrc(&mut self) -> Option<u32> {
        let line = self.lines.iter().rfind(|line| matches!(line.usage, LineUse::Sends(_)))?;
        let mid = Mid::from(line.mid.as_str());
        let mut direct = self.rtc.direct_api();
        direct.stream_tx_by_mid(mid, None).map(|stream| *stream.ssrc())
    }

    /// What came in a line.
    pub fn got_in(&self, mid: &str) -> Option<&Got> {
        self.got.get(&Mid::from(mid))
    }

    /// Everything that came in slots for pictures.
    pub fn pictures(&self) -> impl Iterator<Item = &Got> {
        let slots = self.lines.iter().filter(|line| line.usage == LineUse::Slot(Kind::Video));
        slots.filter_map(|line| self.got.get(&Mid::from(line.mid.as_str())))
    }
}

/// A packet of VP8 (RFC 7741) with numbers.
fn vp8(frame: u32, is_key: bool, is_first: bool, bytes: usize) -> Vec<u8> {
    let [_, _, high, low] = frame.to_be_bytes();
    let start = if is_first { 0x90 } else { 0x80 };
    let mut payload = vec![start, 0xe0, 0x80 | high, low, low, 0x20, u8::from(!is_key)];
    if is_key && is_first {
        payload.extend([0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00]);
    }
    payload.resize(bytes.max(payload.len()), 0x55);
    payload
}

/// Send lines first, then the slots.
fn offer(rtc: &mut Rtc, shape: Shape) -> Result<(Vec<Line>, String, SdpPendingOffer), String> {
    let mut lines = Vec::new();
    let mut change = rtc.sdp_api();
    if shape.speaks {
        let mid = change.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        lines.push((mid, LineUse::Sends(Stream::Audio)));
    }
    if shape.encodings > 0 {
        let send = RIDS[..shape.encodings].iter().map(|rid| SimulcastLayer::new(rid)).collect();
        let simulcast = (shape.encodings > 1).then_some(Simulcast { send, recv: Vec::new() });
        let mid = change.add_media(MediaKind::Video, Direction::SendOnly, None, None, simulcast);
        lines.push((mid, LineUse::Sends(Stream::Video)));
    }
    for (kind, media, count) in [
        (Kind::Audio, MediaKind::Audio, shape.audio_slots),
        (Kind::Video, MediaKind::Video, shape.video_slots),
    ] {
        for _ in 0..count {
            let mid = change.add_media(media, Direction::RecvOnly, None, None, None);
            lines.push((mid, LineUse::Slot(kind)));
        }
    }
    let (offer, pending) = change.apply().ok_or("there is nothing to offer")?;
    let lines = lines.into_iter().map(|(mid, usage)| Line { mid: mid.to_string(), usage }).collect();
    Ok((lines, offer.to_sdp_string(), pending))
}

/// One for all devices: making one takes time.
fn certificate() -> Result<DtlsCert, String> {
    static MADE: OnceLock<Option<DtlsCert>> = OnceLock::new();
    let make = || str0m::crypto::from_feature_flags().dtls_provider.generate_certificate();
    MADE.get_or_init(make).clone().ok_or_else(|| "there is no certificate".to_owned())
}
