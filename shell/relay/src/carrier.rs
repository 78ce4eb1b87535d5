mod admit;
mod member;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_media::{Input, Output, Packet, Payload};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use str0m::rtp::RtpPacket;

use crate::call::{Call, guard};
use crate::counts::ThreadCounts;
use crate::directory::Directory;
use crate::events::{LeftCause, RelayEvent};
use crate::kept::Kept;
use crate::orders::{Order, Stray};
use crate::peer::{Arrival, Copies, Happening, Path, Peer};
use crate::quality::DOWN_AFTER;
use crate::route::{self, PeerKey, Routes, Way};
use crate::socket::MAX_PACKET_BYTES;
use crate::stream::Dependency;
use crate::timers::{Timers, Who};
use crate::wires::Wires;
use admit::is_sample;

/// Everything of a media thread but its waiting and its sockets: its peers, the calls that they are in, and the way of a packet
/// through them. Packets and the time come in, packets go out by `wires`.
pub(crate) struct Carrier<W> {
    thread: usize,
    directory: Arc<Directory>,
    wires: W,
    peers: Vec<Option<Peer>>,
    free: Vec<PeerKey>,
    routes: Routes,
    calls: BTreeMap<ArchiveId, Call>,
    /// Of the devices of this thread, the room.
    rooms: HashMap<RtcUid, ArchiveId>,
    timers: Timers,
    due: Vec<Who>,
    happened: VecDeque<(PeerKey, Happening)>,
    dirty: Vec<PeerKey>,
    /// Payloads and dependency descriptors of the packet at hand that are others for some.
    copies: Copies,
    pub(crate) counts: ThreadCounts,
    began: Instant,
}

impl<W: Wires> Carrier<W> {
    pub(crate) fn new(thread: usize, directory: Arc<Directory>, wires: W, now: Instant) -> Carrier<W> {
        Carrier {
            thread,
            directory,
            wires,
            peers: Vec::new(),
            free: Vec::new(),
            routes: Routes::default(),
            calls: BTreeMap::new(),
            rooms: HashMap::new(),
            timers: Timers::default(),
            due: Vec::new(),
            happened: VecDeque::new(),
            dirty: Vec::new(),
            copies: Copies::default(),
            counts: ThreadCounts::default(),
            began: now,
        }
    }

    pub(crate) fn wires(&mut self) -> &mut W {
        &mut self.wires
    }

    /// When somebody is to be told the time.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// A packet came in, over UDP or TCP.
    pub(crate) fn arrive(
        &mut self,
        way: Way,
        source: SocketAddr,
        local: Option<IpAddr>,
        packet: &[u8],
        now: Instant,
    ) {
        self.counts.packets_in += 1;
        self.counts.bytes_in += packet.len() as u64;
        if packet.is_empty() || packet.len() > MAX_PACKET_BYTES {
            self.counts.dropped.too_long += 1;
            return;
        }
        let fragment = route::our_fragment(packet);
        let mut is_astray = false;
        let found = match fragment {
            Some(fragment) => self.routes.by_fragment(fragment),
            None => self.routes.by_address(way, source).or_else(|| {
                is_astray = true;
                self.routes.by_ssrc(route::ssrc_of(packet)?)
            }),
        };
        let Some(key) = found else {
            return self.hand_over(way, source, local, packet, fragment);
        };
        let told = match way {
            Way::Udp => &self.directory.advertised,
            Way::Tcp => &self.directory.config.tcp_advertised,
        };
        let advertised = Directory::told(told, local, source);
        let arrival = Arrival { way, source, local, advertised, now };
        let Some(peer) = self.peers.get_mut(key).and_then(Option::as_mut) else { return };
        if peer.is_silenced() && !is_sample(packet) {
            self.counts.dropped.not_granted += 1;
            return;
        }
        let received = guard(|| match is_astray {
            true => peer.receive_astray(arrival, packet),
            false => peer.receive(arrival, packet),
        });
        match received {
            Some(true) => {}
            Some(false) => {
                self.counts.dropped.unknown += 1;
                return;
            }
            None => return self.happened.push_back((key, Happening::Failed)),
        }
        if fragment.is_some() {
            self.learn(key, way, source, now);
        }
        if is_astray {
            self.drain(key, now);
            self.follow(key, arrival);
            return self.settle(now);
        }
        self.drain(key, now);
        self.settle(now);
    }

    /// What is not for a peer of this thread goes to the one that its user fragment names, or that owns its address.
    fn hand_over(
        &mut self,
        way: Way,
        source: SocketAddr,
        local: Option<IpAddr>,
        packet: &[u8],
        fragment: Option<&str>,
    ) {
        let thread = match fragment {
            Some(fragment) => route::thread_of(fragment),
            None if way == Way::Udp => self.directory.owner(source),
            None => None,
        };
        let Some(inbox) = thread.filter(|thread| *thread != self.thread) else {
            self.counts.dropped.unknown += 1;
            return;
        };
        let Some(inbox) = self.directory.inboxes.get(inbox) else { return };
        match way {
            Way::Udp => inbox.stray(Stray { source, local, contents: packet.to_vec() }),
            Way::Tcp => {
                let Some((stream, unread)) = self.wires.take(source) else { return };
                let mut read = u16::try_from(packet.len()).unwrap_or(0).to_be_bytes().to_vec();
                read.extend_from_slice(packet);
                read.extend_from_slice(&unread);
                inbox.ask(Order::Tcp { stream, remote: source, read });
            }
        }
    }

    /// What came from an unknown address was decrypted, and so the device has moved there.
    fn follow(&mut self, key: PeerKey, arrival: Arrival) {
        let is_own = |(of, what): &(PeerKey, Happening)| *of == key && matches!(what, Happening::Packet(_));
        if !self.happened.iter().any(is_own) {
            return;
        }
        if let Some(Some(peer)) = self.peers.get_mut(key) {
            peer.follow(arrival);
        }
        self.learn(key, arrival.way, arrival.source, arrival.now);
    }

    /// The address is the peer's from now on, unless another peer shows signs of life there: nobody takes the way of somebody else
    /// by writing their address on a packet.
    fn learn(&mut self, key: PeerKey, way: Way, source: SocketAddr, now: Instant) {
        let other = self.routes.by_address(way, source).filter(|other| *other != key);
        let other = other.and_then(|other| self.peers.get(other)?.as_ref());
        if other.is_some_and(|other| now.saturating_duration_since(other.last_sign) < DOWN_AFTER) {
            return;
        }
        let Some(Some(peer)) = self.peers.get_mut(key) else { return };
        if self.routes.learn(way, source, key, &mut peer.addresses) {
            match way {
                Way::Udp => self.directory.own(source, self.thread),
                Way::Tcp => self.wires.prove(source),
            }
        }
    }

    /// Sends what a peer has to send, and gathers what happened to it.
    fn drain(&mut self, key: PeerKey, now: Instant) {
        let Carrier { peers, wires, happened, timers, counts, .. } = self;
        let Some(peer) = peers.get_mut(key).and_then(Option::as_mut) else { return };
        let mut send = |path: Path, packet: &[u8]| {
            counts.packets_out += 1;
            counts.bytes_out += packet.len() as u64;
            wires.send(path, packet);
        };
        let tell = |happening| happened.push_back((key, happening));
        match guard(|| peer.drain(now, &mut send, tell)) {
            // str0m says a time long past when it wants to be told at once.
            Some(at) => timers.set(Who::Peer(key), &mut peer.deadline, Some(at)),
            None => happened.push_back((key, Happening::Failed)),
        }
        counts.retransmitted += peer.take_resent();
    }

    /// Does what follows from what happened.
    fn settle(&mut self, now: Instant) {
        while let Some((key, happening)) = self.happened.pop_front() {
            match happening {
                Happening::Packet(packet) => self.forward(key, &packet, now),
                Happening::Connected => self.connected(key, now),
                Happening::Estimated(bps) => self.told(key, now, |peer| Input::Estimated { peer, bps }),
                Happening::Nacked(times) => self.counts.nacks += times,
                Happening::KeyFrameAsked(slot) => {
                    self.counts.key_frames_wanted += 1;
                    self.told(key, now, |peer| Input::KeyFrameAsked { peer, slot });
                }
                Happening::Closed => self.end(key, LeftCause::Closed, now),
                Happening::Failed => self.end(key, LeftCause::Failed, now),
            }
        }
    }

    /// Tells the switch a fact about a peer.
    fn told(&mut self, key: PeerKey, now: Instant, fact: impl FnOnce(RtcUid) -> Input) {
        let Some(Some(peer)) = self.peers.get(key) else { return };
        let (room, rtc_uid, joined) = (peer.room, peer.rtc_uid, peer.joined);
        if joined {
            self.fact(room, fact(rtc_uid), now);
        }
    }

    /// Tells the switch of a room a fact, and does what follows.
    fn fact(&mut self, room: ArchiveId, fact: Input, now: Instant) {
        let now_us = self.micros(now);
        if let Some(call) = self.calls.get_mut(&room) {
            call.handle(now_us, fact);
        }
        self.outputs(room, now);
    }

    fn micros(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.began).as_micros()).unwrap_or(u64::MAX)
    }

    /// A packet of a device goes to everybody whose slot holds its stream.
    fn forward(&mut self, key: PeerKey, packet: &RtpPacket, now: Instant) {
        let Some(Some(peer)) = self.peers.get_mut(key) else { return };
        let room = peer.room;
        let header = &packet.header;
        let Some((incoming, begun)) = peer.incoming(header) else { return };
        if !peer.joined {
            return;
        }
        if peer.ssrcs.last() != Some(&*header.ssrc) && !peer.ssrcs.contains(&*header.ssrc) {
            self.routes.learn_ssrc(*header.ssrc, key, &mut peer.ssrcs);
        }
        if begun {
            let (source, codec) = (incoming.source, incoming.codec);
            let encodings = peer.encodings(source.stream);
            self.fact(room, Input::Published { source, codec, encodings }, now);
        }
        if !self.is_admitted(key, &incoming, packet, now) {
            return;
        }
        let now_us = self.micros(now);
        let loudness = header.ext_vals.audio_level.map(i8::unsigned_abs);
        let dependency = header.ext_vals.user_values.get::<Dependency>();
        let facts = Packet {
            source: incoming.source,
            encoding: incoming.encoding,
            codec: incoming.codec,
            seq: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            audio_level: loudness.map(|level| (level, header.ext_vals.voice_activity.unwrap_or(false))),
            dependency: dependency.map(|dependency| &*dependency.0),
            payload: &packet.payload,
        };
        let Carrier { calls, peers, dirty, copies, counts, .. } = self;
        let Some(call) = calls.get_mut(&room) else { return };
        copies.clear();
        call.forward(now_us, &facts, |members, forward| {
            let Some(key) = members.get(&forward.peer) else { return };
            let Some(Some(peer)) = peers.get_mut(*key) else { return };
            let payload = match forward.payload {
                Payload::AsIs => Arc::clone(&packet.payload),
                Payload::Patched { variant, head, replaces } => {
                    copies.payload(variant, head, packet.payload.get(replaces..).unwrap_or(&[]))
                }
            };
            if peer.is_connected() && peer.write(&forward, payload, header, &incoming, copies, now) {
                counts.forwarded += 1;
                mark(dirty, *key, peer);
            }
        });
        self.outputs(room, now);
    }

    /// Does what the switch of a room says.
    fn outputs(&mut self, room: ArchiveId, now: Instant) {
        while let Some(output) = self.calls.get_mut(&room).and_then(Call::poll) {
            self.output(room, output);
        }
        let Some(call) = self.calls.get_mut(&room) else { return };
        if call.is_broken() {
            return self.broken(room, now);
        }
        let at = call.due_us().map(|at_us| self.began + Duration::from_micros(at_us));
        self.timers.set(Who::Call(room), &mut call.deadline, at);
    }

    fn output(&mut self, room: ArchiveId, output: Output) {
        match output {
            Output::Slots { peer, slots } => {
                let Some(peer) = self.peer_of(room, peer) else { return };
                peer.told_slots = slots;
                let event = peer.slots_event();
                self.directory.events.tell(event);
            }
            Output::AskKeyFrame { source, layer } => {
                let Some(key) = self.key_of(room, source.rtc_uid) else { return };
                let Some(Some(peer)) = self.peers.get_mut(key) else { return };
                peer.ask_key_frame(source.stream, layer.0);
                self.counts.key_frames_asked += 1;
                mark(&mut self.dirty, key, peer);
            }
            Output::Needed { source, layers } => {
                let Some(peer) = self.peer_of(room, source.rtc_uid) else { return };
                peer.told_needs.retain(|(stream, _)| *stream != source.stream);
                peer.told_needs.push((source.stream, layers));
                let event = peer.needed_events().next_back();
                event.into_iter().for_each(|event| self.directory.events.tell(event));
            }
            Output::Desired { peer, desired_bps, .. } => {
                let Some(key) = self.key_of(room, peer) else { return };
                if let Some(Some(peer)) = self.peers.get_mut(key) {
                    peer.desire(desired_bps);
                    mark(&mut self.dirty, key, peer);
                }
            }
            Output::Levels { levels, speaker } => {
                self.directory.events.tell(RelayEvent::Levels { room, levels, speaker });
            }
        }
    }

    /// Tells those whose time has come.
    pub(crate) fn expire(&mut self, now: Instant) {
        let mut due = std::mem::take(&mut self.due);
        self.timers.due(now, &mut due);
        for who in &due {
            match who {
                Who::Peer(key) => {
                    if let Some(Some(peer)) = self.peers.get_mut(*key) {
                        mark(&mut self.dirty, *key, peer);
                    }
                }
                Who::Call(room) => self.fact(*room, Input::Tick, now),
            }
        }
        self.due = due;
    }

    /// Sends everything that was written since the last time.
    pub(crate) fn flush(&mut self, now: Instant) {
        while let Some(key) = self.dirty.pop() {
            let Some(Some(peer)) = self.peers.get_mut(key) else { continue };
            peer.dirty = false;
            if guard(|| peer.turn(now)).is_none() {
                self.happened.push_back((key, Happening::Failed));
            }
            self.drain(key, now);
            self.settle(now);
        }
        self.counts.dropped.not_sent += self.wires.flush();
    }

    /// What the way to a device was last taken to carry.
    pub(crate) fn estimate_bps(&self, rtc_uid: RtcUid) -> Option<u64> {
        self.peers.get(self.key(rtc_uid)?)?.as_ref()?.estimate_bps
    }

    /// How much of everything is kept.
    pub(crate) fn kept(&self) -> Kept {
        Kept {
            peers: self.peers.iter().flatten().count(),
            calls: self.calls.len(),
            routes: self.routes.count(),
            streams: self.peers.iter().flatten().map(Peer::streams_kept).sum(),
            timers: self.timers.count(),
            waiting: self.happened.len() + self.dirty.len(),
        }
    }

    fn key_of(&self, room: ArchiveId, rtc_uid: RtcUid) -> Option<PeerKey> {
        self.calls.get(&room)?.members.get(&rtc_uid).copied()
    }

    fn peer_of(&mut self, room: ArchiveId, rtc_uid: RtcUid) -> Option<&mut Peer> {
        let key = self.key_of(room, rtc_uid)?;
        self.peers.get_mut(key)?.as_mut()
    }
}

/// What was written to a peer leaves with the next flush.
fn mark(dirty: &mut Vec<PeerKey>, key: PeerKey, peer: &mut Peer) {
    if !std::mem::replace(&mut peer.dirty, true) {
        dirty.push(key);
    }
}
