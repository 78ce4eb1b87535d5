//! `cargo xtask soak`: the long rings, run by hand before an issue is called resolved.

use anyhow::Result;

use crate::process;
use crate::test::call::browsers;
use crate::test::web;

/// Which ring.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    ring: Ring,
}

#[derive(clap::Subcommand)]
enum Ring {
    /// The real server, killed again and again while clients write.
    Chaos {
        /// Kills.
        #[arg(long, default_value_t = 200)]
        rounds: usize,
        /// Of the moments at which it is killed; random by default.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Real browsers in a call: what must be true of three, for long, over a bad path, and how long it takes to begin and to come
    /// back.
    Call {
        /// Minutes of the long part.
        #[arg(long, default_value_t = 10)]
        minutes: u32,
        /// How often each thing of the last part is measured.
        #[arg(long, default_value_t = 20)]
        times: u32,
    },
    /// The simulation, for long.
    Sim {
        /// Arguments of parlor-sim.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

/// Runs the ring in optimised code.
pub(crate) fn run(args: Args) -> Result<()> {
    match args.ring {
        Ring::Chaos { rounds, seed } => chaos(rounds, seed),
        Ring::Call { minutes, times } => calls(minutes, times),
        Ring::Sim { rest } => {
            let args =
                ["run", "--profile", "sim", "--package", "parlor-sim", "--features", "mutations", "--"];
            process::succeed(process::cargo(args).args(rest))
        }
    }
}

fn calls(minutes: u32, times: u32) -> Result<()> {
    web::built()?;
    let programs =
        ["build", "--release", "--locked", "--package", "parlor-server", "--package", "parlor-wan"];
    process::succeed(&mut process::cargo(programs))?;
    process::succeed(&mut browsers("acceptance.mjs", "release"))?;
    process::succeed(browsers("abroad.mjs", "release").arg(times.to_string()))?;
    process::succeed(browsers("endurance.mjs", "release").arg(minutes.to_string()))?;
    process::succeed(browsers("latency.mjs", "release").arg(times.to_string()))
}

fn chaos(rounds: usize, seed: Option<u64>) -> Result<()> {
    let test = ["test", "--release", "--package", "parlor-server", "--test", "chaos", "--"];
    let mut command = process::cargo(test);
    command.args(["--nocapture", "--test-threads", "1"]).env("PARLOR_CHAOS_ROUNDS", rounds.to_string());
    if let Some(seed) = seed {
        command.env("PARLOR_CHAOS_SEED", seed.to_string());
    }
    process::succeed(&mut command)
}
