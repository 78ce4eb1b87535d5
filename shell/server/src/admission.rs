//! How many may try to log in: in all, and with a wrong credential.

use crate::config::LinkConfig;
use crate::fault::Fault;
use crate::hub::AccountKey;
use parlor_identity::rate::Bucket;
use parlor_protocol::Code;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How many logins this node admits: in all, and wrong ones per account and address.
pub struct Admissions {
    all: Mutex<Bucket>,
    logins: Failures<Attempt>,
    room_logins: Failures<AccountKey>,
}

/// An account as tried from one address: a stranger's failures do not lock its owner out.
pub type Attempt = (AccountKey, IpAddr);

/// Keys whose failures are remembered at once; beyond it, those that have rested are forgotten, and under a flood all of
/// them: memory stays bounded.
const FAILED_REMEMBERED: usize = 10_000;

/// Failures of each key, so many per minute; 0 is no limit.
struct Failures<K> {
    per_minute: u32,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Hash + Eq + Clone> Failures<K> {
    fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Mutex::default() }
    }

    fn check(&self, key: &K, now_ms: i64) -> Result<(), Fault> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        match buckets.get(key) {
            Some(bucket) if !bucket.ready(now_ms) => {
                Err(Fault::of(Code::TooManyLogins).after(60_000 / self.per_minute.max(1)))
            }
            _ => Ok(()),
        }
    }

    fn count(&self, key: &K, now_ms: i64) {
        if self.per_minute == 0 {
            return;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= FAILED_REMEMBERED {
            buckets.retain(|_, bucket| !bucket.rested(now_ms));
            if buckets.len() >= FAILED_REMEMBERED {
                buckets.clear();
            }
        }
        let rate = self.per_minute;
        buckets.entry(key.clone()).or_insert_with(|| Bucket::full(rate, 60_000, rate)).take(now_ms);
    }
}

impl Admissions {
    /// From the configuration.
    pub fn new(config: &LinkConfig, now_ms: i64) -> Self {
        let rate = config.logins_per_s;
        let mut all = Bucket::full(rate, 1000, rate);
        all.take(now_ms);
        let failed = config.failed_logins_per_minute;
        Self { all: Mutex::new(all), logins: Failures::new(failed), room_logins: Failures::new(failed) }
    }

    /// Lets one login or resume in, or says how long to wait; `spread` draws below its argument.
    pub fn enter(&self, now_ms: i64, spread: impl Fn(u64) -> u64) -> Result<(), Fault> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.take(now_ms) {
            return Ok(());
        }
        let jitter_ms = u32::try_from(spread(2_000)).unwrap_or(0);
        Err(Fault::of(Code::AdmissionDelayed).after(all.wait_ms() + 200 + jitter_ms))
    }

    /// Refuses an account that has failed too often lately.
    pub fn check(&self, attempt: &Attempt, now_ms: i64) -> Result<(), Fault> {
        self.logins.check(attempt, now_ms)
    }

    /// Remembers a wrong credential.
    pub fn failed(&self, attempt: &Attempt, now_ms: i64) {
        self.logins.count(attempt, now_ms);
    }

    /// Refuses an IM account that has tried too many wrong room tokens lately, whoever's they are.
    pub fn check_room(&self, account: &AccountKey, now_ms: i64) -> Result<(), Fault> {
        self.room_logins.check(account, now_ms)
    }

    /// Remembers a wrong room token.
    pub fn room_failed(&self, account: &AccountKey, now_ms: i64) {
        self.room_logins.count(account, now_ms);
    }
}
