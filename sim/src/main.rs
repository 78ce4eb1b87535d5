//! `parlor-sim`: lives through histories, one seed each, and stops at the first that must not be.

use clap::Parser;
use parlor_sim::campaign::{self, Plan, Tally};
use parlor_sim::history::Outcome;
use parlor_sim::{calls, heap, history, media, mutation};
use std::num::NonZero;
use std::ops::Range;
use std::process::ExitCode;

/// Lives through random histories of the shipping server and client code.
#[derive(Parser)]
#[command(name = "parlor-sim", version)]
struct Args {
    /// What to live through.
    #[arg(long, value_enum, default_value_t = What::Clients)]
    what: What,
    /// One history only, of this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// How many histories.
    #[arg(long, default_value_t = 1_000)]
    histories: u64,
    /// The seed of the first.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many at once; all cores by default. What is found does not depend on it.
    #[arg(long)]
    jobs: Option<usize>,
    /// Goes on after a history that must not be, and names them all.
    #[arg(long)]
    all: bool,
    /// Plants this fault; the run is right when it is found. Needs a build with the feature `mutations`.
    #[arg(long)]
    mutation: Option<String>,
    /// Names the faults that can be planted.
    #[arg(long)]
    list_mutations: bool,
    /// Prints each history as it comes about.
    #[arg(long)]
    verbose: bool,
}

/// What there is to live through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Clients and gateways.
    Clients,
    /// Histories of the switch of a call.
    Media,
    /// A call whose bandwidth changes.
    Steps,
    /// A call that many watch over paths that lose packets.
    Crowd,
    /// A call of an hour.
    Hour,
}

impl What {
    fn live(self) -> fn(u64, bool) -> Outcome {
        match self {
            What::Clients => history::run,
            What::Media => media::run,
            What::Steps => calls::steps,
            What::Crowd => calls::crowd,
            What::Hour => calls::hour,
        }
    }

    fn mutations(self) -> &'static [&'static str] {
        match self {
            What::Clients => &mutation::NAMES,
            What::Media => &mutation::MEDIA,
            What::Steps | What::Crowd | What::Hour => &[],
        }
    }
}

#[global_allocator]
static HEAP: heap::Counting = heap::Counting;

/// A history came about that must not be.
const FOUND: u8 = 1;
/// The run could not be made.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list_mutations {
        println!("{}", args.what.mutations().join("\n"));
        return ExitCode::SUCCESS;
    }
    if let Some(name) = &args.mutation
        && !mutation::plant(name)
    {
        eprintln!(
            "no fault {name:?} in this build; see --list-mutations, and build with --features mutations"
        );
        return ExitCode::from(UNUSABLE);
    }
    let seeds = match args.seed {
        Some(seed) => seed..seed.saturating_add(1),
        None => args.from..args.from.saturating_add(args.histories),
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let plan = Plan {
        live: args.what.live(),
        seeds,
        // Lines of several histories at once could not be read.
        jobs: if args.verbose { 1 } else { args.jobs.unwrap_or(cores) },
        mutation: args.mutation,
        all: args.all,
        verbose: args.verbose,
    };
    let (tally, findings) = campaign::run(&plan, |tally| eprintln!("{}", progress(tally)));
    for finding in &findings {
        let (seed, outcome) = (finding.seed, &finding.outcome);
        if !plan.all && !plan.verbose {
            outcome.lines.iter().for_each(|line| println!("{line}"));
        }
        println!("\nseed {seed}: {}", outcome.verdict.as_deref().unwrap_or_default());
        println!("again: {}", replay(args.what, seed, plan.mutation.as_deref()));
    }
    let verdict = if findings.is_empty() { "all is well" } else { "not all is well" };
    let Range { start, end } = plan.seeds;
    println!("{}; seeds {start} to {}; {verdict}", progress(&tally), end.saturating_sub(1));
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) }
}

fn replay(what: What, seed: u64, mutation: Option<&str>) -> String {
    let what = format!("{what:?}").to_lowercase();
    let run = format!("cargo run --profile sim -p parlor-sim --features mutations -- --what {what}");
    match mutation {
        None => format!("{run} --seed {seed} --verbose"),
        Some(name) => format!("{run} --mutation {name} --seed {seed} --verbose"),
    }
}

fn progress(tally: &Tally) -> String {
    let Tally { histories, virtual_time, elapsed } = tally;
    let rate = *histories as f64 / elapsed.as_secs_f64().max(0.001);
    let hours = virtual_time.as_secs_f64() / 3600.0;
    let seconds = elapsed.as_secs_f64();
    format!("{histories} histories in {seconds:.1} s, {rate:.1} per second, {hours:.1} hours of virtual time")
}
