//! What a run came to: for people as a few lines, for programs as one line of JSON.

use crate::histogram::Histogram;
use crate::meter::{Got, Latency};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A distribution of times, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Half are not above this.
    pub p50_ms: f64,
    /// 95 of 100 are not above this.
    pub p95_ms: f64,
    /// 99 of 100 are not above this.
    pub p99_ms: f64,
    /// The greatest.
    pub max_ms: f64,
}

impl Spread {
    pub(crate) fn of(histogram: &Histogram) -> Spread {
        let quantile = |percent| histogram.quantile_ms(percent);
        Spread {
            count: histogram.count(),
            p50_ms: quantile(50.0),
            p95_ms: quantile(95.0),
            p99_ms: quantile(99.0),
            max_ms: histogram.max_ms(),
        }
    }

    pub(crate) fn of_all(times: &[Duration]) -> Spread {
        let mut histogram = Histogram::default();
        times.iter().for_each(|time| histogram.add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)));
        Spread::of(&histogram)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { p50_ms, p95_ms, p99_ms, max_ms, .. } = self;
        write!(f, "p50 {p50_ms:.3}  p95 {p95_ms:.3}  p99 {p99_ms:.3}  max {max_ms:.3} ms")
    }
}

/// What the server's process took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerUse {
    /// Processor time of all its threads, in cores.
    pub cores: f64,
    /// The same for each packet that it forwarded, µs.
    pub us_per_packet: f64,
    /// Resident memory before the first peer came, and at the end, KiB.
    pub rss_kib: [u64; 2],
    /// The difference for each peer.
    pub rss_kib_per_peer: f64,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// `parlor` or `janus`.
    pub target: String,
    /// What the rooms were.
    pub pattern: String,
    /// Feedback for estimates of the bandwidth.
    pub estimate: bool,
    /// Protection profiles of the packets.
    pub srtp: Vec<String>,
    /// Sessions of WebRTC.
    pub peers: usize,
    /// Sources, and pairs of a source and one who receives it.
    pub sources: usize,
    /// Streams that went out.
    pub streams: usize,
    /// How long was measured, s.
    pub seconds: f64,
    /// Packets that were to arrive.
    pub due: u64,
    /// Packets that arrived, each counted once.
    pub came: u64,
    /// The share that did not, 0 to 1.
    pub loss: f64,
    /// The same for the receiver who lost most.
    pub worst_loss: f64,
    /// Packets that arrived once more.
    pub again: u64,
    /// Streams of which nothing arrived.
    pub silent: u64,
    /// Sessions that ended.
    pub ended: usize,
    /// Datagrams that the kernel dropped because somebody's buffer was full.
    pub overflowed: u64,
    /// Packets that arrived in a second.
    pub packets_per_s: f64,
    /// Their payload, Mbit/s.
    pub mbit_per_s: f64,
    /// From writing a packet to the kernel having it for the receiver.
    pub latency: Spread,
    /// The same for the first packets of frames.
    pub first: Spread,
    /// The same for the last packets of frames.
    pub last: Spread,
    /// From an offer to its answer.
    pub answered: Spread,
    /// From the beginning of a join to the encryption standing.
    pub connected: Spread,
    /// From the beginning of a join to the first packet.
    pub heard: Spread,
    /// The server, where its process was named.
    pub server: Option<ServerUse>,
    /// Processor time of this program, in cores.
    pub load_cores: f64,
    /// Processes that run or wait, over the last minute.
    pub load_average: f64,
    /// The share of the processors that the host gave to others, 0 to 1.
    pub steal: f64,
}

impl Report {
    pub(crate) fn traffic(&mut self, got: &Got, latency: &Latency, seconds: f64) {
        self.seconds = seconds;
        self.due = got.due;
        self.came = got.came;
        self.loss = got.loss();
        self.worst_loss = got.worst_loss;
        self.again = got.again;
        self.silent = got.silent;
        self.packets_per_s = got.came as f64 / seconds;
        self.mbit_per_s = got.bytes as f64 * 8.0 / 1e6 / seconds;
        self.latency = Spread::of(&latency.all);
        self.first = Spread::of(&latency.first);
        self.last = Spread::of(&latency.last);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let estimate = if self.estimate { "on" } else { "off" };
        writeln!(f, "{}: {}; estimation {estimate}; {}", self.target, self.pattern, self.srtp.join(", "))?;
        writeln!(
            f,
            "  {} peers, {} sources, {} streams out, {:.1} s: {:.0} packets/s, {:.1} Mbit/s",
            self.peers, self.sources, self.streams, self.seconds, self.packets_per_s, self.mbit_per_s
        )?;
        writeln!(
            f,
            "  loss {:.4} % ({} of {}), worst receiver {:.4} %, {} twice, {} streams silent, {} sessions ended, \
             {} overflows",
            self.loss * 100.0,
            self.due.saturating_sub(self.came),
            self.due,
            self.worst_loss * 100.0,
            self.again,
            self.silent,
            self.ended,
            self.overflowed
        )?;
        writeln!(f, "  forwarding      {}", self.latency)?;
        writeln!(f, "  first of frame  {}", self.first)?;
        writeln!(f, "  last of frame   {}", self.last)?;
        writeln!(f, "  answer          {}", self.answered)?;
        writeln!(f, "  connected       {}", self.connected)?;
        writeln!(f, "  first packet    {}", self.heard)?;
        if let Some(ServerUse { cores, us_per_packet, rss_kib, rss_kib_per_peer }) = &self.server {
            let [before, after] = rss_kib;
            writeln!(
                f,
                "  server          {cores:.3} cores, {us_per_packet:.2} us per forwarded packet, RSS {before} -> {after} \
                 KiB, {rss_kib_per_peer:.0} KiB per peer"
            )?;
        }
        let Report { load_cores, load_average, steal, .. } = self;
        write!(
            f,
            "  load tool       {load_cores:.3} cores; load average {load_average:.2}, steal {:.1} %",
            steal * 100.0
        )
    }
}
