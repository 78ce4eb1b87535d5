//! The simulated network between clients and gateways: what the SDK opens instead of sockets.

use crate::dice::Dice;
use crate::gateway::{GATEWAYS, House};
use crate::wire::{Side, Weather, Wire};
use crate::witness::Witness;
use parlor_sdk::{Code, Connector, Failure, RoomCredential, Ticket, Transport, TransportFuture};
use parlor_server::conn::TransportError;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The network of a history; clones share it.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    dice: Dice,
    witness: Witness,
    house: House,
    state: Mutex<State>,
}

struct State {
    weather: Weather,
    wires: Vec<Laid>,
    last_wire: u64,
    /// By device: until when nothing reaches the network, and whether attempts fail at once or hang.
    offline: Vec<(Instant, bool)>,
    /// By device: the gateway that it used last.
    used: Vec<usize>,
}

/// A wire that was laid.
#[derive(Clone)]
pub struct Laid {
    /// The connection.
    pub wire: Wire,
    /// Which device.
    pub device: usize,
    /// Which gateway.
    pub gateway: usize,
}

impl Network {
    /// A network for so many devices.
    pub fn new(dice: &Dice, witness: &Witness, house: &House, weather: Weather, devices: usize) -> Self {
        let now = Instant::now();
        let state = State {
            weather,
            wires: Vec::new(),
            last_wire: 0,
            offline: vec![(now, false); devices],
            used: vec![0; devices],
        };
        Self(Arc::new(Inner {
            dice: dice.clone(),
            witness: witness.clone(),
            house: house.clone(),
            state: Mutex::new(state),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wires that somebody still holds.
    pub fn wires(&self) -> Vec<Laid> {
        let mut state = self.state();
        state.wires.retain(|laid| !laid.wire.is_over());
        state.wires.clone()
    }

    /// Nothing reaches this device for a while.
    pub fn offline(&self, device: usize, how_long: Duration, hangs: bool) {
        self.state().offline[device] = (Instant::now() + how_long, hangs);
    }

    /// From now on messages take this long, and everybody can be reached.
    pub fn calm(&self, weather: Weather) {
        let mut state = self.state();
        state.weather = weather;
        let now = Instant::now();
        state.offline.fill((now, false));
    }

    /// What one client opens its transports with.
    pub fn connector(&self, device: usize, client: usize, app_key: &str) -> Arc<dyn Connector> {
        Arc::new(Path { network: self.clone(), device, client, app_key: app_key.to_owned() })
    }

    /// The way there: a delay, and a gateway. Mostly the one used before, where it runs.
    async fn way(&self, device: usize) -> io::Result<usize> {
        let weather = self.state().weather;
        sleep(Duration::from_millis(weather.delay_ms + self.0.dice.between(0, weather.jitter_ms))).await;
        let (until, hangs) = self.state().offline[device];
        if until > Instant::now() {
            if hangs {
                sleep(Duration::from_secs(60)).await;
            }
            return Err(io::ErrorKind::NetworkUnreachable.into());
        }
        let before = self.state().used[device];
        let gateway = if self.0.dice.chance(30) { self.0.dice.below(GATEWAYS) } else { before };
        let gateway = match self.0.house.node(gateway) {
            Some(_) => gateway,
            None => (gateway + 1) % GATEWAYS,
        };
        self.state().used[device] = gateway;
        Ok(gateway)
    }

    async fn open(&self, device: usize, client: usize) -> io::Result<Box<dyn Transport>> {
        let gateway = self.way(device).await?;
        let wire = {
            let mut state = self.state();
            state.last_wire += 1;
            let tap = Arc::new(self.0.witness.clone());
            let wire = Wire::new(state.last_wire, state.weather, self.0.dice.clone(), tap);
            state.wires.push(Laid { wire: wire.clone(), device, gateway });
            wire
        };
        self.0.witness.wire(wire.number(), client);
        if !self.0.house.serve(gateway, wire.end(Side::Server, |text| TransportError(text.to_owned()))) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        self.0.witness.line(format!("  wire {} joins client {client} and gateway {gateway}", wire.number()));
        Ok(Box::new(wire.end(Side::Client, |text| io::Error::other(text.to_owned()))))
    }

    async fn ticket(&self, path: &Path, credential: RoomCredential) -> Result<Ticket, Failure> {
        let unreachable = |_| Failure::local(Code::NetworkUnavailable);
        let gateway = self.way(path.device).await.map_err(unreachable)?;
        let user = credential.user_uuid.clone();
        let answer = self.0.house.login_call(gateway, &path.app_key, credential).await;
        let told = answer.as_ref().map_or_else(|f| format!("{:?}", f.code), |t| t.accid.clone());
        self.0.witness.line(format!("  ticket for {user}, client {}: {told}", path.client));
        self.way(path.device).await.map_err(unreachable)?;
        answer
    }
}

#[derive(Clone)]
struct Path {
    network: Network,
    device: usize,
    client: usize,
    app_key: String,
}

impl Connector for Path {
    fn open(&self) -> TransportFuture {
        let path = self.clone();
        Box::pin(async move { path.network.open(path.device, path.client).await })
    }

    fn fetch_ticket(
        &self,
        credential: RoomCredential,
    ) -> Pin<Box<dyn Future<Output = Result<Ticket, Failure>> + Send>> {
        let path = self.clone();
        Box::pin(async move { path.network.ticket(&path, credential).await })
    }
}
