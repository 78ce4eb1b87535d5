//! `parlor-sim`: lives through histories, one seed each, and stops at the first that must not be.

use clap::Parser;
use parlor_sim::{history, mutation};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Lives through random histories of the shipping server and client code.
#[derive(Parser)]
#[command(name = "parlor-sim", version)]
struct Args {
    /// One history only, of this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// How many histories.
    #[arg(long, default_value_t = 1_000)]
    histories: u64,
    /// The seed of the first.
    #[arg(long, default_value_t = 1)]
    from: u64,
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

/// A history came about that must not be.
const FOUND: u8 = 1;
/// The run could not be made.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list_mutations {
        println!("{}", mutation::NAMES.join("\n"));
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
    let (from, count) = match args.seed {
        Some(seed) => (seed, 1),
        None => (args.from, args.histories),
    };
    let started = Instant::now();
    let (mut virtual_time, mut said) = (Duration::ZERO, started);
    for (done, seed) in (1..).zip(from..from.saturating_add(count)) {
        let outcome = history::run(seed, args.verbose);
        virtual_time += outcome.virtual_time;
        if let Some(verdict) = outcome.verdict {
            if !args.verbose {
                outcome.lines.iter().for_each(|line| println!("{line}"));
            }
            println!("\nseed {seed}: {verdict}");
            println!("history {done} of this run; again: {}", replay(seed, args.mutation.as_deref()));
            return ExitCode::from(FOUND);
        }
        if said.elapsed() > Duration::from_secs(10) {
            said = Instant::now();
            eprintln!("{}", progress(done, started.elapsed(), virtual_time));
        }
    }
    println!("{}; all is well", progress(count, started.elapsed(), virtual_time));
    ExitCode::SUCCESS
}

fn replay(seed: u64, mutation: Option<&str>) -> String {
    match mutation {
        None => format!("cargo run -p parlor-sim --release -- --seed {seed} --verbose"),
        Some(name) => format!(
            "cargo run -p parlor-sim --release --features mutations -- --mutation {name} --seed {seed} --verbose"
        ),
    }
}

fn progress(histories: u64, elapsed: Duration, virtual_time: Duration) -> String {
    let rate = histories as f64 / elapsed.as_secs_f64().max(0.001);
    let hours = virtual_time.as_secs_f64() / 3600.0;
    format!("{histories} histories, {rate:.1} per second, {hours:.1} hours of virtual time")
}
