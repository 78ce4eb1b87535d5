//! The task of a call: feeds the machine, and does what it says.

use super::event::{CallEvent, Loudspeaker};
use super::frame::{AudioFrame, VideoFrame};
use super::options::CallOptions;
use super::paths::{Arrived, Paths};
use super::peer::{Happened, Peer};
use super::slots::Slots;
use super::stats::CallStats;
use crate::driver::{Seat, WeakHandle};
use crate::error::Error;
use parlor_client::{
    AskId, CallId, Event, Failure, MediaConfig, MediaInput, MediaMachine, MediaOutput, MediaState, PeerId,
};
use parlor_protocol::Code;
use parlor_protocol::v1::{MediaLayer, MediaNeeded, MediaWanted, RoomStream, push, reply, request};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use str0m::net::Receive;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// Packets that are taken before the next look at anything else.
const PACKETS: usize = 64;
/// Frames to send that are taken before the next look at anything else.
const FRAMES: usize = 32;
/// The room for a packet: no path carries larger ones.
const PACKET_BYTES: usize = 2048;

const JOIN: CallId = CallId(1);
const LEAVE: CallId = CallId(2);

/// What the app wants, where it is not a state.
pub(super) enum Order {
    Leave(oneshot::Sender<()>),
    AskKeyFrame { rtc_uid: i64, stream: RoomStream },
    NetworkChanged,
}

/// What the app sends.
pub(super) enum Outgoing {
    Audio(RoomStream, AudioFrame),
    Video(RoomStream, VideoFrame),
}

impl Outgoing {
    /// Of a picture: which encoding, and whether it is a key frame.
    fn picture(&self, options: &CallOptions) -> Option<((RoomStream, MediaLayer), bool)> {
        match self {
            Outgoing::Audio(..) => None,
            Outgoing::Video(stream, frame) => Some((options.encoding(*stream, frame.layer), frame.is_key)),
        }
    }
}

/// Encodings of own pictures.
pub(super) type Broken = BTreeSet<(RoomStream, MediaLayer)>;

/// What the app's side and the task share.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) stats: Mutex<CallStats>,
    /// Encodings that cannot go on without a key frame.
    pub(super) broken: Mutex<Broken>,
    pub(super) is_connected: std::sync::atomic::AtomicBool,
}

impl Shared {
    pub(super) fn broken(&self) -> MutexGuard<'_, Broken> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stats(&self) -> MutexGuard<'_, CallStats> {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What comes to the task.
pub(super) struct Inlets {
    pub(super) orders: mpsc::Receiver<Order>,
    pub(super) frames: mpsc::Receiver<Outgoing>,
    pub(super) demand: watch::Receiver<Vec<MediaWanted>>,
    pub(super) events: broadcast::Receiver<Arc<Event>>,
}

pub(super) struct Task {
    pub(super) archive_id: i64,
    pub(super) options: CallOptions,
    pub(super) handle: WeakHandle,
    pub(super) shared: Arc<Shared>,
    pub(super) told: Loudspeaker,
    pub(super) seat: Seat,
    machine: MediaMachine,
    inputs: VecDeque<MediaInput>,
    asks: JoinSet<(AskId, Result<Box<reply::Body>, Failure>)>,
    started: Instant,
    peer: Option<(PeerId, Peer)>,
    paths: Paths,
    slots: Slots,
    /// When the present connection wants to know the time.
    peer_due: Option<Instant>,
    /// When TCP is tried too.
    tcp_due: Option<Instant>,
    joining: Option<oneshot::Sender<Result<(), Error>>>,
    leaving: Option<oneshot::Sender<()>>,
    /// Why it is over.
    code: Code,
    is_orphaned: bool,
    /// Of what waits to be sent: encodings of which a frame was lost and no key frame came yet.
    broken: Broken,
}

impl Task {
    pub(super) fn new(
        archive_id: i64,
        options: CallOptions,
        (handle, seat): (WeakHandle, Seat),
        (shared, told): (Arc<Shared>, Loudspeaker),
        joining: oneshot::Sender<Result<(), Error>>,
    ) -> Self {
        Self {
            archive_id,
            options,
            handle,
            shared,
            told,
            seat,
            machine: MediaMachine::new(archive_id, MediaConfig::default()),
            inputs: VecDeque::from([MediaInput::Join(JOIN)]),
            asks: JoinSet::new(),
            started: Instant::now(),
            peer: None,
            paths: Paths::new(),
            slots: Slots::default(),
            peer_due: None,
            tcp_due: None,
            joining: Some(joining),
            leaving: None,
            code: Code::Ok,
            is_orphaned: false,
            broken: Broken::new(),
        }
    }

    pub(super) async fn run(mut self, mut inlets: Inlets) {
        let mut room = vec![0; PACKET_BYTES];
        if !self.handle.is_connected(self.archive_id) {
            self.inputs.push_front(MediaInput::Link(false));
        }
        loop {
            self.turn();
            if self.is_over() {
                break;
            }
            let wake = self.wake();
            tokio::select! {
                order = inlets.orders.recv(), if !self.is_orphaned => self.order(order),
                Some(frame) = inlets.frames.recv() => self.send(frame, &mut inlets.frames),
                Ok(()) = inlets.demand.changed() => {
                    let wanted = inlets.demand.borrow_and_update().clone();
                    self.inputs.push_back(MediaInput::Demand(wanted));
                }
                event = inlets.events.recv() => self.event(event),
                Some(Ok((ask, outcome))) = self.asks.join_next() => {
                    self.inputs.push_back(MediaInput::Replied(ask, outcome));
                }
                arrived = self.paths.receive(&mut room) => self.packets(&arrived, &mut room),
                () = sleep_until(wake), if wake.is_some() => self.time_is(),
            }
        }
        self.end();
    }

    fn is_over(&self) -> bool {
        self.machine.state() == MediaState::Idle && self.leaving.is_none() && self.joining.is_none()
    }

    /// Out: whoever waits is told.
    fn end(mut self) {
        self.asks.abort_all();
        self.paths.close();
        self.shared.is_connected.store(false, std::sync::atomic::Ordering::Relaxed);
        self.shared.stats().way = None;
        // The next call of this room may begin once this one's end is told.
        drop(self.seat);
        self.told.tell(CallEvent::Ended { code: self.code });
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn wake(&self) -> Option<Instant> {
        let machine = self.machine.deadline().map(|ms| self.started + Duration::from_millis(ms));
        [machine, self.peer_due, self.tcp_due].into_iter().flatten().min()
    }

    /// Does all there is to do at the moment.
    fn turn(&mut self) {
        let mut happened = Vec::new();
        loop {
            while let Some(input) = self.inputs.pop_front() {
                self.machine.handle(self.now_ms(), input);
                while let Some(output) = self.machine.poll() {
                    self.perform(output);
                }
            }
            self.drain(&mut happened);
            if happened.is_empty() && self.inputs.is_empty() {
                return;
            }
            for happened in happened.drain(..) {
                self.happened(happened);
            }
        }
    }

    fn drain(&mut self, happened: &mut Vec<Happened>) {
        let Some((id, peer)) = &mut self.peer else { return };
        let paths = &mut self.paths;
        match peer.drain(|packet| paths.send(&packet), happened) {
            Ok(due) => self.peer_due = Some(due),
            Err(error) => {
                tracing::warn!(%error, "the connection of a call broke");
                self.inputs.push_back(MediaInput::Way(*id, parlor_client::WayState::Failed));
                (self.peer, self.peer_due) = (None, None);
            }
        }
    }

    fn order(&mut self, order: Option<Order>) {
        match order {
            Some(Order::Leave(done)) => {
                self.leaving = Some(done);
                self.inputs.push_back(MediaInput::Leave(LEAVE));
            }
            Some(Order::AskKeyFrame { rtc_uid, stream }) => {
                if let Some((_, peer)) = &mut self.peer
                    && let Some(mid) = self.slots.mid_of(rtc_uid, stream)
                {
                    peer.ask_key_frame(mid);
                }
            }
            Some(Order::NetworkChanged) => self.inputs.push_back(MediaInput::NetworkChanged),
            None => {
                // The last handle is gone. The server is told, and nobody waits for it.
                self.is_orphaned = true;
                self.leaving = Some(oneshot::channel().0);
                self.joining = None;
                self.inputs.push_back(MediaInput::Leave(LEAVE));
            }
        }
    }

    fn event(&mut self, event: Result<Arc<Event>, broadcast::error::RecvError>) {
        let here = self.archive_id;
        match event.as_deref() {
            Ok(Event::RoomConnection { archive_id, connected }) if *archive_id == here => {
                self.inputs.push_back(MediaInput::Link(*connected));
            }
            Ok(Event::RoomEnded { archive_id, .. }) if *archive_id == here => self.room_over(),
            Ok(Event::Media { archive_id, push }) if *archive_id == here => self.push(push),
            Ok(_) => {}
            // What was missed may have been anything: the server says it again.
            Err(broadcast::error::RecvError::Lagged(_)) if self.handle.is_in(here) => {
                self.inputs.push_back(MediaInput::Link(false));
                self.inputs.push_back(MediaInput::Link(self.handle.is_connected(here)));
            }
            Err(_) => self.room_over(),
        }
    }

    fn room_over(&mut self) {
        self.code = Code::RoomNotFound;
        self.inputs.push_back(MediaInput::RoomOver);
        if let Some(done) = self.leaving.take() {
            let _ = done.send(());
        }
    }

    fn push(&mut self, push: &push::Body) {
        match push {
            push::Body::MediaLevels(levels) => self.told.tell(CallEvent::Levels(levels.clone())),
            push::Body::MediaQuality(quality) => self.told.tell(CallEvent::Quality(quality.clone())),
            _ => self.inputs.push_back(MediaInput::Push(Box::new(push.clone()))),
        }
    }

    fn time_is(&mut self) {
        let now = Instant::now();
        if self.tcp_due.is_some_and(|due| due <= now) {
            self.tcp_due = None;
            if let Some((_, peer)) = self.peer.as_mut().filter(|(_, peer)| !peer.is_connected()) {
                self.paths.tcp_candidates().into_iter().for_each(|candidate| peer.add_candidate(candidate));
                self.peer_due = Some(now);
            }
        }
        if self.peer_due.is_some_and(|due| due <= now)
            && let Some((_, peer)) = &mut self.peer
            && let Err(error) = peer.time_is(now)
        {
            tracing::debug!(%error, "a call's connection");
        }
        self.inputs.push_back(MediaInput::Tick);
    }

    fn packets(&mut self, first: &Arrived, room: &mut [u8]) {
        self.packet(first, room);
        for _ in 1..PACKETS {
            let Some(arrived) = self.paths.take(room) else { return };
            self.packet(&arrived, room);
        }
    }

    fn packet(&mut self, arrived: &Arrived, room: &[u8]) {
        let Some((_, peer)) = &mut self.peer else { return };
        let contents = &room[..arrived.length];
        if let Ok(packet) = Receive::new(arrived.proto, arrived.source, arrived.destination, contents)
            && let Err(error) = peer.receive(Instant::now(), packet)
        {
            // Anybody can send anything to a socket.
            tracing::debug!(%error, "a packet of a call");
        }
        self.drain_and_tell();
    }

    fn drain_and_tell(&mut self) {
        let mut happened = Vec::new();
        self.drain(&mut happened);
        for happened in happened {
            self.happened(happened);
        }
    }

    fn send(&mut self, first: Outgoing, more: &mut mpsc::Receiver<Outgoing>) {
        self.send_one(&first);
        for _ in 1..FRAMES {
            let Ok(frame) = more.try_recv() else { return };
            self.send_one(&frame);
        }
    }

    fn send_one(&mut self, frame: &Outgoing) {
        let picture = frame.picture(&self.options);
        if picture.is_some_and(|(encoding, is_key)| !is_key && self.broken.contains(&encoding)) {
            self.shared.stats().frames_crowded_out += 1;
            return;
        }
        let connected = self.peer.as_mut().filter(|(_, peer)| peer.is_connected());
        let Some((_, peer)) = connected else {
            self.shared.stats().frames_without_way += 1;
            return self.break_off(picture.map(|(encoding, _)| encoding));
        };
        if let Some((encoding, _)) = picture {
            self.broken.remove(&encoding);
        }
        let sent = match frame {
            Outgoing::Audio(stream, frame) => peer.send_audio(*stream, frame),
            Outgoing::Video(stream, frame) => peer.send_video(*stream, frame),
        };
        match sent {
            Ok(true) => self.shared.stats().frames_sent += 1,
            Ok(false) => self.shared.stats().frames_refused += 1,
            Err(error) => {
                tracing::debug!(%error, "a frame of a call");
                self.shared.stats().frames_refused += 1;
            }
        }
        self.drain_and_tell();
    }

    /// A frame was lost before the network could know of it: only a key frame helps.
    fn break_off(&mut self, encoding: Option<(RoomStream, MediaLayer)>) {
        let Some((stream, layer)) = encoding else { return };
        self.shared.broken().insert((stream, layer));
        if self.broken.insert((stream, layer)) {
            let layer = self.options.has_layers(stream).then_some(layer);
            self.told.tell(CallEvent::KeyFrameWanted { stream, layer });
        }
    }

    fn perform(&mut self, output: MediaOutput) {
        match output {
            MediaOutput::DoubtLink => self.handle.doubt_link(),
            MediaOutput::Open(id) => {
                self.close_peer();
                self.peer = Some((id, Peer::new(&self.options, self.started)));
                let mut stats = self.shared.stats();
                stats.sent.clear();
                stats.received.clear();
            }
            MediaOutput::Offer { peer, .. } => self.offer(peer),
            MediaOutput::Apply { peer, sdp } => self.apply(peer, &sdp),
            MediaOutput::Close(id) => {
                if self.peer.as_ref().is_some_and(|(present, _)| *present == id) {
                    self.close_peer();
                }
            }
            MediaOutput::Ask(ask, body) => self.ask(ask, body),
            MediaOutput::Done(JOIN, outcome) => self.joined(outcome),
            MediaOutput::Done(_, _) => {
                if let Some(done) = self.leaving.take() {
                    let _ = done.send(());
                }
            }
            MediaOutput::Connection(connected) => self.connection(connected),
            MediaOutput::Over(failure) => self.code = failure.code,
            MediaOutput::Slots(slots) => {
                self.told.tell(CallEvent::Slots(slots.clone()));
                for event in self.slots.assign(slots) {
                    self.frame(event);
                }
            }
            MediaOutput::Needed(needed) => self.needed(&needed),
        }
    }

    fn joined(&mut self, outcome: Result<(), Failure>) {
        match &outcome {
            Ok(()) => {
                self.shared.is_connected.store(true, std::sync::atomic::Ordering::Relaxed);
                self.told.tell(CallEvent::Connected);
            }
            Err(failure) => self.code = failure.code,
        }
        if let Some(joining) = self.joining.take() {
            let _ = joining.send(outcome.map_err(Error::from));
        }
    }

    fn connection(&mut self, connected: bool) {
        self.shared.is_connected.store(connected, std::sync::atomic::Ordering::Relaxed);
        if connected {
            self.shared.stats().reconnects += 1;
            self.told.tell(CallEvent::Connected);
        } else {
            self.shared.stats().way = None;
            self.told.tell(CallEvent::Reconnecting);
        }
    }

    fn needed(&mut self, needed: &MediaNeeded) {
        let layers = needed.layers.iter().filter_map(|layer| MediaLayer::try_from(*layer).ok()).collect();
        if let Ok(stream) = RoomStream::try_from(needed.stream) {
            self.told.tell(CallEvent::Needed { stream, layers });
        }
    }

    fn offer(&mut self, id: PeerId) {
        let offer = match &mut self.peer {
            Some((present, peer)) if *present == id => peer.offer(&self.options).map_err(|e| e.to_string()),
            _ => Err("there is no connection".to_owned()),
        };
        self.inputs.push_back(match offer {
            Ok((sdp, lines)) => MediaInput::Offered { peer: id, sdp, lines },
            Err(message) => MediaInput::Broken { peer: id, message },
        });
    }

    fn apply(&mut self, id: PeerId, sdp: &str) {
        let Some((present, peer)) = &mut self.peer else { return };
        if *present != id {
            return;
        }
        self.shared.stats().way = None;
        let applied = peer.accept(sdp).and_then(|()| self.paths.open(sdp));
        match applied {
            Ok(candidates) => {
                let without_udp = candidates.is_empty();
                candidates.into_iter().for_each(|candidate| peer.add_candidate(candidate));
                let now = Instant::now();
                self.tcp_due = Some(if without_udp { now } else { now + self.options.tcp_after });
                self.peer_due = Some(now);
            }
            Err(error) => {
                self.inputs.push_back(MediaInput::Broken { peer: id, message: error.to_string() });
            }
        }
    }

    fn close_peer(&mut self) {
        let Some((_, mut peer)) = self.peer.take() else { return };
        peer.close();
        // Nothing that it has left to say can break anything any more.
        let _ = peer.drain(|packet| self.paths.send(&packet), &mut Vec::new());
        self.paths.close();
        (self.peer_due, self.tcp_due) = (None, None);
        if self.slots.clear() {
            self.told.tell(CallEvent::Slots(Vec::new()));
        }
    }

    fn ask(&mut self, ask: AskId, body: Box<request::Body>) {
        let handle = self.handle.clone();
        self.asks.spawn(async move { (ask, handle.fetch(*body).await.map(Box::new)) });
    }

    fn frame(&mut self, event: CallEvent) {
        self.shared.stats().frames_received += 1;
        self.told.frame(event);
    }

    fn happened(&mut self, happened: Happened) {
        match happened {
            Happened::Way(way) => {
                if let Some((id, _)) = &self.peer {
                    self.inputs.push_back(MediaInput::Way(*id, way));
                }
            }
            Happened::Media(media) => {
                if let Some(event) = self.slots.take(media) {
                    self.frame(event);
                }
                self.shared.stats().frames_unknown = self.slots.unknown;
            }
            Happened::KeyFrameWanted { stream, layer } => {
                self.shared.stats().key_frames_wanted += 1;
                self.told.tell(CallEvent::KeyFrameWanted { stream, layer });
            }
            Happened::Figures(figures) => {
                let mut stats = self.shared.stats();
                figures.put(&mut stats);
                stats.packets_dropped = self.paths.dropped;
            }
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at.into()).await;
    }
}
