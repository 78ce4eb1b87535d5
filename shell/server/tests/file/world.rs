//! A server on a temporary folder, two people who are logged in, and raw sockets.

use md5::{Digest, Md5};
use parlor_identity::app::AppSettings;
use parlor_protocol::ids::{
    Accid, AppId, AppKey, ArchiveId, DeviceId, Epoch, NodeId, RoomUuid, SessionId, UserUuid,
};
use parlor_protocol::v1;
use parlor_server::assemble::assemble;
use parlor_server::config::Config;
use parlor_server::fault::Fault;
use parlor_server::file;
use parlor_server::folder::Folder;
use parlor_server::listener::{Front, bind};
use parlor_server::node::Node;
use parlor_server::serve::{Work, routes};
use parlor_server::session::Session;
use parlor_store::rows::{AppRow, RoomRow, RoomSession, Secret, SessionRow};
use parlor_store::{Batch, Write};
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) const APP: AppId = AppId(1);
pub(crate) const OTHER_APP: AppId = AppId(2);
pub(crate) const ROOM: ArchiveId = ArchiveId(77);

/// A running server.
pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (node, _) = assemble(&config, &Folder::create(folder.path()).unwrap()).unwrap();
        let listener = bind("127.0.0.1:0".parse().unwrap(), 16).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tasks, drain) = (TaskTracker::new(), CancellationToken::new());
        let router = routes(node.clone(), &Work::new(&node, tasks.clone(), drain.clone()));
        tokio::spawn(Front { router, tls: None, relay: None, config, tasks, drain }.run(listener));
        let world = Self { node, url, client: reqwest::Client::new(), folder };
        world.commit(app(APP, "appone")).await;
        world.commit(app(OTHER_APP, "apptwo")).await;
        world
    }

    pub(crate) async fn commit(&self, write: Write) {
        self.node.store.commit(Batch::new().write(write)).await.unwrap();
    }

    /// Logs somebody in, IM and room, both under one name.
    pub(crate) async fn login(&self, app_id: AppId, name: &str) -> Session {
        let session_id = SessionId(self.node.session_numbers.next().await.unwrap());
        let row = SessionRow {
            app_id,
            session_id,
            accid: Accid::parse(name).unwrap(),
            device_id: DeviceId::parse("desk").unwrap(),
            client_type: 4,
            custom_client_type: 0,
            custom_tag: String::new(),
            os: String::new(),
            epoch: Epoch(1),
            node: NodeId("n1".into()),
            resume_key_hash: [0; 32],
            login_at_ms: 1,
            room: Some(RoomSession { user_uuid: UserUuid::parse(name).unwrap(), login_at_ms: 1 }),
            ended: None,
        };
        let session = Session::of(&row);
        self.commit(Write::PutSession(row)).await;
        session
    }

    /// Opens the room and lets somebody have been in it.
    pub(crate) async fn visit(&self, name: &str) {
        self.commit(Write::PutRoom(RoomRow {
            archive_id: ROOM,
            app_id: APP,
            room_uuid: RoomUuid::parse("meeting").unwrap(),
            room_name: String::new(),
            template_id: 40,
            template: "{}".into(),
            chat_room_id: None,
            password: Secret::new(""),
            epoch: 1,
            permanent: false,
            created_at_ms: 1,
            ended: None,
        }))
        .await;
        let user_uuid = UserUuid::parse(name).unwrap();
        self.commit(Write::RoomVisit { archive_id: ROOM, user_uuid, at_ms: 2 }).await;
    }

    pub(crate) async fn place(&self, session: &Session, name: &str, content: &[u8]) -> v1::FilePlace {
        self.ask(session, asked(name, content)).await.unwrap()
    }

    pub(crate) async fn ask(&self, session: &Session, ask: v1::FileUpload) -> Result<v1::FilePlace, Fault> {
        file::upload(&self.node, session, &[], ask).await
    }

    pub(crate) async fn put(&self, path: &str, content: &[u8]) -> reqwest::Response {
        self.client.put(format!("{}{path}", self.url)).body(content.to_vec()).send().await.unwrap()
    }

    /// Uploads a file; the path to fetch it from.
    pub(crate) async fn stored(&self, session: &Session, name: &str, content: &[u8]) -> v1::FileRef {
        let place = self.place(session, name, content).await;
        let answer = self.put(&place.put_path, content).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        place.file.unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A socket that has sent these bytes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> TcpStream {
        let mut socket = TcpStream::connect(self.url.split("://").nth(1).unwrap()).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    }

    /// Every file of the folder that holds the contents.
    pub(crate) fn on_disk(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("files")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }
}

/// Reads an answer to its end.
pub(crate) async fn answer(mut socket: TcpStream) -> String {
    let mut text = Vec::new();
    // A server that closes before it has read everything may reset the connection after its answer.
    let _ = socket.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

pub(crate) fn asked(name: &str, content: &[u8]) -> v1::FileUpload {
    v1::FileUpload {
        name: name.into(),
        size_bytes: content.len() as u64,
        md5: hex::encode(Md5::digest(content)),
        content_type: "text/plain".into(),
    }
}

fn app(app_id: AppId, key: &str) -> Write {
    Write::PutApp(AppRow {
        app_id,
        app_key: AppKey::parse(key).unwrap(),
        app_secret: Secret::new("secret"),
        previous_secret: None,
        name: key.into(),
        settings: AppSettings { room_enabled: true, ..AppSettings::default() },
        created_at_ms: 1,
    })
}
