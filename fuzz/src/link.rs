//! Frames on the link. The input is a byte of flags, then frames, each with its length before it (two bytes, little
//! endian; the last one may be cut short).

use crate::room::{self, FRESH, Scene};
use crate::world::{APP_KEY, PEOPLE, World};
use bytes::Bytes;
use futures_util::{Sink, Stream};
use parlor_protocol::v1::reply::Body as ReplyBody;
use parlor_protocol::{Code, v1};
use parlor_server::conn::{self, TransportError};
use prost::Message;
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The frames come after a login of alice.
pub const LOGGED_IN: u8 = 1;
/// And after a room login.
pub const IN_ROOM: u8 = 2;
/// And on a connection that has resumed her session.
pub const RESUMED: u8 = 4;
/// And after she has entered the room of the scene as its host, and its chat. What stands in the frames for the room's
/// number and for fresh op ids is filled in.
pub const IN_MEETING: u8 = 8;

/// Their tokens, IM and room.
pub(crate) const TOKEN: &str = "token";
/// Frames of one input; the rest is left out.
const MAX_FRAMES: usize = 64;

thread_local! {
    static WORLD: World = world();
}

/// What came back for one input.
#[derive(Debug, Default)]
pub struct Heard {
    /// Replies, in order: the body of a success (of an answer in parts, of the last one) or the code of a refusal.
    pub replies: Vec<Result<ReplyBody, Code>>,
    /// Pushes.
    pub pushes: usize,
}

/// Plays the input to the server.
pub fn run(input: &[u8]) -> Heard {
    let Some((&flags, rest)) = input.split_first() else { return Heard::default() };
    let frames = frames(rest);
    WORLD.with(|world| world.runtime.block_on(play(world, flags, frames)))
}

/// Frames as an input holds them.
pub fn input(flags: u8, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut input = vec![flags];
    for frame in frames {
        input.extend(u16::try_from(frame.len()).unwrap_or(u16::MAX).to_le_bytes());
        input.extend(frame);
    }
    input
}

fn frames(mut rest: &[u8]) -> VecDeque<Bytes> {
    let mut frames = VecDeque::new();
    while let [low, high, tail @ ..] = rest
        && frames.len() < MAX_FRAMES
    {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(tail.len());
        frames.push_back(Bytes::copy_from_slice(&tail[..length]));
        rest = &tail[length..];
    }
    frames
}

fn world() -> World {
    let world = World::new();
    for name in PEOPLE {
        let body = format!(
            "POST /neroom/v3/users\n{{\"user_uuid\":\"{name}\",\"user_token\":\"{TOKEN}\",\"im_token\":\"{TOKEN}\"}}"
        );
        let im = format!("POST /nimserver/user/create.action\naccid={name}&token={TOKEN}");
        for call in [im, body] {
            assert_eq!(crate::http::run_in(&world, call.as_bytes()), Some(Code::Ok), "{call}");
        }
    }
    world
}

async fn play(world: &World, flags: u8, mut frames: VecDeque<Bytes>) -> Heard {
    let scene = room::scene(world).await.unwrap_or_else(|cause| panic!("no room to fuzz in: {cause}"));
    let mut first = VecDeque::new();
    if flags & (LOGGED_IN | IN_ROOM | RESUMED | IN_MEETING) != 0 {
        first.push_back(request(v1::request::Body::Login(login("alice", "fuzz1"))));
    }
    if flags & (IN_ROOM | IN_MEETING) != 0 {
        first.push_back(request(v1::request::Body::RoomLogin(room_login("alice"))));
    }
    if flags & IN_MEETING != 0 {
        first.extend(enter(&scene));
        frames = frames.into_iter().map(|frame| scene.fill(frame)).collect();
    }
    if flags & RESUMED != 0 {
        let heard = serve(world, first).await;
        first = heard.replies.iter().filter_map(|reply| resume(reply.as_ref().ok()?)).collect();
    }
    let own = first.len();
    first.append(&mut frames);
    let sent = first.len();
    let mut heard = serve(world, first).await;
    assert!(heard.replies.len() <= sent, "more replies than requests");
    heard.replies.drain(..own.min(heard.replies.len()));
    heard
}

/// Into the room, and into its chat.
fn enter(scene: &Scene) -> [Bytes; 2] {
    let join = v1::RoomJoin { room_uuid: room::UUID.into(), role: "host".into(), ..v1::RoomJoin::default() };
    let present = v1::room_act::Act::ChatPresence(v1::ActChatPresence { present: true });
    let act = v1::RoomAct { archive_id: room::ARCHIVE_ID, act: Some(present) };
    [v1::request::Body::RoomJoin(join), v1::request::Body::RoomAct(act)].map(|body| scene.fill(request(body)))
}

/// A login that holds.
pub fn login(name: &str, device_id: &str) -> v1::Login {
    let device = v1::Device { device_id: device_id.to_owned(), client_type: 4, ..v1::Device::default() };
    v1::Login {
        version: 1,
        app_key: APP_KEY.to_owned(),
        account: name.to_owned(),
        token: TOKEN.to_owned(),
        device: Some(device),
        manual: true,
        force: true,
        ..v1::Login::default()
    }
}

/// A room login that holds.
pub fn room_login(name: &str) -> v1::RoomLogin {
    v1::RoomLogin { user_uuid: name.to_owned(), auth_type: 0, token: TOKEN.to_owned() }
}

fn resume(done: &ReplyBody) -> Option<Bytes> {
    let ReplyBody::Login(done) = done else { return None };
    let resume = v1::Resume {
        version: 1,
        app_key: APP_KEY.to_owned(),
        session_id: done.session_id,
        resume_key: done.resume_key.clone(),
        capabilities: Vec::new(),
    };
    Some(request(v1::request::Body::Resume(resume)))
}

/// A frame with one request. Its op id is its own, and a fresh one wherever stand-ins are filled in.
pub fn request(body: v1::request::Body) -> Bytes {
    let mut request = v1::Request { id: 1, body: Some(body), ..v1::Request::default() };
    // FNV-1a: the seeds are the same for every compiler.
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = request.encode_to_vec().iter().fold(0xcbf2_9ce4_8422_2325, fold);
    request.op_id = [hash.to_be_bytes(), FRESH].concat();
    v1::Frame { kind: Some(v1::frame::Kind::Request(request)) }.encode_to_vec().into()
}

/// One connection, from its first frame to its end.
async fn serve(world: &World, frames: VecDeque<Bytes>) -> Heard {
    let written = Arc::new(Mutex::new(Vec::new()));
    let wire = Wire { frames, written: written.clone(), quiet: (0, 0) };
    conn::serve(world.node.clone(), wire, SocketAddr::from((Ipv4Addr::LOCALHOST, 1))).await;
    let written = std::mem::take(&mut *written.lock().unwrap_or_else(PoisonError::into_inner));
    let mut heard = Heard::default();
    for bytes in written {
        let frame =
            v1::Frame::decode(bytes).unwrap_or_else(|cause| panic!("the server wrote no frame: {cause}"));
        match frame.kind {
            Some(v1::frame::Kind::Reply(reply)) => {
                if reply.last {
                    heard.replies.push(outcome(reply));
                }
            }
            Some(v1::frame::Kind::Push(_)) => heard.pushes += 1,
            other => panic!("the server wrote {other:?}"),
        }
    }
    heard
}

fn outcome(reply: v1::Reply) -> Result<ReplyBody, Code> {
    match (reply.error, reply.body) {
        (None, Some(body)) => Ok(body),
        (Some(error), None) => {
            let code = Code::from_link(error.code);
            let code = code.unwrap_or_else(|| panic!("a number that is in no table: {error:?}"));
            assert_ne!(
                code,
                Code::ServerError,
                "a request must not look like a fault of the server: {error:?}"
            );
            Err(code)
        }
        other => panic!("neither success nor refusal: {other:?}"),
    }
}

/// Hands out its frames, and ends when nothing more is written; keeps what is written.
struct Wire {
    frames: VecDeque<Bytes>,
    written: Arc<Mutex<Vec<Bytes>>>,
    /// How much was written when the server last looked for a frame, and how often it has looked since.
    quiet: (usize, usize),
}

/// So often the server looks for another frame in vain before the connection ends.
const QUIET: usize = 4;

impl Stream for Wire {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(frame) = self.frames.pop_front() {
            let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            return Poll::Ready(Some(Ok(room::fill_media(frame, &written))));
        }
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.quiet = if self.quiet.0 == written { (written, self.quiet.1 + 1) } else { (written, 0) };
        if self.quiet.1 > QUIET {
            return Poll::Ready(None);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Sink<Bytes> for Wire {
    type Error = TransportError;

    fn poll_ready(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, frame: Bytes) -> Result<(), Self::Error> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}
