//! The clients' connections: those of the SDK, but counted, and with one TLS configuration for all.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use parlor_sdk::{Code, Connector, Failure, RoomCredential, Ticket, Transport, TransportFuture};
use rustls::ClientConfig;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What one client has done on the network.
#[derive(Default)]
pub(crate) struct Counts {
    opened: AtomicU64,
    sent: AtomicU64,
}

impl Counts {
    /// Connections opened and frames sent.
    pub(crate) fn read(&self) -> (u64, u64) {
        (self.opened.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed))
    }
}

/// Opens one client's connections.
#[derive(Clone)]
pub(crate) struct Wire {
    url: Arc<str>,
    tls: Arc<ClientConfig>,
    pub(crate) counts: Arc<Counts>,
}

impl Wire {
    /// Connections to `url`; `ca` is trusted, when there is one.
    pub(crate) fn new(url: &str, ca: Option<&Path>) -> Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        if let Some(ca) = ca {
            for certificate in CertificateDer::pem_file_iter(ca).context("the certificate to trust")? {
                roots.add(certificate?)?;
            }
        }
        let mut tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Ten thousand devices share no tickets: every handshake is a full one.
        tls.resumption = rustls::client::Resumption::disabled();
        Ok(Self { url: url.into(), tls: Arc::new(tls), counts: Arc::default() })
    }

    /// The same for another client.
    pub(crate) fn for_client(&self) -> Self {
        Self { counts: Arc::default(), ..self.clone() }
    }

    /// Opens a connection.
    pub(crate) async fn connect(&self) -> io::Result<Counted> {
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let connector = tokio_tungstenite::Connector::Rustls(self.tls.clone());
        let url = self.url.to_string();
        let opening =
            tokio_tungstenite::connect_async_tls_with_config(url, Some(config), true, Some(connector));
        let (socket, _) = opening.await.map_err(io::Error::other)?;
        self.counts.opened.fetch_add(1, Ordering::Relaxed);
        Ok(Counted { socket, counts: self.counts.clone() })
    }
}

impl Connector for Wire {
    fn open(&self) -> TransportFuture {
        let wire = self.clone();
        Box::pin(async move { Ok(Box::new(wire.connect().await?) as Box<dyn Transport>) })
    }

    fn fetch_ticket(
        &self,
        _credential: RoomCredential,
    ) -> Pin<Box<dyn Future<Output = Result<Ticket, Failure>> + Send>> {
        Box::pin(async { Err(Failure::local(Code::Failure)) })
    }
}

/// A WebSocket whose sent frames are counted.
pub(crate) struct Counted {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    counts: Arc<Counts>,
}

impl Stream for Counted {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.socket.poll_next_unpin(cx).map(|message| match message? {
            Ok(Message::Binary(bytes)) => Some(Ok(bytes)),
            Ok(Message::Close(_)) => None,
            Ok(_) => Some(Ok(Bytes::new())),
            Err(cause) => Some(Err(io::Error::other(cause))),
        })
    }
}

impl Sink<Bytes> for Counted {
    type Error = io::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_ready_unpin(cx).map_err(io::Error::other)
    }

    fn start_send(mut self: Pin<&mut Self>, bytes: Bytes) -> io::Result<()> {
        self.counts.sent.fetch_add(1, Ordering::Relaxed);
        self.socket.start_send_unpin(Message::Binary(bytes)).map_err(io::Error::other)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_flush_unpin(cx).map_err(io::Error::other)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_close_unpin(cx).map_err(io::Error::other)
    }
}
