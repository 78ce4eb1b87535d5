//! The client's brain: the link and its resumption, the outbox of requests, the room login and the rule of IM reuse,
//! the mirrors of rooms, their chats and the user stream.
//!
//! Pure: the driver opens sockets, asks HTTP and knows the time. [`Client::handle`] takes one input, [`Client::poll`]
//! gives what to do about it, [`Client::deadline`] says when to call again at the latest.

mod api;
mod chat;
mod identity;
mod link;
mod media;
mod outbox;
mod room;
mod stream;

pub use api::{
    Answer, Call, CallId, Event, Failure, ImLogin, Input, JoinedRoom, Output, RoomCredential, Ticket,
    TransportId,
};
pub use media::{
    Aim, AskId, MediaConfig, MediaInput, MediaMachine, MediaOutput, MediaState, PeerId, Step, WayState,
};
pub use parlor_room::{Applied, Mirror};
pub use room::RoomView;

use bytes::Bytes;
use chat::user::UserStream;
use identity::{Room, RoomEnd};
use link::{Link, Login};
use outbox::Outbox;
use parlor_protocol::{Code, v1};
use prost::Message;
use room::Rooms;
use std::collections::VecDeque;

/// What a client is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The app.
    pub app_key: String,
    /// Name and version of the SDK, for the server's log.
    pub sdk: String,
    /// Random, different for every client ever made: names its requests and spreads its retries.
    pub seed: [u8; 16],
    /// How long one attempt to open a transport and enter may take.
    pub enter_timeout_ms: u64,
    /// How long a link that is in doubt may take to answer a ping.
    pub doubt_timeout_ms: u64,
    /// How long a request waits for its reply, over all reconnects.
    pub request_timeout_ms: u64,
}

impl Config {
    /// The defaults.
    pub fn new(app_key: impl Into<String>, seed: [u8; 16]) -> Self {
        Self {
            app_key: app_key.into(),
            sdk: String::new(),
            seed,
            enter_timeout_ms: 10_000,
            doubt_timeout_ms: 1_000,
            request_timeout_ms: 15_000,
        }
    }
}

/// The machine: one IM login, the room login on it, and the rooms of that.
#[derive(Debug)]
pub struct Client {
    config: Config,
    link: Link,
    login: Option<Login>,
    room: Room,
    /// The end of a room session whose beginning this side may have yet to hear of.
    early_room_end: Option<RoomEnd>,
    rooms: Rooms,
    user: UserStream,
    outbox: Outbox,
    outputs: VecDeque<Output>,
}

impl Client {
    /// A client that is not logged in.
    pub fn new(config: Config) -> Self {
        let outbox = Outbox::new(config.seed);
        let link = Link::new(config.seed);
        Self {
            config,
            link,
            login: None,
            room: Room::default(),
            early_room_end: None,
            rooms: Rooms::default(),
            user: UserStream::default(),
            outbox,
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input at `now_ms` of a clock that never goes back.
    pub fn handle(&mut self, now_ms: u64, input: Input) {
        match input {
            Input::Call(id, call) => self.call(now_ms, id, call),
            Input::Opened(transport) => self.opened(now_ms, transport),
            Input::Lost(transport) => self.lost(now_ms, transport),
            Input::Frame(transport, bytes) => self.frame(now_ms, transport, &bytes),
            Input::Ticket(id, outcome) => self.ticket(now_ms, id, outcome),
            Input::Token(token) => self.token(now_ms, token),
            Input::NetworkChanged => self.network_changed(now_ms),
            Input::Doubt => self.doubt_link(now_ms),
            Input::Tick => {}
        }
        self.tick(now_ms);
    }

    /// What to do next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Client::handle`] with [`Input::Tick`] at the latest.
    pub fn deadline(&self) -> Option<u64> {
        let deadlines = [
            self.link.deadline(&self.config),
            self.first_login_deadline(),
            self.outbox.deadline(),
            self.rooms.deadline(),
            self.user.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// IM is logged in, perhaps with its link down for the moment.
    pub fn im_logged_in(&self) -> bool {
        self.login.as_ref().is_some_and(Login::is_in)
    }

    /// The account that is logged in or logging in.
    pub fn account(&self) -> Option<&str> {
        self.login.as_ref().map(Login::account)
    }

    /// The room account that is logged in.
    pub fn room(&self) -> Option<&v1::RoomIdentity> {
        self.room.identity()
    }

    fn call(&mut self, now_ms: u64, id: CallId, call: Call) {
        match call {
            Call::ImLogin(login) => self.call_im_login(now_ms, id, login),
            Call::ImLogout => self.call_im_logout(now_ms, id),
            Call::KickDevices(device_ids) => {
                let body = v1::request::Body::KickDevices(v1::KickDevices { device_ids });
                self.call_request(now_ms, id, body);
            }
            Call::RoomLogin { reuse_im, credential, device } => {
                self.call_room_login(now_ms, id, reuse_im, credential, device);
            }
            Call::LoginByIm(login) => self.call_login_by_im(now_ms, id, login),
            Call::RoomLogout => self.call_room_logout(now_ms, id),
            Call::RenewRoomToken { dynamic, token } => self.call_renew(now_ms, id, dynamic, token),
            Call::Ask(body) => self.call_ask(now_ms, id, *body),
        }
    }

    fn frame(&mut self, now_ms: u64, transport: TransportId, bytes: &Bytes) {
        if !self.link.heard(now_ms, transport) {
            return;
        }
        // A frame that cannot be read is a newer server's: skipped, as unknown bodies are.
        let Ok(frame) = v1::Frame::decode(bytes.clone()) else { return };
        match frame.kind {
            Some(v1::frame::Kind::Reply(reply)) => self.reply(now_ms, reply),
            Some(v1::frame::Kind::Push(v1::Push { body: Some(body) })) => self.push(now_ms, body),
            _ => {}
        }
    }

    fn push(&mut self, now_ms: u64, body: v1::push::Body) {
        use v1::push::Body as B;
        match body {
            B::Kicked(kicked) => self.kicked(now_ms, &kicked),
            B::DevicesChanged(changed) => self.event(Event::DevicesChanged {
                other_devices: changed.other_devices,
                changed: changed.changed,
                came_in: changed.came_in,
            }),
            B::Closing(closing) => self.link.server_closes(closing.reconnect_after_ms),
            B::RoomSessionEnded(ended) => self.room_ended(now_ms, RoomEnd::from(&ended)),
            B::RoomEvents(events) => self.room_events(now_ms, events),
            B::RoomNews(news) => self.room_news(now_ms, &news),
            B::RoomGone(gone) => self.room_gone(&gone),
            B::ChatMessages(messages) => self.chat_messages(now_ms, messages),
            B::ChatNews(news) => self.chat_news(now_ms, &news),
            B::UserEvents(events) => self.user_events(now_ms, events),
            B::UserNews(news) => self.user_news(now_ms, &news),
            B::MediaSlots(_)
            | B::MediaLevels(_)
            | B::MediaQuality(_)
            | B::MediaNeeded(_)
            | B::MediaEnded(_) => self.media(body),
        }
    }

    fn reply(&mut self, now_ms: u64, reply: v1::Reply) {
        if self.link.entering() == Some(reply.id) {
            return self.entered(now_ms, reply);
        }
        if let Some((purpose, outcome)) = self.outbox.answered(now_ms, reply) {
            self.settle(now_ms, purpose, outcome);
        }
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn done(&mut self, id: CallId, outcome: Result<Answer, Failure>) {
        self.outputs.push_back(Output::Done(id, outcome));
    }

    fn fail(&mut self, id: CallId, code: Code) {
        self.done(id, Err(Failure::local(code)));
    }
}
