//! Connections: accepted within bounds, encrypted within a time, served HTTP/1.1 until they end or the server drains.

use crate::config::{Config, ListenConfig, TlsMode};
use crate::metrics;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use parlor_relay::Relay;
use rustls::ServerConfig;
use socket2::{Domain, SockRef, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long to wait when the system has no more files to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Plain HTTP on an address that others can reach.
    #[error(
        "{0} can be reached from other machines and TLS is off: set tls.mode (files, acme, or self_signed to try \
         out), or allow it with --insecure-public when something in front of the server speaks TLS"
    )]
    InsecurePublic(SocketAddr),
    /// The system refused.
    #[error("cannot listen on {address}: {cause}{}", hint(cause))]
    Bind {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
}

fn hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::AddrInUse => "; another program has it, choose another with --listen",
        io::ErrorKind::PermissionDenied => "; ports below 1024 need a privilege",
        io::ErrorKind::AddrNotAvailable => "; this machine does not have that address",
        _ => "",
    }
}

/// Refuses an address that others can reach while TLS is off.
///
/// # Errors
/// [`ListenError::InsecurePublic`].
pub fn check(config: &Config) -> Result<(), ListenError> {
    let ListenConfig { address, insecure_public, .. } = config.listen;
    let is_plain = config.tls.mode == TlsMode::Off;
    if is_plain && !insecure_public && !address.ip().to_canonical().is_loopback() {
        return Err(ListenError::InsecurePublic(address));
    }
    Ok(())
}

/// Opens the address of the configuration.
///
/// # Errors
/// See [`ListenError`].
pub fn open(config: &Config) -> Result<TcpListener, ListenError> {
    check(config)?;
    let listen = &config.listen;
    bind(listen.address, listen.backlog).map_err(|cause| ListenError::Bind { address: listen.address, cause })
}

/// Opens an address.
///
/// # Errors
/// What the system says.
pub fn bind(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    TcpListener::from_std(socket.into())
}

/// A place among the open connections; a link keeps it after its upgrade.
#[derive(Clone)]
pub struct Place {
    _permit: Arc<(OwnedSemaphorePermit, Counted)>,
}

struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::connections(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::connections(-1.0);
    }
}

/// Accepts connections and serves them.
pub struct Front {
    /// What answers the requests.
    pub router: Router,
    /// Certificates, when TLS is on.
    pub tls: Option<Arc<ServerConfig>>,
    /// Takes connections that carry a call's packets, when they may come here.
    pub relay: Option<Arc<Relay>>,
    /// Limits and timeouts.
    pub config: Config,
    /// Every connection's task.
    pub tasks: TaskTracker,
    /// From here on connections finish the request they are at and close.
    pub drain: CancellationToken,
}

impl Front {
    /// Accepts until the server drains.
    pub async fn run(self, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(self.config.listen.max_connections.min(Semaphore::MAX_PERMITS)));
        let handshakes =
            Arc::new(Semaphore::new(self.config.tls.max_pending_handshakes.min(Semaphore::MAX_PERMITS)));
        let drain = self.drain.clone();
        let tls = self.tls.clone().map(TlsAcceptor::from);
        let front = Arc::new(self);
        loop {
            // Taken before the connection is: a flood of half-made handshakes fills the kernel's queue, not memory.
            let next = async {
                let handshake = match &tls {
                    Some(_) => handshakes.clone().acquire_owned().await.ok(),
                    None => None,
                };
                (handshake, listener.accept().await)
            };
            let (handshake, accepted) = tokio::select! {
                next = next => next,
                () = drain.cancelled() => return,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(cause) => {
                    if !is_of_one_connection(&cause) {
                        tracing::error!(%cause, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                    continue;
                }
            };
            let Ok(permit) = places.clone().try_acquire_owned() else {
                metrics::connection_refused("max_connections");
                continue;
            };
            let place = Place { _permit: Arc::new((permit, Counted::new())) };
            prepare(&stream, &front.config.listen);
            let handshake = tls.clone().zip(handshake);
            front.tasks.spawn(front.clone().carry(stream, peer, place, handshake));
        }
    }

    /// One connection from its first byte to its last.
    async fn carry(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        place: Place,
        handshake: Option<(TlsAcceptor, OwnedSemaphorePermit)>,
    ) {
        if let Some(relay) = &self.relay {
            match self.is_call(&stream).await {
                Some(true) => return hand_over(relay, stream),
                Some(false) => {}
                None => return,
            }
        }
        match handshake {
            None => self.serve(stream, peer, place).await,
            Some((tls, under_way)) => {
                // Boxed: TLS state is large, and every call that it is passed through would keep room for it.
                let Some(stream) = Box::pin(self.shake_hands(tls, stream)).await else { return };
                drop(under_way);
                self.serve(Box::new(stream), peer, place).await;
            }
        }
    }

    /// Whether the first byte is that of packets (RFC 4571): the high byte of a length below 256, as that of the first
    /// STUN message is. TLS begins with 22, HTTP with a letter. Nothing is answered where no byte comes in time.
    async fn is_call(&self, stream: &TcpStream) -> Option<bool> {
        let limit_ms = match &self.tls {
            Some(_) => self.config.tls.handshake_timeout_ms,
            None => self.config.listen.head_timeout_ms,
        };
        let mut first = [0];
        tokio::select! {
            peeked = stream.peek(&mut first) => matches!(peeked, Ok(1)).then_some(first[0] == 0),
            () = tokio::time::sleep(Duration::from_millis(limit_ms.into())) => None,
            () = self.drain.cancelled() => None,
        }
    }

    async fn shake_hands(
        &self,
        tls: TlsAcceptor,
        stream: TcpStream,
    ) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
        let limit = Duration::from_millis(self.config.tls.handshake_timeout_ms.into());
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(limit, tls.accept(stream)) => outcome,
            () = self.drain.cancelled() => return None,
        };
        match outcome {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(cause)) => {
                tracing::debug!(%cause, "a TLS handshake failed");
                metrics::handshake_failed("failed");
                None
            }
            Err(_) => {
                metrics::handshake_failed("timeout");
                None
            }
        }
    }

    async fn serve<S>(&self, stream: S, peer: SocketAddr, place: Place)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let listen = &self.config.listen;
        let service =
            self.router.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.extensions_mut().insert(place.clone());
                request
            });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(listen.head_timeout_ms.into()))
            .max_buf_size(listen.max_head_bytes)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
            .with_upgrades();
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.drain.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(cause) = ended {
            tracing::debug!(%cause, "a connection broke");
        }
    }
}

/// From here on the connection is the relay's, which bounds and times those that it has by itself.
fn hand_over(relay: &Relay, stream: TcpStream) {
    match stream.into_std() {
        Ok(stream) => relay.tcp(stream, Vec::new()),
        Err(cause) => tracing::debug!(%cause, "a connection broke"),
    }
}

/// The peer went away before it was accepted: nothing is wrong here.
fn is_of_one_connection(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

fn prepare(stream: &TcpStream, listen: &ListenConfig) {
    let socket = SockRef::from(stream);
    // Both only speed things up; a connection works without.
    let _ = socket.set_tcp_nodelay(true);
    #[cfg(target_os = "linux")]
    if listen.unsent_low_water_bytes > 0 {
        let _ = socket.set_tcp_notsent_lowat(listen.unsent_low_water_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_task_of_a_connection_stays_small() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let front = Front {
            router: Router::new(),
            tls: None,
            relay: None,
            config: Config::default(),
            tasks: TaskTracker::new(),
            drain: CancellationToken::new(),
        };
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let place = Place { _permit: Arc::new((permit, Counted::new())) };
        let task = Arc::new(front).carry(stream, address, place, None);
        assert!(size_of_val(&task) <= 1536, "{} bytes", size_of_val(&task));
    }
}
