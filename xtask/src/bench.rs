//! `cargo xtask bench`: measures the release build with the crate `bench/`.

use anyhow::Result;

use crate::process;

/// What to measure; passed on to `parlor-bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of parlor-bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds the server in release and runs the bench against it.
pub(crate) fn run(args: Args) -> Result<()> {
    process::succeed(&mut process::cargo(["build", "--release", "--package", "parlor-server"]))?;
    process::succeed(process::cargo(["run", "--release", "--package", "parlor-bench", "--"]).args(args.rest))
}
