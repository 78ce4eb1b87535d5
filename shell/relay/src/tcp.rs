use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use crate::socket::{MAX_PACKET_BYTES, canonical};

/// The first token of a connection.
const FIRST: usize = 2;
/// Connections that have not proven to be anybody's: beyond this the oldest gives way.
const MAX_UNPROVEN: usize = 512;
/// What may wait for a connection: above this packets are lost, as on a link that is too slow.
const MAX_WAITING_BYTES: usize = 512 * 1024;
/// What is read of a connection at once.
const READ_BYTES: usize = 16 * 1024;
/// Reads of one connection before others have their turn.
const MAX_READS: usize = 4;

/// A connection: packets, each with its length before it (RFC 4571 section 2).
struct Link {
    io: TcpStream,
    remote: SocketAddr,
    local: Option<IpAddr>,
    unread: Vec<u8>,
    waiting: Vec<u8>,
    sent: usize,
    proven: bool,
    seen: Instant,
}

/// The connections of a thread.
#[derive(Default)]
pub(crate) struct Links {
    links: Vec<Option<Link>>,
    free: Vec<usize>,
    by_remote: HashMap<SocketAddr, usize>,
}

/// A packet of a connection.
pub(crate) struct TcpPacket {
    pub(crate) remote: SocketAddr,
    pub(crate) local: Option<IpAddr>,
    pub(crate) contents: Vec<u8>,
}

impl Links {
    /// Takes a connection; the number of its place.
    pub(crate) fn open(
        &mut self,
        registry: &Registry,
        stream: std::net::TcpStream,
        remote: SocketAddr,
        read: Vec<u8>,
        now: Instant,
    ) -> io::Result<usize> {
        self.make_room(registry);
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let remote = canonical(remote);
        let local = stream.local_addr().ok().map(|address| address.ip().to_canonical());
        let mut io = TcpStream::from_std(stream);
        let place = self.free.pop().unwrap_or_else(|| {
            self.links.push(None);
            self.links.len() - 1
        });
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = registry.register(&mut io, Token(FIRST + place), interest) {
            self.free.push(place);
            return Err(error);
        }
        let (waiting, sent) = (Vec::new(), 0);
        let link = Link { io, remote, local, unread: read, waiting, sent, proven: false, seen: now };
        if let Some(before) = self.by_remote.insert(remote, place) {
            self.close(registry, before);
            self.by_remote.insert(remote, place);
        }
        self.links[place] = Some(link);
        Ok(place)
    }

    /// The place that a token of the poll stands for.
    pub(crate) fn place(token: Token) -> Option<usize> {
        token.0.checked_sub(FIRST)
    }

    /// Reads what a connection has, and writes what waits for it. Closes one that ended or sends what is no frame. True: there may
    /// be more to read.
    pub(crate) fn turn(
        &mut self,
        registry: &Registry,
        place: usize,
        now: Instant,
        packets: &mut Vec<TcpPacket>,
    ) -> bool {
        let Some(Some(link)) = self.links.get_mut(place) else { return false };
        let before = packets.len();
        let read = link.write().and_then(|()| link.read(packets));
        if packets.len() > before {
            link.seen = now;
        }
        if read.is_err() {
            self.close(registry, place);
        }
        read.unwrap_or(false)
    }

    /// Sends a packet; dropped when too much waits.
    pub(crate) fn send(&mut self, remote: SocketAddr, packet: &[u8]) {
        let Some(place) = self.by_remote.get(&remote) else { return };
        let Some(Some(link)) = self.links.get_mut(*place) else { return };
        let Ok(length) = u16::try_from(packet.len()) else { return };
        if link.waiting.len() - link.sent + packet.len() > MAX_WAITING_BYTES {
            return;
        }
        link.waiting.extend_from_slice(&length.to_be_bytes());
        link.waiting.extend_from_slice(packet);
        // An end shows when it is read next.
        let _ = link.write();
    }

    /// The connection is a peer's.
    pub(crate) fn prove(&mut self, remote: SocketAddr) {
        if let Some(Some(link)) = self.by_remote.get(&remote).and_then(|place| self.links.get_mut(*place)) {
            link.proven = true;
        }
    }

    /// Takes a connection out, with what of it is still to be read, for another thread.
    pub(crate) fn take(
        &mut self,
        registry: &Registry,
        remote: SocketAddr,
    ) -> Option<(std::net::TcpStream, Vec<u8>)> {
        let place = self.by_remote.remove(&remote)?;
        let mut link = self.links.get_mut(place)?.take()?;
        self.free.push(place);
        registry.deregister(&mut link.io).ok()?;
        Some((link.io.into(), link.unread))
    }

    /// Closes what has been silent for too long.
    pub(crate) fn sweep(&mut self, registry: &Registry, now: Instant, idle: Duration) {
        for place in 0..self.links.len() {
            let is_idle = |link: &Link| now.saturating_duration_since(link.seen) >= idle;
            if self.links[place].as_ref().is_some_and(is_idle) {
                self.close(registry, place);
            }
        }
    }

    fn make_room(&mut self, registry: &Registry) {
        let unproven = || {
            self.links.iter().enumerate().filter_map(|(place, link)| {
                link.as_ref().filter(|link| !link.proven).map(|link| (link.seen, place))
            })
        };
        if self.links.len() - self.free.len() < MAX_UNPROVEN || unproven().count() < MAX_UNPROVEN {
            return;
        }
        if let Some((_, place)) = unproven().min() {
            self.close(registry, place);
        }
    }

    fn close(&mut self, registry: &Registry, place: usize) {
        if let Some(mut link) = self.links.get_mut(place).and_then(Option::take) {
            let _ = registry.deregister(&mut link.io);
            if self.by_remote.get(&link.remote) == Some(&place) {
                self.by_remote.remove(&link.remote);
            }
            self.free.push(place);
        }
    }
}

impl Link {
    fn read(&mut self, packets: &mut Vec<TcpPacket>) -> io::Result<bool> {
        let mut room = [0; READ_BYTES];
        self.cut(packets)?;
        for _ in 0..MAX_READS {
            match self.io.read(&mut room) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.unread.extend_from_slice(&room[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            self.cut(packets)?;
        }
        Ok(true)
    }

    fn cut(&mut self, packets: &mut Vec<TcpPacket>) -> io::Result<()> {
        let Link { remote, local, unread, .. } = self;
        let take = |packet: &[u8]| {
            packets.push(TcpPacket { remote: *remote, local: *local, contents: packet.to_vec() });
        };
        if cut(unread, take) { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn write(&mut self) -> io::Result<()> {
        while self.sent < self.waiting.len() {
            match self.io.write(&self.waiting[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.sent == self.waiting.len() || self.sent > MAX_WAITING_BYTES / 2 {
            self.waiting.drain(..self.sent);
            self.sent = 0;
        }
        Ok(())
    }
}

/// Cuts whole packets off the front, each with its length before it (RFC 4571 section 2). False where one is longer than any.
pub(crate) fn cut(unread: &mut Vec<u8>, mut take: impl FnMut(&[u8])) -> bool {
    let mut start = 0;
    while let [high, low, rest @ ..] = &unread[start..] {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length > MAX_PACKET_BYTES {
            return false;
        }
        let Some(packet) = rest.get(..length) else { break };
        take(packet);
        start += 2 + length;
    }
    unread.drain(..start);
    true
}
