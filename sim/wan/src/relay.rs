//! The path between real processes: clients talk to the relay's addresses, and the relay to the server, over UDP and TCP.
//!
//! Each UDP address of a client has a socket of its own towards the server, so that the server sees as many addresses as there
//! are; rebinding gives it another. Each client, and each TCP connection, has a path of its own.

mod order;
mod setting;
mod tcp;
mod udp;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::conditions::Conditions;
use crate::path::Counters;

pub use order::{Order, OrderError, Scope};
use setting::Setting;

/// Where clients go, and where that leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Port 0: any that is free.
    pub listen: SocketAddr,
    /// The server.
    pub upstream: SocketAddr,
}

/// How a relay is set up.
#[derive(Clone, Debug, Default)]
pub struct RelayConfig {
    /// UDP ports.
    pub udp: Vec<Forward>,
    /// TCP ports.
    pub tcp: Vec<Forward>,
    /// What each path is like at first.
    pub conditions: Conditions,
    /// Where all chance comes from.
    pub seed: u64,
}

/// A client as the relay sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    /// Its address.
    pub client: SocketAddr,
    /// What the server sees instead.
    pub outside: Option<SocketAddr>,
    /// What became of what it sent.
    pub up: Counters,
    /// What became of what it was sent.
    pub down: Counters,
}

/// Everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Clients over UDP.
    pub udp: Vec<Client>,
    /// TCP connections that are open.
    pub tcp: Vec<Client>,
}

/// What the tasks write and reports are made of.
#[derive(Clone, Default)]
struct Tally(Arc<Mutex<BTreeMap<(bool, SocketAddr), Client>>>);

impl Tally {
    fn note(&self, is_tcp: bool, client: Client) {
        self.lock().insert((is_tcp, client.client), client);
    }

    /// Changes what is noted of a client.
    fn change(&self, is_tcp: bool, client: SocketAddr, change: impl FnOnce(&mut Client)) {
        let (up, down) = (Counters::default(), Counters::default());
        let first = || Client { client, outside: None, up, down };
        change(self.lock().entry((is_tcp, client)).or_insert_with(first));
    }

    fn forget(&self, is_tcp: bool, client: SocketAddr) {
        self.lock().remove(&(is_tcp, client));
    }

    fn report(&self) -> Report {
        let clients = self.lock();
        let of = |tcp: bool| {
            clients.iter().filter(move |((is_tcp, _), _)| *is_tcp == tcp).map(|(_, one)| one.clone())
        };
        Report { udp: of(false).collect(), tcp: of(true).collect() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(bool, SocketAddr), Client>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What every task has.
#[derive(Clone)]
struct Context {
    setting: watch::Receiver<Setting>,
    tally: Tally,
    began: Instant,
    seed: u64,
}

impl Context {
    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Sleeps until a time of the model; without one, for ever.
async fn sleep_until(began: Instant, due_us: Option<u64>) {
    match due_us {
        Some(due_us) => tokio::time::sleep_until((began + Duration::from_micros(due_us)).into()).await,
        None => std::future::pending().await,
    }
}

/// A relay that runs. Dropped, it ends.
pub struct Relay {
    setting: watch::Sender<Setting>,
    tally: Tally,
    udp: Vec<SocketAddr>,
    tcp: Vec<SocketAddr>,
    _tasks: JoinSet<()>,
}

impl Relay {
    /// Binds the ports and begins.
    ///
    /// # Errors
    /// A port that cannot be had.
    pub async fn start(config: RelayConfig) -> io::Result<Relay> {
        let (setting, watched) = watch::channel(Setting::new(config.conditions));
        let tally = Tally::default();
        let context =
            Context { setting: watched, tally: tally.clone(), began: Instant::now(), seed: config.seed };
        let (mut udp, mut tcp, mut tasks) = (Vec::new(), Vec::new(), JoinSet::new());
        for forward in &config.udp {
            let socket = UdpSocket::bind(forward.listen).await?;
            udp.push(socket.local_addr()?);
            tasks.spawn(udp::run(context.clone(), socket, forward.upstream));
        }
        for forward in &config.tcp {
            let listener = TcpListener::bind(forward.listen).await?;
            tcp.push(listener.local_addr()?);
            tasks.spawn(tcp::run(context.clone(), listener, forward.upstream));
        }
        Ok(Relay { setting, tally, udp, tcp, _tasks: tasks })
    }

    /// Where clients go over UDP.
    pub fn udp(&self) -> &[SocketAddr] {
        &self.udp
    }

    /// Where clients go over TCP.
    pub fn tcp(&self) -> &[SocketAddr] {
        &self.tcp
    }

    /// Does what it is told, at the latest with the next packet, and says how everybody fares.
    ///
    /// # Errors
    /// [`OrderError`]: nothing has changed then.
    pub fn order(&self, order: &Order) -> Result<Report, OrderError> {
        let changed = self.setting.borrow().changed(order)?;
        if let Some(changed) = changed {
            self.setting.send_replace(changed);
        }
        Ok(self.tally.report())
    }
}
