//! `parlor-broadcast ADDR`: the least that telling everybody costs. tokio-tungstenite with the server's own buffers: a
//! binary message goes to all who are connected; a text message, a number, is answered with that many bytes in parts.

use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages that may wait for one receiver.
const QUEUE: usize = 4096;
/// Bytes of one part of an answer: those of the server's own parts.
const PART_BYTES: usize = 16 * 1024;

type Socket = WebSocketStream<TcpStream>;
type Everybody = Arc<Mutex<Vec<mpsc::Sender<Bytes>>>>;

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).context("usage: parlor-broadcast ADDR")?;
    let listener = TcpListener::bind(&address).await?;
    let everybody = Everybody::default();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream, everybody.clone()));
    }
}

async fn serve(stream: TcpStream, everybody: Everybody) {
    let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
    let handshake = Box::pin(tokio_tungstenite::accept_async_with_config(stream, Some(config)));
    let Ok(socket) = handshake.await else { return };
    let (sink, stream) = socket.split();
    let (sender, receiver) = mpsc::channel(QUEUE);
    everybody.lock().unwrap_or_else(PoisonError::into_inner).push(sender.clone());
    tokio::select! {
        () = write(sink, receiver) => {}
        () = read(stream, sender, &everybody) => {}
    }
    everybody.lock().unwrap_or_else(PoisonError::into_inner).retain(|s| !s.is_closed());
}

async fn write(mut sink: SplitSink<Socket, Message>, mut receiver: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = receiver.recv().await {
        if sink.send(Message::Binary(bytes)).await.is_err() {
            return;
        }
    }
}

async fn read(mut stream: SplitStream<Socket>, own: mpsc::Sender<Bytes>, everybody: &Everybody) {
    while let Some(Ok(message)) = stream.next().await {
        match message {
            Message::Binary(bytes) => {
                for sender in everybody.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                    // Who cannot follow misses it, and its absence is seen by whoever counts.
                    let _ = sender.try_send(bytes.clone());
                }
            }
            Message::Text(text) => {
                let mut left = text.parse::<usize>().unwrap_or(0);
                while left > 0 {
                    let part = left.min(PART_BYTES);
                    left -= part;
                    let _ = own.try_send(vec![0; part].into());
                }
            }
            _ => {}
        }
    }
}
