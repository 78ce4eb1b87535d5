use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// One write: what one UDP datagram may be before the kernel cuts it (generic segmentation offload).
pub(super) const RUN_BYTES: usize = 65_000;
/// Runs that leave in one call to the kernel.
pub(super) const MAX_RUNS: usize = 64;

/// Packets of one size to one receiver: the kernel takes them as one and cuts them apart.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) destination: SocketAddr,
    pub(super) local: Option<IpAddr>,
    pub(super) bytes: Range<usize>,
    pub(super) segment: usize,
    pub(super) segments: usize,
    closed: bool,
}

impl Run {
    /// Of one packet, which stands at `start` of what was gathered.
    pub(super) fn new(destination: SocketAddr, local: Option<IpAddr>, start: usize, length: usize) -> Run {
        let bytes = start..start + length;
        Run { destination, local, bytes, segment: length, segments: 1, closed: false }
    }

    /// Whether a packet may be the next of it: all are as long as the first, and only the last may be shorter.
    pub(super) fn takes(
        &self,
        destination: SocketAddr,
        local: Option<IpAddr>,
        length: usize,
        max_segments: usize,
    ) -> bool {
        !self.closed
            && self.destination == destination
            && self.local == local
            && length <= self.segment
            && self.segments < max_segments
            && self.bytes.len() + length <= RUN_BYTES
    }

    /// The next packet is of this length.
    pub(super) fn add(&mut self, length: usize) {
        self.segments += 1;
        self.closed = length < self.segment;
        self.bytes.end += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_of_one_size_are_a_run_that_a_shorter_one_ends() {
        let [one, other] = [1, 2].map(|port| SocketAddr::from(([192, 0, 2, 1], port)));
        let mut run = Run::new(one, None, 100, 1200);
        assert!(run.takes(one, None, 1200, 64) && run.takes(one, None, 80, 64));
        assert!(!run.takes(one, None, 1201, 64), "it is longer");
        assert!(!run.takes(other, None, 1200, 64), "it goes elsewhere");
        assert!(!run.takes(one, None, 1200, 1), "the kernel does not cut");
        run.add(1200);
        run.add(80);
        assert_eq!((run.segments, run.segment, run.bytes.clone()), (3, 1200, 100..2580));
        assert!(!run.takes(one, None, 80, 64), "it has ended");
        let mut full = Run::new(one, None, 0, 1500);
        while full.takes(one, None, 1500, 64) {
            full.add(1500);
        }
        assert_eq!(full.segments, RUN_BYTES / 1500);
    }
}
