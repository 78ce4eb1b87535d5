//! How often something may happen: a token bucket that is told the time.

/// Allows `acts` per `period_ms`, and a burst after a rest. A rate of 0 allows everything.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    acts: u32,
    /// One act costs this much; each millisecond earns `acts`.
    period_ms: u32,
    full: u64,
    level: u64,
    filled_at_ms: i64,
}

impl Bucket {
    /// A bucket after a long rest: `burst` acts at once, then `acts` per `period_ms`.
    pub fn full(acts: u32, period_ms: u32, burst: u32) -> Self {
        let period_ms = period_ms.max(1);
        let full = u64::from(burst.max(1)) * u64::from(period_ms);
        Self { acts, period_ms, full, level: full, filled_at_ms: i64::MIN }
    }

    /// True if one more act may happen now; it then counts.
    pub fn take(&mut self, now_ms: i64) -> bool {
        self.fill(now_ms);
        if self.acts == 0 {
            return true;
        }
        let allowed = self.level >= u64::from(self.period_ms);
        if allowed {
            self.level -= u64::from(self.period_ms);
        }
        allowed
    }

    /// True if an act could happen now; nothing is counted.
    pub fn ready(&self, now_ms: i64) -> bool {
        let mut copy = *self;
        copy.take(now_ms)
    }

    /// True if the bucket is as good as new.
    pub fn rested(&self, now_ms: i64) -> bool {
        let mut copy = *self;
        copy.fill(now_ms);
        copy.level == copy.full
    }

    /// How long until the next act may happen, seen from the last [`Bucket::take`].
    pub fn wait_ms(&self) -> u32 {
        match self.acts {
            0 => 0,
            acts => {
                let missing = u64::from(self.period_ms).saturating_sub(self.level);
                u32::try_from(missing.div_ceil(u64::from(acts))).unwrap_or(u32::MAX)
            }
        }
    }

    fn fill(&mut self, now_ms: i64) {
        if now_ms <= self.filled_at_ms {
            return;
        }
        let elapsed_ms = now_ms.saturating_sub(self.filled_at_ms).unsigned_abs();
        let gained = elapsed_ms.saturating_mul(u64::from(self.acts));
        self.level = self.level.saturating_add(gained).min(self.full);
        self.filled_at_ms = now_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;

    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = Bucket::full(10, 1000, 3);
        assert!((0..3).all(|_| bucket.take(0)));
        assert!(!bucket.take(99));
        assert_eq!(bucket.wait_ms(), 1);
        assert!(bucket.take(100));
        assert!(!bucket.take(150));
        assert!(!bucket.ready(199));
        assert!(bucket.ready(200));
        assert!(!bucket.rested(399));
        assert!(bucket.rested(400));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::full(1, 60_000, 1);
        assert!(bucket.take(10_000));
        assert!(!bucket.take(5_000));
        assert!(!bucket.take(69_999));
        assert!(bucket.take(70_000));
    }

    #[test]
    fn rate_zero_is_no_limit() {
        let mut bucket = Bucket::full(0, 1000, 1);
        assert!((0..100).all(|_| bucket.take(0)));
    }
}
