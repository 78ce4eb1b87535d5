//! How often an app may call, and how often a credential may be guessed.

use parlor_identity::rate::Bucket;
use parlor_protocol::ids::{AppId, UserUuid};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Acts of each key, so many per time.
pub struct Rate<K> {
    acts: u32,
    period_ms: u32,
    buckets: Mutex<BTreeMap<K, Bucket>>,
}

/// Keys that are remembered at once; beyond it, those that have rested are forgotten, and under a flood all of them:
/// memory stays bounded.
const REMEMBERED: usize = 10_000;

/// Calls of each app.
pub type AppRate = Rate<AppId>;
/// Failed logins of a room account, there or not, as tried from one address: a stranger's failures do not lock its
/// owner out, and do not tell which names exist.
pub type FailedLogins = Rate<(AppId, UserUuid, Option<IpAddr>)>;

impl<K: Ord + Clone> Rate<K> {
    /// `acts` per `period_ms` for each key, and as many saved up; 0 acts is no limit.
    pub fn new(acts: u32, period_ms: u32) -> Self {
        Self { acts, period_ms, buckets: Mutex::default() }
    }

    /// Counts an act; false when it is one too many.
    pub fn take(&self, key: &K, now_ms: i64) -> bool {
        if self.acts == 0 {
            return true;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| !bucket.rested(now_ms));
            if buckets.len() >= REMEMBERED {
                buckets.clear();
            }
        }
        let fresh = || Bucket::full(self.acts, self.period_ms, self.acts);
        buckets.entry(key.clone()).or_insert_with(fresh).take(now_ms)
    }

    /// Whether one more act may happen; nothing is counted.
    pub fn ready(&self, key: &K, now_ms: i64) -> bool {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.get(key).is_none_or(|bucket| bucket.ready(now_ms))
    }

    /// How long one act takes to be earned.
    pub fn pause_ms(&self) -> u32 {
        self.period_ms / self.acts.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_rate() {
        let rate = Rate::new(3, 1000);
        assert_eq!((0..5).filter(|_| rate.take(&1, 0)).count(), 3);
        assert!(rate.take(&2, 0));
        assert!(!rate.ready(&1, rate.pause_ms().into()));
        assert!(rate.ready(&1, 334));
    }

    #[test]
    fn zero_is_no_limit() {
        let rate = Rate::new(0, 1000);
        assert!((0..100).all(|_| rate.take(&1, 0)));
    }

    #[test]
    fn rested_keys_are_forgotten() {
        let rate = Rate::new(1, 1000);
        assert!((0..2 * REMEMBERED).all(|key| rate.take(&key, key as i64 * 1000)));
        assert!(rate.buckets.lock().unwrap().len() <= REMEMBERED);
    }

    #[test]
    fn a_flood_of_keys_is_not_remembered() {
        let rate = Rate::new(1, 1000);
        assert!((0..5 * REMEMBERED).all(|key| rate.take(&key, 0)));
        assert!(rate.buckets.lock().unwrap().len() <= REMEMBERED);
    }
}
