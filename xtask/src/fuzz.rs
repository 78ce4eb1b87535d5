//! `cargo xtask fuzz`: runs a fuzz target for long, with a nightly toolchain.

use anyhow::{Result, ensure};

use crate::process;

/// The target and how long.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A target of `fuzz/`.
    target: String,
    /// Executions before the run ends.
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
}

/// Runs the target until the number of executions is reached or a fault is found.
pub(crate) fn run(args: Args) -> Result<()> {
    ensure!(
        process::works("cargo", &["+nightly", "fuzz", "--version"]),
        "fuzzing needs a nightly toolchain and cargo-fuzz: rustup toolchain install nightly; cargo install cargo-fuzz --locked"
    );
    let runs = format!("-runs={}", args.runs);
    process::succeed(&mut process::command("cargo", ["+nightly", "fuzz", "run", &args.target, "--", &runs]))
}
