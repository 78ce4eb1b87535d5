//! The receiving end of a dense stream: each item once and in order, and what is missing is pulled.

use parlor_protocol::v1;
use std::collections::BTreeMap;

/// Items of one stream that may wait for those before them. What comes beyond is pulled later.
const AHEAD_MAX: usize = 1024;

/// Whether the stream is being pulled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pull {
    #[default]
    Idle,
    /// The request is on its way.
    UnderWay,
    /// At the latest then.
    Due(u64),
}

/// Items that came before their turn, and what this side has heard of.
#[derive(Debug)]
pub(crate) struct Inbox<T> {
    ahead: BTreeMap<u64, T>,
    epoch: u64,
    /// The highest place of `epoch` that is known to exist.
    heard_of: u64,
    pub(crate) pull: Pull,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { ahead: BTreeMap::new(), epoch: 0, heard_of: 0, pull: Pull::Idle }
    }
}

impl<T> Inbox<T> {
    /// The stream reaches this far.
    pub(crate) fn heard(&mut self, epoch: u64, seq: u64) {
        if epoch != self.epoch {
            self.ahead.clear();
            self.epoch = epoch;
            self.heard_of = 0;
        }
        self.heard_of = self.heard_of.max(seq);
    }

    /// Takes an item that came.
    pub(crate) fn offer(&mut self, epoch: u64, seq: u64, item: T) {
        self.heard(epoch, seq);
        if self.ahead.len() < AHEAD_MAX {
            self.ahead.insert(seq, item);
        }
    }

    /// The item that follows `at`.
    pub(crate) fn take(&mut self, at: &v1::Cursor) -> Option<T> {
        if at.epoch != self.epoch {
            return None;
        }
        while self.ahead.first_entry().is_some_and(|first| *first.key() <= at.seq) {
            self.ahead.pop_first();
        }
        self.ahead.remove(&(at.seq + 1))
    }

    /// Something after `at`, or of another epoch, has not come.
    pub(crate) fn is_behind(&self, at: &v1::Cursor) -> bool {
        if at.epoch == self.epoch { self.heard_of > at.seq } else { self.heard_of > 0 }
    }

    /// A pull is complete: what was heard of another epoch is older than its answer.
    pub(crate) fn pulled(&mut self, at: &v1::Cursor) {
        self.pull = Pull::Idle;
        if at.epoch != self.epoch {
            self.heard(at.epoch, at.seq);
        }
    }

    /// Where a stream begins whose place is asked for while its items come already: before the first of them.
    pub(crate) fn begin(&self, at: v1::Cursor) -> v1::Cursor {
        let first = self.ahead.keys().next().filter(|_| self.epoch == at.epoch);
        v1::Cursor { epoch: at.epoch, seq: first.map_or(at.seq, |first| at.seq.min(first.saturating_sub(1))) }
    }
}

#[cfg(test)]
mod tests {
    use super::{AHEAD_MAX, Inbox};
    use parlor_protocol::v1::Cursor;

    #[test]
    fn items_come_out_once_and_in_order() {
        let mut inbox = Inbox::default();
        let mut at = Cursor { epoch: 1, seq: 4 };
        for seq in [7, 5, 5, 3, 6] {
            inbox.offer(1, seq, seq);
        }
        let mut out = Vec::new();
        while let Some(item) = inbox.take(&at) {
            out.push(item);
            at.seq = item;
        }
        assert_eq!(out, [5, 6, 7]);
        assert!(!inbox.is_behind(&at));
    }

    #[test]
    fn what_has_no_place_is_remembered_as_missing() {
        let mut inbox = Inbox::default();
        for seq in 2..=AHEAD_MAX as u64 + 10 {
            inbox.offer(1, seq, ());
        }
        let mut at = Cursor { epoch: 1, seq: 1 };
        while inbox.take(&at).is_some() {
            at.seq += 1;
        }
        assert_eq!(at.seq, 1 + AHEAD_MAX as u64);
        assert!(inbox.is_behind(&at));
    }

    #[test]
    fn another_epoch_is_news_until_a_pull_has_answered() {
        let mut inbox = Inbox::default();
        let at = Cursor { epoch: 1, seq: 9 };
        inbox.offer(2, 1, ());
        assert!(inbox.is_behind(&at) && inbox.take(&at).is_none());
        inbox.pulled(&at);
        assert!(!inbox.is_behind(&at));
    }

    #[test]
    fn a_stream_begins_before_what_came_already() {
        let mut inbox = Inbox::default();
        inbox.offer(1, 6, ());
        assert_eq!(inbox.begin(Cursor { epoch: 1, seq: 6 }).seq, 5);
        assert_eq!(inbox.begin(Cursor { epoch: 1, seq: 3 }).seq, 3);
        assert_eq!(inbox.begin(Cursor { epoch: 2, seq: 8 }).seq, 8);
    }
}
