//! The threads that carry packets. They sleep by the clock and not until a packet comes: a server that sends never has to
//! wake them, and what arrives meanwhile has the kernel's own time.

use crate::clock::Moment;
use crate::meter::{Counted, Got, Latency};
use crate::payload::Stamp;
use crate::peer::Peer;
use crate::socket::{BATCH, Inbox, Outbox, Readiness};
use anyhow::{Context, Result, ensure};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use str0m::net::{Protocol, Receive};
use str0m::{Event, Input, Output};
use tokio::sync::oneshot;

/// The longest sleep.
const NAP: Duration = Duration::from_millis(1);
/// What is not urgent waits for more of it.
const SLACK: Duration = Duration::from_millis(10);
/// Reads of one socket before the next has its turn.
const READS: usize = 8;

/// What the threads are told.
enum Order {
    Enter(Box<Peer>),
    /// Which encodings of a source are taken.
    Need {
        source: u32,
        needed: Vec<bool>,
    },
    Clear(oneshot::Sender<()>),
    Collect(oneshot::Sender<Collected>),
}

/// What a thread has counted.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) got: Got,
    pub(crate) latency: Latency,
    /// From the beginning of a join until the encryption stood, and until the first packet; of each peer that is so far.
    pub(crate) connected: Vec<Duration>,
    pub(crate) heard: Vec<Duration>,
    /// Sessions that are over.
    pub(crate) ended: usize,
}

/// All threads.
pub(crate) struct Engine {
    orders: Vec<Sender<Order>>,
    threads: Vec<JoinHandle<()>>,
    entered: AtomicUsize,
    progress: Arc<Progress>,
    pub(crate) counted: Arc<Counted>,
}

/// What is known at any moment.
#[derive(Default)]
struct Progress {
    connected: AtomicU64,
    ended: AtomicU64,
}

impl Engine {
    /// Starts so many threads for at most so many sources; all of them on one processor if it is named.
    pub(crate) fn start(threads: usize, sources: usize, cpu: Option<usize>) -> Result<Engine> {
        let counted = Arc::new(Counted::new(sources));
        let progress = Arc::new(Progress::default());
        let mut engine = Engine {
            orders: Vec::new(),
            threads: Vec::new(),
            entered: AtomicUsize::new(0),
            progress: progress.clone(),
            counted: counted.clone(),
        };
        for number in 0..threads.max(1) {
            let (sender, orders) = channel();
            let carrier = Carrier::new(orders, counted.clone(), progress.clone())?;
            let run = move || {
                crate::process::settle_thread(cpu);
                carrier.run();
            };
            let thread = std::thread::Builder::new().name(format!("load-{number}")).spawn(run)?;
            engine.orders.push(sender);
            engine.threads.push(thread);
        }
        Ok(engine)
    }

    /// Takes a peer in.
    pub(crate) fn enter(&self, peer: Peer) -> Result<()> {
        let number = self.entered.fetch_add(1, Ordering::Relaxed);
        let order = Order::Enter(Box::new(peer));
        self.orders[number % self.orders.len()].send(order).ok().context("the load's thread is gone")
    }

    /// Waits until everybody is connected.
    pub(crate) async fn connected(&self, patience: Duration) -> Result<()> {
        let begun = Instant::now();
        loop {
            let wanted = self.entered.load(Ordering::Relaxed) as u64;
            let connected = self.progress.connected.load(Ordering::Relaxed);
            if connected >= wanted {
                return Ok(());
            }
            ensure!(begun.elapsed() < patience, "only {connected} of {wanted} peers are connected");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Which encodings of a source are taken; others need not be sent.
    pub(crate) fn need(&self, source: u32, needed: &[bool]) {
        for orders in &self.orders {
            let _ = orders.send(Order::Need { source, needed: needed.to_vec() });
        }
    }

    /// Forgets what was counted.
    pub(crate) async fn clear(&self) -> Result<()> {
        self.counted.rest();
        for orders in &self.orders {
            let (done, cleared) = oneshot::channel();
            orders.send(Order::Clear(done)).ok().context("the load's thread is gone")?;
            cleared.await.context("the load's thread is gone")?;
        }
        Ok(())
    }

    /// What was counted.
    pub(crate) async fn collect(&self) -> Result<Collected> {
        let mut all = Collected::default();
        for orders in &self.orders {
            let (done, collected) = oneshot::channel();
            orders.send(Order::Collect(done)).ok().context("the load's thread is gone")?;
            let Collected { got, latency, connected, heard, ended } =
                collected.await.context("the load's thread is gone")?;
            all.got.merge(&got);
            all.latency.merge(&latency);
            all.connected.extend(connected);
            all.heard.extend(heard);
            all.ended += ended;
        }
        Ok(all)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.orders.clear();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A thread: its peers and their packets.
struct Carrier {
    orders: Receiver<Order>,
    counted: Arc<Counted>,
    progress: Arc<Progress>,
    readiness: Readiness,
    peers: Vec<Peer>,
    /// When each peer is to be told the time.
    deadlines: Vec<Instant>,
    /// When the sources of the peers are due.
    due: BinaryHeap<Reverse<(Instant, usize, usize)>>,
    inbox: Inbox,
    outbox: Outbox,
    latency: Latency,
    sleeping: bool,
}

impl Carrier {
    fn new(orders: Receiver<Order>, counted: Arc<Counted>, progress: Arc<Progress>) -> Result<Carrier> {
        Ok(Carrier {
            orders,
            counted,
            progress,
            readiness: Readiness::new().context("epoll")?,
            peers: Vec::new(),
            deadlines: Vec::new(),
            due: BinaryHeap::new(),
            inbox: Inbox::new(),
            outbox: Outbox::default(),
            latency: Latency::default(),
            sleeping: true,
        })
    }

    /// Until nobody gives orders any more.
    fn run(mut self) {
        let mut ready = Vec::new();
        while self.obey() {
            self.sleeping = true;
            self.send_due();
            self.readiness.take(&mut ready);
            for number in ready.drain(..) {
                self.read(number);
                self.send_due();
            }
            let now = Instant::now();
            for number in 0..self.deadlines.len() {
                if self.deadlines[number] <= now {
                    self.turn(number, now);
                }
            }
            if self.sleeping {
                self.sleep();
            }
        }
    }

    fn sleep(&self) {
        let now = Instant::now();
        let next = self.due.peek().map_or(now + NAP, |Reverse((at, ..))| (*at).min(now + NAP));
        std::thread::sleep(next.saturating_duration_since(now));
    }

    /// False: the run is over.
    fn obey(&mut self) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(Order::Enter(peer)) => self.enter(*peer),
                Ok(Order::Need { source, needed }) => {
                    let sources = self.peers.iter_mut().flat_map(|peer| &mut peer.sources);
                    sources.filter(|of| of.number == source).for_each(|of| of.need(&needed));
                }
                Ok(Order::Clear(done)) => {
                    self.latency = Latency::default();
                    self.peers.iter_mut().for_each(|peer| peer.ledger.clear());
                    let _ = done.send(());
                }
                Ok(Order::Collect(done)) => {
                    let _ = done.send(self.collect());
                }
                Err(std::sync::mpsc::TryRecvError::Empty) => return true,
                Err(std::sync::mpsc::TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn enter(&mut self, peer: Peer) {
        let number = self.peers.len();
        if let Err(error) = self.readiness.watch(&peer.socket, number) {
            eprintln!("a peer cannot be read: {error}");
        }
        for (place, source) in peer.sources.iter().enumerate() {
            self.due.push(Reverse((source.due, number, place)));
        }
        self.peers.push(peer);
        self.deadlines.push(Instant::now());
    }

    fn collect(&self) -> Collected {
        let mut all = Collected { latency: self.latency.clone(), ..Collected::default() };
        for peer in &self.peers {
            all.got.merge(&peer.ledger.got(&peer.due, &self.counted));
            all.connected.extend(peer.connected);
            all.heard.extend(peer.heard.filter(|_| !peer.due.is_empty()));
            all.ended += usize::from(peer.ended);
        }
        all
    }

    /// Sends what sources have to send by now.
    fn send_due(&mut self) {
        while let Some(Reverse((at, number, place))) = self.due.peek().copied() {
            let now = Instant::now();
            if at > now {
                return;
            }
            self.due.pop();
            let peer = &mut self.peers[number];
            if peer.ended {
                continue;
            }
            let source = &mut peer.sources[place];
            match peer.connected {
                Some(_) => source.send(&mut peer.rtc, &self.counted, now),
                None => source.due += NAP,
            }
            self.due.push(Reverse((source.due, number, place)));
            if peer.connected.is_some() {
                self.turn(number, now);
            }
        }
    }

    /// Tells a peer the time, and does what follows.
    fn turn(&mut self, number: usize, now: Instant) {
        let peer = &mut self.peers[number];
        peer.told = peer.told.max(now);
        let _ = peer.rtc.handle_input(Input::Timeout(now));
        let at = self.drain(number, 0);
        self.rest(number, at, now);
    }

    /// Takes in what has come for a peer.
    fn read(&mut self, number: usize) {
        let moment = Moment::now();
        self.turn(number, moment.now);
        for read in 1.. {
            // What cannot be read is lost, and counted so.
            let count = self.inbox.read(&self.peers[number].socket).unwrap_or_default();
            let mut at = None;
            for place in 0..count {
                at = self.receive(number, place, moment).or(at);
            }
            if let Some(at) = at {
                self.rest(number, at, moment.now);
            }
            if count < BATCH {
                return;
            }
            if read == READS {
                self.sleeping = false;
                return;
            }
        }
    }

    /// A packet at its place in the inbox. The peer knows a later time already, so that it does not look through all of its
    /// streams for each packet, only once for all of them.
    fn receive(&mut self, number: usize, place: usize, moment: Moment) -> Option<Instant> {
        let peer = &mut self.peers[number];
        let packet = self.inbox.packet(place);
        let at_ns = packet.at_ns;
        let received = Receive::new(Protocol::Udp, packet.source, peer.socket.local, packet.contents).ok()?;
        let came = moment.instant_of(at_ns).min(peer.told);
        let _ = peer.rtc.handle_input(Input::Receive(came, received));
        Some(self.drain(number, at_ns))
    }

    /// Sends what a peer has to send and counts what it got; when it wants to be told the time.
    fn drain(&mut self, number: usize, at_ns: u64) -> Instant {
        let Carrier { peers, outbox, latency, counted, progress, .. } = self;
        let peer = &mut peers[number];
        let at = loop {
            match peer.rtc.poll_output() {
                Ok(Output::Timeout(at)) => break at,
                Ok(Output::Transmit(transmit)) => outbox.push(transmit.destination, &transmit.contents),
                Ok(Output::Event(Event::RtpPacket(packet))) => {
                    if let Some(stamp) = Stamp::read(&packet.payload) {
                        if peer.heard.is_none() {
                            peer.heard = Some(peer.begun.elapsed());
                        }
                        peer.ledger.add(&stamp, at_ns, packet.payload.len(), counted, latency);
                    }
                }
                Ok(Output::Event(Event::KeyframeRequest(request))) => {
                    let of = peer.sources.iter_mut().filter(|source| source.mid == request.mid);
                    of.for_each(|source| source.want_key_frame(request.rid));
                }
                Ok(Output::Event(Event::Connected)) => {
                    peer.connected = Some(peer.begun.elapsed());
                    progress.connected.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Output::Event(_)) => {}
                Err(_) => break Instant::now() + Duration::from_secs(1),
            }
        };
        if !peer.rtc.is_alive() && !std::mem::replace(&mut peer.ended, true) {
            progress.ended.fetch_add(1, Ordering::Relaxed);
        }
        outbox.flush(&peer.socket);
        at
    }

    fn rest(&mut self, number: usize, at: Instant, now: Instant) {
        let soonest = if self.peers[number].connected.is_some() { now + SLACK } else { now };
        self.deadlines[number] = at.max(soonest);
    }
}
