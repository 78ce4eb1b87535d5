mod batch;
mod outlet;
mod run;

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};

use mio::net::UdpSocket;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};

pub(crate) use outlet::Outlet;

/// What the kernel may keep of packets that we have not read yet, and of such that the network has not taken yet.
const KERNEL_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// The largest packet that is taken: what an Ethernet carries. Larger ones could not be sent on.
pub(crate) const MAX_PACKET_BYTES: usize = 1500;
/// One read: as many packets as the kernel glues together (generic receive offload).
const READ_BYTES: usize = 64 * MAX_PACKET_BYTES;

/// One socket for each thread on one port.
pub(crate) fn bind(address: SocketAddr, threads: usize) -> io::Result<Vec<UdpSocket>> {
    let mut sockets = Vec::new();
    let mut address = address;
    for _ in 0..threads {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if threads > 1 {
            socket.set_reuse_port(true)?;
        }
        if address.is_ipv6() && address.ip().is_unspecified() {
            socket.set_only_v6(false)?;
        }
        // The kernel gives what it is allowed to.
        let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES);
        let _ = socket.set_send_buffer_size(KERNEL_BUFFER_BYTES);
        socket.bind(&address.into())?;
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket.into());
        address = socket.local_addr()?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// A packet that was read.
pub(crate) struct Datagram<'a> {
    pub(crate) source: SocketAddr,
    /// The address of ours that it was sent to.
    pub(crate) local: Option<IpAddr>,
    pub(crate) contents: &'a [u8],
}

/// A thread's socket, read in batches.
pub(crate) struct UdpPort {
    io: UdpSocket,
    state: UdpSocketState,
    wide: bool,
}

/// Room for a batch that is read.
pub(crate) struct ReadRoom {
    bytes: Vec<u8>,
    meta: [RecvMeta; BATCH_SIZE],
}

impl ReadRoom {
    pub(crate) fn new() -> ReadRoom {
        ReadRoom { bytes: vec![0; READ_BYTES * BATCH_SIZE], meta: [RecvMeta::default(); BATCH_SIZE] }
    }

    /// The packets of the batch of `count` reads.
    pub(crate) fn packets(&self, count: usize) -> impl Iterator<Item = Datagram<'_>> {
        let reads = self.bytes.chunks(READ_BYTES).zip(&self.meta).take(count);
        reads.flat_map(|(bytes, meta)| {
            let stride = meta.stride.max(1);
            let source = canonical(meta.addr);
            let local = meta.dst_ip.map(|ip| ip.to_canonical());
            let packets = bytes[..meta.len].chunks(stride);
            packets.map(move |contents| Datagram { source, local, contents })
        })
    }
}

impl UdpPort {
    pub(crate) fn new(io: UdpSocket) -> io::Result<UdpPort> {
        let state = UdpSocketState::new((&io).into())?;
        let wide = io.local_addr()?.is_ipv6();
        Ok(UdpPort { io, state, wide })
    }

    pub(crate) fn register(&mut self, poll: &mio::Poll, token: mio::Token) -> io::Result<()> {
        poll.registry().register(&mut self.io, token, mio::Interest::READABLE)
    }

    /// Reads a batch; the number of reads that hold something. None when there is nothing.
    pub(crate) fn read(&self, room: &mut ReadRoom) -> io::Result<Option<usize>> {
        let mut chunks = room.bytes.chunks_mut(READ_BYTES);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or(&mut [])));
        match self.state.recv((&self.io).into(), &mut slices, &mut room.meta) {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An IPv4 address that a socket for both says as IPv6.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
