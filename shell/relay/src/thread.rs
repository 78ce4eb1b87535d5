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
            tcp_packets: Vec::new(),
            sweep_at: now + SWEEP_INTERVAL,
        })
    }

    /// Until the relay stops.
    pub(crate) fn run(mut self) {
        let mut events = Events::with_capacity(256);
        while !self.taken.stopped {
            let patience = self.patience();
            if let Err(error) = self.poll.poll(&mut events, Some(patience))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "a media thread cannot wait");
                break;
            }
            let now = Instant::now();
            let mut woken = false;
            for event in &events {
                match event.token() {
                    WAKE => woken = true,
                    UDP => self.readable = true,
                    token => self.carrier.wires().rouse(token),
                }
            }
            if woken {
                self.take_orders(now);
            }
            self.read(now);
            self.carrier.expire(now);
            self.carrier.flush(now);
            if now >= self.sweep_at {
                self.sweep_at = now + SWEEP_INTERVAL;
                self.carrier.sweep(now);
                self.carrier.wires().sweep(now, self.directory.config.tcp_idle);
            }
        }
        self.carrier.stop(Instant::now());
        self.directory.events.stop();
    }

    fn patience(&mut self) -> Duration {
        if self.readable || self.carrier.wires().is_ready() {
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

    fn read(&mut self, now: Instant) {
        for _ in 0..MAX_BATCHES {
            if !self.readable {
                break;
            }
            match self.carrier.wires().read(&mut self.room) {
                Ok(Some(count)) => {
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
    }
}
