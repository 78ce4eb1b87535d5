//! What calls cost: the server on one processor, the load on the other, and beside our server the VideoRoom plugin of the
//! system's Janus under the same load, in turns.

mod case;
mod contender;
mod figure;
mod network;

use crate::process::beside;
use anyhow::{Context, Result, ensure};
use case::Case;
use contender::{Contender, Row};
use figure::{Figures, Found};
use parlor_load::Report;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// The processor of the server, and that of the load.
const SERVER_CPU: &str = "0";
const LOAD_CPU: &str = "1";
/// What the load may take beyond the time that it measures.
const LOAD_TIMEOUT: Duration = Duration::from_secs(120);

/// What to measure.
#[derive(clap::Args, Clone)]
pub(crate) struct Args {
    /// Rounds; the medians count.
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// Only these: audio, video, meeting, tracks, streams, rooms.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these servers: parlor, janus.
    #[arg(long, value_delimiter = ',')]
    servers: Vec<String>,
    /// Only these rows: off (no estimation of bandwidth on either side), full (the whole product).
    #[arg(long, value_delimiter = ',')]
    rows: Vec<String>,
    /// How long each case is measured, s.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Loops that Janus spreads its peers over; 0: a thread for each peer, as it comes.
    #[arg(long, default_value_t = 1)]
    janus_event_loops: usize,
    /// The server's program; the one beside this by default.
    #[arg(long)]
    server: Option<PathBuf>,
}

impl Args {
    /// As it is measured after the connections.
    pub(crate) fn beside(connections: &crate::run::Args) -> Self {
        Self {
            runs: connections.runs,
            only: Vec::new(),
            servers: Vec::new(),
            rows: Vec::new(),
            seconds: if connections.quick { 3 } else { 8 },
            janus_event_loops: 1,
            server: connections.server.clone(),
        }
    }

    /// The same for the command line.
    fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["call".into()];
        for (name, number) in [
            ("--runs", self.runs as u64),
            ("--seconds", self.seconds),
            ("--janus-event-loops", self.janus_event_loops as u64),
        ] {
            words.extend([name.into(), number.to_string().into()]);
        }
        for (name, list) in [("--only", &self.only), ("--servers", &self.servers), ("--rows", &self.rows)] {
            if !list.is_empty() {
                words.extend([name.into(), list.join(",").into()]);
            }
        }
        words.extend(self.server.iter().flat_map(|server| ["--server".into(), server.into()]));
        words
    }
}

fn wants(only: &[String], name: &str) -> bool {
    only.is_empty() || only.iter().any(|only| only == name)
}

/// Measures and prints. False: a target is missed.
pub(crate) async fn run(args: Args) -> Result<bool> {
    let Some(address) = network::address() else { return network::again_within(args.words()) };
    let server = match &args.server {
        Some(server) => server.clone(),
        None => beside("parlor")?,
    };
    let load = beside("parlor-load")?;
    println!(
        "calls: server on processor {SERVER_CPU}, load on processor {LOAD_CPU}, {} s each, {} round(s); \
         parlor: default configuration, {}; janus: {} event loop(s), VideoRoom alone; packets over {address}",
        args.seconds,
        args.runs,
        contender::LIFTED.map(|(setting, _, _)| setting).join(", "),
        args.janus_event_loops
    );
    let mut figures = Figures::default();
    let contenders: Vec<_> = Contender::ALL
        .into_iter()
        .filter(|contender| wants(&args.servers, contender.name()))
        .filter(|contender| contender.is_there(&address))
        .collect();
    for round in 0..args.runs.max(1) {
        for case in Case::all().into_iter().filter(|case| wants(&args.only, case.name)) {
            for row in Row::ALL.into_iter().filter(|row| wants(&args.rows, row.name())) {
                for contender in contenders.iter().filter(|contender| case.is_for(**contender)) {
                    let stage = Stage { server: &server, load: &load, args: &args, address: &address };
                    for words in case.steps() {
                        let report = stage.run(*contender, row, words).await?;
                        println!("round {} {} {}: {report}", round + 1, case.name, row.name());
                        let is_last = case.ends_with(&report);
                        let (contender, words) = (*contender, words.to_owned());
                        figures.add(Found { case: case.name, row, contender, round, words, report });
                        if is_last {
                            break;
                        }
                    }
                }
            }
        }
    }
    Ok(figures.conclude())
}

/// One server and the load for it.
struct Stage<'a> {
    server: &'a Path,
    load: &'a Path,
    args: &'a Args,
    address: &'a str,
}

impl Stage<'_> {
    /// Starts a server, loads it as the words say, and ends it.
    async fn run(&self, contender: Contender, row: Row, words: &str) -> Result<Report> {
        let folder = tempfile::tempdir()?;
        let running = contender
            .start(self.server, folder.path(), self.address, row, self.args.janus_event_loops)
            .await?;
        let mut load = Command::new("taskset");
        load.arg("-c").arg(LOAD_CPU).arg(self.load).args(words.split(' '));
        load.args(["--json", "--cpu", LOAD_CPU, "--address", self.address, "--warm-up", "3"]);
        load.arg("--seconds").arg(self.args.seconds.to_string());
        load.arg("--server-pid").arg(running.running.pid().to_string());
        load.args(&running.words).args(row.words(contender));
        load.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let limit = LOAD_TIMEOUT + Duration::from_secs(self.args.seconds);
        let output = tokio::time::timeout(limit, load.output()).await.context("the load does not end")??;
        ensure!(output.status.success(), "the load ended with {}", output.status);
        running.running.end().await?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
