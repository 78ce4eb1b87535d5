//! The task behind a client: feeds the machine, and does what it says.

use crate::config::{Config, client_type_here};
use crate::connect::{Connector, Transport};
use crate::error::Error;
use crate::login::TokenProvider;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parlor_client::{
    Answer, Call, CallId, Client as Machine, Config as MachineConfig, Event, Failure, ImLogin, Input, Output,
    Ticket, TransportId,
};
use parlor_protocol::{Code, v1};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Calls that may wait for the task.
const CALLS: usize = 256;
/// Frames that may wait in one direction of one transport.
const FRAMES: usize = 256;
/// Events that a slow listener may lag behind.
const EVENTS: usize = 1024;

/// What the rest of the SDK holds of the task.
#[derive(Clone)]
pub(crate) struct Handle {
    calls: mpsc::Sender<Order>,
    events: broadcast::Sender<Arc<Event>>,
    machine: Arc<Mutex<Machine>>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) device: Arc<v1::Device>,
    in_calls: Arc<Mutex<BTreeSet<i64>>>,
}

/// The same for tasks that end with the task, and do not keep it.
#[derive(Clone)]
pub(crate) struct WeakHandle {
    calls: mpsc::WeakSender<Order>,
    machine: Arc<Mutex<Machine>>,
}

impl WeakHandle {
    /// As [`Handle::fetch`].
    pub(crate) async fn fetch(&self, body: v1::request::Body) -> Result<v1::reply::Body, Failure> {
        let gone = || Failure::local(Code::NotInitialized);
        let calls = self.calls.upgrade().ok_or_else(gone)?;
        match call(&calls, Call::Ask(Box::new(body)), None).await.ok_or_else(gone)?? {
            Answer::Reply(body) => Ok(*body),
            _ => Err(Failure::local(Code::FrameUnknown)),
        }
    }

    /// Packets beside the link have lost their way: the link is looked after now.
    pub(crate) fn doubt_link(&self) {
        if let Some(calls) = self.calls.upgrade() {
            // With so many calls waiting it is not idle.
            let _ = calls.try_send(Order::Doubt);
        }
    }

    /// The link that a room rests on is there.
    pub(crate) fn is_connected(&self, archive_id: i64) -> bool {
        let machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        machine.room_view(archive_id).is_some_and(|view| view.connected)
    }

    /// This device is in a room.
    pub(crate) fn is_in(&self, archive_id: i64) -> bool {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner).room_view(archive_id).is_some()
    }
}

/// The one part that a client takes in the call of a room.
pub(crate) struct Seat {
    archive_id: i64,
    in_calls: Arc<Mutex<BTreeSet<i64>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.in_calls.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.archive_id);
    }
}

/// `None` when the task is gone.
async fn call(
    calls: &mpsc::Sender<Order>,
    call: Call,
    provider: Option<TokenProvider>,
) -> Option<Result<Answer, Failure>> {
    let (done, answer) = oneshot::channel();
    calls.send(Order::Call { call: Box::new(call), provider, done }).await.ok()?;
    answer.await.ok()
}

enum Order {
    Call { call: Box<Call>, provider: Option<TokenProvider>, done: oneshot::Sender<Result<Answer, Failure>> },
    NetworkChanged,
    Doubt,
}

enum Happened {
    Opened(TransportId, mpsc::Sender<Bytes>),
    Frame(TransportId, Bytes),
    Lost(TransportId),
    Ticket(CallId, Result<Ticket, Failure>),
    Token(Option<String>),
}

impl Handle {
    pub(crate) fn start(config: Config, connector: Arc<dyn Connector>) -> Self {
        let seed = config.seed.unwrap_or_else(random_seed);
        let device = device_of(&config, &seed);
        let (calls, orders) = mpsc::channel(CALLS);
        let (events, _) = broadcast::channel(EVENTS);
        let mut machine_config = MachineConfig::new(config.app_key, seed);
        machine_config.sdk = concat!("rust/", env!("CARGO_PKG_VERSION")).to_owned();
        machine_config.enter_timeout_ms = millis(config.enter_timeout);
        machine_config.request_timeout_ms = millis(config.request_timeout);
        let (happened, happenings) = mpsc::channel(FRAMES);
        let machine = Arc::new(Mutex::new(Machine::new(machine_config)));
        let driver = Driver {
            machine: machine.clone(),
            connector: connector.clone(),
            started: Instant::now(),
            happened,
            tasks: JoinSet::new(),
            transports: HashMap::new(),
            waiting: HashMap::new(),
            provider: None,
            events: events.clone(),
            last_call: 0,
        };
        tokio::spawn(driver.run(orders, happenings));
        let in_calls = Arc::default();
        Self { calls, events, machine, connector, device: Arc::new(device), in_calls }
    }

    pub(crate) async fn call(&self, call: Call, provider: Option<TokenProvider>) -> Result<Answer, Error> {
        let outcome = self::call(&self.calls, call, provider).await;
        Ok(outcome.ok_or_else(|| Error::local(Code::NotInitialized))??)
    }

    pub(crate) fn downgrade(&self) -> WeakHandle {
        WeakHandle { calls: self.calls.downgrade(), machine: self.machine.clone() }
    }

    /// The place in the call of a room; `None` while somebody has it.
    pub(crate) fn take_seat(&self, archive_id: i64) -> Option<Seat> {
        let is_free = self.in_calls.lock().unwrap_or_else(PoisonError::into_inner).insert(archive_id);
        is_free.then(|| Seat { archive_id, in_calls: self.in_calls.clone() })
    }

    pub(crate) async fn network_changed(&self) {
        // A task that has gone has no network to care for.
        let _ = self.calls.send(Order::NetworkChanged).await;
    }

    /// One request of the room component.
    pub(crate) async fn ask(&self, body: v1::request::Body) -> Result<Answer, Error> {
        self.call(Call::Ask(Box::new(body)), None).await
    }

    /// The same, with the reply that it is answered with.
    pub(crate) async fn fetch(&self, body: v1::request::Body) -> Result<v1::reply::Body, Error> {
        match self.ask(body).await? {
            Answer::Reply(body) => Ok(*body),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    pub(crate) fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    /// Looks at the machine as it is now. The task waits meanwhile: `look` only reads and copies.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Machine) -> T) -> T {
        look(&self.machine.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn random_seed() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

fn device_of(config: &Config, seed: &[u8; 16]) -> v1::Device {
    let device = &config.device;
    let made = || uuid::Uuid::from_bytes(*seed).simple().to_string();
    v1::Device {
        device_id: if device.device_id.is_empty() { made() } else { device.device_id.clone() },
        client_type: if device.client_type == 0 { client_type_here() } else { device.client_type },
        custom_client_type: device.custom_client_type,
        custom_tag: device.custom_tag.clone(),
        os: std::env::consts::OS.to_owned(),
        login_at_ms: 0,
    }
}

struct Driver {
    /// Shared with the handles, which read it. Held for one step of the machine at a time, never across an await.
    machine: Arc<Mutex<Machine>>,
    connector: Arc<dyn Connector>,
    started: Instant,
    happened: mpsc::Sender<Happened>,
    tasks: JoinSet<()>,
    transports: HashMap<TransportId, Wire>,
    waiting: HashMap<CallId, oneshot::Sender<Result<Answer, Failure>>>,
    provider: Option<TokenProvider>,
    events: broadcast::Sender<Arc<Event>>,
    last_call: u64,
}

struct Wire {
    frames: Option<mpsc::Sender<Bytes>>,
    task: tokio::task::AbortHandle,
}

impl Driver {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>, mut happenings: mpsc::Receiver<Happened>) {
        loop {
            let deadline = self.machine().deadline().map(|ms| self.started + Duration::from_millis(ms));
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(order) => self.order(order),
                    // The last handle is gone: so is the connection, with its tasks.
                    None => return,
                },
                Some(happened) = happenings.recv() => self.happened(happened),
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    self.handle(Input::Tick);
                }
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
            }
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Call { call, provider, done } => {
                self.last_call += 1;
                let id = CallId(self.last_call);
                if let Call::ImLogin(ImLogin { .. }) | Call::LoginByIm(_) = &*call
                    && !self.machine().im_logged_in()
                {
                    self.provider = provider;
                }
                self.waiting.insert(id, done);
                self.handle(Input::Call(id, *call));
            }
            Order::NetworkChanged => self.handle(Input::NetworkChanged),
            Order::Doubt => self.handle(Input::Doubt),
        }
    }

    fn happened(&mut self, happened: Happened) {
        let input = match happened {
            Happened::Opened(id, frames) => {
                if let Some(wire) = self.transports.get_mut(&id) {
                    wire.frames = Some(frames);
                }
                Input::Opened(id)
            }
            Happened::Frame(id, frame) => Input::Frame(id, frame),
            Happened::Lost(id) => {
                self.transports.remove(&id);
                Input::Lost(id)
            }
            Happened::Ticket(id, outcome) => Input::Ticket(id, outcome),
            Happened::Token(token) => Input::Token(token),
        };
        self.handle(input);
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&mut self, input: Input) {
        let now_ms = millis(self.started.elapsed());
        self.machine().handle(now_ms, input);
        loop {
            let output = self.machine().poll();
            match output {
                Some(output) => self.perform(output),
                None => return,
            }
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Open(id) => {
                let task = self.tasks.spawn(carry(id, self.connector.clone(), self.happened.clone()));
                self.transports.insert(id, Wire { frames: None, task });
            }
            Output::Send(id, frame) => {
                let Some(wire) = self.transports.get(&id) else { return };
                let sent = wire.frames.as_ref().map(|frames| frames.try_send(frame));
                if !matches!(sent, Some(Ok(()))) {
                    // A server that takes nothing any more: the same as a lost link.
                    wire.task.abort();
                    self.transports.remove(&id);
                    self.handle(Input::Lost(id));
                }
            }
            Output::Close(id) => {
                // Dropping the queue lets the task write what is in it, then close.
                if let Some(Wire { frames: None, task }) = self.transports.remove(&id) {
                    task.abort();
                }
            }
            Output::FetchTicket(id, credential) => {
                let fetch = self.connector.fetch_ticket(credential);
                let happened = self.happened.clone();
                self.tasks.spawn(async move {
                    let outcome = fetch.await;
                    let _ = happened.send(Happened::Ticket(id, outcome)).await;
                });
            }
            Output::FetchToken { account } => {
                let token = self.provider.as_ref().map(|provider| provider(account));
                let happened = self.happened.clone();
                self.tasks.spawn(async move {
                    let token = match token {
                        Some(token) => token.await,
                        None => None,
                    };
                    let _ = happened.send(Happened::Token(token)).await;
                });
            }
            Output::Done(id, outcome) => {
                if let Some(done) = self.waiting.remove(&id) {
                    // The caller may have stopped waiting.
                    let _ = done.send(outcome);
                }
            }
            // Nobody has to listen.
            Output::Event(event) => drop(self.events.send(Arc::new(event))),
        }
    }
}

/// One transport from opening to loss.
async fn carry(id: TransportId, connector: Arc<dyn Connector>, happened: mpsc::Sender<Happened>) {
    if let Ok(mut transport) = connector.open().await {
        let (frames, queue) = mpsc::channel(FRAMES);
        if happened.send(Happened::Opened(id, frames)).await.is_ok() {
            exchange(id, &mut *transport, queue, &happened).await;
            // The peer may be gone; a close is a courtesy.
            let _ = tokio::time::timeout(Duration::from_secs(1), transport.close()).await;
        }
    }
    let _ = happened.send(Happened::Lost(id)).await;
}

async fn exchange(
    id: TransportId,
    transport: &mut dyn Transport,
    mut queue: mpsc::Receiver<Bytes>,
    happened: &mpsc::Sender<Happened>,
) {
    loop {
        tokio::select! {
            biased;
            frame = queue.recv() => match frame {
                Some(frame) => if transport.send(frame).await.is_err() { return },
                None => return,
            },
            message = transport.next() => match message {
                Some(Ok(frame)) => if happened.send(Happened::Frame(id, frame)).await.is_err() { return },
                _ => return,
            },
        }
    }
}
