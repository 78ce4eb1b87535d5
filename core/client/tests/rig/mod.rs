//! A client with a scripted driver: facts in, outputs out, a clock that the test turns.
#![allow(dead_code, reason = "each test file uses its part")]

use parlor_client::{
    Answer, Call, CallId, Client, Config, Event, Failure, ImLogin, Input, Output, RoomCredential, Ticket,
    TransportId,
};
use parlor_protocol::causes::AuthEvent;
use parlor_protocol::{Cause, Code, v1};
use prost::Message;

pub(crate) struct Rig {
    pub(crate) client: Client,
    pub(crate) now_ms: u64,
    last_call: u64,
    events: Vec<Event>,
    outputs: Vec<Output>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let client = Client::new(Config::new("app", [7; 16]));
        Self { client, now_ms: 1_000, last_call: 0, events: Vec::new(), outputs: Vec::new() }
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.client.handle(self.now_ms, input);
        while let Some(output) = self.client.poll() {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Send(transport, bytes) => match user_pull(&bytes) {
                    Some(id) => self.user_stream_is_empty(transport, id),
                    None => self.outputs.push(Output::Send(transport, bytes)),
                },
                output => self.outputs.push(output),
            }
        }
    }

    /// The user stream has scenarios of its own.
    fn user_stream_is_empty(&mut self, transport: TransportId, id: u64) {
        let at = Some(v1::Cursor { epoch: 1, seq: 0 });
        let body = v1::reply::Body::UserPull(v1::UserPulled { events: Vec::new(), at });
        self.reply(transport, id, body);
    }

    /// Lets time pass, calling the client whenever it asks for it.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        while let Some(deadline) = self.client.deadline().filter(|at| *at <= until_ms) {
            self.now_ms = self.now_ms.max(deadline);
            self.input(Input::Tick);
        }
        self.now_ms = until_ms;
    }

    pub(crate) fn call(&mut self, call: Call) -> CallId {
        self.last_call += 1;
        let id = CallId(self.last_call);
        self.input(Input::Call(id, call));
        id
    }

    /// The answer to a call, once.
    pub(crate) fn done(&mut self, id: CallId) -> Option<Result<Answer, Failure>> {
        let index = self.outputs.iter().position(|o| matches!(o, Output::Done(done, _) if *done == id))?;
        match self.outputs.remove(index) {
            Output::Done(_, outcome) => Some(outcome),
            _ => None,
        }
    }

    pub(crate) fn failed_with(&mut self, id: CallId) -> Option<Code> {
        self.done(id).and_then(Result::err).map(|failure| failure.code)
    }

    pub(crate) fn succeeded(&mut self, id: CallId) -> bool {
        self.done(id).is_some_and(|outcome| outcome.is_ok())
    }

    pub(crate) fn no_network(&self) -> bool {
        let is_network =
            |o: &Output| matches!(o, Output::Open(_) | Output::Send(..) | Output::FetchTicket(..));
        !self.outputs.iter().any(is_network)
    }

    /// The transport that the client wants opened.
    pub(crate) fn opening(&mut self) -> Option<TransportId> {
        let index = self.outputs.iter().position(|o| matches!(o, Output::Open(_)))?;
        match self.outputs.remove(index) {
            Output::Open(transport) => Some(transport),
            _ => None,
        }
    }

    pub(crate) fn closing(&mut self) -> Option<TransportId> {
        let index = self.outputs.iter().position(|o| matches!(o, Output::Close(_)))?;
        match self.outputs.remove(index) {
            Output::Close(transport) => Some(transport),
            _ => None,
        }
    }

    pub(crate) fn fetching(&mut self) -> Option<CallId> {
        let index = self.outputs.iter().position(|o| matches!(o, Output::FetchTicket(..)))?;
        match self.outputs.remove(index) {
            Output::FetchTicket(id, _) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn fetching_token(&mut self) -> bool {
        let index = self.outputs.iter().position(|o| matches!(o, Output::FetchToken { .. }));
        index.map(|index| self.outputs.remove(index)).is_some()
    }

    /// The next request that was sent.
    pub(crate) fn sent(&mut self) -> Option<v1::Request> {
        let index = self.outputs.iter().position(|o| matches!(o, Output::Send(..)))?;
        let Output::Send(_, bytes) = self.outputs.remove(index) else { return None };
        match v1::Frame::decode(bytes).unwrap().kind {
            Some(v1::frame::Kind::Request(request)) => Some(request),
            _ => None,
        }
    }

    /// All requests that were sent.
    pub(crate) fn all_sent(&mut self) -> Vec<v1::Request> {
        std::iter::from_fn(|| self.sent()).collect()
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// What RoomKit's listener heard.
    pub(crate) fn auth_events(&mut self) -> Vec<(AuthEvent, Option<Cause>)> {
        let events = self.events();
        events
            .into_iter()
            .filter_map(|event| match event {
                Event::RoomAuth { event, cause } => Some((event, cause)),
                _ => None,
            })
            .collect()
    }

    fn frame(&mut self, transport: TransportId, kind: v1::frame::Kind) {
        let bytes = v1::Frame { kind: Some(kind) }.encode_to_vec().into();
        self.input(Input::Frame(transport, bytes));
    }

    pub(crate) fn reply(&mut self, transport: TransportId, id: u64, body: v1::reply::Body) {
        let reply = v1::Reply { id, last: true, body: Some(body), ..v1::Reply::default() };
        self.frame(transport, v1::frame::Kind::Reply(reply));
    }

    pub(crate) fn refuse(&mut self, transport: TransportId, id: u64, code: Code, retry_after_ms: u32) {
        let error = v1::Error {
            code: code.link(),
            remedy: i32::from(code.remedy().number()),
            retry_after_ms,
            ..v1::Error::default()
        };
        let reply = v1::Reply { id, last: true, error: Some(error), ..v1::Reply::default() };
        self.frame(transport, v1::frame::Kind::Reply(reply));
    }

    pub(crate) fn push(&mut self, transport: TransportId, body: v1::push::Body) {
        self.frame(transport, v1::frame::Kind::Push(v1::Push { body: Some(body) }));
    }

    pub(crate) fn kick(&mut self, transport: TransportId, cause: Cause) {
        let kicked = v1::Kicked {
            reason: cause.kick_reason().unwrap().number(),
            cause: cause.name().to_owned(),
            ..v1::Kicked::default()
        };
        self.push(transport, v1::push::Body::Kicked(kicked));
    }

    /// Opens what the client wants opened, and answers with the request that it sends first.
    pub(crate) fn open(&mut self) -> (TransportId, v1::Request) {
        let transport = self.opening().expect("a transport is wanted");
        self.input(Input::Opened(transport));
        (transport, self.sent().expect("a login or a resume"))
    }

    /// Lets a login in that is on its way.
    pub(crate) fn let_in(&mut self, room: Option<v1::RoomIdentity>) -> TransportId {
        let (transport, request) = self.open();
        let done = v1::LoginDone {
            account: "ann".into(),
            session_id: 5,
            resume_key: vec![9; 32],
            ping_interval_ms: 15_000,
            room,
            ..v1::LoginDone::default()
        };
        self.reply(transport, request.id, v1::reply::Body::Login(done));
        transport
    }

    /// An IM login that has succeeded.
    pub(crate) fn logged_in() -> (Self, TransportId) {
        let mut rig = Self::new();
        let call = rig.call(Call::ImLogin(im_login()));
        let transport = rig.let_in(None);
        assert!(rig.succeeded(call));
        rig.events();
        (rig, transport)
    }

    /// A room login, with reuse, that has succeeded.
    pub(crate) fn in_room_login() -> (Self, TransportId) {
        let (mut rig, transport) = Self::logged_in();
        let call = rig.call(room_login(true));
        let request = rig.sent().expect("a room login");
        let done = v1::RoomLoginDone { room: Some(identity()) };
        rig.reply(transport, request.id, v1::reply::Body::RoomLogin(done));
        assert!(rig.succeeded(call));
        rig.events();
        (rig, transport)
    }

    /// Takes the session up again on a new transport.
    pub(crate) fn resume(&mut self, room: Option<v1::RoomIdentity>) -> TransportId {
        let (transport, request) = self.open();
        assert!(matches!(request.body, Some(v1::request::Body::Resume(_))), "{request:?}");
        let done = v1::ResumeDone { ping_interval_ms: 15_000, room, ..v1::ResumeDone::default() };
        self.reply(transport, request.id, v1::reply::Body::Resume(done));
        transport
    }
}

fn user_pull(bytes: &bytes::Bytes) -> Option<u64> {
    match v1::Frame::decode(bytes.clone()).unwrap().kind {
        Some(v1::frame::Kind::Request(v1::Request {
            id,
            body: Some(v1::request::Body::UserPull(_)),
            ..
        })) => Some(id),
        _ => None,
    }
}

pub(crate) fn im_login() -> ImLogin {
    ImLogin {
        account: "Ann".into(),
        auth_type: v1::AuthType::Static,
        token: "t".into(),
        login_extension: String::new(),
        device: v1::Device { device_id: "d".into(), ..v1::Device::default() },
        force: false,
        attempts: 0,
        timeout_ms: 0,
        has_token_provider: false,
    }
}

pub(crate) fn room_login(reuse_im: bool) -> Call {
    let credential = RoomCredential { user_uuid: "ann-r".into(), dynamic: false, token: "rt".into() };
    let device = v1::Device { device_id: "d".into(), ..v1::Device::default() };
    Call::RoomLogin { reuse_im, credential, device }
}

pub(crate) fn identity() -> v1::RoomIdentity {
    v1::RoomIdentity { user_uuid: "ann-r".into(), login_at_ms: 5, ..v1::RoomIdentity::default() }
}

pub(crate) fn ticket() -> Ticket {
    Ticket { accid: "ann".into(), ticket: "once".into() }
}

pub(crate) fn is_room_login(request: &v1::Request) -> bool {
    matches!(request.body, Some(v1::request::Body::RoomLogin(_)))
}

pub(crate) fn is_room_logout(request: &v1::Request) -> bool {
    matches!(request.body, Some(v1::request::Body::RoomLogout(_)))
}

pub(crate) fn is_logout(request: &v1::Request) -> bool {
    matches!(request.body, Some(v1::request::Body::Logout(_)))
}
