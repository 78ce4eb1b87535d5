//! `parlor-floor ADDR [CERTIFICATE KEY]`: the least that a WebSocket connection costs. tokio-tungstenite with the
//! server's own buffers, echoing what it hears and nothing else; over TLS when it is given a certificate.

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let address = args.next().context("usage: parlor-floor ADDR [CERTIFICATE KEY]")?;
    let tls = match (args.next(), args.next()) {
        (Some(certificate), Some(key)) => Some(acceptor(Path::new(&certificate), Path::new(&key))?),
        _ => None,
    };
    let listener = TcpListener::bind(&address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        match tls.clone() {
            None => {
                tokio::spawn(echo(stream));
            }
            // Boxed: a task keeps the room of every step that it has taken, handshakes too.
            Some(tls) => {
                tokio::spawn(async move {
                    if let Ok(stream) = Box::pin(tls.accept(stream)).await {
                        echo(Box::new(stream)).await;
                    }
                });
            }
        }
    }
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<Vec<_>, _>>()?;
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(stream: S) {
    let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
    let handshake = Box::pin(tokio_tungstenite::accept_async_with_config(stream, Some(config)));
    let Ok(mut socket) = handshake.await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if message.is_binary() && socket.send(message).await.is_err() {
            return;
        }
    }
}
