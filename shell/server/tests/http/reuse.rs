//! What a room login with reuse costs: one request on the connection that IM has opened, and nothing else.

use crate::world::{APP, World};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use parlor_protocol::v1;
use parlor_sdk::{
    Client, Code, Config, Connector, Failure, ReuseIm, RoomCredential, Ticket, TransportFuture,
};
use parlor_server::conn::{self, TransportError};
use parlor_server::node::Node;
use prost::Message;
use serde_json::json;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// One end of a connection; what it sends is kept for the test to read.
struct End {
    incoming: UnboundedReceiver<Bytes>,
    outgoing: UnboundedSender<Bytes>,
    sent: Arc<Mutex<Vec<Bytes>>>,
}

impl Stream for End {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.incoming.poll_recv(cx)
    }
}

impl Sink<Bytes> for End {
    type Error = &'static str;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, frame: Bytes) -> Result<(), Self::Error> {
        self.sent.lock().unwrap().push(frame.clone());
        self.outgoing.send(frame).map_err(|_| "the other end is gone")
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

/// The way from the SDK to a node, without sockets.
struct Way {
    node: Node,
    opened: Mutex<usize>,
    fetched: Mutex<usize>,
    sent: Arc<Mutex<Vec<Bytes>>>,
}

impl Way {
    fn to(node: &Node) -> Arc<Self> {
        Arc::new(Self {
            node: node.clone(),
            opened: Mutex::default(),
            fetched: Mutex::default(),
            sent: Arc::default(),
        })
    }

    /// Connections opened, and tickets asked for over HTTP.
    fn opened(&self) -> (usize, usize) {
        (*self.opened.lock().unwrap(), *self.fetched.lock().unwrap())
    }

    /// The requests that the client has sent since the last look, in their order.
    fn requests(&self) -> Vec<v1::request::Body> {
        let frames = std::mem::take(&mut *self.sent.lock().unwrap());
        let request = |frame: Bytes| match v1::Frame::decode(frame).unwrap().kind {
            Some(v1::frame::Kind::Request(request)) => request.body.unwrap(),
            other => panic!("{other:?} is no request"),
        };
        frames.into_iter().map(request).collect()
    }
}

impl Connector for Way {
    fn open(&self) -> TransportFuture {
        *self.opened.lock().unwrap() += 1;
        let ((to_server, from_client), (to_client, from_server)) = (unbounded_channel(), unbounded_channel());
        let client = End { incoming: from_server, outgoing: to_server, sent: self.sent.clone() };
        let server = End { incoming: from_client, outgoing: to_client, sent: Arc::default() };
        let server = server.map(Ok).sink_map_err(|cause| TransportError(cause.to_owned()));
        tokio::spawn(conn::serve(self.node.clone(), server, "127.0.0.1:9".parse().unwrap()));
        let client: Box<dyn parlor_sdk::Transport> = Box::new(client.map(Ok).sink_map_err(io::Error::other));
        Box::pin(async { Ok(client) })
    }

    fn fetch_ticket(
        &self,
        _: RoomCredential,
    ) -> Pin<Box<dyn Future<Output = Result<Ticket, Failure>> + Send>> {
        *self.fetched.lock().unwrap() += 1;
        Box::pin(async { Err(Failure::local(Code::Failure)) })
    }
}

fn client(way: &Arc<Way>) -> Client {
    Client::with_connector(Config::new("unused", APP.key), way.clone())
}

#[tokio::test]
async fn a_room_login_with_reuse_is_one_request_on_the_open_link() {
    let world = World::new().await;
    let made = world.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": "ann"})).await;
    let token = |name: &str| made["data"][name].as_str().unwrap().to_owned();
    let way = Way::to(&world.node);
    let client = client(&way);
    client.im().login("ann", &token("im_token")).await.unwrap();
    assert!(matches!(way.requests()[..], [v1::request::Body::Login(_)]));
    client.roomkit(ReuseIm::On).login("ann", &token("user_token")).await.unwrap();
    assert!(matches!(way.requests()[..], [v1::request::Body::RoomLogin(_)]));
    assert_eq!(way.opened(), (1, 0));
}

#[tokio::test]
async fn a_room_login_with_reuse_and_without_im_costs_nothing() {
    let world = World::new().await;
    let way = Way::to(&world.node);
    let refused = client(&way).roomkit(ReuseIm::On).login("ann", "token").await.unwrap_err();
    assert_eq!(refused.number, 100_004);
    assert!(way.requests().is_empty());
    assert_eq!(way.opened(), (0, 0));
}
