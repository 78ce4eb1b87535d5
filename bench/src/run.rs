//! The measurement: for plain and for TLS connections, the server and beside it the echo server.

use crate::accounts::{self, App};
use crate::load::Step;
use crate::process::{Load, Running, beside, free_port};
use crate::report::{self, Figures, Measured};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// The named setting of the run: the default admits fewer logins per second than this bench offers.
const LOGINS_PER_S: &str = "1000000";
/// After a step the allocator and the kernel get this long to come to rest.
const SETTLE: Duration = Duration::from_secs(2);
/// Clients that come before the measurement, so that pools and caches have their size.
const WARM_UP: usize = 200;

/// The server's folder within the bench's own.
pub(crate) const DATA: &str = "data";
/// After a restart all clients are back within this time.
const COMEBACK_TIMEOUT: Duration = Duration::from_secs(120);
/// How often the sessions are counted meanwhile.
const COMEBACK_POLL: Duration = Duration::from_millis(50);

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Distinct accounts, each with one connection.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// How long they stay idle, s.
    #[arg(long, default_value_t = 60)]
    idle_s: u64,
    /// Repetitions; the medians count.
    #[arg(long, default_value_t = 1)]
    pub(crate) runs: usize,
    /// 1000 connections, idle for 5 s.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Logins under way at once.
    #[arg(long, default_value_t = 32)]
    parallel: usize,
    /// The server's program; the one beside this by default.
    #[arg(long)]
    pub(crate) server: Option<PathBuf>,
}

/// Measures and prints. False: a connection costs more memory than it may.
pub(crate) async fn run(mut args: Args) -> Result<bool> {
    if args.quick {
        (args.connections, args.idle_s) = (args.connections.min(1_000), args.idle_s.min(5));
    }
    let server = match &args.server {
        Some(server) => server.clone(),
        None => beside("parlor")?,
    };
    println!(
        "{} connections, idle for {} s, {} run(s); default configuration, link.logins_per_s = {LOGINS_PER_S}",
        args.connections, args.idle_s, args.runs
    );
    let mut figures = Figures::default();
    for _ in 0..args.runs.max(1) {
        for tls in [false, true] {
            let mut world = World::new(&args, &server, tls).await?;
            let measured = world.server(&args).await?;
            println!("{}", report::line(if tls { "parlor, TLS" } else { "parlor" }, &measured));
            figures.server(tls).push(measured);
            let measured = world.floor(&args).await?;
            println!("{}", report::line(if tls { "echo, TLS" } else { "echo" }, &measured));
            figures.floor(tls).push(measured);
        }
    }
    Ok(figures.conclude())
}

/// Starts the server on a folder.
pub(crate) async fn start(server: &Path, folder: &Path, port: u16, tls: bool) -> Result<Running> {
    let mut command = Command::new(server);
    command.arg("serve").arg("--data").arg(folder.join(DATA));
    command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    command.args(["--log", "json"]).env("PARLOR__LINK__LOGINS_PER_S", LOGINS_PER_S);
    command.env("PARLOR__LOG__FILTER", "warn").stdout(std::process::Stdio::null());
    if tls {
        command.args(["--tls", "self-signed"]);
    }
    Running::listening(command, port).await
}

fn certificate(folder: &Path) -> PathBuf {
    folder.join(DATA).join("tls/self-signed.crt")
}

/// For calls of the API; over TLS when there is a certificate to trust.
pub(crate) fn client(certificate: Option<PathBuf>) -> Result<reqwest::Client> {
    let mut http = reqwest::Client::builder().no_proxy();
    if let Some(certificate) = certificate {
        http = http.add_root_certificate(reqwest::Certificate::from_pem(&std::fs::read(certificate)?)?);
    }
    Ok(http.build()?)
}

/// A server with its accounts, and the files of its folder.
struct World {
    server: PathBuf,
    running: Option<Running>,
    folder: tempfile::TempDir,
    port: u16,
    tls: bool,
    app: App,
    http: reqwest::Client,
    accounts_per_s: f64,
}

impl World {
    async fn new(args: &Args, server: &Path, tls: bool) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let running = Some(start(server, folder.path(), port, tls).await?);
        let app = App::first(&folder.path().join(DATA)).await?;
        let (server, http) = (server.to_owned(), client(tls.then(|| certificate(folder.path())))?);
        let mut world = Self { server, running, folder, port, tls, app, http, accounts_per_s: 0.0 };
        let file = world.accounts();
        world.accounts_per_s =
            accounts::make(&world.http, &world.base(), &world.app, args.connections, &file).await?;
        Ok(world)
    }

    fn base(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.tls { "https" } else { "http" }, self.port)
    }

    /// Sessions that are attached.
    async fn sessions(&self) -> Result<usize> {
        let text = self.http.get(format!("{}/metrics", self.base())).send().await?.text().await?;
        let line = text.lines().find_map(|line| line.strip_prefix("parlor_sessions "));
        Ok(line.context("no parlor_sessions")?.trim().parse::<f64>()? as usize)
    }

    /// Kills the server, starts it again on its folder, and answers how long it takes, from the new start, until half
    /// of the sessions and until all are attached again, s.
    async fn restart(&mut self, args: &Args) -> Result<[f64; 2]> {
        if let Some(running) = self.running.take() {
            running.end().await?;
        }
        let begun = Instant::now();
        self.running = Some(start(&self.server, self.folder.path(), self.port, self.tls).await?);
        let mut back_s = [None; 2];
        while back_s.contains(&None) {
            ensure!(begun.elapsed() < COMEBACK_TIMEOUT, "not all are back");
            // While it starts, and in a storm, it may be too busy for this question.
            let sessions = self.sessions().await.unwrap_or(0);
            for (back_s, wanted) in back_s.iter_mut().zip([args.connections / 2, args.connections]) {
                if back_s.is_none() && sessions >= wanted {
                    *back_s = Some(begun.elapsed().as_secs_f64());
                }
            }
            tokio::time::sleep(COMEBACK_POLL).await;
        }
        Ok(back_s.map(Option::unwrap_or_default))
    }

    fn accounts(&self) -> PathBuf {
        self.folder.path().join("accounts")
    }

    fn certificate(&self) -> PathBuf {
        certificate(self.folder.path())
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join(DATA).join("tls/self-signed.key")
    }

    fn load(&self, port: u16, accounts: &Path, app_key: Option<&str>, parallel: usize) -> Result<Load> {
        let scheme = if self.tls { "wss" } else { "ws" };
        let mut words = vec!["--url".into(), format!("{scheme}://127.0.0.1:{port}/link")];
        words.extend(["--parallel".into(), parallel.to_string()]);
        words.extend(["--accounts".into(), accounts.display().to_string()]);
        if self.tls {
            words.extend(["--ca".into(), self.certificate().display().to_string()]);
        }
        if let Some(key) = app_key {
            words.extend(["--app-key".into(), key.to_owned()]);
        }
        Load::start(&words)
    }

    async fn server(&mut self, args: &Args) -> Result<Measured> {
        let running = self.running.as_ref().context("it does not run")?;
        let (mut measured, load) = self.measure(args, running, self.port, Some(&self.app.key)).await?;
        measured.accounts_per_s = self.accounts_per_s;
        measured.back_s = self.restart(args).await?;
        load.end().await?;
        Ok(measured)
    }

    async fn floor(&self, args: &Args) -> Result<Measured> {
        let port = free_port()?;
        let mut command = Command::new(beside("parlor-floor")?);
        command.arg(format!("127.0.0.1:{port}"));
        if self.tls {
            command.arg(self.certificate()).arg(self.key());
        }
        let running = Running::listening(command, port).await?;
        let (measured, load) = self.measure(args, &running, port, None).await?;
        load.end().await?;
        running.end().await?;
        Ok(measured)
    }

    async fn measure(
        &self,
        args: &Args,
        of: &Running,
        port: u16,
        app_key: Option<&str>,
    ) -> Result<(Measured, Load)> {
        self.warm_up(args, port, app_key).await?;
        let before_kib = of.rss_kib()?;
        let (login_cpu_s, idle) = (of.cpu_s()?, Duration::from_secs(args.idle_s));
        let mut load = self.load(port, &self.accounts(), app_key, args.parallel)?;
        let login = load.report().await?;
        let login_cpu_s = of.cpu_s()? - login_cpu_s;
        ensure!(login.count == args.connections, "only {} logged in", login.count);
        tokio::time::sleep(SETTLE).await;
        let idle_cpu_s = of.cpu_s()?;
        tokio::time::sleep(idle).await;
        let idle_cpu_s = of.cpu_s()? - idle_cpu_s;
        let after_kib = of.rss_kib()?;
        let room = match app_key {
            Some(_) => {
                load.next().await?;
                load.report().await?
            }
            None => Step::default(),
        };
        let connections = args.connections as f64;
        let measured = Measured {
            before_kib,
            after_kib,
            kib_per_connection: (after_kib as f64 - before_kib as f64) / connections,
            login,
            login_cpu_us: login_cpu_s * 1e6 / connections,
            room,
            idle_cpu_us_per_s: idle_cpu_s * 1e6 / connections / args.idle_s.max(1) as f64,
            accounts_per_s: 0.0,
            back_s: [0.0; 2],
        };
        Ok((measured, load))
    }

    /// Some clients come and go; those of the measurement are then the first only to their own sessions.
    async fn warm_up(&self, args: &Args, port: u16, app_key: Option<&str>) -> Result<()> {
        let all = std::fs::read_to_string(self.accounts())?;
        let some = self.folder.path().join("warm-up");
        std::fs::write(&some, all.lines().take(WARM_UP).map(|line| format!("{line}\n")).collect::<String>())?;
        let mut load = self.load(port, &some, app_key, args.parallel)?;
        load.report().await.context("warm-up")?;
        load.end().await?;
        tokio::time::sleep(SETTLE).await;
        Ok(())
    }
}
