//! A raw link: what a client does on the wire, and no more, so that the machine is left to the server. Of what is
//! pushed it reads only where a room's stream is; some links keep whole mirrors, as a check of the truth.

use crate::heard::{Ears, Heard};
use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use parlor_protocol::v1::{self, reply, request};
use prost::Message as _;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One link. It ends with this value.
pub(crate) struct Link {
    sink: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    shared: Arc<Shared>,
    last_id: AtomicU64,
    session_id: AtomicU64,
    reader: JoinHandle<()>,
}

struct Shared {
    waiting: Mutex<HashMap<u64, Waiting>>,
    ears: Mutex<Ears>,
}

struct Waiting {
    parts: Vec<reply::Body>,
    whole: oneshot::Sender<Result<(Vec<reply::Body>, Instant)>>,
}

/// What was answered, and how long it took until the last part of it was read.
pub(crate) struct Answer {
    /// The parts.
    pub(crate) parts: Vec<reply::Body>,
    /// From the write of the request.
    pub(crate) took: Duration,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Link {
    /// Opens a link; what it hears goes to `ears`.
    pub(crate) async fn open(url: &str, ears: Ears) -> Result<Self> {
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let (socket, _) = tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?;
        let (sink, stream) = socket.split();
        let shared = Arc::new(Shared { waiting: Mutex::default(), ears: Mutex::new(ears) });
        let reader = tokio::spawn(read(stream, shared.clone()));
        let sink = tokio::sync::Mutex::new(sink);
        Ok(Self { sink, shared, last_id: AtomicU64::new(0), session_id: AtomicU64::new(0), reader })
    }

    /// Logs the account in to IM, then, by reuse, to its room account.
    pub(crate) async fn log_in(&self, app_key: &str, account: &str, im_token: &str) -> Result<()> {
        let device = v1::Device { device_id: account.to_owned(), client_type: 1, ..v1::Device::default() };
        let login = v1::Login {
            version: 1,
            app_key: app_key.to_owned(),
            account: account.to_owned(),
            token: im_token.to_owned(),
            device: Some(device),
            manual: true,
            ..v1::Login::default()
        };
        let done = self.ask(request::Body::Login(login)).await?.parts.pop();
        let Some(reply::Body::Login(done)) = done else { bail!("a login was answered with something else") };
        self.session_id.store(done.session_id, Ordering::Relaxed);
        let login = v1::RoomLogin { auth_type: v1::RoomAuthType::Im.into(), ..v1::RoomLogin::default() };
        self.ask(request::Body::RoomLogin(login)).await?;
        Ok(())
    }

    /// Asks, and waits for the whole answer.
    pub(crate) async fn ask(&self, body: request::Body) -> Result<Answer> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let (whole, answered) = oneshot::channel();
        lock(&self.shared.waiting).insert(id, Waiting { parts: Vec::new(), whole });
        let mut op_id = id.to_be_bytes().to_vec();
        op_id.extend(self.session_id.load(Ordering::Relaxed).to_be_bytes());
        let request = v1::Request { id, op_id, body: Some(body), ..v1::Request::default() };
        let frame = v1::Frame { kind: Some(v1::frame::Kind::Request(request)) };
        let begun = Instant::now();
        self.send(frame.encode_to_vec().into()).await?;
        let (parts, at) = tokio::time::timeout(PATIENCE, answered).await?.context("the link is gone")??;
        Ok(Answer { parts, took: at.saturating_duration_since(begun) })
    }

    /// A heart-beat: how long its echo takes.
    pub(crate) async fn ping(&self) -> Result<Duration> {
        Ok(self.ask(request::Body::Ping(v1::Ping {})).await?.took)
    }

    /// Writes one message.
    pub(crate) async fn send(&self, frame: Bytes) -> Result<()> {
        Ok(self.sink.lock().await.send(Message::Binary(frame)).await?)
    }

    /// What it has heard so far.
    pub(crate) fn ears(&self) -> MutexGuard<'_, Ears> {
        lock(&self.shared.ears)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn read(mut stream: SplitStream<Socket>, shared: Arc<Shared>) {
    let cause = loop {
        match stream.next().await {
            Some(Ok(Message::Binary(frame))) => {
                if let Err(cause) = take(&shared, &frame) {
                    break cause;
                }
            }
            Some(Ok(Message::Close(_))) | None => break anyhow!("the server closed the link"),
            Some(Ok(_)) => {}
            Some(Err(cause)) => break cause.into(),
        }
    };
    lock(&shared.ears).lost(&cause);
    lock(&shared.waiting).clear();
}

fn take(shared: &Shared, frame: &Bytes) -> Result<()> {
    let at = Instant::now();
    let heard = Heard::decode(frame.as_ref())?;
    if heard.reply.is_none() {
        return lock(&shared.ears).take(heard, frame, at);
    }
    let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(frame.clone())?.kind else { return Ok(()) };
    if let Some(reply::Body::RoomJoin(view)) = &reply.body {
        lock(&shared.ears).shown(view, reply.last)?;
    }
    let mut waiting = lock(&shared.waiting);
    let Some(asked) = waiting.get_mut(&reply.id) else { return Ok(()) };
    asked.parts.extend(reply.body);
    if let Some(asked) = (reply.last || reply.error.is_some()).then(|| waiting.remove(&reply.id)).flatten() {
        let outcome = match reply.error {
            Some(error) => Err(anyhow!("refused with {}: {}", error.code, error.message)),
            None => Ok((asked.parts, at)),
        };
        // Whoever asked may have run out of patience.
        let _ = asked.whole.send(outcome);
    }
    Ok(())
}
