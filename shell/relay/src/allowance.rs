use std::time::{Duration, Instant};

use parlor_media::Stream;

/// What a sender may have saved up: as much as it may send in this time.
const BURST: Duration = Duration::from_secs(1);

/// What a device may send: a bucket that fills at its rate, from which what is worth most may take the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    bps: u64,
    left_bits: u64,
    at: Instant,
}

impl Allowance {
    pub(crate) fn new(bps: u64, now: Instant) -> Allowance {
        Allowance { bps, left_bits: bps * BURST.as_secs(), at: now }
    }

    /// Bits per second.
    pub(crate) fn bps(&self) -> u64 {
        self.bps
    }

    /// Takes a packet out; false when what is left is kept for what is worth more.
    pub(crate) fn take(&mut self, now: Instant, stream: Stream, encoding: u8, bytes: usize) -> bool {
        let full_bits = self.bps * BURST.as_secs();
        let passed_us = u64::try_from(now.saturating_duration_since(self.at).as_micros()).unwrap_or(u64::MAX);
        let filled_bits = u128::from(self.bps) * u128::from(passed_us) / 1_000_000;
        if filled_bits > 0 {
            self.at = now;
            let filled_bits = u64::try_from(filled_bits).unwrap_or(u64::MAX);
            self.left_bits = self.left_bits.saturating_add(filled_bits).min(full_bits);
        }
        let bits = 8 * bytes as u64;
        let kept_bits = full_bits / 100 * kept_percent(stream, encoding);
        let is_taken = self.left_bits >= bits + kept_bits;
        if is_taken {
            self.left_bits -= bits;
        }
        is_taken
    }
}

/// How much of the bucket a packet leaves to others: sound takes the last, after it the lowest encoding of a picture.
fn kept_percent(stream: Stream, encoding: u8) -> u64 {
    match (stream, encoding) {
        (Stream::Audio | Stream::SystemAudio, _) => 0,
        (_, 0) => 20,
        (_, 1) => 40,
        _ => 60,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worth_least_is_dropped_first_and_the_rate_is_kept() {
        let mut now = Instant::now();
        let mut allowance = Allowance::new(1_000_000, now);
        let mut bits = [0_u64; 4];
        let seconds = 20;
        for _ in 0..seconds * 100 {
            now += Duration::from_millis(10);
            let mut send = |place: usize, stream, encoding, bytes: usize| {
                if allowance.take(now, stream, encoding, bytes) {
                    bits[place] += 8 * bytes as u64;
                }
            };
            send(0, Stream::Audio, 0, 50);
            send(1, Stream::Video, 0, 200);
            send(2, Stream::Video, 1, 600);
            send(3, Stream::Video, 2, 1200);
        }
        let [sound, low, middle, high] = bits.map(|bits| bits / seconds);
        assert_eq!(sound, 40_000, "all of it");
        assert_eq!(low, 160_000, "all of it");
        assert_eq!(middle, 480_000, "all of it");
        assert!(high < 400_000, "{high} of 960000 fit");
        let all = sound + low + middle + high;
        assert!((980_000..=1_060_000).contains(&all), "{all} with what was saved up");
    }
}
