//! A device: lines, a socket, and nothing that it keeps of what it receives.

use std::net::{SocketAddr, UdpSocket};
use std::sync::OnceLock;
use std::time::Instant;

use parlor_media::{Kind, Stream};
use parlor_protocol::ids::RtcUid;
use parlor_relay::{Line, LineUse};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

pub(crate) struct Device {
    pub(crate) rtc_uid: RtcUid,
    pub(crate) lines: Vec<Line>,
    pub(crate) connected: bool,
    /// Packets of sound and picture that came.
    pub(crate) received: u64,
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    offered: Option<SdpPendingOffer>,
    wake: Instant,
    seq: u64,
}

impl Device {
    /// With its offer. `slots`: of sound, cameras, screens.
    pub(crate) fn new(rtc_uid: u64, slots: [usize; 3], sends: bool, now: Instant) -> (Device, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_nonblocking(true).expect("not blocking");
        let address = socket.local_addr().expect("an address");
        let mut rtc = Rtc::builder().set_rtp_mode(true).set_dtls_cert(certificate()).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a candidate"));
        let mut lines = Vec::new();
        let mut change = rtc.sdp_api();
        let mut line = |kind, direction, usage| {
            let mid = change.add_media(kind, direction, None, None, None);
            lines.push(Line { mid: mid.to_string(), usage });
        };
        if sends {
            line(MediaKind::Audio, Direction::SendOnly, LineUse::Sends(Stream::Audio));
            line(MediaKind::Video, Direction::SendOnly, LineUse::Sends(Stream::Video));
        }
        let kinds = [
            (Kind::Audio, MediaKind::Audio),
            (Kind::Video, MediaKind::Video),
            (Kind::SubVideo, MediaKind::Video),
        ];
        for ((kind, media), count) in kinds.into_iter().zip(slots) {
            (0..count).for_each(|_| line(media, Direction::RecvOnly, LineUse::Slot(kind)));
        }
        let (offer, pending) = change.apply().expect("an offer");
        let device = Device {
            rtc_uid: RtcUid(rtc_uid),
            lines,
            connected: false,
            received: 0,
            rtc,
            socket,
            address,
            offered: Some(pending),
            wake: now,
            seq: 1000,
        };
        (device, offer.to_sdp_string())
    }

    pub(crate) fn accept(&mut self, answer_sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(answer_sdp).expect("an answer");
        let pending = self.offered.take().expect("an offer before");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer that fits");
    }

    pub(crate) fn send(
        &mut self,
        stream: Stream,
        timestamp: u32,
        marker: bool,
        payload: Vec<u8>,
        now: Instant,
    ) {
        let codec = if stream == Stream::Audio { Codec::Opus } else { Codec::Vp8 };
        let pt = self.rtc.codec_config().find(|params| params.spec().codec == codec).expect("a codec").pt();
        let line = self.lines.iter().find(|line| line.usage == LineUse::Sends(stream)).expect("a line");
        let mid = Mid::from(line.mid.as_str());
        self.seq += 1;
        let packet = RtpWrite::new(pt, self.seq.into(), timestamp, now, payload)
            .marker(marker)
            .nackable(codec == Codec::Vp8)
            .ext_vals(ExtensionValues {
                audio_level: (codec == Codec::Opus).then_some(-20),
                voice_activity: (codec == Codec::Opus).then_some(true),
                ..ExtensionValues::default()
            });
        self.rtc.direct_api().stream_tx_by_mid(mid, None).expect("a stream").write_rtp(packet);
        self.wake = now;
    }

    /// Reads, and does what is to be done at this time.
    pub(crate) fn step(&mut self, now: Instant) {
        if now >= self.wake {
            self.rtc.handle_input(Input::Timeout(now)).expect("time goes on");
            self.drain();
        }
        let mut packet = [0; 2000];
        while let Ok((length, source)) = self.socket.recv_from(&mut packet) {
            if let Ok(received) = Receive::new(Protocol::Udp, source, self.address, &packet[..length]) {
                self.rtc.handle_input(Input::Receive(now, received)).expect("a packet");
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
                Output::Transmit(transmit) => {
                    self.socket.send_to(&transmit.contents, transmit.destination).expect("sent");
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => {
                    self.received += u64::from(!packet.payload.is_empty());
                }
                Output::Event(_) => {}
            }
        }
    }
}

/// One for all: making one takes time.
pub(crate) fn certificate() -> DtlsCert {
    static MADE: OnceLock<DtlsCert> = OnceLock::new();
    let make = || {
        let crypto = str0m::crypto::from_feature_flags();
        crypto.dtls_provider.generate_certificate().expect("a certificate")
    };
    MADE.get_or_init(make).clone()
}
