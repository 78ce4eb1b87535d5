//! How many may try to log in: in all, and with a wrong credential.

use crate::config::LinkConfig;
use crate::fault::Fault;
use crate::hub::AccountKey;
use parlor_identity::rate::Bucket;
use parlor_protocol::Code;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How many logins this node admits: in all, and wrong ones per account and address.
pub struct Admissions {
    all: Mutex<Bucket>,
    failed: Mutex<HashMap<Attempt, Bucket>>,
    failed_per_minute: u32,
}

/// An account as tried from one address: a stranger's failures do not lock its owner out.
pub type Attempt = (AccountKey, IpAddr);

/// Attempts whose failures are remembered at once; beyond it, those that have rested are forgotten, and under a
/// flood all of them: memory stays bounded.
const FAILED_REMEMBERED: usize = 10_000;

impl Admissions {
    /// From the configuration.
    pub fn new(config: &LinkConfig, now_ms: i64) -> Self {
        let rate = config.logins_per_s;
        let mut all = Bucket::full(rate, 1000, rate);
        all.take(now_ms);
        Self {
            all: Mutex::new(all),
            failed: Mutex::default(),
            failed_per_minute: config.failed_logins_per_minute,
        }
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
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match failed.get(attempt) {
            Some(bucket) if !bucket.ready(now_ms) => {
                Err(Fault::of(Code::TooManyLogins).after(60_000 / self.failed_per_minute.max(1)))
            }
            _ => Ok(()),
        }
    }

    /// Remembers a wrong credential.
    pub fn failed(&self, attempt: &Attempt, now_ms: i64) {
        if self.failed_per_minute == 0 {
            return;
        }
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= FAILED_REMEMBERED {
            failed.retain(|_, bucket| !bucket.rested(now_ms));
            if failed.len() >= FAILED_REMEMBERED {
                failed.clear();
            }
        }
        let rate = self.failed_per_minute;
        failed.entry(attempt.clone()).or_insert_with(|| Bucket::full(rate, 60_000, rate)).take(now_ms);
    }
}
