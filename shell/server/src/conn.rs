//! One connection: bytes in, requests to [`crate::dispatch`], replies and pushes out, and its deadlines.

use crate::dispatch::{self, Answer};
use crate::fault::Fault;
use crate::node::Node;
use crate::outbox::{Close, Next, Outbox, Priority, push_frame};
use crate::session::{Origin, Slot};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use parlor_protocol::{Code, limits, v1};
use prost::Message;
use std::collections::VecDeque;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// What carries whole messages both ways: a WebSocket, or the simulator's network. An empty message is a sign of life.
pub trait Transport:
    Stream<Item = Result<Bytes, TransportError>> + Sink<Bytes, Error = TransportError> + Unpin
{
}
impl<T> Transport for T where
    T: Stream<Item = Result<Bytes, TransportError>> + Sink<Bytes, Error = TransportError> + Unpin
{
}

/// The connection broke, or carried something that is not a frame.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke: {0}")]
pub struct TransportError(pub String);

type Pending = Pin<Box<dyn Future<Output = Answer> + Send>>;

struct Conn<T> {
    node: Node,
    transport: T,
    origin: Origin,
    /// Parts of large answers: written when nothing else waits.
    bulk: VecDeque<Bytes>,
    last_heard: Instant,
    opened: Instant,
    allowance: parlor_identity::rate::Bucket,
}

/// Serves a connection until it ends. A request that was begun is always finished first, so that nothing is half done.
pub async fn serve<T: Transport>(node: Node, transport: T, peer: SocketAddr) {
    let outbox = Outbox::new(node.config.link.outbox_bytes);
    let origin = Origin { session: None, outbox, peer, slot: Slot::default() };
    let now = Instant::now();
    let rate = node.config.link.requests_per_s;
    let allowance = parlor_identity::rate::Bucket::full(rate, 1000, rate.saturating_mul(2));
    let mut conn =
        Conn { node, transport, origin, bulk: VecDeque::new(), last_heard: now, opened: now, allowance };
    conn.run().await;
}

impl<T: Transport> Conn<T> {
    async fn run(&mut self) {
        let mut pending: Option<Pending> = None;
        loop {
            let deadline = self.deadline();
            tokio::select! {
                biased;
                answer = async { match pending.as_mut() { Some(p) => p.await, None => std::future::pending().await } } => {
                    pending = None;
                    if !self.answer(answer).await {
                        return;
                    }
                }
                next = self.origin.outbox.next() => match next {
                    Next::Frame(frame) => if !self.write_waiting(frame).await { break },
                    Next::Close(close) => {
                        self.say_closing(&close).await;
                        break;
                    }
                },
                frame = self.transport.next(), if pending.is_none() => match frame {
                    Some(Ok(frame)) => match self.heard(&frame) {
                        Ok(None) => {}
                        Ok(Some(request)) => pending = Some(self.begin(request)),
                        Err(close) => {
                            self.say_closing(&close).await;
                            break;
                        }
                    },
                    Some(Err(cause)) => {
                        tracing::debug!(%cause, "link lost");
                        break;
                    }
                    None => break,
                },
                () = std::future::ready(()), if !self.bulk.is_empty() => {
                    let part = self.bulk.pop_front().unwrap_or_default();
                    if !self.write(part).await { break }
                }
                () = sleep_until(deadline), if pending.is_none() => {
                    if Instant::now() >= self.deadline() {
                        let code = if self.origin.session.is_some() { Code::HeartbeatTimeout } else { Code::LoginTimeout };
                        self.say_closing(&Close { code, reconnect_after_ms: 0, silent: false }).await;
                        break;
                    }
                }
            }
        }
        if let Some(pending) = pending {
            pending.await;
        }
    }

    fn deadline(&self) -> Instant {
        let link = &self.node.config.link;
        match self.origin.session {
            Some(_) if self.origin.outbox.in_room() => {
                self.last_heard + Duration::from_millis(link.silence_in_room_ms.into())
            }
            Some(_) => self.last_heard + Duration::from_millis(link.silence_ms.into()),
            None => self.opened + Duration::from_millis(link.login_timeout_ms.into()),
        }
    }

    fn heard(&mut self, frame: &Bytes) -> Result<Option<v1::Request>, Close> {
        self.last_heard = Instant::now();
        let close = |code| Close { code, reconnect_after_ms: 0, silent: false };
        let limit = match self.origin.session {
            Some(_) => limits::FRAME_MAX_BYTES,
            None => limits::FRAME_BEFORE_LOGIN_MAX_BYTES,
        };
        if frame.is_empty() {
            return Ok(None);
        }
        if frame.len() > limit {
            return Err(close(Code::FrameTooLarge));
        }
        let now_ms = self.node.clock.now_ms();
        match v1::Frame::decode(frame.clone()) {
            Ok(v1::Frame { kind: Some(v1::frame::Kind::Request(request)) }) => {
                if self.allowance.take(now_ms) {
                    return Ok(Some(request));
                }
                let fault = Fault::of(Code::TooManyRequests).after(1000);
                self.origin.outbox.push(Priority::Control, dispatch::refusal(request.id, &fault));
                Ok(None)
            }
            Ok(_) => Ok(None),
            Err(_) => Err(close(Code::FrameMalformed)),
        }
    }

    fn begin(&self, request: v1::Request) -> Pending {
        let (node, origin) = (self.node.clone(), self.origin.clone());
        Box::pin(async move {
            let id = request.id;
            let limit_ms = match request.deadline_ms {
                0 => node.config.link.request_timeout_ms,
                asked => asked.min(node.config.link.request_timeout_ms),
            };
            let work = dispatch::handle(&node, &origin, request);
            match timeout(Duration::from_millis(limit_ms.into()), work).await {
                Ok(answer) => answer,
                Err(_) => Answer::of(id, Err(Fault::of(Code::RequestTimeout))),
            }
        })
    }

    /// Writes a reply; false ends the connection.
    async fn answer(&mut self, answer: Answer) -> bool {
        self.origin.session = self.origin.slot.get();
        self.bulk.extend(answer.parts);
        if !answer.frame.is_empty() && !self.write(answer.frame).await {
            return false;
        }
        if let Some(close) = answer.close {
            self.say_closing(&close).await;
            return false;
        }
        if self.origin.session.is_some() {
            self.origin.outbox.open_gate();
        }
        true
    }

    /// Writes a frame and those that wait behind it as one, up to what makes a large answer's part, so that a burst costs
    /// one call of the system and not one for each frame.
    async fn write_waiting(&mut self, first: Bytes) -> bool {
        let limit = Duration::from_millis(self.node.config.link.write_timeout_ms.into());
        let (transport, outbox) = (&mut self.transport, &self.origin.outbox);
        let writing = async {
            let mut bytes = first.len();
            transport.feed(first).await?;
            while bytes < limits::PART_MAX_BYTES
                && let Some(Next::Frame(frame)) = outbox.try_next()
            {
                bytes += frame.len();
                transport.feed(frame).await?;
            }
            transport.flush().await
        };
        matches!(timeout(limit, writing).await, Ok(Ok(())))
    }

    async fn write(&mut self, frame: Bytes) -> bool {
        let limit = Duration::from_millis(self.node.config.link.write_timeout_ms.into());
        matches!(timeout(limit, self.transport.send(frame)).await, Ok(Ok(())))
    }

    async fn say_closing(&mut self, close: &Close) {
        if !close.silent {
            let closing =
                v1::Closing { code: close.code.link(), reconnect_after_ms: close.reconnect_after_ms };
            self.write(push_frame(v1::push::Body::Closing(closing))).await;
        }
        let limit = Duration::from_millis(self.node.config.link.write_timeout_ms.into());
        // The peer may be gone already; the session's fate does not depend on a tidy close.
        let _ = timeout(limit, self.transport.close()).await;
    }
}

impl<T> Drop for Conn<T> {
    /// Also when the task ends by a panic: the session waits for its client, like after any lost connection.
    fn drop(&mut self) {
        if let Some(session) = self.origin.slot.get() {
            let window = Duration::from_millis(self.node.config.link.resume_window_ms.into());
            let until = self.last_heard + window;
            self.node.hub.detach(&session.account, session.session_id, &self.origin.outbox, until);
        }
    }
}

#[cfg(test)]
mod tests;
