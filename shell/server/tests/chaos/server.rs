//! The server as a process.

use parlor_sdk::{Client, Config};
use serde_json::Value;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// How long a start may take on a loaded machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a running server may take for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// A folder, an address, and how the server is started there, again and again.
pub(crate) struct Place {
    pub(crate) port: u16,
    pub(crate) tls: bool,
    folder: tempfile::TempDir,
    env: Vec<(&'static str, String)>,
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) pid: u32,
}

/// Key and secret of an app.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Place {
    pub(crate) fn new(env: &[(&'static str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let env = env.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { port, tls: false, folder: tempfile::tempdir().unwrap(), env }
    }

    pub(crate) fn with_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn base(&self) -> String {
        format!("http{}://127.0.0.1:{}", if self.tls { "s" } else { "" }, self.port)
    }

    /// Starts the server and returns at once.
    pub(crate) fn start(&self) -> Server {
        let mut command = parlor(&self.data());
        command.args(["serve", "--log", "json", "--listen", &format!("127.0.0.1:{}", self.port)]);
        if self.tls {
            command.args(["--tls", "self-signed"]);
        }
        command.env("PARLOR__LOG__FILTER", "error").envs(self.env.iter().cloned());
        let child = command.kill_on_drop(true).spawn().unwrap();
        let pid = child.id().unwrap();
        Server { child, pid }
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start_ready(&self) -> Server {
        let mut server = self.start();
        let begun = Instant::now();
        while !self.answers().await {
            assert!(server.child.try_wait().unwrap().is_none(), "the server ended");
            assert!(begun.elapsed() < START_TIMEOUT, "the server does not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server
    }

    /// True when something takes connections: a server, ready or about to be.
    pub(crate) async fn is_listening(&self) -> bool {
        tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
    }

    /// True when a server is up: its socket takes connections before anything answers on them.
    pub(crate) async fn answers(&self) -> bool {
        let http = reqwest::Client::builder().no_proxy().danger_accept_invalid_certs(true);
        let http = http.timeout(ANSWER_TIMEOUT).build().unwrap();
        http.get(format!("{}/status.html", self.base())).send().await.is_ok()
    }

    /// The app that the first start made.
    pub(crate) fn first_app(&self) -> App {
        App::shown(&std::fs::read(self.data().join("first-app.json")).unwrap())
    }

    /// Makes an app by the command line; `None` when the server did not say that it did.
    pub(crate) async fn create_app(&self, name: &str) -> Option<App> {
        let mut command = parlor(&self.data());
        command.args(["app", "create", name, "--room", "--json"]).stderr(Stdio::null());
        let output = command.kill_on_drop(true).output().await.ok()?;
        output.status.success().then(|| App::shown(&output.stdout))
    }

    /// A client of the Rust SDK.
    pub(crate) fn client(&self, app: &App, device_id: &str) -> Client {
        let mut config = Config::new(self.base(), &app.key).device_id(device_id);
        config.request_timeout = Duration::from_secs(30);
        if self.tls {
            config.extra_root_pem = Some(std::fs::read(self.data().join("tls/self-signed.crt")).unwrap());
        }
        Client::new(config).unwrap()
    }
}

impl App {
    fn shown(json: &[u8]) -> Self {
        let shown: Value = serde_json::from_slice(json).unwrap();
        let text =
            |name: &str| shown[name].as_str().unwrap_or_else(|| panic!("no {name} in {shown}")).to_owned();
        Self { key: text("app_key"), secret: text("app_secret") }
    }
}

fn parlor(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

impl Server {
    /// SIGKILL: nothing is flushed, nobody is told.
    pub(crate) async fn kill(mut self) {
        // It may have ended already, where a command line had the folder.
        let _ = self.child.kill().await;
    }

    /// SIGTERM; answers how it ended, within `limit`.
    pub(crate) async fn terminate(mut self, limit: Duration) -> ExitStatus {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let ended = tokio::time::timeout(limit, self.child.wait()).await;
        ended.expect("the server does not end").unwrap()
    }

    /// Resident memory, KiB.
    pub(crate) fn rss_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}
