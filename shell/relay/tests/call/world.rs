//! A relay, the devices in its call, and what it told.

use std::time::{Duration, Instant};

use parlor_media::{Grant, Kind, SlotState, Source, Stream, Wanted};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use parlor_relay::{JoinCall, Relay, RelayConfig, RelayEvent, RelayEvents, ThreadCounts};

use crate::device::{Device, PATIENCE, Sent, Shape, vp8};

pub(crate) const ROOM: ArchiveId = ArchiveId(7);

/// Everything is allowed.
pub(crate) const FREE: Grant =
    Grant { audio: true, video: true, sub_video: true, system_audio: true, sees: true, hears: true };

/// The payload type that the devices of the tests call Opus.
pub(crate) const OPUS: u8 = 111;

/// Between two frames: at this rate even a poor way carries them, so that a busy machine does not look like one.
pub(crate) const FRAME: Duration = Duration::from_millis(8);

pub(crate) struct World {
    pub(crate) relay: Relay,
    pub(crate) told: Vec<RelayEvent>,
    pub(crate) devices: Vec<Device>,
    events: RelayEvents,
    frames: u32,
}

impl World {
    pub(crate) fn new(config: RelayConfig) -> World {
        let (relay, events) = Relay::start(config).expect("a relay");
        World { relay, told: Vec::new(), devices: Vec::new(), events, frames: 0 }
    }

    /// A device joins and is connected; its place.
    pub(crate) async fn join(&mut self, rtc_uid: u64, shape: Shape) -> usize {
        let (device, offer) = Device::new(rtc_uid, shape);
        self.enter(ROOM, device, offer).await
    }

    pub(crate) async fn enter(&mut self, room: ArchiveId, mut device: Device, offer_sdp: String) -> usize {
        let (rtc_uid, lines) = (device.rtc_uid, device.lines.clone());
        let join = JoinCall { room, rtc_uid, offer_sdp, lines, grant: FREE };
        let joined = self.relay.join(join).await.expect("joined");
        device.media_id = joined.media_id;
        device.accept(&joined.answer_sdp);
        self.devices.push(device);
        let place = self.devices.len() - 1;
        self.until("connected", |world| world.devices[place].connected).await;
        place
    }

    /// Lets time pass until it is so.
    pub(crate) async fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut World) -> bool) {
        let limit = Instant::now() + PATIENCE;
        while !is_so(self) {
            if Instant::now() >= limit {
                let got = |device: &Device| (device.got(Kind::Audio).len(), device.got(Kind::Video).len());
                let got = self.devices.iter().map(got).collect::<Vec<_>>();
                panic!("never {what}; sound and pictures received: {got:?}");
            }
            self.pass(FRAME).await;
        }
    }

    /// Lets this much time pass.
    pub(crate) async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.step().await;
        }
    }

    async fn step(&mut self) {
        self.devices.iter_mut().for_each(Device::step);
        if let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(1), self.events.next()).await {
            self.told.push(event);
        }
    }

    /// A device sends 20 ms of sound.
    pub(crate) fn speak(&mut self, place: usize) {
        self.frames += 1;
        let payload = [b"sound", &self.frames.to_be_bytes()[..]].concat();
        let timestamp = 960 * self.frames;
        let sent = Sent { stream: Stream::Audio, rid: None, timestamp, marker: false, payload, red: false };
        self.devices[place].send(sent);
    }

    /// A device sends 20 ms of sound with the 20 ms before (RFC 2198).
    pub(crate) fn speak_twice(&mut self, place: usize) {
        self.frames += 1;
        let (before, new) = ((self.frames - 1).to_be_bytes(), self.frames.to_be_bytes());
        let head = [0x80 | OPUS, 0x0f, 0x00, 4, OPUS];
        let payload = [&head[..], &before, b"sound", &new].concat();
        let timestamp = 960 * self.frames;
        let sent = Sent { stream: Stream::Audio, rid: None, timestamp, marker: false, payload, red: true };
        self.devices[place].send(sent);
    }

    /// What the relay's one thread has done.
    pub(crate) fn counts(&self) -> ThreadCounts {
        self.relay.counts()[0]
    }

    /// A device sends a frame of its camera, in each of the encodings.
    pub(crate) fn show(&mut self, place: usize, rids: &[Option<&str>], key: bool) {
        self.frames += 1;
        for rid in rids {
            let tail = [rid.unwrap_or("-").as_bytes(), &self.frames.to_be_bytes()[..], &[7; 100]].concat();
            let payload = vp8(u16::try_from(self.frames).expect("few"), key, &tail);
            let timestamp = 3000 * self.frames;
            self.devices[place].send(Sent {
                stream: Stream::Video,
                rid: *rid,
                timestamp,
                marker: true,
                payload,
                red: false,
            });
        }
    }

    /// A device sends a frame of its camera in three encodings, each of so many packets.
    pub(crate) fn show_sizes(&mut self, place: usize, packets: [(&str, usize); 3], key: bool) {
        self.frames += 1;
        let timestamp = 3000 * self.frames;
        let picture = u16::try_from(self.frames).expect("few");
        for (rid, count) in packets {
            for number in 0..count {
                let tail = [rid.as_bytes(), &self.frames.to_be_bytes()[..], &[7; 1000]].concat();
                let mut payload = vp8(picture, key, &tail);
                if number > 0 {
                    payload[0] &= !0x10;
                }
                let marker = number + 1 == count;
                let rid = Some(rid);
                self.devices[place].send(Sent {
                    stream: Stream::Video,
                    rid,
                    timestamp,
                    marker,
                    payload,
                    red: false,
                });
            }
        }
    }

    pub(crate) fn want(&self, who: usize, whom: usize, below_best: u8) {
        let source = Source { rtc_uid: self.devices[whom].rtc_uid, stream: Stream::Video };
        let wanted = Wanted { source, width: 0, height: 0, below_best, priority: 0 };
        let device = &self.devices[who];
        self.relay.demand(device.rtc_uid, device.media_id, vec![wanted]);
    }

    /// What a device was told last about its slots.
    pub(crate) fn slots(&self, place: usize) -> Vec<SlotState> {
        let device = &self.devices[place];
        let of = |event: &RelayEvent| match event {
            RelayEvent::Slots { rtc_uid, media_id, slots, .. }
                if *rtc_uid == device.rtc_uid && *media_id == device.media_id =>
            {
                Some(slots.iter().map(|held| held.state).collect())
            }
            _ => None,
        };
        self.told.iter().rev().find_map(of).unwrap_or_default()
    }

    pub(crate) fn holds(&self, place: usize, rtc_uid: RtcUid, stream: Stream) -> bool {
        self.slots(place).iter().any(|slot| slot.source == Some(Source { rtc_uid, stream }))
    }
}
