//! The fan-out of a room's chat: many members, every message to each of them; our server beside ejabberd's multi-user chat and
//! nats-server, under the same load in the same run.

mod contender;
mod crowd;
mod nats;
mod parlor;
mod stage;
mod xmpp;

use crate::process::beside;
use anyhow::Result;
use contender::{Contender, LIFTED};
use stage::{Cast, Pace, Staged};
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

/// What our server has to do at least, deliveries per second.
const DELIVERIES_PER_S: f64 = 250_000.0;
/// And how many times what ejabberd does.
const TIMES_EJABBERD: f64 = 6.0;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Members that every message has to reach.
    #[arg(long, default_value_t = 1_000)]
    members: usize,
    /// Further members, who send.
    #[arg(long, default_value_t = 64)]
    senders: usize,
    /// How long figures are taken at each pace, s.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Paces that wait: so many messages on their way at once.
    #[arg(long, value_delimiter = ',', default_value = "1,8,64,256")]
    windows: Vec<usize>,
    /// Paces that do not wait: so many messages per second.
    #[arg(long, value_delimiter = ',', default_value = "50,250")]
    rates: Vec<u32>,
    /// Repetitions; the medians count.
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// Only these, by the first word of the name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The server's program; the one beside this by default.
    #[arg(long)]
    server: Option<PathBuf>,
}

impl Args {
    /// As it is measured after the connections.
    pub(crate) fn beside(connections: &crate::run::Args) -> Self {
        Self {
            members: 1_000,
            senders: 64,
            seconds: if connections.quick { 3 } else { 8 },
            windows: vec![1, 8, 64, 256],
            rates: vec![50, 250],
            runs: connections.runs,
            only: Vec::new(),
            server: connections.server.clone(),
        }
    }
}

/// What was found for one contender at one pace.
struct Found {
    contender: Contender,
    pace: Pace,
    staged: Staged,
}

/// Measures and prints. False: it is not enough.
pub(crate) async fn run(args: Args) -> Result<bool> {
    let server = match &args.server {
        Some(server) => server.clone(),
        None => beside("parlor")?,
    };
    let cast = Cast {
        listeners: args.members.max(1),
        senders: args.senders.max(1),
        time: Duration::from_secs(args.seconds.max(1)),
    };
    let lifted = LIFTED.map(|(setting, _, _)| setting).join(", ");
    println!(
        "{} members and {} who send; parlor: default configuration, {lifted}, the room made for {} members; \
         what it acknowledges is on the disk, the others store nothing",
        cast.listeners,
        cast.senders,
        cast.listeners + cast.senders
    );
    let rates = args.rates.iter().map(|rate| Pace::PerSecond((*rate).max(1)));
    let paces: Vec<_> = rates.chain(args.windows.iter().map(|most| Pace::Window((*most).max(1)))).collect();
    let found = RefCell::new(Vec::new());
    for _ in 0..args.runs.max(1) {
        for contender in Contender::ALL {
            let is_wanted =
                args.only.is_empty() || args.only.iter().any(|name| contender.name().starts_with(name));
            if !is_wanted {
                continue;
            }
            if !contender.is_there() {
                let package = contender.package().unwrap_or_default();
                println!("SKIPPED: {}: sudo apt-get install {package}", contender.name());
                continue;
            }
            let each = |pace, staged| {
                println!("{:<14} {:<22} {}", contender.name(), words(pace), line(&staged));
                found.borrow_mut().push(Found { contender, pace, staged });
            };
            contender.run(&server, cast, &paces, each).await?;
        }
    }
    Ok(conclude(&found.into_inner(), &paces))
}

fn words(pace: Pace) -> String {
    match pace {
        Pace::Window(most) => format!("{most} on their way"),
        Pace::PerSecond(rate) => format!("{rate} per s"),
    }
}

fn line(staged: &Staged) -> String {
    format!(
        "{:>9.0} deliveries/s  p50 {:>7.1} p99 {:>7.1} ms  server {:>4.2} load {:>4.2} cores  {:>5.2} us/delivery",
        staged.deliveries_per_s,
        staged.p50_ms,
        staged.p99_ms,
        staged.server_cores,
        staged.load_cores,
        staged.server_cores * 1e6 / staged.deliveries_per_s.max(1.0)
    )
}

/// The medians at every pace, what each does at its best, and the verdict.
fn conclude(found: &[Found], paces: &[Pace]) -> bool {
    println!(
        "\n| | pace | deliveries per s | p50, ms | p99, ms | server, cores | load, cores |\n|---|---|---|---|---|---|---|"
    );
    let mut best = [0.0; 3];
    for (place, contender) in Contender::ALL.into_iter().enumerate() {
        for pace in paces {
            let of = |figure: fn(&Staged) -> f64| median(found, contender, *pace, figure);
            let Some(deliveries) = of(|staged| staged.deliveries_per_s) else { continue };
            let rest = [
                of(|staged| staged.p50_ms),
                of(|staged| staged.p99_ms),
                of(|staged| staged.server_cores),
                of(|staged| staged.load_cores),
            ];
            let [p50, p99, server, load] = rest.map(Option::unwrap_or_default);
            println!(
                "| {} | {} | {deliveries:.0} | {p50:.1} | {p99:.1} | {server:.2} | {load:.2} |",
                contender.name(),
                words(*pace)
            );
            best[place] = f64::max(best[place], deliveries);
        }
    }
    let [own, ejabberd, nats] = best;
    if own == 0.0 {
        return true;
    }
    let verdict = |holds: bool| if holds { "holds" } else { "FAILS" };
    println!("\n{}: {own:.0} deliveries/s, wanted {DELIVERIES_PER_S:.0}", verdict(own >= DELIVERIES_PER_S));
    let mut holds = own >= DELIVERIES_PER_S;
    if ejabberd > 0.0 {
        let times = own / ejabberd;
        println!(
            "{}: {times:.1} times ejabberd, wanted {TIMES_EJABBERD:.0}",
            verdict(times >= TIMES_EJABBERD)
        );
        holds &= times >= TIMES_EJABBERD;
    }
    if nats > 0.0 {
        println!("beside nats-server: {:.2} of its {nats:.0}", own / nats);
    }
    holds
}

fn median(found: &[Found], contender: Contender, pace: Pace, figure: impl Fn(&Staged) -> f64) -> Option<f64> {
    let of = found.iter().filter(|found| found.contender == contender && found.pace == pace);
    let mut figures: Vec<_> = of.map(|found| figure(&found.staged)).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}
