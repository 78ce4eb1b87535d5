//! How many bits per second a layer has, over the last seconds.

const BUCKET_US: u64 = 200_000;
const BUCKETS: usize = 10;
/// How long must be measured before there is a figure.
const LEAST_US: u64 = 1_000_000;

/// Bytes of the last two seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter {
    buckets: [u32; BUCKETS],
    newest: u64,
    since_us: Option<u64>,
}

impl Meter {
    /// Counts bytes.
    pub(super) fn add(&mut self, now_us: u64, bytes: usize) {
        self.since_us.get_or_insert(now_us);
        let index = now_us / BUCKET_US;
        if index > self.newest {
            let passed = index - self.newest;
            for back in 0..passed.min(BUCKETS as u64) {
                self.buckets[((index - back) % BUCKETS as u64) as usize] = 0;
            }
            self.newest = index;
        }
        let bucket = &mut self.buckets[(index % BUCKETS as u64) as usize];
        *bucket = bucket.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    }

    /// Bits per second; nothing where none came, or the first so lately that a key frame alone would count.
    pub(super) fn bps(&self, now_us: u64) -> Option<u64> {
        let since_us = self.since_us?;
        let index = now_us / BUCKET_US;
        let oldest = (index + 1).saturating_sub(BUCKETS as u64);
        let from = oldest.max((self.newest + 1).saturating_sub(BUCKETS as u64));
        let bytes: u64 = (from..=self.newest.min(index))
            .map(|index| u64::from(self.buckets[(index % BUCKETS as u64) as usize]))
            .sum();
        let span_us = now_us.saturating_sub(since_us.max(oldest * BUCKET_US)).max(BUCKET_US);
        let is_enough = now_us >= since_us + LEAST_US;
        (bytes > 0 && is_enough).then(|| bytes * 8 * 1_000_000 / span_us)
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;

    #[test]
    fn a_steady_stream_is_measured_at_its_rate_and_forgotten_when_it_ends() {
        let mut meter = Meter::default();
        assert_eq!(meter.bps(0), None);
        for packet in 0..1000_u64 {
            meter.add(packet * 10_000, 1250);
            let bps = meter.bps(packet * 10_000 + 9_999);
            assert_eq!(bps.is_some(), packet >= 100);
            if let Some(bps) = bps {
                assert!((950_000..=1_050_000).contains(&bps), "{packet}: {bps}");
            }
        }
        assert_eq!(meter.bps(12_200_000), None);
    }
}
