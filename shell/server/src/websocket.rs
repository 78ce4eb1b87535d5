//! The link over a WebSocket: one binary message is one frame; pings and pongs are signs of life.

use crate::conn::TransportError;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use parlor_protocol::limits::{FRAME_MAX_BYTES, PART_MAX_BYTES};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Bytes read at once. The buffer stays as long as its link: the library's own default costs 128 KiB for every idle one.
/// Requests are smaller as a rule; a larger frame takes several reads.
const READ_BUFFER_BYTES: usize = 1024;
/// Bytes of frames that are gathered before they are written without being asked to. The buffer grows as it is needed.
const WRITE_BUFFER_BYTES: usize = PART_MAX_BYTES;

/// Frames over a WebSocket.
pub struct WebSocketTransport {
    socket: WebSocket,
    drain: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl WebSocketTransport {
    /// Takes an open WebSocket. From `drain` on nothing more is read from it, so that a link without a session, which
    /// nobody else can reach, ends as well.
    pub fn new(socket: WebSocket, drain: CancellationToken) -> Self {
        Self { socket, drain: Box::pin(drain.cancelled_owned()) }
    }
}

/// Sets what an upgrade to a link needs: small buffers, and no message above the largest frame.
pub fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(FRAME_MAX_BYTES)
        .max_frame_size(FRAME_MAX_BYTES)
}

fn broken(cause: axum::Error) -> TransportError {
    TransportError(cause.to_string())
}

impl Stream for WebSocketTransport {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.drain.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let message = ready!(self.socket.poll_next_unpin(cx));
        Poll::Ready(match message {
            Some(Ok(Message::Binary(frame))) => Some(Ok(frame)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Some(Ok(Bytes::new())),
            Some(Ok(Message::Text(_))) => Some(Err(TransportError("a text message on the link".into()))),
            Some(Ok(Message::Close(_))) | None => None,
            Some(Err(cause)) => Some(Err(broken(cause))),
        })
    }
}

impl Sink<Bytes> for WebSocketTransport {
    type Error = TransportError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.socket.poll_ready_unpin(cx).map_err(broken)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Bytes) -> Result<(), Self::Error> {
        self.socket.start_send_unpin(Message::Binary(frame)).map_err(broken)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.socket.poll_flush_unpin(cx).map_err(broken)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.socket.poll_close_unpin(cx).map_err(broken)
    }
}
