//! The example programs against a real server: every code and event that they see must be the expected one.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// The server listens by then, or it does not start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A server on a folder of its own, ended with this value.
pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    /// The app that it was started with.
    app_key: String,
    app_secret: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A program of the workspace, where [`build`] puts it.
pub(crate) fn program(name: &str) -> PathBuf {
    process::root().join("target/debug").join(name)
}

fn parlor(folder: &Path, words: &[&str]) -> Command {
    let mut command = process::command(program("parlor"), words);
    command.arg("--data").arg(folder);
    command
}

impl Server {
    /// Starts `parlor serve` on a free port with one app.
    pub(crate) fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("parlor-examples-{}", std::process::id()));
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = parlor(&folder, &["serve", "--listen", &address.to_string()]).spawn()?;
        let mut server = Self { child, folder, address, app_key: String::new(), app_secret: String::new() };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(server.child.try_wait()?.is_none(), "parlor serve ended at once");
            ensure!(started.elapsed() < START_TIMEOUT, "parlor serve does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        let created = parlor(&server.folder, &["app", "create", "examples", "--json"]);
        let app: Value = serde_json::from_str(&process::output(&mut { created })?)?;
        let text = |name: &str| app[name].as_str().map(str::to_owned).context("app create prints no key");
        (server.app_key, server.app_secret) = (text("app_key")?, text("app_secret")?);
        server.administer(&["app", "enable-room", "examples"])?;
        Ok(server)
    }

    /// Runs a command of `parlor` on this server.
    pub(crate) fn administer(&self, words: &[&str]) -> Result<()> {
        process::succeed(&mut parlor(&self.folder, words))
    }

    /// Tells a program where the server is, and how it is administered.
    pub(crate) fn environment(&self, command: &mut Command) {
        let admin = format!("{} --data {}", program("parlor").display(), self.folder.display());
        command
            .env("PARLOR_SERVER", format!("http://{}", self.address))
            .env("PARLOR_APP_KEY", &self.app_key)
            .env("PARLOR_APP_SECRET", &self.app_secret)
            .env("PARLOR_ADMIN", admin);
    }
}

/// Builds every program and library of the workspace, as the tests have built most of them already: one build for all
/// parts, where one per package would choose other features and begin anew.
pub(crate) fn build() -> Result<()> {
    process::succeed(&mut process::cargo(["build", "--workspace", "--all-targets", "--locked"]))
}

/// Builds and runs the Rust examples.
pub(crate) fn rust() -> Result<()> {
    build()?;
    let server = Server::start()?;
    for name in ["reuse_im", "meeting", "bot"] {
        let mut example = process::command(program(name), [] as [&str; 0]);
        server.environment(&mut example);
        process::succeed(&mut example)?;
    }
    Ok(())
}
