//! The two threads of a core: one performs requests, one calls the program back.

use std::ffi::c_void;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::FutureExt as _;
use parlor_protocol::codes::Code;
use prost::Message as _;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::r#gen::{SdkEvent, SdkReply, SdkRequest, sdk_event, sdk_request};

/// Requests that may be unanswered at a time.
const REQUEST_LIMIT: usize = 1024;
/// Answers and events that may wait for the callback thread.
const UPCALL_LIMIT: usize = 1024;
/// How long a core that is destroyed may take to say goodbye to the server.
const GOODBYE_LIMIT: Duration = Duration::from_millis(500);

/// The program's callback.
pub(crate) type Callback = unsafe extern "C" fn(*mut c_void, u64, *const u8, usize);

/// A request under way; its output answers it.
pub(crate) type Work = Pin<Box<dyn Future<Output = SdkReply> + Send>>;

/// Performs requests. `begin` runs on the caller's thread, in the order of the calls, and refuses what can
/// be refused without waiting; the work it returns runs on the core thread.
pub(crate) trait Perform: Send + Sync {
    /// Begins the request with that id.
    fn begin(&self, id: u64, request: sdk_request::Body) -> Result<Work, Refusal>;

    /// Ends whatever lasts: the logins.
    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Why a request was not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// A number of the request's family.
    pub(crate) number: i32,
    /// A sentence for the developer.
    pub(crate) message: String,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        Refusal { number: code.link(), message: code.developer().to_owned() }
    }
}

/// Where events go.
#[derive(Clone)]
pub(crate) struct Events(mpsc::Sender<Upcall>);

impl Events {
    /// Hands an event to the callback thread; waits while that one is busy. An event for a core that ends
    /// is dropped.
    pub(crate) async fn tell(&self, body: sdk_event::Body) {
        let event = SdkEvent { body: Some(body) };
        let _ = self.0.send(Upcall { id: 0, bytes: event.encode_to_vec() }).await;
    }
}

struct Upcall {
    id: u64,
    bytes: Vec<u8>,
}

struct Begun {
    id: u64,
    work: Work,
    _place: OwnedSemaphorePermit,
}

/// Why a core did not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start a thread or the event loop: {0}")]
pub(crate) struct StartError(#[from] std::io::Error);

/// One core.
pub(crate) struct Threads {
    performer: Arc<dyn Perform>,
    begun: mpsc::Sender<Begun>,
    places: Arc<Semaphore>,
    gate: Arc<Gate>,
    upcalls: mpsc::Sender<Upcall>,
    stop: Option<oneshot::Sender<()>>,
    core: Option<JoinHandle<()>>,
    callbacks: Option<JoinHandle<()>>,
}

impl Threads {
    /// Starts both threads. `make` receives where events go and where tasks may be spawned.
    pub(crate) fn start(
        callback: Callback,
        user: *mut c_void,
        make: impl FnOnce(Events, Handle) -> Arc<dyn Perform>,
    ) -> Result<Threads, StartError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (upcalls, upcalled) = mpsc::channel(UPCALL_LIMIT);
        let (begun, begun_here) = mpsc::channel(REQUEST_LIMIT);
        let (stop, stopped) = oneshot::channel();
        let gate = Arc::new(Gate { closed: AtomicBool::new(false), callback, user });
        let performer = make(Events(upcalls.clone()), runtime.handle().clone());
        let callbacks = {
            let gate = Arc::clone(&gate);
            named("parlor-callback", move || gate.run(upcalled))?
        };
        let core = {
            let (performer, upcalls) = (Arc::clone(&performer), upcalls.clone());
            named("parlor-core", move || serve(&runtime, begun_here, upcalls, stopped, &*performer))?
        };
        let places = Arc::new(Semaphore::new(REQUEST_LIMIT));
        Ok(Threads {
            performer,
            begun,
            places,
            gate,
            upcalls,
            stop: Some(stop),
            core: Some(core),
            callbacks: Some(callbacks),
        })
    }

    /// Begins a request; one callback under `id` follows.
    pub(crate) fn submit(&self, id: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let request = SdkRequest::decode(bytes).ok().and_then(|request| request.body);
        let request = request.filter(|_| id != 0).ok_or(Code::InvalidParameter)?;
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Code::ServerBusy)?;
        let work: Work = match request {
            sdk_request::Body::Defer(_) => Box::pin(std::future::ready(SdkReply::default())),
            request => self.performer.begin(id, request)?,
        };
        let begun = Begun { id, work, _place: place };
        Ok(self.begun.try_send(begun).map_err(|_| Code::ServerBusy)?)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.gate.closed.store(true, Ordering::Release);
        drop(self.stop.take());
        if let Some(core) = self.core.take() {
            let _ = core.join();
        }
        // Wakes the callback thread, should it be waiting: it looks at the gate first.
        let _ = self.upcalls.try_send(Upcall { id: 0, bytes: Vec::new() });
        // From inside the callback its thread cannot be waited for: it ends by itself after that callback.
        let callbacks = self.callbacks.take().filter(|t| t.thread().id() != std::thread::current().id());
        if let Some(callbacks) = callbacks {
            let _ = callbacks.join();
        }
    }
}

fn named(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StartError> {
    Ok(std::thread::Builder::new().name(name.to_owned()).spawn(body)?)
}

fn serve(
    runtime: &Runtime,
    mut begun: mpsc::Receiver<Begun>,
    upcalls: mpsc::Sender<Upcall>,
    stopped: oneshot::Receiver<()>,
    performer: &dyn Perform,
) {
    runtime.block_on(async move {
        let serving = async {
            while let Some(begun) = begun.recv().await {
                tokio::spawn(answer(begun, upcalls.clone()));
            }
        };
        tokio::select! {
            () = serving => {}
            _ = stopped => {}
        }
        let _ = tokio::time::timeout(GOODBYE_LIMIT, performer.close()).await;
    });
}

/// Runs the work to its end; a panic in it ends that request, not the core.
async fn answer(begun: Begun, upcalls: mpsc::Sender<Upcall>) {
    let reply = AssertUnwindSafe(begun.work).catch_unwind().await;
    let reply = reply.unwrap_or_else(|_| SdkReply {
        code: Code::Failure.link(),
        message: Code::Failure.developer().to_owned(),
        body: None,
    });
    let _ = upcalls.send(Upcall { id: begun.id, bytes: reply.encode_to_vec() }).await;
}

/// The program's side: closed once the core is being destroyed.
struct Gate {
    closed: AtomicBool,
    callback: Callback,
    user: *mut c_void,
}

// SAFETY: `user` is never looked at here; parlor_create requires that the callback may be called with it
// from the callback thread.
unsafe impl Send for Gate {}
// SAFETY: as above; the other fields are atomic or plain values.
unsafe impl Sync for Gate {}

impl Gate {
    fn run(&self, mut upcalls: mpsc::Receiver<Upcall>) {
        while let Some(Upcall { id, bytes }) = upcalls.blocking_recv() {
            if self.closed.load(Ordering::Acquire) {
                return;
            }
            // SAFETY: parlor_create requires a callback that is valid until parlor_destroy has returned,
            // which waits for this thread or runs on it; the bytes outlive the call.
            unsafe { (self.callback)(self.user, id, bytes.as_ptr(), bytes.len()) };
        }
    }
}
