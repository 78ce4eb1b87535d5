//! A relay, the devices in its call, each behind a path of its own, and one clock.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use parlor_media::{Grant, Source, Stream, Wanted};
use parlor_protocol::ids::ArchiveId;
use parlor_relay::{BareRelay, JoinCall, RelayConfig, RelayEvent, RelayEvents, Sent};
use parlor_wan::{Conditions, Mapping, Wan, Way};

use super::device::{Device, FRAME_RATE, Shape};

/// The room.
pub const ROOM: ArchiveId = ArchiveId(7);
const RELAY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 8788);
const SOUND_US: u64 = 20_000;
const FRAME_US: u64 = 1_000_000 / FRAME_RATE as u64;
const FREE: Grant =
    Grant { audio: true, video: true, sub_video: true, system_audio: true, sees: true, hears: true };

/// A device and its path.
pub struct Member {
    /// The device.
    pub device: Device,
    /// Its path.
    pub wan: Wan<Vec<u8>>,
    shape: Shape,
}

/// A call.
pub struct World {
    /// The relay.
    pub relay: BareRelay,
    /// The devices, by their places.
    pub members: Vec<Member>,
    /// What time it is, in microseconds since the beginning.
    pub now_us: u64,
    events: RelayEvents,
    began: Instant,
    seed: u64,
    sound_us: u64,
    frame_us: u64,
}

impl World {
    /// A call that nobody is in yet.
    ///
    /// # Errors
    /// What the relay says.
    pub fn new(seed: u64) -> Result<World, String> {
        let began = Instant::now();
        let config = RelayConfig { udp: RELAY, ..RelayConfig::default() };
        let (relay, events) = BareRelay::new(config, began).map_err(|error| error.to_string())?;
        let (sound_us, frame_us) = (SOUND_US, FRAME_US);
        Ok(World { relay, members: Vec::new(), now_us: 0, events, began, seed, sound_us, frame_us })
    }

    /// The clock's time.
    pub fn now(&self) -> Instant {
        self.began + Duration::from_micros(self.now_us)
    }

    /// A device joins over a path like this, and is connected; its place.
    ///
    /// # Errors
    /// What went wrong, such as a device that is out of the call.
    pub fn join(&mut self, shape: Shape, conditions: Conditions) -> Result<usize, String> {
        let number = self.members.len() as u64 + 1;
        let now = self.now();
        let (mut device, offer_sdp) = Device::new(number, address(number, Mapping(0)), shape, now)?;
        let (rtc_uid, lines) = (device.rtc_uid, device.lines.clone());
        let join = JoinCall { room: ROOM, rtc_uid, offer_sdp, lines, grant: FREE };
        let joined = self.relay.join(join, now).map_err(|error| error.to_string())?;
        device.media_id = joined.media_id;
        device.accept(&joined.answer_sdp)?;
        let mut wan = Wan::new(self.seed.wrapping_mul(1000).wrapping_add(number));
        wan.set(self.now_us, None, conditions);
        self.members.push(Member { device, wan, shape });
        let place = self.members.len() - 1;
        let limit_us = self.now_us + 15_000_000;
        while !self.members[place].device.is_connected {
            if self.now_us > limit_us {
                return Err("a device is not connected within 15 s".to_owned());
            }
            self.pass(10_000)?;
        }
        Ok(place)
    }

    /// A device wants the pictures of these.
    pub fn want(&mut self, who: usize, whom: &[usize]) {
        let wanted = |place: &usize| {
            let source = Source { rtc_uid: self.members[*place].device.rtc_uid, stream: Stream::Video };
            Wanted { source, width: 0, height: 0, below_best: 0, priority: 0 }
        };
        let wanted = whom.iter().map(wanted).collect();
        let device = &self.members[who].device;
        let (rtc_uid, media_id, now) = (device.rtc_uid, device.media_id, self.now());
        self.relay.demand(rtc_uid, media_id, wanted, now);
        self.relay.turn(now);
    }

    /// What the relay takes the way to a device to carry, in bits per second.
    pub fn estimate_bps(&self, place: usize) -> u64 {
        self.relay.estimate_bps(self.members[place].device.rtc_uid).unwrap_or(0)
    }

    /// What the path to a device is like.
    pub fn set_down(&mut self, place: usize, conditions: Conditions) {
        let now_us = self.now_us;
        self.members[place].wan.set(now_us, Some(Way::Down), conditions);
    }

    /// Lets this much time pass.
    ///
    /// # Errors
    /// What went wrong, such as a device that is out of the call.
    pub fn pass(&mut self, us: u64) -> Result<(), String> {
        let end_us = self.now_us + us;
        loop {
            let next_us = self.next_us().max(self.now_us);
            if next_us > end_us {
                self.now_us = end_us;
                return Ok(());
            }
            self.now_us = next_us;
            self.step()?;
        }
    }

    /// When something is due next.
    fn next_us(&self) -> u64 {
        let at_us = |at: Instant| {
            let nanos = at.saturating_duration_since(self.began).as_nanos();
            u64::try_from(nanos.div_ceil(1000)).unwrap_or(u64::MAX)
        };
        let mut next_us = at_us(self.relay.deadline()).min(self.sound_us).min(self.frame_us);
        for member in &self.members {
            next_us = next_us.min(at_us(member.device.wake)).min(member.wan.due_us().unwrap_or(u64::MAX));
        }
        next_us
    }

    fn step(&mut self) -> Result<(), String> {
        let (now, now_us) = (self.now(), self.now_us);
        if now_us >= self.sound_us {
            self.sound_us += SOUND_US;
            let speaking = self.members.iter_mut().filter(|member| member.shape.speaks);
            speaking.for_each(|member| member.device.speak(now));
        }
        if now_us >= self.frame_us {
            self.frame_us += FRAME_US;
            let showing = self.members.iter_mut().filter(|member| member.shape.encodings > 0);
            showing.for_each(|member| member.device.show(now));
        }
        for (number, member) in (1..).zip(&mut self.members) {
            while let Some((mapping, packet)) = member.wan.take_up(now_us) {
                self.relay.receive(address(number, mapping), &packet, now);
            }
            let Member { device, wan, .. } = member;
            while let Some(packet) = wan.take_down(now_us) {
                device.receive(RELAY, &packet, now, |answer| wan.send_up(now_us, answer.len(), answer))?;
            }
        }
        self.relay.turn(now);
        while let Some(sent) = self.relay.sent() {
            self.carry(sent);
        }
        for member in self.members.iter_mut().filter(|member| member.device.wake <= now) {
            let Member { device, wan, .. } = member;
            device.turn(now, |packet| wan.send_up(now_us, packet.len(), packet))?;
        }
        while let Some(event) = self.events.try_next() {
            self.told(event)?;
        }
        Ok(())
    }

    /// Puts a packet of the relay on its way.
    pub fn carry(&mut self, sent: Sent) {
        let (number, mapping) = whose(sent.remote);
        if let Some(member) = self.members.get_mut(number) {
            member.wan.send_down(self.now_us, sent.contents.len(), mapping, sent.contents);
        }
    }

    fn told(&mut self, event: RelayEvent) -> Result<(), String> {
        match event {
            RelayEvent::Needed { rtc_uid, layers, .. } => {
                if let Some(member) = self.members.iter_mut().find(|member| member.device.rtc_uid == rtc_uid)
                {
                    member.device.needed = layers.iter().map(|layer| usize::from(layer.0)).collect();
                }
                Ok(())
            }
            RelayEvent::Left { rtc_uid, cause, .. } => {
                Err(format!("{rtc_uid} is out of the call: {cause:?}"))
            }
            _ => Ok(()),
        }
    }
}

/// What a device is outside: its number in the address, what the NAT took last in the port.
pub fn address(number: u64, mapping: Mapping) -> SocketAddr {
    let [high, low] = u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes();
    let port = 10_000 + u16::try_from(mapping.0 % 50_000).unwrap_or(0);
    SocketAddr::from(([10, 0, high, low], port))
}

/// The place of a device, and the mapping, that an address stands for.
fn whose(address: SocketAddr) -> (usize, Mapping) {
    let number = match address.ip() {
        std::net::IpAddr::V4(ip) => u16::from_be_bytes([ip.octets()[2], ip.octets()[3]]),
        std::net::IpAddr::V6(_) => 0,
    };
    (usize::from(number).wrapping_sub(1), Mapping(u32::from(address.port()) - 10_000))
}
