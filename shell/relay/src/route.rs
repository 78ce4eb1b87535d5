use std::collections::HashMap;
use std::net::SocketAddr;

/// A peer of this thread.
pub(crate) type PeerKey = usize;

/// Addresses that lead to one peer: more are forgotten, the oldest first.
const MAX_ADDRESSES: usize = 8;
/// Streams of one peer by which it is found, likewise.
const MAX_SSRCS: usize = 16;

/// How a peer is found from a packet: by the address that it came from once it was proven, by our user fragment before (RFC 8445
/// section 7.3). Two lookups, however many peers there are.
#[derive(Default)]
pub(crate) struct Routes {
    addresses: HashMap<(Way, SocketAddr), PeerKey>,
    fragments: HashMap<String, PeerKey>,
    /// Whose streams are whose: what comes from an unknown address may be of a device whose address has just changed.
    ssrcs: HashMap<u32, PeerKey>,
}

/// What packets come over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    Udp,
    Tcp,
}

impl Routes {
    pub(crate) fn by_address(&self, way: Way, address: SocketAddr) -> Option<PeerKey> {
        self.addresses.get(&(way, address)).copied()
    }

    pub(crate) fn by_fragment(&self, fragment: &str) -> Option<PeerKey> {
        self.fragments.get(fragment).copied()
    }

    pub(crate) fn name(&mut self, fragment: &str, peer: PeerKey) {
        self.fragments.insert(fragment.to_owned(), peer);
    }

    pub(crate) fn unname(&mut self, fragment: &str) {
        self.fragments.remove(fragment);
    }

    /// A packet from this address was proven to be of the peer. `known` are its addresses. False when nothing is new.
    pub(crate) fn learn(
        &mut self,
        way: Way,
        address: SocketAddr,
        peer: PeerKey,
        known: &mut Vec<(Way, SocketAddr)>,
    ) -> bool {
        if self.addresses.insert((way, address), peer) == Some(peer) {
            return false;
        }
        known.retain(|one| *one != (way, address));
        known.push((way, address));
        if known.len() > MAX_ADDRESSES {
            let oldest = known.remove(0);
            self.forget(oldest, peer);
        }
        true
    }

    pub(crate) fn by_ssrc(&self, ssrc: u32) -> Option<PeerKey> {
        self.ssrcs.get(&ssrc).copied()
    }

    /// A packet of this stream was decrypted as one of the peer. `known` are its streams.
    pub(crate) fn learn_ssrc(&mut self, ssrc: u32, peer: PeerKey, known: &mut Vec<u32>) {
        self.ssrcs.insert(ssrc, peer);
        known.retain(|one| *one != ssrc);
        known.push(ssrc);
        if known.len() > MAX_SSRCS {
            let oldest = known.remove(0);
            self.forget_ssrc(oldest, peer);
        }
    }

    pub(crate) fn forget_ssrc(&mut self, ssrc: u32, peer: PeerKey) {
        if self.ssrcs.get(&ssrc) == Some(&peer) {
            self.ssrcs.remove(&ssrc);
        }
    }

    /// How many ways there are to find somebody.
    pub(crate) fn count(&self) -> usize {
        self.addresses.len() + self.fragments.len() + self.ssrcs.len()
    }

    pub(crate) fn forget(&mut self, address: (Way, SocketAddr), peer: PeerKey) {
        if self.addresses.get(&address) == Some(&peer) {
            self.addresses.remove(&address);
        }
    }
}

/// Whether a packet is STUN (RFC 7983 section 7; RFC 8489 section 5).
pub(crate) fn is_stun(packet: &[u8]) -> bool {
    packet.len() >= 20 && packet[0] < 4 && packet[4..8] == [0x21, 0x12, 0xa4, 0x42]
}

/// The stream of a packet of sound or picture (RFC 3550 section 5.1; what is RTCP, RFC 5761 section 4).
pub(crate) fn ssrc_of(packet: &[u8]) -> Option<u32> {
    let is_rtp =
        packet.len() >= 12 && (128..192).contains(&packet[0]) && !(64..96).contains(&(packet[1] & 0x7f));
    let bytes = packet.get(8..12).filter(|_| is_rtp)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Our user fragment in a binding request: the first half of its USERNAME (RFC 8445 section 7.2.2).
pub(crate) fn our_fragment(packet: &[u8]) -> Option<&str> {
    const USERNAME: u16 = 0x0006;
    if !is_stun(packet) || packet[..2] != [0x00, 0x01] {
        return None;
    }
    let mut attributes = &packet[20..];
    while let [t0, t1, l0, l1, rest @ ..] = attributes {
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        if u16::from_be_bytes([*t0, *t1]) == USERNAME {
            let name = std::str::from_utf8(rest.get(..length)?).ok()?;
            return name.split_once(':').map(|(ours, _)| ours);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// The thread that a user fragment of ours names.
pub(crate) fn thread_of(fragment: &str) -> Option<usize> {
    usize::from_str_radix(fragment.get(..2)?, 16).ok()
}

/// A user fragment that names the thread, with 48 random bits.
pub(crate) fn fragment_of(thread: usize, random: [u8; 6]) -> String {
    let number = random.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{thread:02x}{number:012x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(username: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42];
        packet.extend([7; 12]);
        packet.extend([0x80, 0x22, 0x00, 0x03, b'a', b'b', b'c', 0]);
        packet.extend([0x00, 0x06]);
        packet.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
        packet.extend(username);
        packet.resize(packet.len().next_multiple_of(4), 0);
        packet
    }

    #[test]
    fn a_fragment_names_its_thread_and_is_found_in_a_request() {
        let fragment = fragment_of(11, [1, 2, 3, 4, 5, 255]);
        assert_eq!(thread_of(&fragment), Some(11));
        let packet = request(format!("{fragment}:xyz").as_bytes());
        assert_eq!(our_fragment(&packet), Some(&*fragment));
        assert_eq!(thread_of("é"), None);
    }

    #[test]
    fn no_packet_that_was_cut_or_changed_stops_the_reader() {
        let packet = request(b"0bcafe:xyz");
        for length in 0..packet.len() {
            let cut = our_fragment(&packet[..length]);
            assert!(cut.is_none() || length >= packet.len() - 2, "{length}");
        }
        for place in 0..packet.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = packet.clone();
                changed[place] = value;
                let _ = our_fragment(&changed);
            }
        }
    }

    #[test]
    fn a_peer_is_found_by_as_many_addresses_as_are_kept() {
        let mut routes = Routes::default();
        let mut known = Vec::new();
        let address = |port: u16| SocketAddr::from(([192, 0, 2, 1], port));
        for port in 0..100 {
            assert!(routes.learn(Way::Udp, address(port), 3, &mut known));
        }
        assert!(!routes.learn(Way::Udp, address(99), 3, &mut known));
        assert_eq!((routes.addresses.len(), known.len()), (MAX_ADDRESSES, MAX_ADDRESSES));
        assert_eq!(routes.by_address(Way::Udp, address(0)), None);
        assert_eq!(routes.by_address(Way::Udp, address(99)), Some(3));
        assert_eq!(routes.by_address(Way::Tcp, address(99)), None);
    }
}
