//! Reaching the server: WebSockets for the link, HTTP for the room component's login call.

use crate::address::Address;
use crate::config::Config;
use crate::error::Error;
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use parlor_client::{Failure, RoomCredential, Ticket};
use parlor_protocol::Code;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What carries whole messages both ways.
pub trait Transport:
    Stream<Item = io::Result<Bytes>> + Sink<Bytes, Error = io::Error> + Send + Unpin
{
}
impl<T: Stream<Item = io::Result<Bytes>> + Sink<Bytes, Error = io::Error> + Send + Unpin> Transport for T {}

/// A transport being opened.
pub type TransportFuture = Pin<Box<dyn Future<Output = io::Result<Box<dyn Transport>>> + Send>>;

/// Opens transports and asks for tickets.
pub trait Connector: Send + Sync + 'static {
    /// Opens a transport to `/link`.
    fn open(&self) -> TransportFuture;
    /// `POST /scene/apps/{appKey}/v1/login`.
    fn fetch_ticket(
        &self,
        credential: RoomCredential,
    ) -> Pin<Box<dyn Future<Output = Result<Ticket, Failure>> + Send>>;
    /// `PUT` of a file's content to a path of the server.
    fn upload(&self, path: String, content: FileContent) -> UploadFuture {
        let (_, _) = (path, content);
        Box::pin(std::future::ready(Err(Failure::local(Code::NotSupported))))
    }
    /// `GET` of a file, from an absolute address or a path of the server.
    fn download(&self, url: String) -> DownloadFuture {
        let _ = url;
        Box::pin(std::future::ready(Err(Failure::local(Code::NotSupported))))
    }
}

/// The content of a file on its way up.
pub struct FileContent {
    /// How long it is.
    pub size_bytes: u64,
    /// Its pieces, in order.
    pub pieces: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

/// An upload under way.
pub type UploadFuture = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// A download that has begun: the size, where it is known, and the pieces.
pub type DownloadFuture = Pin<Box<dyn Future<Output = Result<FileContent, Failure>> + Send>>;

/// The real network.
pub(crate) struct Network {
    address: Address,
    app_key: String,
    http: reqwest::Client,
    /// Without a limit on the whole, which depends on the size; with one on silence.
    files: reqwest::Client,
    tls: Arc<rustls::ClientConfig>,
}

impl Network {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let address =
            Address::parse(&config.server, config.use_https).map_err(|e| Error::invalid(e.to_string()))?;
        let tls = client_tls(config.extra_root_pem.as_deref())?;
        let http = reqwest::Client::builder()
            .use_preconfigured_tls(tls.clone())
            .timeout(config.enter_timeout)
            .no_proxy()
            .build()
            .map_err(|e| Error::invalid(format!("no HTTP client: {e}")))?;
        let files = reqwest::Client::builder()
            .use_preconfigured_tls(tls.clone())
            .connect_timeout(config.enter_timeout)
            .read_timeout(config.file_silence_timeout)
            .no_proxy()
            .build()
            .map_err(|e| Error::invalid(format!("no HTTP client: {e}")))?;
        Ok(Self { address, app_key: config.app_key.clone(), http, files, tls: Arc::new(tls) })
    }
}

fn client_tls(extra_root_pem: Option<&[u8]>) -> Result<rustls::ClientConfig, Error> {
    use rustls_pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in extra_root_pem.map(CertificateDer::pem_slice_iter).into_iter().flatten() {
        let certificate = certificate.map_err(|e| Error::invalid(format!("extra_root_pem: {e}")))?;
        roots.add(certificate).map_err(|e| Error::invalid(format!("extra_root_pem: {e}")))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::invalid(e.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

impl Connector for Network {
    fn open(&self) -> TransportFuture {
        let (url, tls) = (self.address.link(), self.tls.clone());
        Box::pin(async move {
            let config = WebSocketConfig::default()
                .read_buffer_size(4096)
                .write_buffer_size(0)
                .max_message_size(Some(1 << 20))
                .max_frame_size(Some(1 << 20));
            let connector = tokio_tungstenite::Connector::Rustls(tls);
            let connected =
                tokio_tungstenite::connect_async_tls_with_config(url, Some(config), true, Some(connector));
            let (socket, _) = connected.await.map_err(io::Error::other)?;
            Ok(Box::new(WebSocket(socket)) as Box<dyn Transport>)
        })
    }

    fn fetch_ticket(
        &self,
        credential: RoomCredential,
    ) -> Pin<Box<dyn Future<Output = Result<Ticket, Failure>> + Send>> {
        let url = self.address.http(&format!("/scene/apps/{}/v1/login", self.app_key));
        let body = LoginCall {
            user_uuid: credential.user_uuid,
            user_token: credential.token,
            auth_type: i32::from(credential.dynamic),
        };
        let call = self.http.post(url).json(&body).send();
        Box::pin(async move {
            let unreachable = |_| Failure::local(Code::NetworkUnavailable);
            let reply: LoginReply = call.await.map_err(unreachable)?.json().await.map_err(unreachable)?;
            match (reply.code, reply.data) {
                (0, Some(data)) => Ok(Ticket { accid: data.im_accid, ticket: data.link_ticket }),
                (number, _) => {
                    let code = Code::from_room(number).unwrap_or(Code::Failure);
                    Err(Failure { message: reply.msg, ..Failure::local(code) })
                }
            }
        })
    }

    fn upload(&self, path: String, content: FileContent) -> UploadFuture {
        let call = self
            .files
            .put(self.address.file(&path))
            .header(reqwest::header::CONTENT_LENGTH, content.size_bytes)
            .body(reqwest::Body::wrap_stream(content.pieces))
            .send();
        Box::pin(async move {
            let status = call.await.map_err(unreachable)?.status();
            if status.is_success() { Ok(()) } else { Err(file_refused(status)) }
        })
    }

    fn download(&self, url: String) -> DownloadFuture {
        let call = self.files.get(self.address.file(&url)).send();
        Box::pin(async move {
            let answer = call.await.map_err(unreachable)?;
            if !answer.status().is_success() {
                return Err(file_refused(answer.status()));
            }
            let size_bytes = answer.content_length().unwrap_or_default();
            let pieces = answer.bytes_stream().map(|piece| piece.map_err(io::Error::other));
            Ok(FileContent { size_bytes, pieces: Box::pin(pieces) })
        })
    }
}

/// What the status of a file's call means.
fn file_refused(status: reqwest::StatusCode) -> Failure {
    let code = match status.as_u16() {
        403 => Code::Forbidden,
        404 | 410 => Code::NotFound,
        413 => Code::BodyTooLarge,
        503 | 507 => Code::ServerBusy,
        500..=599 => Code::ServerError,
        _ => Code::InvalidParameter,
    };
    Failure { message: format!("the server answered {status}"), ..Failure::local(code) }
}

fn unreachable(cause: reqwest::Error) -> Failure {
    Failure { message: cause.without_url().to_string(), ..Failure::local(Code::NetworkUnavailable) }
}

/// Body of the room component's login call.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginCall {
    user_uuid: String,
    user_token: String,
    /// 0 static, 1 dynamic.
    auth_type: i32,
}

#[derive(Deserialize)]
struct LoginReply {
    code: i32,
    #[serde(default)]
    msg: String,
    data: Option<LoginAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoginAnswer {
    im_accid: String,
    link_ticket: String,
}

/// A WebSocket of which only binary messages matter; the rest comes as an empty message, a sign of life.
struct WebSocket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Stream for WebSocket {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx).map(|message| match message? {
            Ok(Message::Binary(bytes)) => Some(Ok(bytes)),
            Ok(Message::Close(_)) => None,
            Ok(_) => Some(Ok(Bytes::new())),
            Err(cause) => Some(Err(io::Error::other(cause))),
        })
    }
}

impl Sink<Bytes> for WebSocket {
    type Error = io::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_ready_unpin(cx).map_err(io::Error::other)
    }

    fn start_send(mut self: Pin<&mut Self>, bytes: Bytes) -> io::Result<()> {
        self.0.start_send_unpin(Message::Binary(bytes)).map_err(io::Error::other)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_flush_unpin(cx).map_err(io::Error::other)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_close_unpin(cx).map_err(io::Error::other)
    }
}
