//! One run: the server is filled, what it does is measured for a while, and everybody leaves.

use crate::accounts::App;
use crate::engine::{Collected, Engine};
use crate::janus::Janus;
use crate::parlor::{self, Habits, Parlor};
use crate::peer::PeerConfig;
use crate::plan::{Casting, Plan, RoomPlan};
use crate::process::{self, Machine};
use crate::profile;
use crate::report::{Report, ServerUse, Spread};
use anyhow::{Context, Result, ensure};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was sent at the end has arrived by then.
const TAIL: Duration = Duration::from_millis(400);

/// The rooms of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Pattern {
    /// One room, everybody publishes and receives.
    Meeting,
    /// One room, some publish, the others receive.
    Webinar,
    /// Many rooms of a few people, everybody publishes and receives.
    Rooms,
}

/// What goes over the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Media {
    /// Sound, 50 packets of 80 bytes a second.
    Audio,
    /// Pictures, 1.3 Mbit/s in 30 frames of 5 packets a second.
    Video,
    /// Both.
    Both,
}

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// A Parlor server: links, logins, rooms and their calls.
    Parlor,
    /// The VideoRoom plugin of Janus.
    Janus,
}

/// What a run is to be.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The rooms.
    pub pattern: Pattern,
    /// Whose server it is.
    #[arg(long, value_enum, default_value_t = Target::Parlor)]
    pub target: Target,
    /// The server's HTTP API.
    #[arg(long, default_value = "http://127.0.0.1:8787")]
    pub server: String,
    /// The app's key; with its secret instead of `--first-app`.
    #[arg(long, requires = "app_secret")]
    pub app_key: Option<String>,
    /// The app's secret.
    #[arg(long, env = "PARLOR_APP_SECRET")]
    pub app_secret: Option<String>,
    /// The file `first-app.json` that a server's first start leaves in its data folder.
    #[arg(long)]
    pub first_app: Option<PathBuf>,
    /// Rooms, for the pattern `rooms`.
    #[arg(long, default_value_t = 10)]
    pub rooms: usize,
    /// Members of each room; in a webinar those who only receive.
    #[arg(long, default_value_t = 4)]
    pub people: usize,
    /// Those who publish, in a webinar, and pictures that are published in each room of the pattern `rooms`.
    #[arg(long, default_value_t = 1)]
    pub publishers: usize,
    /// Pictures that one receives at most.
    #[arg(long, default_value_t = 9)]
    pub seeing: usize,
    /// What goes over the lines.
    #[arg(long, value_enum, default_value_t = Media::Video)]
    pub media: Media,
    /// Pictures come in three encodings.
    #[arg(long)]
    pub simulcast: bool,
    /// So many layers below the best is wanted of each picture.
    #[arg(long, default_value_t = 0)]
    pub below_best: u8,
    /// No feedback for estimates of the bandwidth.
    #[arg(long)]
    pub no_estimate: bool,
    /// Offer the lines that the web client offers, and not just those that are used.
    #[arg(long)]
    pub web_lines: bool,
    /// Do not send encodings that nobody takes.
    #[arg(long)]
    pub heed_needs: bool,
    /// How long is measured, s.
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// How long everything runs before that, s.
    #[arg(long, default_value_t = 2.0)]
    pub warm_up: f64,
    /// The address of the peers' sockets.
    #[arg(long, default_value = "127.0.0.1")]
    pub address: Ipv4Addr,
    /// Threads that carry packets.
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// The processor that they run on.
    #[arg(long)]
    pub cpu: Option<usize>,
    /// The server's process, to tell what it takes.
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// Print one line of JSON.
    #[arg(long)]
    pub json: bool,
}

impl Args {
    fn plan(&self) -> Plan {
        let (sound, picture) = (self.media != Media::Video, self.media != Media::Audio);
        let people = self.people.max(1);
        let (rooms, members, publishers, mutual) = match self.pattern {
            Pattern::Meeting => (1, people, people, true),
            Pattern::Webinar => (1, self.publishers + people, self.publishers, false),
            Pattern::Rooms => (self.rooms, people, people, true),
        };
        let showing = match self.pattern {
            Pattern::Rooms => self.publishers.min(people),
            _ => publishers,
        };
        let casting = Casting {
            rooms,
            members,
            speaking: if sound { publishers } else { 0 },
            showing: if picture { showing } else { 0 },
            simulcast: self.simulcast,
            seeing: self.seeing,
            mutual,
            below_best: self.below_best,
        };
        casting.plan()
    }

    fn describe(&self) -> String {
        let media = match (self.media, self.simulcast) {
            (Media::Audio, _) => "sound",
            (Media::Video, false) => "pictures",
            (Media::Video, true) => "pictures in simulcast",
            (Media::Both, false) => "sound and pictures",
            (Media::Both, true) => "sound and pictures in simulcast",
        };
        let lines = if self.web_lines { ", the web client's lines" } else { "" };
        let Args { people, publishers, rooms, .. } = self;
        match self.pattern {
            Pattern::Meeting => format!("meeting of {people}, {media}{lines}"),
            Pattern::Webinar => format!("{publishers} -> {people}, {media}{lines}"),
            Pattern::Rooms => format!("{rooms} rooms of {people}, {media}{lines}"),
        }
    }

    fn app(&self) -> Result<App> {
        match (&self.app_key, &self.app_secret, &self.first_app) {
            (Some(key), Some(secret), _) => Ok(App { key: key.clone(), secret: secret.clone() }),
            (_, _, Some(file)) => App::first(file),
            _ => anyhow::bail!("name the app: --first-app FILE, or --app-key with PARLOR_APP_SECRET"),
        }
    }
}

/// Fills the server, measures, and leaves.
pub async fn run(args: &Args) -> Result<Report> {
    ensure!(args.seconds > 0.0, "--seconds is more than 0");
    let plan = args.plan();
    let members: usize = plan.rooms.iter().map(|room| room.members.len()).sum();
    let rss = |pid: Option<u32>| pid.map_or(Ok(0), process::rss_kib);
    let engine = Arc::new(Engine::start(args.threads, plan.sources, args.cpu)?);
    let mut server = Server::new(args, members).await?;
    let before_kib = rss(args.server_pid)?;
    let mut answered = Vec::new();
    for room in &plan.rooms {
        answered.extend(server.fill(&engine, room).await.with_context(|| room.name.clone())?);
    }
    let measured = measure(args, &engine).await?;
    let mut report = Report {
        target: server.name().to_owned(),
        pattern: args.describe(),
        estimate: !args.no_estimate,
        srtp: profile::used(),
        peers: answered.len(),
        sources: plan.sources,
        streams: plan.rooms.iter().flat_map(|room| &room.members).map(|member| member.due.len()).sum(),
        answered: Spread::of_all(&answered),
        ..Report::default()
    };
    measured.tell(&mut report);
    if args.server_pid.is_some() {
        let after_kib = rss(args.server_pid)?;
        let grown = after_kib as f64 - before_kib as f64;
        let cores = measured.server_s / measured.seconds;
        report.server = Some(ServerUse {
            cores,
            us_per_packet: measured.server_s * 1e6 / report.came.max(1) as f64,
            rss_kib: [before_kib, after_kib],
            rss_kib_per_peer: grown / answered.len().max(1) as f64,
        });
    }
    Ok(report)
}

/// The server that is filled.
enum Server {
    Parlor(Parlor),
    Janus(Janus),
}

impl Server {
    async fn new(args: &Args, members: usize) -> Result<Server> {
        let peer = PeerConfig { address: args.address, estimate: !args.no_estimate };
        let base = parlor::base(&args.server)?;
        Ok(match args.target {
            Target::Parlor => {
                let habits = Habits { peer, web_lines: args.web_lines, heeds_needs: args.heed_needs };
                Server::Parlor(Parlor::new(&base, args.app()?, members, habits).await?)
            }
            Target::Janus => Server::Janus(Janus::new(&base, peer).await?),
        })
    }

    async fn fill(&mut self, engine: &Arc<Engine>, room: &RoomPlan) -> Result<Vec<Duration>> {
        match self {
            Server::Parlor(parlor) => parlor.fill(engine, room).await,
            Server::Janus(janus) => janus.fill(engine, room).await,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Server::Parlor(_) => "parlor",
            Server::Janus(_) => "janus",
        }
    }
}

/// What one window of time came to.
struct Measured {
    seconds: f64,
    server_s: f64,
    own_s: f64,
    collected: Collected,
    machine: [Machine; 2],
}

async fn measure(args: &Args, engine: &Engine) -> Result<Measured> {
    tokio::time::sleep(Duration::from_secs_f64(args.warm_up)).await;
    engine.clear().await?;
    let server_ns = || args.server_pid.map_or(Ok(0), process::cpu_ns);
    let own_ns = || process::cpu_ns(std::process::id());
    let before = (Machine::read()?, own_ns()?, server_ns()?, Instant::now());
    engine.counted.begin();
    tokio::time::sleep(Duration::from_secs_f64(args.seconds)).await;
    engine.counted.end();
    let seconds = before.3.elapsed().as_secs_f64();
    let (server_s, own_s) = ((server_ns()? - before.2) as f64 / 1e9, (own_ns()? - before.1) as f64 / 1e9);
    tokio::time::sleep(TAIL).await;
    let machine = [before.0, Machine::read()?];
    Ok(Measured { seconds, server_s, own_s, collected: engine.collect().await?, machine })
}

impl Measured {
    fn tell(&self, report: &mut Report) {
        let Collected { got, latency, connected, heard, ended } = &self.collected;
        report.traffic(got, latency, self.seconds);
        report.connected = Spread::of_all(connected);
        report.heard = Spread::of_all(heard);
        report.ended = *ended;
        let [before, after] = self.machine;
        report.load_cores = self.own_s / self.seconds;
        report.load_average = after.load_average;
        report.steal = after.steal_since(&before);
        report.overflowed = after.overflowed.saturating_sub(before.overflowed);
    }
}
