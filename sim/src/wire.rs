//! One connection of the simulated network: whole messages both ways, each with a delay; it can be cut, fall silent in
//! one direction, or be slow.

use crate::dice::Dice;
use bytes::Bytes;
use futures_util::{Sink, Stream};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Messages that a direction takes before its sender has to wait.
const QUEUE: usize = 64;

/// Which end of a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client's.
    Client = 0,
    /// The gateway's.
    Server = 1,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// How a wire treats its messages.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Every message takes this long, ms.
    pub delay_ms: u64,
    /// And up to this much longer, ms.
    pub jitter_ms: u64,
    /// A slow wire carries this many bytes per ms; 0 = any number.
    pub bytes_per_ms: u64,
}

/// Told of every message that is sent and every message that arrives.
pub trait Tap: Send + Sync {
    /// `side` has handed a message to the wire.
    fn sent(&self, wire: u64, side: Side, message: &Bytes);
    /// `side` has taken a message from the wire.
    fn heard(&self, wire: u64, side: Side, message: &Bytes);
}

/// A connection; clones are the same.
#[derive(Clone)]
pub struct Wire(Arc<Parts>);

struct Parts {
    number: u64,
    weather: Weather,
    dice: Dice,
    tap: Arc<dyn Tap>,
    lanes: Mutex<[Lane; 2]>,
}

/// What travels towards one side.
#[derive(Default)]
struct Lane {
    queue: VecDeque<(Instant, Bytes)>,
    latest: Option<Instant>,
    silent_until: Option<Instant>,
    /// Nothing arrives any more, and the reader notices then; `None` inside: never.
    dead: Option<Option<Instant>>,
    /// The sender has closed: the reader sees the end once the queue is empty and this time has come.
    ended_at: Option<Instant>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// One end of a wire. Dropped, it closes.
pub struct End<E> {
    wire: Wire,
    side: Side,
    sleep: Pin<Box<Sleep>>,
    error: fn(&str) -> E,
}

impl Wire {
    /// A new wire with its two ends.
    pub fn new(number: u64, weather: Weather, dice: Dice, tap: Arc<dyn Tap>) -> Self {
        Self(Arc::new(Parts { number, weather, dice, tap, lanes: Mutex::default() }))
    }

    /// The end of one side; take each once.
    pub fn end<E>(&self, side: Side, error: fn(&str) -> E) -> End<E> {
        End { wire: self.clone(), side, sleep: Box::pin(sleep_until(Instant::now())), error }
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    fn lanes(&self) -> MutexGuard<'_, [Lane; 2]> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is under way is lost, and nothing arrives any more. Each side notices after its time, or never by itself.
    pub fn cut(&self, client_notices: Option<Duration>, server_notices: Option<Duration>) {
        let now = Instant::now();
        let mut lanes = self.lanes();
        for (lane, notices) in lanes.iter_mut().zip([client_notices, server_notices]) {
            lane.dead = Some(notices.map(|after| now + after));
            lane.queue.clear();
            lane.wake();
        }
    }

    /// Messages towards `side` are held back for this long; the sender notices nothing.
    pub fn silence(&self, side: Side, how_long: Duration) {
        self.lanes()[side as usize].silent_until = Some(Instant::now() + how_long);
    }

    /// Nobody holds an end any more.
    pub fn is_over(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    fn close(&self, side: Side) {
        let now = Instant::now();
        let delay = Duration::from_millis(self.0.weather.delay_ms);
        let mut lanes = self.lanes();
        let lane = &mut lanes[side.other() as usize];
        if lane.ended_at.is_none() {
            let earliest = lane.latest.unwrap_or(now).max(now + delay);
            lane.ended_at = Some(lane.silent_until.map_or(earliest, |until| until.max(earliest)));
            lane.wake();
        }
    }
}

impl Lane {
    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    /// When the reader has something to do next.
    fn next_at(&self) -> Option<Instant> {
        match (self.dead, self.queue.front()) {
            (Some(notices), _) => notices,
            (None, Some((at, _))) => Some(*at),
            (None, None) => self.ended_at,
        }
    }
}

impl<E> Stream for End<E> {
    type Item = Result<Bytes, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let message = {
            let mut lanes = this.wire.lanes();
            let lane = &mut lanes[this.side as usize];
            match lane.next_at() {
                Some(at) if at <= Instant::now() => {
                    if lane.dead.is_some() {
                        return Poll::Ready(Some(Err((this.error)("reset"))));
                    }
                    if let Some(writer) = lane.writer.take() {
                        writer.wake();
                    }
                    match lane.queue.pop_front() {
                        Some((_, message)) => message,
                        None => return Poll::Ready(None),
                    }
                }
                next => {
                    lane.reader = Some(cx.waker().clone());
                    drop(lanes);
                    if let Some(at) = next {
                        this.sleep.as_mut().reset(at);
                        if this.sleep.as_mut().poll(cx).is_ready() {
                            cx.waker().wake_by_ref();
                        }
                    }
                    return Poll::Pending;
                }
            }
        };
        this.wire.0.tap.heard(this.wire.0.number, this.side, &message);
        Poll::Ready(Some(Ok(message)))
    }
}

impl<E> Sink<Bytes> for End<E> {
    type Error = E;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        let mut lanes = self.wire.lanes();
        let broken = lanes[self.side as usize].dead.flatten().is_some_and(|at| at <= Instant::now());
        if broken {
            return Poll::Ready(Err((self.error)("broken pipe")));
        }
        let lane = &mut lanes[self.side.other() as usize];
        if lane.dead.is_none() && lane.queue.len() >= QUEUE {
            lane.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Bytes) -> Result<(), E> {
        let parts = &*self.wire.0;
        parts.tap.sent(parts.number, self.side, &message);
        let weather = parts.weather;
        let transfer_ms = match weather.bytes_per_ms {
            0 => 0,
            rate => message.len() as u64 / rate,
        };
        let delay_ms = weather.delay_ms + transfer_ms + parts.dice.between(0, weather.jitter_ms);
        let mut lanes = self.wire.lanes();
        let lane = &mut lanes[self.side.other() as usize];
        if lane.dead.is_some() || lane.ended_at.is_some() {
            return Ok(());
        }
        let mut at = Instant::now() + Duration::from_millis(delay_ms);
        for not_before in [lane.silent_until, lane.latest].into_iter().flatten() {
            at = at.max(not_before);
        }
        lane.latest = Some(at);
        lane.queue.push_back((at, message));
        if let Some(reader) = lane.reader.take() {
            reader.wake();
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        self.wire.close(self.side);
        Poll::Ready(Ok(()))
    }
}

impl<E> Drop for End<E> {
    fn drop(&mut self) {
        self.wire.close(self.side);
    }
}

/// The client's end.
pub type ClientEnd = End<io::Error>;
