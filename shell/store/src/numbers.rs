//! A cache of durable blocks of numbers, which hands them out one by one.

use crate::batch::CommitError;
use crate::sequence::Sequence;
use crate::store::Store;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Single numbers out of durable blocks. Numbers of a block that is not used up before the process ends are skipped
/// for ever. Callers that find the cache empty at the same moment each take a block, and nothing of these is lost.
pub struct Numbers {
    store: Store,
    sequence: Sequence,
    block: u64,
    left: Mutex<VecDeque<Range<u64>>>,
}

impl Numbers {
    /// A cache over `sequence` that takes `block` numbers at a time (at least 1).
    pub fn new(store: Store, sequence: Sequence, block: u64) -> Self {
        Self { store, sequence, block: block.max(1), left: Mutex::default() }
    }

    /// The next number. Fails as [`Store::take_numbers`] does.
    pub async fn next(&self) -> Result<u64, CommitError> {
        if let Some(number) = self.pop() {
            return Ok(number);
        }
        let mut fresh = self.store.take_numbers(self.sequence, self.block).await?;
        let number = fresh.next().ok_or(CommitError::Refused)?;
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push_back(fresh);
        Ok(number)
    }

    fn pop(&self) -> Option<u64> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(number) = left.front_mut()?.next() {
                return Some(number);
            }
            left.pop_front();
        }
    }
}
