//! The outbox of events against a local server that fails, delays and dies.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

mod order;
mod server;
mod setting;

use parlor_identity::app::{AppSettings, RoomCallback};
use parlor_protocol::ids::{AppId, AppKey, ArchiveId};
use parlor_server::callback::{Callbacks, Outbox, deliver, event};
use parlor_server::clock::Clock;
use parlor_server::config::CallbackConfig;
use parlor_server::random::Random;
use parlor_store::rows::{AppRow, Secret};
use parlor_store::{Batch, Drive, Keyring, Store, StoreOptions, Write};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const SECRET: &str = "0123456789abcdef";

fn app(app_id: u32, callback: RoomCallback) -> AppRow {
    AppRow {
        app_id: AppId(app_id),
        app_key: AppKey::parse(&format!("app{app_id}")).unwrap(),
        app_secret: Secret::new(SECRET),
        previous_secret: None,
        name: format!("app{app_id}"),
        settings: AppSettings { room_callback: Some(callback), ..AppSettings::default() },
        created_at_ms: 0,
    }
}

fn all(url: &str) -> RoomCallback {
    RoomCallback { url: url.into(), on: true, events: Vec::new() }
}

fn config() -> CallbackConfig {
    CallbackConfig {
        allow_private_addresses: true,
        event_timeout_ms: 300,
        event_retry_min_ms: 20,
        event_retry_max_ms: 80,
        event_poll_interval_ms: 5,
        ..CallbackConfig::default()
    }
}

/// A store on a folder, and an outbox that can be killed.
struct Post {
    folder: tempfile::TempDir,
    store: Store,
    config: CallbackConfig,
}

impl Post {
    async fn new(config: CallbackConfig, apps: &[AppRow]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        for app in apps {
            store.commit(Batch::new().write(Write::PutApp(app.clone()))).await.unwrap();
        }
        Self { folder, store, config }
    }

    fn start(&self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(deliver(Outbox {
            store: self.store.clone(),
            callbacks: Callbacks::network(self.config.clone()).unwrap(),
            clock: Clock::System,
            random: Random::seeded(3),
            config: self.config.clone(),
        }))
    }

    /// The same folder, opened anew.
    async fn reopened(self) -> Self {
        self.store.close().await;
        let store = open(&self.folder);
        Self { store, ..self }
    }

    /// Something happened in a room.
    async fn tell(&self, app: &AppRow, room: u64, number: u64) {
        let body = json!({"room": room, "number": number});
        let write = event(app, ArchiveId(room), "USER_JOIN_ROOM", body, Clock::System.now_ms()).unwrap();
        self.store.commit(Batch::new().write(write)).await.unwrap();
    }

    async fn waiting(&self) -> u64 {
        self.store.read(|view| view.waiting_callbacks()).await.unwrap().count
    }

    async fn until_empty(&self) {
        while self.waiting().await > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(StoreOptions {
        path: folder.path().join("store.db"),
        drive: Drive::Threads,
        vfs: None,
        readers: 1,
        queue: 256,
        keyring: Keyring::in_memory([7; 32], Arc::new(|bytes| bytes.fill(9))),
    })
    .unwrap()
}
