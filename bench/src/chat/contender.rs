//! The servers that are measured, each in a folder of its own, with its links in one room.

use super::crowd::{Crowd, Speech};
use super::nats::Nats;
use super::parlor::{Account, Parlor, ROOM};
use super::stage::{self, Cast, Pace, Staged};
use super::xmpp::{HOST, Xmpp};
use crate::accounts::{self, App};
use crate::process::{Running, free_port};
use anyhow::{Context, Result};
use parlor_sdk::{Client, Config, CreateRoom, ReuseIm};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What every message says after its number.
const TEXT: &str = "the quick brown fox jumps over the lazy dog, again and again, and nobody knows what for";

/// The settings that our server is given; everything else is as it comes.
pub(crate) const LIFTED: [(&str, &str, &str); 2] = [
    ("chat.receive_ordinary_per_s = 0", "PARLOR__CHAT__RECEIVE_ORDINARY_PER_S", "0"),
    ("link.logins_per_s = 0", "PARLOR__LINK__LOGINS_PER_S", "0"),
];

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// Ours.
    Parlor,
    /// Multi-user chat of the system's ejabberd.
    Ejabberd,
    /// The system's nats-server.
    Nats,
}

impl Contender {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Parlor, Self::Ejabberd, Self::Nats];

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Parlor => "parlor",
            Self::Ejabberd => "ejabberd MUC",
            Self::Nats => "nats-server",
        }
    }

    /// Debian's package, where it is somebody else's.
    pub(crate) fn package(self) -> Option<&'static str> {
        match self {
            Self::Parlor => None,
            Self::Ejabberd => Some("ejabberd"),
            Self::Nats => Some("nats-server"),
        }
    }

    /// Whether it is installed.
    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::Parlor => true,
            Self::Ejabberd => modules_of_ejabberd().is_some(),
            Self::Nats => nats_program().is_some(),
        }
    }

    /// Starts it, brings everybody in, and runs the stages.
    pub(crate) async fn run(
        self,
        server: &Path,
        cast: Cast,
        paces: &[Pace],
        each: impl Fn(Pace, Staged),
    ) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let count = cast.listeners + cast.senders;
        let running = match self {
            Self::Parlor => parlor(server, folder.path(), port).await?,
            Self::Ejabberd => ejabberd(folder.path(), port).await?,
            Self::Nats => nats(port).await?,
        };
        match self {
            Self::Parlor => {
                let speech = furnish(folder.path(), port, count, cast.listeners).await?;
                stages(Crowd::gather(address, count, speech)?, cast, paces, &running, each)?;
            }
            Self::Ejabberd => {
                stages(Crowd::gather(address, count, Xmpp::new(TEXT))?, cast, paces, &running, each)?;
            }
            Self::Nats => {
                let speech = Nats::new(cast.listeners, TEXT);
                stages(Crowd::gather(address, count, speech)?, cast, paces, &running, each)?;
            }
        }
        running.end().await
    }
}

fn stages<S: Speech>(
    mut crowd: Crowd<S>,
    cast: Cast,
    paces: &[Pace],
    running: &Running,
    each: impl Fn(Pace, Staged),
) -> Result<()> {
    let mut next = 1;
    let cpu_s = || Ok([running.cpu_s()?, crate::process::own_cpu_s()?]);
    for pace in paces {
        each(*pace, stage::run(&mut crowd, cast, *pace, &mut next, &cpu_s)?);
    }
    Ok(())
}

async fn parlor(server: &Path, folder: &Path, port: u16) -> Result<Running> {
    let mut command = Command::new(server);
    command.arg("serve").arg("--data").arg(folder.join("data")).arg("--listen");
    command.arg(format!("127.0.0.1:{port}")).args(["--log", "json"]).stdout(Stdio::null());
    command.env("PARLOR__LOG__FILTER", "warn");
    command.envs(LIFTED.iter().map(|(_, name, value)| (name, value)));
    Running::listening(command, port).await
}

/// Makes the accounts and the room.
async fn furnish(folder: &Path, port: u16, count: usize, listeners: usize) -> Result<Parlor> {
    let app = App::first(&folder.join("data")).await?;
    let (base, file) = (format!("http://127.0.0.1:{port}"), folder.join("accounts"));
    let http = reqwest::Client::builder().no_proxy().build()?;
    accounts::make(&http, &base, &app, count, &file).await?;
    let text = std::fs::read_to_string(&file)?;
    let account = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        Some(Account { name: words.next()?, im_token: words.next()?, room_token: words.next()? })
    };
    let accounts =
        text.lines().map(|line| account(line).context("a short line")).collect::<Result<Vec<_>>>()?;
    let first = accounts.first().context("no accounts")?;
    let client = Client::new(Config::new(&base, &app.key))?;
    client.im().login(&first.name, &first.im_token).await?;
    let kit = client.roomkit(ReuseIm::On);
    kit.login(&first.name, &first.room_token).await?;
    let mut room = CreateRoom::new(ROOM, 40).chatroom(true);
    // A room says itself how many it takes; without that it would be 500.
    room.max_members = i32::try_from(count)?;
    kit.rooms().create(room).await?;
    client.im().logout().await?;
    Ok(Parlor::new(app.key, accounts, listeners, TEXT))
}

/// Where Debian keeps ejabberd's modules.
fn modules_of_ejabberd() -> Option<PathBuf> {
    let libraries = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    let folders = libraries.filter_map(|path| std::fs::read_dir(path).ok()).flatten().flatten();
    let mut modules = folders
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("ejabberd"))
        .map(|entry| entry.path().join("ebin"));
    modules.find(|modules| modules.join("ejabberd.beam").exists() || modules.join("ejabberd.app").exists())
}

/// ejabberd as a plain process, without its service, its cluster and its limits.
async fn ejabberd(folder: &Path, port: u16) -> Result<Running> {
    let config = folder.join("ejabberd.yml");
    std::fs::write(&config, ejabberd_config(port))?;
    let spool = folder.join("spool");
    let mut command = Command::new("erl");
    command.args(["-noinput", "+K", "true", "+P", "250000", "-pa"]);
    command.arg(modules_of_ejabberd().context("ejabberd is not installed")?);
    command.args(["-mnesia", "dir"]).arg(format!("\"{}\"", spool.display())).args(["-s", "ejabberd"]);
    command.env("EJABBERD_CONFIG_PATH", &config).env("SPOOL_DIR", &spool);
    command.env("EJABBERD_LOG_PATH", folder.join("ejabberd.log"));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    Running::listening(command, port).await
}

fn ejabberd_config(port: u16) -> String {
    format!(
        r#"hosts: [{HOST}]
loglevel: error
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    shaper: none
    access: all
    starttls: false
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
max_fsm_queue: 1000000
modules:
  mod_muc:
    host: conference.{HOST}
    access: all
    history_size: 0
    max_users: 5000
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      max_users: 5000
      logging: false
      mam: false
"#
    )
}

fn nats_program() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<_> = std::env::split_paths(&paths).collect();
    places.push("/usr/sbin".into());
    places.into_iter().map(|place| place.join("nats-server")).find(|program| program.exists())
}

async fn nats(port: u16) -> Result<Running> {
    let mut command = Command::new(nats_program().context("nats-server is not installed")?);
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string()]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Running::listening(command, port).await
}
