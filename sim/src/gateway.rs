//! The server's side: two gateways that share one store on the fault disk and one bus. A gateway can be killed and
//! started again; the power can go.

use crate::dice::Dice;
use crate::disk::FaultDisk;
use crate::wire::End;
use crate::witness::Witness;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use parlor_bus::{Bus, Event};
use parlor_protocol::ids::NodeId;
use parlor_sdk::{Code, Failure, RoomCredential, Ticket};
use parlor_server::callback::{Callbacks, Verdict};
use parlor_server::clock::Clock;
use parlor_server::config::Config;
use parlor_server::conn::{self, TransportError};
use parlor_server::http::{self, route::Access};
use parlor_server::link;
use parlor_server::node::{Ground, Node};
use parlor_server::random::Random;
use parlor_server::room;
use parlor_server::vault::Vault;
use parlor_store::{Keyring, Pace, Store, View};
use std::collections::VecDeque;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until};
use tower::ServiceExt as _;

/// How many gateways there are.
pub const GATEWAYS: usize = 2;
/// Wall time when a history begins: 2027-01-01.
const BASE_MS: i64 = 1_798_761_600_000;
/// Events that may wait for a gateway.
const EVENTS: usize = 4096;
/// Numbers that a gateway takes at once.
const NUMBER_BLOCK: u64 = 16;

/// The server's side of a history; clones share it.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    dice: Dice,
    witness: Witness,
    disk: FaultDisk,
    bus: Bus,
    clock: Clock,
    config: Config,
    pace: Arc<Rhythm>,
    event_delay_ms: AtomicU64,
    lives: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    store: Option<Store>,
    gateways: [Option<Gateway>; GATEWAYS],
}

struct Gateway {
    node: Node,
    /// Made at its first call: in many of its lives a gateway sees none.
    router: Option<Router>,
    tasks: Vec<AbortHandle>,
}

/// Pauses around the store's work, so that reads and commits of different acts interleave.
pub struct Rhythm {
    dice: Dice,
    witness: Witness,
    /// In how many of a hundred cases there is a pause.
    percent: AtomicU64,
    /// And how long it may be, ms.
    longest_ms: AtomicU64,
}

impl Pace for Rhythm {
    fn pause(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let percent = self.percent.load(Ordering::Relaxed);
        if percent == 0 || !self.dice.chance(percent) {
            return Box::pin(std::future::ready(()));
        }
        let pause_ms = self.dice.between(1, self.longest_ms.load(Ordering::Relaxed).max(1));
        Box::pin(sleep(Duration::from_millis(pause_ms)))
    }

    fn committed(&self, view: &View<'_>) {
        self.witness.committed(view);
    }
}

impl House {
    /// Nothing runs yet.
    pub fn new(seed: u64, dice: &Dice, witness: &Witness, config: Config) -> Self {
        let pace = Rhythm {
            dice: dice.clone(),
            witness: witness.clone(),
            percent: AtomicU64::new(0),
            longest_ms: AtomicU64::new(1),
        };
        Self(Arc::new(Inner {
            dice: dice.clone(),
            witness: witness.clone(),
            disk: FaultDisk::formatted(seed),
            bus: Bus::in_process(EVENTS),
            clock: Clock::virtual_at(BASE_MS),
            config,
            pace: Arc::new(pace),
            event_delay_ms: AtomicU64::new(0),
            lives: AtomicU64::new(seed.wrapping_mul(1_000)),
            state: Mutex::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The disk.
    pub fn disk(&self) -> &FaultDisk {
        &self.0.disk
    }

    /// Wall time.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Sets how the store and the bus behave from now on.
    pub fn conditions(&self, pause_percent: u64, pause_ms: u64, event_delay_ms: u64) {
        self.0.pace.percent.store(pause_percent, Ordering::Relaxed);
        self.0.pace.longest_ms.store(pause_ms, Ordering::Relaxed);
        self.0.event_delay_ms.store(event_delay_ms, Ordering::Relaxed);
    }

    /// Tells the witness what the bus carries.
    pub fn listen(&self) {
        let (mut events, witness) = (self.0.bus.subscribe(), self.0.witness.clone());
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                witness.published(&event);
            }
        });
    }

    /// A gateway that runs.
    pub fn node(&self, gateway: usize) -> Option<Node> {
        self.state().gateways[gateway].as_ref().map(|g| g.node.clone())
    }

    /// Any gateway that runs.
    pub fn some_node(&self) -> Option<Node> {
        let first = self.0.dice.below(GATEWAYS);
        (0..GATEWAYS).find_map(|n| self.node((first + n) % GATEWAYS))
    }

    fn store(&self) -> Result<Store, String> {
        if let Some(store) = self.state().store.clone() {
            return Ok(store);
        }
        let pace: Arc<dyn Pace> = self.0.pace.clone();
        let store = Store::open_paced(self.0.disk.options(keyring()), Some(pace))
            .map_err(|cause| format!("the store does not open: {cause}"))?;
        self.state().store = Some(store.clone());
        Ok(store)
    }

    /// Starts a gateway that does not run. Its name is the same every time.
    pub async fn start(&self, gateway: usize) -> Result<(), String> {
        let store = self.store()?;
        let inner = &*self.0;
        let life = inner.lives.fetch_add(1, Ordering::Relaxed);
        let node = Node::on(Ground {
            id: NodeId(format!("gateway-{gateway}").into()),
            config: inner.config.clone(),
            clock: inner.clock,
            random: Random::seeded(life),
            store,
            bus: inner.bus.clone(),
            callbacks: Callbacks::Scripted(Arc::new(|_, _| Verdict::Allow)),
            vault: Vault::in_memory(keyring(), inner.config.file.clone()),
            relay: None,
            number_block: NUMBER_BLOCK,
        });
        let (told, events) = mpsc::channel(EVENTS);
        let relay = tokio::spawn(self.clone().relay(inner.bus.subscribe(), told)).abort_handle();
        let watch = tokio::spawn(link::watch(node.clone(), events)).abort_handle();
        let rooms = tokio::spawn(room::watch(node.clone(), inner.bus.subscribe_posts())).abort_handle();
        let adopting = node.clone();
        // The server takes connections once it has adopted its sessions; acts of the administrators may be faster.
        if let Err(fault) = link::adopt_sessions(&adopting).await {
            [relay, watch, rooms].iter().for_each(AbortHandle::abort);
            return Err(format!("gateway {gateway} does not start: {fault}"));
        }
        inner.witness.line(format!("gateway {gateway} runs"));
        self.state().gateways[gateway] =
            Some(Gateway { node, router: None, tasks: vec![relay, watch, rooms] });
        Ok(())
    }

    /// Brings events to a gateway, each after a while, in their order.
    async fn relay(self, mut events: mpsc::Receiver<Arc<Event>>, told: mpsc::Sender<Arc<Event>>) {
        let mut waiting: VecDeque<(Instant, Arc<Event>)> = VecDeque::new();
        loop {
            let next_at = waiting.front().map(|(at, _)| *at);
            tokio::select! {
                biased;
                event = events.recv() => {
                    let Some(event) = event else { return };
                    let longest_ms = self.0.event_delay_ms.load(Ordering::Relaxed);
                    let at = Instant::now() + Duration::from_millis(self.0.dice.between(0, longest_ms));
                    let at = waiting.back().map_or(at, |(before, _)| at.max(*before));
                    waiting.push_back((at, event));
                }
                () = sleep_until(next_at.unwrap_or_else(Instant::now)), if next_at.is_some() => {
                    if let Some((_, event)) = waiting.pop_front()
                        && told.send(event).await.is_err()
                    {
                        return;
                    }
                }
            }
        }
    }

    /// kill -9: nothing of the gateway goes on, nobody is told.
    pub fn kill(&self, gateway: usize) -> bool {
        let killed = self.state().gateways[gateway].take();
        if let Some(killed) = &killed {
            killed.tasks.iter().for_each(AbortHandle::abort);
            room::rooms(&killed.node).close();
            self.0.witness.line(format!("gateway {gateway} is killed"));
        }
        killed.is_some()
    }

    /// The power goes: both gateways and all that was not fsynced are gone. The disk works again afterwards.
    pub async fn power_cut(&self, torn: bool) -> Result<(), String> {
        for gateway in 0..GATEWAYS {
            self.kill(gateway);
        }
        let line = if torn { "the power goes, in the middle of writes" } else { "the power goes" };
        self.0.witness.line(line);
        if torn {
            self.0.disk.crash_torn();
        } else {
            self.0.disk.crash();
        }
        // Tasks that were killed let go of the store when they are dropped, which is now.
        tokio::task::yield_now().await;
        let store = self.state().store.take();
        if let Some(store) = store {
            store.close().await;
        }
        self.0.pace.percent.store(0, Ordering::Relaxed);
        let witness = self.0.witness.clone();
        let looked = self.store()?.read(move |view| witness.restarted(view)).await;
        looked.map_err(|cause| format!("the store cannot be read after the crash: {cause}"))
    }

    /// Runs work on a gateway until it is done or the gateway is killed. False if the gateway does not run.
    pub fn run(&self, gateway: usize, work: impl Future<Output = ()> + Send + 'static) -> bool {
        let mut state = self.state();
        let Some(running) = state.gateways[gateway].as_mut() else { return false };
        running.tasks.retain(|task| !task.is_finished());
        running.tasks.push(tokio::spawn(work).abort_handle());
        true
    }

    /// Serves a connection.
    pub fn serve(&self, gateway: usize, end: End<TransportError>) -> bool {
        let Some(node) = self.node(gateway) else { return false };
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
        self.run(gateway, conn::serve(node, end, peer))
    }

    /// The room component's login call, through the shipping router.
    pub async fn login_call(
        &self,
        gateway: usize,
        app_key: &str,
        credential: RoomCredential,
    ) -> Result<Ticket, Failure> {
        let unreachable = || Failure::local(Code::NetworkUnavailable);
        let router = self.state().gateways[gateway].as_mut().map(|g| {
            let node = &g.node;
            g.router.get_or_insert_with(|| login_router(node)).clone()
        });
        let router = router.ok_or_else(unreachable)?;
        let body = serde_json::json!({
            "userUuid": credential.user_uuid,
            "userToken": credential.token,
            "authType": i32::from(credential.dynamic),
        });
        let request = Request::post(format!("/scene/apps/{app_key}/v1/login"))
            .header("Content-Type", "application/json")
            .body(Body::from(body.to_string()))
            .map_err(|_| unreachable())?;
        let (answered, answer) = tokio::sync::oneshot::channel();
        let runs = self.run(gateway, async move {
            if let Ok(response) = router.oneshot(request).await
                && let Ok(bytes) = axum::body::to_bytes(response.into_body(), 1 << 20).await
            {
                // The caller may have been cut off.
                let _ = answered.send(bytes);
            }
        });
        if !runs {
            return Err(unreachable());
        }
        let bytes = answer.await.map_err(|_| unreachable())?;
        let reply: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| unreachable())?;
        let text = |name: &str| reply["data"][name].as_str().map(str::to_owned);
        match (reply["code"].as_i64(), text("imAccid"), text("linkTicket")) {
            (Some(0), Some(accid), Some(ticket)) => Ok(Ticket { accid, ticket }),
            (number, ..) => {
                let number = number.and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
                let message = reply["msg"].as_str().unwrap_or_default().to_owned();
                let code = Code::from_room(number).unwrap_or(Code::Failure);
                Err(Failure { message, ..Failure::local(code) })
            }
        }
    }
}

/// All that histories ask for over HTTP; a router of every call takes longer to make than most gateways live.
fn login_router(node: &Node) -> Router {
    let calls = http::routes().into_iter().filter(|route| route.access == Access::Login);
    http::router_of(node.clone(), calls.collect())
}

fn keyring() -> Keyring {
    Keyring::in_memory([7; 32], Arc::new(|bytes| bytes.fill(9)))
}
