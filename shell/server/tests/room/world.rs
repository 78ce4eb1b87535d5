//! A node on a store in a folder, virtual time, and devices on links of memory that speak frames.

use axum::Router;
use bytes::Bytes;
use futures_util::{Sink, Stream};
use parlor_bus::Bus;
use parlor_identity::app::LoginPolicy;
use parlor_protocol::ids::{NodeId, UserUuid};
use parlor_protocol::{Code, v1};
use parlor_room::Mirror;
use parlor_server::app;
use parlor_server::callback::Callbacks;
use parlor_server::clock::Clock;
use parlor_server::config::Config;
use parlor_server::conn::{self, TransportError};
use parlor_server::identity::room_account::{self, NewRoomAccount, OnExisting};
use parlor_server::listener::{self, Front};
use parlor_server::node::{Ground, Node};
use parlor_server::random::Random;
use parlor_server::vault::Vault;
use parlor_server::{link, media, room};
use parlor_store::rows::AppRow;
use parlor_store::{Batch, Drive, Keyring, Store, StoreOptions, Write};
use prost::Message;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const START_MS: i64 = 1_798_761_600_000;

pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) app: AppRow,
    tasks: Vec<JoinHandle<()>>,
    folder: tempfile::TempDir,
    has_calls: bool,
    /// Where the API's TCP port is, of a server with calls.
    pub(crate) tcp: Option<SocketAddr>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::on(config, Clock::virtual_at(START_MS), false).await
    }

    /// With calls, over real sockets of this machine and so in real time.
    pub(crate) async fn with_calls(mut config: Config) -> Self {
        config.media.threads = 1;
        Self::on(config, Clock::System, true).await
    }

    async fn on(config: Config, clock: Clock, has_calls: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (node, tasks, tcp) = start(&folder, config, clock, has_calls);
        let mut app = app::create(&node, "test", "shop", true).await.unwrap();
        app.settings.login_policy = LoginPolicy::All;
        node.store.commit(Batch::new().write(Write::PutApp(app.clone()))).await.unwrap();
        Self { node, app, tasks, folder, has_calls, tcp }
    }

    /// kill -9, then a fresh process on the same folder.
    pub(crate) async fn restart(&mut self) {
        let (config, clock) = (self.node.config.clone(), self.node.clock);
        self.tasks.drain(..).for_each(|task| task.abort());
        room::rooms(&self.node).close();
        self.node.store.close().await;
        let (node, tasks, tcp) = start(&self.folder, config, clock, self.has_calls);
        link::adopt_sessions(&node).await.unwrap();
        (self.node, self.tasks, self.tcp) = (node, tasks, tcp);
    }

    /// A room account, with an IM account of the same name.
    pub(crate) async fn person(&self, name: &str) {
        let new = NewRoomAccount {
            user_uuid: UserUuid::parse(name).unwrap(),
            user_token: Some("room-token".into()),
            user_name: Some(name.to_uppercase()),
            icon: None,
            im_accid: None,
            im_token: None,
            existing: OnExisting::Refuse,
        };
        room_account::create(&self.node, &app::act(&self.node, self.app.app_id, "test"), &new).await.unwrap();
    }

    pub(crate) fn connect(&mut self) -> Link {
        let (to_server, from_client) = mpsc::channel(64);
        let (to_client, from_server) = mpsc::channel(4096);
        let wire = Wire { incoming: from_client, outgoing: to_client };
        let peer = "127.0.0.1:9".parse().unwrap();
        self.tasks.push(tokio::spawn(conn::serve(self.node.clone(), wire, peer)));
        Link { outgoing: to_server, incoming: from_server }
    }

    /// A device of a person, logged in to IM and to the room account.
    pub(crate) async fn device(&mut self, name: &str, device_id: &str) -> Device {
        let link = self.connect();
        let mut device = Device {
            app_key: self.app.app_key.to_string(),
            link,
            session: v1::LoginDone::default(),
            last_request: 0,
            pushes: VecDeque::new(),
            mirrors: BTreeMap::new(),
        };
        let ticket = im_token(self, name).await;
        let login = v1::Login {
            version: 1,
            app_key: device.app_key.clone(),
            account: name.to_owned(),
            token: ticket,
            device: Some(v1::Device {
                device_id: device_id.to_owned(),
                client_type: 16,
                ..v1::Device::default()
            }),
            manual: true,
            ..v1::Login::default()
        };
        let done = device.ask(v1::request::Body::Login(login)).await.unwrap();
        let Some(v1::reply::Body::Login(done)) = done.into_iter().next() else { panic!("no login") };
        device.session = done;
        let login = v1::RoomLogin { auth_type: v1::RoomAuthType::Im.into(), ..v1::RoomLogin::default() };
        device.ask(v1::request::Body::RoomLogin(login)).await.unwrap();
        device
    }

    /// Ann, the host, and Bob in a meeting called "weekly".
    pub(crate) async fn two_in_a_meeting() -> (Self, Device, Device, i64) {
        let mut world = Self::new().await;
        let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
        let room = world.meeting(&mut ann, "weekly").await;
        ann.join("weekly", "host").await.unwrap();
        bob.join("weekly", "member").await.unwrap();
        (world, ann, bob, room)
    }

    /// A person with a phone.
    pub(crate) async fn newcomer(&mut self, name: &str) -> Device {
        self.person(name).await;
        self.device(name, "phone").await
    }

    /// A meeting (template 40) made by `maker`.
    pub(crate) async fn meeting(&self, maker: &mut Device, room_uuid: &str) -> i64 {
        maker.create(v1::RoomCreate { template_id: 40, ..creation(room_uuid) }).await.unwrap().archive_id
    }
}

pub(crate) fn creation(room_uuid: &str) -> v1::RoomCreate {
    v1::RoomCreate {
        room_uuid: room_uuid.to_owned(),
        room_name: "a room".into(),
        template_id: 40,
        ..v1::RoomCreate::default()
    }
}

async fn im_token(world: &World, name: &str) -> String {
    let (app_id, accid) = (world.app.app_id, name.parse().unwrap());
    let account = world.node.store.read(move |view| view.account(app_id, &accid)).await.unwrap();
    account.unwrap().row.token.expose().to_owned()
}

fn start(
    folder: &tempfile::TempDir,
    mut config: Config,
    clock: Clock,
    has_calls: bool,
) -> (Node, Vec<JoinHandle<()>>, Option<SocketAddr>) {
    config.link.requests_per_s = 0;
    let keyring = Keyring::load_or_create(&folder.path().join("keys")).unwrap();
    let path = folder.path().join("store.db");
    let options = StoreOptions {
        path,
        drive: Drive::Inline,
        vfs: None,
        readers: 1,
        queue: 256,
        keyring: keyring.clone(),
    };
    let store = Store::open(options).unwrap();
    let bus = Bus::in_process(256);
    let (events, posts) = (bus.subscribe(), bus.subscribe_posts());
    let listener = has_calls.then(|| listener::bind("127.0.0.1:0".parse().unwrap(), 16).unwrap());
    let tcp = listener.as_ref().map(|listener| listener.local_addr().unwrap());
    let (relay, relayed) = match tcp {
        Some(listening) => media::start(&config, listening).unwrap().unzip(),
        None => (None, None),
    };
    let node = Node::on(Ground {
        id: NodeId("n1".into()),
        clock,
        random: Random::seeded(7),
        store,
        bus,
        callbacks: Callbacks::network(config.callback.clone()).unwrap(),
        vault: Vault::in_memory(keyring, config.file.clone()),
        relay,
        config,
        number_block: 16,
    });
    let mut tasks =
        vec![tokio::spawn(link::watch(node.clone(), events)), tokio::spawn(room::watch(node.clone(), posts))];
    tasks.extend(relayed.map(|events| tokio::spawn(room::media::watch(node.clone(), events))));
    tasks.extend(listener.map(|listener| {
        let front = Front {
            router: Router::new(),
            tls: None,
            relay: node.relay.clone(),
            config: node.config.clone(),
            tasks: TaskTracker::new(),
            drain: CancellationToken::new(),
        };
        tokio::spawn(front.run(listener))
    }));
    (node, tasks, tcp)
}

struct Wire {
    incoming: mpsc::Receiver<Bytes>,
    outgoing: mpsc::Sender<Bytes>,
}

impl Stream for Wire {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx).map(|frame| frame.map(Ok))
    }
}

impl Sink<Bytes> for Wire {
    type Error = TransportError;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, frame: Bytes) -> Result<(), Self::Error> {
        self.outgoing.try_send(frame).map_err(|_| TransportError("the client is gone".into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

pub(crate) struct Link {
    outgoing: mpsc::Sender<Bytes>,
    incoming: mpsc::Receiver<Bytes>,
}

/// A client that does what it is told and keeps its mirrors.
pub(crate) struct Device {
    app_key: String,
    link: Link,
    pub(crate) session: v1::LoginDone,
    last_request: u64,
    pub(crate) pushes: VecDeque<v1::push::Body>,
    pub(crate) mirrors: BTreeMap<i64, (i64, Mirror)>,
}

impl Device {
    pub(crate) async fn ask(&mut self, body: v1::request::Body) -> Result<Vec<v1::reply::Body>, Code> {
        let op_id = self.fresh_op();
        self.ask_as(op_id, body).await
    }

    pub(crate) fn fresh_op(&self) -> Vec<u8> {
        let mut op_id = self.last_request.to_be_bytes().to_vec();
        op_id.extend(&self.session.session_id.to_be_bytes());
        op_id
    }

    pub(crate) async fn ask_as(
        &mut self,
        op_id: Vec<u8>,
        body: v1::request::Body,
    ) -> Result<Vec<v1::reply::Body>, Code> {
        self.last_request += 1;
        let id = self.last_request;
        let request = v1::Request { id, op_id, body: Some(body), ..v1::Request::default() };
        let frame = v1::Frame { kind: Some(v1::frame::Kind::Request(request)) };
        self.link.outgoing.send(frame.encode_to_vec().into()).await.unwrap();
        let mut bodies = Vec::new();
        loop {
            let reply = match self.frame().await.expect("the link is open") {
                v1::frame::Kind::Reply(reply) => reply,
                v1::frame::Kind::Push(push) => {
                    self.pushed(push.body.unwrap());
                    continue;
                }
                v1::frame::Kind::Request(_) => panic!("a request from the server"),
            };
            assert_eq!((reply.id, reply.part as usize), (id, bodies.len()));
            if let Some(error) = reply.error {
                return Err(Code::from_link(error.code).unwrap());
            }
            bodies.extend(reply.body);
            if reply.last {
                return Ok(bodies);
            }
        }
    }

    async fn frame(&mut self) -> Option<v1::frame::Kind> {
        let frame = self.link.incoming.recv().await?;
        v1::Frame::decode(frame).unwrap().kind
    }

    fn pushed(&mut self, body: v1::push::Body) {
        if let v1::push::Body::RoomEvents(events) = &body
            && let Some((_, mirror)) = self.mirrors.get_mut(&events.archive_id)
        {
            for event in &events.events {
                if event.seq > mirror.at().seq {
                    mirror.apply(event).expect("no gap");
                }
            }
        }
        self.pushes.push_back(body);
    }

    /// Takes what has arrived, letting the server do its work first.
    pub(crate) async fn listen(&mut self) {
        while let Ok(Some(frame)) = tokio::time::timeout(Duration::from_millis(1), self.frame()).await {
            if let v1::frame::Kind::Push(push) = frame {
                self.pushed(push.body.unwrap());
            }
        }
    }

    /// The link goes without a word; the next one is to `link`.
    pub(crate) fn cut(&mut self, link: Link) {
        self.link = link;
    }

    pub(crate) async fn resume(&mut self) -> Result<v1::ResumeDone, Code> {
        let resume = v1::Resume {
            version: 1,
            app_key: self.app_key.clone(),
            session_id: self.session.session_id,
            resume_key: self.session.resume_key.clone(),
            capabilities: Vec::new(),
        };
        match self.ask(v1::request::Body::Resume(resume)).await?.pop() {
            Some(v1::reply::Body::Resume(done)) => Ok(done),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn create(&mut self, create: v1::RoomCreate) -> Result<v1::RoomCreated, Code> {
        match self.ask(v1::request::Body::RoomCreate(create)).await?.pop() {
            Some(v1::reply::Body::RoomCreate(created)) => Ok(created),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn join(&mut self, room_uuid: &str, role: &str) -> Result<i64, Code> {
        let join = v1::RoomJoin {
            room_uuid: room_uuid.to_owned(),
            role: role.to_owned(),
            ..v1::RoomJoin::default()
        };
        self.join_with(join).await
    }

    pub(crate) async fn join_with(&mut self, join: v1::RoomJoin) -> Result<i64, Code> {
        let parts = self.ask(v1::request::Body::RoomJoin(join)).await?;
        let views = parts.into_iter().map(|part| match part {
            v1::reply::Body::RoomJoin(view) => view,
            other => panic!("{other:?}"),
        });
        Ok(self.keep(views))
    }

    /// Keeps the mirror that these parts make.
    fn keep(&mut self, views: impl Iterator<Item = v1::RoomView>) -> i64 {
        let (mut first, mut members) = (None, Vec::new());
        for mut view in views {
            members.append(&mut view.members);
            first.get_or_insert(view);
        }
        let view = first.unwrap();
        let head = view.head.unwrap();
        let archive_id = head.archive_id;
        let mirror = Mirror::new(head, members, view.at.unwrap());
        self.mirrors.insert(archive_id, (view.rtc_uid, mirror));
        let early: Vec<_> = self.pushes.iter().cloned().collect();
        for push in early {
            if let v1::push::Body::RoomEvents(events) = push
                && events.archive_id == archive_id
            {
                let (_, mirror) = self.mirrors.get_mut(&archive_id).unwrap();
                for event in events.events.iter().filter(|e| e.seq > view.at.unwrap().seq) {
                    mirror.apply(event).expect("no gap");
                }
            }
        }
        archive_id
    }

    pub(crate) async fn act(&mut self, archive_id: i64, act: v1::room_act::Act) -> Result<(), Code> {
        let op_id = self.fresh_op();
        self.act_as(op_id, archive_id, act).await.map(drop)
    }

    pub(crate) async fn act_as(
        &mut self,
        op_id: Vec<u8>,
        archive_id: i64,
        act: v1::room_act::Act,
    ) -> Result<v1::RoomActDone, Code> {
        let act = v1::RoomAct { archive_id, act: Some(act) };
        match self.ask_as(op_id, v1::request::Body::RoomAct(act)).await?.pop() {
            Some(v1::reply::Body::RoomAct(done)) => Ok(done),
            other => panic!("{other:?}"),
        }
    }

    /// Pulls what the mirror misses; `Err` is the reason why the device is not in the room any more.
    pub(crate) async fn pull(&mut self, archive_id: i64) -> Result<(), String> {
        let (rtc_uid, mirror) = &self.mirrors[&archive_id];
        let pull = v1::RoomPull { archive_id, after: Some(*mirror.at()), rtc_uid: *rtc_uid };
        let mut views = Vec::new();
        for part in self.ask(v1::request::Body::RoomPull(pull)).await.unwrap() {
            let v1::reply::Body::RoomPull(v1::RoomPulled { body }) = part else { panic!("{part:?}") };
            match body.unwrap() {
                v1::room_pulled::Body::Events(events) => self.pushed(v1::push::Body::RoomEvents(events)),
                v1::room_pulled::Body::View(view) => views.push(view),
                v1::room_pulled::Body::Gone(gone) => return Err(gone.reason),
            }
        }
        if !views.is_empty() {
            self.keep(views.into_iter());
        }
        Ok(())
    }

    pub(crate) fn mirror(&self, archive_id: i64) -> &Mirror {
        &self.mirrors[&archive_id].1
    }

    pub(crate) fn rtc_uid(&self, archive_id: i64) -> i64 {
        self.mirrors[&archive_id].0
    }

    /// Why this device was told to be out, if it was.
    pub(crate) fn gone(&self, archive_id: i64) -> Option<&str> {
        self.pushes.iter().find_map(|push| match push {
            v1::push::Body::RoomGone(gone) if gone.archive_id == archive_id => Some(gone.reason.as_str()),
            _ => None,
        })
    }
}
