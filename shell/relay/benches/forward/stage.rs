//! One room: somebody sends, the others receive, and what that costs the relay.

use std::time::{Duration, Instant};

use parlor_media::{Grant, Source, Stream, Wanted};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use parlor_relay::lens::Lens;
use parlor_relay::{JoinCall, RelayConfig};

use crate::count::{Counted, cpu_ns};
use crate::device::Device;

const ROOM: ArchiveId = ArchiveId(7);
/// Everything is allowed.
const FREE: Grant =
    Grant { audio: true, video: true, sub_video: true, system_audio: true, sees: true, hears: true };
/// Before anything counts.
const WARM_UP: Duration = Duration::from_secs(4);
const MEASURED: Duration = Duration::from_secs(4);
/// How often devices read, and the relay is told the time.
const STEP: Duration = Duration::from_millis(5);

/// What somebody sends.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) packets: usize,
    pub(crate) bytes: usize,
    pub(crate) every_us: u64,
    pub(crate) is_sound: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) sent: Sent,
    pub(crate) receivers: u64,
    pub(crate) slots: [usize; 3],
    pub(crate) estimate: bool,
    /// Cameras in the room. Those beside the first send little, and nobody watches them.
    pub(crate) tracks: u64,
}

impl Scene {
    pub(crate) fn of(sent: Sent, receivers: u64, slots: [usize; 3]) -> Scene {
        Scene { sent, receivers, slots, estimate: true, tracks: 1 }
    }
}

/// For each packet that a receiver got.
pub(crate) struct Cost {
    pub(crate) ns: f64,
    pub(crate) kernel_ns: f64,
    pub(crate) allocations: f64,
    /// Of memory for each receiver, in the end.
    pub(crate) peer_kib: f64,
    /// The part that did not come.
    pub(crate) lost: f64,
}

struct Stage {
    lens: Lens,
    counted: Counted,
    devices: Vec<Device>,
    now: Instant,
    frames: u32,
}

pub(crate) fn measure(scene: Scene) -> Cost {
    let config = RelayConfig { estimate: scene.estimate, ..RelayConfig::default() };
    let (lens, _events) = Lens::new(config, cpu_ns).expect("a relay");
    let mut stage =
        Stage { lens, counted: Counted::default(), devices: Vec::new(), now: Instant::now(), frames: 0 };
    for rtc_uid in 1..=scene.tracks {
        stage.join(rtc_uid, [0, 0, 0], true, &scene);
    }
    let empty = stage.counted.bytes;
    let first = stage.devices.len();
    for rtc_uid in 1..=scene.receivers {
        stage.join(1000 + rtc_uid, scene.slots, false, &scene);
    }
    stage.pass(WARM_UP, &scene);
    let (before, kernel_before, got_before) = (stage.counted, stage.lens.kernel_ns(), stage.got(first));
    let frames_before = stage.frames;
    stage.pass(MEASURED, &scene);
    let got = (stage.got(first) - got_before) as f64;
    let sent = u64::from(stage.frames - frames_before) * scene.sent.packets as u64 * scene.receivers;
    Cost {
        ns: (stage.counted.ns - before.ns) as f64 / got,
        kernel_ns: (stage.lens.kernel_ns() - kernel_before) as f64 / got,
        allocations: (stage.counted.allocations - before.allocations) as f64 / got,
        peer_kib: (stage.counted.bytes - empty) as f64 / 1024.0 / scene.receivers as f64,
        lost: 1.0 - got / sent as f64,
    }
}

impl Stage {
    fn join(&mut self, rtc_uid: u64, slots: [usize; 3], sends: bool, scene: &Scene) {
        let (mut device, mut offer_sdp) = Device::new(rtc_uid, slots, sends, self.now);
        if !scene.estimate {
            let kept = |line: &&str| !line.contains("transport-cc") && !line.contains("transport-wide-cc");
            offer_sdp = offer_sdp.lines().filter(kept).map(|line| format!("{line}\r\n")).collect();
        }
        let (rtc_uid, lines) = (device.rtc_uid, device.lines.clone());
        let join = JoinCall { room: ROOM, rtc_uid, offer_sdp, lines, grant: FREE };
        let (lens, now) = (&mut self.lens, self.now);
        let joined = self.counted.add(|| lens.join(join, now)).expect("joined");
        device.accept(&joined.answer_sdp);
        while !device.connected {
            device.step(self.now);
            self.now += Duration::from_millis(1);
            let (lens, now) = (&mut self.lens, self.now);
            self.counted.add(|| lens.turn(now));
        }
        if !sends && !scene.sent.is_sound {
            let source = Source { rtc_uid: RtcUid(1), stream: Stream::Video };
            let wanted = Wanted { source, width: 0, height: 0, below_best: 0, priority: 0 };
            self.lens.demand(rtc_uid, joined.media_id, vec![wanted]);
        }
        self.devices.push(device);
    }

    fn pass(&mut self, time: Duration, scene: &Scene) {
        let until = self.now + time;
        let every = Duration::from_micros(scene.sent.every_us);
        let mut frame_at = self.now;
        while self.now < until {
            if self.now >= frame_at {
                frame_at += every;
                self.show(scene);
            }
            let now = self.now;
            let lens = &mut self.lens;
            self.counted.add(|| lens.turn(now));
            self.devices.iter_mut().for_each(|device| device.step(now));
            self.now = (self.now + STEP).min(frame_at.max(self.now + Duration::from_micros(1)));
        }
    }

    /// A frame of everybody who sends.
    fn show(&mut self, scene: &Scene) {
        self.frames += 1;
        let Sent { packets, bytes, every_us, is_sound } = scene.sent;
        let (frame, now) = (self.frames, self.now);
        let is_key = frame % 300 == 1;
        let tracks = usize::try_from(scene.tracks).expect("few");
        for (place, device) in self.devices[..tracks].iter_mut().enumerate() {
            let is_watched = place == 0;
            for number in 0..if is_watched { packets } else { 1 } {
                let bytes = if is_watched { bytes } else { 100 };
                let (stream, hz) = if is_sound { (Stream::Audio, 48_000) } else { (Stream::Video, 90_000) };
                let payload = if is_sound { vec![7; bytes] } else { vp8(frame, is_key, number == 0, bytes) };
                let ticks = u64::from(frame) * every_us * hz / 1_000_000;
                let marker = number + 1 == packets && !is_sound;
                device.send(stream, ticks as u32, marker, payload, now);
            }
            device.step(now);
        }
    }

    fn got(&self, first: usize) -> u64 {
        self.devices[first..].iter().map(|device| device.received).sum()
    }
}

/// A packet of VP8 (RFC 7741) with numbers.
pub(crate) fn vp8(frame: u32, is_key: bool, is_first: bool, bytes: usize) -> Vec<u8> {
    let [_, _, high, low] = frame.to_be_bytes();
    let start = if is_first { 0x90 } else { 0x80 };
    let mut payload = vec![start, 0xe0, 0x80 | high, low, low, 0x20];
    if is_first && is_key {
        payload.extend([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00]);
    } else if is_first {
        payload.extend([0x11, 0x02, 0x00]);
    }
    payload.resize(bytes, 7);
    payload
}
