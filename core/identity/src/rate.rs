//! How often something may happen: a token bucket that is told the time.

/// Allows `per_s` acts a second, and a burst of `burst` after a rest. A rate of 0 allows everything.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    per_s: u32,
    burst: u32,
    /// In thousandths of an act.
    level: u64,
    filled_at_ms: i64,
}

impl Bucket {
    /// A bucket after a long rest.
    pub fn full(per_s: u32, burst: u32) -> Self {
        let burst = burst.max(1);
        Self { per_s, burst, level: u64::from(burst) * 1000, filled_at_ms: i64::MIN }
    }

    /// An empty bucket: the first acts come at `per_s` from `now_ms` on.
    pub fn empty(per_s: u32, burst: u32, now_ms: i64) -> Self {
        Self { per_s, burst: burst.max(1), level: 0, filled_at_ms: now_ms }
    }

    /// True if one more act may happen now.
    pub fn take(&mut self, now_ms: i64) -> bool {
        self.fill(now_ms);
        if self.per_s == 0 {
            return true;
        }
        let allowed = self.level >= 1000;
        if allowed {
            self.level -= 1000;
        }
        allowed
    }

    /// How long until the next act may happen.
    pub fn wait_ms(&self) -> u32 {
        match self.per_s {
            0 => 0,
            per_s => u32::try_from(1000u64.saturating_sub(self.level).div_ceil(u64::from(per_s))).unwrap_or(u32::MAX),
        }
    }

    fn fill(&mut self, now_ms: i64) {
        if now_ms <= self.filled_at_ms {
            return;
        }
        let elapsed_ms = now_ms.saturating_sub(self.filled_at_ms).unsigned_abs();
        let gained = elapsed_ms.saturating_mul(u64::from(self.per_s));
        self.level = self.level.saturating_add(gained).min(u64::from(self.burst) * 1000);
        self.filled_at_ms = now_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;

    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = Bucket::full(10, 3);
        assert!((0..3).all(|_| bucket.take(0)));
        assert!(!bucket.take(99));
        assert_eq!(bucket.wait_ms(), 1);
        assert!(bucket.take(100));
        assert!(!bucket.take(150));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::empty(1, 1, 10_000);
        assert!(!bucket.take(5_000));
        assert!(bucket.take(11_000));
    }

    #[test]
    fn rate_zero_is_no_limit() {
        let mut bucket = Bucket::full(0, 1);
        assert!((0..100).all(|_| bucket.take(0)));
    }
}
