//! The processes that are measured, and what the kernel says of them.

use anyhow::{Context, Result, bail, ensure};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A server needs this long at most from its start to its first answer.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Linux counts CPU time for other processes in hundredths of a second.
const TICKS_PER_S: f64 = 100.0;

/// A process that ends with this value.
pub(crate) struct Running {
    child: Child,
    pid: u32,
}

impl Running {
    /// Starts a program and waits until it listens on `port`.
    pub(crate) async fn listening(mut command: Command, port: u16) -> Result<Self> {
        let mut running = Self::start(&mut command)?;
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = running.child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            ensure!(begun.elapsed() < START_TIMEOUT, "{command:?} does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(running)
    }

    fn start(command: &mut Command) -> Result<Self> {
        let child =
            command.kill_on_drop(true).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let pid = child.id().context("it ended at once")?;
        Ok(Self { child, pid })
    }

    /// Its number.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Memory that is resident, KiB.
    pub(crate) fn rss_kib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// CPU time that it has taken so far, s.
    pub(crate) fn cpu_s(&self) -> Result<f64> {
        cpu_s_of(&self.pid.to_string())
    }

    /// Ends it.
    pub(crate) async fn end(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// The clients' process, which waits for a line before each step and prints one after it.
pub(crate) struct Load {
    running: Running,
    orders: ChildStdin,
    reports: Lines<BufReader<ChildStdout>>,
}

impl Load {
    /// Starts it; the first step begins at once.
    pub(crate) fn start(args: &[String]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("load").args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = Running::start(&mut command)?;
        let orders = running.child.stdin.take().context("no standard input")?;
        let reports = running.child.stdout.take().context("no standard output")?;
        Ok(Self { running, orders, reports: BufReader::new(reports).lines() })
    }

    /// Begins the next step.
    pub(crate) async fn next(&mut self) -> Result<()> {
        Ok(self.orders.write_all(b"\n").await?)
    }

    /// How the step went.
    pub(crate) async fn report(&mut self) -> Result<crate::load::Step> {
        let line = self.reports.next_line().await?.context("the clients' process ended")?;
        Ok(serde_json::from_str(&line)?)
    }

    /// Ends it.
    pub(crate) async fn end(self) -> Result<()> {
        self.running.end().await
    }
}

/// CPU time that this process has taken so far, s.
pub(crate) fn own_cpu_s() -> Result<f64> {
    cpu_s_of("self")
}

fn cpu_s_of(pid: &str) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in brackets, may hold anything.
    let (_, rest) = stat.rsplit_once(')').context("no name")?;
    let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(ticks as f64 / TICKS_PER_S)
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A program beside this one.
pub(crate) fn beside(name: &str) -> Result<PathBuf> {
    let path = std::env::current_exe()?.parent().map(|folder| folder.join(name)).unwrap_or_default();
    ensure!(Path::exists(&path), "{} is not built", path.display());
    Ok(path)
}
