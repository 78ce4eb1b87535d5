use std::time::Instant;

use str0m::rtp::RtpPacket;

use super::{Carrier, mark};
use crate::peer::Incoming;
use crate::route::{self, PeerKey};
use crate::wires::Wires;

/// Of the packets of somebody who may send nothing, one in so many is decrypted all the same: SRTP counts over the wraps of
/// sequence numbers (RFC 3711 section 3.3.1) and would lose count.
const SAMPLED: u16 = 64;

impl<W: Wires> Carrier<W> {
    /// Whether a packet may go on: the room allows it, and its sender does not send more than it may.
    pub(super) fn is_admitted(
        &mut self,
        key: PeerKey,
        incoming: &Incoming,
        packet: &RtpPacket,
        now: Instant,
    ) -> bool {
        let Some(Some(peer)) = self.peers.get_mut(key) else { return false };
        if !peer.may_send(incoming.source.stream) {
            self.counts.dropped.not_granted += 1;
            return false;
        }
        if peer.takes(incoming, packet.payload.len(), now) {
            return true;
        }
        self.counts.dropped.over_limit += 1;
        if peer.hold(incoming.source.stream, now) {
            mark(&mut self.dirty, key, peer);
        }
        false
    }
}

/// Whether a packet is looked at although its sender may send nothing: it is no sound or picture, or one of those that keep count.
pub(super) fn is_sample(packet: &[u8]) -> bool {
    match (route::ssrc_of(packet), packet.get(2..4)) {
        (Some(_), Some([high, low])) => u16::from_be_bytes([*high, *low]).is_multiple_of(SAMPLED),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_sound_and_picture_few_are_looked_at_and_of_everything_else_all() {
        let media = |seq: u16| {
            let mut packet = vec![0x80, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9, 9];
            packet[2..4].copy_from_slice(&seq.to_be_bytes());
            packet
        };
        assert_eq!((0..=u16::MAX).filter(|seq| is_sample(&media(*seq))).count(), 1024);
        assert!(is_sample(&[0x80, 200, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 9, 9]), "a report");
        assert!(is_sample(&[22, 254, 253]), "DTLS");
    }
}
