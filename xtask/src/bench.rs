//! `cargo xtask bench`: measures the release build with the crate `bench/`.

use anyhow::Result;

use crate::process;
use crate::test::tools;

/// What to measure; passed on to `parlor-bench`: everything (`--quick`, `--connections`, `--idle-s`, `--runs`), or only
/// what `connection`, `room` or `chat` names.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of parlor-bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds server, clients and echo server in release, and measures. Fails when a connection costs too much.
pub(crate) fn run(args: Args) -> Result<()> {
    let measures_chat = args.rest.first().is_none_or(|verb| verb == "chat" || verb.starts_with('-'));
    if measures_chat {
        tools::install_peers()?;
    }
    let build = ["build", "--release", "--package", "parlor-server", "--package", "parlor-bench"];
    process::succeed(&mut process::cargo(build))?;
    let bench = process::root().join("target/release/parlor-bench");
    process::succeed(&mut process::command(bench, &args.rest))
}
