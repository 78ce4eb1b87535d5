//! `cargo xtask soak`: the simulation for long, run by hand before an issue is called resolved.

use anyhow::Result;

use crate::process;

/// How long and from which seed; passed on to `parlor-sim`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of parlor-sim.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Runs the simulation in release with the given arguments.
pub(crate) fn run(args: Args) -> Result<()> {
    process::succeed(process::cargo(["run", "--release", "--package", "parlor-sim", "--"]).args(args.rest))
}
