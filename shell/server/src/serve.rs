//! The life of the server: takes the folder, opens store and sockets, runs, drains, closes.

mod greeting;
mod signals;
mod work;

use crate::admin::{self, Desk, Reach};
use crate::assemble::{AssembleError, assemble_with};
use crate::callback;
use crate::config::Config;
use crate::fault::Fault;
use crate::file;
use crate::folder::{Folder, FolderError, FolderLock};
use crate::link;
use crate::listener::{self, Front, ListenError};
use crate::media;
use crate::node::Node;
use crate::room;
use crate::tls::{self, TlsError, Upkeep};
use parlor_protocol::codes::Code;
use parlor_store::SweepLimits;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use work::{Work, routes};

/// Why the server did not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The address.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The node.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Where the packets of calls arrive.
    #[error(transparent)]
    Media(#[from] media::SettingError),
    /// The administration socket.
    #[error(transparent)]
    Admin(#[from] admin::SocketError),
    /// The first app, or the sessions of the last run.
    #[error("the store: {0}")]
    Store(#[from] Fault),
    /// A part that a server cannot be without has ended.
    #[error("a part of the server broke, the log says how: it is ended to be started anew")]
    Broken,
    /// Anything of the system.
    #[error("{what}: {cause}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        cause: io::Error,
    },
}

/// Runs the server until SIGTERM or SIGINT.
///
/// # Errors
/// It could not start; the sentence says what to do. Or a part of it broke: then it ends in order, for its supervisor to
/// start it anew.
pub async fn run(config: Config) -> Result<(), ServeError> {
    let system = |what| move |cause| ServeError::System { what, cause };
    raise_file_limit();
    listener::check(&config)?;
    let folder = Folder::create(&config.data)?;
    // A command that found no server has the folder for a moment.
    let lock = match admin::reach(&folder)? {
        Reach::Folder(lock) => lock,
        Reach::Server(_) => return Err(folder.in_use().into()),
    };
    let listener = listener::open(&config)?;
    let address = listener.local_addr().map_err(system("the listener's address"))?;
    let tls = tls::prepare(&config.tls, &folder)?;
    let (relay, relayed) = media::start(&config, address)?.unzip();
    let (node, keyring) = assemble_with(&config, &folder, relay.clone())?;
    let (server, upkeep) = match tls {
        Some(tls) => (Some(tls.server), tls.upkeep),
        None => (None, Upkeep::Nothing),
    };
    let signals = signals::Signals::listen().map_err(system("signals cannot be received"))?;
    let running = Running {
        tasks: TaskTracker::new(),
        requests: TaskTracker::new(),
        drain: CancellationToken::new(),
        end: CancellationToken::new(),
        broken: CancellationToken::new(),
        node: node.clone(),
        _lock: lock,
    };
    running.start_tasks(upkeep, &signals).await?;
    if let Some(events) = relayed {
        running.until_end("calls", room::media::watch(node.clone(), events));
    }
    let first_app = greeting::first_app(&node, &folder).await?;
    let desk = Desk { node: node.clone(), folder: folder.clone(), keyring };
    running.start_admin(desk)?;
    let work = Work::new(&node, running.requests.clone(), running.drain.clone());
    running.start_metrics(&work).map_err(system("the metrics address"))?;
    let front = Front {
        router: routes(node.clone(), &work),
        tls: server,
        relay: relay.filter(|_| config.media.tcp),
        config: config.clone(),
        tasks: running.requests.clone(),
        drain: running.drain.clone(),
    };
    running.spawn("listener", front.run(listener));
    greeting::print(&config, address, &folder, first_app.as_ref());
    let outcome = tokio::select! {
        () = signals.end() => Ok(()),
        () = running.broken.cancelled() => Err(ServeError::Broken),
    };
    running.stop(&signals).await;
    outcome
}

/// A running server's tasks, and how they end.
struct Running {
    /// Tasks of the node itself.
    tasks: TaskTracker,
    /// Connections, links and requests.
    requests: TaskTracker,
    /// No new work.
    drain: CancellationToken,
    /// No more tasks.
    end: CancellationToken,
    /// A task has ended that should not have.
    broken: CancellationToken,
    node: Node,
    _lock: FolderLock,
}

impl Running {
    async fn start_tasks(&self, upkeep: Upkeep, signals: &signals::Signals) -> Result<(), ServeError> {
        let node = &self.node;
        let (events, posts) = (node.bus.subscribe(), node.bus.subscribe_posts());
        let adopted = link::adopt_sessions(node).await?;
        if adopted > 0 {
            tracing::info!(sessions = adopted, "sessions of the last run wait for their clients");
        }
        self.until_end("events", link::watch(node.clone(), events));
        self.until_end("rooms", room::watch(node.clone(), posts));
        self.until_end("sweep", sweep(node.clone()));
        self.until_end("files", file::sweep(node.clone()));
        let outbox = callback::Outbox {
            store: node.store.clone(),
            callbacks: node.callbacks.clone(),
            clock: node.clock,
            random: node.random.clone(),
            config: node.config.callback.clone(),
        };
        self.until_end("callbacks", callback::deliver(outbox));
        let interval = Duration::from_millis(node.config.tls.reload_interval_ms.into());
        self.spawn("certificate", upkeep.run(interval, signals.reload(), self.end.clone()));
        Ok(())
    }

    fn start_admin(&self, desk: Desk) -> Result<(), ServeError> {
        let socket = admin::open(&desk.folder)?;
        let config = self.node.config.admin.clone();
        let desk = Arc::new(desk);
        self.spawn(
            "administration",
            admin::serve(socket, desk, config, self.requests.clone(), self.drain.clone()),
        );
        Ok(())
    }

    fn start_metrics(&self, work: &Work) -> io::Result<()> {
        let Some(address) = self.node.config.metrics.address else { return Ok(()) };
        let listener: TcpListener = listener::bind(address, 128)?;
        let front = Front {
            router: work::metrics_for_all(work),
            tls: None,
            relay: None,
            config: self.node.config.clone(),
            tasks: self.requests.clone(),
            drain: self.drain.clone(),
        };
        self.spawn("metrics", front.run(listener));
        Ok(())
    }

    fn until_end(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let end = self.end.clone();
        self.spawn(name, async move {
            tokio::select! {
                () = work => {}
                () = end.cancelled() => {}
            }
        });
    }

    /// Runs a part of the server. Should it end before the server does, by a panic too, the server is broken.
    fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let (drain, broken) = (self.drain.clone(), self.broken.clone());
        let task = self.tasks.spawn(work);
        self.tasks.spawn(async move {
            let outcome = task.await;
            if !drain.is_cancelled() {
                tracing::error!(part = name, ?outcome, "a part of the server has ended");
                broken.cancel();
            }
        });
    }

    /// Takes no new work, lets the running work finish within its time, then closes the store: what was acknowledged
    /// is durable, what was not is refused.
    async fn stop(self, signals: &signals::Signals) {
        tracing::info!("draining");
        let node = &self.node;
        // Links are told before they are cut, and spread, so that clients do not all come back in one moment.
        node.hub.close_all(Code::ShuttingDown, || 500 + u32::try_from(node.random.below(2_500)).unwrap_or(0));
        self.drain.cancel();
        self.requests.close();
        let limit = Duration::from_millis(node.config.shutdown.drain_timeout_ms.into());
        tokio::select! {
            () = self.requests.wait() => {}
            () = tokio::time::sleep(limit) => tracing::warn!(left = self.requests.len(), "the drain took too long"),
            () = signals.end() => tracing::warn!("told twice to end"),
        }
        room::rooms(node).close();
        self.end.cancel();
        self.tasks.close();
        // These tasks end at their next step; a second bounds one that waits for the disk.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.tasks.wait()).await;
        node.store.close().await;
        tracing::info!("stopped");
    }
}

/// Removes what has expired, now and then.
async fn sweep(node: Node) {
    let interval = Duration::from_millis(node.config.store.sweep_interval_ms.into());
    loop {
        tokio::time::sleep(interval).await;
        match node.store.sweep(node.clock.now_ms(), SweepLimits::default()).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(cause) => tracing::warn!(%cause, "expired rows could not be removed"),
        }
    }
}

/// As many open files as the system allows: every connection is one.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let found = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: found.maximum, maximum: found.maximum };
    if found.current != found.maximum && setrlimit(Resource::Nofile, wanted).is_err() {
        tracing::warn!("the limit of open files could not be raised");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemble::assemble;

    fn running(folder: &Folder) -> Running {
        let (node, _) = assemble(&Config::default(), folder).unwrap();
        Running {
            tasks: TaskTracker::new(),
            requests: TaskTracker::new(),
            drain: CancellationToken::new(),
            end: CancellationToken::new(),
            broken: CancellationToken::new(),
            node,
            _lock: folder.lock().unwrap(),
        }
    }

    #[tokio::test]
    async fn a_part_that_ends_before_the_server_breaks_it_and_after_the_drain_it_does_not() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = Folder::create(scratch.path()).unwrap();
        let first = running(&folder);
        first.until_end("trap", async { panic!("on purpose") });
        first.broken.cancelled().await;
        drop(first);

        let second = running(&folder);
        second.drain.cancel();
        second.spawn("listener", async {});
        second.tasks.close();
        second.tasks.wait().await;
        assert!(!second.broken.is_cancelled());
    }
}
