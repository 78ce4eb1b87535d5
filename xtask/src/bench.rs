//! `cargo xtask bench`: measures the release build with the crate `bench/`.

use anyhow::Result;

use crate::process;
use crate::test::tools;

/// What to measure; passed on to `parlor-bench`: by itself what a connection costs (`--quick`, `--connections`, `--idle-s`,
/// `--runs`), with `chat` the fan-out of a chat beside other servers.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of parlor-bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds server, clients and echo server in release, and measures. Fails when a connection costs too much.
pub(crate) fn run(args: Args) -> Result<()> {
    if args.rest.first().is_some_and(|verb| verb == "chat") {
        tools::install_peers()?;
    }
    let build = ["build", "--release", "--package", "parlor-server", "--package", "parlor-bench"];
    process::succeed(&mut process::cargo(build))?;
    let bench = process::root().join("target/release/parlor-bench");
    process::succeed(&mut process::command(bench, &args.rest))
}
