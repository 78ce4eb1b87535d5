//! `cargo xtask test`: everything that must hold, each part timed.

use anyhow::Result;

/// Test takes no arguments.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Runs every part.
pub(crate) fn run(_args: Args) -> Result<()> {
    crate::tidy::run(crate::tidy::Args {})?;
    crate::process::succeed(&mut crate::process::cargo(["test", "--workspace"]))
}
