//! `cargo xtask run`: the server from source, with the lines to paste.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{package, process};

/// The server needs this long at most from its start to its first answer.
const START_TIMEOUT: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Whom one can be at once: account and name.
const PEOPLE: [(&str, &str); 2] = [("demo-alice", "Alice"), ("demo-bob", "Bob")];
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
    /// Listen on the local network over HTTPS, with a certificate made here: cameras of phones work only so.
    #[arg(long)]
    lan: bool,
    /// Only wait for a started server and print the lines to paste.
    #[arg(long, hide = true)]
    guide: bool,
}

/// Builds the server and becomes it; a second process of our own waits for it and prints the guide.
pub(crate) fn run(args: Args) -> Result<()> {
    if args.guide {
        return guide(&args);
    }
    if let Err(reason) = package::built_app() {
        println!("the web client is left out: {reason:#}");
    }
    let profile = if args.release { "release" } else { "dev" };
    println!("building parlor with the {profile} profile; the first build takes some minutes");
    process::succeed(&mut process::cargo(["build", "--package", "parlor-server", "--profile", profile]))?;
    process::command(std::env::current_exe()?, ["run", "--guide"])
        .args(args.release.then_some("--release"))
        .args(args.lan.then_some("--lan"))
        .args(args.flags())
        .spawn()
        .context("cannot start the guide")?;
    let mut serve = args.parlor(&["serve"]);
    if args.lan {
        let names = format!("[\"localhost\",\"127.0.0.1\",\"{}\"]", own_address());
        serve.env("PARLOR__TLS__MODE", "self_signed").env("PARLOR__TLS__NAMES", names);
    }
    become_process(serve.args(["--listen".to_owned(), args.bound().to_string()]))
}

impl Args {
    fn flags(&self) -> [String; 4] {
        ["--data".into(), self.data.display().to_string(), "--listen".into(), self.listen.to_string()]
    }

    /// Where the server is told to listen.
    fn bound(&self) -> SocketAddr {
        let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        if self.lan { SocketAddr::new(any, self.listen.port()) } else { self.listen }
    }

    /// The server's address for people.
    fn url(&self) -> String {
        match self.lan {
            true => format!("https://{}:{}", own_address(), self.listen.port()),
            false => format!("http://{}", self.listen),
        }
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

/// This machine's address in its network: the one that a packet to outside would come from. None is sent.
fn own_address() -> IpAddr {
    let far = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9));
    let asked = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(far)?;
        socket.local_addr()
    });
    asked.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

fn guide(args: &Args) -> Result<()> {
    let started = Instant::now();
    let near =
        if args.lan { SocketAddr::from((Ipv4Addr::LOCALHOST, args.listen.port())) } else { args.listen };
    while TcpStream::connect_timeout(&near, POLL_INTERVAL).is_err() {
        ensure!(started.elapsed() < START_TIMEOUT, "parlor does not listen on {near}");
        std::thread::sleep(POLL_INTERVAL);
    }
    let apps = json(args.parlor(&["app", "list", "--json"]))?;
    let key = first_key(&apps).context("the server has no app yet: parlor app create NAME")?;
    let app = json(args.parlor(&["app", "show", key, "--json"]))?;
    let secret = app["app_secret"].as_str().context("parlor app show names no app_secret")?;
    let server = args.url();
    let admin = args.parlor(&[]);
    let admin = std::iter::once(admin.get_program()).chain(admin.get_args());
    let admin = admin.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let doors =
        PEOPLE.map(|(account, name)| Ok(format!("  {name:<6} {}", door(args, &server, key, account, name)?)));
    let doors = doors.into_iter().collect::<Result<Vec<_>>>()?.join("\n");
    let filled = GUIDE.replace("{doors}", &doors).replace("{server}", &server).replace("{app_key}", key);
    println!("{}", filled.replace("{app_secret}", secret).replace("{admin}", &admin));
    Ok(())
}

/// An address that opens the web client as this person. The tokens stand behind the `#`, which browsers send to nobody.
fn door(args: &Args, server: &str, key: &str, account: &str, name: &str) -> Result<String> {
    let shown = match show(args, key, account) {
        Some(shown) => shown,
        None => {
            // It may be there, and not bound yet: then only that is missing.
            let made = args.parlor(&["account", "create", "--app", key, account, "--name", name]).output();
            made.context("cannot start parlor")?;
            json(args.parlor(&["account", "bind", "--app", key, account, account, "--json"]))?;
            show(args, key, account).context("a demo account is gone as soon as it was made")?
        }
    };
    let text =
        |value: &Value| value.as_str().map(str::to_owned).context("parlor account show names no token");
    let (im_token, token) = (text(&shown["token"])?, text(&shown["room_account"]["user_token"])?);
    let login = [("app", key), ("user", account), ("token", &token), ("im", account), ("imToken", &im_token)];
    let login = login.iter().map(|(field, value)| format!("{field}={}&", escaped(value))).collect::<String>();
    Ok(format!("{server}/#login?{login}name={name}"))
}

/// A person with both tokens; `None` until the account is there and bound.
fn show(args: &Args, key: &str, account: &str) -> Option<Value> {
    let mut ask = args.parlor(&["account", "show", "--app", key, account, "--json"]);
    let output = ask.stderr(std::process::Stdio::null()).output().ok()?;
    let shown: Value = serde_json::from_slice(&output.stdout).ok()?;
    shown["room_account"].is_object().then_some(shown)
}

/// For a query, as RFC 3986 has it.
fn escaped(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

fn first_key(apps: &Value) -> Option<&str> {
    apps.as_array()?.first()?["app_key"].as_str()
}

fn json(mut command: Command) -> Result<Value> {
    Ok(serde_json::from_str(&process::output(&mut command)?)?)
}
