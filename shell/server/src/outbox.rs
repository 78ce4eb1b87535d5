//! What waits to be written to one connection: four lanes by priority, bounded in bytes.

use bytes::Bytes;
use parlor_protocol::{Code, v1};
use prost::Message as _;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Behind more bytes than these, a frame that is out of date in a moment is not queued.
const WAITING_MAX_BYTES: usize = 4 * 1024;

/// Which frames go first. A later lane waits until the earlier ones are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Logins, kicks, heart-beats, replies to them.
    Control = 0,
    /// Calls and rooms.
    Signalling = 1,
    /// Chat.
    Message = 2,
    /// Mirrors, history, boards.
    Bulk = 3,
}

/// What the connection's task does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Write this frame.
    Frame(Bytes),
    /// Everything that was queued before is written: close.
    Close(Close),
}

/// Why the server closes a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code that says whether to come back.
    pub code: Code,
    /// With a code that says come back: how long to wait first.
    pub reconnect_after_ms: u32,
    /// The session is over or elsewhere: nothing to say beyond what was pushed.
    pub silent: bool,
}

/// A handle on a connection's queue; clones share it.
#[derive(Clone)]
pub struct Outbox(Arc<Parts>);

struct Parts {
    queue: Mutex<Queue>,
    notify: Notify,
    in_room: AtomicBool,
}

struct Queue {
    lanes: [VecDeque<Bytes>; 4],
    bytes: usize,
    limit_bytes: usize,
    gate_open: bool,
    closing: Option<Close>,
}

impl Outbox {
    /// An empty queue for at most `limit_bytes`. Pushes wait behind the gate until the login was answered.
    pub fn new(limit_bytes: usize) -> Self {
        let queue =
            Queue { lanes: Default::default(), bytes: 0, limit_bytes, gate_open: false, closing: None };
        Self(Arc::new(Parts {
            queue: Mutex::new(queue),
            notify: Notify::new(),
            in_room: AtomicBool::new(false),
        }))
    }

    /// Whether both handles are of one connection.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a frame. When the limit is passed, what waits is dropped and the connection is told to reconnect: a
    /// slow receiver never slows a sender, and it pulls what it missed.
    pub fn push(&self, priority: Priority, frame: Bytes) {
        let mut queue = self.queue();
        if queue.closing.is_some() {
            return;
        }
        queue.bytes += frame.len();
        queue.lanes[priority as usize].push_back(frame);
        if queue.bytes > queue.limit_bytes {
            queue.lanes = Default::default();
            queue.bytes = 0;
            queue.closing = Some(Close { code: Code::SlowConsumer, reconnect_after_ms: 0, silent: false });
        }
        drop(queue);
        self.0.notify.notify_one();
    }

    /// Queues a frame that is out of date in a moment: dropped where other frames wait already, so that a slow receiver
    /// loses these first.
    pub fn offer(&self, priority: Priority, frame: Bytes) {
        if self.queue().bytes <= WAITING_MAX_BYTES {
            self.push(priority, frame);
        }
    }

    /// Closes after what is queued now; later pushes are dropped. The first call counts.
    pub fn close(&self, close: Close) {
        self.queue().closing.get_or_insert(close);
        self.0.notify.notify_one();
    }

    /// Whether the session on this connection is in a room, where a dead peer has to be noticed sooner.
    pub fn in_room(&self) -> bool {
        self.0.in_room.load(Ordering::Relaxed)
    }

    /// Says so.
    pub fn set_in_room(&self, in_room: bool) {
        self.0.in_room.store(in_room, Ordering::Relaxed);
    }

    /// Lets pushes through: the login was answered.
    pub fn open_gate(&self) {
        self.queue().gate_open = true;
        self.0.notify.notify_one();
    }

    /// The next thing to do; waits until there is one. Cancel safe.
    pub async fn next(&self) -> Next {
        loop {
            let notified = self.0.notify.notified();
            if let Some(next) = self.try_next() {
                return next;
            }
            notified.await;
        }
    }

    /// The next thing to do, if there is one now.
    pub fn try_next(&self) -> Option<Next> {
        let mut queue = self.queue();
        if !queue.gate_open {
            return None;
        }
        for lane in 0..queue.lanes.len() {
            if let Some(frame) = queue.lanes[lane].pop_front() {
                queue.bytes -= frame.len();
                if queue.lanes[lane].is_empty() {
                    queue.lanes[lane] = VecDeque::new();
                }
                return Some(Next::Frame(frame));
            }
        }
        queue.closing.clone().map(Next::Close)
    }
}

/// A push, encoded once for all who get it.
pub fn push_frame(body: v1::push::Body) -> Bytes {
    let push = v1::Push { body: Some(body) };
    v1::Frame { kind: Some(v1::frame::Kind::Push(push)) }.encode_to_vec().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &'static str) -> Next {
        Next::Frame(Bytes::from_static(text.as_bytes()))
    }

    fn open(limit_bytes: usize) -> Outbox {
        let outbox = Outbox::new(limit_bytes);
        outbox.open_gate();
        outbox
    }

    #[test]
    fn control_overtakes_bulk_and_each_lane_keeps_its_order() {
        let outbox = open(100);
        outbox.push(Priority::Bulk, Bytes::from_static(b"bulk"));
        outbox.push(Priority::Control, Bytes::from_static(b"one"));
        outbox.push(Priority::Control, Bytes::from_static(b"two"));
        let order: Vec<_> = std::iter::from_fn(|| outbox.try_next()).collect();
        assert_eq!(order, [frame("one"), frame("two"), frame("bulk")]);
    }

    #[test]
    fn nothing_passes_the_gate_before_the_login_is_answered() {
        let outbox = Outbox::new(100);
        outbox.push(Priority::Control, Bytes::from_static(b"kicked"));
        assert_eq!(outbox.try_next(), None);
        outbox.open_gate();
        assert_eq!(outbox.try_next(), Some(frame("kicked")));
    }

    #[test]
    fn a_receiver_that_stays_full_is_told_to_reconnect() {
        let outbox = open(10);
        outbox.push(Priority::Message, Bytes::from_static(b"0123456789"));
        outbox.push(Priority::Message, Bytes::from_static(b"x"));
        assert!(matches!(outbox.try_next(), Some(Next::Close(Close { code: Code::SlowConsumer, .. }))));
    }

    #[test]
    fn what_is_out_of_date_in_a_moment_is_lost_first() {
        let outbox = open(1 << 20);
        let large = Bytes::from(vec![0; WAITING_MAX_BYTES + 1]);
        outbox.offer(Priority::Message, Bytes::from_static(b"levels"));
        outbox.push(Priority::Message, large.clone());
        outbox.offer(Priority::Message, Bytes::from_static(b"later levels"));
        outbox.push(Priority::Signalling, Bytes::from_static(b"slots"));
        let order: Vec<_> = std::iter::from_fn(|| outbox.try_next()).collect();
        assert_eq!(order, [frame("slots"), frame("levels"), Next::Frame(large)]);
    }

    #[test]
    fn what_was_queued_before_a_close_is_still_written() {
        let outbox = open(100);
        outbox.push(Priority::Control, Bytes::from_static(b"kicked"));
        outbox.close(Close { code: Code::KickedByServer, reconnect_after_ms: 0, silent: true });
        outbox.push(Priority::Control, Bytes::from_static(b"late"));
        assert_eq!(outbox.try_next(), Some(frame("kicked")));
        assert!(matches!(outbox.try_next(), Some(Next::Close(_))));
    }
}
