//! UDP as cheap as it comes: many packets with one call of the kernel, and the time at which the kernel had each of them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};
use std::{mem, ptr};

/// Packets of one read or write.
pub(crate) const BATCH: usize = 64;
/// The longest packet that is read.
const PACKET_BYTES: usize = 1600;
/// Bytes of what the kernel says beside a packet.
const CONTROL_BYTES: usize = 64;
/// What the kernel may keep of one socket's packets.
const BUFFER_BYTES: libc::c_int = 8 << 20;

/// A packet that came in.
pub(crate) struct Received<'a> {
    /// Whence.
    pub(crate) source: SocketAddr,
    /// When the kernel had it: time of the wall clock, ns since 1970.
    pub(crate) at_ns: u64,
    /// It.
    pub(crate) contents: &'a [u8],
}

/// A bound socket that does not block.
pub(crate) struct Socket {
    socket: UdpSocket,
    /// Where packets for it go.
    pub(crate) local: SocketAddr,
}

impl Socket {
    /// On any free port of an address.
    pub(crate) fn bind(address: Ipv4Addr) -> io::Result<Socket> {
        let socket = UdpSocket::bind(SocketAddrV4::new(address, 0))?;
        socket.set_nonblocking(true)?;
        let local = socket.local_addr()?;
        let socket = Socket { socket, local };
        socket.set(libc::SO_TIMESTAMPNS, 1)?;
        for (forced, asked) in
            [(libc::SO_RCVBUFFORCE, libc::SO_RCVBUF), (libc::SO_SNDBUFFORCE, libc::SO_SNDBUF)]
        {
            // Without the right to go beyond the system's limit it is that limit.
            socket.set(forced, BUFFER_BYTES).or_else(|_| socket.set(asked, BUFFER_BYTES))?;
        }
        Ok(socket)
    }

    pub(crate) fn fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    fn set(&self, name: libc::c_int, value: libc::c_int) -> io::Result<()> {
        let length = mem::size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: the descriptor is open, and the value lives for the call and is as long as said.
        let done =
            unsafe { libc::setsockopt(self.fd(), libc::SOL_SOCKET, name, (&raw const value).cast(), length) };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

/// Room for the packets of one read.
pub(crate) struct Inbox {
    packets: Box<[[u8; PACKET_BYTES]; BATCH]>,
    controls: Box<[Control; BATCH]>,
    lengths: [usize; BATCH],
    sources: [SocketAddrV4; BATCH],
    times_ns: [u64; BATCH],
}

#[repr(align(8))]
#[derive(Clone, Copy)]
struct Control([u8; CONTROL_BYTES]);

const NOWHERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

impl Inbox {
    pub(crate) fn new() -> Inbox {
        Inbox {
            packets: Box::new([[0; PACKET_BYTES]; BATCH]),
            controls: Box::new([Control([0; CONTROL_BYTES]); BATCH]),
            lengths: [0; BATCH],
            sources: [NOWHERE; BATCH],
            times_ns: [0; BATCH],
        }
    }

    /// Reads what there is, at most [`BATCH`] packets; how many.
    pub(crate) fn read(&mut self, socket: &Socket) -> io::Result<usize> {
        // SAFETY: all of these are plain numbers and pointers, for which zero is a value.
        let mut names: [libc::sockaddr_in; BATCH] = unsafe { mem::zeroed() };
        // SAFETY: as above.
        let mut parts: [libc::iovec; BATCH] = unsafe { mem::zeroed() };
        // SAFETY: as above.
        let mut heads: [libc::mmsghdr; BATCH] = unsafe { mem::zeroed() };
        for place in 0..BATCH {
            parts[place].iov_base = self.packets[place].as_mut_ptr().cast();
            parts[place].iov_len = PACKET_BYTES;
            let head = &mut heads[place].msg_hdr;
            head.msg_name = (&raw mut names[place]).cast();
            head.msg_namelen = mem::size_of::<libc::sockaddr_in>() as libc::socklen_t;
            head.msg_iov = &raw mut parts[place];
            head.msg_iovlen = 1;
            head.msg_control = self.controls[place].0.as_mut_ptr().cast();
            head.msg_controllen = CONTROL_BYTES as _;
        }
        let (flags, heads_at) = (libc::MSG_DONTWAIT, heads.as_mut_ptr());
        // SAFETY: each head points at room of this call that is as long as it says.
        let count = unsafe { libc::recvmmsg(socket.fd(), heads_at, BATCH as _, flags as _, ptr::null_mut()) };
        if count < 0 {
            let error = io::Error::last_os_error();
            return if error.kind() == io::ErrorKind::WouldBlock { Ok(0) } else { Err(error) };
        }
        let count = count as usize;
        for place in 0..count {
            self.lengths[place] = heads[place].msg_len as usize;
            self.sources[place] = address(&names[place]);
            self.times_ns[place] = arrival_ns(&heads[place].msg_hdr);
        }
        Ok(count)
    }

    /// One of the packets that were read last.
    pub(crate) fn packet(&self, place: usize) -> Received<'_> {
        let contents = &self.packets[place][..self.lengths[place].min(PACKET_BYTES)];
        Received { source: self.sources[place].into(), at_ns: self.times_ns[place], contents }
    }
}

fn address(name: &libc::sockaddr_in) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::from(u32::from_be(name.sin_addr.s_addr)), u16::from_be(name.sin_port))
}

/// When the kernel had a packet, ns since 1970; 0 when it did not say.
fn arrival_ns(head: &libc::msghdr) -> u64 {
    // SAFETY: the kernel has filled this head and the room for control messages that it points at.
    let mut control = unsafe { libc::CMSG_FIRSTHDR(head) };
    while !control.is_null() {
        // SAFETY: a control message that is not null lies within that room.
        let (level, kind) = unsafe { ((*control).cmsg_level, (*control).cmsg_type) };
        if (level, kind) == (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) {
            // SAFETY: what follows a head of this kind is one timespec, aligned or not.
            let time = unsafe { libc::CMSG_DATA(control).cast::<libc::timespec>().read_unaligned() };
            return time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
        }
        // SAFETY: both belong together.
        control = unsafe { libc::CMSG_NXTHDR(head, control) };
    }
    0
}

/// Packets on their way out of one socket.
#[derive(Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    packets: Vec<(SocketAddrV4, usize)>,
}

impl Outbox {
    /// Takes a packet; [`Outbox::flush`] sends it.
    pub(crate) fn push(&mut self, destination: SocketAddr, contents: &[u8]) {
        if let SocketAddr::V4(destination) = destination {
            self.bytes.extend_from_slice(contents);
            self.packets.push((destination, contents.len()));
        }
    }

    /// Sends all; what the kernel does not take is lost, as in a network. How many were sent.
    pub(crate) fn flush(&mut self, socket: &Socket) -> usize {
        let (mut at, mut sent) = (0, 0);
        for packets in self.packets.chunks(BATCH) {
            sent += send(socket, packets, &self.bytes[at..]);
            at += packets.iter().map(|(_, length)| length).sum::<usize>();
        }
        self.bytes.clear();
        self.packets.clear();
        sent
    }
}

fn send(socket: &Socket, packets: &[(SocketAddrV4, usize)], mut bytes: &[u8]) -> usize {
    // SAFETY: all of these are plain numbers and pointers, for which zero is a value.
    let mut names: [libc::sockaddr_in; BATCH] = unsafe { mem::zeroed() };
    // SAFETY: as above.
    let mut parts: [libc::iovec; BATCH] = unsafe { mem::zeroed() };
    // SAFETY: as above.
    let mut heads: [libc::mmsghdr; BATCH] = unsafe { mem::zeroed() };
    for (place, (destination, length)) in packets.iter().enumerate() {
        let (packet, rest) = bytes.split_at(*length);
        bytes = rest;
        names[place].sin_family = libc::AF_INET as _;
        names[place].sin_port = destination.port().to_be();
        names[place].sin_addr.s_addr = u32::from(*destination.ip()).to_be();
        parts[place].iov_base = packet.as_ptr().cast_mut().cast();
        parts[place].iov_len = packet.len();
        let head = &mut heads[place].msg_hdr;
        head.msg_name = (&raw mut names[place]).cast();
        head.msg_namelen = mem::size_of::<libc::sockaddr_in>() as libc::socklen_t;
        head.msg_iov = &raw mut parts[place];
        head.msg_iovlen = 1;
    }
    let mut sent = 0;
    while sent < packets.len() {
        let rest = (packets.len() - sent) as libc::c_uint;
        // SAFETY: the heads from here on are filled, and what they point at outlives the call.
        let count = unsafe { libc::sendmmsg(socket.fd(), heads.as_mut_ptr().add(sent), rest, 0) };
        if count <= 0 {
            break;
        }
        sent += count as usize;
    }
    sent
}

/// Which sockets have something to read.
pub(crate) struct Readiness {
    fd: RawFd,
    events: Vec<libc::epoll_event>,
}

impl Readiness {
    pub(crate) fn new() -> io::Result<Readiness> {
        // SAFETY: no pointers are passed.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Readiness { fd, events: vec![libc::epoll_event { events: 0, u64: 0 }; 4096] })
    }

    /// Watches a socket under a number.
    pub(crate) fn watch(&self, socket: &Socket, number: usize) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: number as u64 };
        // SAFETY: both descriptors are open, and the event lives for the call.
        let done = unsafe { libc::epoll_ctl(self.fd, libc::EPOLL_CTL_ADD, socket.fd(), &raw mut event) };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// The numbers of the sockets with something to read, without waiting.
    pub(crate) fn take(&mut self, ready: &mut Vec<usize>) {
        ready.clear();
        let room = self.events.len() as libc::c_int;
        // SAFETY: there is room for so many events.
        let count = unsafe { libc::epoll_wait(self.fd, self.events.as_mut_ptr(), room, 0) };
        ready.extend(self.events.iter().take(count.max(0) as usize).map(|event| event.u64 as usize));
    }
}

impl Drop for Readiness {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody else has it.
        unsafe { libc::close(self.fd) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_arrives_with_its_times() {
        let (from, to) =
            (Socket::bind(Ipv4Addr::LOCALHOST).unwrap(), Socket::bind(Ipv4Addr::LOCALHOST).unwrap());
        let mut readiness = Readiness::new().unwrap();
        readiness.watch(&to, 7).unwrap();
        let before_ns = crate::clock::wall_ns();
        let mut outbox = Outbox::default();
        for number in 0..100_u8 {
            outbox.push(to.local, &[number; 50]);
        }
        assert_eq!(outbox.flush(&from), 100);
        let (mut inbox, mut ready, mut seen) = (Inbox::new(), Vec::new(), 0);
        while seen < 100 {
            readiness.take(&mut ready);
            assert_eq!(ready, [7]);
            let count = inbox.read(&to).unwrap();
            for place in 0..count {
                let packet = inbox.packet(place);
                assert_eq!((packet.source, packet.contents), (from.local, &[seen; 50][..]));
                assert!((before_ns..=crate::clock::wall_ns()).contains(&packet.at_ns));
                seen += 1;
            }
        }
        assert_eq!(inbox.read(&to).unwrap(), 0);
    }
}
