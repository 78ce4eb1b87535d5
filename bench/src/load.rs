//! The clients' process: logs every account in, waits, logs their rooms in, waits. One line of JSON tells the end of a
//! step; a line on standard input begins the next.

use crate::wire::Wire;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parlor_sdk::{Client, Config, ReuseIm};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Where to, and as whom.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// `ws://` or `wss://`, with its path.
    #[arg(long)]
    url: String,
    /// A certificate to trust.
    #[arg(long)]
    ca: Option<PathBuf>,
    /// The app; without one this is load for the echo server.
    #[arg(long)]
    app_key: Option<String>,
    /// A file of accounts, one a line: name, IM token, room token.
    #[arg(long)]
    accounts: PathBuf,
    /// Logins under way at once.
    #[arg(long, default_value_t = 32)]
    parallel: usize,
}

/// How a step went.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// How many were done.
    pub(crate) count: usize,
    /// How long all of them took, s.
    pub(crate) seconds: f64,
    /// Median of one, ms.
    pub(crate) p50_ms: f64,
    /// One in a hundred took longer, ms.
    pub(crate) p99_ms: f64,
    /// Frames that one cost the client, the most of any.
    pub(crate) frames_max: u64,
    /// Connections that one cost the client, the most of any.
    pub(crate) connections_max: u64,
}

/// One account and its tokens.
#[derive(Clone)]
struct Account {
    name: String,
    im_token: String,
    room_token: String,
}

/// One client, logged in.
struct Present {
    wire: Wire,
    account: Account,
    held: Held,
}

enum Held {
    Client(Client),
    /// An echo server's connection; its task answers pings.
    Echo,
}

/// Runs the steps.
pub(crate) async fn run(args: Args) -> Result<()> {
    let wire = Wire::new(&args.url, args.ca.as_deref())?;
    let accounts = read_accounts(&args.accounts)?;
    let app_key: Option<Arc<str>> = args.app_key.as_deref().map(Into::into);
    let (step, present) =
        each(accounts, args.parallel, move |account| enter(wire.for_client(), app_key.clone(), account))
            .await?;
    println!("{}", serde_json::to_string(&step)?);
    order().await?;
    if args.app_key.is_some() {
        let (step, _present) = each(present, args.parallel, enter_room).await?;
        println!("{}", serde_json::to_string(&step)?);
        order().await?;
    }
    // Ten thousand farewells are no part of the measurement.
    std::process::exit(0)
}

/// Waits for a line on standard input.
async fn order() -> Result<()> {
    let read = || std::io::stdin().read_line(&mut String::new());
    ensure!(tokio::task::spawn_blocking(read).await?? > 0, "nobody waits for the next step");
    Ok(())
}

fn read_accounts(path: &PathBuf) -> Result<Vec<Account>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let account = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        Some(Account { name: words.next()?, im_token: words.next()?, room_token: words.next()? })
    };
    text.lines().map(|line| account(line).context("a line of the accounts file is short")).collect()
}

async fn enter(wire: Wire, app_key: Option<Arc<str>>, account: Account) -> Result<(Present, u64, u64)> {
    let held = match app_key {
        Some(app_key) => {
            let config = Config::new("bench", app_key.to_string()).device_id(&account.name).client_type(1);
            let client = Client::with_connector(config, Arc::new(wire.clone()));
            client.im().login(&account.name, &account.im_token).await?;
            Held::Client(client)
        }
        None => {
            let mut socket = wire.connect().await?;
            socket.send(Bytes::from_static(&[7; 200])).await?;
            let echoed = socket.next().await.context("the echo server hung up")??;
            ensure!(echoed.len() == 200, "the echo server did not echo");
            tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
            Held::Echo
        }
    };
    let (opened, sent) = wire.counts.read();
    Ok((Present { wire, account, held }, sent, opened))
}

async fn enter_room(present: Present) -> Result<(Present, u64, u64)> {
    let (opened, sent) = present.wire.counts.read();
    if let Held::Client(client) = &present.held {
        let kit = client.roomkit(ReuseIm::On);
        kit.login(&present.account.name, &present.account.room_token).await?;
    }
    let after = present.wire.counts.read();
    Ok((present, after.1 - sent, after.0 - opened))
}

/// Does `work` for each, `parallel` at once; answers the figures and the results.
async fn each<T, R, F>(items: Vec<T>, parallel: usize, work: impl Fn(T) -> F) -> Result<(Step, Vec<R>)>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = Result<(R, u64, u64)>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(parallel));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let (mut results, mut took, mut step) = (Vec::new(), Vec::new(), Step::default());
    for item in items {
        let place = places.clone().acquire_owned().await?;
        let work = work(item);
        tasks.spawn(async move {
            let begun = Instant::now();
            let outcome = work.await;
            drop(place);
            outcome.map(|outcome| (outcome, begun.elapsed()))
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        let ((result, frames, connections), elapsed) = outcome??;
        step.frames_max = step.frames_max.max(frames);
        step.connections_max = step.connections_max.max(connections);
        results.push(result);
        took.push(elapsed);
    }
    took.sort_unstable();
    step.count = results.len();
    step.seconds = begun.elapsed().as_secs_f64();
    step.p50_ms = quantile_ms(&took, 50);
    step.p99_ms = quantile_ms(&took, 99);
    Ok((step, results))
}

fn quantile_ms(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}
