//! One connection for packets: WebRTC without sockets and clock.

use super::frame::{AudioFrame, FrameTime, VideoCodec, VideoFrame};
use super::options::CallOptions;
use super::stats::Figures;
use parlor_client::WayState;
use parlor_protocol::v1::media_line::Use;
use parlor_protocol::v1::{MediaLayer, MediaLine, RoomStream};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpApi, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::{Codec, CodecConfig, FormatParams};
use str0m::media::{
    Direction, Frequency, KeyframeRequestKind, MediaData, MediaKind, MediaTime, Mid, Rid, Simulcast,
    SimulcastLayer,
};
use str0m::net::{Receive, Transmit};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

/// How often statistics come.
const STATS_INTERVAL: Duration = Duration::from_secs(1);
/// Encodings of the camera, the smallest first.
const RIDS: [(&str, MediaLayer); 3] =
    [("q", MediaLayer::Low), ("h", MediaLayer::Medium), ("f", MediaLayer::High)];
/// Louder than that is a voice.
const VOICE_FROM_DBOV: i8 = -50;
/// Packets of a stream of pictures that wait or may be asked for again.
const PICTURE_PACKETS: usize = 2000;
/// A check that is not answered is repeated so often, at most a second apart, until the way counts as lost.
const CHECKS: usize = 5;
const CHECK_PAUSE: Duration = Duration::from_secs(1);

/// What goes wrong here.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerError {
    /// Of WebRTC.
    #[error(transparent)]
    Rtc(#[from] str0m::RtcError),
    /// An answer that is none.
    #[error("the answer cannot be read: {0}")]
    Answer(String),
    /// An answer to no question, or no question to ask.
    #[error("there is no offer")]
    NoOffer,
    /// No socket.
    #[error("no socket: {0}")]
    Socket(#[from] std::io::Error),
}

/// What came of it.
pub(super) enum Happened {
    Way(WayState),
    Media(Box<MediaData>),
    KeyFrameWanted { stream: RoomStream, layer: Option<MediaLayer> },
    Figures(Box<Figures>),
}

/// A line that this device sends on.
struct Sends {
    stream: RoomStream,
    mid: Mid,
    simulcast: bool,
}

pub(super) struct Peer {
    rtc: Rtc,
    sends: Vec<Sends>,
    slots: Vec<(Mid, RoomStream)>,
    pending: Option<SdpPendingOffer>,
    /// Encryption stands.
    is_secure: bool,
    is_found: bool,
    /// The beginning of time for frames that say when they were captured.
    started: Instant,
}

impl Peer {
    pub(super) fn new(options: &CallOptions, started: Instant) -> Self {
        let mut config = Rtc::builder();
        if let Some(certificate) = certificate() {
            config = config.set_dtls_cert(certificate);
        }
        config = config
            .clear_codecs()
            .enable_opus(true, false)
            .set_send_buffer_video(PICTURE_PACKETS)
            .set_stats_interval(Some(STATS_INTERVAL));
        config.set_max_stun_rto(CHECK_PAUSE);
        config.set_max_stun_retransmits(CHECKS);
        for codec in &options.video {
            add(config.codec_config(), *codec);
        }
        let rtc = config.build(Instant::now());
        let (sends, slots) = (Vec::new(), Vec::new());
        Self { rtc, sends, slots, pending: None, is_secure: false, is_found: false, started }
    }

    /// The first offer has all lines there will ever be, so that nobody's coming negotiates anew; each next one looks for
    /// another way.
    pub(super) fn offer(&mut self, options: &CallOptions) -> Result<(String, Vec<MediaLine>), PeerError> {
        let mut change = self.rtc.sdp_api();
        if self.sends.is_empty() && self.slots.is_empty() {
            self.sends = sent_lines(&mut change, options);
            self.slots = slot_lines(&mut change, options);
        } else {
            change.ice_restart(false);
        }
        let (offer, pending) = change.apply().ok_or(PeerError::NoOffer)?;
        self.pending = Some(pending);
        Ok((offer.to_sdp_string(), self.lines()))
    }

    fn lines(&self) -> Vec<MediaLine> {
        let line = |mid: Mid, usage| MediaLine { mid: mid.to_string(), r#use: Some(usage) };
        let sends = self.sends.iter().map(|sends| line(sends.mid, Use::Sends(sends.stream.into())));
        let slots = self.slots.iter().map(|(mid, stream)| line(*mid, Use::Slot((*stream).into())));
        sends.chain(slots).collect()
    }

    /// Takes the answer to the last offer. Own candidates are to be added after that.
    pub(super) fn accept(&mut self, answer_sdp: &str) -> Result<(), PeerError> {
        let answer = SdpAnswer::from_sdp_string(answer_sdp);
        let answer = answer.map_err(|error| PeerError::Answer(error.to_string()))?;
        let pending = self.pending.take().ok_or(PeerError::NoOffer)?;
        self.is_found = false;
        self.rtc.sdp_api().accept_answer(pending, answer)?;
        Ok(())
    }

    pub(super) fn add_candidate(&mut self, candidate: Candidate) {
        self.rtc.add_local_candidate(candidate);
    }

    /// Packets go both ways.
    pub(super) fn is_connected(&self) -> bool {
        self.is_secure && self.is_found
    }

    /// Sends sound; `false` where there is no line for it.
    pub(super) fn send_audio(&mut self, stream: RoomStream, frame: &AudioFrame) -> Result<bool, PeerError> {
        let Some(mid) = self.sends.iter().find(|sends| sends.stream == stream).map(|sends| sends.mid) else {
            return Ok(false);
        };
        let Some((wallclock, time)) = self.time_of(frame.at, Frequency::FORTY_EIGHT_KHZ) else {
            return Ok(false);
        };
        let Some(mut writer) = self.rtc.writer(mid) else { return Ok(false) };
        let Some(pt) = writer.payload_params().find(|params| params.spec().codec == Codec::Opus) else {
            return Ok(false);
        };
        let pt = pt.pt();
        if let Some(level) = frame.level_dbov {
            writer = writer.audio_level(level.min(0), level >= VOICE_FROM_DBOV);
        }
        writer.write(pt, wallclock, time, &frame.payload[..])?;
        Ok(true)
    }

    /// Sends a picture; `false` where there is no line for it, or none in its codec.
    pub(super) fn send_video(&mut self, stream: RoomStream, frame: &VideoFrame) -> Result<bool, PeerError> {
        let Some(sends) = self.sends.iter().find(|sends| sends.stream == stream) else { return Ok(false) };
        let (mid, simulcast) = (sends.mid, sends.simulcast);
        let Some((wallclock, time)) = self.time_of(frame.at, Frequency::NINETY_KHZ) else { return Ok(false) };
        let Some(mut writer) = self.rtc.writer(mid) else { return Ok(false) };
        let codec = wire_codec(frame.codec);
        let Some(pt) = writer.payload_params().find(|params| params.spec().codec == codec) else {
            return Ok(false);
        };
        let pt = pt.pt();
        if simulcast {
            let rid = RIDS.iter().find(|(_, layer)| *layer == frame.layer).map_or("f", |(rid, _)| rid);
            writer = writer.rid(Rid::from(rid));
        }
        writer.write(pt, wallclock, time, &frame.payload[..])?;
        Ok(true)
    }

    fn time_of(&self, at: FrameTime, clock: Frequency) -> Option<(Instant, MediaTime)> {
        Some(match at {
            FrameTime::Rtp(ticks) => (Instant::now(), MediaTime::new(ticks, clock)),
            FrameTime::Captured(at) => {
                let micros = at.saturating_duration_since(self.started).as_micros();
                (at, MediaTime::from_micros(u64::try_from(micros).ok()?).rebase(clock))
            }
        })
    }

    /// Asks for a key frame of what is in a slot; `false` where nothing came in it yet.
    pub(super) fn ask_key_frame(&mut self, mid: &str) -> bool {
        let Some(mut writer) = self.rtc.writer(Mid::from(mid)) else { return false };
        writer.request_keyframe(None, KeyframeRequestKind::Pli).is_ok()
    }

    pub(super) fn receive(&mut self, now: Instant, packet: Receive<'_>) -> Result<(), PeerError> {
        Ok(self.rtc.handle_input(Input::Receive(now, packet))?)
    }

    pub(super) fn time_is(&mut self, now: Instant) -> Result<(), PeerError> {
        Ok(self.rtc.handle_input(Input::Timeout(now))?)
    }

    /// Says goodbye to the server; what that takes comes out of [`Peer::drain`].
    pub(super) fn close(&mut self) {
        // A connection that never stood has nothing to say.
        let _ = self.rtc.close();
    }

    /// Everything that is to be done; when to come back at the latest.
    pub(super) fn drain(
        &mut self,
        mut send: impl FnMut(Transmit),
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, PeerError> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => return Ok(at),
                Output::Transmit(transmit) => send(transmit),
                Output::Event(event) => happened.extend(self.event(event)),
            }
        }
    }

    fn event(&mut self, event: Event) -> Option<Happened> {
        match event {
            Event::Connected => {
                self.is_secure = true;
                self.is_connected().then_some(Happened::Way(WayState::Connected))
            }
            Event::IceConnectionStateChange(state) => self.way(state),
            Event::MediaData(media) => Some(Happened::Media(Box::new(media))),
            Event::KeyframeRequest(asked) => {
                let stream = self.sends.iter().find(|sends| sends.mid == asked.mid)?.stream;
                Some(Happened::KeyFrameWanted { stream, layer: asked.rid.and_then(layer_of) })
            }
            Event::PeerStats(stats) => Some(Happened::Figures(Box::new(Figures::Way(stats)))),
            Event::MediaEgressStats(stats) => {
                let stream = self.sends.iter().find(|sends| sends.mid == stats.mid)?.stream;
                let figures = Figures::Sent(stream, stats.rid.and_then(layer_of), stats);
                Some(Happened::Figures(Box::new(figures)))
            }
            Event::MediaIngressStats(stats) => Some(Happened::Figures(Box::new(Figures::Received(stats)))),
            _ => None,
        }
    }

    fn way(&mut self, state: IceConnectionState) -> Option<Happened> {
        let was_found = self.is_found;
        self.is_found = state.is_connected();
        match state {
            IceConnectionState::Disconnected if was_found => Some(Happened::Way(WayState::Disconnected)),
            _ if self.is_connected() && !was_found => Some(Happened::Way(WayState::Connected)),
            _ => None,
        }
    }
}

fn sent_lines(change: &mut SdpApi<'_>, options: &CallOptions) -> Vec<Sends> {
    let sent = [
        (options.audio, RoomStream::Audio),
        (options.camera, RoomStream::Video),
        (options.screen, RoomStream::SubVideo),
        (options.system_audio, RoomStream::SystemAudio),
    ];
    let line = |(_, stream): (bool, RoomStream)| {
        let simulcast = options.has_layers(stream);
        let send = || RIDS.map(|(rid, _)| SimulcastLayer::new(rid)).to_vec();
        let layers = simulcast.then(|| Simulcast { send: send(), recv: Vec::new() });
        let mid = change.add_media(kind_of(stream), Direction::SendOnly, None, None, layers);
        Sends { stream, mid, simulcast }
    };
    sent.into_iter().filter(|(wanted, _)| *wanted).map(line).collect()
}

fn slot_lines(change: &mut SdpApi<'_>, options: &CallOptions) -> Vec<(Mid, RoomStream)> {
    let mut slots = Vec::new();
    for (count, stream) in [
        (options.receive_audio, RoomStream::Audio),
        (options.receive_video, RoomStream::Video),
        (options.receive_screen, RoomStream::SubVideo),
    ] {
        for _ in 0..count {
            let mid = change.add_media(kind_of(stream), Direction::RecvOnly, None, None, None);
            slots.push((mid, stream));
        }
    }
    slots
}

fn layer_of(rid: Rid) -> Option<MediaLayer> {
    RIDS.iter().find(|(name, _)| *name == &*rid).map(|(_, layer)| *layer)
}

fn kind_of(stream: RoomStream) -> MediaKind {
    match stream {
        RoomStream::Video | RoomStream::SubVideo => MediaKind::Video,
        _ => MediaKind::Audio,
    }
}

fn wire_codec(codec: VideoCodec) -> Codec {
    match codec {
        VideoCodec::Vp8 => Codec::Vp8,
        VideoCodec::Vp9 => Codec::Vp9,
        VideoCodec::H264 => Codec::H264,
        VideoCodec::Av1 => Codec::Av1,
    }
}

/// The codec of a received picture; `None` for sound.
pub(super) fn video_codec(codec: Codec) -> Option<VideoCodec> {
    match codec {
        Codec::Vp8 => Some(VideoCodec::Vp8),
        Codec::Vp9 => Some(VideoCodec::Vp9),
        Codec::H264 => Some(VideoCodec::H264),
        Codec::Av1 => Some(VideoCodec::Av1),
        _ => None,
    }
}

/// One profile of each, so that an offer of many lines stays short.
fn add(config: &mut CodecConfig, codec: VideoCodec) {
    let (pt, format) = match codec {
        VideoCodec::Vp8 => (96, FormatParams::default()),
        VideoCodec::Vp9 => (98, FormatParams { profile_id: Some(0), ..FormatParams::default() }),
        VideoCodec::H264 => (
            108,
            FormatParams {
                level_asymmetry_allowed: Some(true),
                packetization_mode: Some(1),
                profile_level_id: Some(0x42_e0_1f),
                ..FormatParams::default()
            },
        ),
        VideoCodec::Av1 => (45, FormatParams::default()),
    };
    let resend = Some((pt + 1).into());
    config.add_config(pt.into(), resend, wire_codec(codec), Frequency::NINETY_KHZ, None, format);
}

/// One for all calls of the process: making one takes time.
fn certificate() -> Option<DtlsCert> {
    static MADE: OnceLock<Option<DtlsCert>> = OnceLock::new();
    let make = || str0m::crypto::from_feature_flags().dtls_provider.generate_certificate();
    MADE.get_or_init(make).clone()
}
