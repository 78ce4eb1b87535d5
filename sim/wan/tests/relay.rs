//! Real sockets behind the relay.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use parlor_wan::relay::{Forward, Order, Relay, RelayConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

const SOON: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn told(relay: &Relay, order: &str) -> parlor_wan::relay::Report {
    relay.order(&Order::from_json(order).expect("an order")).expect("done")
}

/// A server that sends back what it gets, with the sender's port before it.
async fn echo_udp() -> SocketAddr {
    let socket = UdpSocket::bind(any()).await.expect("a port");
    let address = socket.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut room = [0; 2000];
        while let Ok((length, source)) = socket.recv_from(&mut room).await {
            let answer = [&source.port().to_be_bytes()[..], &room[..length]].concat();
            socket.send_to(&answer, source).await.expect("sent");
        }
    });
    address
}

async fn echo_tcp() -> SocketAddr {
    let listener = TcpListener::bind(any()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn relay() -> Relay {
    let udp = vec![Forward { listen: any(), upstream: echo_udp().await }];
    let tcp = vec![Forward { listen: any(), upstream: echo_tcp().await }];
    Relay::start(RelayConfig { udp, tcp, seed: 1, ..RelayConfig::default() }).await.expect("a relay")
}

/// Asks once; the port that the server saw, none when no answer comes soon.
async fn ask(socket: &UdpSocket, relay: &Relay, word: &[u8]) -> Option<u16> {
    socket.send_to(word, relay.udp()[0]).await.expect("sent");
    let mut room = [0; 100];
    let (length, from) =
        tokio::time::timeout(SOON, socket.recv_from(&mut room)).await.ok()?.expect("an answer");
    assert_eq!((from, &room[2..length]), (relay.udp()[0], word));
    Some(u16::from_be_bytes([room[0], room[1]]))
}

#[tokio::test]
async fn every_client_has_an_address_of_its_own_until_it_is_rebound() {
    let relay = relay().await;
    let one = UdpSocket::bind(any()).await.expect("a port");
    let two = UdpSocket::bind(any()).await.expect("a port");
    let first = ask(&one, &relay, b"a").await.expect("an answer");
    let second = ask(&two, &relay, b"b").await.expect("an answer");
    assert_ne!(first, second);
    assert_eq!(ask(&one, &relay, b"c").await, Some(first));
    let port = one.local_addr().expect("an address").port();
    told(&relay, &format!(r#"{{"do":"rebind","client":{port}}}"#));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let rebound = ask(&one, &relay, b"d").await.expect("an answer");
    assert_ne!(rebound, first);
    assert_eq!(ask(&two, &relay, b"e").await, Some(second));
    let report = told(&relay, r#"{"do":"count"}"#);
    let of = report.udp.iter().find(|client| client.client.port() == port).expect("it is known");
    assert_eq!((of.up.packets, of.up.delivered, of.down.delivered), (3, 3, 3));
    assert_eq!(of.outside.map(|address| address.port()), Some(rebound));
}

#[tokio::test]
async fn what_is_set_and_cut_happens() {
    let relay = relay().await;
    let client = UdpSocket::bind(any()).await.expect("a port");
    told(&relay, r#"{"do":"set","to":{"delay_ms":40}}"#);
    let asked = Instant::now();
    assert!(ask(&client, &relay, b"slow").await.is_some());
    assert!(asked.elapsed() >= Duration::from_millis(80), "{:?}", asked.elapsed());
    told(&relay, r#"{"do":"cut","what":"udp"}"#);
    assert_eq!(ask(&client, &relay, b"gone").await, None);
    told(&relay, r#"{"do":"restore"}"#);
    assert!(ask(&client, &relay, b"back").await.is_some());
    told(&relay, r#"{"do":"set","way":"down","to":{"loss":1}}"#);
    assert_eq!(ask(&client, &relay, b"lost").await, None);
    let report = told(&relay, r#"{"do":"clear"}"#);
    assert_eq!((report.udp[0].up.cut, report.udp[0].down.lost), (1, 1));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let asked = Instant::now();
    assert!(ask(&client, &relay, b"fast").await.is_some());
    assert!(asked.elapsed() < Duration::from_millis(60), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_stream_arrives_whole_and_waits_while_it_is_cut() {
    let relay = relay().await;
    told(&relay, r#"{"do":"set","to":{"loss":0.02,"delay_ms":5,"jitter_ms":5,"rate_bps":40000000}}"#);
    let stream = TcpStream::connect(relay.tcp()[0]).await.expect("a connection");
    let (mut from, mut to) = stream.into_split();
    let sent = (0..500_000_u32).map(|number| (number / 7) as u8).collect::<Vec<_>>();
    let writing = sent.clone();
    tokio::spawn(async move {
        to.write_all(&writing).await.expect("written");
        to.shutdown().await.expect("ended");
    });
    let mut got = vec![0; 100_000];
    let reading = tokio::time::timeout(PATIENCE, from.read_exact(&mut got)).await;
    reading.expect("in time").expect("read");
    told(&relay, r#"{"do":"cut","what":"tcp"}"#);
    // What is on its way and in the kernels' buffers comes; then nothing does.
    let mut quiet = [0; 4096];
    while let Ok(read) = tokio::time::timeout(SOON, from.read(&mut quiet)).await {
        let length = read.expect("read");
        assert!(length > 0 && got.len() < sent.len(), "it is cut");
        got.extend_from_slice(&quiet[..length]);
    }
    told(&relay, r#"{"do":"restore"}"#);
    tokio::time::timeout(PATIENCE, from.read_to_end(&mut got)).await.expect("in time").expect("read");
    assert!(got == sent, "{} of {}", got.len(), sent.len());
}

#[tokio::test]
async fn connections_are_closed_when_that_is_told() {
    let relay = relay().await;
    let mut stream = TcpStream::connect(relay.tcp()[0]).await.expect("a connection");
    stream.write_all(b"x").await.expect("written");
    assert_eq!(stream.read_u8().await.expect("read"), b'x');
    told(&relay, r#"{"do":"reset"}"#);
    let ended = tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("in time");
    assert!(ended.is_err());
    let mut stream = TcpStream::connect(relay.tcp()[0]).await.expect("a connection");
    stream.write_all(b"y").await.expect("written");
    assert_eq!(stream.read_u8().await.expect("read"), b'y');
    assert_eq!(told(&relay, r#"{"do":"count"}"#).tcp.len(), 1);
}
