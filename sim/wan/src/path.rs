use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::chance::Chance;
use crate::conditions::Conditions;

/// What an IPv4 header and one of UDP add to a packet.
const HEADER_BYTES: usize = 28;
/// What a stream needs to notice that a packet is missing, beside the way there and back.
const NOTICE_US: u64 = 20_000;

/// What the packets of a path are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Each stands alone: what is lost is lost.
    Datagrams,
    /// A stream: what is lost is sent again, and what is behind it waits.
    Stream,
}

/// What became of the packets of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Packets that came to it.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets that left it, those that came twice included.
    pub delivered: u64,
    /// Packets that were lost by chance; of a stream, late by it.
    pub lost: u64,
    /// Packets for which the queue had no room.
    pub dropped: u64,
    /// Packets that came while the path was cut.
    pub cut: u64,
    /// Packets that left twice.
    pub duplicated: u64,
}

/// A packet that waits for those before it.
#[derive(Debug)]
struct Waiting<T> {
    /// Bits of it that are still to be sent, times a million.
    left: u128,
    bytes: usize,
    packet: T,
    /// How much longer than the others it takes, and its copy if there is one, in microseconds.
    extra_us: u64,
    twice_us: Option<u64>,
}

/// One direction of an impaired path. Times are microseconds and do not go back.
#[derive(Debug)]
pub struct Path<T> {
    transport: Transport,
    conditions: Conditions,
    chance: Chance,
    is_cut: bool,
    /// The last packet was lost, and so may be the next.
    in_burst: bool,
    waiting: VecDeque<Waiting<T>>,
    waiting_bytes: usize,
    /// Until when the head of what waits has been served.
    served_us: u64,
    flying: BTreeMap<(u64, u64), (usize, T)>,
    flying_bytes: usize,
    entered: u64,
    last_due_us: u64,
    counters: Counters,
}

impl<T: Clone> Path<T> {
    /// A path that does nothing yet.
    pub fn new(seed: u64, transport: Transport) -> Path<T> {
        Path {
            transport,
            conditions: Conditions::default(),
            chance: Chance::new(seed),
            is_cut: false,
            in_burst: false,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            served_us: 0,
            flying: BTreeMap::new(),
            flying_bytes: 0,
            entered: 0,
            last_due_us: 0,
            counters: Counters::default(),
        }
    }

    /// From now on it is like this. What waits is served at the new rate; what flies arrives as it would have.
    pub fn set(&mut self, now_us: u64, conditions: Conditions) {
        self.serve(now_us);
        self.conditions = conditions;
        self.serve(now_us);
    }

    /// What it does.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// Nothing comes through any more, or again. What flies arrives; of datagrams what waits is lost, of a stream it waits.
    pub fn cut(&mut self, now_us: u64, is_cut: bool) {
        self.serve(now_us);
        self.is_cut = is_cut;
        if is_cut && self.transport == Transport::Datagrams {
            self.counters.cut += self.waiting.len() as u64;
            self.waiting.clear();
            self.waiting_bytes = 0;
        }
        self.served_us = now_us;
    }

    /// A packet of so many bytes comes. The same number of dice is thrown for each, so that other conditions leave the chance of the
    /// packets after it alone.
    pub fn enter(&mut self, now_us: u64, bytes: usize, packet: T) {
        self.serve(now_us);
        let [loss, jitter, twice, twice_jitter] = [0; 4].map(|_| self.chance.part());
        self.counters.packets += 1;
        self.counters.bytes += bytes as u64;
        let is_stream = self.transport == Transport::Stream;
        let is_lost = self.is_lost(loss);
        if self.is_cut {
            self.counters.cut += 1;
        } else if is_lost {
            self.counters.lost += 1;
        }
        if (self.is_cut || is_lost) && !is_stream {
            return;
        }
        let bits = 8 * (bytes + HEADER_BYTES) as u128;
        if !is_stream && self.is_full(bits) {
            self.counters.dropped += 1;
            return;
        }
        let jitter_us = |part: f64| (part * self.conditions.jitter_ms * 1000.0) as u64;
        let recovery_us = 2 * self.delay_us() + NOTICE_US;
        let extra_us = jitter_us(jitter) + if is_stream && is_lost { recovery_us } else { 0 };
        let is_twice = !is_stream && twice < self.conditions.duplicate;
        let twice_us = is_twice.then(|| jitter_us(twice_jitter));
        if self.waiting.is_empty() {
            self.served_us = now_us;
        }
        self.waiting_bytes += bytes;
        self.waiting.push_back(Waiting { left: bits * 1_000_000, bytes, packet, extra_us, twice_us });
        self.serve(now_us);
    }

    /// The next packet that has arrived.
    pub fn leave(&mut self, now_us: u64) -> Option<T> {
        self.serve(now_us);
        let (due_us, order) = *self.flying.first_key_value().filter(|((due_us, _), _)| *due_us <= now_us)?.0;
        self.counters.delivered += 1;
        let (bytes, packet) = self.flying.remove(&(due_us, order))?;
        self.flying_bytes -= bytes;
        Some(packet)
    }

    /// When to ask again: nothing leaves before.
    pub fn due_us(&self) -> Option<u64> {
        let flying = self.flying.first_key_value().map(|((due_us, _), _)| *due_us);
        let served = self.waiting.front().filter(|_| !self.is_cut).map(|head| self.head_us(head.left));
        flying.into_iter().chain(served).min()
    }

    /// Bytes that came and have not left.
    pub fn held_bytes(&self) -> usize {
        self.waiting_bytes + self.flying_bytes
    }

    /// Whether what comes now would wait longer than anything may.
    pub fn is_crowded(&self) -> bool {
        self.is_cut || self.is_full(0)
    }

    /// What became of its packets.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Lost in bursts: a chain of two states (Gilbert), from which packets are lost in one and none in the other.
    fn is_lost(&mut self, draw: f64) -> bool {
        let Conditions { loss, burst, .. } = self.conditions;
        if burst <= 1.0 || loss >= 1.0 {
            self.in_burst = false;
            return draw < loss;
        }
        let begins = loss / (burst * (1.0 - loss));
        self.in_burst = draw < if self.in_burst { 1.0 - 1.0 / burst } else { begins };
        self.in_burst
    }

    /// Whether so many bits more would have to wait too long. One packet may always wait.
    fn is_full(&self, bits: u128) -> bool {
        let rate = u128::from(self.conditions.rate_bps);
        if rate == 0 || self.waiting.is_empty() {
            return false;
        }
        let waiting = 8 * (self.waiting_bytes + self.waiting.len() * HEADER_BYTES) as u128;
        (waiting + bits) * 1_000_000 / rate > (self.conditions.queue_ms * 1000.0) as u128
    }

    fn delay_us(&self) -> u64 {
        (self.conditions.delay_ms * 1000.0) as u64
    }

    /// When so much of the head has been sent.
    fn head_us(&self, left: u128) -> u64 {
        match u128::from(self.conditions.rate_bps) {
            0 => self.served_us,
            rate => self.served_us + u64::try_from(left.div_ceil(rate)).unwrap_or(u64::MAX / 2),
        }
    }

    /// Sends what waits, until now.
    fn serve(&mut self, now_us: u64) {
        if self.is_cut {
            return;
        }
        let rate = u128::from(self.conditions.rate_bps);
        while let Some(mut head) = self.waiting.pop_front() {
            let done_us = self.head_us(head.left);
            if done_us > now_us {
                let passed_us = u128::from(now_us.saturating_sub(self.served_us));
                head.left = head.left.saturating_sub(passed_us * rate);
                self.served_us = self.served_us.max(now_us);
                self.waiting.push_front(head);
                return;
            }
            self.waiting_bytes -= head.bytes;
            self.served_us = done_us;
            self.fly(done_us, head);
        }
    }

    fn fly(&mut self, out_us: u64, sent: Waiting<T>) {
        let arrives_us = out_us + self.delay_us();
        if let Some(twice_us) = sent.twice_us {
            self.counters.duplicated += 1;
            self.land(arrives_us + twice_us, sent.bytes, sent.packet.clone());
        }
        self.land(arrives_us + sent.extra_us, sent.bytes, sent.packet);
    }

    fn land(&mut self, due_us: u64, bytes: usize, packet: T) {
        let may_overtake = self.conditions.reorder && self.transport == Transport::Datagrams;
        let due_us = if may_overtake { due_us } else { due_us.max(self.last_due_us) };
        self.last_due_us = self.last_due_us.max(due_us);
        self.entered += 1;
        self.flying_bytes += bytes;
        self.flying.insert((due_us, self.entered), (bytes, packet));
    }
}

#[cfg(test)]
mod tests;
