use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use mio::{Registry, Token};

use crate::peer::Path;
use crate::route::Way;
use crate::socket::{Outlet, ReadRoom, UdpPort};
use crate::tcp::{Links, TcpPacket};

/// What the packets of a carrier leave by.
pub(crate) trait Wires {
    /// Sends a packet, now or with those after it.
    fn send(&mut self, path: Path, packet: &[u8]);

    /// Sends what was gathered; how many packets were not taken since this was called last.
    fn flush(&mut self) -> u64;

    /// Takes a TCP connection, of which `read` was read already.
    fn open(&mut self, stream: TcpStream, remote: SocketAddr, read: Vec<u8>, now: Instant);

    /// Takes a TCP connection out, with what of it is still to be read.
    fn take(&mut self, remote: SocketAddr) -> Option<(TcpStream, Vec<u8>)>;

    /// A TCP connection is a peer's.
    fn prove(&mut self, remote: SocketAddr);
}

/// The sockets of a media thread.
pub(crate) struct Sockets {
    registry: Registry,
    port: UdpPort,
    outlet: Outlet,
    links: Links,
    /// Connections with more to read.
    ready: Vec<usize>,
}

impl Sockets {
    pub(crate) fn new(registry: Registry, port: UdpPort) -> Sockets {
        let (outlet, links, ready) = (Outlet::new(), Links::default(), Vec::new());
        Sockets { registry, port, outlet, links, ready }
    }

    /// Reads a batch of the UDP port; the number of reads that hold something. None when there is nothing.
    pub(crate) fn read(&self, room: &mut ReadRoom) -> io::Result<Option<usize>> {
        self.port.read(room)
    }

    #[cfg(feature = "lens")]
    pub(crate) fn outlet(&mut self) -> &mut Outlet {
        &mut self.outlet
    }

    /// A connection can be read or written.
    pub(crate) fn rouse(&mut self, token: Token) {
        self.ready.extend(Links::place(token));
    }

    /// Whether a connection has more to read.
    pub(crate) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Gives each connection that can be read or written its turn.
    pub(crate) fn turn(&mut self, now: Instant, packets: &mut Vec<TcpPacket>) {
        for place in std::mem::take(&mut self.ready) {
            if self.links.turn(&self.registry, place, now, packets) {
                self.ready.push(place);
            }
        }
    }

    /// Closes connections that have been silent for too long.
    pub(crate) fn sweep(&mut self, now: Instant, idle: Duration) {
        self.links.sweep(&self.registry, now, idle);
    }
}

impl Wires for Sockets {
    fn send(&mut self, path: Path, packet: &[u8]) {
        match path.way {
            Way::Udp => self.outlet.push(&self.port, path.remote, path.local, packet),
            Way::Tcp => self.links.send(path.remote, packet),
        }
    }

    fn flush(&mut self) -> u64 {
        self.outlet.flush(&self.port);
        self.outlet.take_lost()
    }

    fn open(&mut self, stream: TcpStream, remote: SocketAddr, read: Vec<u8>, now: Instant) {
        match self.links.open(&self.registry, stream, remote, read, now) {
            Ok(place) => self.ready.push(place),
            Err(error) => tracing::debug!(%error, "a connection was not taken"),
        }
    }

    fn take(&mut self, remote: SocketAddr) -> Option<(TcpStream, Vec<u8>)> {
        self.links.take(&self.registry, remote)
    }

    fn prove(&mut self, remote: SocketAddr) {
        self.links.prove(remote);
    }
}
