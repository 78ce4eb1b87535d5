//! The client against a model of the server that holds a real room, over a link that loses, repeats and reorders: after
//! any history the mirror is the room, and what was told was told once and in order.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use parlor_client::{
    Answer, Call, CallId, Client, Config, Event, ImLogin, Input, Output, RoomCredential, TransportId,
};
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, push, reply, request, room_act::Act};
use parlor_room::{Actor, Create, Decided, Join, Room, builtin};
use prost::Message;
use std::collections::{BTreeMap, VecDeque};

const ARCHIVE: i64 = 70;
const CHAT: i64 = 71;
const EPOCH: u64 = 3;

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

/// What the server knows.
struct Server {
    room: Room,
    log: Vec<v1::RoomEvent>,
    chat: Vec<v1::ChatMessage>,
    commands: Vec<v1::UserEvent>,
    session: Option<u64>,
    last_session: u64,
    room_login: Option<i64>,
    last_room_login: i64,
    /// Ann's device.
    device: Option<i64>,
    last_rtc_uid: i64,
    gone: Option<EndReason>,
    first_replies: BTreeMap<Vec<u8>, reply::Body>,
    now_ms: i64,
}

struct World {
    random: Random,
    client: Client,
    now_ms: u64,
    server: Server,
    /// What the client wants opened, and what is open.
    opening: Option<TransportId>,
    open: Option<TransportId>,
    to_server: VecDeque<v1::Request>,
    to_client: VecDeque<v1::Frame>,
    calls: u64,
    waiting: BTreeMap<CallId, &'static str>,
    told: u64,
    delivered: Vec<u64>,
    /// The chat's place when ann came into it.
    chat_from: Option<u64>,
    commands: Vec<i32>,
    ended: Option<EndReason>,
}

fn member(user_uuid: &str, rtc_uid: i64, role: &str) -> Join {
    Join {
        user_uuid: user_uuid.into(),
        user_name: user_uuid.into(),
        role: role.into(),
        password_right: true,
        endpoint: v1::RoomEndpoint {
            rtc_uid,
            device_id: format!("d{rtc_uid}"),
            ..v1::RoomEndpoint::default()
        },
        ..Join::default()
    }
}

impl Server {
    fn new() -> Self {
        let create = Create {
            archive_id: ARCHIVE,
            room_uuid: "r".into(),
            template_id: 40,
            epoch: EPOCH,
            chat_room_id: CHAT,
            resources: Some(v1::RoomResources { chatroom: true, rtc: true, ..Default::default() }),
            ..Create::default()
        };
        Self {
            room: Room::create(builtin(40).unwrap(), create).unwrap(),
            log: Vec::new(),
            chat: Vec::new(),
            commands: Vec::new(),
            session: None,
            last_session: 0,
            room_login: None,
            last_room_login: 0,
            device: None,
            last_rtc_uid: 1_000,
            gone: None,
            first_replies: BTreeMap::new(),
            now_ms: 1_000_000,
        }
    }

    fn at(&self) -> v1::Cursor {
        *self.room.mirror().at()
    }

    fn chat_at(&self) -> v1::Cursor {
        v1::Cursor { epoch: EPOCH, seq: self.chat.len() as u64 }
    }

    fn view(&self) -> v1::RoomView {
        let mirror = self.room.mirror();
        v1::RoomView {
            head: Some(mirror.head().clone()),
            at: Some(self.at()),
            rtc_uid: self.device.unwrap(),
            user_uuid: "ann".into(),
            members: mirror.members().cloned().collect(),
            chat_at: Some(self.chat_at()),
            ping_interval_ms: 5_000,
            ..v1::RoomView::default()
        }
    }

    fn identity(&self) -> Option<v1::RoomIdentity> {
        let login_at_ms = self.room_login?;
        Some(v1::RoomIdentity { user_uuid: "ann".into(), login_at_ms, ..v1::RoomIdentity::default() })
    }

    fn in_chat(&self) -> bool {
        let device = self.device.and_then(|uid| self.room.mirror().endpoint(uid));
        device.is_some_and(|(_, endpoint)| endpoint.in_chatroom)
    }

    /// The session is over, and ann's device out of the room.
    fn expire(&mut self) -> Decided {
        (self.session, self.room_login) = (None, None);
        match self.device {
            Some(uid) => self.room.gone(self.now_ms, uid, EndReason::LoginStateError),
            None => Decided { events: Vec::new() },
        }
    }
}

fn parts(mut view: v1::RoomView) -> Vec<v1::RoomView> {
    let members = std::mem::take(&mut view.members);
    let mut parts = vec![view];
    parts.extend(members.into_iter().map(|m| v1::RoomView { members: vec![m], ..Default::default() }));
    parts
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            random: Random(seed),
            client: Client::new(Config::new("app", [seed as u8; 16])),
            now_ms: 1_000,
            server: Server::new(),
            opening: None,
            open: None,
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            calls: 0,
            waiting: BTreeMap::new(),
            told: 0,
            delivered: Vec::new(),
            chat_from: None,
            commands: Vec::new(),
            ended: None,
        };
        let joined = world.server.room.join(world.server.now_ms, &member("bob", 1, "host")).unwrap();
        world.commit(joined);
        let device = v1::Device { device_id: "d".into(), ..v1::Device::default() };
        world.call(
            "login",
            Call::ImLogin(ImLogin {
                account: "ann".into(),
                auth_type: v1::AuthType::Static,
                token: "t".into(),
                login_extension: String::new(),
                device: device.clone(),
                force: false,
                attempts: 0,
                timeout_ms: 0,
                has_token_provider: false,
            }),
        );
        world.settle();
        let credential = RoomCredential { user_uuid: "ann".into(), dynamic: false, token: "rt".into() };
        world.call("room login", Call::RoomLogin { reuse_im: true, credential, device });
        world.settle();
        world.enter();
        world
    }

    fn enter(&mut self) {
        self.ask(
            "join",
            request::Body::RoomJoin(v1::RoomJoin { room_uuid: "r".into(), ..Default::default() }),
        );
        self.settle();
        self.act("enter", Act::ChatPresence(v1::ActChatPresence { present: true }));
        self.settle();
    }

    fn call(&mut self, name: &'static str, call: Call) {
        self.calls += 1;
        self.waiting.insert(CallId(self.calls), name);
        self.input(Input::Call(CallId(self.calls), call));
    }

    fn ask(&mut self, name: &'static str, body: request::Body) {
        self.call(name, Call::Ask(Box::new(body)));
    }

    fn act(&mut self, name: &'static str, act: Act) {
        let act = v1::RoomAct { archive_id: ARCHIVE, act: Some(act) };
        self.ask(name, request::Body::RoomAct(act));
    }

    fn input(&mut self, input: Input) {
        self.client.handle(self.now_ms, input);
        while let Some(output) = self.client.poll() {
            match output {
                Output::Open(transport) => self.opening = Some(transport),
                Output::Send(transport, bytes) => {
                    let frame = v1::Frame::decode(bytes).unwrap();
                    if let (true, Some(v1::frame::Kind::Request(request))) =
                        (self.open == Some(transport), frame.kind)
                    {
                        self.to_server.push_back(request);
                    }
                }
                Output::Close(transport) => {
                    self.opening = self.opening.filter(|opening| *opening != transport);
                    if self.open == Some(transport) {
                        self.drop_link();
                    }
                }
                Output::Done(id, outcome) => self.done(id, outcome.map_err(|failure| failure.code)),
                Output::Event(event) => self.event(event),
                Output::FetchTicket(..) | Output::FetchToken { .. } => panic!("nobody asked for a ticket"),
            }
        }
    }

    fn done(&mut self, id: CallId, outcome: Result<Answer, Code>) {
        let name = self.waiting.remove(&id).expect("a call is answered once");
        if name == "login" || name == "room login" {
            outcome.unwrap();
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Room { event, .. } if event.seq > 0 => {
                assert!(event.seq > self.told, "{} after {}", event.seq, self.told);
                self.told = event.seq;
                assert_eq!(*event, self.server.log[event.seq as usize - 1]);
            }
            Event::RoomEnded { reason, .. } => {
                self.ended = Some(reason);
                self.chat_from = None;
                self.delivered.clear();
            }
            Event::Chat { message, .. } => {
                assert_eq!(*message, self.server.chat[message.seq as usize - 1]);
                self.delivered.push(message.seq);
            }
            Event::Command(command) => self.commands.push(command.command_id),
            Event::LoginLost(failure) => panic!("{failure:?}"),
            _ => {}
        }
    }

    fn drop_link(&mut self) {
        self.open = None;
        self.to_server.clear();
        self.to_client.clear();
    }

    fn cut(&mut self) {
        if let Some(transport) = self.open {
            // What was sent may have got there; its answer did not.
            while self.random.below(2) == 0 && !self.to_server.is_empty() {
                self.serve();
            }
            self.drop_link();
            self.input(Input::Lost(transport));
        }
    }

    fn connect(&mut self) {
        if let Some(transport) = self.opening.take() {
            self.open = Some(transport);
            self.input(Input::Opened(transport));
        }
    }

    fn pass(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        while let Some(due) = self.client.deadline().filter(|due| *due <= until_ms) {
            self.now_ms = self.now_ms.max(due);
            self.input(Input::Tick);
        }
        self.now_ms = until_ms;
        self.server.now_ms += ms as i64;
    }

    fn push(&mut self, body: push::Body) {
        if self.open.is_some() && self.server.room_login.is_some() {
            let kind = v1::frame::Kind::Push(v1::Push { body: Some(body) });
            self.to_client.push_back(v1::Frame { kind: Some(kind) });
        }
    }

    /// Commits what was decided and tells ann, if her device is in the room: sometimes only that there is news.
    fn commit(&mut self, decided: Decided) {
        let Decided { events } = decided;
        let Some(last) = events.last().map(|event| event.seq) else { return };
        for event in &events {
            self.server.room.apply(event).unwrap();
            self.server.log.push(event.clone());
        }
        let Some(uid) = self.server.device else { return };
        if self.server.room.mirror().endpoint(uid).is_none() {
            self.server.device = None;
            let reason = self.server.gone.unwrap_or(EndReason::LoginStateError).name().to_owned();
            return self.push(push::Body::RoomGone(v1::RoomGone { archive_id: ARCHIVE, reason }));
        }
        match self.random.below(10) {
            0 => {
                let at = Some(v1::Cursor { epoch: EPOCH, seq: last });
                self.push(push::Body::RoomNews(v1::RoomNews { archive_id: ARCHIVE, at }));
            }
            1 => {
                let push = v1::RoomEvents { archive_id: ARCHIVE, epoch: EPOCH, events };
                self.push(push::Body::RoomEvents(push.clone()));
                self.push(push::Body::RoomEvents(push));
            }
            _ => self.push(push::Body::RoomEvents(v1::RoomEvents {
                archive_id: ARCHIVE,
                epoch: EPOCH,
                events,
            })),
        }
    }

    fn say(&mut self, from: &str, uuid: String, visible: bool) {
        let seq = self.server.chat.len() as u64 + 1;
        let text = v1::ChatText { text: format!("{from} {seq}") };
        let message = v1::ChatMessage {
            seq,
            message_uuid: if visible { uuid } else { String::new() },
            sender: Some(v1::ChatSender { user_uuid: from.into(), ..Default::default() }),
            body: visible.then_some(v1::chat_message::Body::Text(text)),
            ..v1::ChatMessage::default()
        };
        self.server.chat.push(message.clone());
        if from != "ann" && self.server.in_chat() {
            let messages = vec![message];
            let push = v1::ChatMessages { conversation_id: CHAT, epoch: EPOCH, messages };
            match self.random.below(8) {
                0 => {
                    let at = Some(self.server.chat_at());
                    self.push(push::Body::ChatNews(v1::ChatNews { conversation_id: CHAT, at }));
                }
                _ => self.push(push::Body::ChatMessages(push)),
            }
        }
    }

    fn command(&mut self) {
        let seq = self.server.commands.len() as u64 + 1;
        let command = v1::UserCommand { command_id: 10_000 + seq as i32, ..Default::default() };
        let body = Some(v1::user_event::Body::Command(command));
        let event = v1::UserEvent { seq, body, ..v1::UserEvent::default() };
        self.server.commands.push(event.clone());
        self.push(push::Body::UserEvents(v1::UserEvents { epoch: EPOCH, events: vec![event] }));
    }

    /// The server takes the next request.
    fn serve(&mut self) {
        let Some(request) = self.to_server.pop_front() else { return };
        let (id, op_id) = (request.id, request.op_id.clone());
        let (body, repeats) = (request.body.unwrap(), self.server.first_replies.get(&op_id).cloned());
        let outcome = match (&body, repeats) {
            (request::Body::RoomJoin(_), Some(_)) if self.server.device.is_some() => {
                Ok(parts(self.server.view()).into_iter().map(reply::Body::RoomJoin).collect())
            }
            (request::Body::RoomJoin(_), Some(_)) => Err(Code::RoomMemberNotFound),
            (_, Some(first)) => Ok(vec![first]),
            _ => self.answer(body),
        };
        if let (Ok(bodies), false) = (&outcome, op_id.is_empty()) {
            self.server.first_replies.insert(op_id, bodies[0].clone());
        }
        let error = |code: Code| v1::Error {
            code: code.link(),
            remedy: i32::from(code.remedy().number()),
            ..v1::Error::default()
        };
        let replies = match outcome {
            Err(code) => vec![v1::Reply { id, last: true, error: Some(error(code)), ..Default::default() }],
            Ok(bodies) => {
                let count = bodies.len();
                let part = |(n, body)| v1::Reply {
                    id,
                    part: n as u32,
                    last: n + 1 == count,
                    body: Some(body),
                    ..v1::Reply::default()
                };
                bodies.into_iter().enumerate().map(part).collect()
            }
        };
        for reply in replies {
            let frame = v1::Frame { kind: Some(v1::frame::Kind::Reply(reply)) };
            // Parts of a view are bulk: pushes overtake them.
            self.to_client.push_back(frame);
        }
    }

    fn answer(&mut self, body: request::Body) -> Result<Vec<reply::Body>, Code> {
        use request::Body as B;
        let one = |body| Ok(vec![body]);
        let server = &mut self.server;
        let session_needed = !matches!(body, B::Login(_) | B::Resume(_));
        if session_needed && server.session.is_none() {
            return Err(Code::LoginRequired);
        }
        match body {
            B::Ping(_) => one(reply::Body::Pong(v1::Pong::default())),
            B::Login(_) => {
                let over = server.expire();
                server.last_session += 1;
                server.session = Some(server.last_session);
                let session_id = server.last_session;
                self.commit(over);
                one(reply::Body::Login(v1::LoginDone {
                    account: "ann".into(),
                    session_id,
                    resume_key: vec![1],
                    ping_interval_ms: 15_000,
                    ..v1::LoginDone::default()
                }))
            }
            B::Resume(resume) if server.session == Some(resume.session_id) => {
                let room = server.identity();
                one(reply::Body::Resume(v1::ResumeDone {
                    ping_interval_ms: 15_000,
                    room,
                    ..Default::default()
                }))
            }
            B::Resume(_) => Err(Code::SessionExpired),
            B::RoomLogin(_) => {
                if server.room_login.is_none() {
                    server.last_room_login += 1;
                    server.room_login = Some(server.last_room_login);
                }
                let user_at = Some(v1::Cursor { epoch: EPOCH, seq: server.commands.len() as u64 });
                let room = server.identity().map(|identity| v1::RoomIdentity { user_at, ..identity });
                one(reply::Body::RoomLogin(v1::RoomLoginDone { room }))
            }
            _ if server.room_login.is_none() => Err(Code::RoomNotLoggedIn),
            B::RoomJoin(join) => self.join(join),
            B::RoomAct(act) => self.do_act(act.act.unwrap()),
            B::RoomPull(pull) => Ok(self.pull(pull)),
            B::ChatSend(send) => {
                if server.device.is_none() {
                    return Err(Code::RoomMemberNotFound);
                }
                let known = |message: &&v1::ChatMessage| message.message_uuid == send.message_uuid;
                if !server.chat.iter().any(|message| known(&message)) {
                    self.say("ann", send.message_uuid.clone(), true);
                }
                let message = self.server.chat.iter().find(known).cloned();
                one(reply::Body::ChatSend(v1::ChatSent { message, at: Some(self.server.chat_at()) }))
            }
            B::ChatPull(_) if server.device.is_none() => Err(Code::RoomMemberNotFound),
            B::ChatPull(pull) => {
                let messages = server.chat[pull.after.unwrap().seq as usize..].to_vec();
                one(reply::Body::ChatPull(v1::ChatPulled { messages, at: Some(server.chat_at()) }))
            }
            B::UserPull(pull) => {
                let at = Some(v1::Cursor { epoch: EPOCH, seq: server.commands.len() as u64 });
                let after = pull.after.map(|after| after.seq as usize);
                let events = after.map(|after| server.commands[after..].to_vec()).unwrap_or_default();
                one(reply::Body::UserPull(v1::UserPulled { events, at }))
            }
            other => panic!("not asked for: {other:?}"),
        }
    }

    fn join(&mut self, join: v1::RoomJoin) -> Result<Vec<reply::Body>, Code> {
        if self.server.device.is_none() {
            self.server.last_rtc_uid += 1;
            let uid = self.server.last_rtc_uid;
            let joined = self.server.room.join(self.server.now_ms, &member("ann", uid, &join.role));
            let decided = joined.map_err(|refusal| refusal.code)?;
            // Events before the view are part of it.
            self.commit(decided);
            self.server.device = Some(uid);
        }
        Ok(parts(self.server.view()).into_iter().map(reply::Body::RoomJoin).collect())
    }

    fn do_act(&mut self, act: Act) -> Result<Vec<reply::Body>, Code> {
        let rtc_uid = self.server.device.ok_or(Code::RoomMemberNotFound)?;
        let actor = Actor::Member { user_uuid: "ann".into(), rtc_uid };
        let enters = matches!(&act, Act::ChatPresence(presence) if presence.present);
        let chat_at = enters.then(|| self.server.chat_at());
        let decided = self.server.room.act(self.server.now_ms, &actor, &act).map_err(|r| r.code)?;
        self.commit(decided);
        if let (Some(chat_at), None) = (chat_at, self.chat_from) {
            self.chat_from = Some(chat_at.seq);
        }
        Ok(vec![reply::Body::RoomAct(v1::RoomActDone { at: Some(self.server.at()), chat_at })])
    }

    fn pull(&mut self, pull: v1::RoomPull) -> Vec<reply::Body> {
        let body = |body| reply::Body::RoomPull(v1::RoomPulled { body: Some(body) });
        let server = &self.server;
        let reason = server.gone.unwrap_or(EndReason::LoginStateError).name().to_owned();
        if server.device.is_none() {
            let gone = v1::RoomGone { archive_id: ARCHIVE, reason };
            return vec![body(v1::room_pulled::Body::Gone(gone))];
        }
        let after = pull.after.unwrap().seq as usize;
        if self.random.below(4) == 0 {
            let views = parts(self.server.view()).into_iter();
            return views.map(|view| body(v1::room_pulled::Body::View(view))).collect();
        }
        let events = self.server.log[after..].to_vec();
        let half = events.len() / 2;
        let part = |events: &[v1::RoomEvent]| {
            let events = v1::RoomEvents { archive_id: ARCHIVE, epoch: EPOCH, events: events.to_vec() };
            body(v1::room_pulled::Body::Events(events))
        };
        vec![part(&events[..half]), part(&events[half..])]
    }

    /// The client takes one of the next frames: pushes may overtake the parts of answers, and answers pushes.
    fn deliver(&mut self) {
        let Some(transport) = self.open else { return };
        if self.to_client.is_empty() {
            return;
        }
        let reach = self.to_client.len().min(3) as u64;
        let mut chosen = self.random.below(reach) as usize;
        let number = |frame: &v1::Frame| match &frame.kind {
            Some(v1::frame::Kind::Reply(reply)) => Some(reply.id),
            _ => None,
        };
        // Parts of one answer stay in order.
        while let Some(id) = number(&self.to_client[chosen]) {
            match (0..chosen).find(|earlier| number(&self.to_client[*earlier]) == Some(id)) {
                Some(earlier) => chosen = earlier,
                None => break,
            }
        }
        let frame = self.to_client.remove(chosen).unwrap();
        self.input(Input::Frame(transport, frame.encode_to_vec().into()));
    }

    fn others(&mut self) {
        let bob = Actor::Member { user_uuid: "bob".into(), rtc_uid: 1 };
        let is_in = |name: &str, server: &Server| server.room.mirror().member(name).is_some();
        let server = &self.server;
        let act = |act| server.room.act(server.now_ms, &bob, &act).ok();
        let decided = match self.random.below(8) {
            0 => act(Act::SetLock(v1::ActSetLock { locked: false })),
            1 => {
                let room_name = format!("n{}", self.random.below(1_000));
                act(Act::SetRoomName(v1::ActSetRoomName { room_name }))
            }
            2 if is_in("cid", server) => {
                let uid = server.room.mirror().member("cid").unwrap().endpoints[0].rtc_uid;
                Some(server.room.gone(server.now_ms, uid, EndReason::LeaveBySelf))
            }
            2 => server.room.join(server.now_ms, &member("cid", 2, "")).ok(),
            3 if is_in("ann", server) => {
                let role = if self.random.below(2) == 0 { "cohost" } else { "member" };
                let change = v1::ActChangeRole { user_uuid: "ann".into(), role: role.into() };
                act(Act::ChangeRoles(v1::ActChangeRoles { changes: vec![change] }))
            }
            4 => {
                let ext = format!("e{}", self.random.below(1_000));
                act(Act::SetRoomExt(v1::ActSetRoomExt { ext }))
            }
            5 if is_in("ann", server) && self.random.below(6) == 0 => {
                self.server.gone = Some(EndReason::KickOut);
                let kick = v1::ActKick { user_uuid: "ann".into(), to_blacklist: false };
                let decided = self.server.room.act(self.server.now_ms, &bob, &Act::Kick(kick)).ok();
                self.commit(decided.unwrap_or(Decided { events: Vec::new() }));
                self.server.gone = None;
                None
            }
            _ => {
                let user_name = format!("b{}", self.random.below(1_000));
                act(Act::ChangeName(v1::ActChangeName { user_uuid: "bob".into(), user_name }))
            }
        };
        self.commit(decided.unwrap_or(Decided { events: Vec::new() }));
    }

    fn own(&mut self) {
        let number = self.random.below(1_000);
        match self.random.below(4) {
            0 => self.act(
                "name",
                Act::ChangeName(v1::ActChangeName {
                    user_uuid: String::new(),
                    user_name: format!("a{number}"),
                }),
            ),
            1 => self.act("ext", Act::ChangeExt(v1::ActChangeExt { ext: format!("x{number}") })),
            _ => self.ask(
                "send",
                request::Body::ChatSend(v1::ChatSend {
                    archive_id: ARCHIVE,
                    message_uuid: format!("own{}", self.calls),
                    body: Some(v1::chat_send::Body::Text(v1::ChatText { text: "hi".into() })),
                    ..v1::ChatSend::default()
                }),
            ),
        }
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..20 => self.others(),
            20..28 => {
                let visible = self.random.below(4) > 0;
                let uuid = format!("bob{}", self.server.chat.len());
                self.say("bob", uuid, visible);
            }
            28..32 => self.command(),
            32..40 => self.own(),
            40..60 => self.serve(),
            60..85 => self.deliver(),
            85..91 => {
                let ms = self.random.below(800);
                self.pass(ms);
            }
            91..95 => self.connect(),
            95..98 => self.cut(),
            98 if self.open.is_none() => {
                let over = self.server.expire();
                self.commit(over);
            }
            _ => {}
        }
    }

    /// From here on the network is well.
    fn settle(&mut self) {
        for _ in 0..40 {
            self.connect();
            while !self.to_server.is_empty() || !self.to_client.is_empty() {
                self.serve();
                self.deliver();
            }
            self.pass(500);
        }
    }

    fn judge(&mut self) {
        self.settle();
        assert!(self.waiting.is_empty(), "no answer: {:?}", self.waiting);
        let commands: Vec<i32> = (1..=self.server.commands.len() as i32).map(|n| 10_000 + n).collect();
        assert_eq!(self.commands, commands);
        let view = self.client.room_view(ARCHIVE);
        assert_eq!(view.is_some(), self.server.device.is_some(), "ended: {:?}", self.ended);
        let Some(view) = view else { return };
        assert!(view.connected);
        assert_eq!(view.mirror, self.server.room.mirror());
        assert_eq!(Some(view.rtc_uid), self.server.device);
        assert_eq!(view.in_chat, self.server.in_chat());
        let from = self.chat_from.unwrap_or(u64::MAX);
        let expected = self.server.chat.iter().filter(|m| m.seq > from && m.body.is_some());
        let of_others = expected.filter(|m| !m.message_uuid.starts_with("own"));
        assert_eq!(self.delivered, of_others.map(|m| m.seq).collect::<Vec<_>>());
    }
}

#[test]
fn after_any_history_the_mirror_is_the_room() {
    for seed in 0..200 {
        let history = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for _ in 0..4 {
                for _ in 0..250 {
                    world.step();
                }
                world.judge();
                if world.client.room_view(ARCHIVE).is_none() {
                    world.enter();
                }
            }
        });
        assert!(history.is_ok(), "seed {seed}");
    }
}
