use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Poll, Token};

use crate::carrier::Carrier;
use crate::directory::Directory;
use crate::orders::{WAKE, Waiting};
use crate::route::Way;
use crate::socket::{ReadRoom, UdpPort};
use crate::tcp::TcpPacket;
use crate::wires::Sockets;

const UDP: Token = Token(1);
/// Batches that are read before what they bring is sent on.
const MAX_BATCHES: usize = 4;
/// How often it is looked who has been silent.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// A media thread: waits, reads, lets the carrier carry, and sends.
pub(crate) struct MediaThread {
    index: usize,
    directory: Arc<Directory>,
    poll: Poll,
    carrier: Carrier<Sockets>,
    room: ReadRoom,
    taken: Waiting,
    readable: bool,
    /// Orders wait.
    woken: bool,
    tcp_packets: Vec<TcpPacket>,
    sweep_at: Instant,
}

impl MediaThread {
    pub(crate) fn new(
        index: usize,
        directory: Arc<Directory>,
        socket: UdpSocket,
        poll: Poll,
    ) -> io::Result<MediaThread> {
        let mut port = UdpPort::new(socket)?;
        port.register(&poll, UDP)?;
        let sockets = Sockets::new(poll.registry().try_clone()?, port);
        let now = Instant::now();
        Ok(MediaThread {
            index,
            carrier: Carrier::new(index, Arc::clone(&directory), sockets, now),
            directory,
            poll,
            room: ReadRoom::new(),
            taken: Waiting::default(),
            readable: true,
            woken: false,
            tcp_packets: Vec::new(),
            sweep_at: now + SWEEP_INTERVAL,
        })
    }

    /// Until the relay stops.
    pub(crate) fn run(mut self) {
        let mut events = Events::with_capacity(256);
        while !self.taken.stopped {
            let patience = self.patience();
            if let Err(error) = self.wait(&mut events, patience) {
                tracing::error!(%error, "a media thread cannot wait");
                break;
            }
            self.turn(Instant::now());
        }
        self.carrier.stop(Instant::now());
        self.directory.events.stop();
    }

    /// Waits for packets and orders, but not longer than this.
    pub(crate) fn wait(&mut self, events: &mut Events, patience: Duration) -> io::Result<()> {
        match self.poll.poll(events, Some(patience)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for event in &*events {
            match event.token() {
                WAKE => self.woken = true,
                UDP => self.readable = true,
                token => self.carrier.wires().rouse(token),
            }
        }
        Ok(())
    }

    /// Does what there is to do at this time.
    pub(crate) fn turn(&mut self, now: Instant) {
        if std::mem::take(&mut self.woken) {
            self.take_orders(now);
        }
        let has_read = self.read(now);
        self.carrier.expire(now);
        self.carrier.flush(now);
        if has_read {
            self.carrier.counts.turn(now.elapsed());
        }
        if now >= self.sweep_at {
            self.sweep_at = now + SWEEP_INTERVAL;
            self.carrier.sweep(now);
            self.carrier.wires().sweep(now, self.directory.config.tcp_idle);
        }
    }

    /// When somebody is to be told the time.
    #[cfg(feature = "lens")]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.carrier.next_deadline()
    }

    #[cfg(feature = "lens")]
    pub(crate) fn outlet(&mut self) -> &mut crate::socket::Outlet {
        self.carrier.wires().outlet()
    }

    /// There is more to do without waiting.
    pub(crate) fn is_busy(&mut self) -> bool {
        self.readable || self.carrier.wires().is_ready()
    }

    fn patience(&mut self) -> Duration {
        if self.is_busy() {
            return Duration::ZERO;
        }
        let next = self.carrier.next_deadline().map_or(self.sweep_at, |next| next.min(self.sweep_at));
        next.saturating_duration_since(Instant::now())
    }

    fn take_orders(&mut self, now: Instant) {
        self.directory.inboxes[self.index].take(&mut self.taken);
        for order in self.taken.orders.drain(..) {
            self.carrier.order(order, now);
        }
        for stray in self.taken.strays.drain(..) {
            self.carrier.arrive(Way::Udp, stray.source, stray.local, &stray.contents, now);
        }
    }

    /// True when something was read.
    fn read(&mut self, now: Instant) -> bool {
        let mut has_read = false;
        for _ in 0..MAX_BATCHES {
            if !self.readable {
                break;
            }
            match self.carrier.wires().read(&mut self.room) {
                Ok(Some(count)) => {
                    has_read = true;
                    for packet in self.room.packets(count) {
                        self.carrier.arrive(Way::Udp, packet.source, packet.local, packet.contents, now);
                    }
                }
                Ok(None) => self.readable = false,
                // An ICMP error of somebody that we sent to: there is more to read.
                Err(error) => tracing::trace!(%error, "nothing was read"),
            }
        }
        let MediaThread { carrier, tcp_packets, .. } = self;
        carrier.wires().turn(now, tcp_packets);
        for packet in tcp_packets.drain(..) {
            carrier.arrive(Way::Tcp, packet.remote, packet.local, &packet.contents, now);
        }
        has_read
    }
}
