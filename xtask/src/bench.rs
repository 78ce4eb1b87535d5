//! `cargo xtask bench`: measures the release build with the crate `bench/`.

use anyhow::Result;

use crate::process;
use crate::test::tools;

/// What to measure; passed on to `parlor-bench`: everything (`--quick`, `--connections`, `--idle-s`, `--runs`), or only
/// what `connection`, `room`, `chat` or `call` names.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of parlor-bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds server, clients and echo server in release, and measures. Fails when a connection costs too much.
pub(crate) fn run(args: Args) -> Result<()> {
    let is_of_others = |verb: &String| verb == "chat" || verb == "call" || verb.starts_with('-');
    if args.rest.first().is_none_or(is_of_others) {
        tools::install_peers()?;
    }
    let packages = ["parlor-server", "parlor-bench", "parlor-load"];
    let build = ["build", "--release"].into_iter().chain(packages.iter().flat_map(|of| ["--package", of]));
    process::succeed(&mut process::cargo(build))?;
    let bench = process::root().join("target/release/parlor-bench");
    process::succeed(&mut process::command(bench, &args.rest))
}
