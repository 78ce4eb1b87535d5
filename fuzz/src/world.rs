//! A node with one app and two people in it, for as many executions as come.

use axum::Router;
use parlor_bus::Bus;
use parlor_identity::app::{AppSettings, AuthTypes, LoginPolicy};
use parlor_protocol::ids::{AppId, AppKey, NodeId};
use parlor_server::callback::Callbacks;
use parlor_server::clock::Clock;
use parlor_server::config::Config;
use parlor_server::link;
use parlor_server::media;
use parlor_server::node::{Ground, Node};
use parlor_server::random::Random;
use parlor_server::room;
use parlor_server::vault::Vault;
use parlor_store::rows::{AppRow, Secret};
use parlor_store::{Batch, Drive, Keyring, Store, StoreOptions, Write};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::runtime::Runtime;

/// The app's key, as the seeds write it.
pub(crate) const APP_KEY: &str = "fuzzapp";
/// Its id.
pub(crate) const APP_ID: AppId = AppId(1);
/// Its secret.
pub(crate) const APP_SECRET: &str = "fuzzsecret";
/// The accounts that the seeds know: made once in each world.
pub(crate) const PEOPLE: [&str; 2] = ["alice", "bob"];
/// Events and commits that may wait.
const QUEUE: usize = 1024;

/// The node, and the runtime that it lives on.
pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) router: Router,
    pub(crate) runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl World {
    /// A new one. The limits of rates are off: the fuzzer would only ever see them.
    pub(crate) fn new() -> Self {
        Self::try_new().unwrap_or_else(|cause| panic!("no world to fuzz in: {cause}"))
    }

    fn try_new() -> Result<Self, Box<dyn std::error::Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let keyring = Keyring::load_or_create(&folder.path().join("keys"))?;
        let path = folder.path().join("store.db");
        let options = StoreOptions {
            path,
            drive: Drive::Inline,
            vfs: None,
            readers: 1,
            queue: QUEUE,
            keyring: keyring.clone(),
        };
        let store = Store::open(options)?;
        let mut config = Config::default();
        config.link.logins_per_s = 0;
        config.link.requests_per_s = 0;
        config.link.failed_logins_per_minute = 0;
        config.http.requests_per_s = 0;
        config.http.logins_per_s = 0;
        config.media.threads = 1;
        let (relay, relayed) = media::start(&config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?.unzip();
        let bus = Bus::in_process(QUEUE);
        let (events, posts) = (bus.subscribe(), bus.subscribe_posts());
        let clock = Clock::System;
        let node = Node::on(Ground {
            id: NodeId("fuzz".into()),
            clock,
            random: Random::seeded(1),
            store,
            bus,
            callbacks: Callbacks::network(config.callback.clone())?,
            vault: Vault::in_memory(keyring.clone(), config.file.clone()),
            relay,
            config,
            number_block: 1024,
        });
        runtime.spawn(link::watch(node.clone(), events));
        runtime.spawn(room::watch(node.clone(), posts));
        if let Some(events) = relayed {
            runtime.spawn(room::media::watch(node.clone(), events));
        }
        let router = parlor_server::http::router(node.clone());
        runtime.block_on(node.store.commit(Batch::new().write(Write::PutApp(app()?))))?;
        Ok(Self { node, router, runtime, _folder: folder })
    }
}

fn app() -> Result<AppRow, Box<dyn std::error::Error>> {
    let settings = AppSettings {
        room_enabled: true,
        login_policy: LoginPolicy::All,
        auth_types: AuthTypes { fixed: true, dynamic: true, callback: true },
        ..AppSettings::default()
    };
    Ok(AppRow {
        app_id: APP_ID,
        app_key: AppKey::parse(APP_KEY)?,
        app_secret: Secret::new(APP_SECRET),
        previous_secret: None,
        name: "fuzz".into(),
        settings,
        created_at_ms: 0,
    })
}
