//! A node on a temporary folder, apps in it, and signed calls.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use parlor_bus::{Bus, Event};
use parlor_identity::app::AppSettings;
use parlor_identity::token::check_sum;
use parlor_protocol::ids::{Accid, AppId, AppKey, ArchiveId, DeviceId, Epoch, NodeId, SessionId, UserUuid};
use parlor_protocol::{Code, v1};
use parlor_room::Mirror;
use parlor_server::callback::Callbacks;
use parlor_server::clock::Clock;
use parlor_server::config::Config;
use parlor_server::node::{Ground, Node};
use parlor_server::random::Random;
use parlor_server::session::Session;
use parlor_server::vault::Vault;
use parlor_store::rows::{AppRow, RoomSession, Secret, SessionRow};
use parlor_store::{Batch, Drive, Keyring, Store, StoreOptions, Write};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tower::ServiceExt;

/// When the virtual clock starts.
pub(crate) const START_MS: i64 = 1_800_000_000_000;

/// A node and what to talk to it with.
pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) router: Router,
    events: Mutex<mpsc::Receiver<Arc<Event>>>,
    folder: tempfile::TempDir,
    sessions: AtomicU64,
}

/// An app's credentials.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) id: AppId,
    pub(crate) key: &'static str,
    pub(crate) secret: &'static str,
}

pub(crate) const APP: App = App { id: AppId(1), key: "appone", secret: "secretone" };
pub(crate) const OTHER: App = App { id: AppId(2), key: "apptwo", secret: "secrettwo" };

impl World {
    /// Two apps with the room component on; time is tokio's.
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    /// The same with another configuration.
    pub(crate) async fn with(config: Config) -> Self {
        Self::fresh(config, Drive::Inline).await
    }

    /// The same with a store that works in threads of its own, as a server's does.
    pub(crate) async fn threaded() -> Self {
        Self::fresh(Config::default(), Drive::Threads).await
    }

    async fn fresh(config: Config, drive: Drive) -> Self {
        let world = Self::open(tempfile::tempdir().unwrap(), config, drive);
        for app in [APP, OTHER] {
            world.put_app(app, AppSettings { room_enabled: true, ..AppSettings::default() }).await;
        }
        world
    }

    /// The world after a restart on the same folder.
    pub(crate) async fn restarted(self) -> Self {
        self.node.store.close().await;
        Self::open(self.folder, self.node.config.clone(), Drive::Inline)
    }

    fn open(folder: tempfile::TempDir, config: Config, drive: Drive) -> Self {
        let keyring = Keyring::load_or_create(&folder.path().join("keys")).unwrap();
        let path = folder.path().join("store.db");
        let options =
            StoreOptions { path, drive, vfs: None, readers: 2, queue: 64, keyring: keyring.clone() };
        let store = Store::open(options).unwrap();
        let bus = Bus::in_process(64);
        let events = Mutex::new(bus.subscribe());
        let clock = Clock::virtual_at(START_MS);
        let node = Node::on(Ground {
            id: NodeId("n1".into()),
            clock,
            random: Random::seeded(7),
            store,
            bus,
            callbacks: Callbacks::network(config.callback.clone()).unwrap(),
            relay: None,
            vault: Vault::in_folder(&folder.path().join("files"), keyring.clone(), config.file.clone())
                .unwrap(),
            config,
            number_block: 16,
        });
        let router = parlor_server::http::router(node.clone());
        Self { node, router, events, folder, sessions: AtomicU64::new(1) }
    }

    pub(crate) async fn put_app(&self, app: App, settings: AppSettings) {
        let row = AppRow {
            app_id: app.id,
            app_key: AppKey::parse(app.key).unwrap(),
            app_secret: Secret::new(app.secret),
            previous_secret: None,
            name: app.key.to_owned(),
            settings,
            created_at_ms: START_MS,
        };
        self.commit(Batch::new().write(Write::PutApp(row))).await;
    }

    pub(crate) async fn commit(&self, batch: Batch) {
        self.node.store.commit(batch).await.unwrap();
    }

    /// A signed request that can still be changed.
    pub(crate) fn signed(&self, app: App, method: Method, path: &str) -> axum::http::request::Builder {
        let cur_time = (self.node.clock.now_ms() / 1000).to_string();
        Request::builder()
            .method(method)
            .uri(path)
            .header("AppKey", app.key)
            .header("Nonce", "n0nce")
            .header("CurTime", &cur_time)
            .header("CheckSum", check_sum(app.secret, "n0nce", &cur_time))
    }

    /// Sends a request; the HTTP status is always 200.
    pub(crate) async fn send(&self, request: Request<Body>) -> Value {
        let reply = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(reply.status(), 200);
        let body = axum::body::to_bytes(reply.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// A signed call with a JSON body.
    pub(crate) async fn json(&self, app: App, method: &str, path: &str, body: Value) -> Value {
        let request =
            self.signed(app, method.parse().unwrap(), path).header("Content-Type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A signed call with nothing but its path.
    pub(crate) async fn get(&self, app: App, path: &str) -> Value {
        self.send(self.signed(app, Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// A signed v1 call; the pairs are encoded.
    pub(crate) async fn form(&self, app: App, path: &str, pairs: &[(&str, &str)]) -> Value {
        let request = self
            .signed(app, Method::POST, path)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8");
        self.send(request.body(Body::from(encode(pairs))).unwrap()).await
    }

    /// Puts a live session into the store, with a room session on it when one is named.
    pub(crate) async fn put_session(
        &self,
        app: App,
        accid: &str,
        device: &str,
        room: Option<&str>,
    ) -> SessionId {
        let session_id = SessionId(self.sessions.fetch_add(1, Ordering::Relaxed));
        let row = SessionRow {
            app_id: app.id,
            session_id,
            accid: Accid::parse(accid).unwrap(),
            device_id: DeviceId::parse(device).unwrap(),
            client_type: 4,
            custom_client_type: 0,
            custom_tag: String::new(),
            os: String::new(),
            epoch: Epoch(1),
            node: NodeId("n1".into()),
            resume_key_hash: [0; 32],
            login_at_ms: START_MS,
            room: room
                .map(|uuid| RoomSession { user_uuid: UserUuid::parse(uuid).unwrap(), login_at_ms: START_MS }),
            ended: None,
        };
        self.commit(Batch::new().write(Write::PutSession(row))).await;
        session_id
    }

    /// A room of template 40 in the first app, changed by `wishes`; its archive id.
    pub(crate) async fn room(&self, room_uuid: &str, wishes: Value) -> String {
        let mut body = json!({"template_id": 40, "room_name": "Room", "room_uuid": room_uuid});
        for (name, value) in wishes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.json(APP, "POST", "/neroom/v4/rooms", body).await;
        assert_eq!(made["code"], 0, "{made}");
        made["data"]["room_archive_id"].as_str().unwrap().to_owned()
    }

    /// A device of a person, whose accounts are made where there are none, comes into a room of the first app. Its
    /// rtcUid.
    pub(crate) async fn enter(&self, user_uuid: &str, room_uuid: &str, role: &str) -> i64 {
        self.enter_as(user_uuid, room_uuid, role).await.unwrap()
    }

    /// The same, which may be refused.
    pub(crate) async fn try_enter(&self, user_uuid: &str, room_uuid: &str) -> Result<i64, Code> {
        self.enter_as(user_uuid, room_uuid, "").await
    }

    async fn enter_as(&self, user_uuid: &str, room_uuid: &str, role: &str) -> Result<i64, Code> {
        self.json(APP, "POST", "/neroom/v3/users", json!({"user_uuid": user_uuid})).await;
        let device = format!("device-{}", self.sessions.load(Ordering::Relaxed));
        let session_id = self.put_session(APP, user_uuid, &device, Some(user_uuid)).await;
        let session = Arc::new(Session::of(&self.session(session_id).await));
        let join = v1::RoomJoin { room_uuid: room_uuid.into(), role: role.into(), ..v1::RoomJoin::default() };
        let view = parlor_server::room::join(&self.node, &session, &[], join).await;
        view.map(|parts| parts[0].rtc_uid).map_err(|fault| fault.code)
    }

    /// The state of a room of the first app.
    pub(crate) async fn live_room(&self, archive_id: &str) -> Mirror {
        let archive_id = ArchiveId(archive_id.parse().unwrap());
        let found = parlor_server::room::snapshot(&self.node, APP.id, archive_id).await.unwrap();
        found.unwrap().1.mirror().clone()
    }

    /// A session as it is now.
    pub(crate) async fn session(&self, session_id: SessionId) -> SessionRow {
        self.node.store.read(move |view| view.session(session_id)).await.unwrap().unwrap().row
    }

    /// Starts what a node does about events and expiries; nobody else hears of events then.
    pub(crate) fn watch(&self) -> tokio::task::JoinHandle<()> {
        let (_, none) = mpsc::channel(1);
        let events = std::mem::replace(&mut *self.events.lock().unwrap(), none);
        tokio::spawn(parlor_server::link::watch(self.node.clone(), events))
    }

    /// The names of the causes that were published since the last look.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut events = self.events.lock().unwrap();
        let mut causes = Vec::new();
        while let Ok(event) = events.try_recv() {
            match &*event {
                Event::SessionEnded { cause, .. } | Event::RoomSessionEnded { cause, .. } => {
                    causes.push(cause.clone())
                }
                _ => {}
            }
        }
        causes
    }
}

/// Rules of a template that anybody may do little under.
pub(crate) fn template(name: &str) -> Value {
    json!({
        "name": name,
        "roles": [{"name": "lead", "limit": 1, "superRole": true}, {"name": "guest"}],
        "defaultRole": "guest",
        "permissions": {"room": {"properties": {"topic": {"roles": ["lead"]}}}, "actions": {}},
    })
}

/// Pairs as a form.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    let all = percent_encoding::NON_ALPHANUMERIC;
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, all).to_string();
    pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&")
}
