//! The servers that are measured, each in a folder of its own.

use super::SERVER_CPU;
use crate::process::{Running, free_port};
use anyhow::{Context, Result, ensure};
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

/// The settings that our server is given; everything else is as it comes.
pub(super) const LIFTED: [(&str, &str, &str); 2] = [
    ("link.logins_per_s = 0", "PARLOR__LINK__LOGINS_PER_S", "0"),
    ("http.requests_per_s = 0", "PARLOR__HTTP__REQUESTS_PER_S", "0"),
];

/// Where Debian puts Janus.
const JANUS: &str = "/usr/bin/janus";
/// A new server needs this long at most to make its first app.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// No estimation of bandwidth on either side, and no lines but those that are used.
    Off,
    /// The whole product: estimation, pacing, the web client's lines, and layers that rest when nobody takes them.
    Full,
}

impl Row {
    pub(super) const ALL: [Self; 2] = [Self::Off, Self::Full];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Full => "full",
        }
    }

    /// What the load is told.
    pub(super) fn words(self, contender: Contender) -> &'static [&'static str] {
        match (self, contender) {
            (Self::Off, _) => &["--no-estimate"],
            (Self::Full, Contender::Parlor) => &["--web-lines", "--heed-needs"],
            (Self::Full, Contender::Janus) => &[],
        }
    }
}

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contender {
    /// Ours.
    Parlor,
    /// VideoRoom of the system's Janus.
    Janus,
}

/// A server that runs, and what the load has to know of it.
pub(super) struct Started {
    pub(super) running: Running,
    pub(super) words: Vec<String>,
}

impl Contender {
    pub(super) const ALL: [Self; 2] = [Self::Parlor, Self::Janus];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Parlor => "parlor",
            Self::Janus => "janus",
        }
    }

    /// Whether it can be measured here; says why not.
    pub(super) fn is_there(self, address: &str) -> bool {
        let is_loopback = address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        match self {
            Self::Parlor => true,
            Self::Janus if is_loopback => false,
            Self::Janus if !Path::new(JANUS).exists() => {
                println!("SKIPPED: janus: sudo apt-get install janus");
                false
            }
            Self::Janus => true,
        }
    }

    /// Starts it on its processor.
    pub(super) async fn start(
        self,
        server: &Path,
        folder: &Path,
        address: &str,
        row: Row,
        event_loops: usize,
    ) -> Result<Started> {
        let port = free_port()?;
        let url = format!("http://127.0.0.1:{port}");
        let mut words = vec!["--target".to_owned(), self.name().to_owned(), "--server".to_owned(), url];
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CPU]).stdout(Stdio::null());
        match self {
            Self::Parlor => {
                let data = folder.join("data");
                command.arg(server).arg("serve").arg("--data").arg(&data);
                command.arg("--listen").arg(format!("127.0.0.1:{port}"));
                command.env("PARLOR__MEDIA__UDP", format!("{address}:{}", free_udp_port(address)?));
                command.env("PARLOR__MEDIA__ESTIMATE", if row == Row::Off { "false" } else { "true" });
                command.env("PARLOR__LOG__FILTER", "warn");
                command.envs(LIFTED.map(|(_, name, value)| (name, value)));
                let running = Running::listening(command, port).await?;
                let first_app = first_app(&data).await?;
                words.extend(["--first-app".to_owned(), first_app.display().to_string()]);
                Ok(Started { running, words })
            }
            Self::Janus => {
                configure_janus(folder, address, port, event_loops)?;
                command.arg(JANUS).arg("-F").arg(folder).stderr(Stdio::null());
                Ok(Started { running: Running::listening(command, port).await?, words })
            }
        }
    }
}

fn free_udp_port(address: &str) -> Result<u16> {
    let ip: Ipv4Addr = address.parse()?;
    Ok(UdpSocket::bind((ip, 0)).context("an address of this machine")?.local_addr()?.port())
}

/// The file that tells of the app which the server's first start makes.
async fn first_app(data: &Path) -> Result<PathBuf> {
    let (file, begun) = (data.join("first-app.json"), Instant::now());
    while !file.exists() {
        ensure!(begun.elapsed() < START_TIMEOUT, "the server makes no app");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(file)
}

/// Only what is needed is loaded, and nothing is written that nobody reads.
fn configure_janus(folder: &Path, address: &str, port: u16, event_loops: usize) -> Result<()> {
    let system = Path::new("/usr/lib").join(format!("{}-linux-gnu", std::env::consts::ARCH)).join("janus");
    for (kind, library) in [("plugins", "libjanus_videoroom.so"), ("transports", "libjanus_http.so")] {
        std::fs::create_dir_all(folder.join(kind))?;
        std::os::unix::fs::symlink(system.join(kind).join(library), folder.join(kind).join(library))?;
    }
    let own = folder.display();
    let loops = if event_loops == 0 { String::new() } else { format!("event_loops = {event_loops}\n") };
    let general = format!(
        "general: {{\nconfigs_folder = \"{own}\"\nplugins_folder = \"{own}/plugins\"\n\
         transports_folder = \"{own}/transports\"\nevents_folder = \"{own}/events\"\n\
         loggers_folder = \"{own}/loggers\"\ndebug_level = 2\nlog_to_stdout = false\nlog_to_file = \"{own}/log\"\n\
         {loops}}}\nmedia: {{\nipv6 = false\n}}\nnat: {{\nice_lite = true\nice_enforce_list = \"{address}\"\n}}\n"
    );
    let http = format!(
        "general: {{\njson = \"plain\"\nbase_path = \"/janus\"\nhttp = true\nip = \"127.0.0.1\"\nport = {port}\n\
         https = false\n}}\nadmin: {{\nadmin_http = false\nadmin_https = false\n}}\n"
    );
    std::fs::write(folder.join("janus.jcfg"), general)?;
    std::fs::write(folder.join("janus.transport.http.jcfg"), http)?;
    Ok(std::fs::write(folder.join("janus.plugin.videoroom.jcfg"), "general: {\n}\n")?)
}
