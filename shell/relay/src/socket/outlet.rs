use std::net::{IpAddr, SocketAddr};

use super::UdpPort;
use super::batch::Batch;
use super::run::{MAX_RUNS, RUN_BYTES, Run};

/// What is gathered before it leaves: as much as stays in the nearer caches.
const GATHERED_BYTES: usize = 192 * 1024;

/// What leaves: packets are gathered into runs, and runs of many receivers go to the kernel in one call.
pub(crate) struct Outlet {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    batch: Batch,
    lost: u64,
    #[cfg(feature = "lens")]
    watch: Watch,
}

/// What sending takes, by the clock of whoever measures.
#[cfg(feature = "lens")]
#[derive(Default)]
struct Watch {
    clock: Option<fn() -> u64>,
    spent_ns: u64,
}

impl Outlet {
    pub(crate) fn new() -> Outlet {
        Outlet {
            bytes: Vec::with_capacity(GATHERED_BYTES + RUN_BYTES),
            runs: Vec::with_capacity(MAX_RUNS),
            batch: Batch::new(),
            lost: 0,
            #[cfg(feature = "lens")]
            watch: Watch::default(),
        }
    }

    #[cfg(feature = "lens")]
    pub(crate) fn watch(&mut self, clock: fn() -> u64) {
        self.watch.clock = Some(clock);
    }

    #[cfg(feature = "lens")]
    pub(crate) fn watched_ns(&self) -> u64 {
        self.watch.spent_ns
    }

    /// Sends a packet, with others.
    pub(crate) fn push(
        &mut self,
        port: &UdpPort,
        destination: SocketAddr,
        local: Option<IpAddr>,
        packet: &[u8],
    ) {
        let max_segments = port.state.max_gso_segments();
        if let Some(run) = self.runs.last_mut()
            && run.takes(destination, local, packet.len(), max_segments)
        {
            run.add(packet.len());
            self.bytes.extend_from_slice(packet);
            return;
        }
        if self.runs.len() == MAX_RUNS || self.bytes.len() >= GATHERED_BYTES {
            self.flush(port);
        }
        self.runs.push(Run::new(destination, local, self.bytes.len(), packet.len()));
        self.bytes.extend_from_slice(packet);
    }

    /// Sends what was gathered.
    pub(crate) fn flush(&mut self, port: &UdpPort) {
        if self.runs.is_empty() {
            return;
        }
        #[cfg(feature = "lens")]
        let began_ns = self.watch.clock.map(|clock| clock());
        self.lost += self.batch.send(port, &self.bytes, &self.runs);
        #[cfg(feature = "lens")]
        if let (Some(clock), Some(began_ns)) = (self.watch.clock, began_ns) {
            self.watch.spent_ns += clock() - began_ns;
        }
        self.bytes.clear();
        self.runs.clear();
    }

    /// Packets that the kernel did not take since this was asked last.
    pub(crate) fn take_lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }
}
