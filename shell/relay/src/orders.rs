use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlor_media::{Grant, Wanted};
use parlor_protocol::ids::RtcUid;
use tokio::sync::oneshot;

use crate::error::RelayError;
use crate::join::JoinCall;
use crate::line::Line;

/// Wakes a thread's poll.
pub(crate) const WAKE: mio::Token = mio::Token(0);

/// Orders that may wait for an answer at once.
const MAX_ASKED: usize = 1024;
/// Packets of other threads' sockets that may wait.
const MAX_STRAYS: usize = 512;

const GRANT: u8 = 0;
const DEMAND: u8 = 1;
const LEAVE: u8 = 2;

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, RelayError>>;

/// What a media thread is told to do.
pub(crate) enum Order {
    Join { media_id: u64, join: Box<JoinCall>, reply: Reply<String> },
    Offer { rtc_uid: RtcUid, media_id: u64, offer_sdp: String, lines: Vec<Line>, reply: Reply<String> },
    Resume { rtc_uid: RtcUid, media_id: u64, reply: Reply<()> },
    Grant { rtc_uid: RtcUid, grant: Grant },
    Demand { rtc_uid: RtcUid, media_id: u64, wanted: Vec<Wanted> },
    Leave { rtc_uid: RtcUid },
    Tcp { stream: TcpStream, remote: SocketAddr, read: Vec<u8> },
}

impl Order {
    /// Of whom a state is, and which; what is no state stands between states.
    fn state(&self) -> Option<(RtcUid, u8)> {
        match self {
            Order::Grant { rtc_uid, .. } => Some((*rtc_uid, GRANT)),
            Order::Demand { rtc_uid, .. } => Some((*rtc_uid, DEMAND)),
            Order::Leave { rtc_uid } => Some((*rtc_uid, LEAVE)),
            _ => None,
        }
    }

    fn rtc_uid(&self) -> Option<RtcUid> {
        match self {
            Order::Join { join, .. } => Some(join.rtc_uid),
            Order::Offer { rtc_uid, .. } | Order::Resume { rtc_uid, .. } => Some(*rtc_uid),
            _ => self.state().map(|(rtc_uid, _)| rtc_uid),
        }
    }
}

/// A packet that came in at a socket of another thread.
pub(crate) struct Stray {
    pub(crate) source: SocketAddr,
    pub(crate) local: Option<std::net::IpAddr>,
    pub(crate) contents: Vec<u8>,
}

/// What waits.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) orders: VecDeque<Order>,
    pub(crate) strays: VecDeque<Stray>,
    pub(crate) stopped: bool,
    asked: usize,
}

/// The queue of a media thread. Orders with an answer are refused when too many wait; a state takes the place of the one of the
/// same device that waits, so that states are bounded by the devices.
pub(crate) struct Inbox {
    waiting: Mutex<Waiting>,
    waker: mio::Waker,
}

impl Inbox {
    pub(crate) fn new(poll: &mio::Poll) -> io::Result<Arc<Inbox>> {
        let waker = mio::Waker::new(poll.registry(), WAKE)?;
        Ok(Arc::new(Inbox { waiting: Mutex::default(), waker }))
    }

    /// False when too many wait.
    pub(crate) fn ask(&self, order: Order) -> bool {
        {
            let mut waiting = self.lock();
            if waiting.asked >= MAX_ASKED || waiting.stopped {
                return false;
            }
            waiting.asked += 1;
            waiting.orders.push_back(order);
        }
        self.wake();
        true
    }

    pub(crate) fn state(&self, order: Order) {
        {
            let mut waiting = self.lock();
            if waiting.stopped {
                return;
            }
            waiting.put_state(order);
        }
        self.wake();
    }

    /// A packet for this thread; dropped when it does not keep up.
    pub(crate) fn stray(&self, stray: Stray) {
        {
            let mut waiting = self.lock();
            if waiting.strays.len() >= MAX_STRAYS {
                return;
            }
            waiting.strays.push_back(stray);
        }
        self.wake();
    }

    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.wake();
    }

    /// Nobody does anything here any more: what waits for an answer hears it.
    pub(crate) fn abandon(&self) {
        let mut waiting = self.lock();
        waiting.stopped = true;
        waiting.orders.clear();
        waiting.strays.clear();
    }

    /// Everything that waits, into `taken`, whose room is used again.
    pub(crate) fn take(&self, taken: &mut Waiting) {
        let mut waiting = self.lock();
        std::mem::swap(&mut waiting.orders, &mut taken.orders);
        std::mem::swap(&mut waiting.strays, &mut taken.strays);
        waiting.asked = 0;
        taken.stopped = waiting.stopped;
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::warn!(%error, "a media thread cannot be woken");
        }
    }
}

impl Waiting {
    fn put_state(&mut self, order: Order) {
        let (whose, state) = (order.rtc_uid(), order.state());
        let same = self.orders.iter_mut().rev().filter(|waiting| waiting.rtc_uid() == whose);
        for waiting in same {
            if waiting.state() == state {
                *waiting = order;
                return;
            }
            if waiting.state().is_none_or(|(_, state)| state == LEAVE) {
                break;
            }
        }
        self.orders.push_back(order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(rtc_uid: u64, audio: bool) -> Order {
        Order::Grant { rtc_uid: RtcUid(rtc_uid), grant: Grant { audio, ..Grant::default() } }
    }

    fn resume(rtc_uid: u64) -> Order {
        Order::Resume { rtc_uid: RtcUid(rtc_uid), media_id: 1, reply: oneshot::channel().0 }
    }

    #[test]
    fn states_of_a_device_are_bounded_and_stand_after_what_was_asked_before() {
        let mut waiting = Waiting::default();
        for round in 0..100 {
            waiting.put_state(grant(1, round % 2 == 0));
            waiting.put_state(grant(2, true));
            waiting.put_state(Order::Leave { rtc_uid: RtcUid(3) });
        }
        assert_eq!(waiting.orders.len(), 3);
        waiting.orders.push_back(resume(1));
        waiting.put_state(grant(1, true));
        assert_eq!(waiting.orders.len(), 5);
        let last = waiting.orders.back();
        assert!(matches!(last, Some(Order::Grant { grant: Grant { audio: true, .. }, .. })));
    }
}
