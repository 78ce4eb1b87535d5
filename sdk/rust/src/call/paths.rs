//! The sockets that a call's packets go over: UDP, and TCP where UDP finds no way.

use super::peer::PeerError;
use bytes::Bytes;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket as StdUdpSocket};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use str0m::Candidate;
use str0m::net::{Protocol, TcpType, Transmit};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Packets that may wait for a TCP connection to take them, and for the call to take what came over it.
const WAITING: usize = 512;
/// How long a TCP connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A TCP connection that ended is made anew after this at the earliest.
const CONNECT_PAUSE: Duration = Duration::from_secs(1);
/// The port of a connecting TCP candidate, which has none of its own (RFC 6544 section 4.5).
const DISCARD: u16 = 9;
/// The server knows a media connection by a first frame that is shorter: its length begins with a 0.
const FIRST_FRAME: usize = 256;

struct Udp {
    local: SocketAddr,
    reads: UdpSocket,
    /// The same socket: writing needs no readiness.
    writes: StdUdpSocket,
}

struct Tcp {
    remote: SocketAddr,
    frames: mpsc::Sender<Bytes>,
    opened_at: Instant,
    begun: bool,
}

/// The two ends of a TCP connection, as ICE knows them.
#[derive(Clone, Copy)]
struct Ends {
    local: SocketAddr,
    remote: SocketAddr,
}

/// Where a packet came from, and to.
pub(super) struct Arrived {
    pub(super) proto: Protocol,
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
    pub(super) length: usize,
}

pub(super) struct Paths {
    udp: Vec<Udp>,
    tcp: Vec<Tcp>,
    tcp_remotes: Vec<SocketAddr>,
    came: mpsc::Sender<(Ends, Bytes)>,
    arrivals: mpsc::Receiver<(Ends, Bytes)>,
    tasks: JoinSet<()>,
    /// Packets that no socket took.
    pub(super) dropped: u64,
}

impl Paths {
    pub(super) fn new() -> Self {
        let (came, arrivals) = mpsc::channel(WAITING);
        Self {
            udp: Vec::new(),
            tcp: Vec::new(),
            tcp_remotes: Vec::new(),
            came,
            arrivals,
            tasks: JoinSet::new(),
            dropped: 0,
        }
    }

    /// New sockets towards the candidates of an answer, in place of older ones; what they are called.
    pub(super) fn open(&mut self, answer_sdp: &str) -> Result<Vec<Candidate>, PeerError> {
        self.close();
        let remotes = candidates(answer_sdp);
        let of = |tcp: bool| remotes.iter().filter(move |(is_tcp, _)| *is_tcp == tcp).map(|(_, at)| *at);
        self.tcp_remotes = of(true).collect();
        let mut locals = Vec::new();
        for remote in of(false) {
            let Some(local) = local_towards(remote).filter(|local| !self.has(*local)) else { continue };
            let writes = StdUdpSocket::bind((local, 0))?;
            writes.set_nonblocking(true)?;
            let reads = UdpSocket::from_std(writes.try_clone()?)?;
            let local = writes.local_addr()?;
            self.udp.push(Udp { local, reads, writes });
            locals.extend(Candidate::host(local, "udp").ok());
        }
        Ok(locals)
    }

    fn has(&self, local: IpAddr) -> bool {
        self.udp.iter().any(|udp| udp.local.ip() == local)
    }

    /// The own ends of TCP connections; they are made when something is to be sent over them.
    pub(super) fn tcp_candidates(&self) -> Vec<Candidate> {
        let mut locals: Vec<IpAddr> = self.tcp_remotes.iter().copied().filter_map(local_towards).collect();
        locals.sort_unstable();
        locals.dedup();
        let active = |local: IpAddr| {
            let address = SocketAddr::new(local, DISCARD);
            Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build().ok()
        };
        locals.into_iter().filter_map(active).collect()
    }

    pub(super) fn close(&mut self) {
        self.udp.clear();
        self.tcp.clear();
        self.tcp_remotes.clear();
        self.tasks.abort_all();
        while self.arrivals.try_recv().is_ok() {}
    }

    pub(super) fn send(&mut self, packet: &Transmit) {
        let taken = match packet.proto {
            Protocol::Udp => {
                let socket = self.udp.iter().find(|udp| udp.local == packet.source);
                socket.is_some_and(|udp| udp.writes.send_to(&packet.contents, packet.destination).is_ok())
            }
            Protocol::Tcp => self.send_tcp(packet),
            _ => false,
        };
        self.dropped += u64::from(!taken);
    }

    fn send_tcp(&mut self, packet: &Transmit) -> bool {
        let (remote, now) = (packet.destination, Instant::now());
        self.tcp.retain(|tcp| !tcp.frames.is_closed() || now < tcp.opened_at + CONNECT_PAUSE);
        if !self.tcp.iter().any(|tcp| tcp.remote == remote) {
            let (frames, queue) = mpsc::channel(WAITING);
            let ends = Ends { local: packet.source, remote };
            self.tasks.spawn(carry(ends, queue, self.came.clone()));
            self.tcp.push(Tcp { remote, frames, opened_at: now, begun: false });
        }
        let Some(tcp) = self.tcp.iter_mut().find(|tcp| tcp.remote == remote) else { return false };
        let Ok(length) = u16::try_from(packet.contents.len()) else { return false };
        if !tcp.begun && packet.contents.len() >= FIRST_FRAME {
            return false;
        }
        tcp.begun = true;
        let mut frame = Vec::with_capacity(packet.contents.len() + 2);
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(&packet.contents);
        tcp.frames.try_send(frame.into()).is_ok()
    }

    /// The next packet, into `room`. Waits for ever while there is no socket.
    pub(super) async fn receive(&mut self, room: &mut [u8]) -> Arrived {
        poll_fn(|context| self.poll_receive(context, room)).await
    }

    /// One that is here already.
    pub(super) fn take(&mut self, room: &mut [u8]) -> Option<Arrived> {
        self.udp.iter().find_map(|udp| {
            let (length, source) = udp.reads.try_recv_from(room).ok()?;
            Some(Arrived { proto: Protocol::Udp, source, destination: udp.local, length })
        })
    }

    fn poll_receive(&mut self, context: &mut Context<'_>, room: &mut [u8]) -> Poll<Arrived> {
        while self.tasks.try_join_next().is_some() {}
        for udp in &self.udp {
            let mut read = ReadBuf::new(room);
            // An error is of a packet that was sent before: a port that nobody listens on.
            while let Poll::Ready(result) = udp.reads.poll_recv_from(context, &mut read) {
                if let Ok(source) = result {
                    let length = read.filled().len();
                    let (proto, destination) = (Protocol::Udp, udp.local);
                    return Poll::Ready(Arrived { proto, source, destination, length });
                }
                read.clear();
            }
        }
        while let Poll::Ready(Some((ends, packet))) = self.arrivals.poll_recv(context) {
            let Some(place) = room.get_mut(..packet.len()) else { continue };
            place.copy_from_slice(&packet);
            let (source, destination) = (ends.remote, ends.local);
            return Poll::Ready(Arrived { proto: Protocol::Tcp, source, destination, length: packet.len() });
        }
        Poll::Pending
    }
}

/// The own address that packets to `remote` leave from. Nothing is sent.
fn local_towards(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if remote.is_ipv4() { [0_u8; 4].into() } else { [0_u8; 16].into() };
    let socket = StdUdpSocket::bind((any, 0)).ok()?;
    socket.connect(remote).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

/// The host candidates of an answer, each once: whether it is TCP, and where (RFC 8839 section 5.1).
fn candidates(answer_sdp: &str) -> Vec<(bool, SocketAddr)> {
    let mut found = Vec::new();
    for line in answer_sdp.lines() {
        let Some(rest) = line.strip_prefix("a=candidate:") else { continue };
        let words: Vec<&str> = rest.split_ascii_whitespace().collect();
        let [_, _, transport, _, address, port, ..] = words[..] else { continue };
        let (Ok(address), Ok(port)) = (address.parse::<IpAddr>(), port.parse::<u16>()) else { continue };
        let candidate = (transport.eq_ignore_ascii_case("tcp"), SocketAddr::new(address, port));
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

/// One TCP connection (RFC 4571), from connecting to its end.
async fn carry(ends: Ends, mut queue: mpsc::Receiver<Bytes>, came: mpsc::Sender<(Ends, Bytes)>) {
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(ends.remote)).await;
    let Ok(Ok(stream)) = connected else { return };
    // Only slower without.
    let _ = stream.set_nodelay(true);
    let (reads, mut writes) = stream.into_split();
    let write = async {
        while let Some(frame) = queue.recv().await {
            writes.write_all(&frame).await?;
        }
        Ok::<(), io::Error>(())
    };
    tokio::select! {
        _ = write => {}
        _ = read(ends, reads, came) => {}
    }
}

async fn read(ends: Ends, mut reads: OwnedReadHalf, came: mpsc::Sender<(Ends, Bytes)>) -> io::Result<()> {
    loop {
        let length = usize::from(reads.read_u16().await?);
        let mut packet = vec![0; length];
        reads.read_exact(&mut packet).await?;
        // The call is busy: as with UDP, what there is no room for is lost.
        let _ = came.try_send((ends, packet.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_where_the_server_is() {
        let sdp = "v=0\r\na=candidate:1 1 udp 2130706175 10.0.0.1 8787 typ host\r\n\
            a=candidate:2 1 tcp 1671430143 10.0.0.1 8787 typ host tcptype passive\r\n\
            a=candidate:1 1 udp 2130706175 10.0.0.1 8787 typ host\r\na=candidate:3 1 udp 1 x.local 9 typ host\r\n\
            a=candidate:4 1 UDP 2130706175 ::1 8787 typ host\r\n";
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        let expected = [(false, at("10.0.0.1:8787")), (true, at("10.0.0.1:8787")), (false, at("[::1]:8787"))];
        assert_eq!(candidates(sdp), expected);
    }
}
