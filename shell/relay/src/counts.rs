//! What a media thread has done since it began: counted without a lock, handed out once a second.

use std::time::Duration;

/// Upper bounds of the histogram of [`ThreadCounts::turns`], in microseconds; one more bucket holds what took longer.
pub const TURN_BOUNDS_US: [u64; 9] = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000];

/// What a media thread has done since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThreadCounts {
    /// Devices that it carries now.
    pub peers: u64,
    /// Packets that came in, of whatever kind.
    pub packets_in: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Packets that went out, of whatever kind.
    pub packets_out: u64,
    /// Their bytes.
    pub bytes_out: u64,
    /// Packets of sound and picture given to receivers; one for each receiver.
    pub forwarded: u64,
    /// Packets that went no further.
    pub dropped: Dropped,
    /// Times that receivers asked for packets again (RFC 4585 section 6.2.1).
    pub nacks: u64,
    /// Packets that went out in a retransmission stream (RFC 4588): asked for again, or sent to measure the way.
    pub retransmitted: u64,
    /// Key frames that senders were asked for.
    pub key_frames_asked: u64,
    /// Key frames that receivers asked for.
    pub key_frames_wanted: u64,
    /// How long it took from reading a batch of packets until everything that follows from it was given to the kernel: how many
    /// took at most each of [`TURN_BOUNDS_US`], not counting those in lower buckets.
    pub turns: [u64; TURN_BOUNDS_US.len() + 1],
    /// All of them together, in microseconds.
    pub turns_us: u64,
}

/// Packets that went no further, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// From somebody who is not known, or that is no packet of a call.
    pub unknown: u64,
    /// Longer than can be sent on.
    pub too_long: u64,
    /// The room does not allow its sender to be heard or seen.
    pub not_granted: u64,
    /// Its sender sends more than it may.
    pub over_limit: u64,
    /// The kernel did not take it.
    pub not_sent: u64,
}

impl ThreadCounts {
    /// A turn that read something took this long.
    pub(crate) fn turn(&mut self, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = TURN_BOUNDS_US.iter().take_while(|bound| took_us > **bound).count();
        self.turns[bucket] += 1;
        self.turns_us += took_us;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_in_the_bucket_that_it_fits() {
        let mut counts = ThreadCounts::default();
        for us in [0, 50, 51, 2_500, 60_000] {
            counts.turn(Duration::from_micros(us));
        }
        assert_eq!(counts.turns, [2, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(counts.turns_us, 62_601);
    }
}
