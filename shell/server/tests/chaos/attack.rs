//! What strangers send: each gets a code or a closed connection, memory stays bounded, and the server still serves.

use crate::api::Api;
use crate::server::{App, Place, Server};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parlor_protocol::{Code, limits, v1};
use prost::Message as _;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A stranger is got rid of within this.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// What the attacks may leave behind in memory, KiB.
const LEFT_KIB: u64 = 64 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a connection told before it ended.
#[derive(Debug, PartialEq)]
enum End {
    /// A reply with this code.
    Refused(Code),
    /// A push that said this code.
    Closing(Code),
    /// Nothing.
    Closed,
}

/// A server, its app, and one person on it.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) app: App,
    pub(crate) api: Api,
    token: String,
    rss_kib: u64,
}

impl World {
    pub(crate) async fn new(place: Place) -> Self {
        let server = place.start_ready().await;
        let app = place.first_app();
        let api = Api::new(place.base(), app.clone());
        let mut world = Self { place, server, app, api, token: String::new(), rss_kib: 0 };
        if !world.place.tls {
            let body = json!({"user_uuid": "alice", "user_token": "room"});
            let made = world.api.json("POST", "/neroom/v3/users", &body).await.unwrap();
            world.token = made["data"]["im_token"].as_str().unwrap().to_owned();
            world.serves().await;
        }
        world.rss_kib = world.server.rss_kib();
        world
    }

    async fn link(&self) -> Socket {
        let url = format!("ws://127.0.0.1:{}/link", self.place.port);
        tokio_tungstenite::connect_async(url).await.unwrap().0
    }

    fn login(&self, account: &str, token: &str) -> Vec<u8> {
        let device = v1::Device { device_id: "d1".into(), client_type: 4, ..v1::Device::default() };
        request(Some(v1::request::Body::Login(v1::Login {
            version: 1,
            app_key: self.app.key.clone(),
            account: account.into(),
            token: token.into(),
            device: Some(device),
            manual: true,
            ..v1::Login::default()
        })))
    }

    /// A link that alice is logged in on.
    async fn alice(&self) -> Socket {
        let mut socket = self.link().await;
        socket.send(Message::Binary(self.login("alice", &self.token).into())).await.unwrap();
        let reply = socket.next().await.unwrap().unwrap().into_data();
        let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(reply).unwrap().kind else { panic!() };
        assert!(reply.error.is_none(), "{reply:?}");
        socket
    }

    /// It still serves, in time.
    pub(crate) async fn serves(&self) {
        let serve = async {
            self.alice().await.close(None).await.unwrap();
            let answer = self.api.json("GET", "/neroom/v3/users/alice", &Value::Null).await.unwrap();
            assert_eq!(answer["code"], 0, "{answer}");
        };
        tokio::time::timeout(LIMIT, serve).await.expect("the server does not serve");
    }

    /// And its memory is bounded.
    pub(crate) fn is_lean(&self) {
        let rss_kib = self.server.rss_kib();
        assert!(rss_kib < self.rss_kib + LEFT_KIB, "{} -> {rss_kib} KiB", self.rss_kib);
    }
}

fn request(body: Option<v1::request::Body>) -> Vec<u8> {
    let request = v1::Request { id: 1, body, ..v1::Request::default() };
    v1::Frame { kind: Some(v1::frame::Kind::Request(request)) }.encode_to_vec()
}

/// Listens to a connection to its end: the last thing that it said.
async fn end_of(mut socket: Socket) -> End {
    let listen = async {
        let mut end = End::Closed;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Binary(bytes) = message else { continue };
            let code = |number| Code::from_link(number).unwrap();
            match v1::Frame::decode(bytes).unwrap().kind {
                Some(v1::frame::Kind::Reply(reply)) => {
                    if let Some(error) = reply.error {
                        end = End::Refused(code(error.code));
                    }
                }
                Some(v1::frame::Kind::Push(v1::Push { body: Some(v1::push::Body::Closing(closing)) })) => {
                    end = End::Closing(code(closing.code));
                }
                _ => {}
            }
        }
        end
    };
    tokio::time::timeout(LIMIT, listen).await.expect("the connection is not closed")
}

fn place() -> Place {
    Place::new(&[("PARLOR__LINK__LOGINS_PER_S", "0"), ("PARLOR__LINK__LOGIN_TIMEOUT_MS", "2000")])
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_frames_get_a_code_or_a_closed_connection() {
    let world = World::new(place()).await;
    let large = vec![0x0a; limits::FRAME_BEFORE_LOGIN_MAX_BYTES + 1];
    let huge = vec![0x0a; limits::FRAME_MAX_BYTES + 1];
    let mut cut = world.login("alice", &world.token);
    cut.truncate(cut.len() - 3);
    let ping = request(Some(v1::request::Body::Ping(v1::Ping {})));
    let garbage: Vec<u8> = (0..600_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, frame, expected) in [
        ("oversized", large.clone(), Some(End::Closing(Code::FrameTooLarge))),
        ("larger than the socket takes", huge, Some(End::Closed)),
        ("truncated", cut, Some(End::Closing(Code::FrameMalformed))),
        ("garbage", garbage, Some(End::Closing(Code::FrameMalformed))),
        ("a request of no kind", request(None), None),
        ("a ping before the login", ping, Some(End::Refused(Code::LoginRequired))),
        ("a wrong token", world.login("alice", "wrong"), Some(End::Refused(Code::ImTokenIncorrect))),
    ] {
        let mut socket = world.link().await;
        socket.send(Message::Binary(Bytes::from(frame))).await.unwrap();
        let end = end_of(socket).await;
        println!("{name}: {end:?}");
        match expected {
            Some(expected) => assert_eq!(end, expected, "{name}"),
            None => assert_ne!(end, End::Closed, "{name}: a code was due"),
        }
    }
    let mut socket = world.link().await;
    socket.send(Message::text("hello")).await.unwrap();
    end_of(socket).await;

    // After the login the limit is higher, and a frame of no kind is answered.
    let mut alice = world.alice().await;
    alice.send(Message::Binary(request(None).into())).await.unwrap();
    let reply = loop {
        let answer = alice.next().await.unwrap().unwrap().into_data();
        // A push about alice's other devices may come before it.
        if let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(answer).unwrap().kind {
            break reply;
        }
    };
    assert_eq!(Code::from_link(reply.error.unwrap().code), Some(Code::FrameUnknown));
    alice.send(Message::Binary(vec![0xff; 100].into())).await.unwrap();
    assert_eq!(end_of(alice).await, End::Closing(Code::FrameMalformed));
    world.serves().await;
    world.is_lean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_logins_is_told_to_wait() {
    let world = World::new(place()).await;
    let mut waited = 0;
    for _ in 0..40 {
        let mut socket = world.link().await;
        socket.send(Message::Binary(world.login("alice", "wrong").into())).await.unwrap();
        match end_of(socket).await {
            End::Refused(Code::ImTokenIncorrect) => {}
            End::Refused(Code::TooManyLogins) => waited += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(waited >= 20, "only {waited} of 40 were told to wait");
    world.is_lean();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_logins_than_the_node_admits_are_told_to_wait() {
    let world = World::new(Place::new(&[("PARLOR__LINK__LOGINS_PER_S", "5")])).await;
    let mut delayed = 0;
    for _ in 0..30 {
        let mut socket = world.link().await;
        socket.send(Message::Binary(world.login("alice", &world.token).into())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap().into_data();
        let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(answer).unwrap().kind else { continue };
        if let Some(error) = reply.error {
            assert_eq!(Code::from_link(error.code), Some(Code::AdmissionDelayed), "{error:?}");
            assert!(error.retry_after_ms > 0);
            delayed += 1;
        }
    }
    assert!(delayed > 0, "nobody was told to wait");
    world.is_lean();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_signed_for_another_app_or_by_nobody_are_refused() {
    let world = World::new(place()).await;
    let other = world.place.create_app("other").await.unwrap();
    let theirs = world.api.of(&other);
    let forged = world.api.of(&App { key: world.app.key.clone(), secret: other.secret.clone() });
    let code = |answer: Value| answer["code"].as_i64().unwrap();

    let path = format!("/apps/{}/v1/users/mallory", world.app.key);
    let answer = theirs.json("PUT", &path, &json!({"userToken": "t"})).await.unwrap();
    assert_eq!(code(answer), i64::from(Code::AppKeyMismatch.room()));
    let answer = forged.json("GET", "/neroom/v3/users/alice", &Value::Null).await.unwrap();
    assert_eq!(code(answer), i64::from(Code::CheckSumWrong.room()));
    let answer = forged.form("/nimserver/user/block.action", &[("accid", "alice")]).await.unwrap();
    assert_eq!(code(answer), i64::from(Code::CheckSumWrong.im_v1()));
    // Their own app has no alice.
    let answer = theirs.json("GET", "/neroom/v3/users/alice", &Value::Null).await.unwrap();
    assert_ne!(code(answer), 0);
    let answer = theirs.form("/nimserver/user/block.action", &[("accid", "alice")]).await.unwrap();
    assert_ne!(code(answer), 200);
    let answer =
        theirs.json("POST", "/im/v2/accounts/alice/actions/kick", &json!({"type": 1})).await.unwrap();
    assert_ne!(code(answer), 200);
    // And the body has a limit.
    let big = json!({"user_uuid": "big", "user_name": "x".repeat(limits::HTTP_BODY_MAX_BYTES)});
    // The refusal may come while the body is still being sent, and is lost then with the connection.
    if let Ok(answer) = world.api.json("POST", "/neroom/v3/users", &big).await {
        assert_eq!(code(answer), i64::from(Code::BodyTooLarge.room()));
    }
    world.serves().await;
    world.is_lean();
}
