//! `cargo xtask run`: the server from source, with the lines to paste.

use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// The server needs this long at most from its start to its first answer.
const START_TIMEOUT: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// What to paste; `{server}`, `{app_key}`, `{app_secret}` and `{admin}` are filled in.
const GUIDE: &str = include_str!("run/guide.txt");

/// Where the server runs.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build with the release profile: slower to build, right for measuring.
    #[arg(long)]
    release: bool,
    /// The folder that holds everything the server remembers.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Where the server listens.
    #[arg(long, default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Only wait for a started server and print the lines to paste.
    #[arg(long, hide = true)]
    guide: bool,
}

/// Builds the server and becomes it; a second process of our own waits for it and prints the guide.
pub(crate) fn run(args: Args) -> Result<()> {
    if args.guide {
        return guide(&args);
    }
    let profile = if args.release { "release" } else { "dev" };
    println!("building parlor with the {profile} profile; the first build takes some minutes");
    process::succeed(&mut process::cargo(["build", "--package", "parlor-server", "--profile", profile]))?;
    process::command(std::env::current_exe()?, ["run", "--guide"])
        .args(args.release.then_some("--release"))
        .args(args.flags())
        .spawn()
        .context("cannot start the guide")?;
    let mut serve = args.parlor(&["serve"]);
    become_process(serve.args(["--listen".to_owned(), args.listen.to_string()]))
}

impl Args {
    fn flags(&self) -> [String; 4] {
        ["--data".into(), self.data.display().to_string(), "--listen".into(), self.listen.to_string()]
    }

    /// `parlor <words> --data DIR`.
    fn parlor(&self, words: &[&str]) -> Command {
        let profile = if self.release { "release" } else { "debug" };
        let program = process::root().join("target").join(profile).join("parlor");
        let mut command = process::command(program, words);
        command.arg("--data").arg(&self.data);
        command
    }
}

/// On Unix signals and the exit code are then the server's own.
#[cfg(unix)]
fn become_process(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("cannot start parlor")
}

#[cfg(not(unix))]
fn become_process(command: &mut Command) -> Result<()> {
    process::succeed(command)
}

fn guide(args: &Args) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect_timeout(&args.listen, POLL_INTERVAL).is_err() {
        ensure!(started.elapsed() < START_TIMEOUT, "parlor does not listen on {}", args.listen);
        std::thread::sleep(POLL_INTERVAL);
    }
    let apps = json(args.parlor(&["app", "list", "--json"]))?;
    let key = first_key(&apps).context("the server has no app yet: parlor app create NAME")?;
    let app = json(args.parlor(&["app", "show", key, "--json"]))?;
    let secret = app["app_secret"].as_str().context("parlor app show names no app_secret")?;
    let server = format!("http://{}", args.listen);
    let admin = args.parlor(&[]);
    let admin = std::iter::once(admin.get_program()).chain(admin.get_args());
    let admin = admin.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let filled = GUIDE.replace("{server}", &server).replace("{app_key}", key);
    println!("{}", filled.replace("{app_secret}", secret).replace("{admin}", &admin));
    Ok(())
}

fn first_key(apps: &Value) -> Option<&str> {
    apps.as_array()?.first()?["app_key"].as_str()
}

fn json(mut command: Command) -> Result<Value> {
    Ok(serde_json::from_str(&process::output(&mut command)?)?)
}
