//! `cargo xtask run`: the server from source, with the lines to paste.

use anyhow::Result;

use crate::process;

/// Passed on to `parlor serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of `parlor serve`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds and starts the server.
pub(crate) fn run(args: Args) -> Result<()> {
    process::succeed(process::cargo(["run", "--package", "parlor-server", "--", "serve"]).args(args.rest))
}
