//! Many runs in one call to the kernel (sendmmsg), each with its own destination, source address and segment size.
//! Elsewhere than on Linux, one call for each run.

use std::io;
use std::net::{IpAddr, SocketAddr};

use quinn_udp::Transmit;

use super::UdpPort;
use super::run::Run;

#[cfg(target_os = "linux")]
pub(super) use linux::Batch;

/// One call for each run.
#[cfg(not(target_os = "linux"))]
pub(super) struct Batch;

#[cfg(not(target_os = "linux"))]
impl Batch {
    pub(super) fn new() -> Batch {
        Batch
    }

    /// Sends the runs; how many packets the kernel did not take.
    pub(super) fn send(&mut self, port: &UdpPort, bytes: &[u8], runs: &[Run]) -> u64 {
        runs.iter().map(|run| send_alone(port, bytes, run)).sum()
    }
}

/// Sends one run; how many packets of it the kernel did not take. Where it does not cut runs apart, quinn-udp notices and none
/// are made from then on.
fn send_alone(port: &UdpPort, bytes: &[u8], run: &Run) -> u64 {
    let transmit = Transmit {
        destination: addressed(port, run.destination),
        ecn: None,
        contents: bytes.get(run.bytes.clone()).unwrap_or(&[]),
        segment_size: (run.segments > 1).then_some(run.segment),
        src_ip: source(run),
    };
    match port.state.try_send((&port.io).into(), &transmit) {
        Ok(()) => 0,
        Err(error) => lost(run, &error),
    }
}

/// A full buffer loses packets as a full router would: the receiver asks for them again.
fn lost(run: &Run, error: &io::Error) -> u64 {
    tracing::trace!(%error, "packets were not sent");
    run.segments as u64
}

fn source(run: &Run) -> Option<IpAddr> {
    run.local.filter(|ip| !ip.is_unspecified())
}

/// A socket for both families knows an IPv4 address as IPv6.
fn addressed(port: &UdpPort, address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if port.wide => SocketAddr::new(IpAddr::V6(ip.to_ipv6_mapped()), address.port()),
        _ => address,
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::mem;
    use std::net::IpAddr;
    use std::os::fd::AsRawFd;
    use std::ptr;

    use socket2::SockAddr;

    use super::super::UdpPort;
    use super::super::run::{MAX_RUNS, Run};
    use super::{addressed, lost, send_alone, source};

    /// Room for the segment size and a source address of either family.
    const CONTROL_BYTES: usize = 96;

    /// Control messages must stand where a `cmsghdr` may.
    #[derive(Clone, Copy)]
    #[repr(align(8))]
    struct Control([u8; CONTROL_BYTES]);

    /// What the kernel is shown of a batch. It holds addresses of the runs' bytes only during one call.
    pub(in crate::socket) struct Batch {
        headers: Vec<libc::mmsghdr>,
        pieces: Vec<libc::iovec>,
        names: Vec<SockAddr>,
        controls: Vec<Control>,
    }

    // SAFETY: between calls the addresses in it are not used, and they are all written anew before the next.
    unsafe impl Send for Batch {}

    impl Batch {
        pub(in crate::socket) fn new() -> Batch {
            Batch {
                headers: Vec::with_capacity(MAX_RUNS),
                pieces: Vec::with_capacity(MAX_RUNS),
                names: Vec::with_capacity(MAX_RUNS),
                controls: vec![Control([0; CONTROL_BYTES]); MAX_RUNS],
            }
        }

        /// Sends the runs; how many packets the kernel did not take.
        pub(in crate::socket) fn send(&mut self, port: &UdpPort, bytes: &[u8], runs: &[Run]) -> u64 {
            let mut lost_packets = 0;
            let mut at = 0;
            while let Some(rest) = runs.get(at..).filter(|rest| !rest.is_empty()) {
                if let [run] = rest {
                    return lost_packets + send_alone(port, bytes, run);
                }
                match self.call(port, bytes, &rest[..rest.len().min(MAX_RUNS)]) {
                    Ok(sent) => at += sent.max(1),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        return lost_packets + rest.iter().map(|run| lost(run, &error)).sum::<u64>();
                    }
                    // It is about the first of the rest: who it is for cannot be reached, or it cannot be cut apart.
                    Err(_) => {
                        lost_packets += send_alone(port, bytes, &rest[0]);
                        at += 1;
                    }
                }
            }
            lost_packets
        }

        fn call(&mut self, port: &UdpPort, bytes: &[u8], runs: &[Run]) -> io::Result<usize> {
            self.headers.clear();
            self.pieces.clear();
            self.names.clear();
            self.names.extend(runs.iter().map(|run| SockAddr::from(addressed(port, run.destination))));
            let pieces = runs.iter().map(|run| bytes.get(run.bytes.clone()).unwrap_or(&[]));
            self.pieces.extend(pieces.map(|piece| libc::iovec {
                iov_base: piece.as_ptr().cast_mut().cast(),
                iov_len: piece.len(),
            }));
            for (place, run) in runs.iter().enumerate() {
                let (name, control) = (&self.names[place], &mut self.controls[place]);
                // SAFETY: all bytes zero is a header with nothing in it.
                let mut header: libc::msghdr = unsafe { mem::zeroed() };
                header.msg_name = name.as_ptr().cast_mut().cast();
                header.msg_namelen = name.len();
                header.msg_iov = &raw mut self.pieces[place];
                header.msg_iovlen = 1;
                header.msg_control = control.0.as_mut_ptr().cast();
                header.msg_controllen = controls(run, control) as _;
                if header.msg_controllen == 0 {
                    header.msg_control = ptr::null_mut();
                }
                self.headers.push(libc::mmsghdr { msg_hdr: header, msg_len: 0 });
            }
            // SAFETY: the headers point at names, pieces and controls of this batch and at bytes of the caller, none of which
            // moves or goes before the call returns; the kernel writes nothing but `msg_len`.
            let sent = unsafe {
                libc::sendmmsg(
                    port.io.as_raw_fd(),
                    self.headers.as_mut_ptr(),
                    self.headers.len() as libc::c_uint,
                    0,
                )
            };
            usize::try_from(sent).map_err(|_| io::Error::last_os_error())
        }
    }

    /// Writes the control messages of a run; how many bytes they take.
    fn controls(run: &Run, control: &mut Control) -> usize {
        let mut end = 0;
        if run.segments > 1 {
            let segment = u16::try_from(run.segment).unwrap_or(u16::MAX);
            end = put(control, end, libc::SOL_UDP, libc::UDP_SEGMENT, segment);
        }
        match source(run) {
            Some(IpAddr::V4(ip)) => {
                let spec_dst = libc::in_addr { s_addr: u32::from_ne_bytes(ip.octets()) };
                let nowhere = libc::in_addr { s_addr: 0 };
                let from = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: spec_dst, ipi_addr: nowhere };
                end = put(control, end, libc::IPPROTO_IP, libc::IP_PKTINFO, from);
            }
            Some(IpAddr::V6(ip)) => {
                let address = libc::in6_addr { s6_addr: ip.octets() };
                let from = libc::in6_pktinfo { ipi6_addr: address, ipi6_ifindex: 0 };
                end = put(control, end, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, from);
            }
            None => {}
        }
        end
    }

    /// Writes one control message at `at`; where the next one stands.
    fn put<T: Copy>(control: &mut Control, at: usize, level: i32, kind: i32, value: T) -> usize {
        let length = libc::c_uint::try_from(mem::size_of::<T>()).unwrap_or(0);
        // SAFETY: these only compute sizes.
        let (space, header_length) = unsafe { (libc::CMSG_SPACE(length), libc::CMSG_LEN(length)) };
        let end = at + space as usize;
        assert!(end <= CONTROL_BYTES, "there is room for all control messages that there are");
        // SAFETY: `at` is the sum of such spaces and thus aligned, and `end` is within the room.
        unsafe {
            let header = control.0.as_mut_ptr().add(at).cast::<libc::cmsghdr>();
            (*header).cmsg_level = level;
            (*header).cmsg_type = kind;
            (*header).cmsg_len = header_length as _;
            ptr::write_unaligned(libc::CMSG_DATA(header).cast::<T>(), value);
        }
        end
    }
}
